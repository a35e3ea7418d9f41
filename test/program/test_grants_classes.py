"""Each class of right: one right too many is one line, one too few is one line, and what plan prints mends both for good. On a
team's module whose names need quoting, with overloaded functions, and on what belongs to no schema."""

from harness import program, server, tap, team

host = server.Server()
MAJOR = int(host.sql("show server_version_num")) // 10000
book = team.Team(host, "Desk One", roles=True)

GRANTS = '''[api]
desk.v_open = select
desk."Mixed Case" = select, insert, update("Col A", "col,b")
desk.kept = select
desk.far_away = select
desk."Seq One" = usage
desk._total = execute
desk._step = execute
desk.over = execute
[executor]
execute = desk.over(text), desk."Do It"(integer)
desk."Mixed Case" = select("Col A")
large object 4242 = select
foreign server "Far Server" = usage
foreign data wrapper far = usage
language plpgsql = usage
parameter log_statement = set
parameter "desk.note" = set
desk."Seq One" = select
[risk]
select = desk.*
type desk."Mood" = usage
schema desk = usage
database = temporary
[public]
type desk.pos = usage
[owner revoked]
desk."Mixed Case" = delete, truncate
'''

MIGRATION = '''create schema desk;
create domain desk.pos as numeric check (value > 0);
create type desk."Mood" as enum ('a');
create table desk."Mixed Case" ("Col A" integer primary key, "col,b" text, plain text);
create sequence desk."Seq One";
create view desk.v_open as select 1 as x;
create materialized view desk.kept as select 1 as x;
create foreign table desk.far_away (x integer) server "Far Server";
create function desk.over(a text) returns integer language sql immutable set search_path = pg_catalog, pg_temp as 'select 1';
create function desk.over(a integer, b text) returns integer language sql immutable set search_path = pg_catalog, pg_temp as 'select 1';
create procedure desk."Do It"(IN a integer) language sql set search_path = pg_catalog, pg_temp as '';
create function desk._step(a integer, b integer) returns integer language sql immutable set search_path = pg_catalog, pg_temp as 'select 1';
create aggregate desk._total(integer) (sfunc = desk._step, stype = integer);
'''

book.conf("desk", requires="core", schemas="desk")
book.write("desk/migrations/001_all.sql", MIGRATION)
book.write("desk/grants.conf", GRANTS)
host.sql('create foreign data wrapper far; create server "Far Server" foreign data wrapper far; select lo_create(4242);'
         'grant usage on foreign server "Far Server" to daybook_owner; create role outsider login; create role others', book.name)
book.run("apply", "--modules", "desk").ok()


def grants(verb, *arguments):
    return program.daybook("grants", verb, "--url", host.url(book.name), "--modules-dir", book.folder, *arguments)


def describe(row):
    return " ".join(str(row[key]) for key in ("class", "object", "column", "role", "privilege", "problem") if row[key] is not None)


def found():
    return [describe(row) for row in grants("check", "--format", "json").json()]


def mended():
    book.sql(grants("plan").exits(1).out)
    for _ in range(2):
        tap.equal(found(), [], "what is left")


@tap.test("what no statement of the installer may do is an administrator's: one plan, and then nothing is left")
def _():
    # The server was needed for the migration, and was given to the owner for that alone.
    tap.check("foreign server \"Far Server\" daybook_owner USAGE extra" in found(), found())
    mended()


# class, what adds a right, the line for it, what takes one away, the line for that
CASES = [
    ("table", "grant delete on desk.\"Mixed Case\" to daybook_bot", 'table desk."Mixed Case" daybook_bot DELETE extra',
     "revoke insert on desk.\"Mixed Case\" from daybook_api", 'table desk."Mixed Case" daybook_api INSERT missing'),
    ("view", "grant insert on desk.v_open to outsider", "view desk.v_open outsider INSERT extra",
     "revoke select on desk.v_open from daybook_api", "view desk.v_open daybook_api SELECT missing"),
    ("materialized view", "grant select on desk.kept to public", "view desk.kept public SELECT extra",
     "revoke select on desk.kept from daybook_risk", "view desk.kept daybook_risk SELECT missing"),
    ("foreign table", "grant update on desk.far_away to daybook_bot", "table desk.far_away daybook_bot UPDATE extra",
     "revoke select on desk.far_away from daybook_api", "table desk.far_away daybook_api SELECT missing"),
    ("column", "grant update (\"col,b\") on desk.\"Mixed Case\" to daybook_bot", 'column desk."Mixed Case" col,b daybook_bot UPDATE extra',
     "revoke select (\"Col A\") on desk.\"Mixed Case\" from daybook_executor",
     'column desk."Mixed Case" Col A daybook_executor SELECT missing'),
    ("sequence", "grant update on sequence desk.\"Seq One\" to daybook_bot", 'sequence desk."Seq One" daybook_bot UPDATE extra',
     "revoke select on sequence desk.\"Seq One\" from daybook_executor", 'sequence desk."Seq One" daybook_executor SELECT missing'),
    ("function, one overload", "grant execute on function desk.over(integer, text) to daybook_bot",
     "function desk.over(a integer, b text) daybook_bot EXECUTE extra",
     "revoke execute on function desk.over(text) from daybook_executor", "function desk.over(a text) daybook_executor EXECUTE missing"),
    ("procedure", "grant execute on procedure desk.\"Do It\"(integer) to public", 'procedure desk."Do It"(IN a integer) public EXECUTE extra',
     "revoke execute on procedure desk.\"Do It\"(integer) from daybook_executor",
     'procedure desk."Do It"(IN a integer) daybook_executor EXECUTE missing'),
    ("aggregate", "grant execute on function desk._total(integer) to daybook_bot", "function desk._total(integer) daybook_bot EXECUTE extra",
     "revoke execute on function desk._total(integer) from daybook_api", "function desk._total(integer) daybook_api EXECUTE missing"),
    ("type", "grant usage on type desk.\"Mood\" to daybook_bot", 'type desk."Mood" daybook_bot USAGE extra',
     "revoke usage on type desk.\"Mood\" from daybook_risk", 'type desk."Mood" daybook_risk USAGE missing'),
    ("domain", "grant usage on type desk.pos to outsider", "type desk.pos outsider USAGE extra",
     "revoke usage on type desk.pos from public", "type desk.pos public USAGE missing"),
    ("schema", "grant create on schema desk to daybook_executor", "schema desk daybook_executor CREATE extra",
     "revoke usage on schema desk from daybook_risk", "schema desk daybook_risk USAGE missing"),
    ("database", f'grant create on database "{book.name}" to daybook_bot', f'database "{book.name}" daybook_bot CREATE extra',
     f'revoke temporary on database "{book.name}" from daybook_risk', f'database "{book.name}" daybook_risk TEMPORARY missing'),
    ("language", "grant usage on language plpgsql to daybook_bot", "language plpgsql daybook_bot USAGE extra",
     "revoke usage on language plpgsql from daybook_executor", "language plpgsql daybook_executor USAGE missing"),
    ("language, PUBLIC", "grant usage on language sql to daybook_bot", "language sql daybook_bot USAGE extra",
     "revoke usage on language sql from public", "language sql public USAGE missing"),
    ("foreign data wrapper", "grant usage on foreign data wrapper far to public", "foreign data wrapper far public USAGE extra",
     "revoke usage on foreign data wrapper far from daybook_executor", "foreign data wrapper far daybook_executor USAGE missing"),
    ("foreign server", "grant usage on foreign server \"Far Server\" to daybook_bot",
     'foreign server "Far Server" daybook_bot USAGE extra',
     "revoke usage on foreign server \"Far Server\" from daybook_executor",
     'foreign server "Far Server" daybook_executor USAGE missing'),
    ("large object", "grant update on large object 4242 to daybook_bot", "large object 4242 daybook_bot UPDATE extra",
     "revoke select on large object 4242 from daybook_executor", "large object 4242 daybook_executor SELECT missing"),
    ("parameter", "grant alter system on parameter log_statement to daybook_bot",
     "parameter log_statement daybook_bot ALTER SYSTEM extra",
     "revoke set on parameter log_statement from daybook_executor", "parameter log_statement daybook_executor SET missing"),
    ("parameter of a module's own", "grant set on parameter desk.other to daybook_bot", "parameter desk.other daybook_bot SET extra",
     "revoke set on parameter desk.note from daybook_executor", "parameter desk.note daybook_executor SET missing"),
    ("default privileges", "alter default privileges for role daybook_owner in schema desk grant select on sequences to public",
     "default privileges sequences of daybook_owner in desk public SELECT extra",
     "alter default privileges for role daybook_owner revoke usage on types from public",
     "default privileges types of daybook_owner public USAGE missing"),
    ("what an owner has given up", "grant delete on desk.\"Mixed Case\" to daybook_owner",
     'table desk."Mixed Case" daybook_owner DELETE extra',
     "revoke trigger on desk.\"Mixed Case\" from daybook_owner", 'table desk."Mixed Case" daybook_owner TRIGGER missing'),
    ("an owner's function", "grant execute on function desk._step(integer, integer) to outsider",
     "function desk._step(a integer, b integer) outsider EXECUTE extra",
     "revoke execute on function desk._step(integer, integer) from daybook_owner",
     "function desk._step(a integer, b integer) daybook_owner EXECUTE missing"),
    ("the installer's memory", "grant update on daybook.migrations to daybook_owner", "table daybook.migrations daybook_owner UPDATE extra",
     "revoke insert on daybook.migrations from daybook_owner", "table daybook.migrations daybook_owner INSERT missing"),
    ("membership", "grant daybook_executor to daybook_bot", "membership daybook_executor daybook_bot MEMBER extra",
     "revoke daybook_owner from daybook_migrator", "membership daybook_owner daybook_migrator MEMBER missing"),
    ("admin option", "grant daybook_executor to outsider with admin option", "membership daybook_executor outsider ADMIN extra",
     "alter role daybook_api noinherit", "role daybook_api INHERIT missing"),
    ("role attribute", "alter role daybook_executor createdb", "role daybook_executor CREATEDB extra",
     "alter role daybook_owner noinherit", "role daybook_owner INHERIT missing"),
]
if MAJOR >= 16:
    CASES += [
        ("options of a membership", "grant daybook_app to daybook_bot with set false", "membership daybook_app daybook_bot MEMBER extra",
         "grant daybook_owner to daybook_migrator with inherit false", "membership daybook_owner daybook_migrator INHERIT missing"),
        ("the SET option", "grant daybook_owner to outsider with admin true", "membership daybook_owner outsider ADMIN extra",
         "grant daybook_api to daybook_migrator with set false", "membership daybook_api daybook_migrator SET missing"),
    ]
if MAJOR >= 17:
    CASES += [
        ("MAINTAIN", "grant maintain on desk.\"Mixed Case\" to daybook_bot", 'table desk."Mixed Case" daybook_bot MAINTAIN extra',
         "revoke maintain on desk.\"Mixed Case\" from daybook_owner", 'table desk."Mixed Case" daybook_owner MAINTAIN missing'),
    ]

for name, inject, extra, remove, missing in CASES:
    def one(inject=inject, extra=extra, remove=remove, missing=missing):
        grants("apply").ok()
        book.sql(inject)
        tap.equal(found(), [extra], inject)
        plan = grants("plan").exits(1).out
        tap.equal(plan.count(";\n"), 1, f"statements in {plan}")
        book.sql(plan + remove)
        tap.equal(found(), [missing], remove)
        tap.contains(grants("apply").ok().err, "statements=1")
        for _ in range(2):
            tap.equal(found(), [], "what is left")
        book.sql("revoke daybook_owner, daybook_executor from outsider")
    tap.test(f"one too many is one line, one too few is one line, mended for good: {name}")(one)


@tap.test("an object made later for what a line names is given away by apply, and one that is missing fails the check")
def _():
    book.sql("select lo_unlink(4242)")
    tap.check(any("line" in line and "large object 4242" in line and "there is no such large object" in line for line in found()), found())
    book.sql("select lo_create(4242)")
    tap.equal(found(), ["large object 4242 daybook_executor SELECT missing"])
    mended()


def refused(lines, message):
    book.write("desk/grants.conf", GRANTS + lines)
    done = grants("check", "--format", "json")
    if done.status == 1:
        tap.equal([(row["class"], row["problem"]) for row in done.json()], [("line", message)])
    else:
        tap.contains(done.exits(5).err, message)
    book.write("desk/grants.conf", GRANTS)


@tap.test("MAINTAIN is declared where servers know it, and refused with a reason where they do not")
def _():
    lines = '[monitor]\ndesk."Mixed Case" = maintain\n'
    if MAJOR < 17:
        refused(lines, "MAINTAIN is a privilege of servers from version 17 on")
        other = team.Team(host, "two", roles=True)
        other.conf()
        other.write("pnl/migrations/001_all.sql", "create schema pnl; create table pnl.t (id integer);\n")
        other.write("pnl/grants.conf", "[monitor]\npnl.t = maintain\n")
        tap.contains(other.apply().exits(5).err, "MAINTAIN is a privilege of servers from version 17 on")
    else:
        book.write("desk/grants.conf", GRANTS + lines)
        tap.equal(found(), ['schema desk daybook_monitor USAGE missing', 'table desk."Mixed Case" daybook_monitor MAINTAIN missing'])
        mended()
        book.write("desk/grants.conf", GRANTS)
        mended()


@tap.test("a line about a thing that is not there, or a right that such a thing has not, is told")
def _():
    refused('[bot]\nlanguage cobol = usage\n', "there is no such language")
    refused('[bot]\nforeign server nowhere = usage\n', "there is no such foreign server")
    refused('[bot]\nparameter no_such_parameter = set\n', "there is no such parameter")
    refused('[bot]\nlanguage sql = select\n', "cannot be given on such an object")
    refused('[owner revoked]\ndesk.v_open = update(x)\n', "an owner's rights are those on the whole table")


tap.main()
