"""Relays of a test's own, a log to feed them, and what their files have."""

import glob
import json
import os
import subprocess
import uuid

from . import program, session, tap
from .session import call

MODULES = "core,bus,ref"
TYPE = "test.thing_done"


def declare(one):
    one.run(f"select bus.fn_declare_event_type('{TYPE}', 'test', 'test_thing', 'A thing was done.', '{{}}')")


def emit(aggregate, event_id=None):
    return call("bus.fn_emit_domain_event", event_type=TYPE, aggregate_id=str(aggregate), payload={}, event_id=event_id or uuid.uuid4())


def emit_many(count, aggregates=5):
    """One statement that emits so many events, spread over aggregates."""
    return (f"select count(*) from generate_series(1, {count}) as n, lateral bus.fn_emit_domain_event(p_event_type => '{TYPE}', "
            f"p_aggregate_id => 'many ' || n % {aggregates}, p_payload => jsonb_build_object('n', n), p_event_id => gen_random_uuid()) as e")


class Relay:
    """`daybook relay` in the background; its messages are kept in a file."""

    def __init__(self, url, *arguments, **env):
        self.folder = program.temporary_folder("dbk-relay-")
        self.log_path = os.path.join(self.folder, "log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([program.DAYBOOK, "relay", "--url", url, "--log-format", "json", *arguments],
                                            env=program.clean_env(**env), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        tap.at_end(self.kill)

    def said(self, part):
        with open(self.log_path, encoding="utf-8", errors="replace") as text:
            return [line for line in text if part in line]

    def wait_said(self, part):
        def look():
            tap.check(self.process.poll() is None, f"the relay ended: {self.said('')[-10:]}")
            return self.said(part)

        return tap.wait_until(look, f"the relay says {part!r}: {self.said('')[-5:]}")

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)

    def stop(self):
        """In order; returns the exit status."""
        self.process.terminate()
        return self.process.wait(60)


ASLEEP = "select count(*) from pg_locks where locktype = 'advisory' and classid = 1145195269 and mode = 'ExclusiveLock'"


def asleep(one):
    """Waits until a sequencer sleeps: from then on it is notified by who emits."""
    tap.wait_until(lambda: one.value(ASLEEP) == 1, "the sequencer sleeps")


def nobody_asleep(one):
    """Waits until what a relay that has ended leaves in the server for a moment is gone. From then on nobody is notified by who emits, and a
    transaction that notified cannot be prepared."""
    tap.wait_until(lambda: one.value(ASLEEP) == 0, "no sequencer sleeps")


def lines(folder):
    """Everything in the files of a sink, in order; without a line that is being written."""
    found = []
    for path in sorted(glob.glob(os.path.join(folder, "events-*.jsonl"))):
        with open(path, encoding="utf-8") as text:
            content = text.read()
        found += [json.loads(line) for line in content[:content.rfind("\n") + 1].splitlines()]
    return found


def log_of(one):
    """The log as the database has it."""
    return one.rows("select s.seq, s.epoch, e.event_id as id, e.event_type as type, e.aggregate_type, e.aggregate_id, e.aggregate_version "
                    "from bus.event_seq as s join bus.domain_events as e on e.id = s.id order by s.seq")


def check_same(found, log):
    """The sink has the log: each place once, in order."""
    keys = ("seq", "id", "type", "aggregate_type", "aggregate_id", "aggregate_version")
    mine, theirs = ([tuple(row[key] for key in keys) for row in rows] for rows in (found, log))
    for number, (left, right) in enumerate(zip(mine, theirs)):
        tap.equal(left, right, f"line {number}")
    tap.equal(len(mine), len(theirs), "lines")


def check_order(rows, after=0):
    """Places without gaps, each event once, versions rising by one within each aggregate."""
    tap.equal([row["seq"] for row in rows], list(range(after + 1, after + 1 + len(rows))))
    tap.equal(len({row["id"] for row in rows}), len(rows))
    versions = {}
    for row in rows:
        key = row["aggregate_type"], row["aggregate_id"]
        tap.equal(row["aggregate_version"], versions.get(key, 0) + 1, f"version of {key} at place {row['seq']}")
        versions[key] = row["aggregate_version"]


def everything_sequenced(one):
    tap.wait_until(lambda: one.value("select waiting from bus.v_log_status") == 0, "every event has its place")


def same(folder, one):
    """Waits until the sink has as much as the log, then compares."""
    everything_sequenced(one)
    wanted = one.value("select last_seq from bus.v_log_status")
    cursor = "select coalesce(max(after_seq), 0) from bus.consumer_cursors"
    tap.wait_until(lambda: one.value(cursor) >= wanted, f"the sink has place {wanted}", 60)
    check_same(lines(folder), log_of(one))


class Log(session.Session):
    """A session of a database with the bus and a type of event to emit."""

    def __init__(self, url):
        super().__init__(url)
        self.url = url
        if self.value(f"select count(*) from bus.domain_event_type where event_type = '{TYPE}'") == 0:
            declare(self)
