"""Bots through libdaybook: what the holder of a lease knows of it, what becomes of calls in its name when it is lost, intents and commands."""

import os
import uuid

from harness import calls, program, server, session, tap
from harness.session import call
from harness.talk import Talker

host = server.Server()
pooler = server.PgBouncer(host)
binary = calls.build()
name = "lease"
one = calls.settle(host.installed(name))
url = host.url(name, "trader")
ORDER = "submit order={} side=buy type=limit qty=1 price=100 at=1"
FILL = "fill fill={} order={} side=buy qty=1 price=100 at=2"


def make_bot(bot):
    """The id of a new bot of that name."""
    bot_id = str(uuid.uuid4())
    one.row(call("trading.fn_configure_bot", account_id=calls.ACCOUNT, change_id=uuid.uuid4(), bot_id=bot_id, name=bot, desired_state="running",
                 image_tag=None, strategy_params=None, reason="test"))
    return bot_id


def expire(bot_id):
    """As if the time of the lease were over, for a test that waits for no clock."""
    one.run(f"update trading.bot_leases set expires_at = clock_timestamp() where bot_id = '{bot_id}'")


def take_over(bot_id):
    return one.row(call("trading.fn_acquire_lease", account_id=calls.ACCOUNT, bot_id=bot_id, acquire_id=uuid.uuid4(), holder="another", ttl="1h"))


def come_back():
    global one
    host.start()
    one = session.Session(host.url(name))


def contexts(kind, prefix):
    return one.rows(f"select ctx ->> 'bot' as bot, (ctx ->> 'fence')::bigint as fence, ctx ? 'stale_fence' as stale from trading.{kind} "
                    f"where ctx ? 'bot' and ctx ->> 'bot' = '{prefix}' order by recorded_at")


def token(talker):
    return int(talker.say("held").split()[2])


renewed_bot = make_bot("renewed")
renewed = Talker(binary, url)
tap.equal(renewed.say(f"lease bot={renewed_bot} ttl=9000"), "created", "a lease that a thread renews")


def renewals():
    return one.value(f"select count(*) from bus.domain_events where event_type = 'trading.lease_renewed' and aggregate_id = '{renewed_bot}'")


@tap.test("one holder has it, another is refused and told who; its own acquisition is replayed, and another bot under it a conflict")
def _():
    shared, other = make_bot("shared"), make_bot("else")
    first, second = Talker(binary, url), Talker(binary, pooler.url(name))
    tap.equal(first.say(f"lease bot={shared} acquire=mine holder=first hand=1 ttl=3600000"), "created", "the first")
    tap.equal(second.say(f"lease bot={shared} holder=second"), "refused held", "the second")
    tap.equal(second.say("held"), "error - dbk_lease_state: lease is NULL")
    tap.equal(second.say(f"lease bot={shared} acquire=mine holder=first hand=1"), "replayed", "the first after a restart")
    tap.check(second.say("held").startswith("held good "), "what a restarted holder knows")
    tap.equal(second.say(f"lease bot={other} acquire=mine holder=first"), "conflict bot_id", "another bot")
    tap.equal(first.say("renew"), "created", "a renewal by hand")
    tap.equal(first.say("release"), "created", "the release")
    tap.check(first.say("held").endswith("released"), "what is known after it")
    tap.check(first.say("renew").endswith("the lease is lost: released"), "a renewal after it")
    tap.equal(second.say(f"lease bot={shared} acquire=mine holder=first"), "refused fenced", "an acquisition that is over")
    tap.equal(second.say(f"lease bot={shared}"), "created", "another after the release")
    second.close(), first.close()


@tap.test("a process says by which deploy it was started, and has no lease unless that is the one in force")
def _():
    deployed, deploy = make_bot("deployed"), uuid.uuid4()
    one.row(call("trading.fn_start_deploy", account_id=calls.ACCOUNT, deploy_id=deploy, bot_id=uuid.UUID(deployed), image_tag="2", strategy_params={},
                 reason="test", actor="test"))
    blue, green = Talker(binary, url), Talker(binary, pooler.url(name))
    for state in ("starting", "shadowing", "switching"):
        tap.equal(green.say(f"lease bot={deployed} deploy={deploy}"), "refused not_in_force", f"green before {state}")
        one.row(call("trading.fn_advance_deploy", account_id=calls.ACCOUNT, deploy_id=deploy, step_id=uuid.uuid4(), to_state=state, reason="test",
                     actor="test", differences=0))
    tap.equal(blue.say(f"lease bot={deployed}"), "refused not_in_force", "blue after the switch")
    tap.equal(green.say(f"lease bot={deployed} deploy={deploy}"), "created", "green after it")
    green.close(), blue.close()


@tap.test("every call of a book carries bot and fence: alone, in a batch, in a run and through a pooler")
def _():
    bot_id = make_bot("carried")
    for n, (target, run) in enumerate(((url, False), (pooler.url(name), False), (url, True), (pooler.url(name), True))):
        batch = [] if run else [f"fills fill=b{n} order=o{n} side=buy qty=1 price=100 at=2"]
        answers = calls.tell(binary, target, ORDER.format(f"o{n}"), FILL.format(f"f{n}", f"o{n}"), *batch, run=run, BOT=bot_id)
        tap.equal([answer.split()[0] for answer in answers], ["created"] * (3 - run), f"answers {n}")
        expire(bot_id)
    grants = [row["token"] for row in one.rows(f"select token from trading.bot_lease_grants where bot_id = '{bot_id}' order by token")]
    tap.equal([row["fence"] for row in contexts("orders", bot_id)], grants, "fences of orders")
    tap.equal(sorted({row["fence"] for row in contexts("fills", bot_id)}), grants, "fences of fills")
    tap.equal(one.value("select count(*) from trading.fills where not ctx ? 'fence' or ctx ? 'stale_fence'"), 0, "fills without, or stale")


@tap.test("who was taken over without knowing is refused by the book, and knows it after the next renewal")
def _():
    bot_id = make_bot("unaware")
    holder = Talker(binary, url)
    holder.say(f"lease bot={bot_id} hand=1 ttl=3600000")
    holder.say("act")
    tap.equal(holder.say(ORDER.format("u1")), "created submitted 1")
    expire(bot_id)
    take_over(bot_id)
    tap.equal(holder.say(ORDER.format("u2")), "refused fenced denied 1")
    tap.check(holder.say("held").startswith("held good "), "what it knows before")
    tap.equal(holder.say("renew"), "refused fenced")
    tap.check(holder.say("held").startswith("lost over "), "what it knows after")
    for line in (ORDER.format("u3"), f"{calls.event('cancel_request')} order=u1 event=c1", f"{calls.event('replace_request')} order=u1 event=r1 qty=2"):
        tap.contains(holder.say(line), "the lease of the bot is lost: fenced: token", line)
    tap.equal(holder.say(FILL.format("uf", "u1")).split()[:2], ["created", "filled"], "a fill")
    tap.equal([row["stale"] for row in contexts("fills", bot_id)], [True], "flagged")
    tap.equal(holder.say("act none=1"), "")
    tap.equal(holder.say(ORDER.format("u4")), "created submitted 1", "an order in nobody's name")
    holder.close()


@tap.test("a holder that was stopped past its lease knows that it is lost when it wakes, and asks for nothing")
def _():
    bot_id = make_bot("sleeper")
    sleeper = Talker(binary, url)
    sleeper.say(f"lease bot={bot_id} ttl=1000")
    sleeper.say("act")
    first = token(sleeper)
    sleeper.sleep()
    second = tap.wait_until(lambda: (answer := take_over(bot_id))["outcome"] == "created" and answer["token"], "another process may act")
    sleeper.wake()
    answers = [sleeper.say(ORDER.format(f"s{n}")) for n in range(5)]
    for answer in answers:
        tap.contains(answer, "the lease of the bot is lost", "an order after waking")
    tap.check(sleeper.say("held").startswith(f"lost over {first} "), "what it knows")
    tap.equal(sleeper.say(FILL.format("sf", "none")).split()[0], "created", "a fill it had not told yet")
    tap.equal([(row["fence"], row["stale"]) for row in contexts("fills", bot_id)], [(first, True)], "the fill")
    tap.equal(contexts("orders", bot_id)[1:], [], "orders of it, but the one that its fill made known")
    tap.check(second > first, "the later token is greater")
    sleeper.close()


@tap.test("a fact in the spool keeps the fence that it had when it was recorded, and is flagged when it arrives after a takeover")
def _():
    bot_id = make_bot("spooled")
    holder = Talker(binary, url, DAYBOOK_SPOOL=os.path.join(program.temporary_folder(), "spool"), RETRY_TOTAL_MS="100")
    tap.equal(holder.say(f"lease bot={bot_id} hand=1 ttl=3600000"), "created")
    holder.say("act")
    fence = token(holder)
    tap.equal(holder.say(ORDER.format("p1")), "created submitted 1")
    host.stop()
    tap.equal(holder.say(FILL.format("pf", "p1")).split()[0], "spooled", "a fill without the server")
    holder.say("act none=1")
    come_back()
    expire(bot_id)
    take_over(bot_id)
    tap.contains(holder.say("drain limit=60000"), "waiting 0 quarantined 0", "what waits")
    tap.equal([(row["fence"], row["stale"]) for row in contexts("fills", bot_id)], [(fence, True)], "the fill")
    holder.close()


ASK = "ask intent={} side=buy type=limit qty={} price=100"


@tap.test("what a bot asks for is claimed by one executor, submitted once and with the bot's fence, and every call may be repeated")
def _():
    bot_id = make_bot("asks")
    bot, executor, other = Talker(binary, url), Talker(binary, pooler.url(name)), Talker(binary, url)
    bot.say(f"lease bot={bot_id} hand=1 ttl=3600000")
    bot.say("act")
    fence = token(bot)
    tap.equal([bot.say(ASK.format("i1", 1)), bot.say(ASK.format("i2", 2)), bot.say(ASK.format("i1", 1)), bot.say(ASK.format("i1", 9))],
              ["created requested -", "created requested -", "replayed requested -", "conflict qty requested -"], "asked")
    claimed = "submit buy 1 claimed one | submit buy 2 claimed one | "
    tap.equal([executor.say("claim claim=c executor=one"), executor.say("claim claim=c executor=one"), other.say("claim claim=d executor=two"),
               other.say("claim claim=c executor=two")],
              [claimed + "created", claimed + "replayed", "created", "conflict executor"], "claims")
    tap.equal(executor.say("intents status=claimed executor=one"), claimed, "what it finds when it comes back")
    tap.equal([executor.say("perform intent=i1"), executor.say("perform intent=i1")], ["created done submitted", "replayed done submitted"], "submitted")
    tap.equal([executor.say("decline intent=i2 executor=one reason=venue"), executor.say("decline intent=i2 executor=one reason=venue"),
               executor.say("perform intent=i2")],
              ["created declined -", "replayed declined -", "refused declined declined -"], "declined")
    tap.equal([(row["fence"], row["stale"]) for row in contexts("orders", bot_id)], [(fence, False)], "the order")
    tap.equal([bot.say("change intent=x1 order=i1 qty=3"), bot.say("change intent=x2 order=i1 reason=why")],
              ["created requested -", "created requested -"], "changes asked for")
    tap.equal([executor.say("claim claim=e executor=one limit=1"), executor.say("perform intent=x1"), executor.say("perform intent=x2")],
              ["replace - 3 claimed one | created", "created done pending_replace", "created done pending_cancel"], "changes")
    tap.equal(bot.say(ASK.format("late", 1)), "created requested -")
    expire(bot_id)
    take_over(bot_id)
    tap.equal(executor.say("perform intent=late"), "refused fenced refused denied", "submitted after a takeover")
    tap.equal(bot.say(ASK.format("more", 1)), "refused fenced refused -", "asked for after it")
    bot.say("renew")
    for line in (ASK.format("lost", 1), "change intent=x3 order=i1"):
        tap.contains(bot.say(line), "the lease of the bot is lost", line)
    bot.close(), executor.close(), other.close()


@tap.test("a command is taken by the bot that holds its lease, each step once, and is followed to its end")
def _():
    bot_id = make_bot("commanded")
    bot, risk = Talker(binary, url), Talker(binary, url)
    tap.contains(risk.say("bots"), "commanded running free 1 {} | ", "bots")
    bot.say(f"lease bot={bot_id} hand=1 ttl=3600000")
    bot.say("act")
    line = f"command command=k bot={bot_id} kind=flatten reason=test"
    tap.equal([risk.say(line), risk.say(line), risk.say(line + "ed")], ["created", "replayed", "conflict reason"], "sent")
    tap.equal(bot.say("commands"), "flatten pending test - | ", "what there is to do")
    tap.equal([bot.say("report command=k step=0 by=me"), bot.say("report command=k step=0 by=me"), bot.say("report command=k step=1 by=me detail=flat"),
               bot.say("report command=k step=2 by=me")], ["created", "replayed", "created", "refused finished"], "steps")
    tap.equal([bot.say("commands"), risk.say("commands all=1"), risk.say("commands command=k")], ["", *["flatten done test flat | "] * 2], "commands")
    expire(bot_id)
    risk.say(f"command command=l bot={bot_id} kind=pause reason=test")
    tap.equal(bot.say("report command=l step=0 by=me"), "refused fenced", "a step without the lease")
    tap.contains(risk.say("report command=l step=7 by=me"), "step is none of enum dbk_command_step", "an unknown step")
    bot.close(), risk.close()


@tap.test("what a bot tells and saw is recorded once, and what its strategy keeps is of the holder of its lease")
def _():
    bot_id = make_bot("keeps")
    bot = Talker(binary, url)
    tap.contains(bot.say("keep change=k1 state={}"), "the book acts as no bot", "a state of nobody")
    bot.say(f"lease bot={bot_id} hand=1 ttl=3600000")
    bot.say("act")
    told, saw = f"tell event=e bot={bot_id} message=up at=1", "saw signal=s direction=long at=1"
    tap.equal([bot.say(told), bot.say(told), bot.say(told.replace("up", "down"))], ["created", "replayed", "conflict message"], "an event")
    tap.equal([bot.say(saw), bot.say(saw), bot.say(saw.replace("long", "flat"))], ["created", "replayed", "conflict direction"], "a signal")
    tap.equal([bot.say(f"kept bot={bot_id}"), bot.say('keep change=k1 state={"n":1}'), bot.say('keep change=k1 state={"n":1}'),
               bot.say('keep change=k2 state={"n":2}'), bot.say(f"kept bot={bot_id}")],
              ["0 -", "created", "replayed", "created", '2 {"n": 2}'], "states")
    expire(bot_id)
    take_over(bot_id)
    tap.equal([bot.say('keep change=k3 state={"n":3}'), bot.say(f"kept bot={bot_id}")], ["refused fenced", '2 {"n": 2}'], "after a takeover")
    tap.equal(bot.say(told.replace("event=e", "event=late")), "created", "an event of the former holder")
    bot.close()


@tap.test("the thread goes on renewing after its connection was ended and after the server was restarted")
def _():
    before = tap.wait_until(renewals, "it renews")
    one.run("select pg_terminate_backend(pid) from pg_stat_activity where query like '%fn_renew_lease%' and pid <> pg_backend_pid()")
    tap.wait_until(lambda: renewals() > before, "it renews once more")
    tap.check(renewed.say("held").startswith("held good "), "held")
    tap.check(renewed.say("renew").endswith("it was not acquired with renew_by_hand"), "by hand")
    tap.equal(renewed.say("leave"), "")


@tap.test("without the server a lease is good for its time and not longer, and says what kept it from being renewed")
def _():
    bot_id = make_bot("alone")
    holder = Talker(binary, url, CALL_TIMEOUT_MS="1000", RETRY_TOTAL_MS="100")
    tap.equal(holder.say(f"lease bot={bot_id} ttl=1000"), "created")
    holder.say("act")
    host.stop()
    said = tap.wait_until(lambda: (answer := holder.say("held")).startswith("lost") and answer, "the lease is lost")
    tap.contains(said, "not renewed within 1000 ms", "why")
    tap.contains(holder.say(ORDER.format("a1")), "the lease of the bot is lost", "an order")
    come_back()
    tap.equal(holder.say("held"), said, "once the server is back")
    holder.close()


@tap.test("a book in a file says where bots are")
def _():
    path = os.path.join(program.temporary_folder(), "book.db")
    answers = calls.tell(binary, f"sqlite:{path}", f"lease bot={uuid.uuid4()}", "act none=1", ASK.format("i", 1), "change intent=x order=i", "bots",
                         "claim claim=c executor=one", "intents", "perform intent=i", "decline intent=i executor=one reason=why", "commands",
                         f"command command=k bot={uuid.uuid4()} kind=pause reason=why", "report command=k step=0 by=me", f"tell event=e bot={uuid.uuid4()} message=up at=1", "saw signal=s direction=long at=1",
                         "keep change=k state={}", f"kept bot={uuid.uuid4()}")
    tap.equal(len(answers), 16, "answers")
    for answer in answers:
        tap.contains(answer, "a book in a file keeps no bots, leases", "the answer")


tap.main()
