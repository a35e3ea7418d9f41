"""All of Daybook's own modules on one server, with their roles: every check that the program has says that they are right."""

import os
import re

from harness import program, replay, server, tap

host = server.Server()
MIRROR = os.path.join(program.SOURCE, "schemas")
URL = host.url("full")


def written_by():
    """The major version of PostgreSQL that wrote the mirror in the repository."""
    with open(os.path.join(MIRROR, "README.md"), encoding="utf-8") as text:
        return int(re.search(r"PostgreSQL (\d+)", text.read())[1])


def count(done, name):
    """A number that the last message of a command gives."""
    return int(re.search(rf"\b{name}=(\d+)", done.err)[1])


@tap.test("every module is installed, and there is nothing to do the second time")
def _():
    host.database("full", roles=True)
    first = program.daybook("migrate", "apply", "--url", host.url("full", "trader")).ok()
    tap.equal(count(first, "modules"), len(os.listdir(os.path.join(program.SOURCE, "modules"))))
    program.daybook("migrate", "status", "--url", URL).ok()
    program.daybook("migrate", "verify", "--url", URL).ok()
    again = program.daybook("migrate", "apply", "--url", host.url("full", "trader")).ok()
    tap.equal((count(again, "migrations"), count(again, "functions_and_views")), (0, 0), "what was done again")


@tap.test("lint has nothing to say, of all files and of none applied")
def _():
    tap.equal(program.daybook("lint", "--live", "--url", URL).ok().out, "")
    tap.equal(program.daybook("lint").ok().out, "")


@tap.test("no drift: files, the mirror in the repository, the database and the declared rights say the same")
def _():
    done = program.daybook("drift", "--url", URL, "--mirror", MIRROR, "--format", "json").ok()
    tap.equal(done.json(), [])
    for pair in ("expected=files actual=mirror", "expected=mirror actual=live", "expected=matrix actual=live"):
        tap.contains(done.err, pair)
    replayed = f"written by PostgreSQL {written_by()} and is replayed on PostgreSQL {server.major()}"
    tap.equal(replayed in done.err, written_by() != server.major(), "the mirror was translated")


@tap.test("the mirror in the repository is that of the database, or is said to be of another major version")
def _():
    done = program.daybook("mirror", "--check", "--diff", "--url", URL, "--out", MIRROR)
    if written_by() == server.major():
        tap.check(done.status == 0, f"`make schemas` writes the folder anew; it differs:\n{done.out[:4000]}{done.err}")
    elif done.status != 0:
        tap.contains(done.exits(3).err, f"was written by PostgreSQL {written_by()}, and this server is PostgreSQL {server.major()}")


@tap.test("a mirror written here is that of the database, and replayed it gives the same again")
def _():
    folder = os.path.join(program.temporary_folder("dbk-own-"), "schemas")
    program.daybook("mirror", "--url", URL, "--out", folder).ok()
    program.daybook("mirror", "--check", "--url", URL, "--out", folder).ok()
    replay.replay(host, folder, "full again")
    host.sql("select bus.fn_ensure_event_partitions()", "full again")
    program.daybook("mirror", "--check", "--url", host.url("full again"), "--out", folder).ok()


@tap.test("rights are as declared, and every verb tried as every role does what is declared")
def _():
    done = program.daybook("grants", "check", "--prove", "--url", URL, "--format", "json").ok()
    tap.equal(done.json(), [])
    tap.check(count(done, "here") > 1000 and count(done, "on_scratch") > 1000, done.err)


tap.main()
