"""`daybook ingest` against a real server: every line accounted for, once, or nothing at all."""

import gzip
import json
import os
import re
import resource
import signal
import subprocess
import zipfile

from harness import private, program, recorded, server, tap

pg = server.Server()
folder = program.temporary_folder("dbk-ingest-")
URL = pg.installed("ingest", modules="market")
MINUTE_MS = 60000
START_MS = 1638057600000  # 2021-11-28
BITFINEX = "open_time,open,close,high,low,volume"
BITFINEX_ROWS = {
    "BTCUSD_1m_2013.csv.gz": 148055, "BTCUSD_1m_2014.csv.gz": 283787, "EOSUSD_1m_2017.csv.gz": 218542,
    "ETHUSD_1m_2016.csv.gz": 85818, "LTCUSD_1m_2013.csv.gz": 18645, "LTCUSD_1m_2014.csv.gz": 110366,
    "NEOUSD_1m_2017.csv.gz": 135583,
}


def ingest(*arguments, url=None, **options):
    return program.daybook("ingest", "--url", url or URL, "--format", "json", *arguments, **options)


def sql(text):
    return pg.sql(text, "ingest", "trader")


def write(name, text, mode=0o644):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path, mode)
    return path


def candle(minute, close="2", volume="10"):
    """One line in Bitfinex's order: open, close, high, low."""
    return f"{START_MS + minute * MINUTE_MS},1,{close},3,0.5,{volume}\n"


def candles(minutes, **values):
    return "".join(candle(minute, **values) for minute in minutes)


def rows_of(symbol):
    return sql(f"""select k.open_time, k.open, k.high, k.low, k.close, k.volume, k.quote_volume, k.trade_count,
                          k.taker_buy_volume, k.taker_buy_quote_volume
                     from market.klines k join ref.instruments i using (instrument_id)
                    where i.symbol = '{symbol}' order by k.open_time""")


def check_row(row, **expected):
    for name, value in expected.items():
        tap.equal(row[name], value, f"{name} of {row['file']} ({row.get('reason')})")
    tap.equal(row["rows_in"], row["inserted"] + row["duplicate"] + row["superseded"] + row["rejected"], "rows_in")


@tap.test("candles of a plain file arrive, exactly, and the file again changes nothing")
def _():
    path = write("PLAINUSD_1m_2021.csv", candle(0, close="1.00000001", volume="8e-8") + candles(range(1, 100)))
    done = ingest("--venue", "bitfinex", path).ok()
    check_row(done.json()[0], symbol="PLAINUSD", interval="1m", rows_in=100, inserted=100, verdict="loaded", reason=None)
    tap.equal(rows_of("PLAINUSD").splitlines()[0], "2021-11-28 00:00:00+00|1|3|0.5|1.00000001|8e-08||||")
    before = sql("select count(*) from bus.domain_events") + sql("select sum(n_tup_ins + n_tup_upd) from pg_stat_user_tables")
    again = ingest("--venue", "bitfinex", "--columns", BITFINEX, path).ok()
    check_row(again.json()[0], inserted=100, verdict="replayed")
    tap.equal(sql("select count(*) from bus.domain_events")
              + sql("select sum(n_tup_ins + n_tup_upd) from pg_stat_user_tables"), before)
    renamed = write("PLAINUSD_1m_other.csv", open(path, "rb").read())
    check_row(ingest("--venue", "bitfinex", renamed).ok().json()[0], verdict="replayed")


@tap.test("one event says what became of each batch")
def _():
    path = write("EVENUSD_1m.csv", candles(range(5)) + "x\n")
    ingest("--venue", "bitfinex", path).exits(1)
    payload = json.loads(sql("""select payload from bus.domain_events where event_type = 'market.batch_loaded'
                                and payload->>'file_name' = 'EVENUSD_1m.csv'"""))
    tap.equal([payload[name] for name in ("rows_in", "inserted", "duplicate", "superseded", "rejected")], [6, 5, 0, 0, 1])


@tap.test("a line that is no candle is kept with its place, its reason and itself; the rest is loaded")
def _():
    good = candles(range(3))
    bad = "1638057780000,1,2,3,0.5\n"
    text = good + bad + candle(4) + "1638058020000,1,2,0.7,0.5,10\n" + candle(7) + "zero\x00byte\n" + "4102444800000,1,2,3,0.5,10\n"
    done = ingest("--venue", "bitfinex", "--columns", BITFINEX, write("REJUSD_1m.csv", text)).exits(1)
    check_row(done.json()[0], rows_in=9, inserted=5, rejected=4, verdict="loaded")
    found = sql("""select r.line, r.byte_offset, r.reason, r.raw from ingest.rejects r join ingest.batches b using (batch_id)
                    where b.file_name = 'REJUSD_1m.csv' order by r.line""").splitlines()
    tap.equal(found[0], f"4|{len(good)}|5 columns instead of 6|{bad.strip()}")
    tap.contains(found[1], "|high is below open, close or low|1638058020000,1,2,0.7,0.5,10")
    tap.contains(found[2], "|1 columns instead of 6|zero\\x00byte")
    waits = sql("select q.line, q.reason, q.raw from ingest.quarantine q join ingest.batches b using (batch_id) where b.file_name = 'REJUSD_1m.csv'")
    tap.equal(waits, "9|open_time is too early or in the future|4102444800000,1,2,3,0.5,10", "a time that cannot be waits for somebody to look at it")


@tap.test("too many of them refuse the file, and nothing of it is loaded")
def _():
    path = write("MANYUSD_1m.csv", candles(range(3)) + "x\ny\n" + candle(5))
    done = ingest("--venue", "bitfinex", "--max-rejects", "1", path).exits(5)
    check_row(done.json()[0], rows_in=0, inserted=0, verdict="refused")
    tap.contains(done.json()[0]["reason"], "more than 1 lines are not candles; the first is line 4")
    tap.equal(sql("select count(*) from ref.instruments where symbol = 'MANYUSD'"), "0")
    tap.equal(sql("select verdict, rows_in from ingest.batches where file_name = 'MANYUSD_1m.csv'"), "refused|0")
    check_row(ingest("--venue", "bitfinex", "--max-rejects", "2", path).exits(1).json()[0], rows_in=6, inserted=4, rejected=2)


@tap.test("other values for known minutes supersede, equal ones are duplicates, the old ones are kept")
def _():
    ingest("--venue", "bitfinex", write("MERGEUSD_1m_a.csv", candles(range(10)))).ok()
    path = write("MERGEUSD_1m_b.csv", candles(range(5, 8)) + candles(range(8, 12), close="2.5"))
    check_row(ingest("--venue", "bitfinex", path).ok().json()[0], rows_in=7, inserted=2, duplicate=3, superseded=2)
    tap.equal(len(rows_of("MERGEUSD").splitlines()), 12)
    tap.equal(sql("""select count(*), min((s.row ->> 'close')::float8), max((s.row ->> 'close')::float8) from market.superseded s
                       join ref.instruments i using (instrument_id) where i.symbol = 'MERGEUSD'"""), "2|2|2")


@tap.test("lines out of order, repeated and corrected in one file: the last one wins, and the sum is right")
def _():
    lines = [candle(3), candle(1), candle(2), candle(1), candle(2, close="2.25"), candle(0)]
    done = ingest("--venue", "bitfinex", write("MIXEDUSD_1m.csv", "".join(lines))).ok()
    check_row(done.json()[0], rows_in=6, inserted=4, duplicate=1, superseded=1)
    tap.equal([line.split("|")[4] for line in rows_of("MIXEDUSD").splitlines()], ["2", "2", "2.25", "2"])


@tap.test("the same rows give the same content, sorted or shuffled, in one file or many")
def _():
    ingest("--venue", "bitfinex", write("SORTEDUSD_1m.csv", candles(range(200)))).ok()
    shuffled = [(minute * 77) % 200 for minute in range(200)]
    for part in range(4):
        ingest("--venue", "bitfinex", write(f"SHUFFLEDUSD_1m_{part}.csv", candles(shuffled[part::4]))).ok()
    tap.equal(rows_of("SHUFFLEDUSD"), rows_of("SORTEDUSD"))


@tap.test("gzip and zip are told by their content")
def _():
    text = candles(range(50))
    check_row(ingest("--venue", "bitfinex", write("PACKAUSD_1m.csv", gzip.compress(text.encode()))).ok().json()[0], inserted=50)
    path = os.path.join(folder, "PACKBUSD-1m-x.gz")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("whatever.csv", text)
    check_row(ingest("--venue", "bitfinex", "--base", "PACKB", "--quote", "USD", path).ok().json()[0], inserted=50)
    tap.equal(rows_of("PACKAUSD"), rows_of("PACKBUSD"))


@tap.test("a damaged or truncated file loads nothing and says why; the others are loaded")
def _():
    whole = gzip.compress("".join(candle(minute, volume=str(minute * 7919)) for minute in range(5000)).encode())
    cut = write("dam/CUTUSD_1m.csv.gz", whole[:-100])
    bad = bytearray(whole)
    bad[len(bad) // 2] ^= 0xFF
    changed = write("dam/FLIPUSD_1m.csv.gz", bytes(bad))
    fine = write("dam/FINEUSD_1m.csv.gz", whole)
    rows = {os.path.basename(row["file"]): row for row in ingest("--venue", "bitfinex", cut, changed, fine).exits(5).json()}
    tap.contains(rows["CUTUSD_1m.csv.gz"]["reason"], "truncated gzip file")
    tap.contains(rows["FLIPUSD_1m.csv.gz"]["reason"], "damaged gzip file")
    check_row(rows["FINEUSD_1m.csv.gz"], inserted=5000, verdict="loaded")
    tap.equal(sql("select count(*) from ref.instruments where symbol in ('CUTUSD', 'FLIPUSD')"), "0")
    tap.equal(sql("""select count(*) from bus.domain_events where event_type = 'market.batch_refused'
                      and payload->>'file_name' in ('CUTUSD_1m.csv.gz', 'FLIPUSD_1m.csv.gz')"""), "2")
    ingest("--venue", "bitfinex", cut).exits(5)
    tap.equal(sql("select count(*) from ingest.batches where file_name = 'CUTUSD_1m.csv.gz'"), "1")


@tap.test("what is not certain is asked, and the answer is the flag it names")
def _():
    flat = write("FLUSD_1m.csv", "".join(f"{START_MS + m * MINUTE_MS},1,1,1,1,1\n" for m in range(5)))
    reason = ingest("--venue", "bitfinex", flat).exits(5).json()[0]["reason"]
    tap.contains(reason, "4 layouts fit every line; which is it?")
    columns = re.search(r"Bitfinex: --columns (\S+);", reason).group(1)
    ingest("--venue", "bitfinex", "--columns", columns, flat).ok()
    asked = [
        (write("VENUEUSD_1m.csv", candles(range(3))), "--venue", [], ["--venue", "bitfinex"]),
        (write("x-y-z.csv", candles(range(3))), "--interval", ["--venue", "v"], ["--symbol", "NAMEUSD", "--interval", "1m"]),
        (write("x-y-a.csv", candles(range(3))), "--symbol", ["--venue", "v", "--interval", "1m"], ["--symbol", "NAMEAUSD"]),
        (write("LENGTHUSD.csv", candles(range(3))), "--interval", ["--venue", "v"], ["--interval", "1m"]),
        (write("6EH4_1m.csv", candles(range(3))), "--base", ["--venue", "cme"], ["--base", "EUR", "--quote", "USD"]),
        (write("ARBUSD_1m.csv", candles(range(3))), "--base", ["--venue", "v"], ["--base", "ARB", "--quote", "USD"]),
    ]
    for path, flag, given, answer in asked:
        tap.contains(ingest(*given, path).exits(5).json()[0]["reason"], flag)
        check_row(ingest(*given, *answer, path).ok().json()[0], inserted=3)


@tap.test("what contradicts is refused: another interval, another symbol, other currencies")
def _():
    path = write("HOURUSD_1h.csv", candles(range(0, 600, 60)))
    tap.contains(ingest("--venue", "v", "--interval", "1m", path).exits(5).json()[0]["reason"], "says 1h, --interval says 1m")
    hours = write("HOURUSD.csv", candles(range(0, 60 * 200, 60)))
    tap.contains(ingest("--venue", "v", "--interval", "1m", hours).exits(5).json()[0]["reason"], "multiples of 1h apart")
    ingest("--venue", "v", "--interval", "1h", hours).ok()
    one, two = write("ONEUSD_1m.csv", candles(range(3))), write("TWOUSD_1m.csv", candles(range(4)))
    rows = ingest("--venue", "v", "--symbol", "tONEUSD", "--base", "ONE", "--quote", "USD", one, two).exits(5).json()
    check_row(rows[0], inserted=3, symbol="tONEUSD")
    tap.contains(rows[1]["reason"], "--symbol is one for all of them")
    tap.contains(ingest("--venue", "v", "--symbol", "tONEUSD", "--base", "TWO", two).exits(5).json()[0]["reason"],
                 "has base ONE, not TWO")


@tap.test("a folder is its candle files in order; what is left out is told")
def _():
    write("many/BUSD_1m.csv", candles(range(2)))
    write("many/AAUSD_1m.csv.gz", gzip.compress(candles(range(2)).encode()))
    write("many/README.md", "read me")
    write("many/inner/CUSD_1m.csv", candles(range(2)))
    write("many/.hidden.csv", "x")
    done = ingest("--venue", "v", "--base", "X", "--quote", "USD", os.path.join(folder, "many")).ok()
    tap.equal([os.path.basename(row["file"]) for row in done.json()], ["AAUSD_1m.csv.gz", "BUSD_1m.csv"])
    for name, why in (("README.md", "its name does not end with"), ("inner", "folders are not recursed into"), (".hidden.csv", "dot")):
        line = [text for text in done.err.splitlines() if f"/{name}" in text]
        tap.check(line and why in line[0], f"{name}: {done.err}")
    empty = os.path.join(folder, "nothing")
    os.mkdir(empty)
    tap.contains(ingest("--venue", "v", empty).exits(5).json()[0]["reason"], "holds no files of market data")


@tap.test("what is no candle file is refused with a reason")
def _():
    cases = [
        (write("EMPTYUSD_1m.csv", ""), "empty"), (write("TEXTUSD_1m.csv", "hello\n"), "not a file of candles"),
        (write("HEADUSD_1m.csv", "timestamp,open,high,low,close,volume\n"), "no candles"),
        (write("ELFUSD_1m.csv", b"\x7fELF\x00\x00,,,,,,\n"), "not a text file"),
        (os.path.join(folder, "MISSINGUSD_1m.csv"), "No such file"),
        (os.path.join(folder, "missing", ""), "No such file"), ("/dev/null", "not a regular file"),
    ]
    for path, reason in cases:
        tap.contains(ingest("--venue", "v", "--symbol", "NONEUSD", "--interval", "1m", path).exits(5).json()[0]["reason"], reason)
    tap.equal(sql("select count(*) from ref.instruments where symbol = 'NONEUSD'"), "0")


@tap.test("a file that may not be read is refused")
def _():
    path = write("SECRETUSD_1m.csv", candles(range(3)), 0)

    def drop():
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)

    done = program.run([private.binary(), "ingest", "--url", URL, "--format", "json", "--venue", "v", path], preexec_fn=drop)
    tap.contains(done.exits(5).json()[0]["reason"], "Permission denied")


@tap.test("wrong usage is told before anything is read")
def _():
    path = write("USAGEUSD_1m.csv", candles(range(3)))
    for flags in (["--interval", "1mo"], ["--columns", "open_time,open"], ["--venue", "Bit Finex"], ["--kind", "future"],
                  ["--base", "usd"], ["--max-rejects", "-1"], ["--max-rejects", "1000000"], ["--symbol", "A B"], ["--nonsense"]):
        ingest(*flags, path).exits(2)
    program.daybook("ingest", "--url", URL).exits(2)
    tap.contains(program.daybook("ingest", "--help").ok().out, "--columns")


@tap.test("no server: the connection's exit status, and quickly")
def _():
    path = write("NOSERVERUSD_1m.csv", candles(range(3)))
    ingest("--venue", "v", path, url=f"postgresql:///x?host={folder}").exits(4)


@tap.test("with the two roles of a bootstrapped database it is the same, both ways in")
def _():
    url = pg.installed("roles", modules="market", roles=True)
    one, two = write("ROLEUSD_1m_a.csv", candles(range(10))), write("ROLEUSD_1m_b.csv", candles(range(5, 15)) + "x\n")
    rows = ingest("--venue", "v", one, two, url=url).exits(1).json()
    check_row(rows[0], inserted=10)
    check_row(rows[1], inserted=5, duplicate=5, rejected=1)


@tap.test("through a pooler in transaction mode it is the same")
def _():
    pooler = server.PgBouncer(pg)
    path = write("POOLUSD_1m.csv", candles(range(100)))
    check_row(ingest("--venue", "v", path, url=pooler.url("ingest", "trader")).ok().json()[0], inserted=100)
    check_row(ingest("--venue", "v", write("POOLUSD_1m_b.csv", candles(range(50, 120))), url=pooler.url("ingest", "trader")).ok().json()[0],
              inserted=20, duplicate=50)


@tap.test("the results come as table, CSV and JSON")
def _():
    path = write("FORMUSD_1m.csv", candles(range(3)))
    text = program.daybook("ingest", "--url", URL, "--venue", "v", path).ok().out
    tap.contains(text, "superseded")
    lines = program.daybook("ingest", "--url", URL, "--venue", "v", "--format", "csv", path).ok().out.splitlines()
    tap.equal(lines[0], "file,stream,symbol,interval,rows_in,inserted,duplicate,superseded,rejected,verdict,reason")
    tap.equal(lines[1], f"{path},klines,FORMUSD,1m,3,3,0,0,0,replayed,")


@tap.test("digits that are not kept and units that change are told, and stand in the batch")
def _():
    text = candle(0, volume="0.12345678901234567890") + candles([1]).replace(str(START_MS + MINUTE_MS), str((START_MS + MINUTE_MS) * 1000))
    done = ingest("--venue", "v", write("TELLUSD_1m.csv", text)).ok()
    check_row(done.json()[0], inserted=2)
    tap.contains(done.err, "more digits than are kept")
    tap.contains(done.err, "column=volume")
    tap.contains(done.err, "several units")
    tap.equal(json.loads(sql("select notes from ingest.batches where file_name = 'TELLUSD_1m.csv'")),
              {"lossy_values": 1, "lossy_line": 1, "lossy_column": "volume", "time_units": "ms and us"})


@tap.test("the unit of a time is told row by row; what is no time and what is too large for its column is rejected, never wrapped")
def _():
    rows = ["1,10000000000000.00000000,1735689599999", "2,1e13,1735689600000000", "3,92233720368.54775807,1735689600001", "4,1,0", "5,1,-1735689600000",
            "9223372036854775807,1,1735689600002", "9223372036854775808,1,1735689600003", "7,1e400,1735689600004"]
    path = write("LIMUSD.csv", "trade_id,quantity,trade_time,price\n" + "".join(f"{row},1.00000001\n" for row in rows))
    row = ingest("--venue", "v", "--stream", "trades", "--symbol", "LIMUSD", path).exits(1).json()[0]
    check_row(row, rows_in=8, inserted=4, rejected=4)
    tap.equal(sql("""select t.trade_id, t.quantity, t.trade_time from market.trades t join ref.instruments i using (instrument_id)
                      where i.symbol = 'LIMUSD' order by t.trade_time, t.trade_id""").splitlines(),
              ["1|10000000000000|2024-12-31 23:59:59.999+00", "2|10000000000000|2025-01-01 00:00:00+00", "3|92233720368.54776|2025-01-01 00:00:00.001+00",
               "9223372036854775807|1|2025-01-01 00:00:00.002+00"], "a millisecond apart")
    tap.equal(sql("""select r.line from ingest.rejects r join ingest.batches b using (batch_id) where b.file_name = 'LIMUSD.csv' order by 1""").split(),
              ["5", "6", "8", "9"], "lines that are rejected")
    notes = json.loads(sql("select notes from ingest.batches where file_name = 'LIMUSD.csv'"))
    tap.equal((notes["lossy_values"], notes["lossy_line"], notes["lossy_column"], notes["time_units"]), (1, 4, "quantity", "ms and us"))


@tap.test("a disk that takes no more is an error, and no half file keeps a good name")
def _():
    out = os.path.join(folder, "full")

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

    for flags in ([], ["--plain"]):
        done = program.daybook("generate", "candles", "--days", "1", "--out", out, *flags, preexec_fn=limit)
        done.exits(6)
        tap.contains(done.err, "could not write")
    tap.equal([name for name in os.listdir(out) if name.endswith((".zip", ".csv"))], [])


@tap.test("generated candles are labelled, load whole, and again as replays")
def _():
    out = os.path.join(folder, "demo")
    program.daybook("generate", "candles", "--days", "2", "--out", out).ok()
    tap.contains(open(os.path.join(out, "GENERATED.md"), encoding="utf-8").read(), "never recorded")
    rows = ingest(out).ok().json()
    tap.equal(sql("select distinct venue from ref.instruments where symbol like 'DEMO%'"), "demo")
    tap.equal(len(rows), 6)
    tap.equal({row["verdict"] for row in rows}, {"loaded"})
    tap.check(all(1300 < row["inserted"] <= 1440 for row in rows), "about 1440 a day")
    program.daybook("generate", "candles", "--days", "2", "--out", out).ok()
    tap.equal({row["verdict"] for row in ingest("--venue", "demo", out).ok().json()}, {"replayed"})
    for flags in (["--symbol", "BTCUSDT"], ["--start", "yesterday"], ["--start", "2008-12-31"], ["--days", "0"]):
        program.daybook("generate", "candles", "--out", out, *flags).exits(2)
    program.daybook("generate", "candles").exits(2)


def release(holder):
    holder.stdin.close()
    holder.wait(30)
    holder.stdout.close()


def start_blocked(path):
    """An ingest that waits: somebody holds a lock that its COPY needs. Returns both, the lock's holder first."""
    holder = subprocess.Popen(
        [server.client("psql"), "-XAtq", "-d", pg.url("ingest", "trader")], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, env=program.clean_env())
    holder.stdin.write("begin; lock table market.klines in share mode; select 'locked';\n")
    holder.stdin.flush()
    tap.equal(holder.stdout.readline().strip(), "locked")
    loading = subprocess.Popen([program.DAYBOOK, "ingest", "--url", URL, "--venue", "v", path], env=program.clean_env(),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        tap.wait_until(lambda: sql("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") != "0", "the load waits")
    except tap.Failure:
        release(holder)
        raise
    return holder, loading


for name, number, status in (("SIGINT", signal.SIGINT, 130), ("SIGTERM", signal.SIGTERM, 143)):
    @tap.test(f"{name} while the server is waited for: nothing is half done, status {status}")
    def _(name=name, number=number, status=status):
        path = write(f"{name}XUSD_1m.csv", candles(range(50000)))
        holder, loading = start_blocked(path)
        try:
            loading.send_signal(number)
            out, err = loading.communicate(timeout=60)
        finally:
            release(holder)
        tap.equal(loading.returncode, status, out + err)
        tap.equal(sql(f"select count(*) from ingest.batches where file_name = '{name}XUSD_1m.csv'"), "0")
        tap.equal(rows_of(f"{name}XUSD"), "")
        check_row(ingest("--venue", "v", path).ok().json()[0], inserted=50000, verdict="loaded")


@tap.test("kill -9 in the middle: nothing is half done, and again it loads")
def _():
    path = write("KILLUSD_1m.csv", candles(range(50000)))
    holder, loading = start_blocked(path)
    try:
        loading.kill()
        loading.communicate(timeout=60)
    finally:
        release(holder)
    tap.wait_until(lambda: sql("""select count(*) from pg_stat_activity where application_name = 'daybook ingest'
                                   and state <> 'idle'""") == "0", "the server notices")
    tap.equal(rows_of("KILLUSD"), "")
    check_row(ingest("--venue", "v", path).ok().json()[0], inserted=50000, verdict="loaded")


@tap.test("a connection that is lost in the middle is made again, and the file is loaded once")
def _():
    path = write("LOSSUSD_1m.csv", candles(range(50000)))
    holder, loading = start_blocked(path)
    try:
        sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'daybook ingest'")
        tap.wait_until(lambda: sql("""select count(*) from pg_stat_activity where application_name = 'daybook ingest'
                                       and wait_event_type = 'Lock'""") != "0", "the load waits again")
    finally:
        release(holder)
    out, err = loading.communicate(timeout=120)
    tap.equal(loading.returncode, 0, out + err)
    tap.contains(err, "tried again")
    tap.equal(len(rows_of("LOSSUSD").splitlines()), 50000)
    tap.equal(sql("select count(*), sum(inserted) from ingest.batches where file_name = 'LOSSUSD_1m.csv'"), "1|50000")


@tap.test("a file that changes between its two readings is refused, and nothing of it is loaded")
def _():
    path = write("CHANGEUSD_1m.csv", candles(range(50000)))
    holder, loading = start_blocked(path)
    try:
        with open(path, "r+b") as out:
            out.seek(-3, os.SEEK_END)
            out.write(b"7")
    finally:
        release(holder)
    out, err = loading.communicate(timeout=120)
    tap.equal(loading.returncode, 5, out + err)
    tap.contains(out, "changed while it was being read")
    tap.equal(rows_of("CHANGEUSD"), "")


@tap.test("recorded: every Bitfinex file has exactly the rows its index says")
def _():
    data = tap.test_data("bitfinex_1m")
    url = pg.installed("bitfinex", modules="market")
    done = ingest("--venue", "bitfinex", "--columns", BITFINEX, data, url=url).ok()
    tap.equal({os.path.basename(row["file"]): row["inserted"] for row in done.json()}, BITFINEX_ROWS)
    tap.contains(done.err, "rest_pages")
    tap.equal(pg.sql("select count(*) from market.klines", "bitfinex", "trader"), "1000796")
    # Without --columns the data decide, the same way.
    again = ingest("--venue", "bitfinex", data, url=url).ok()
    tap.equal({row["verdict"] for row in again.json()}, {"replayed"})
    tap.equal(pg.sql("""select count(*) from market.klines k join ref.instruments i using (instrument_id)
                         where k.volume in (1e-8, 8e-8) and i.symbol = 'BTCUSD'""", "bitfinex", "trader") > "0", True)


@tap.test("recorded: an original Binance dump loads without a flag, the damaged one not at all")
def _():
    good, damaged = tap.test_data("nautilus", "ADABTC-1m-2021-11-28.zip"), tap.test_data("nautilus", "ADABTC-1m-2021-11-27.zip")
    rows = ingest(damaged, good).exits(5).json()
    check_row(rows[0], verdict="refused", rows_in=0)
    tap.contains(rows[0]["reason"], "damaged zip archive: Zip archive inconsistent")
    check_row(rows[1], verdict="loaded", rows_in=1440, inserted=1440, symbol="ADABTC")
    tap.equal(sql("select venue, base, quote, kind from ref.instruments where symbol = 'ADABTC'"), "binance|ADA|BTC|spot")
    tap.equal(rows_of("ADABTC").splitlines()[0],
              "2021-11-28 00:00:00+00|2.82e-05|2.821e-05|2.817e-05|2.818e-05|85342.7|2.40584425|96|36241.7|1.02183287")
    pipes = tap.test_data("nautilus", "ADABTC_pipe_separated-1m-2021-11-27.csv")
    check_row(ingest("--symbol", "ADABTC", pipes).ok().json()[0], inserted=10)


@tap.test("recorded: other dialects")
def _():
    perp = tap.test_data("nautilus", "btc-perp-20211231-20220201_1m.csv.gz")
    check_row(ingest("--venue", "ftx", "--symbol", "BTC-PERP", "--kind", "perp", "--base", "BTC", "--quote", "USD", perp).ok().json()[0],
              inserted=45031, interval="1m")
    euro = tap.test_data("nautilus", "6EH4.XCME_1min_bars_20240101_20240131.csv.gz")
    check_row(ingest("--venue", "cme", "--symbol", "6EH4", "--interval", "1m", "--base", "EUR", "--quote", "USD", euro).ok().json()[0],
              inserted=29996)
    days = tap.test_data("gocryptotrader", "binance_BTCUSDT_24h_2019_01_01_2020_01_01.csv")
    # Its high is below its open on 176 days: no order of columns makes candles of all of them.
    flags = ["--venue", "binance", "--symbol", "BTCUSDT", "--interval", "1d"]
    tap.contains(ingest(*flags, days).exits(5).json()[0]["reason"], "no known layout fits every line")
    given = ingest(*flags, "--columns", "open_time,volume,open,high,low,close", days).exits(1).json()[0]
    check_row(given, rows_in=365, inserted=189, rejected=176)
    quotes = tap.test_data("nautilus", "fxcm_usdjpy-m1-bid-2013.csv.gz")
    flags = ["--venue", "fxcm", "--symbol", "USDJPY", "--interval", "1m"]
    tap.contains(ingest(*flags, quotes).exits(5).json()[0]["reason"], "which stream is it? its header is of none")
    check_row(ingest(*flags, "--stream", "bid_klines", quotes).ok().json()[0], inserted=28761, stream="bid_klines")


def table(name, columns):
    return sql(f"select {columns} from market.{name} t join ref.instruments i using (instrument_id) where i.symbol like 'ARC%' order by 1, 2")


def archived(folder_of_type, name, text):
    """A file as the archive has it: in its folder, a zip of one CSV."""
    path = os.path.join(folder, "archive", folder_of_type, name + ".zip")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name + ".csv", text)
    return path


KLINE = "{ms},{open},3,0.5,2,{volume},{end},20,{count},4,8,0\n"
ARCHIVE = [
    ("data/futures/um/daily/markPriceKlines/ARCUSDT/1m", "ARCUSDT-1m-2021-11-28", "mark_klines",
     KLINE.format(ms=START_MS, open=1, volume=0, end=START_MS + 59999, count=60)),
    ("data/futures/um/daily/indexPriceKlines/ARCUSDT/1m", "ARCUSDT-1m-2021-11-28", "index_klines",
     KLINE.format(ms=START_MS, open=1.5, volume=0, end=START_MS + 59999, count=60)),
    ("data/futures/um/daily/premiumIndexKlines/ARCUSDT/1m", "ARCUSDT-1m-2021-11-28", "premium_klines",
     "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n"
     f"{START_MS},-0.0001,0.0002,-0.0003,0.0001,0,{START_MS + 59999},0,12,0,0,0\n"),
    ("data/spot/daily/trades/ARCUSDT", "ARCUSDT-trades-2021-11-28", "trades",
     f"28457,4.00000001,12,48.00000012,{START_MS + 1},True,True\n28458,4.5,1,4.5,{(START_MS + 2) * 1000 + 7},False,True\n"),
    ("data/spot/monthly/aggTrades/ARCUSDT", "ARCUSDT-aggTrades-2021-11", "agg_trades",
     f"26129,4.01,4.7,27781,27781,{START_MS},True,True\n26130,4.02,8e-8,27782,27785,{START_MS + 5},False,True\n"),
    ("data/futures/um/monthly/fundingRate/ARCUSDT", "ARCUSDT-fundingRate-2021-11", "funding_rates",
     "calc_time,funding_interval_hours,last_funding_rate\n"
     f"{START_MS + 17},8,0.00010000\n{START_MS + 8 * 3600000},8,-0.00003750\n"),
    ("data/futures/um/daily/metrics/ARCUSDT", "ARCUSDT-metrics-2021-11-28", "metrics",
     "create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,"
     "sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio\n"
     "2021-11-28 00:05:00,ARCUSDT,71849.7650000000000000,4074000000.1250000000000000,1.2,,1.5,0.9\n"
     "2021-11-28 00:10:00,ARCUSDT,0,0,0,0,0,0\n"),
    ("data/futures/um/daily/bookTicker/ARCUSDT", "ARCUSDT-bookTicker-2021-11-28", "book_tickers",
     "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time\n"
     f"7,1,2,3,4,{START_MS},{START_MS + 6}\n"),
    ("data/futures/um/daily/bookDepth/ARCUSDT", "ARCUSDT-bookDepth-2021-11-28", "book_depth",
     "timestamp,percentage,depth,notional\n2021-11-28 00:00:08,-5,100.5,2000.25\n2021-11-28 00:00:08,5,90,1900\n"),
]


@tap.test("files of the archive need no flag: their folders say stream, market and symbol")
def _():
    paths = [archived(where, name, text) for where, name, _, text in ARCHIVE]
    rows = ingest(*paths).exits(1).json()
    tap.equal([(row["stream"], row["verdict"], row["symbol"]) for row in rows], [(stream, "loaded", "ARCUSDT") for _, _, stream, _ in ARCHIVE])
    tap.equal([row["file"] for row in rows if row["rejected"]], [paths[6]])
    tap.equal(sql("select string_agg(kind, ',' order by kind) from ref.instruments where symbol = 'ARCUSDT' and venue = 'binance'"), "perp,spot")
    tap.equal(table("price_klines", "t.price, t.open_time, t.open, t.high, t.low, t.close").splitlines(),
              ["index|2021-11-28 00:00:00+00|1.5|3|0.5|2", "mark|2021-11-28 00:00:00+00|1|3|0.5|2",
               "premium|2021-11-28 00:00:00+00|-0.0001|0.0002|-0.0003|0.0001"])
    tap.equal(table("trades", "t.trade_id, t.trade_time, t.price, t.quantity, t.quote_quantity, t.buyer_is_maker").splitlines(),
              ["28457|2021-11-28 00:00:00.001+00|4.00000001|12|48.00000012|t", "28458|2021-11-28 00:00:00.002007+00|4.5|1|4.5|f"])
    tap.equal(table("agg_trades", "t.agg_trade_id, t.quantity, t.first_trade_id, t.last_trade_id, t.buyer_is_maker").splitlines(),
              ["26129|4.7|27781|27781|t", "26130|8e-08|27782|27785|f"])
    tap.equal(table("funding_rates", "t.funding_time, t.raw_time, t.rate, t.interval_hours").splitlines(),
              ["2021-11-28 00:00:00+00|2021-11-28 00:00:00.017+00|0.0001|8", "2021-11-28 08:00:00+00|2021-11-28 08:00:00+00|-0.0000375|8"])
    tap.equal(table("metrics", "t.metric_time, t.label, t.sum_open_interest, t.sum_open_interest_value, t.sum_toptrader_long_short_ratio"),
              "2021-11-28 00:05:00+00|end|71849.765|4074000000.125|")
    tap.contains(sql("select r.reason from ingest.rejects r join ingest.batches b using (batch_id) where b.file_name like '%/ARCUSDT-metrics%'"),
                 "all values are zero")
    tap.equal(table("ticker_ticks", "t.update_id, t.event_time, t.transaction_time, t.bid_price, t.ask_quantity"),
              "7|2021-11-28 00:00:00.006+00|2021-11-28 00:00:00+00|1|4")
    tap.equal(table("book_depth", "t.percentage, t.snapshot_time, t.depth, t.notional").splitlines(),
              ["-5|2021-11-28 00:00:08+00|100.5|2000.25", "5|2021-11-28 00:00:08+00|90|1900"])
    tap.equal({row["verdict"] for row in ingest(*paths).ok().json()}, {"replayed"})


@tap.test("candles of three days and of weeks lie on their grids; those of calendar months are refused by name, with what to do")
def _():
    day_ms, monday = 86_400_000, 1_637_539_200_000
    lines = lambda start, days, count: "".join(f"{start + n * days * day_ms},1,3,0.5,2,10,{start + (n + 1) * days * day_ms - 1},20,5,4,8,0\n" for n in range(count))
    long = [("3d", lines(monday // (3 * day_ms) * 3 * day_ms, 3, 5)), ("1w", lines(monday, 7, 4) + lines(monday + 5 * 7 * day_ms, 7, 1)),
            ("1mo", lines(1_635_724_800_000, 30, 1))]
    paths = [archived(f"data/spot/monthly/klines/LONGUSDT/{name}", f"LONGUSDT-{name}-2021-11", text) for name, text in long]
    rows = ingest(*paths).exits(5).json()
    tap.equal([(row["verdict"], row["symbol"], row["inserted"]) for row in rows[:2]], [("loaded", "LONGUSDT", 5), ("loaded", "LONGUSDT", 5)])
    tap.equal((rows[2]["verdict"], rows[2]["symbol"]), ("refused", "LONGUSDT"))
    tap.contains(rows[2]["reason"], "calendar months are not kept")
    tap.contains(ingest("--interval", "1M", paths[2]).exits(2).err, "those of 1d are")
    off = archived("data/spot/monthly/klines/LONGUSDT/1w", "LONGUSDT-1w-2021-12", lines(monday + 3 * day_ms, 7, 2))
    tap.contains(ingest(off).exits(5).json()[0]["reason"], "does not lie on the 1w grid")
    gaps = program.daybook("market", "gaps", "--url", URL, "--format", "json", "--symbol", "LONGUSDT", "--runs").exits(1).json()["gaps"]
    tap.equal([(row["interval_s"], row["gap_from"], row["missing"]) for row in gaps], [(604800, "2021-12-20T00:00:00Z", 1)])


@tap.test("outside the archive's folders what is not certain of contracts is asked")
def _():
    _, name, stream, text = ARCHIVE[5]
    rates = write(f"loose/{name.replace('ARC', 'LOOSE')}.csv", text)
    tap.contains(ingest(rates).exits(5).json()[0]["reason"], "which kind of instrument is it?")
    check_row(ingest("--kind", "perp", rates).ok().json()[0], inserted=2, stream=stream)
    marks = write("loose/LOOSEUSDT-1m-2021-11-28.csv", ARCHIVE[0][3])
    tap.contains(ingest(marks).exits(5).json()[0]["reason"], "are these candles of a mark, index or premium price?")
    check_row(ingest("--stream", "mark_klines", "--venue", "binance", "--kind", "perp", marks).ok().json()[0], inserted=1)
    other = write("loose/OTHERUSDT-metrics-2021-11-28.csv", ARCHIVE[6][3])
    tap.contains(ingest("--kind", "perp", other).exits(5).json()[0]["reason"], "its rows say ARCUSDT, the file's name says OTHERUSDT")
    two = write("loose/two.csv", ARCHIVE[6][3].replace("ARCUSDT,0,0", "ELSEUSDT,0,1"))
    row = ingest("--stream", "metrics", "--venue", "binance", "--kind", "perp", two).exits(1).json()[0]
    check_row(row, duplicate=1, rejected=1, symbol="ARCUSDT")


@tap.test("every stream of the register can be loaded from files")
def _():
    values = write("values.csv", f"symbol,timestamp,metric,value\nVALUSDT,{START_MS},vpin_50,0.31\nVALUSDT,{START_MS},Bad Name,1\n")
    check_row(ingest("--venue", "v", values).exits(1).json()[0], stream="metric_values", symbol="VALUSDT", inserted=1, rejected=1)
    told = re.search(r"streams are (.*)", ingest("--stream", "candles", values).exits(2).err).group(1)
    tap.equal(sorted(told.rstrip(".").split(", ")), sorted(sql("select stream from ingest.streams").splitlines()))


@tap.test("a symbol with separators is the one that is given without")
def _():
    lines = f"symbol,id,price,qty,time\nSEP/USDT,1,2,3,{START_MS}\n"
    check_row(ingest("--venue", "v", "--symbol", "SEPUSDT", write("separated.csv", lines)).ok().json()[0], symbol="SEPUSDT", inserted=1)
    tap.contains(ingest("--venue", "v", "--symbol", "SEPUSD", write("separated2.csv", lines + "\n")).exits(5).json()[0]["reason"],
                 "its rows say SEP/USDT, --symbol says SEPUSD")


@tap.test("metrics: the moment at which the label changed stands in two files, and is two rows")
def _():
    header = ARCHIVE[6][3].splitlines()[0] + "\n"
    old = write("label/LABELUSDT-metrics-2026-06-24.csv", header + "2026-06-24 23:55:00,LABELUSDT,1,1,1,1,1,1\n2026-06-25 00:00:00,LABELUSDT,2,1,1,1,1,1\n")
    new = write("label/LABELUSDT-metrics-2026-06-25.csv", header + "2026-06-25 00:00:00,LABELUSDT,3,1,1,1,1,1\n2026-06-25 00:05:00,LABELUSDT,4,1,1,1,1,1\n")
    for row in ingest("--kind", "perp", new, old).ok().json():
        check_row(row, inserted=2)
    tap.equal(sql("""select string_agg(m.sum_open_interest || m.label, ' ' order by m.metric_time, m.label) from market.metrics m
                       join ref.instruments i using (instrument_id) where i.symbol = 'LABELUSDT'"""), "1end 2end 3start 4start")


@tap.test("series without an instrument are loaded under their own names")
def _():
    fred = write("fred.csv", "observation_date,DGS10\n1962-01-02,4.06\n1962-01-03,.\n1962-01-04,3.99\n")
    row = ingest(fred).exits(1).json()[0]
    check_row(row, stream="macro", symbol="DGS10", inserted=2, rejected=1)
    tap.equal(sql("select observed_at, value from market.macro_data where series = 'DGS10' order by 1").splitlines(),
              ["1962-01-02 00:00:00+00|4.06", "1962-01-04 00:00:00+00|3.99"])
    named = write("named.csv", "date,value\n2024-01-02,13.2\n")
    tap.contains(ingest(named).exits(5).json()[0]["reason"], "its header is of each of macro, fear_greed")
    tap.contains(ingest("--stream", "macro", named).exits(5).json()[0]["reason"], "nothing names its series")
    check_row(ingest("--stream", "macro", "--symbol", "VIXCLS", named).ok().json()[0], inserted=1, symbol="VIXCLS")
    check_row(ingest(write("fng.csv", "timestamp,value,value_classification\n1704153600,71,Greed\n")).ok().json()[0], stream="fear_greed")
    check_row(ingest(write("coins.csv", "date,asset,supply,ssr\n2024-01-02,USDT,91700000000,9.5\n")).ok().json()[0], stream="stablecoin_supply")
    check_row(ingest(write("gex.csv", "underlying,timestamp,spot,net_gex,regime\nBTC,2024-01-02T00:00:00Z,45000,-1.5e6,negative\n")).ok().json()[0],
              stream="gamma_exposure", inserted=1)
    check_row(ingest(write("strikes.csv", "underlying,timestamp,strike,net_gex\nBTC,2024-01-02,40000,2e5\nBTC,2024-01-02,50000,-3e5\n")).ok().json()[0],
              stream="gamma_exposure_strikes", inserted=2)


@tap.test("trades that no venue numbered are numbered on request, the same in every file")
def _():
    lines = ["1672531436,90.54,1.1\n", "1672531436,90.54,1.1\n", "1672531471,90.45,1\n", "1672531480,90.4,2\n"]
    one, two = write("t/UNNEUR.csv", "".join(lines[:3])), write("t/UNNEUR.2.csv", "".join(lines))
    flags = ["--venue", "kraken", "--symbol", "UNNEUR"]
    tap.contains(ingest(*flags, one).exits(5).json()[0]["reason"], "its trades have no trade_id; --ids content")
    check_row(ingest(*flags, "--ids", "content", one).ok().json()[0], stream="trades", inserted=3)
    check_row(ingest(*flags, "--ids", "content", two).ok().json()[0], inserted=1, duplicate=3)


@tap.test("recorded: from text to table and back every field of every kind of file says what it said")
def _():
    pg.installed("fields", modules="market")
    fields = sum(recorded.check(pg, "fields", entry) for entry in recorded.SMALL)
    tap.check(fields > 140000, fields)
    # Both clocks of a capture are kept as they stood.
    tap.equal(pg.sql("select count(*), round(1000 * min(extract(epoch from t.received_at - t.change_time)), 1) from market.orderbook_changes t "
                     "join ref.instruments i using (instrument_id) where i.kind = 'spot' and t.received_at < t.change_time", "fields"), "170|-5.7",
              "frames that were received before they happened, and the earliest in milliseconds")


@tap.test("recorded: every other dialect")
def _():
    cases = [
        ("freqtrade/orderflow_public_trades_list.csv", "trades", 1000, ["--venue", "binance", "--kind", "perp", "--symbol", "ETHUSDT"]),
        ("freqtrade/kraken_trades_csv_BCHEUR.csv", "trades", 148, ["--venue", "kraken", "--symbol", "BCHEUR", "--ids", "content"]),
        ("freqtrade/kraken_trades_csv_incremental_q2_BCHEUR.csv", "trades", 486,
         ["--venue", "kraken", "--symbol", "BCHEUR", "--ids", "content"]),
        ("gocryptotrader/binance_BTCUSDT_24h-trades_2020_11_16.csv", "trades", 1000,
         ["--venue", "binance", "--symbol", "BTCUSDT", "--ids", "content", "--columns", "trade_time,price,quantity,_"]),
        ("nautilus/tardis_bitmex_trades_XBTUSD.csv", "trades", 10,
         ["--stream", "trades", "--venue", "bitmex", "--kind", "inverse", "--ids", "content",
          "--columns", "_,symbol,trade_time,_,_,_,price,quantity"]),
        ("nautilus/tardis_huobi-dm-swap_quotes_BTC-USD.csv", "book_tickers", 10, ["--venue", "huobi", "--kind", "inverse"]),
        ("nautilus/tardis_binance-futures_book_snapshot_5_BTCUSDT.csv", "order_book", 10, ["--venue", "binance", "--kind", "perp"]),
        ("nautilus/tardis_binance-futures_book_snapshot_25_BTCUSDT.csv", "order_book", 10, ["--venue", "tardis", "--kind", "perp"]),
    ]
    for name, stream, count, flags in cases:
        row = ingest(*flags, tap.test_data(*name.split("/"))).ok().json()[0]
        check_row(row, stream=stream, rows_in=count, inserted=count)
    tap.equal(sql("""select o.bids[1:2], o.asks[1:2], cardinality(o.asks), o.received_at - o.snapshot_time
                       from market.orderbook_snapshots o join ref.instruments i using (instrument_id)
                      where i.venue = 'binance' order by o.snapshot_time limit 1"""),
              "{11657.07,10.896}|{11657.08,1.714}|10|00:00:00.114979")


tap.main()
