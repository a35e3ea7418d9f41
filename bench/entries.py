"""The things that are measured. Each prepares once, then gives the rate of either side when asked."""

import csv
import datetime
import os
import random
import subprocess
import time

import caps_entries
import fill_entries
from file_entries import FILE_ENTRIES
from harness import program, server, tap
from migrate_entries import Migrations
from move_entries import Move
from pipeline_entries import Pipeline

DURABLE = ["fsync = on", "synchronous_commit = on", "shared_buffers = 1GB", "max_wal_size = 8GB", "checkpoint_timeout = 30min"]
ROWS = 500_000
INSTRUMENT = "0190a000-0000-7000-8000-000000000001"
BATCH = "0190a000-0000-7000-8000-000000000002"


def psql(url, sql):
    return program.run([server.client("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", "-"],
                       stdin=sql.encode()).ok().out.strip()


def run_measured(argv):
    """Seconds and peak memory in MiB of one program, which must succeed."""
    started = time.monotonic()
    process = subprocess.Popen(argv, env=program.clean_env(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    tap.equal(process.returncode, 0, " ".join(argv))
    return time.monotonic() - started, usage.ru_maxrss // 1024


class Host:
    """One durable server for all entries, and databases cloned from one with the modules installed."""

    instance = None

    def __init__(self):
        self.server = server.Server(DURABLE)
        self.server.installed("template_book", owner="trader")
        self.clones = 0

    @classmethod
    def get(cls):
        cls.instance = cls.instance or cls()
        return cls.instance

    def clone(self, template="template_book"):
        self.clones += 1
        name = f"bench_{self.clones}"
        self.server.sql(f'create database "{name}" template "{template}" owner trader')
        self.server.sql("checkpoint")
        return name

    def drop(self, name):
        self.server.sql(f'drop database "{name}" with (force)')


class Ingest:
    """daybook ingest of a file of candles beside psql \\copy of the same rows into the same table."""

    name = "ingest"
    what = "candles from a CSV file into market.klines (primary key, monthly partitions); plain = psql \\copy of the same rows"
    unit = "rows/s"

    def __init__(self):
        self.facts = {}
        self.peak_mib = 0

    def prepare(self):
        host = Host.get()
        folder = program.temporary_folder("dbk-bench-")
        received, final = os.path.join(folder, "BENCHUSDT-1m-2024.csv"), os.path.join(folder, "final.csv")
        randomness = random.Random(1)
        price, at = 40000.0, datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
        with open(received, "w", newline="") as one, open(final, "w", newline="") as two:
            first, second = csv.writer(one), csv.writer(two)
            for number in range(ROWS):
                close = round(price * (1 + randomness.uniform(-0.001, 0.001)), 2)
                high, low = round(max(price, close) * 1.0002, 2), round(min(price, close) * 0.9998, 2)
                volume = round(randomness.uniform(0, 50), 5)
                time_ms = int(at.timestamp() * 1000) + number * 60_000
                first.writerow([time_ms, price, high, low, close, volume])
                stamp = datetime.datetime.fromtimestamp(time_ms / 1000, datetime.timezone.utc).isoformat()
                second.writerow([INSTRUMENT, 60, stamp, price, high, low, close, volume, BATCH])
                price = close
        host.server.sql("select market.fn_ensure_partitions('klines', '2024-01-01', '2025-01-01')", "template_book", "trader")
        os.chmod(folder, 0o755)
        self.facts["rows"] = f"{ROWS:,}"
        self.facts["settings"] = "; ".join(DURABLE)
        return {"received": received, "final": final}

    def rate(self, side, setup):
        host = Host.get()
        database = host.clone()
        url = host.server.url(database, "trader")
        if side == "daybook":
            argv = [program.DAYBOOK, "ingest", "--url", url, "--venue", "bench", "--columns", "open_time,open,high,low,close,volume",
                    "--symbol", "BENCHUSDT", "--interval", "1m", "--quiet", setup["received"]]
        else:
            argv = [server.client("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c",
                    "\\copy market.klines (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id) from "
                    f"'{setup['final']}' (format csv)"]
        elapsed, peak_mib = run_measured(argv)
        if side == "daybook":
            self.facts["peak memory of the client"] = f"{max(peak_mib, self.peak_mib)} MiB"
            self.peak_mib = max(peak_mib, self.peak_mib)
        tap.equal(psql(url, "select count(*) from market.klines"), str(ROWS), "rows that arrived")
        host.drop(database)
        return ROWS / elapsed


ALL = [Ingest(), *fill_entries.entries(Host.get, DURABLE), *caps_entries.entries(Host.get, DURABLE), Pipeline(Host.get), Pipeline(Host.get, delay_ms=1), *FILE_ENTRIES, Move(Host.get, run_measured), Migrations(Host.get)]
