"""`daybook fetch`, against a mirror of the archive on the loopback."""

import hashlib
import io
import os
import random
import zipfile

from harness import program, server, tap
from harness.archive import Archive

archive = Archive()
DAILY = "data/spot/daily/klines/{0}/1m/{0}-1m-{1}.zip"
MONTHLY = "data/spot/monthly/klines/{0}/1m/{0}-1m-{1}.zip"


def candles(day, price=1.5):
    """The archive's file of a few minutes of a day, in milliseconds since 1970."""
    rows = "".join(
        f"{day * 86400000 + i * 60000},{price},2.5,1.25,1.75,{i}.5,{day * 86400000 + i * 60000 + 59999},9.5,3,1.5,4.5,0\n" for i in range(20))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(zipfile.ZipInfo("candles.csv"), rows)
    return packed.getvalue()


def fetch(folder, *arguments, **options):
    return program.daybook("fetch", "--mirror", archive.url, "--into", folder, "--no-ingest", "--format", "json", *arguments, **options)


def verdicts(result):
    return {row["file"].split("/")[-1]: row["verdict"] for row in result.json()["fetched"]}


def read(path):
    with open(path, "rb") as content:
        return content.read()


for number in (1, 2, 3):
    archive.add(DAILY.format("DEMOAUSDT", f"2024-02-0{number}"), candles(19753 + number))
archive.add(MONTHLY.format("DEMOAUSDT", "2024-01"), candles(19723))


@tap.test("whole months and single days are fetched with their CHECKSUMs, under the archive's paths, and only once")
def _():
    folder = program.temporary_folder()
    first = fetch(folder, "DEMOAUSDT", "--from", "2024-01", "--to", "2024-02-03").ok()
    tap.equal(verdicts(first), {"DEMOAUSDT-1m-2024-01.zip": "fetched", "DEMOAUSDT-1m-2024-02-01.zip": "fetched",
                                "DEMOAUSDT-1m-2024-02-02.zip": "fetched", "DEMOAUSDT-1m-2024-02-03.zip": "fetched"})
    path = MONTHLY.format("DEMOAUSDT", "2024-01")
    tap.equal(read(os.path.join(folder, path)), archive.files[path])
    tap.contains(read(os.path.join(folder, path + ".CHECKSUM")).decode(), hashlib.sha256(archive.files[path]).hexdigest())
    tap.equal(first.json()["fetched"][0]["sha256"], hashlib.sha256(archive.files[path]).hexdigest())
    archive.asked.clear()
    again = fetch(folder, "DEMOAUSDT", "--from", "2024-01", "--to", "2024-02-03").ok()
    tap.equal(set(verdicts(again).values()), {"unchanged"})
    tap.equal([asked for asked, _ in archive.asked if not asked.endswith(".CHECKSUM")], [])


@tap.test("a month that is not published is asked for by its days; what is missing then is said, with status 1")
def _():
    done = fetch(program.temporary_folder(), "DEMOAUSDT", "--from", "2024-02", "--to", "2024-02").exits(1)
    said = verdicts(done)
    tap.equal(said["DEMOAUSDT-1m-2024-02.zip"], "absent")
    tap.equal([said[f"DEMOAUSDT-1m-2024-02-{day:02}.zip"] for day in range(1, 30)], ["fetched"] * 3 + ["absent"] * 26)


@tap.test("a connection that is cut is tried again and the part continued; errors of the mirror are waited out")
def _():
    path = DAILY.format("DEMOBUSDT", "2024-02-01")
    archive.add(path, random.Random(1).randbytes(200_000))
    archive.fault(path, "cut", 503)
    archive.fault(path + ".CHECKSUM", 429)
    folder = program.temporary_folder()
    fetch(folder, "DEMOBUSDT", "--from", "2024-02-01", "--to", "2024-02-01").ok()
    tap.equal(read(os.path.join(folder, path)), archive.files[path])
    begins = archive.asked_for(path)
    tap.equal(begins[0], 0)
    tap.check(begins[-1] > 0, f"was it continued? {begins}")
    tap.equal(sorted(os.listdir(os.path.dirname(os.path.join(folder, path)))), sorted([os.path.basename(path), os.path.basename(path) + ".CHECKSUM"]))


@tap.test("a file without its published SHA-256 is fetched twice, kept beside its CHECKSUM and not called good")
def _():
    path = DAILY.format("DEMOCUSDT", "2024-02-01")
    archive.add(path, candles(19754))
    archive.add(path + ".CHECKSUM", b"0" * 64 + b"  DEMOCUSDT-1m-2024-02-01.zip\n")
    archive.add(DAILY.format("DEMOCUSDT", "2024-02-02"), candles(19755))
    folder = program.temporary_folder()
    done = fetch(folder, "DEMOCUSDT", "--from", "2024-02-01", "--to", "2024-02-02").exits(5)
    tap.equal(verdicts(done), {"DEMOCUSDT-1m-2024-02-01.zip": "mismatch", "DEMOCUSDT-1m-2024-02-02.zip": "fetched"})
    tap.equal(len(archive.asked_for(path)), 2)
    tap.contains(read(os.path.join(folder, path + ".CHECKSUM")).decode(), "0" * 64)
    del archive.files[path + ".CHECKSUM"]
    fetch(folder, "DEMOCUSDT", "--from", "2024-02-01", "--to", "2024-02-02").ok()


@tap.test("a file that is published anew replaces the old one; one without a CHECKSUM is said to be unverified")
def _():
    path = DAILY.format("DEMODUSDT", "2024-02-01")
    archive.add(path, candles(19754))
    folder = program.temporary_folder()
    fetch(folder, "DEMODUSDT", "--from", "2024-02-01", "--to", "2024-02-01").ok()
    archive.add(path, candles(19754, 1.625))
    tap.equal(verdicts(fetch(folder, "DEMODUSDT", "--from", "2024-02-01", "--to", "2024-02-01").ok()), {"DEMODUSDT-1m-2024-02-01.zip": "fetched"})
    tap.equal(read(os.path.join(folder, path)), archive.files[path])
    archive.fault(path + ".CHECKSUM", 404)
    tap.equal(verdicts(fetch(program.temporary_folder(), "DEMODUSDT", "--from", "2024-02-01", "--to", "2024-02-01").ok()),
              {"DEMODUSDT-1m-2024-02-01.zip": "unverified"})


@tap.test("a mirror that answers nonsense is status 4, and nothing is left under a file's name")
def _():
    path = DAILY.format("DEMOEUSDT", "2024-02-01")
    archive.add(path, candles(19754))
    archive.add(path + ".CHECKSUM", b"<html>welcome</html>")
    folder = program.temporary_folder()
    done = fetch(folder, "DEMOEUSDT", "--from", "2024-02-01", "--to", "2024-02-01").exits(4)
    tap.contains(done.json()["fetched"][0]["reason"], "CHECKSUM")
    tap.equal(os.path.exists(os.path.join(folder, path)), False)


@tap.test("killed in the middle of a file, it goes on from there when it is started again")
def _():
    path = DAILY.format("DEMOFUSDT", "2024-02-01")
    archive.add(path, random.Random(2).randbytes(400_000))
    archive.fault(path, "stall")
    folder = program.temporary_folder()
    arguments = ["DEMOFUSDT", "--from", "2024-02-01", "--to", "2024-02-01"]
    killed = program.start(["fetch", "--mirror", archive.url, "--into", folder, "--no-ingest", *arguments])
    part = os.path.join(folder, path + ".fetched.part")
    tap.wait_until(lambda: os.path.exists(part) and os.path.getsize(part) == 200_000, "half of it is here")
    killed.kill()
    killed.communicate()
    archive.go_on.set()
    tap.equal(os.path.exists(os.path.join(folder, path)), False)
    fetch(folder, *arguments).ok()
    tap.equal(read(os.path.join(folder, path)), archive.files[path])
    tap.equal(archive.asked_for(path), [0, 200_000])


@tap.test("what cannot be asked for is refused with what can")
def _():
    folder = program.temporary_folder()
    tap.contains(fetch(folder, "DEMOAUSDT", "--from", "2024-01", "--type", "metrics").exits(2).err, "no metrics in market spot")
    tap.contains(fetch(folder, "DEMOAUSDT", "--from", "2024-01", "--interval", "7m").exits(2).err, "no klines of 7m")
    tap.contains(fetch(folder, "demo/a", "--from", "2024-01").exits(2).err, "no symbol")
    tap.contains(fetch(folder, "DEMOAUSDT").exits(2).err, "--from")
    tap.contains(fetch(folder, "DEMOAUSDT", "--from", "2030-01", "--to", "2030-02").exits(5).err, "cannot have any of this yet")
    tap.equal(os.listdir(folder), [])


@tap.test("what was fetched is loaded; again nothing changes; published anew, the rows that differ do; a wrong hash is refused and registered")
def _():
    host = server.Server()
    url = host.installed("fetched", "market")
    folder = program.temporary_folder()
    path = DAILY.format("BTCUSDT", "2024-02-01")

    def load(*days):
        return program.daybook("fetch", "--mirror", archive.url, "--into", folder, "--format", "json", "--url", url, "BTCUSDT",
                               "--from", days[0], "--to", days[-1])

    archive.add(path, candles(19754))
    archive.add(DAILY.format("BTCUSDT", "2024-02-02"), candles(19755))
    first = load("2024-02-01", "2024-02-02").ok().json()
    tap.equal([(row["symbol"], row["interval"], row["rows_in"], row["inserted"], row["verdict"]) for row in first["ingested"]],
              [("BTCUSDT", "1m", 20, 20, "loaded")] * 2)
    tap.equal(host.sql("select distinct venue || ' ' || kind || ' ' || symbol from market.v_klines_reader", "fetched"), "binance spot BTCUSDT")
    again = load("2024-02-01", "2024-02-02").ok().json()
    tap.equal([row["verdict"] for row in again["ingested"]], ["replayed"] * 2)
    archive.add(path, candles(19754, 1.625))
    anew = load("2024-02-01").ok().json()
    tap.equal([(row["inserted"], row["superseded"], row["duplicate"]) for row in anew["ingested"]], [(0, 20, 0)])
    archive.add(path + ".CHECKSUM", b"0" * 64 + b"  BTCUSDT-1m-2024-02-01.zip\n")
    archive.add(path, candles(19754, 1.75))
    wrong = load("2024-02-01", "2024-02-02").exits(5).json()
    tap.equal([row["verdict"] for row in wrong["fetched"]], ["mismatch", "unchanged"])
    tap.equal([row["verdict"] for row in wrong["ingested"]], ["refused", "replayed"])
    tap.equal(host.sql("select count(*) from ingest.batches where verdict = 'refused'", "fetched"), "1")
    tap.equal(host.sql("select count(*) filter (where open = 1.625), count(*) from market.klines", "fetched"), "20|40")


tap.main()
