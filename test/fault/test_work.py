"""Workers that are killed, stopped, and cut off: what a function does is done exactly once, what a program does at least once, and nothing is
forgotten."""

import os
import random
import signal
import time

from harness import program, server, session, sizes, tap
from harness.jobs import Jobs, said, stop

KILLS = sizes.size(6, 200)
RESTARTS = sizes.size(2, 20)
LEADERS = sizes.size(3, 100)

host = server.Server()
chance = random.Random(8)


def make_silent(jobs):
    """As if the time had passed after which dead workers lose their jobs; living ones are not concerned, they show a sign of life every 5 s."""
    jobs.one.run("update jobs.workers set seen_at = clock_timestamp() - interval '1 hour'")
    jobs.one.run("select count(*) from jobs.fn_rescue()")


def once_each(jobs, expected):
    tap.equal(jobs.one.row("select count(*), count(distinct job) as jobs from try.traces"), {"count": expected, "jobs": expected}, "traces")
    tap.equal(jobs.one.row("select count(*), count(distinct job_id) as jobs from jobs.finished where outcome = 'succeeded'"),
              {"count": expected, "jobs": expected}, "succeeded")


@tap.test(f"workers killed {KILLS} times at random moments: every function's effect is there once")
def _():
    jobs = Jobs(host, "killed")
    total = 0
    for _ in range(KILLS):
        jobs.enqueue_many(300)
        jobs.enqueue_many(3, args='{"sleep": 0.05}')
        total += 303
        before = jobs.one.value("select count(*) from try.traces")  # the worker may have done it all before somebody looks again
        worker = jobs.work("--threads", "3")
        tap.wait_until(lambda: jobs.one.value("select count(*) from try.traces") > before, "the worker works", pause_s=0.001)
        time.sleep(chance.random() * 0.05)
        worker.kill()
        worker.wait(30)
        make_silent(jobs)
    worker = jobs.work("--threads", "3")
    jobs.wait_until_done()
    tap.equal(stop(worker), 0)
    once_each(jobs, total)


@tap.test("a worker that sleeps keeps no old rows alive, however long it does")
def _():
    jobs = Jobs(host, "asleep")
    worker = jobs.work()
    waiting = ("from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and application_name in "
               "('daybook work sleep', 'daybook work schedule leader')")
    tap.wait_until(lambda: jobs.one.value(f"select count(*) {waiting}") == 2, "it holds its locks")
    # A statement may be under way as one looks: what counts is that no row stays held.
    tap.wait_until(lambda: not jobs.one.rows(f"select 1 {waiting} and backend_xmin is not null"), "no rows are held")
    tap.equal(stop(worker), 0)


@tap.test("of a worker that stood still and lost its jobs, nothing counts any more when it goes on")
def _():
    jobs = Jobs(host, "frozen")
    job = jobs.enqueue(args={"sleep": 3})
    frozen = jobs.work("--threads", "1")
    tap.wait_until(lambda: jobs.one.value("select count(*) from jobs.jobs where token is not null"), "it is claimed")
    frozen.send_signal(signal.SIGSTOP)
    # The function goes on in the server and holds the job's row; when it has ended, nobody says COMMIT.
    time.sleep(0.2)
    jobs.one.run("select pg_terminate_backend(pid) from pg_stat_activity where query like '%fn_perform%' and pid <> pg_backend_pid()")
    make_silent(jobs)
    other = jobs.work("--threads", "1")
    jobs.wait_until_done()
    tap.equal([row["outcome"] for row in jobs.finished(job)], ["succeeded"])
    frozen.send_signal(signal.SIGCONT)
    later = jobs.enqueue()
    jobs.wait_until_done()
    tap.equal([row["outcome"] for row in jobs.finished(later)], ["succeeded"])
    tap.equal((stop(frozen), stop(other)), (0, 0))
    once_each(jobs, 2)


@tap.test("a program whose worker is killed ends with it, and is run again: at least once, and not forgotten")
def _():
    jobs = Jobs(host, "programs")
    place = program.temporary_folder("dbk-runs-", mode=0o777)
    script = os.path.join(place, "script")
    with open(script, "w", encoding="utf-8") as out:
        out.write(f"#!/bin/sh\ncat >/dev/null\necho $$ >>{place}/$DAYBOOK_JOB_ID\nif [ $DAYBOOK_JOB_ATTEMPT = 1 ]; then sleep 1000; fi\n")
    os.chmod(script, 0o755)
    jobs.declare("try.script", "command", "script")
    job = jobs.enqueue("try.script")
    worker = jobs.work("--command", f"script={script}")

    def runs():
        path = os.path.join(place, job)
        with open(path, encoding="utf-8") if os.path.exists(path) else open(os.devnull, encoding="utf-8") as text:
            return [int(line) for line in text]

    first = tap.wait_until(runs, "the program runs")[0]
    worker.kill()
    worker.wait(30)
    tap.wait_until(lambda: server.processes().get(first, ("Z", 0))[0] == "Z", "the program has ended with its worker")
    # A sign of life may be on its way still.
    tap.wait_until(lambda: jobs.sessions() == 0, "nothing of it is left in the server")
    make_silent(jobs)
    jobs.once("--command", f"script={script}").exits(0)
    tap.equal(len(runs()), 2, "runs")
    tap.equal([(row["outcome"], row["attempts"]) for row in jobs.finished(job)], [("succeeded", 2)])


@tap.test(f"the server crashes {RESTARTS} times under a worker, which goes on by itself")
def _():
    jobs = Jobs(host, "crashes")
    worker = jobs.work("--threads", "3")
    total = 0
    for _ in range(RESTARTS):
        jobs.enqueue_many(200)
        jobs.enqueue_many(3, args='{"sleep": 0.1}')
        total += 203
        tap.wait_until(lambda: jobs.one.value("select count(*) from try.traces") > 0, "the worker works", pause_s=0.001)
        time.sleep(chance.random() * 0.05)
        jobs.one.close()
        host.crash()
        host.start()
        jobs.one = session.Session(jobs.url)
    jobs.wait_until_done()
    tap.equal(worker.poll(), None, said(worker))
    tap.equal(stop(worker), 0)
    once_each(jobs, total)


@tap.test("a worker that is stopped gives back what it has not begun, and what does not end in time")
def _():
    jobs = Jobs(host, "stopped")
    long = [jobs.enqueue(args={"sleep": 600}) for _ in range(3)]
    worker = jobs.work("--threads", "2", "--stop-timeout", "200ms")
    tap.wait_until(lambda: jobs.one.value("select count(*) from jobs.jobs where token is not null") == 2, "two are claimed")
    tap.equal(stop(worker), 0, said(worker))
    tap.equal(jobs.one.rows("select token, attempts from jobs.jobs"), [{"token": None, "attempts": 0}] * 3)
    tap.equal(jobs.one.value("select count(*) from try.traces"), 0, "of what was given back nothing is left")
    tap.equal(jobs.one.value("select count(*) from jobs.workers"), 0)
    tap.equal(len(long), 3)


@tap.test("what runs and is cancelled ends soon: functions, programs")
def _():
    jobs = Jobs(host, "cancelled")
    jobs.declare("try.sleep", "command", "sleep")
    mine = [jobs.enqueue(args={"sleep": 600}), jobs.enqueue("try.sleep")]
    worker = jobs.work("--command", "sleep=/bin/sleep 600")
    tap.wait_until(lambda: jobs.one.value("select count(*) from jobs.jobs where token is not null") == 2, "both run")
    for job in mine:
        jobs.one.run(f"select * from jobs.fn_cancel('{job}', 'not needed')")
    jobs.wait_until_done()
    tap.equal({row["outcome"] for row in jobs.finished()}, {"cancelled"})
    tap.equal(jobs.one.value("select count(*) from try.traces"), 0)
    tap.equal(stop(worker), 0)


@tap.test(f"a schedule fires every second while who fires it is killed {LEADERS} times: one run for each second")
def _():
    jobs = Jobs(host, "schedules")
    program.daybook("jobs", "schedule", "set", "try.second", "--every", "1s", "--handler", "try.trace", "--catch-up", "all", "--url", jobs.url).ok()
    workers = [jobs.work("--threads", "1") for _ in range(2)]
    for _ in range(LEADERS):
        fired = jobs.one.value("select count(*) from jobs.schedule_runs where schedule = 'try.second'")
        tap.wait_until(lambda: jobs.one.value("select count(*) from jobs.schedule_runs where schedule = 'try.second'") > fired, "it fires", pause_s=0.01)
        # What was fired may be the last deed of the one that was killed before: its statement goes on in the server, and for a moment nobody leads.
        leader = tap.wait_until(lambda: next((each for each in workers if "firing schedules" in said(each)), None), "somebody leads")
        # Around the next second.
        time.sleep(0.9 + chance.random() * 0.2)
        leader.kill()
        leader.wait(30)
        make_silent(jobs)
        workers.remove(leader)
        workers.append(jobs.work("--threads", "1"))
    jobs.one.run("select * from jobs.fn_set_schedule('try.second', null, '1 s', 'try.trace', p_catch_up => 'all', p_enabled => false)")
    jobs.one.run("update jobs.schedules set enabled = false, next_fire_at = null")
    make_silent(jobs)
    jobs.wait_until_done()
    runs = jobs.one.row("select count(*), round(extract(epoch from max(fire_at) - min(fire_at)))::integer + 1 as seconds from jobs.schedule_runs "
                        "where schedule = 'try.second'")
    tap.check(runs["count"] >= LEADERS, "it fired all the time")
    tap.equal(runs["count"], runs["seconds"], "runs, and seconds they stand for")
    tap.equal(jobs.one.row("select count(*), count(distinct args ->> 'fire_at') as times from try.traces"),
              {"count": runs["count"], "times": runs["count"]}, "what was done")
    tap.equal([stop(each) for each in workers], [0, 0])


@tap.test("after an outage of three hours each schedule makes up for what its policy says")
def _():
    jobs = Jobs(host, "outage")
    # Every half hour, the next time a quarter of an hour from now: none is due while one looks.
    minute = (jobs.one.value("select extract(minute from now())::integer") + 15) % 30
    for policy in ("none", "last", "all"):
        program.daybook("jobs", "schedule", "set", f"try.{policy}", "--cron", f"{minute},{minute + 30} * * * *", "--handler", "try.trace",
                        "--catch-up", policy, "--url", jobs.url).ok()
    jobs.one.run("update jobs.schedules set since = now() - interval '1 day', next_fire_at = next_fire_at - interval '3 hours' where schedule like 'try.%'")
    jobs.once().ok()
    made = {row["schedule"]: row["runs"] for row in jobs.one.rows("select schedule, count(*) as runs from jobs.schedule_runs where schedule like 'try.%' group by 1")}
    tap.equal(made, {"try.last": 1, "try.all": 6}, "none, the last one, every half hour since then")
    tap.equal(jobs.one.value("select count(*) from try.traces"), sum(made.values()), "and what was fired was done")


@tap.test("through a pooler in transaction mode, and without the module, it says why it does not work")
def _():
    jobs = Jobs(host, "refused")
    pooler = server.PgBouncer(host)
    refused = program.daybook("work", "--once", "--url", pooler.url("refused"))
    tap.check(refused.status not in (0, 1), f"refused: {refused.status}")
    tap.contains(refused.err, "pooler")
    tap.equal(jobs.left(), 0)
    bare = host.installed("bare", "core,bus")
    tap.contains(program.daybook("work", "--once", "--url", bare).exits(5).err, "not installed")


tap.main()
