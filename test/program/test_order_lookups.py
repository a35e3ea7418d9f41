"""Orders are found by an index, however many there are: by the venue's number, by their key, those that are open, the newest.

Twice: what the planner says of the query, and what a function has scanned when it answered, since its plans cannot be seen from outside.
"""

from harness import plans, server, session, tap
from harness.session import call

ACCOUNT, OTHER, INSTRUMENT = (f"018f0000-0000-7000-8000-00000000000{digit}" for digit in "abc")
ORDERS = 20000
TABLE, KEY, BY_KEY, OPEN, BY_NUMBER, NEWEST = ("trading.orders", "trading.orders_pkey", "trading.orders_idempotency_key", "trading.orders_open_idx",
                                               "trading.orders_exchange_order_idx", "trading.orders_recorded_idx")
EVENT_BY_NUMBER = "trading.order_events_exchange_order_idx"

host = server.Server()
one = session.Session(host.installed("lookups"))
for code in ("USD", "BTC"):
    one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
one.row(call("ref.fn_register_venue", code="look", name="Look"))
one.row(call("ref.fn_register_instrument", instrument_id=INSTRUMENT, venue="look", symbol="BTCUSD", kind="perp", base="BTC", quote="USD"))
for account in (ACCOUNT, OTHER):
    one.row(call("trading.fn_open_account", account_id=account, name=account[-1], venue="look", currency="USD", mode="paper",
                 position_mode="netting", opening_balance=0))
    # A book that has been used for long: nearly all orders are over. Written past the functions, for there are many.
    one.run("insert into trading.orders (account_id, order_id, origin, instrument_id, side, type, time_in_force, qty, price, idempotency_key, "
            "submitted_at, lifecycle, exchange_order_id, working_qty, working_price, cum_qty, cum_value) "
            f"select '{account}', util.uuid_v7(), 'local', '{INSTRUMENT}', 'buy', 'limit', 'gtc', 1, 100, 'key ' || n, now(), 'accepted', "
            f"       'X' || n / 2, 1, 100, case when n % 1000 = 0 then 0 else 1 end, case when n % 1000 = 0 then 0 else 100 end "
            f"  from generate_series(1, {ORDERS}) as n")
    one.run("insert into trading.order_events (account_id, event_id, order_id, order_version, event, outcome, status, exchange_order_id, "
            "occurred_at) select account_id, util.uuid_v7(), order_id, 2, 'acknowledge', 'created', 'accepted', 'A' || exchange_order_id, submitted_at "
            f"  from trading.orders where account_id = '{account}'")
one.run("analyze trading.orders")
one.run("analyze trading.order_events")

SOME = one.value(f"select order_id from trading.orders where account_id = '{ACCOUNT}' and idempotency_key = 'key 5'")
QUERIES = {
    "by the venue's number": ("exchange_order_id = 'X77'", BY_NUMBER, 2),
    "by idempotency key": ("idempotency_key = 'key 77'", BY_KEY, 1),
    "that are open": ("is_open", OPEN, ORDERS // 1000),
    "by id": (f"order_id = '{SOME}'", KEY, 1),
}
STATUSES = "array['submitted', 'accepted', 'triggered', 'partially_filled', 'pending_cancel', 'pending_replace']"


def planned(query):
    """The indexes on orders in the plan, and whether it reads all orders."""
    indexes, tables = plans.planned(one, query)
    return {name for name in indexes if name.startswith("trading.orders_")}, TABLE in tables


@tap.test("trading.v_orders finds an order by the index of what is asked")
def _():
    for what, (condition, index, count) in QUERIES.items():
        query = f"select * from trading.v_orders where account_id = '{ACCOUNT}' and {condition}"
        tap.equal(planned(query), ({index}, False), f"plan for orders {what}")
        tap.equal(len(one.rows(query)), count, f"orders {what}")
    tap.equal(planned(f"select * from trading.v_orders_open where account_id = '{ACCOUNT}'"), ({OPEN}, False), "plan of trading.v_orders_open")
    newest = f"select * from trading.v_orders where account_id = '{ACCOUNT}' order by recorded_at desc limit 10"
    tap.equal(planned(newest), ({NEWEST}, False), "plan for the newest orders")


@tap.test("trading.fn_orders does so too, from the first call to the tenth")
def _():
    # A plan may change after five calls, when the server settles for one that fits all arguments.
    by_number = {BY_NUMBER, EVENT_BY_NUMBER, KEY}
    for arguments, indexes, count in (("p_exchange_order_id => 'X77'", by_number, 2), ("p_exchange_order_id => 'AX77'", by_number, 2),
                                      ("p_idempotency_key => 'key 77'", {BY_KEY}, 1), (f"p_order_id => '{SOME}'", {KEY}, 1),
                                      (f"p_status => {STATUSES}", {OPEN}, ORDERS // 1000), ("p_limit => 10", {NEWEST}, 10)):
        for turn in range(10):
            rows, used = plans.scanned(one, f"select * from trading.fn_orders('{ACCOUNT}', {arguments})")
            tap.equal((len(rows), used), (count, indexes), f"call {turn + 1} with {arguments}")
            tap.equal({row["account_id"] for row in rows}, {ACCOUNT}, "accounts")


tap.main()
