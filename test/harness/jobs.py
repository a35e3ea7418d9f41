"""Workers and jobs for tests: a database with handlers that leave traces, and workers that may be killed."""

import json
import os
import signal
import subprocess
import uuid

from . import program, session, tap
from .session import Raw, call

MODULES = "core,bus,ref,jobs"

TRACES = """
create schema try;
create table try.traces (id bigint generated always as identity, job uuid not null, args jsonb not null);
create function try.fn_trace(args jsonb, ctx jsonb) returns jsonb language plpgsql as $$
begin
    insert into try.traces (job, args) values ((ctx ->> 'cause')::uuid, args);
    if args ? 'sleep' then
        perform pg_sleep((args ->> 'sleep')::float8);
    end if;
    if args ? 'fail' then
        raise exception 'as was asked for' using detail = 'a detail';
    end if;
    return null;
end $$;
"""


class Jobs:
    def __init__(self, host, name, modules=MODULES):
        self.url = host.installed(name, modules)
        self.one = session.Session(self.url)
        self.one.run(TRACES)
        self.declare("try.trace", "function", "try.fn_trace")

    def declare(self, handler, kind, what, timeout="60 s"):
        return self.one.row(call("jobs.fn_declare_handler", handler=handler, kind=kind, what=what, timeout=timeout, description="For a test."))

    def enqueue(self, handler="try.trace", args=None, **more):
        job = more.pop("job_id", None) or str(uuid.uuid4())
        self.one.run(call("jobs.fn_enqueue", job_id=job, queue=more.pop("queue", "default"), handler=handler, args=args or {}, **more))
        return job

    def enqueue_many(self, count, handler="try.trace", args="{}"):
        self.one.run(f"select count(*) from jobs.fn_enqueue_many(array(select gen_random_uuid() from generate_series(1, {count})), 'default', "
                     f"'{handler}', array_fill('{args}'::jsonb, array[{count}]))")

    def left(self):
        return self.one.value("select count(*) from jobs.jobs")

    def finished(self, job=None):
        only = f"where job_id = '{job}'" if job else ""
        return self.one.rows(f"select job_id, outcome, attempts, error from jobs.finished {only} order by finished_at")

    def sessions(self):
        """Of workers, living or dead."""
        return self.one.value("select count(*) from pg_stat_activity where datname = current_database() and application_name like 'daybook work%'")

    def wait_until_done(self, what="all jobs have ended"):
        tap.wait_until(lambda: self.left() == 0, what, 120)

    def work(self, *options):
        """A worker in the background. Its messages go to a file, which is shown when a test wants to know."""
        log = os.path.join(program.temporary_folder("dbk-work-"), "log")
        with open(log, "w", encoding="utf-8") as out:
            process = subprocess.Popen([program.DAYBOOK, "work", "--url", self.url, *options], env=program.clean_env(), stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=out)
        process.log = log
        tap.at_end(lambda: process.poll() is None and (process.send_signal(signal.SIGCONT), process.kill(), process.wait(30)))
        return process

    def once(self, *options):
        return program.daybook("work", "--once", "--format", "json", "--url", self.url, *options)


def said(process):
    with open(process.log, encoding="utf-8", errors="replace") as text:
        return text.read()


def stop(process, how=signal.SIGTERM):
    process.send_signal(how)
    return process.wait(60)
