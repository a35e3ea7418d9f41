"""The queue between bots and executors among many sessions: what is claimed is claimed once, what is submitted is submitted once, whoever
dies on the way, and nothing gets through that is halted, fenced or late by then."""

import uuid

from harness import server, session, tap
from harness.session import Gate, Lost, Raw, as_rows, call
from harness.trading import opening

CLAIMERS, INTENTS = 16, 500

host = server.Server()
url = host.installed("intents")
pooler = server.PgBouncer(host, [f"default_pool_size = {CLAIMERS}", "ignore_startup_parameters = options"])
one = session.Session(url)
# Every other one comes through PgBouncer in transaction mode.
crowd = [session.Session(pooler.url("intents") if n % 2 else url) for n in range(CLAIMERS)]
gate = Gate(session.Session(url))
TRADED = uuid.uuid4()


def new():
    return uuid.uuid4()


for code in ("USD", "BTC"):
    one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
one.row(call("ref.fn_register_venue", code="intents", name="Intents"))
one.row(call("ref.fn_register_instrument", instrument_id=TRADED, venue="intents", symbol="S", kind="perp", base="BTC", quote="USD"))


class Desk:
    """A bot of an account of its own, which holds its lease, and those who serve it."""

    def __init__(self, asked):
        self.account, self.bot = new(), new()
        one.row(opening(self.account, "intents"))
        one.row(call("trading.fn_configure_bot", account_id=self.account, change_id=new(), bot_id=self.bot, name="b", desired_state="running",
                     image_tag=None, strategy_params=None, reason="test"))
        self.acquire()
        asking = self.asking(Raw("md5(n::text)::uuid"))
        tap.equal(one.value(f"select count(*) from generate_series(1, {asked}) as n, lateral ({asking}) as r where outcome = 'created'"), asked,
                  "intents")

    def acquire(self):
        self.token = one.row(call("trading.fn_acquire_lease", account_id=self.account, bot_id=self.bot, acquire_id=new(), holder="h",
                                  ttl="1h"))["token"]

    def asking(self, intent=None):
        return call("trading.fn_request_order", account_id=self.account, intent_id=intent or new(), instrument_id=TRADED, side="buy",
                    type="limit", qty=1, price=100, stop_price=None, time_in_force="gtc", ttl="1h", ctx={"bot": str(self.bot), "fence": self.token})

    def claiming(self, executor, claim=None, limit=10):
        return call("trading.fn_claim_intents", account_id=self.account, claim_id=claim or new(), executor=executor, limit=limit)

    def submitting(self, intent):
        return call("trading.fn_submit_intent", account_id=self.account, intent_id=intent)

    def claimed(self, executor):
        return [row["intent_id"] for row in one.rows(call("trading.fn_intents", account_id=self.account, status=["claimed"],
                                                          claimed_by=executor, limit=INTENTS))]

    def serving(self, executor):
        """Claims and submits until nothing is left, each call in a transaction of its own."""
        return f"""do $$
            declare v_intent uuid; v_claimed uuid[];
            begin
                loop
                    select array_agg(c.intent_id) into v_claimed
                      from trading.fn_claim_intents('{self.account}', gen_random_uuid(), '{executor}', 3) as c;
                    exit when v_claimed is null;
                    commit;
                    foreach v_intent in array v_claimed loop
                        perform trading.fn_submit_intent('{self.account}', v_intent);
                        commit;
                    end loop;
                end loop;
            end $$"""

    def events(self):
        """How many events there are of each type that an intent or its order has."""
        return {row["event_type"].partition(".")[2]: row["count"] for row in one.rows(
            f"select event_type, count(*) from bus.domain_events where account_id = '{self.account}' "
            "and aggregate_type in ('intent', 'order') group by event_type")}

    def submitted_after(self, event_type):
        """How many orders were let through after the latest event of a type."""
        return one.value(f"select count(*) from bus.domain_events where account_id = '{self.account}' and event_type = 'trading.order_submitted' "
                         f"and id > (select max(id) from bus.domain_events where account_id = '{self.account}' and event_type = 'trading.{event_type}')")


@tap.test(f"{CLAIMERS} executors claim {INTENTS} intents, each of them once, and submit them, each of them once")
def _():
    desk = Desk(INTENTS)
    for n, each in enumerate(crowd):
        each.send(desk.serving(f"executor {n}"))
    for each in crowd:
        each.receive()
    tap.equal(desk.events(), {f"intent_{what}": INTENTS for what in ("requested", "claimed", "done")} | {"order_submitted": INTENTS}, "events")
    tap.equal(one.row(f"select count(*), count(distinct intent_id) as intents, min(version) as least, max(version) as most from trading.order_intents "
                      f"where account_id = '{desk.account}' and status = 'done' and claimed_by is not null"),
              {"count": INTENTS, "intents": INTENTS, "least": 3, "most": 3}, "intents")
    tap.check(one.value(f"select count(distinct claimed_by) from trading.order_intents where account_id = '{desk.account}'") > 1,
              "more than one executor had work")


@tap.test("one claim that many make at once takes one set of intents, and all are told the same")
def _():
    desk, claim = Desk(30), new()
    answers = gate.race([(each, as_rows(desk.claiming("executor", claim))) for each in crowd])
    tap.equal(sorted({row["outcome"] for row in answer}.pop() for answer in answers), ["created"] + ["replayed"] * (CLAIMERS - 1), "outcomes")
    told = {tuple(row["intent_id"] for row in answer) for answer in answers}
    tap.equal((len(told), len(told.pop()), desk.events()["intent_claimed"]), (1, 10, 10), "what they were told")


@tap.test("one intent that many submit at once is one order, which one of them has to send")
def _():
    desk = Desk(20)
    for intent in [row["intent_id"] for row in one.rows(desk.claiming("executor", limit=20))][:5]:
        answers = gate.race([(each, as_rows(desk.submitting(intent))) for each in crowd])
        tap.equal(sorted(answer[0]["outcome"] for answer in answers), ["created"] + ["replayed"] * (CLAIMERS - 1), "outcomes")
    tap.equal((desk.events()["order_submitted"], desk.events()["intent_done"], len(desk.claimed("executor"))), (5, 5, 15), "orders, and what is left")


@tap.test("an executor whose connection ends before it commits has claimed nothing; what it locked is free at once")
def _():
    desk, doomed = Desk(10), session.Session(url)
    doomed.run("begin")
    held = {row["intent_id"] for row in doomed.rows(desk.claiming("doomed", limit=6))}
    others = {row["intent_id"] for row in one.rows(desk.claiming("other", limit=10))}
    tap.equal((len(held), len(others), held & others), (6, 4, set()), "others pass over what it holds")
    pid = doomed.value("select pg_backend_pid()")
    one.run(f"select pg_terminate_backend({pid})")
    try:
        doomed.run("commit")
        raise tap.Failure("the connection was not ended")
    except Lost:
        pass
    tap.wait_until(lambda: not one.rows(f"select from pg_catalog.pg_stat_activity where pid = {pid}"), "its session is gone")
    tap.equal({row["intent_id"] for row in one.rows(desk.claiming("other", limit=10))}, held, "the next claim")


@tap.test("a halt between request and submission lets nothing through, however many submit meanwhile")
def _():
    desk, halt = Desk(100), new()
    for n, each in enumerate(crowd):
        each.send(desk.serving(f"executor {n}"))
    tap.wait_until(lambda: desk.events().get("order_submitted", 0) > 0, "orders come in")
    one.row(call("trading.fn_halt", halt_id=halt, scope="bot", account_id=desk.account, bot_id=desk.bot, reason="r", actor="a"))
    for each in crowd:
        each.receive()
    tap.equal(desk.submitted_after("account_halted"), 0, "orders after the halt")
    for _ in range(20):
        tap.equal(one.row(desk.asking())["refusal_code"], "halted", "asked for while it is halted")
    events = desk.events()
    tap.equal((events["intent_done"], events["intent_refused"] - 20), (events["order_submitted"], events.get("order_denied", 0)), "settled as the book said")
    tap.equal(events["intent_done"] + events["intent_refused"] - 20, 100, "all are settled")


@tap.test("of a bot that lost its lease nothing gets through, neither what was asked before nor what is asked after")
def _():
    desk = Desk(100)
    for n, each in enumerate(crowd[:4]):
        each.send(desk.serving(f"executor {n}"))
    tap.wait_until(lambda: desk.events().get("order_submitted", 0) > 0, "orders come in")
    asking = desk.asking()
    one.run(f"update trading.bot_leases set expires_at = clock_timestamp() where account_id = '{desk.account}'")
    desk.acquire()
    for each in crowd[:4]:
        each.receive()
    tap.equal(desk.submitted_after("lease_acquired"), 0, "orders after the lease was another's")
    tap.equal(one.row(asking)["refusal_code"], "fenced", "asked for with the token that is over")
    intent = one.row(desk.asking())["intent_id"]
    tap.equal(one.row(desk.submitting(intent))["outcome"], "created", "the next holder's")
    tap.equal(desk.submitted_after("lease_acquired"), 1, "orders of the next holder")


@tap.test("an intent whose time is over is submitted by none of many who try, and is settled once")
def _():
    desk = Desk(1)
    intent = one.row(desk.claiming("executor"))["intent_id"]
    one.run(f"update trading.order_intents set expires_at = clock_timestamp() where account_id = '{desk.account}'")
    answers = gate.race([(each, as_rows(desk.submitting(intent))) for each in crowd])
    tap.equal({(answer[0]["outcome"], answer[0]["refusal_code"], answer[0]["order_status"]) for answer in answers}, {("refused", "expired", None)}, "answers")
    tap.equal(desk.events(), {"intent_requested": 1, "intent_claimed": 1, "intent_expired": 1}, "events")


@tap.test("a crash of the server between claim and submission loses no intent and doubles no order")
def _():
    global one
    desk, claim = Desk(20), new()
    mine = [row["intent_id"] for row in one.rows(desk.claiming("executor", claim))]
    sent = mine[:3]
    for intent in sent:
        tap.equal(one.row(desk.submitting(intent))["outcome"], "created", "an order")
    crowd[0].run("begin")
    tap.equal(crowd[0].row(desk.submitting(mine[3]))["outcome"], "created", "an order that is not committed")
    crowd[2].run("begin")
    tap.equal(len(crowd[2].rows(desk.claiming("another"))), 10, "a claim that is not committed")
    host.crash()
    host.start()
    one = session.Session(url)
    tap.equal(sorted(desk.claimed("executor")), sorted(set(mine) - set(sent)), "what the executor finds under its name")
    again = one.rows(desk.claiming("executor", claim))
    tap.equal([(row["outcome"], row["intent_id"]) for row in again], [("replayed", intent) for intent in mine], "its claim, made again")
    tap.equal([one.row(desk.submitting(intent))["outcome"] for intent in mine], ["replayed"] * 3 + ["created"] * 7, "submitted again")
    tap.equal((desk.claimed("another"), len(one.rows(desk.claiming("another")))), ([], 10), "what was claimed without a commit is free")
    tap.equal(desk.events(), {"intent_requested": 20, "intent_claimed": 20, "intent_done": 10, "order_submitted": 10}, "events")


tap.main()
