"""`daybook ingest` of JSON, captures, archives of pages and Parquet against a real server."""

import gzip
import json
import os
import random

from harness import program, server, tap

pg = server.Server()
folder = program.temporary_folder("dbk-captures-")
URL = pg.installed("captures", modules="market")


def ingest(*arguments, **options):
    return program.daybook("ingest", "--url", URL, "--format", "json", *arguments, **options)


def loaded(*arguments):
    return ingest(*arguments).ok().json()


def sql(text):
    return pg.sql(text, "captures", "trader")


def count(table, symbol):
    return sql(f"select count(*) from market.{table} t join ref.instruments i using (instrument_id) where i.symbol = '{symbol}'")


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


def library():
    found = os.environ.get("DAYBOOK_DUCKDB")
    if not found:
        tap.skip("DAYBOOK_DUCKDB does not say where DuckDB's library is")
    return found


def candle_frame(minute, closed, close="2"):
    opened = 1681153980000 + minute * 60000
    return json.dumps({"stream": "x", "data": {"e": "kline", "E": opened + 60004, "s": "AAAUSDT", "k": {
        "t": opened, "T": opened + 59999, "s": "AAAUSDT", "i": "1m", "f": 1, "L": 2, "o": "1", "c": close, "h": "3", "l": "0.5",
        "v": "10", "n": 2, "x": closed, "q": "20", "V": "5", "Q": "10", "B": "0"}}})


def ticker_frame(number, symbol="AAAUSDT", **times):
    return json.dumps({"u": number, "s": symbol, "b": "1", "B": "2", "a": "1.5", "A": "3", **times})


@tap.test("a capture is a batch for each series, and every line of it is accounted for")
def _():
    path = write("capture.log", "\n".join([
        "wss://stream.example/stream?streams=x <-> 1681154039.1",
        "1681154040.1: " + candle_frame(0, False),
        "1681154040.2: " + candle_frame(0, True),
        "1681154040.3: " + ticker_frame(1),
        "1681154040.4: " + ticker_frame(7, "BBBUSDT"),
        "1681154040.5: {\"u\":",
        "1681154040.6: " + json.dumps({"e": "forceOrder", "E": 1, "o": {}}),
        "1681154040.7: " + json.dumps({"code": -4088, "msg": "Maximum time interval is 200 days."}),
        "1681154100.1: " + candle_frame(1, False),
        "1681154100.2: " + ticker_frame(2, E=1681154100206, T=1681154100203)]) + "\n")
    rows = {(row["stream"], row["symbol"]): row for row in ingest("--venue", "binance", path).exits(1).json()}
    tap.equal(sorted(rows), [("book_tickers", "AAAUSDT"), ("book_tickers", "BBBUSDT"), ("klines", "AAAUSDT")])
    tap.equal([rows["klines", "AAAUSDT"][name] for name in ("rows_in", "inserted", "rejected")], [3, 1, 2])
    tap.equal([rows["book_tickers", "AAAUSDT"][name] for name in ("rows_in", "inserted", "rejected")], [2, 2, 0])
    tap.equal(sql("select line, reason from ingest.rejects order by line").splitlines(),
              ["6|this is not JSON", "8|it is an error that the venue answered"])
    tap.equal(count("klines", "AAAUSDT"), "1")
    # Without a time of its own a frame stands where it was received; received before it happened is how the two clocks stood.
    tap.equal(sql("select received_at, event_time - received_at from market.ticker_ticks order by 1").splitlines(),
              ["2023-04-10 19:14:00.3+00|00:00:00", "2023-04-10 19:14:00.4+00|00:00:00", "2023-04-10 19:15:00.2+00|00:00:00.006"])
    tap.equal({row["verdict"] for row in ingest("--venue", "binance", path).json()}, {"replayed"})


@tap.test("objects of a program of one's own are read by the names they have, or by --columns")
def _():
    path = write("index.jsonl", '{"timestamp":1551157200,"value":"40","more":[1]}\n{"timestamp":1551243600,"value":"41"}\n')
    tap.equal([(row["stream"], row["inserted"]) for row in loaded("--stream", "fear_greed", path)], [("fear_greed", 2)])
    path = write("other.jsonl", '[{"when":"2020-01-01","points":12},{"when":"2020-01-02","points":13}]')
    tap.contains(ingest("--stream", "fear_greed", path).exits(5).out, "--columns")
    tap.equal([row["inserted"] for row in loaded("--stream", "fear_greed", "--columns", "observed_at=when,value=points", path)], [2])


@tap.test("recorded: the frames of a venue's WebSocket")
def _():
    path = tap.test_data("cryptofeed", "BINANCE_FUTURES.ws.1.0.gz")
    rows = loaded("--venue", "binance", "--kind", "perp", path)
    inserted = {}
    for row in rows:
        inserted[row["stream"]] = inserted.get(row["stream"], 0) + row["inserted"]
    tap.equal(inserted, {"agg_trades": 91, "book_tickers": 613, "klines": 4, "book_changes": 764})
    tap.equal(len(rows), 16)


@tap.test("five runs that were lost from recorded changes of order books are named by their ids, and the whole capture fills them")
def _():
    with gzip.open(tap.test_data("cryptofeed", "BINANCE_FUTURES.ws.1.0.gz"), "rt", encoding="utf-8") as text:
        lines = text.read().splitlines()
    frames = {}
    for number, line in enumerate(lines[1:], 1):
        data = json.loads(line.split(": ", 1)[1])["data"]
        if data["e"] == "depthUpdate":
            frames.setdefault(data["s"], []).append((number, data))
    choice, lost, expected = random.Random(20210722), set(), []
    for symbol, first in (("AKROUSDT", 20), ("AKROUSDT", 100), ("CTKUSDT", 50), ("KEEPUSDT", 60), ("SUSHIUSDT", 200)):
        end = first + choice.randint(1, 30)
        lost |= {number for number, _ in frames[symbol][first:end]}
        expected.append((symbol, frames[symbol][first - 1][1]["u"] + 1, frames[symbol][end][1]["pu"]))
    torn = write("torn.log", "\n".join(line for number, line in enumerate(lines) if number not in lost) + "\n")

    def gaps(status):
        rows = program.daybook("market", "gaps", "--url", URL, "--format", "json", "--stream", "book_changes", "--venue", "torn", "--runs").exits(status).json()["gaps"]
        return [(row["symbol"], row["evidence"]["from_id"], row["evidence"]["to_id"], row["cause"]) for row in rows]

    loaded("--venue", "torn", "--kind", "perp", torn)
    tap.equal(gaps(1), [(*hole, "unknown") for hole in expected])
    loaded("--venue", "torn", "--kind", "perp", tap.test_data("cryptofeed", "BINANCE_FUTURES.ws.1.0.gz"))
    tap.equal(gaps(0), [])
    columns = "i.symbol, c.change_time, c.first_update_id, c.last_update_id, c.previous_update_id, c.transaction_time, c.received_at, c.bids, c.asks"
    venues = [f"select {columns} from market.orderbook_changes c join ref.instruments i using (instrument_id) where i.venue = '{venue}'"
              for venue in ("torn", "binance")]
    tap.equal(sql(f"select count(*) from (({venues[0]} except {venues[1]}) union all ({venues[1]} except {venues[0]})) d"), "0", "rows that differ")


def levels(row):
    bids, asks = ([float(value) for value in side.strip("{}").split(",") if value] for side in row.split("|")[-2:])
    return {"b": dict(zip(bids[::2], bids[1::2])), "a": dict(zip(asks[::2], asks[1::2]))}


@tap.test("recorded: the dumped history of a contract's order book, one level a line, is snapshots and changes, and every level of them")
def _():
    for kind, stream, table, columns in (("snap", "order_book", "orderbook_snapshots", "snapshot_time, last_update_id"),
                                         ("update", "book_changes", "orderbook_changes",
                                          "change_time, first_update_id, last_update_id, previous_update_id, transaction_time")):
        path = tap.test_data("nautilus", f"binance_btcusdt-depth-{kind}.csv")
        done = loaded(path)
        tap.equal([(row["stream"], row["symbol"], row["rows_in"], row["inserted"]) for row in done], [(stream, "BTCUSDT", 1, 1)])
        row = sql(f"select {columns}, t.bids, t.asks from market.{table} t join ref.instruments i using (instrument_id) "
                  "where i.symbol = 'BTCUSDT' and i.kind = 'perp' and i.venue = 'binance' and t.batch_id = "
                  f"(select batch_id from ingest.batches where file_name = 'binance_btcusdt-depth-{kind}.csv')")
        with open(path, encoding="utf-8") as text:
            lines = [line.split(",") for line in text.read().splitlines()[1:]]
        tap.equal(levels(row), {side: {float(line[6]): float(line[7]) for line in lines if line[4] == side} for side in "ab"})
        tap.equal({row["verdict"] for row in loaded(path)}, {"replayed"})
    tap.equal(row.split("|")[:5], ["2022-11-01 23:59:59.939+00", "2098041693435", "2098041696700", "2098041693400", "2022-11-01 23:59:59.939+00"])


@tap.test("holes in dumped changes of an order book are named by their ids where lines say which update was before, and unknown where they do not")
def _():
    header = "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty"
    ids = [(100 + 10 * n, 104 + 10 * n, 94 + 10 * n) for n in range(1, 30)]
    both = lambda first, last: [f"{1667347200000 + first},{first},{last},{side},set,{price},1" for side, price in (("a", 101), ("b", 99))]
    lost = {7, 8, 20}
    told = [header + ",pu"] + [f"DEPUSDT,{line},{before}" for n, (first, last, before) in enumerate(ids) if n not in lost for line in both(first, last)]
    mute = [header] + [f"MUTUSDT,{line}" for n, (first, last, _) in enumerate(ids) if n not in lost for line in both(first, last)]
    snap = [header] + [f"DEPUSDT,1667347200300,300,300,{side},snap,{price},1" for side, price in (("b", 99), ("b", 100), ("a", 101))]
    paths = [write(f"{name}_T_DEPTH_2022-11-02_depth_{kind}.csv", "\n".join(lines) + "\n")
             for name, kind, lines in (("DEPUSDT", "snap", snap), ("DEPUSDT", "update", told), ("MUTUSDT", "update", mute))]
    tap.equal([(row["stream"], row["symbol"], row["inserted"]) for row in loaded(*paths)],
              [("order_book", "DEPUSDT", 1), ("book_changes", "DEPUSDT", 26), ("book_changes", "MUTUSDT", 26)])
    gaps = lambda symbol, status: [(row["evidence"]["from_id"], row["evidence"]["to_id"], row["cause"], row["evidence"].get("snapshot_id"))
                                   for row in program.daybook("market", "gaps", "--url", URL, "--format", "json", "--stream", "book_changes", "--symbol", symbol,
                                                              "--runs").exits(status).json()["gaps"]]
    tap.equal(gaps("DEPUSDT", 1), [(175, 194, "unknown", 300), (305, 314, "unknown", None)])
    tap.equal(gaps("MUTUSDT", 0), [])
    whole = write("DEPUSDT_T_DEPTH_2022-11-02.csv", "\n".join(snap + [header + ",pu"] + [f"DEPUSDT,{line},{before}" for first, last, before in ids
                                                                                         for line in both(first, last)]) + "\n")
    tap.equal([(row["stream"], row["inserted"], row["duplicate"]) for row in loaded(whole)], [("order_book", 0, 1), ("book_changes", 3, 26)])
    tap.equal(gaps("DEPUSDT", 0), [])
    odd = write("ODDUSDT.csv", "\n".join([header, "ODDUSDT,1667347200000,1,1,a,set,101,1", "ODDUSDT,1667347200001,2,2,a,set,x,1",
                                           "ODDUSDT,1667347200002,3,3,a,set,102,1", "ODDUSD"]) + "\n")
    tap.equal([(row["rows_in"], row["inserted"], row["rejected"]) for row in ingest(odd).exits(1).json()], [(4, 1, 3)])
    tap.equal(sql("select r.line, r.byte_offset, r.reason from ingest.rejects r join ingest.batches using (batch_id) where file_name = 'ODDUSDT.csv' order by line"),
              "3|113|price is not a number\n4|149|a line beside it cannot be read, and may be a part of it\n5|187|1 columns instead of 8")


@tap.test("recorded: pages of a venue's answers in an archive, most of them empty")
def _():
    for name, rows in (("LTCUSD_2013-06", 435), ("BTCUSD_2017-12", 44593)):
        path = tap.test_data("bitfinex_1m", "rest_pages", f"{name}_raw_json_pages.tar.gz")
        done = loaded("--venue", "bitfinex", "--symbol", name[:6], "--interval", "1m", path)
        tap.equal([(row["rows_in"], row["inserted"]) for row in done], [(rows, rows)])


@tap.test("recorded: the same trades as JSON and as Parquet are the same rows")
def _():
    duckdb = library()
    twin = tap.test_data("freqtrade", "XRP_ETH-trades.json.gz")
    parquet = tap.test_data("freqtrade", "XRP_ETH-trades.parquet")
    tap.equal([(row["stream"], row["inserted"]) for row in loaded("--venue", "binance", "--symbol", "XRPETH", twin)], [("trades", 12477)])
    done = loaded("--venue", "binance", "--symbol", "XRPETH", "--duckdb", duckdb, parquet)
    tap.equal([(row["rows_in"], row["inserted"], row["duplicate"]) for row in done], [(12477, 0, 12477)])


@tap.test("recorded: answers of Kraken, an order book of Bybit, funding rates of freqtrade")
def _():
    kraken = loaded("--venue", "kraken", "--interval", "1m", tap.test_data("nautilus", "adapters_json", "kraken", "http_ohlc.json"))
    tap.equal([(row["symbol"], row["inserted"]) for row in kraken], [("XBTUSDT", 720)])
    bybit = loaded("--venue", "bybit", tap.test_data("nautilus", "bybit_xrpusdt-ob500.data.zip"))
    tap.equal([(row["stream"], row["symbol"], row["inserted"]) for row in bybit], [("order_book", "XRPUSDT", 1), ("book_changes", "XRPUSDT", 49)])
    funding = loaded("--venue", "binance", "--kind", "perp", "--symbol", "XRPUSDT",
                     tap.test_data("freqtrade", "hist_XRP_USDT-8h-funding_rate.json"))
    tap.equal([(row["stream"], row["inserted"], row["duplicate"]) for row in funding], [("funding_rates", 91, 0)])
    tap.equal(sql("select count(*), count(*) filter (where raw_time <> funding_time) from market.funding_rates"), "91|59")


@tap.test("without DuckDB's library a Parquet file is refused with what to do")
def _():
    path = os.path.join(folder, "some.parquet")
    with open(path, "wb") as out:
        out.write(b"PAR1 and no more")
    reason = ingest("--venue", "binance", "--duckdb", "/nowhere/libduckdb.so", path).exits(5).json()[0]["reason"]
    tap.contains(reason, "Parquet files need DuckDB's library")
    tap.contains(reason, "DAYBOOK_DUCKDB")


tap.main()
