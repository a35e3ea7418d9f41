"""`daybook jobs`: what it lists, enqueues, cancels, retries and schedules; and what every installation does by itself."""

import json
import socket
import urllib.request

from harness import certificates, program, server, tap
from harness.jobs import Jobs, said, stop
from harness.receiver import Receiver, status

host = server.Server()
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    PORT = free.getsockname()[1]
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
    tap.equal(jobs.once(*allowed, "--http-ca", authority.path).exits(1).json()[0]["succeeded"], 1)
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
