"""A sample call of every function that writes, for tests that say something of all of them.

For each parameter there is either another value, with the field that the conflict must name, or the reason why another value
is no conflict. test_law_events.py fails when a function has no sample, or a parameter no word.
"""

import uuid

from . import session
from .session import Raw, call

T1, T2 = "2024-03-01 12:00:00+00", "2024-03-01 12:01:00+00"
CTX = {"actor": "law", "correlation": "018f0000-0000-7000-8000-00000000000c"}


def poisoned(consumer):
    """A consumer that failed at the first event of the log, which is a dead letter now, and reads no more."""
    return [call("bus.fn_declare_consumer", consumer=consumer, kind="application", event_types=None, max_attempts=1, after_seq=0),
            "select s.* from bus.fn_lead_log(0::smallint, util.uuid_v7(), 'law') as l cross join lateral bus.fn_sequence(0::smallint, l.term) as s",
            f"select f.* from bus.fn_attach_consumer('{consumer}', util.uuid_v7(), 'law') as a "
            f"cross join lateral bus.fn_fail_event('{consumer}', a.term, 1, 'poison') as f "
            f"cross join lateral bus.fn_commit_events('{consumer}', a.term, 1, 1) as c "
            f"cross join lateral bus.fn_release_consumer('{consumer}', a.term) as r"]


def ident(name):
    """The same id for the same name."""
    return uuid.uuid5(uuid.NAMESPACE_OID, name)


def endpoint(name):
    return call("bus.fn_set_webhook", endpoint_id=ident(name), url="https://example.com/", event_types=None, secrets=["sample"])


def sha(digit):
    return Raw(f"decode(repeat('{digit}', 64), 'hex')")


A, PERP, OTHER, SPOT = ident("account"), ident("perp"), ident("other perp"), ident("spot")
HEDGE, HALTED = ident("hedging account"), ident("account to halt")

SEQUENCED = ["select * from bus.fn_lead_log(0::smallint, util.uuid_v7(), 'sample')",
             "select s.outcome from bus.logs as l cross join lateral bus.fn_sequence(l.log, l.term) as s"]
WISH = "the call has no identity: it states what shall be, and another wish is another change"
WHEN = "times and liquidity come differently through different channels of a venue"
CONTENT = "the hash stands for the content; the rest describes the attempt"
GROWS = "an open batch may be extended any number of times; of a closed one it changes nothing"
GONE = "it is cancelled, or back in its queue, whatever reason is given the second time"


class Sample:
    """A call that writes.

    `before` is committed first; `within` and `after` stand around the call in its transaction. `changes` maps a parameter to
    another value (or to a dict of arguments) and the field that must be named; `free` maps a parameter that is not compared
    to another value (or None, where there is no repetition to try it on) and the reason. `decided_anew` says why a
    repetition of a refusal is decided again; `differs` names columns that a repetition does not answer alike.
    """

    def __init__(self, function, arguments, identity, changes=(), free=(), before=(), within=(), after=(), outcome="created",
                 code=None, fact=None, audited=False, conflict_kept=False, decided_anew=None, differs=(), name=""):
        self.function, self.arguments, self.identity = function, arguments, identity
        self.changes, self.free = dict(changes), dict(free)
        self.before, self.within, self.after = before, within, after
        self.outcome, self.code, self.fact, self.audited = outcome, code, fact, audited
        self.conflict_kept, self.decided_anew, self.differs = conflict_kept, decided_anew, differs
        self.name = f"{function}{' ' + name if name else ''}"

    def call(self, ctx=None, **other):
        return call(self.function, **{**self.arguments, **other}, ctx=ctx or CTX)

    def parameters(self):
        return {*self.identity, *self.changes, *self.free, "ctx"}


def array(kind, *values):
    return Raw("array[" + ", ".join(session.literal(value) for value in values) + f"]::{kind}[]")


def job(name, **changes):
    return call("jobs.fn_enqueue", **{**dict(job_id=ident(name), queue="default", handler="law.job"), **changes})


def order(name, **changes):
    return call("trading.fn_submit_order", **{**dict(
        account_id=A, order_id=ident(name), instrument_id=PERP, side="buy", type="limit", qty=10, price=100, stop_price=None,
        time_in_force="gtc"), **changes})


def intent(name, **changes):
    return call("trading.fn_request_order", **{**dict(
        account_id=A, intent_id=ident(name), instrument_id=PERP, side="buy", type="limit", qty=10, price=100, stop_price=None,
        time_in_force="gtc", ttl="1h", position_key="k"), **changes})


def command(name):
    return call("trading.fn_command_bot", account_id=A, command_id=ident(name), bot_id=ident("bot"), kind="pause", arguments=None, ttl="1h",
                reason="r", actor="a")


def fill(name, order_name, **changes):
    return call("trading.fn_record_fill", **{**dict(
        account_id=A, fill_id=ident(name), order_id=ident(order_name), instrument_id=PERP, side="buy", qty=1, price=100, fee=0,
        fee_currency=None, liquidity=None, venue_trade_id=None, filled_at=T1), **changes})


def batch(name, digit, **changes):
    return {**dict(batch_id=ident(name), source="law", stream="klines", instrument_id=PERP, interval_s=60, file_name="a.csv", sha256=sha(digit),
                   size_bytes=10, first=T1, last=T2, ordered=True), **changes}


def candles(name, *times):
    return [f"insert into market.klines values ('{PERP}', 60, '{time}', 1, 2, 1, 2, 5, null, null, null, null, '{ident(name)}')"
            for time in times]


def loaded(name, time):
    """A candle of five minutes that stands: it takes more than one statement, so it is prepared by a block."""
    opened = call("market.fn_open_batch", **batch(name, "9", first=time, last=time, interval_s=300)).removeprefix("select * from ")
    closed = call("market.fn_close_batch", **closing(name, 1)).removeprefix("select * from ")
    return f"do $$ begin perform {opened}; {candles(name, time)[0].replace(', 60, ', ', 300, ')}; perform {closed}; end $$"


def prepare(one, statement):
    """Runs what a sample has before it."""
    if statement.startswith("do "):
        one.run(statement)
    else:
        one.rows(statement)


def closing(name, rows=2):
    return dict(batch_id=ident(name), rows_in=rows, reject_lines=None, reject_offsets=None, reject_reasons=None, reject_raw=None)


def kept(name):
    return dict(object_id=ident(name), chunks=0, stored_bytes=0, chunks_sha256=Raw("sha256('')"), row_offsets=None)


REJECTS = dict(reject_lines=array("bigint", 1), reject_offsets=array("bigint", 0), reject_reasons=array("text", "r"),
               reject_raw=array("text", ""), quarantine=array("bigint", 1))
EQUAL = dict(equal_first=array("timestamptz", T1), equal_last=array("timestamptz", T1), equal_rows=array("bigint", 1))
BLOCKS = dict(blocks={"horizon": "3", "blocks": []})
NOTES = dict(notes={"lossy_values": 1})


TERMS = dict(qty=20, price=101, stop_price=None)


def order_event(function, event_name, target, before=(), numbers=(), **arguments):
    """Samples of the named wrappers: they all come down to trading.fn_record_order_event()."""
    numbers = dict(numbers)
    return Sample(
        f"trading.{function}",
        dict(account_id=A, order_id=ident(target), event_id=ident(event_name), occurred_at=T1, **numbers, **arguments),
        ("account_id", "event_id"),
        changes=dict(order_id=(ident("order spare"), "order_id"),
                     **{key: ("another", key) for key in arguments}, **{key: (77, key) for key in numbers}),
        free=dict(occurred_at=(T2, WHEN)), before=before, fact="trading.order_events")


def deploy(name, bot, **changes):
    return call("trading.fn_start_deploy", **{**dict(account_id=A, deploy_id=ident(name), bot_id=ident(bot), image_tag="2", strategy_params={},
                                                    reason="r", actor="a"), **changes})


def step(deploy_name, to_state, **changes):
    return call("trading.fn_advance_deploy", **{**dict(account_id=A, deploy_id=ident(deploy_name), step_id=ident(f"{deploy_name} {to_state}"),
                                                      to_state=to_state, reason="r", actor="a"), **changes})


WORLD = [
    *[call("ref.fn_register_currency", code=code, name=code, kind=kind)
      for code, kind in (("USD", "fiat"), ("EUR", "fiat"), ("BTC", "crypto"), ("ETH", "crypto"), ("BNB", "crypto"))],
    call("ref.fn_register_venue", code="law", name="Law"),
    call("ref.fn_register_venue", code="other", name="Other"),
    *[call("ref.fn_register_instrument", instrument_id=instrument, venue="law", symbol=symbol, kind=kind, base="BTC",
           quote="USD", tick_size=Raw("0.5"), lot_size=Raw("0.001"))
      for instrument, symbol, kind in ((PERP, "BTCUSD", "perp"), (OTHER, "BTCUSD2", "perp"), (SPOT, "BTC/USD", "spot"))],
    *[call("trading.fn_open_account", account_id=account, name="law", venue="law", currency="USD", mode="paper",
           position_mode=mode, opening_balance=1000) for account, mode in ((A, "netting"), (HEDGE, "hedging"), (HALTED, "netting"))],
    call("trading.fn_start_run", account_id=A, run_id=ident("run"), kind="paper", strategy="s", code_revision=None, params={}),
    order("order spare"),
    call("jobs.fn_declare_handler", handler="law.job", kind="command", what="true", timeout="10s", description="d"),
    *[call("trading.fn_configure_bot", account_id=A, change_id=ident(bot), bot_id=ident(bot), name=bot, desired_state="running",
           image_tag=None, strategy_params=None, reason="r") for bot in ("bot", "other bot", "held bot", "fenced bot", "spare bot", "shadowed bot")],
    deploy("deploy to compare", "shadowed bot"), *[step("deploy to compare", state) for state in ("starting", "shadowing")],
]

SAMPLES = [
    Sample("jobs.fn_declare_handler", dict(handler="law.made", kind="command", what="true", timeout="10s", description="d"), ("handler",),
           free=dict(kind=(None, WISH), what=(None, WISH), timeout=(None, WISH), description=(None, WISH)), fact="jobs.handlers"),
    Sample("jobs.fn_set_queue", dict(queue="law", concurrency=3, paused=False), ("queue",),
           free=dict(concurrency=(None, WISH), paused=(None, WISH)), fact="jobs.queues"),
    Sample("jobs.fn_set_schedule", dict(schedule="law", cron="0 * * * *", every=None, handler="law.job"), ("schedule",),
           free={name: (None, WISH) for name in ("cron", "every", "handler", "args", "queue", "time_zone", "skipped", "repeated", "catch_up",
                                                 "catch_up_limit", "priority", "max_attempts", "enabled")}, fact="jobs.schedules"),
    Sample("jobs.fn_remove_schedule", dict(schedule="law.old", reason="r"), ("schedule",), free=dict(reason=("another", GONE)), fact="jobs.schedules",
           before=[call("jobs.fn_set_schedule", schedule="law.old", cron="0 * * * *", every=None, handler="law.job")]),
    Sample("jobs.fn_cancel", dict(job_id=ident("job to cancel"), reason="r"), ("job_id",), free=dict(reason=("other", GONE)),
           before=[job("job to cancel")], fact="jobs.jobs"),
    Sample("jobs.fn_retry", dict(job_id=ident("job to retry"), reason="r"), ("job_id",), free=dict(reason=("other", GONE)),
           before=[job("job to retry"), call("jobs.fn_cancel", job_id=ident("job to retry"), reason="r")], fact="jobs.jobs"),
    Sample("settings.fn_set", dict(change_id=ident("set"), key="law.key", value={"a": 1}, reason="because"), ("change_id",),
           changes=dict(key=("law.other", "key"), value=({"a": 2}, "value"), reason=("otherwise", "reason")),
           fact="settings.app_settings_history"),
    Sample("settings.fn_rollback", dict(change_id=ident("roll"), key="law.roll", to_version=1, reason="back"), ("change_id",),
           changes=dict(key=("law.roll2", "key"), to_version=(2, "to_version"), reason=("otherwise", "reason")),
           before=[call("settings.fn_set", change_id=ident(f"roll {key} {value}"), key=key, value=value, reason="r")
                   for key in ("law.roll", "law.roll2") for value in ({"v": 1}, {"v": 2})],
           fact="settings.app_settings_history"),
    Sample("settings.fn_set_coin", dict(symbol="LAWUSD", base="LAW", quote="USD", enabled=True), ("symbol",),
           free=dict(base=(None, WISH), quote=(None, WISH), enabled=(None, WISH)), fact="settings.coin_universe"),
    Sample("settings.fn_grant_account", dict(account_id=A, role_name="postgres", rights=["read"]),
           ("account_id", "role_name"), free=dict(rights=(None, WISH)), fact="settings.account_grants", audited=True),
    Sample("settings.fn_grant_account", dict(account_id=HEDGE, role_name="trader", rights=array("text")),
           ("account_id", "role_name"), free=dict(rights=(None, WISH)), outcome="refused", code="last_manager", audited=True,
           decided_anew=WISH, name="of the last manager"),

    Sample("ops.fn_open_session", dict(session_id=ident("session"), program="p", version="1", host="h", pid=1), ("session_id",),
           changes=dict(program=("q", "program"), version=("2", "version"), host=("i", "host"), pid=(2, "pid")),
           fact="ops.sessions"),
    Sample("ops.fn_close_session", dict(session_id=ident("session to close"), reason="done"), ("session_id",),
           changes=dict(reason=("failed", "reason")), fact="ops.sessions",
           before=[call("ops.fn_open_session", session_id=ident("session to close"), program="p", version="1", host="h", pid=1)]),

    Sample("bus.fn_declare_consumer",
           dict(consumer="law.new", kind="application", event_types=["ops.session_opened"], policy="skip", max_attempts=3, after_seq=0, members=2),
           ("consumer",),
           changes=dict(kind=("sink", "kind"), event_types=(["ops.session_closed"], "event_types"), policy=("block_all", "policy"),
                        max_attempts=(4, "max_attempts"), members=(1, "members")),
           free=dict(after_seq=(None, "where it begins counts once")), fact="bus.domain_event_consumers"),
    Sample("bus.fn_drop_consumer", dict(consumer="law.old"), ("consumer",), fact="bus.domain_event_consumers",
           before=[call("bus.fn_declare_consumer", consumer="law.old", kind="application", event_types=None)]),

    Sample("bus.fn_set_webhook",
           dict(endpoint_id=ident("endpoint"), url="https://example.com/", event_types=["ops.session_opened"], secrets=["sample"], account_id=None, settings={},
                after_seq=None),
           ("endpoint_id",), changes=dict(account_id=(A, "account_id")),
           free=dict(url=(None, WISH), event_types=(None, WISH), secrets=(None, WISH), settings=({"rate_per_s": 50}, "what is left out has a default"),
                     after_seq=(0, "where it begins counts once")), fact="bus.webhook_endpoints", audited=True),
    Sample("bus.fn_set_webhook_state", dict(endpoint_id=ident("endpoint to pause"), state="paused", reason="r"), ("endpoint_id",),
           free=dict(state=(None, WISH), reason=("another", WISH)), fact="bus.webhook_endpoints", audited=True, before=[endpoint("endpoint to pause")]),
    Sample("bus.fn_ping_webhook", dict(ping_id=ident("ping"), endpoint_id=ident("endpoint to ping")), ("ping_id", "endpoint_id"),
           fact="bus.webhook_queues", before=[endpoint("endpoint to ping")]),
    Sample("bus.fn_resend_delivery", dict(resend_id=ident("resend"), endpoint_id=ident("endpoint to resend to"), seq=1), ("resend_id", "endpoint_id", "seq"),
           fact="bus.webhook_deliveries", audited=True, before=[endpoint("endpoint to resend to"), *SEQUENCED]),
    Sample("bus.fn_redrive_dead_letter", dict(consumer="law.redrive", seq=1), ("consumer", "seq"), fact="bus.event_retries",
           before=poisoned("law.redrive")),
    Sample("bus.fn_discard_dead_letter", dict(consumer="law.discard", seq=1, reason="no use"), ("consumer", "seq"),
           free=dict(reason=("another", "the first decision stands")), fact="bus.dead_letters", before=poisoned("law.discard")),
    Sample("bus.fn_reset_consumer", dict(consumer="law.reset", after_seq=0, reason="again"), ("consumer",),
           free=dict(after_seq=(None, WISH), reason=("another", WISH)), fact="bus.consumer_cursors", before=poisoned("law.reset")),
    Sample("bus.fn_request_replay",
           dict(replay_id=ident("replay"), consumer="law.replay", from_seq=1, to_seq=1, from_at=None, to_at=None, event_types=None, aggregate_type=None,
                aggregate_id=None, rate=None, dry_run=False), ("replay_id",),
           changes=dict(consumer=("law.reset", "consumer"), from_seq=(2, "from_seq"), to_seq=(2, "to_seq"), rate=(5, "rate"),
                        event_types=(["ops.session_opened"], "event_types"), aggregate_type=("order", "aggregate_type"),
                        aggregate_id=({"aggregate_type": "order", "aggregate_id": "1"}, "aggregate_type")),
           free=dict(from_at=(T1, "times were made places"), to_at=(T1, "times were made places"), dry_run=(True, "it was requested")),
           fact="bus.replays", before=poisoned("law.replay")),
    Sample("bus.fn_cancel_replay", dict(replay_id=ident("replay to cancel")), ("replay_id",), fact="bus.replays",
           before=[*poisoned("law.cancel"), call("bus.fn_request_replay", replay_id=ident("replay to cancel"), consumer="law.cancel")]),

    Sample("ref.fn_register_currency", dict(code="LAW", name="Law", kind="other"), ("code",),
           changes=dict(name=("Lex", "name"), kind=("index", "kind")), fact="ref.currencies"),
    Sample("ref.fn_register_venue", dict(code="lawful", name="Law"), ("code",), changes=dict(name=("Lex", "name")),
           fact="ref.venues"),
    Sample("ref.fn_register_instrument",
           dict(instrument_id=ident("new instrument"), venue="law", symbol="NEW", kind="perp", base="BTC", quote="USD",
                settle="USD", tick_size=Raw("0.5"), lot_size=1, multiplier=1), ("instrument_id",),
           changes=dict(venue=("other", "venue"), symbol=("NEWER", "symbol"), kind=("spot", "kind"), base=("ETH", "base"),
                        quote=("EUR", "quote"), settle=("EUR", "settle"), tick_size=(None, "tick_size"),
                        lot_size=(2, "lot_size"), multiplier=(10, "multiplier")), fact="ref.instruments"),

    Sample("trading.fn_open_account",
           dict(account_id=ident("new account"), name="n", venue="law", currency="USD", mode="paper", position_mode="netting",
                opening_balance=Raw("1000.50")), ("account_id",),
           changes=dict(name=("m", "name"), venue=("other", "venue"), currency=("EUR", "currency"), mode=("live", "mode"),
                        position_mode=("hedging", "position_mode"), opening_balance=(Raw("1000.51"), "opening_balance")),
           fact="trading.accounts", audited=True),
    Sample("trading.fn_start_run",
           dict(account_id=A, run_id=ident("new run"), kind="paper", strategy="s", code_revision="1", params={"a": 1}),
           ("account_id", "run_id"),
           changes=dict(kind=("live", "kind"), strategy=("t", "strategy"), code_revision=(None, "code_revision"),
                        params=({"a": 2}, "params")), fact="trading.runs"),
    Sample("trading.fn_finish_run", dict(account_id=A, run_id=ident("run to finish"), status="finished"),
           ("account_id", "run_id"), changes=dict(status=("failed", "status")), fact="trading.runs",
           before=[call("trading.fn_start_run", account_id=A, run_id=ident("run to finish"), kind="paper", strategy="s",
                        code_revision=None, params={})]),

    Sample("trading.fn_move_account", dict(account_id=A, move_id=ident("move"), step="copy", place="sqlite:/there.db"), ("account_id", "move_id", "step"),
           free=dict(place=(None, WISH)), fact="settings.account_fences", audited=True),
    Sample("trading.fn_move_account", dict(account_id=A, move_id=ident("another move"), step="leave", place="sqlite:/there.db"),
           ("account_id", "move_id", "step"), free=dict(place=(None, WISH)), outcome="refused", code="illegal_step", audited=True, decided_anew=WISH,
           name="out of order"),
    Sample("trading.fn_move_account", dict(account_id=A, move_id=ident("third move"), step="arrive", place="sqlite:/there.db"),
           ("account_id", "move_id", "step"), free=dict(place=(None, WISH)), outcome="refused", code="illegal_step", audited=True, decided_anew=WISH,
           name="to where the account is"),
    Sample("trading.fn_take_rows",
           dict(account_id=ident("arriving account"), move_id=ident("arrival"), table="accounts", progress={"table": "accounts"}, rows=Raw(
               "json_build_array(json_build_object('account_id', '%s', 'name', 'n', 'venue', 'law', 'currency', 'USD', 'mode', 'paper', "
               "'position_mode', 'netting', 'opening_balance', '1', 'status', 'open', 'version', 1, 'opened_at', '%s'))" % (ident("arriving account"), T1))),
           ("account_id", "move_id", "table", "rows"), free=dict(progress=(None, "how far the copy has come is a state")), fact="trading.accounts",
           before=[call("trading.fn_move_account", account_id=ident("arriving account"), move_id=ident("arrival"), step="arrive",
                        place="sqlite:/there.db")], differs=("rows_taken",)),

    Sample("trading.fn_submit_order",
           dict(account_id=A, order_id=ident("order"), instrument_id=PERP, side="buy", type="stop_limit", qty=Raw("10.000"),
                price=100, stop_price=99, time_in_force="gtc", position_key="", run_id=ident("run"), idempotency_key="key",
                submitted_at=T1), ("account_id", "order_id"),
           changes=dict(instrument_id=(OTHER, "instrument_id"), side=("sell", "side"),
                        type=(dict(type="limit", stop_price=None), "type"), qty=(11, "qty"), price=(101, "price"),
                        stop_price=(98, "stop_price"), time_in_force=("day", "time_in_force"),
                        position_key=("k", "position_key"), run_id=(None, "run_id"),
                        idempotency_key=("other key", "idempotency_key")),
           free=dict(submitted_at=(T2, WHEN), reference_price=(1, "it values the order and is no term of it")), fact="trading.orders"),
    Sample("trading.fn_submit_order",
           dict(account_id=A, order_id=ident("claimed order"), instrument_id=PERP, side="buy", type="limit", qty=10, price=100,
                stop_price=None, time_in_force="gtc"), ("account_id", "order_id"), changes=dict(qty=(11, "qty")),
           before=[fill("orphan fill", "claimed order")], fact="trading.orders", name="that claims an external order"),
    *[Sample("trading.fn_submit_order",
             dict(account_id=A, order_id=ident(code), instrument_id=PERP, side="buy", type="limit", qty=qty, price=price,
                  stop_price=None, time_in_force="gtc"), ("account_id", "order_id"), changes=dict(side=("sell", "side")),
             outcome="refused", code=code, fact="trading.orders", audited=True, name=f"refused for {code}")
      for code, qty, price in (("lot_size", Raw("0.0005"), 100), ("tick_size", 1, Raw("100.3")))],

    Sample("trading.fn_record_order_event",
           dict(account_id=A, order_id=ident("order to ack"), event_id=ident("event"), event="acknowledge",
                exchange_order_id="X1", reason=None, occurred_at=T1), ("account_id", "event_id"),
           changes=dict(order_id=(ident("order spare"), "order_id"), event=("trigger", "event"),
                        exchange_order_id=("X2", "exchange_order_id"), reason=("a reason", "reason")),
           free=dict(occurred_at=(T2, WHEN)), before=[order("order to ack")], fact="trading.order_events"),
    Sample("trading.fn_record_order_event",
           dict(account_id=A, order_id=ident("order to replace"), event_id=ident("replace event"), event="replace_request",
                exchange_order_id=None, reason=None, occurred_at=T1, qty=20, price=101, stop_price=None), ("account_id", "event_id"),
           changes=dict(event=("replace", "event"), qty=(21, "qty"), price=(102, "price"), stop_price=(99, "stop_price")),
           before=[order("order to replace")], fact="trading.order_events", name="that asks for other terms"),
    *[Sample("trading.fn_record_order_event",
             dict(account_id=A, order_id=ident(f"order {code}"), event_id=ident(f"event {code}"), event=event,
                  exchange_order_id=None, reason=None, occurred_at=T1, qty=qty, price=price), ("account_id", "event_id"),
             before=[order(f"order {code}")], outcome="refused", code=code, fact="trading.order_events", audited=True,
             name=f"refused for {code}")
      for code, event, qty, price in (("lot_size", "replace_request", Raw("0.0005"), None), ("terms_missing", "replace", None, None),
                                      ("tick_size", "replace_request", None, Raw("100.3")))],
    Sample("trading.fn_record_order_event",
           dict(account_id=A, order_id=ident("order to refuse"), event_id=ident("refused event"), event="cancel_reject",
                exchange_order_id=None, reason=None, occurred_at=T1), ("account_id", "event_id"),
           changes=dict(order_id=(ident("order spare"), "order_id"), event=("trigger", "event")),
           before=[order("order to refuse")], outcome="refused", code="illegal_transition", fact="trading.order_events",
           audited=True, name="refused for illegal_transition"),
    order_event("fn_acknowledge_order", "event 1", "order 1", [order("order 1")], exchange_order_id="X1"),
    order_event("fn_request_cancel", "event 2", "order 1", reason="enough"),
    order_event("fn_cancel_order", "event 3", "order 1", reason="done"),
    order_event("fn_reject_order", "event 4", "order 2", [order("order 2")], reason="no money"),
    order_event("fn_expire_order", "event 5", "order 3",
                [order("order 3"), call("trading.fn_acknowledge_order", account_id=A, order_id=ident("order 3"),
                                        event_id=ident("event 6"), exchange_order_id=None, occurred_at=T1)], reason="day over"),
    order_event("fn_request_replace", "event 7", "order 4", [order("order 4")], numbers=TERMS, reason="better"),
    order_event("fn_doubt_order", "event 8", "order 4", reason="timeout"),
    order_event("fn_reject_replace", "event 9", "order 4", reason="too late"),
    order_event("fn_replace_order", "event 10", "order 4", numbers=TERMS, exchange_order_id="X2"),
    order_event("fn_reject_cancel", "event 11", "order 5",
                [order("order 5"), call("trading.fn_request_cancel", account_id=A, order_id=ident("order 5"),
                                        event_id=ident("event 12"), reason=None, occurred_at=T1)], reason="too late"),
    order_event("fn_trigger_order", "event 13", "order 6",
                [order("order 6"), call("trading.fn_acknowledge_order", account_id=A, order_id=ident("order 6"),
                                        event_id=ident("event 14"), exchange_order_id=None, occurred_at=T1)]),

    Sample("trading.fn_import_order",
           dict(account_id=A, order_id=ident("imported order"), instrument_id=PERP, side="buy", type="stop_limit", qty=10, price=100,
                stop_price=99, time_in_force="gtc", exchange_order_id="X1", position_key="", submitted_at=T1),
           ("account_id", "order_id"),
           changes=dict(instrument_id=(OTHER, "instrument_id"), side=("sell", "side"),
                        type=(dict(type="limit", stop_price=None), "type"), qty=(11, "qty"), price=(101, "price"),
                        stop_price=(98, "stop_price"), time_in_force=("day", "time_in_force"),
                        exchange_order_id=("X2", "exchange_order_id"), position_key=("k", "position_key")),
           free=dict(submitted_at=(T2, WHEN)), fact="trading.orders"),
    Sample("trading.fn_import_order",
           dict(account_id=A, order_id=ident("filled elsewhere"), instrument_id=PERP, side="buy", type="limit", qty=10, price=100,
                stop_price=None, time_in_force=None, exchange_order_id=None), ("account_id", "order_id"), changes=dict(qty=(11, "qty")),
           before=[fill("fill elsewhere", "filled elsewhere")], fact="trading.orders", name="that was met through its fill"),
    Sample("trading.fn_resolve_order",
           dict(account_id=A, order_id=ident("order in doubt"), event_id=ident("decision"), event="replace", reason="asked the venue",
                occurred_at=T1, exchange_order_id="X1", qty=20, price=101, stop_price=None), ("account_id", "event_id"),
           changes=dict(order_id=(ident("order spare"), "order_id"), event=(dict(event="cancel", qty=None, price=None), "event"),
                        reason=("another reason", "reason"), exchange_order_id=("X2", "exchange_order_id"), qty=(21, "qty"),
                        price=(102, "price"), stop_price=(99, "stop_price")),
           free=dict(occurred_at=(T2, WHEN)),
           before=[order("order in doubt"),
                   *[call("trading.fn_record_order_event", account_id=A, order_id=ident("order in doubt"), event_id=ident(event),
                          event=event, exchange_order_id=None, reason=None, occurred_at=T1, **terms)
                     for event, terms in (("replace_request", dict(qty=20)), ("outcome_unknown", {}))]],
           fact="trading.order_events", audited=True),
    Sample("trading.fn_resolve_order",
           dict(account_id=A, order_id=ident("order 6"), event_id=ident("decision too many"), event="cancel", reason="r"),
           ("account_id", "event_id"), outcome="refused", code="not_in_doubt", fact="trading.order_events", audited=True,
           name="refused for not_in_doubt"),

    Sample("trading.fn_record_fill",
           dict(account_id=A, fill_id=ident("fill"), order_id=ident("order to fill"), instrument_id=PERP, side="buy",
                qty=Raw("1.500"), price=100, fee=Raw("0.25"), fee_currency="USD", liquidity="maker", venue_trade_id="T1",
                trade_discriminator="", position_key="", filled_at=T1, fee_rate=2), ("account_id", "fill_id"),
           changes=dict(order_id=(ident("order spare"), "order_id"), instrument_id=(OTHER, "instrument_id"),
                        side=("sell", "side"), qty=(2, "qty"), price=(101, "price"), fee=(1, "fee"),
                        fee_currency=("BNB", "fee_currency"), fee_rate=(3, "fee_rate"), venue_trade_id=("T2", "venue_trade_id"),
                        trade_discriminator=("d", "trade_discriminator"), position_key=("k", "position_key")),
           free=dict(filled_at=(T2, WHEN), liquidity=("taker", WHEN)), before=[order("order to fill")], fact="trading.fills",
           conflict_kept=True),
    Sample("trading.fn_record_fill",
           dict(account_id=A, fill_id=ident("orphan"), order_id=ident("order elsewhere"), instrument_id=OTHER, side="sell",
                qty=3, price=100, fee=1, fee_currency="BNB", liquidity=None, venue_trade_id=None, filled_at=T1),
           ("account_id", "fill_id"), changes=dict(qty=(4, "qty")), fact="trading.fills", conflict_kept=True,
           name="of an order that is unknown here"),
    Sample("trading.fn_record_fills",
           dict(account_id=A, fill_ids=[ident("batch 1"), ident("batch 2")],
                order_ids=[ident("order for batch"), ident("order for batch")], instrument_ids=[PERP, PERP],
                sides=["buy", "buy"], qtys=[1, 2], prices=[100, 101], fees=[Raw("0.5"), 0],
                fee_currencies=array("text", "USD", None), liquidities=["maker", "taker"],
                venue_trade_ids=["B1", "B2"], trade_discriminators=["", ""], position_keys=["", ""],
                filled_ats=array("timestamptz", T1, T2), fee_rates=array("numeric", 2, None)), ("account_id", "fill_ids"),
           changes=dict(order_ids=([ident("order spare"), ident("order for batch")], "order_id"),
                        instrument_ids=([OTHER, PERP], "instrument_id"), sides=(["sell", "buy"], "side"),
                        qtys=([2, 2], "qty"), prices=([102, 101], "price"), fees=([1, 0], "fee"),
                        fee_currencies=(array("text", "BNB", None), "fee_currency"), fee_rates=(array("numeric", 3, None), "fee_rate"),
                        venue_trade_ids=(["B3", "B2"], "venue_trade_id"),
                        trade_discriminators=(["d", ""], "trade_discriminator"),
                        position_keys=(["k", ""], "position_key")),
           free=dict(filled_ats=(array("timestamptz", T2, T1), WHEN), liquidities=(["taker", "taker"], WHEN)),
           before=[order("order for batch")], fact="trading.fills",
           conflict_kept=True),

    Sample("trading.fn_bust_fill",
           dict(account_id=A, event_id=ident("bust"), fill_id=ident("fill to bust"), leaves_qty=9, reason="erroneous", occurred_at=T1),
           ("account_id", "event_id"),
           changes=dict(fill_id=(ident("fill"), "fill_id"), leaves_qty=(8, "leaves_qty"), reason=("a reason", "reason")),
           free=dict(occurred_at=(T2, WHEN)), before=[fill("fill to bust", "order spare")], fact="trading.fill_events"),
    Sample("trading.fn_bust_fill",
           dict(account_id=A, event_id=ident("second bust"), fill_id=ident("fill to bust")), ("account_id", "event_id"),
           changes=dict(reason=("a reason", "reason")), outcome="refused", code="already_busted", fact="trading.fill_events", audited=True,
           name="of a busted fill"),
    Sample("trading.fn_bust_fill", dict(account_id=A, event_id=ident("early bust"), fill_id=ident("fill to come")),
           ("account_id", "event_id"), changes=dict(leaves_qty=(8, "leaves_qty")), fact="trading.fill_events", name="before its fill"),
    Sample("trading.fn_bust_fill", dict(account_id=A, event_id=ident("second early bust"), fill_id=ident("fill to come")),
           ("account_id", "event_id"), outcome="refused", code="already_busted", fact="trading.fill_events", audited=True,
           name="before its fill, a second one"),
    Sample("trading.fn_record_fill",
           dict(account_id=A, fill_id=ident("fill to come"), order_id=ident("order spare"), instrument_id=PERP, side="buy", qty=1,
                price=100, fee=0, fee_currency=None, liquidity=None, venue_trade_id=None, filled_at=T1),
           ("account_id", "fill_id"), changes=dict(qty=(2, "qty")), fact="trading.fills", conflict_kept=True, name="that was busted already"),
    Sample("trading.fn_correct_fill",
           dict(account_id=A, event_id=ident("correction"), fill_id=ident("fill to correct"), qty=2, price=101, fee=Raw("0.5"),
                fee_currency="BNB", fee_rate=300, reason="erroneous", occurred_at=T1), ("account_id", "event_id"),
           changes=dict(fill_id=(ident("fill"), "fill_id"), qty=(3, "qty"), price=(102, "price"), fee=(1, "fee"),
                        fee_currency=("USD", "fee_currency"), fee_rate=(301, "fee_rate"), reason=("a reason", "reason")),
           free=dict(occurred_at=(T2, WHEN)), before=[fill("fill to correct", "order spare")], fact="trading.fill_events"),

    Sample("trading.fn_record_equity",
           dict(account_id=A, point_id=ident("point"), as_of=T1, instrument_ids=[PERP], prices=[100],
                run_id=ident("run"), currencies=["BNB"], rates=[500]), ("account_id", "point_id"),
           changes=dict(as_of=(T2, "as_of"), instrument_ids=([OTHER], "prices"), prices=([101], "prices"),
                        run_id=(None, "run_id"), currencies=(["ETH"], "rates"), rates=([501], "rates")),
           fact="trading.equity_points"),
    Sample("trading.fn_record_cash",
           dict(account_id=A, entry_id=ident("deposit"), kind="transfer", currency="USD", amount=100, occurred_at=T1, reason="r"),
           ("account_id", "entry_id"),
           changes=dict(kind=("deposit", "kind"), currency=("EUR", "currency"), amount=(101, "amount"),
                        occurred_at=(T2, "occurred_at"), reason=(None, "reason")), fact="trading.cash_entries"),
    Sample("trading.fn_record_funding",
           dict(account_id=A, payment_id=ident("funding"), instrument_id=OTHER, funding_time=T2, amount=Raw("-1.5"),
                rate=Raw("0.0001"), mark=100, position_key=""), ("account_id", "payment_id"),
           changes=dict(instrument_id=(PERP, "instrument_id"), funding_time=(T1, "funding_time"), amount=(-2, "amount"),
                        rate=(None, "rate"), mark=(101, "mark"), position_key=("k", "position_key")),
           fact="trading.funding_payments"),
    Sample("trading.fn_close_account", dict(account_id=ident("account to close"), reason="r"), ("account_id",),
           free=dict(reason=("another", "an account is closed once; the first reason stands")),
           before=[call("trading.fn_open_account", account_id=ident("account to close"), name="c", venue="law", currency="USD",
                        mode="paper", position_mode="netting", opening_balance=0)], fact="trading.accounts", audited=True),
    Sample("trading.fn_close_account", dict(account_id=ident("account in use"), reason="r"), ("account_id",),
           free=dict(reason=(None, WISH)),
           before=[call("trading.fn_open_account", account_id=ident("account in use"), name="c", venue="law", currency="USD",
                        mode="paper", position_mode="netting", opening_balance=0),
                   order("order in use", account_id=ident("account in use"))],
           outcome="refused", code="account_in_use", audited=True, decided_anew="orders and positions change",
           name="of an account in use"),
    Sample("trading.fn_reconcile",
           dict(account_id=A, reconcile_id=ident("reconcile"), as_of=T2, apply=True, book_cash=True,
                venue_state={"fills": [{"venue_trade_id": "R1", "exchange_order_id": "RX", "symbol": "BTCUSD2", "side": "buy", "qty": 2,
                                        "price": 100, "filled_at": T1}],
                             "open_orders": [{"exchange_order_id": "RY", "symbol": "BTCUSD2", "side": "buy", "type": "limit", "qty": 1,
                                              "price": 90}],
                             "positions": [{"symbol": "BTCUSD", "qty": 500, "avg_price": 100}],
                             "balances": [{"currency": "USD", "balance": 777}]}), ("account_id", "reconcile_id"),
           changes=dict(venue_state=({"fills": []}, "venue_state"), as_of=(T1, "as_of"), book_cash=(False, "book_cash")),
           free=dict(apply=(None, "what is not applied writes nothing, and needs no identity")),
           fact="trading.reconcile_runs", audited=True),
    Sample("trading.fn_halt", dict(halt_id=ident("halt"), scope="bot", account_id=A, bot_id=ident("bot"), reason="r", actor="a"),
           ("account_id", "halt_id"),
           changes=dict(scope=(dict(scope="account", bot_id=None), "bot_id"), bot_id=(ident("other bot"), "bot_id"),
                        reason=("another", "reason"), actor=("b", "actor")), fact="trading.risk_state", audited=True),
    Sample("trading.fn_configure_bot",
           dict(account_id=A, change_id=ident("change of a bot"), bot_id=ident("new bot"), name="n", desired_state="paused", image_tag="1",
                strategy_params={"a": 1}, reason="r"), ("account_id", "change_id"),
           changes=dict(bot_id=(ident("bot"), "bot_id"), name=("m", "name"), desired_state=("running", "desired_state"),
                        image_tag=(None, "image_tag"), strategy_params=({"a": 2}, "strategy_params"), reason=("another", "reason")),
           fact="trading.bot_config_versions", audited=True),
    Sample("trading.fn_acquire_lease", dict(account_id=A, bot_id=ident("bot"), acquire_id=ident("acquire"), holder="h", ttl="1h"),
           ("account_id", "acquire_id"), changes=dict(bot_id=(ident("other bot"), "bot_id"), holder=("i", "holder"),
                                                      deploy_id=(ident("no deploy"), "deploy_id")),
           free=dict(ttl=("2h", "how long it was given for is told by expires_at")), fact="trading.bot_lease_grants"),
    Sample("trading.fn_acquire_lease", dict(account_id=A, bot_id=ident("held bot"), acquire_id=ident("acquire held"), holder="h", ttl="1h"),
           ("account_id", "acquire_id"),
           before=[call("trading.fn_acquire_lease", account_id=A, bot_id=ident("held bot"), acquire_id=ident("holds"), holder="i", ttl="1h")],
           outcome="refused", code="held", audited=True, decided_anew="leases end", name="that is held"),
    Sample("trading.fn_renew_lease",
           dict(account_id=A, bot_id=ident("bot"), token=Raw(f"(select token from trading.bot_leases where bot_id = '{ident('bot')}')"),
                renew_id=ident("renew"), ttl="2h"), ("account_id", "bot_id", "token", "renew_id"),
           free=dict(ttl=("3h", "how long it was kept for is told by expires_at")), fact="trading.bot_leases"),
    Sample("trading.fn_renew_lease", dict(account_id=A, bot_id=ident("bot"), token=1, renew_id=ident("stale renew"), ttl="2h"),
           ("account_id", "bot_id", "token", "renew_id"), outcome="refused", code="fenced", audited=True,
           decided_anew="a refusal has no row but those of the log", name="with a token that does not count"),
    Sample("trading.fn_release_lease",
           dict(account_id=A, bot_id=ident("bot"), token=Raw(f"(select token from trading.bot_leases where bot_id = '{ident('bot')}')")),
           ("account_id", "bot_id", "token"), fact="trading.bot_leases"),
    Sample("trading.fn_release_lease", dict(account_id=A, bot_id=ident("bot"), token=1), ("account_id", "bot_id", "token"),
           outcome="refused", code="fenced", audited=True, decided_anew="a refusal has no row but those of the log",
           name="with a token that does not count"),
    Sample("trading.fn_request_order",
           dict(account_id=A, intent_id=ident("intent"), instrument_id=PERP, side="buy", type="stop_limit", qty=1, price=100, stop_price=99,
                time_in_force="gtc", ttl="1h", position_key="k", run_id=ident("run"), reference_price=100), ("account_id", "intent_id"),
           changes=dict(instrument_id=(OTHER, "instrument_id"), side=("sell", "side"),
                        type=(dict(type="market", price=None, stop_price=None), "type"), qty=(2, "qty"), price=(101, "price"),
                        stop_price=(98, "stop_price"), time_in_force=("ioc", "time_in_force"), position_key=("l", "position_key"),
                        run_id=(None, "run_id"), reference_price=(101, "reference_price")),
           free=dict(ttl=("2h", "how long it holds is told by expires_at")), fact="trading.order_intents"),
    Sample("trading.fn_request_order",
           dict(account_id=A, intent_id=ident("intent off the grid"), instrument_id=PERP, side="buy", type="market", qty=Raw("0.0001"), price=None,
                stop_price=None, time_in_force="gtc", ttl="1h"), ("account_id", "intent_id"), changes=dict(side=("sell", "side")),
           outcome="refused", code="lot_size", fact="trading.order_intents", audited=True, name="of a lot that there is not"),
    Sample("trading.fn_request_change",
           dict(account_id=A, intent_id=ident("change"), action="replace", order_id=ident("order spare"), ttl="1h", qty=20, price=101,
                stop_price=None, reason="r"), ("account_id", "intent_id"),
           changes=dict(action=(dict(action="cancel", qty=None, price=None), "action"), order_id=(ident("order"), "order_id"), qty=(21, "qty"),
                        price=(102, "price"), stop_price=(1, "stop_price"), reason=("another", "reason")),
           free=dict(ttl=("2h", "how long it holds is told by expires_at")), fact="trading.order_intents"),
    Sample("trading.fn_claim_intents", dict(account_id=HEDGE, claim_id=ident("claim"), executor="e", limit=5), ("account_id", "claim_id"),
           changes=dict(executor=("f", "executor")), free=dict(limit=(6, "what was claimed was claimed")),
           before=[intent("intent to claim", account_id=HEDGE), intent("another to claim", account_id=HEDGE)], fact="trading.order_intents"),
    Sample("trading.fn_submit_intent", dict(account_id=A, intent_id=ident("intent to submit")), ("account_id", "intent_id"),
           before=[intent("intent to submit")], fact="trading.orders"),
    Sample("trading.fn_submit_intent", dict(account_id=A, intent_id=ident("intent with the id of an order")), ("account_id", "intent_id"),
           before=[intent("intent with the id of an order"), order("intent with the id of an order", side="sell")],
           outcome="refused", code="conflict", fact="trading.order_intents", audited=True, name="that is in conflict"),
    Sample("trading.fn_decline_intent", dict(account_id=A, intent_id=ident("intent to decline"), executor="e", reason="r"),
           ("account_id", "intent_id"), changes=dict(executor=("f", "reason"), reason=("another", "reason")),
           before=[intent("intent to decline")], fact="trading.order_intents", audited=True),
    Sample("trading.fn_command_bot",
           dict(account_id=A, command_id=ident("command"), bot_id=ident("bot"), kind="flatten", arguments={"a": 1}, ttl="1h", reason="r", actor="a"),
           ("account_id", "command_id"),
           changes=dict(bot_id=(ident("other bot"), "bot_id"), kind=("pause", "kind"), arguments=({"a": 2}, "arguments"), reason=("another", "reason"),
                        actor=("b", "actor")),
           free=dict(ttl=("2h", "how long it holds is told by expires_at")), fact="trading.bot_commands", audited=True),
    Sample("trading.fn_acknowledge_command", dict(account_id=A, command_id=ident("command to obey"), status="done", by="b", detail="d"),
           ("account_id", "command_id", "status"), changes=dict(by=("c", "by"), detail=("another", "detail")),
           before=[command("command to obey")], fact="trading.bot_command_steps", audited=True),
    Sample("trading.fn_acknowledge_command", dict(account_id=A, command_id=ident("command done"), status="failed", by="b", detail=None),
           ("account_id", "command_id", "status"),
           before=[command("command done"), call("trading.fn_acknowledge_command", account_id=A, command_id=ident("command done"), status="done", by="b")],
           outcome="refused", code="finished", audited=True, decided_anew="a refusal has no row but those of the log", name="that is done"),
    Sample("trading.fn_record_bot_event",
           dict(account_id=A, event_id=ident("event of a bot"), bot_id=ident("bot"), kind="started", level="info", message="m", data={"a": 1},
                occurred_at=T1), ("account_id", "event_id"),
           changes=dict(bot_id=(None, "bot_id"), kind=("stopped", "kind"), level=("error", "level"), message=("n", "message"),
                        data=({"a": 2}, "data"), occurred_at=(T2, "occurred_at")), fact="trading.bot_events"),
    Sample("trading.fn_save_strategy_state",
           dict(account_id=A, bot_id=ident("held bot"), token=Raw(f"(select token from trading.bot_leases where bot_id = '{ident('held bot')}')"),
                change_id=ident("change of a state"), name="n", state={"a": 1}), ("account_id", "change_id"),
           changes=dict(bot_id=(dict(bot_id=ident("bot")), "bot_id"), name=("m", "name"), state=({"a": 2}, "state")),
           free=dict(token=(1, "what was saved stays saved, also for who lost the lease since")), fact="trading.bot_strategy_state_versions"),
    Sample("trading.fn_save_strategy_state",
           dict(account_id=A, bot_id=ident("held bot"), token=1, change_id=ident("stale change of a state"), name="n", state={"a": 1}),
           ("account_id", "change_id"), outcome="refused", code="fenced", audited=True,
           decided_anew="a refusal has no row but those of the log", name="with a token that does not count"),
    Sample("trading.fn_record_signal",
           dict(account_id=A, signal_id=ident("signal"), bot_id=ident("bot"), instrument_id=PERP, name="n", direction="long", strength=Raw("0.5"),
                price=100, valid_until=T2, data={"a": 1}, occurred_at=T1, run_id=ident("run")), ("account_id", "signal_id"),
           changes=dict(bot_id=(None, "bot_id"), instrument_id=(OTHER, "instrument_id"), name=("m", "name"), direction=("flat", "direction"),
                        strength=(None, "strength"), price=(101, "price"), valid_until=(None, "valid_until"), data=({"a": 2}, "data"),
                        occurred_at=(T2, "occurred_at"), run_id=(None, "run_id")), fact="trading.signals"),
    Sample("trading.fn_acquire_lease",
           dict(account_id=A, bot_id=ident("spare bot"), acquire_id=ident("acquire early"), holder="h", ttl="1h", deploy_id=ident("no deploy")),
           ("account_id", "acquire_id"), outcome="refused", code="not_in_force", audited=True, decided_anew="deploys come into force",
           name="of a deploy that is not in force"),
    Sample("trading.fn_increment_fence",
           dict(account_id=A, bot_id=ident("fenced bot"), change_id=ident("increment"), reason="r", actor="a"), ("account_id", "change_id"),
           changes=dict(bot_id=(ident("bot"), "bot_id"), reason=("another", "reason"), actor=("b", "actor")),
           fact="trading.fence_increments", audited=True),
    Sample("trading.fn_start_deploy",
           dict(account_id=A, deploy_id=ident("deploy"), bot_id=ident("bot"), image_tag="2", strategy_params={"a": 2}, reason="r", actor="a",
                tolerance="10s"), ("account_id", "deploy_id"),
           changes=dict(bot_id=(ident("other bot"), "bot_id"), image_tag=("3", "image_tag"), strategy_params=({"a": 3}, "strategy_params"),
                        reason=("another", "reason"), actor=("b", "actor"), tolerance=("20s", "tolerance")),
           fact="trading.deploys", audited=True),
    Sample("trading.fn_start_deploy",
           dict(account_id=A, deploy_id=ident("deploy too many"), bot_id=ident("shadowed bot"), image_tag="2", strategy_params={}, reason="r", actor="a"),
           ("account_id", "deploy_id"), outcome="refused", code="deploy_under_way", audited=True, decided_anew="deploys end", name="while another is under way"),
    Sample("trading.fn_start_service_deploy", dict(deploy_id=ident("service deploy"), service="s", image_tag="2", reason="r", actor="a"),
           ("deploy_id",),
           changes=dict(service=("t", "service"), image_tag=("3", "image_tag"), reason=("another", "reason"), actor=("b", "actor")),
           fact="trading.deploys", audited=True),
    Sample("trading.fn_advance_deploy",
           dict(account_id=A, deploy_id=ident("deploy to advance"), step_id=ident("step"), to_state="switching", reason="r", actor="a", differences=3),
           ("account_id", "step_id"),
           changes=dict(deploy_id=(ident("deploy to compare"), "deploy_id"), to_state=("canceled", "to_state"), reason=("another", "reason"),
                        actor=("b", "actor"), differences=(4, "differences")),
           before=[deploy("deploy to advance", "other bot"), step("deploy to advance", "starting"), step("deploy to advance", "shadowing")],
           fact="trading.deploy_steps", audited=True),
    Sample("trading.fn_advance_deploy",
           dict(account_id=A, deploy_id=ident("deploy to compare"), step_id=ident("illegal step"), to_state="active", reason="r", actor="a"),
           ("account_id", "step_id"), changes=dict(to_state=("failed", "to_state")), outcome="refused", code="illegal_transition",
           fact="trading.deploy_steps", audited=True, name="to where it cannot go"),
    Sample("trading.fn_record_shadow_order",
           dict(account_id=A, deploy_id=ident("deploy to compare"), shadow_order_id=ident("shadow order"), instrument_id=PERP, side="buy",
                type="stop_limit", qty=10, price=100, stop_price=99, time_in_force="gtc", decided_at=T1, idempotency_key="key", position_key=""),
           ("account_id", "deploy_id", "shadow_order_id"),
           changes=dict(instrument_id=(OTHER, "instrument_id"), side=("sell", "side"), type=(dict(type="limit", stop_price=None), "type"),
                        qty=(11, "qty"), price=(101, "price"), stop_price=(98, "stop_price"), time_in_force=("day", "time_in_force"),
                        decided_at=(T2, "decided_at"), idempotency_key=("other key", "idempotency_key"), position_key=("k", "position_key")),
           fact="trading.shadow_orders"),
    Sample("trading.fn_record_shadow_order",
           dict(account_id=A, deploy_id=ident("deploy that ended"), shadow_order_id=ident("late shadow order"), instrument_id=PERP, side="buy",
                type="market", qty=10, price=None, stop_price=None, time_in_force="gtc", decided_at=T1),
           ("account_id", "deploy_id", "shadow_order_id"),
           before=[deploy("deploy that ended", "spare bot"), step("deploy that ended", "canceled")],
           outcome="refused", code="not_in_shadow", audited=True, decided_anew="a refusal has no row but those of the log", name="of a deploy that is not in shadow"),
    Sample("trading.fn_resume", dict(account_id=None, halt_id=ident("halt of all"), reason="r", actor="a"), ("account_id", "halt_id"),
           changes=dict(reason=("another", "reason"), actor=("b", "actor")),
           before=[call("trading.fn_halt", halt_id=ident("halt of all"), scope="global", account_id=None, bot_id=None, reason="r",
                        actor="a")], fact="trading.risk_state", audited=True),
    Sample("trading.fn_submit_order",
           dict(account_id=HALTED, order_id=ident("halted order"), instrument_id=PERP, side="buy", type="limit", qty=1, price=100,
                stop_price=None, time_in_force="gtc"), ("account_id", "order_id"), changes=dict(side=("sell", "side")),
           before=[call("trading.fn_halt", halt_id=ident("halt"), scope="account", account_id=HALTED, bot_id=None, reason="r", actor="a")],
           outcome="refused", code="halted", fact="trading.orders", audited=True, name="refused for halted"),
    Sample("trading.fn_set_threshold",
           dict(change_id=ident("threshold"), account_id=A, bot_id=ident("bot"), name="n", value=1, unit="u", reason="r", actor="a"),
           ("account_id", "change_id"),
           changes=dict(bot_id=(None, "bot_id"), name=("m", "name"), value=(2, "value"), unit=("v", "unit"), reason=("another", "reason"),
                        actor=("b", "actor")), fact="trading.risk_config_versions", audited=True),
    Sample("trading.fn_trip_breaker",
           dict(account_id=A, event_id=ident("trip"), bot_id=ident("bot"), breaker="b", threshold="n", threshold_value=1, value=2, action="halt",
                reason="r", actor="a"), ("account_id", "event_id"),
           changes=dict(bot_id=(None, "bot_id"), breaker=("c", "breaker"), threshold=(None, "threshold"), threshold_value=(2, "threshold_value"),
                        value=(3, "value"), action=("none", "action"), reason=("another", "reason"), actor=("b", "actor")),
           fact="trading.risk_events", audited=True),
    Sample("trading.fn_set_cap",
           dict(change_id=ident("cap"), scope="bot", account_id=A, bot_id=ident("bot"), currency="USD", limit=1000, slice=10, reason="r", actor="a"),
           ("account_id", "change_id"),
           changes=dict(bot_id=(ident("other bot"), "bot_id"), currency=("BTC", "currency"), limit=(1001, "limit"), slice=(None, "slice"),
                        reason=("another", "reason"), actor=("b", "actor")),
           free=dict(scope=(None, "it only says which of the ids are given")), fact="trading.notional_cap_versions", audited=True),
    Sample("trading.fn_submit_order",
           dict(account_id=A, order_id=ident("capped order"), instrument_id=PERP, side="buy", type="limit", qty=1, price=100, stop_price=None,
                time_in_force="gtc"), ("account_id", "order_id"), changes=dict(side=("sell", "side")),
           before=[call("trading.fn_set_cap", change_id=ident("cap of all"), scope="global", account_id=None, bot_id=None, currency="USD", limit=1,
                        slice=None, reason="r", actor="a")],
           outcome="refused", code="cap", fact="trading.orders", audited=True, name="refused for a cap"),
    Sample("trading.fn_save_state",
           dict(account_id=A, snapshot_id=ident("snapshot"), name="n", as_of=T1, state={"a": 1}), ("account_id", "snapshot_id"),
           changes=dict(name=("m", "name"), as_of=(T2, "as_of"), state=({"a": 2}, "state")), fact="trading.state_snapshots"),
    Sample("trading.fn_record_decision",
           dict(account_id=A, entry_id=ident("decision"), kind="error", content={"a": 1}, occurred_at=T1, run_id=None),
           ("account_id", "entry_id"),
           changes=dict(kind=("decision", "kind"), content=({"a": 2}, "content"), occurred_at=(T2, "occurred_at"),
                        run_id=(ident("run"), "run_id")), fact="trading.decision_log"),
    Sample("trading.fn_record_performance",
           dict(account_id=A, snapshot_id=ident("performance"), since=T1, as_of="2024-03-02 00:00:00+00", run_id=None),
           ("account_id", "snapshot_id"),
           changes=dict(since=(T2, "since"), as_of=("2024-03-03 00:00:00+00", "as_of"), run_id=(ident("run"), "run_id")),
           fact="trading.performance_snapshots"),

    Sample("market.fn_note_source_error",
           dict(error_id=ident("source error"), source="law", stream="klines", instrument_id=PERP, interval_s=60, error="no answer"), ("error_id",),
           changes=dict(source=("other", "source"), stream=("trades", "stream"), instrument_id=(OTHER, "instrument_id"),
                        interval_s=(300, "interval_s"), error=("bad answer", "error")), fact="ingest.source_errors"),
    Sample("market.fn_set_cadence", dict(source="law", stream="metrics", instrument_id=PERP, interval_s=300, cadence_s=300),
           ("source", "stream", "instrument_id", "interval_s"), free=dict(cadence_s=(None, WISH)), fact="ingest.source_freshness"),
    Sample("market.fn_subscribe", dict(account_id=A, bot_id=ident("bot"), instrument_id=PERP, stream="klines"),
           ("account_id", "bot_id", "instrument_id", "stream"), fact="market.symbol_subscriptions"),
    Sample("market.fn_unsubscribe", dict(account_id=A, bot_id=ident("bot"), instrument_id=SPOT, stream="klines"),
           ("account_id", "bot_id", "instrument_id", "stream"), fact="market.symbol_subscriptions",
           before=[call("market.fn_subscribe", account_id=A, bot_id=ident("bot"), instrument_id=SPOT, stream="klines")]),
    Sample("market.fn_set_poll",
           dict(venue="law", stream="funding_snapshots", kind="perp", instrument_id=PERP, interval_s=None, since=T1, every_s=60, enabled=True),
           ("venue", "stream", "kind", "instrument_id", "interval_s"),
           free=dict(since=(None, WISH), every_s=(None, WISH), enabled=(None, WISH)), fact="ingest.polls"),
    Sample("market.fn_record_account_trades",
           dict(account_id=A, instrument_id=PERP, trade_ids=[1, 2], traded_ats=array("timestamptz", T1, T2), sides=["buy", "sell"],
                prices=[100, 101], quantities=[1, 2], exchange_order_ids=["X1", "X2"], quote_quantities=[100, 202],
                fees=array("numeric", 1, None), fee_currencies=array("text", "USD", None), makers=[True, False]),
           ("account_id", "instrument_id", "trade_ids"),
           changes=dict(traded_ats=(array("timestamptz", T2, T2), "traded_at"), sides=(["sell", "sell"], "side"), prices=([102, 101], "price"),
                        quantities=([2, 2], "quantity"), exchange_order_ids=(["X3", "X2"], "exchange_order_id"),
                        quote_quantities=([101, 202], "quote_quantity"), fees=(array("numeric", 2, None), "fee"),
                        fee_currencies=(array("text", "BTC", None), "fee_currency"), makers=([False, False], "is_maker")),
           fact="market.account_trades"),
    Sample("market.fn_correct_row",
           dict(correction_id=ident("correction of a row"), stream="klines", instrument_id=PERP, interval_s=300,
                key={"open_time": "2024-09-01 00:00:00+00"}, values={"close": 1.5}, reason="r"), ("correction_id",),
           changes=dict(stream=(dict(stream="open_interest", key={"observed_at": T1}, values={"open_interest": 1}), "stream"),
                        instrument_id=(OTHER, "instrument_id"), interval_s=(60, "interval_s"), key=({"open_time": T1}, "key"),
                        values=({"close": 1.6}, "values"), reason=("another", "reason")),
           before=[loaded("corrected", "2024-09-01 00:00:00+00")], fact="market.corrections", audited=True),
    Sample("market.fn_withdraw_correction", dict(correction_id=ident("correction of a row"), reason="r"), ("correction_id",),
           changes=dict(reason=("another", "reason")), fact="market.corrections", audited=True),
    Sample("market.fn_record_funding",
           dict(instrument_id=PERP, snapshot_at=T1, rate=Raw("0.0001"), mark_price=100, index_price=101), ("instrument_id", "snapshot_at"),
           changes=dict(rate=(Raw("0.0002"), "rate"), mark_price=(102, "mark_price"), index_price=(102, "index_price")),
           fact="market.funding_snapshots"),
    Sample("market.fn_open_batch", batch("open", "a"), ("batch_id",),
           changes=dict(source=("other", "source"), stream=("mark_klines", "stream"), instrument_id=(OTHER, "instrument_id"), interval_s=(300, "interval_s"),
                        sha256=(sha("b"), "sha256")),
           free=dict(file_name=("b.csv", CONTENT), size_bytes=(11, CONTENT), first=(T2, CONTENT),
                     last=("2024-03-02 00:00:00+00", CONTENT), ordered=(False, CONTENT)),
           after=[*candles("open", T1, T2), call("market.fn_close_batch", **closing("open"))],
           fact="ingest.batches", differs=("target", "rows_in", "inserted")),
    Sample("market.fn_close_batch", dict(closing("close"), sha256=sha("c"), size_bytes=10), ("batch_id",),
           changes=dict(rows_in=(3, "rows_in"), sha256=(sha("d"), "sha256"), size_bytes=(11, "size_bytes")),
           free={parameter: (given, CONTENT) for given in (REJECTS, EQUAL, BLOCKS, NOTES) for parameter in given},
           within=[call("market.fn_open_batch",
                        **batch("close", "c", first="2024-04-01 00:00:00+00", last="2024-04-01 00:01:00+00")),
                   *candles("close", "2024-04-01 00:00:00+00", "2024-04-01 00:01:00+00")], fact="ingest.batches"),
    Sample("market.fn_extend_batch",
           {"batch_id": ident("extend"), "first": "2024-07-01 00:00:00+00", "last": "2024-07-01 00:01:00+00", "ordered": True}, ("batch_id",),
           free={"first": (T1, GROWS), "last": ("2024-07-02 00:00:00+00", GROWS), "ordered": (False, GROWS)},
           within=[call("market.fn_open_batch", ctx=CTX,
                        **batch("extend", "9", first="2024-07-01 00:00:00+00", last="2024-07-01 00:00:00+00"))],
           after=[*candles("extend", "2024-07-01 00:00:00+00", "2024-07-01 00:01:00+00"), call("market.fn_close_batch", **closing("extend"))],
           fact="ingest.batches", differs=("target",)),
    Sample("market.fn_roll_up", dict(days=183), (), free=dict(days=(10, "it only bounds the transaction")),
           within=[call("market.fn_open_batch", **batch("rolled up", "f", first="2024-05-01 00:00:00+00", last="2024-05-01 00:01:00+00")),
                   *candles("rolled up", "2024-05-01 00:00:00+00", "2024-05-01 00:01:00+00"),
                   call("market.fn_close_batch", **closing("rolled up"), ctx=CTX)],
           fact="market.rollup_dirty", differs=("instrument_id", "from_time", "to_time", "written")),
    Sample("market.fn_rebuild_rollups", {"instrument_id": PERP, "from": None, "to": None}, ("instrument_id", "from", "to"),
           within=[call("market.fn_ensure_partitions", **{"stream": "klines", "from": "2024-06-01 00:00:00+00", "to": "2024-06-01 00:00:00+00"}),
                   *candles("rebuilt", "2024-06-01 00:00:00+00")], fact="market.rollup_dirty"),
    Sample("market.fn_refuse_batch",
           dict(batch_id=ident("refused"), source="law", stream="klines", instrument_id=PERP, interval_s=60, file_name="a.csv", sha256=sha("d"),
                size_bytes=10, reason="not a file of candles"), ("batch_id",),
           changes=dict(source=("other", "source"), stream=(None, "stream"), instrument_id=(None, "instrument_id"),
                        interval_s=(None, "interval_s"),
                        sha256=(sha("e"), "sha256"), reason=("another reason", "reason")),
           free=dict(file_name=("b.csv", CONTENT), size_bytes=(11, CONTENT)), fact="ingest.batches", audited=True),
    Sample("market.fn_state_convention",
           dict(convention_id=ident("convention"), venue="law", name="publication_lag", value="60", reason="r", since=T1), ("convention_id",),
           changes=dict(venue=("other", "venue"), name=(dict(name="published", value="no"), "name"), value=("61", "value"),
                        reason=("other", "reason"), since=(T2, "since"), kind=("perp", "kind"), stream=("klines", "stream"),
                        source=("other", "source"), instrument_id=(PERP, "instrument_id")),
           fact="ingest.conventions"),
    Sample("market.fn_record_exchange_info",
           dict(statement_id=ident("listings"), venue="law", kind="spot",
                info=Raw("""'{"serverTime": 1700000000000, "symbols": [{"symbol": "LAWUSDT", "status": "BREAK", "baseAsset": "LAW", "quoteAsset": "USDT", "filters": []}]}'::jsonb""")),
           ("statement_id",),
           changes=dict(venue=("other", "venue"), kind=("perp", "kind"), info=(Raw("""'{"serverTime": 1700000000000, "symbols": []}'::jsonb"""), "info")),
           fact="market.listing_statements"),
    Sample("market.fn_open_repair",
           dict(repair_id=ident("repair"), stream="agg_trades", instrument_id=PERP, from_id=3, to_id=4, before_time=T1, after_time=T2),
           ("repair_id",),
           changes=dict(stream=("trades", "stream"), instrument_id=(OTHER, "instrument_id"), from_id=(2, "from_id"), to_id=(5, "to_id"),
                        before_time=("2024-02-01 00:00:00+00", "before_time"), after_time=("2024-06-01 00:00:00+00", "after_time")),
           fact="ingest.repairs"),
    Sample("market.fn_close_repair", dict(repair_id=ident("repair to close"), status="abandoned", reason="r"), ("repair_id",),
           before=[call("market.fn_open_repair", repair_id=ident("repair to close"), stream="agg_trades", instrument_id=PERP, from_id=13,
                        to_id=14, before_time=T1, after_time=T2)],
           changes=dict(status=(dict(status="filled", reason=None), "status"), reason=("other", "reason")), fact="ingest.repairs"),
    Sample("market.fn_record_rows",
           dict(batch_id=ident("rows"), source="law", stream="funding_rates", instrument_id=PERP, interval_s=None, file_name="GET /f",
                sha256=sha("1"), size_bytes=10, rows=Raw(f"""'[{{"funding_time": "{T1}", "raw_time": "{T1}", "rate": "0.0001"}}]'::jsonb"""), rejects=None, cursor=None),
           ("batch_id",),
           changes=dict(source=("other", "source"), stream=("metrics", "stream"), instrument_id=(OTHER, "instrument_id"),
                        interval_s=(dict(interval_s=60, stream="mark_klines"), "stream"), sha256=(sha("2"), "sha256")),
           free=dict(file_name=("b", CONTENT), size_bytes=(11, CONTENT), rows=(Raw("'[]'::jsonb"), CONTENT), rejects=(Raw("'[]'::jsonb"), CONTENT), cursor=({}, CONTENT),
                     notes=(NOTES["notes"], CONTENT)),
           fact="ingest.batches"),
    Sample("market.fn_advance_cursor",
           dict(source="law", stream="agg_trades", instrument_id=PERP, interval_s=None, last_time=T1, last_id=7, page_state={"n": 1},
                batch_id=None), ("source", "stream", "instrument_id", "interval_s"),
           free=dict(last_time=("2024-01-01 00:00:00+00", "a cursor does not move back"), last_id=(6, "a cursor does not move back"),
                     page_state=(None, WISH), batch_id=(None, WISH)), fact="ingest.cursors"),
    Sample("market.fn_register_file",
           dict(source="law", path="a/b.zip", sha256=sha("3"), size_bytes=10, published_sha256=sha("3"), override_reason=None,
                member_name="b.csv", member_crc32=1, member_size=20, dialect={"header": False}), ("source", "path", "sha256"),
           free={name: (value, CONTENT) for name, value in dict(
               size_bytes=11, published_sha256=None, override_reason="r", member_name="c", member_crc32=2, member_size=21,
               dialect={}).items()}, fact="ingest.files"),
    Sample("market.fn_register_file",
           dict(source="law", path="a/c.zip", sha256=sha("4"), size_bytes=10, published_sha256=sha("5"), override_reason=None,
                member_name=None, member_crc32=None, member_size=None, dialect=None), ("source", "path", "sha256"),
           free=dict.fromkeys(("size_bytes", "published_sha256", "override_reason", "member_name", "member_crc32", "member_size", "dialect"),
                              (None, CONTENT)),
           outcome="refused", code="checksum_mismatch", decided_anew="the source may have published another hash since", name="wrong hash"),
    Sample("market.fn_open_object", dict(object_id=ident("object"), encoding="zstd", sha256=sha("6"), size_bytes=10), ("object_id",),
           changes=dict(encoding=("gzip", "encoding"), sha256=(sha("7"), "sha256"), size_bytes=(11, "size_bytes")),
           after=[call("market.fn_close_object", **kept("object"))], fact="ingest.objects"),
    Sample("market.fn_close_object", dict(kept("closed object"), sha256=sha("8"), size_bytes=10), ("object_id",),
           changes=dict(chunks=(1, "chunks"), stored_bytes=(1, "stored_bytes"), sha256=(sha("9"), "sha256"), size_bytes=(11, "size_bytes")),
           free=dict(chunks_sha256=(sha("1"), CONTENT), row_offsets=(array("bigint", 1), CONTENT)),
           within=[call("market.fn_open_object", object_id=ident("closed object"), encoding="zstd", sha256=None, size_bytes=None)],
           fact="ingest.objects"),
    Sample("market.fn_set_source_rank", dict(source="law", rank=7, reason="r"), ("source",),
           free=dict(rank=(None, WISH), reason=("another", WISH)), fact="ingest.sources", audited=True,
           differs=("old_rank",)),
    Sample("market.fn_quarantine",
           dict(quarantine_id=ident("quarantined"), source="law", stream="klines", batch_id=None, line=1, reason="r", raw="x"),
           ("quarantine_id",),
           changes=dict(source=("other", "source"), stream=("trades", "stream"), batch_id=(ident("refused"), "batch_id"), line=(2, "line"),
                        reason=("s", "reason"), raw=("y", "raw")), fact="ingest.quarantine"),
    Sample("market.fn_settle_quarantined", dict(quarantine_id=ident("to settle"), settlement="loaded", reason="r"), ("quarantine_id",),
           before=[call("market.fn_quarantine", quarantine_id=ident("to settle"), source="law", stream=None, batch_id=None, line=None,
                        reason="r", raw="x")],
           changes=dict(settlement=("discarded", "settlement"), reason=("s", "reason")), fact="ingest.quarantine", audited=True),
]
