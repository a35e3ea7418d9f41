"""Leases among several processes: one may act as a bot, and from the moment that another may, nothing of the first gets through."""

import uuid

from harness import server, session, tap
from harness.session import as_rows, call
from harness.trading import fill, opening, order

HOLDERS, ORDERS_EACH = 8, 20

host = server.Server()
url = host.installed("lease")
pooler = server.PgBouncer(host, [f"default_pool_size = {HOLDERS}", "ignore_startup_parameters = options"])
one = session.Session(url)
# Every other one comes through PgBouncer in transaction mode.
crowd = [session.Session(pooler.url("lease") if n % 2 else url) for n in range(HOLDERS)]
TRADED = uuid.uuid4()


def new():
    return uuid.uuid4()


for code in ("USD", "BTC"):
    one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
one.row(call("ref.fn_register_venue", code="lease", name="Lease"))
one.row(call("ref.fn_register_instrument", instrument_id=TRADED, venue="lease", symbol="S", kind="perp", base="BTC", quote="USD"))


class Bot:
    """A bot of an account of its own."""

    def __init__(self):
        self.account, self.bot = new(), new()
        one.row(opening(self.account, "lease"))
        one.row(call("trading.fn_configure_bot", account_id=self.account, change_id=new(), bot_id=self.bot, name="b", desired_state="running",
                     image_tag=None, strategy_params=None, reason="test"))

    def acquiring(self, holder):
        return call("trading.fn_acquire_lease", account_id=self.account, bot_id=self.bot, acquire_id=new(), holder=holder, ttl="1h")

    def ctx(self, token):
        return {"bot": str(self.bot), "fence": token}

    def order(self, token):
        return order(self.account, new(), TRADED, ctx=self.ctx(token))

    def expire(self):
        """As if the time of the lease were over, for a test that waits for no clock."""
        one.run(f"update trading.bot_leases set expires_at = clock_timestamp() where account_id = '{self.account}'")

    def taken(self, token):
        return one.value(f"select count(*) from trading.orders where account_id = '{self.account}' and status = 'submitted' "
                         f"and (ctx ->> 'fence')::bigint = {token}")


@tap.test("of many who want a lease at once, one has it")
def _():
    bot = Bot()
    for n, each in enumerate(crowd):
        each.send(as_rows(bot.acquiring(f"holder {n}")))
    answers = [session.outcome(each)[0] for each in crowd]
    tap.equal(sorted(answer["outcome"] for answer in answers), ["created"] + ["refused"] * (HOLDERS - 1), "outcomes")
    tap.equal({answer["refusal_code"] for answer in answers}, {None, "held"}, "refusals")


@tap.test("a holder that slept past its lease gets nothing through when it wakes, and its facts are recorded and flagged")
def _():
    bot, sleeper, second = Bot(), crowd[0], crowd[1]
    first = sleeper.row(bot.acquiring("first"))["token"]
    known = new()
    sleeper.row(order(bot.account, known, TRADED, ctx=bot.ctx(first)))
    bot.expire()
    later = second.row(bot.acquiring("second"))["token"]
    tap.check(later > first, f"{later} is greater than {first}")
    for _ in range(ORDERS_EACH):
        answer = sleeper.row(bot.order(first))
        tap.equal((answer["outcome"], answer["refusal_code"]), ("refused", "fenced"), "an order of the first")
        tap.equal(second.row(bot.order(later))["outcome"], "created", "an order of the second")
    tap.equal((bot.taken(first), bot.taken(later)), (1, ORDERS_EACH), "orders taken")
    tap.equal(sleeper.row(fill(bot.account, new(), known, TRADED, ctx=bot.ctx(first)))["outcome"], "created", "a fill of the first")
    tap.equal(second.row(fill(bot.account, new(), known, TRADED, ctx=bot.ctx(later)))["outcome"], "created", "a fill of the second")
    tap.equal(one.rows(f"select ctx ? 'stale_fence' as stale, (ctx ->> 'fence')::bigint as fence from trading.fills "
                       f"where account_id = '{bot.account}' order by recorded_at"),
              [{"stale": True, "fence": first}, {"stale": False, "fence": later}], "flags")


@tap.test("while holders submit, a later acquisition lets no order of an earlier token commit after it")
def _():
    bot = Bot()
    tokens = [one.row(bot.acquiring("holder 0"))["token"]]
    for each in crowd:
        each.send("; ".join(bot.order(tokens[0]) for _ in range(ORDERS_EACH)))
    tap.wait_until(lambda: bot.taken(tokens[0]) >= HOLDERS, "orders come in")
    bot.expire()
    tokens.append(one.row(bot.acquiring("holder 1"))["token"])
    for each in crowd:
        each.receive()
    event = one.value("select max(id) from bus.domain_events where event_type = 'trading.lease_acquired'")
    tap.equal(one.value(f"select count(*) from bus.domain_events where account_id = '{bot.account}' and id > {event} "
                        "and event_type = 'trading.order_submitted'"), 0, "orders of the first token after the second was given")
    for each in crowd:
        tap.equal(each.row(bot.order(tokens[0]))["refusal_code"], "fenced", "an order with the first token")


@tap.test("an acquisition waits for orders under way, a renewal does not")
def _():
    bot, busy, other = Bot(), crowd[0], crowd[2]
    token = one.row(bot.acquiring("first"))["token"]
    busy.run("begin")
    tap.equal(busy.row(bot.order(token))["outcome"], "created", "an order")
    tap.equal(one.row(call("trading.fn_renew_lease", account_id=bot.account, bot_id=bot.bot, token=token, renew_id=new(), ttl="1h"))["outcome"],
              "created", "a renewal meanwhile")
    one.row(call("trading.fn_release_lease", account_id=bot.account, bot_id=bot.bot, token=token))
    other.send(as_rows(bot.acquiring("second")))
    tap.wait_until(lambda: one.value("select count(*) from pg_catalog.pg_locks where not granted") >= 1, "the second waits")
    busy.run("commit")
    tap.equal(session.outcome(other)[0]["outcome"], "created", "the second after the commit")


@tap.test("a transaction whose snapshot is older than an acquisition cannot submit with the earlier token")
def _():
    for level in ("repeatable read", "serializable"):
        bot = Bot()
        token = one.row(bot.acquiring("first"))["token"]
        crowd[0].run(f"begin isolation level {level}; select 1")
        bot.expire()
        one.row(bot.acquiring("second"))
        crowd[0].send(as_rows(bot.order(token)))
        answer = session.outcome(crowd[0])
        tap.check(isinstance(answer, session.Refused) and answer.sqlstate == "40001", f"{level}: {answer}")
        crowd[0].run("rollback")
        tap.equal(crowd[0].row(bot.order(token))["refusal_code"], "fenced", "tried again")


tap.main()
