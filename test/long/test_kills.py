"""Ten thousand kills, at least five hundred of them of the whole server. A run that was stopped is continued where
DAYBOOK_KILLS_STATE names the file in which they are counted."""

import os

from harness import kills, tap

SERVER, CLIENTS, SEED = 500, 9500, 1


@tap.test(f"{CLIENTS} kills of clients and {SERVER} of the server: every acknowledged fact is there once, and the book adds up")
def _():
    count = kills.Count(os.environ.get("DAYBOOK_KILLS_STATE"))
    try:
        kills.Kills(count, SEED).run(SERVER, CLIENTS)
    finally:
        print(f"# figure: {count.figure()}")
    tap.equal(count["violations"], [], "violations")


tap.main()
