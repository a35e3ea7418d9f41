"""The locks that `migrate plan` expects are those that PostgreSQL then takes; what cannot be told is unknown, never nothing."""

import json
import os

from harness import program, server, session, tap
from harness.team import Team

host = server.Server(["autovacuum = off"])

BASE = """create schema pnl;
create domain pnl.amount as numeric check (value >= 0);
create table pnl.kinds (kind_id bigint primary key, name text);
create table pnl.goods (goods_id bigint primary key, kind_id bigint constraint goods_kind references pnl.kinds on delete restrict,
                        qty numeric, price pnl.amount, name text, note text, constraint note_there check (note is not null));
create table pnl.loose (loose_id bigint not null, kind_id bigint, name text);
create table pnl.parts (part_id bigint, at date, kind_id bigint references pnl.kinds on delete restrict) partition by range (at);
create table pnl.parts_2026 partition of pnl.parts for values from ('2026-01-01') to ('2027-01-01');
create table pnl.parts_rest partition of pnl.parts default;
create table pnl.apart (part_id bigint, at date, kind_id bigint);
create table pnl.heir (more text) inherits (pnl.loose);
create index goods_name on pnl.goods (name);
create index parts_at on pnl.parts (at);
create unique index loose_unique on pnl.loose (loose_id);
create sequence pnl.numbers;
create table pnl.seen (seen_id bigint, qty numeric);
create view pnl.cheap as select seen_id, qty from pnl.seen;
create materialized view pnl.totals as select seen_id, sum(qty) as qty from pnl.seen group by 1;
create unique index totals_seen on pnl.totals (seen_id);
create table pnl.watched (id bigint);
create table pnl."Odd Name" (id bigint);
create function pnl.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create function pnl.one() returns int language sql as $$ select 1 $$;
create trigger touch before insert on pnl.watched for each row execute function pnl.touch();
create policy own on pnl.loose using (true);
insert into pnl.kinds values (1, 'a');
insert into pnl.goods values (1, 1, 1, 1, 'a', 'b');
insert into pnl.loose values (1, 1, 'a');
insert into pnl.heir values (2, 1, 'b', 'c');
insert into pnl.parts values (1, '2026-05-05', 1), (2, '2020-01-01', 1);
insert into pnl.apart values (1, '2028-01-01', 1);
refresh materialized view pnl.totals;
"""

# In this order in one plan, but each of them measured by itself.
STATEMENTS = """
alter table pnl.goods add column a1 text
alter table pnl.goods add column a2 timestamptz default now()
alter table pnl.goods add column a3 timestamptz default clock_timestamp()
alter table pnl.goods add column a4 bigserial
alter table pnl.goods add column a5 bigint generated always as identity
alter table pnl.goods add column a6 numeric generated always as (qty * 2) stored
alter table pnl.goods add column a7 pnl.amount
alter table pnl.goods add column a8 int not null default 7
alter table pnl.goods add column a9 bigint references pnl.kinds on delete restrict
alter table pnl.goods add column b1 int check (b1 > 0)
alter table pnl.goods add column b2 int unique
alter table pnl.goods add column b3 int default pnl.one()
alter table pnl.goods alter column qty type numeric(20, 8)
alter table pnl.goods alter column kind_id type int
alter table pnl.kinds alter column kind_id type numeric
alter table pnl.goods alter column name type varchar(100)
alter table pnl.goods alter column name set default 'x', alter column name set statistics 500
alter table pnl.goods alter column name set not null
alter table pnl.goods alter column note set not null
alter table pnl.goods alter column goods_id drop default
alter table pnl.goods alter column name set storage external
alter table pnl.goods alter column name set statistics 100
alter table pnl.goods alter column name set (n_distinct = 5)
alter table pnl.goods drop column kind_id
alter table pnl.goods drop column qty cascade
alter table pnl.goods drop constraint goods_kind
alter table pnl.goods drop constraint note_there
alter table pnl.goods add constraint c1 check (qty > 0)
alter table pnl.goods add constraint c2 check (qty > 0) not valid
alter table pnl.goods add constraint c3 foreign key (kind_id) references pnl.kinds on delete restrict
alter table pnl.goods add constraint c4 foreign key (kind_id) references pnl.kinds on delete restrict not valid
alter table pnl.goods add constraint c5 unique (name)
alter table pnl.loose add constraint c6 primary key using index loose_unique
alter table pnl.goods add constraint c7 exclude (name with =)
alter table pnl.goods validate constraint note_there
alter table pnl.goods set (fillfactor = 90)
alter table pnl.goods set (autovacuum_enabled = off, user_catalog_table = on)
alter table pnl.goods reset (fillfactor)
alter table pnl.goods set unlogged
alter table pnl.goods set schema public
alter table pnl.goods cluster on goods_name
alter table pnl.goods replica identity full
alter table pnl.goods enable row level security
alter table pnl.watched disable trigger touch
alter table pnl.watched enable trigger user
alter table pnl.kinds rename to species
alter table pnl.goods rename column name to title
alter table pnl.goods rename constraint note_there to note_is
alter index pnl.goods_name rename to goods_title
alter trigger touch on pnl.watched rename to touched
alter policy own on pnl.loose rename to mine
alter table pnl.loose add column c1 text
alter table pnl.loose alter column name type varchar(50)
alter table only pnl.loose alter column name set default 'x'
alter table pnl.loose alter column name set statistics 100
alter table pnl.loose add constraint l1 check (loose_id > 0)
alter table pnl.heir no inherit pnl.loose
alter table pnl.parts add column c1 text
alter table pnl.parts alter column at set not null
alter table pnl.parts attach partition pnl.apart for values from ('2028-01-01') to ('2029-01-01')
alter table pnl.parts detach partition pnl.parts_2026
alter table pnl.parts detach partition pnl.parts_rest
alter table pnl.parts add constraint p1 check (part_id > 0)
alter table pnl.parts disable trigger user
alter table if exists pnl.no_such_thing add column a int
alter table pnl."Odd Name" add column a int
alter view pnl.cheap rename to cheaper
alter sequence pnl.numbers increment by 5
alter materialized view pnl.totals rename to sums
alter domain pnl.amount add constraint d1 check (value < 1000)
alter domain pnl.amount add constraint d2 check (value < 1000) not valid
alter domain pnl.amount validate constraint amount_check
alter domain pnl.amount set default 0
alter function pnl.one() immutable
create table pnl.n1 (id bigint primary key)
create table pnl.n2 (id bigint references pnl.kinds on delete restrict)
create table pnl.n3 (id bigint, constraint f foreign key (id) references pnl.goods on delete restrict)
create table pnl.n4 partition of pnl.parts for values from ('2030-01-01') to ('2031-01-01')
create table pnl.n5 () inherits (pnl.loose)
create table pnl.n6 (like pnl.goods including all)
create table pnl.n7 as select * from pnl.goods
create materialized view pnl.n8 as select count(*) from pnl.goods
create table if not exists pnl.goods (id bigint references pnl.kinds)
create temporary table n9 (id bigint)
create index n10 on pnl.goods (qty)
create index n11 on pnl.parts (kind_id)
create index n12 on only pnl.parts (part_id)
create view pnl.n13 as select * from pnl.goods
create or replace view pnl.cheap as select seen_id, qty from pnl.seen where qty < 5
create function pnl.n14() returns int language sql as $$ select 2 $$
create trigger n15 before insert on pnl.goods for each row execute function pnl.touch()
create trigger n16 before insert on pnl.parts for each row execute function pnl.touch()
create policy n17 on pnl.goods using (true)
alter policy own on pnl.loose using (false)
create rule n18 as on delete to pnl.goods do instead nothing
create statistics pnl.n19 on qty, name from pnl.goods
create schema n20
create sequence pnl.n21 owned by pnl.goods.goods_id
create type pnl.n22 as (a int)
create type pnl.n23 as enum ('a', 'b')
create domain pnl.n24 as text
comment on table pnl.goods is 'x'
comment on column pnl.goods.name is 'x'
comment on view pnl.cheap is 'x'
comment on function pnl.one() is 'x'
comment on schema pnl is 'x'
comment on constraint note_there on pnl.goods is 'x'
comment on constraint amount_check on domain pnl.amount is 'x'
comment on trigger touch on pnl.watched is 'x'
comment on index pnl.goods_name is 'x'
comment on type pnl.amount is 'x'
grant select on pnl.goods to public
drop index pnl.goods_name
drop index pnl.parts_at
drop table pnl.goods cascade
drop table pnl.kinds cascade
drop table pnl.parts
drop table pnl.parts_2026
drop table pnl.loose cascade
drop table if exists pnl.no_such_thing
drop view pnl.cheap
drop materialized view pnl.totals
drop sequence pnl.numbers
drop trigger touch on pnl.watched
drop policy own on pnl.loose
drop function pnl.one()
drop schema pnl cascade
truncate pnl.loose
truncate pnl.kinds cascade
truncate pnl.parts
lock table pnl.goods in share mode
lock table pnl.loose
cluster pnl.goods using goods_name
reindex table pnl.goods
reindex index pnl.goods_name
refresh materialized view pnl.totals
refresh materialized view concurrently pnl.totals
analyze pnl.goods
insert into pnl.kinds values (2, 'b')
insert into pnl.watched values (1)
insert into pnl.cheap values (1)
update pnl.kinds set name = 'z'
update pnl.kinds set name = 'z' where kind_id = 5
delete from pnl.loose where loose_id = 77
with gone as (delete from pnl.loose returning 1) insert into pnl.watched select 1 from gone
copy pnl.goods to '/dev/null'
select 1
select pnl.one()
select pg_catalog.set_config('a.b', 'c', true)
select count(*) from pnl.goods
do $$ begin lock table pnl.goods; end $$
set local work_mem = '1MB'
""".strip().split("\n")

RELATIONS = """select c.oid::text || '|' || n.nspname || '.' || c.relname || '|' || c.relkind::text || '|' || coalesce(pg_relation_filenode(c.oid), 0)
    || '|' || pg_stat_get_xact_numscans(c.oid)
  from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where n.nspname in ('pnl', 'public')"""
LOCKS = "select relation || '|' || mode from pg_locks where pid = pg_backend_pid() and granted and locktype = 'relation'"
MODES = {"RowExclusiveLock": "ROW EXCLUSIVE", "ShareUpdateExclusiveLock": "SHARE UPDATE EXCLUSIVE", "ShareLock": "SHARE",
         "ShareRowExclusiveLock": "SHARE ROW EXCLUSIVE", "ExclusiveLock": "EXCLUSIVE", "AccessExclusiveLock": "ACCESS EXCLUSIVE"}
STRENGTH = list(MODES.values())
# What a row of a plan covers beside the relation that it names.
BELOW = {"pnl.parts": ["pnl.parts_2026", "pnl.parts_rest"], "pnl.loose": ["pnl.heir"]}

made = Team(host, "measured")
made.conf()
made.write("pnl/migrations/001_base.sql", BASE)
made.apply("--quiet").ok()
for number, text in enumerate(STATEMENTS, 2):
    made.write(f"pnl/migrations/{number:03}_step.sql", text + ";\n")


def plan(*arguments, user="trader"):
    return program.daybook("migrate", "plan", "--url", host.url("measured", user), "--modules-dir", made.folder, "--modules", "pnl", *arguments)


def expected():
    """The rows of each statement, in order."""
    found = {}
    for row in plan("--format", "json").ok().json()["locks"]:
        found.setdefault(row["file"], []).append(row)
    return list(found.values())


def relations(one):
    return {int(oid): (name, kind, node, int(scans))
            for oid, name, kind, node, scans in (line.split("|") for line in one.run(RELATIONS))}


def measure(one, text):
    """By relation: the strongest lock, whether it is kept in another file now, whether it was read from end to end."""
    one.run("begin")
    before = relations(one)
    try:
        one.run(text)
        after, locks = relations(one), [line.split("|") for line in one.run(LOCKS)]
    finally:
        one.run("rollback")
    found = {}
    for oid, mode in locks:
        name, kind, node, scans = before.get(int(oid), (None, "", "", 0))
        if kind in "rpmvS" and name and mode in MODES:
            strongest = max(MODES[mode], found.get(name, (MODES[mode],))[0], key=STRENGTH.index)
            now = after.get(int(oid), (name, kind, node, scans))
            found[name] = (strongest, now[2] != node, now[3] > scans)
    return found


def is_wrong(answer, actual):
    return answer in ("yes", "no") and (answer == "yes") != actual


def compare(text, rows, actual):
    told, problems = {}, []
    for row in rows:
        for name in [row["relation"], *(BELOW.get(row["relation"], []) if row["children"] else [])] if row["relation"] else []:
            old = told.get(name)
            told[name] = row if not old or STRENGTH.index(row["lock"]) > STRENGTH.index(old["lock"]) else old
    unknown = any(row["relation"] is None and row["lock"] != "none" for row in rows)
    for name, (lock, rewritten, scanned) in actual.items():
        row = told.get(name)
        if not row:
            problems += [] if unknown else [f"{lock} on {name} was not expected"]
        elif row["lock"] != lock:
            problems.append(f"{lock} on {name}, expected {row['lock']}")
        elif row["relation"] == name:
            below = [actual.get(child, (lock, False, False)) for child in BELOW.get(name, []) if row["children"]]
            work = tuple(own or any(child[place] for child in below) for own, place in ((rewritten, 1), (scanned, 2)))
            if is_wrong(row["rewritten"], work[0]) or is_wrong(row["scanned"], work[1]):
                problems.append(f"{name}: rewritten, scanned {work}; expected {row['rewritten']}, {row['scanned']}")
    problems += [f"{row['lock']} on {name} was expected, and not taken" for name, row in told.items()
                 if name not in actual and name not in INDEXES and row["lock"] != "unknown"]
    return [f"{text}: {problem}" for problem in problems]


INDEXES = {name for name, kind, _, _ in relations(session.Session(host.url("measured"))).values() if kind in "iI"}


@tap.test(f"the locks expected of {len(STATEMENTS)} statements are those taken when each of them runs")
def _():
    host.sql("grant pg_write_server_files to trader")
    one = session.Session(host.url("measured", "trader"))
    rows = expected()
    tap.equal(len(rows), len(STATEMENTS), "statements with rows")
    problems, failed = [], []
    for text, told in zip(STATEMENTS, rows):
        try:
            problems += compare(text, told, measure(one, text))
        except session.Refused as refused:
            failed.append(f"{text}: {refused.message}")
    tap.equal(failed, [], "statements that did not run")
    tap.equal(problems, [], "differences")


def alone(name, text, files=(), base=BASE):
    """The rows of one more file in a database of its own."""
    team = Team(host, name)
    team.conf()
    team.write("pnl/migrations/001_base.sql", base)
    team.apply("--quiet").ok()
    team.write("pnl/migrations/002_more.sql", text)
    for path, content in files:
        team.write(path, content)
    return team, team.run("plan", "--modules", "pnl", "--format", "json").ok().json()


def brief(rows):
    return [(row["line"], row["relation"], row["lock"], row["rewritten"], row["scanned"]) for row in rows]


@tap.test("statements that run by themselves, and what statements before them have made")
def _():
    _, found = alone("concurrent", "create index concurrently one on pnl.goods (qty);\ndrop index concurrently pnl.one;\n"
                     "reindex table concurrently pnl.goods;\nvacuum pnl.goods;\nvacuum full pnl.goods;\ndrop index concurrently pnl.goods_name;\n"
                     "alter table pnl.parts detach partition pnl.parts_2026 concurrently;\n")
    tap.equal(brief(found["locks"]), [
        (1, "pnl.goods", "SHARE UPDATE EXCLUSIVE", "no", "yes"), (2, "pnl.goods", "SHARE UPDATE EXCLUSIVE", "no", "no"),
        (3, "pnl.goods", "SHARE UPDATE EXCLUSIVE", "no", "yes"), (4, "pnl.goods", "SHARE UPDATE EXCLUSIVE", "no", "perhaps"),
        (5, "pnl.goods", "ACCESS EXCLUSIVE", "yes", "yes"), (6, "pnl.goods", "SHARE UPDATE EXCLUSIVE", "no", "no"),
        (7, "pnl.parts", "SHARE UPDATE EXCLUSIVE", "no", "no"), (7, "pnl.parts_2026", "ACCESS EXCLUSIVE", "no", "no"),
        (7, "pnl.kinds", "SHARE ROW EXCLUSIVE", "no", "no")])
    _, found = alone("sequel", "create table pnl.new (id bigint);\nalter table pnl.new add column a numeric;\n"
                     "alter table pnl.goods rename to wares;\nalter table pnl.wares add column b int;\n"
                     "alter table pnl.wares add constraint named check (name is not null) not valid;\n"
                     "alter table pnl.wares validate constraint named;\nalter table pnl.wares alter column name set not null;\n")
    tap.equal(brief(found["locks"]), [
        (1, None, "none", None, None), (2, None, "none", None, None), (3, "pnl.goods", "ACCESS EXCLUSIVE", "no", "no"),
        (4, "pnl.goods", "ACCESS EXCLUSIVE", "no", "no"), (5, "pnl.goods", "ACCESS EXCLUSIVE", "no", "no"),
        (6, "pnl.goods", "SHARE UPDATE EXCLUSIVE", "no", "perhaps"), (7, "pnl.goods", "ACCESS EXCLUSIVE", "no", "no")])


UNKNOWN = {
    "do $$ begin lock table pnl.goods; end $$": "what this statement runs cannot be told",
    "select pnl.one()": "what pnl.one() does cannot be told",
    "insert into pnl.watched values (1)": "triggers or rules of pnl.watched may lock others",
    "insert into pnl.cheap values (1)": "pnl.cheap is a view: what it stands on is changed",
    "drop type pnl.amount cascade": "what CASCADE takes along cannot be told",
    "drop index pnl.no_such": "the table of index pnl.no_such is not known",
    "alter table pnl.no_such add column a int": "there is no relation of this name now",
    "create extension pg_trgm": "what this statement runs cannot be told",
    "drop extension plpgsql": "what an extension has cannot be told",
    "call pnl.one()": "what this statement runs cannot be told",
    "alter table pnl.goods add column": 'syntax error at end of input',
    "explain analyze select 1": "what this statement runs cannot be told",
}


@tap.test("what cannot be told is unknown and says why; every statement has at least one row")
def _():
    _, found = alone("unknown", "".join(f"{text};\n" for text in UNKNOWN))
    notes = {row["line"]: [] for row in found["locks"]}
    for row in found["locks"]:
        if row["lock"] == "unknown":
            notes[row["line"]].append(row["note"])
            tap.equal((row["blocks"], row["rewritten"], row["scanned"]), ("unknown", "unknown", "unknown"))
    tap.equal(notes, {line: [note] for line, note in enumerate(UNKNOWN.values(), 1)})
    tap.equal({row["line"]: row["statement"] for row in found["locks"]}, dict(enumerate(UNKNOWN, 1)))


@tap.test("functions and views are part of it; the file of a plan and --sql say the same")
def _():
    view = "create or replace view pnl.cheap as select seen_id, qty from pnl.seen where qty < 3;\n"
    team, found = alone("forms", "alter table pnl.goods add column a text;\nselect 1;\n",
                        [("pnl/views/cheap.sql", view), ("pnl/functions/two.sql", "create or replace function pnl.two() returns int language sql as $$ select 2 $$;\n")])
    rows = [(row["file"], row["relation"], row["lock"], row["blocks"]) for row in found["locks"]]
    tap.equal(rows, [("002_more.sql", "pnl.goods", "ACCESS EXCLUSIVE", "reads and writes"), ("002_more.sql", None, "none", "nothing"),
                     ("two.sql", None, "none", "nothing"), ("cheap.sql", "pnl.cheap", "ACCESS EXCLUSIVE", "reads and writes")])
    path = os.path.join(team.folder, "release.plan")
    sql = team.run("plan", "--modules", "pnl", "--sql", "--out", path).ok().out
    with open(path, encoding="utf-8") as text:
        written = json.load(text)
    said = [(step["name"], lock["relation"], lock["lock"], lock["blocks"])
            for step in written["steps"] for statement in step["statements"] for lock in statement["locks"]]
    tap.equal(said, rows)
    tap.equal([statement["statement"] for statement in written["steps"][0]["statements"]], ["alter table pnl.goods add column a text", "select 1"])
    tap.contains(sql, "--   line 1: ACCESS EXCLUSIVE on pnl.goods, blocks reads and writes\n")
    for part in ("ledger", "catalog", "files"):
        tap.contains(sql, f"{part} {found['fingerprint'][0][part]}")
        tap.equal(written[part], found["fingerprint"][0][part])
    text = team.run("plan", "--modules", "pnl").ok().out
    for part in ("alter table pnl.goods add column a text", "ACCESS EXCLUSIVE", "reads and writes", found["fingerprint"][0]["catalog"]):
        tap.contains(text, part)
    host.sql("create view pnl.late as select 1 as one", "forms")
    team.apply("--quiet").ok()
    team.remove("pnl/views/cheap.sql")
    dropped = team.run("plan", "--modules", "pnl", "--format", "json").ok().json()["locks"]
    tap.equal([(row["statement"], row["relation"], row["lock"]) for row in dropped], [("drop view pnl.cheap", "pnl.cheap", "ACCESS EXCLUSIVE")])


@tap.test("a role that may create nothing, in a read-only session, is told the same")
def _():
    host.sql("""create role reader login noinherit; grant trader to reader; grant usage on schema daybook to reader;
                grant select on all tables in schema daybook to reader;
                alter role reader set default_transaction_read_only = on; revoke create on schema public from public""", "measured")
    tap.equal(host.sql("select has_schema_privilege('reader', 'pnl', 'usage') or has_database_privilege('reader', 'measured', 'create')",
                       "measured"), "f")
    mine, theirs = (plan("--format", "json", user=user).ok().json() for user in ("trader", "reader"))
    tap.equal(theirs, mine)


@tap.test("whoever holds a lock, the plan does not wait for it")
def _():
    holder = session.Session(host.url("measured", "trader"))
    holder.run("begin; lock table pnl.goods, pnl.parts in access exclusive mode")
    tap.equal(len(expected()), len(STATEMENTS))
    holder.run("rollback")


tap.main()
