"""`migrate apply` and `migrate status` with the built-in modules: once, twice, at the same time, killed, through a pooler."""

import signal
import subprocess

from harness import program, server, tap

host = server.Server(["autovacuum = off"])  # transaction ids are counted

# Everything that a run could change: a row that is written again gets another xmin.
CATALOGS = """
select md5(string_agg(x, E'\\n' order by x)) from (
  select 'p' || oid || xmin || coalesce(proacl::text, '') || proowner as x from pg_proc where oid >= 16384
  union all select 'c' || oid || xmin || coalesce(relacl::text, '') from pg_class where oid >= 16384 and relkind <> 't'
  union all select 'n' || oid || xmin || coalesce(nspacl::text, '') from pg_namespace where oid >= 16384
  union all select 'a' || attrelid || attnum || xmin from pg_attribute where attrelid >= 16384 and attacl is not null
  union all select 'd' || objoid || xmin from pg_description where objoid >= 16384
  union all select 'm' || xmin || m from daybook.modules as m
  union all select 'g' || xmin || m from daybook.migrations as m
  union all select 'r' || xmin || m from daybook.routines as m) as t
"""

ROLES = "select string_agg(distinct pg_get_userbyid({owner}), ',') from {table} where {namespace}::regnamespace::text in ('core', 'trading', 'bus', 'util')"


def apply(url, *arguments, **options):
    return program.daybook("migrate", "apply", "--url", url, *arguments, **options)


def snapshot(name):
    return host.sql(CATALOGS, name)


def last_xid(name):
    return int(host.sql("select pg_snapshot_xmax(pg_current_snapshot())", name))


def check_second_run_writes_nothing(name, url):
    before, xid = snapshot(name), last_xid(name)
    done = apply(url).ok()
    tap.equal(snapshot(name), before, "catalogs and ledger after the second run")
    tap.equal(last_xid(name), xid, "transaction ids used by the second run")
    tap.contains(done.err, "migrations=0 functions_and_views=0 dropped=0 grants=0")


@tap.test("an ordinary role installs everything there is, and once is enough")
def _():
    url = host.database("plain")
    done = apply(url).ok()
    tap.equal(done.out, "", "standard output")
    tap.contains(done.err, "core/migrations/001_util.sql")
    tap.equal(host.sql("select rolsuper from pg_roles where rolname = 'trader'"), "f")
    tap.equal(host.sql(ROLES.format(owner="proowner", table="pg_proc", namespace="pronamespace"), "plain"), "trader")
    program.daybook("migrate", "status", "--url", url).ok()
    check_second_run_writes_nothing("plain", url)


@tap.test("nothing is executable by PUBLIC")
def _():
    url = host.database("public_has_none")
    apply(url, "--profile", "bot").ok()
    left = host.sql("""select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
                       aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                       where x.grantee = 0 and n.oid >= 16384 and n.nspname <> 'public'""", "public_has_none")
    tap.equal(left, "0")


@tap.test("with the two roles, tables belong to one, functions to the other, and once is enough")
def _():
    url = host.database("apart", roles=True)
    apply(url, "--profile", "desk").ok()
    tap.equal(host.sql("""select string_agg(distinct c.relkind::text || ' ' || pg_get_userbyid(c.relowner), ', '
                                            order by c.relkind::text || ' ' || pg_get_userbyid(c.relowner))
                          from pg_class c join pg_namespace n on n.oid = c.relnamespace
                          where n.nspname = any (array['util','settings','ops','audit','bus','ref','market','ingest','trading','daybook'])
                          and c.relkind in ('r', 'p', 'v')""", "apart"),
              "p daybook_owner, r daybook_owner, v daybook_api")
    tap.equal(host.sql("select has_schema_privilege('daybook_api', 'trading', 'create')", "apart"), "f")
    tap.equal(host.sql("select has_table_privilege('daybook_api', 'trading.fills', 'update, delete, truncate')", "apart"), "f")
    tap.equal(host.sql("select has_table_privilege('daybook_api', 'trading.fills', 'insert')", "apart"), "t")
    tap.equal(host.sql("select has_column_privilege('daybook_api', 'trading.positions', 'signed_qty', 'update')", "apart"), "t")
    tap.equal(host.sql("select has_column_privilege('daybook_api', 'trading.positions', 'account_id', 'update')", "apart"), "f")
    check_second_run_writes_nothing("apart", url)


@tap.test("privileges that somebody added or took are put right, no more than that")
def _():
    host.sql("""grant update on trading.fills to daybook_api; grant delete on trading.orders to daybook_api;
                grant update (account_id) on trading.positions to daybook_api;
                revoke insert on trading.fills from daybook_api; grant create on schema trading to daybook_api;
                grant execute on function util.uuid_v7() to public""", "apart")
    done = apply(host.url("apart", "trader")).ok()
    tap.contains(done.err, "grants=6")
    tap.equal(host.sql("select has_column_privilege('daybook_api', 'trading.positions', 'account_id', 'update')", "apart"), "f")
    tap.equal(host.sql("select has_table_privilege('daybook_api', 'trading.fills', 'insert')", "apart"), "t")
    check_second_run_writes_nothing("apart", host.url("apart", "trader"))


@tap.test("what one role installed goes to the two roles when they come later")
def _():
    url = host.database("later")
    apply(url, "--profile", "desk").ok()
    tap.equal(host.sql("select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'daybook'", "later"), "trader")
    host.sql(program.daybook("grants", "bootstrap", "--database", "later", "--login", "trader").ok().out, "later")
    apply(url).ok()
    owners = """select format('%s %s %s', c.relkind, c.oid::regclass, pg_get_userbyid(c.relowner)) from pg_class c
                where c.relnamespace::regnamespace::text !~ '^(pg_|information_schema|public)' and c.relkind <> 'i' and c.relkind <> 'I'
                union all select format('%s %s', p.oid::regprocedure, pg_get_userbyid(p.proowner)) from pg_proc p
                where p.pronamespace::regnamespace::text !~ '^(pg_|information_schema|public)'
                union all select format('%s %s', n.nspname, pg_get_userbyid(n.nspowner)) from pg_namespace n
                where n.nspname !~ '^(pg_|information_schema|public)' order by 1"""
    tap.equal(host.sql(owners, "later"), host.sql(owners, "apart"), "owners")
    check_second_run_writes_nothing("later", url)


@tap.test("the choice is remembered, and added to")
def _():
    url = host.database("chosen")
    modules = "select string_agg(module || case when chosen then '!' else '' end, ' ' order by module) from daybook.modules"
    apply(url, "--modules", "market").ok()
    tap.equal(host.sql(modules, "chosen"), "bus core market! ref")
    apply(url).ok()
    tap.equal(host.sql(modules, "chosen"), "bus core market! ref")
    apply(url, "--profile", "bot").ok()
    tap.equal(host.sql(modules, "chosen"), "bus core market! ref trading!")


@tap.test("names that do not exist are wrong usage, before any server is asked")
def _():
    done = apply("postgresql:///x?host=/nonexistent", "--modules", "tradign").exits(2)
    tap.contains(done.err, "known modules: bus, core")
    tap.contains(apply("postgresql:///x?host=/nonexistent", "--profile", "robot").exits(2).err, "known profiles: bot")


@tap.test("status lists, and says by its exit whether there is something to do")
def _():
    url = host.database("state")
    done = program.daybook("migrate", "status", "--url", url, "--format", "json").exits(1)
    tap.equal({row["state"] for row in done.json()}, {"pending"})
    tap.equal(host.sql("select count(*) from pg_namespace where nspname = 'daybook'", "state"), "0", "status wrote")
    apply(url, "--modules", "ref").ok()
    done = program.daybook("migrate", "status", "--url", url, "--format", "json").ok()
    tap.equal({row["state"] for row in done.json()}, {"applied"})
    first = done.json()[0]
    tap.equal((first["module"], first["kind"], first["number"], first["applied_by"]), ("core", "migration", 1, "trader"))
    host.sql("alter role trader set default_transaction_read_only = on")
    try:
        program.daybook("migrate", "status", "--url", url).ok()
        tap.contains(apply(url).exits(5).err, "read-only")
    finally:
        host.sql("alter role trader reset default_transaction_read_only")


@tap.test("two at once: one waits, both succeed, each migration once")
def _():
    url = host.database("together", roles=True)
    runs = [subprocess.Popen([program.DAYBOOK, "migrate", "apply", "--url", url], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, env=program.clean_env()) for _ in range(4)]
    texts = [run.communicate(timeout=120)[1].decode() for run in runs]
    tap.equal([run.returncode for run in runs], [0] * 4, "exits\n" + "\n".join(texts))
    tap.equal(host.sql("select count(*) = count(distinct (module, number)) and count(*) = max(seq) from daybook.migrations",
                       "together"), "t")
    tap.equal(sum("migrations=0" in text for text in texts), 3, "runs that found nothing to do")


@tap.test("a held lock is waited for as long as --wait says, and its holder is named")
def _():
    url = host.database("held")
    apply(url, "--modules", "core").ok()
    holder = subprocess.Popen(
        [server.client("psql"), "-XAtq", host.url("held", "trader", application_name="sleeper"), "-c",
         f"begin; select pg_advisory_xact_lock({0x44424b01}, 0); select pg_sleep(60)"],
        stdout=subprocess.DEVNULL, env=program.clean_env())
    try:
        tap.wait_until(lambda: host.sql("select count(*) from pg_locks where locktype = 'advisory' and granted") != "0", "held")
        done = apply(url, "--wait", "1s").exits(4)
        tap.contains(done.err, "sleeper")
        tap.contains(done.err, "--wait")
    finally:
        holder.kill()
        holder.wait()


@tap.test("no server: it is waited for, then the exit says that trying again may help")
def _():
    folder = program.temporary_folder()
    done = apply(f"postgresql:///x?host={folder}", "--wait", "1s").exits(4)
    tap.contains(done.err, "waiting for it")


@tap.test("no server and no --wait: said at once; what waiting cannot cure is never waited for")
def _():
    apply(f"postgresql:///x?host={program.temporary_folder()}").exits(4)
    tap.contains(apply("postgresql://no-such-host.invalid/x").exits(4).err, "name of the host")
    for url, status in ((host.url("no_such_database", "trader"), 4), (host.url("plain", "no_such_role"), 4),
                        ("postgresql://x:nonsense/y", 2)):
        done = apply(url, "--wait", "60s").exits(status)
        tap.check("waiting" not in done.err, f"it waited for what does not come: {done.err}")


@tap.test("killed at any point, the next run goes on")
def _():
    for round_number in range(6):
        name = f"killed_{round_number}"
        url = host.database(name, roles=round_number % 2 == 1)
        run = subprocess.Popen([program.DAYBOOK, "migrate", "apply", "--url", url], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, env=program.clean_env())
        for _ in range(3 * round_number + 1):  # each line is a step that has just been committed
            run.stderr.readline()
        run.send_signal(signal.SIGKILL)
        run.communicate()
        apply(url, "--profile", "full").ok()
        program.daybook("migrate", "status", "--url", url).ok()
        check_second_run_writes_nothing(name, url)


@tap.test("through a pooler in transaction mode")
def _():
    pooler = server.PgBouncer(host)
    host.database("pooled")
    runs = [subprocess.Popen([program.DAYBOOK, "migrate", "apply", "--url", pooler.url("pooled")], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, env=program.clean_env()) for _ in range(2)]
    texts = [run.communicate(timeout=120)[1].decode() for run in runs]
    tap.equal([run.returncode for run in runs], [0, 0], "exits\n" + "\n".join(texts))
    program.daybook("migrate", "status", "--url", pooler.url("pooled")).ok()


@tap.test("somebody else's login is told whose database it is")
def _():
    host.sql("create role stranger login")
    done = apply(host.url("plain", "stranger")).exits(5)
    tap.contains(done.err, '"trader"')


@tap.test("the ledger takes nothing back, not even from its owner")
def _():
    for statement in ("delete from daybook.migrations", "update daybook.migrations set sha256 = sha256",
                      "truncate daybook.migrations"):
        done = host.sql(statement, "plain", "trader", check=False)
        tap.contains(done.err, "42501")
    tap.contains(host.sql("set session_replication_role = replica; delete from daybook.migrations", "plain", check=False).err,
                 "insert-only")


tap.main()
