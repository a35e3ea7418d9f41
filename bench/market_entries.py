"""Market data through `daybook ingest`, beside psql \\copy of the same rows in their final form into the same partitioned table.

The rows are made up, in the columns of Binance's archive. What is received is kept too (ingest.object_chunks), which \\copy does not do.
"""

import csv
import datetime
import gzip
import os
import random
import zipfile

from harness import program, server, tap

ROWS = 1_000_000
MONTH_ROWS = 31 * 1440
FIRST = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
INSTRUMENT = "0190a000-0000-7000-8000-00000000000"
BATCH = "0190a000-0000-7000-8000-000000000009"
COLUMNS = ("instrument_id, interval_s, open_time, open, high, low, close, volume, quote_volume, trade_count, taker_buy_volume, "
           "taker_buy_quote_volume, batch_id")


def candles(count, seed):
    """Open time in ms and the values of one candle after another."""
    randomness, price = random.Random(seed), 40000.0
    for number in range(count):
        close = round(price * (1 + randomness.uniform(-0.001, 0.001)), 2)
        volume = round(randomness.uniform(0, 50), 5)
        taker = round(volume * 0.4, 5)
        yield (int(FIRST.timestamp() * 1000) + number * 60_000,
               [price, round(max(price, close) * 1.0002, 2), round(min(price, close) * 0.9998, 2), close, volume],
               [round(volume * close, 8), randomness.randrange(1, 2000), taker, round(taker * close, 8)])
        price = close


class Files:
    """What is loaded, made once: `count` rows of each of two symbols, as received and in final form."""

    made = None

    def __init__(self, count):
        self.folder = program.temporary_folder("dbk-bench-")
        os.chmod(self.folder, 0o755)
        self.count = count
        for number in (1, 2):
            self._write(number)
        with open(self.received(1), "rb") as plain:
            data = plain.read()
        with open(self.path("ONEUSDT-1m-2020.csv.gz"), "wb") as out:
            out.write(gzip.compress(data, 6))
        with zipfile.ZipFile(self.path("ONEUSDT-1m-2020.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("ONEUSDT-1m-2020.csv", data)
        # A month, as an archive has them.
        with zipfile.ZipFile(self.path("MONTHUSDT-1m-2020-01.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("MONTHUSDT-1m-2020-01.csv", b"\n".join(data.splitlines()[:MONTH_ROWS]) + b"\n")
        # The same rows, and other bytes.
        with open(self.path("again/ONEUSDT-1m-again.csv"), "wb") as out:
            out.write(data.replace(b",0\n", b",1\n", 1))

    @classmethod
    def get(cls):
        cls.made = cls.made or cls(ROWS)
        return cls.made

    def path(self, name):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def received(self, number):
        return self.path(f"{('ONE', 'TWO')[number - 1]}USDT-1m-2020.csv")

    def final(self, number):
        return self.path(f"final_{number}.csv")

    def _write(self, number):
        with open(self.received(number), "w", newline="") as one, open(self.final(number), "w", newline="") as two:
            received, final = csv.writer(one, lineterminator="\n"), csv.writer(two, lineterminator="\n")
            for time_ms, prices, rest in candles(self.count, number):
                quote, trades, taker, taker_quote = rest
                received.writerow([time_ms, *(f"{value:.8f}" for value in prices), time_ms + 59_999, f"{quote:.8f}", trades, f"{taker:.8f}",
                                   f"{taker_quote:.8f}", 0])
                at = datetime.datetime.fromtimestamp(time_ms / 1000, datetime.timezone.utc).isoformat()
                final.writerow([INSTRUMENT + str(number), 60, at, *prices, *rest, BATCH])


class Market:
    """One way of loading beside others; a way is a list of programs that run one after another, and says how many rows they bring."""

    unit = "rows/s"

    def __init__(self, host, run_measured, settings, name, what, ways, before=None):
        self.host, self.run_measured = host, run_measured
        self.name, self.what, self.ways, self.before = name, what, ways, before
        self.sides = ways
        self.facts = {"rows": f"{ROWS:,}", "settings": "; ".join(settings)}
        self.peak_mib = 0

    def prepare(self):
        last = (FIRST + datetime.timedelta(minutes=ROWS)).isoformat()
        host = self.host()
        host.server.sql(f"select market.fn_ensure_partitions('klines', '{FIRST.isoformat()}', '{last}')", "template_book", "trader")
        return Files.get()

    def rate(self, side, files):
        host = self.host()
        database = host.clone()
        url = host.server.url(database, "trader")
        argv, rows = self.ways[side](files, url)
        if self.before:
            self.run_measured(self.before(files, url))
            host.server.sql("checkpoint")
        elapsed, peak_mib = self.run_measured(argv)
        if side == "daybook":
            self.peak_mib = max(peak_mib, self.peak_mib)
            self.facts["peak memory of the client"] = f"{self.peak_mib} MiB"
        host.drop(database)
        return rows / elapsed


def ingest(url, *arguments):
    return [program.DAYBOOK, "ingest", "--url", url, "--venue", "bench", "--quiet", *arguments]


def load(jobs, *names):
    return lambda files, url: (ingest(url, "--jobs", str(jobs), *map(files.path, names)), ROWS * len(names))


def copy(files, url):
    return [server.client("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c",
            f"\\copy market.klines ({COLUMNS}) from '{files.final(1)}' (format csv)"], ROWS


def first_load(files, url):
    return load(1, "ONEUSDT-1m-2020.csv")(files, url)[0]


class Known:
    """A file that is known, beside the smallest thing psql can do."""

    name, what, unit = "market-known", "daybook ingest of a file that was loaded before; plain = psql -c 'select 1'", "calls/s"
    calls = 20

    def __init__(self, host, run_measured):
        self.host, self.run_measured, self.facts = host, run_measured, {"the file": f"{MONTH_ROWS:,} candles in a zip file"}

    def prepare(self):
        host, files = self.host(), Files.get()
        url = host.server.url(host.clone(), "trader")
        zipped = files.path("MONTHUSDT-1m-2020-01.zip")
        self.run_measured(ingest(url, zipped))
        return {"daybook": ingest(url, zipped), "plain": [server.client("psql"), "-Xq", "-d", url, "-c", "select 1"]}

    def rate(self, side, setup):
        return self.calls / sum(self.run_measured(setup[side])[0] for _ in range(self.calls))


def entries(host, run_measured, settings):
    one = load(1, "ONEUSDT-1m-2020.csv")

    def market(name, what, ways, before=None):
        return Market(host, run_measured, settings, name, what, ways, before)

    return [
        market("market-csv", "candles from a CSV file, one connection; plain = psql \\copy", {"daybook": one, "plain": copy}),
        market("market-two", "candles of two symbols from two CSV files, two connections; one = one connection; plain = psql \\copy",
               {"daybook": load(2, "ONEUSDT-1m-2020.csv", "TWOUSDT-1m-2020.csv"), "one": one, "plain": copy}),
        market("market-zip", "candles from a zip file, one connection; plain = psql \\copy of CSV",
               {"daybook": load(1, "ONEUSDT-1m-2020.zip"), "plain": copy}),
        market("market-gzip", "candles from a gzip file, one connection; plain = psql \\copy of CSV",
               {"daybook": load(1, "ONEUSDT-1m-2020.csv.gz"), "plain": copy}),
        market("market-replay", "known candles in another file, which change nothing; first = their first load",
               {"daybook": load(1, "again/ONEUSDT-1m-again.csv"), "first": load(1, "TWOUSDT-1m-2020.csv")}, first_load),
        Known(host, run_measured),
    ]
