"""The market data of a fleet of bots and of a research system: every table by its name, written by the service whose work that is, read by
the others through views, each with a role of its own."""

import random
import uuid

from harness import program, server, session, tap
from harness.session import Raw, Refused, call

PREFIX = "gordon_"
READERS = ["manager", "risk", "bot"]
DAY = "2024-03-01"

host = server.Server()
host.role("trader")
host.sql("create database fleet")
host.sql(program.daybook("grants", "bootstrap", "--database", "fleet", "--login", "trader", "--role-prefix", PREFIX).ok().out, "fleet")
program.daybook("migrate", "apply", "--url", host.url("fleet", "trader"), "--role-prefix", PREFIX, "--modules", "trading,market", "--quiet").ok()
for name in ("data_writer", "executor", "lab_reader", *READERS):
    host.sql(f"create role svc_{name} login; grant {PREFIX}{name} to svc_{name}")
service = {name: session.Session(host.url("fleet", f"svc_{name}")) for name in ("data_writer", "executor", "lab_reader", *READERS)}
writer = service["data_writer"]

SPOT, PERP = uuid.uuid4(), uuid.uuid4()
for code in ("BTC", "USDT"):
    writer.row(call("ref.fn_register_currency", code=code, name=code, kind="crypto"))
writer.row(call("ref.fn_register_venue", code="binance", name="Binance"))
for ident, kind in ((SPOT, "spot"), (PERP, "perp")):
    writer.row(call("ref.fn_register_instrument", instrument_id=ident, venue="binance", symbol="BTCUSDT", kind=kind, base="BTC", quote="USDT",
                    tick_size=Raw("0.1"), lot_size=Raw("0.001")))


def refused(name, *statements):
    for sql in statements:
        try:
            service[name].run(sql)
        except Refused as error:
            tap.equal(error.sqlstate, "42501", f"SQLSTATE of {sql}: {error.message}")
        else:
            raise tap.Failure(f"{name} was allowed: {sql}")


def load(stream, times, columns, rows, instrument=None, interval=None, source="archive_daily"):
    """What a loader does: opens a batch, sends rows where it is told to, closes it. Returns what became of them."""
    batch = uuid.uuid4()
    first, last = (f"timestamptz '{time}'" for time in (min(times), max(times)))
    writer.run(f"select market.fn_ensure_partitions('{stream}', {first}, {last})")
    writer.run("begin")
    target = writer.row(call("market.fn_open_batch", batch_id=batch, source=source, stream=stream, instrument_id=instrument, interval_s=interval,
                             file_name=f"{batch}.csv", sha256=Raw(f"sha256('{batch}')"), size_bytes=1, first=Raw(first), last=Raw(last),
                             ordered=False))["target"]
    series = [str(f"'{instrument}'")] if instrument else []
    for line, row in enumerate(rows, 1):
        names = ["instrument_id"] * bool(instrument) + [*columns.split(), "batch_id", "line"]
        writer.run(f"insert into {target} ({', '.join(names)}) values ({', '.join([*series, *row, repr(str(batch)), str(line)])})")
    done = writer.row(call("market.fn_close_batch", batch_id=batch, rows_in=len(rows), reject_lines=None, reject_offsets=None, reject_reasons=None,
                           reject_raw=None))
    writer.run("commit")
    return [done[name] for name in ("inserted", "duplicate", "superseded")]


def at(minutes, seconds=0):
    return f"{DAY} {minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}+00"


def quoted(*values):
    return [value if isinstance(value, Raw) else f"'{value}'" for value in values]


# For each stream: its table and view, the columns sent, one row and another value of it, and what the reader then sees of the first.
STREAMS = [
    ("klines", "klines", "v_klines_reader", SPOT, 60, "interval_s open_time open high low close volume",
     quoted(60, at(0), 100, 110, 90, 105, 7), "close = 105 and kind = 'spot'"),
    ("klines", "klines", "v_klines_reader", PERP, 60, "interval_s open_time open high low close volume",
     quoted(60, at(0), 100, 110, 90, 106, 7), "close = 106 and kind = 'perp'"),
    *[(f"{price}_klines", "price_klines", "v_price_klines_reader", PERP, 60, "price interval_s open_time open high low close",
       quoted(price, 60, at(0), 1, 1, 1, close), f"price = '{price}' and close = {close}")
      for price, close in (("mark", 101), ("index", 102), ("premium", "-0.001"), ("bid", 104), ("ask", 105))],
    ("trades", "trades", "v_trades_reader", SPOT, None, "trade_id trade_time price quantity quote_quantity buyer_is_maker",
     quoted(7, at(1), 105, "0.5", "52.5", "true"), "trade_id = 7 and buyer_is_maker"),
    ("agg_trades", "agg_trades", "v_agg_trades_reader", SPOT, None,
     "agg_trade_id trade_time price quantity first_trade_id last_trade_id buyer_is_maker", quoted(3, at(1), 105, 2, 6, 9, "false"),
     "last_trade_id - first_trade_id = 3"),
    ("book_tickers", "ticker_ticks", "v_ticker_ticks_reader", SPOT, None, "update_id event_time bid_price bid_quantity ask_price ask_quantity",
     quoted(11, at(1), "104.9", 1, "105.1", 2), "ask_price > bid_price"),
    ("order_book", "orderbook_snapshots", "v_orderbook_snapshots_reader", SPOT, None, "snapshot_time last_update_id bids asks",
     quoted(at(1), 12, "{104.9,1,104.8,3}", "{105.1,2}"), "bid_price = 104.9 and ask_quantity = 2 and bid_levels = 2 and ask_levels = 1"),
    ("book_changes", "orderbook_changes", "v_orderbook_changes_reader", SPOT, None, "change_time first_update_id last_update_id bids asks",
     quoted(at(1), 10, 12, "{104.9,0}", "{}"), "bids[2] = 0 and bid_levels = 1 and ask_levels = 0 and previous_update_id is null"),
    ("book_depth", "book_depth", "v_book_depth_reader", PERP, None, "snapshot_time percentage depth notional",
     quoted(at(1), "-0.2", 500, 52000), "percentage < 0"),
    ("funding_rates", "funding_rates", "v_funding_rates_reader", PERP, None, "funding_time raw_time rate interval_hours mark_price",
     quoted(at(480), f"{DAY} 08:00:00.006+00", "0.000125", 8, 105), "rate_bps = 1.25 and raw_time > funding_time"),
    ("open_interest", "open_interest", "v_open_interest_reader", PERP, 3600, "period_s observed_at open_interest open_interest_value",
     quoted(3600, at(60), "81000.123", 8500000), "period_s = 3600"),
    ("metrics", "metrics", "v_metrics_reader", PERP, None, "label metric_time sum_open_interest count_long_short_ratio",
     quoted("start", at(60), 81000, "1.7"), f"period_end = '{at(65)}' and sum_taker_long_short_vol_ratio is null"),
    ("metric_values", "metric_values", "v_metric_values_reader", SPOT, None, "name metric_time value", quoted("vpin_50", at(60), "0.42"),
     "name = 'vpin_50'"),
    ("macro", "macro_data", "v_macro_reader", None, None, "series observed_at value", quoted("VIXCLS", f"{DAY} 00:00:00+00", "13.11"),
     "series = 'VIXCLS' and value = 13.11"),
    ("fear_greed", "fear_greed", "v_fear_greed_reader", None, None, "observed_at value classification",
     quoted(f"{DAY} 00:00:00+00", 80, "Extreme Greed"), "value = 80"),
    ("stablecoin_supply", "stablecoin_supply", "v_stablecoin_supply_reader", None, None, "asset observed_at supply supply_ratio",
     quoted("all", f"{DAY} 00:00:00+00", 140000000000, "8.6"), "supply_ratio = 8.6"),
    ("gamma_exposure", "gamma_exposure", "v_gex_reader", None, None, "underlying snapshot_time net_gamma flip_price call_wall put_wall regime",
     quoted("BTC", at(60), 1200000, 61000, 65000, 58000, "positive"), "regime = 'positive' and flip_price between put_wall and call_wall"),
    ("gamma_exposure_strikes", "gamma_exposure_strikes", "v_gex_strikes_reader", None, None, "underlying snapshot_time strike net_gamma",
     quoted("BTC", at(60), 65000, 900000), "strike = 65000"),
]


@tap.test("every stream has a row here, and every table that streams go to")
def _():
    known = {stream for stream, *_ in STREAMS}
    tap.equal(sorted(known), sorted(host.sql("select stream from ingest.streams", "fleet").split()), "streams")


for entry in STREAMS:
    @tap.test(f"{entry[1]} ({entry[0]}): the data writer loads it once, services read it through {entry[2]} alone")
    def _(entry=entry):
        stream, table, view, instrument, interval, columns, row, seen = entry
        time = next(value.strip("'") for value in row if value.strip("'").startswith(DAY))
        tap.equal(load(stream, [time], columns, [row], instrument, interval), [1, 0, 0], "first time")
        tap.equal(load(stream, [time], columns, [row], instrument, interval, source="rest"), [0, 1, 0], "the same from elsewhere")
        for name in READERS:
            tap.equal(service[name].value(f"select count(*) from market.{view} where {seen}"), 1, f"seen by {name}")
            refused(name, f"select from market.{table}", f"insert into market.{table} default values", f"delete from market.{table}")
        tap.equal(service["lab_reader"].value(f"select count(*) from market.{view} where {seen}"), 1, "seen by the lab")
        service["lab_reader"].run(f"select from market.{table}")
        refused("lab_reader", f"insert into market.{table} default values", f"update market.{table} set batch_id = batch_id",
                f"delete from market.{table}")
        refused("data_writer", f"select from market.{table}", f"update market.{table} set batch_id = batch_id", f"delete from market.{table}",
                f"truncate market.{table}")


@tap.test("no table of market data, and none of its partitions, is there for services that read: views are")
def _():
    tables = host.sql("""select c.oid::regclass from pg_class as c where c.relnamespace in ('market'::regnamespace, 'ingest'::regnamespace)
                         and c.relkind in ('r', 'p') order by 1""", "fleet").split()
    tap.check(len(tables) > 30 and sum("_202403" in table for table in tables) > 5, f"partitions are among them: {tables}")
    rights = "select count(*) from unnest(%s) as t(name) where has_table_privilege('svc_%s', t.name, 'select, insert, update, delete, truncate')"
    names = "array[" + ", ".join(f"'{table}'" for table in tables) + "]"
    for name in READERS:
        tap.equal(host.sql(rights % (names, name), "fleet"), "0", f"tables that {name} has a right on")
        refused(name, *(f"select from {table}" for table in tables))
    views = host.sql("select c.oid::regclass from pg_class as c where c.relnamespace = 'market'::regnamespace and c.relkind = 'v' and c.relname ~ '_reader$'",
                     "fleet").split()
    tap.check(len(views) > 15, views)
    for view in views:
        service["manager"].rows(f"select * from {view} limit 1")


@tap.test("source_freshness: liveness of every source, by the loading itself, and its failures by whoever polls")
def _():
    fresh = {row["stream"]: row for row in service["manager"].rows("select * from market.v_source_freshness where source = 'archive_daily'")}
    tap.equal(sorted(fresh), sorted({stream for stream, *_ in STREAMS}), "streams that have delivered")
    tap.equal((fresh["funding_rates"]["newest_event"][:13], fresh["open_interest"]["cadence_s"]), (f"{DAY}T08", 3600))
    error = dict(source="rest", stream="open_interest", instrument_id=PERP, interval_s=3600)
    for n in range(2):
        tap.equal(writer.row(call("market.fn_note_source_error", error_id=uuid.uuid4(), error=f"HTTP 418, {n}", **error))["outcome"], "created")
    look = f"select errors_in_row, last_error from market.v_source_freshness where source = 'rest' and stream = 'open_interest' and instrument_id = '{PERP}'"
    tap.equal(service["risk"].row(look), {"errors_in_row": 2, "last_error": "HTTP 418, 1"})
    load("open_interest", [at(120)], "period_s observed_at open_interest", [quoted(3600, at(120), 1)], PERP, 3600, source="rest")
    tap.equal(service["risk"].row(look)["errors_in_row"], 0, "failures in a row once it delivers again")
    refused("bot", call("market.fn_note_source_error", error_id=uuid.uuid4(), error="x", **error), "select from ingest.source_freshness")


@tap.test("ticker_latest: the latest prices of 500 symbols, whatever the order of 600 batches")
def _():
    symbols = {uuid.uuid4(): n for n in range(500)}
    host.sql("insert into ref.instruments (instrument_id, venue, symbol, kind, base, quote, settle) values "
             + ", ".join(f"('{ident}', 'binance', 'S{n}', 'spot', 'BTC', 'USDT', 'USDT')" for ident, n in symbols.items()), "fleet")
    batches = [(ident, minute) for ident, n in symbols.items() for minute in ((1, 2) if n % 5 == 0 else (2,))]
    random.Random(13).shuffle(batches)
    for ident, minute in batches:
        batch, time = uuid.uuid4(), at(minute)
        writer.run(f"""begin;
            select market.fn_open_batch('{batch}', 'websocket', 'trades', '{ident}', null, '{batch}', sha256('{batch}'), 1, '{time}', '{time}', true);
            insert into market.trades (instrument_id, trade_id, trade_time, price, quantity, batch_id)
            values ('{ident}', {minute}, '{time}', {symbols[ident]} + {minute}, 1, '{batch}');
            select market.fn_close_batch('{batch}', 1, null, null, null, null);
            commit""")
    ids = "array[" + ", ".join(f"'{ident}'" for ident in symbols) + "]::uuid[]"
    for name in READERS:
        latest = service[name].rows(f"select symbol, last_price, last_time from market.fn_latest_prices({ids})")
        tap.equal(sorted((row["symbol"], row["last_price"]) for row in latest), sorted((f"S{n}", n + 2) for n in symbols.values()), f"read by {name}")
        tap.equal({row["last_time"][:16] for row in latest}, {f"{DAY}T00:02"}, "their times")
    refused("bot", "select from market.ticker_latest")
    plan = host.sql(f"explain (analyze, costs off, timing off) select l.last_price from market.ticker_latest as l where l.instrument_id = any ({ids})", "fleet")
    tap.check("market.trades" not in plan and "trades_2024" not in plan, f"no series is read: {plan}")


@tap.test("symbol_subscriptions: what a bot wants to hear of, and what the data writer has to keep current for all of them")
def _():
    account, bot = uuid.uuid4(), uuid.uuid4()
    service["manager"].row(call("trading.fn_open_account", account_id=account, name="a", venue="binance", currency="USDT", mode="paper",
                                position_mode="netting", opening_balance=1000))
    for name, rights in (("bot", "read,trade"), ("risk", "read"), ("executor", "read,trade")):
        service["manager"].row(call("settings.fn_grant_account", account_id=account, role_name=f"svc_{name}", rights=Raw("'{" + rights + "}'::text[]")))
    wish = dict(account_id=account, bot_id=bot, instrument_id=SPOT)
    for stream in ("klines", "agg_trades"):
        tap.equal(service["bot"].row(call("market.fn_subscribe", stream=stream, **wish))["outcome"], "created")
    tap.equal(service["bot"].row(call("market.fn_unsubscribe", stream="agg_trades", **wish))["outcome"], "created")
    tap.equal([row["stream"] for row in service["risk"].rows(call("market.fn_subscriptions", account_id=account))], ["klines"])
    tap.equal(writer.rows("select symbol, kind, stream, bots from market.v_wanted_streams"),
              [{"symbol": "BTCUSDT", "kind": "spot", "stream": "klines", "bots": 1}])
    refused("risk", call("market.fn_subscribe", stream="klines", **wish))
    refused("data_writer", call("market.fn_subscribe", stream="klines", **wish), "select from market.symbol_subscriptions")
    refused("bot", call("market.fn_subscribe", stream="klines", account_id=uuid.uuid4(), bot_id=bot, instrument_id=SPOT))

    # account_trades: the raw feed of an account's own trades, which nobody sees without a right for the account.
    done = service["executor"].rows(call("market.fn_record_account_trades", account_id=account, instrument_id=SPOT, trade_ids=[1, 2],
                                         traded_ats=Raw(f"array['{at(1)}', '{at(2)}']::timestamptz[]"), sides=["buy", "sell"],
                                         prices=Raw("array[105.1, 105.2]"), quantities=Raw("array[0.001, 0.001]")))
    tap.equal([row["outcome"] for row in done], ["created", "created"])
    tap.equal([row["trade_id"] for row in service["risk"].rows(call("market.fn_account_trades", account_id=account))], [2, 1])
    refused("bot", "select from market.account_trades", call("market.fn_account_trades", account_id=account))
    refused("manager", call("market.fn_account_trades", account_id=uuid.uuid4()))


@tap.test("corrections are applied in market, never in ingest: by the manager, with a reason, and withdrawn")
def _():
    key = {"open_time": at(0)}
    correction = uuid.uuid4()
    correct = call("market.fn_correct_row", correction_id=correction, stream="klines", instrument_id=SPOT, interval_s=60, key=key,
                   values={"close": 104}, reason="a trade was busted")
    for name in ("data_writer", "risk", "bot", "executor", "lab_reader"):
        refused(name, correct)
    received = service["lab_reader"].rows("select * from ingest.batches where source <> 'correction' order by batch_id")
    close = f"select close from market.v_klines_reader where instrument_id = '{SPOT}' and open_time = '{at(0)}'"
    tap.equal(service["manager"].row(correct)["outcome"], "created")
    tap.equal(service["bot"].value(close), 104)
    withdraw = call("market.fn_withdraw_correction", correction_id=correction, reason="it was not")
    refused("data_writer", withdraw)
    tap.equal(service["manager"].row(withdraw)["restored"], True)
    tap.equal(service["bot"].value(close), 105)
    still = service["lab_reader"].rows("select b.* from ingest.batches as b where b.source <> 'correction' and b.batch_id not in "
                                       "(select c.restored_by from market.corrections as c where c.restored_by is not null) order by b.batch_id")
    tap.equal(still, received, "what was received")


@tap.test("settings of a research system: app_settings, coin_universe, time_units, windows with their computed length, state of pollers")
def _():
    lab = service["lab_reader"]
    service["manager"].row(call("settings.fn_set", change_id=uuid.uuid4(), key="research.depth", value={"days": 30}, reason="a start"))
    tap.equal(lab.row("select value, updated_at is not null as stamped from settings.app_settings where key = 'research.depth'"),
              {"value": {"days": 30}, "stamped": True})
    for symbol, enabled in (("BTCUSDT", True), ("ETHUSDT", False)):
        writer.row(call("settings.fn_set_coin", symbol=symbol, base=symbol[:3], quote="USDT", enabled=enabled))
    tap.equal(lab.rows("select symbol, base, quote, enabled from settings.coin_universe order by symbol"),
              [{"symbol": "BTCUSDT", "base": "BTC", "quote": "USDT", "enabled": True}, {"symbol": "ETHUSDT", "base": "ETH", "quote": "USDT", "enabled": False}])
    tap.equal(lab.value("select array_agg(unit order by duration_ms) from settings.time_units where unit <> 'week'"),
              ["millisecond", "second", "minute", "hour", "day"])
    tap.equal(lab.rows("select label, duration_ms from settings.windows where label in ('30m', '4h') order by duration_ms"),
              [{"label": "30m", "duration_ms": 1800000}, {"label": "4h", "duration_ms": 14400000}])
    tap.equal(writer.row(call("market.fn_cursor", source="archive_daily", stream="agg_trades", instrument_id=SPOT, interval_s=None))["last_id"], 3,
              "what a poller has seen last")


@tap.test("ingest of a research system: how far each symbol and interval was fetched, and rows that nobody changes")
def _():
    lab = service["lab_reader"]
    cursor = lab.row(f"select last_open_time, interval_s from ingest.klines_cursor where source = 'rest' and instrument_id = '{SPOT}'")
    tap.equal((cursor["last_open_time"][:16], cursor["interval_s"]), (f"{DAY}T00:00", 60))
    tap.equal(lab.value("select count(*) from ingest.batches where rows_in <> inserted + duplicate + superseded + rejected"), 0)
    for relation in host.sql("select c.oid::regclass from pg_class as c where c.relnamespace = 'ingest'::regnamespace and c.relkind = 'r' order by 1",
                             "fleet").split():
        lab.run(f"select from {relation}")
        for name in ("data_writer", "manager", "risk", "bot", "executor"):
            refused(name, f"select from {relation}", f"delete from {relation}", f"truncate {relation}")
        for name in service:
            refused(name, *(f"update {relation} set {column} = {column}" for column in host.sql(
                f"select quote_ident(attname) from pg_attribute where attrelid = '{relation}'::regclass and attnum > 0 and attgenerated = '' "
                "and attidentity = '' limit 1", "fleet").split()))


tap.main()
