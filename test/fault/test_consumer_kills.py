"""Consumers with their effect in the database, killed, stopped and doubled: what they keep equals the ledger, each event once."""

import os
import random
import signal
import subprocess
import uuid

from harness import calls, node, program, server, sizes, tap
from harness.session import Raw, Session, call

EXAMPLES = os.path.join(program.BUILD, "examples")
KILLS = sizes.size(3, 100)
FILLS_EACH = 8

host = server.Server()
one = calls.settle(host.installed("consumers"))
url = host.url("consumers", "trader")
one.run("create table pnl_by_account (account_id uuid primary key, fills bigint not null, realized numeric not null)")
chance = random.Random(20240301)


def trade(count):
    """Fills in both directions, so that something is earned and lost, and their events in the log."""
    for _ in range(count):
        one.row(call("trading.fn_record_fill", account_id=calls.ACCOUNT, fill_id=uuid.uuid4(), order_id=uuid.uuid4(), instrument_id=calls.INSTRUMENT,
                     side=chance.choice(["buy", "sell"]), qty=chance.randint(1, 5), price=chance.randint(90, 110), fee=Raw("0.01"), fee_currency="USD",
                     liquidity="taker", venue_trade_id=str(uuid.uuid4()), filled_at=Raw("now()")))
    one.row("select s.* from bus.fn_lead_log(0::smallint, '00000000-0000-0000-0000-000000000001', 'test') as l "
            "cross join lateral bus.fn_sequence(0::smallint, l.term) as s")
    one.run("notify daybook_seq")


def ledger():
    return one.row("select count(*) as fills, sum((payload ->> 'realized_net')::numeric) as realized from bus.domain_events "
                   "where event_type = 'trading.fill_recorded'")


def kept():
    return one.row("select coalesce(sum(fills), 0) as fills, coalesce(sum(realized), 0) as realized from pnl_by_account")


def place(name):
    return one.value(f"select min(after_seq) from bus.consumer_cursors where consumer = '{name}'")


class Reader:
    def __init__(self, argv):
        self.process = subprocess.Popen(argv, env=program.clean_env(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        tap.at_end(self.kill)

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()

    def ends(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def c_example(*words):
    return [os.path.join(EXAMPLES, "event_consumer"), "--url", url, "--name", "pnl", *words]


def held_by(reader):
    return one.value("select holder_name from bus.consumer_cursors where consumer = 'pnl'") or "", str(reader.process.pid)


def reads(reader):
    holder, pid = held_by(reader)
    return holder.endswith(f"process {pid}")


def killed_at_random(argv):
    """Each process is killed when it has moved the place, a little later than that, so anywhere in its work."""
    for _ in range(KILLS):
        trade(FILLS_EACH)
        before = kept()["fills"]  # the reader may have kept them all before somebody looks again
        reader = Reader(argv)
        tap.wait_until(lambda: kept()["fills"] > before, "an effect", pause_s=0.001)
        one.run(f"select pg_sleep({chance.random() * 0.02})")
        reader.kill()
    reader = Reader(argv)
    # The one before may have left nothing to do: it has begun when it has the turn.
    tap.wait_until(lambda: reads(reader), "the last one reads")
    tap.wait_until(lambda: kept()["fills"] >= ledger()["fills"], "the rest")
    tap.equal(reader.ends(), 0, "its end")
    tap.equal(kept(), ledger(), "what is kept beside the ledger")
    tap.check(ledger()["fills"] >= KILLS * FILLS_EACH, "there was something to keep")


@tap.test("killed again and again at any point, the C consumer keeps what the ledger says, to the last digit")
def _():
    killed_at_random(c_example("--batch", "3"))


@tap.test("of two processes one reads; the other goes on when it is killed, and again when it ends")
def _():
    first = Reader(c_example())
    tap.wait_until(lambda: reads(first), "the first one reads")
    second = Reader(c_example())
    trade(3)
    tap.wait_until(lambda: kept() == ledger(), "what was traded")
    tap.check(reads(first), "by the first one")
    first.kill()
    tap.wait_until(lambda: reads(second), "the second one reads")
    third = Reader(c_example())
    trade(3)
    tap.wait_until(lambda: kept() == ledger(), "what was traded then")
    tap.equal(second.ends(), 0)
    tap.wait_until(lambda: reads(third), "the third one reads")
    tap.equal(third.ends(), 0)


@tap.test("a process that was stopped while another one took over does nothing when it wakes")
def _():
    first = Reader(c_example())
    tap.wait_until(lambda: reads(first), "the first one reads")
    first.process.send_signal(signal.SIGSTOP)
    trade(5)
    second = Reader(c_example())
    # Ten seconds later, for the database.
    one.run("update bus.consumer_cursors set seen_at = seen_at - interval '11 seconds' where consumer = 'pnl'")
    tap.wait_until(lambda: kept() == ledger(), "what was traded")
    tap.check(reads(second), "by the second one")
    first.process.send_signal(signal.SIGCONT)
    for _ in range(5):
        trade(2)
        tap.wait_until(lambda: kept() == ledger(), "what was traded then")
    tap.check(reads(second), "the first one has not taken over")
    first.kill()
    tap.equal(second.ends(), 0)


@tap.test("an event that cannot be dealt with delays its aggregate alone, becomes a dead letter, and is delivered again when somebody says so")
def _():
    other = str(uuid.uuid4())
    one.run(f"alter table pnl_by_account add constraint limited check (account_id <> '{other}')")
    one.row(call("trading.fn_open_account", account_id=other, name="other", venue="lib", currency="USD", mode="paper", position_mode="netting",
                 opening_balance=1))
    before = kept()
    one.row(call("trading.fn_record_fill", account_id=other, fill_id=uuid.uuid4(), order_id=uuid.uuid4(), instrument_id=calls.INSTRUMENT, side="buy", qty=1,
                 price=100, fee=0, fee_currency=None, liquidity=None, venue_trade_id=None, filled_at=Raw("now()")))
    trade(4)
    reader = Reader(c_example())
    tap.wait_until(lambda: kept()["fills"] == before["fills"] + 4, "those of the other account")
    retry = one.row("select attempts, error from bus.event_retries where consumer = 'pnl'")
    tap.contains(retry["error"], "limited")
    tap.check(reader.process.poll() is None, "it goes on")
    # What it waits for between its attempts is cut short.
    for attempt in range(2, 11):
        one.run("update bus.event_retries set due_at = now() where consumer = 'pnl'")
        one.run("notify daybook_seq")
        tap.wait_until(lambda: one.value("select coalesce(max(attempts), 10) from bus.event_retries where consumer = 'pnl'") >= attempt, f"attempt {attempt}")
    tap.equal(one.rows("select attempts, state from bus.dead_letters where consumer = 'pnl'"), [{"attempts": 10, "state": "pending"}])
    where = place("pnl")
    one.run("alter table pnl_by_account drop constraint limited")
    tap.equal(one.value("select d.outcome from bus.dead_letters as l cross join lateral bus.fn_redrive_dead_letter('pnl', l.seq) as d"), "created")
    one.run("notify daybook_seq")
    tap.wait_until(lambda: kept() == ledger(), "the event that had failed")
    tap.equal(place("pnl"), where, "its place did not move")
    tap.wait_until(lambda: one.value("select state from bus.dead_letters where consumer = 'pnl'") == "delivered", "the letter says so")
    tap.equal(reader.ends(), 0)


READERS = 4
LOG_READER = calls.build("log_reader")


def emit(count):
    """Of twenty aggregates, which fall to all four members."""
    one.run(f"select count(*) from generate_series(1, {count}) as n, lateral bus.fn_emit_domain_event("
            f"p_event_type => 'test.thing_done', p_aggregate_id => 'thing ' || n % 20, p_payload => '{{}}') as e")
    one.row("select s.* from bus.fn_lead_log(0::smallint, '00000000-0000-0000-0000-000000000001', 'test') as l "
            "cross join lateral bus.fn_sequence(0::smallint, l.term) as s")
    one.run("notify daybook_seq")


def log_reader(name, what):
    return [LOG_READER, url, name, what]


def prepare_log_reader():
    if one.value("select to_regclass('seen')") is None:
        one.run("select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}')")
        one.run("create table seen (n bigint generated always as identity, seq bigint, event_id uuid, aggregate_id text, version bigint, process integer)")


@tap.test("of four members and two that stand by some are killed and some stand still until others have taken over: each event once, each aggregate in order")
def _():
    prepare_log_reader()
    argv = log_reader("many", str(READERS))
    readers = [Reader(argv) for _ in range(READERS + 2)]

    def holders():
        return one.value("select count(*) from bus.consumer_cursors where consumer = 'many' and holder_id is not null")

    def holds(reader):
        return one.value(f"select count(*) from bus.consumer_cursors where consumer = 'many' and holder_name ~ ' {reader.process.pid}$'") > 0

    tap.wait_until(lambda: holders() == READERS, "each member has its process")
    tap.equal(one.value("select count(distinct bus.fn_slot('test_thing', 'thing ' || n) * 4 / 64) from generate_series(0, 19) as n"), READERS)
    emit(60)
    processes = "select count(distinct process) from seen"
    tap.wait_until(lambda: one.value(processes) >= READERS, "each of them has seen something")
    stopped = None
    for number in range(sizes.size(6, 200)):
        emit(60)
        one.run(f"select pg_sleep({chance.random() * 0.03})")
        # The first victim is one who reads: another takes its place and sees the rest.
        victim = chance.randrange(len(readers)) if number else next(n for n, each in enumerate(readers) if holds(each))
        if stopped is None and number % 2:
            stopped = readers[victim]
            stopped.process.send_signal(signal.SIGSTOP)
            # Ten seconds later, for the database.
            one.run(f"update bus.consumer_cursors set seen_at = seen_at - interval '11 seconds' where consumer = 'many' and holder_name ~ ' {stopped.process.pid}$'")
            continue
        if stopped:
            tap.wait_until(lambda: not holds(stopped), "another one has taken over")
            stopped.process.send_signal(signal.SIGCONT)
            stopped = None
        readers[victim].kill()
        readers[victim] = Reader(argv)
    if stopped:
        stopped.process.send_signal(signal.SIGCONT)
    total = one.value("select count(*) from bus.domain_events where event_type = 'test.thing_done'")
    tap.wait_until(lambda: one.value("select count(*) from seen") >= total, "all is seen", 60)
    tap.equal(one.row("select count(*) as rows, count(distinct event_id) as events from seen"), {"rows": total, "events": total})
    tap.equal(one.value("select count(*) from (select version - lag(version, 1, 0::bigint) over (partition by aggregate_id order by n) as step from seen) as s "
                        "where step <> 1"), 0, "events out of order within their aggregate")
    tap.check(one.value(processes) > READERS, "others had taken over")
    for each in readers:
        tap.equal(each.ends(), 0)


@tap.test("after a restore a consumer with effects outside is asked to confirm its place, and then goes on there")
def _():
    prepare_log_reader()
    emit(3)
    argv = log_reader("outside", "confirm")
    first = program.run(argv).ok().out.splitlines()
    tap.equal(first[0], "next ok")
    before = place("outside")
    # What fn_lead_log finds when the log goes on in another cluster.
    one.run("update bus.logs set system_id = system_id + 1")
    emit(3)
    tap.equal(one.value("select epoch from bus.logs"), 2)
    told = program.run(argv).ok().out.splitlines()
    tap.equal(told[:2], ["next TB007", f"confirmed {before}"])
    after = one.value("select min(s.seq) from bus.event_seq as s join bus.domain_events as e on e.id = s.id "
                      f"where e.event_type = 'test.thing_done' and s.seq > {before}")
    tap.check(told[2].startswith("next ") and told[2].endswith(f" from {after}"), told[2])
    tap.equal(program.run(argv).ok().out.splitlines()[0], "next ok", "it is confirmed for good")


@tap.test("the consumer in TypeScript goes on where the one in C has stopped, and keeps the same, killed or not")
def _():
    folder = node.built()
    killed_at_random(["node", os.path.join(folder, "event_consumer.js"), "--url", url, "--name", "pnl", "--batch", "3"])


tap.main()
