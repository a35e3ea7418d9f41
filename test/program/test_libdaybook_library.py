"""libdaybook as a library: what it exports, that it links both ways, and that it is installed with what others need to find it."""

import os
import re

from harness import calls, linked, program, server, tap
from harness.linked import HEADER, SHARED, STATIC

# It has names of its own that the library uses inside: they must not meet.
PROGRAM = r"""
#include <daybook.h>
#include <stdio.h>
#include <stdlib.h>

int arena_new(void) { return 1; }
int err_new_at(void) { return 2; }
int pg_query(void) { return 3; }

int main(void)
{
    dbk_book *book = NULL;
    dbk_err *e = dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options), .url = getenv("URL"), .program = "linked"}, &book);
    if (e) {
        fprintf(stderr, "%s\n", dbk_err_message(e));
        dbk_err_free(e);
        return 1;
    }
    char session[DBK_UUID_TEXT_SIZE];
    dbk_uuid_format(dbk_session(book), session);
    printf("%s %d\n", session, arena_new() + err_new_at() + pg_query());
    dbk_close(book);
    return 0;
}
"""


def declared():
    with open(HEADER, encoding="utf-8") as text:
        return sorted(set(re.findall(r"^DBK_API[^;]*?\b(dbk_\w+)\(", text.read(), re.MULTILINE)))


def defined(path, *flags):
    lines = program.run(["nm", "--defined-only", "-g", *flags, path]).ok().out.splitlines()
    names = [words[-1] for words in map(str.split, lines) if len(words) >= 3]
    # What sanitizers and coverage add in test builds is not ours.
    return sorted(name for name in names if not re.match(r"__|_init$|_fini$|mangle_path$", name))


def compile_and_run(name, *arguments):
    done = program.run([linked.build(PROGRAM, name, *arguments)], env=program.clean_env(URL=host.installed(name))).ok()
    session, number = done.out.split()
    tap.equal(number, "6", "the program's own functions")
    tap.equal(host.sql(f"select program, end_reason from ops.sessions where session_id = '{session}'", name), "linked|closed")


host = server.Server()
GUIDE = os.path.join(program.SOURCE, "docs", "LIBRARY.md")


@tap.test("the shared library exports the functions of daybook.h and nothing else")
def _():
    tap.check(len(declared()) >= 30, f"found only {declared()}")
    tap.equal(defined(SHARED, "-D"), declared())


@tap.test("the static library shows the functions of daybook.h and nothing else")
def _():
    tap.equal(defined(STATIC), declared())


@tap.test("a C program links the shared library and finds it by its version")
def _():
    soname = program.run(["readelf", "-d", SHARED]).ok().out
    tap.check(re.search(r"SONAME.*\[libdaybook\.so\.0\]", soname), soname)
    compile_and_run("shared", *linked.TO_SHARED)


@tap.test("a C program links the static library and keeps its own names")
def _():
    libraries = program.run(["pkg-config", "--libs", "libpq", "jansson", "libcrypto", "inih", "gmp", "sqlite3"]).ok().out.split()
    compile_and_run("static", "-I", os.path.dirname(HEADER), STATIC, *libraries, "-lpthread")


@tap.test("the bot in docs/LIBRARY.md compiles, works, and run again repeats itself")
def _():
    with open(GUIDE, encoding="utf-8") as text:
        source = re.search(r"```c\n(.*?)```", text.read(), re.DOTALL).group(1)
    binary = linked.build(source, "guide", *linked.TO_SHARED)
    calls.settle(host.installed("guide"))
    env = program.clean_env(DAYBOOK_URL=host.url("guide", "trader"))
    first, second = program.run([binary], env=env).ok().out, program.run([binary], env=env).ok().out
    tap.equal(first, "order: created, submitted\nfill: created, position 0.5 at 99.5\n")
    tap.equal(second, "open: buy 2 BTCUSD at 100, partially_filled, works at the venue: created\norder: replayed, partially_filled\nfill: replayed, position 0.5 at 99.5\n")
    empty = program.run([binary], env=program.clean_env(DAYBOOK_URL=host.database("empty"))).exits(1)
    tap.contains(empty.err, "hint: install Daybook")


@tap.test("it installs header, libraries and a pkg-config file that works")
def _():
    folder = program.temporary_folder()
    # The test runs as whoever it runs as; only the library's own files are wanted, and nothing is built here.
    program.run(["meson", "install", "-C", program.BUILD, "--no-rebuild", "--quiet", "--destdir", folder]).ok()
    found = {name: path for path, _, names in os.walk(folder) for name in names}
    for name in ("daybook.h", "libdaybook.so.0", "libdaybook.a", "libdaybook.pc"):
        tap.check(name in found, f"{name} is not installed: {sorted(found)}")
    env = program.clean_env(PKG_CONFIG_PATH=found["libdaybook.pc"], PKG_CONFIG_SYSROOT_DIR=folder)
    flags = program.run(["pkg-config", "--cflags", "--libs", "libdaybook"], env=env).ok().out.split()
    tap.check("-ldaybook" in flags, str(flags))
    compile_and_run("installed", *flags, f"-Wl,-rpath,{found['libdaybook.so.0']}")


tap.main()
