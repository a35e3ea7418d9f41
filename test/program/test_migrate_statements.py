"""Migrations that cannot have a transaction: statement by statement, resumable, never content with an invalid index."""

import signal
import subprocess
import time

from harness import program, server, tap
from harness.team import Team

host = server.Server(["log_statement = all"])

PSQL = server.client("psql")
TABLE = "create schema pnl;\ncreate table pnl.t (id bigint primary key, a int, b int);\ninsert into pnl.t select i, i % 10, i from generate_series(1, 1000) i;\n"
THREE = """-- no-transaction
create index concurrently t_a on pnl.t (a);
create procedure pnl.touch() language plpgsql as $p$ begin perform 1; perform ';'; end; $p$;
create index concurrently t_b on pnl.t (b);
create index concurrently if not exists t_ab on pnl.t (a, b);
"""
STEPS = "select coalesce(string_agg(statement || ' ' || event, ', ' order by seq), '') from daybook.migration_steps"
INVALID = "select coalesce(string_agg(indexrelid::regclass::text, ', '), '') from pg_index where not indisvalid"


def team(name, text=None, roles=False):
    made = Team(host, name, roles)
    made.conf()
    made.write("pnl/migrations/001_t.sql", TABLE)
    made.apply("--quiet").ok()
    if text:
        made.write("pnl/migrations/002_alone.sql", text)
    return made


def sent(mark, database_words):
    return [line for line in host.log()[mark:].splitlines() if "statement:" in line and database_words in line]


def said_until(run, part):
    """What the program has said until it says that; fails where it ends without."""
    said = ""
    while part not in said:
        line = run.stderr.readline().decode()
        tap.check(line, f"it never said {part!r}:\n{said}")
        said += line
    return said


class Blocker:
    """A transaction that a concurrent build has to wait for, or a lock, until it is let go."""

    def __init__(self, made, sql="select 1", level="repeatable read"):
        self.process = subprocess.Popen([PSQL, "-XAtq", "-v", "ON_ERROR_STOP=1", host.url(made.name, application_name="blocker")],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=program.clean_env())
        self.process.stdin.write(f"begin isolation level {level}; {sql}; select 'ready';\n".encode())
        self.process.stdin.flush()
        while self.process.stdout.readline().strip() != b"ready":
            pass

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@tap.test("a marked file is run statement by statement, each recorded, and is applied once")
def _():
    for number, mark in enumerate(("-- no-transaction", "--! no-transaction", "-- by hand\n-- migrate:up transaction:false")):
        made = team(f"marks_{number}", THREE.replace("-- no-transaction", mark))
        tap.equal(made.states()["002_alone.sql"], "pending")
        made.apply().ok()
        tap.equal(made.sql(STEPS), "1 started, 1 done, 2 done, 3 started, 3 done, 4 started, 4 done")
        tap.equal(made.sql("select kind, statements from daybook.migrations where number = 2"), "statements|4")
        tap.contains(made.apply().ok().err, "migrations=0")
        made.verify().ok()


@tap.test("a file of nothing but such statements needs no mark; a mixture without one is refused, and nothing runs")
def _():
    made = team("detect", "create index concurrently t_a on pnl.t (a);\nvacuum (analyze) pnl.t;\nreindex table concurrently pnl.t;\n")
    made.apply().ok()
    tap.equal(made.sql("select kind from daybook.migrations where number = 2"), "statements")
    made.write("pnl/migrations/003_mixed.sql", "alter table pnl.t add column c int;\ncreate index concurrently t_c on pnl.t (c);\n")
    made.write("pnl/migrations/004_fine.sql", "create table pnl.u (id int);\n")
    done = made.apply().exits(5)
    tap.contains(done.err, "pnl/migrations/003_mixed.sql:2:1: ")
    tap.contains(done.err, "-- no-transaction")
    tap.equal(made.sql("select count(*) from pg_attribute where attrelid = 'pnl.t'::regclass and attname = 'c'"), "0")


@tap.test("with two roles what is built belongs to the owner role, and no session setting stays behind")
def _():
    made = team("roles", THREE, roles=True)
    made.apply().ok()
    tap.equal(made.sql("select distinct pg_get_userbyid(relowner) from pg_class where relnamespace = 'pnl'::regnamespace"), "daybook_owner")
    tap.equal(made.sql("select pg_get_userbyid(proowner) from pg_proc where proname = 'touch'"), "daybook_owner")


@tap.test("through a pooler too, and nothing is set for the session there")
def _():
    made = team("pooled", THREE)
    pooler = server.PgBouncer(host)
    mark = len(host.log())
    program.daybook("migrate", "apply", "--url", pooler.url("pooled"), "--modules-dir", made.folder).ok()
    tap.equal(made.sql(INVALID), "")
    tap.equal([line for line in sent(mark, "set ") if "local" not in line and "datestyle" not in line.lower()], [])
    host.sql("alter role trader set lock_timeout = '1s'")
    try:
        made.write("pnl/migrations/003_more.sql", "create index concurrently t_more on pnl.t (a, id);\n")
        pooler = server.PgBouncer(host)
        done = program.daybook("migrate", "apply", "--url", pooler.url("pooled"), "--modules-dir", made.folder).exits(5)
        tap.contains(done.err, "connect to the server directly")
        made.apply().ok()
    finally:
        host.sql("alter role trader reset lock_timeout")


@tap.test("killed after the second statement, the next run does only the rest")
def _():
    made = team("killed", THREE)
    blocker = Blocker(made, "select count(*) from pnl.t")
    blocker.end()
    made.write("pnl/migrations/002_alone.sql", THREE.replace("create index concurrently t_b", "select pg_sleep(30);\ncreate index concurrently t_b"))
    run = subprocess.Popen([program.DAYBOOK, "migrate", "apply", "--url", made.url, "--modules-dir", made.folder],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=program.clean_env())
    tap.wait_until(lambda: made.sql(STEPS) == "1 started, 1 done, 2 done", "two statements are done")
    run.send_signal(signal.SIGKILL)
    run.wait()
    host.sql("select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(30)%' and pid <> pg_backend_pid()")
    # the statement that had not run may be changed; what has run may not
    made.write("pnl/migrations/002_alone.sql", THREE.replace("t_a on", "t_z on"))
    tap.contains(made.apply().exits(16).err, "no longer those of the file")
    made.write("pnl/migrations/002_alone.sql", THREE)
    done = made.status().exits(16)
    tap.contains(done.err, "2 of 4 statements")
    tap.equal(made.states()["002_alone.sql"], "half")
    made.verify().exits(16)
    mark = len(host.log())
    made.apply().ok()
    tap.equal((len(sent(mark, "t_a on")), len(sent(mark, "t_b on")), len(sent(mark, "t_ab on"))), (0, 1, 1), "statements sent")
    made.verify().ok()


@tap.test("killed while an index is being built: the next run waits for it and goes on, without building it twice")
def _():
    made = team("building", THREE)
    blocker = Blocker(made)
    run = subprocess.Popen([program.DAYBOOK, "migrate", "apply", "--url", made.url, "--modules-dir", made.folder],
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=program.clean_env())
    tap.wait_until(lambda: made.sql(INVALID) != "", "the build waits")
    run.send_signal(signal.SIGKILL)
    run.communicate()
    tap.contains(made.status().exits(16).err, "one more was begun")
    mark = len(host.log())
    again = subprocess.Popen([program.DAYBOOK, "migrate", "apply", "--url", made.url, "--modules-dir", made.folder],
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=program.clean_env())
    tap.check(b"another session is at work" in b"".join(iter(lambda: again.stderr.readline(), b""))
              if blocker.end() else True, "")
    text = again.communicate(timeout=60)[1].decode()
    tap.equal(again.returncode, 0, text)
    tap.equal(len(sent(mark, "t_a on")), 0, "builds of the first index")
    tap.equal(made.sql(INVALID), "")
    made.verify().ok()


@tap.test("an invalid index is never taken for what was asked for; --rebuild-invalid builds it anew")
def _():
    made = team("invalid")
    blocker = Blocker(made)
    host.sql("set lock_timeout = '300ms'; create index concurrently t_a on pnl.t (a)", made.name, "trader", check=False)
    blocker.end()
    tap.equal(made.sql(INVALID), "pnl.t_a", "the server leaves it behind")
    made.write("pnl/migrations/002_alone.sql", "create index concurrently if not exists t_a on pnl.t (a);\n")
    done = made.apply().exits(5)
    tap.contains(done.err, "pnl.t_a")
    tap.contains(done.err, "is invalid")
    tap.equal(made.states()["002_alone.sql"], "pending")
    made.write("pnl/migrations/002_alone.sql", 'create unique index concurrently "t_a" on only pnl.t (a, id);\n')
    made.apply().exits(5)
    made.apply("--rebuild-invalid").ok()
    tap.equal(made.sql(INVALID), "")
    tap.equal(made.sql("select indisunique from pg_index where indexrelid = 'pnl.t_a'::regclass"), "t")


@tap.test("a build that fails leaves nothing that has to be cleaned up by hand")
def _():
    made = team("fails", "create unique index concurrently t_a on pnl.t (a);\n")
    done = made.apply().exits(5)
    tap.contains(done.err, "23505")
    tap.equal(made.sql(INVALID), "pnl.t_a")
    tap.equal(made.sql(STEPS), "1 started, 1 failed")
    made.write("pnl/migrations/002_alone.sql", "create unique index concurrently t_a on pnl.t (a, id);\n")
    made.apply().ok()
    tap.equal(made.sql(INVALID), "")


@tap.test("a blocked build names who is in the way, is not hurried, and is given up after --concurrent-wait")
def _():
    made = team("blocked", "create index concurrently t_a on pnl.t (a);\n")
    blocker = Blocker(made)
    done = made.apply("--concurrent-wait", "1s").exits(4)
    tap.contains(done.err, "(blocker)")
    tap.contains(done.err, "--concurrent-wait")
    # Also by who could not look for a moment.
    run = program.start(["migrate", "apply", "--url", made.url, "--modules-dir", made.folder, "--concurrent-wait", "3s"])
    blind = "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'daybook migrate watch'"
    tap.wait_until(lambda: made.sql(blind) != "0" or run.poll() is not None, "its second connection is ended")
    _, said = run.communicate(timeout=60)
    tap.equal(run.returncode, 4, said)
    run = subprocess.Popen([program.DAYBOOK, "migrate", "apply", "--url", made.url, "--modules-dir", made.folder],
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=program.clean_env())
    text = said_until(run, "waiting for other transactions")
    time.sleep(3)  # longer than the lock timeout of a transaction
    tap.equal(run.poll(), None, "it gave up")
    blocker.end()
    text += run.communicate(timeout=60)[1].decode()
    tap.equal(run.returncode, 0, text)
    tap.contains(text, "waiting for other transactions")
    tap.contains(text, "(blocker)")
    tap.equal(made.sql(INVALID), "")
    tap.check(int(made.sql("select lock_wait_ms from daybook.migrations where number = 2")) > 0, "the wait is in the ledger")


@tap.test("a statement whose end nobody knows is asked about")
def _():
    made = team("unknown", "-- no-transaction\ndo $$ begin insert into pnl.t values (5000, 0, 0); commit; perform pg_sleep(20); end $$;\nselect 1;\n")
    run = subprocess.Popen([program.DAYBOOK, "migrate", "apply", "--url", made.url, "--modules-dir", made.folder],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=program.clean_env())
    tap.wait_until(lambda: made.sql("select count(*) from pnl.t where id = 5000") == "1", "it has committed")
    run.send_signal(signal.SIGKILL)
    run.wait()
    tap.contains(made.apply().exits(16).err, "002_alone.sql:2:1: statement 1 was begun")
    tap.contains(made.apply().exits(16).err, "--half-statement")
    made.apply("--half-statement", "done").ok()
    made.apply().ok()
    made.verify().ok()


@tap.test("what a file without a transaction may not hold")
def _():
    for text, part in (("begin;\nvacuum;\ncommit;\nselect 1;\n", "end the transaction"), ("set lock_timeout = 0;\nvacuum;\n", "outlive"),
                       ("select 1 \\gset\n", "psql"), ("copy pnl.t from stdin;\n1\t2\t3\n\\.\n", "psql")):
        made = team(f"refused_{abs(hash(text))}", "-- no-transaction\n" + text)
        tap.contains(made.apply().exits(5).err, part)


@tap.test("a file that brings its own BEGIN and COMMIT, as psql needs them, is applied in the runner's transaction")
def _():
    made = team("begins", "begin;\ncreate table pnl.u (id int);\ninsert into pnl.u values (1);\ncommit;\n")
    made.apply().ok()
    tap.equal(made.sql("select kind, statements from daybook.migrations where number = 2"), "transaction|2")


@tap.test("only locks and deadlocks are tried again: a syntax error once, a locked table five times, with writers let through")
def _():
    made = team("retry", "alter table pnl.t add column c int;\nselect nonsense;\n")
    mark = len(host.log())
    made.apply().exits(6)
    tap.equal(len(sent(mark, "select nonsense")), 1)
    made.write("pnl/migrations/002_alone.sql", "alter table pnl.t add column c int;\n")
    blocker = Blocker(made, "lock table pnl.t in row exclusive mode", "read committed")
    run = subprocess.Popen([program.DAYBOOK, "migrate", "apply", "--url", made.url, "--modules-dir", made.folder],
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=program.clean_env())
    # Were the runner to wait for as long as it takes, every writer behind it would wait for the blocker's end, which never comes here.
    tap.wait_until(lambda: made.sql("select count(*) from pg_locks where relation = 'pnl.t'::regclass and not granted") != "0", "the runner waits",
                   pause_s=0.01)
    made.sql("set lock_timeout = '20s'; update pnl.t set b = 0 where id = 1")
    text = said_until(run, "sqlstate=55P03")
    blocker.end()
    text += run.communicate(timeout=60)[1].decode()
    tap.equal(run.returncode, 0, text)


tap.main()
