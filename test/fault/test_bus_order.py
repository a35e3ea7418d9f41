"""No event is skipped, doubled or out of order on its way from many writers through the relay into a file, whoever keeps transactions open."""

import os
import random
import threading
import uuid

from harness import program, relay, server, session, tap
from harness.sizes import size

WRITERS = size(8, 64)
EVENTS = size(1200, 1000000)
PAUSE_S = size(0.01, 0.5)  # the longest that a transaction of a writer takes its time
AGGREGATES = 5

host = server.Server(["max_prepared_transactions = 5", "max_connections = 200"])
log = relay.Log(host.installed("ordered", relay.MODULES))
folder = os.path.join(program.temporary_folder("dbk-sink-"), "events")


class Ledger:
    """The writers' own record: what had been committed when COMMIT returned, and nothing else."""

    def __init__(self):
        self.lock, self.committed, self.rolled_back = threading.Lock(), [], 0

    def full(self):
        return len(self.committed) >= EVENTS

    def write(self, number):
        chance, mine = random.Random(number), session.Session(log.url)
        while not self.full():
            events = [str(uuid.uuid4()) for _ in range(chance.randint(1, 3))]
            mine.run("begin")
            if chance.random() < 0.5:
                mine.run("select pg_current_xact_id()")
                mine.run(f"select pg_sleep({chance.random() * PAUSE_S})")
            # Aggregates in one order, as everybody locks them.
            for aggregate, event in sorted((chance.randrange(AGGREGATES), event) for event in events):
                mine.run(relay.emit(f"shared {aggregate}", event))
            if chance.random() < 0.1:
                mine.run("rollback")
                self.rolled_back += 1
                continue
            mine.run("commit")
            with self.lock:
                self.committed += events
        mine.close()


class Naive:
    """A reader that remembers the highest emit id, which is wrong."""

    def __init__(self):
        self.session, self.seen, self.at = session.Session(log.url), set(), 0

    def read(self):
        for row in self.session.rows(f"select d.id, d.event_id from bus.domain_events as d where d.id > {self.at} order by d.id"):
            self.at = row["id"]
            self.seen.add(row["event_id"])


def write_all(ledger, naive):
    threads = [threading.Thread(target=ledger.write, args=(number,)) for number in range(WRITERS)]
    for each in threads:
        each.start()
    while any(each.is_alive() for each in threads):
        naive.read()
    for each in threads:
        each.join()
    naive.read()


def lateness(after):
    """From recording to the place, in milliseconds: the median and the 99th percentile of what came after a place."""
    row = log.row("select percentile_cont(array[0.5, 0.99]) within group (order by extract(epoch from s.sequenced_at - d.recorded_at) * 1000) as p "
                  f"from bus.event_seq as s join bus.domain_events as d on d.id = s.id where s.seq > {after}")
    return "p50 {:.0f} ms, p99 {:.0f} ms".format(*row["p"])


@tap.test("many writers, some of which take their transaction id early or roll back: the file has what they committed, once and in order")
def _():
    one, ledger, naive = relay.Relay(log.url, "--sink", f"file:{folder}"), Ledger(), Naive()
    one.wait_said("feeds the sink")
    write_all(ledger, naive)
    relay.same(folder, log)
    found = relay.lines(folder)
    relay.check_order(found)
    tap.equal(sorted(line["id"] for line in found if line["type"] == relay.TYPE), sorted(ledger.committed))
    skipped = set(ledger.committed) - naive.seen
    tap.check(skipped, "the reader by emit id skipped nothing: this test would not find a sequencer that does")
    print(f"# figure: {WRITERS} writers, {len(ledger.committed)} events, {ledger.rolled_back} rollbacks; a reader by emit id would have "
          f"skipped {len(skipped)}; recorded to placed {lateness(0)}")
    tap.equal(one.stop(), 0)


@tap.test("transactions left open here, in another database, prepared and only reading hold up nobody; what they emitted comes when they end")
def _():
    late, prepared, reader = (session.Session(log.url) for _ in range(3))
    other = session.Session(host.installed("other", relay.MODULES))
    before = log.value("select last_seq from bus.v_log_status")
    events = {name: str(uuid.uuid4()) for name in ("late", "prepared")}
    relay.nobody_asleep(log)
    prepared.run("begin")
    prepared.run(relay.emit("prepared", events["prepared"]))
    prepared.run("prepare transaction 'forgotten'")
    late.run("begin")
    late.run(relay.emit("late", events["late"]))
    other.run("begin")
    relay.declare(other)
    other.run(relay.emit("elsewhere"))
    reader.run("begin isolation level repeatable read")
    reader.run("select count(*) from bus.domain_events")
    one, ledger, naive = relay.Relay(log.url, "--sink", f"file:{folder}"), Ledger(), Naive()
    one.wait_said("feeds the sink")
    write_all(ledger, naive)
    relay.same(folder, log)
    found = relay.lines(folder)
    tap.check(set(ledger.committed) <= {line["id"] for line in found}, "what was committed waits for an open transaction")
    tap.check(not set(events.values()) & {line["id"] for line in found}, "what was not committed was delivered")
    print(f"# figure: with four transactions open, {len(ledger.committed)} events; recorded to placed {lateness(before)}")
    late.run("commit")
    log.run("commit prepared 'forgotten'")
    naive.read()
    relay.same(folder, log)
    found = relay.lines(folder)
    relay.check_order(found)
    tap.equal(sorted(line["id"] for line in found[-2:]), sorted(events.values()), "the last two")
    tap.check(events["late"] not in naive.seen, "the reader by emit id has lost it, or this test would prove nothing")
    for each in (late, prepared, reader, other):
        each.close()
    tap.equal(one.stop(), 0)


tap.main()
