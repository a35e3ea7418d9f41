"""The queries of a worker's ledger, each with the index that it was made for, on tables so large that the planner chooses by itself."""

from harness import plans, server, session, tap
from harness.session import call

ACCOUNT, OTHER, QUIET = (f"018f0000-0000-7000-8000-00000000000{digit}" for digit in "abc")
INSTRUMENTS = 20
ORDERS = 20000  # of each account, with a fill each, one a minute
BIG = {"trading.orders", "trading.order_events", "trading.fills", "trading.state_snapshots", "trading.decision_log", "trading.equity_points",
       "market.funding_snapshots", "audit.audit_log"}

host = server.Server()
url = host.installed("queries")
one = session.Session(url)
admin = session.Session(host.url("queries"))
NOW = "timestamptz '" + one.value("select now()::text") + "'"


def instrument(number):
    return f"018f0000-0000-7000-8000-{number:012d}"


def grow():
    """Two books that have been used for a while; what is written past the functions has no function that takes many at once."""
    for code in ("USDT", "BTC"):
        one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
    one.row(call("ref.fn_register_venue", code="binance", name="Binance"))
    for number in range(INSTRUMENTS):
        one.row(call("ref.fn_register_instrument", instrument_id=instrument(number), venue="binance", kind="perp", base="BTC", quote="USDT",
                     symbol="BTCUSDT" if number == 0 else f"C{number}USDT"))
    for account in (ACCOUNT, OTHER):
        one.row(call("trading.fn_open_account", account_id=account, name=account[-1], venue="binance", currency="USDT", mode="paper",
                     position_mode="netting", opening_balance=0))
        one.run("insert into trading.orders (account_id, order_id, origin, instrument_id, side, type, time_in_force, qty, price, idempotency_key, "
                "submitted_at, lifecycle, exchange_order_id, working_qty, working_price, recorded_at) "
                f"select '{account}', md5('{account}' || n)::uuid, 'local', "
                f"       ('018f0000-0000-7000-8000-' || lpad((n % {INSTRUMENTS})::text, 12, '0'))::uuid, 'buy', 'limit', 'gtc', 1, 100, "
                f"       'key ' || n, {NOW}, 'accepted', 'X' || n, 1, 100, {NOW} - n * interval '1 minute' "
                f"  from generate_series(1, {ORDERS}) as n")
        one.run("insert into trading.order_events (account_id, event_id, order_id, order_version, event, outcome, status, exchange_order_id, "
                "occurred_at) select account_id, order_id, order_id, 1, 'acknowledge', 'created', 'accepted', exchange_order_id, submitted_at "
                f"  from trading.orders where account_id = '{account}'")
        for first in range(1, ORDERS, 10000):
            # One in a thousand orders stays open.
            one.run("select count(*) from (select array_agg(md5('fill' || n)::uuid) as ids, array_agg(order_id) as orders, "
                    "    array_agg(instrument_id) as instruments, array_agg(side::text) as sides, array_agg(qty::numeric) as qtys, "
                    "    array_agg(100 + n % 7::numeric) as prices, array_agg('T' || n) as trades, "
                    f"   array_agg({NOW} - n * interval '1 minute') as times "
                    f"  from generate_series({first}, {first + 9999}) as n "
                    f"  join trading.orders as o on o.account_id = '{account}' and o.idempotency_key = 'key ' || n "
                    f" where n % 1000 <> 0) as f, trading.fn_record_fills('{account}', f.ids, f.orders, f.instruments, f.sides, f.qtys, "
                    "f.prices, null, null, null, f.trades, null, null, f.times)")
        for table, columns, values in (
                ("state_snapshots", "snapshot_id, name, as_of, state",
                 f"md5('s' || n)::uuid, 'bot ' || n % 4, {NOW} - n * interval '1 minute', '{{}}'"),
                ("decision_log", "entry_id, kind, occurred_at, content",
                 "md5('d' || n)::uuid, case when n % 100 = 0 then 'error' else 'decision' end, "
                 f"{NOW} - n * interval '1 minute', '{{}}'"),
                ("equity_points", "point_id, as_of, currency, balance, unrealized, equity, complete, missing, marks",
                 f"md5('e' || n)::uuid, {NOW} - n * interval '1 minute', 'USDT', 1, 0, 1, true, '{{}}', '{{}}'")):
            one.run(f"insert into trading.{table} (account_id, {columns}) select '{account}', {values} from generate_series(1, {ORDERS}) as n")
        admin.run("insert into audit.audit_log (action, subject_type, subject_id, account_id, outcome) select 'trading.submit_order', 'order', "
                  f"n::text, case when n % 8000 = 0 then '{QUIET}' else '{account}' end::uuid, 'refused' from generate_series(1, {ORDERS}) as n")
    one.run("insert into market.funding_snapshots (instrument_id, snapshot_at, rate, mark_price, index_price) "
            f"select i.instrument_id, {NOW} - n * interval '1 hour', 0.0001, 100, 101 "
            f"  from generate_series({ORDERS // INSTRUMENTS}, 0, -1) as n, ref.instruments as i")
    admin.run("analyze")


grow()


def uses(query, index, rows, asker=one):
    """The planner takes that index and reads no large table from end to end; so many rows are the answer."""
    indexes, read = plans.planned(asker, query)
    tap.check(index in indexes, f"plan of {query}: {sorted(indexes)}")
    tap.equal(read & BIG, set(), f"tables read from end to end for {query}")
    tap.equal(len(asker.rows(query)), rows, f"rows of {query}")


def function_uses(query, index, rows):
    """The same of a query inside a function; more than five times, after which the server may settle for one plan for all arguments."""
    for turn in range(7):
        found, used = plans.scanned(one, query)
        tap.equal(len(found), rows, f"rows of {query}, call {turn + 1}")
        tap.check(index in used, f"{query}, call {turn + 1}, scanned {sorted(used)}")
        tap.equal(used & BIG, set(), f"tables read from end to end for {query}, call {turn + 1}")


def fn(function, **arguments):
    return call(function, account_id=ACCOUNT, **arguments)


@tap.test("orders: find by exchange order id, find by idempotency key, find open orders, created at, newest first")
def _():
    own = f"select * from trading.orders where account_id = '{ACCOUNT}' and"
    uses(f"{own} exchange_order_id = 'X77'", "trading.orders_exchange_order_idx", 1)
    function_uses(fn("trading.fn_orders", exchange_order_id="X77"), "trading.orders_exchange_order_idx", 1)
    uses(f"{own} idempotency_key = 'key 77'", "trading.orders_idempotency_key", 1)
    function_uses(fn("trading.fn_orders", idempotency_key="key 77"), "trading.orders_idempotency_key", 1)
    uses(f"select * from trading.v_orders_open where account_id = '{ACCOUNT}'", "trading.orders_open_idx", ORDERS // 1000)
    function_uses(fn("trading.fn_orders", status=["submitted", "accepted", "triggered", "partially_filled", "pending_cancel", "pending_replace"]),
                  "trading.orders_open_idx", ORDERS // 1000)
    uses(f"{own} recorded_at > {NOW} - interval '1 hour' order by recorded_at desc", "trading.orders_recorded_idx", 59)
    function_uses(fn("trading.fn_orders", limit=50), "trading.orders_recorded_idx", 50)
    newest = [row["idempotency_key"] for row in one.rows(fn("trading.fn_orders", limit=3))]
    tap.equal(newest, ["key 1", "key 2", "key 3"], "the newest orders")


@tap.test("fills: by order, filled at newest first, by exchange fill id")
def _():
    order = one.value(f"select order_id from trading.orders where account_id = '{ACCOUNT}' and idempotency_key = 'key 77'")
    uses(f"select * from trading.fills where account_id = '{ACCOUNT}' and order_id = '{order}'", "trading.fills_order_idx", 1)
    uses(f"select * from trading.trades where account_id = '{ACCOUNT}' and order_id = '{order}'", "trading.fills_order_idx", 1)
    uses(f"select * from trading.fills where account_id = '{ACCOUNT}' order by filled_at desc limit 20", "trading.fills_filled_idx", 20)
    function_uses(fn("trading.fn_fills", limit=20), "trading.fills_filled_idx", 20)
    function_uses(fn("trading.fn_fills", **{"from": session.Raw(f"{NOW} - interval '90 minutes 30 seconds'")}), "trading.fills_filled_idx", 90)
    uses(f"select * from trading.fills where account_id = '{ACCOUNT}' and instrument_id = '{instrument(17)}' and venue_trade_id = 'T77'",
         "trading.fills_venue_trade_key", 1)


@tap.test("state snapshots: newest first")
def _():
    uses(f"select * from trading.state_snapshots where account_id = '{ACCOUNT}' and name = 'bot 1' order by as_of desc limit 10",
         "trading.state_snapshots_latest_idx", 10)
    function_uses(fn("trading.fn_load_state", name="bot 1"), "trading.state_snapshots_latest_idx", 1)


@tap.test("audit log: by time, by event type, by event type and time")
def _():
    function_uses(fn("trading.fn_decisions", limit=20), "trading.decision_log_occurred_idx", 20)
    function_uses(fn("trading.fn_decisions", kind="error", limit=20), "trading.decision_log_kind_idx", 20)
    function_uses(fn("trading.fn_decisions", kind="error", **{"from": session.Raw(f"{NOW} - interval '500 minutes 30 seconds'")}),
                  "trading.decision_log_kind_idx", 5)
    uses(f"select * from audit.audit_log where account_id = '{QUIET}' order by audit_id desc limit 20", "audit.audit_log_account_idx", 4,
         asker=admin)
    uses("select * from audit.audit_log where subject_type = 'order' and subject_id = '77'", "audit.audit_log_subject_idx", 2, asker=admin)


@tap.test("funding rate over the last 24 hours of an exchange and symbol, and of all symbols")
def _():
    uses("""select snapshot_at, rate_bps, mark_price
              from market.v_funding_snapshots_reader
             where venue = 'binance' and symbol = 'BTCUSDT' and snapshot_at >= now() - interval '24 hours'
             order by snapshot_at desc""", "market.funding_snapshots_pkey", 24)
    uses("select * from market.v_funding_snapshots_reader where snapshot_at >= now() - interval '24 hours'", "market.funding_snapshots_time_idx",
         24 * INSTRUMENTS)


@tap.test("PnL over time and position history")
def _():
    day = session.Raw("now() - interval '1 day'")
    found, used = plans.scanned(one, fn("trading.fn_pnl", by="day", **{"from": day}))
    tap.check(len(found) in (1, 2), f"days: {found}")
    tap.check("trading.fills_filled_idx" in used, f"scanned {sorted(used)}")
    tap.equal(used & BIG, set(), "tables read from end to end for the results of a day")
    function_uses(fn("trading.fn_equity", limit=20), "trading.equity_points_as_of_idx", 20)
    history = (f"select filled_at, position_qty, position_avg_price, position_realized from trading.fills where account_id = '{ACCOUNT}' "
               f"and instrument_id = '{instrument(1)}' and position_key = '' order by position_version desc limit 10")
    uses(history, "trading.fills_position_version_key", 10)
    held = one.value(f"select signed_qty from trading.positions where account_id = '{ACCOUNT}' and instrument_id = '{instrument(1)}'")
    tap.equal(one.rows(history)[0]["position_qty"], held, "the newest of the history is what is held")


tap.main()
