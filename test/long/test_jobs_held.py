"""A snapshot, and a transaction that has put a job in, stay open for half an hour while 500 jobs a second are put in and worked off: what claims and
signs of life read stays what it was. DAYBOOK_TEST_HELD_MINUTES says how long; figures of each minute are printed."""

import os
import time

from harness import server, session, tap
from harness.jobs import Jobs, said, stop

MINUTES = int(os.environ.get("DAYBOOK_TEST_HELD_MINUTES", "30"))
PER_TICK, TICK_S = 50, 0.1

COUNTED = """
select d.blks_hit + d.blks_read as blocks, t.n_tup_del as jobs, f.claims, f.claim_ms, f.beats, f.beat_ms
  from pg_stat_database as d
 cross join pg_stat_user_tables as t
 cross join (select sum(f.calls) filter (where f.funcname = 'fn_claim') as claims, sum(f.total_time) filter (where f.funcname = 'fn_claim') as claim_ms,
                    sum(f.calls) filter (where f.funcname = 'fn_heartbeat') as beats, sum(f.total_time) filter (where f.funcname = 'fn_heartbeat') as beat_ms
               from pg_stat_user_functions as f) as f
 where d.datname = current_database() and t.relid = 'jobs.jobs'::regclass"""
EXPLAINED = """
create function try.blocks(p_sql text) returns bigint language plpgsql as $$
declare
    v_plan json;
begin
    execute 'explain (analyze, buffers, format json) ' || p_sql into v_plan;
    return (v_plan #>> '{0,Plan,Shared Hit Blocks}')::bigint + (v_plan #>> '{0,Plan,Shared Read Blocks}')::bigint;
end $$"""
CLAIM = "select try.blocks($q$select * from jobs.fn_claim(gen_random_uuid(), 'a stranger', null, 1)$q$)"

host = server.Server(["track_functions = pl", "shared_buffers = 512MB"])


def counted(jobs):
    return {key: float(value or 0) for key, value in jobs.one.row(COUNTED).items()}


def minute(jobs, number):
    """Puts jobs in for a minute, as many as were agreed or as the server takes, and says what the server did meanwhile."""
    before, began = counted(jobs), time.monotonic()
    due = began
    while due < began + 60:
        jobs.enqueue_many(PER_TICK, "try.nothing")
        due += TICK_S
        time.sleep(max(0, due - time.monotonic()))
    after, seconds = counted(jobs), time.monotonic() - began
    did = {key: after[key] - before[key] for key in before}
    told = {"jobs/s": did["jobs"] / seconds, "blocks a job": did["blocks"] / max(did["jobs"], 1), "claims/s": did["claims"] / seconds,
            "ms a claim": did["claim_ms"] / max(did["claims"], 1), "ms a sign of life": did["beat_ms"] / max(did["beats"], 1), "jobs left": jobs.left()}
    print(f"# minute {number}: " + ", ".join(f"{key} {value:,.2f}" for key, value in told.items()), flush=True)
    return told


@tap.test(f"a snapshot and a writer stay open for {MINUTES} minutes: a job reads no more at the end than at the beginning")
def _():
    jobs = Jobs(host, "held")
    jobs.one.run("create function try.fn_nothing(args jsonb, ctx jsonb) returns jsonb language sql as 'select null::jsonb'")
    jobs.one.run(EXPLAINED)
    jobs.declare("try.nothing", "function", "try.fn_nothing")
    holder, late = session.Session(jobs.url), session.Session(jobs.url)
    holder.run("begin isolation level repeatable read; select count(*) from jobs.jobs")
    late.run("begin")
    last = late.value("select util.uuid_v7() as id")
    late.run(f"select count(*) from jobs.fn_enqueue('{last}', 'default', 'try.nothing')")
    worker = jobs.work("--threads", "2")
    told = [minute(jobs, number) for number in range(1, MINUTES + 1)]
    tap.check(told[-1]["blocks a job"] < 2 * told[0]["blocks a job"], f"blocks a job: {told[0]} at first, {told[-1]} at last")
    jobs.wait_until_done("all that was put in is done, but for what is not committed")
    late.run("commit")
    tap.wait_until(lambda: jobs.finished(last), "what was committed last is done")
    tap.equal(stop(worker), 0, said(worker))
    # One that knows nothing of the queue begins at its beginning, and shows what the worker was spared.
    stranger = session.Session(jobs.url)
    first, second = (stranger.value(CLAIM) for _ in range(2))
    print(f"# the first claim of a new session reads {first} blocks", flush=True)
    tap.check(first > 100 * told[-1]["blocks a job"], f"{first} blocks of a first claim, {second} of a second one")
    holder.run("rollback")


tap.main()
