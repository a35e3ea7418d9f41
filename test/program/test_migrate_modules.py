"""A team's own modules: what is checked, what each fault of history is, how functions change, what errors say."""

import os
import shutil
import subprocess
import threading
import time

from harness import program, server, session, tap
from harness.team import Team

host = server.Server(["log_statement = all"])

TABLE = "create schema pnl;\ncreate table pnl.t (id bigint primary key, note text);\n"
FUNCTION = """create or replace function pnl.fn_count(p_min bigint) returns {returns}
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (select count(*) from pnl.t where id >= p_min);
end $$;
comment on function pnl.fn_count is 'Counts.';
"""


def team(database, roles=False):
    made = Team(host, database, roles)
    made.conf()
    made.write("pnl/migrations/001_t.sql", TABLE)
    made.write("pnl/functions/fn_count.sql", FUNCTION.format(returns="bigint"))
    made.write("pnl/views/v_t.sql", "create or replace view pnl.v_t as select id, pnl.fn_count(id) as n from pnl.t;\n")
    made.write("pnl/grants.conf", "[api]\npnl.t = select, insert, update(note)\n")
    return made


@tap.test("a team's module is installed beside the built-in ones")
def _():
    pnl = team("team_plain")
    pnl.apply().ok()
    tap.equal(pnl.sql("select pnl.fn_count(0)", "trader"), "0")
    tap.equal(set(pnl.states().values()), {"applied"})
    tap.contains(pnl.apply().ok().err, "grants=0")


# ---- the seven faults ----

FAULTS = [
    (10, "edited", "was edited after it was applied", lambda t: t.write("pnl/migrations/001_t.sql", TABLE + "-- more\n")),
    (10, "renamed", "was applied under the name", lambda t: t.rename("pnl/migrations/001_t.sql", "pnl/migrations/001_u.sql")),
    (11, "deleted", "is no longer there", lambda t: t.remove("pnl/migrations/001_t.sql")),
    (11, "module gone", "is not here", lambda t: shutil.rmtree(os.path.join(t.folder, "pnl"))),
    (12, "out of order", "comes before", lambda t: t.write("pnl/migrations/2_late.sql", "select 1;")),
    (13, "duplicate", "has a number that another", lambda t: t.write("pnl/migrations/03_again.sql", "select 1;")),
    (14, "malformed", "is not a name for a migration", lambda t: t.write("pnl/migrations/4-fast.sql", "select 1;")),
    (15, "ahead", "newer than the files", lambda t: t.remove("pnl/migrations/003_second.sql")),
]


def statements(mark):
    """What the server was asked since the mark, but for reading the ledger."""
    text = host.log()[mark:]
    return [line for line in text.splitlines() if "statement:" in line and "001_" not in line
            and any(word in line.lower() for word in ("create ", "insert ", "alter ", "grant ", "drop "))]


def fault_test(number, status, what, text, change):
    def run():
        pnl = team(f"fault_{number}")
        pnl.write("pnl/migrations/003_second.sql", "alter table pnl.t add column more text;\n")
        pnl.apply().ok()
        if what == "module gone":
            other = Team(host, f"fault_{number}_other")
            other.conf("other", schemas="other")
            other.write("other/migrations/001_t.sql", "create schema other;\n")
            shutil.copytree(os.path.join(other.folder, "other"), os.path.join(pnl.folder, "other"))
        change(pnl)
        mark = len(host.log())
        done = program.daybook("migrate", "apply", "--url", pnl.url, "--modules-dir", pnl.folder).exits(status)
        tap.contains(done.err, text)
        tap.equal(statements(mark), [], "statements sent")
        tap.contains(pnl.status().exits(status).err, text)

    tap.test(f"history: {what} is exit {status}, and nothing was run")(run)


for position, fault in enumerate(FAULTS):
    fault_test(position, *fault)


@tap.test("line ends of a checkout are no edit")
def _():
    pnl = team("crlf")
    pnl.apply().ok()
    pnl.write("pnl/migrations/001_t.sql", TABLE.replace("\n", "\r\n"))
    tap.contains(pnl.apply().ok().err, "migrations=0")


# ---- functions and views ----


def function_tests(roles):
    mode = "two roles" if roles else "one role"
    suffix = "_two" if roles else "_one"

    @tap.test(f"a changed function is applied again, also when its result, its parameters or its kind change ({mode})")
    def _():
        pnl = team("change" + suffix, roles)
        pnl.apply().ok()
        pnl.write("pnl/functions/fn_count.sql", FUNCTION.format(returns="bigint").replace("Counts.", "Counts rows."))
        tap.equal(pnl.states()["fn_count.sql"], "changed")
        tap.contains(pnl.apply().ok().err, "functions_and_views=1 dropped=0")
        # a view stands upon it, so that it has to go and come back with the function
        pnl.write("pnl/functions/fn_count.sql", FUNCTION.format(returns="numeric"))
        pnl.apply().ok()
        tap.equal(pnl.sql("select pg_typeof(n) from (select 1) x left join pnl.v_t on true"), "numeric")
        pnl.write("pnl/functions/fn_count.sql",
                  FUNCTION.format(returns="numeric").replace("p_min bigint", "p_min bigint, p_max bigint default null"))
        pnl.apply().ok()
        tap.equal(pnl.sql("select count(*), min(pronargs) from pg_proc where proname = 'fn_count'"), "1|2")
        pnl.remove("pnl/views/v_t.sql")
        pnl.write("pnl/functions/fn_count.sql",
                  "create or replace procedure pnl.fn_count(p bigint) language plpgsql as $$ begin null; end $$;\n")
        pnl.apply().ok()
        tap.equal(pnl.sql("select prokind from pg_proc where proname = 'fn_count'"), "p")
        tap.equal(pnl.sql("select count(*) from pg_views where schemaname = 'pnl'"), "0")
        tap.contains(pnl.apply().ok().err, "functions_and_views=0 dropped=0 grants=0")

    @tap.test(f"a view with other columns is made anew ({mode})")
    def _():
        pnl = team("view" + suffix, roles)
        pnl.apply().ok()
        pnl.write("pnl/views/v_t.sql", "create or replace view pnl.v_t as select note, id from pnl.t;\n")
        pnl.apply().ok()
        tap.equal(pnl.sql("select string_agg(attname, ',' order by attnum) from pg_attribute where attrelid = 'pnl.v_t'::regclass"),
                  "note,id")

    @tap.test(f"a function whose file is gone is leftover, then dropped; nobody else's ever is ({mode})")
    def _():
        pnl = team("gone" + suffix, roles)
        pnl.write("pnl/functions/fn_old.sql",
                  "create or replace function pnl.fn_old() returns int language sql as $$ select 1 $$;\n")
        pnl.apply().ok()
        pnl.sql("create function pnl.by_hand() returns int language sql as $$ select 1 $$")
        pnl.remove("pnl/functions/fn_old.sql")
        pnl.status().exits(1)
        tap.equal(pnl.states()["fn_old.sql"], "leftover")
        tap.contains(pnl.apply().ok().err, "dropped=1")
        tap.equal(pnl.sql("select string_agg(proname, ',' order by proname) from pg_proc where pronamespace = 'pnl'::regnamespace"),
                  "by_hand,fn_count")

    @tap.test(f"what stands upon a function from outside is not dropped with it ({mode})")
    def _():
        pnl = team("upon" + suffix, roles)
        pnl.apply().ok()
        pnl.sql("create view public.theirs as select pnl.fn_count(1)")
        pnl.write("pnl/functions/fn_count.sql", FUNCTION.format(returns="numeric"))
        done = pnl.apply().exits(6)
        tap.contains(done.err, "theirs")
        tap.contains(done.err, "change that first")
        tap.equal(pnl.sql("select pg_typeof(pnl.fn_count(1))"), "bigint")

    @tap.test(f"a migration applies the module's functions again ({mode})")
    def _():
        pnl = team("again" + suffix, roles)
        pnl.apply().ok()
        pnl.write("pnl/migrations/002_more.sql", "alter table pnl.t add column more text;\n")
        tap.contains(pnl.apply().ok().err, "migrations=1 functions_and_views=2")


for with_roles in (False, True):
    function_tests(with_roles)


@tap.test("a function listed as run_as_owner belongs to the owner, and moves when the list changes")
def _():
    pnl = team("moves", True)
    owner = "select pg_get_userbyid(proowner) from pg_proc where proname = 'fn_count'"
    pnl.apply().ok()
    tap.equal(pnl.sql(owner), "daybook_api")
    pnl.conf(more="[functions]\nrun_as_owner = fn_count\n")
    pnl.apply().ok()
    tap.equal(pnl.sql(owner), "daybook_owner")
    pnl.conf()
    pnl.apply().ok()
    tap.equal(pnl.sql(owner), "daybook_api")


@tap.test("calls after installing run as the owner role, at every run")
def _():
    pnl = team("after", True)
    pnl.conf(more="[functions]\nrun_as_owner = fn_note\n[install]\nafter = pnl.fn_note()\n")
    pnl.write("pnl/functions/fn_note.sql", """create or replace function pnl.fn_note() returns void language plpgsql
        as $$ begin insert into pnl.t select coalesce(max(id), 0) + 1, current_user from pnl.t; end $$;""")
    pnl.apply().ok()
    pnl.apply().ok()
    tap.equal(pnl.sql("select string_agg(note, ',') from pnl.t"), "daybook_owner,daybook_owner")


# ---- errors ----


@tap.test("an error in a file names module, file, line and column, and shows the line; nothing of the file stays")
def _():
    pnl = team("errors")
    pnl.write("pnl/migrations/002_bad.sql", "create table pnl.u (id int);\n\n-- it is äöü\nselect 'äöü', nothere from pnl.u;\n")
    done = pnl.apply().exits(6)
    tap.contains(done.err, "pnl/migrations/002_bad.sql:4:15: ")
    tap.contains(done.err, "select 'äöü', nothere from pnl.u;")
    tap.contains(done.err, "42703")
    tap.equal(pnl.sql("select to_regclass('pnl.u') is null"), "t")
    tap.equal(pnl.states(), {"001_t.sql": "applied", "002_bad.sql": "pending", "fn_count.sql": "pending", "v_t.sql": "pending"})
    pnl.write("pnl/migrations/002_bad.sql", "create table pnl.u (id int);\n")
    pnl.apply().ok()


@tap.test("an error at run time names the statement's line")
def _():
    pnl = team("runtime")
    pnl.write("pnl/migrations/002_bad.sql", "select 1;\n\n  insert into pnl.t values (1), (1);\n")
    tap.contains(pnl.apply().exits(5).err, "pnl/migrations/002_bad.sql:3:3: ")


@tap.test("a body that does not parse is found when it is installed, not when it is first called")
def _():
    pnl = team("body")
    pnl.write("pnl/functions/fn_bad.sql", "create or replace function pnl.fn_bad() returns int language plpgsql as $$ begin retrun 1; end $$;")
    done = pnl.apply().exits(6)
    tap.contains(done.err, "pnl/functions/fn_bad.sql")
    tap.equal(pnl.sql("select count(*) from pg_proc where proname like 'fn\\_%' and pronamespace = 'pnl'::regnamespace"), "0")


@tap.test("a file that makes two functions, or none, is refused")
def _():
    pnl = team("two_in_one")
    one = "create or replace function pnl.fn_{0}() returns int language sql as $$ select 1 $$;\n"
    pnl.write("pnl/functions/fn_a.sql", one.format("a") + one.format("b"))
    tap.contains(pnl.apply().exits(5).err, "pnl/functions/fn_a.sql makes 2 functions")
    pnl.write("pnl/functions/fn_a.sql", "-- to be written\n")
    tap.contains(pnl.apply().exits(5).err, "pnl/functions/fn_a.sql makes 0 functions")


NOT_TWICE = ["create table pnl.u (id int);", "create table if not exists pnl.u (id int);", "create function pnl.g() returns int language sql as $$ select 1 $$;",
             "create view pnl.w as select 1 as one;", "insert into pnl.t values (1);", "create unique index on pnl.t (note);",
             "drop view pnl.w;", "alter table pnl.t add column x int;", "create materialized view pnl.m as select 1 as one;",
             "create type pnl.e as enum ('a');", "do $$ begin null; end $$;", "select 1;"]


@tap.test("what could not be applied a second time, or belongs into a migration, is refused in files of functions and views; nothing runs")
def _():
    pnl = team("not_twice")
    for folder, text in (("functions", FUNCTION.format(returns="bigint")), ("views", "create or replace view pnl.v_t as select 1 as one;\n")):
        name = f"pnl/{folder}/" + {"functions": "fn_count.sql", "views": "v_t.sql"}[folder]
        for statement in NOT_TWICE:
            pnl.write(name, text + statement + "\n")
            mark = len(host.log())
            done = pnl.apply().exits(5)
            tap.contains(done.err, f"{name}:{text.count(chr(10)) + 1}:1: ", statement)
            tap.equal(pnl.run("plan", "--modules", "pnl").exits(5).err.splitlines()[0], done.err.splitlines()[0])
            tap.equal(statements(mark), [], statement)
        pnl.write(name, text)
    pnl.write("pnl/views/m_t.sql", "create materialized view if not exists pnl.m_t as select 1 as one;\n")
    pnl.apply().ok()


@tap.test("every function and view of Daybook applied twice leaves the catalog's fingerprint as it was, with the rights they had")
def _():
    for name, roles in (("twice_one", False), ("twice_two", True)):
        url = host.installed(name, "trading,market", roles=roles)
        plan = lambda: program.daybook("migrate", "plan", "--url", url, "--format", "json").ok().json()
        before = plan()["fingerprint"][0]
        count = host.sql("update daybook.routines set sha256 = repeat('0', 64); select count(*) from daybook.routines", name)
        tap.equal({step["action"] for step in plan()["steps"]}, {"replace"})
        tap.contains(program.daybook("migrate", "apply", "--url", url).ok().err, f"functions_and_views={count} dropped=0 grants=0")
        after = plan()
        tap.equal((after["steps"], after["fingerprint"][0]["catalog"]), ([], before["catalog"]), name)
        program.daybook("migrate", "apply", "--url", url).ok()


@tap.test("a view that lost its rights by being made anew is found, whoever made it, and has them back after the runner did")
def _():
    pnl = team("anew", True)
    pnl.write("pnl/grants.conf", "[api]\npnl.t = select, insert, update(note)\n[lab_reader]\npnl.v_t = select\n")
    pnl.apply().ok()
    check = lambda: [(row["object"], row["role"], row["privilege"], row["problem"]) for row in
                     program.daybook("grants", "check", "--url", pnl.url, "--modules-dir", pnl.folder, "--format", "json").json()]
    tap.equal(check(), [])
    pnl.sql("set role daybook_api; drop view pnl.v_t; set role daybook_owner; grant create on schema pnl to daybook_api; "
            "set role daybook_api; create or replace view pnl.v_t as select id, pnl.fn_count(id) as n from pnl.t; "
            "set role daybook_owner; revoke create on schema pnl from daybook_api", "postgres")
    tap.equal(check(), [("pnl.v_t", "daybook_lab_reader", "SELECT", "missing")])
    tap.contains(pnl.apply().ok().err, "grants=1")
    tap.equal(check(), [])
    pnl.write("pnl/views/v_t.sql", "create or replace view pnl.v_t as select note, id from pnl.t;\n")
    pnl.apply().ok()
    tap.equal(check(), [])


@tap.test("a file cannot end the transaction or change the role")
def _():
    pnl = team("control")
    pnl.write("pnl/migrations/002_bad.sql", "create table pnl.u (id int);\n  commit;\n")
    tap.contains(pnl.apply().exits(5).err, "pnl/migrations/002_bad.sql:2:3: ")
    tap.equal(pnl.sql("select to_regclass('pnl.u') is null"), "t")


@tap.test("grants.conf that names what is not there is refused with its line")
def _():
    pnl = team("bad_grants", True)
    pnl.write("pnl/grants.conf", "[api]\npnl.t = select\npnl.u = select\n")
    tap.contains(pnl.apply().exits(5).err, "pnl/grants.conf:3: pnl.u: there is no such relation")
    pnl.write("pnl/grants.conf", "[api]\npnl.t = update(nope)\n")
    tap.contains(pnl.apply().exits(5).err, "pnl/grants.conf:2: pnl.t (nope): there is no such column")
    pnl.write("pnl/grants.conf", "[api]\npnl.t = select\n")
    pnl.apply().ok()


@tap.test("privileges no longer listed are taken away")
def _():
    pnl = team("fewer", True)
    pnl.apply().ok()
    tap.equal(pnl.sql("select has_column_privilege('daybook_api', 'pnl.t', 'note', 'update')"), "t")
    pnl.write("pnl/grants.conf", "[api]\npnl.t = select\n")
    tap.contains(pnl.apply().ok().err, "grants=1")
    tap.equal(pnl.sql("select has_any_column_privilege('daybook_api', 'pnl.t', 'insert, update')"), "f")


@tap.test("circles, strangers and misspelt keys are said with what is known")
def _():
    pnl = team("conf")
    pnl.conf(requires="other")
    pnl.conf("other", "pnl", "other")
    tap.contains(pnl.apply().exits(5).err, "other -> pnl -> other")
    pnl.conf(requires="tradign")
    tap.contains(pnl.apply().exits(5).err, "known modules: bus, core")
    pnl.conf(more="[functions]\nrun_as_onwer = x\n")
    tap.contains(pnl.apply().exits(5).err, "pnl/module.conf:7: ")


class Writers:
    """Sessions that insert into pnl.t without a pause, and how long the slowest insert took."""

    def __init__(self, url, count):
        self.url, self.stopped, self.longest, self.written = url, False, 0.0, 0
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._write, args=(first * 1000000,)) for first in range(1, count + 1)]
        for thread in self.threads:
            thread.start()

    def _write(self, number):
        writer = session.Session(self.url)
        while not self.stopped:
            number += 1
            began = time.monotonic()
            writer.run(f"insert into pnl.t values ({number})")
            with self.lock:
                self.longest, self.written = max(self.longest, time.monotonic() - began), self.written + 1
        writer.close()

    def end(self):
        self.stopped = True
        for thread in self.threads:
            thread.join()


@tap.test("a table that is locked is waited for in short turns: writers wait no longer than one of them, and in the end it succeeds")
def _():
    pnl = team("locked")
    pnl.apply().ok()
    pnl.write("pnl/migrations/002_more.sql", "alter table pnl.t add column more text;\n")
    holder = session.Session(host.url("locked"))
    holder.run("begin")
    holder.run("lock table pnl.t in row exclusive mode")
    writers = Writers(host.url("locked", "trader"), 3)
    applying = program.start(["migrate", "apply", "--url", pnl.url, "--modules-dir", pnl.folder, "--modules", "pnl"])
    # The table stays locked until a turn has ended in vain, however long the machine takes to come to it.
    said = ""
    for line in applying.stderr:
        said += line
        if "sqlstate=55P03" in line:
            break
    holder.run("commit")
    said += applying.communicate()[1]
    writers.end()
    holder.close()
    tap.equal(applying.returncode, 0, said)
    tap.contains(said, "sqlstate=55P03")
    tap.contains(said, "migrations=1")
    tap.equal(pnl.sql("select count(*) from pnl.t"), str(writers.written), "what was written")
    print(f"# {writers.written} writes, the slowest {writers.longest:.2f} s; the migration's turns are 2 s")


tap.main()
