"""The fleet's table of roles, line by line, with its own prefix: what a service does for a living it may, everything else is 42501.

Where that table grants writes, the service here gets the functions that do the work and no right to write a table."""

import uuid

from harness import program, server, session, tap
from harness.session import Raw, Refused, call

T1 = "2024-03-01 12:00:00+00"
PREFIX = "gordon_"
SERVICES = ["data_writer", "executor", "risk", "manager", "bot", "lab_reader", "drift_reader"]

host = server.Server()
host.role("trader")
host.sql("create database fleet")
host.sql(program.daybook("grants", "bootstrap", "--database", "fleet", "--login", "trader", "--role-prefix", PREFIX).ok().out, "fleet")
program.daybook("migrate", "apply", "--url", host.url("fleet", "trader"), "--role-prefix", PREFIX, "--modules", "trading,market", "--quiet").ok()
for service in SERVICES:
    host.sql(f"create role svc_{service} login; grant {PREFIX}{service} to svc_{service}")
service = {name: session.Session(host.url("fleet", f"svc_{name}")) for name in SERVICES}

account, run, instrument, order = (uuid.uuid4() for _ in range(4))
RELATIONS = host.sql("""select c.oid::regclass from pg_class c where c.relnamespace::regnamespace::text
                        in ('util', 'settings', 'ops', 'audit', 'bus', 'ref', 'ingest', 'market', 'trading', 'daybook')
                        and c.relkind in ('r', 'p', 'v') order by 1""", "fleet").split()


READERS = [f"market.{name}" for name in (
    "symbols", "v_klines_reader", "v_klines_computed_reader", "v_price_klines_reader", "v_trades_reader", "v_agg_trades_reader",
    "v_ticker_ticks_reader", "v_latest_prices",
    "v_orderbook_snapshots_reader", "v_orderbook_changes_reader", "v_book_depth_reader", "v_listings_reader", "v_funding_rates_reader", "v_funding_snapshots_reader", "v_open_interest_reader",
    "v_metrics_reader", "v_metric_values_reader", "v_macro_reader", "v_fear_greed_reader", "v_stablecoin_supply_reader", "v_gex_reader",
    "v_gex_strikes_reader")]
WATCHED = ["market.v_coverage", "market.v_source_freshness", "market.v_rollups_due"]
# Where rows are sent by COPY between the opening and the closing of a batch.
LOADED = [f"market.{name}" for name in ("klines", "price_klines", "trades", "agg_trades", "ticker_ticks", "orderbook_snapshots", "orderbook_changes", "book_depth",
                                        "funding_rates", "open_interest", "metrics", "metric_values", "macro_data", "fear_greed",
                                        "stablecoin_supply", "gamma_exposure", "gamma_exposure_strikes")] + ["ingest.object_chunks"]


def refused(name, *statements):
    for sql in statements:
        try:
            service[name].run(sql)
        except Refused as error:
            tap.equal(error.sqlstate, "42501", f"SQLSTATE of {sql}: {error.message}")
        else:
            raise tap.Failure(f"{name} was allowed: {sql}")


def writes_nothing(name, but=()):
    """No service writes a table by itself."""
    for relation in RELATIONS:
        state = "a view that nobody writes" if relation.split(".")[1].startswith("v_") else "42501"
        for verb, sql in (("insert", f"insert into {relation} default values"), ("delete", f"delete from {relation}"),
                          ("truncate", f"truncate {relation}")):
            if (verb, relation) in but:
                continue
            try:
                service[name].run(sql)
            except Refused as error:
                tap.check(error.sqlstate in ("42501", "55000", "42809"), f"{name}: {sql}: {error}")
            else:
                raise tap.Failure(f"{name} was allowed: {sql} ({state})")


def reads_only(name, *relations):
    for relation in RELATIONS:
        if relation in relations:
            service[name].run(f"select from {relation} limit 1")
        else:
            refused(name, f"select from {relation} limit 1")


@tap.test("manager: opens accounts, starts runs, records equity; market data through views")
def _():
    manager = service["manager"]
    for code in ("USD", "BTC"):
        manager.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
    manager.row(call("ref.fn_register_venue", code="v", name="V"))
    manager.row(call("ref.fn_register_instrument", instrument_id=instrument, venue="v", symbol="BTCUSD", kind="perp", base="BTC",
                     quote="USD", tick_size=1, lot_size=1))
    manager.row(call("trading.fn_open_account", account_id=account, name="a", venue="v", currency="USD", mode="paper",
                     position_mode="netting", opening_balance=1000))
    manager.row(call("trading.fn_start_run", account_id=account, run_id=run, kind="paper", strategy="s", code_revision="r", params={}))
    manager.row(call("trading.fn_record_equity", account_id=account, point_id=uuid.uuid4(), as_of=T1,
                     instrument_ids=Raw("'{}'::uuid[]"), prices=Raw("'{}'::numeric[]"), run_id=run))
    for name, rights in (("executor", "read,trade"), ("bot", "read,trade"), ("risk", "read")):
        manager.row(call("settings.fn_grant_account", account_id=account, role_name=f"svc_{name}", rights=Raw("'{" + rights + "}'::text[]")))
    reads_only("manager", *READERS, *WATCHED, "market.v_polls", "market.v_conventions")
    refused("manager", f"select * from trading.fn_save_state('{account}', '{run}', 'x', now(), '{{}}')", "select * from market.klines")
    writes_nothing("manager")


@tap.test("data_writer: alone in writing market data, between the opening and the closing of a batch")
def _():
    writer = service["data_writer"]
    columns = ("instrument_id, interval_s, open_time, open, high, low, close, volume, quote_volume, trade_count, "
               "taker_buy_volume, taker_buy_quote_volume, batch_id")
    batch = uuid.uuid4()
    writer.run("begin")
    opened = writer.row(call("market.fn_open_batch", batch_id=batch, source="s", stream="klines", instrument_id=instrument, interval_s=60,
                             file_name="f", sha256=Raw("sha256('x')"), size_bytes=1, first=T1, last=T1, ordered=True))
    tap.equal(opened["target"], "market.klines")
    writer.run(f"insert into market.klines ({columns}) values ('{instrument}', 60, '{T1}', 1, 2, 1, 2, 1, 1, 1, 1, 1, '{batch}')")
    closed = writer.row(call("market.fn_close_batch", batch_id=batch, rows_in=1, reject_lines=Raw("'{}'::bigint[]"),
                             reject_offsets=Raw("'{}'::bigint[]"), reject_reasons=Raw("'{}'::text[]"), reject_raw=Raw("'{}'::text[]")))
    tap.equal(closed["inserted"], 1)
    writer.run("commit")
    reads_only("data_writer", *READERS, *WATCHED, "market.v_wanted_streams", "market.v_polls", "market.v_conventions")
    writer.row(call("market.fn_record_funding", instrument_id=instrument, snapshot_at=T1, rate=0, mark_price=1, index_price=1))
    refused("data_writer", "update market.klines set close = 3", "delete from market.klines", "select * from market.klines",
            f"select * from trading.fn_positions('{account}')")
    writes_nothing("data_writer", but=[("insert", relation) for relation in LOADED])


@tap.test("executor: orders, order events and fills, through the functions")
def _():
    executor = service["executor"]
    done = executor.row(call("trading.fn_submit_order", account_id=account, order_id=order, instrument_id=instrument, side="buy",
                             type="limit", qty=2, price=100, stop_price=None, time_in_force="gtc", run_id=run))
    tap.equal(done["outcome"], "created")
    executor.row(call("trading.fn_acknowledge_order", account_id=account, order_id=order, event_id=uuid.uuid4(), exchange_order_id="x",
                      occurred_at=T1))
    done = executor.row(call("trading.fn_record_fill", account_id=account, fill_id=uuid.uuid4(), order_id=order, instrument_id=instrument,
                             side="buy", qty=1, price=100, fee=0, fee_currency="USD", liquidity="maker", venue_trade_id="1", filled_at=T1))
    tap.equal(done["order_status"], "partially_filled")
    reads_only("executor", "market.symbols", "market.v_latest_prices")
    refused("executor", f"update trading.orders set cum_qty = 0 where account_id = '{account}'", "update trading.fills set qty = 0",
            call("trading.fn_open_account", account_id=uuid.uuid4(), name="b", venue="v", currency="USD", mode="paper",
                 position_mode="netting", opening_balance=1), "select * from bus.domain_events")
    writes_nothing("executor")


@tap.test("risk: reads the whole book and market data through views, writes neither by itself")
def _():
    reads_only("risk", *READERS, *WATCHED,
               *[relation for relation in RELATIONS if relation.startswith("trading.")])
    tap.equal(service["risk"].value("select count(*) from trading.v_orders_open where leaves_qty > 0"), 1)
    refused("risk", "update trading.orders set price = 1", "select * from market.klines",
            call("trading.fn_save_state", account_id=account, snapshot_id=uuid.uuid4(), name="n", as_of=T1, state={}))
    writes_nothing("risk")


@tap.test("bot: keeps its state and looks at its orders")
def _():
    bot = service["bot"]
    bot.row(call("trading.fn_save_state", account_id=account, snapshot_id=uuid.uuid4(), name="n", as_of=T1, state={"x": 1}))
    tap.equal(bot.row(call("trading.fn_load_state", account_id=account, name="n"))["state"], {"x": 1})
    tap.equal(len(bot.rows(call("trading.fn_orders", account_id=account))), 1)
    bot.row(call("trading.fn_record_decision", account_id=account, entry_id=uuid.uuid4(), kind="decision", content={"why": "x"}, occurred_at=T1))
    tap.equal(len(bot.rows(call("trading.fn_decisions", account_id=account))), 1)
    bot.run("select from market.v_klines_reader")
    bot.rows(call("market.fn_klines_page", instrument_id=instrument, interval_s=60, after="2020-01-01", limit=10))
    reads_only("bot", *READERS)
    refused("bot", call("trading.fn_record_fill", account_id=account, fill_id=uuid.uuid4(), order_id=order, instrument_id=instrument,
                        side="buy", qty=1, price=1, fee=0, fee_currency="USD", liquidity="maker", venue_trade_id="2", filled_at=T1))
    writes_nothing("bot")


@tap.test("manager makes a bot, the bot holds its lease, the executor submits with its token, risk halts and resumes: each its part alone")
def _():
    made, halt = uuid.uuid4(), uuid.uuid4()
    configure = call("trading.fn_configure_bot", account_id=account, change_id=uuid.uuid4(), bot_id=made, name="b", desired_state="running",
                     image_tag="1", strategy_params={}, reason="r")
    acquire = call("trading.fn_acquire_lease", account_id=account, bot_id=made, acquire_id=uuid.uuid4(), holder="h", ttl="1h")
    service["manager"].row(configure)
    token = service["bot"].row(acquire)["token"]

    def submission():
        return call("trading.fn_submit_order", account_id=account, order_id=uuid.uuid4(), instrument_id=instrument, side="buy", type="limit",
                    qty=1, price=100, stop_price=None, time_in_force="gtc", ctx={"bot": str(made), "fence": token})

    def halting(scope, **named):
        return call("trading.fn_halt", halt_id=halt, scope=scope, **{**dict(account_id=None, bot_id=None), **named}, reason="r", actor="a")

    def resuming(holder):
        return call("trading.fn_resume", account_id=holder, halt_id=halt, reason="r", actor="a")

    tap.equal(service["executor"].row(submission())["outcome"], "created")
    refused("bot", submission(), configure, halting("global"))
    refused("executor", configure, halting("global"), resuming(None))
    refused("manager", acquire, submission(), halting("global"), resuming(None))
    refused("risk", configure, acquire, submission(), halting("account", account_id=account))

    tap.equal(service["risk"].row(halting("global"))["outcome"], "created")
    tap.equal(service["executor"].row(submission())["refusal_code"], "halted")
    tap.equal(service["bot"].row(call("trading.fn_risk_status", account_id=account))["scope"], "global")
    tap.equal(service["risk"].row(resuming(None))["outcome"], "created")
    tap.equal(service["executor"].row(submission())["outcome"], "created")

    service["manager"].row(call("settings.fn_grant_account", account_id=account, role_name="svc_risk", rights=["manage", "read"]))
    tap.equal(service["risk"].row(halting("bot", account_id=account, bot_id=made))["outcome"], "created")
    tap.equal(service["executor"].row(submission())["refusal_code"], "halted")
    tap.equal(service["risk"].row(resuming(account))["halts_left"], 0)
    tap.equal(service["bot"].row(call("trading.fn_renew_lease", account_id=account, bot_id=made, token=token, renew_id=uuid.uuid4(), ttl="2h"))["outcome"],
              "created")
    tap.equal(service["bot"].row(call("trading.fn_release_lease", account_id=account, bot_id=made, token=token))["outcome"], "created")
    tap.equal(service["executor"].row(submission())["refusal_code"], "fenced")
    tap.equal(service["risk"].row(call("trading.fn_bots", account_id=account))["held"], False)



@tap.test("risk sets caps and thresholds and records breakers, manager reads them, the executor submits under them: each its part alone")
def _():
    def capping(limit):
        return call("trading.fn_set_cap", change_id=uuid.uuid4(), scope="global", account_id=None, bot_id=None, currency="USD", limit=limit, slice=None,
                    reason="r", actor="a")

    def tripping():
        return call("trading.fn_trip_breaker", account_id=None, event_id=uuid.uuid4(), bot_id=None, breaker="b", threshold="n", threshold_value=1, value=2,
                    action="none", reason="r", actor="a")

    threshold = call("trading.fn_set_threshold", change_id=uuid.uuid4(), account_id=None, bot_id=None, name="n", value=1, unit="u", reason="r", actor="a")
    submission = call("trading.fn_submit_order", account_id=account, order_id=uuid.uuid4(), instrument_id=instrument, side="buy", type="limit", qty=1,
                      price=100, stop_price=None, time_in_force="gtc")
    reading = (call("trading.fn_caps"), call("trading.fn_thresholds"), call("trading.fn_risk_events"))
    for each in ("executor", "manager", "bot"):
        refused(each, capping(1), threshold, tripping(), "select * from trading.notional_slices for update")
    refused("bot", *reading)
    tap.equal(service["risk"].row(capping(99))["outcome"], "created")
    tap.equal(service["executor"].row(submission)["refusal_code"], "cap")
    tap.equal(service["risk"].row(capping(None))["outcome"], "created")
    tap.equal(service["risk"].row(threshold)["outcome"], "created")
    tap.equal(service["risk"].row(tripping())["outcome"], "created")
    for each in ("risk", "manager"):
        tap.equal([len(service[each].rows(query)) for query in reading], [0, 1, 1])
        tap.equal(service[each].rows(call("trading.fn_check_caps", account_id=account)), [])
    writes_nothing("manager")


@tap.test("bot asks for orders and says what it sees, executor claims and submits, risk and manager command: each its part alone")
def _():
    made, intent, commanded = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    service["manager"].row(call("trading.fn_configure_bot", account_id=account, change_id=uuid.uuid4(), bot_id=made, name="asks", desired_state="running",
                                image_tag=None, strategy_params={}, reason="r"))
    token = service["bot"].row(call("trading.fn_acquire_lease", account_id=account, bot_id=made, acquire_id=uuid.uuid4(), holder="h", ttl="1h"))["token"]
    ctx = {"bot": str(made), "fence": token}
    asking = call("trading.fn_request_order", account_id=account, intent_id=intent, instrument_id=instrument, side="buy", type="limit", qty=1, price=100,
                  stop_price=None, time_in_force="gtc", ttl="1h", ctx=ctx)
    changing = call("trading.fn_request_change", account_id=account, intent_id=uuid.uuid4(), action="cancel", order_id=intent, ttl="1h", ctx=ctx)
    claiming = call("trading.fn_claim_intents", account_id=account, claim_id=uuid.uuid4(), executor="e")
    submitting = call("trading.fn_submit_intent", account_id=account, intent_id=intent)
    declining = call("trading.fn_decline_intent", account_id=account, intent_id=intent, executor="e", reason="r")

    def commanding(command):
        return call("trading.fn_command_bot", account_id=account, command_id=command, bot_id=made, kind="flatten", arguments=None, ttl="1h", reason="r",
                    actor="a")

    obeying = call("trading.fn_acknowledge_command", account_id=account, command_id=commanded, status="done", by="b")
    saying = [call("trading.fn_record_signal", account_id=account, signal_id=uuid.uuid4(), bot_id=made, instrument_id=instrument, name="n", direction="long",
                   strength=1, price=None, valid_until=None, data=None, occurred_at=T1),
              call("trading.fn_save_strategy_state", account_id=account, bot_id=made, token=token, change_id=uuid.uuid4(), name="n", state={})]
    happening = call("trading.fn_record_bot_event", account_id=account, event_id=uuid.uuid4(), bot_id=made, kind="k", level="info", message="m", data=None,
                     occurred_at=T1)

    for name in ("executor", "manager", "risk"):
        refused(name, asking, changing, *saying)
    for name in ("bot", "manager", "risk"):
        refused(name, claiming, submitting, declining)
    for name in ("bot", "executor"):
        refused(name, commanding(commanded))
    for name in ("manager", "risk"):
        refused(name, obeying, happening)

    tap.equal([service["bot"].row(each)["outcome"] for each in (asking, changing, *saying, happening)], ["created"] * 5)
    tap.equal(len(service["executor"].rows(claiming)), 2)
    tap.equal(service["executor"].row(submitting)["outcome"], "created")
    tap.equal(service["executor"].row(declining)["conflict_field"], "status")
    for name, command in (("manager", commanded), ("risk", uuid.uuid4())):
        tap.equal(service[name].row(commanding(command))["outcome"], "created")
    tap.equal(len(service["bot"].rows(call("trading.fn_commands", account_id=account, bot_id=made))), 2)
    tap.equal(service["executor"].row(obeying)["outcome"], "created")
    tap.equal(service["bot"].row(obeying)["outcome"], "replayed")
    for name in ("bot", "executor", "manager", "risk"):
        tap.equal(len(service[name].rows(call("trading.fn_bot_config", account_id=account, bot_id=made))), 1)
        tap.equal(len(service[name].rows(call("trading.fn_intents", account_id=account, bot_id=made))), 2)
        tap.equal(len(service[name].rows(call("trading.fn_bot_events", account_id=account, bot_id=made))), 1)
    for name in ("bot", "manager", "risk"):
        tap.equal(len(service[name].rows(call("trading.fn_signals", account_id=account, bot_id=made))), 1)
        tap.equal(len(service[name].rows(call("trading.fn_strategy_state", account_id=account, bot_id=made))), 1)


@tap.test("risk: of all tables one column, bot_configs.desired_state, with the right to manage the account: a version, audited, with an event")
def _():
    made, risk = uuid.uuid4(), service["risk"]
    service["manager"].row(call("trading.fn_configure_bot", account_id=account, change_id=uuid.uuid4(), bot_id=made, name="c",
                                desired_state="running", image_tag="1", strategy_params={}, reason="r"))
    row = f"account_id = '{account}' and bot_id = '{made}'"
    setting = f"update trading.bot_configs set desired_state = 'paused' where {row}"
    service["manager"].row(call("settings.fn_grant_account", account_id=account, role_name="svc_risk", rights=["read"]))
    refused("risk", setting)
    service["manager"].row(call("settings.fn_grant_account", account_id=account, role_name="svc_risk", rights=["manage", "read"]))
    risk.run(setting)
    kept = risk.row(f"select desired_state, version, reason, changed_by from trading.bot_config_versions where {row} and version = 2")
    tap.equal(kept, {"desired_state": "paused", "version": 2, "reason": "desired_state was set", "changed_by": "svc_risk"})
    tap.equal(host.sql(f"select count(*) from bus.domain_events where aggregate_id = '{made}' and payload ->> 'desired_state' = 'paused'", "fleet"), "1")
    tap.equal(host.sql(f"select session_role from audit.audit_log where subject_id = '{made}' and detail ->> 'desired_state' = 'paused'", "fleet"), "svc_risk")
    for column in (name for name in host.sql("select attname from pg_attribute where attrelid = 'trading.bot_configs'::regclass and attnum > 0 "
                                             "and attname <> 'desired_state'", "fleet").split()):
        refused("risk", f"update trading.bot_configs set {column} = {column} where {row}",
                f"update trading.bot_configs set desired_state = 'stopped', {column} = {column} where {row}")
    for name in ("manager", "executor", "bot", "data_writer", "lab_reader"):
        refused(name, setting)


@tap.test("a deploy: manager deploys, the new build records in shadow as bot, and acquires the lease; executor fences off")
def _():
    made, deploy = uuid.uuid4(), uuid.uuid4()
    manager, bot, executor = service["manager"], service["bot"], service["executor"]
    start = call("trading.fn_start_deploy", account_id=account, deploy_id=deploy, bot_id=made, image_tag="2", strategy_params={}, reason="r", actor="a")
    service_start = call("trading.fn_start_service_deploy", deploy_id=uuid.uuid4(), service="s", image_tag="2", reason="r", actor="a")
    shadow = call("trading.fn_record_shadow_order", account_id=account, deploy_id=deploy, shadow_order_id=uuid.uuid4(), instrument_id=instrument,
                  side="buy", type="market", qty=1, price=None, stop_price=None, time_in_force=None, decided_at=T1)
    fence = call("trading.fn_increment_fence", account_id=account, bot_id=made, change_id=uuid.uuid4(), reason="r", actor="a")

    def step(to_state):
        return call("trading.fn_advance_deploy", account_id=account, deploy_id=deploy, step_id=uuid.uuid4(), to_state=to_state, reason="r",
                    actor="a", differences=1)

    manager.row(call("trading.fn_configure_bot", account_id=account, change_id=uuid.uuid4(), bot_id=made, name="d", desired_state="running",
                     image_tag="1", strategy_params={}, reason="r"))
    for name in ("executor", "risk", "bot"):
        refused(name, start, service_start, step("starting"))
    tap.equal(manager.row(start)["outcome"], "created")
    tap.equal(manager.row(service_start)["outcome"], "created")
    for state in ("starting", "shadowing"):
        tap.equal(manager.row(step(state))["state"], state)
    for name in ("executor", "risk", "manager"):
        refused(name, shadow)
    tap.equal(bot.row(shadow)["outcome"], "created")
    compared = manager.rows(call("trading.fn_compare_shadow", account_id=account, deploy_id=deploy))
    tap.equal([row["result"] for row in compared], ["only_green"])
    tap.equal(manager.row(step("switching"))["state"], "switching")
    tap.equal(bot.row(call("trading.fn_acquire_lease", account_id=account, bot_id=made, acquire_id=uuid.uuid4(), holder="h", ttl="1h",
                           deploy_id=deploy))["outcome"], "created")
    tap.equal(manager.row(step("active"))["state"], "active")
    tap.equal([row["image_tag"] for row in bot.rows(call("trading.fn_deploys", account_id=account))], ["2"])
    tap.equal(manager.value(f"select count(*) from trading.fn_deploy_steps('{account}', '{deploy}')"), 4)
    refused("bot", fence)
    refused("risk", fence)
    tap.equal(executor.row(fence)["outcome"], "created")


@tap.test("lab_reader and drift_reader: read, and nothing else, in no schema")
def _():
    settings = ["settings.time_units", "settings.windows", "settings.coin_universe", "settings.app_settings"]
    reads_only("lab_reader", *settings, *[relation for relation in RELATIONS if relation.split(".")[0] in ("trading", "market", "ingest", "ref", "bus")
                                          and not partition(relation)])
    reads_only("drift_reader", *[relation for relation in RELATIONS if relation.startswith("daybook.")])
    for name in ("lab_reader", "drift_reader"):
        writes_nothing(name)
        refused(name, "create table trading.mine (id int)", "create schema mine", "create temporary table mine (id int)",
                call("settings.fn_set", change_id=uuid.uuid4(), key="k", value={}, reason="r"))


def partition(relation):
    return host.sql(f"select relispartition from pg_class where oid = '{relation}'::regclass", "fleet") == "t"


@tap.test("and all of it is what is declared, tried out by every role")
def _():
    program.daybook("grants", "check", "--url", host.url("fleet"), "--role-prefix", PREFIX, "--prove").ok()


tap.main()
