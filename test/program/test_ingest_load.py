"""Loading by `daybook ingest` as a whole: whatever the order, however many at once, and whatever is killed, the same comes out."""

import datetime
import gzip
import hashlib
import json
import os
import pathlib
import random
import shutil
import threading
import uuid
import zipfile

from harness import loads, program, server, tap

pg = server.Server()
folder = program.temporary_folder("dbk-load-")
URL = pg.installed("load", modules="market")
SORTED = pg.installed("sorted", modules="market")


def sql(text, database="load"):
    return pg.sql(text, database, "trader")


def ingest(*arguments, url=URL):
    return loads.ingest(url, *arguments)


@tap.test("shuffled over many batches the rows add up in each, and the content is that of one sorted load")
def _():
    minutes = list(range(12000))
    loads.ingest(SORTED, "--columns", loads.COLUMNS, loads.write(folder, "ALLUSD_1m_2021.csv", "".join(map(loads.line, minutes)))).ok()
    random.Random(1).shuffle(minutes)
    many = os.path.join(folder, "many")
    os.mkdir(many)
    for part in range(40):
        loads.write(many, f"ALLUSD_1m_{part:02}.csv", "".join(map(loads.line, minutes[part::40])))
    rows = ingest("--columns", loads.COLUMNS, "--jobs", "2", many).ok().json()
    tap.equal(loads.check_sums(rows), len(minutes), "rows in all")
    tap.equal([os.path.basename(row["file"]) for row in rows], sorted(os.listdir(many)), "order of the answer")
    tap.equal(loads.digest(pg, "load"), loads.digest(pg, "sorted"))
    tap.equal(sql("select count(*) from ingest.batches where rows_in <> inserted + duplicate + superseded + rejected"), "0")


@tap.test("killed at any moment and started again, the same stands there as without a kill")
def _():
    kills = loads.Kills(pg, 1)
    kills.run(15)
    kills.check()


@tap.test("several at once: those of one symbol too, with the refused among them, each told in its place")
def _():
    some = os.path.join(folder, "some")
    os.mkdir(some)
    for number in range(6):
        loads.write(some, f"JACKUSD_1m_{number}.csv", "".join(map(loads.line, range(number * 1000, number * 1000 + 1500))))
    loads.write(some, "JACKUSD_1m_3.csv", "no candle\n")
    rows = ingest("--columns", loads.COLUMNS, "--jobs", "4", some).exits(5).json()
    tap.equal([row["verdict"] for row in rows], ["loaded"] * 3 + ["refused"] + ["loaded"] * 2)
    tap.equal(sum(row["inserted"] for row in rows), 6000)
    tap.equal(sum(row["duplicate"] for row in rows), 1500)
    ingest("--jobs", "65", some).exits(2)


@tap.test("a file is what its CHECKSUM says, or refused alone; a wrong CHECKSUM is answered for with a reason")
def _():
    sums = os.path.join(folder, "sums")
    os.mkdir(sums)
    for name, published in (("GOODUSD_1m.csv", None), ("BADUSD_1m.csv", "0" * 64), ("LOOSEUSD_1m.csv", "")):
        path = loads.write(sums, name, "".join(map(loads.line, range(10))))
        if published is None:
            with open(path, "rb") as content:
                published = hashlib.sha256(content.read()).hexdigest()
        loads.write(sums, f"{name}.CHECKSUM", f"{published}  {name}\n")
    done = ingest("--columns", loads.COLUMNS, sums).exits(5)
    rows = {os.path.basename(row["file"]): row for row in done.json()}
    tap.equal({name: row["verdict"] for name, row in rows.items()},
              {"GOODUSD_1m.csv": "loaded", "BADUSD_1m.csv": "refused", "LOOSEUSD_1m.csv": "refused"})
    tap.contains(rows["BADUSD_1m.csv"]["reason"], "the CHECKSUM beside it says 0000")
    tap.contains(rows["LOOSEUSD_1m.csv"]["reason"], "no line for this file")
    tap.check(".CHECKSUM" not in done.err, f"a CHECKSUM is not told as left out: {done.err}")
    tap.equal(sql("select count(*) from ref.instruments where symbol = 'BADUSD'"), "0")
    ingest("--accept-checksum", "  ", sums).exits(2)
    bad = os.path.join(sums, "BADUSD_1m.csv")
    done = ingest("--columns", loads.COLUMNS, "--accept-checksum", "published before a correction", bad).ok()
    tap.equal(done.json()[0]["inserted"], 10)
    tap.contains(done.err, "published before a correction")
    tap.equal(sql("select path, revision, checksum, override_reason from ingest.files where checksum <> 'none' order by path"),
              "BADUSD_1m.csv|1|overridden|published before a correction\nGOODUSD_1m.csv|1|verified|")


def rolled_up():
    """Every bit of every bucket, by its length in seconds and its beginning."""
    rows = (line.split("|", 2) for line in sql("select interval_s, extract(epoch from open_time)::bigint, r::text from market.klines_rollup r").splitlines())
    return {(int(length), int(start)): bucket for length, start, bucket in rows}


@tap.test("recorded: a dump again writes nothing; published anew with one candle changed, one row changes; a damaged one nothing")
def _():
    original = tap.test_data("nautilus", "ADABTC-1m-2021-11-28.zip")
    known_as = f"data/spot/daily/klines/ADABTC/1m/{os.path.basename(original)}"
    path = os.path.join(folder, known_as)
    os.makedirs(os.path.dirname(path))
    shutil.copy(original, path)
    tap.equal(program.daybook("ingest", "--url", URL, "--format", "json", path).ok().json()[0]["inserted"], 1440)
    writes = "select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables"
    # What it was, with the CRC that the archive's directory has of it.
    with zipfile.ZipFile(original) as archive:
        member = archive.infolist()[0]
    facts = json.loads(sql(f"select to_json(f) from ingest.files f where path = '{known_as}'"))
    tap.equal((facts["revision"], facts["member_name"], facts["member_crc32"], facts["member_size"], facts["size_bytes"]),
              (1, member.filename, member.CRC, member.file_size, os.path.getsize(original)), "what the file is")
    tap.equal((facts["dialect"]["packing"], facts["dialect"]["format"], facts["dialect"]["delimiter"], facts["dialect"]["header"],
               facts["dialect"]["columns"].split(",")[:6]),
              ("zip", "Binance dump", ",", False, ["open_time", "open", "high", "low", "close", "volume"]), "how it is written")
    program.daybook("market", "rollup", "--url", URL, "--quiet").ok()
    buckets = rolled_up()
    before, content = sql(writes), loads.digest(pg, "load")
    tap.equal(program.daybook("ingest", "--url", URL, "--format", "json", path).ok().json()[0]["verdict"], "replayed")
    tap.equal((sql(writes), loads.digest(pg, "load")), (before, content))
    with zipfile.ZipFile(original) as archive:
        name = archive.namelist()[0]
        lines = archive.read(name).decode().splitlines(keepends=True)
    fields = lines[700].split(",")
    fields[5] = str(float(fields[5]) + 1000)  # its volume is in every bucket that holds it
    lines[700] = ",".join(fields)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "".join(lines))
    row = program.daybook("ingest", "--url", URL, "--format", "json", path).ok().json()[0]
    tap.equal([row[key] for key in ("rows_in", "inserted", "duplicate", "superseded")], [1440, 0, 1439, 1])
    rolled = program.daybook("market", "rollup", "--url", URL, "--format", "json").ok().json()["rolled_up"]
    tap.equal(sum(one["written"] for one in rolled), 5, f"buckets written: {rolled}")
    changed = [key for key, bucket in rolled_up().items() if bucket != buckets[key]]
    at = int(fields[0]) // 1000
    tap.equal(sorted(changed), sorted((length, at - at % length) for length in (300, 900, 3600, 14400, 86400)), "one bucket of each length")
    diff = json.loads(sql(f"select jsonb_agg(to_jsonb(d)) from market.fn_revision_diff('archive_daily', '{known_as}', 2) d"))
    tap.equal([(one["change"], one["old_row"]["volume"] + 1000) for one in diff], [("changed", float(fields[5]))], "what the revision changed")
    tap.equal(sql(f"select string_agg(revision::text, ' ' order by revision) from ingest.files where path = '{known_as}'"), "1 2")
    tap.equal(sql("select count(*) from ingest.objects o join ingest.files f using (sha256) where f.path like '%ADABTC%'"), "2")
    damaged = tap.test_data("nautilus", "ADABTC-1m-2021-11-27.zip")
    row = program.daybook("ingest", "--url", URL, "--format", "json", damaged).exits(5).json()[0]
    tap.equal((row["verdict"], row["inserted"]), ("refused", 0))


@tap.test("each content is kept as it was received, once, with the way to its lines; or not where that is not wanted")
def _():
    text = "".join(map(loads.line, range(25000)))
    plain, packed = loads.write(folder, "KEEPUSD_1m_a.csv", text), loads.write(folder, "KEEPUSD_1m_b.csv.gz", text)
    other, unkept = loads.write(folder, "SAMEUSD_1m_a.csv", text), loads.write(folder, "GONEUSD_1m.csv.gz", text + loads.line(25000))
    ingest("--columns", loads.COLUMNS, plain, packed, other).ok()
    ingest("--columns", loads.COLUMNS, "--no-raw", unkept).ok()

    def kept(path):
        with open(path, "rb") as content:
            digest = hashlib.sha256(content.read()).hexdigest()
        return sql(f"""select o.encoding, o.size_bytes, o.row_offsets::text, sha256(string_agg(c.bytes, ''::bytea order by c.chunk_no)) = o.sha256
                         from ingest.objects o join ingest.object_chunks c using (object_id)
                        where o.sha256 = '\\x{digest}' group by o.object_id""")

    length = len(loads.line(0))
    offsets = f"{{{9999 * length},{19999 * length}}}"
    tap.equal(kept(plain), f"zstd|{len(text)}|{offsets}|f")
    tap.equal(kept(packed), f"gzip|{os.path.getsize(packed)}|{offsets}|t")
    tap.equal(kept(unkept), "")
    tap.equal(sql("select count(*) from ingest.batches where file_name like 'KEEPUSD%' or file_name like 'SAMEUSD%'"), "3")


@tap.test("of a file that shares lines with an earlier one of its series only what is new is kept, and all of it is read back")
def _():
    text = "".join(map(loads.line, range(120000)))
    header = "open_time,open,high,low,close,volume\n"
    changed = text.replace(loads.line(30000), loads.line(30000, "2.5"))
    names = {"a": text, "b": changed, "c": header + text, "d": text[len(loads.line(0)) * 20000:]}
    kept = {}
    for name, content in names.items():
        path = loads.write(folder, f"LIKEUSD_1m_{name}.csv", content)
        ingest(*(() if name == "c" else ("--columns", loads.COLUMNS)), path).ok()
        digest = hashlib.sha256(content.encode()).hexdigest()
        kept[name] = list(map(int, sql(f"select stored_bytes, chunks from ingest.objects where sha256 = '\\x{digest}'").split("|")))
        chunks = json.loads(sql(f"""select json_agg(json_build_object('bytes', encode(bytes, 'hex'), 'first', first_byte) order by chunk_no)
                                      from market.fn_read_object('\\x{digest}')"""))
        got = ""
        for chunk in chunks:
            tap.equal(chunk["first"], len(got), "place of a chunk")
            got += program.run(["zstd", "-dc"], stdin=bytes.fromhex(chunk["bytes"])).ok().out
        tap.check(got == content, f"{name} is read back otherwise")
    tap.check(kept["a"][1] > 9, f"the first file has {kept['a'][1]} chunks")
    for name in "bcd":
        tap.check(kept[name][0] < kept["a"][0] * 0.6, f"{name} took {kept[name][0]} bytes, the first file {kept['a'][0]}")
    tap.equal(sql("select count(*) from ingest.object_chunks c join ingest.object_chunks k on (k.object_id, k.chunk_no) = (c.like_object_id, c.like_chunk_no) "
                  "where k.bytes is null or k.plain_sha256 <> c.plain_sha256 or k.sha256 <> c.sha256"), "0")


@tap.test("what comes from a pipe is loaded, kept and known again like a file")
def _():
    spools = os.path.join(folder, "spools")
    os.mkdir(spools)
    own = program.clean_env(TMPDIR=spools)
    text = "".join(map(loads.line, range(3000))).encode()
    flags = ["ingest", "--url", URL, "--format", "json", "--venue", "v", "--columns", loads.COLUMNS, "--interval", "1m"]
    named = [*flags, "--symbol", "PIPEUSD", "-"]
    tap.contains(program.daybook(*flags, "-", stdin=text, env=own).exits(5).json()[0]["reason"], "which symbol is it?")
    packed = gzip.compress(text, mtime=0)
    row = program.daybook(*named, stdin=packed, env=own).ok().json()[0]
    tap.equal((row["file"], row["inserted"], row["verdict"]), ("-", 3000, "loaded"))
    tap.equal(program.daybook(*named, stdin=packed, env=own).ok().json()[0]["verdict"], "replayed")
    row = program.daybook(*named, stdin=packed[:-9], env=own).exits(5).json()[0]
    tap.contains(row["reason"], "truncated gzip file")
    fifo = os.path.join(folder, "FIFOUSD_1m.csv")
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: pathlib.Path(fifo).write_bytes(text))
    writer.start()
    row = program.daybook(*flags, fifo, env=own).ok().json()[0]
    writer.join()
    tap.equal((row["symbol"], row["inserted"]), ("FIFOUSD", 3000))
    tap.equal(os.listdir(spools), [], "files left behind")


COUNTS = "rows_in, inserted, duplicate, superseded, first_time, last_time"
STREAMS = {  # columns of a file and of a row for the stage, and what number and value make of them
    "klines": (loads.COLUMNS, lambda number, value: [loads.START_MS + number * loads.MINUTE_MS, 1, 3, 0.5, value, 10]),
    "trades": ("trade_time,trade_id,price,quantity", lambda number, value: [loads.START_MS + number // 3 * 1000, number + 1, value, 1]),
    # A row between those of two seconds.
    "between": ("trade_time,trade_id,price,quantity", lambda number, value: [loads.START_MS + number // 3 * 1000 + 500, number + 10**7, value, 1]),
    # Where nothing stands yet: every trade comes again half a second later.
    "again": ("trade_time,trade_id,price,quantity", lambda number, value: [loads.START_MS + 10**9 + number * 500, number // 2 + 10**8, value, 1]),
}


def drawn(randomness, count, known):
    """Numbers in order, most of what is known with most of its values."""
    first = randomness.choice((0, 0, randomness.randrange(2 * count)))
    chosen = [(number, known.get(number, 2) if randomness.random() < 0.999 else randomness.choice((1, 3)))
              for number in range(first, first + count) if randomness.random() < 0.995]
    return chosen


def staged(stream, columns, rows, batch, instrument):
    """A batch like this one in the database beside, all of its rows sent to the stage; its counts."""
    interval = {"klines": "60"}.get(stream)
    fixed = ["batch_id", "instrument_id", *(["interval_s"] if interval else [])]
    values = [batch["batch_id"], instrument, *([interval] if interval else [])]
    lines = "".join(",".join(map(str, [line, datetime.datetime.fromtimestamp(at / 1000, datetime.timezone.utc).isoformat(), *rest, *values])) + "\n"
                    for line, (at, *rest) in enumerate(rows, 2))  # behind the header
    return pg.sql(f"""begin;
        select target from market.fn_open_batch('{batch["batch_id"]}', '{batch["source"]}', '{stream}', '{instrument}', {interval or "null"},
            '{batch["file_name"]}', decode('{batch["sha256"]}', 'hex'), 1, '{batch["first_time"]}', '{batch["last_time"]}', false);
        copy pg_temp.market_stage (line, {columns}, {", ".join(fixed)}) from stdin (format csv);
{lines}\\.
        select {COUNTS} from market.fn_close_batch('{batch["batch_id"]}', {len(rows)}, '{{}}', '{{}}', '{{}}', '{{}}');
        commit""", "sorted", "trader").splitlines()[-1]


def load_both_ways(randomness, stream, number, chosen, form=None):
    columns, values = STREAMS[form or stream]
    rows = [values(*one) for one in chosen]
    name = f"BOTHUSD_{stream}_{randomness.randrange(1000)}_{number}.csv"
    loads.write(folder, name, columns + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))
    flags = ["--stream", stream, "--symbol", "BOTHUSD", *(["--interval", "1m"] if stream == "klines" else [])]
    ingest(*flags, os.path.join(folder, name)).ok()
    batch = json.loads(sql("select to_json(b) from ingest.batches b order by load_no desc limit 1"))
    batch["sha256"] = batch["sha256"].removeprefix("\\x")
    instrument = batch["instrument_id"]
    if number == 0 and stream == "klines":
        pg.sql(f"""select ref.fn_register_currency('BOTH', 'Both ways', 'crypto'), ref.fn_register_instrument('{instrument}', 'bitfinex', 'BOTHUSD',
                   'spot', 'BOTH', 'USD')""", "sorted", "trader")
    tap.equal(sql(f"select {COUNTS} from ingest.batches order by load_no desc limit 1"), staged(stream, columns, rows, batch, instrument),
              f"what became of {name}")
    return instrument


def times(stream, number):
    """Of the row with this number, and its key beside the series."""
    at = datetime.datetime.fromtimestamp(STREAMS[stream][1](number, 0)[0] / 1000, datetime.timezone.utc).isoformat()
    return at, {"open_time": at} if stream == "klines" else {"trade_id": number + 1}


def change_both(randomness, stream, instrument, known):
    """In both databases, past the batches: a row of other values, one that is gone, and a correction."""
    other, gone, corrected = randomness.sample(sorted(known), 3)
    time_column, value_column, interval = {"klines": ("open_time", "close", 60), "trades": ("trade_time", "price", None)}[stream]
    correction, key = uuid.UUID(int=randomness.getrandbits(128)), times(stream, corrected)[1]
    key = key if stream == "klines" else {**key, "trade_time": times(stream, corrected)[0]}
    for database in ("load", "sorted"):
        for number, change in ((other, f"update market.{stream} set {value_column} = 2.75"), (gone, f"delete from market.{stream}")):
            where = " and ".join(f"{name} = '{value}'" for name, value in times(stream, number)[1].items())
            pg.sql(f"{change} where instrument_id = '{instrument}' and {time_column} = '{times(stream, number)[0]}' and {where}", database)
        pg.sql(f"""select outcome from market.fn_correct_row('{correction}', '{stream}', '{instrument}', {interval or "null"},
            '{json.dumps(key)}', '{{"{value_column}": 2.5}}', 'a test')""", database, "trader")


def blocks(stream, instrument):
    """How many are believed, after a look at whether they are what they say; the series is named as its stream needs it."""
    interval = 60 if stream == "klines" else "null"
    found = sql(f"""select coalesce(json_object_agg(v.verdict, v.n), '{{}}')
                      from (select verdict, count(*) as n from market.fn_verify_blocks('{stream}', '{instrument}', {interval}) group by 1) v""")
    tap.check("false" not in json.loads(found), f"blocks that lie: {found}")
    return json.loads(found).get("true", 0)


@tap.test("what stands already is left out, or goes to the stage with the rest: the same counts, rows and superseded values")
def _():
    randomness = random.Random(7)
    for stream, count in (("klines", 11000), ("trades", 18000)):
        known = {}
        for number in range(2):
            chosen = drawn(randomness, count, known)
            known.update(chosen)
            instrument = load_both_ways(randomness, stream, number, chosen)
            blocks(stream, instrument)
            if number == 0:
                tap.equal(sql("select target from ingest.batches order by load_no desc limit 1"), f"market.{stream}", "three trades a second, too")
        # Said again whole after changes that no batch made; what was told from blocks, and what not, is told so from here on.
        change_both(randomness, stream, instrument, known)
        for number, form in (3, "{}"), (4, "{:.1f}"):
            load_both_ways(randomness, stream, number, [(place, form.format(value)) for place, value in sorted(known.items())])
            tap.check(blocks(stream, instrument) > 2, "what was found to stand is known by its blocks")
        # A row between two blocks, which the known ones do not state.
        if stream == "trades":
            edge = sql(f"select extract(epoch from min(last_time))::bigint from ingest.blocks where instrument_id = '{instrument}'")
            load_both_ways(randomness, stream, 5, [((int(edge) - loads.START_MS // 1000) * 3, 1)], "between")
            load_both_ways(randomness, stream, 6, [(place, f"{value:.2f}") for place, value in sorted(known.items())])
            load_both_ways(randomness, stream, 8, [(number, 1) for number in range(200)], "again")
        # The first of them are said again, and otherwise, behind all others.
        load_both_ways(randomness, stream, 7, [*chosen, *((number, 1) for number, _ in chosen[:50])])
        blocks(stream, instrument)
        for what in (f"select * from market.fn_content_digest('{stream}', '{instrument}')",
                     f"""select count(*) > 20, md5(string_agg(t.said, ' ' order by t.said collate "C"))
                           from (select concat_ws(' ', s.key, s.row, s.line, s.batch_id, s.superseded_by) as said from market.superseded s
                                  where s.stream = '{stream}' and s.instrument_id = '{instrument}') t""",
                     f"""select sum(inserted) > 0, sum(duplicate) > 10000, sum(superseded) > 0 from ingest.batches
                          where stream = '{stream}' and instrument_id = '{instrument}'"""):
            tap.equal(sql(what), pg.sql(what, "sorted", "trader"), f"{stream}: {what[:60]}")


@tap.test("known rows were left out when the first of them come again with another value: within the file the last line wins, as anywhere")
def _():
    def load(name, lines):
        row = ingest("--columns", loads.COLUMNS, "--symbol", "LATEUSD", "--interval", "1m", loads.write(folder, name, "".join(lines))).ok().json()[0]
        return [row[key] for key in ("rows_in", "inserted", "duplicate", "superseded")]

    known = [loads.line(number) for number in range(40000)]  # so many that some are left out long before the last line is read
    tap.equal(load("late_1.csv", known), [40000, 40000, 0, 0])
    # Of each that is contradicted the first line loses to the second, and so does what stood.
    tap.equal(load("late_2.csv", [*known, *(loads.line(number, "1.5") for number in range(50))]), [40050, 0, 39950, 100])
    tap.equal(sql("select t.close, count(*) from market.klines t join ref.instruments i using (instrument_id) where i.symbol = 'LATEUSD' "
                  "group by 1 order by 1"), "1.5|50\n2|39950")


@tap.test("rows of the first and of the last day of a month by turns are those in order; said again in any order they are duplicates, and nothing is written")
def _():
    days = [[loads.line(minute) for minute in range(day * 1440, (day + 1) * 1440)] for day in (0, 30)]
    ordered, by_turns = days[0] + days[1], [line for pair in zip(*days) for line in pair]
    shuffled = random.Random(31).sample(ordered, len(ordered))

    def load(symbol, name, lines, status=0):
        path = loads.write(folder, f"{symbol}_1m_{name}.csv", "".join(lines))
        row = ingest("--columns", loads.COLUMNS, path).exits(status).json()[0]
        return [row[key] for key in ("inserted", "duplicate", "superseded")]

    def rows(symbol):
        return sql("select t.open_time, t.open, t.high, t.low, t.close, t.volume from market.klines t join ref.instruments i using (instrument_id) "
                   f"where i.symbol = '{symbol}' order by 1")

    def written():
        tap.wait_until(lambda: sql("select count(*) from pg_stat_activity where application_name = 'daybook ingest'") == "0", "the load is over")
        return sql("select sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del) from pg_stat_user_tables "
                   "where schemaname = 'market' and relname ~ '^(klines|superseded|ticker_latest|rollup_dirty)'")

    tap.equal([load("ORDUSD", "a", ordered), load("TURNUSD", "a", by_turns)], [[2880, 0, 0]] * 2)
    tap.equal(rows("TURNUSD"), rows("ORDUSD"), "content")
    before = written()
    for name, lines in (("b", ordered), ("c", by_turns), ("d", shuffled)):
        tap.equal(load("ORDUSD", name, [*lines, "no candle\n"], 1), [0, 2880, 0], f"known rows, {name}")
    tap.equal(written(), before, "tuples inserted, updated and deleted")


@tap.test("known rows in other bytes are recognised without a look at them, and not when somebody changed one")
def _():
    def load(name, lines):
        return ingest("--columns", loads.COLUMNS, "--symbol", "KNOWNUSD", "--interval", "1m", loads.write(folder, name, "".join(lines)))

    lines = [loads.line(number) for number in range(5000)]
    load("known_1.csv", lines).ok()
    instrument = sql("select instrument_id from ref.instruments where symbol = 'KNOWNUSD'")
    tap.equal(blocks("klines", instrument), 4, "days, and what is left")
    sql("alter function market.fn_standing_rows rename to fn_nobody_calls")
    row = load("known_2.csv", [*lines, "no candle\n"]).exits(1).json()[0]
    tap.equal([row[key] for key in ("rows_in", "inserted", "duplicate", "superseded", "rejected")], [5001, 0, 5000, 0, 1])
    pg.sql(f"update market.klines set close = close + 0.25 where instrument_id = '{instrument}' and open_time = (select min(open_time) "
           f"from market.klines where instrument_id = '{instrument}')", "load")
    tap.contains(load("known_3.csv", [*lines, "nor this\n"]).exits(6).err, "fn_standing_rows")
    sql("alter function market.fn_nobody_calls rename to fn_standing_rows")
    row = load("known_3.csv", [*lines, "nor this\n"]).exits(1).json()[0]
    tap.equal([row[key] for key in ("inserted", "duplicate", "superseded")], [0, 4999, 1])
    # Many went straight into the table when the first of them comes again, with another value.
    load("twice_1.csv", [*(loads.line(number) for number in range(6000, 36000)), loads.line(6000, "1.5")]).ok()
    blocks("klines", instrument)


tap.main()
