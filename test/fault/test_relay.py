"""The relay: what it gives places to and delivers survives kills of it, of its leader, of the server and of every listener."""

import functools
import os
import random
import re
import shutil
import signal
import threading
import time
import urllib.request
import uuid

from harness import broker, private, program, relay, server, session, tap
from harness.sizes import size
from harness.standby import Standby

KILLS = size(8, 200)

host = server.Server(["wal_level = replica", "max_prepared_transactions = 5"])
log = relay.Log(host.installed("relayed", relay.MODULES))
folder = os.path.join(program.temporary_folder("dbk-sink-"), "events")
sink = f"file:{folder}"


class Writer:
    """Emits one event after another in a thread; what has been committed is in `committed`, by the writer's own record."""

    def __init__(self, url):
        self.session = session.Session(url)
        self.committed, self.ended = [], threading.Event()
        self.thread = threading.Thread(target=self.write)
        self.thread.start()
        tap.at_end(self.stop)

    def write(self):
        number = 0
        while not self.ended.is_set():
            number, event = number + 1, str(uuid.uuid4())
            self.session.run(relay.emit(number % 5, event))
            self.committed.append(event)

    def grow(self, by):
        before = len(self.committed)
        tap.wait_until(lambda: len(self.committed) >= before + by, f"{by} more events are written")

    def stop(self):
        self.ended.set()
        self.thread.join()
        self.session.close()


@functools.cache
def first_standby():
    return Standby(host)


@tap.test("--once gives places to what is there and delivers it; run again, it has nothing to do")
def _():
    log.run(relay.emit_many(2500))
    program.daybook("relay", "--url", log.url, "--once", "--sink", sink).ok()
    relay.same(folder, log)
    relay.check_order(relay.lines(folder))
    before = len(relay.lines(folder))
    log.run(relay.emit("one more"))
    program.daybook("relay", "--url", log.url, "--once", "--sink", sink).ok()
    tap.equal(len(relay.lines(folder)), before + 1)
    program.daybook("relay", "--url", log.url, "--once", "--sink", sink).ok()
    relay.same(folder, log)
    done = program.daybook("relay", "--url", log.url, "--once", "--sink", "stdout", "--quiet").ok()
    tap.equal([line["seq"] for line in map(relay.json.loads, done.out.splitlines())], list(range(1, before + 3)))


@tap.test("killed at any moment, again and again while others write, the file has each event once and in order")
def _():
    chance, writer = random.Random(1), Writer(log.url)
    for _ in range(KILLS):
        one = relay.Relay(log.url, "--sink", sink, "--sink-set", "file.mib=1")
        time.sleep(chance.random() * 0.6)
        one.kill()
    print(f"# figure: {KILLS} kills of the relay, {len(writer.committed)} events")
    writer.stop()
    one = relay.Relay(log.url, "--sink", sink)
    relay.same(folder, log)
    relay.check_order(relay.lines(folder))
    tap.check(set(writer.committed) <= {line["id"] for line in relay.lines(folder)}, "what was committed is not in the file")
    tap.equal(one.stop(), 0, "exit status when it is told to stop")


@tap.test("the leader killed or stopped, the other one takes over; the one that wakes gives no places")
def _():
    leader = relay.Relay(log.url, "--sink", sink)
    leader.wait_said("gives places in the log")
    other = relay.Relay(log.url, "--sink", sink)
    other.wait_said("another process gives places")
    writer = Writer(log.url)
    leader.signal(signal.SIGSTOP)
    other.wait_said("gives places in the log")
    writer.grow(20)
    leader.signal(signal.SIGCONT)
    leader.wait_said("another process has taken over")
    third = relay.Relay(log.url)
    other.kill()
    tap.wait_until(lambda: len(leader.said("gives places in the log")) >= 2 or third.said("gives places in the log"), "one of the others leads")
    writer.grow(20)
    writer.stop()
    relay.same(folder, log)
    relay.check_order(relay.lines(folder))
    for each in (leader, third):
        tap.equal(each.stop(), 0)


@tap.test("every connection that listens is ended, again and again: nothing is lost, and they come back")
def _():
    one, writer = relay.Relay(log.url, "--sink", sink), Writer(log.url)
    for _ in range(5):
        writer.grow(10)
        log.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'daybook relay listener'")
    writer.stop()
    relay.same(folder, log)
    # An event for a sequencer that sleeps: there is nobody to be notified but who came back.
    relay.asleep(log)
    log.run(relay.emit("after the listeners were ended"))
    relay.same(folder, log)
    one.kill()


@tap.test("the server crashes and comes back: the relay goes on by itself")
def _():
    one = relay.Relay(log.url, "--sink", sink)
    one.wait_said("feeds the sink")
    log.run(relay.emit("before the crash"))
    relay.same(folder, log)
    log.close()
    host.crash()
    host.start()
    log.__init__(log.url)
    log.run(relay.emit("after the crash"))
    relay.same(folder, log)
    relay.check_order(relay.lines(folder))
    tap.equal(one.stop(), 0)


@tap.test("a file whose end is torn, by zeros or half a line, is cut and goes on; one that lost its newest gets them again")
def _():
    newest = sorted(name for name in os.listdir(folder) if name.startswith("events-"))[-1]
    path = os.path.join(folder, newest)
    for torn in (b'{"seq":7,"epo', b"\0" * 4096, b"\0\n" + b'{"seq":1,"epoch":1,"id":"x"}\n'):
        with open(path, "ab") as out:
            out.write(torn)
        log.run(relay.emit("after a torn end"))
        done = program.daybook("relay", "--url", log.url, "--once", "--sink", sink)
        tap.contains(done.ok().err, "the torn end of a file is cut off")
        relay.same(folder, log)
    with open(path, "rb+") as out:
        content = out.read()
        out.truncate(content[:-1].rfind(b"\n", 0, len(content) // 2) + 1)
    done = program.daybook("relay", "--url", log.url, "--once", "--sink", sink)
    tap.contains(done.ok().err, "stream_rewound")
    relay.same(folder, log)


@tap.test("files are rotated by size, named by their first place, and the oldest are removed beyond a number")
def _():
    kept = os.path.join(program.temporary_folder("dbk-sink-"), "kept")
    log.run(relay.emit_many(12000))
    program.daybook("relay", "--url", log.url, "--once", "--sink", f"kept=file:{kept}", "--sink-set", "file.mib=1",
                    "--sink-set", "file.keep=2").ok()
    names = sorted(os.listdir(kept))
    found = relay.lines(kept)
    tap.equal(len(names), 2)
    tap.equal(names[0], f"events-{found[0]['epoch']:010}-{found[0]['seq']:020}.jsonl")
    relay.check_same(found, relay.log_of(log)[found[0]["seq"] - 1:])


def ask(port, page):
    """Status, text and what JSON there is in it; nothing while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}") as answer:
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        status, text = answer.code, answer.read().decode()
    except OSError:
        return 0, "", {"parts": []}
    return status, text, relay.json.loads(text) if text.startswith("{") else None


@tap.test("metrics and health are answered: fine when everything is delivered, and not while something is too late")
def _():
    port, = program.free_ports(1)
    one = relay.Relay(log.url, "--sink", sink, "--metrics-port", str(port), "--lag-limit", "1s")

    tap.wait_until(lambda: ask(port, "/health")[0] == 200, "it is healthy")
    for name in ("daybook_relay_leading 1", "daybook_relay_log_waiting_events 0", 'daybook_relay_sink_seq{sink="file"}'):
        tap.wait_until(lambda name=name: name in ask(port, "/metrics")[1], f"{name} is told")
    # One that sleeps is woken by who emits: what it finds when it looks by itself is not counted as a wake, and it may look just before.
    wakes = lambda: int(re.search(r"^daybook_relay_sequencer_wakes_total (\d+)$", ask(port, "/metrics")[1], re.MULTILINE)[1])
    before = wakes()

    def woken():
        relay.asleep(log)
        log.run(relay.emit("wakes"))
        relay.same(folder, log)
        return wakes() > before

    tap.wait_until(woken, "a notification comes: emitters notify, and it listens", 30)
    # A sequencer that is held up: somebody locks its row.
    blocker = session.Session(log.url)
    blocker.run("begin")
    blocker.run("select 1 from bus.logs for update")
    log.run(relay.emit("held up"))
    tap.wait_until(lambda: "the oldest event without a place" in (ill := ask(port, "/health"))[1] and ill[0] == 503, "it is ill")
    blocker.run("rollback")
    tap.wait_until(lambda: ask(port, "/health")[0] == 200, "it is healthy again")
    one.kill()


@tap.test("a server that answers nothing, and a broker that does not, are told within seconds, by part and what it waits for")
def _():
    broker.installed()
    nats = broker.Broker()
    port, = program.free_ports(1)
    one = relay.Relay(log.url, "--sink", nats.url(), "--metrics-port", str(port), "--lag-limit", "1h")
    ill = lambda: {part["name"]: part["reason"] for part in ask(port, "/health")[2]["parts"] if not part["healthy"]}
    tap.wait_until(lambda: ask(port, "/health")[0] == 200, "it is healthy")
    nats.process.send_signal(signal.SIGSTOP)
    log.run(relay.emit("for a broker that hangs"))
    relay.everything_sequenced(log)
    sequencers = "select pid from pg_stat_activity where application_name = 'daybook relay sequencer'"
    tap.wait_until(lambda: len(log.rows(sequencers)) == 1, "that of the relay before is gone")
    relay.asleep(log)  # not in the middle of something that others need
    hung = int(log.value(sequencers))
    os.kill(hung, signal.SIGSTOP)
    for part, why in (("sequencer", "for the server to answer"), ("nats", "the sink to|has not answered")):
        tap.wait_until(lambda part=part, why=why: re.search(why, ill().get(part, "")), f"{part} is ill: {ill()}")
    tap.wait_until(lambda: set(ill()) == {"nats", "sequencer"}, "both are ill, and nothing else")
    os.kill(hung, signal.SIGCONT)
    nats.process.send_signal(signal.SIGCONT)
    tap.wait_until(lambda: ask(port, "/health")[0] == 200, "it is healthy again", 60)
    one.kill()


@tap.test("bus status says who leads, how far each sink is, and warns of what holds up events, by name")
def _():
    one = relay.Relay(log.url, "--sink", sink)
    one.wait_said("feeds the sink")
    relay.same(folder, log)
    program.daybook("bus", "status", "--url", log.url, "--lag-limit", "1h", "--transaction-limit", "1h").ok()

    def status(*limits):
        done = program.daybook("bus", "status", "--url", log.url, "--format", "json", *limits)
        return done.status, done.json()

    found = status("--lag-limit", "1h")[1]
    tap.contains(found["log"][0]["leader"], "daybook relay on ")
    mine = {row["consumer"]: row for row in found["consumers"]}["file"]
    tap.equal((mine["kind"], mine["held"], mine["lag_events"]), ("sink", True, 0))
    tap.equal([row["parent"] for row in found["partitions"]], ["bus.domain_events", "bus.event_seq"])
    last = found["log"][0]["last_seq"]

    def tail(*arguments):
        done = program.daybook("bus", "status", "--url", log.url, "--format", "json", "--lag-limit", "1h", "--transaction-limit", "1h", *arguments)
        row, = [row for row in done.json()["sinks"] if row["sink"] == "file"]
        return done.status, row["state"], row["tail_seq"], row["cursor_seq"]

    tap.equal(tail("--sink", sink), (0, "even", last, last))
    tap.equal(tail(), (0, "unknown", None, last), "nobody said where it is")
    tap.equal(tail("--sink", f"file:{folder}-elsewhere"), (1, "unknown", None, last), "it cannot be asked")
    short = os.path.join(program.temporary_folder("dbk-sink-"), "short")
    shutil.copytree(folder, short)
    newest = os.path.join(short, sorted(os.listdir(short))[-1])
    with open(newest, "rb+") as out:
        content = out.read()
        out.truncate(content.rfind(b"\n", 0, len(content) - 1) + 10)
    tap.equal(tail("--sink", f"file:{short}"), (1, "behind", last - 1, last), "its last line is torn")
    one.kill()
    relay.nobody_asleep(log)
    blocker = session.Session(host.url("relayed", "trader", application_name="forgetful"))
    blocker.run("begin")
    blocker.run(relay.emit("forgotten"))
    log.run("begin")
    log.run(relay.emit("prepared"))
    log.run("prepare transaction 'forgotten'")
    log.run(relay.emit("late"))
    exit_status, found = status("--lag-limit", "0", "--transaction-limit", "0")
    tap.equal(exit_status, 1)
    for warning, part in (("open_transaction", "(forgetful)"), ("prepared_transaction", "'forgotten'"), ("log_late", "1 events wait")):
        tap.check([row for row in found["warnings"] if row["warning"] == warning and part in row["what"]], f"{warning}: {found['warnings']}")
    tap.check({"forgetful", None} <= {row["application"] for row in found["transactions"]}, "the oldest transactions")
    blocker.run("rollback")
    log.run("rollback prepared 'forgotten'")
    host.sql("update bus.logs set looked_at = looked_at - interval '11 seconds'", "relayed")
    tap.check("no_leader" in [row["warning"] for row in status()[1]["warnings"]], "nobody gives places")


@tap.test("what cannot work is refused at the start with the reason: a pooler in transaction mode, a standby, a sink that is none")
def _():
    pooler = server.PgBouncer(host)
    done = program.daybook("relay", "--url", pooler.url("relayed"))
    tap.contains(done.exits(5).err, "a pooler in transaction mode")
    standby = first_standby()
    standby.catch_up()
    done = program.daybook("relay", "--url", standby.url("relayed", "trader"))
    tap.contains(done.exits(5).err, "this server is a standby")
    for arguments in (["--sink", "elsewhere:x"], ["--sink", "stdout", "--sink", "stdout"], ["--sink-set", "file.size=1"]):
        program.daybook("relay", "--url", log.url, *arguments).exits(2)
    program.daybook("relay", "--url", log.url, "--sink", sink, "--sink-set", "file.mib=none").exits(2)


@tap.test("a relay works with the rights of its role and no more")
def _():
    owner = relay.Log(host.installed("rights", relay.MODULES, roles=True))
    host.sql("create role svc_relay login; grant daybook_relay to svc_relay", "rights")
    kept = os.path.join(program.temporary_folder("dbk-sink-"), "kept")
    one = relay.Relay(host.url("rights", "svc_relay"), "--sink", f"file:{kept}")
    owner.run(relay.emit("one"))
    relay.same(kept, owner)
    tap.wait_until(lambda: program.daybook("bus", "status", "--url", host.url("rights", "svc_relay")).status == 0, "its status has no warnings", 60)
    tap.equal(one.said("tried again"), [])
    tap.equal(one.stop(), 0)


@tap.test("daybook up runs a relay, with the log in files of its folder; with --no-relay none, and with sinks of one's own those")
def _():
    own = private.Private()
    own.up().ok()
    there = os.path.join(own.folder, "events")
    own.sql("select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}');"
            "select bus.fn_emit_domain_event('test.thing_done', 'one', '{}')")
    tap.wait_until(lambda: any(line["type"] == "test.thing_done" for line in relay.lines(there)), "the event is in the file", 60)
    own.down().ok()
    before = len(relay.lines(there))
    other = os.path.join(own.folder, "other")
    own.up(env=own.env(DAYBOOK_SINK=f"other=file:{other}")).ok()
    tap.wait_until(lambda: len(relay.lines(other)) > before, "the other sink has the log too", 60)
    own.down().ok()
    tap.equal(len(relay.lines(there)), before, "lines of the sink that is not set")
    own.up("--no-relay").ok()
    tap.equal(own.sql("select count(*) from pg_stat_activity where application_name like 'daybook relay%'"), "0")
    own.down().ok()


@tap.test("a standby that is promoted: a relay that knows both hosts goes on there in a new epoch")
def _():
    standby = first_standby()
    url = f"postgresql:///relayed?host={host.folder},{standby.folder}&user=trader"
    one = relay.Relay(url, "--sink", sink)
    log.run(relay.emit("before the promotion"))
    relay.same(folder, log)
    standby.catch_up()
    standby.catch_up()
    log.close()
    host.kill()
    standby.sql("select pg_promote()")
    there = relay.Log(standby.url("relayed", "trader"))
    there.run(relay.emit("after the promotion"))
    relay.same(folder, there)
    tap.equal(relay.lines(folder)[-1]["epoch"], 2)
    relay.check_order(relay.lines(folder))
    tap.equal(one.stop(), 0)


tap.main()
