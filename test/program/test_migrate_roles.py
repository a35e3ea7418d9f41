"""`grants bootstrap`, what installs with its roles, and servers on which nothing can be installed."""

import os

from harness import program, server, tap

host = server.Server()


def bootstrap(*arguments):
    return program.daybook("grants", "bootstrap", *arguments).ok().out


@tap.test("the script needs no superuser, and may be run again")
def _():
    host.sql("create role admin login createrole; create role bot login")
    host.sql('create database "first" owner admin')
    script = bootstrap("--database", "first", "--login", "bot", "--role-prefix", "one_")
    for _ in range(2):
        host.sql(script, "first", "admin")
    tap.equal(host.sql("""select string_agg(rolname || ' ' || rolcanlogin || rolsuper || rolcreaterole, ', ' order by rolname)
                          from pg_roles where rolname in ('one_api', 'one_owner')"""),
              "one_api falsefalsefalse, one_owner falsefalsefalse")
    tap.equal(host.sql("select has_database_privilege('one_owner', 'first', 'create'), has_database_privilege('bot', 'first', 'create')"),
              "t|t")  # bot inherits it
    done = program.daybook("migrate", "apply", "--url", host.url("first", "bot"), "--role-prefix", "one_", "--modules", "core").ok()
    tap.check("one role owns everything" not in done.err, done.err)
    tap.equal(host.sql("select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'util'", "first"), "one_owner")


@tap.test("names that need quoting stay names")
def _():
    hostile = "o'Bot\\ \"x\"; drop role bot; $do$"
    name = "a 'quoted' \"one\""
    host.sql('create database "a \'quoted\' ""one"""')
    host.sql(bootstrap("--database", name, "--login", hostile, "--role-prefix", "Two'$do$\" ", "--create-logins"), name)
    tap.equal(host.sql("select count(*) from pg_roles where rolname = 'o''Bot\\ \"x\"; drop role bot; $do$' and rolcanlogin"), "1")
    tap.equal(host.sql("select count(*) from pg_roles where rolname in ('Two''$do$\" owner', 'Two''$do$\" api', 'bot')"), "3")
    program.daybook("migrate", "apply", "--url", host.url(name, hostile), "--role-prefix", "Two'$do$\" ",
                    "--modules", "ref").ok()
    tap.equal(host.sql("select distinct pg_get_userbyid(proowner) from pg_proc where pronamespace = 'ref'::regnamespace", name),
              "Two'$do$\" api")


@tap.test("without --database the script is for the database it is run in")
def _():
    host.sql("create database third")
    host.sql(bootstrap("--login", "bot", "--role-prefix", "three_"), "third")
    tap.equal(host.sql("select has_database_privilege('three_owner', 'third', 'create')"), "t")


@tap.test("roles that are meant for another database do not disturb this one")
def _():
    host.sql('create database fourth owner bot')
    done = program.daybook("migrate", "apply", "--url", host.url("fourth", "bot"), "--role-prefix", "one_", "--modules", "core").ok()
    tap.contains(done.err, "one role owns everything")
    tap.equal(host.sql("select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'util'", "fourth"), "bot")


@tap.test("half of the roles, and another prefix than before, are said")
def _():
    host.sql("create role half_owner; create database fifth owner bot")
    done = program.daybook("migrate", "apply", "--url", host.url("fifth", "bot"), "--role-prefix", "half_").exits(5)
    tap.contains(done.err, "grants bootstrap")
    host.sql(bootstrap("--database", "first", "--login", "bot", "--role-prefix", "three_"), "first")
    done = program.daybook("migrate", "apply", "--url", host.url("first", "bot"), "--role-prefix", "three_").exits(5)
    tap.contains(done.err, "--role-prefix it was installed with")


@tap.test("a name longer than the server keeps is refused")
def _():
    done = program.daybook("grants", "bootstrap", "--login", "x" * 64).exits(5)
    tap.contains(done.err, "longer than 63")


@tap.test("on a standby nothing can be installed, and status can be read")
def _():
    url = host.url("first", "bot")
    host.stop()
    signal_file = os.path.join(host.data, "standby.signal")
    with open(signal_file, "w", encoding="ascii"):
        pass
    try:
        host.start()
        arguments = ("--url", url, "--role-prefix", "one_")
        tap.contains(program.daybook("migrate", "apply", *arguments, "--wait", "5s").exits(5).err, "standby")
        program.daybook("migrate", "status", *arguments).ok()
    finally:
        host.stop()
        os.unlink(signal_file)
        host.start()


tap.main()
