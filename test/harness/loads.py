"""Candles made up for tests of loading: in order, shuffled over many files, and loaded while everything is killed around it."""

import gzip
import os
import random
import time

from . import program, tap

START_MS = 1638057600000  # 2021-11-28
MINUTE_MS = 60000
COLUMNS = "open_time,open,high,low,close,volume"


def line(minute, close="2"):
    return f"{START_MS + minute * MINUTE_MS},1,3,0.5,{close},10\n"


def write(folder, name, text):
    path = os.path.join(folder, name)
    data = text.encode()
    with open(path, "wb") as out:
        out.write(gzip.compress(data) if name.endswith(".gz") else data)
    os.chmod(path, 0o644)
    return path


def ingest(url, *arguments, **options):
    return program.daybook("ingest", "--url", url, "--format", "json", "--venue", "bitfinex", *arguments, **options)


def digest(pg, database, user="trader"):
    """Number of rows and hash of all candles, whatever order and batches they came in."""
    return pg.sql("select row_count, digest from market.fn_content_digest('klines')", database, user)


def check_sums(rows):
    """Every line of every file has exactly one fate; returns how many lines there were."""
    for row in rows:
        tap.equal(row["rows_in"], row["inserted"] + row["duplicate"] + row["superseded"] + row["rejected"], f"rows_in of {row['file']}")
    return sum(row["rows_in"] for row in rows)


def overlapping_files(folder, prefix, seed, rows=4000):
    """Files of four symbols, two of each: the second begins before the first ends, out of order, and says some things otherwise."""
    randomness = random.Random(seed)
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o755)
    for number in range(4):
        first = [line(minute) for minute in range(rows)]
        second = [line(minute, randomness.choice(("2", "2.5"))) for minute in range(rows - 500, 2 * rows)]
        randomness.shuffle(second)
        write(folder, f"{prefix}{number}USD_1m_a.csv", "".join(first))
        write(folder, f"{prefix}{number}USD_1m_b.csv.gz", "".join(second))
    return 8


class Kills:
    """Loads folder after folder, each several times killed at a random moment before it is left alone, and beside it, in another
    database, without a kill.

    The moments lie within as long as the load without a kill took: what is tested holds at any moment, so nothing depends on which
    one it is. With `crash_every` each so manieth kill is of the whole server too.
    """

    KILLS_OF_FOLDER = 5

    def __init__(self, pg, seed):
        self.pg = pg
        self.random = random.Random(seed)
        self.calm, self.killed = pg.installed("calm", modules="market"), pg.installed("killed", modules="market")
        self.files = 0
        self.kills = 0

    def _arguments(self, url, folder):
        return ["ingest", "--url", url, "--quiet", "--venue", "bitfinex", "--columns", COLUMNS, "--jobs", "2", folder]

    def _kill_one(self, folder, within_s, crash):
        loading = program.start(self._arguments(self.killed, folder))
        time.sleep(self.random.uniform(0, within_s))
        if crash:
            self.pg.crash()
        loading.kill()
        loading.communicate(timeout=60)
        self.kills += loading.returncode != 0
        if crash:
            self.pg.start()

    def _folder(self, number, count, crash_every):
        folder = program.temporary_folder("dbk-kills-")
        self.files += overlapping_files(folder, f"K{number}X", self.random.random())
        started = time.monotonic()
        program.daybook(*self._arguments(self.calm, folder)).ok()
        within_s = time.monotonic() - started
        for _ in range(min(self.KILLS_OF_FOLDER, count - self.kills)):
            self._kill_one(folder, within_s, crash_every > 0 and self.kills % crash_every == crash_every - 1)
        program.daybook(*self._arguments(self.killed, folder)).ok()

    def run(self, count, crash_every=0):
        number = 0
        while self.kills < count:
            self._folder(number, count, crash_every)
            number += 1

    def check(self):
        """The same content, and each file loaded once."""
        tap.equal(digest(self.pg, "killed"), digest(self.pg, "calm"), "content")
        counts = "select count(*), sum(rows_in), sum(inserted + superseded), bool_and(verdict = 'loaded') from ingest.batches"
        for database in ("killed", "calm"):
            tap.equal(self.pg.sql(counts, database, "trader").split("|")[0], str(self.files), f"batches of {database}")
        tap.equal(self.pg.sql(counts, "killed", "trader"), self.pg.sql(counts, "calm", "trader"), "counts")
