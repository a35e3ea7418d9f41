"""Two deploys of one bot by two drivers that are killed at every step, while three greedy processes want to trade: one may, always."""

import uuid

from harness import server, session, tap
from harness.session import as_rows, call
from harness.trading import T1, opening, order

host = server.Server()
url = host.installed("deploys")
pooler = server.PgBouncer(host, ["ignore_startup_parameters = options"])
urls = url, pooler.url("deploys")
one = session.Session(url)
TRADED = uuid.uuid4()


def new():
    return uuid.uuid4()


for code in ("USD", "BTC"):
    one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
one.row(call("ref.fn_register_venue", code="deploys", name="Deploys"))
one.row(call("ref.fn_register_instrument", instrument_id=TRADED, venue="deploys", symbol="S", kind="perp", base="BTC", quote="USD"))


class Bot:
    """A bot of an account of its own, and the processes that act as it: the key is the deploy that started each, None for the first build."""

    def __init__(self):
        self.account, self.bot, self.tokens = new(), new(), {None: 0}
        one.row(opening(self.account, "deploys"))
        one.row(call("trading.fn_configure_bot", account_id=self.account, change_id=new(), bot_id=self.bot, name="b", desired_state="running",
                     image_tag="first", strategy_params={"build": "first"}, reason="test"))

    def order(self, process, key=None):
        return order(self.account, new(), TRADED, idempotency_key=key or str(new()), submitted_at=T1,
                     ctx={"bot": str(self.bot), "fence": self.tokens[process]})

    def acquire(self, process):
        got = one.row(call("trading.fn_acquire_lease", account_id=self.account, bot_id=self.bot, acquire_id=new(), holder=str(process), ttl="1h",
                           deploy_id=process))
        if got["outcome"] == "created":
            self.tokens[process] = got["token"]
        return got["refusal_code"]

    def in_force(self):
        """The process whose build the bot is configured with."""
        image = one.value(f"select image_tag from trading.bot_configs where bot_id = '{self.bot}'")
        return None if image == "first" else uuid.UUID(image)

    def one_trades(self):
        """Every process that ever was tries all it can. The order of one of them gets through: of the build in force."""
        expected, key = self.in_force(), str(new())
        for process in self.tokens:
            refusal = self.acquire(process)
            tap.equal(refusal if process != expected else refusal or "held", "not_in_force" if process != expected else "held", "the lease")
        through = [process for process in self.tokens if one.row(self.order(process, f"{process} {key}"))["outcome"] == "created"]
        tap.equal(through, [expected], "processes that an order got through of")
        tap.check(one.value(f"select count(*) from trading.bot_deploys where bot_id = '{self.bot}' and state in ('switching', 'active')") <= 1,
                  "deploys in force")
        return f"{expected} {key}"


class Driver:
    """A program that deploys: it does one step after the other, and after it was killed all of them once more, under the same ids."""

    def __init__(self, bot, through):
        self.bot, self.through, self.deploy, self.session = bot, through, new(), session.Session(through)
        bot.tokens[self.deploy] = 0
        self.calls = [call("trading.fn_start_deploy", account_id=bot.account, deploy_id=self.deploy, bot_id=bot.bot, image_tag=str(self.deploy),
                           strategy_params={"build": str(self.deploy)}, reason="test", actor="driver", tolerance="1s")]
        for to_state, accepted in (("starting", None), ("shadowing", None), ("switching", 2), ("switching", 3), ("active", None)):
            self.calls.append(call("trading.fn_advance_deploy", account_id=bot.account, deploy_id=self.deploy, step_id=new(), to_state=to_state,
                                   reason="test", actor="driver", differences=accepted))

    def die(self):
        self.session.close()
        self.session = session.Session(self.through)

    def take(self, n, again=False):
        answer = self.session.row(self.calls[n])
        tap.equal((answer["outcome"], answer["refusal_code"]), ("refused", "differences") if n == 3 else ("replayed" if again else "created", None),
                  f"step {n}")

    def take_killed(self, n, committed):
        """Is killed in step n, before it is committed or when it is, and goes on after another start."""
        self.session.run("begin")
        self.take(n)
        if committed:
            self.session.run("commit")
        self.die()
        for done in range(n):
            self.take(done, again=True)
        self.take(n, again=committed)

    def shadow(self, key, qty=1000):
        answer = one.row(call("trading.fn_record_shadow_order", account_id=self.bot.account, deploy_id=self.deploy, shadow_order_id=new(),
                              instrument_id=TRADED, side="buy", type="limit", qty=qty, price=100, stop_price=None, time_in_force="gtc",
                              decided_at=T1, idempotency_key=key))
        tap.equal(answer["outcome"], "created", "an order in shadow")

    def plant(self):
        """What both builds decide alike, and three differences."""
        blue = self.bot.in_force()
        for key, greens in (("same", 1000), ("other quantity", 999), ("not green's", None)):
            tap.equal(one.row(self.bot.order(blue, f"{self.deploy} {key}"))["outcome"], "created", "an order of blue")
            if greens:
                self.shadow(f"{self.deploy} {key}", greens)
        self.shadow(f"{self.deploy} not blue's")

    def compare(self, matched):
        found = one.rows(call("trading.fn_compare_shadow", account_id=self.bot.account, deploy_id=self.deploy))
        tap.equal(sorted(row["result"] for row in found if row["result"] != "matched"), ["differs", "only_blue", "only_green"], "differences")
        tap.equal([row["differences"] for row in found if row["differences"]], [{"qty": {"blue": "1000", "green": "999"}}], "what differs")
        tap.equal(len(found) - 3, matched, "decisions that are the same")


def deploy(driver, other, begun, kill_at, committed):
    """Takes a deploy from its first step that is not done to the last, with one kill on the way."""
    mirrored = 0
    for n in range(begun, len(driver.calls)):
        if n == kill_at:
            driver.take_killed(n, committed)
        else:
            driver.take(n)
        key = driver.bot.one_trades()
        if n == 2:
            driver.plant()
            mirrored += 1  # the same one that is planted
        if n in (2, 3):
            driver.shadow(key)
            mirrored += 1
            driver.compare(mirrored)
        if n < 5 and other:
            refused = other.session.row(other.calls[0])
            tap.equal((refused["outcome"], refused["refusal_code"]), ("refused", "deploy_under_way"), "the other deploy")
            tap.contains(refused["refusal_detail"], str(driver.deploy), "who is on the way")


def begin_together(drivers, killed, committed):
    """Both begin at once, the second while the transaction of the first is open: which of them has begun, and which not."""
    first, second = drivers
    first.session.run("begin")
    first.take(0)
    second.session.send(as_rows(second.calls[0]))
    tap.wait_until(lambda: one.value("select count(*) from pg_catalog.pg_locks where locktype = 'advisory' and not granted") == 1, "the second waits")
    if killed and not committed:
        first.die()
    else:
        first.session.run("commit")
    answer = session.outcome(second.session)[0]
    if killed and not committed:
        tap.equal(answer["outcome"], "created", "the second, after the first has gone")
        return second, first
    tap.equal(answer["refusal_code"], "deploy_under_way", "the second, after the first has begun")
    if killed:
        first.die()
        first.take(0, again=True)
    return first, second


for at in range(6):
    for after in (False, True):
        @tap.test(f"two deploys at once, both drivers killed {'after' if after else 'before'} the commit of step {at}")
        def _(at=at, after=after):
            bot = Bot()
            bot.one_trades()
            first, second = begin_together([Driver(bot, each) for each in urls], at == 0, after)
            bot.one_trades()
            deploy(first, second, 1, at, after)
            deploy(second, None, 0, at, after)
            tap.equal([one.value(f"select state from trading.bot_deploys where deploy_id = '{each.deploy}'") for each in (first, second)],
                      ["replaced", "active"], "states at the end")
            taken = one.rows("select from_state || ' ' || to_state as step, count(*) as times from trading.deploy_steps "
                             f"where account_id = '{bot.account}' and outcome = 'created' group by 1")
            tap.equal({row["step"]: row["times"] for row in taken}, {"requested starting": 2, "starting shadowing": 2, "shadowing switching": 2,
                                                                     "switching active": 2, "active replaced": 1}, "steps")
            config = one.row(f"select strategy_params, version from trading.bot_configs where bot_id = '{bot.bot}'")
            tap.equal(config, {"strategy_params": {"build": str(second.deploy)}, "version": 3}, "what the bot is at the end")


@tap.test("an order that meets a switch waits for it, and is refused when it commits or taken when it does not; nothing of blue comes after")
def _():
    for committed in (False, True):
        bot = Bot()
        bot.acquire(None)
        driver, blue = Driver(bot, urls[1]), session.Session(urls[1])
        for n in range(3):
            driver.take(n)
        driver.plant()
        driver.session.run("begin")
        driver.take(4)
        blue.send(as_rows(bot.order(None)))
        tap.wait_until(lambda: one.value("select count(*) from pg_catalog.pg_locks where not granted") >= 1, "the order waits")
        if committed:
            driver.session.run("commit")
        driver.die()
        answer = session.outcome(blue)[0]
        tap.equal((answer["outcome"], answer["refusal_code"]), ("refused", "fenced") if committed else ("created", None), "the order")
    switched = one.value(f"select max(id) from bus.domain_events where account_id = '{bot.account}' and event_type = 'trading.fence_incremented'")
    tap.equal(one.value(f"select count(*) from bus.domain_events where account_id = '{bot.account}' and event_type = 'trading.order_submitted' "
                        f"and id > {switched}"), 0, "orders of blue after the switch")


@tap.test("a switch waits for an order under way, and counts it among the differences")
def _():
    bot = Bot()
    bot.acquire(None)
    driver, blue = Driver(bot, urls[0]), session.Session(urls[1])
    for n in range(3):
        driver.take(n)
    driver.plant()
    blue.run("begin")
    tap.equal(blue.row(bot.order(None))["outcome"], "created", "an order")
    driver.session.send(as_rows(driver.calls[4]))
    tap.wait_until(lambda: one.value("select count(*) from pg_catalog.pg_locks where not granted") >= 1, "the switch waits")
    blue.run("commit")
    answer = session.outcome(driver.session)[0]
    tap.equal((answer["refusal_code"], answer["refusal_detail"]), ("differences", "blue and green differ in 4 of 5 decisions; 3 were accepted"))


@tap.test("a deploy under way is as it was after a crash of the server, and is rolled back after another")
def _():
    global one
    bot = Bot()
    bot.one_trades()
    driver = Driver(bot, urls[0])
    back = call("trading.fn_advance_deploy", account_id=bot.account, deploy_id=driver.deploy, step_id=new(), to_state="rolled_back", reason="test",
                actor="driver")
    for n in range(3):
        driver.take(n)
    driver.plant()
    driver.take(3)
    driver.take(4)
    for outcome in ("created", "replayed"):
        driver.session.close()
        host.crash()
        host.start()
        one, driver.session = session.Session(url), session.Session(url)
        if outcome == "created":
            bot.one_trades()
            tap.equal(bot.in_force(), driver.deploy, "the build in force")
        tap.equal(driver.session.row(back)["outcome"], outcome, "the roll back")
        bot.one_trades()
        tap.equal(bot.in_force(), None, "the build in force")


tap.main()
