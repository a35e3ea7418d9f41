"""A sequencer that goes to sleep whenever it can and is woken by nothing but a notification: whatever wake-up is lost, it sleeps for ever."""

import random
import threading
import time
import uuid

from . import session, tap
from .session import call

AWAKE = "1145195269, 0"  # held exclusively by a sequencer that sleeps
NOTIFIED = 'Asynchronous notification "daybook_log"'


class Sleeper:
    def __init__(self, url, log_term):
        # Nothing is delivered inside of a transaction, so the lock has a connection of its own.
        self.one, self.lock, self.ear = (session.Session(url) for _ in range(3))
        self.term = log_term
        self.ear.run("listen daybook_log")
        self.ended, self.sleeps, self.failure = threading.Event(), 0, None
        self.thread = threading.Thread(target=self.sequence_until_ended)

    def look(self):
        return self.one.row(call("bus.fn_sequence", log=session.Raw("0::smallint"), term=self.term))["outcome"] == "sequenced"

    def fall_asleep(self):
        """Takes the lock for as long as the transaction lasts; false where somebody is about to commit an event."""
        self.lock.run("begin")
        if self.lock.value(f"select pg_try_advisory_xact_lock({AWAKE})"):
            return True
        self.lock.run("commit")
        return False

    def wake_up(self):
        self.lock.run("commit")

    def notified(self):
        """How often since the last time. psql shows what has come when it has asked for something else."""
        return sum(NOTIFIED in line for line in self.ear.run("select 1"))

    def sleep(self):
        while not self.ended.is_set() and not self.notified():
            time.sleep(0.0005)

    def close(self):
        """Lets go of the lock before: a server takes its time to notice that somebody has gone."""
        if self.lock.process.poll() is None:
            self.lock.run("rollback")
        for each in (self.one, self.lock, self.ear):
            each.close()

    def sequence_until_ended(self):
        try:
            while not self.ended.is_set():
                if self.look() or not self.fall_asleep():
                    continue
                # Events that were committed before the lock was taken have notified nobody.
                if not self.look():
                    self.sleeps += 1
                    self.sleep()
                self.wake_up()
        except (session.Refused, session.Lost, AssertionError) as failure:
            self.failure = failure
            self.ended.set()


def prove(url, term, rounds, writers_count=4):
    """Rounds of events that race each other and the sequencer on its way to sleep; after each one it must have seen them all by itself."""
    sleeper, watch = Sleeper(url, term), session.Session(url)
    writers = [session.Session(url) for _ in range(writers_count)]
    chance = random.Random(rounds)
    sleeper.thread.start()
    try:
        for number in range(rounds):
            racing = writers[:chance.randint(1, writers_count)]
            for index, each in enumerate(racing):
                each.send(call("bus.fn_emit_domain_event", event_type="test.thing_done", aggregate_id=f"woken {index}", payload={},
                               event_id=uuid.uuid4()))
            for each in racing:
                each.receive()
            tap.wait_until(lambda: sleeper.failure or watch.value("select waiting from bus.v_log_status") == 0,
                           f"the sequencer has woken up for the events of round {number}", pause_s=0.001)
            tap.check(not sleeper.failure, f"the sequencer failed: {sleeper.failure}")
            time.sleep(chance.choice((0, 0, chance.random() * 0.004)))
    finally:
        sleeper.ended.set()
        sleeper.thread.join()
        for each in (*writers, watch, sleeper):
            each.close()
    tap.check(sleeper.sleeps > rounds // 10, f"it slept only {sleeper.sleeps} times: nothing was proven")
    return sleeper.sleeps
