"""Caps of notional among many: never passed by a unit, used to the last order that fits, and counted as the orders come to."""

import uuid

from harness import server, session, tap
from harness.session import as_rows, call
from harness.trading import fill, opening, order

SUBMITTERS, BOTS = 64, 8
# Every order comes to 100. The caps of the bots together are more than that of all trading, and no cap is a whole number of orders.
BOT_LIMIT, GLOBAL_LIMIT = 1050, 6099

host = server.Server(["max_connections = 120"])
url = host.installed("caps")
pooler = server.PgBouncer(host, [f"default_pool_size = {SUBMITTERS}", "ignore_startup_parameters = options"])
one = session.Session(url)
# Every other one comes through PgBouncer in transaction mode.
crowd = [session.Session(pooler.url("caps") if n % 2 else url) for n in range(SUBMITTERS)]
TRADED = uuid.uuid4()


def new():
    return uuid.uuid4()


for code in ("USD", "BTC"):
    one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
one.row(call("ref.fn_register_venue", code="caps", name="Caps"))
one.row(call("ref.fn_register_instrument", instrument_id=TRADED, venue="caps", symbol="S", kind="perp", base="BTC", quote="USD"))
one.run("create table trading.test_day (day date); insert into trading.test_day values ('2024-02-29')")
one.run("create or replace function trading._cap_day() returns date language sql stable as 'select day from trading.test_day'")


class Bot:
    """A bot with its lease; two share an account."""

    def __init__(self, holder):
        self.account, self.bot = holder, new()
        one.row(call("trading.fn_configure_bot", account_id=holder, change_id=new(), bot_id=self.bot, name="b", desired_state="running", image_tag=None,
                     strategy_params=None, reason="test"))
        token = one.row(call("trading.fn_acquire_lease", account_id=holder, bot_id=self.bot, acquire_id=new(), holder="h", ttl="24h"))["token"]
        self.ctx = {"bot": str(self.bot), "fence": token}

    def order(self, order_id=None):
        return order(self.account, order_id or new(), TRADED, qty=1, ctx=self.ctx)


def accounts(count):
    made = [new() for _ in range(count)]
    for each in made:
        one.row(opening(each, "caps"))
    return made


bots = [Bot(holder) for holder in accounts(BOTS // 2) for _ in range(2)]


def set_cap(limit, bot=None):
    one.row(call("trading.fn_set_cap", change_id=new(), scope="bot" if bot else "global", account_id=bot and bot.account, bot_id=bot and bot.bot,
                 currency="USD", limit=limit, slice=None, reason="test", actor="ann"))


def turn_day():
    one.run("update trading.test_day set day = day + 1")


def today():
    return one.value("select day from trading.test_day")


def answers(wishes, sessions=None):
    """What each session is answered to the wish it sends at the same time as all others."""
    pairs = list(zip(sessions or crowd, wishes))
    for each, wish in pairs:
        each.send(as_rows(wish))
    found = [session.outcome(each) for each, _ in pairs]
    tap.equal([str(answer) for answer in found if not isinstance(answer, list)], [], "errors")
    return [answer[0] for answer in found]


def submit(rounds):
    """So many orders of every session, bots in turn; how many were taken."""
    found = [answer for _ in range(rounds) for answer in answers([bots[n % BOTS].order() for n in range(SUBMITTERS)])]
    tap.equal({(answer["outcome"], answer["refusal_code"]) for answer in found} - {("created", None), ("refused", "cap")}, set(), "outcomes")
    return sum(answer["outcome"] == "created" for answer in found)


def counted(day):
    """What is counted to a day, of all trading and of the bot with the most, out of the orders themselves."""
    return one.row("select coalesce(sum(b.amount), 0) as all, coalesce(max(b.amount), 0) as bot from (select sum(r.amount) as amount "
                   f"from trading.notional_reserves as r where r.day = '{day}' group by r.account_id, r.bot_id) as b")


def check(day, full=True):
    """No cap is passed; with `full` no other order would fit. What was counted by and by is what the orders come to."""
    now = counted(day)
    tap.check(now["all"] <= GLOBAL_LIMIT and now["bot"] <= BOT_LIMIT, f"counted on {day}: {now}")
    if full:
        tap.equal(now["all"], GLOBAL_LIMIT // 100 * 100, f"counted on {day}")
    tap.equal(one.rows("select * from trading.fn_check_caps()"), [], "differences")


@tap.test("the first orders of a day, all at once: as many are taken as fit all caps, and not one more")
def _():
    set_cap(GLOBAL_LIMIT)
    for bot in bots:
        set_cap(BOT_LIMIT, bot)
    tap.equal(submit(3), GLOBAL_LIMIT // 100, "orders taken")
    check(today())
    tap.equal(submit(1), 0, "orders taken when nothing is left")


@tap.test("the day turns while orders come in: each counts to its day, and both caps are kept")
def _():
    turn_day()
    first = today()
    for each, bot in zip(crowd, bots * (SUBMITTERS // BOTS)):
        each.send("; ".join(as_rows(bot.order()) for _ in range(4)))
    tap.wait_until(lambda: counted(first)["all"] > 0, "orders come in")
    turn_day()
    for each in crowd:
        each.receive()
    check(first, full=False)
    submit(3)
    check(today())
    check(first, full=False)


@tap.test("one bot, with as many sessions as there are")
def _():
    turn_day()
    taken = sum(answer["outcome"] == "created" for _ in range(2) for answer in answers([bots[0].order() for _ in crowd]))
    tap.equal(taken, BOT_LIMIT // 100, "orders taken")
    check(today(), full=False)


@tap.test("fills, cancels and busts among submissions: what they give back is used again, and nothing leaks")
def _():
    turn_day()
    live, half = [], SUBMITTERS // 2
    for turn in range(8):
        wishes = [(bot, new()) for bot in (bots * (half // BOTS))]
        busy, live = live[:half], live[half:]
        happen = []
        for n, (bot, order_id) in enumerate(busy):
            filled = fill(bot.account, order_id, order_id, TRADED)
            happen.append([filled, call("trading.fn_cancel_order", account_id=bot.account, order_id=order_id, event_id=new(), reason=None, occurred_at=None),
                           filled, call("trading.fn_request_replace", account_id=bot.account, order_id=order_id, event_id=new(), qty=2, price=None,
                                        stop_price=None, reason=None, occurred_at=None, ctx=bot.ctx)][n % 4])
        found = answers([bot.order(order_id) for bot, order_id in wishes] + happen)
        live += [wish for wish, answer in zip(wishes, found) if answer["outcome"] == "created"]
        check(today(), full=False)
    filled = one.rows(f"select account_id, fill_id from trading.fills where account_id in ({', '.join(repr(str(bot.account)) for bot in bots)})")
    answers([call("trading.fn_bust_fill", account_id=uuid.UUID(each["account_id"]), event_id=new(), fill_id=uuid.UUID(each["fill_id"])) for each in filled])
    check(today(), full=False)
    submit(4)
    check(today())


@tap.test("a lower cap holds from the moment it is set, though more of the old one was handed out")
def _():
    turn_day()
    answers([bots[n % BOTS].order() for n in range(SUBMITTERS // 2)])
    set_cap(counted(today())["all"] + 150)
    tap.equal(submit(1), 1, "orders taken")
    tap.equal(one.rows("select * from trading.fn_check_caps()"), [], "differences")
    set_cap(GLOBAL_LIMIT)
    submit(3)
    check(today())


@tap.test("a transaction whose snapshot is older than a cap cannot submit")
def _():
    for bot in (None, bots[0]):
        for level in ("repeatable read", "serializable"):
            turn_day()
            crowd[0].run(f"begin isolation level {level}; select 1")
            set_cap(BOT_LIMIT if bot else GLOBAL_LIMIT, bot)
            crowd[0].send(as_rows(bots[0].order()))
            answer = session.outcome(crowd[0])
            tap.check(isinstance(answer, session.Refused) and answer.sqlstate == "40001", f"{level}: {answer}")
            crowd[0].run("rollback")


@tap.test("the server dies while orders come in: nothing leaks, and the caps hold afterwards")
def _():
    turn_day()
    for each, bot in zip(crowd, bots * (SUBMITTERS // BOTS)):
        each.send("; ".join(as_rows(bot.order()) for _ in range(4)))
    tap.wait_until(lambda: counted(today())["all"] > 0, "orders come in")
    host.crash()
    host.start()
    global one
    one = session.Session(url)
    crowd[:] = [session.Session(url) for _ in crowd]
    check(today(), full=False)
    submit(3)
    check(today())


tap.main()
