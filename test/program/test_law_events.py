"""Two laws, of every function that writes: what changes state emits an event in the same transaction, and a write happens once.

modules/core/tests/law_events.sql reads the code; this reads what the calls of harness/samples.py do. A function without a sample
and a parameter without a word fail the test.

The server itself counts what a transaction changed: pg_stat_get_xact_tuples_inserted() and its sisters, before and after.
"""

import json

from harness import server, session, tap
from harness.samples import CTX, SAMPLES, WORLD, prepare

OTHER_CTX = {"actor": "someone else", "fence": 7}

# Functions whose subject is the schema or the log itself: what is proven of each is written beside it.
DECLARATION = ("select bus.fn_declare_event_type('law.thing_happened', 'law', 'thing', 'A thing.', "
               """'{"required": {"n": "integer"}}') as outcome""")
SCHEMA = {
    "bus.fn_declare_event_type": (DECLARATION, "created", "replayed"),
    "bus.fn_ensure_event_partitions": ("select bus.fn_ensure_event_partitions(12) as outcome", 12, 0),
    "jobs.fn_ensure_finished_partitions": ("select jobs.fn_ensure_finished_partitions(16) as outcome", 2, 0),
    "market.fn_ensure_partitions": (
        "select market.fn_ensure_partitions('klines', '2019-01-31', '2019-03-01') as outcome", 3, 0),
    "market.fn_make_partitions_ahead": ("select market.fn_make_partitions_ahead(3) > 0 as outcome", True, False),
}
# What gives events their places, who reads them, what is posted of them, and what seals them; test_bus_log.py, bus_fn_attach_consumer.sql, bus_fn_claim_deliveries.sql and audit_fn_seal.sql
# are about it.
HELD = "select a.* from bus.fn_attach_consumer('law', '00000000-0000-0000-0000-00000000001a', 'law') as a"
DISPATCHED = ("(select a.* from bus.fn_attach_consumer('webhooks', '00000000-0000-0000-0000-00000000001b', 'law') as a) as a "
              "cross join lateral bus.fn_dispatch_webhooks(a.term, 1000) as d")
CLAIMED = DISPATCHED + " cross join lateral bus.fn_claim_deliveries(a.term, array['00000000-0000-0000-0000-00000000001c'::uuid], array[1]) as c"
LOG = {
    "audit.fn_seal": "select * from audit.fn_seal()",
    "bus.fn_lead_log": "select * from bus.fn_lead_log(0::smallint, util.uuid_v7(), 'law')",
    "bus.fn_sequence": "select s.* from bus.logs as l cross join lateral bus.fn_sequence(l.log, l.term) as s",
    "bus.fn_attach_consumer": HELD,
    "bus.fn_read_events": f"select e.* from ({HELD}) as a cross join lateral bus.fn_read_events('law', a.term, 1) as e",
    "bus.fn_read_replays": f"select a.term from ({HELD}) as a left join lateral bus.fn_read_replays('law', a.term, 1) as e on true",
    "bus.fn_fail_event": f"select f.* from ({HELD}) as a cross join lateral bus.fn_fail_event('law', a.term, a.after_seq + 1, 'no') as f",
    "bus.fn_commit_events": f"select c.* from ({HELD}) as a cross join lateral bus.fn_commit_events('law', a.term, 1, a.after_seq + 1) as c",
    "bus.fn_dispatch_webhooks": f"select d.* from {DISPATCHED}",
    "bus.fn_claim_deliveries": f"select c.* from {CLAIMED}",
    "bus.fn_finish_deliveries": (
        f"select f.* from {CLAIMED} cross join lateral bus.fn_finish_deliveries(array[c.endpoint_id], array[c.resend], array[c.seq], array[c.token], "
        "array[200], array[null], array[null::bigint], array[1]) as f"),
    "bus.fn_release_consumer": f"select r.* from ({HELD}) as a cross join lateral bus.fn_release_consumer('law', a.term) as r",
}
LOG_TABLES = {"bus.logs", "bus.event_seq_p0", "bus.domain_event_consumers", "bus.consumer_cursors", "bus.event_retries", "audit.seals", "audit.sealed_rows",
              "bus.webhook_queues", "bus.webhook_deliveries", "bus.webhook_history_p0"}
# The queue's own machinery, whose history is jobs.finished; test_jobs_sql.py is about it.
QUEUE = {
    "jobs.fn_enqueue": "select * from jobs.fn_enqueue(md5('law 1')::uuid, 'default', 'law.job')",
    "jobs.fn_enqueue_many": "select * from jobs.fn_enqueue_many(array[md5('law 2')::uuid], 'default', 'law.job', array['{}'::jsonb])",
    "jobs.fn_claim": "select * from jobs.fn_claim(md5('law')::uuid, 'law', null, 2)",
    "jobs.fn_heartbeat": "select * from jobs.fn_heartbeat(md5('law')::uuid, null)",
    "jobs.fn_perform": "select * from jobs.fn_perform(array[md5('law 1')::uuid], array[md5('law')::uuid])",
    "jobs.fn_finish": "select f.* from jobs.jobs as j cross join lateral jobs.fn_finish(array[j.job_id], array[j.token], '{succeeded}', '{null}') as f "
                      " where j.token is not null",
    "jobs.fn_fire_schedules": "select * from jobs.fn_fire_schedules()",
    "jobs.fn_rescue": "select * from jobs.fn_rescue('0s')",
    "jobs.fn_detach_worker": "select * from jobs.fn_detach_worker(md5('law')::uuid)",
}
DAYS = "jobs.fn_drop_finished"
DELIVERIES = "bus.fn_drop_webhook_history"
EMITTER = "bus.fn_emit_domain_event"

MODULE_SCHEMAS = """n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public', 'daybook')"""

host = server.Server()
url = host.installed("law", modules="trading,market,jobs")
one = session.Session(url)
for statement in WORLD:
    one.row(statement)
one.row("select * from bus.fn_declare_consumer('law', 'application', null, p_after_seq => 0)")
one.row("select * from bus.fn_declare_consumer('webhooks', 'webhooks', null, p_after_seq => 0)")
one.row("select * from bus.fn_set_webhook('00000000-0000-0000-0000-00000000001c', 'https://example.com/', null, '{law}', p_after_seq => 0)")


def counted():
    """Tuples written by this transaction so far, by table. Counts of earlier ones may linger, hence differences are taken."""
    return {row["name"]: row["written"] for row in one.rows(
        "select n.nspname || '.' || c.relname as name, "
        "       pg_stat_get_xact_tuples_inserted(c.oid) + pg_stat_get_xact_tuples_updated(c.oid) "
        "       + pg_stat_get_xact_tuples_deleted(c.oid) as written "
        "  from pg_class as c join pg_namespace as n on n.oid = c.relnamespace "
        f" where c.relkind = 'r' and {MODULE_SCHEMAS}")}


class Effect:
    """What one transaction answered and did."""

    def __init__(self, query, within=(), after=()):
        one.run("begin")
        try:
            start = counted()
            for statement in within:
                one.run(statement)
            self.answer = one.rows(query)
            for statement in after:
                one.run(statement)
            end = counted()
            own = "xid = pg_current_xact_id_if_assigned()"
            self.events = one.rows(f"select id, event_type, account_id, payload, ctx from bus.domain_events where {own} order by id")
            self.audit = one.rows(f"select outcome, code, ctx from audit.audit_log where {own} order by audit_id")
            self.xid = one.value("select pg_current_xact_id_if_assigned()::text as xid")
        finally:
            one.run("commit")
        self.written = {name: count - start.get(name, 0) for name, count in end.items() if count != start.get(name, 0)}
        self.state = {name: count for name, count in self.written.items() if name.split(".")[0] not in ("bus", "audit")}
        if self.state:
            tap.check(self.events, f"changed {self.state} without an event: {query}")
        if self.events:
            tap.equal(one.rows(f"select * from bus.fn_check_contracts({self.events[0]['id']})"), [], "broken contracts")
            tap.equal(one.value(f"select count(*) from bus.domain_events where xid = '{self.xid}'"), len(self.events),
                      "events after the commit")

    def is_nothing(self, what):
        tap.equal((self.written, self.events, self.audit), ({}, [], []), f"what was written by {what}: {self.answer}")


def replayed(sample, first, effect, what):
    expected = "refused" if sample.outcome == "refused" else "replayed"
    tap.equal({row["outcome"] for row in effect.answer}, {expected}, f"outcome of {what}")
    if sample.decided_anew:
        return
    effect.is_nothing(what)
    for was, now in zip(first.answer, effect.answer):
        for column in was.keys() - {"outcome", *sample.differs}:
            tap.equal(now[column], was[column], f"{column} answered to {what}")


def arguments(parameter, other):
    """A change of one parameter may need others to go with it."""
    return other if isinstance(other, dict) and parameter in other else {parameter: other}


def prove(sample):
    for statement in sample.before:
        prepare(one, statement)
    first = Effect(sample.call(), sample.within, sample.after)
    tap.equal({row["outcome"] for row in first.answer}, {sample.outcome}, f"outcome ({first.answer})")
    tap.check(first.events, "no event")
    if sample.fact:
        tap.check(sample.fact in first.written, f"{sample.fact} has no row of it: {first.written}")
    if sample.code:
        tap.equal(first.answer[0]["refusal_code"], sample.code, "refusal code")
        tap.check(any(row["code"] == sample.code for row in first.audit), f"not audited with its code: {first.audit}")
        tap.check(any(event["payload"].get("refusal_code") == sample.code for event in first.events), "no event says the code")
    if sample.audited:
        tap.check(first.audit, "no audit row")
    for row in first.events + first.audit:
        tap.equal(row["ctx"], CTX, "context on events and audit rows")

    replayed(sample, first, Effect(sample.call()), "the same call again")
    replayed(sample, first, Effect(sample.call(ctx=OTHER_CTX)), "the same call in another context")
    for parameter, (other, field) in sample.changes.items():
        effect = Effect(sample.call(**arguments(parameter, other)))
        tap.equal((effect.answer[0]["outcome"], effect.answer[0]["conflict_field"]), ("conflict", field),
                  f"answer to another {parameter}")
        tap.check(all(row["outcome"] == "replayed" for row in effect.answer[1:]), f"the rest of the batch: {effect.answer[1:]}")
        if sample.conflict_kept:
            tap.equal(([event["event_type"] for event in effect.events], [row["code"] for row in effect.audit]),
                      (["trading.fill_conflicted"], [field]), "what is kept of the conflict")
            tap.equal(effect.state, {"trading.orders": 1}, "what a conflict changes: the order's count of events")
        else:
            effect.is_nothing(f"a conflict about {parameter}")
    for parameter, (other, _) in sample.free.items():
        if other is not None:
            effect = Effect(sample.call(**arguments(parameter, other)))
            replayed(sample, first, effect, f"the same call with another {parameter}")
    last = Effect(sample.call())
    tap.equal(last.answer[0]["outcome"], "refused" if sample.outcome == "refused" else "replayed", "outcome after all this")


@tap.test("every function that writes has a sample, and every parameter of it a word")
def _():
    writers = one.rows(
        "select n.nspname || '.' || p.proname as name, "
        "       (select jsonb_agg(substr(a.name, 3)) from unnest(p.proargnames, coalesce(p.proargmodes, array_fill('i'::\"char\", "
        "        array[p.pronargs::int]))) as a (name, mode) where a.mode = 'i') as parameters "
        "  from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace "
        f" where p.provolatile = 'v' and p.proname like 'fn\\_%' and {MODULE_SCHEMAS} order by 1")
    known = {sample.function for sample in SAMPLES} | SCHEMA.keys() | LOG.keys() | QUEUE.keys() | {DAYS, DELIVERIES, EMITTER}
    tap.check(len(writers) > 20, f"only {len(writers)} functions were found")
    tap.equal(sorted({row["name"] for row in writers} - known), [], "functions that write and have no sample")
    tap.equal(sorted(known - {row["name"] for row in writers}), [], "samples of functions that do not exist")
    for row in writers:
        told = [sample.parameters() for sample in SAMPLES if sample.function == row["name"]]
        if told:
            tap.equal(sorted(set(row["parameters"]) - set().union(*told)), [], f"parameters of {row['name']} without a word")


for each in SAMPLES:
    tap.test(f"{each.name}: an event in the transaction, once, conflicts named")(lambda each=each: prove(each))

for function, (query, outcome, again) in SCHEMA.items():
    @tap.test(f"{function} changes the schema and nothing else, once")
    def _(query=query, outcome=outcome, again=again):
        first = Effect(query)
        tap.equal((first.answer[0]["outcome"], first.state, first.events), (outcome, {}, []), "first call")
        second = Effect(query)
        tap.equal(second.answer[0]["outcome"], again, "second call")
        second.is_nothing("the second call")


for function, query in LOG.items():
    @tap.test(f"{function} writes to what is kept about the log and nothing else")
    def _(query=query):
        effect = Effect(query)
        tap.equal((effect.state, effect.events, effect.audit), ({}, [], []))
        tap.check(effect.answer and effect.written, "an answer, and something written")
        tap.equal(set(effect.written) - LOG_TABLES, set(), "tables")


for function, query in QUEUE.items():
    @tap.test(f"{function} writes to tables of the queue and nothing else")
    def _(query=query):
        one.run("begin")
        start = counted()
        one.rows(query)
        written = {name for name, count in counted().items() if count != start.get(name, 0)}
        one.run("commit")
        tap.equal({name for name in written if not name.startswith("jobs.")}, set(), "tables")


@tap.test(f"{DAYS} emits an event for the day it drops")
def _():
    admin = session.Session(host.url("law"))
    admin.run("create table jobs.finished_20200101 partition of jobs.finished for values from ('2020-01-01 00:00+00') to ('2020-01-02 00:00+00')")
    admin.run("do $$ begin execute format('alter table jobs.finished_20200101 owner to %I', "
              "(select rolname from pg_roles as r join pg_class as c on c.relowner = r.oid where c.oid = 'jobs.finished'::regclass)); end $$")
    effect = Effect(f"select * from {DAYS}(p_ctx => '{json.dumps(CTX)}')")
    tap.equal([(row["outcome"], row["day"]) for row in effect.answer], [("created", "2020-01-01")], "answer")
    tap.equal([(event["event_type"], event["payload"]) for event in effect.events], [("jobs.history_dropped", {"day": "2020-01-01"})], "events")
    again = Effect(f"select * from {DAYS}(p_ctx => '{json.dumps(CTX)}')")
    tap.equal(again.answer, [], "answer when there is none")
    again.is_nothing("dropping nothing")


@tap.test(f"{DELIVERIES} emits an event for what it drops")
def _():
    one.run("insert into bus.webhook_history (seq, endpoint_id, resend, id, outcome, attempts, queued_at, first_attempt_at, ended_at) "
            "select n, md5('law')::uuid, 0, n, 'delivered', 1, t.ended_at, t.ended_at, t.ended_at "
            "  from generate_series(1, 3) as n, (values (timestamptz '2020-01-01Z')) as t (ended_at)")
    effect = Effect(f"select * from {DELIVERIES}(p_rows_max => 2, p_ctx => '{json.dumps(CTX)}')")
    tap.equal(effect.answer, [{"outcome": "created", "deliveries": 2}], "answer")
    tap.equal([(event["event_type"], event["payload"]["deliveries"]) for event in effect.events], [("bus.webhook_history_dropped", 2)], "events")
    tap.equal(Effect(f"select * from {DELIVERIES}(p_ctx => '{json.dumps(CTX)}')").answer, [{"outcome": "created", "deliveries": 1}], "the rest")
    again = Effect(f"select * from {DELIVERIES}(p_ctx => '{json.dumps(CTX)}')")
    tap.equal(again.answer, [], "answer when there is none")
    again.is_nothing("dropping nothing")


@tap.test(f"{EMITTER} writes one event and the head of its aggregate")
def _():
    effect = Effect(f"""select {EMITTER}('law.thing_happened', 'x', '{{"n": 1}}') as event_id""")
    tap.equal(effect.state, {}, "state that changed")
    tap.equal([event["event_type"] for event in effect.events], ["law.thing_happened"], "events")
    tap.equal({name.split("_p")[0]: count for name, count in effect.written.items()},
              {"bus.domain_events": 1, "bus.aggregate_heads": 1}, "rows written")


@tap.test("versions of every aggregate are 1, 2, 3 ... in the order of ids, and every payload keeps its contract")
def _():
    tap.equal(one.rows(
        "select aggregate_type, aggregate_id, aggregate_version, place from (select *, row_number() over "
        "(partition by aggregate_type, aggregate_id order by id) as place from bus.domain_events) as e "
        "where aggregate_version <> place limit 10"), [], "gaps")
    tap.equal(one.rows("select * from bus.fn_check_contracts()"), [], "broken contracts")
    tap.check(one.value("select count(*) from bus.domain_events") > len(SAMPLES), "there are events at all")


tap.main()
