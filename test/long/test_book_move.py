"""A book of a million fills goes to a server while a bot trades, and the move is killed at random points."""

import os
import sqlite3

from harness import calls, linked, moving, program, server, tap
from harness.teller import SETUP, Teller

FILLS, KILLS = int(os.environ.get("DAYBOOK_TEST_FILLS", "1000000")), 20

host = server.Server(["shared_buffers = 512MB", "max_wal_size = 8GB"])
binary = calls.build()
folder = program.temporary_folder()


def path(name):
    return os.path.join(folder, name)


def verified(url):
    return program.daybook("book", "verify", "--url", url, "--format", "json", timeout=7200).ok().json()["verified"][0]["sha256"]


@tap.test(f"{FILLS:,} fills, {KILLS} kills: the book is that of a bot that nobody disturbed, and verifies with the same digest")
def _():
    with open(os.path.join(program.SOURCE, "bench", "file_fills.c"), encoding="utf-8") as source:
        fills = linked.build(source.read(), "file_fills", "-O2", *linked.TO_SHARED, "-lsqlite3")
    program.run([fills, path("live.db"), "batch", str(FILLS)], timeout=7200).ok()
    with sqlite3.connect(path("live.db")) as db:
        db.execute(f"vacuum into '{path('straight.db')}'")
    lines = Teller(21).tell(2500)
    live, book, target, straight = lines[len(SETUP):], f"sqlite:{path('live.db')}", host.installed("live"), f"sqlite:{path('straight.db')}"
    for url in (book, straight):
        moving.tell(binary, url, SETUP)
    moving.tell(binary, straight, live)
    bot = moving.Bot(binary, live, book, target)
    kills = moving.move(host, "live", book, target, bot, tries=KILLS, rows=FILLS // KILLS)
    tap.check(not bot.is_alive() and not bot.failed, f"the bot: {bot.failed}")
    digest = verified(target)
    tap.equal(digest, verified(straight), "digest beside an undisturbed book")
    tap.check(kills > KILLS / 2, f"only {kills} kills met the move at work")
    print(f"# {kills} kills, {host.sql('select count(*) from trading.fills', 'live')} fills, sha256 {digest}")


tap.main()
