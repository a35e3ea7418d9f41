"""Whole fills, each beside the least that a database could do in its place."""

import glob
import os
import re
import statistics

from harness import program, server, tap

HERE = os.path.dirname(os.path.abspath(__file__))
ONE_ROW = "create table trading.bench_row (id integer primary key, n bigint not null); insert into trading.bench_row values (1, 0);"
UPDATE_ROW = "update trading.bench_row set n = n + 1 where id = 1;\n"
HOT_WRITES = """
create function trading.bench_writes() returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock(1);
    {writes}
end
$$;"""
SIZES = """select case when c.relname like 'domain_events%' then 'domain_events' else c.relname end, sum(pg_table_size(c.oid)), sum(pg_indexes_size(c.oid))
             from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
            where c.relkind = 'r' and (n.nspname, c.relname) in (('trading', 'fills'), ('trading', 'orders'), ('trading', 'positions'))
               or c.relkind = 'r' and n.nspname = 'bus' and c.relname like 'domain_events%'
            group by 1 order by 1"""


def text_of(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as text:
        return text.read()


def due_and_latency(folder):
    """Of each call in pgbench's logs, by time: when it was due, in seconds, and how many milliseconds later it was done."""
    calls = []
    for path in glob.glob(os.path.join(folder, "pgbench_log.*")):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                _client, _number, took_us, _script, done_s, done_us = map(int, line.split()[:6])
                calls.append((done_s + (done_us - took_us) / 1e6, took_us / 1e3))
    return sorted(calls)


class Bench:
    """pgbench against a database of its own with accounts, orders and positions; `scripts` are the sides."""

    unit = "fills/s"
    seconds = 5
    rows = 1  # of one transaction
    setup_sql = ""

    def __init__(self, host, clients, scripts, settings):
        self.host, self.clients, self.scripts = host, clients, scripts
        self.facts = {"settings": "; ".join(settings)}

    def prepare(self):
        folder = program.temporary_folder("dbk-bench-")
        paths = {side: os.path.join(folder, side + ".sql") for side in self.scripts}
        for side, text in self.scripts.items():
            with open(paths[side], "w", encoding="utf-8") as out:
                out.write(text)
        return paths

    def database(self):
        host = self.host()
        name = host.clone()
        host.server.sql(text_of("fill_setup.sql") + self.setup_sql, name, "trader")
        return name

    def pgbench(self, database, script, *more, folder=None):
        done = program.run([server.client("pgbench"), "-n", "-M", "prepared", "-c", str(self.clients), "-j", "1", "-T", str(self.seconds),
                            *more, "-f", script, self.host().server.url(database, "trader")], cwd=folder).ok()
        failed = re.search(r"number of failed transactions: (\d+)", done.out)
        tap.check(failed is None or failed.group(1) == "0", done.out)
        return done.out

    def rate(self, side, setup):
        database = self.database()
        said = self.pgbench(database, setup[side])
        self.host().drop(database)
        return self.rows * float(re.search(r"tps = ([\d.]+)", said).group(1))


class Fills(Bench):
    """trading.fn_record_fill, one call a transaction, beside pgbench inserting plain rows into the same fills table, and beside all
    that a fill writes, written by hand."""

    sides = ("daybook", "plain", "writes")

    def __init__(self, host, clients, settings):
        super().__init__(host, clients, {side: text_of(name) for side, name in
                                         zip(self.sides, ("fill_call.sql", "fill_insert.sql", "fill_writes.sql"))}, settings)
        self.name = f"fills-{clients}"
        self.what = (f"whole fills (fill, order, position, event) by stored function over {clients} connection(s); "
                     "plain = pgbench inserting bare rows into trading.fills, writes = the four rows by hand in one statement")
        self.facts["contention"] = "each connection has an account, an order and a position of its own"
        # A new connection needs some 20 ms of processor time until its plans are ready: thirty-two of them, half a second.
        self.seconds = 15 if clients > 4 else 5


class Bytes(Fills):
    """Fills over one connection, with what each adds to tables, indexes and the log of the server."""

    def __init__(self, host, settings):
        super().__init__(host, 1, settings)
        self.name = "fills-bytes"

    def measure(self, database):
        sizes = {name: (int(table), int(indexes)) for name, table, indexes in
                 (line.split("|") for line in self.host().server.sql(SIZES, database).splitlines())}
        return sizes, int(self.host().server.sql("select pg_current_wal_insert_lsn() - '0/0'", database))

    def rate(self, side, setup):
        database = self.database()
        before, log_before = self.measure(database)
        said = self.pgbench(database, setup[side])
        after, log_after = self.measure(database)
        count = int(re.search(r"transactions actually processed: (\d+)", said).group(1))
        grown = {name: [(now - then) / count for now, then in zip(after[name], before[name])] for name in after}
        self.facts[f"bytes a fill, {side}"] = (
            ", ".join(f"{name} {table:,.0f} + indexes {indexes:,.0f}" for name, (table, indexes) in grown.items() if table + indexes >= 0.5)
            + f"; WAL {(log_after - log_before) / count:,.0f}, with the full pages that follow a checkpoint")
        self.host().drop(database)
        return float(re.search(r"tps = ([\d.]+)", said).group(1))


class Batch(Bench):
    """trading.fn_record_fills of a thousand fills, beside one insert of a thousand bare rows."""

    name = "fills-batch"
    what = "whole fills in batches of 1,000, one connection; plain = one INSERT of 1,000 bare rows into trading.fills"
    rows = 1000

    def __init__(self, host, settings):
        super().__init__(host, 1, {"daybook": text_of("fill_batch_call.sql"), "plain": text_of("fill_batch_insert.sql")}, settings)
        self.facts["contention"] = "one account, one order, one position"


class Hot(Bench):
    """Thirty-two connections that all fill one order of one position, beside as many that update one row, and beside as many that
    write by hand all that such a fill writes, in one call, standing in the queue in which fills stand."""

    name = "fills-hot"
    what = ("whole fills of one position over 32 connections; plain = 32 clients updating one bare row, writes = the four rows of such a fill by hand "
            "in one statement, behind an advisory lock")
    sides = ("daybook", "plain", "writes")
    setup_sql = ONE_ROW + HOT_WRITES.format(writes=text_of("fill_writes.sql").replace(":client_id::text", "'0'").replace(":client_id", "0"))
    seconds = 15

    def __init__(self, host, settings):
        call = text_of("fill_call.sql").replace(":client_id::text", "'0'")
        super().__init__(host, 32, {"daybook": call, "plain": UPDATE_ROW, "writes": "select trading.bench_writes();\n"}, settings)
        self.facts["contention"] = "every transaction waits for the commit of the one before it"


class Open(Bench):
    """Fills that arrive on a clock of their own, at 60 % of what a closed loop can do; latency counts from when each was due.

    The connections are warm before anything counts: what was due in the first seconds, in which thirty-two new ones make their
    plans at once, has a figure of its own. Bare rows that are offered at the same rate show what the machine alone does to latency.
    """

    name = "fills-open"
    what = ("whole fills offered at 60 % of the closed loop's rate over 32 warm connections: accepted; plain = offered, "
            "bare = bare rows offered at that rate: accepted")
    sides = ("daybook", "plain", "bare")
    seconds = 20
    warming_s = 5

    def __init__(self, host, settings):
        super().__init__(host, 32, {"daybook": text_of("fill_call.sql"), "bare": text_of("fill_insert.sql")}, settings)
        self.offered = 0
        self.latencies = {}  # of either kind of row, of warm and of new connections: p50, p99 and max in ms of each run, of which the first warms caches

    def prepare(self):
        paths = super().prepare()
        closed = super().rate("daybook", paths)
        self.offered = 0.6 * closed
        self.facts["closed loop before"] = f"{closed:,.0f} fills/s"
        return paths

    def rate(self, side, setup):
        if side == "plain":
            return self.offered
        database = self.database()
        folder = program.temporary_folder("dbk-bench-")
        self.pgbench(database, setup[side], "-R", f"{self.offered:.0f}", "-l", folder=folder)
        calls = due_and_latency(folder)
        begins = calls[0][0] + self.warming_s
        warm = [latency for due, latency in calls if due >= begins]
        whose = {"daybook": "fills", "bare": "bare rows"}[side]
        self.tell(f"of {whose}, warm", warm)
        self.tell(f"of {whose} in the first {self.warming_s} s", [latency for due, latency in calls if due < begins])
        self.host().drop(database)
        return len(warm) / (calls[-1][0] - begins)

    def tell(self, name, found):
        found.sort()
        runs = self.latencies.setdefault(name, [])
        runs.append((found[len(found) // 2], found[len(found) * 99 // 100], found[-1]))
        for measure, values in zip(("p50", "p99", "max"), zip(*(runs[1:] or runs))):
            self.facts[f"{measure} {name}"] = f"{statistics.median(values):,.1f} ms, median of runs (from {min(values):,.1f} to {max(values):,.1f})"


def entries(host, settings):
    return [Fills(host, 1, settings), Fills(host, 4, settings), Fills(host, 32, settings), Bytes(host, settings), Batch(host, settings),
            Hot(host, settings), Open(host, settings)]
