"""What is read and made of a million candles: higher timeframes, late minutes, gaps, latest prices. The candles are made up."""

import statistics
import threading
import time

from harness import session

ROWS = 1_000_000
SYMBOLS = 500
LEVELS = (300, 900, 3600, 14400, 86400)
AT = "timestamptz '2020-01-01 00:00:00+00' + make_interval(mins => %s)"
AGGREGATES = ("(array_agg(open order by open_time))[1], max(high), min(low), (array_agg(close order by open_time desc))[1], sum(volume), "
              "sum(quote_volume), sum(trade_count)::bigint, sum(taker_buy_volume), sum(taker_buy_quote_volume)")


def instruments(one, count):
    """So many, by name; the ids in that order."""
    one.run("select ref.fn_register_venue('made', 'Made up'), ref.fn_register_currency('QQ', 'Quote', 'crypto'), "
            "ref.fn_register_currency('BB', 'Base', 'crypto')")
    return [row["id"] for row in one.rows(
        "select r.instrument_id as id from generate_series(1, %d) as n cross join lateral "
        "ref.fn_register_instrument(util.uuid_v7(), 'made', format('B%%sQQ', n), 'spot', 'BB', 'QQ') as r order by n" % count)]


def candles(one, instrument, which):
    """Every minute of two years for which `which` (SQL on n) holds, without a gap of more than one where it says so."""
    one.run(f"select market.fn_ensure_partitions('klines', {AT % 0}, {AT % ROWS})")
    one.run(f"insert into market.klines select '{instrument}', 60, {AT % 'n'}, 100 + n % 7, 110 + n % 7, 90, 101 + n % 7, n % 1000 / 7.0, "
            f"n % 1000 / 3.0, n % 90, n % 1000 / 9.0, n % 1000 / 11.0, util.uuid_v7() from generate_series(0, {ROWS} - 1) as n where {which}")
    one.run("analyze market.klines")


def roll_up(one):
    while one.row("select outcome from market.fn_roll_up()")["outcome"] == "created":
        pass


def timed(work):
    started = time.monotonic()
    work()
    return time.monotonic() - started


class Reading:
    """Each side runs in a database of its own that `fill` has made ready, unless that stays as it is."""

    def __init__(self, host, settings, name, what, unit):
        self.host, self.name, self.what, self.unit = host, name, what, unit
        self.facts = {"settings": "; ".join(settings)}

    def clone(self, fill):
        host = self.host()
        name = host.clone()
        one = session.Session(host.server.url(name, "trader"))
        found = fill(one)
        host.server.sql("checkpoint")
        return name, one, found

    def done(self, name, one):
        one.close()
        self.host().drop(name)


class RollUp(Reading):
    sides = ("daybook", "plain")

    def prepare(self):
        def fill(one):
            one.run("alter database " + one.value("select quote_ident(current_database())") + " set jit = off")
            (instrument,) = instruments(one, 1)
            candles(one, instrument, "true")
            for seconds in LEVELS:
                one.run(f"create table plain_{seconds} (instrument_id uuid, open_time timestamptz, open float8, high float8, low float8, "
                        "close float8, volume float8, quote_volume float8, trade_count bigint, taker_buy_volume float8, "
                        "taker_buy_quote_volume float8, primary key (instrument_id, open_time))")
            return instrument
        name, one, instrument = self.clone(fill)
        one.close()
        return name, instrument

    def rate(self, side, setup):
        template, instrument = setup
        host = self.host()
        name = host.clone(template)
        one = session.Session(host.server.url(name, "trader"))
        if side == "daybook":
            one.run(f"select market.fn_rebuild_rollups('{instrument}')")
            elapsed = timed(lambda: roll_up(one))
            self.facts["buckets written"] = f"{one.value('select count(*) from market.klines_rollup'):,}"
        else:
            elapsed = timed(lambda: [one.run(
                f"insert into plain_{seconds} select instrument_id, date_bin('{seconds} s', open_time, '1970-01-01+00'), {AGGREGATES} "
                "from market.klines where interval_s = 60 group by 1, 2") for seconds in LEVELS])
        self.done(name, one)
        return ROWS / elapsed


class LateMinutes(Reading):
    sides = ("daybook", "scattered", "all")
    # A hundredth of the minutes is missing, in runs of a hundred, or one by one, and comes late.
    WHICH = {"daybook": "n % 10000 between 5000 and 5099", "scattered": "n % 100 = 37"}

    def prepare(self):
        return None

    def rate(self, side, _setup):
        missing = self.WHICH.get(side, "false")

        def fill(one):
            (instrument,) = instruments(one, 1)
            candles(one, instrument, f"not ({missing})")
            one.run(f"select market.fn_rebuild_rollups('{instrument}')")
            if side != "all":
                roll_up(one)
                candles(one, instrument, missing)
                one.run("insert into market.rollup_dirty (instrument_id, spans) select instrument_id, range_agg(tstzrange(b, b + interval '5 min')) "
                        "from (select distinct instrument_id, date_bin('5 min', open_time, '1970-01-01+00') as b from market.klines, "
                        f"generate_series(0, {ROWS}) as n where open_time = {AT % 'n'} and {missing}) as t group by 1")
        name, one, _ = self.clone(fill)
        elapsed = timed(lambda: roll_up(one))
        self.facts[f"{side}, seconds"] = f"{elapsed:.2f}"
        self.done(name, one)
        return 3600 / elapsed


class GapScan(Reading):
    sides = ("daybook", "plain")

    def prepare(self):
        def fill(one):
            (instrument,) = instruments(one, 1)
            candles(one, instrument, "n % 97 <> 5 and n % 5003 > 40")
            return instrument
        _, one, instrument = self.clone(fill)
        one.run("set statement_timeout = 0")
        return one, instrument

    def rate(self, side, setup):
        one, instrument = setup
        query = (f"select count(*) from market.fn_gaps('klines', '{instrument}', 60)" if side == "daybook" else
                 "select count(*) from (select open_time - lag(open_time) over (order by open_time) as step from market.klines "
                 f"where instrument_id = '{instrument}' and interval_s = 60) as s where step > interval '1 min'")
        elapsed = timed(lambda: one.run(query))
        self.facts[f"{side}, seconds"] = f"{elapsed:.2f}"
        return ROWS / elapsed


class LatestPrices(Reading):
    """While another session loads candles as fast as it can; the rate is that of the slowest call but one in a hundred."""

    sides = ("daybook", "plain")
    CALLS = 300

    def prepare(self):
        def fill(one):
            ids = instruments(one, SYMBOLS)
            one.run("insert into market.ticker_latest (instrument_id, last_price, last_time, last_stream, last_id, bid_price, bid_quantity, "
                    "ask_price, ask_quantity, quote_time, quote_id) "
                    "select instrument_id, 100, now(), 'trades', 1, 99, 1, 101, 1, now(), 1 from market.symbols")
            one.run(f"select market.fn_ensure_partitions('klines', {AT % 0}, {AT % ROWS})")
            one.run(f"insert into market.klines select i.instrument_id, 60, {AT % 'n'}, 1, 1, 1, 1, 1, null, null, null, null, util.uuid_v7() "
                    "from market.symbols as i cross join generate_series(0, 1999) as n")
            one.run("analyze market.klines; analyze market.ticker_latest")
            return ids
        name, one, ids = self.clone(fill)
        return name, one, ids

    def rate(self, side, setup):
        name, one, ids = setup
        query = ("select * from market.fn_latest_prices()" if side == "daybook" else
                 "select i.instrument_id, k.close, k.open_time from market.symbols as i cross join lateral (select close, open_time from market.klines "
                 "where instrument_id = i.instrument_id and interval_s = 60 order by open_time desc limit 1) as k")
        loader = session.Session(self.host().server.url(name, "trader"))
        stop, loaded = threading.Event(), [0]

        def load():
            while not stop.is_set():
                loader.run(f"begin; insert into market.klines select '{ids[0]}', 60, {AT % 'n'}, 1, 1, 1, 1, 1, null, null, null, null, "
                           "util.uuid_v7() from generate_series(5000, 24999) as n; rollback")
                loaded[0] += 20000
        thread = threading.Thread(target=load)
        started = time.monotonic()
        thread.start()
        spent = sorted(timed(lambda: one.run(query)) for _ in range(self.CALLS))
        took = time.monotonic() - started
        stop.set()
        thread.join()
        loader.close()
        p99 = spent[len(spent) * 99 // 100 - 1]
        self.facts[f"{side}, ms"] = f"p50 {statistics.median(spent) * 1000:.1f}, p99 {p99 * 1000:.1f}, beside {loaded[0] / took:,.0f} candles/s written"
        return 1 / p99


def entries(host, settings):
    return [
        RollUp(host, settings, "rollup", "a million candles of one minute to 5m, 15m, 1h, 4h, 1d; plain = five statements with GROUP BY into "
               "five bare tables", "candles/s"),
        LateMinutes(host, settings, "rollup-late", "10,000 late minutes among a million, in runs of a hundred; scattered = every one by itself; "
                    "all = the million", "roll-ups/h"),
        GapScan(host, settings, "gap-scan", "gaps of a million candles, with their causes; plain = lag() alone", "candles/s"),
        LatestPrices(host, settings, "latest-prices", f"latest prices of {SYMBOLS} instruments while candles are written, 1/p99; plain = a probe "
                     "of the candles for each", "calls/s"),
    ]
