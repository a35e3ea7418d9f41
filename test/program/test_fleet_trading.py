"""What a fleet of bots needs of its trading tables: each by its name, what it is for, and the conventions that all follow."""

import re
import uuid

from harness import server, session, tap
from harness.session import Raw, call
from harness.worker import PERP, Worker, refused, settle

host = server.Server()
one = session.Session(host.installed("fleet"))
settle(one)


def start(worker, run, **terms):
    return call("trading.fn_start_run", **{**dict(account_id=worker.account, run_id=run, kind="paper", strategy="trend",
                                                  code_revision="3f2a9c1", params={"fast": 60}), **terms})


def trade(worker, *steps):
    """Fills of (side, quantity, price, day), each of an order of its own."""
    for side, qty, price, day in steps:
        order = worker.placed(side=side, qty=qty, price=price)
        one.row(worker.fill(order, side=side, qty=qty, price=price, filled_at=f"2024-03-{day:02d} 12:00:00+00"))


@tap.test("runs: backtest, paper, and live trading sessions, with the revision of the strategy's code")
def _():
    worker = Worker(one, "runs")
    for kind in ("backtest", "paper", "live"):
        run = uuid.uuid4()
        tap.equal(one.row(start(worker, run, kind=kind))["outcome"], "created", kind)
        tap.equal(one.row(call("trading.fn_finish_run", account_id=worker.account, run_id=run, status="finished"))["status"], "finished")
    refused(one, start(worker, uuid.uuid4(), kind="dream"), "TB001", "a run of an unknown kind")
    rows = one.rows(f"select kind, code_revision, finished_at >= started_at as whole from trading.runs where account_id = '{worker.account}'")
    tap.equal(sorted((row["kind"], row["code_revision"], row["whole"]) for row in rows),
              [(kind, "3f2a9c1", True) for kind in ("backtest", "live", "paper")])


@tap.test("trades: individual exchange fills; roundtrips: entry-exit pairs derived from trades")
def _():
    worker = Worker(one, "trips")
    trade(worker, ("buy", 2, 100, 1), ("sell", 1, 110, 2), ("sell", 3, 120, 3), ("buy", 2, 130, 4))
    trades = one.rows(f"select venue, symbol, side, qty, price, realized_net from trading.trades where account_id = '{worker.account}' "
                      "order by filled_at")
    tap.equal([(row["symbol"], row["side"], row["qty"], row["price"], row["realized_net"]) for row in trades],
              [("BTCUSDT", "buy", 2, 100, 0), ("BTCUSDT", "sell", 1, 110, 10), ("BTCUSDT", "sell", 3, 120, 20), ("BTCUSDT", "buy", 2, 130, -20)])
    trips = one.rows(call("trading.fn_roundtrips", account_id=worker.account))
    tap.equal(sorted((row["side"], row["qty"], row["avg_entry"], row["avg_exit"], row["net"]) for row in trips),
              [("long", 2, 100, 115, 30), ("short", 2, 120, 130, -20)], "round trips of a position that flipped")


@tap.test("equity_points: portfolio equity curve over time; performance_snapshots: aggregate performance metrics per run")
def _():
    worker, run = Worker(one, "performance"), uuid.uuid4()
    one.row(start(worker, run))
    for day, price in ((1, 100), (2, 120), (3, 90), (4, 110)):
        if day == 1:
            trade(worker, ("buy", 5, 100, 1))
        one.row(call("trading.fn_record_equity", account_id=worker.account, point_id=uuid.uuid4(), as_of=f"2024-03-{day:02d} 13:00:00+00",
                     instrument_ids=[PERP], prices=[price], run_id=run))
    curve = one.rows(call("trading.fn_equity", account_id=worker.account))
    tap.equal([row["equity"] for row in curve], [1050, 950, 1100, 1000], "the curve, newest first")
    trade(worker, ("sell", 5, 110, 5))
    one.row(call("trading.fn_record_performance", account_id=worker.account, snapshot_id=uuid.uuid4(), since="2024-03-01 00:00:00+00",
                 as_of="2024-03-06 00:00:00+00", run_id=run))
    told = one.row(call("trading.fn_performance", account_id=worker.account, run_id=run))
    tap.equal((told["fills"], told["realized_net"], told["roundtrips"], told["win_rate"], told["complete"]), (2, 50, 1, 1, True))
    tap.equal((str(told["return_rate"]), told["drawdown"], str(told["drawdown_rate"])), ("0.05", 150, "0.136363636363636364"))


@tap.test("orders: state machine, submitted, acked, filled, rejected or cancelled; order_events: state-transition events per order")
def _():
    worker = Worker(one, "states")
    order = worker.placed()
    one.row(worker.event("fn_request_cancel", order, reason="too slow"))
    one.row(worker.fill(order))
    one.row(worker.event("fn_cancel_order", order, reason="as asked"))
    tap.equal(worker.status(order), "canceled")
    again = one.row(worker.event("fn_request_cancel", order, reason="once more"))
    tap.equal((again["outcome"], again["refusal_code"], worker.status(order)), ("refused", "illegal_transition", "canceled"))
    events = one.rows(f"select event, outcome, status, order_version from trading.order_events where order_id = '{order}' order by order_version")
    tap.equal([(row["event"], row["outcome"], row["status"]) for row in events],
              [("acknowledge", "created", "accepted"), ("cancel_request", "created", "pending_cancel"), ("cancel", "created", "canceled"),
               ("cancel_request", "refused", "canceled")])
    versions = one.value(f"select array_agg(aggregate_version order by id) from bus.domain_events where aggregate_id = '{order}'")
    tap.equal(versions, list(range(1, len(versions) + 1)), "versions of the order, with submission and fill")


@tap.test("fill_events: what the exchange said of a fill later; the trades and positions follow")
def _():
    worker = Worker(one, "amended")
    order, fill = worker.placed(), uuid.uuid4()
    one.row(worker.fill(order, fill))
    one.row(worker.fill(order, price=110))
    one.row(call("trading.fn_correct_fill", account_id=worker.account, event_id=uuid.uuid4(), fill_id=fill, price=90))
    tap.equal([(row["qty"], row["avg_price"]) for row in one.rows(call("trading.fn_positions", account_id=worker.account))], [(2, 100)])
    one.row(call("trading.fn_bust_fill", account_id=worker.account, event_id=uuid.uuid4(), fill_id=fill))
    tap.equal([(row["qty"], row["avg_price"]) for row in one.rows(call("trading.fn_positions", account_id=worker.account))], [(1, 110)])
    kinds = one.value(f"select array_agg(kind order by place) from trading.fill_events where fill_id = '{fill}'")
    tap.equal((kinds, worker.fills()), (["correct", "bust"], 1))


@tap.test("positions: current open positions, moved by every trade")
def _():
    worker = Worker(one, "positions")
    for step, held in ((("buy", 2, 100, 1), [2]), (("sell", 3, 110, 2), [-1]), (("buy", 1, 105, 3), [])):
        trade(worker, step)
        tap.equal([row["qty"] for row in one.rows(call("trading.fn_positions", account_id=worker.account))], held, f"after {step}")


@tap.test("reconcile_runs: executor reconcile results on restart")
def _():
    worker = Worker(one, "reconciled")
    trade(worker, ("buy", 2, 100, 1))
    said = dict(reconcile_id=uuid.uuid4(), as_of="2024-03-03 00:00:00+00", apply=True, venue_state={
        "fills": [{"venue_trade_id": "missed", "exchange_order_id": "of another", "symbol": "BTCUSDT", "side": "buy", "qty": 1, "price": 130,
                   "filled_at": "2024-03-02 12:00:00+00"}],
        "positions": [{"symbol": "BTCUSDT", "qty": 3, "avg_price": 110}]})
    first = one.rows(call("trading.fn_reconcile", account_id=worker.account, **said))
    tap.equal({(row["outcome"], row["result"]) for row in first}, {("created", "done")})
    again = one.rows(call("trading.fn_reconcile", account_id=worker.account, **said))
    tap.equal({row["outcome"] for row in again}, {"replayed"})
    tap.equal(worker.position(), [(3, 0)], "what is held now")
    kept = one.row(f"select differences, adjustments, undecided from trading.reconcile_runs where account_id = '{worker.account}'")
    tap.equal(kept["adjustments"] + kept["undecided"], kept["differences"], "what was found and done")


class Fleet:
    """A worker with a bot that holds its lease."""

    def __init__(self, name):
        self.worker, self.bot = Worker(one, name), uuid.uuid4()
        self.account = self.worker.account
        one.row(self.call("trading.fn_configure_bot", change_id=uuid.uuid4(), bot_id=self.bot, name=name, desired_state="running", image_tag=None,
                          strategy_params=None, reason="test"))
        self.token = one.row(self.call("trading.fn_acquire_lease", bot_id=self.bot, acquire_id=uuid.uuid4(), holder="bot", ttl="1h"))["token"]
        self.ctx = {"bot": str(self.bot), "fence": self.token}

    def call(self, function, **arguments):
        return call(function, account_id=self.account, **arguments)


@tap.test("order_intents: intent queue from the bot to the executor")
def _():
    fleet, intent = Fleet("intents"), uuid.uuid4()
    asked = one.row(fleet.call("trading.fn_request_order", intent_id=intent, instrument_id=PERP, side="buy", type="limit", qty=1, price=100,
                               stop_price=None, time_in_force="gtc", ttl="1h", ctx=fleet.ctx))
    tap.equal((asked["outcome"], asked["status"], fleet.worker.orders()), ("created", "requested", []))
    taken = one.row(fleet.call("trading.fn_claim_intents", claim_id=uuid.uuid4(), executor="executor"))
    tap.equal((taken["intent_id"], taken["side"], taken["qty"]), (str(intent), "buy", 1))
    done = one.row(fleet.call("trading.fn_submit_intent", intent_id=intent))
    tap.equal((done["outcome"], done["status"], fleet.worker.status(intent)), ("created", "done", "submitted"))
    tap.equal(one.value(f"select ctx from trading.orders where order_id = '{intent}'"), fleet.ctx, "whose order it is")
    cancel = uuid.uuid4()
    one.row(fleet.call("trading.fn_request_change", intent_id=cancel, action="cancel", order_id=intent, ttl="1h", reason="late", ctx=fleet.ctx))
    one.row(fleet.call("trading.fn_submit_intent", intent_id=cancel))
    tap.equal(fleet.worker.status(intent), "pending_cancel")
    kept = one.rows(f"select action, status from trading.order_intents where account_id = '{fleet.account}' order by requested_at")
    tap.equal([(row["action"], row["status"]) for row in kept], [("submit", "done"), ("cancel", "done")])


@tap.test("bot_commands: commands from risk to the executor and the bot; risk_audit_log: operator action audit (flatten, resume, pause)")
def _():
    fleet = Fleet("commands")
    for kind in ("flatten", "resume", "pause"):
        one.row(fleet.call("trading.fn_command_bot", command_id=uuid.uuid4(), bot_id=fleet.bot, kind=kind, arguments={"within": "1m"}, ttl="1h",
                           reason=f"to {kind}", actor="ann"))
    due = one.rows(fleet.call("trading.fn_commands", bot_id=fleet.bot))
    tap.equal([(row["kind"], row["status"], row["arguments"]) for row in due],
              [(kind, "pending", {"within": "1m"}) for kind in ("flatten", "resume", "pause")])
    for status, by, ctx in (("acknowledged", "executor", None), ("done", "bot", fleet.ctx)):
        one.row(fleet.call("trading.fn_acknowledge_command", command_id=due[0]["command_id"], status=status, by=by, ctx=ctx))
    told = one.row(fleet.call("trading.fn_commands", command_id=due[0]["command_id"]))
    tap.equal((told["status"], told["acknowledged_by"], told["finished_by"]), ("done", "executor", "bot"))
    audit = one.rows(f"select action, kind, actor, reason, session_role from trading.risk_audit_log where account_id = '{fleet.account}' order by at")
    tap.equal([(row["kind"], row["actor"], row["reason"], row["session_role"]) for row in audit][:3],
              [(kind, "ann", f"to {kind}", "trader") for kind in ("flatten", "resume", "pause")])
    tap.equal([(row["action"], row["actor"]) for row in audit][3:], [("trading.acknowledge_command", "executor"), ("trading.acknowledge_command", "bot")])


@tap.test("bot_events: lifecycle events published by bots and executors; bot_strategy_state: persisted strategy state per bot; signals: strategy signal log")
def _():
    fleet = Fleet("kept")
    for n, (bot, kind) in enumerate(((fleet.bot, "started"), (None, "connected"), (fleet.bot, "stopped"))):
        one.row(fleet.call("trading.fn_record_bot_event", event_id=uuid.uuid4(), bot_id=bot, kind=kind, level="info", message=kind, data=None,
                           occurred_at=f"2024-03-01 12:0{n}:00+00"))
    tap.equal([row["kind"] for row in one.rows(fleet.call("trading.fn_bot_events"))], ["stopped", "connected", "started"])
    tap.equal([row["kind"] for row in one.rows(fleet.call("trading.fn_bot_events", bot_id=fleet.bot))], ["stopped", "started"])

    def save(token, state):
        return one.row(fleet.call("trading.fn_save_strategy_state", bot_id=fleet.bot, token=token, change_id=uuid.uuid4(), name="trend", state=state))

    tap.equal([save(fleet.token, {"n": n})["version"] for n in range(2)], [1, 2])
    tap.equal(save(1, {"n": 9})["refusal_code"], "fenced", "another instance")
    tap.equal(one.row(fleet.call("trading.fn_strategy_state", bot_id=fleet.bot))["state"], {"n": 1})

    one.row(fleet.call("trading.fn_record_signal", signal_id=uuid.uuid4(), bot_id=fleet.bot, instrument_id=PERP, name="cross", direction="long",
                       strength=Raw("0.75"), price=100, valid_until=None, data={"fast": 7}, occurred_at="2024-03-01 12:00:00+00"))
    seen = one.row(fleet.call("trading.fn_signals", bot_id=fleet.bot))
    tap.equal((seen["direction"], str(seen["strength"]), seen["data"]), ("long", "0.75", {"fast": 7}))


@tap.test("bot_configs: bot lifecycle config (desired_state, image_tag, strategy_params), every version kept")
def _():
    fleet = Fleet("configured")
    for state, image, fast in (("paused", "bot:7", 7), ("running", "bot:8", 8)):
        one.row(fleet.call("trading.fn_configure_bot", change_id=uuid.uuid4(), bot_id=fleet.bot, name="configured", desired_state=state,
                           image_tag=image, strategy_params={"fast": fast}, reason=f"to {state}"))
    now = one.row(f"select desired_state, image_tag, strategy_params, version from trading.bot_configs where bot_id = '{fleet.bot}'")
    tap.equal(now, {"desired_state": "running", "image_tag": "bot:8", "strategy_params": {"fast": 8}, "version": 3})
    kept = one.rows(f"select version, desired_state, image_tag, reason from trading.bot_config_versions where bot_id = '{fleet.bot}' order by version")
    tap.equal([(row["version"], row["desired_state"], row["image_tag"], row["reason"]) for row in kept],
              [(1, "running", None, "test"), (2, "paused", "bot:7", "to paused"), (3, "running", "bot:8", "to running")])
    refused(one, fleet.call("trading.fn_configure_bot", change_id=uuid.uuid4(), bot_id=fleet.bot, name="configured", desired_state="Running",
                            image_tag=None, strategy_params=None, reason="r"), "TB001", "a state of another case")


@tap.test("bot_leases: one row per active bot; increment_fence")
def _():
    fleet = Fleet("leased")
    held = one.row(f"select holder, token, expires_at > now() as held from trading.bot_leases where bot_id = '{fleet.bot}'")
    tap.equal(held, {"holder": "bot", "token": fleet.token, "held": True})
    fenced = one.row(fleet.call("trading.fn_increment_fence", bot_id=fleet.bot, change_id=uuid.uuid4(), reason="stuck", actor="executor"))
    tap.check(fenced["fence"] > fleet.token, "the fence is beyond the token")
    tap.equal(one.row(fleet.worker.submit(uuid.uuid4(), ctx=fleet.ctx))["refusal_code"], "fenced")
    tap.equal(one.value(f"select count(*) from trading.bot_leases where bot_id = '{fleet.bot}'"), 1)


@tap.test("bot_deploys: green/blue deploy state machine; shadow_orders: shadow compare orders during it; service_deploys: service-level deploy records")
def _():
    fleet, deploy, service = Fleet("deployed"), uuid.uuid4(), uuid.uuid4()

    def step(to_state, differences=None):
        return one.row(fleet.call("trading.fn_advance_deploy", deploy_id=deploy, step_id=uuid.uuid4(), to_state=to_state, reason="test", actor="manager",
                                  differences=differences))

    one.row(fleet.call("trading.fn_start_deploy", deploy_id=deploy, bot_id=fleet.bot, image_tag="bot:9", strategy_params={"fast": 9}, reason="test",
                       actor="manager"))
    tap.equal([step(state)["state"] for state in ("starting", "shadowing")], ["starting", "shadowing"])
    for key, blue, green in (("a", 1, 1), ("b", 1, 2)):
        one.row(fleet.worker.submit(uuid.uuid4(), idempotency_key=key, qty=blue, ctx=fleet.ctx))
        one.row(fleet.call("trading.fn_record_shadow_order", deploy_id=deploy, shadow_order_id=uuid.uuid4(), instrument_id=PERP, side="buy", type="limit",
                           qty=green, price=100, stop_price=None, time_in_force="gtc", decided_at="2024-03-01 12:00:00+00", idempotency_key=key))
    compared = one.rows(fleet.call("trading.fn_compare_shadow", deploy_id=deploy))
    tap.equal(sorted((row["result"], row["differences"]) for row in compared), [("differs", {"qty": {"blue": "1", "green": "2"}}), ("matched", None)])
    tap.equal(step("switching", 0)["refusal_code"], "differences")
    tap.equal(step("switching", 1)["state"], "switching")
    one.row(fleet.call("trading.fn_acquire_lease", bot_id=fleet.bot, acquire_id=uuid.uuid4(), holder="green", ttl="1h", deploy_id=deploy))
    tap.equal(step("active")["state"], "active")
    told = one.row(f"select d.state, d.image_tag, b.image_tag as running, b.strategy_params from trading.bot_deploys as d "
                   f"join trading.bot_configs as b using (account_id, bot_id) where deploy_id = '{deploy}'")
    tap.equal(told, {"state": "active", "image_tag": "bot:9", "running": "bot:9", "strategy_params": {"fast": 9}})

    one.row(call("trading.fn_start_service_deploy", deploy_id=service, service="executor", image_tag="executor:2", reason="test", actor="manager"))
    for state in ("starting", "switching", "active"):
        one.row(call("trading.fn_advance_deploy", account_id=None, deploy_id=service, step_id=uuid.uuid4(), to_state=state, reason="test", actor="manager"))
    tap.equal(one.row(f"select service, image_tag, state from trading.service_deploys where deploy_id = '{service}'"),
              {"service": "executor", "image_tag": "executor:2", "state": "active"})


@tap.test("risk_state: halt latch (halted boolean), cleared by a resumption; risk_audit_log has both")
def _():
    fleet, halt = Fleet("halted"), uuid.uuid4()
    one.row(call("trading.fn_halt", halt_id=halt, scope="bot", account_id=fleet.account, bot_id=fleet.bot, reason="drawdown", actor="risk"))
    tap.equal(one.row(fleet.worker.submit(uuid.uuid4(), ctx=fleet.ctx))["refusal_code"], "halted")
    tap.equal(one.value(f"select halted from trading.risk_state where halt_id = '{halt}'"), True)
    one.row(fleet.call("trading.fn_resume", halt_id=halt, reason="looked at", actor="ann"))
    tap.equal(one.value(f"select halted from trading.risk_state where halt_id = '{halt}'"), False)
    tap.equal(one.row(fleet.worker.submit(uuid.uuid4(), ctx=fleet.ctx))["outcome"], "created")
    audit = one.rows(f"select action, actor, reason from trading.risk_audit_log where subject_id = '{halt}' order by at")
    tap.equal([(row["action"], row["actor"], row["reason"]) for row in audit], [("trading.halt", "risk", "drawdown"), ("trading.resume", "ann", "looked at")])


@tap.test("risk_config: runtime-tunable breaker thresholds; risk_events: circuit-breaker trip audit log; daily caps of notional per bot and global")
def _():
    fleet, trip = Fleet("tripped"), uuid.uuid4()
    for value in (10, 20):
        one.row(fleet.call("trading.fn_set_threshold", change_id=uuid.uuid4(), bot_id=fleet.bot, name="drawdown", value=value, unit="percent",
                           reason="tuned", actor="ann"))
    (told,) = one.rows(fleet.call("trading.fn_thresholds"))
    tap.equal((told["name"], told["value"], told["unit"], told["version"]), ("drawdown", 20, "percent", 2))
    tap.equal(one.value(f"select value from trading.risk_config where account_id = '{fleet.account}'"), 20)

    for scope, bot, limit in (("bot", fleet.bot, 250), ("global", None, 1000)):
        one.row(call("trading.fn_set_cap", change_id=uuid.uuid4(), scope=scope, account_id=fleet.account if bot else None, bot_id=bot, currency="USDT",
                     limit=limit, slice=None, reason="test", actor="ann"))
    taken = [one.row(fleet.worker.submit(uuid.uuid4(), qty=1, price=100, ctx=fleet.ctx)) for _ in range(3)]
    tap.equal([row["refusal_code"] for row in taken], [None, None, "cap"], "orders of 100 under a cap of 250")
    caps = {row["scope"]: (row["limit_amount"], row["used"]) for row in one.rows(fleet.call("trading.fn_caps"))}
    tap.equal(caps, {"bot": (250, 200), "global": (1000, 200)}, "caps")
    one.row(call("trading.fn_set_cap", change_id=uuid.uuid4(), scope="global", account_id=None, bot_id=None, currency="USDT", limit=None, slice=None,
                 reason="over", actor="ann"))

    tripped = one.row(fleet.call("trading.fn_trip_breaker", event_id=trip, bot_id=fleet.bot, breaker="drawdown", threshold="drawdown",
                                 threshold_value=20, value=21, action="halt", reason="too deep", actor="risk"))
    tap.equal((tripped["outcome"], tripped["halted"]), ("created", True))
    tap.equal(one.row(fleet.worker.submit(uuid.uuid4(), ctx=fleet.ctx))["refusal_code"], "halted")
    kept = one.row(f"select breaker, value, action, reason, actor from trading.risk_events where event_id = '{trip}'")
    tap.equal(kept, {"breaker": "drawdown", "value": 21, "action": "halt", "reason": "too deep", "actor": "risk"})


# Each table that the fleet names as one of trading.
TRADING = ["runs", "trades", "roundtrips", "signals", "equity_points", "performance_snapshots", "orders", "order_intents",
           "order_events", "fill_events", "bot_configs", "bot_leases", "bot_deploys", "bot_strategy_state", "reconcile_runs",
           "risk_state", "risk_events", "risk_audit_log", "risk_config", "bot_commands", "bot_events", "positions", "service_deploys",
           "shadow_orders"]
# What comes with another module: cursors of consumers are the bus's, trades of the market and who watches which symbol are market's.
ELSEWHERE = {"pipeline_state": "bus", "agg_trades": "market", "symbol_subscriptions": "market"}


@tap.test("every table by its name in one schema, with a comment that says what it is; what is of other modules is not here")
def _():
    found = {row["name"]: row["told"] for row in one.rows(
        "select c.relname::text as name, obj_description(c.oid, 'pg_class') as told from pg_class as c "
        "where c.relnamespace = 'trading'::regnamespace and c.relkind in ('r', 'p', 'v')")}
    tap.equal([name for name in TRADING if not found.get(name)], [], "names without a table or view, or without a word")
    tap.equal([name for name in ELSEWHERE if name in found], [], "tables of other modules")
    tap.equal(one.value("select count(*) from pg_class where relnamespace = 'public'::regnamespace"), 0, "what is in public")


@tap.test("conventions: prices, quantities and fees come out as they went in, to the last digit")
def _():
    worker = Worker(one, "digits")
    order = worker.placed(qty=Raw("0.00150000"), price=Raw("42150.50"))
    one.row(worker.fill(order, qty=Raw("0.00150000"), price=Raw("42150.50"), fee=Raw("0.000000000000000001"), fee_currency="USDT"))
    row = one.row(f"select qty::text, price::text, fee::text from trading.fills where account_id = '{worker.account}'")
    tap.equal({name: row[name].rstrip("0") for name in row}, {"qty": "0.0015", "price": "42150.5", "fee": "0.000000000000000001"})
    tap.equal(one.rows("select attrelid::regclass::text || '.' || attname as column from pg_attribute join pg_class on oid = attrelid "
                       "where relnamespace = 'trading'::regnamespace and attnum > 0 and atttypid in ('float4'::regtype, 'float8'::regtype)"), [],
              "binary floats")


# A program's own word, what a trigger makes of the state, and a copy of what that was.
UNCHECKED = ["trading.bot_events.kind", "trading.orders.status", "trading.order_events.status"]


@tap.test("conventions: what has a few values is lower case and checked, in every table")
def _():
    checks = one.rows("select pg_get_constraintdef(k.oid) as said from pg_constraint as k where k.connamespace = 'trading'::regnamespace and contype = 'c'")
    said = "\n".join(row["said"] for row in checks)
    values = [value for value in re.findall("'([^']*)'::text", said) if re.search("[A-Za-z]", value)]
    tap.check(len(values) > 80, f"{len(values)} values were found")
    tap.equal([value for value in values if value != value.lower()], [], "values with capitals")
    words = ("status", "state", "desired_state", "kind", "mode", "position_mode", "side", "type", "direction", "level", "outcome")
    unchecked = one.rows(
        "select format('%s.%s', a.attrelid::regclass, a.attname) as column from pg_attribute as a join pg_class as c on c.oid = a.attrelid "
        "  join pg_type as t on t.oid = a.atttypid "
        f"where c.relnamespace = 'trading'::regnamespace and c.relkind = 'r' and a.attname in {words} and t.typname = 'text' and a.attgenerated = '' "
        "  and not exists (select from pg_constraint as k where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any (k.conkey)) order by 1")
    tap.equal([row["column"] for row in unchecked if row["column"] not in UNCHECKED], [], "columns without a check")


@tap.test("conventions: what is of a run refers to it, in every table; a run with something of it is not deleted")
def _():
    loose = one.rows("select a.attrelid::regclass::text as name from pg_attribute as a join pg_class as c on c.oid = a.attrelid "
                     "where c.relnamespace = 'trading'::regnamespace and c.relkind = 'r' and a.attname = 'run_id' and c.relname <> 'runs' "
                     "and not exists (select from pg_constraint as k where k.conrelid = c.oid and k.contype = 'f' "
                     "                and k.confrelid = 'trading.runs'::regclass and a.attnum = any (k.conkey) and k.confdeltype = 'r')")
    tap.equal(loose, [], "tables whose runs nobody checks")
    worker, run = Worker(one, "kept run"), uuid.uuid4()
    one.row(start(worker, run))
    one.row(worker.submit(uuid.uuid4(), run_id=run))
    gone = host.sql(f"delete from trading.runs where run_id = '{run}'", "fleet", check=False).exits(3)
    tap.contains(gone.err, "23503")


@tap.test("conventions: bare names by search_path, symbols as the venue writes them, enum strings in lower case with a check")
def _():
    reader = session.Session(host.url("fleet", "trader"))
    reader.run("set search_path = trading, market, public")
    for relation in (*TRADING, "fills", "v_klines_reader", "v_funding_rates_reader"):
        reader.run(f"select * from {relation} limit 1")
    tap.equal(reader.value("select array_agg(distinct symbol order by symbol) from trades"), ["BTCUSDT"])
    worker = Worker(one, "conventions")
    for terms in (dict(side="BUY"), dict(type="LIMIT"), dict(time_in_force="GTC")):
        refused(one, worker.submit(uuid.uuid4(), **terms), "TB001", f"an order with {terms}")
    # The functions are not all that stands between a word and a column.
    order = worker.placed()
    spoilt = host.sql(f"update trading.orders set side = 'BUY' where order_id = '{order}'", "fleet", check=False).exits(3)
    tap.contains(spoilt.err, "23514")


@tap.test("conventions: timestamps as UTC milliseconds go in and come out exactly")
def _():
    worker = Worker(one, "milliseconds")
    order = worker.placed()
    one.row(worker.fill(order, filled_at=Raw("util.from_ms(1672531200123)")))
    tap.equal(one.value(f"select util.to_ms(filled_at) from trading.fills where account_id = '{worker.account}'"), 1672531200123)


@tap.test("conventions: what belongs to a run is refused for a run that is not the account's")
def _():
    worker, other, run = Worker(one, "of a run"), Worker(one, "of another"), uuid.uuid4()
    one.row(start(other, run))
    refused(one, worker.submit(uuid.uuid4(), run_id=run), "TB002", "an order of another account's run")
    one.row(start(worker, run))
    tap.equal(one.row(worker.submit(uuid.uuid4(), run_id=run))["outcome"], "created", "the same number, of a run of its own")


tap.main()
