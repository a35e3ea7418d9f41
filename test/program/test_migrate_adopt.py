"""`migrate adopt`: folders and ledgers of other tools. dbmate itself comes from npm; the others by the formats of their tables."""

import hashlib
import os
import shutil
import subprocess
import zlib

from harness import program, server, tap

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
    service = subprocess.Popen([server.client("psql"), "-XAtq", shop.url, "-c",
                                f"select pg_advisory_lock({key}); select pg_sleep(2)"], stdout=subprocess.DEVNULL, env=program.clean_env())
    tap.wait_until(lambda: host.sql("select count(*) from pg_locks where locktype = 'advisory'") != "0", "the service holds it")
    shop.run("apply").ok()
    tap.check(service.poll() is not None, "it did not wait")
    service.wait()


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


@tap.test("Flyway: files are checked against its CRC-32; repeatable and undo files are left alone")
def _():
    shop = Shop("flyway", "flyway", lambda number: f"V{number}__step.sql")
    shop.write("R__views.sql", "create or replace view v as select 1 as one;\n")
    shop.sql("""create table flyway_schema_history (installed_rank int primary key, version varchar(50), description varchar(200), type varchar(20),
                script varchar(1000), checksum int, installed_by varchar(100), installed_on timestamp default now(), execution_time int, success boolean)""")
    for number in UP:
        crc = 0
        for line in shop.bytes(shop.names(number)).splitlines():
            crc = zlib.crc32(line, crc)
        crc -= (crc >> 31) << 32
        shop.sql(f"insert into flyway_schema_history values ({number}, '{number}', 'step', 'SQL', 'V{number}__step.sql', {crc}, 'x', now(), 1, true)")
    shop.adopt().ok()
    shop.check_baseline()
    shop.check_next()
    shop.check_new("V4__add_funding.sql")
    edited = Shop("flyway", "flyway_edited", lambda number: f"V{number}__step.sql")
    host.sql("create table flyway_schema_history (installed_rank int, version text, type text, checksum int, success boolean);"
             "insert into flyway_schema_history values (1, '1', 'SQL', 12345, true)", "flyway_edited", "trader")
    edited.adopt().exits(10)


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
