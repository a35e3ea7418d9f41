"""`migrate plan`, `apply --plan`, `migrate new`, and history faults on a long history."""

import json
import os
import re
import subprocess
import time

from harness import program, server, tap
from harness.team import Team

host = server.Server(["log_statement = all", "log_min_duration_statement = -1"])

TABLE = "create schema pnl;\ncreate table pnl.t (id bigint primary key);\n"


def team(name, files=2):
    made = Team(host, name)
    made.conf()
    made.write("pnl/migrations/001_t.sql", TABLE)
    for number in range(2, files + 1):
        made.write(f"pnl/migrations/{number:03}_t{number}.sql", f"create table pnl.t{number} (id bigint primary key);\n")
    return made


def plan(made, *arguments):
    return made.run("plan", "--modules", "pnl", "--format", "json", *arguments)


WRITTEN = """select coalesce(md5(string_agg(x, '' order by x)), '') from (
    select 'c' || oid || xmin || relname from pg_class where relnamespace >= 16384 or relnamespace = 'public'::regnamespace
    union all select 'n' || oid || xmin from pg_namespace where oid >= 16384) as t (x)"""


@tap.test("the plan is what apply would do, in its order; --sql prints what psql could run")
def _():
    made = team("order")
    made.write("pnl/functions/fn_one.sql", "create or replace function pnl.fn_one() returns int language sql as $$ select 1 $$;\n")
    made.write("pnl/migrations/003_alone.sql", "create index concurrently t_id on pnl.t (id);\n")
    found = plan(made).ok().json()
    tap.equal([(s["name"], s["action"], s["mode"], s["statements"]) for s in found["steps"]],
              [("001_t.sql", "apply", "one transaction", 2), ("002_t2.sql", "apply", "one transaction", 1),
               ("003_alone.sql", "apply", "statement by statement", 1), ("fn_one.sql", "apply", None, None)])
    tap.equal(found["fingerprint"][0]["ledger"], "none")
    sql = made.run("plan", "--modules", "pnl", "--sql").ok().out
    host.sql("create database by_hand owner trader")
    host.sql(sql, "by_hand", "trader")
    tap.equal(host.sql("select pnl.fn_one()", "by_hand"), "1")
    made.apply().ok()
    tap.equal(plan(made).ok().json()["steps"], [])
    made.remove("pnl/functions/fn_one.sql")
    tap.equal([(s["name"], s["action"]) for s in plan(made).ok().json()["steps"]], [("fn_one.sql", "drop")])


@tap.test("plan, status and verify write nothing: read-only sessions, a role that may create nothing, and the same catalog after")
def _():
    made = team("reader")
    made.apply().ok()
    made.write("pnl/migrations/003_more.sql", "create table pnl.u (id int);\n")
    host.sql("""create role reader login noinherit; grant trader to reader;
                grant usage on schema daybook to reader; grant select on all tables in schema daybook to reader;
                alter role reader set default_transaction_read_only = on""", made.name)
    before = made.sql(WRITTEN)
    mark = len(host.log())
    url = host.url(made.name, "reader")
    for verb, status in (("plan", 0), ("status", 1), ("verify", 0)):
        program.daybook("migrate", verb, "--url", url, "--modules-dir", made.folder).exits(status)
    tap.equal(made.sql(WRITTEN), before)
    words = re.compile(r"\b(insert|update|delete|create|alter|drop|grant|revoke|truncate)\s", re.IGNORECASE)
    sent = [line for line in host.log()[mark:].splitlines() if ("statement:" in line or "execute" in line) and words.search(line)]
    tap.equal(sent, [])


@tap.test("apply --plan does what was planned, and refuses when database or files have moved")
def _():
    made = team("pinned")
    path = os.path.join(made.folder, "release.plan")
    plan(made, "--out", path).ok()
    with open(path, encoding="utf-8") as text:
        tap.equal([s["name"] for s in json.load(text)["steps"]], ["001_t.sql", "002_t2.sql"])
    made.apply("--plan", path).ok()
    tap.contains(made.apply("--plan", path).exits(5).err, "migrations were applied")
    made.write("pnl/migrations/003_more.sql", "create table pnl.u (id int);\n")
    plan(made, "--out", path).ok()
    made.sql("alter table pnl.t2 alter column id type int")
    mark = len(host.log())
    tap.contains(made.apply("--plan", path).exits(5).err, "was changed")
    tap.check("create table pnl.u" not in host.log()[mark:], "it ran something")
    for change in ("create index on pnl.t2 (id)", "alter table pnl.t2 alter column id drop default, add column x text",
                   "grant select on pnl.t2 to public", "create function pnl.f() returns int language sql as $$ select 1 $$",
                   "create or replace function pnl.f() returns int language sql as $$ select 2 $$",
                   "create view pnl.v as select 1 as one", "alter table pnl.t2 enable row level security",
                   "create domain pnl.d as int check (value > 0)"):
        plan(made, "--out", path).ok()
        made.sql(change)
        tap.contains(made.apply("--plan", path).exits(5).err, "was changed", change)
    plan(made, "--out", path).ok()
    made.write("pnl/migrations/003_more.sql", "create table pnl.u (id bigint);\n")
    tap.contains(made.apply("--plan", path).exits(5).err, "files")
    plan(made, "--out", path).ok()
    made.sql("insert into pnl.t values (1); analyze pnl.t; vacuum full pnl.t")  # data and statistics are no change
    made.apply("--plan", path).ok()
    made.write("x.plan", "{}")
    tap.contains(made.apply("--plan", os.path.join(made.folder, "x.plan")).exits(5).err, "not a plan")


@tap.test("new makes the next number, and ten at once get ten numbers")
def _():
    made = team("fresh", files=9)
    new = lambda *words: program.daybook("migrate", "new", "--modules-dir", made.folder, *words)
    tap.equal(new("pnl", "Add funding-rates").ok().out.strip(), f"{made.folder}/pnl/migrations/010_add_funding_rates.sql")
    new("pnl", "naïve").exits(5)
    new("core", "x").exits(5)
    new("nothing", "x").exits(5)
    new("pnl").exits(2)
    runs = [subprocess.Popen([program.DAYBOOK, "migrate", "new", "--modules-dir", made.folder, "pnl", f"at once {i}"],
                             stdout=subprocess.PIPE, env=program.clean_env()) for i in range(10)]
    paths = [run.communicate()[0].decode().strip() for run in runs]
    tap.equal([run.returncode for run in runs], [0] * 10)
    numbers = sorted(int(os.path.basename(path)[:3]) for path in paths)
    tap.equal(len(set(numbers)), 10, f"numbers {numbers}")
    made.apply().ok()


MUTATIONS = [
    (10, "edited", lambda t: t.write("pnl/migrations/150_t150.sql", "create table pnl.other (id int);\n")),
    (11, "deleted", lambda t: t.remove("pnl/migrations/150_t150.sql")),
    (12, "out of order", lambda t: t.write("pnl/migrations/000_early.sql", "select 1;\n")),
    (13, "duplicate", lambda t: t.write("pnl/migrations/0150_again.sql", "select 1;\n")),
    (14, "malformed", lambda t: t.write("pnl/migrations/301-x.sql", "select 1;\n")),
    (15, "ahead", lambda t: t.remove("pnl/migrations/300_t300.sql")),
    (16, "half", lambda t: (t.write("pnl/migrations/301_half.sql", "-- no-transaction\nselect 2;\n"),
                            t.sql(f"""insert into daybook.migration_steps values (1, 'pnl', 301, 1, 'done', repeat('a', 64), now(), 'x', null,
                                      repeat('0', 64), repeat('b', 64))"""))),
]


@tap.test("each of seven mutations of a history of 300 has its exit, runs nothing, and is found fast")
def _():
    made = team("long", files=300)
    made.apply("--quiet").ok()
    began = time.monotonic()
    made.run("status", "--format", "csv").ok()
    print(f"# status of 300 applied migrations: {1000 * (time.monotonic() - began):.0f} ms")
    saved = {name: open(os.path.join(made.folder, "pnl/migrations", name), encoding="utf-8").read()
             for name in os.listdir(os.path.join(made.folder, "pnl/migrations"))}
    for status, what, change in MUTATIONS:
        change(made)
        mark = len(host.log())
        began = time.monotonic()
        made.apply().exits(status)
        print(f"# {what}: {1000 * (time.monotonic() - began):.0f} ms")
        sent = [line for line in re.findall(r"(?:statement|execute [^:]*): (.*)", host.log()[mark:])
                if not re.match(r"(select|with|--|set |begin|rollback|commit|start transaction)", line.strip(), re.IGNORECASE) or re.match(r"select \d", line)]
        tap.equal(sent, [], what)
        for name in os.listdir(os.path.join(made.folder, "pnl/migrations")):
            made.remove(f"pnl/migrations/{name}")
        for name, text in saved.items():
            made.write(f"pnl/migrations/{name}", text)


tap.main()
