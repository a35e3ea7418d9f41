"""What recorded files say, field by field, and what the database gives back of it: equal in value, or told."""

import csv
import datetime
import decimal
import gzip
import io
import json
import os
import tarfile
import zipfile
import zlib

from . import program, tap

CANDLE = ("open", "high", "low", "close", "volume")
DUMP = (*CANDLE, "close_time", "quote_volume", "trade_count", "taker_buy_volume", "taker_buy_quote_volume")
BITFINEX = "open_time,open,close,high,low,volume"
MICROSECOND = decimal.Decimal("0.000001")


def _text(path):
    with open(path, "rb") as content:
        data = content.read()
    if path.endswith(".gz"):
        return gzip.decompress(data).decode()
    if path.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(archive.namelist()[0]).decode()
    return data.decode()


def lines(names, header=False, delimiter=","):
    """Rows of separated columns; a column that is called None is not looked at."""
    def read(path):
        for row in list(csv.reader(io.StringIO(_text(path)), delimiter=delimiter))[header:]:
            yield {name: value for name, value in zip(names, row) if name}
    return read


def _document(path):
    # Numbers stay the text they are.
    return json.loads(_text(path), parse_float=str, parse_int=str)


def arrays(names, where=lambda document: document):
    def read(path):
        for row in where(_document(path)):
            yield {name: value for name, value in zip(names, row) if name}
    return read


def objects(names, where=lambda document: document):
    """`names` maps a column to the member that says it."""
    def read(path):
        for row in where(_document(path)):
            yield {name: row[member] for name, member in names.items()}
    return read


def pages(names):
    def read(path):
        with tarfile.open(path) as archive:
            for member in archive.getmembers():
                if member.isfile():
                    for row in json.load(archive.extractfile(member), parse_float=str, parse_int=str):
                        yield dict(zip(names, row))
    return read


def frames(event, names):
    """Of a capture: `names` maps a column to a function of the frame's data and the time before it."""
    def read(path):
        for line in _text(path).splitlines():
            received, found, document = line.partition(": {")
            data = json.loads("{" + document, parse_float=str, parse_int=str).get("data", {}) if found else {}
            if data.get("e") == event and (event != "kline" or data["k"]["x"]):
                yield {name: said(data, received) for name, said in names.items()}
    return read


def member(*path):
    def said(data, _received):
        for name in path:
            data = data[name]
        return data
    return said


def received(_data, at):
    return at


def _of_kline(**more):
    return {**{name: member("k", letter) for name, letter in
               dict(open_time="t", open="o", high="h", low="l", close="c", volume="v", quote_volume="q", trade_count="n", taker_buy_volume="V",
                    taker_buy_quote_volume="Q").items()}, **more}


def _candles(name, rows, read=lines(("open_time", *CANDLE)), flags=(), table="klines"):
    return (name, rows, table, read, flags)


def _bitfinex(symbol, year, rows):
    return _candles(f"bitfinex_1m/{symbol}_1m_{year}.csv.gz", rows, lines(BITFINEX.split(",")), ("--columns", BITFINEX))


# File, number of rows, table, how the file is read, and what `daybook ingest` is told. Each file has a venue of its own.
SMALL = [
    _bitfinex("LTCUSD", 2013, 18645),
    _candles("bitfinex_1m/rest_pages/LTCUSD_2013-06_raw_json_pages.tar.gz", 435, pages(BITFINEX.split(",")), ("--symbol", "LTCUSD", "--interval", "1m")),
    _candles("nautilus/ADABTC-1m-2021-11-28.zip", 1440, lines(("open_time", *DUMP))),
    _candles("nautilus/ADABTC_pipe_separated-1m-2021-11-27.csv", 10, lines(("open_time", *DUMP), delimiter="|"), ("--symbol", "ADABTC")),
    _candles("nautilus/adapters_json/kraken/http_ohlc.json", 720, arrays(("open_time", "open", "high", "low", "close", None, "volume", "trade_count"),
             lambda document: document["result"]["XBTUSDT"][:-1]), ("--interval", "1m")),
    ("nautilus/adapters_json/kraken/http_trades.json", 1000, "trades",
     arrays(("price", "quantity", "trade_time", None, None, None, "trade_id"), lambda document: document["result"]["XBTUSDT"]), ()),
    ("freqtrade/orderflow_public_trades_list.csv", 1000, "trades", lines((None, "trade_time", "trade_id", None, None, "price", "quantity", "quote_quantity"), True),
     ("--kind", "perp", "--symbol", "ETHUSDT")),
    ("freqtrade/kraken_trades_csv_BCHEUR.csv", 148, "trades", lines(("trade_time", "price", "quantity")), ("--symbol", "BCHEUR", "--ids", "content")),
    ("freqtrade/hist_XRP_USDT-8h-funding_rate.json", 91, "funding_rates", arrays(("raw_time", "rate")), ("--kind", "perp", "--symbol", "XRPUSDT")),
    ("nautilus/tardis_huobi-dm-swap_quotes_BTC-USD.csv", 10, "ticker_ticks",
     lines((None, None, "event_time", "received_at", "ask_quantity", "ask_price", "bid_price", "bid_quantity"), True), ("--kind", "inverse")),
    ("cryptofeed/BINANCE_FUTURES.ws.1.0.gz", 91, "agg_trades",
     frames("aggTrade", dict(agg_trade_id=member("a"), price=member("p"), quantity=member("q"), first_trade_id=member("f"), last_trade_id=member("l"),
                             trade_time=member("T"))), ("--kind", "perp")),
    ("cryptofeed/BINANCE_FUTURES.ws.1.0.gz", 613, "ticker_ticks",
     frames("bookTicker", dict(update_id=member("u"), bid_price=member("b"), bid_quantity=member("B"), ask_price=member("a"), ask_quantity=member("A"),
                               event_time=member("E"), transaction_time=member("T"), received_at=received)), ("--kind", "perp")),
    ("cryptofeed/BINANCE_FUTURES.ws.1.0.gz", 4, "klines", frames("kline", _of_kline()), ("--kind", "perp")),
    # Received some milliseconds before they happened, as the two clocks stood.
    ("cryptofeed/BINANCE.ws.1.0.gz", 177, "orderbook_changes",
     frames("depthUpdate", dict(first_update_id=member("U"), last_update_id=member("u"), change_time=member("E"), received_at=received)), ()),
]
LARGE = [
    _bitfinex("BTCUSD", 2013, 148055), _bitfinex("BTCUSD", 2014, 283787), _bitfinex("ETHUSD", 2016, 85818), _bitfinex("EOSUSD", 2017, 218542),
    _bitfinex("NEOUSD", 2017, 135583), _bitfinex("LTCUSD", 2014, 110366),
    _candles("bitfinex_1m/rest_pages/BTCUSD_2017-12_raw_json_pages.tar.gz", 44593, pages(BITFINEX.split(",")), ("--symbol", "BTCUSD", "--interval", "1m")),
    _candles("nautilus/btc-perp-20211231-20220201_1m.csv.gz", 45031, lines(("open_time", *CANDLE), True),
             ("--symbol", "BTC-PERP", "--kind", "perp", "--base", "BTC", "--quote", "USD")),
    _candles("nautilus/6EH4.XCME_1min_bars_20240101_20240131.csv.gz", 29996, lines(("open_time", *CANDLE), True),
             ("--symbol", "6EH4", "--interval", "1m", "--base", "EUR", "--quote", "USD")),
    *[_candles(f"nautilus/fxcm_{symbol}-m1-{side}-{year}.csv.gz", rows, lines(("open_time", *CANDLE[:4]), True),
               ("--symbol", symbol.upper(), "--interval", "1m", "--stream", f"{side}_klines"), "price_klines")
      for symbol, year, rows in (("usdjpy", 2013, 28761), ("gbpusd", 2012, 30117)) for side in ("bid", "ask")],
    _candles("freqtrade/UNITTEST_BTC-1m.json", 13681, arrays(("open_time", *CANDLE)), ("--symbol", "UNITTESTBTC", "--interval", "1m")),
    ("freqtrade/XRP_OLD-trades.json.gz", 12477, "agg_trades",
     objects(dict(agg_trade_id="a", price="p", quantity="q", first_trade_id="f", last_trade_id="l", trade_time="T"),
             lambda document: [row["info"] for row in document]), ("--symbol", "XRPETH")),
    ("freqtrade/XRP_ETH-trades.json.gz", 12477, "trades",
     arrays(("trade_time", "trade_id", None, None, "price", "quantity", "quote_quantity")), ("--symbol", "XRPETH")),
    ("freqtrade/kraken_trades_csv_incremental_q2_BCHEUR.csv", 486, "trades", lines(("trade_time", "price", "quantity")),
     ("--symbol", "BCHEUR", "--ids", "content")),
    ("gocryptotrader/binance_BTCUSDT_24h-trades_2020_11_16.csv", 1000, "trades", lines(("trade_time", "price", "quantity")),
     ("--symbol", "BTCUSDT", "--ids", "content", "--columns", "trade_time,price,quantity,_")),
]


def _moment(text):
    """Seconds since 1970, exact, of whatever way a file writes times."""
    if text.replace(".", "", 1).isdigit():
        whole = len(text.split(".")[0])
        return decimal.Decimal(text).scaleb({10: 0, 13: -3, 16: -6, 19: -9}[whole])
    at = datetime.datetime.fromisoformat(text)
    at = at if at.tzinfo else at.replace(tzinfo=datetime.timezone.utc)
    since = at - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return decimal.Decimal(since.days * 86400 + since.seconds) + decimal.Decimal(since.microseconds).scaleb(-6)


def _is_time(name):
    return name.endswith(("_time", "_at"))


def _value(name, text):
    return _moment(text) if _is_time(name) else decimal.Decimal(text)


def _column(name):
    """As the table has it. The end of a candle is not kept: it is the last millisecond that its row is about."""
    if name == "close_time":
        return "extract(epoch from t.open_time) + t.interval_s - 0.001"
    return f"extract(epoch from t.{name})" if _is_time(name) else f"t.{name}"


def check(pg, database, entry, user="trader"):
    """Loads a file under a venue of its own, and compares every field of it with what stands in the table. Returns how many."""
    name, rows, table, read, flags = entry
    venue = f"v{zlib.crc32(name.encode())}"
    path = tap.test_data(*name.split("/"))
    program.daybook("ingest", "--url", pg.url(database, user), "--format", "json", "--venue", venue, *flags, path).ok()
    given = list(read(path))
    tap.equal(len(given), rows, f"rows of {name}")
    names = list(given[0])
    kept = pg.sql(f"select {', '.join(map(_column, names))} from market.{table} t join ref.instruments i using (instrument_id) "
                  f"where i.venue = '{venue}'", database, user).splitlines()
    said = [{one: _value(one, row[one]) for one in names} for row in given]
    # A time to less than a microsecond is cut, and the batch says how many were.
    cut = [{one: value.quantize(MICROSECOND, decimal.ROUND_DOWN) if _is_time(one) else value for one, value in row.items()} for row in said]
    tap.equal(pg.sql("select coalesce(sum((b.notes ->> 'lossy_values')::bigint), 0) from ingest.batches b join ref.instruments i using (instrument_id) "
                     f"join ingest.streams s using (stream) where i.venue = '{venue}' and s.target = 'market.{table}'", database, user),
              str(sum(row[one] != other[one] for row, other in zip(said, cut) for one in names)), f"values of {name} that say more than is kept")
    stands = sorted(tuple(decimal.Decimal(value) for value in line.split("|")) for line in kept)
    for one, other in zip(sorted(tuple(row.values()) for row in cut), stands):
        if one != other:
            raise tap.Failure(f"{name}: {dict(zip(names, map(str, one)))} came back as {dict(zip(names, map(str, other)))}")
    tap.equal(len(stands), rows, f"rows that stand of {name}")
    return rows * len(names)
