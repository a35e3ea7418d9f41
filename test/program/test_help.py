"""What the program says of itself: its version, its commands, and each of them with --help."""

import re

from harness import program, tap


@tap.test("--version is the command of that name")
def _():
    said = program.daybook("version").ok().out
    tap.equal(program.daybook("--version").ok().out, said)
    tap.check(re.search(r"\d+\.\d+\.\d+", said), said)


@tap.test("every command that is listed answers --help with its usage; every group lists its commands")
def _():
    listed = program.daybook("--help").ok().out.split("Commands:", 1)[1].split("\n\n")[0]
    names = [name.strip() for name in re.findall(r"^  ([a-z][a-z ]*?)  ", listed, re.MULTILINE)]
    tap.check(len(names) > 40, f"{len(names)} commands: {names}")
    for name in names:
        tap.contains(program.daybook(*name.split(), "--help").ok().out, f"Usage: daybook {name}")
    for group in {name.split()[0] for name in names if " " in name}:
        said = program.daybook(group).ok().out
        for name in names:
            if name.startswith(group + " "):
                tap.contains(said, f"  {name} ")


@tap.test("a command that is not there is wrong usage, and the nearest one is named")
def _():
    done = program.daybook("statsu").exits(2)
    tap.contains(done.err, "unknown command: statsu")
    tap.contains(done.err, "did you mean daybook status?")
    tap.contains(program.daybook("risk", "hlat").exits(2).err, "unknown command: risk hlat")


tap.main()
