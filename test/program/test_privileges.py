"""Who may what: strangers nothing, readers reading, the role behind the functions no change of a fact; nothing planted is used."""

import uuid

from harness import program, server, session, tap
from harness.session import Raw, Refused, call

T1 = "2024-03-01 12:00:00+00"
OURS = "n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public', 'planted')"

host = server.Server(["autovacuum = off"])  # rows of the catalogue are compared
url = host.installed("two", modules="trading,market,jobs", roles=True)
host.sql("grant connect, temporary on database two to public")  # what strangers may not do is not for want of a way in
trader, admin = session.Session(url), session.Session(host.url("two"))


def new():
    return uuid.uuid4()


class World:
    """An account with an order, in the database of a session."""

    def __init__(self, each):
        self.account, self.instrument, self.order = new(), new(), new()
        for code in ("USD", "BTC"):
            each.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
        each.row(call("ref.fn_register_venue", code="v", name="V"))
        each.row(call("ref.fn_register_instrument", instrument_id=self.instrument, venue="v", symbol=self.instrument.hex, kind="perp",
                      base="BTC", quote="USD", tick_size=1, lot_size=1))
        each.row(call("trading.fn_open_account", account_id=self.account, name="a", venue="v", currency="USD", mode="paper",
                      position_mode="netting", opening_balance=1000))
        each.row(self.submit(self.order))
        each.row(self.fill(2))

    def submit(self, order_id, **changes):
        return call("trading.fn_submit_order", **{**dict(
            account_id=self.account, order_id=order_id, instrument_id=self.instrument, side="buy", type="limit", qty=10, price=100,
            stop_price=None, time_in_force="gtc"), **changes})

    def fill(self, qty, **changes):
        return call("trading.fn_record_fill", **{**dict(
            account_id=self.account, fill_id=new(), order_id=self.order, instrument_id=self.instrument, side="buy", qty=qty, price=100,
            fee=Raw("0.5"), fee_currency="USD", liquidity="taker", venue_trade_id=None, filled_at=T1), **changes})


world = World(trader)


def refused(each, sql, sqlstate="42501"):
    try:
        each.run(sql)
    except Refused as error:
        tap.equal(error.sqlstate, sqlstate, f"SQLSTATE of {sql}: {error.message}")
        return
    raise tap.Failure(f"was allowed: {sql}")


def login(name):
    admin.run("reset role")
    admin.run(f'create role "{name}" login')
    return session.Session(host.url("two", name))


def relations(kinds):
    return [row["name"] for row in admin.rows(
        "select c.oid::regclass::text as name from pg_class as c join pg_namespace as n on n.oid = c.relnamespace "
        f"where c.relkind in ({kinds}) and {OURS} order by 1")]


def routines():
    """A call of every routine of ours with a null for each parameter; privileges are checked before anything else.

    The planner answers a strict function of nulls by itself, which calls nothing: those are asked about in the catalog only."""
    return admin.rows(
        "select p.oid::regprocedure::text as signature, p.prorettype <> 'trigger'::regtype and not p.proisstrict as callable, "
        "  has_function_privilege('stranger', p.oid, 'execute') as allowed, "
        "  format('select %I.%I(%s)', n.nspname, p.proname, (select string_agg('null::' || case a.type when 'anyelement'::regtype then 'text' "
        "    else format_type(a.type, null) end, ', ' order by a.n) "
        "    from unnest(p.proargtypes::oid[]) with ordinality as a (type, n))) as call "
        f"from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace where {OURS} order by 1")


@tap.test("a stranger gets 42501 from every schema, table, view, sequence and function")
def _():
    stranger = login("stranger")
    tables, views, sequences, calls = relations("'r', 'p'"), relations("'v'"), relations("'S'"), routines()
    tap.check(len(tables) > 30 and views and sequences and len(calls) > 60, f"found {len(tables)}, {len(sequences)}, {len(calls)}")
    for name in tables:
        for sql in (f"select * from {name}", f"insert into {name} default values", f"delete from {name}"):
            refused(stranger, sql)
    for name in views:
        refused(stranger, f"select * from {name}")
    for name in sequences:
        refused(stranger, f"select nextval('{name}')")
    tap.equal([each["signature"] for each in calls if each["allowed"]], [], "functions that the stranger may execute")
    for each in calls:
        if each["callable"]:
            refused(stranger, each["call"])
    for name in {row["n"] for row in admin.rows(f"select nspname::text as n from pg_namespace as n where {OURS}")}:
        refused(stranger, f"create table {name}.mine ()")

    # The schemas alone are not what protects: with USAGE on all of them it is the same.
    for name in {row["n"] for row in admin.rows(f"select nspname::text as n from pg_namespace as n where {OURS}")}:
        admin.run(f"grant usage on schema {name} to stranger")
    for name in tables + views:
        refused(stranger, f"select * from {name}")
    for name in tables:
        refused(stranger, f"delete from {name}")
    for each in calls:
        if each["callable"]:
            refused(stranger, each["call"])


@tap.test("EXECUTE by hand and the right to read: may read that account, may not trade, sees no table and no other account")
def _():
    reader, other = login("reader"), World(trader)
    admin.run("grant usage on schema trading, settings to reader; grant execute on all functions in schema trading, settings to reader")
    reading = [f"select * from trading.fn_positions('{world.account}')", f"select * from trading.fn_orders('{world.account}')",
               f"select * from trading.fn_account_summary('{world.account}')",
               f"select * from trading.fn_load_state('{world.account}', 'n')"]
    writing = [world.submit(new()), world.fill(1),
               call("trading.fn_cancel_order", account_id=world.account, order_id=world.order, event_id=new(), reason=None, occurred_at=T1),
               call("trading.fn_start_run", account_id=world.account, run_id=new(), kind="paper", strategy="s", code_revision=None, params={}),
               call("trading.fn_save_state", account_id=world.account, snapshot_id=new(), name="n", as_of=T1, state={}),
               call("trading.fn_record_performance", account_id=world.account, snapshot_id=new(), since="2024-01-01Z", as_of=T1),
               call("trading.fn_record_decision", account_id=world.account, entry_id=new(), kind="error", content={}, occurred_at=T1),
               call("trading.fn_record_equity", account_id=world.account, point_id=new(), as_of=T1, instrument_ids=[world.instrument],
                    prices=[100]),
               call("trading.fn_record_cash", account_id=world.account, entry_id=new(), kind="deposit", currency="USD", amount=1, occurred_at=T1),
               call("trading.fn_record_funding", account_id=world.account, payment_id=new(), instrument_id=world.instrument, funding_time=T1, amount=1),
               call("trading.fn_close_account", account_id=world.account, reason="r"),
               call("settings.fn_grant_account", account_id=world.account, role_name="reader", rights=["trade"])]
    for sql in reading + writing:
        refused(reader, sql)
    trader.row(call("settings.fn_grant_account", account_id=world.account, role_name="reader", rights=["read"]))
    tap.equal([row["qty"] for row in reader.rows(reading[0])], [2], "positions")
    tap.equal(len(reader.rows(reading[1])), 1, "orders")
    tap.equal([row["account_id"] for row in reader.rows("select * from trading.fn_account_summary()")], [str(world.account)], "accounts")
    reader.rows(reading[3])
    events = trader.value("select count(*) from bus.domain_events")
    for sql in writing:
        refused(reader, sql)
    for name in ("fn_positions", "fn_orders", "fn_account_summary"):
        refused(reader, f"select * from trading.{name}('{other.account}')")
    refused(reader, "select * from trading.fills")
    refused(reader, "select * from settings.account_grants")
    refused(reader, "set session authorization trader")
    tap.equal(trader.value("select count(*) from bus.domain_events"), events, "events after so many refusals")
    trader.row(call("settings.fn_grant_account", account_id=world.account, role_name="reader", rights=Raw("'{}'")))
    refused(reader, reading[0])


# Rows that are derived anew as a whole when a fact they come from is busted or corrected, and what waits until it is done:
# differences until they are added up, marks until they are rolled up; and how far a reader of events has come and what it put down for later.
REDERIVED = ["trading.fill_restatements", "trading.roundtrips", "trading.notional_moves", "market.klines_rollup", "market.rollup_dirty", "ingest.blocks",
             "bus.consumer_cursors", "bus.event_retries", "bus.webhook_deliveries",
             "jobs.jobs", "jobs.claims", "jobs.workers", "jobs.queue_use"]  # what has not ended, and who is at it; jobs.finished is not among them


@tap.test("the role behind the functions can change no fact, event or audit row, nor the terms of an account")
def _():
    facts = ["trading.fills", "trading.order_events", "trading.equity_points", "trading.state_snapshots", "trading.decision_log",
             "trading.performance_snapshots", "trading.cash_entries", "trading.funding_payments", "trading.reconcile_runs",
             "trading.notional_cap_versions", "trading.risk_config_versions", "trading.risk_events",
             "trading.bot_config_versions", "trading.bot_lease_grants", "trading.bot_command_steps", "trading.bot_events",
             "trading.bot_strategy_state_versions", "trading.signals", "trading.fence_increments",
             "trading.deploy_steps", "trading.shadow_orders", "bus.domain_events", "bus.domain_event_type", "audit.audit_log",
             "audit.seals", "audit.sealed_rows",
             "settings.app_settings_history", "ingest.rejects", "ingest.files", "ingest.confirmations", "ingest.object_chunks",
             "ingest.conventions", "market.superseded", "market.funding_snapshots",
             "market.account_trades", "ingest.source_errors", "ref.instruments",
             "ref.currencies"]
    admin.run("set role daybook_api")
    for name in facts:
        column = admin.value(f"select attname::text from pg_attribute where attrelid = '{name}'::regclass and attnum > 0 "
                             "and attidentity = '' and attgenerated = '' order by attnum limit 1")
        refused(admin, f"update {name} set {column} = {column}")
        refused(admin, f"select * from {name} for update")
    for name in (name for name in relations("'r', 'p'") if not name.startswith("daybook.")):
        if name not in REDERIVED:
            refused(admin, f"delete from {name}")
        refused(admin, f"truncate {name}")
        refused(admin, f"drop table {name}")
    for name, column in (("trading.accounts", "opening_balance"), ("trading.accounts", "currency"),
                         ("trading.orders", "instrument_id"), ("trading.orders", "side"), ("trading.positions", "account_id"),
                         ("trading.runs", "strategy"), ("trading.risk_state", "reason"), ("ops.sessions", "program")):
        refused(admin, f"update {name} set {column} = {column}")
    for partition in relations("'r'"):
        if "domain_events_p" in partition:
            refused(admin, f"delete from {partition}")
            refused(admin, f"insert into {partition} select * from bus.domain_events")
    admin.run("reset role")


# Names and signatures that the bodies use without saying their schema. Each of these says what it was called for.
PLANTED_FUNCTIONS = ["abs(numeric)", "clock_timestamp()", "cardinality(anyarray)", "div(numeric, numeric)", "encode(bytea, text)",
                     "gen_random_uuid()", "hashtextextended(text, bigint)", "isfinite(timestamptz)", "jsonb_typeof(jsonb)",
                     "left(text, integer)", "length(text)", "min_scale(numeric)", "octet_length(bytea)", "pg_advisory_xact_lock(bigint)",
                     "pg_has_role(name, oid, text)", "quote_ident(text)", "quote_ident(name)", "scale(numeric)", "sign(numeric)",
                     "to_regrole(text)", "trim_scale(numeric)", "to_jsonb(anyelement)", "to_jsonb(text[])"]
PLANTED_OPERATORS = [f"{operator}({kind}, {kind})" for kind in ("uuid", "text", "numeric", "name", "jsonb", "bigint")
                     for operator in (("=", "<>") + (("+", "*", "-", "<", ">=", "%") if kind == "numeric" else ()))]
PLANTED_OPERATORS += ["->>(jsonb, text)", "?(jsonb, text)", "-(jsonb, text[])", "~(text, text)", "||(text, text)", "+(bigint, integer)"]


def plant(each, schema):
    """Fills a schema with functions and operators of well-known names, which write down that they were called."""
    each.run("create table if not exists planted.calls (name text, role name)")
    each.run("grant insert, select, delete on planted.calls to public")
    body = "begin insert into planted.calls values ('{0}', current_user); return null; end"
    for signature in PLANTED_FUNCTIONS:
        each.run(f"create function {schema}.{signature} returns text language plpgsql as $$ {body.format(signature)} $$")
    for n, signature in enumerate(PLANTED_OPERATORS):
        operator, kinds = signature[:-1].split("(", 1)
        left, right = kinds.split(", ")
        result = "text" if operator in ("->>", "||") else "boolean" if operator in ("=", "<>", "<", ">=", "?", "~") else left
        each.run(f"create function {schema}.planted_{n}({kinds}) returns {result} language plpgsql as $$ {body.format(signature)} $$")
        each.run(f"create operator {schema}.{operator} (function = {schema}.planted_{n}, leftarg = {left}, rightarg = {right})")


def deeds(each, own):
    """Calls through most of the code, and what they answered apart from ids and versions."""
    found = []
    for query in (own.submit(new()), own.submit(new(), qty=Raw("0.5")), own.fill(3), own.fill(7, side="sell", order_id=new()),
                  call("trading.fn_cancel_order", account_id=own.account, order_id=own.order, event_id=new(), reason="r", occurred_at=T1),
                  call("settings.fn_set", change_id=new(), key=f"k{own.order.hex}", value={"a": 1}, reason="r", ctx={"actor": "x"}),
                  call("trading.fn_record_equity", account_id=own.account, point_id=new(), as_of=T1, instrument_ids=[own.instrument],
                       prices=[101]),
                  f"select * from trading.fn_positions('{own.account}')", f"select * from trading.fn_orders('{own.account}')"):
        lines = each.run(f"select row_to_json(answer) from ({query}) as answer")
        rows = [session.rows_of(["[" + line + "]"])[0] for line in lines]
        # Ids are random and decide the order of rows.
        found += sorted(({key: value for key, value in row.items() if not key.endswith(("_id", "_at", "symbol"))} for row in rows), key=str)
    return found


@tap.test("nothing planted in pg_temp or in a schema of the search path is used by a function")
def _():
    host.sql("create schema planted; grant all on schema planted, public to trader", "two")
    clean = deeds(trader, World(trader))
    dirty = session.Session(url)
    shadowed, own = World(dirty), World(dirty)
    plant(dirty, "planted")
    plant(dirty, "pg_temp")
    plant(dirty, "public")
    names = {name.split(".")[-1] for name in relations("'r', 'p', 'v'") if "domain_events_p" not in name}
    for name in names | {"pg_class", "pg_roles", "pg_proc", "pg_namespace"}:
        dirty.run(f"create temporary table {name} (account_id uuid, role_name name, rights text[], code text, key text)")
    dirty.run(f"insert into pg_temp.account_grants values ('{new()}', 'trader', '{{manage,read,trade}}')")
    dirty.run("create domain pg_temp.amount as text; create type pg_temp.fill_answer as (outcome text)")

    dirty.run("set search_path = planted, public, pg_temp, pg_catalog")
    dirty.run("select trim_scale(1.50)")
    tap.equal(dirty.run("select count(name) from planted.calls"), ["1"], "calls of what was planted, from a statement of the session")
    dirty.run("delete from planted.calls")
    tap.equal(deeds(dirty, own), clean, "answers of the functions")
    dirty.run("set search_path = pg_temp, planted, public, pg_catalog")
    tap.equal(deeds(dirty, shadowed), clean, "answers of the functions with pg_temp first")
    tap.equal(admin.rows("select * from planted.calls"), [], "what was planted and called")


@tap.test("a session cannot make itself another account's trader by planting grants")
def _():
    thief = login("thief")
    admin.run("grant usage on schema trading to thief; grant execute on all functions in schema trading to thief")
    thief.run("create temporary table account_grants (account_id uuid, role_name name, rights text[])")
    thief.run(f"insert into account_grants values ('{world.account}', 'thief', '{{manage,read,trade}}')")
    thief.run("set search_path = pg_temp, settings, trading, pg_catalog")
    refused(thief, world.fill(1))
    refused(thief, f"select * from trading.fn_positions('{world.account}')")


def catalog(each):
    """Everything that an installation makes, with the transaction that wrote it last."""
    queries = {
        "pg_proc": f"select p.oid::regprocedure::text as name, p.xmin::text from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace where {OURS}",
        "pg_class": f"select c.oid::regclass::text as name, c.xmin::text, c.relkind from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where {OURS}",
        "pg_namespace": f"select n.nspname::text as name, n.xmin::text from pg_namespace as n where {OURS}",
        "pg_constraint": f"select c.conname::text as name, c.oid::text, c.xmin::text from pg_constraint as c join pg_namespace as n on n.oid = c.connamespace where {OURS}",
        "pg_description": "select d.objoid::text, d.objsubid, d.classoid::text, d.xmin::text from pg_description as d",
        "bus.domain_event_type": "select event_type as name, xmin::text from bus.domain_event_type",
        **{name: f"select to_jsonb(t) as entry, t.xmin::text from {name} as t" for name in relations_of(each, "daybook")},
    }
    return {name: sorted(each.run(f"select row_to_json(q) from ({query}) as q")) for name, query in queries.items()}


def relations_of(each, schema):
    return [row["name"] for row in each.rows(
        f"select c.oid::regclass::text as name from pg_class as c where c.relnamespace = '{schema}'::regnamespace and c.relkind in ('r', 'p')")]


for mode, roles in (("one role", False), ("two roles", True)):
    @tap.test(f"an ordinary role installs, and installing again changes no catalog and no ledger, with {mode}")
    def _(mode=mode, roles=roles):
        name = f"again_{'two' if roles else 'one'}"
        target = host.installed(name, owner=f"owner_{'two' if roles else 'one'}", roles=roles)
        look = session.Session(host.url(name))
        tap.equal(look.rows("select rolname::text from pg_roles where (rolname like 'owner\\_%' or rolname like 'daybook\\_%') "
                            "and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication)"), [], "roles with powers")
        tap.equal(look.rows("select extname::text from pg_extension where extname <> 'plpgsql'"), [], "extensions")
        before = catalog(look)
        tap.check(len(before["pg_proc"]) > 60 and sum(map(len, before.values())) > 300, "the catalog was read")
        for _ in range(2):
            program.daybook("migrate", "apply", "--url", target, "--modules", "trading,market", "--quiet").ok()
        after = catalog(look)
        for table in before:
            tap.equal(after[table], before[table], f"rows of {table}")


tap.main()
