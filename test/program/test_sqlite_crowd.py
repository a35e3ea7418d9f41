"""Many programs on one book in a file: nobody hears that it is locked, and nothing is lost. DAYBOOK_CROWD_CALLS makes it longer."""

import os
import subprocess

from harness import calls, program, tap

PROCESSES, CALLS = 8, int(os.environ.get("DAYBOOK_CROWD_CALLS", "60"))
binary = calls.build()


def lines(number):
    """A program's own account, and every third fill on an account of all of them."""
    told = ["account name=all", f"account name=a{number}", "instrument symbol=BTCUSD kind=perp base=BTC quote=USD"]
    for place in range(CALLS):
        account = "all" if place % 3 == 0 else f"a{number}"
        told += [f"use account={account} instrument=BTCUSD",
                 f"fill fill={number}/{place} order={number}/{place % 2} side={'buy' if place % 2 else 'sell'} qty=1 price={100 + place % 7} fee=0.01 "
                 f"trade={number}/{place} at={1709294400 + place}"]
    return told


def start(url, number):
    child = subprocess.Popen([binary], env=program.clean_env(URL=url, RETRY_TOTAL_MS="600000"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, encoding="utf-8")
    child.stdin.write("\n".join(lines(number)))
    child.stdin.close()
    child.stdin = None
    return child


@tap.test("programs that make a book at once, write to it at once and read it meanwhile")
def _():
    url = f"sqlite:{os.path.join(program.temporary_folder(), 'crowd.db')}"
    children = [start(url, number) for number in range(PROCESSES)]
    reads = 0
    while any(child.poll() is None for child in children) and reads < 20:
        done = program.daybook("book", "dump", "--url", url, "--digest", "--format", "json")
        # Before the first program has made it there is nothing to read.
        tap.check(done.status == 0 or "cannot open" in done.err or "no book in it yet" in done.err, done.err)
        reads += done.status == 0
    for number, child in enumerate(children):
        out, err = child.communicate(timeout=3000)
        tap.equal((child.returncode, err), (0, ""), f"program {number}")
        bad = [line for line in out.splitlines() if line.startswith("error")]
        tap.equal(bad, [], f"errors of program {number}")
    digests = {row["section"]: row["rows"] for row in
               program.daybook("book", "dump", "--url", url, "--digest", "--format", "json").ok().json()["digests"]}
    tap.equal((digests["fills"], digests["accounts"]), (PROCESSES * CALLS, PROCESSES + 1))
    positions = program.daybook("book", "dump", "--url", url, "--section", "positions", "--account", "all").ok().out
    shared = [line.split("\t") for line in positions.splitlines() if line.startswith("positions")]
    tap.equal(len(shared), 1, "positions of the account of all")
    print(f"# {PROCESSES * CALLS} fills by {PROCESSES} programs, read {reads} times meanwhile")


@tap.test("the same again changes nothing")
def _():
    url = f"sqlite:{os.path.join(program.temporary_folder(), 'again.db')}"
    dumps = []
    for _ in range(2):
        told = program.run([binary], stdin="\n".join(lines(1)).encode(), env=program.clean_env(URL=url)).ok().out.splitlines()
        dumps.append(program.daybook("book", "dump", "--url", url).ok().out)
    tap.equal({line.split(" ")[0] for line in told if line}, {"replayed"})
    tap.equal(dumps[0], dumps[1])


tap.main()
