"""Five thousand kills of clients that do without a server, with spools or on a book in a file. Runs that were stopped are continued where
DAYBOOK_KILLS_STATE names the file in which kills are counted; these have names of their own beside it."""

import os

from harness import kills, tap

SERVER, CLIENTS, SEED = 100, 2500, 2


def run(kind, name, server_kills, client_kills):
    state = os.environ.get("DAYBOOK_KILLS_STATE")
    count = kills.Count(f"{state}.{name}" if state else None)
    try:
        kind(count, SEED).run(server_kills, client_kills)
    finally:
        print(f"# figure: {name}: {count.figure()}")
    tap.equal(count["violations"], [], "violations")


@tap.test(f"{CLIENTS - SERVER} kills of clients with spools and {SERVER} of a server that stays away: nothing is lost, doubled or out of order")
def _():
    run(kills.SpoolKills, "spool", SERVER, CLIENTS - SERVER)


@tap.test(f"{CLIENTS} kills of clients of one book in a file: every acknowledged fact is there once, and the book adds up")
def _():
    run(kills.FileKills, "file", 0, CLIENTS)


tap.main()
