"""The halt latch among many: once a halt is committed no order commits, it outlives the server, and it stops nobody else."""

import uuid

from harness import server, session, tap
from harness.session import as_rows, call
from harness.trading import fill, opening, order

SUBMITTERS, ORDERS_EACH = 16, 30

host = server.Server()
url = host.installed("halt")
pooler = server.PgBouncer(host, [f"default_pool_size = {SUBMITTERS}", "ignore_startup_parameters = options"])
one = session.Session(url)
# Every other one comes through PgBouncer in transaction mode.
crowd = [session.Session(pooler.url("halt") if n % 2 else url) for n in range(SUBMITTERS)]
TRADED = uuid.uuid4()


def new():
    return uuid.uuid4()


def account():
    made = new()
    one.row(opening(made, "halt"))
    return made


def halting(holder=None, halt_id=None):
    return call("trading.fn_halt", halt_id=halt_id or new(), scope="account" if holder else "global", account_id=holder, bot_id=None,
                reason="test", actor="ann")


def resume_all():
    """Ends every halt that is in force."""
    for each in one.rows("select account_id, halt_id from trading.fn_risk_status()"):
        one.row(call("trading.fn_resume", account_id=each["account_id"] and uuid.UUID(each["account_id"]),
                     halt_id=uuid.UUID(each["halt_id"]), reason="over", actor="bob"))


def events(condition):
    return one.value(f"select count(*) from bus.domain_events as e where {condition}")


for code in ("USD", "BTC"):
    one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
one.row(call("ref.fn_register_venue", code="halt", name="Halt"))
one.row(call("ref.fn_register_instrument", instrument_id=TRADED, venue="halt", symbol="S", kind="perp", base="BTC", quote="USD"))


@tap.test("of many who submit, none commits an order after a halt has committed, of an account or of all trading")
def _():
    for scope in ("account", "global"):
        holder = account()
        ours = f"e.account_id = '{holder}' and e.event_type"
        for each in crowd:
            each.send("; ".join(order(holder, new(), TRADED) for _ in range(ORDERS_EACH)))
        tap.wait_until(lambda: events(f"{ours} = 'trading.order_submitted'") >= SUBMITTERS, "orders come in")
        one.row(halting(holder if scope == "account" else None))
        for each in crowd:
            each.receive()
        for each in crowd:
            answer = each.row(order(holder, new(), TRADED))
            tap.equal((answer["outcome"], answer["refusal_code"]), ("refused", "halted"), "an order after the halt")
        halt = one.row("select e.id, e.xid from bus.domain_events as e where e.event_type in ('trading.account_halted', 'trading.book_halted') "
                       "order by e.id desc limit 1")
        tap.equal(events(f"{ours} = 'trading.order_submitted' and e.id > {halt['id']}"), 0, "orders taken after the halt")
        tap.equal(events(f"{ours} = 'trading.order_denied' and e.id < {halt['id']}"), 0, "orders refused before it")
        taken = events(f"{ours} = 'trading.order_submitted'")
        tap.equal(taken + events(f"{ours} = 'trading.order_denied'"), SUBMITTERS * (ORDERS_EACH + 1), "orders in all")
        tap.check(taken >= SUBMITTERS, f"{taken} orders were taken")
        resume_all()


@tap.test("a halt waits for submissions under way, and stops no other account")
def _():
    holder, other, (busy, halter, third) = account(), account(), crowd[:3]
    busy.run("begin")
    busy.row(order(holder, new(), TRADED))
    halter.send(as_rows(halting(holder)))
    tap.wait_until(lambda: one.value("select count(*) from pg_catalog.pg_locks where locktype = 'advisory' and not granted") == 1, "the halt waits")
    tap.equal(third.row(order(other, new(), TRADED))["outcome"], "created", "an order of another account")
    busy.run("commit")
    tap.equal(session.outcome(halter)[0]["outcome"], "created", "the halt")
    tap.equal(busy.row(order(holder, new(), TRADED))["refusal_code"], "halted", "the next order")
    resume_all()


@tap.test("a transaction whose snapshot is older than a halt cannot submit, nor ask for other terms")
def _():
    for scope in ("account", "global"):
        holder, order_id = account(), new()
        one.row(order(holder, order_id, TRADED))
        for wish in (order(holder, new(), TRADED),
                     call("trading.fn_request_replace", account_id=holder, order_id=order_id, event_id=new(), qty=1, price=None,
                          stop_price=None, reason=None, occurred_at=None)):
            for level in ("repeatable read", "serializable"):
                crowd[0].run(f"begin isolation level {level}; select 1")
                one.row(halting(holder if scope == "account" else None))
                crowd[0].send(as_rows(wish))
                answer = session.outcome(crowd[0])
                tap.check(isinstance(answer, session.Refused) and answer.sqlstate == "40001", f"{scope}, {level}: {answer}")
                crowd[0].run("rollback")
                resume_all()


@tap.test("a halt outlives a crash of the server; facts are recorded all the same")
def _():
    holder, order_id = account(), new()
    one.row(order(holder, order_id, TRADED))
    one.row(halting())
    host.crash()
    host.start()
    after = session.Session(url)
    tap.equal(after.row(order(holder, new(), TRADED))["refusal_code"], "halted", "an order after the restart")
    tap.equal(after.row(fill(holder, new(), order_id, TRADED))["outcome"], "created", "a fill")
    tap.equal([row["actor"] for row in after.rows("select * from trading.fn_risk_status()")], ["ann"], "what is halted")


tap.main()
