"""`migrate adopt`: folders and ledgers of other tools. dbmate itself comes from npm; the others by the formats of their tables."""

import hashlib
import os
import shutil
import subprocess
import zlib

from harness import program, server, session, tap

host = server.Server()

UP = {1: "create table users (id bigint primary key);\n", 2: "alter table users add column name text;\n"}
NEXT = "create table orders (id bigint primary key, user_id bigint references users);\n"
BLOCK = "-- migrate:up\n{}\n-- migrate:down\nselect no such thing;\n"


class Shop:
    """A folder of another tool, a modules folder beside it, and a database."""

    def __init__(self, tool, database, names, text=lambda sql: sql):
        self.tool, self.name = tool, database
        self.top = program.temporary_folder("dbk-adopt-")
        self.url = host.database(database)
        self.folder = os.path.join(self.top, "db", "migrations")
        self.modules = os.path.join(self.top, "modules")
        os.makedirs(self.folder)
        self.names, self.text = names, text
        for number, sql in UP.items():
            self.write(names(number), text(sql))
            self.sql(sql)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8", newline="") as out:
            out.write(text)

    def bytes(self, name):
        with open(os.path.join(self.folder, name), "rb") as data:
            return data.read()

    def sql(self, text):
        return host.sql(text, self.name, "trader")

    def adopt(self, *arguments):
        return program.daybook("migrate", "adopt", "--from", self.tool, "--module", "shop", "--modules-dir", self.modules,
                               "--url", self.url, *arguments, self.folder)

    def run(self, verb, *arguments):
        return program.daybook("migrate", verb, "--url", self.url, "--modules-dir", self.modules, *arguments)

    def check_baseline(self):
        tap.equal(self.sql("select string_agg(module || ' ' || number || ' ' || kind, ', ' order by seq) from daybook.migrations"),
                  "shop 1 baseline, shop 2 baseline")
        self.run("status").ok()
        self.run("verify").ok()

    def check_next(self):
        """What comes new is applied as the other tool would: unqualified names go where the login's search path says."""
        self.write(self.names(3), self.text(NEXT))
        self.run("apply").ok()
        tap.equal(self.sql("select to_regclass('public.orders') is not null"), "t")
        tap.equal(self.sql("select count(*) from pg_namespace where nspname in ('core', 'util', 'bus')"), "0", "schemas nobody asked for")
        tap.contains(self.run("apply").ok().err, "migrations=0")
        self.run("verify").ok()

    def check_new(self, name):
        """`new` writes where and as the other tool would; what it wrote can be applied as it is."""
        path = program.daybook("migrate", "new", "shop", "Add funding", "--modules-dir", self.modules).ok().out.strip()
        tap.equal(os.path.realpath(path), os.path.realpath(os.path.join(self.folder, name)))
        tap.contains(self.run("apply").ok().err, "migrations=1")
        self.run("status").ok()


def sqlx(database):
    shop = Shop("sqlx", database, lambda number: f"{number:03}_step_{number}.sql")
    shop.sql("""create table _sqlx_migrations (version bigint primary key, description text not null, installed_on timestamptz not null default now(),
                success boolean not null, checksum bytea not null, execution_time bigint not null)""")
    for number in UP:
        digest = hashlib.sha384(shop.bytes(shop.names(number))).hexdigest()
        shop.sql(f"insert into _sqlx_migrations values ({number}, 'step {number}', now(), true, '\\x{digest}', 1)")
    return shop


@tap.test("sqlx: files are checked against its SHA-384, and both ledgers agree afterwards")
def _():
    shop = sqlx("sqlx_dual")
    shop.adopt("--dual-write").ok()
    shop.adopt("--dual-write").ok()
    shop.check_baseline()
    shop.check_next()
    shop.write("004_alone.sql", "-- no-transaction\ncreate index concurrently users_name on users (name);\n")
    shop.run("apply").ok()
    tap.equal(shop.sql("select string_agg(version || ' ' || description || ' ' || success, ', ' order by version) from _sqlx_migrations"),
              "1 step 1 true, 2 step 2 true, 3 step 3 true, 4 alone true")
    for number, name in ((3, "003_step_3.sql"), (4, "004_alone.sql")):
        tap.equal(shop.sql(f"select encode(checksum, 'hex') from _sqlx_migrations where version = {number}"),
                  hashlib.sha384(shop.bytes(name)).hexdigest())
    shop.check_new("005_add_funding.sql")


@tap.test("sqlx: while a service holds its lock, a transaction waits for it")
def _():
    shop = sqlx("trading")
    shop.adopt("--dual-write").ok()
    key = 0x3D32AD9E * zlib.crc32(b"trading")
    tap.equal(key, 3240178890854078544, "the published vector")
    shop.write("003_step_3.sql", NEXT)
    service = session.Session(shop.url)
    service.run(f"select pg_advisory_lock({key})")
    run = program.start(["migrate", "apply", "--url", shop.url, "--modules-dir", shop.modules])
    asked = set()

    def asks_again():
        asked.update(shop.sql("select query_start from pg_stat_activity where application_name = 'daybook migrate' "
                              "and query like '%pg_try_advisory_xact_lock%'").split("\n"))
        return len(asked - {""}) > 2

    tap.wait_until(asks_again, "it asks for the lock again and again", pause_s=0.01)
    tap.equal((run.poll(), shop.sql("select count(*) from daybook.migrations where number = 3")), (None, "0"), "it did not wait")
    service.close()
    _, said = run.communicate(timeout=60)
    tap.equal(run.returncode, 0, said)


def psql(shop, sql, name):
    return subprocess.Popen([server.client("psql"), "-XAtq", f"{shop.url}&application_name={name}", "-c", sql],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=program.clean_env())


@tap.test("sqlx: who is blocked in its lock is waited for before a concurrent build, named, and in the end a reason to stop")
def _():
    shop = sqlx("sqlx_waiters")
    shop.adopt("--dual-write").ok()
    key = 0x3D32AD9E * zlib.crc32(b"sqlx_waiters")
    key = (key & (2 ** 64 - 1)) - (key >> 63 & 1) * 2 ** 64
    shop.write("003_alone.sql", "-- no-transaction\ncreate index concurrently users_name on users (name);\n")
    holder = psql(shop, f"select pg_advisory_lock({key}); select pg_sleep(600)", "holder")
    tap.at_end(holder.kill)
    tap.wait_until(lambda: shop.sql("select count(*) from pg_locks where locktype = 'advisory' and granted") == "1", "the lock is held")
    other = psql(shop, f"select pg_advisory_lock({key + 1}); select pg_sleep(600)", "other")  # of no concern
    tap.at_end(other.kill)
    waiter = psql(shop, f"select pg_advisory_lock({key})", "waiter")
    tap.at_end(waiter.kill)
    tap.wait_until(lambda: shop.sql("select count(*) from pg_locks where locktype = 'advisory' and not granted") == "1", "the waiter waits")
    done = shop.run("apply", "--concurrent-wait", "1s").exits(4)
    tap.contains(done.err, "sessions wait for sqlx's lock, and a concurrent build would wait for them")
    tap.contains(done.err, "(waiter), waiting for")
    tap.check("(holder)" not in done.err and "(other)" not in done.err, done.err)
    tap.equal(shop.sql("select count(*) from daybook.migration_steps"), "0", "something was begun")
    tap.equal(shop.sql("select to_regclass('users_name') is null"), "t")
    run = program.start(["migrate", "apply", "--url", shop.url, "--modules-dir", shop.modules])
    tap.contains(run.stderr.readline() + run.stderr.readline(), "waiting until they are gone")
    shop.sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name in ('holder', 'other')")
    _, err = run.communicate(timeout=60)
    tap.equal(run.returncode, 0, err)
    waiter.wait(30)
    tap.equal(waiter.returncode, 0, "the waiter was a victim")
    tap.equal(shop.sql("select indisvalid from pg_index where indexrelid = 'users_name'::regclass"), "t")


@tap.test("sqlx: an edited file, a missing file and a failed migration are refused, and nothing stays")
def _():
    shop = sqlx("sqlx_faults")
    shop.write("001_step_1.sql", "create table others ();\n")
    shop.adopt().exits(10)
    tap.check(not os.path.exists(os.path.join(shop.modules, "shop", "module.conf")), "module.conf was left behind")
    os.unlink(os.path.join(shop.folder, "001_step_1.sql"))
    shop.adopt().exits(11)
    shop.write("001_step_1.sql", UP[1].replace("\n", "\r\n"))
    shop.sql("update _sqlx_migrations set success = false where version = 2")
    shop.adopt().exits(16)
    shop.sql("update _sqlx_migrations set success = true")
    tap.equal(shop.sql("select to_regnamespace('daybook') is null"), "t", "something was recorded")
    shop.adopt().ok()  # line ends are no edit
    shop.run("status").ok()


@tap.test("golang-migrate: everything up to its version; a dirty one is refused; dbmate's table is told apart")
def _():
    shop = Shop("golang-migrate", "golang", lambda number: f"{number:06}_step.up.sql")
    shop.write("000001_step.down.sql", "drop table users;\n")
    shop.sql("create table schema_migrations (version bigint not null primary key, dirty boolean not null); insert into schema_migrations values (2, true)")
    shop.adopt().exits(16)
    shop.sql("update schema_migrations set dirty = false")
    shop.adopt().ok()
    shop.check_baseline()
    shop.check_next()
    shop.check_new("000004_add_funding.up.sql")
    other = Shop("dbmate", "golang_not", lambda number: f"{number}_x.sql", BLOCK.format)
    other.sql("create table schema_migrations (version bigint not null primary key, dirty boolean not null)")
    tap.contains(other.adopt().exits(5).err, "golang-migrate")


HISTORY = """create table flyway_schema_history (installed_rank int primary key, version varchar(50), description varchar(200) not null,
    type varchar(20) not null, script varchar(1000) not null, checksum int, installed_by varchar(100) not null default 'x',
    installed_on timestamp not null default now(), execution_time int not null default 1, success boolean not null)"""


def flyway(database, names, versions):
    """Flyway has applied the files of UP, as these versions."""
    shop = Shop("flyway", database, names)
    shop.sql(HISTORY)
    for number in UP:
        record(shop, number, versions[number], names(number))
    return shop


def record(shop, rank, version, script, kind="SQL"):
    """A row as Flyway writes it: its checksum is over lines, without their ends."""
    crc = 0
    for line in shop.bytes(script).splitlines():
        crc = zlib.crc32(line, crc)
    crc -= (crc >> 31) << 32
    shop.sql(f"insert into flyway_schema_history (installed_rank, version, description, type, script, checksum, success)"
             f" values ({rank}, {'null' if version is None else repr(version)}, 'step', '{kind}', '{script}', {crc}, true)")


@tap.test("Flyway: files are checked against its CRC-32, and whole numbers stay what they are")
def _():
    shop = flyway("flyway", lambda number: f"V{number}__step.sql", {1: "1", 2: "2"})
    shop.write("U1__undo.sql", "drop table users;\n")
    shop.adopt().ok()
    shop.check_baseline()
    shop.check_next()
    shop.check_new("V4__add_funding.sql")
    edited = flyway("flyway_edited", lambda number: f"V{number}__step.sql", {1: "1", 2: "2"})
    edited.write("V1__step.sql", UP[1].replace("bigint", "integer"))
    edited.adopt().exits(10)
    edited.write("V1__step.sql", UP[1].replace("\n", "\r\n"))  # line ends are no edit
    edited.adopt().ok()


@tap.test("Flyway: versions of several parts become numbers in their order; a late one is refused, a later one applied")
def _():
    names = {1: "V1.2__step.sql", 2: "V1_10__step.sql", 3: "V1.10.1__step.sql"}
    shop = flyway("flyway_dots", names.get, {1: "1.2", 2: "1.10"})
    shop.write("V1.9__gone.sql", "select 1;\n")
    shop.adopt().ok()
    tap.contains(open(os.path.join(shop.modules, "shop", "module.conf"), encoding="utf-8").read(), "version_digits = 3, 3\n")
    tap.equal(shop.sql("select string_agg(number || ' ' || name, ', ' order by seq) from daybook.migrations"),
              "1002000 V1.2__step.sql, 1010000 V1_10__step.sql")
    late = shop.run("apply").exits(12)
    tap.contains(late.err, "shop/migrations/V1.9__gone.sql comes before migrations that were applied already")
    os.unlink(os.path.join(shop.folder, "V1.9__gone.sql"))
    shop.write(names[3], NEXT)  # a third part, which the folder did not have before
    shop.run("apply").ok()
    tap.equal(shop.sql("select max(number) from daybook.migrations"), "1010001")
    shop.write("V1.10.1.1__four.sql", "select 1;\n")
    tap.contains(shop.run("apply").exits(14).err, "V, a version of 3 parts at most")
    os.unlink(os.path.join(shop.folder, "V1.10.1.1__four.sql"))
    shop.write("V1.11__step.sql", "select 1;\n")
    shop.run("apply").ok()
    shop.check_new("V1.12__add_funding.sql")
    shop.write("V2__step.sql", "select 2;\n")
    shop.run("apply").ok()
    shop.write("V1.2.0__again.sql", "select 1;\n")
    shop.run("apply").exits(13)  # 1.2 and 1.2.0 are one version, for Flyway too


@tap.test("Flyway: what its baseline covers, what was undone and what was repaired away")
def _():
    shop = flyway("flyway_rows", lambda number: f"V{number}__step.sql", {1: "1", 2: "2"})
    shop.sql("update flyway_schema_history set type = 'BASELINE', script = '<< Flyway Baseline >>', checksum = null, version = '1.0'"
             " where installed_rank = 1")
    shop.write("V3__undone.sql", "create table undone ();\n")
    record(shop, 3, "3", "V3__undone.sql")
    record(shop, 4, "3", "V3__undone.sql", "UNDO_SQL")
    record(shop, 5, "99", "V3__undone.sql", "DELETE")
    shop.adopt().ok()
    tap.equal(shop.sql("select string_agg(module || ' ' || number || ' ' || kind, ', ' order by seq) from daybook.migrations"),
              "shop 1 baseline, shop 2 baseline")
    shop.run("apply").ok()
    tap.equal(shop.sql("select to_regclass('undone') is not null"), "t")


@tap.test("Flyway: a baseline migration stands for files that are gone, and for nothing else")
def _():
    shop = Shop("flyway", "flyway_b", lambda number: f"V{number}__step.sql")
    shop.sql(HISTORY)
    shop.write("B2__all.sql", UP[1] + UP[2])
    record(shop, 1, "2", "B2__all.sql", "SQL_BASELINE")
    shop.adopt().ok()
    tap.equal(shop.sql("select string_agg(name, ' ' order by seq) from daybook.migrations"), "V1__step.sql V2__step.sql")
    gone = Shop("flyway", "flyway_b_gone", lambda number: f"V{number}__step.sql")
    gone.sql(HISTORY)
    for number in UP:
        os.unlink(os.path.join(gone.folder, gone.names(number)))
    gone.write("B1__older.sql", UP[1])
    gone.write("B2__all.sql", UP[1] + UP[2])
    record(gone, 1, "2", "B2__all.sql", "SQL_BASELINE")
    gone.adopt().ok()
    tap.equal(gone.sql("select string_agg(name, ' ' order by seq) from daybook.migrations"), "B2__all.sql")
    gone.check_next()
    fresh = host.database("flyway_b_fresh")
    program.daybook("migrate", "apply", "--url", fresh, "--modules-dir", gone.modules, "--modules", "shop").ok()
    tap.equal(host.sql("select string_agg(name, ' ' order by seq) from daybook.migrations", "flyway_b_fresh"), "B2__all.sql V3__step.sql")


@tap.test("Flyway: a repeatable file is applied again when it changes, and only then")
def _():
    shop = flyway("flyway_again", lambda number: f"V{number}__step.sql", {1: "1", 2: "2"})
    view = "create or replace view one as select {} as one;\n"
    shop.write("R__one.sql", view.format(1))
    shop.write("R__two.sql", "create or replace view two as select 2 as two;\n")
    shop.sql(view.format(1))
    record(shop, 3, None, "R__one.sql")
    shop.write("R__two.sql", "create or replace view two as select 1 as two;\n")
    record(shop, 4, None, "R__two.sql")
    shop.write("R__two.sql", "create or replace view two as select 2 as two;\n")  # changed, and not applied again
    shop.adopt().ok()
    shop.adopt().ok()
    states = lambda status: {row["name"]: row["state"] for row in shop.run("status", "--format", "json").exits(status).json()
                             if row["kind"] == "repeatable"}
    tap.equal(states(1), {"R__one.sql": "applied", "R__two.sql": "pending"})
    shop.write("V3__step.sql", NEXT)
    tap.contains(shop.run("apply").ok().err, 'repeatable=shop/migrations/R__two.sql')
    tap.equal(states(0), {"R__one.sql": "applied", "R__two.sql": "applied"})
    tap.equal(shop.sql("select one, two from one, two"), "1|2")
    shop.write("R__one.sql", view.format(3))
    tap.equal(states(1), {"R__one.sql": "changed", "R__two.sql": "applied"})
    plan = shop.run("plan", "--format", "json").out
    tap.contains(plan, "R__one.sql")
    tap.check("R__two.sql" not in plan, plan)
    shop.run("apply").ok()
    tap.equal(shop.sql("select one from one"), "3")
    shop.write("R__one.sql", "create or replace view one as select 'x';\n")
    tap.contains(shop.run("apply").exits(6).err, "shop/migrations/R__one.sql:1")
    tap.equal(shop.sql("select one from one"), "3")
    shop.write("R__one.sql", "create index late on users (name);\n")
    lint = program.daybook("lint", "--modules-dir", shop.modules, "--modules", "shop", "--applied", "shop=3").exits(1).out
    tap.contains(lint, "shop/migrations/R__one.sql")
    tap.contains(lint, "require-concurrent-index-creation")
    shop.write("R__one.sql", "vacuum;\n")
    tap.contains(shop.run("apply").exits(5).err, "a repeatable file runs in one transaction")
    os.unlink(os.path.join(shop.folder, "R__one.sql"))
    tap.equal(states(1), {"R__one.sql": "leftover", "R__two.sql": "applied"})
    shop.run("plan").ok()
    tap.contains(shop.run("apply").ok().err, "what it made stays")
    tap.equal(states(0), {"R__two.sql": "applied"})
    tap.equal(shop.sql("select one from one"), "3")
    shop.run("verify").ok()


def dbmate_program():
    """dbmate from npm, in a folder of the test's own."""
    if not shutil.which("npm"):
        tap.skip("npm is not installed")
    folder = program.temporary_folder("dbk-npm-")
    done = program.run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", "dbmate@2"], timeout=120)
    found = [os.path.join(top, name) for top, _, names in os.walk(os.path.join(folder, "node_modules", "@dbmate")) for name in names
             if name == "dbmate"]
    if done.status != 0 or not found:
        tap.skip("the registry does not give dbmate")
    return found[0]


@tap.test("dbmate itself finds nothing to do after ours, and ours after it")
def _():
    dbmate = dbmate_program()
    shop = Shop("dbmate", "dbmate", lambda number: f"{number:03}_step.sql", BLOCK.format)
    shop.sql("drop table users")
    host.sql("create role dbm login superuser")
    env = program.clean_env(DATABASE_URL=f"postgres://dbm@/dbmate?host={host.folder}&sslmode=disable")
    words = [dbmate, "--migrations-dir", shop.folder, "--no-dump-schema"]
    program.run([*words, "up"], env=env).ok()
    host.sql("reassign owned by dbm to trader", "dbmate")
    shop.adopt("--dual-write").ok()
    shop.check_baseline()
    shop.check_next()
    shop.check_new("004_add_funding.sql")
    tap.equal(shop.sql("select string_agg(version, ' ' order by version) from schema_migrations"), "001 002 003 004")
    shown = program.run([*words, "status", "--exit-code"], env=env).ok().out
    tap.contains(shown, "Applied: 4")
    tap.contains(shown, "Pending: 0")
    shop.write("005_more.sql", BLOCK.format("select 1;"))
    program.run([*words, "status", "--exit-code"], env=env).exits(1)  # it can tell
    program.run([*words, "up"], env=env).ok()
    shop.run("status").exits(1)  # what dbmate applied meanwhile is taken over by asking again
    shop.adopt("--dual-write").ok()
    shop.run("status").ok()


tap.main()
