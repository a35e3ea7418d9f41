"""How fast a consumer reads the log with its effect and its place in one transaction, beside a loop written by hand."""

import os

from harness import linked, program, relay
from relay_entries import EVENTS, FILL, HERE

SETUP = """create schema bench;
create table bench.effects (events bigint not null);
insert into bench.effects values (0);
create table bench.cursor (seq bigint not null);
insert into bench.cursor values (0);"""


def build(name, *arguments):
    with open(os.path.join(HERE, f"{name}.c"), encoding="utf-8") as source:
        return linked.build(source.read(), name, "-O2", *arguments)


class Consuming:
    name, unit, sides = "consumers", "events/s", ("daybook", "plain")
    what = (f"{EVENTS:,} events through dbk_consumer_next and commit, 500 at a time, one statement as their effect; plain = SELECT … LIMIT 500, the same "
            "statement and an update of a row with the place, in one transaction over libpq")

    def __init__(self, host):
        self.host, self.number, self.facts = host, 0, {}

    def prepare(self):
        self.consume, self.plain = build("consume", *linked.TO_SHARED), build("consume_plain", "-I/usr/include/postgresql", "-lpq")
        database = self.host().clone()
        self.url = self.host().server.url(database, "trader")
        relay.Log(self.url).close()
        self.host().server.sql(FILL.format(count=EVENTS), database)
        self.host().server.sql(SETUP, database, "trader")
        program.daybook("relay", "--url", self.url, "--once").ok()
        self.host().server.sql("vacuum analyze", database)
        return database

    def rate(self, side, _):
        self.number += 1
        words = [self.plain, self.url] if side == "plain" else [self.consume, self.url, f"bench-{self.number}"]
        return float(program.run([*words, str(EVENTS)]).ok().out)


def entries(host):
    return [Consuming(host)]
