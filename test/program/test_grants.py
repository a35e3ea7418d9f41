"""`grants check|plan|apply`: one difference is one line, whatever it is; what plan prints mends it, and nothing is left to do after."""

import re

from harness import program, server, tap

host = server.Server()


def grants(verb, database, *arguments, user="postgres", prefix="daybook_"):
    return program.daybook("grants", verb, "--url", host.url(database, user), "--role-prefix", prefix, *arguments)


def differences(database, *arguments, **options):
    done = grants("check", database, *arguments, "--format", "json", **options)
    rows = done.json()
    done.exits(1 if rows else 0)
    return rows


def describe(row):
    return " ".join(str(row[key]) for key in ("class", "object", "column", "role", "privilege", "problem") if row[key] is not None)


def equal_rights(database, **options):
    tap.equal([describe(row) for row in differences(database, **options)], [], "differences")


host.installed("fleet", "trading,market", roles=True)
host.sql("create role outsider login; create role group_of_others")
host.sql("create table public.theirs (id int); create schema lent", "fleet")


@tap.test("what was just installed is as declared, and no statement is needed")
def _():
    equal_rights("fleet")
    tap.equal(grants("plan", "fleet").ok().out, "")
    tap.contains(grants("apply", "fleet").ok().err, "statements=0")
    equal_rights("fleet", user="trader")


def about(pattern):
    """Any number of lines, each of which has it."""
    return re.compile(pattern)


# What is done to the database, and the one line that says so.
CASES = [
    # rights on tables, views, partitions, columns, sequences
    ("grant delete on trading.fills to daybook_bot", "table trading.fills daybook_bot DELETE extra"),
    ("revoke insert on trading.fills from daybook_api", "table trading.fills daybook_api INSERT missing"),
    ("grant select on market.klines to daybook_manager", "table market.klines daybook_manager SELECT extra"),
    ("grant select on trading.fills to public", "table trading.fills public SELECT extra"),
    ("grant select on trading.runs to group_of_others", "table trading.runs group_of_others SELECT extra"),
    ("grant select on trading.runs to daybook_lab_reader with grant option",
     "table trading.runs daybook_lab_reader SELECT grant option"),
    ("grant insert on market.v_klines_reader to daybook_bot", "view market.v_klines_reader daybook_bot INSERT extra"),
    ("revoke select on market.v_klines_reader from daybook_manager", "view market.v_klines_reader daybook_manager SELECT missing"),
    ("grant select on bus.domain_events_p0 to daybook_app", "table bus.domain_events_p0 daybook_app SELECT extra"),
    ("grant update (qty) on trading.fills to daybook_api", "column trading.fills qty daybook_api UPDATE extra"),
    ("grant select (qty) on trading.fills to daybook_bot", "column trading.fills qty daybook_bot SELECT extra"),
    ("revoke update (cum_qty) on trading.orders from daybook_api", "column trading.orders cum_qty daybook_api UPDATE missing"),
    ("grant update on trading.orders to daybook_api", "table trading.orders daybook_api UPDATE extra"),
    ("grant usage on sequence bus.domain_events_id_seq to daybook_bot", "sequence bus.domain_events_id_seq daybook_bot USAGE extra"),
    ("revoke usage on sequence bus.domain_events_id_seq from daybook_api",
     "sequence bus.domain_events_id_seq daybook_api USAGE missing"),
    # functions, types, schemas, the database
    ("grant execute on function settings.fn_get(text) to public", "function settings.fn_get(p_key text) public EXECUTE extra"),
    ("grant execute on function trading._order_next(text, text, text) to daybook_bot", about(r"trading\._order_next")),
    ("revoke execute on function settings.fn_get(text) from daybook_bot",
     "function settings.fn_get(p_key text) daybook_bot EXECUTE missing"),
    ("revoke usage on type trading.side from public", "type trading.side public USAGE missing"),
    ("grant usage on type trading.side to daybook_bot", "type trading.side daybook_bot USAGE extra"),
    ("grant create on schema trading to daybook_executor", "schema trading daybook_executor CREATE extra"),
    ("revoke usage on schema trading from daybook_executor", "schema trading daybook_executor USAGE missing"),
    ("grant create on database fleet to daybook_bot", "database fleet daybook_bot CREATE extra"),
    ("revoke connect on database fleet from daybook_bot", "database fleet daybook_bot CONNECT missing"),
    ("grant temporary on database fleet to public", "database fleet public TEMPORARY extra"),
    # default privileges
    ("alter default privileges for role daybook_owner in schema trading grant select on tables to daybook_bot",
     "default privileges tables of daybook_owner in trading daybook_bot SELECT extra"),
    ("alter default privileges for role daybook_api grant execute on functions to public",
     "default privileges functions of daybook_api public EXECUTE extra"),
    ("alter default privileges for role outsider in schema trading grant select on tables to public",
     "default privileges tables of outsider in trading public SELECT extra"),
    # roles
    ("alter role daybook_bot login", "role daybook_bot LOGIN extra"),
    ("alter role daybook_api bypassrls", "role daybook_api BYPASSRLS extra"),
    ("alter role daybook_owner noinherit", "role daybook_owner INHERIT missing"),
    ("grant daybook_owner to daybook_bot", "membership daybook_owner daybook_bot MEMBER extra"),
    ("grant daybook_bot to group_of_others", "membership daybook_bot group_of_others MEMBER extra"),
    ("grant daybook_bot to outsider with admin option", "membership daybook_bot outsider ADMIN extra"),
    ("grant pg_write_all_data to daybook_relay", about(r"pg_write_all_data|^effective \S+ daybook_relay ")),
    ("revoke daybook_api from daybook_migrator", "membership daybook_api daybook_migrator MEMBER missing"),
    # owners, row security, what makes a function safe
    ("alter table trading.runs owner to outsider", about(r"trading\.runs")),
    ("alter schema trading owner to postgres", about("schema trading")),
    ("alter view trading.trades owner to daybook_owner", about(r"trading\.trades")),
    ("alter table trading.fills enable row level security", "row security table trading.fills ENABLED extra"),
    ("alter table trading.fills force row level security", "row security table trading.fills FORCED extra"),
    ("create policy everything on trading.fills using (true)", "row security table trading.fills everything POLICY extra"),
    ("alter function trading._order_leaves(text, numeric, numeric) security definer", about(r"trading\._order_leaves")),
    ("alter function settings.fn_get(text) security invoker", "security definer function settings.fn_get(p_key text) missing"),
    ("alter function settings.fn_get(text) reset search_path", "search path function settings.fn_get(p_key text) missing"),
    ("alter function settings.fn_get(text) set search_path = public", "search path function settings.fn_get(p_key text) unsafe"),
    # elsewhere
    ("grant select on public.theirs to daybook_bot", "elsewhere table public.theirs daybook_bot ALL extra"),
    ("grant usage on language plpgsql to daybook_bot", "language plpgsql daybook_bot USAGE extra"),
    ("grant create on schema lent to public", "elsewhere schema lent public CREATE extra"),
    ("grant set on parameter log_statement to daybook_bot", "parameter log_statement daybook_bot SET extra"),
    ("select lo_create(424242); grant select on large object 424242 to daybook_bot", "large object 424242 daybook_bot SELECT extra"),
    ("create foreign data wrapper far; grant usage on foreign data wrapper far to daybook_bot",
     "foreign data wrapper far daybook_bot USAGE extra"),
]
if server.major() >= 17:
    CASES.append(("grant maintain on trading.fills to daybook_bot", "table trading.fills daybook_bot MAINTAIN extra"))

APART = 6


def spoken(statement):
    """With the whole signature of a function whose name says enough."""
    for name in ("_order_next", "_order_leaves"):
        if name in statement:
            signature = host.sql(f"select oid::regprocedure from pg_proc where proname = '{name}'", "fleet")
            return statement[:statement.index("trading.")] + signature + statement[statement.index(")") + 1:]
    return statement


# Neighbours in the list speak of the same things: they are tried apart, what lies APART places from each other at once.
for first in range(APART):
    def several(cases=CASES[first::APART]):
        for statement, _ in cases:
            host.sql(spoken(statement), "fleet")
        found = [describe(row) for row in differences("fleet")]
        plan = grants("plan", "fleet").exits(1).out
        host.sql(plan, "fleet")
        tap.equal(grants("plan", "fleet").ok().out, "", "what is left to do")
        for statement, line in cases:
            told = [each for each in found if each == line] if isinstance(line, str) else [each for each in found if line.search(each)]
            tap.check(told, f"{statement} is not among {found}")
            found = [each for each in found if each not in told]
        tap.equal(found, [], "what nobody did")
        if all(isinstance(line, str) for _, line in cases):
            tap.equal(plan.count(";\n"), len(cases) + sum("trading.orders to daybook_api" in statement for statement, _ in cases), "statements in the plan")
    tap.test(f"found, and mended by one plan, each by its own line ({first + 1} of {APART})")(several)


@tap.test("a right taken from a table takes it from the columns, which get it back in the same plan")
def _():
    before = host.sql("select attname, attacl from pg_attribute where attrelid = 'trading.orders'::regclass and attacl is not null order by 1", "fleet")
    host.sql("grant update on trading.orders to daybook_api", "fleet")
    tap.contains(grants("apply", "fleet").ok().err, "statements=2")
    tap.equal(host.sql("select attname, attacl from pg_attribute where attrelid = 'trading.orders'::regclass and attacl is not null order by 1", "fleet"),
              before)


@tap.test("what nobody declared fails the check: a table, a function, a role with our prefix")
def _():
    host.sql("set role daybook_owner; create table trading.later (id int); create function trading.later() returns int language sql as 'select 1';"
             "reset role; create role daybook_unheard_of", "fleet")
    found = sorted(describe(row) for row in differences("fleet"))
    tap.equal(found, ["function trading.later() daybook_api EXECUTE missing", "role daybook_unheard_of EXISTS uncovered",
                      "table trading.later daybook_lab_reader SELECT missing", "table trading.later daybook_risk SELECT missing",
                      "uncovered function trading.later() uncovered", "uncovered table trading.later uncovered"])
    tap.contains(grants("plan", "fleet").exits(1).out, "-- no statement mends: uncovered table trading.later")
    host.sql("drop function trading.later(); drop table trading.later; drop role daybook_unheard_of", "fleet")
    equal_rights("fleet")


@tap.test("a function made by somebody whose defaults are the server's is executable by everyone, and that is found")
def _():
    host.sql("create function trading.later() returns int language sql as 'select 1'", "fleet")
    found = [describe(row) for row in differences("fleet")]
    tap.check("function trading.later() public EXECUTE extra" in found, found)
    host.sql("drop function trading.later()", "fleet")


@tap.test("who reaches a sensitive table on another way is named")
def _():
    host.sql("grant pg_read_all_data to outsider; grant connect on database fleet to outsider")
    found = {(row["class"], row["role"], row["privilege"]) for row in differences("fleet")}
    host.sql("revoke pg_read_all_data from outsider; revoke connect on database fleet from outsider")
    tap.equal(found, {("effective", "outsider", "SELECT")})
    host.sql("create role dumps login; grant daybook_backup to dumps; create role reads login; grant daybook_lab_reader to reads")
    equal_rights("fleet")


@tap.test("memberships are exact once they are named")
def _():
    host.sql("grant daybook_bot to outsider")
    equal_rights("fleet")
    named = ("--member", "trader=migrator", "--member", "dumps=backup", "--member", "reads=lab_reader")
    tap.equal([describe(row) for row in differences("fleet", *named)], ["membership daybook_bot outsider MEMBER extra"])
    tap.contains(grants("apply", "fleet", *named, "--member", "outsider=risk,app").ok().err, "statements=3")
    tap.equal(differences("fleet", *named, "--member", "outsider=risk,app"), [])
    tap.contains(grants("check", "fleet", "--member", "outsider=king").exits(2).err, "there is no role")
    host.sql("revoke daybook_risk, daybook_app from outsider")


@tap.test("without roles nobody can tell, and neither where nothing is installed")
def _():
    host.installed("alone", "core")
    tap.contains(grants("check", "alone").exits(3).err, "grants bootstrap")
    host.database("empty")
    tap.contains(grants("check", "empty").exits(3).err, "nothing of Daybook is installed")
    tap.contains(grants("check", "fleet", user="outsider").exits(4).err, "permission denied")
    host.sql("grant connect on database fleet to outsider")
    tap.contains(grants("check", "fleet", user="outsider").exits(3).err, "cannot be read")
    host.sql("revoke connect on database fleet from outsider; grant daybook_drift_reader to outsider")
    equal_rights("fleet", user="outsider")
    host.sql("revoke daybook_drift_reader from outsider")


@tap.test("a login that may act as the owners mends what is theirs, and says what is an administrator's")
def _():
    host.sql("grant delete on trading.fills to daybook_bot", "fleet")
    tap.contains(grants("apply", "fleet", user="trader").ok().err, "statements=1")
    host.sql("alter role daybook_bot login", "fleet")
    tap.contains(grants("apply", "fleet", user="trader").exits(5).err, "an administrator")
    grants("apply", "fleet").ok()


@tap.test("proved: every verb tried as every role on every object is what is declared, here and on a scratch server")
def _():
    done = grants("check", "fleet", "--prove").ok()
    tap.contains(done.err, "every verb was tried as every role")
    # Equal to the declaration, and yet not what it promises: a view calls a function in its reader's name.
    host.sql("revoke execute on function trading._order_leaves from daybook_console", "fleet")
    done = grants("check", "fleet", "--prove", "--format", "json").exits(1)
    host.sql("grant execute on function trading._order_leaves to daybook_console", "fleet")
    found = [describe(row) for row in done.json()]
    tap.check("proof of column trading.v_orders_open leaves_qty daybook_console SELECT was refused" in found, found)
    tap.contains(grants("check", "fleet", "--prove", user="trader").exits(3).err, "not every role can be acted as")
    tap.contains(grants("check", "fleet", "--prove", "--pg-bin", "/nonexistent").exits(3).err, "could not be tried")


@tap.test("roles that were dropped or never made come with all they may, from one plan")
def _():
    host.sql("drop owned by daybook_console; drop role daybook_console", "fleet")
    tap.check(len(differences("fleet")) > 3, "the role and its rights are missing")
    host.sql(grants("plan", "fleet").exits(1).out, "fleet")
    equal_rights("fleet")


@tap.test("the prefix is anything: gordon_, and names that need quoting")
def _():
    for prefix, database in (("gordon_", "gordon"), ("Fleet's \"x\" ", "Mixed \"Case\"")):
        quoted = database.replace('"', '""')
        host.sql(f'create database "{quoted}" owner trader')
        host.sql(program.daybook("grants", "bootstrap", "--database", database, "--login", "trader", "--role-prefix", prefix).ok().out, database)
        url = host.url(database, "trader")
        program.daybook("migrate", "apply", "--url", url, "--role-prefix", prefix, "--modules", "trading,market", "--quiet").ok()
        equal_rights(database, prefix=prefix)
        quoted = prefix.replace('"', '""')
        host.sql(f'grant delete on trading.fills to "{quoted}bot"; grant execute on function settings.fn_get(text) to public', database)
        tap.equal(len(differences(database, prefix=prefix)), 2)
        host.sql(grants("plan", database, prefix=prefix).exits(1).out, database)
        equal_rights(database, prefix=prefix)
    # One cluster, several prefixes: each looks at its own.
    equal_rights("fleet")


@tap.test("apply in several databases at once: roles belong to the whole cluster")
def _():
    host.installed("second", "core", roles=True)
    host.sql("alter role daybook_bot login; alter role daybook_app login; revoke daybook_api from daybook_migrator")
    started = [program.start(["grants", "apply", "--url", host.url(database)]) for database in ("fleet", "second") * 3]
    for process in started:
        out, err = process.communicate(timeout=60)
        tap.check(process.returncode == 0, err)
    equal_rights("fleet")
    equal_rights("second")


tap.main()
