"""The program `daybook` with some places of its source altered: what a test proves that must notice."""

import json
import os
import shlex

from . import program, tap


def _compile(folder, name, source):
    """Compiles this text in place of a file of src/, as the build does it, but without its sanitizers: many are made."""
    path = os.path.join(program.SOURCE, "src", name)
    with open(os.path.join(program.BUILD, "compile_commands.json"), encoding="utf-8") as listed:
        commands = [one for one in json.load(listed) if os.path.realpath(os.path.join(one["directory"], one["file"])) == path]
    tap.equal(len(commands), 1, f"commands that compile {name}")
    base = os.path.join(folder, name.replace("/", "_"))
    with open(base, "w", encoding="utf-8") as out:
        out.write(source)
    arguments = shlex.split(commands[0]["command"])
    flags = ["-O0", "-g0", "-w", "-fno-sanitize=all", "-o", base + ".o", "-c", base]
    program.run(arguments[: arguments.index("-MD")] + flags, cwd=commands[0]["directory"]).ok()
    return base + ".o"


def _link(folder, objects):
    """As the build links the program, with these objects first: those that they stand for stay in their libraries."""
    target = os.path.relpath(program.DAYBOOK, program.BUILD)
    commands = program.run(["ninja", "-C", program.BUILD, "-t", "commands", target]).ok().out
    arguments = shlex.split(commands.splitlines()[-1])
    place = arguments.index(target)
    tap.equal(arguments[place - 1], "-o", "before the program's path")
    binary = os.path.join(folder, "daybook")
    arguments[place : place + 1] = [binary, *objects]
    program.run(arguments, cwd=program.BUILD).ok()
    return binary


def program_with(*changes):
    """Builds the program with changes of different files, each (file under src/, its text, what is put in its place): the text is
    there once. Returns the program's path."""
    folder, objects = program.temporary_folder(), []
    for name, text, other in changes:
        with open(os.path.join(program.SOURCE, "src", name), encoding="utf-8") as original:
            source = original.read()
        tap.equal(source.count(text), 1, f"occurrences of {text!r} in {name}")
        objects.append(_compile(folder, name, source.replace(text, other)))
    return _link(folder, objects)
