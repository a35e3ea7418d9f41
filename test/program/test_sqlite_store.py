"""The book in one file beside the book on a server: the same calls get the same answers and leave the same dump."""

import difflib
import os
import re

from harness import calls, program, server, tap
from harness.teller import Teller

host = server.Server()
binary = calls.build()
HISTORIES, CALLS = 5, 220

def answers(url, lines):
    done = program.run([binary], stdin="\n".join(lines).encode(), env=program.clean_env(URL=url)).ok().out.splitlines()
    return [" ".join(line.split(" ")[:2]) if line.startswith("error ") else line for line in done]  # of an error its SQLSTATE


LISTS = [("pnl", "--by", "day"), ("cash",), ("fills",), ("roundtrips",), ("roundtrips", "--method", "fill_to_fill", "--matching", "hifo"),
         ("roundtrips", "--method", "average"), ("performance",)]


def lists(url):
    """What the lists show, but for what each store assigns: rows of one moment may stand in any order."""
    return [sorted(program.daybook("book", *each, "--url", url, "--format", "csv").ok().out.splitlines()) for each in LISTS]


def measuring(lines):
    """With a snapshot of the performance now and then, of times that overlap, one of them asked for again, and one of no time."""
    told, number = [], 0
    for place, line in enumerate(lines):
        told.append(line)
        now = re.search(r" at=(\d+)", line)
        if now and place % 12 == 0:
            number += 1
            told.append(f"performance snapshot=s{number - number % 5} since={int(now[1]) - 40 * (number % 4)} until={int(now[1]) + 10 - 10 * (number % 2)}")
    return told


def dump(url):
    return program.daybook("book", "dump", "--url", url).ok().out.splitlines()


@tap.test("random histories get the same answers and leave the same dump")
def _():
    folder = program.temporary_folder()
    errors = created = 0
    for seed in range(HISTORIES):
        lines = measuring(Teller(seed).tell(CALLS))
        server_url, file_url = host.installed(f"told{seed}"), f"sqlite:{os.path.join(folder, f'{seed}.db')}"
        theirs, ours = answers(server_url, lines), answers(file_url, lines)
        for line, their, our in zip(lines, theirs, ours):
            tap.equal(our, their, f"history {seed}: {line}")
        tap.equal(len(ours), len(theirs), f"history {seed}: answers")
        difference = list(difflib.unified_diff(dump(server_url), dump(file_url), "server", "file", lineterm="", n=0))
        tap.check(not difference, f"history {seed}:\n" + "\n".join(difference[:20]))
        verified = [program.daybook("book", "verify", "--url", url, "--format", "json").ok().json()["verified"][0] for url in (server_url, file_url)]
        for each in verified:
            del each["values_compared"]  # a server has the events of rights besides
        tap.equal(verified[1], verified[0], f"history {seed}: what verify says")
        if seed == 0:
            tap.equal(lists(file_url), lists(server_url), f"history {seed}: lists")
        errors += sum(answer.startswith("error") for answer in ours)
        created += sum(answer.startswith("created") for answer in ours)
    tap.check(created > HISTORIES * CALLS / 4, f"only {created} facts were recorded")
    print(f"# {HISTORIES} histories of {CALLS} calls: {created} facts, {errors} errors")


tap.main()
