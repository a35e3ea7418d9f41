"""How fast the log goes from its tables into a stream, beside what libnats itself publishes in the same minute, and how soon."""

import os
import re
import threading
import time
import urllib.request

from harness import linked, program, relay, session
from harness.broker import Broker

HERE = os.path.dirname(os.path.abspath(__file__))
EVENTS = int(os.environ.get("DAYBOOK_BENCH_EVENTS", 200_000))
FILL = """
insert into bus.domain_events (event_id, event_type, aggregate_type, aggregate_id, aggregate_version, occurred_at, payload)
select gen_random_uuid(), 'test.thing_done', 'test_thing', (n % 5000)::text, n, now(),
       jsonb_build_object('price', '101.25', 'quantity', '0.5', 'order_id', gen_random_uuid(), 'liquidity', 'maker')
  from generate_series(1, {count}) as n
"""
LATENCY_S, RATE, WRITERS = 10, 1000, 8


class Publishing:
    """Everything from the first place of the log to the acknowledgement of the last, by one relay that is started for it."""

    unit = "events/s"
    sides = ("daybook", "plain")

    def __init__(self, host, held=False):
        self.host, self.held, self.number = host, held, 0
        self.name = "relay-nats-held" if held else "relay-nats"
        self.what = (f"{EVENTS:,} events from the tables of the log into a stream until acknowledged, start of the program included"
                     f"{', while a snapshot is held open' if held else ''}; plain = libnats alone publishing messages of that length "
                     "with expected sequences")
        self.facts = {"broker": "nats-server, one replica, file store, its own sync interval"}

    def prepare(self):
        with open(os.path.join(HERE, "nats_publish.c"), encoding="utf-8") as source:
            self.bare = linked.build(source.read(), "nats_publish", "-O2", "-lnats")
        database = self.host().clone()
        self.url = self.host().server.url(database, "trader")
        self.log = relay.Log(self.url)
        if self.held:
            self.holder = session.Session(self.url)
            self.holder.run("begin isolation level repeatable read")
            self.holder.run("select 1 from bus.logs")
        self.host().server.sql(FILL.format(count=EVENTS), database)
        program.daybook("relay", "--url", self.url, "--once").ok()
        self.host().server.sql("analyze", database)
        self.broker = Broker()
        self.length = None
        return self.broker

    def rate(self, side, broker):
        self.number += 1
        stream = f"S{self.number}"
        if side == "plain":
            length = self.length or 400
            done = program.run([self.bare, broker.url(), stream, f"{stream.lower()}.x", str(EVENTS), str(length)]).ok()
            result = float(done.out)
        else:
            began = time.monotonic()
            program.daybook("relay", "--url", self.url, "--once", "--sink",
                            f"{stream.lower()}={broker.url()}?stream={stream}&subject={stream.lower()}").ok()
            seconds = time.monotonic() - began
            with broker.client() as client:
                state = client.state(stream)
                self.length = len(client.message(stream, 1000)[2])
            self.facts["bytes of a message, without headers"] = self.length
            result = state["messages"] / seconds
        with broker.client() as client:
            client.api(f"STREAM.DELETE.{stream}")
        return result


class Soon:
    """Not a rate but how soon: the relay's own histogram of the time from an event's recording to its acknowledgement."""

    unit = "events/s"
    sides = ("daybook", "plain")

    def __init__(self, host, held=False):
        self.host, self.held, self.number = host, held, 0
        self.name = "relay-latency-held" if held else "relay-latency"
        self.what = (f"events acknowledged while {WRITERS} connections emit {RATE:,} a second{', a snapshot held open' if held else ''}; "
                     "plain = emitted; the facts say how soon")
        self.facts = {}

    def prepare(self):
        database = self.host().clone()
        self.url = self.host().server.url(database, "trader")
        relay.Log(self.url).close()
        if self.held:
            self.holder = session.Session(self.url)
            self.holder.run("begin isolation level repeatable read")
            self.holder.run("select 1 from bus.logs")
        self.broker = Broker()
        return self.broker

    def rate(self, side, broker):
        if side == "plain":
            return self.emitted
        port = broker.port + 1 if broker.port < 65000 else broker.port - 1
        feeding = relay.Relay(self.url, "--sink", broker.url(), "--metrics-port", str(port))
        feeding.wait_said("feeds the sink")
        counts = [0] * WRITERS
        threads = [threading.Thread(target=self._write, args=(counts, number)) for number in range(WRITERS)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        log = relay.Log(self.url)
        relay.everything_sequenced(log)
        log.close()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            text = answer.read().decode()
        feeding.stop()
        self.emitted = sum(counts) / LATENCY_S
        return self._tell(text)

    def _write(self, counts, number):
        one = session.Session(self.url)
        due, end = time.monotonic(), time.monotonic() + LATENCY_S
        while due < end:
            time.sleep(max(0, due - time.monotonic()))
            one.run(relay.emit(f"{number} {counts[number] % 100}"))
            counts[number] += 1
            due += WRITERS / RATE
        one.close()

    def _tell(self, text):
        buckets = [(float(bound), int(float(count))) for bound, count in
                   re.findall(r'sink_delivery_seconds_bucket\{[^}]*le="([0-9.e+-]+)"[^}]*\} ([0-9.e+]+)', text)]
        total = int(float(re.search(r"sink_delivery_seconds_count\{[^}]*\} ([0-9.e+]+)", text)[1]))
        for share in (0.5, 0.99):
            within = [bound for bound, count in buckets if count >= share * total]
            self.facts[f"p{share * 100:.0f} within"] = f"{within[0] * 1000:g} ms" if within else "more than the histogram tells"
        return total / LATENCY_S


def entries(host):
    return [Publishing(host), Publishing(host, held=True), Soon(host), Soon(host, held=True)]
