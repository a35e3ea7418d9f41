"""C programs of a test that use libdaybook as it was built."""

import os

from . import program

BOOK = os.path.join(program.BUILD, "src", "book")
SHARED = os.path.join(BOOK, "libdaybook.so")
STATIC = os.path.join(BOOK, "libdaybook.a")
HEADER = os.path.join(program.SOURCE, "include", "daybook.h")
TO_SHARED = ["-I", os.path.dirname(HEADER), "-L", BOOK, f"-Wl,-rpath,{BOOK}", "-ldaybook"]


def sanitizers():
    """The flags a program needs beside a library built with sanitizers."""
    undefined = program.run(["nm", "-D", "--undefined-only", SHARED]).ok().out
    flags = []
    if "__asan_" in undefined:
        flags.append("-fsanitize=address")
    if "__tsan_" in undefined:
        flags.append("-fsanitize=thread")
    if "__ubsan_" in undefined:
        flags.append("-fsanitize=undefined")
    if "__gcov_" in program.run(["nm", STATIC]).out:
        flags.append("--coverage")
    return flags


def build(source, name, *arguments):
    """Compiles one C file, given as text, with these arguments after it; returns the path of the program."""
    folder = program.temporary_folder()
    path, binary = os.path.join(folder, "main.c"), os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as out:
        out.write(source)
    program.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-o", binary, path, *arguments, *sanitizers()]).ok()
    return binary


def preloaded(source, name):
    """Compiles one C file, given as text, to be loaded before other programs, which have no sanitizers; returns its path."""
    folder = program.temporary_folder()
    path, library = os.path.join(folder, "main.c"), os.path.join(folder, name + ".so")
    with open(path, "w", encoding="utf-8") as out:
        out.write(source)
    program.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library, path, "-ldl"]).ok()
    return library
