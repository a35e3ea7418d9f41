"""Orders are found by an index, however many there are: by the venue's number, by their key, those that are open, the newest.

Twice: what the planner says of the query, and what a function has scanned when it answered, since its plans cannot be seen from outside.
"""

from harness import server, session, tap
from harness.session import call

ACCOUNT, OTHER, INSTRUMENT = (f"018f0000-0000-7000-8000-00000000000{digit}" for digit in "abc")
ORDERS = 20000
TABLE, KEY, BY_KEY, OPEN, BY_NUMBER, NEWEST = ("trading.orders", "trading.orders_pkey", "trading.orders_idempotency_key", "trading.orders_open_idx",
                                               "trading.orders_exchange_order_idx", "trading.orders_recorded_idx")
EVENTS, EVENT_BY_NUMBER = "trading.order_events", "trading.order_events_exchange_order_idx"

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
    one.run("insert into trading.order_events (account_id, event_id, order_id, order_version, event, outcome, status, exchange_order_id, occurred_at) "
            "select account_id, util.uuid_v7(), order_id, 2, 'acknowledge', 'created', 'accepted', 'A' || exchange_order_id, submitted_at "
            f"  from trading.orders where account_id = '{account}'")
one.run("analyze trading.orders")
one.run("analyze trading.order_events")

QUERIES = {
    "by the venue's number": (f"exchange_order_id = 'X77'", BY_NUMBER, 2),
    "by idempotency key": (f"idempotency_key = 'key 77'", BY_KEY, 1),
    "that are open": ("is_open", OPEN, ORDERS // 1000),
    "by id": ("order_id = (select max(order_id::text)::uuid from trading.orders)", KEY, 1),
}
STATUSES = "array['submitted', 'accepted', 'triggered', 'partially_filled', 'pending_cancel', 'pending_replace']"


def nodes(plan):
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def explained(query):
    """Indexes that the plan uses, and whether it reads all orders."""
    plan = next(iter(session.json.loads("\n".join(one.run(f"explain (format json) {query}")))))["Plan"]
    found = list(nodes(plan))
    return ({f"trading.{node['Index Name']}" for node in found if node.get("Index Name", "").startswith("orders_")},
            any(node["Node Type"] == "Seq Scan" and node.get("Relation Name") == "orders" and node.get("Alias") == "o" for node in found))


def scans():
    """How often each relation was scanned in this transaction: the table from end to end, the indexes by key."""
    return one.row("select " + ", ".join(
        f"pg_stat_get_xact_numscans('{name}'::regclass) as \"{name}\""
        for name in (TABLE, KEY, BY_KEY, OPEN, BY_NUMBER, NEWEST, EVENTS, EVENT_BY_NUMBER)))


def scanned(query):
    """The rows of a query, and which relations it scanned."""
    one.run("begin")
    before, rows, after = scans(), one.rows(query), scans()
    one.run("rollback")
    return rows, {name for name in after if after[name] > before[name]}


@tap.test("trading.v_orders finds an order by the index of what is asked")
def _():
    for what, (condition, index, count) in QUERIES.items():
        query = f"select * from trading.v_orders where account_id = '{ACCOUNT}' and {condition}"
        tap.equal(explained(query), ({index}, False), f"plan for orders {what}")
        if what != "by id":
            tap.equal(len(one.rows(query)), count, f"orders {what}")
    tap.equal(explained(f"select * from trading.v_orders_open where account_id = '{ACCOUNT}'"), ({OPEN}, False), "plan of trading.v_orders_open")
    newest = f"select * from trading.v_orders where account_id = '{ACCOUNT}' order by recorded_at desc limit 10"
    tap.equal(explained(newest), ({NEWEST}, False), "plan for the newest orders")


@tap.test("trading.fn_orders does so too, from the first call to the tenth")
def _():
    some = one.value(f"select order_id from trading.orders where account_id = '{ACCOUNT}' and idempotency_key = 'key 5'")
    # A plan may change after five calls, when the server settles for one that fits all arguments.
    by_number = {BY_NUMBER, EVENT_BY_NUMBER, KEY}
    for arguments, indexes, count in (("p_exchange_order_id => 'X77'", by_number, 2), ("p_exchange_order_id => 'AX77'", by_number, 2),
                                      ("p_idempotency_key => 'key 77'", {BY_KEY}, 1), (f"p_order_id => '{some}'", {KEY}, 1),
                                      (f"p_status => {STATUSES}", {OPEN}, ORDERS // 1000), ("p_limit => 10", {NEWEST}, 10)):
        for turn in range(10):
            rows, used = scanned(f"select * from trading.fn_orders('{ACCOUNT}', {arguments})")
            tap.equal((len(rows), used), (count, indexes), f"call {turn + 1} with {arguments}")
            tap.equal({row["account_id"] for row in rows}, {ACCOUNT}, "accounts")


tap.main()
