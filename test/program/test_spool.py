"""A bot with a spool: what it records while its server is away, or while it dies, is in the book afterwards, once and in order."""

import json
import os
import subprocess
import uuid

from harness import calls, cutting_proxy, linked, program, server, tap

AWAY = ["fill fill=f{n} order=o side=buy qty=1 price=10{n} at={n}0".replace("{n}", str(n)) for n in range(1, 8)]
EVERYTHING = [
    "submit order=o side=buy type=limit qty=100 price=100 at=1",
    calls.event("acknowledge") + " event=e1 order=o at=2",
    "fill fill=f1 order=o side=buy qty=3 price=99.5 fee=0.1 trade=t1 at=3",
    "fill fill=f2 order=o side=buy qty=2 price=98 at=4",
    "fills fill=b order=o side=buy qty=1 price=104 at=5",
    "bust event=e2 fill=f2 at=6",
    "correct event=e3 fill=f1 price=99.25 at=7",
    "cash entry=c1 kind=deposit currency=USD amount=50 at=8",
    "funding payment=p1 amount=-1.5 at=9",
    "import order=x side=sell type=limit qty=5 price=120 at=10",
    "equity point=q1 at=11 mark=101.5",
    "state state=s1 at=12 json={\"tick\":7}",
    calls.event("cancel") + " event=e4 order=o at=13",
]

# For a call that delivers what waits before, which may take a slow machine longer than the second that is usual with a spool.
PATIENT = {"RETRY_TOTAL_MS": "60000"}

host = server.Server()
calls.settle(host.installed("base")).close()
binary = calls.build()


class Bot:
    """A database of its own, and a spool."""

    def __init__(self, name):
        self.name, self.url = name, host.url(name, "trader")
        host.sql(f"create database {name} template base owner trader")
        self.spool = os.path.join(program.temporary_folder("dbk-spool-"), "spool")

    def tell(self, *lines, **env):
        return calls.tell(binary, env.pop("url", self.url), *lines, DAYBOOK_SPOOL=self.spool, **env)

    def book(self):
        dumped = program.daybook("book", "dump", "--url", self.url).ok().out
        program.daybook("book", "verify", "--url", self.url).ok()
        return dumped

    def count(self, table):
        return int(host.sql(f"select count(*) from trading.{table}", self.name))


class Away:
    """While it is entered, there is no server."""

    def __enter__(self):
        host.stop()

    def __exit__(self, *_):
        host.start()


def outcomes(answers):
    return [answer.split()[0] for answer in answers]


@tap.test("with a server that answers, every call is answered as without a spool, and nothing is left in it")
def _():
    plain, spooled = Bot("plain"), Bot("spooled")
    expected = calls.tell(binary, plain.url, *EVERYTHING)
    tap.equal(spooled.tell(*EVERYTHING, "drain"), [*expected, f"waiting 0 quarantined 0 delivered {len(EVERYTHING) - 1}"])
    tap.equal(outcomes(expected), ["created"] * len(EVERYTHING))
    tap.equal(spooled.book(), plain.book(), "the books")


@tap.test("recorded while the server is away, of every kind, by a bot that was started then: all of it is there afterwards, as if nothing had been")
def _():
    plain, spooled = Bot("steady"), Bot("outage")
    calls.tell(binary, plain.url, *EVERYTHING)
    tap.equal(outcomes(spooled.tell(EVERYTHING[0])), ["created"])
    with Away():
        answers = spooled.tell(*EVERYTHING[1:], "drain")
        tap.equal(set(outcomes(answers[:-1])), {"spooled"})
        # The session is the first that waits.
        tap.equal(answers[-1], f"waiting {len(EVERYTHING)} quarantined 0 delivered 0 problem")
    tap.equal(spooled.tell("drain limit=60000"), [f"waiting 0 quarantined 0 delivered {len(EVERYTHING)}"])
    tap.equal(spooled.book(), plain.book(), "the books")
    tap.equal(set(outcomes(spooled.tell(*EVERYTHING))), {"replayed"})
    orphans = host.sql("select count(*) from trading.fills as f where not exists (select from ops.sessions as s "
                       "where s.session_id = (f.ctx ->> 'session')::uuid)", spooled.name)
    tap.equal(orphans, "0", "fills of sessions that are not known")


@tap.test("an order needs the server, or time to wait in the spool; after that it is never submitted")
def _():
    bot = Bot("intents")
    submit = "submit order={} side=buy type=market qty=1"
    with Away():
        tap.equal(bot.tell(submit.format("a"))[0].split()[:2], ["error", "08001"])
        tap.equal(outcomes(bot.tell(submit.format("b"), INTENT_TTL_MS="3600000")), ["spooled"])
        tap.equal(outcomes(bot.tell(submit.format("c"), INTENT_TTL_MS="1")), ["spooled"])
        tap.equal(outcomes(bot.tell("orders")), ["error"], "reading while something waits")
    tap.equal(bot.tell("drain limit=60000"), ["waiting 0 quarantined 1 delivered 5"], "four sessions, and an order")
    tap.equal(bot.count("orders"), 1)
    tap.equal(outcomes(bot.tell(submit.format("b"), submit.format("c"))), ["replayed", "created"])


@tap.test("what the server does not take goes into quarantine, and what is behind it goes on; a caller who waits hears it")
def _():
    bot = Bot("poison")
    tap.equal(outcomes(bot.tell(AWAY[0])), ["created"])
    poison = ["fill fill=f1 order=o side=sell qty=1 price=1 at=1", "fill fill=bad order=o side=buy qty=1 price=0x10 at=1"]
    with Away():
        tap.equal(set(outcomes(bot.tell(AWAY[1], *poison, AWAY[2]))), {"spooled"})
    tap.equal(bot.tell("drain limit=60000"), ["waiting 0 quarantined 2 delivered 3"])
    tap.equal(bot.count("fills"), 3)
    tap.equal(outcomes(bot.tell(*poison, "drain")), ["conflict", "error", "waiting"])
    bot.book()


@tap.test("a run of calls is kept as a whole and answered call by call")
def _():
    bot = Bot("run")
    lines = [EVERYTHING[0], *AWAY]
    with Away():
        answers = calls.tell(binary, bot.url, *lines, run=True, DAYBOOK_SPOOL=bot.spool)
        tap.equal(outcomes(answers), ["error"] + ["spooled"] * len(AWAY))
    answers = calls.tell(binary, bot.url, *lines, run=True, DAYBOOK_SPOOL=bot.spool, **PATIENT)
    tap.equal(outcomes(answers), ["created"] + ["replayed"] * len(AWAY))
    tap.equal(bot.tell("drain"), ["waiting 0 quarantined 0 delivered 0"])
    bot.book()


@tap.test("answers that are lost after the server has committed: everything is there once, and in order")
def _():
    bot = Bot("cuts")
    proxy = cutting_proxy.CuttingProxy(host, b"fn_record_fill", 3)
    lines = [f"fill fill=cut{n} order=o side=buy qty=1 price={n + 1} at={n + 1}" for n in range(60)]
    answers = bot.tell(*lines, "drain limit=60000", url=proxy.url(bot.name), RETRY_TOTAL_MS="1")
    tap.check("spooled" in outcomes(answers) and proxy.cuts > 0, f"{proxy.cuts} cuts: {answers}")
    bot.tell("drain limit=60000")
    tap.equal(bot.count("fills"), len(lines))
    order = host.sql("select string_agg(price::int::text, ' ' order by recorded_at) from trading.fills", bot.name)
    tap.equal(order, " ".join(str(n + 1) for n in range(60)), "prices in the order in which they were recorded")
    bot.book()


@tap.test("book spool shows what waits and what is in quarantine, delivers, and decides with who and why")
def _():
    bot = Bot("shown")

    def shown(*arguments, status=1):
        done = program.daybook("book", "spool", bot.spool, *arguments, "--format", "json")
        tap.equal(done.status, status, done.out + done.err)
        return done.json()

    done = program.daybook("book", "spool", bot.spool)
    tap.check(done.status == 5 and not os.path.exists(bot.spool), "a spool that does not exist is not made by looking")
    poison = "fill fill=bad order=o side=buy qty=1 price=0x10 at=1"
    with Away():
        bot.tell(AWAY[0], poison, AWAY[1], AWAY[2])
        now = shown("--drain", "--url", bot.url, "--limit", "2")
        tap.equal((now["spool"][0]["waiting"], now["spool"][0]["quarantined"], len(now["waiting"])), (5, 0, 2))
        tap.contains(now["spool"][0]["problem"], "could not connect")
        tap.equal([entry["call"] for entry in now["waiting"]], ["dbk_open", "dbk_fill_record"])
    now = shown("--drain", "--url", bot.url, "--full")
    tap.equal((now["spool"][0]["waiting"], bot.count("fills")), (0, 3))
    held = now["quarantine"][0]
    tap.equal((held["call"], held["sqlstate"]), ("dbk_fill_record", "22P02"))
    tap.contains(held["entry"], '"price":"0x10"')
    number = str(held["number"])
    for said, arguments in (("--why", ["--drop", number]), ("no entry 99", ["--retry", "99", "--why", "x"]), ("no number", ["--drop", "x", "--why", "x"])):
        done = program.daybook("book", "spool", bot.spool, *arguments)
        tap.check(done.status in (2, 5) and said in done.err, done.err)
    now = shown("--retry", number, "--why", "to see it again")
    tap.equal([str(entry["number"]) for entry in now["waiting"]], [number])
    tap.equal(len(shown("--drain", "--url", bot.url)["quarantine"]), 1, "it is not taken the second time either")
    now = shown("--drop", number, "--why", "a price like no other", status=0)
    tap.equal((now["waiting"], now["quarantine"]), ([], []))
    with open(os.path.join(bot.spool, "decisions"), encoding="utf-8") as text:
        decisions = [json.loads(line) for line in text]
    tap.equal([(line["decision"], line["why"]) for line in decisions], [("retry", "to see it again"), ("drop", "a price like no other")])
    tap.check(all(line["who"] and json.loads(line["entry"])["request"]["price"] == "0x10" for line in decisions), decisions)


@tap.test("the disk of the spool is full: a server that answers is enough; without one the call is not kept, and what was kept stays")
def _():
    bot = Bot("crammed")
    full = os.path.join(program.temporary_folder(), "full")
    with open(os.path.join(calls.FIXTURES, "full_disk.c"), encoding="utf-8") as text:
        preloaded = linked.preloaded(text.read(), "full_disk")

    def on_full_disk(*lines, **env):
        with open(full, "w", encoding="utf-8") as out:
            out.write(bot.spool)
        # A sanitizer insists on being the first library; what is preloaded needs none of it.
        answers = bot.tell(*lines, LD_PRELOAD=preloaded, FULL_DISK=full, ASAN_OPTIONS="verify_asan_link_order=0", **env)
        os.unlink(full)
        return answers

    tap.equal(outcomes(bot.tell(AWAY[0])), ["created"])
    tap.equal(outcomes(on_full_disk(AWAY[1])), ["created"])
    with Away():
        tap.equal(outcomes(bot.tell(AWAY[2])), ["spooled"])
        answer = on_full_disk(AWAY[3])[0]
        tap.check(answer.startswith("error 08001") and "not kept" in answer and "No space left on device" in answer, answer)
        tap.equal(outcomes(bot.tell(AWAY[4])), ["spooled"])
    tap.equal(outcomes(on_full_disk(AWAY[5], **PATIENT)), ["created"], "what waits is delivered first")
    order = host.sql("select string_agg(price::int::text, ' ' order by recorded_at) from trading.fills", bot.name)
    tap.equal(order, "101 102 103 105 106", "prices in the order in which they were recorded")
    bot.book()


@tap.test("one process owns a spool, a book in a file has none, and a folder above it must be there")
def _():
    bot = Bot("owned")
    environment = calls.environment(bot.url, DAYBOOK_SPOOL=bot.spool)
    with subprocess.Popen([binary], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        lock = os.path.join(bot.spool, "lock")
        tap.wait_until(lambda: os.path.exists(lock) and os.path.getsize(lock) > 0, "the first process has the spool")
        done = program.run([binary], stdin=b"", env=environment)
        tap.check(done.status == 1 and f"belongs to process {holder.pid}" in done.err, done.err)
        holder.communicate(b"", 60)
    file = os.path.join(program.temporary_folder(), "book.db")
    for said, url, spool in (("a book in a file has no spool", f"sqlite:{file}", bot.spool),
                             ("could not make the folder", bot.url, f"/nonexistent/{uuid.uuid4()}/spool")):
        done = program.run([binary], stdin=b"", env=calls.environment(url, DAYBOOK_SPOOL=spool))
        tap.check(done.status == 1 and said in done.err, done.err)


tap.main()
