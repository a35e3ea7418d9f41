"""On a hot standby: what only reads works there and leaves nothing behind; what writes says why it cannot."""

import os

from harness import program, server, standby, tap
from harness.team import Team

primary = server.Server(["autovacuum = off"])
primary.installed("book", "trading,market", roles=True)
primary.sql("create role onlooker login; grant connect on database book to onlooker")
made = Team(primary, "team")
made.conf()
made.write("pnl/migrations/001_t.sql", "create schema pnl;\ncreate table pnl.t (id bigint primary key);\n")
made.apply("--quiet").ok()
made.write("pnl/migrations/002_u.sql", "alter table pnl.t add column n numeric;\n")
FOLDER = os.path.join(program.temporary_folder("dbk-mirror-"), "schemas")
program.daybook("mirror", "--url", primary.url("book"), "--out", FOLDER, "--quiet").ok()
made_standby = []

# Every row of every catalog and of the ledger, with the transaction that wrote it.
EVERYTHING = r"""select format('select %L, md5(coalesce(string_agg(x, E''\n'' order by x), '''')) from (select xmin || t::text from %s as t) as rows (x)',
                               c.oid::regclass, c.oid::regclass)
                   from pg_class as c where c.relkind = 'r' and c.relnamespace in (select oid from pg_namespace
                        where nspname in ('pg_catalog', 'daybook')) order by c.oid \gexec"""


def follower():
    """The standby, made when it is first needed, so that a server without pg_basebackup skips by name."""
    if not made_standby:
        made_standby.append(standby.Standby(primary))
    made_standby[0].catch_up()
    return made_standby[0]


def unchanged(database, action):
    """What the action gives; fails when a row of a catalog or of the ledger is another one afterwards, here or there."""
    where = follower()
    before = [one.sql(EVERYTHING, database) for one in (primary, where)]
    tap.equal(before[0], before[1], "the standby is a copy")
    tap.check(before[0].count("\n") > 50 and "daybook.migrations|" in before[0], "too little was compared:\n" + before[0])
    result = action(where)
    where.catch_up()
    tap.equal([one.sql(EVERYTHING, database) for one in (primary, where)], before)
    return result


def run(where, *words, database="book", user="trader"):
    """Where no schemas folder is, unless one is named."""
    return program.daybook(*words, "--url", where.url(database, user), cwd="/tmp")


@tap.test("status, plan and verify")
def _():
    def look(where):
        there = ("--modules-dir", made.folder, "--format", "json")
        states = {row["name"]: row["state"] for row in run(where, "migrate", "status", *there, database="team").exits(1).json()}
        tap.equal(states, {"001_t.sql": "applied", "002_u.sql": "pending"})
        plan = run(where, "migrate", "plan", *there, database="team").ok().json()
        tap.equal([step["name"] for step in plan["steps"]], ["002_u.sql"])
        tap.equal([(row["statement"], row["relation"], row["lock"], row["blocks"]) for row in plan["locks"]],
                  [("alter table pnl.t add column n numeric", "pnl.t", "ACCESS EXCLUSIVE", "reads and writes")])
        run(where, "migrate", "verify", *there, database="team").ok()
        return plan["fingerprint"]

    tap.equal(unchanged("team", look), run(primary, "migrate", "plan", "--modules-dir", made.folder, "--format", "json",
                                           database="team").ok().json()["fingerprint"])


@tap.test("a plan made on the standby is applied on the primary")
def _():
    path = os.path.join(made.folder, "release.plan")
    run(follower(), "migrate", "plan", "--modules-dir", made.folder, "--out", path, database="team").ok()
    made.apply("--plan", path).ok()
    tap.equal(run(follower(), "migrate", "plan", "--modules-dir", made.folder, "--format", "json", database="team").ok().json()["steps"], [])


@tap.test("mirror, mirror --check and drift, also by a login without rights")
def _():
    def look(where):
        for user in ("trader", "onlooker"):
            folder = os.path.join(program.temporary_folder("dbk-mirror-"), "schemas")
            run(where, "mirror", "--out", FOLDER, "--check", user=user).ok()
            run(where, "mirror", "--out", folder, user=user).ok()
            tap.equal(program.run(["diff", "-r", FOLDER, folder]).ok().out, "")
        run(where, "drift", "--mirror", FOLDER).ok()
        run(where, "drift", "--mirror", FOLDER, "--schema-only", user="onlooker").ok()

    unchanged("book", look)


@tap.test("grants check, grants plan and grants check --prove")
def _():
    def look(where):
        run(where, "grants", "check").ok()
        tap.equal(run(where, "grants", "plan").ok().out, "")
        run(where, "grants", "check", "--prove", user="postgres").ok()

    unchanged("book", look)
    primary.sql("grant delete on trading.fills to daybook_bot", "book")
    found = run(follower(), "grants", "check", "--format", "json").exits(1).json()
    tap.equal([(row["object"], row["role"], row["privilege"]) for row in found], [("trading.fills", "daybook_bot", "DELETE")])
    tap.contains(run(follower(), "grants", "plan").exits(1).out, "revoke delete on ")
    primary.sql("revoke delete on trading.fills from daybook_bot", "book")


@tap.test("what writes says that this is a standby, and what to do")
def _():
    primary.sql("grant delete on trading.fills to daybook_bot", "book")
    for words in (("migrate", "apply"), ("migrate", "adopt", "--from", "sqlx", made.folder, "--module", "old"), ("grants", "apply")):
        done = run(follower(), *words)
        tap.check(done.status not in (0, 1), f"{words}: {done.status}\n{done.err}")
        tap.contains(done.err, "standby", " ".join(words))
        tap.contains(done.err, "hint", " ".join(words))
    primary.sql("revoke delete on trading.fills from daybook_bot", "book")


tap.main()
