"""What test/program/test_ingest_load.py shows, at length: all recorded candles in a thousand batches, and two hundred kills."""

import gzip
import os
import random

from harness import loads, program, server, tap

KILLS, CRASH_EVERY, BATCHES = 200, 10, 1000
COLUMNS = "open_time,open,close,high,low,volume"


@tap.test(f"the recorded candles, shuffled over {BATCHES} batches, add up in each, and the content is that of the files as they are")
def _():
    data = tap.test_data("bitfinex_1m")
    pg = server.Server()
    as_recorded, shuffled = pg.installed("recorded", modules="market"), pg.installed("shuffled", modules="market")
    loads.ingest(as_recorded, "--columns", COLUMNS, data).ok()
    folder = program.temporary_folder("dbk-load-")
    files = sorted(name for name in os.listdir(data) if name.endswith(".csv.gz"))
    randomness = random.Random(1)
    lines = {}
    for name in files:
        with gzip.open(os.path.join(data, name), "rt", encoding="ascii") as text:
            lines.setdefault(name.split("_")[0], []).extend(text)
    per_symbol = BATCHES // len(lines)
    for symbol, found in lines.items():
        randomness.shuffle(found)
        for part in range(per_symbol):
            loads.write(folder, f"{symbol}_1m_{part:04}.csv", "".join(found[part::per_symbol]))
    rows = loads.ingest(shuffled, "--columns", COLUMNS, "--jobs", "2", folder, timeout=3600).ok().json()
    tap.equal(len(rows), per_symbol * len(lines))
    tap.equal(loads.check_sums(rows), sum(map(len, lines.values())))
    tap.equal(loads.digest(pg, "shuffled"), loads.digest(pg, "recorded"))


@tap.test(f"{KILLS} kills, every {CRASH_EVERY}th of the server too: the same stands there as without a kill")
def _():
    pg = server.Server(["fsync = on", "max_wal_size = 256MB", "recovery_init_sync_method = syncfs", "log_min_messages = fatal"])
    kills = loads.Kills(pg, 2)
    kills.run(KILLS, CRASH_EVERY)
    kills.check()
    print(f"# figure: {kills.kills} kills over {kills.files} files")


tap.main()
