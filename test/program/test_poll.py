"""`daybook poll` against exchanges that hold known rows: everything arrives once, whatever goes wrong on the way."""

import json
import os
import random
import signal
import subprocess
import threading

from harness import exchange, private, program, server, session, tap
from harness.exchange import HOUR_MS, MINUTE_MS, Answer, Exchange

START_MS = 1_600_000_020_000  # on the minute, 2020-09-13 12:27
START = "2020-09-13T12:27:00Z"
ONCE = ("poll", "--once", "--format", "json")

host = server.Server()


class Book:
    """A database of its own, and what the pollers that write to it are told."""

    def __init__(self, name):
        self.url = host.installed(name, modules="market")
        self.one = session.Session(self.url)

    def set(self, *words):
        return program.daybook("market", "poll", *words, "--url", self.url).ok()

    def once(self, *words, venue="binance", at=None):
        return program.daybook(*ONCE, "--url", self.url, "--venue", venue, "--venue-url", f"{venue}={at.url}", *words)

    def start(self, *words, at, venue="binance"):
        return program.start(["poll", "--url", self.url, "--venue", venue, "--venue-url", f"{venue}={at.url}", *words])

    def klines(self, symbol):
        """As Binance would write them, but for the two fields that are not kept."""
        return self.one.rows(
            "select util.to_ms(k.open_time) as t, k.open, k.high, k.low, k.close, k.volume, k.quote_volume, k.trade_count, "
            "       k.taker_buy_volume, k.taker_buy_quote_volume "
            f"  from market.klines as k join ref.instruments as i using (instrument_id) where i.symbol = '{symbol}' order by 1")

    def trades(self, symbol):
        return self.one.rows(
            "select t.agg_trade_id as a, t.price as p, t.quantity as q, t.first_trade_id as f, t.last_trade_id as l, "
            "       util.to_ms(t.trade_time) as t, t.buyer_is_maker as m "
            f"  from market.agg_trades as t join ref.instruments as i using (instrument_id) where i.symbol = '{symbol}' order by 1")

    def stands_at(self, stream="klines"):
        return self.one.value(
            f"select (page_state ->> 'from') || ' ' || coalesce(page_state ->> 'id', '') as at from market.v_polls where stream = '{stream}'")


def over(rows, now_ms):
    """The candles that are over, as Book.klines() gives them."""
    names = ("t", "open", "high", "low", "close", "volume", "quote_volume", "trade_count", "taker_buy_volume",
             "taker_buy_quote_volume")
    kept = [row for row in rows if row[0] + MINUTE_MS <= now_ms // 1000 * 1000]
    return [dict(zip(names, [row[0], *map(float, row[1:6]), float(row[7]), row[8], float(row[9]), float(row[10])])) for row in kept]


def told(rows, now_ms):
    return [dict(a=row["a"], p=float(row["p"]), q=float(row["q"]), f=row["f"], l=row["l"], t=row["T"], m=row["m"])
            for row in rows if row["T"] <= now_ms // 1000 * 1000]


def same(actual, expected, what):
    """Without printing thousands of rows."""
    tap.equal(len(actual), len(expected), f"how many {what}")
    for one, other in zip(actual, expected):
        tap.equal({key: float(value) for key, value in one.items()}, {key: float(value) for key, value in other.items()}, what)


def small_market(seed):
    """Some days of candles with quiet nights, and trades; and where the clock stands at first."""
    rows = exchange.candles(START_MS, 2500, seed, quiet=0.004)
    trades = exchange.agg_trades(START_MS + 3 * HOUR_MS, 2500, seed)
    return Exchange(rows[1800][0] + 30_500, {("BTCUSDT", "1m"): rows}, {"BTCUSDT": trades})


def expect_all(book, ex):
    same(book.klines("BTCUSDT"), over(ex.klines["BTCUSDT", "1m"], ex.now_ms), "candles")
    same(book.trades("BTCUSDT"), told(ex.trades["BTCUSDT"], ex.now_ms), "trades")


def wish(book):
    book.set("binance", "klines", "--interval", "1m", "--symbol", "BTCUSDT", "--since", START)
    book.set("binance", "agg_trades", "--symbol", "BTCUSDT", "--since", START)


@tap.test("everything that is over arrives, and what comes later arrives later")
def _():
    book, ex = Book("all"), small_market(1)
    wish(book)
    row = book.once(at=ex).ok().json()[0]
    tap.equal((row["venue"], row["series"], row["failing"], row["by_others"], row["ended"]), ("binance", 2, 0, 0, "current"))
    expect_all(book, ex)
    asked = len(ex.requests)
    tap.equal(book.once(at=ex).ok().json()[0]["rows"], 0, "rows of a second run at the same time")
    tap.check(len(ex.requests) - asked <= 4, f"{len(ex.requests) - asked} requests for nothing new")
    ex.now_ms = ex.klines["BTCUSDT", "1m"][-1][0] + 40 * MINUTE_MS
    book.once(at=ex).ok()
    expect_all(book, ex)
    tap.equal(book.one.value("select count(*) as n from ingest.batches where verdict <> 'loaded' or source <> 'rest'"), 0)
    status = program.daybook("market", "polls", "--url", book.url, "--format", "json").ok().json()["polls"]
    tap.equal([(one["stream"], one["symbol"], one["errors_in_row"]) for one in status],
              [("agg_trades", "BTCUSDT", 0), ("klines", "BTCUSDT", 0)])


def faults():
    """One after another, and in between the truth."""
    half = Answer(body=[["never", "whole"]] * 40, cut=100)
    torn = Answer(body=b'[[1600000020000,"1","1","1","1","1",16000')
    yield from (half, None, Answer(500, b"internal"), None, exchange.html(), None, None, torn, None, Answer(200, b"null"), None, None,
                Answer(503, b"busy", {"Retry-After": "1"}), Answer(429, {"code": -1003, "msg": "Too many requests."}, {"Retry-After": "1"}),
                None, None, exchange.refusal(-1121, "Invalid symbol."), Answer(200, {"code": -4088, "msg": "Maximum time interval is 200 days."}))


@tap.test("cut, torn, refused and foreign answers leave the cursor where it is, and nothing is lost")
def _():
    book, ex = Book("faults"), small_market(2)
    wish(book)
    left = faults()
    ex.fault = lambda number, path, query: next(left, None)
    book.once("--page-rows", "300", at=ex).ok()
    tap.equal(next(left, "none"), "none", "a fault that did not come")
    expect_all(book, ex)
    tap.check(book.one.value("select sum(errors) as n from ingest.source_freshness") > 8, "the failures are not noted")


@tap.test("an error object is an error: the cursor stays, and the run says so")
def _():
    book, ex = Book("refused"), small_market(3)
    book.set("binance", "klines", "--interval", "1m", "--symbol", "BTCUSDT", "--since", START)
    book.once(at=ex).ok()
    before = book.stands_at()
    ex.now_ms += HOUR_MS
    ex.fault = lambda number, path, query: Answer(200, {"code": -4088, "msg": "Maximum time interval is 200 days."})
    row = book.once(at=ex).exits(1).json()[0]
    tap.equal((row["failing"], row["ended"]), (1, "failing"))
    tap.equal(book.stands_at(), before, "the cursor")
    failed = program.daybook("market", "polls", "--url", book.url, "--format", "json").exits(1).json()["polls"][0]
    tap.contains(failed["last_error"], "Maximum time interval is 200 days.")
    ex.fault = lambda number, path, query: None
    book.once(at=ex).ok()
    same(book.klines("BTCUSDT"), over(ex.klines["BTCUSDT", "1m"], ex.now_ms), "candles")


@tap.test("a ban stops that venue, and only that one")
def _():
    book = Book("ban")
    banning, other = small_market(4), Exchange(START_MS + 10 * MINUTE_MS)
    banning.fault = lambda number, path, query: Answer(418, b"", {"Retry-After": "3600"})
    other.routes["/0/public/OHLC"] = lambda query: Answer(body={"error": [], "result": {"XXBTZUSD": [
        [START_MS // 1000 + 60 * n, "1.5", "2.5", "1.25", "2", "1.75", "10", 3] for n in range(11)], "last": START_MS // 1000 + 540}})
    wish(book)
    book.set("kraken", "klines", "--interval", "1m", "--symbol", "XBTUSD", "--base", "BTC", "--quote", "USD", "--since", START)
    done = program.daybook(*ONCE, "--url", book.url, "--venue-url", f"binance={banning.url}", "--venue-url", f"kraken={other.url}").exits(4)
    rows = {row["venue"]: row for row in json.loads(done.out)}
    tap.contains(rows["binance"]["ended"], "asked to be left alone")
    tap.equal((rows["kraken"]["ended"], rows["kraken"]["rows"]), ("current", 10))
    tap.equal(len(banning.requests), 1, "requests to a venue that banned us")


@tap.test("coins of the universe are polled, one that is switched off is not, and new ones get their instruments")
def _():
    book = Book("coins")
    rows = exchange.candles(START_MS, 20, 5)
    ex = Exchange(START_MS + HOUR_MS, {(name, "1m"): rows for name in ("BTCUSDT", "ETHUSDT", "LTCUSDT", "XRPUSDT")})
    for coin, enabled in (("BTC", True), ("ETH", True), ("LTC", False), ("XRP", True)):
        book.one.run(f"select settings.fn_set_coin('{coin}USDT', '{coin}', 'USDT', {enabled})")
    book.set("binance", "klines", "--interval", "1m", "--since", START)
    book.set("binance", "klines", "--interval", "1m", "--symbol", "XRPUSDT", "--off")
    tap.equal(book.once(at=ex).ok().json()[0]["series"], 2)
    tap.equal(book.one.rows("select i.symbol, count(*)::int as n from market.klines join ref.instruments as i using (instrument_id) "
                            "group by 1 order by 1"), [{"symbol": "BTCUSDT", "n": 20}, {"symbol": "ETHUSDT", "n": 20}])


def killed_at_random(book, ex, seed, kills, *words):
    """Runs until nothing is left to do, killing the program while it asks and after it was answered."""
    dice, state = random.Random(seed), {"kills": 0, "due": 0}
    lock = threading.Lock()

    def before(number, path, query):
        with lock:
            process = state.get("process")
            if state["kills"] >= kills or number < state["due"] or process is None:
                return
            state["kills"] += 1
            state["due"] = number + dice.randrange(1, 2 + state["pages"] // kills)
            pause = dice.choice([0, 0, 0.001, 0.005, 0.02])
        if pause == 0:
            process.kill()
        else:
            threading.Timer(pause, process.kill).start()

    ex.before = before
    state["pages"] = 60
    while True:
        with lock:
            state["process"] = process = book.start("--once", *words, at=ex)
        process.communicate(timeout=120)
        if process.returncode == 0:
            return state["kills"]
        tap.equal(process.returncode, -signal.SIGKILL, "how the poller ended")


@tap.test("killed at random moments and started again: the same content as without")
def _():
    ex, book = small_market(6), Book("killed")
    wish(book)
    kills = killed_at_random(book, ex, 6, 15, "--page-rows", "100")
    tap.equal(kills, 15)
    expect_all(book, ex)
    print(f"# figure: {kills} kills of the poller")


@tap.test("pages of which most are empty: ten days of a quiet month, recorded, are complete after kills")
def _():
    pages = exchange.recorded_pages(tap.test_data("bitfinex_1m", "rest_pages", "LTCUSD_2013-06_raw_json_pages.tar.gz"))
    tap.equal((len(pages), sum(map(len, pages.values()))), (360, 435), "what was recorded")
    end = min(pages) + 10 * 24 * HOUR_MS
    pages = {at: page for at, page in pages.items() if at < end}
    rows = [exchange.as_binance(row) for at in sorted(pages) for row in pages[at]]
    quiet = sum(not page for page in pages.values())
    ex, book = Exchange(end + 500, {("LTCUSD", "1m"): rows}), Book("quiet")
    book.set("binance", "klines", "--interval", "1m", "--symbol", "LTCUSD", "--since", "2013-06-01")
    killed_at_random(book, ex, 7, 8, "--page-rows", "120")
    tap.check(quiet > len(pages) / 2 and ex.empty >= quiet, f"only {ex.empty} empty pages of {quiet}")
    same(book.klines("LTCUSD"), over(rows, ex.now_ms), "candles")
    tap.equal(book.one.value("select sum(duplicate + superseded)::int as n from ingest.batches"), 0, "rows that came twice")


@tap.test("one of two pollers asks, and the other takes over when it is killed")
def _():
    book, ex = Book("leader"), small_market(8)
    book.set("binance", "klines", "--interval", "1m", "--symbol", "BTCUSDT", "--since", START)
    first = book.start(at=ex)
    tap.wait_until(lambda: len(book.klines("BTCUSDT")) == len(over(ex.klines["BTCUSDT", "1m"], ex.now_ms)), "the first polled all")
    row = book.once(at=ex).ok().json()[0]
    tap.equal((row["series"], row["by_others"]), (0, 1))
    first.kill()
    first.wait()
    ex.now_ms += HOUR_MS
    tap.wait_until(lambda: book.once(at=ex).ok().json()[0]["by_others"] == 0, "the lead is free")
    same(book.klines("BTCUSDT"), over(ex.klines["BTCUSDT", "1m"], ex.now_ms), "candles")


@tap.test("a daemon goes on with what comes, and being stopped is a success")
def _():
    book, ex = Book("daemon"), small_market(9)
    book.set("binance", "klines", "--interval", "1m", "--symbol", "BTCUSDT", "--since", START)
    ex.now_ms += 29_000  # so that the next candle is over soon
    poller = book.start(at=ex)
    known = lambda: len(book.klines("BTCUSDT"))
    tap.wait_until(lambda: known() == len(over(ex.klines["BTCUSDT", "1m"], ex.now_ms)), "the history is there")
    ex.now_ms += 90 * MINUTE_MS
    tap.wait_until(lambda: known() == len(over(ex.klines["BTCUSDT", "1m"], ex.now_ms)), "what came is there", limit_s=90)
    poller.send_signal(signal.SIGTERM)
    out, err = poller.communicate(timeout=60)
    tap.equal(poller.returncode, 0, err)


@tap.test("what Kraken told is read from its recorded answers")
def _():
    book, ex = Book("kraken"), Exchange(1_762_820_230_000)
    with open(tap.test_data("nautilus", "adapters_json", "kraken", "http_ohlc.json"), encoding="utf-8") as text:
        candles = json.load(text)
    with open(tap.test_data("nautilus", "adapters_json", "kraken", "http_trades.json"), encoding="utf-8") as text:
        trades = json.load(text)
    last = trades["result"]["last"]
    ex.routes["/0/public/OHLC"] = lambda query: Answer(body=candles)
    ex.routes["/0/public/Trades"] = lambda query: Answer(
        body=trades if int(query["since"]) < int(last) else {"error": [], "result": {"XBTUSDT": [], "last": last}})
    for words in (("klines", "--interval", "1m"), ("trades",)):
        book.set("kraken", *words, "--symbol", "XBTUSDT", "--base", "BTC", "--quote", "USDT", "--since", "2025-11-10")
    row = book.once(at=ex, venue="kraken").ok().json()[0]
    tap.equal(row["rows"], 720 + 1000)
    tap.equal(book.one.value("select count(*)::int as n from market.trades where trade_id between 10218208 and 10219207"), 1000)
    tap.equal(book.one.value("select to_char(max(open_time) at time zone 'UTC', 'HH24:MI') as at from market.klines"), "00:16")

    # Their times have a digit more than is kept, as a rule; nothing else of what was recorded has.
    digits = [len(str(row[2]).partition(".")[2]) > 6 for row in trades["result"]["XBTUSDT"]]
    notes = {row["stream"]: row["notes"] for row in book.one.rows("select stream, notes from ingest.batches where rows_in > 0")}
    tap.equal(notes, {"klines": None, "trades": {"lossy_values": sum(digits), "lossy_line": digits.index(True) + 1, "lossy_column": "trade_time"}})


@tap.test("holes in the ids of trades are filled, and the cursor stays where it is")
def _():
    book, ex = Book("holes"), small_market(10)
    book.set("binance", "agg_trades", "--symbol", "BTCUSDT", "--since", START)
    book.once(at=ex).ok()
    before, ids = book.stands_at("agg_trades"), [row["a"] for row in ex.trades["BTCUSDT"]]
    for first, count in ((10, 1), (500, 37), (900, 400)):
        host.sql(f"delete from market.agg_trades where agg_trade_id >= {ids[first]} and agg_trade_id < {ids[first] + count}", "holes")
    book.one.run("select market.fn_open_repair(util.uuid_v7(), 'agg_trades', i.instrument_id, h.from_id, h.to_id, h.before_time, h.after_time) "
                 "  from ref.instruments as i cross join lateral market.fn_id_holes('agg_trades', i.instrument_id) as h")
    tap.equal(book.one.value("select count(*)::int as n from market.fn_repairs()"), 3)
    book.once(at=ex).ok()
    tap.equal(book.one.value("select count(*)::int as n from market.fn_repairs()"), 0, "open repairs")
    same(book.trades("BTCUSDT"), told(ex.trades["BTCUSDT"], ex.now_ms), "trades")
    tap.equal(book.stands_at("agg_trades"), before, "the cursor")


@tap.test("what the venue has no more is told, and the hole stays")
def _():
    book, ex = Book("gone"), small_market(11)
    book.set("binance", "agg_trades", "--symbol", "BTCUSDT", "--since", START)
    del ex.trades["BTCUSDT"][700:720]
    book.once(at=ex).ok()
    book.one.run("select market.fn_open_repair(util.uuid_v7(), 'agg_trades', i.instrument_id, h.from_id, h.to_id, h.before_time, h.after_time) "
                 "  from ref.instruments as i cross join lateral market.fn_id_holes('agg_trades', i.instrument_id) as h")
    row = book.once(at=ex).exits(1).json()[0]
    tap.equal((row["failing"], book.one.value("select missing::int as n from market.fn_repairs()")), (1, 20))


@tap.test("a service polls with the rights of data_writer and no more, through a pooler in transaction mode too")
def _():
    url = host.installed("rights", modules="market", roles=True)
    host.sql("create role svc_writer login; grant daybook_data_writer to svc_writer", "rights")
    ex, pooler = small_market(12), server.PgBouncer(host)
    service, owner = host.url("rights", "svc_writer"), session.Session(url)
    program.daybook("market", "poll", "binance", "agg_trades", "--symbol", "BTCUSDT", "--since", START, "--url", service).ok()
    words = ("--venue", "binance", "--venue-url", f"binance={ex.url}")
    tap.equal(program.daybook(*ONCE, "--url", service, *words).ok().json()[0]["ended"], "current")
    ex.now_ms += HOUR_MS
    row = program.daybook(*ONCE, "--url", pooler.url("rights"), *words).ok().json()[0]
    tap.equal((row["ended"], row["by_others"]), ("current", 0))
    tap.equal(owner.value("select count(*)::int as n from market.agg_trades"), len(told(ex.trades["BTCUSDT"], ex.now_ms)))
    tap.equal(owner.value("select count(*)::int as n from ingest.batches as b "
                          "where not exists (select from ingest.objects as o where o.sha256 = b.sha256)"), 0, "answers that were not kept")


@tap.test("up keeps a poller running when it is wished for")
def _():
    ex, own = small_market(13), private.Private()
    ex.now_ms += 29_000
    own.up("--poll", env=own.env(DAYBOOK_VENUE_URL=f"binance={ex.url}")).ok()
    own.sql("select ref.fn_register_venue('binance', 'Binance'); select settings.fn_set_coin('BTCUSDT', 'BTC', 'USDT', true); "
            f"select market.fn_set_poll('binance', 'klines', 'spot', null, 60, '{START}', null, true)")
    there = lambda: own.sql("select count(*) from market.klines")
    expected = str(len(over(ex.klines["BTCUSDT", "1m"], ex.now_ms)))
    tap.wait_until(lambda: there() == expected, "the poller has seen the new series", limit_s=150, pause_s=0.5)
    own.down().ok()


def recorded_routes():
    """The first recorded answer of Binance for each path that holds rows of BTCUSDT or BTCUSD_PERP."""
    with open(tap.test_data("gocryptotrader", "binance_http_recorded.json"), encoding="utf-8") as text:
        routes = json.load(text)["routes"]
    return {path: [answer for answer in methods.get("GET", ()) if "symbol=BTCUSD" in answer["queryString"]] for path, methods in routes.items()}


@tap.test("rates, prices, quotes and open interest of contracts are read from recorded answers")
def _():
    book, ex, recorded = Book("contracts"), Exchange(1_690_000_000_000), recorded_routes()

    rates = max((answer["data"] or [] for answer in recorded["/fapi/v1/fundingRate"]), key=len)
    ex.routes["/fapi/v1/fundingRate"] = lambda query: Answer(
        body=[rate for rate in rates if int(query["startTime"]) <= rate["fundingTime"] <= int(query["endTime"])])
    for path in ("/fapi/v1/premiumIndex", "/fapi/v1/ticker/bookTicker"):
        ex.routes[path] = lambda query, answer=recorded[path][0]["data"]: Answer(body=answer)
    for stream in ("funding_rates", "funding_snapshots", "book_tickers"):
        book.set("binance", stream, "--kind", "perp", "--symbol", "BTCUSDT", "--since", "2019-09-01")
    row = book.once(at=ex).ok().json()[0]
    tap.equal((row["series"], row["failing"]), (3, 0))
    expected = {rate["fundingTime"] // 3_600_000: rate["fundingRate"] for rate in rates}
    stored = book.one.rows("select util.to_ms(funding_time) as at, rate::text as rate from market.funding_rates order by 1")
    tap.check(len(rates) == 100 and all(row["at"] % 3_600_000 == 0 for row in stored), "times are off their grid")
    tap.equal({row["at"] // 3_600_000: float(row["rate"]) for row in stored}, {at: float(rate) for at, rate in expected.items()})
    tap.equal(book.one.rows("select rate::text as rate, mark_price::text as mark from market.funding_snapshots"),
              [{"rate": "0.00001226", "mark": "26780.82240476"}])
    tap.equal(book.one.rows("select bid_price::text as bid, util.to_ms(event_time) as at from market.ticker_ticks"),
              [{"bid": "19115.95", "at": 1607294182164}])



def listed(book, kind):
    rows = book.one.rows("select l.venue, l.symbol, l.status, l.trading from market.v_listings_reader as l "
                         f"where l.kind = '{kind}' order by l.venue, l.symbol")
    return {(row["venue"], row["symbol"]): (row["status"], row["trading"]) for row in rows}


@tap.test("lists of instruments are kept current: what is new, what ends and when; an error in their place changes nothing and is told")
def _():
    book, ex, recorded = Book("listings"), Exchange(1_690_000_000_000), {}
    with open(tap.test_data("gocryptotrader", "binance_http_recorded.json"), encoding="utf-8") as text:
        routes = json.load(text)["routes"]
    for kind, path in (("spot", "/api/v3/exchangeInfo"), ("perp", "/fapi/v1/exchangeInfo"), ("inverse", "/dapi/v1/exchangeInfo")):
        recorded[kind] = dict(routes[path]["GET"][0]["data"])
        ex.routes[path] = lambda query, kind=kind: Answer(body=recorded[kind])
        book.set("binance", "listings", "--kind", kind)
    program.daybook("market", "poll", "binance", "listings", "--symbol", "BTCUSDT", "--url", book.url).exits(2)
    row = book.once(at=ex).ok().json()[0]
    tap.equal((row["series"], row["failing"], row["pages"]), (3, 0, 3))
    perps = [one for one in recorded["perp"]["symbols"] if one["contractType"] == "PERPETUAL"]
    tap.equal(listed(book, "perp"), {("binance", one["symbol"]): (one["status"], one["status"] == "TRADING") for one in perps})
    tap.equal([len(listed(book, kind)) for kind in recorded], [25, 25, 25])
    tap.equal((listed(book, "inverse")["binance", "GALAUSD_PERP"], listed(book, "spot")["binance", "EOSETH"]), (("DELIVERING", False), ("BREAK", False)))

    # One contract is settled, another is gone from the list, and both lists say when that was.
    settled, gone = perps[0], perps[1]
    recorded["perp"] = dict(recorded["perp"], serverTime=recorded["perp"]["serverTime"] + HOUR_MS, symbols=[
        dict(one, status="SETTLING", deliveryDate=recorded["perp"]["serverTime"]) if one is settled else one
        for one in recorded["perp"]["symbols"] if one is not gone])
    book.once(at=ex).ok()
    now = listed(book, "perp")
    tap.equal((now["binance", settled["symbol"]], now["binance", gone["symbol"]]), (("SETTLING", False), ("ABSENT", False)))
    ended = book.one.rows("select i.symbol, util.to_ms(c.since) as since from ingest.conventions as c join ref.instruments as i using (instrument_id) "
                          "where c.name = 'published' and c.value = 'no' and i.kind = 'perp' order by since")
    tap.equal(ended, [{"symbol": settled["symbol"], "since": recorded["perp"]["serverTime"] - HOUR_MS},
                      {"symbol": gone["symbol"], "since": recorded["perp"]["serverTime"]}])

    # In place of a list an error, what is no list, and what is no JSON; then the list again.
    answers = iter(({"code": -1000, "msg": "An unknown error occurred."}, {"symbols": {}}, b"[" + b"x" * 5000))
    ex.routes["/fapi/v1/exchangeInfo"] = lambda query: Answer(body=next(answers, recorded["perp"]))
    book.once("--stream", "listings", at=ex).ok()
    tap.equal(listed(book, "perp"), now)
    told = [row["error"] for row in book.one.rows("select e.error from ingest.source_errors as e where e.source = 'binance perp' order by e.noted_at")]
    for said, why in zip(told, ("An unknown error occurred.", "no list of instruments", "json"), strict=True):
        tap.contains(said, why)
    polls = program.daybook("market", "polls", "--url", book.url, "--format", "json").ok().json()["polls"]
    tap.equal({row["kind"]: row["last_error"] == told[-1] for row in polls}, {"spot": False, "perp": True, "inverse": False})

    pair = {"altname": "XBTUSD", "wsname": "XBT/USD", "base": "XXBT", "quote": "ZUSD", "pair_decimals": 1, "lot_decimals": 8, "ordermin": "0.00005",
            "costmin": "0.5", "tick_size": "0.1", "status": "online"}
    pairs = iter(({"error": ["EGeneral:Internal error"]},
                  {"error": [], "result": {"XXBTZUSD": pair, "XDGEUR": dict(pair, altname="XDGEUR", wsname="XDG/EUR", status="cancel_only")}}))
    ex.routes["/0/public/AssetPairs"] = lambda query: Answer(body=next(pairs))
    book.set("kraken", "listings")
    tap.equal(book.once(venue="kraken", at=ex).ok().json()[0]["failing"], 0)
    tap.equal({key: value for key, value in listed(book, "spot").items() if key[0] == "kraken"},
              {("kraken", "XBTUSD"): ("online", True), ("kraken", "XDGEUR"): ("cancel_only", False)})
    tap.equal(book.one.rows("select s.symbol, s.base, s.quote, s.tick_size::text as tick, s.lot_size::text as lot from market.symbols as s where s.venue = 'kraken' order by 1"),
              [{"symbol": "XBTUSD", "base": "BTC", "quote": "USD", "tick": "0.1", "lot": "0.00000001"},
               {"symbol": "XDGEUR", "base": "DOGE", "quote": "EUR", "tick": "0.1", "lot": "0.00000001"}])


tap.main()
