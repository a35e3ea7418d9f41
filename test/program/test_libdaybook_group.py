"""Fills that threads record together (dbk_group): what is in the book and what is answered is as if each had been recorded alone."""

import subprocess
from collections import Counter

from harness import calls, program, server, session, tap
from harness.cutting_proxy import CuttingProxy
from harness.session import call

THREADS, ROUNDS = 16, 25
host = server.Server()
pooler = server.PgBouncer(host)
binary = calls.build("book_group")
ACCOUNTS = [f"018f0000-0000-7000-8000-0000000001{n:02}" for n in range(THREADS)]


def fresh(name):
    """A database with as many accounts as threads."""
    one = calls.settle(host.installed(name))
    for n, account in enumerate(ACCOUNTS):
        one.row(call("trading.fn_open_account", account_id=account, name=f"account {n}", venue="lib", currency="USD", mode="paper",
                     position_mode="netting", opening_balance=1000))
    return one


def url(name):
    return host.url(name, "trader")


def command(how, threads, rounds):
    return [binary, how, str(threads), str(rounds)]


def environment(where, accounts, **more):
    return calls.environment(where, ACCOUNTS=",".join(accounts), **more)


def parsed(out):
    """What was answered, by thread and round."""
    heard = {}
    for line in out.splitlines():
        thread, number, answer = line.split(" ", 2)
        heard[int(thread), int(number)] = answer
    return heard


def record(where, accounts=tuple(ACCOUNTS), how="group", threads=THREADS, rounds=ROUNDS, **more):
    done = program.run(command(how, threads, rounds), env=environment(where, accounts, **more), timeout=300).ok()
    tap.equal(done.err, "")
    return parsed(done.out)


def started(where, accounts=tuple(ACCOUNTS), threads=THREADS, rounds=ROUNDS, **more):
    process = subprocess.Popen(command("group", threads, rounds), env=environment(where, accounts, **more), stdout=subprocess.PIPE)
    tap.at_end(lambda: process.poll() is None and process.kill())
    return process


def answers_of(process):
    out, _ = process.communicate(timeout=300)
    tap.equal(process.returncode, 0, "exit status")
    return parsed(out.decode())


def digest(name):
    """Of the whole canonical dump."""
    return program.daybook("book", "dump", "--digest", "--url", url(name)).ok().out


def count(name, what="count(*)", more=""):
    return int(host.sql(f"select {what} from trading.fills {more}", name))


def once_each(name, expected=THREADS * ROUNDS):
    """Every fill is in the book once, and everything derived is what the facts make of it."""
    tap.equal((count(name), count(name, "count(distinct (account_id, fill_id))")), (expected, expected), "fills, and different ones")
    program.daybook("book", "verify", "--url", url(name)).ok()


def first_words(heard):
    return Counter(answer.split()[0] for answer in heard.values())


def as_created(heard):
    """Without telling whether it was the first or a later try that was answered."""
    return {key: answer.replace("replayed", "created", 1) for key, answer in heard.items()}


ALONE = {}


@tap.test("threads with accounts of their own: answers and book as without a group, each fill in the name of its own session")
def _():
    fresh("alone")
    fresh("spread")
    ALONE.update(record(url("alone"), how="alone"))
    tap.equal(first_words(ALONE), {"created": THREADS * ROUNDS})
    tap.equal(record(url("spread")), ALONE)
    tap.equal(digest("spread"), digest("alone"), "the dump")
    tap.equal(count("spread", "count(distinct ctx ->> 'session')"), THREADS, "sessions")
    tap.equal(host.sql("select count(*) from (select from trading.fills group by account_id having count(distinct ctx ->> 'session') <> 1) f", "spread"),
              "0", "accounts of more than one session")


@tap.test("the same calls again are replayed")
def _():
    tap.equal(first_words(record(url("spread"))), {"replayed": THREADS * ROUNDS})
    tap.equal(digest("spread"), digest("alone"), "the dump")


for place, where in (("directly", url), ("through PgBouncer in transaction mode", pooler.url)):
    @tap.test(f"one position that all threads fill: each fill once, several in a transaction, {place}")
    def _(name=f"hot_{len(place)}", where=where):
        fresh(name)
        heard = record(where(name), ACCOUNTS[:1])
        tap.equal(first_words(heard), {"created": THREADS * ROUNDS})
        once_each(name)
        transactions = count(name, "count(distinct xmin::text)")
        tap.check(transactions <= THREADS * ROUNDS / 2, f"{THREADS * ROUNDS} fills in {transactions} transactions")

    @tap.test(f"fifty threads with one fill: one creates it, the others are told so; with another quantity all are told the conflict, {place}")
    def _(name=f"same_{len(place)}", where=where):
        fresh(name)
        heard = record(where(name), threads=50, rounds=5, SAME="1", QTY="2")
        for number in range(5):
            tap.equal(Counter(heard[thread, number].split()[0] for thread in range(50)), {"created": 1, "replayed": 49})
        heard = record(where(name), threads=50, rounds=5, SAME="1", QTY="3")
        tap.equal(Counter(" ".join(answer.split()[:2]) for answer in heard.values()), {"conflict qty": 250})
        once_each(name, 5)


@tap.test("fills that cannot be recorded fail alone")
def _():
    fresh("bad")
    heard = record(url("bad"), ACCOUNTS[:2], BAD="3")
    tap.equal({answer for (thread, _), answer in heard.items() if thread == 3}, {"error TB001"})
    tap.equal(Counter(answer.split()[0] for (thread, _), answer in heard.items() if thread != 3), {"created": (THREADS - 1) * ROUNDS})
    once_each("bad", (THREADS - 1) * ROUNDS)


@tap.test("a position that somebody else has locked holds up only its own fills")
def _():
    one = fresh("locked")
    record(url("locked"), threads=2, rounds=1, PREFIX="first")
    one.run("begin")
    one.run(f"select 1 from trading.positions where account_id = '{ACCOUNTS[0]}' for update")
    process = started(url("locked"), ACCOUNTS[:2], threads=4)
    tap.wait_until(lambda: count("locked", more=f"where account_id = '{ACCOUNTS[1]}'") == 1 + 2 * ROUNDS, "the others are in the book", limit_s=120)
    tap.equal(count("locked", more=f"where account_id = '{ACCOUNTS[0]}'"), 1, "fills of the locked position")
    tap.check(process.poll() is None, "those of the locked position have been answered")
    one.run("rollback")
    tap.equal(first_words(answers_of(process)), {"created": 4 * ROUNDS})
    once_each("locked", 2 + 4 * ROUNDS)


@tap.test("connections that are cut when a transaction was committed: every fill is in the book once, and answered as by the first try")
def _():
    fresh("cut")
    proxy = CuttingProxy(host, b"trading.fn_record_fill", every=7)
    heard = record(proxy.url("cut"))
    tap.check(proxy.cuts > 5, f"only {proxy.cuts} answers were lost")
    tap.check(first_words(heard).get("replayed", 0) > 5, str(first_words(heard)))
    tap.equal(as_created(heard), ALONE)
    tap.equal(digest("cut"), digest("alone"), "the dump")


@tap.test("sessions that are ended again and again: the same")
def _():
    fresh("ended")
    process = started(url("ended"))
    one = session.Session(host.url("ended", "postgres"))
    ended, seen = 0, 0
    while process.poll() is None:
        # With every so many fills, so that there is an end to it however slow the machine is.
        tap.wait_until(lambda seen=seen: process.poll() is not None or count("ended") >= seen + 25, "fills are recorded", pause_s=0.001)
        seen = count("ended")
        ended += one.row("select count(pg_terminate_backend(pid))::int as n from (select pid from pg_stat_activity where datname = 'ended' "
                         "and application_name = 'book_group' and state = 'active' limit 2) a")["n"]
    tap.check(ended > 5, f"only {ended} sessions were ended")
    tap.equal(as_created(answers_of(process)), ALONE)
    tap.equal(digest("ended"), digest("alone"), "the dump")


@tap.test("a program that is killed under its group: what it was told is in the book, and the next goes on from there")
def _():
    fresh("killed")
    told, kills = set(), 0
    while kills < 4:
        process = started(url("killed"), TELL="1")
        heard = {}
        while process.poll() is None and len(heard) < 40 * (kills + 1):
            heard.update(parsed(process.stdout.readline().decode()))
        process.kill()
        heard.update(parsed("".join(line for line in process.communicate()[0].decode().splitlines(True) if line.endswith("\n"))))
        tap.equal({key for key in told if key in heard and not heard[key].startswith("replayed")}, set(), "told before, and not in the book")
        told |= set(heard)
        kills += 1
        program.daybook("book", "verify", "--url", url("killed")).ok()
    tap.check(len(told) < THREADS * ROUNDS, "no program was killed before it was done")
    last = record(url("killed"))
    tap.equal({key for key in told if not last[key].startswith("replayed")}, set(), "told, and not in the book")
    tap.equal(as_created(last), ALONE)
    tap.equal(digest("killed"), digest("alone"), "the dump")


@tap.test("a server that crashes under a group and comes back: the same")
def _():
    fresh("crashed")
    process = started(url("crashed"))
    tap.wait_until(lambda: count("crashed") >= 50, "fills are recorded", pause_s=0.01)
    tap.check(process.poll() is None, "all were recorded before the crash")
    host.crash()
    host.start()
    tap.equal(as_created(answers_of(process)), ALONE)
    tap.equal(digest("crashed"), digest("alone"), "the dump")


@tap.test("groups of several programs and single calls over the same positions do not deadlock")
def _():
    fresh("mixed")
    # Sooner than a transaction of a group gives up, so that it is the server that finds them.
    host.sql("alter database mixed set deadlock_timeout = '50ms'", "mixed")
    some, others = ACCOUNTS[:5], ACCOUNTS[:5][::-1]
    processes = [started(url("mixed"), some, PREFIX="a"), started(url("mixed"), others, PREFIX="b"), started(pooler.url("mixed"), others, PREFIX="c")]
    heard = record(url("mixed"), some, how="alone", PREFIX="d")
    for process in processes:
        heard.update({(process.pid, *key): answer for key, answer in answers_of(process).items()})
    tap.equal(first_words(heard), {"created": 4 * THREADS * ROUNDS})
    once_each("mixed", 4 * THREADS * ROUNDS)
    tap.equal(host.sql("select deadlocks from pg_stat_database where datname = 'mixed'"), "0", "deadlocks")


tap.main()
