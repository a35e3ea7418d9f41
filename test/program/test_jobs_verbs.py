"""`daybook jobs`: what it lists, enqueues, cancels, retries and schedules; and what every installation does by itself."""

import configparser
import glob
import json
import os
import re
import urllib.request

from harness import certificates, program, server, tap
from harness.jobs import Jobs, said, stop
from harness.receiver import Receiver, status

host = server.Server()
PORT, = program.free_ports(1)
jobs = Jobs(host, "verbs", "trading,market,jobs")


def run(*words, status=0):
    return program.daybook("jobs", *words, "--format", "json", "--url", jobs.url).exits(status)


def rows(*words, status=0):
    """The one table that is printed."""
    (table,) = run(*words, status=status).json().values()
    return table


def listed(*words):
    return {row["job_id"]: row for row in rows("list", *words)}


@tap.test("a job is enqueued, listed, shown, cancelled and retried; the same id is a repetition")
def _():
    first, = rows("enqueue", "try.trace", "--args", '{"n": 1}', "--priority", "2")
    again, = rows("enqueue", "try.trace", "--args", '{"n": 1}', "--priority", "2", "--id", first["id"])
    tap.equal((first["outcome"], again["outcome"]), ("created", "replayed"))
    tap.contains(run("enqueue", "try.trace", "--args", '{"n": 2}', "--priority", "2", "--id", first["id"], status=5).err, "another args")
    later, = rows("enqueue", "try.trace", "--run-at", "2100-01-01", "--unique-key", "later")
    tap.equal({key: row["state"] for key, row in listed().items()}, {first["id"]: "ready", later["id"]: "waiting"})
    tap.equal(list(listed("--state", "waiting")), [later["id"]])
    tap.equal(rows("show", first["id"])[0]["args"], {"n": 1})
    tap.equal(rows("cancel", later["id"], "--reason", "not needed")[0]["outcome"], "created")
    tap.equal(list(listed("--state", "cancelled")), [later["id"]])
    tap.equal(rows("retry", later["id"], "--reason", "needed")[0]["outcome"], "created")
    tap.equal(rows("cancel", later["id"], "--reason", "not needed")[0]["outcome"], "created")
    tap.contains(run("show", "00000000-0000-0000-0000-000000000000", status=5).err, "there is no job")
    tap.contains(run("enqueue", "try.nothing", status=5).err, "never declared")


@tap.test("queues are made, limited, paused and resumed")
def _():
    tap.equal(rows("queue", "narrow", "--concurrency", "2")[0]["outcome"], "created")
    tap.equal(rows("pause", "narrow")[0]["outcome"], "created")
    held, = rows("enqueue", "try.trace", "--queue", "narrow")
    tap.equal(jobs.once().ok().json()[0]["failed"], 0)
    queue, = rows("queues", "narrow")
    tap.equal((queue["concurrency"], queue["paused"], queue["ready"]), (2, True, 1))
    tap.equal(rows("resume", "narrow")[0]["outcome"], "created")
    jobs.once().ok()
    tap.equal(rows("show", held["id"])[0]["state"], "succeeded")
    queue, = rows("queues", "narrow")
    tap.equal((queue["concurrency"], queue["paused"], queue["succeeded_1h"]), (2, False, 1), "resuming leaves the limit")


@tap.test("schedules are set, listed, paused, resumed and previewed, with what the clock does")
def _():
    made, = rows("schedule", "set", "try.nightly", "--cron", "30 2 * * *", "--time-zone", "Europe/Berlin", "--handler", "try.trace")
    tap.equal(made["outcome"], "created")
    tap.equal(rows("schedule", "pause", "try.nightly")[0]["next_fire_at"], None)
    tap.equal(rows("schedule", "resume", "try.nightly")[0]["outcome"], "created")
    known = {row["schedule"]: row for row in rows("schedules")}
    tap.equal((known["try.nightly"]["rule"], known["try.nightly"]["time_zone"], known["try.nightly"]["enabled"]), ("30 2 * * *", "Europe/Berlin", True))
    tap.equal({"daybook.partitions", "daybook.seal", "daybook.roll_up", "daybook.history"} <= set(known), True, "what every installation has to do")
    year = rows("schedule", "preview", "try.nightly", "--count", "400")
    tap.equal(len(year), 400)
    tap.equal({row["remark"] for row in year}, {None, "the clock has gone forward", "the clock has gone back"})
    tap.equal(rows("schedule", "preview", "--cron", "0 0 30 2 *"), [], "there is no such day")
    tap.contains(run("schedule", "preview", "--cron", "61 * * * *", status=5).err, "cron")
    tap.contains(run("schedule", "pause", "try.absent", status=5).err, "no schedule")
    rows("schedule", "pause", "try.nightly")
    tap.equal([row["outcome"] for _ in range(2) for row in rows("schedule", "remove", "try.nightly", "--reason", "not needed")], ["created", "replayed"])
    tap.equal("try.nightly" in {row["schedule"] for row in rows("schedules")}, False)
    tap.contains(run("schedule", "remove", "try.absent", "--reason", "r", status=5).err, "no such schedule")
    tap.contains(run("schedule", "remove", "daybook.seal", "--reason", "r", status=5).err, "paused")


# For each table whose rows go by age: a row that is so many days old, and how many there are.
AGED = {
    "jobs.finished": (
        "do $$ begin execute format('create table if not exists jobs.finished_%1$s partition of jobs.finished for values from (%2$L) to (%3$L)', "
        "to_char({day}, 'YYYYMMDD'), {day}::timestamp at time zone 'UTC', ({day} + 1)::timestamp at time zone 'UTC'); end $$; "
        "insert into jobs.finished (job_id, queue, handler, args, priority, max_attempts, attempts, outcome, enqueued_at, finished_at) "
        "values (md5('aged {days}')::uuid, 'default', 'try.trace', '{{}}', 5, 1, 1, 'succeeded', now(), {day}::timestamp at time zone 'UTC')",
        "select count(*) from jobs.finished where job_id = md5('aged {days}')::uuid"),
    "jobs.schedule_runs": (
        "insert into jobs.schedule_runs (schedule, fire_at, job_id, fired_at) select 'daybook.seal', {day}, md5('aged')::uuid, {day}::timestamp at time zone 'UTC'",
        "select count(*) from jobs.schedule_runs where fired_at = {day}::timestamp at time zone 'UTC'"),
    "bus.webhook_history": (
        "insert into bus.webhook_history (seq, endpoint_id, resend, id, outcome, attempts, queued_at, first_attempt_at, ended_at) "
        "select {days}, md5('aged')::uuid, 0, 1, 'dead', 1, {day}, {day}, {day}",
        "select count(*) from bus.webhook_history where seq = {days}"),
}


def declared_retentions():
    for path in glob.glob(os.path.join(program.SOURCE, "modules", "*", "module.conf")):
        conf = configparser.ConfigParser(comment_prefixes=(";",), interpolation=None)
        conf.read(path)
        for section in conf.sections():
            if section.startswith("table "):
                yield section.removeprefix("table "), conf[section]["retention"]


@tap.test("what a module declares to be kept for some time is kept so long and no longer, by the schedule it names")
def _():
    told = {}
    for table, retention in declared_retentions():
        if retention != "forever" and not retention.startswith("while "):
            found = re.fullmatch(r"setting ([a-z_.]+), schedule (daybook\.[a-z_]+)", retention)
            tap.check(found, f"{table}: retention = {retention}, and nobody is named who carries it out")
            told[table] = found.groups()
    tap.equal(sorted(told), sorted(AGED), "tables whose rows go by age, and those that this test makes older")

    today = jobs.one.value("select (now() at time zone 'UTC')::date::text")

    def aged(table, which, days):
        return AGED[table][which].format(days=days, day=f"('{today}'::date - {days})")

    known = {row["schedule"]: row for row in rows("schedules")}

    def run_chores(days):
        for setting in {setting for setting, _ in told.values()}:
            jobs.one.run(f"select * from settings.fn_set(gen_random_uuid(), '{setting}', '{days}', 'a test')")
        for schedule in sorted({schedule for _, schedule in told.values()}):
            tap.check(known[schedule]["enabled"] and known[schedule]["next_fire_at"], f"{schedule} is never due: {known[schedule]}")
            rows("enqueue", known[schedule]["handler"], "--queue", known[schedule]["queue"])
        jobs.once("--threads", "1").ok()
        return {table: [jobs.one.value(aged(table, 1, days)) for days in (100, 10)] for table in told}

    for table in told:
        for days in (100, 10):
            jobs.one.run(aged(table, 0, days))
    tap.equal(run_chores(200), {table: [1, 1] for table in told}, "rows of 100 and 10 days when 200 are kept")
    tap.equal(run_chores(50), {table: [0, 1] for table in told}, "when 50 are kept")


@tap.test("a job is posted by https, with its id, to addresses that the worker allows and whose certificate proves who is there")
def _():
    authority = certificates.Authority()
    there = Receiver(authority.sign("there"))
    elsewhere = Receiver(authority.sign("elsewhere", "DNS:elsewhere.test"))
    there.answers["/moved"] = status(302, {"Location": there.url("/done")})
    known = {"try.done": there.url("/done"), "try.moved": there.url("/moved"), "try.elsewhere": elsewhere.url("/done"), "try.denied": there.url("/denied")}
    allowed = [word for name in ("try.done", "try.moved", "try.elsewhere") for word in ("--allow-url", known[name])]
    made = {}
    for name, url in known.items():
        jobs.declare(name, "http", url)
        made[name] = rows("enqueue", name, "--args", '{"n": 1}', "--max-attempts", "1")[0]["id"]
    jobs.once(*allowed, "--http-ca", authority.path).exits(1)
    tap.equal(rows("show", made["try.done"])[0]["state"], "succeeded")
    post, = there.at("/done")
    tap.equal((post.event, post.headers["Idempotency-Key"], post.headers["Content-Type"]), ({"n": 1}, made["try.done"], "application/json"))
    for name, why in {"try.moved": "answered with status 302", "try.elsewhere": "the certificate of https://127.0.0.1", "try.denied": "--allow-url"}.items():
        shown, = rows("show", made[name])
        tap.equal(shown["state"], "dead")
        tap.contains(shown["error"], why)
    tap.equal((there.count("/denied"), len(elsewhere.posts)), (0, 0))
    again, = rows("enqueue", "try.done", "--max-attempts", "1")
    jobs.once(*allowed).exits(1)
    tap.contains(rows("show", again["id"])[0]["error"], "unable to get local issuer certificate")
    tap.contains(jobs.once("--http-ca", "/nonexistent").err, "/nonexistent")


@tap.test("what every installation has to do is done by a worker, which tells about itself")
def _():
    jobs.one.run("update jobs.schedules set next_fire_at = date_trunc('hour', now()) - interval '2 hours', since = date_trunc('hour', now()) - interval '1 day' where schedule like 'daybook.%'")
    worker = jobs.work("--metrics-port", str(PORT), "--threads", "2")
    tap.wait_until(lambda: len([row for row in listed("--state", "succeeded").values() if row["handler"].startswith("daybook.")]) >= 4,
                   "all chores are done", 60)
    tap.equal([row for row in listed("--state", "dead").values() if row["handler"].startswith("daybook.")], [])
    done, = rows("run", "daybook.seal", "--queue", "chores")
    tap.equal(rows("show", done["id"])[0]["state"], "succeeded")
    tap.contains(run("run", "try.trace", "--args", '{"fail": 1}', status=6).err, "as was asked for")
    tap.equal(len(rows("workers")), 1)
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    for name in ('daybook_work_finished_total{outcome="succeeded"}', "daybook_work_claimed_total", 'daybook_work_jobs_ready{queue="default"}'):
        tap.contains(text, name)
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=30) as answer:
        tap.equal(json.load(answer)["healthy"], True)
    tap.equal(stop(worker), 0, said(worker))
    tap.contains(run("run", "try.trace", status=4).err, "no worker is there")
    stats = {(row["handler"], row["outcome"]): row["jobs"] for row in rows("stats")}
    tap.equal(stats[("try.trace", "dead")], 1)
    tap.equal("try.trace" in {row["handler"] for row in rows("handlers")}, True)


tap.main()
