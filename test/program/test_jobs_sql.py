"""The queue among many sessions: a job is done once, limits hold at every moment, and nobody finishes what is not his any more."""

import threading
import uuid

from harness import server, session, tap
from harness.session import Gate, Raw, Refused, as_rows, call

CLAIMERS, CALLERS, JOBS, LIMIT = 8, 50, 1200, 3

# A vacuum of the server's own would be one more transaction to wait for, at a moment of its choice.
host = server.Server(["autovacuum = off"])
url = host.installed("jobs", modules="jobs")
one, other = session.Session(url), session.Session(url)
crowd = [session.Session(url) for _ in range(CALLERS)]
gate = Gate(session.Session(url))
FAR = 1000  # jobs between a floor and what is claimed before the floor is looked at again


def new():
    return uuid.uuid4()


def ids(values, kind="uuid"):
    return Raw("array[" + ", ".join("null" if value is None else f"'{value}'" for value in values) + f"]::{kind}[]")


def queue(concurrency=None):
    """A queue of a test's own."""
    name = f"q{new().hex[:12]}"
    one.row(call("jobs.fn_set_queue", queue=name, concurrency=concurrency))
    return name


def enqueue(name, count, by=one, handler="nothing", **more):
    made = [new() for _ in range(count)]
    rows = by.rows(call("jobs.fn_enqueue_many", job_ids=ids(made), queue=name, handler=handler, args=Raw(f"array_fill('{{}}'::jsonb, array[{count}])"),
                        **more))
    tap.equal([row["outcome"] for row in rows], ["created"] * count, "outcomes")
    return made


class Worker:
    def __init__(self, name, by=None):
        self.id, self.queue, self.by = new(), name, by or session.Session(url)

    def claim(self, limit):
        return self.by.rows(call("jobs.fn_claim", worker_id=self.id, worker_name="test", queues=Raw(f"'{{{self.queue}}}'"), limit=limit))

    def finish(self, jobs, outcome="succeeded"):
        rows = self.by.rows(call("jobs.fn_finish", job_ids=ids(job["job_id"] for job in jobs), tokens=ids(job["token"] for job in jobs),
                                 outcomes=ids([outcome] * len(jobs), "text"), errors=ids([None] * len(jobs), "text")))
        return sorted(row["outcome"] + (f" {row['fate']}" if row["fate"] else "") for row in rows)

    def beat(self, jobs=()):
        return self.by.rows(call("jobs.fn_heartbeat", worker_id=self.id, tokens=ids({job["token"] for job in jobs})))

    def drain(self, batch=100):
        done = 0
        while jobs := self.claim(batch):
            self.finish(jobs)
            done += len(jobs)
        return done


def running(by, name):
    return by.value(f"select count(*) from jobs.jobs where queue = '{name}' and token is not null")


def counted(name):
    """One row, however often it was counted."""
    return one.value(f"select running from jobs.queue_use where queue = '{name}'")


def finished(name):
    return one.rows(f"select job_id, outcome, attempts from jobs.finished where queue = '{name}' order by finished_at")


def together(work):
    """Runs work(number) in threads; what one of them raises is raised."""
    failures = []

    def guarded(number):
        try:
            work(number)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(CLAIMERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


one.row(call("jobs.fn_declare_handler", handler="nothing", kind="command", what="true", timeout="10s", description="Nothing."))


@tap.test(f"{CLAIMERS} claimers: every job once, and never more of a limited queue running than it allows")
def _():
    name = queue(LIMIT)
    made = enqueue(name, JOBS)
    most = []

    def work(number):
        worker = Worker(name, crowd[number])
        while one_left(worker.by):
            jobs = worker.claim(1 + number % LIMIT)
            most.append(running(worker.by, name))
            if jobs:
                tap.equal(worker.finish(jobs), ["created succeeded"] * len(jobs))

    def one_left(by):
        return by.value(f"select exists (select from jobs.jobs where queue = '{name}')")

    together(work)
    tap.equal(sorted(str(job) for job in made), sorted(row["job_id"] for row in finished(name)), "what was done")
    tap.check(max(most) <= LIMIT, f"{max(most)} ran at once")
    tap.check(LIMIT in most, "the limit was reached")
    tap.equal(counted(name), 0, "counted as running in the end")


@tap.test("a limit that is set while jobs run counts them")
def _():
    name = queue()
    enqueue(name, 10)
    worker = Worker(name)
    held = worker.claim(4)
    one.row(call("jobs.fn_set_queue", queue=name, concurrency=5))
    tap.equal(len(worker.claim(10)), 1, "claimed beside four that run")
    tap.equal(worker.finish(held), ["created succeeded"] * 4)
    tap.equal(len(worker.claim(10)), 4, "claimed when they have ended")
    one.row(call("jobs.fn_set_queue", queue=name, paused=True))
    tap.equal(worker.claim(10), [], "claimed from a paused queue")


@tap.test("who was taken for dead finishes nothing: his jobs are another's")
def _():
    name = queue(LIMIT)
    job, = enqueue(name, 1, max_attempts=2)
    zombie, heir = Worker(name), Worker(name)
    his = zombie.claim(1)
    tap.equal(zombie.beat(his), [], "what the first has to stop")
    lost = one.rows(call("jobs.fn_rescue", silence="0s"))
    tap.equal([(row["job_id"], row["fate"]) for row in lost if row["job_id"] == str(job)], [(str(job), "lost")], "rescued")
    tap.equal(zombie.finish(his), ["fenced"], "the finish of one who was rescued")
    theirs = heir.claim(1)
    tap.equal([(each["job_id"], each["attempt"]) for each in theirs], [(str(job), 2)])
    tap.equal(zombie.finish(his), ["fenced"], "and after another has it")
    tap.equal([(row["outcome"], row["token"]) for row in zombie.beat(his)], [("fenced", his[0]["token"])], "what the zombie has to stop")
    tap.equal(heir.finish(theirs), ["created succeeded"])
    tap.equal((zombie.finish(his), heir.finish(theirs)), (["fenced"], ["replayed succeeded"]), "both once more")
    tap.equal([(row["outcome"], row["attempts"]) for row in finished(name)], [("succeeded", 2)])
    tap.equal(counted(name), 0)


@tap.test("the last attempt of one who is taken for dead is the end of the job, with an event")
def _():
    name = queue()
    job, = enqueue(name, 1, max_attempts=1)
    Worker(name).claim(1)
    lost = one.rows(call("jobs.fn_rescue", silence="0s"))
    tap.equal([row["fate"] for row in lost if row["job_id"] == str(job)], ["dead"])
    tap.equal(one.value(f"select count(*) from bus.domain_events where event_type = 'jobs.job_died' and aggregate_id = '{job}'"), 1)
    tap.equal(one.row(call("jobs.fn_retry", job_id=job, reason="again"))["outcome"], "created")
    worker = Worker(name)
    tap.equal(worker.finish(worker.claim(1)), ["created succeeded"])


@tap.test("a claim whose answer was lost comes back with the second sign of life after it")
def _():
    name = queue()
    enqueue(name, 3)
    worker = Worker(name)
    worker.claim(2)  # as if the answer had never come
    known = worker.claim(1)
    tap.equal(worker.beat(known), [])
    tap.equal(running(one, name), 3, "running after a first sign of life, which may have been on its way before the claim")
    tap.equal(worker.beat(known), [])
    tap.equal(running(one, name), 1, "running after the second one")
    tap.equal(len(worker.claim(10)), 2, "claimed again")


@tap.test(f"{CALLERS} callers with one identity: one job, done once, also while it is being done")
def _():
    name = queue()
    job = new()
    asking = call("jobs.fn_enqueue", job_id=job, queue=name, handler="nothing")
    answers = gate.race([(each, as_rows(asking)) for each in crowd])
    tap.equal(sorted(answer[0]["outcome"] for answer in answers), ["created"] + ["replayed"] * (CALLERS - 1))
    worker = Worker(name)

    def work(number):
        for _ in range(40):
            if number == 0:
                worker.drain(1)
            else:
                tap.equal(crowd[number].row(asking)["outcome"], "replayed")

    together(work)
    tap.equal(len(finished(name)), 1)


@tap.test(f"{CALLERS} callers with one unique key: one job, and all others are told which")
def _():
    name = queue()
    answers = gate.race([(each, as_rows(call("jobs.fn_enqueue", job_id=new(), queue=name, handler="nothing", unique_key="one"))) for each in crowd])
    tap.equal(sorted(answer[0]["outcome"] for answer in answers), ["created"] + ["replayed"] * (CALLERS - 1))
    tap.equal(len({answer[0]["job_id"] for answer in answers}), 1, "jobs that were named")

    # Those who end jobs and those who ask for the next one with the same key: never two at once, and nobody goes without an answer.
    worker = Worker(name)
    created = []

    def work(number):
        for _ in range(30):
            if number == 0:
                worker.drain(1)
            else:
                answer = crowd[number].row(call("jobs.fn_enqueue", job_id=new(), queue=name, handler="nothing", unique_key="one"))
                created.append(answer["outcome"] == "created")

    together(work)
    worker.drain(1)
    tap.equal(len(finished(name)), 1 + sum(created))


def floor(by, name):
    value = by.value(f"select current_setting('jobs.floors_{name}', true) as floors")
    return int(value.strip("{}").split(",")[5]) if value else 0


def place(job):
    return one.value(f"select place from jobs.jobs where job_id = '{job}'")


def blocks(by, sql):
    """How many blocks a statement reads, in memory or not."""
    plan = by.run(f"explain (analyze, buffers, format json) {sql}")
    return next(int(line.split(":")[1].strip(" ,")) for line in plan if "Shared Hit Blocks" in line)


@tap.test("a job that commits late, behind all that were claimed, is found, however far the floor has passed it")
def _():
    name = queue()
    enqueue(name, 1)
    worker, late, other_late, idle = Worker(name), session.Session(url), session.Session(url), session.Session(url)
    worker.drain()
    for each in (late, other_late, idle):
        each.run("begin; select pg_current_xact_id()")
    last = enqueue(name, 3, by=late, priority=5)
    urgent = enqueue(name, 1, by=late, priority=0)
    enqueue(name, 2, by=other_late)
    for _ in range(3):
        enqueue(name, 2 * FAR)
        tap.equal(worker.drain(), 2 * FAR)
    late.run("commit")
    other_late.run("rollback")
    tap.check(place(last[0]) < floor(worker.by, name), f"the floor, at {floor(worker.by, name)}, is behind {place(last[0])}")
    found = [row["job_id"] for row in worker.claim(2)]
    tap.equal(found, [str(urgent[0]), str(last[0])], "found by priority and place")
    hasty = Worker(name, worker.by)
    worker.by.run("begin")
    tap.equal([row["job_id"] for row in hasty.claim(10)], [str(job) for job in last[1:]])
    worker.by.run("rollback")
    tap.equal([row["job_id"] for row in worker.claim(10)], [str(job) for job in last[1:]], "found again after a claim that was undone")
    idle.run("commit")
    worker.claim(1)
    tap.equal(worker.by.value(f"select current_setting('jobs.floors_{name}') as floors").count(","), 20, "nobody is late any more")


@tap.test("a job whose claim was undone is found although others have passed over it")
def _():
    name = queue()
    enqueue(name, 1)
    worker, hasty = Worker(name), Worker(name)
    hasty.by.run("begin")
    taken = hasty.claim(1)
    enqueue(name, 4 * FAR)
    worker.drain()
    hasty.by.run("rollback")
    tap.equal([row["job_id"] for row in worker.claim(10)], [job["job_id"] for job in taken])


@tap.test("under an old snapshot and beside a writer that stays open, what has ended is not read again: by claims, ends, signs of life and counts")
def _():
    name = queue(LIMIT * 100)
    holder, writer = session.Session(url), session.Session(url)
    holder.run("begin isolation level repeatable read; select 1 from jobs.jobs")
    writer.run("begin; select pg_current_xact_id()")
    worker = Worker(name)
    claim = f"select * from jobs.fn_claim('{worker.id}', 'test', '{{{name}}}', 1)"
    beat = f"select * from jobs.fn_heartbeat('{worker.id}', null)"
    for _ in range(3):
        enqueue(name, 2 * FAR)
        tap.equal(worker.drain(20), 2 * FAR)
        worker.beat()
        worker.beat()
    # A claim walks over what has ended since the last look at the floor, a sign of life over the claims since the last one.
    # What the planner has heard of is a table without rows.
    one.run("analyze jobs.jobs")
    enqueue(name, 1)
    job, = worker.claim(1)
    finish = f"select * from jobs.fn_finish('{{{job['job_id']}}}', '{{{job['token']}}}', '{{succeeded}}', '{{null}}')"
    read = {"claim": blocks(worker.by, claim), "sign of life": blocks(worker.by, beat), "end": blocks(worker.by, finish)}
    tap.check(max(read.values()) < FAR, f"blocks read: {read}")
    stranger = Worker(name)
    first = blocks(stranger.by, claim)
    tap.check(first > 6 * FAR / 10, f"{first} blocks are read by who begins at the bottom")
    for each in (holder, writer):
        each.run("rollback")


@tap.test("who asks for two limited queues in another order than somebody else waits for nobody who waits for him")
def _():
    names = sorted((queue(LIMIT), queue(LIMIT)))
    for name in names:
        enqueue(name, 1)
    first, second = Worker(names[0]), Worker(f"{names[1]},{names[0]}")
    first.by.run("begin")
    tap.equal(len(first.claim(1)), 1)
    # The first holds the count of the queue that is second here: it is left out this time, not waited for.
    tap.equal([row["queue"] for row in second.claim(2)], [names[1]])
    first.by.run("commit")


@tap.test("a function runs with the end of its job in one transaction, or not at all")
def _():
    name = queue()
    one.run("create schema work; create table work.done (n integer); "
            "create function work.note(p_args jsonb, p_ctx jsonb) returns jsonb language plpgsql as $$ begin "
            "insert into work.done values ((p_args ->> 'n')::integer); return p_args; end $$; "
            "create function work.wrong() returns jsonb language sql as 'select null::jsonb'")
    one.row(call("jobs.fn_declare_handler", handler="work.note", kind="function", what="work.note", timeout="10s", description="Notes."))
    for what in ("work.wrong", "work.none", "pg_sleep"):
        try:
            one.row(call("jobs.fn_declare_handler", handler="work.other", kind="function", what=what, timeout="10s", description="d"))
        except Refused as refused:
            tap.equal(refused.sqlstate, "TB002")
        else:
            raise tap.Failure(f"{what} was taken for a handler")
    job = new()
    one.row(call("jobs.fn_enqueue", job_id=job, queue=name, handler="work.note", args={"n": 7}))
    worker, thief = Worker(name), Worker(name)
    claimed, = worker.claim(1)

    def perform(token):
        return call("jobs.fn_perform", job_ids=Raw(f"array['{job}'::uuid]"), tokens=Raw(f"array['{token}'::uuid]"))

    performing = perform(claimed["token"])
    worker.by.run("begin")
    tap.equal(worker.by.row(performing), {"idx": 1, "outcome": "created"})
    tap.equal([row for row in other.rows(call("jobs.fn_rescue", silence="0s")) if row["job_id"] == str(job)], [], "rescued meanwhile")
    tap.equal(thief.claim(1), [])
    worker.by.run("rollback")
    tap.equal(one.value("select count(*) from work.done"), 0, "what a rolled back attempt left")
    worker.by.row(performing)
    tap.equal(worker.by.row(performing)["outcome"], "replayed")
    tap.equal((one.value("select count(*) from work.done"), len(finished(name))), (1, 1), "done")
    tap.equal(thief.by.row(perform(new()))["outcome"], "fenced")


@tap.test("many fire the same schedule at once: one run")
def _():
    # The engine's own chores have schedules too, which may be due at this minute.
    one.run("update jobs.schedules set enabled = false, next_fire_at = null")
    one.row(call("jobs.fn_set_schedule", schedule="raced", cron="* * * * *", every=None, handler="nothing"))
    one.run("update jobs.schedules set since = now() - interval '1 day', next_fire_at = date_trunc('minute', now()) - interval '3 minutes' "
            "where schedule = 'raced'")
    now = one.value("select date_trunc('minute', now())::text as now")
    answers = gate.race([(each, as_rows(call("jobs.fn_fire_schedules", now=now))) for each in crowd])
    tap.equal(sum(len(answer) for answer in answers), 1, "runs that were fired")
    tap.equal(one.value("select count(*) from jobs.schedule_runs where schedule = 'raced'"), 1)
    tap.equal(one.value("select count(*) from jobs.jobs where args ->> 'schedule' = 'raced'"), 1)


@tap.test("a day of the history that somebody reads is not waited for; it is dropped when nobody does")
def _():
    one.run("create table jobs.finished_20200101 partition of jobs.finished for values from ('2020-01-01 00:00+00') to ('2020-01-02 00:00+00')")
    other.run("begin; select count(*) from jobs.finished")
    tap.equal([(row["outcome"], row["day"]) for row in one.rows("select * from jobs.fn_drop_finished()")], [("refused", "2020-01-01")])
    other.run("commit")
    tap.equal([(row["outcome"], row["day"]) for row in one.rows("select * from jobs.fn_drop_finished()")], [("created", "2020-01-01")])
    tap.equal(one.rows("select * from jobs.fn_drop_finished()"), [])


tap.main()
