"""`daybook market`: what is missing and why, what is late, holes that are repaired, windows that are the same everywhere."""

import gzip
import hashlib
import json
import os
import random

from harness import program, server, tap

pg = server.Server()
folder = program.temporary_folder("dbk-watch-")
pg_known = pg.installed("known", modules="market")
COLUMNS = "open_time,open,close,high,low,volume"

# What was counted in the files themselves: file, symbol, range, runs, minutes missing, the three longest. test/long has the other files.
RECORDED = [
    ("bitfinex_1m/ETHUSD_1m_2016.csv.gz", "ETHUSD", "2016-03-09 16:04", "2016-12-31 23:32", 37430, 342310, [87869, 11303, 1103]),
    ("bitfinex_1m/LTCUSD_1m_2013.csv.gz", "LTCUSD", "2013-05-19 15:23", "2013-12-31 23:52", 10721, 307304, [4038, 2561, 2446]),
    ("freqtrade/UNITTEST_BTC-1m.json", "UNITTESTBTC", None, None, 538, 717, None),
]


def market(url, *arguments, status=0):
    """What a verb prints and how it ends: the rows of its table, or its tables by name where it has several."""
    tables = program.daybook("market", arguments[0], "--url", url, "--format", "json", *arguments[1:]).exits(status).json()
    return tables if len(tables) > 1 else next(iter(tables.values()))


def load_candles(url, *paths):
    json_rows = paths[-1].endswith(".json")
    program.daybook("ingest", "--url", url, "--venue", "bitfinex", *([] if json_rows else ["--columns", COLUMNS]), "--quiet", *paths).ok()


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


@tap.test("the gaps of recorded candles are the ones that were counted in the files, and an outage of the venue is told from them")
def _():
    url = pg.installed("recorded", modules="market")
    for name, symbol, *_ in RECORDED:
        load_candles(url, "--symbol", symbol, "--interval", "1m", tap.test_data(*name.split("/")))
    for name, symbol, first, end, runs, missing, longest in RECORDED:
        found = market(url, "gaps", "--symbol", symbol, *(["--from", first, "--to", end] if first else []), status=1)
        tap.equal((sum(row["gap_runs"] for row in found), sum(row["missing"] for row in found)), (runs, missing), name)
        tap.equal({row["cause"] for row in found}, {"unknown"}, f"causes inside of {name}")
        if longest:
            rows = market(url, "gaps", "--symbol", symbol, "--runs", "--min-missing", str(longest[-1]), status=1)
            tap.equal(sorted((row["missing"] for row in rows), reverse=True), longest, f"the longest of {name}")
    # The recorded candles of ETHUSD stop on 2016-08-02 at 18:00 for eight days; here another market of the venue trades on until 18:03,
    # as it did, and two minutes earlier again. In the hole of the spring it is there.
    start, down, up = 1459468800, 1470160980, 1470160800 + 11301 * 60
    load_candles(url, write("BTCUSD_1m_2016.csv", "".join(
        f"{at}000,1,1,1,1,1\n" for at in [*range(start - 7200, down - 9 * 86400, 3600), *range(down - 9 * 86400, up + 9 * 86400, 60)] if not down <= at < up)))

    def outages(symbol):
        return [(row["gap_from"], row["gap_to"], row["missing"]) for row in
                market(url, "gaps", "--symbol", symbol, "--runs", "--cause", "venue_outage", status=1)]

    tap.equal(outages("ETHUSD"), [("2016-08-02T18:03:00Z", "2016-08-10T14:21:00Z", 11298)], "the outage")
    tap.equal(outages("BTCUSD"), outages("ETHUSD"), "is one for both")
    runs = market(url, "gaps", "--symbol", "ETHUSD", "--runs", "--from", "2016-08-02 18:00", "--to", "2016-08-10 14:23", status=1)
    tap.equal([(row["missing"], row["cause"]) for row in runs], [(3, "unknown"), (11298, "venue_outage"), (2, "unknown")], "and what is beside it is not")
    tap.equal((runs[1]["evidence"]["others"], runs[1]["evidence"]["others_active"]), (1, 0), "who was silent too")
    spring = market(url, "gaps", "--symbol", "ETHUSD", "--runs", "--min-missing", "80000", status=1)
    tap.equal([(row["gap_from"], row["missing"], row["cause"]) for row in spring], [("2016-03-31T23:31:00Z", 87869, "unknown")], "a hole of one market")
    program.daybook("market", "gaps", "--url", url, "--symbol", "XRPUSD").exits(5)
    tap.contains(program.daybook("market", "gaps", "--url", url, "--stream", "nonsense").exits(2).err, "streams are klines, ")
    for words in (("gaps", "--from", "someday"), ("coverage", "--to", "someday"), ("as-of", "--known-at", "someday"),
                  ("as-of", "--stream", "latest_prices", "--known-at", "someday"),
                  ("windows", "--seed", "x", "--length", "1h", "--from", "2016-01-01", "--to", "2016-02-01", "--known-at", "someday")):
        tap.contains(program.daybook("market", *words, "--url", url).exits(2).err, "is no time: \"someday\"")


def agg_trades():
    with gzip.open(tap.test_data("freqtrade", "XRP_OLD-trades.json.gz")) as text:
        return [row["info"] for row in json.load(text)]


def load_trades(database, trades, name):
    """As a sender would: open, COPY, close, in one transaction."""
    content = "".join(f"{t['a']} {t['T']} {t['p']} {t['q']} {t['f']} {t['l']} {t['m']}\n" for t in trades)
    batch = f"00000000-0000-7000-8000-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    first, last = (f"'epoch'::timestamptz + {trades[at]['T']} * interval '1 ms'" for at in (0, -1))
    pg.sql("select market.fn_ensure_partitions('agg_trades', '2019-10-01', '2019-10-31')", database, "trader")
    pg.sql(f"""begin;
        create temporary table sent (line bigint generated always as identity, a bigint, at bigint, p float8, q float8, f bigint, l bigint, m boolean) on commit drop;
        copy sent (a, at, p, q, f, l, m) from stdin with (delimiter ' ');
{content}\\.
        select o.target, o.target like 'pg_temp%' as staged
          from market.fn_open_batch('{batch}', 'rest', 'agg_trades', (select instrument_id from ref.instruments), null, '{name}',
                                    sha256('{hashlib.sha256(content.encode()).hexdigest()}'), 1, {first}, {last}, true) o \\gset
        \\if :staged
            insert into pg_temp.market_stage (instrument_id, agg_trade_id, trade_time, price, quantity, first_trade_id, last_trade_id, buyer_is_maker, batch_id, line)
                select i.instrument_id, a, 'epoch'::timestamptz + at * interval '1 ms', p, q, f, l, m, '{batch}', line from sent, ref.instruments i;
        \\else
            insert into market.agg_trades (instrument_id, agg_trade_id, trade_time, price, quantity, first_trade_id, last_trade_id, buyer_is_maker, batch_id)
                select i.instrument_id, a, 'epoch'::timestamptz + at * interval '1 ms', p, q, f, l, m, '{batch}' from sent, ref.instruments i order by a;
        \\endif
        select outcome from market.fn_close_batch('{batch}', {len(trades)}, null, null, null, null);
        commit;""", database, "trader")


def trading_database(name):
    url = pg.installed(name, modules="market")
    pg.sql("""select ref.fn_register_currency('XRP', 'XRP', 'crypto'); select ref.fn_register_currency('ETH', 'Ether', 'crypto');
              select ref.fn_register_venue('binance', 'Binance');
              select ref.fn_register_instrument(util.uuid_v7(), 'binance', 'XRPETH', 'spot', 'XRP', 'ETH');""", name, "trader")
    return url


def digest(database, stream):
    return pg.sql(f"select row_count, digest from market.fn_content_digest('{stream}')", database, "trader")


@tap.test("five runs that were lost from recorded trades are named exactly, repaired from the whole, and nothing is different")
def _():
    trades = agg_trades()
    tap.equal(len(trades), 12477, "recorded trades")
    url = trading_database("repair")
    trading_database("whole")
    load_trades("whole", trades, "whole")
    choice = random.Random(20191011)
    lost = [(at, at + choice.randint(1, 40)) for at in sorted(choice.sample(range(100, 12300, 100), 5))]
    load_trades("repair", [t for i, t in enumerate(trades) if not any(a <= i < b for a, b in lost)], "torn")
    expected = [(trades[a]["a"], trades[b - 1]["a"], b - a) for a, b in lost]

    holes = market(url, "holes", "--symbol", "XRPETH", status=1)
    tap.equal([(row["from_id"], row["to_id"], row["missing"]) for row in holes], expected, "holes")
    tap.equal([row["trades_missing"] for row in holes], [trades[b - 1]["l"] - trades[a]["f"] + 1 for a, b in lost], "single trades in them")
    opened = market(url, "repair", status=1)
    tap.equal([(row["from_id"], row["to_id"], row["missing"]) for row in opened["open"]], expected, "repairs")
    tap.equal({row["outcome"] for row in opened["holes"]}, {"created"})
    again = market(url, "repair", status=1)
    tap.equal([row["repair_id"] for row in again["open"]], [row["repair_id"] for row in opened["open"]], "the same repairs")
    tap.check(digest("repair", "agg_trades") != digest("whole", "agg_trades"), "something is missing")

    load_trades("repair", trades, "whole")
    filled = market(url, "repair")
    tap.equal(([(row["from_id"], row["to_id"]) for row in filled["filled"]], filled["open"]), ([e[:2] for e in expected], []), "filled")
    market(url, "holes")
    tap.equal(digest("repair", "agg_trades"), digest("whole", "agg_trades"), "content")


@tap.test("windows are the same in databases that partition otherwise and know the instrument by another id")
def _():
    minutes = random.Random(7)
    rows, close = [], 100.0
    for minute in range(6000):
        close = round(close + minutes.uniform(-1, 1), 8)
        if minutes.random() < 0.98:
            rows.append((1388534400 + minute * 60, close, minutes.uniform(0, 5)))
    url = pg.installed("months", modules="market")
    load_candles(url, write("WINUSD_1m_2014.csv", "".join(f"{at}000,{c},{c},{c},{c},{v:.8f}\n" for at, c, v in rows)))
    asked = ["--from", "2014-01-01", "--to", "2014-01-05", "--seed", "November", "--length", "4h", "--count", "25", "--min-coverage", "0.97"]
    drawn = market(url, "windows", *asked)
    tap.equal(len(drawn["windows"]), 25, "windows")

    content = pg.sql("copy (select open_time, open, high, low, close, volume from market.klines order by open_time) to stdout", "months", "trader")
    for name, ranges in (("year", [("2014-01-01", "2015-01-01")]),
                         ("days", [(f"2014-01-{day:02}", f"2014-01-{day + 1:02}") for day in range(1, 6)])):
        other = pg.installed(name, modules="market")
        parts = "".join(f"create table market.klines_{name}_{n} partition of market.klines for values from ('{a} 00:00+00') to ('{b} 00:00+00');"
                        for n, (a, b) in enumerate(ranges))
        pg.sql(f"""select ref.fn_register_currency('WIN', 'Win', 'crypto'); select ref.fn_register_currency('USD', 'US dollar', 'fiat');
            select ref.fn_register_venue('bitfinex', 'Bitfinex');
            select ref.fn_register_instrument(util.uuid_v7(), 'bitfinex', 'WINUSD', 'spot', 'WIN', 'USD');
            {parts}
            create temporary table sent (open_time timestamptz, open float8, high float8, low float8, close float8, volume float8);
            copy sent from stdin;
{content}
\\.
            insert into market.klines (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id)
                select i.instrument_id, 60, s.*, i.instrument_id from sent s, ref.instruments i order by s.close;
            insert into ingest.batches (batch_id, source, stream, instrument_id, interval_s, file_name, sha256, target, verdict, closed_at, first_time, last_time)
                select i.instrument_id, 'copy', 'klines', i.instrument_id, 60, 'copy', sha256('copy'), 'market.klines', 'loaded', now(),
                       (select min(open_time) from sent), (select max(open_time) from sent) from ref.instruments i;""", name, "trader")
        tap.equal(digest(name, "klines"), digest("months", "klines"), f"content in {name}")
        tap.equal(market(other, "windows", *asked), drawn, f"windows in {name}")
    other = market(url, "windows", *[a if a != "November" else "December" for a in asked])
    tap.check(other["manifest"] != drawn["manifest"], "another seed has another manifest")
    few = market(url, "windows", "--from", "2014-01-01", "--to", "2014-01-01 06:00", "--seed", "November", "--length", "1h", "--count", "10000", status=1)
    tap.check(0 < len(few["windows"]) < 301, f"{len(few['windows'])} whole hours in six, which can begin at 301 minutes")
    program.daybook("market", "windows", "--url", url, "--seed", "x").exits(2)


@tap.test("the status of series ends with 1 when one asks for somebody, and with 0 when it was said that it has ended")
def _():
    url = pg.installed("state", modules="market")
    market(url, "status")
    load_candles(url, write("ENDUSD_1m_2014.csv", "".join(f"{1388534400 + n * 60}000,1,1,1,1,{n + 1}\n" for n in range(50))))
    late = market(url, "status", "--problems", status=1)
    tap.equal([(row["state"], row["symbol"], row["stream"], row["newest_event"]) for row in late], [("late", "ENDUSD", "klines", "2014-01-01T00:49:00Z")])
    stated = market(url, "convention", "bitfinex", "published", "no", "--symbol", "ENDUSD", "--since", "2014-01-01 00:50", "--reason", "delisted")
    tap.equal([row["outcome"] for row in stated], ["created"])
    program.daybook("market", "convention", "--url", url, "bitfinex", "published", "maybe", "--reason", "r").exits(5)
    known = market(url, "conventions", "--venue", "bitfinex")
    tap.equal([(row["name"], row["value"], row["since"], row["symbol"], row["reason"]) for row in known],
              [("published", "no", "2014-01-01T00:50:00Z", "ENDUSD", "delisted"),
               ("quiet_intervals", "omitted", None, None, "an interval without a trade has no row")])
    ended = market(url, "status")
    tap.equal([(row["state"], row["detail"]["reason"]) for row in ended], [("discontinued", "delisted")])
    tap.equal(market(url, "status", "--problems"), [])
    listed = market(url, "series")
    tap.equal([(row["symbol"], row["batches"], row["last_time"]) for row in listed], [("ENDUSD", 1, "2014-01-01T00:49:00Z")])
    covered = market(url, "coverage", "--symbol", "ENDUSD", "--from", "2014-01-01", "--to", "2014-01-01 01:00")
    tap.equal([(row["expected"], row["present"]) for row in covered], [(60, 50)])
    market(url, "stuck")
    load_candles(url, write("STOUSD_1m_2014.csv", "".join(f"{1388534400 + n * 60}000,1,1,1,1,2\n" for n in range(50))))
    stuck = market(url, "stuck", status=1)
    tap.equal([(row["symbol"], row["row_count"], row["pattern"]) for row in stuck], [("STOUSD", 50, "constant")])


def archived(name, *lines):
    """A file of the archive's contracts, in its folder."""
    symbol, stream = name.split("-")[:2]
    path = os.path.join(folder, "data/futures/um/daily", stream, symbol)
    os.makedirs(path, exist_ok=True)
    return write(os.path.join(path, name + ".csv"), "\n".join(lines) + "\n")


@tap.test("bands of a book that stand still in a file of good form are found by that file; what the archive has ended raises no alarm")
def _():
    url = pg_known
    bands = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)
    # As of 2026-09-03 00:00: every band says the same thing twice a minute, and the CHECKSUM is that of the file.
    frozen = archived("FROUSDT-bookDepth-2021-09-03", "timestamp,percentage,depth,notional", *(
        f"2021-09-03 {n // 120:02}:{n // 2 % 60:02}:{n % 2 * 30:02},{band},{1000 + abs(band)}.5,{20000 + abs(band)}"
        for n in range(240) for band in bands))
    # The same with one band that stands still for a quarter of an hour.
    moving = archived("MOVUSDT-bookDepth-2021-09-03", "timestamp,percentage,depth,notional", *(
        f"2021-09-03 {n // 120:02}:{n // 2 % 60:02}:{n % 2 * 30:02},{band},{1000 + abs(band) + (0 if band == 2 and 100 <= n < 130 else n % 7 + 1)},20000"
        for n in range(240) for band in bands))
    ticks = archived("TICUSDT-bookTicker-2024-03-30", "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time", *(
        f"{n},{100 + n % 3},1,104,1,{1711756800000 + n * 1000},{1711756800000 + n * 1000}" for n in range(60)))
    program.daybook("ingest", "--url", url, "--quiet", frozen, moving, ticks).ok()
    found = market(url, "stuck", "--stream", "book_depth", status=1)
    tap.equal(sorted((row["symbol"], row["part"]["percentage"], row["row_count"], row["pattern"]) for row in found),
              sorted([*(("FROUSDT", band, 240, "constant") for band in bands), ("MOVUSDT", 2, 30, "constant")]), "what stands still")
    tap.equal(next((row["stuck_from"], row["stuck_to"]) for row in found if row["symbol"] == "MOVUSDT"), ("2021-09-03T00:50:00Z", "2021-09-03T01:04:30Z"))
    ended = market(url, "status", "--stream", "book_tickers")
    tap.equal([(row["symbol"], row["state"]) for row in ended], [("TICUSDT", "discontinued")], "long after, and that is no problem")
    gaps = market(url, "gaps", "--stream", "book_tickers", "--cadence", "1s", "--from", "2024-03-31", "--to", "2025-11-20")
    tap.equal([(row["cause"], row["gap_runs"]) for row in gaps], [("discontinued", 1)], "nor are 600 days without a row")


@tap.test("recorded: what a venue says of its instruments; what it no longer trades is discontinued")
def _():
    url = pg_known
    with open(tap.test_data("gocryptotrader", "binance_http_recorded.json"), encoding="utf-8") as text:
        routes = json.load(text)["routes"]
    for kind, path in (("spot", "/api/v3/exchangeInfo"), ("perp", "/fapi/v1/exchangeInfo"), ("inverse", "/dapi/v1/exchangeInfo")):
        info = routes[path]["GET"][0]["data"]
        done = market(url, "instruments", "--venue", "binance", "--kind", kind, write(f"{kind}.json", json.dumps(info)))
        tap.equal([(row["outcome"], row["instruments"] + row["passed_over"]) for row in done], [("created", len(info["symbols"]))], kind)
        listed = {row["symbol"]: row for row in market(url, "instruments", "--venue", "binance", "--kind", kind)}
        entries = [e for e in info["symbols"] if e.get("contractType", "PERPETUAL") in ("PERPETUAL", "PERPETUAL DELIVERING")]
        tap.equal(sorted(listed), sorted(e["symbol"] for e in entries), kind)
        for e in entries:
            filters = {f["filterType"]: f for f in e["filters"]}
            row = listed[e["symbol"]]
            tap.equal((row["base"], row["status"], float(row["tick_size"]), float(row["lot_size"])),
                      (e["baseAsset"], e.get("status", e.get("contractStatus")), float(filters["PRICE_FILTER"]["tickSize"]),
                       float(filters["LOT_SIZE"]["stepSize"])), e["symbol"])
    program.daybook("ingest", "--url", url, "--venue", "binance", "--quiet", "--symbol", "ETHBTC", "--interval", "1m", "--columns", COLUMNS,
                    write("eth.csv", "".join(f"{1388534400 + n * 60}000,1,1,1,1,2\n" for n in range(50)))).ok()
    info = routes["/api/v3/exchangeInfo"]["GET"][0]["data"]
    info["serverTime"] += 1000
    next(e for e in info["symbols"] if e["symbol"] == "ETHBTC")["status"] = "BREAK"
    market(url, "instruments", "--venue", "binance", "--kind", "spot", write("later.json", json.dumps(info)))
    tap.equal([(row["state"], row["detail"]["reason"]) for row in market(url, "status", "--symbol", "ETHBTC")],
              [("discontinued", "binance lists it as BREAK")])
    program.daybook("market", "instruments", "--url", url, "--venue", "binance", "--kind", "spot", write("error.json", '{"code":-1003}')).exits(5)


@tap.test("candles as they were known before a file came that corrects them")
def _():
    url = pg_known
    load_candles(url, write("ASOUSD_1m_a.csv", "".join(f"{1388534400 + n * 60}000,1,{n + 1},999,0.1,1\n" for n in range(10))))
    before = market(url, "as-of", "--symbol", "ASOUSD", "--known-at", "infinity")
    load_candles(url, write("ASOUSD_1m_b.csv", "".join(f"{1388534400 + n * 60}000,1,{n + 51},999,0.1,1\n" for n in range(5, 12))))
    now = market(url, "as-of", "--symbol", "ASOUSD", "--known-at", "infinity")
    tap.equal([row["close"] for row in now], [1, 2, 3, 4, 5, *range(56, 63)], "now")
    then = before[0]["known_since"]
    tap.equal(market(url, "as-of", "--symbol", "ASOUSD", "--known-at", then), before, "then")
    prices = [market(url, "as-of", "--stream", "latest_prices", "--symbol", "ASOUSD", "--known-at", at)[0]["last_price"] for at in (then, "2100-01-01")]
    tap.equal(prices, [10, 62], "the latest price then and now")
    program.daybook("market", "as-of", "--url", url, "--symbol", "ASOUSD").exits(2)


@tap.test("funding rates as they were known before they were corrected")
def _():
    path = write("funding.csv", "symbol,raw_time,rate\n" + "".join(f"FUNUSDT,{1388534400000 + n * 28800000 + n},0.000{n}\n" for n in range(1, 4)))
    program.daybook("ingest", "--url", pg_known, "--venue", "binance", "--kind", "perp", "--stream", "funding_rates", "--quiet", path).ok()
    before = market(pg_known, "as-of", "--stream", "funding_rates", "--known-at", "infinity")
    tap.equal([row["row"]["rate"] for row in before], [0.0001, 0.0002, 0.0003])
    pg.sql("""select market.fn_correct_row(util.uuid_v7(), 'funding_rates', (select instrument_id from ref.instruments where symbol = 'FUNUSDT'), null,
                                           '{"funding_time": "2014-01-01 16:00:00+00"}', '{"rate": "0.5"}', 'test')""", "known", "trader")
    tap.equal([row["row"]["rate"] for row in market(pg_known, "as-of", "--stream", "funding_rates", "--known-at", "infinity")], [0.0001, 0.5, 0.0003])
    tap.equal(market(pg_known, "as-of", "--stream", "funding_rates", "--known-at", before[0]["known_since"]), before)


tap.main()
