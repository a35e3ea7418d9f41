"""`daybook mirror`: the same bytes for everybody, all that a schema has, and a folder that holds that and nothing else."""

import os
import re

from harness import program, replay, server, session, tap

host = server.Server()
FIXTURE = os.path.join(program.SOURCE, "test", "program", "fixtures", "mirror_everything.sql")


def mirror(url, folder, *arguments, **options):
    return program.daybook("mirror", "--url", url, "--out", folder, *arguments, **options)


def check(url, folder, *arguments, **options):
    return mirror(url, folder, "--check", "--format", "json", *arguments, **options)


def folder():
    return os.path.join(program.temporary_folder("dbk-mirror-"), "schemas")


def same_folders(left, right):
    one, two = replay.read(left), replay.read(right)
    tap.equal(sorted(two), sorted(one), "files")
    for path, text in one.items():
        tap.equal(two[path], text, path)


def dump(database, *options):
    """What pg_dump says, without what is other each time it is run."""
    done = program.run([server.client("pg_dump"), "-s", *options, "-d", host.url(database)]).ok()
    return re.sub(r"\\(un)?restrict \S+", "", done.out)


def everything():
    """The fixture, as this server can have it: not every server is built with lz4."""
    with open(FIXTURE, encoding="utf-8") as text:
        sql = text.read()
    if host.sql("select 'lz4' = any (enumvals) from pg_settings where name = 'default_toast_compression'") == "t":
        return sql
    return sql.replace("compression lz4", "compression pglz")


@tap.test("one of everything: replayed into an empty database it gives the same bytes, whoever asks")
def _():
    host.sql("create database everything template template0")
    host.sql(everything(), "everything")
    one, two, three = folder(), folder(), folder()
    mirror(host.url("everything"), one).ok()
    replay.replay(host, one, "everything again")
    mirror(host.url("everything again"), two).ok()
    same_folders(one, two)
    host.sql("create role onlooker login; alter role onlooker set search_path = tools, public; "
             "alter role onlooker set timezone = 'Asia/Tokyo'; alter role onlooker set datestyle = 'German'; "
             "alter role onlooker set quote_all_identifiers = on; alter role onlooker set default_transaction_read_only = on")
    tap.equal(host.sql("select has_table_privilege('onlooker', 'tools.base', 'select')", "everything"), "f")
    mirror(host.url("everything", "onlooker"), three).ok()
    same_folders(one, three)
    tap.equal(check(host.url("everything"), one).ok().json(), [])


RARE = os.path.join(program.SOURCE, "test", "program", "fixtures", "mirror_rare.sql")


@tap.test("and of what is rare: operators, casts, languages, text search, foreign servers, publications, subscriptions")
def _():
    with open(RARE, encoding="utf-8") as text:
        host.sql("create database rare template template0 encoding 'UTF8'")
        host.sql(text.read(), "rare")
    one, two, three = folder(), folder(), folder()
    done = mirror(host.url("rare"), one).ok()
    tap.equal(done.err.count("which no file can hold"), 0, "what is not written")
    replay.replay(host, one, "rare again")
    mirror(host.url("rare again"), two).ok()
    same_folders(one, two)
    host.sql("create role stranger login")
    mirror(host.url("rare", "stranger"), three).ok()
    same_folders(one, three)
    tap.check("SECRET" not in "".join(replay.read(one).values()) + done.err, "a password is in the files")


@tap.test("pg_dump sees no difference between the original and the replayed one, but for what is a secret")
def _():
    if server.major(server.client("pg_dump")) < server.major():
        tap.skip("pg_dump reads no server that is newer than itself, and none as new as the server is installed")
    tap.equal(dump("everything again"), dump("everything"), "pg_dump -s")
    mapping = re.compile(r"CREATE USER MAPPING .*?;\n", re.DOTALL)
    one, two = (mapping.sub("", dump(database, "--no-subscriptions")) for database in ("rare", "rare again"))
    tap.equal(two, one, "pg_dump -s")


# What is done to a database, and which part of which object has changed.
RARE_CHANGES = [
    ("alter collation rare.german rename to deutsch", [("rare.deutsch", "extra", "object"), ("rare.german", "missing", "object"),
                                                          ("rare.name", "differs", "definition")]),
    ("comment on conversion rare.from_latin is null", [("rare.from_latin", "missing", "comment")]),
    ("alter operator rare.=== (rare.pair, rare.pair) set (restrict = none)",
     [("rare.===(rare.pair,rare.pair)", "differs", "definition")]),
    ("alter operator family \"Rare Too\".\"Pair Family\" using btree drop operator 1 (rare.pair, integer)",
     [('"Rare Too"."Pair Family" USING btree', "missing", "operator family member")]),
    ("alter operator class rare.pair_ops using btree owner to rare_reader", [("rare.pair_ops USING btree", "differs", "owner")]),
    ("drop cast (rare.pair as text) cascade; create cast (rare.pair as text) with inout",
     [("(rare.pair AS pg_catalog.text)", "differs", "definition"), ("(rare.pair AS pg_catalog.text)", "missing", "comment")]),
    ("grant usage on language \"Rare Lang\" to public", [('"Rare Lang"', "missing", "grant")]),
    ("alter text search configuration rare.\"Search \"\"It\"\"\" alter mapping for word with pg_catalog.simple",
     [('rare."Search ""It"""', "differs", "text search mapping")]),
    ("alter text search dictionary rare.german_stem (stopwords = 'english')", [("rare.german_stem", "differs", "definition")]),
    ("alter server near options (set host 'elsewhere')", [("near", "differs", "definition")]),
    ("create user mapping for rare_reader server near", [("near", "extra", "user mapping")]),
    ("alter user mapping for public server near options (add password 'x')", []),
    ("revoke grant option for usage on foreign data wrapper \"Far \"\"Away\"\"\" from rare_reader",
     [('"Far ""Away"""', "extra", "grant"), ('"Far ""Away"""', "missing", "grant")]),
    ("alter publication few drop table rare.parted; alter publication few set (publish = 'insert')",
     [("few", "differs", "definition"), ("few", "missing", "publication member")]),
    ("alter publication of_schema add tables in schema rare", [("of_schema", "extra", "publication member")]),
    ("alter subscription bare_sub set (binary = true)", [("bare_sub", "differs", "definition")]),
    ("drop access method rare_heap cascade", [("rare.in_heap", "missing", "object"), ("rare_heap", "missing", "object")]),
    ("alter event trigger rare_watch enable", [("", "missing", "trigger")]),
]


@tap.test("each change of what is rare is seen, and named for what it is")
def _():
    one = folder()
    url = host.url("rare again")
    for statement, expected in RARE_CHANGES:
        mirror(url, one).ok()
        host.sql(statement, "rare again")
        found = check(url, one).exits(1 if expected else 0).json()
        tap.equal(sorted((row["object"], row["difference"], row["part"]) for row in found), sorted(expected), statement)


@tap.test("nothing in the bytes says when, by which object number or by which release they were made")
def _():
    one = folder()
    mirror(host.url("everything"), one).ok()
    text = "\n".join(replay.read(one).values())
    for number in host.sql("select oid from pg_class where oid >= 16384 and relkind in ('r', 'p') union all select oid from pg_namespace "
                           "where oid >= 16384 order by 1", "everything").split():
        tap.check(not re.search(rf"\b{number}\b", text), f"object number {number} is in the text")
    tap.check(host.sql("show server_version") not in text, "the version of the server is in the text")


@tap.test("a name is one file name wherever it goes: slashes, capitals, quotes and dots are encoded, overloads told apart")
def _():
    one = folder()
    mirror(host.url("everything"), one).ok()
    names = replay.read(one)
    space = "%4Dixed%20%43ase%2F%53lash%2E%44ot"
    for path in (f"{space}/schema.sql", f"{space}/tables/lower.sql", f"{space}/tables/%4C%4F%57%45%52.sql",
                 f"{space}/tables/%54able%20%22%51uoted%22%20%2E%2E%2Fx.sql", "tools/types/mood.sql", "tools/views/kept.sql",
                 "tools/sequences/plain.sql", "tools/functions/doit.sql"):
        tap.check(path in names, f"{path} is not among {sorted(names)}")
    tap.equal(len([path for path in names if re.fullmatch(r"tools/functions/over\.[0-9a-f]{12}\.sql", path)]), 2)
    tap.equal(len({path.lower() for path in names}), len(names), "names that differ where case does not count")


@tap.test("what an owner has by default is not written; what it has lost, and what others have, is")
def _():
    one = folder()
    mirror(host.url("everything"), one).ok()
    base = replay.read(one)["tools/tables/base.sql"]
    everything_else = "truncate, references, trigger" + (", maintain" if server.major() >= 17 else "")
    for line in ('revoke delete on tools.base from "Mirror Owner";', "grant select on tools.base to mirror_reader;",
                 "grant insert (id, name) on tools.base to mirror_reader;",
                 f"grant select, insert, update, delete, {everything_else} on tools.base to mirror_writer with grant option;",
                 "grant usage on sequence tools.base_id_seq to mirror_writer;"):
        tap.contains(base, line)
    tap.check('to "Mirror Owner"' not in base.replace('owner to "Mirror Owner"', ""), "the owner's own rights are written")
    over = "".join(text for path, text in replay.read(one).items() if "/functions/over." in path)
    tap.contains(over, "revoke execute on function tools.over(a integer) from public;")
    tap.equal(over.count("revoke"), 1, "revocations of what PUBLIC still has")


@tap.test("objects that are gone lose their files, files of others stay and are named")
def _():
    host.sql("create database moving template template0")
    host.sql("create schema s; create table s.a (x integer); create view s.v as select 1 as x; create table public.p (x integer)", "moving")
    one = folder()
    url = host.url("moving")
    done = mirror(url, one).ok()
    tap.contains(done.err, "written=5 removed=0 same=0")
    for path, text in (("s/notes.txt", "mine"), ("s/tables/mine.sql", "select 1;\n"), ("NOTES.md", "mine"),
                       ("s/tables/s.tmp/deep.sql", "mine")):
        os.makedirs(os.path.dirname(os.path.join(one, path)), exist_ok=True)
        with open(os.path.join(one, path), "w", encoding="utf-8") as out:
            out.write(text)
    host.sql("drop view s.v; alter table s.a add y text", "moving")
    done = check(url, one).exits(1)
    tap.equal([(row["object"], row["kind"], row["difference"], row["part"], row["name"]) for row in done.json()],
              [("s.a", "table", "extra", "column", "y"), ("s.v", "view", "missing", "object", "")])
    for path in ("s/notes.txt", "s/tables/mine.sql", "NOTES.md", "s/tables/s.tmp"):
        tap.contains(done.err, f"{one}/{path} was not written by daybook mirror")
    before = os.stat(os.path.join(one, "s/schema.sql")).st_mtime_ns
    done = mirror(url, one).ok()
    tap.contains(done.err, "written=1 removed=1 same=3")
    tap.equal(os.stat(os.path.join(one, "s/schema.sql")).st_mtime_ns, before, "time of a file that is the same")
    tap.check(not os.path.exists(os.path.join(one, "s/views")), "an empty folder is left")
    for path in ("s/notes.txt", "s/tables/mine.sql", "NOTES.md", "s/tables/s.tmp/deep.sql"):
        tap.check(os.path.exists(os.path.join(one, path)), f"{path} is gone")
    tap.equal(check(url, one).ok().json(), [])


@tap.test("a foreign file where one of ours belongs, or a foreign README, is not overwritten")
def _():
    one = folder()
    os.makedirs(os.path.join(one, "s/tables"))
    with open(os.path.join(one, "s/tables/a.sql"), "w", encoding="utf-8") as out:
        out.write("-- mine\n")
    done = mirror(host.url("moving"), one).exits(5)
    tap.contains(done.err, "s/tables/a.sql was not written by daybook mirror")
    os.remove(os.path.join(one, "s/tables/a.sql"))
    with open(os.path.join(one, "README.md"), "w", encoding="utf-8") as out:
        out.write("# mine\n")
    tap.contains(mirror(host.url("moving"), one).exits(5).err, "README.md was not written by daybook mirror")


@tap.test("--schema touches one schema and leaves the others")
def _():
    one = folder()
    mirror(host.url("moving"), one).ok()
    host.sql("alter table s.a add z integer; alter table public.p add z integer", "moving")
    tap.equal([row["object"] for row in check(host.url("moving"), one, "--schema", "s").exits(1).json()], ["s.a"])
    mirror(host.url("moving"), one, "--schema", "s").ok()
    tap.equal([row["object"] for row in check(host.url("moving"), one).exits(1).json()], ["public.p"])
    check(host.url("moving"), one, "--schema", "nowhere").exits(3)


@tap.test("public as initdb makes it is not written; any change of it is")
def _():
    host.sql("create database bare template template0")
    host.sql("create schema s", "bare")
    one = folder()
    mirror(host.url("bare"), one).ok()
    tap.equal(list(replay.read(one)), ["s/schema.sql"])
    host.sql("grant create on schema public to public; comment on schema public is null", "bare")
    mirror(host.url("bare"), one).ok()
    tap.contains(replay.read(one)["public/schema.sql"], "create schema if not exists public;\n\ncomment on schema public is null;\n\n"
                 "grant create on schema public to public;")
    two = folder()
    replay.replay(host, one, "bare again")
    mirror(host.url("bare again"), two).ok()
    same_folders(one, two)


@tap.test("what cannot be written is named, so that nobody takes the mirror for complete")
def _():
    host.sql("create database odd template template0")
    host.sql("create schema s; create type s.point; create function s.\"In\"(cstring) returns s.point language internal immutable as 'int4in'; "
             "create function s.out(s.point) returns cstring language internal immutable as 'int4out'; "
             "create type s.point (input = s.\"In\", output = s.out, like = integer); "
             "create function s.eq(integer, integer) returns boolean language sql immutable as 'select true'; "
             "create operator s.=== (leftarg = integer, rightarg = integer, function = s.eq, negator = operator(s.!==))", "odd")
    one = folder()
    warning = "the database has {}, which no file can hold"
    done = mirror(host.url("odd"), one).ok()
    text = "\n".join(replay.read(one).values())
    for name in ("type s.point", "operator s.!==(integer,integer)"):
        tap.contains(text, f"-- not written here: {name}")
        tap.contains(done.err, warning.format(name))
        tap.contains(check(host.url("odd"), one).ok().err, warning.format(name))
    host.sql("drop type s.point cascade", "odd")
    done = check(host.url("odd"), one).exits(1)
    tap.check("type s.point, which" not in done.err, done.err)
    tap.equal(sorted((row["object"].split("(")[0], row["difference"], row["part"]) for row in done.json()),
              [("s", "missing", "unwritten"), ('s."In"', "missing", "object"), ('s."out"', "missing", "object")])


@tap.test("an empty database, a missing folder and one of another version are unknown, never clean")
def _():
    host.sql("create database empty template template0")
    one = folder()
    tap.contains(mirror(host.url("empty"), one).exits(3).err, "no schema to write")
    check(host.url("empty"), one).exits(3)
    tap.contains(check(host.url("moving"), one).exits(3).err, "holds no mirror")
    mirror(host.url("moving"), one).ok()
    path = os.path.join(one, "README.md")
    with open(path, encoding="utf-8") as text:
        changed = re.sub(r"PostgreSQL \d+ -->", "PostgreSQL 14 -->", text.read())
    with open(path, "w", encoding="utf-8") as out:
        out.write(changed)
    check(host.url("moving"), one).ok()
    host.sql("alter table s.a add another integer", "moving")
    tap.contains(check(host.url("moving"), one).exits(3).err, "was written by PostgreSQL 14")
    tap.contains(mirror(host.url("moving"), one).exits(5).err, "was written by PostgreSQL 14")


@tap.test("an exclusive lock is waited for as long as asked, not longer")
def _():
    one = folder()
    mirror(host.url("moving"), one).ok()
    host.sql("create index a_x on s.a (x)", "moving")
    blocker = session.Session(host.url("moving"))
    blocker.run("begin; lock table s.a in access exclusive mode")
    done = mirror(host.url("moving"), one, "--lock-wait", "300ms").exits(4)
    tap.contains(done.err, "55P03")
    tap.contains(check(host.url("moving"), one, "--lock-wait", "300ms").exits(3).err, "could not be read")
    blocker.run("rollback")
    mirror(host.url("moving"), one).ok()


@tap.test("partitions made while the system runs are not files, but one that is unlike the others is")
def _():
    host.database("running", roles=True)
    program.daybook("migrate", "apply", "--url", host.url("running", "trader"), "--quiet").ok()
    one = folder()
    url = host.url("running")
    mirror(url, one).ok()
    host.sql("select market.fn_ensure_partitions('klines', '2024-01-01', '2024-12-31'), bus.fn_ensure_event_partitions(20)", "running")
    tap.equal(check(url, one).ok().json(), [], "differences made by new partitions")
    host.sql("create index sneaky on market.klines_202403 (open_time)", "running")
    host.sql("grant select on market.klines_202405 to public", "running")
    host.sql("drop index bus.domain_events_p3_version_key", "running")
    found = check(url, one).exits(1).json()
    tap.equal([(row["object"], row["difference"], row["part"]) for row in found],
              [("bus.domain_events_p3", "extra", "object"), ("market.klines_202403", "extra", "object"),
               ("market.klines_202405", "extra", "object")])
    tap.contains(found[1]["actual_text"], "sneaky")


tap.main()
