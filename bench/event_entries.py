"""What events cost: calls with their event beside the same calls without, and the places that the sequencer gives."""

import os
import re
import statistics
import time

from fill_entries import Bench, text_of
from harness import session, tap

EVENTS = 1_000_000
OPEN = 1000  # transactions


def without(database_host, database, function, call):
    """Takes out of a function the one line that emits."""
    one = session.Session(database_host.server.url(database, "postgres"))
    definition = one.value(f"select pg_get_functiondef('{function}'::regprocedure)")
    one.close()
    changed = re.sub(rf"\n[^\n]*:= {re.escape(call)}\([^;]*;", "", definition)
    tap.check(changed != definition, f"{function} does not call {call}")
    database_host.server.sql(changed, database)


class Emitting(Bench):
    """A function over some connections, each with rows of its own; plain is its copy that emits nothing. held: while another session
    holds a snapshot from before."""

    seconds = 15
    sides = ("daybook", "plain")

    def __init__(self, host, clients, name, script, function, call, unit, settings, held=False):
        super().__init__(host, clients, {side: text_of(script) for side in self.sides}, settings)
        self.name, self.unit, self.function, self.call = f"{name}-{clients}{'-held' if held else ''}", unit, function, call
        self.what = (f"{function.split('(')[0]} over {clients} connections{', a snapshot held open' if held else ''}; "
                     "plain = the same function that tells nobody")
        self.emits, self.held, self.holder = True, held, None

    def database(self):
        name = super().database()
        if not self.emits:
            without(self.host(), name, self.function, self.call)
        if self.held:
            self.holder = session.Session(self.host().server.url(name, "postgres"))
            self.holder.run("begin isolation level repeatable read; select count(*) from bus.logs")
        return name

    def rate(self, side, setup):
        self.emits = side == "daybook"
        try:
            return super().rate(side, setup)
        finally:
            if self.holder:
                self.holder.close()


class Row(Emitting):
    setup_sql = text_of("event_setup.sql")


FILL_EVENTS = f"""do $$
begin
    for part in 1..{EVENTS // 1000} loop
        insert into bus.domain_events (event_id, event_type, aggregate_type, aggregate_id, aggregate_version, occurred_at, payload)
        select gen_random_uuid(), 'bench.thing_changed', 'bench_thing', n::text, part, now(), '{{"amount": "1", "thing_id": "1"}}'
          from generate_series(1, 1000) as n;
        commit;
    end loop;
end
$$;"""
PLAIN = """create table bench.places (seq bigint primary key, id bigint not null, sequenced_at timestamptz not null);
insert into bench.places select row_number() over (order by d.id), d.id, clock_timestamp() from bus.domain_events as d;"""


class Sequence:
    """bus.fn_sequence over a million events of a thousand transactions, none of which has a place."""

    unit = "events/s"
    sides = ("daybook", "held", "open", "plain")

    def __init__(self, host, settings):
        self.host, self.name = host, "sequence"
        self.what = (f"bus.fn_sequence, a backlog of {EVENTS:,} events at once; held = the same while another session holds a snapshot, open = while "
                     f"{OPEN:,} prepared transactions, some older than the backlog, are open; plain = the ids sorted and inserted into a bare table")
        self.facts = {"settings": "; ".join(settings)}
        self.looks = []

    def prepare(self):
        host = self.host()
        template = host.clone()
        host.server.sql(text_of("event_setup.sql"), template, "trader")
        host.server.sql(FILL_EVENTS, template)
        host.server.sql("vacuum analyze bus.domain_events", template)
        return template

    def rate(self, side, setup):
        host = self.host()
        name = host.clone(setup)
        one, other = (session.Session(host.server.url(name, "postgres")) for _ in range(2))
        if side == "held":
            other.run("begin isolation level repeatable read")
            other.run("select count(*) from bus.logs")
        if side == "open":
            for number in range(OPEN):
                other.run(f"begin; select pg_current_xact_id(); prepare transaction 'open {number}'")
        if side == "plain":
            seconds = timed(lambda: one.run(PLAIN))
        else:
            seconds = self.sequenced(one)
            if side == "open":
                # What a look costs that finds nothing, with all of those to look after.
                self.looks.append(timed(lambda: [self.look(one) for _ in range(20)]) / 20)
                self.facts["a look that finds nothing, open"] = f"{1000 * statistics.median(self.looks):.1f} ms"
                for number in range(OPEN):
                    other.run(f"rollback prepared 'open {number}'")
        for each in (one, other):
            each.close()
        host.drop(name)
        return EVENTS / seconds

    def look(self, one):
        return one.row(f"select * from bus.fn_sequence(0::smallint, {self.term})")

    def sequenced(self, one):
        self.term = one.value(f"select term from bus.fn_lead_log(0::smallint, gen_random_uuid(), 'bench {os.getpid()}')")
        before = time.monotonic()
        answer = self.look(one)
        seconds = time.monotonic() - before
        tap.check(answer["last_seq"] >= EVENTS, str(answer))
        return seconds


def timed(work):
    before = time.monotonic()
    work()
    return time.monotonic() - before


FILL = ("event-fill", "fill_call.sql", "trading._apply_fill(trading.fills)", "trading._emit_fill", "fills/s")
ROW = ("event-row", "event_call.sql", "bench.fn_change_thing(uuid,numeric)", "bus._emit_versioned", "calls/s")


def entries(host, settings):
    return [*(Emitting(host, clients, *FILL, settings) for clients in (4, 32)), *(Row(host, clients, *ROW, settings) for clients in (4, 32)),
            Emitting(host, 32, *FILL, settings, held=True), Row(host, 32, *ROW, settings, held=True),
            Sequence(host, settings)]
