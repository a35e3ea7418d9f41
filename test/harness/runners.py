"""Many runners at once on one database, for the tests of the runner's lock."""

import signal
import subprocess
import time

from . import program, tap
from .team import Team

MIGRATIONS = {
    "001_t.sql": "create schema pnl;\ncreate table pnl.t (id bigint primary key, a int);\ninsert into pnl.t select i, i from generate_series(1, 2000) i;\n",
    "002_one.sql": "create index concurrently t_one on pnl.t (a);\n",
    "003_more.sql": "alter table pnl.t add column b int;\n",
    "004_two.sql": "create index concurrently t_two on pnl.t (b, a);\n",
}


def start(made, url):
    return subprocess.Popen([program.DAYBOOK, "migrate", "apply", "--url", url, "--modules-dir", made.folder, "--modules", "pnl",
                             "--quiet", "--wait", "120s"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=program.clean_env())


def race(host, name, url_of, runners):
    """One round: every runner succeeds, each migration is applied once, nothing is left invalid."""
    made = Team(host, name)
    made.conf()
    for file, text in MIGRATIONS.items():
        made.write(f"pnl/migrations/{file}", text)
    mark = len(host.log())
    runs = [start(made, url_of(name)) for _ in range(runners)]
    texts = [run.communicate(timeout=200)[1].decode() for run in runs]
    tap.equal([run.returncode for run in runs], [0] * runners, "exits\n" + "".join(texts))
    tap.equal(host.sql("select string_agg(number || kind, ' ' order by seq) from daybook.migrations", name),
              "1transaction 2statements 3transaction 4statements")
    tap.equal(host.sql("select string_agg(statement || event, ' ' order by seq) from daybook.migration_steps", name),
              "1started 1done 1started 1done")
    tap.equal(host.sql("select count(*) from pg_index where not indisvalid", name), "0")
    tap.check("deadlock detected" not in host.log()[mark:], "a deadlock")
    made.verify().ok()
    host.sql(f'drop database "{name}" with (force)')


def kill_holder(host, name):
    """The holder is killed while it works and another runner waits. Returns how long it was until that one had the lock."""
    made = Team(host, name)
    made.conf()
    made.write("pnl/migrations/001_t.sql", "create schema pnl;\n")
    # It goes on until somebody has looked at who works.
    made.sql("create table public.gate (closed boolean); insert into public.gate values (true); grant select on public.gate to public")
    made.write("pnl/migrations/002_slow.sql",
               "do $$ begin while exists (select from public.gate) loop perform pg_sleep(0.05); end loop; end $$;\n")
    holders = "select string_agg(pid::text, ' ') from pg_locks where locktype = 'advisory' and granted and database = " \
              "(select oid from pg_database where datname = current_database())"
    first = start(made, made.url)
    tap.wait_until(lambda: host.sql("select count(*) from pg_stat_activity where query like '%public.gate%' and state = 'active'"
                                    " and pid <> pg_backend_pid()", name) != "0", "the holder works")
    holder = host.sql(holders, name)
    tap.check(holder, "nobody holds the lock")
    second = start(made, made.url)
    tap.wait_until(lambda: host.sql("select count(*) from pg_stat_activity where datname = current_database() and backend_type = 'client backend'"
                                    " and pid <> pg_backend_pid()", name) >= "3", "the next one is there")
    first.send_signal(signal.SIGKILL)
    first.communicate()
    began = time.monotonic()
    tap.wait_until(lambda: host.sql(holders, name) not in ("", holder), "the next runner has the lock")
    waited = time.monotonic() - began
    made.sql("delete from public.gate")
    text = second.communicate(timeout=120)[1].decode()
    tap.equal(second.returncode, 0, f"exit of the next runner\n{text}")
    tap.equal(host.sql("select string_agg(number::text, ' ' order by seq) from daybook.migrations", name), "1 2")
    return waited
