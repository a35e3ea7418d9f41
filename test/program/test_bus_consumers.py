"""Durable consumers: the verbs, who may read what, and which updates a batch costs."""

import json
import os
import signal
import subprocess
import uuid

from harness import calls, program, server, session, tap
from harness.program import daybook
from harness.session import Raw, call
from harness.worker import refused

# A vacuum of the server's own would keep rows that the last test counts on, at a moment of its choice.
host = server.Server(["autovacuum = off"])
one = calls.settle(host.installed("consumers"))
url = host.url("consumers")
OTHER = str(uuid.uuid4())


def bus(*words, status=0):
    return daybook("bus", *words, "--url", url, "--format", "json").exits(status)


def emit(count, kind="test.thing_done"):
    for number in range(count):
        one.row(call("bus.fn_emit_domain_event", event_type=kind, aggregate_id=f"thing {number % 3}", payload={"n": number}))
    sequence()


def sequence():
    one.row("select s.* from bus.fn_lead_log(0::smallint, '00000000-0000-0000-0000-000000000001', 'test') as l "
            "cross join lateral bus.fn_sequence(0::smallint, l.term) as s")
    one.run("notify daybook_seq")


one.run("select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}')")
emit(6)


def attach(name):
    return one.row(call("bus.fn_attach_consumer", consumer=name, holder_id=uuid.uuid4(), holder_name="test"))


def read(name, term, limit=100):
    return one.rows(call("bus.fn_read_events", consumer=name, term=term, limit=limit))


def commit(name, term, seq, done=Raw("'{}'::bigint[]")):
    return one.row(call("bus.fn_commit_events", consumer=name, term=term, epoch=1, seq=seq, done=done))


@tap.test("bus events prints the log as sinks have it, and follows it until it is told to end")
def _():
    lines = [json.loads(line) for line in daybook("bus", "events", "--url", url, "--type", "test.thing_done").ok().out.splitlines()]
    tap.equal([line["payload"]["n"] for line in lines], [0, 1, 2, 3, 4, 5])
    tap.equal(set(lines[0]), {"seq", "epoch", "id", "type", "account_id", "aggregate_type", "aggregate_id", "aggregate_version", "occurred_at", "recorded_at",
                              "payload", "ctx"})
    some = daybook("bus", "events", "--url", url, "--aggregate", "test_thing/thing 1", "--limit", "1", "--after", str(lines[1]["seq"])).ok().out
    tap.equal([json.loads(line)["payload"]["n"] for line in some.splitlines()], [4])
    path = os.path.join(program.temporary_folder(), "out")
    with open(path, "wb") as out:
        following = subprocess.Popen([program.DAYBOOK, "bus", "events", "--follow", "--after", str(lines[-1]["seq"]), "--type", "test.thing_done", "--url", url],
                                     env=program.clean_env(), stdin=subprocess.DEVNULL, stdout=out)
    tap.at_end(following.kill)
    emit(2)
    tap.wait_until(lambda: os.path.getsize(path) > 0 and len(open(path, "rb").read().splitlines()) == 2, "two lines")
    following.send_signal(signal.SIGINT)
    tap.equal(following.wait(60), 0)


@tap.test("bus consumers declares, lists, resets and drops")
def _():
    tap.equal(bus("consumers", "declare", "verbs", "--type", "test.thing_done", "--after", "0").json()["consumer"][0]["outcome"], "created")
    tap.equal(bus("consumers", "declare", "verbs", "--type", "test.thing_done").json()["consumer"][0]["outcome"], "replayed")
    tap.contains(bus("consumers", "declare", "verbs", "--policy", "skip", status=5).err, "event_types")
    row = next(row for row in bus("consumers").json()["consumers"] if row["consumer"] == "verbs")
    end = one.value("select last_seq from bus.logs")
    tap.equal((row["held"], row["after_seq"], row["lag_events"]), (False, 0, end))
    term = attach("verbs")["term"]
    tap.contains(bus("consumers", "reset", "verbs", "--after", "3", "--reason", "test", status=5).err, "held")
    one.row(call("bus.fn_release_consumer", consumer="verbs", term=term))
    tap.equal(bus("consumers", "reset", "verbs", "--after", "3", "--reason", "test").json()["consumer"][0]["after_seq"], 3)
    tap.equal(bus("consumers", "drop", "verbs").json()["consumer"][0]["outcome"], "created")
    tap.check(all(row["consumer"] != "verbs" for row in bus("consumers").json()["consumers"]), "it is gone")
    bus("consumers", "drop", status=2)
    bus("consumers", "reset", "verbs", "--after", "3", status=2)


@tap.test("bus dead-letters lists, shows, delivers again and discards")
def _():
    one.row(call("bus.fn_declare_consumer", consumer="dead", kind="application", event_types=["test.thing_done"], policy="skip", max_attempts=1, after_seq=0))
    term = attach("dead")["term"]
    events = read("dead", term)
    for event in events[:3]:
        one.row(call("bus.fn_fail_event", consumer="dead", term=term, seq=event["seq"], error="poison"))
    commit("dead", term, events[-1]["seq"])
    seqs = [event["seq"] for event in events[:3]]
    tap.equal([row["seq"] for row in bus("dead-letters").json()["dead_letters"]], seqs)
    shown = bus("dead-letters", "show", "dead", str(seqs[0])).json()["dead_letter"][0]
    tap.equal((shown["error"], shown["attempts"], shown["event_type"]), ("poison", 1, "test.thing_done"))
    bus("dead-letters", "show", "dead", "999999", status=5)
    bus("dead-letters", "discard", "dead", str(seqs[0]), status=2)
    bus("dead-letters", "discard", "dead", str(seqs[0]), "--reason", "test")
    place = one.value("select after_seq from bus.consumer_cursors where consumer = 'dead'")
    tap.equal([row["seq"] for row in bus("dead-letters", "redrive", "dead", "all").json()["dead_letters"]], seqs[1:])
    tap.equal(one.value("select after_seq from bus.consumer_cursors where consumer = 'dead'"), place, "no place moves")
    tap.equal([row["seq"] for row in read("dead", term)], seqs[1:])
    commit("dead", term, place, Raw(f"'{{{seqs[1]},{seqs[2]}}}'::bigint[]"))
    tap.equal(bus("dead-letters", "list", "dead").json()["dead_letters"], [])
    tap.equal([row["state"] for row in bus("dead-letters", "--all").json()["dead_letters"]], ["discarded", "delivered", "delivered"])


@tap.test("bus replay counts, delivers once more beside what is new, no faster than it may, and ends when it is told to")
def _():
    one.row(call("bus.fn_declare_consumer", consumer="again", kind="application", event_types=["test.thing_done"], after_seq=0))
    term = attach("again")["term"]
    first = read("again", term)
    commit("again", term, first[-1]["seq"])
    tap.equal(bus("replay", "--consumer", "again", "--dry-run").json()["replay"][0]["events"], len(first))
    tap.equal(one.value("select count(*) from bus.replays where consumer = 'again'"), 0, "a dry run leaves nothing")
    tap.equal(bus("replay", "--consumer", "again", "--aggregate", "test_thing/thing 0", "--dry-run").json()["replay"][0]["events"],
              sum(event["aggregate_id"] == "thing 0" for event in first))
    middle = first[2]["seq"]
    tap.equal(bus("replay", "--consumer", "again", "--from-seq", str(middle), "--to-seq", str(middle)).json()["replay"][0]["events"], 1)
    emit(1)
    found = read("again", term)
    tap.equal([(event["delivery"], event["seq"]) for event in found[:1]], [("replay", middle)])
    tap.equal([event["delivery"] for event in found[1:]], ["live"], "what is new goes on")
    commit("again", term, found[-1]["seq"], Raw(f"'{{{middle}}}'::bigint[]"))
    tap.equal(bus("replay").json()["replays"][0]["state"], "done")
    asked = bus("replay", "--consumer", "again", "--from", "yesterday", "--rate", "1").json()["replay"][0]
    tap.check(asked["events"] > 3, "there is much to replay")
    tap.equal(len(read("again", term)), 1, "one event in the first second")
    tap.equal(bus("replay", "--cancel", asked["id"]).json()["replay"][0]["outcome"], "created")
    tap.equal(read("again", term), [])
    tap.equal(bus("replay", "--consumer", "again", "--to", "2000-01-01").json()["replay"][0]["outcome"], "counted", "nothing was given its place then")


@tap.test("a login sees the events of accounts that it may read, and those of no account; consumers of others it cannot use")
def _():
    # Here the login installed everything and may read the whole log. In its place one that only has these functions:
    host.sql("create role reader login; grant usage on schema bus to reader; "
             "grant execute on function bus.fn_declare_consumer, bus.fn_attach_consumer, bus.fn_read_events, bus.fn_commit_events to reader", "consumers")
    reader = session.Session(host.url("consumers", "reader"))
    refused(reader, call("bus.fn_declare_consumer", consumer="reader.sink", kind="sink", event_types=None), "42501", "a sink of a program")
    one.row(call("trading.fn_open_account", account_id=OTHER, name="other", venue="lib", currency="USD", mode="paper", position_mode="netting",
                 opening_balance=1))
    sequence()
    reader.row(call("bus.fn_declare_consumer", consumer="reader", kind="application", event_types=None, after_seq=0))
    one.row(call("settings.fn_grant_account", account_id=OTHER, role_name="reader", rights=Raw("array['read']")))
    term = reader.row(call("bus.fn_attach_consumer", consumer="reader", holder_id=uuid.uuid4(), holder_name="reader"))["term"]
    events = reader.rows(call("bus.fn_read_events", consumer="reader", term=term, limit=1000))
    tap.equal({event["account_id"] for event in events}, {None, OTHER})
    tap.equal([event for event in events if event["aggregate_type"] == "consumer"], [], "what is about consumers only who names it is handed")
    refused(reader, call("bus.fn_attach_consumer", consumer="again", holder_id=uuid.uuid4(), holder_name="reader"), "42501", "somebody else's consumer")


@tap.test("a batch costs one update in place of the cursor, however many there were")
def _():
    one.row(call("bus.fn_declare_consumer", consumer="hot", kind="application", event_types=["test.thing_done"], after_seq=0))
    term = attach("hot")["term"]
    one.run("vacuum bus.consumer_cursors")
    for _ in range(60):
        emit(1)
        events = read("hot", term)
        commit("hot", term, events[-1]["seq"])
    one.run("select pg_stat_force_next_flush()")
    one.run("select 1")
    stats = one.row("select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relid = 'bus.consumer_cursors'::regclass")
    tap.check(stats["n_tup_upd"] >= 60, f"the updates are counted: {stats}")
    tap.equal(stats["n_tup_hot_upd"], stats["n_tup_upd"], "updates that touched no index")
    tap.check(one.value("select pg_relation_size('bus.consumer_cursors')") <= 4 * 8192, "the table does not grow")


tap.main()
