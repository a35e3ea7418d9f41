"""The log in JetStream: whatever is killed, stopped, rewound, deleted, full or in the way, the stream has what the log has, each event once
and in order. A relay that remembers what it sent, and trusts the broker's window of known ids, does not stand the same."""

import json
import random
import signal
import time
import uuid

from harness import program, relay, server, session, tap
from harness.broker import Broker, installed
from harness.sizes import size
from harness.stream import Load, Stream

KILLS = size(15, 200)
OUTAGE_S = size(0.3, 600)
REWOUND = size(300, 1000)

installed()
host = server.Server()
log = relay.Log(host.installed("relayed", relay.MODULES))
broker = Broker()


def begin_anew(name):
    """A log of its own, which is short."""
    global log
    log = relay.Log(host.installed(name, relay.MODULES))
    log.run(relay.emit_many(100))


def start(stream, sink=None, **settings):
    return Stream(broker, stream, **settings).start(log, sink)


def delivered(stream):
    return Stream(broker, stream).delivered()


def verify(stream, *arguments):
    return Stream(broker, stream).verify(log, *arguments)


def has_all(stream):
    Stream(broker, stream).has_all(log)


def confirmed(sink):
    """Waits until the database knows of all that the stream has: a rewind is told by what was confirmed."""
    cursor = f"select coalesce(max(after_seq), 0) >= (select last_seq from bus.v_log_status) as known from bus.consumer_cursors where consumer = '{sink}'"
    tap.wait_until(lambda: log.value(cursor), f"the place of {sink} is known")


def reconnect():
    """The server was killed under our own session."""
    global log
    log = relay.Log(log.url)


@tap.test("relay, broker and server are killed at random moments, and ids are forgotten meanwhile: nothing is lost, doubled or out of order")
def _():
    chance = random.Random(8)
    feeding = start("KILLS")
    feeding.wait_said("feeds the sink")
    victims = ["relay", "relay", "broker", "relay", "server"]
    with Load(log.url):
        for number in range(KILLS):
            time.sleep(chance.random() * 0.2)
            victim = victims[number % len(victims)]
            if victim == "relay":
                feeding.kill()
                feeding = start("KILLS")
            elif victim == "broker":
                broker.kill()
                time.sleep(chance.random() * 0.3)
                broker.start()
            else:
                host.crash()
                host.start()

                # One that was started while there was no server ends, soon or late; who keeps it running starts it again.
                def goes_on():
                    nonlocal feeding
                    if feeding.process.poll() is not None:
                        feeding = start("KILLS")
                    return feeding.said("feeds the sink")

                tap.wait_until(goes_on, "a relay goes on")
    reconnect()
    has_all("KILLS")
    tap.equal(feeding.stop(), 0)


@tap.test("a relay that was paused in the middle goes on when another one has taken over: the stream takes each event once")
def _():
    paused = start("PAUSED")
    paused.wait_said("feeds the sink")
    for _ in range(size(2, 10)):
        log.run(relay.emit_many(800))
        time.sleep(random.random() * 0.1)
        paused.signal(signal.SIGSTOP)
        # What a server finds out by itself in the end: that nobody is there.
        log.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'daybook relay%'")
        other = start("PAUSED")
        other.wait_said("feeds the sink")
        log.run(relay.emit_many(100))
        paused.signal(signal.SIGCONT)
        has_all("PAUSED")
        paused.kill()
        paused = other
    paused.kill()


@tap.test("two relays feed one stream at once, each with a cursor of its own, so that neither knows of the other: each event once")
def _():
    two = [start("TWICE", name) for name in ("one", "other")]
    for each in two:
        each.wait_said("feeds the sink")
    with Load(log.url):
        for _ in range(size(5, 50)):
            log.run(relay.emit_many(200))
    has_all("TWICE")
    for each in two:
        each.kill()


@tap.test("the broker comes back with an older copy of its store: that is told, and what it lost is published again")
def _():
    begin_anew("short")
    feeding = start("REWOUND")
    has_all("REWOUND")
    feeding.stop()
    copy = broker.keep()
    feeding = start("REWOUND")
    log.run(relay.emit_many(REWOUND))
    has_all("REWOUND")
    confirmed("rewound")
    broker.rewind(copy)
    log.run(relay.emit("after the rewind"))
    has_all("REWOUND")
    told = json.loads(feeding.wait_said("stream_rewound")[0])["fields"]
    tap.check(told["confirmed"] - told["after"] >= REWOUND, told)
    feeding.kill()


@tap.test("the stream is deleted: it is made again, and has the whole log")
def _():
    feeding = start("DELETED")
    has_all("DELETED")
    confirmed("deleted")
    with broker.client() as client:
        tap.equal(client.api("STREAM.DELETE.DELETED").get("success"), True)
    log.run(relay.emit("after the deletion"))
    feeding.wait_said("stream_rewound")
    has_all("DELETED")
    feeding.kill()


@tap.test("messages are removed from the end while the broker knows their ids: they are published again all the same")
def _():
    feeding = start("REMOVED", duplicate_window="1h")
    has_all("REMOVED")
    confirmed("removed")
    tap.equal(feeding.stop(), 0)
    with broker.client() as client:
        last = client.state("REMOVED")["last_seq"]
        for sequence in range(last - 4, last + 1):
            tap.equal(client.api("STREAM.MSG.DELETE.REMOVED", seq=sequence).get("success"), True)
        known = client.put("removed.x", headers={"Nats-Msg-Id": relay.log_of(log)[-1]["id"]})
        tap.equal(known.get("duplicate"), True, "the broker remembers")
    feeding = start("REMOVED", duplicate_window="1h")
    feeding.wait_said("stream_rewound")
    has_all("REMOVED")
    feeding.kill()


@tap.test("a stream that is full and takes nothing new holds up nobody but itself, and goes on when it has room")
def _():
    feeding = start("FULL", max_bytes="64kB", discard="new")
    feeding.wait_said("stores nothing more")
    log.run(relay.emit("written while the stream is full"))
    with broker.client() as client:
        config = client.api("STREAM.INFO.FULL")["config"]
        tap.check("error" not in client.api("STREAM.UPDATE.FULL", **{**config, "max_bytes": -1}), "the stream has room again")
    has_all("FULL")
    feeding.kill()


@tap.test("what others publish into the stream is named, and neither skips nor doubles an event")
def _():
    feeding = start("SHARED")
    feeding.wait_said("feeds the sink")
    with Load(log.url), broker.client() as client:
        for number in range(20):
            client.put("shared.of.somebody.else", f"{number}")
            time.sleep(random.random() * 0.05)
    has_all("SHARED")
    tap.equal(json.loads(feeding.wait_said("somebody else publishes")[0])["fields"]["subject"], "shared.of.somebody.else")
    feeding.kill()


class Naive:
    """What relays often are: remembers what it sent, numbers nothing, trusts the broker's window of known ids."""

    def __init__(self, stream):
        self.stream, self.sent = stream, 0
        with broker.client() as client:
            client.api(f"STREAM.CREATE.{stream}", name=stream, subjects=[f"{stream.lower()}.>"], storage="file", retention="limits",
                       num_replicas=1, duplicate_window=100_000_000)

    def publish(self, remember=True):
        program.daybook("relay", "--url", log.url, "--once").ok()
        rows = [row for row in relay.log_of(log) if row["seq"] > self.sent]
        with broker.client() as client:
            for row in rows:
                client.put(f"{self.stream.lower()}.x", json.dumps(row), {"Nats-Msg-Id": row["id"], "Daybook-Seq": row["seq"]})
        if remember and rows:
            self.sent = rows[-1]["seq"]

    def differs(self):
        try:
            relay.check_same(delivered(self.stream), relay.log_of(log))
        except tap.Failure:
            return True
        return False


@tap.test("a naive relay beside it loses what a rewound store lost, and doubles what it sent before it was killed: these tests bite")
def _():
    naive = Naive("NAIVE")
    naive.publish()
    tap.equal(naive.differs(), False, "it does well while nothing happens")
    copy = broker.keep()
    log.run(relay.emit("lost by the rewind"))
    naive.publish()
    broker.rewind(copy)
    log.run(relay.emit("after the rewind"))
    naive.publish()
    tap.equal(naive.differs(), True, "after a rewind")
    naive = Naive("NAIVE2")
    naive.publish(remember=False)
    time.sleep(OUTAGE_S)

    def doubles():
        naive.publish(remember=False)
        return naive.differs()

    # The broker forgets ids in its own time.
    tap.wait_until(doubles, "it doubles what it was killed between publishing and remembering", 30)


@tap.test("bus verify: equal, and each kind of difference by its name; unknown when the broker cannot be asked")
def _():
    log.run(relay.emit_many(50))
    feeding = start("VERIFIED")
    has_all("VERIFIED")
    tap.equal(feeding.stop(), 0)
    last = log.value("select last_seq from bus.v_log_status")
    equal = {"first_seq": 1, "last_seq": last, "log_seq": last, "equal": last, "missing": 0, "repeated": 0, "changed": 0, "strangers": 0,
             "lost_history": 0}
    tap.equal(verify("VERIFIED").ok().json(), {"verified": [equal], "differences": []})
    part = verify("VERIFIED", "--from", "11", "--to", "20").ok().json()["verified"][0]
    tap.equal((part["first_seq"], part["last_seq"], part["equal"]), (11, 20, 10))
    with broker.client() as client:
        subject, head, body = client.message("VERIFIED", 7)
        for name in [name for name in head if name.startswith("Nats-Expected")]:
            del head[name]
        for sequence in (3, 7):
            client.api("STREAM.MSG.DELETE.VERIFIED", seq=sequence)
        client.put(subject, body, {**head, "Nats-Msg-Id": "again"})
        client.put(subject, body.replace(b'"seq"', b'"SEQ"'), {**head, "Daybook-Seq": last, "Nats-Msg-Id": "other"})
        client.put("verified.somebody.else", b"?")
        client.put(subject, body, {**head, "Daybook-Epoch": 2})
    found = verify("VERIFIED", "--from", "2").exits(1).json()
    tap.equal([(row["difference"], row["seq"]) for row in found["differences"]],
              [("missing", 3), ("missing", 7), ("repeated", 7), ("repeated", last), ("stranger", None)])
    tap.equal(found["verified"][0]["lost_history"], 1)
    with broker.client() as client:
        client.api("STREAM.PURGE.VERIFIED", seq=last)
    found = verify("VERIFIED", "--from", last, "--to", last).exits(1).json()
    tap.equal([row["difference"] for row in found["differences"]], ["repeated", "stranger"])
    with broker.client() as client:
        client.api("STREAM.MSG.DELETE.VERIFIED", seq=last)
        client.api("STREAM.MSG.DELETE.VERIFIED", seq=last + 1)
    found = verify("VERIFIED").exits(1).json()
    tap.equal([row["difference"] for row in found["differences"]], ["changed", "stranger"])
    broker.kill()
    tap.contains(verify("VERIFIED").exits(3).err, "the stream cannot be read")
    broker.start()
    tap.contains(verify("NOWHERE").exits(3).err, "there is no stream")


@tap.test("a replay is published beside the log, twice where it is asked for twice, and the broker takes none of it for known")
def _():
    log.run(relay.emit_many(20))
    feeding = start("AGAIN", duplicate_window="1h")
    has_all("AGAIN")
    for number in range(1, 3):
        log.row(session.call("bus.fn_request_replay", replay_id=uuid.uuid4(), consumer="again", from_seq=5, to_seq=14))

        def replayed():
            with broker.client() as client:
                return (client.state("AGAIN_REPLAY") or {}).get("messages") == 10 * number

        tap.wait_until(replayed, f"replay {number} is published")
        tap.wait_until(lambda: log.value("select count(*) from bus.event_retries where consumer = 'again'") == 0, "it is known to be done")
    with broker.client() as client:
        found = client.messages("AGAIN_REPLAY")
    tap.equal([int(head["Daybook-Seq"]) for _, _, head, _ in found], [*range(5, 15)] * 2)
    wanted = {row["seq"]: (row["id"], f"again-replay.again.{row['type']}") for row in relay.log_of(log)}
    tap.equal([(json.loads(body)["id"], subject) for _, subject, _, body in found], [wanted[seq] for seq in [*range(5, 15)] * 2])
    has_all("AGAIN")
    tap.equal(feeding.stop(), 0)


@tap.test("a long outage of the broker holds up nobody, and ends with everything in the stream")
def _():
    feeding = start("OUTAGE")
    has_all("OUTAGE")
    broker.kill()
    with Load(log.url):
        time.sleep(OUTAGE_S)
    broker.start()
    has_all("OUTAGE")
    tap.equal(feeding.stop(), 0)


tap.main()
