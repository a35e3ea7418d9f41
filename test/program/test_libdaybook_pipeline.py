"""Many calls in one run: what is in the book and what is answered is as if they had been made one by one, whatever happens on the way."""

import random
import subprocess

from harness import book, calls, program, server, session, tap
from harness.calls import event
from harness.cutting_proxy import CuttingProxy

COUNT = 1000
host = server.Server()
pooler = server.PgBouncer(host)
binary = calls.build()


def fresh(name):
    return calls.settle(host.installed(name))


def url(name):
    return host.url(name, "trader")


def digest(name):
    """Of the whole canonical dump."""
    return program.daybook("book", "dump", "--digest", "--url", url(name)).ok().out


def amount(pick):
    return f"{pick.randint(1, 999)}e-{pick.randint(0, 3)}"


def order_lines(pick, n):
    """An order of its own: submitted or imported, acknowledged, filled, canceled, in any case with something that is refused or malformed."""
    side, qty, at = pick.choice(("buy", "sell")), pick.randint(10, 99), f"at={1000 + n}"
    if pick.random() < 0.8:
        yield f"submit order=o{n} side={side} type=limit qty={qty} price={pick.randint(90, 110)} {at}"
    else:
        yield f"import order=o{n} side={side} type=limit qty={qty} price={pick.randint(90, 110)} number=X{n} {at}"
    yield f"{event('acknowledge')} order=o{n} event=a{n} number=X{n} {at}"
    for part in range(pick.randint(1, 3)):
        yield f"fill fill=f{n}.{part} order=o{n} side={side} qty={amount(pick)} price={pick.randint(90, 110)} fee=0.01 {at}"
    yield pick.choice((f"submit order=o{n} side={side} type=limit qty=77777 price=1 {at}",
                       f"fill fill=bad{n} order=o{n} side={side} qty=nothing price=1 {at}",
                       f"fill fill=none{n} order=o{n} side={side} price=1 {at}",
                       f"{event('trigger')} order=unknown event=t{n} {at}",
                       f"submit order=odd{n} side={side} type=limit qty=1 {at}"))
    if pick.random() < 0.5:
        yield f"correct event=c{n} fill=f{n}.0 price={pick.randint(90, 110)} reason=late {at}"
    if pick.random() < 0.3:
        yield f"bust event=b{n} fill=f{n}.0 reason=erroneous {at}"
    yield f"{event('cancel')} order=o{n} event=x{n} {at}"


def money_lines(pick, n):
    yield f"cash entry=m{n} kind=adjustment currency={pick.choice(('USD', 'EUR'))} amount={pick.randint(-99, -1)} reason=test at={1000 + n}"
    yield f"funding payment=p{n} amount={amount(pick)} at={1000 + n}"
    yield f"equity point=e{n} mark={pick.randint(90, 110)} rate=EUR:1.1 at={1000 + n}"


def mixed(seed=7, count=COUNT):
    """Calls of all kinds; those that depend on each other in order, with others in between."""
    pick, streams, lines = random.Random(seed), [], []
    number = 0
    while len(lines) < count:
        if len(streams) < 8:
            number += 1
            streams.append((money_lines if pick.random() < 0.2 else order_lines)(pick, number))
        stream = pick.choice(streams)
        line = next(stream, None)
        if line is None:
            streams.remove(stream)
        else:
            lines.append(line)
    return lines


LINES = mixed()


def first_words(answers):
    counts = {}
    for answer in answers:
        word = answer.split(" ", 1)[0]
        counts[word] = counts.get(word, 0) + 1
    return counts


def outcomes(answers):
    """Without telling whether it was the first or a later try that was answered: what is answered to that is what has become of it since."""
    return [answer.replace("replayed", "created", 1).split(" ", 1)[0] for answer in answers]


def same(answers, expected):
    """Names the calls that were answered otherwise; there may be a thousand."""
    different = [f"{LINES[n]}: {answers[n]}, not {expected[n]}" for n in range(COUNT) if answers[n] != expected[n]]
    tap.equal(different[:5], [], f"{len(different)} answers")


SINGLE = []


@tap.test("1,000 mixed calls in a run are answered, and leave the book, as the same calls one by one")
def _():
    one = fresh("single")
    SINGLE.extend(calls.tell(binary, url("single"), *LINES))
    words = first_words(SINGLE)
    tap.equal(len(SINGLE), COUNT)
    tap.check(words["created"] > 500 and words["conflict"] > 10 and words["error"] > 30, f"too few of a kind: {words}")
    book.check_log(one)
    fresh("run")
    same(calls.tell(binary, url("run"), *LINES, run=True), SINGLE)
    tap.equal(digest("run"), digest("single"), "the dump")


@tap.test("run again, every call is replayed and the book stays as it is")
def _():
    again = calls.tell(binary, url("run"), *LINES, run=True)
    same(outcomes(again), outcomes(SINGLE))
    tap.check("created" not in first_words(again), str(first_words(again)))
    tap.equal(digest("run"), digest("single"), "the dump")


@tap.test("the same through PgBouncer in transaction mode")
def _():
    fresh("pooled")
    same(calls.tell(binary, pooler.url("pooled"), *LINES, run=True), SINGLE)
    tap.equal(digest("pooled"), digest("single"), "the dump")


@tap.test("a call that cannot be read, one that the book calls malformed and one that is refused leave the others as they are")
def _():
    fresh("errors")
    tap.equal([answer.split(":")[0] for answer in calls.tell(
        binary, url("errors"), "submit order=a side=buy type=limit qty=1 price=100", "fill fill=f order=a side=buy qty=1 at=1",
        "submit order=b side=buy type=limit qty=none price=100", "close reason=over", event("trigger") + " order=a event=t",
        event("reject") + " order=a event=r", event("acknowledge") + " order=a event=k",
        "submit order=a side=buy type=limit qty=2 price=100", "fill fill=f order=a side=buy qty=1 price=100 at=1",
        "fill fill=f order=a side=buy qty=2 price=100 at=1", run=True)],
        ["created submitted 1", "error - dbk_fill_record", "error 22P02 dbk_order_submit", "error - dbk_calls_run",
         "refused illegal_transition submitted 2", "created rejected 3", "refused illegal_transition rejected 4", "conflict qty rejected 4",
         "created rejected 1 1 100 0 late", "conflict qty - - - - - -"])


def blocked(name, *lines, before=None, **env):
    """Starts a run while the position is locked by somebody else; returns that session and the process."""
    one = fresh(name)
    if before:
        host.sql(before, name)
    calls.tell(binary, url(name), "fill fill=first order=o side=buy qty=1 price=100 at=1")
    one.run("begin")
    one.run("select 1 from trading.positions for update")
    process = subprocess.Popen([binary, "run"], env=calls.environment(url(name), **env), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    tap.at_end(lambda: process.poll() is None and process.kill())
    process.stdin.write("\n".join(lines).encode())
    process.stdin.close()
    process.stdin = None
    return one, process


def answers_of(process):
    out, _ = process.communicate(timeout=120)
    tap.equal(process.returncode, 0, "exit status")
    return out.decode().splitlines()


CASH = [f"cash entry=m{n} kind=deposit currency=USD amount={n} at=1" for n in range(1, 200)]


@tap.test("a deadline that passes is the end of that call alone")
def _():
    _, process = blocked("deadline", *CASH[:50], "fill fill=late order=o side=buy qty=1 price=100 at=2 timeout=200", *CASH[50:], RETRY_TOTAL_MS="1")
    answers = answers_of(process)
    late = answers.pop(50)
    tap.check(late.startswith("error 57014 dbk_fill_record: the statement took longer than 200 ms"), late)
    tap.equal(answers, ["created"] * len(CASH))
    tap.equal(host.sql("select count(*) from trading.fills", "deadline"), "1", "fills")


# A trigger of the test's own: a cancel that comes late, once; what a sequence gave is not taken back.
STRAY = """
create sequence trading._strays;
create function trading._meet_cancel() returns trigger language plpgsql security definer as $$
begin
    if nextval('trading._strays') = 1 then
        perform pg_cancel_backend(pg_backend_pid());
        perform pg_sleep(1000);
    end if;
    return new;
end $$;
create trigger meet_cancel before insert on trading.cash_entries for each row when (new.amount = 66) execute function trading._meet_cancel();
"""


@tap.test("its cancel, when it comes late and meets a call behind it, costs that one nothing")
def _():
    _, process = blocked("stray", "fill fill=late order=o side=buy qty=1 price=100 at=2 timeout=200", *CASH, RETRY_TOTAL_MS="1", before=STRAY)
    answers = answers_of(process)
    tap.check(answers[0].startswith("error 57014 dbk_fill_record: the statement took longer than 200 ms"), answers[0])
    tap.equal(answers[1:], ["created"] * len(CASH))
    tap.equal(host.sql("select last_value from trading._strays", "stray"), "2", "tries of the call that met it")


@tap.test("within the limits it is tried again, after the calls behind it")
def _():
    one, process = blocked("later", "fill fill=late order=o side=buy qty=1 price=100 at=2 timeout=200", *CASH)
    tap.wait_until(lambda: host.sql("select count(*) from trading.cash_entries", "later") == str(len(CASH)), "the others are in the book")
    tap.equal(host.sql("select count(*) from trading.fills", "later"), "1", "fills")
    one.run("rollback")
    tap.equal(answers_of(process), ["created partially_filled 2 2 100 0 orphan", *["created"] * len(CASH)])


# A trigger of the test's own: who deposits 66 is thrown out of the server, every time.
POISON = """
create function trading._throw_out() returns trigger language plpgsql as $$
begin
    perform pg_terminate_backend(pg_backend_pid());
    return new;
end $$;
create trigger throw_out before insert on trading.cash_entries for each row when (new.amount = 66) execute function trading._throw_out();
"""


@tap.test("a call that loses the connection whenever it is made is alone in failing")
def _():
    fresh("poison")
    host.sql(POISON, "poison")
    answers = calls.tell(binary, url("poison"), *CASH, run=True, RETRY_TOTAL_MS="500")
    lost = answers.pop(65)
    tap.check(lost.startswith("error 57P01 dbk_cash_record:"), lost)
    tap.equal(answers, ["created"] * (len(CASH) - 1))


@tap.test("a connection that is cut again and again: every call is in the book once, and answered as by the first try")
def _():
    fresh("cut")
    proxy = CuttingProxy(host, b"trading.fn_", every=90)
    answers = calls.tell(binary, proxy.url("cut"), *LINES, run=True)
    tap.check(proxy.cuts > 5, f"only {proxy.cuts} answers were lost")
    tap.check(first_words(answers).get("replayed", 0) > 5, str(first_words(answers)))
    same(outcomes(answers), outcomes(SINGLE))
    tap.equal(digest("cut"), digest("single"), "the dump")


@tap.test("a server that crashes under a run and comes back: the same")
def _():
    fresh("crashed")
    process = subprocess.Popen([binary, "run"], env=calls.environment(url("crashed")), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    tap.at_end(lambda: process.poll() is None and process.kill())
    process.stdin.write("\n".join(LINES).encode())
    process.stdin.close()
    process.stdin = None
    tap.wait_until(lambda: int(host.sql("select count(*) from trading.fills", "crashed")) >= 50, "the run is under way", pause_s=0.01)
    tap.check(process.poll() is None, "the run had ended before the crash")
    host.crash()
    host.start()
    answers = answers_of(process)
    tap.check(first_words(answers).get("created", 0) > 5, str(first_words(answers)))
    same(outcomes(answers), outcomes(SINGLE))
    tap.equal(digest("crashed"), digest("single"), "the dump")


@tap.test("runs of several programs through one small pool do not take each other's answers")
def _():
    fresh("crowd")
    processes = []
    for caller in range(8):
        lines = [f"submit order=o{caller}.{n} side=buy type=limit qty={1 + n} price={100 + caller} at={n + 1}" for n in range(300)]
        process = subprocess.Popen([binary, "run"], env=calls.environment(pooler.url("crowd")), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        tap.at_end(lambda process=process: process.poll() is None and process.kill())
        process.stdin.write("\n".join(lines).encode())
        process.stdin.close()
        process.stdin = None
        processes.append(process)
    for process in processes:
        tap.equal(answers_of(process), ["created submitted 1"] * 300)
    one = session.Session(url("crowd"))
    tap.equal(one.row("select count(*)::int as orders, count(distinct (price, qty))::int as distinct_terms from trading.v_orders"),
              {"orders": 2400, "distinct_terms": 2400})


tap.main()
