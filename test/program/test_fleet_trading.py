"""What a fleet of bots needs of its trading tables: each by its name, what it is for, and the conventions that all follow."""

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


@tap.test("conventions: bare names by search_path, symbols as the venue writes them, enum strings in lower case with a check")
def _():
    reader = session.Session(host.url("fleet", "trader"))
    reader.run("set search_path = trading, market, public")
    for relation in ("runs", "trades", "roundtrips", "equity_points", "performance_snapshots", "orders", "order_events", "fills", "fill_events",
                     "positions", "reconcile_runs", "order_intents", "bot_commands", "bot_events", "bot_strategy_state", "signals",
                     "risk_audit_log", "v_klines_reader", "v_funding_rates_reader"):
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
