"""The order of the log: no event is skipped, none is doubled, each aggregate is in order, and nobody waits for anybody's open transaction."""

import random
import threading
import uuid

from harness import program, server, session, tap, wakeup
from harness.session import call
from harness.standby import Standby

AGGREGATES, WRITERS, TRANSACTIONS_EACH = 5, 8, 60
MODULES = "core,bus,ref"

host = server.Server(["max_prepared_transactions = 5", "wal_level = replica"])


class Log:
    """A database with a log, a sequencer and a reader that remembers the highest emit id, which is wrong."""

    def __init__(self, name):
        self.url = host.installed(name, MODULES)
        self.one = session.Session(self.url)
        self.one.run("select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}')")
        self.naive, self.naive_at = [], 0
        self.term = self.lead()["term"]

    def lead(self, leader=None):
        return self.one.row(call("bus.fn_lead_log", log=session.Raw("0::smallint"), leader_id=leader or uuid.uuid4(), leader_name="test"))

    def sequence(self, term=None):
        return self.one.row(call("bus.fn_sequence", log=session.Raw("0::smallint"), term=term or self.term))

    def read(self, after=0, types=None):
        return self.one.rows(call("bus.fn_read_log", log=session.Raw("0::smallint"), after_seq=after, limit=100000, event_types=types))

    def read_naively(self):
        for row in self.one.rows(f"select d.id, d.event_id from bus.domain_events as d where d.id > {self.naive_at} order by d.id"):
            self.naive_at = row["id"]
            self.naive.append(row["event_id"])

    def things(self):
        return [row["event_id"] for row in self.read(types=session.Raw("array['test.thing_done']"))]


def emit(aggregate, event_id=None):
    return call("bus.fn_emit_domain_event", event_type="test.thing_done", aggregate_id=str(aggregate), payload={}, event_id=event_id or uuid.uuid4())


def check_order(rows, after=0):
    """Places without gaps, each event once, versions rising within each aggregate."""
    tap.equal([row["seq"] for row in rows], list(range(after + 1, after + 1 + len(rows))))
    tap.equal(len({row["event_id"] for row in rows}), len(rows))
    versions = {}
    for row in rows:
        key = row["aggregate_type"], row["aggregate_id"]
        tap.equal(row["aggregate_version"], versions.get(key, 0) + 1, f"version of {key} at place {row['seq']}")
        versions[key] = row["aggregate_version"]


log = Log("places")


@tap.test("a transaction that stays open holds up nobody; its events come when it has ended, in order, and once")
def _():
    late, prepared, reader = (session.Session(log.url) for _ in range(3))
    first, second, third = (str(uuid.uuid4()) for _ in range(3))
    late.run("begin")
    late.run(emit("late", first))
    prepared.run("begin")
    prepared.run(emit("prepared", second))
    prepared.run("prepare transaction 'forgotten'")
    reader.run("begin isolation level repeatable read")
    reader.run("select count(*) from bus.domain_events")
    tap.equal(log.sequence()["outcome"], "nothing", "what others have not committed")
    for _ in range(3):
        log.one.run(emit("quick"))
        log.read_naively()
        answer = log.sequence()
        tap.equal((answer["outcome"], answer["last_seq"] - answer["first_seq"]), ("sequenced", 0))
    log.one.run(emit("quick", third))
    late.run("commit")
    log.one.run("commit prepared 'forgotten'")
    log.read_naively()
    tap.equal(log.sequence()["outcome"], "sequenced")
    tap.equal(log.sequence()["outcome"], "nothing")
    things = log.things()
    tap.equal(sorted(things[-3:]), sorted([first, second, third]))
    tap.equal(things.index(third) > things.index(first), True, "in the order of emit ids within a look")
    check_order(log.read())
    tap.equal(first in log.naive, False, "the reader by emit id has lost it, or this test would prove nothing")
    for each in (late, prepared, reader):
        each.close()


@tap.test("a transaction that gives places and emits, too, loses none of its own events")
def _():
    mine, first, second = session.Session(log.url), str(uuid.uuid4()), str(uuid.uuid4())
    mine.run("begin")
    mine.run(emit("before it looks", first))
    log.one.run(emit("meanwhile"))
    tap.equal(mine.row(call("bus.fn_sequence", log=session.Raw("0::smallint"), term=log.term))["outcome"], "sequenced")
    mine.run(emit("after it looked", second))
    mine.run("commit")
    tap.equal(log.sequence()["outcome"], "sequenced")
    tap.equal(log.things()[-2:], [first, second])
    check_order(log.read())
    mine.close()


@tap.test("a transaction of another database of the cluster holds up nothing either")
def _():
    other = session.Session(host.installed("other", MODULES))
    other.run("begin")
    other.run("select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}')")
    log.one.run(emit("beside"))
    tap.equal(log.sequence()["outcome"], "sequenced")
    other.close()


@tap.test("many writers, some of which take their transaction id early or roll back: nothing skipped, doubled or out of order")
def _():
    committed, lock, ended = [], threading.Lock(), threading.Event()

    def write(number):
        chance, mine = random.Random(number), session.Session(log.url)
        for _ in range(TRANSACTIONS_EACH):
            events = [str(uuid.uuid4()) for _ in range(chance.randint(1, 3))]
            mine.run("begin")
            if chance.random() < 0.5:
                mine.run("select pg_current_xact_id()")
                mine.run(f"select pg_sleep({chance.random() * 0.01})")
            # Aggregates in one order, as everybody locks them.
            for aggregate, event in sorted((chance.randrange(AGGREGATES), event) for event in events):
                mine.run(emit(f"shared {aggregate}", event))
                mine.run(f"select pg_sleep({chance.random() * 0.002})")
            if chance.random() < 0.1:
                mine.run("rollback")
                continue
            mine.run("commit")
            with lock:
                committed.extend(events)
        mine.close()

    before = len(log.read())
    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for each in writers:
        each.start()

    def look():
        while not ended.is_set():
            log.read_naively()
            log.sequence()

    looking = threading.Thread(target=look)
    looking.start()
    for each in writers:
        each.join()
    ended.set()
    looking.join()
    log.read_naively()
    log.sequence()
    rows = log.read()
    check_order(rows)
    tap.equal(sorted(row["event_id"] for row in rows[before:]), sorted(committed))
    tap.check(set(committed) - set(log.naive), "the reader by emit id skipped nothing: this test would not find a sequencer that does")
    print(f"# {len(committed)} events, of which a reader by emit id would have skipped {len(set(committed) - set(log.naive))}")


@tap.test("emitting notifies a sequencer that sleeps, at commit and once, and nobody while it is awake")
def _():
    sleeper, writer = wakeup.Sleeper(log.url, log.term), session.Session(log.url)
    writer.run(emit("awake"))
    tap.equal(sleeper.notified(), 0)

    tap.equal(sleeper.fall_asleep(), True)
    writer.run("begin")
    for number in range(3):
        writer.run(emit(f"asleep {number}"))
    tap.equal(sleeper.notified(), 0, "before the commit")
    writer.run("commit")
    tap.equal(sleeper.notified(), 1)
    sleeper.wake_up()

    # Whoever emitted while it was awake has told nobody, so it may not sleep before that transaction has ended, in two phases too.
    writer.run("begin")
    writer.run(emit("awake"))
    tap.equal(sleeper.fall_asleep(), False)
    writer.run("prepare transaction 'while awake'")
    tap.equal(sleeper.fall_asleep(), False)
    log.one.run("commit prepared 'while awake'")
    tap.equal(sleeper.notified(), 0)
    tap.equal(sleeper.look(), True)
    tap.equal(sleeper.fall_asleep(), True)
    writer.close()
    sleeper.close()


@tap.test("a sequencer that sleeps whenever it can, with no other reason to wake up than a notification, misses none")
def _():
    print(f"# slept {wakeup.prove(log.url, log.term, rounds=200)} times")
    # What it looks for once more when it has the lock: an event that was committed before it has notified nobody.
    tap.equal(log.sequence()["outcome"], "nothing")
    log.one.run(emit("just before"))
    sleeper = wakeup.Sleeper(log.url, log.term)
    tap.equal(sleeper.fall_asleep(), True)
    tap.equal((sleeper.notified(), sleeper.look()), (0, True))
    sleeper.close()


@tap.test("who was paused while another one took over gives no places")
def _():
    mine, other = log.term, log.lead()["term"]
    tap.equal(other, mine + 1)
    log.one.run(emit("fenced"))
    before = len(log.read())
    tap.equal(log.sequence(mine)["outcome"], "fenced")
    tap.equal(len(log.read()), before)
    tap.equal(log.one.value("select waiting from bus.v_log_status"), 1)
    tap.equal(log.sequence(other)["outcome"], "sequenced")
    tap.equal(log.one.row("select waiting, oldest_waiting_at from bus.v_log_status"), {"waiting": 0, "oldest_waiting_at": None})
    log.term = other
    leader = uuid.uuid4()
    again = [log.lead(leader) for _ in range(2)]
    tap.equal([answer["outcome"] for answer in again], ["created", "replayed"])
    tap.equal(again[0]["term"], again[1]["term"], "who leads already keeps the term")
    log.term = again[0]["term"]


@tap.test("two who sequence at once, one after the other: each event once")
def _():
    two = [session.Session(log.url) for _ in range(2)]
    for _ in range(20):
        log.one.run(emit("raced"))
        for each in two:
            each.send(call("bus.fn_sequence", log=session.Raw("0::smallint"), term=log.term))
        for each in two:
            each.receive()
    check_order(log.read())
    for each in two:
        each.close()


@tap.test("a session in another isolation level is refused, since it would see the past")
def _():
    log.one.run("begin isolation level repeatable read")
    try:
        log.sequence()
        raise AssertionError("it was not refused")
    except session.Refused as refused:
        tap.equal(refused.sqlstate, "TB004")
    log.one.run("rollback")


@tap.test("dumped and restored into another cluster, the log begins a new epoch: places go on, nothing is skipped or doubled")
def _():
    log.one.run(emit("before the dump"))
    log.sequence()
    waiting = str(uuid.uuid4())
    log.one.run(emit("before the dump", waiting))
    dump = program.run([server.client("pg_dump"), "-d", log.url], env=program.clean_env()).ok().out
    elsewhere = server.Server()
    elsewhere.database("places")
    program.run([server.client("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", elsewhere.url("places", "trader")], env=program.clean_env(),
                stdin=dump.encode()).ok()
    restored = session.Session(elsewhere.url("places", "trader"))
    kept = log.read()
    # Written before anybody leads there, by a transaction whose id the old cluster has given to another one.
    early = str(uuid.uuid4())
    restored.run(emit("early", early))
    here, log.one = log.one, restored
    leading = log.lead()
    tap.equal(leading["began"], "restored")
    tap.equal(leading["epoch"], 2)
    later = str(uuid.uuid4())
    restored.run(emit("later", later))
    tap.equal(log.sequence(leading["term"])["outcome"], "sequenced")
    rows = log.read()
    check_order(rows)
    tap.equal([row["event_id"] for row in rows[:len(kept)]], [row["event_id"] for row in kept])
    tap.equal([row["event_id"] for row in rows[len(kept):]], [waiting, early, later])
    tap.equal([row["epoch"] for row in rows[len(kept):]], [2, 2, 2])
    tap.equal(restored.value("select after_seq from bus.log_epochs where epoch = 2"), len(kept))
    tap.equal(log.lead()["began"], None, "once")
    log.one = here
    restored.close()


@tap.test("a standby refuses to be led; once promoted it begins a new epoch, and what was waiting is not lost")
def _():
    standby = Standby(host)
    log.one.run(emit("before the promotion"))
    log.one.run("begin")
    log.one.run(emit("prepared before the promotion"))
    log.one.run("prepare transaction 'across'")
    standby.catch_up()
    there = session.Session(standby.url("places", "trader"))
    here, log.one = log.one, there
    try:
        log.lead()
        raise AssertionError("it was not refused")
    except session.Refused as refused:
        tap.equal(refused.sqlstate, "TB004")
    standby.sql("select pg_promote()")
    tap.wait_until(lambda: standby.sql("select pg_is_in_recovery()") == "f", "the standby is a primary")
    # The control file says the new timeline from the checkpoint that ends recovery.
    standby.sql("checkpoint")
    leading = log.lead()
    tap.equal(leading["began"], "promoted")
    there.run(emit("after the promotion"))
    there.run("commit prepared 'across'")
    tap.equal(log.sequence(leading["term"])["outcome"], "sequenced")
    check_order(log.read())
    tap.equal(there.value("select waiting from bus.v_log_status"), 0)
    log.one = here
    log.one.run("rollback prepared 'across'")
    there.close()


@tap.test("arguments that mean nothing are refused")
def _():
    for query, state in ((call("bus.fn_lead_log", log=session.Raw("7::smallint"), leader_id=uuid.uuid4(), leader_name="x"), "TB002"),
                         (call("bus.fn_lead_log", log=session.Raw("0::smallint"), leader_id=None, leader_name="x"), "TB001"),
                         (call("bus.fn_sequence", log=session.Raw("7::smallint"), term=1), "TB002"),
                         (call("bus.fn_read_log", log=session.Raw("0::smallint"), after_seq=-1, limit=1), "TB001"),
                         (call("bus.fn_read_log", log=session.Raw("0::smallint"), after_seq=0, limit=0), "TB001")):
        try:
            log.one.run(query)
            raise AssertionError(f"it was not refused: {query}")
        except session.Refused as refused:
            tap.equal(refused.sqlstate, state, query)


tap.main()
