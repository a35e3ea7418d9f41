"""`daybook drift`: files, mirror and database say the same, or each difference is named; what cannot be told is never clean."""

import os
import re
import shutil

from harness import program, server, session, tap

host = server.Server()


def install(name, roles=False, prefix="daybook_", owner="trader", modules="trading,market"):
    url = host.database(name, owner, roles, prefix)
    program.daybook("migrate", "apply", "--url", url, "--modules", modules, "--role-prefix", prefix, "--quiet").ok()
    return url


def drift(url, *arguments, **options):
    """Run where no schemas folder is, unless one is named."""
    return program.daybook("drift", "--url", url, "--format", "json", *arguments, cwd=options.pop("cwd", "/tmp"), **options)


def rows(done):
    return [(row["expected"], row["actual"], row["object"], row["difference"], row["part"], row["name"]) for row in done.json()]


def mirror_of(url):
    folder = os.path.join(program.temporary_folder("dbk-drift-"), "schemas")
    program.daybook("mirror", "--url", url, "--out", folder, "--quiet").ok()
    return folder


def edit(path, old, new):
    with open(path, encoding="utf-8") as text:
        before = text.read()
    tap.contains(before, old)
    with open(path, "w", encoding="utf-8") as out:
        out.write(before.replace(old, new))


install("two", roles=True)
host.sql("create role onlooker login; grant connect on database two to onlooker; alter role onlooker set default_transaction_read_only = on")


@tap.test("an installation as it was made has no drift: two roles, one role, another prefix, a login that may only read")
def _():
    for name, url, arguments in (("two roles", host.url("two"), ()), ("a login without rights", host.url("two", "onlooker"), ["--schema-only"]),
                                 ("one role", install("one", owner="somebody"), ()),
                                 ("a prefix", install("gordon", roles=True, prefix="gordon_"), ())):
        done = drift(url, *arguments).ok()
        tap.equal(done.json(), [], name)
        tap.contains(done.err, "expected=files actual=live")
        tap.contains(done.err, {"one role": "no declared rights", "a login without rights": ""}.get(name, "expected=matrix actual=live"))


@tap.test("files = mirror = live, with the mirror in ./schemas")
def _():
    folder = mirror_of(host.url("two"))
    done = drift(host.url("two"), cwd=os.path.dirname(folder))
    tap.equal(done.ok().json(), [])
    tap.contains(done.err, "expected=files actual=mirror")
    tap.contains(done.err, "expected=mirror actual=live")


OUT_OF_BAND = [
    ("alter table trading.runs add sneaky text", ("trading.runs", "extra", "column", "sneaky")),
    ("alter table trading.accounts alter column name type varchar(10)", ("trading.accounts", "differs", "type", "name")),
    ("alter table trading.accounts alter column opened_at set default now()", ("trading.accounts", "differs", "default", "opened_at")),
    ("alter table ref.currencies alter column name drop not null", ("ref.currencies", "differs", "nullability", "name")),
    ("alter table trading.fills drop constraint fills_price_not_negative",
     ("trading.fills", "missing", "constraint", "fills_price_not_negative")),
    ("create index sneaky on trading.orders (order_id)", ("trading.orders", "extra", "index", "sneaky")),
    ("drop index trading.fills_order_idx", ("trading.fills", "missing", "index", "fills_order_idx")),
    ("grant delete on trading.fills to daybook_api", ("trading.fills", "extra", "grant", "")),
    ("revoke select on trading.fills from daybook_api", ("trading.fills", "missing", "grant", "")),
    ("grant update (price) on trading.fills to onlooker", ("trading.fills", "extra", "grant", "")),
    ("grant execute on function util.uuid_v7() to public", ("util.uuid_v7()", "missing", "grant", "")),
    ("grant usage on schema trading to onlooker", ("trading", "extra", "grant", "")),
    ("alter default privileges for role daybook_owner in schema trading grant select on tables to public",
     ("trading", "extra", "default privilege", "")),
    ("alter table trading.runs owner to onlooker", ("trading.runs", "differs", "owner", "")),
    ("comment on table trading.orders is 'changed'", ("trading.orders", "differs", "comment", "table trading.orders")),
    ("create or replace function util.to_ms(p_at timestamptz) returns bigint language sql immutable set search_path = pg_catalog, pg_temp "
     "as 'select 0::bigint'", ("util.to_ms(p_at timestamp with time zone)", "differs", "definition", "")),
    ("alter function util.uuid_v7() security definer", ("util.uuid_v7()", "differs", "definition", "")),
    ("create policy sneaky on trading.orders using (true)", ("trading.orders", "extra", "policy", "sneaky")),
    ("alter table trading.orders enable row level security", ("trading.orders", "extra", "policy", "")),
    ("create trigger sneaky before insert on trading.orders for each row execute function suppress_redundant_updates_trigger()",
     ("trading.orders", "extra", "trigger", "sneaky")),
    ("create rule sneaky as on delete to trading.orders do instead nothing", ("trading.orders", "extra", "rule", "sneaky")),
    ("alter table trading.orders set (fillfactor = 50)", ("trading.orders", "differs", "storage", "")),
    ("alter domain util.amount drop constraint amount_scale", ("util.amount", "differs", "definition", "")),
    ("alter sequence bus.domain_events_id_seq cache 7", ("bus.domain_events_id_seq", "differs", "definition", "")),
    ("drop view trading.trades", ("trading.trades", "missing", "object", "")),
    ("create table trading.another (x integer)", ("trading.another", "extra", "object", "")),
    ("create table public.elsewhere (x integer)", ("public.elsewhere", "extra", "object", "")),
    ("create index sneaky on bus.domain_events_p2 (event_type)", ("bus.domain_events_p2", "extra", "object", "")),
    ("create extension pgcrypto", ("", "extra", "extension", "pgcrypto")),
]


@tap.test("every change made by hand is one line, named for what it is, and nothing else is")
def _():
    host.sql("create database changed template two")
    for statement, _ in OUT_OF_BAND:
        host.sql(statement, "changed")
    found = drift(host.url("changed", "onlooker"), "--schema-only").exits(1)
    # With a table in it, public is a schema that the files do not know.
    expected = [("files", "live", *change) for _, change in OUT_OF_BAND] + [("files", "live", "public", "extra", "object", "")]
    tap.equal("\n".join(sorted(map(str, rows(found)))), "\n".join(sorted(map(str, expected))), "differences")


@tap.test("changes in the live database are told of the live side, changes in the folder of both its neighbours")
def _():
    folder = mirror_of(host.url("two"))
    host.sql("drop database if exists changed")
    host.sql("create database changed template two")
    host.sql("alter table trading.runs add sneaky text; grant delete, truncate on trading.fills to daybook_api", "changed")
    edit(os.path.join(folder, "trading/tables/orders.sql"), "order_id uuid not null", "order_id text not null")
    os.remove(os.path.join(folder, "trading/views/trades.sql"))
    found = rows(drift(host.url("changed"), "--mirror", folder, "--schema-only").exits(1))
    tap.equal(found, [("files", "mirror", "trading.orders", "differs", "type", "order_id"),
                      ("files", "mirror", "trading.trades", "missing", "object", ""),
                      ("mirror", "live", "trading.fills", "extra", "grant", ""), ("mirror", "live", "trading.fills", "extra", "grant", ""),
                      ("mirror", "live", "trading.orders", "differs", "type", "order_id"),
                      ("mirror", "live", "trading.runs", "extra", "column", "sneaky"),
                      ("mirror", "live", "trading.trades", "extra", "object", "")])


@tap.test("--diff prints lines that patch understands; a table for people is no wider than it needs to be")
def _():
    folder = mirror_of(host.url("two"))
    done = drift(host.url("changed"), "--mirror", folder, "--diff").exits(1)
    tap.contains(done.out, "--- mirror/trading/tables/runs.sql\n+++ live/trading/tables/runs.sql\n@@ ")
    tap.contains(done.out, "\n+    sneaky text,\n")
    tap.contains(done.out, "# matrix/live: table trading.fills: extra: DELETE daybook_api")
    if shutil.which("patch"):
        program.run(["patch", "-p1", "-s", "-d", folder], stdin=done.out.encode()).ok()
        program.daybook("mirror", "--check", "--url", host.url("changed"), "--out", folder).ok()
    done = program.daybook("drift", "--url", host.url("changed"), cwd="/tmp").exits(1)
    tap.contains(done.out, "trading.fills")
    tap.check(max(len(line) for line in done.out.splitlines()) < 160, done.out)


@tap.test("what is not applied yet is missing in the live database")
def _():
    url = install("small", modules="core")
    found = rows(drift(url, "--modules", "trading").exits(1))
    tap.check(("files", "live", "trading.fills", "missing", "object", "") in found, str(found[:5]))
    tap.equal({row[3] for row in found}, {"missing"})


@tap.test("--schema leaves the others out")
def _():
    tap.equal(rows(drift(host.url("changed"), "--schema", "bus", "--schema", "util").ok()), [])
    drift(host.url("small"), "--schema", "nowhere").exits(3)


@tap.test("a team's own modules are files like ours, and their managed partitions are theirs")
def _():
    folder = program.temporary_folder("dbk-own-")
    for path, text in {
        "own/module.conf": "[module]\nname = own\nsummary = ours\nrequires = core\nalways = false\nschemas = own\n"
                           "[table own.big]\nretention = forever\npartitioning = list(k)\nbackup = book\n",
        "own/migrations/001_own.sql": "create schema own;\ncreate table own.big (k integer not null) partition by list (k);\n",
    }.items():
        os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
        with open(os.path.join(folder, path), "w", encoding="utf-8") as out:
            out.write(text)
    url = host.database("own")
    program.daybook("migrate", "apply", "--url", url, "--modules", "own", "--modules-dir", folder, "--quiet").ok()
    host.sql("set role trader; create table own.big_1 (k integer not null); alter table own.big attach partition own.big_1 for values in (1)", "own")
    tap.equal(rows(drift(url, "--modules-dir", folder).ok()), [])
    tap.equal(drift(url).status, 2, "without the folder the module is not known")


@tap.test("a mirror that another major version wrote is replayed before it is compared")
def _():
    folder = mirror_of(host.url("two"))
    edit(os.path.join(folder, "README.md"), re.search(r"PostgreSQL \d+", open(os.path.join(folder, "README.md"), encoding="utf-8").read())[0],
         "PostgreSQL 14")
    edit(os.path.join(folder, "trading/tables/fills.sql"), "fill_id uuid not null", "fill_id uuid")
    edit(os.path.join(folder, "trading/tables/fills.sql"), "constraint fills_price_not_negative CHECK (((price)::numeric >= ",
         "constraint fills_price_not_negative CHECK (((price)::numeric > ")
    done = drift(host.url("two"), "--mirror", folder).exits(1)
    tap.contains(done.err, "written by PostgreSQL 14 and is replayed")
    # That a column of a key is never null needs no words, and everything else is as it was.
    tap.equal(rows(done), [("files", "mirror", "trading.fills", "differs", "constraint", "fills_price_not_negative"),
                           ("mirror", "live", "trading.fills", "differs", "constraint", "fills_price_not_negative")])
    edit(os.path.join(folder, "trading/tables/fills.sql"), "create table", "create tabel")
    tap.contains(drift(host.url("two"), "--mirror", folder).exits(3).err, "the mirror could not be replayed")


@tap.test("an empty database, one without Daybook, a locked or a closed catalog, an empty folder: unknown, never clean")
def _():
    host.sql("create database void template template0")
    tap.contains(drift(host.url("void")).exits(3).err, "no schema")
    host.sql("create schema something", "void")
    tap.contains(drift(host.url("void")).exits(3).err, "not installed")
    tap.contains(drift(host.url("two"), "--mirror", program.temporary_folder("dbk-none-")).exits(3).err, "holds no mirror")
    blocker = session.Session(host.url("two"))
    blocker.run("begin; lock table trading.orders in access exclusive mode")
    tap.contains(drift(host.url("two"), "--lock-wait", "200ms").exits(3).err, "could not be read")
    blocker.close()
    host.sql("revoke select on pg_catalog.pg_policy from public", "changed")
    done = drift(host.url("changed", "onlooker"), "--schema-only").exits(3)
    tap.contains(done.err, "permission denied")


@tap.test("rights are compared with what is declared, too; who may not read that is told so and not told clean")
def _():
    host.sql("drop database if exists changed")
    host.sql("create database changed template two")
    host.sql("grant delete on trading.fills to daybook_executor; revoke select on trading.fills from daybook_api", "changed")
    found = rows(drift(host.url("changed")).exits(1))
    for row in (("files", "live", "trading.fills", "extra", "grant", ""), ("matrix", "live", "trading.fills", "extra", "right", "DELETE daybook_executor"),
                ("matrix", "live", "trading.fills", "missing", "right", "SELECT daybook_api")):
        tap.check(row in found, f"{row} is not among {found}")
    done = drift(host.url("two", "onlooker")).exits(3)
    tap.equal(done.json(), [])
    tap.contains(done.err, "cannot tell")


tap.main()
