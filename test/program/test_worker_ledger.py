"""What a worker needs of its ledger, point by point: its requirements, its tables, what follows from them, and its risks."""

import concurrent.futures
import os
import signal
import uuid

from harness import program, server, session, tap
from harness.cutting_proxy import CuttingProxy
from harness.session import Raw, call
from harness.story import Story
from harness.worker import OTHER, PERP, T1, T2, Worker, refused, settle

BOT = os.path.join(program.BUILD, "examples", "paper_bot")

host = server.Server()
url = host.installed("ledger")
one = session.Session(url)
vault = server.Server()  # with a book that is stopped, crashed, copied and spoilt
settle(one)


def digest(name):
    """Of every section of the canonical dump: its rows and its SHA-256."""
    rows = program.daybook("book", "dump", "--digest", "--format", "json", "--url", vault.url(name, "trader")).ok().json()["digests"]
    return {row["section"]: (row.get("rows"), row["sha256"]) for row in rows}


def verify(name):
    return program.daybook("book", "verify", "--url", vault.url(name, "trader"))


# ---- requirements ----


@tap.test("durable writes: every execution that was answered is there after a crash, and after a restart")
def _():
    Story(session.Session(vault.installed("book"))).tell()
    before = digest("book")
    tap.check(before["fills"][0] > 10 and before["roundtrips"][0] > 0, f"the book holds something: {before}")
    vault.crash()
    vault.start()
    tap.equal(digest("book"), before, "the book after a crash")
    vault.stop(signal.SIGINT)
    vault.start()
    tap.equal(digest("book"), before, "the book after a restart")
    verify("book").ok()


@tap.test("transactional consistency: fill, order and position together, or none of them")
def _():
    worker = Worker(one, "atomic")
    order = worker.placed()
    one.row(worker.fill(order))
    host.sql("""create function public.fail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
                create trigger fail before insert on bus.domain_events for each row when (new.event_type = 'trading.fill_recorded')
                  execute function public.fail();""", "ledger")
    before = (worker.status(order), worker.position(), worker.fills())
    # The event is what a fill writes last: all else has been written when it fails.
    refused(one, worker.fill(order, qty=2), "P0001", "a fill whose event cannot be written")
    host.sql("drop trigger fail on bus.domain_events; drop function public.fail()", "ledger")
    tap.equal((worker.status(order), worker.position(), worker.fills()), before, "order, position and fills after the failure")
    one.row(worker.fill(order, qty=2))
    tap.equal((worker.status(order), worker.position(), worker.fills()), ("filled", [(3, 0)], 2))


@tap.test("transactional consistency: whoever reads meanwhile sees the three agree")
def _():
    worker, writer = Worker(one, "seen"), session.Session(url)
    order = worker.placed(qty=500)
    fills = "; ".join(worker.fill(order) for _ in range(200))
    writer.send(fills)
    look = (f"select (select count(*) from trading.fills where order_id = '{order}') as fills, "
            f"(select cum_qty from trading.orders where order_id = '{order}') as filled, "
            f"coalesce((select signed_qty from trading.positions where account_id = '{worker.account}'), 0) as held")

    def all_there():
        row = one.row(look)
        tap.equal((row["filled"], row["held"]), (row["fills"], row["fills"]), "filled and held, of the fills that are seen")
        return row["fills"] == 200

    tap.wait_until(all_there, "all fills are seen", pause_s=0)
    writer.receive()


@tap.test("idempotency keys: retries don't double-execute, however many come at once and under whatever id")
def _():
    worker = Worker(one, "idempotent")
    keeper, callers = session.Session(url), [session.Session(url) for _ in range(8)]
    answers = session.Gate(keeper).race([
        (caller, session.as_rows(worker.submit(uuid.uuid4(), idempotency_key="entry of 12:00"))) for caller in callers])
    outcomes = sorted(answer[0]["outcome"] for answer in answers)
    tap.equal(outcomes, ["created", *["replayed"] * 7], "answers to eight calls with one key")
    tap.equal(len({answer[0]["order_id"] for answer in answers}), 1, "orders answered")
    existing = worker.orders(idempotency_key="entry of 12:00")
    tap.equal([row["order_id"] for row in existing], [answers[0][0]["order_id"]], "find by idempotency key")
    changed = one.row(worker.submit(uuid.uuid4(), idempotency_key="entry of 12:00", qty=4))
    tap.equal((changed["outcome"], changed["conflict_field"]), ("conflict", "qty"), "another order under the same key")


@tap.test("time-series queries: PnL over time and position history")
def _():
    worker = Worker(one, "series")
    orders = {side: worker.placed(side=side) for side in ("buy", "sell")}
    for side, qty, price, day in (("buy", 3, 100, 1), ("sell", 1, 110, 2), ("sell", 2, 90, 3)):
        one.row(worker.fill(orders[side], side=side, qty=qty, price=price, filled_at=f"2024-03-0{day} 12:00:00+00"))
    days = one.rows(call("trading.fn_pnl", account_id=worker.account, by="day"))
    tap.equal([(row["period"], row["realized_net"]) for row in days], [("2024-03-01", 0), ("2024-03-02", 10), ("2024-03-03", -20)])
    history = one.rows("select position_qty, position_avg_price, position_realized from trading.fills "
                       f"where account_id = '{worker.account}' order by position_version")
    tap.equal([(row["position_qty"], row["position_avg_price"], row["position_realized"]) for row in history],
              [(3, 100, 0), (2, 100, 10), (0, 0, -10)], "the position after each fill")
    trips = one.rows(call("trading.fn_roundtrips", account_id=worker.account))
    tap.equal(len(trips), 1, "round trips")


@tap.test("works offline: what could not be answered while the network was cut is asked again and done once")
def _():
    worker, proxy = Worker(one, "cut off"), CuttingProxy(host, b"trading.fn_", every=1)
    order, fill = uuid.uuid4(), uuid.uuid4()
    for statement in (worker.submit(order), worker.fill(order, fill)):
        try:
            answer = session.Session(proxy.url("ledger")).row(statement)
            raise tap.Failure(f"an answer came through a cut network: {answer}")
        except session.Lost:
            pass
        tap.equal(one.row(statement)["outcome"], "replayed", "the server had done the work")
    tap.equal((proxy.cuts, worker.position(), worker.fills(), len(worker.orders())), (2, [(1, 0)], 1, 1))


# ---- tables ----


@tap.test("orders: sides, types and statuses")
def _():
    worker = Worker(one, "orders")
    for side, type_, time_in_force, price in (("sell", "market", "gtc", None), ("buy", "limit", "gtc", 100), ("buy", "limit", "ioc", 100),
                                              ("sell", "limit", "fok", 100)):
        made = one.row(worker.submit(uuid.uuid4(), side=side, type=type_, time_in_force=time_in_force, price=price))
        tap.equal((made["outcome"], made["status"]), ("created", "submitted"), f"{type_} {time_in_force}, pending")
    for wrong in (dict(side="BOTH"), dict(type="iceberg"), dict(time_in_force="now"), dict(qty=0), dict(price=None)):
        refused(one, worker.submit(uuid.uuid4(), **wrong), "TB001", f"an order with {wrong}")
    tap.equal(len(worker.orders()), 4, "orders")

    order, rejected, canceled = worker.placed(), uuid.uuid4(), worker.placed()
    tap.equal(worker.status(order), "accepted", "open")
    one.row(worker.fill(order))
    tap.equal(worker.status(order), "partially_filled")
    one.row(worker.fill(order, qty=2))
    tap.equal(worker.status(order), "filled")
    one.row(worker.submit(rejected))
    one.row(worker.event("fn_reject_order", rejected, reason="insufficient margin"))
    one.row(worker.event("fn_cancel_order", canceled, reason="end of day"))
    tap.equal((worker.status(rejected), worker.status(canceled)), ("rejected", "canceled"))
    still = {row["order_id"] for row in one.rows(f"select order_id from trading.v_orders_open where account_id = '{worker.account}'")}
    tap.check(still and still.isdisjoint(map(str, (order, rejected, canceled))), "find open orders: those that ended are none")


@tap.test("orders: find by exchange order id, also by those it had before it was replaced")
def _():
    worker = Worker(one, "numbers")
    order = worker.placed()
    one.row(worker.event("fn_request_replace", order, qty=None, price=101, stop_price=None, reason=None))
    one.row(worker.event("fn_replace_order", order, qty=None, price=101, stop_price=None, exchange_order_id="second"))
    one.row(worker.event("fn_replace_order", order, qty=None, price=102, stop_price=None, exchange_order_id="third"))
    for number in (f"X-{order}", "second", "third"):
        found = worker.orders(exchange_order_id=number)
        tap.equal([(row["order_id"], row["exchange_order_id"]) for row in found], [(str(order), "third")], f"find by {number}")
    tap.equal(worker.orders(exchange_order_id="fourth"), [])
    one.row(worker.event("fn_cancel_order", order, reason="enough"))
    late = one.row(worker.event("fn_acknowledge_order", order, exchange_order_id="fourth"))
    tap.equal((late["outcome"], worker.orders(exchange_order_id="fourth")), ("refused", []), "a number that the book refused is none")
    tap.equal(Worker(one, "numbers of another").orders(exchange_order_id="third"), [], "orders of another account")


@tap.test("fills: an exchange fill id is recorded once, whatever id its caller gave it, and never without its order")
def _():
    worker = Worker(one, "fills")
    order = worker.placed()
    first, second = (one.row(worker.fill(order, venue_trade_id="T1", fee=Raw("0.125"), fee_currency="USDT")) for _ in range(2))
    tap.equal((first["outcome"], second["outcome"], second["fill_id"]), ("created", "replayed", first["fill_id"]))
    [kept] = one.rows(call("trading.fn_fills", account_id=worker.account))
    tap.equal((str(kept["fee"]), kept["fee_currency"], kept["venue_trade_id"]), ("0.125", "USDT", "T1"), "fee, its asset and the venue's id")
    tap.equal([(qty, str(realized)) for qty, realized in worker.position()], [(1, "-0.125")], "the position")
    tap.contains(host.sql(f"delete from trading.orders where order_id = '{order}'", "ledger", check=False).exits(3).err, "23503",
                 "deleting an order that has fills, by a superuser")


@tap.test("state snapshots: the full state, balances, positions and open orders, newest first")
def _():
    worker = Worker(one, "states")
    order = worker.placed()
    one.row(worker.fill(order))
    full = one.value(f"""select jsonb_build_object(
        'balances', (select jsonb_agg(to_jsonb(c)) from trading.fn_cash('{worker.account}') as c),
        'positions', (select jsonb_agg(to_jsonb(p)) from trading.fn_positions('{worker.account}') as p),
        'open_orders', (select jsonb_agg(to_jsonb(o)) from trading.v_orders_open as o where o.account_id = '{worker.account}')) as state""")
    tap.check(all(full[part] for part in ("balances", "positions", "open_orders")), f"the state: {full}")
    for number, (reconciled_at, state) in enumerate(((T2, full), (T1, {"older": True}))):
        one.row(call("trading.fn_save_state", account_id=worker.account, snapshot_id=uuid.uuid5(worker.account, str(number)), name="full",
                     as_of=reconciled_at, state=Raw(server.quote_literal(session.json.dumps(state, default=float)) + "::jsonb")))
    loaded = one.row(call("trading.fn_load_state", account_id=worker.account, name="full"))
    tap.equal(session.json.dumps(loaded["state"], default=float), session.json.dumps(full, default=float), "the newest, though saved first")


@tap.test("audit log: DECISION, ERROR, STATE_TRANSITION and RECONCILIATION by type and time; what was refused, by itself")
def _():
    worker = Worker(one, "audited")
    run = uuid.uuid4()
    one.row(call("trading.fn_start_run", account_id=worker.account, run_id=run, kind="paper", strategy="s", code_revision=None, params={}))
    for number, kind in enumerate(("decision", "error", "state_transition", "reconciliation", "error")):
        said = call("trading.fn_record_decision", account_id=worker.account, entry_id=uuid.uuid5(worker.account, str(number)), kind=kind,
                    content={"n": number}, occurred_at=f"2024-03-01 12:00:0{number}+00", run_id=run)
        tap.equal((one.row(said)["outcome"], one.row(said)["outcome"]), ("created", "replayed"), kind)

    def read(**asked):
        return [(row["kind"], row["content"]["n"]) for row in one.rows(call("trading.fn_decisions", account_id=worker.account, **asked))]

    tap.equal(read(kind="error"), [("error", 4), ("error", 1)], "by type, newest first")
    tap.equal(read(limit=2), [("error", 4), ("reconciliation", 3)], "by time")
    tap.equal(read(kind="error", to="2024-03-01 12:00:04+00"), [("error", 1)], "by both")
    order = worker.placed()
    answer = one.row(worker.event("fn_reject_cancel", order, reason="nothing was asked"))
    tap.equal((answer["outcome"], answer["refusal_code"]), ("refused", "illegal_transition"))
    tap.equal(host.sql(f"select code from audit.audit_log where account_id = '{worker.account}' and outcome = 'refused'", "ledger"),
              "illegal_transition", "what the book refused")


@tap.test("funding snapshots: rate in basis points, mark price and index price of an exchange and symbol")
def _():
    for made, rate in ((PERP, "0.000125"), (OTHER, "-0.0003")):
        for moment in (T1, T2):
            said = call("market.fn_record_funding", instrument_id=made, snapshot_at=moment, rate=Raw(rate), mark_price=Raw("42000.5"),
                        index_price=Raw("41999.25"))
            tap.equal((one.row(said)["outcome"], one.row(said)["outcome"]), ("created", "replayed"))
    rows = one.rows("select snapshot_at, rate_bps::text, mark_price::text, index_price::text from market.v_funding_snapshots_reader "
                    f"where venue = 'binance' and symbol = 'BTCUSDT' and snapshot_at >= timestamptz '{T2}' - interval '24 hours' "
                    "order by snapshot_at desc")
    tap.equal([(row["rate_bps"], row["mark_price"], row["index_price"]) for row in rows], [("1.25", "42000.5", "41999.25")] * 2)
    tap.check(rows[0]["snapshot_at"] > rows[1]["snapshot_at"], "newest first")


# ---- consequences ----


@tap.test("industry-standard tooling: pg_dump and pg_restore bring the same book back, and it goes on where it was")
def _():
    if not os.path.exists(server.client("pg_dump")) or server.major(server.client("pg_dump")) < server.major():
        tap.skip("there is no pg_dump of the server's version")
    archive = os.path.join(program.temporary_folder(), "book.dump")
    program.run([server.client("pg_dump"), "-Fc", "-f", archive, "-d", vault.url("book")]).ok()
    vault.sql("create database restored owner trader template template0 encoding 'UTF8'")
    program.run([server.client("pg_restore"), "--exit-on-error", "-d", vault.url("restored"), archive]).ok()
    tap.equal(digest("restored"), digest("book"), "the book that was restored")
    verify("restored").ok()
    program.daybook("migrate", "status", "--url", vault.url("restored", "trader")).ok()
    for name in ("book", "restored"):
        teller = session.Session(vault.url(name, "trader"))
        known = teller.row("select * from trading.fills order by fill_id limit 1")
        terms = {term: known[term] for term in ("account_id", "fill_id", "order_id", "instrument_id", "side", "qty", "price", "fee",
                                                "fee_currency", "liquidity", "venue_trade_id", "filled_at", "fee_rate")}
        tap.equal(teller.row(call("trading.fn_record_fill", **terms))["outcome"], "replayed", f"a fill that {name} knows")
        new = {**terms, "fill_id": uuid.uuid5(uuid.NAMESPACE_OID, "new"), "venue_trade_id": None}
        tap.equal(teller.row(call("trading.fn_record_fill", **new))["outcome"], "created", f"a fill that is new to {name}")
    tap.equal(digest("restored"), digest("book"), "the books, each with one fill more")


@tap.test("managed services: an ordinary role that owns its database, and no extension")
def _():
    tap.equal(host.sql("select string_agg(extname, ',') from pg_extension", "ledger"), "plpgsql")
    tap.equal(host.sql("select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls from pg_roles "
                       "where rolname = 'trader'"), "f")


@tap.test("scaling path: several workers and a dashboard on one database, each seeing what it may")
def _():
    workers = [Worker(one, f"worker {number}") for number in range(3)]
    for number, worker in enumerate(workers):
        host.sql(f"create role worker_{number} login in role trader", "ledger")
        one.row(call("settings.fn_grant_account", account_id=worker.account, role_name=f"worker_{number}", rights=["read", "trade"]))
    host.sql("create role dashboard login; grant usage on schema trading to dashboard; "
             "grant execute on all functions in schema trading to dashboard", "ledger")
    one.row(call("settings.fn_grant_account", account_id=workers[0].account, role_name="dashboard", rights=["read"]))
    orders = [worker.placed(qty=100) for worker in workers]

    def trade(number):
        own = session.Session(host.url("ledger", f"worker_{number}"))
        return [own.row(workers[number].fill(orders[number]))["outcome"] for _ in range(40)]

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        tap.equal(list(pool.map(trade, range(3))), [["created"] * 40] * 3, "answers to three workers at once")
    tap.equal([worker.position() for worker in workers], [[(40, 0)]] * 3)
    dashboard = session.Session(host.url("ledger", "dashboard"))
    tap.equal(len(dashboard.rows(call("trading.fn_fills", account_id=workers[0].account))), 40)
    refused(dashboard, call("trading.fn_fills", account_id=workers[1].account), "42501", "reading another account")
    refused(dashboard, workers[0].fill(orders[0]), "42501", "recording a fill with the right to read")


@tap.test("audit trail: every fact has its event")
def _():
    for table, event in (("fills", "fill_recorded"), ("equity_points", "equity_recorded"), ("cash_entries", "cash_recorded"),
                         ("funding_payments", "funding_recorded"), ("decision_log", "decision_recorded"), ("state_snapshots", "state_saved")):
        for where, name in ((host, "ledger"), (vault, "book")):
            facts = where.sql(f"select count(*) from trading.{table}", name)
            told = where.sql(f"select count(*) from bus.domain_events where event_type = 'trading.{event}'", name)
            tap.equal(told, facts, f"events of {table} in {name}")
    tap.check(int(host.sql("select count(*) from trading.fills", "ledger")) > 300, "fills")


@tap.test("connection management: through a pooler in transaction mode")
def _():
    worker, pooler, order = Worker(one, "pooled"), server.PgBouncer(host), uuid.uuid4()
    done = program.run([server.client("psql"), "-XAtq", "-d", pooler.url("ledger"), "-f", "-"],
                       stdin=";\n".join((worker.submit(order), worker.fill(order), worker.fill(order))).encode()).ok()
    tap.equal([line.split("|")[0] for line in done.out.splitlines()], ["created"] * 3)
    tap.equal(worker.position(), [(2, 0)])


# ---- risks ----


@tap.test("database connection lost: a program retries within its limits, and says so when that was in vain")
def _():
    done = program.run([BOT, "--url", f"postgresql:///x?host={host.folder}/nowhere"]).exits(1)
    tap.contains(done.err, "08001")


@tap.test("transaction deadlocks: batches with the same fills in opposite order, at once: none")
def _():
    worker, keeper = Worker(one, "opposite"), session.Session(url)
    orders = [worker.placed(qty=1000), worker.placed(qty=1000, instrument_id=OTHER)]
    before = host.sql("select deadlocks from pg_stat_database where datname = 'ledger'")
    callers = [session.Session(url) for _ in range(4)]
    for _ in range(5):
        batch = [(uuid.uuid4(), orders[n % 2], (PERP, OTHER)[n % 2]) for n in range(20)]
        requests = []
        for number, caller in enumerate(callers):
            rows = batch if number % 2 else batch[::-1]
            requests.append((caller, session.as_rows(call(
                "trading.fn_record_fills", account_id=worker.account, fill_ids=[row[0] for row in rows], order_ids=[row[1] for row in rows],
                instrument_ids=[row[2] for row in rows], sides=["buy"] * 20, qtys=[1] * 20, prices=[100] * 20, fees=None, fee_currencies=None,
                liquidities=None, venue_trade_ids=None, trade_discriminators=None, position_keys=None,
                filled_ats=Raw("array_fill(timestamptz '" + T2 + "', array[20])")))))
        answers = session.Gate(keeper).race(requests)
        outcomes = sorted(row["outcome"] for answer in answers for row in answer)
        tap.equal(outcomes, ["created"] * 20 + ["replayed"] * 60, "answers to four batches of the same fills")
    tap.equal(sorted(worker.position()), [(50, 0), (50, 0)])
    tap.equal(host.sql("select deadlocks from pg_stat_database where datname = 'ledger'"), before, "deadlocks")


@tap.test("schema migrations: versioned, checked against the live database, and harmless when applied again")
def _():
    before, book = digest("book"), ("--url", vault.url("book", "trader"))
    program.daybook("migrate", "status", *book).ok()
    program.daybook("migrate", "apply", *book, "--modules", "trading,market").ok()
    tap.equal(digest("book"), before, "the book after applying again")
    program.daybook("drift", *book, cwd="/tmp").ok()
    vault.sql("drop index trading.fills_order_idx", "book")
    tap.contains(program.daybook("drift", *book, cwd="/tmp").exits(1).out, "fills_order_idx", "what is missing")
    vault.sql("create index fills_order_idx on trading.fills (account_id, order_id)", "book")


@tap.test("backup failures: a backup that is not the book is found out")
def _():
    if not vault.sql("select 1 from pg_database where datname = 'restored'"):
        tap.skip("nothing was restored: there is no pg_dump of the server's version")
    vault.sql("update trading.fills set price = price + 1 where fill_id = (select fill_id from trading.fills order by fill_id limit 1)", "restored")
    tap.check(digest("restored")["fills"] != digest("book")["fills"], "the digest says that a price differs")
    tap.contains(verify("restored").exits(1).out, "positions", "what differs")


tap.main()
