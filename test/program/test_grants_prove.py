"""`grants check --prove`: each class of right, one too many and one too few on the live database, is named by what was tried; and
row security's policies are compared whole."""

from harness import program, server, tap, team

host = server.Server()
book = team.Team(host, "proven", roles=True)

GRANTS = '''[api]
desk."Mixed Case" = select, insert, update("Col A", plain), references("Col A"), truncate, trigger
desk.other = select
desk.v_open = select
desk.kept = select
desk."Seq One" = usage, select, update
desk._step = execute
desk._total = execute
desk.over = execute
desk.nothing = execute
[executor]
desk."Mixed Case" = select("Col A")
execute = desk.over(text), desk."Do It"(integer, text), desk._total, desk.nothing
desk."Seq One" = select
desk.other = select
foreign server near = usage
foreign data wrapper far = usage
large object 4242 = select
parameter log_statement = set
[risk]
select = desk.*
database = temporary
[row security]
desk."Mixed Case" = enabled, forced, policy("Own Rows", no_deletion)
desk.other = enabled
'''

MIGRATION = '''create schema desk;
create domain desk.pos as numeric check (value > 0);
create table desk."Mixed Case" ("Col A" integer primary key, plain text, pos desk.pos);
create table desk.other (id integer primary key, a integer references desk."Mixed Case");
create sequence desk."Seq One";
create view desk.v_open as select 1 as x;
create materialized view desk.kept as select 1 as x;
create function desk.over(a text) returns integer language sql immutable set search_path = pg_catalog, pg_temp as 'select 1';
create function desk.over(a integer, b text) returns integer language sql immutable set search_path = pg_catalog, pg_temp as 'select 1';
create function desk.nothing() returns integer language sql immutable set search_path = pg_catalog, pg_temp as 'select 1';
create procedure desk."Do It"(a integer, inout b text) language plpgsql set search_path = pg_catalog, pg_temp as
    'begin raise exception ''never to be called'' using errcode = ''42501''; end';
create function desk._step(a integer, b integer) returns integer language sql immutable set search_path = pg_catalog, pg_temp as 'select 1';
create aggregate desk._total(integer) (sfunc = desk._step, stype = integer);
alter table desk."Mixed Case" enable row level security;
alter table desk."Mixed Case" force row level security;
alter table desk.other enable row level security;
create policy "Own Rows" on desk."Mixed Case" for select using ("Col A" > 0 and plain in ('a', 'b'));
create policy no_deletion on desk."Mixed Case" as restrictive for update using (true) with check ("Col A" <> 7);
'''

book.conf("desk", requires="core", schemas="desk")
book.write("desk/migrations/001_all.sql", MIGRATION)
book.write("desk/grants.conf", GRANTS)
host.sql("create foreign data wrapper far; create server near foreign data wrapper far; select lo_create(4242)", book.name)
book.run("apply", "--modules", "desk").ok()


def grants(verb, *arguments):
    return program.daybook("grants", verb, "--url", host.url(book.name), "--modules-dir", book.folder, *arguments)


def describe(row):
    return " ".join(str(row[key]) for key in ("class", "object", "column", "role", "privilege", "problem") if row[key] is not None)


def found(*arguments):
    return [describe(row) for row in grants("check", "--format", "json", *arguments).json()]


@tap.test("after one plan everything is what is declared, and proven")
def _():
    book.sql(grants("plan").exits(1).out)
    tap.equal(found("--prove"), [])


# Declared is the opposite of each; what tries it names it.
WRONG = [
    ('grant delete on desk."Mixed Case" to daybook_bot; grant usage on schema desk to daybook_bot',
     ['table desk."Mixed Case" daybook_bot DELETE was allowed', "schema desk daybook_bot USAGE was allowed"]),
    ('revoke select on desk.v_open from daybook_risk', ["column desk.v_open x daybook_risk SELECT was refused"]),
    ('revoke select on desk.kept from daybook_api; grant select on desk.kept to daybook_bot',
     ["column desk.kept x daybook_api SELECT was refused", "column desk.kept x daybook_bot SELECT was allowed"]),
    ('revoke update ("Col A") on desk."Mixed Case" from daybook_api; grant insert (plain) on desk."Mixed Case" to daybook_risk',
     ['column desk."Mixed Case" Col A daybook_api UPDATE was refused', 'column desk."Mixed Case" plain daybook_risk INSERT was allowed']),
    ('revoke truncate on desk."Mixed Case" from daybook_api; grant truncate on desk.other to daybook_risk',
     ['table desk."Mixed Case" daybook_api TRUNCATE was refused', "table desk.other daybook_risk TRUNCATE was allowed"]),
    ('revoke trigger on desk."Mixed Case" from daybook_api; grant trigger on desk.other to daybook_risk',
     ['table desk."Mixed Case" daybook_api TRIGGER was refused', "table desk.other daybook_risk TRIGGER was allowed"]),
    ('revoke references ("Col A") on desk."Mixed Case" from daybook_api; grant references (id) on desk.other to daybook_risk',
     ['column desk."Mixed Case" "Col A" daybook_api REFERENCES was refused', "column desk.other id daybook_risk REFERENCES was allowed"]),
    ('revoke usage, update on sequence desk."Seq One" from daybook_api; grant select on sequence desk."Seq One" to daybook_risk',
     ['sequence desk."Seq One" daybook_api USAGE was refused', 'sequence desk."Seq One" daybook_api UPDATE was refused',
      'sequence desk."Seq One" daybook_risk SELECT was allowed']),
    ('revoke execute on function desk.over(text) from daybook_executor; grant execute on function desk.over(integer, text) to daybook_risk',
     ["function desk.over(a text) daybook_executor EXECUTE was refused", "function desk.over(a integer, b text) daybook_risk EXECUTE was allowed"]),
    ('revoke execute on function desk.nothing() from daybook_executor; grant execute on function desk.nothing() to daybook_risk',
     ["function desk.nothing() daybook_executor EXECUTE was refused", "function desk.nothing() daybook_risk EXECUTE was allowed"]),
    ('revoke execute on procedure desk."Do It"(integer, text) from daybook_executor; grant execute on procedure desk."Do It"(integer, text) to daybook_risk',
     ['procedure desk."Do It"(IN a integer, INOUT b text) daybook_executor EXECUTE was refused',
      'procedure desk."Do It"(IN a integer, INOUT b text) daybook_risk EXECUTE was allowed']),
    ('revoke execute on function desk._total(integer) from daybook_executor; grant execute on function desk._total(integer) to daybook_risk',
     ["aggregate desk._total(integer) daybook_executor EXECUTE was refused", "aggregate desk._total(integer) daybook_risk EXECUTE was allowed"]),
    ('grant create on schema desk to daybook_executor', ["schema desk daybook_executor CREATE was allowed"]),
    ('revoke usage on schema settings from daybook_api', ["schema settings daybook_api USAGE was refused"]),
    ('revoke temporary on database proven from daybook_risk; grant create on database proven to daybook_bot',
     ["database proof daybook_risk TEMPORARY was refused", "database proof daybook_bot CREATE was allowed"]),
    ('revoke usage on language plpgsql from public; grant usage on language plpgsql to daybook_bot',
     ["language plpgsql daybook_executor USAGE was refused"]),
    ('revoke usage on foreign server near from daybook_executor; grant usage on foreign server near to daybook_bot',
     ["foreign server near daybook_executor USAGE was refused", "foreign server near daybook_bot USAGE was allowed"]),
    ('revoke usage on foreign data wrapper far from daybook_executor; grant usage on foreign data wrapper far to daybook_bot',
     ["foreign data wrapper far daybook_executor USAGE was refused", "foreign data wrapper far daybook_bot USAGE was allowed"]),
    ('revoke select on large object 4242 from daybook_executor; grant select on large object 4242 to daybook_bot',
     ["large object 4242 daybook_executor SELECT was refused", "large object 4242 daybook_bot SELECT was allowed"]),
    ('revoke set on parameter log_statement from daybook_executor; grant set on parameter log_statement to daybook_bot',
     ["parameter log_statement daybook_executor SET was refused", "parameter log_statement daybook_bot SET was allowed"]),
    ('alter table desk."Mixed Case" no force row level security; alter table desk.other disable row level security',
     ['row security desk."Mixed Case" daybook_owner IN FORCE was not in force', "row security desk.other daybook_risk IN FORCE was not in force"]),
    ('revoke usage on type desk.pos from public', ["type desk.pos daybook_risk USAGE was refused"]),
    ('grant daybook_executor to daybook_audit', ["column desk.other id daybook_audit SELECT was allowed"]),
]


@tap.test("one right too many and one too few of each class, all at once: what was tried names every one")
def _():
    for statements, _ in WRONG:
        book.sql(statements)
    proven = {line.removeprefix("proof of ") for line in found("--prove") if line.startswith("proof of ")}
    missed = [line for _, lines in WRONG for line in lines if line not in proven]
    tap.equal(missed, [], f"not named; named were {sorted(proven)}")
    grants("apply").ok()
    tap.equal(found("--prove"), [])


@tap.test("a policy is compared whole: command, whether it permits, roles, USING, WITH CHECK, in the server's words")
def _():
    name, other = 'row security table desk."Mixed Case" Own Rows POLICY', 'row security table desk."Mixed Case" no_deletion POLICY'
    for of_name, differs, of_other in (
            ('alter policy "Own Rows" on desk."Mixed Case" using (true)', "differs",
             'alter policy no_deletion on desk."Mixed Case" with check ("Col A" <> 8)'),
            ('alter policy "Own Rows" on desk."Mixed Case" to daybook_bot', "differs",
             'drop policy no_deletion on desk."Mixed Case"; create policy no_deletion on desk."Mixed Case" for update using (true) '
             'with check ("Col A" <> 7)'),
            ('drop policy "Own Rows" on desk."Mixed Case"', "missing",
             'drop policy no_deletion on desk."Mixed Case"; create policy no_deletion on desk."Mixed Case" as restrictive for all using (true) '
             'with check ("Col A" <> 7)')):
        book.sql(of_name)
        book.sql(of_other)
        tap.equal(sorted(found()), sorted([f"{name} {differs}", f"{other} differs"]), f"{of_name}; {of_other}")
        book.sql(grants("plan").exits(1).out)
    tap.equal(found(), [], "after the last plan; that each of them mended what it was for, the next lines alone say")
    # The same in other words is the same.
    book.sql('alter policy "Own Rows" on desk."Mixed Case" using ((plain = any (array[\'a\'::text, (\'b\')])) is true)')
    tap.equal(found(), [f"{name} differs"])
    book.sql('alter policy "Own Rows" on desk."Mixed Case" using ((("Col A") > (0)) and (plain = any (array[\'a\', \'b\'])))')
    tap.equal(found(), [])
    book.sql('create policy sneaky on desk.other using (true)')
    tap.equal(found(), ["row security table desk.other sneaky POLICY extra"])
    tap.contains(grants("apply").ok().err, "statements=1")


@tap.test("a policy that grants.conf names and no file makes, and files that cannot be run, are told")
def _():
    book.write("desk/grants.conf", GRANTS + 'desk.v_open = policy(x)\n')
    tap.check("desk.v_open" in "".join(found()), "a policy on a view")
    book.write("desk/grants.conf", GRANTS.replace("desk.other = enabled", "desk.other = enabled, policy(ghost)"))
    tap.equal(found(), ["row security table desk.other ghost POLICY not made by any file"])
    book.write("desk/grants.conf", GRANTS)
    tap.contains(grants("check", "--pg-bin", "/nonexistent").exits(3).err, "cannot tell which policies the files make")


tap.main()
