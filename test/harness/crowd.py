"""Many programs that write to one book in a file at once, while others read it."""

import os
import subprocess

from . import calls, program, tap

PROCESSES = 8


def lines(number, count):
    """What a program tells (test/program/fixtures/book_calls.c): an account of its own, and every third fill on an account of all."""
    told = ["account name=all", f"account name=a{number}", "instrument symbol=BTCUSD kind=perp base=BTC quote=USD"]
    for place in range(count):
        account = "all" if place % 3 == 0 else f"a{number}"
        told += [f"use account={account} instrument=BTCUSD",
                 f"fill fill={number}/{place} order={number}/{place % 2} side={'buy' if place % 2 else 'sell'} qty=1 price={100 + place % 7} fee=0.01 "
                 f"trade={number}/{place} at={1709294400 + place}"]
    return told


class Member:
    """One of the programs. It reads and writes files, so that nobody waits for it."""

    def __init__(self, binary, url, number, count):
        told = os.path.join(program.temporary_folder(), "told")
        self.number, self.count, self.answers = number, count, told + ".answers"
        with open(told, "w", encoding="utf-8") as out:
            out.write("\n".join(lines(number, count)))
        with open(told, encoding="utf-8") as stdin, open(self.answers, "w", encoding="utf-8") as stdout:
            self.child = subprocess.Popen([binary], env=program.clean_env(URL=url, RETRY_TOTAL_MS="3600000"), stdin=stdin, stdout=stdout,
                                          stderr=subprocess.STDOUT)

    def check(self):
        status = self.child.wait()
        with open(self.answers, encoding="utf-8") as text:
            answers = text.read().splitlines()
        tap.equal((status, [line for line in answers if line.startswith("error")]), (0, []), f"status and errors of program {self.number}")
        tap.equal(sum(line.startswith("created ") for line in answers), self.count, f"fills that program {self.number} made")


def digests(url):
    return program.daybook("book", "dump", "--url", url, "--digest", "--format", "json", timeout=900)


def _read(url, members, reads_max):
    reads = 0
    while reads < reads_max and any(member.child.poll() is None for member in members):
        done = digests(url)
        # Before the first program has made it there is nothing to read.
        tap.check(done.status == 0 or "cannot open" in done.err or "no such table" in done.err, done.err)
        reads += done.status == 0
    return reads


def play(count, reads_max):
    """`count` fills of each program into a new book. Nobody hears an error, and all fills are there."""
    url = f"sqlite:{os.path.join(program.temporary_folder(), 'crowd.db')}"
    binary = calls.build()
    members = [Member(binary, url, number, count) for number in range(PROCESSES)]
    reads = _read(url, members, reads_max)
    for member in members:
        member.check()
    rows = {row["section"]: row["rows"] for row in digests(url).ok().json()["digests"]}
    tap.equal((rows["fills"], rows["accounts"]), (PROCESSES * count, PROCESSES + 1), "fills and accounts")
    positions = program.daybook("book", "dump", "--url", url, "--section", "positions", "--account", "all").ok().out
    tap.equal(sum(line.startswith("positions\t") for line in positions.splitlines()), 1, "positions of the account of all")
    program.daybook("book", "verify", "--url", url, timeout=3600).ok()
    print(f"# {PROCESSES * count} fills by {PROCESSES} programs, read {reads} times meanwhile")
