"""`migrate adopt --from sqitch`, with the real sqitch before and after."""

import os
import shutil

from harness import program, server, tap

host = server.Server()

DEPLOY = {
    "app": "begin;\ncreate schema app;\ncommit;\n",
    "users": "begin;\ncreate table app.users (id bigint primary key);\ncommit;\n",
    "flips/one": "begin;\nalter table app.users add column name text;\ncommit;\n",
}
REVERT = {"app": "drop schema app;\n", "users": "drop table app.users;\n", "flips/one": "alter table app.users drop column name;\n"}
VERIFY = {
    "app": "begin;\nselect pg_catalog.has_schema_privilege('app', 'usage');\nrollback;\n",
    "users": "begin;\nselect id from app.users where false;\nrollback;\n",
    "flips/one": "begin;\nselect 1 / count(*) from pg_attribute where attrelid = 'app.users'::regclass and attname = 'name';\nrollback;\n",
}


made = {}  # folders of projects by their changes; sqitch takes its time, so each is made once


class Shop:
    """A sqitch project that sqitch has deployed, and a modules folder beside it."""

    def __init__(self, database, changes=tuple(DEPLOY)):
        if not shutil.which("sqitch"):
            tap.skip("sqitch is not installed")
        self.name, self.registry = database, "sqitch"
        self.top = program.temporary_folder("dbk-sqitch-")
        self.url = host.database(database)
        self.folder, self.modules = os.path.join(self.top, "db"), os.path.join(self.top, "modules")
        if changes in made:
            shutil.copytree(made[changes], self.folder)
        else:
            self.make(changes)
        if changes:
            self.sqitch("deploy", self.target).ok()

    def make(self, changes):
        os.makedirs(self.folder)
        self.sqitch("init", "shop", "--engine", "pg").ok()
        for change in changes:
            self.add(change, DEPLOY[change], REVERT[change], VERIFY[change])
        made[changes] = program.temporary_folder("dbk-sqitch-")
        shutil.copytree(self.folder, made[changes], dirs_exist_ok=True)

    @property
    def target(self):
        return f"db:pg://trader@/{self.name}?host={host.folder}"

    def sqitch(self, *words):
        env = program.clean_env(HOME=self.top, SQITCH_FULLNAME="Ann Lee", SQITCH_EMAIL="ann@example.org")
        return program.run(["sqitch", *words], env=env, cwd=self.folder)

    def write(self, path, text):
        os.makedirs(os.path.dirname(os.path.join(self.top, path)), exist_ok=True)
        with open(os.path.join(self.top, path), "w", encoding="utf-8", newline="") as out:
            out.write(text)

    def read(self, path):
        with open(os.path.join(self.top, path), encoding="utf-8", newline="") as text:
            return text.read()

    def add(self, change, deploy, revert, verify, *requires):
        self.sqitch("add", change, "-n", f"add {change}", *requires).ok()
        for folder, text in (("deploy", deploy), ("revert", revert), ("verify", verify)):
            self.write(f"db/{folder}/{change}.sql", text)

    def sql(self, text):
        return host.sql(text, self.name, "trader")

    def adopt(self, *arguments):
        return program.daybook("migrate", "adopt", "--from", "sqitch", "--module", "shop", "--modules-dir", self.modules,
                               "--url", self.url, *arguments, self.folder)

    def run(self, verb, *arguments):
        return program.daybook("migrate", verb, "--url", self.url, "--modules-dir", self.modules, *arguments)

    def registry_digest(self):
        tables = ("releases", "projects", "changes", "tags", "dependencies", "events")
        return [self.sql(f"select md5(string_agg(t::text, '|' order by t::text)) from {self.registry}.{table} as t") for table in tables]

    def check_refused(self, status, text, *arguments):
        tap.contains(self.adopt(*arguments).exits(status).err, text)
        tap.check(not os.path.exists(os.path.join(self.modules, "shop", "module.conf")), "module.conf was left behind")
        tap.equal(self.sql("select to_regnamespace('daybook') is null"), "t", "something was recorded")


@tap.test("what sqitch deployed is taken over in the order of its plan, and sqitch finds nothing to do afterwards")
def _():
    shop = Shop("shop")
    before = shop.registry_digest()
    shop.adopt().ok()
    shop.adopt().ok()
    tap.equal(shop.sql("select string_agg(module || ' ' || number || ' ' || name || ' ' || kind, ', ' order by seq) from daybook.migrations"),
              "shop 1 app.sql baseline, shop 2 users.sql baseline, shop 3 flips/one.sql baseline")
    shop.run("status").ok()
    shop.run("verify").ok()
    shop.write("modules/shop/migrations/004_orders.sql", "create table app.orders (id bigint primary key);\n")
    shop.run("apply").ok()
    tap.contains(shop.run("apply").ok().err, "migrations=0")
    tap.equal(shop.sql("select to_regclass('app.orders') is not null"), "t")
    shop.run("verify").ok()
    tap.equal(shop.registry_digest(), before, "sqitch's registry")
    tap.contains(shop.sqitch("status", shop.target).ok().out, "Nothing to deploy (up-to-date)")
    tap.contains(shop.sqitch("deploy", shop.target).ok().out, "Nothing to deploy (up-to-date)")
    shop.sqitch("verify", shop.target).ok()


@tap.test("an empty database gets the plan's changes and the numbered files from the files alone")
def _():
    shop = Shop("first")
    shop.adopt().ok()
    shop.write("modules/shop/migrations/004_orders.sql", "create table app.orders (id bigint primary key);\n")
    url = host.database("second")
    program.daybook("migrate", "apply", "--url", url, "--modules-dir", shop.modules, "--modules", "shop").ok()
    tap.equal(host.sql("select string_agg(number || ' ' || name || ' ' || kind, ', ' order by seq) from daybook.migrations", "second"),
              "1 app.sql transaction, 2 users.sql transaction, 3 flips/one.sql transaction, 4 004_orders.sql transaction")
    tap.equal(host.sql("select to_regclass('app.orders') is not null", "second"), "t")


@tap.test("a registry of another name, a reworked change, tags, and a plan whose project has an address")
def _():
    shop = Shop("reworked", changes=())
    shop.sqitch("config", "engine.pg.registry", "Meta data").ok()
    plan = shop.read("db/sqitch.plan")
    shop.write("db/sqitch.plan", plan.replace("%project=shop\n", "%project=shop\n%uri=HTTPS://Example.org:443\n"))
    for change in ("app", "users"):
        shop.add(change, DEPLOY[change], REVERT[change], VERIFY[change])
    shop.sqitch("tag", "v1", "-n", "one").ok()
    shop.sqitch("rework", "users", "-n", "again").ok()
    shop.write("db/deploy/users.sql", "alter table app.users add column born date;\n")
    shop.sqitch("deploy", shop.target).ok()
    shop.registry = '"Meta data"'
    before = shop.registry_digest()
    shop.check_refused(5, "there is no table")
    shop.adopt("--registry", "Meta data").ok()
    tap.equal(shop.sql("select string_agg(name, ', ' order by number) from daybook.migrations"), "app.sql, users@v1.sql, users.sql")
    tap.equal(shop.registry_digest(), before)
    tap.equal([row["script"] for row in shop.run("verify", "--scripts", "--format", "json").ok().json()["scripts"]],
              ["shop/verify/app.sql", "shop/verify/users.sql"], "the script of what was reworked is left out")
    tap.contains(shop.sqitch("status", shop.target).ok().out, "up-to-date")
    tap.contains(shop.adopt("--registry", "other").exits(5).err, "says registry = Meta data, and other is asked for")


@tap.test("a script or a plan that was edited, and a script or a change that is gone, are refused; nothing stays")
def _():
    shop = Shop("edited")
    plan, script = shop.read("db/sqitch.plan"), shop.read("db/deploy/users.sql")
    shop.write("db/deploy/users.sql", script + "-- more\n")
    shop.check_refused(10, "shop/deploy/users.sql was edited after sqitch applied it")
    os.unlink(os.path.join(shop.folder, "deploy", "users.sql"))
    shop.check_refused(11, "shop/deploy/users.sql is missing: sqitch.plan:5 names the change \"users\"")
    shop.write("db/deploy/users.sql", script.replace("\n", "\r\n"))  # line ends are no edit
    shop.write("db/deploy/app.sql", DEPLOY["app"] + "-- more\n")  # of what sqitch kept no hash of, none is compared
    shop.sql("update sqitch.changes set script_hash = case when change = 'app' then change_id end where change in ('app', 'flips/one')")
    shop.write("db/deploy/flips/one.sql", DEPLOY["flips/one"] + "-- more\n")
    shop.write("db/sqitch.plan", plan.replace("# add users", "# add some users"))
    shop.check_refused(10, "shop/sqitch.plan:5: \"users\" is not the change that was deployed: its id is another")
    lines = plan.splitlines(keepends=True)
    shop.write("db/sqitch.plan", "".join(lines[:-1]))
    shop.check_refused(11, "sqitch deployed the change \"flips/one\", and shop/sqitch.plan does not have it")
    shop.write("db/sqitch.plan", plan)
    shop.adopt().ok()


@tap.test("what is planned and not deployed, deployed in another order, or failed, is refused")
def _():
    shop = Shop("halfway", changes=("app", "users"))
    shop.add("flips/one", "select no_such_function();\n", "select 1;\n", "select 1;\n")
    shop.check_refused(5, "shop/sqitch.plan:6: the change \"flips/one\" is not deployed here")
    shop.sqitch("deploy", shop.target).exits(2)
    shop.check_refused(16, "sqitch.events says that the deployment of \"flips/one\" failed")
    shop.write("db/deploy/flips/one.sql", DEPLOY["flips/one"])
    shop.sqitch("deploy", shop.target).ok()
    shop.sql("update sqitch.changes set committed_at = committed_at - interval '1 day' where change = 'flips/one'")
    shop.check_refused(12, "sqitch deployed \"flips/one\" before \"app\", and the plan says after it")
    shop.sql("update sqitch.changes set committed_at = committed_at + interval '1 day' where change = 'flips/one'")
    shop.sql("delete from sqitch.changes where change = 'users'")
    shop.check_refused(12, "shop/sqitch.plan:5: \"users\" is not deployed, and \"flips/one\" behind it is")


@tap.test("another project, and a database without sqitch")
def _():
    shop = Shop("foreign")
    shop.write("db/sqitch.plan", shop.read("db/sqitch.plan").replace("%project=shop", "%project=desk"))
    tap.contains(shop.adopt().exits(5).err, "has not deployed the project \"desk\"")
    shop.sql("drop schema sqitch cascade")
    shop.check_refused(5, "there is no table sqitch.changes")
    os.unlink(os.path.join(shop.folder, "sqitch.plan"))
    shop.check_refused(5, "sqitch.plan")


@tap.test("the plan has ended: what is added to it, or taken out of it, is refused")
def _():
    shop = Shop("ended")
    shop.adopt().ok()
    plan = shop.read("db/sqitch.plan")
    shop.sqitch("add", "late", "-n", "too late").ok()
    done = shop.run("apply").exits(5).err
    tap.contains(done, "shop/sqitch.plan:7: the change \"late\" was added after the first 3 were taken over")
    tap.contains(done, "daybook migrate new shop")
    shop.write("db/sqitch.plan", "".join(plan.splitlines(keepends=True)[:-1]))
    tap.contains(shop.run("status").exits(11).err, "shop/sqitch.plan has 2 changes, and 3 were taken over")
    shop.write("db/sqitch.plan", plan)
    shop.write("modules/shop/migrations/003_clash.sql", "select 1;\n")
    shop.run("apply").exits(13)
    os.unlink(os.path.join(shop.modules, "shop", "migrations", "003_clash.sql"))
    shop.write("db/deploy/users.sql", "select 1;\n")
    shop.run("apply").exits(10)


@tap.test("verify scripts run on the live database, and nothing that they do stays")
def _():
    shop = Shop("verified")
    shop.adopt().ok()
    shop.write("modules/shop/migrations/004_more.sql", "create table app.more ();\n")
    shop.run("apply").ok()
    scripts = lambda done: [(row["script"], row["holds"], row["line"]) for row in done.json()["scripts"]]
    good = [("shop/verify/app.sql", True, None), ("shop/verify/users.sql", True, None), ("shop/verify/flips/one.sql", True, None)]
    tap.equal(scripts(shop.run("verify", "--scripts", "--format", "json").ok()), good)
    tap.check("scripts" not in shop.run("verify", "--format", "json").ok().json(), "they ran without being asked for")
    shop.write("db/verify/app.sql", "insert into app.users values (1);\n\nselect 1/0;\n")
    shop.write("db/verify/users.sql", "begin;\ninsert into app.users values (2);\nrollback;\nselect 1 / (1 - count(*)) from app.users;\n")
    done = shop.run("verify", "--scripts", "--format", "json").exits(1)
    tap.equal(scripts(done), [("shop/verify/app.sql", False, 3), *good[1:]])
    tap.contains(done.out, "division by zero")
    shop.write("db/verify/app.sql", "commit;\n")
    tap.contains(shop.run("verify", "--scripts").exits(1).out, "cannot commit")
    tap.equal(shop.sql("select count(*) from app.users"), "0")


@tap.test("verify scripts are tests of a scratch server")
def _():
    shop = Shop("tested")
    shop.adopt().ok()
    test = lambda: program.daybook("test", "--modules-dir", shop.modules, "--module", "shop", "--roles", "one", "--jobs", "1")
    tap.contains(test().ok().out, "shop/verify/flips/one.sql")
    shop.write("db/verify/users.sql", "select no_such_column from app.users;\n")
    done = test().exits(1).out
    tap.contains(done, "no_such_column")
    tap.equal(done.count("not ok"), 1, done)


tap.main()
