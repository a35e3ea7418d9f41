"""The ledger: what it records, that it takes nothing back, and that tampering with it is seen."""

import os
import re
import time

from harness import program, server, session, tap
from harness.team import Team

host = server.Server()


def team(name, files=3):
    made = Team(host, name)
    made.conf()
    made.write("pnl/migrations/001_schema.sql", "create schema pnl;\n")
    for number in range(2, files + 1):
        made.write(f"pnl/migrations/{number:03}_t{number}.sql", f"create table pnl.t{number} (id bigint primary key);\n")
    return made


def row(made, number):
    names = made.sql("select string_agg(attname, '|' order by attnum) from pg_attribute"
                     " where attrelid = 'daybook.migrations'::regclass and attnum > 0").split("|")
    values = made.sql(f"select * from daybook.migrations where module = 'pnl' and number = {number}").split("|")
    return dict(zip(names, values))


@tap.test("a row says what, who, when, with which program and server, and from which commit")
def _():
    made = team("what")
    git = ["git", "-C", made.folder, "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "one"]):
        program.run([*git, *words]).ok()
    commit = program.run([*git, "rev-parse", "HEAD"]).ok().out.strip()
    made.apply("--approved-by", "Ada").ok()
    first = row(made, 1)
    tap.equal((first["kind"], first["statements"], first["applied_by"], first["git_commit"], first["git_dirty"], first["approved_by"]),
              ("transaction", "1", "trader", commit, "f", "Ada"))
    tap.equal(first["server_version"], host.sql("show server_version"))
    tap.check(first["finished_at"] >= first["started_at"], "it ended before it began")
    sha384 = program.run(["sha384sum", os.path.join(made.folder, "pnl/migrations/001_schema.sql")]).ok().out.split()[0]
    tap.equal(first["sha384"], sha384)
    made.write("pnl/migrations/004_more.sql", "create table pnl.t4 (id int);\n")
    made.apply().ok()
    tap.equal((row(made, 4)["git_commit"], row(made, 4)["git_dirty"]), (commit, "t"))


@tap.test("outside of a checkout, and in the built-in modules, there is no commit")
def _():
    made = team("no_git")
    made.apply("--modules", "core").ok()
    tap.equal(made.sql("select count(git_commit), count(git_dirty), count(*) > 3 from daybook.migrations"), "0|0|t")


@tap.test("the longest wait for a lock is recorded")
def _():
    made = team("waits")
    made.apply().ok()
    made.write("pnl/migrations/009_alter.sql", "alter table pnl.t2 add column note text;\n")
    holder = session.Session(host.url("waits"))
    holder.run("begin; lock table pnl.t2 in row exclusive mode")
    began = time.monotonic()
    applying = program.start(["migrate", "apply", "--url", made.url, "--modules-dir", made.folder, "--modules", "pnl"])
    # The lock is held until the runner has looked for how long it waits, and that was so long.
    looked = ("select count(*) from pg_stat_activity as a, pg_locks as l where a.application_name = 'daybook migrate watch' "
              "and l.relation = 'pnl.t2'::regclass and not l.granted and a.state = 'idle' and a.query_start > l.waitstart + interval '300 ms'")
    tap.wait_until(lambda: made.sql(looked) != "0", "it has waited for 300 ms, and seen that", pause_s=0.01)
    holder.run("commit")
    _, said = applying.communicate()
    took = 1000 * (time.monotonic() - began)
    tap.equal(applying.returncode, 0, said)
    holder.close()
    waited = int(row(made, 9)["lock_wait_ms"])
    tap.check(300 <= waited <= took, f"{waited} ms of {took:.0f}")
    tap.equal(row(made, 1)["lock_wait_ms"], "0")


@tap.test("verify: whole, and its head can be pinned; a later head still contains the earlier")
def _():
    made = team("whole")
    made.apply().ok()
    found = made.verify().ok().json()
    tap.equal(found["flaws"], [])
    head = found["ledger"][0]["head"]
    tap.check(re.fullmatch("[0-9a-f]{64}", head), head)
    made.write("pnl/migrations/005_more.sql", "create table pnl.t5 (id int);\n")
    made.verify().ok()
    made.apply().ok()
    tap.check(made.verify("--head", head).ok().json()["ledger"][0]["head"] != head, "the head did not move")
    made.verify("--head", "0" * 64).exits(1)
    made.verify("--head", "zz").exits(2)


@tap.test("the documented formula gives the hash")
def _():
    made = team("formula")
    made.apply("--approved-by", 'Zoë "O\\Brien"\t/\x7f\x01\n€').ok()
    columns = "seq,module,number,name,kind,sha256,sha384,statements,out_of_order,{s},{f},lock_wait_ms,applied_by,applied_as,git_commit," \
              "git_dirty,approved_by,tool_version,server_version,steps_hash,prev_hash"
    iso = "to_char({} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    columns = columns.format(s=iso.format("started_at"), f=iso.format("finished_at"))
    tap.equal(made.sql(f"""select count(*) from daybook.migrations
        where chain_hash <> encode(sha256(convert_to(json_build_array({columns})::text, 'UTF8')), 'hex')"""), "0")
    tap.equal(made.sql("""select count(*) from (select prev_hash, lag(chain_hash, 1, repeat('0', 64)) over (order by seq) as before
        from daybook.migrations) x where prev_hash <> before"""), "0")


@tap.test("a file that leaves the session in another encoding is refused: what is sent after it would be something else")
def _():
    made = team("encoding")
    made.apply().ok()
    made.write("pnl/migrations/004_latin.sql", "set client_encoding = 'LATIN1';\ncreate table pnl.t4 (id int);\n")
    refused = made.apply().exits(5).err
    tap.contains(refused, "004_latin.sql")
    tap.contains(refused, "client_encoding")
    tap.equal(made.sql("select to_regclass('pnl.t4') is null"), "t")
    made.write("pnl/migrations/004_latin.sql", "set client_encoding = 'LATIN1';\ncreate table pnl.t4 (id int);\nset client_encoding = 'UTF8';\n")
    made.apply().ok()
    made.verify().ok()


CHANGES = [
    ("name", "name = overlay(name placing 'x' from 1 for 1)"), ("sha256", "sha256 = translate(sha256, '0123456789', '1234567890')"),
    ("who", "applied_by = 'nobody'"), ("when", "finished_at = finished_at + interval '1 microsecond'"),
    ("lock wait", "lock_wait_ms = lock_wait_ms + 1"), ("commit", "git_commit = 'x'"), ("kind", "kind = 'baseline'"),
    ("hash", "chain_hash = repeat('a', 64)"),
]


@tap.test("one byte of any column changed by the owner, with the trigger switched off: verify names the row")
def _():
    made = team("tamper", files=5)
    made.apply().ok()
    free = "set session_replication_role = replica; alter table daybook.migrations disable trigger refuse_change;"
    for what, change in CHANGES:
        number = made.sql("select count(*) from daybook.migrations") and 3
        undo = made.sql("select string_agg(format('%I = %L', c, v), ', ') from (select key as c, value as v from "
                        "jsonb_each_text((select to_jsonb(m) from daybook.migrations m where number = 3 and module = 'pnl'))) x")
        made.sql(f"{free} update daybook.migrations set {change} where module = 'pnl' and number = 3")
        flaws = made.verify().exits(1).json()["flaws"]
        tap.equal((flaws[0]["module"], flaws[0]["number"]), ("pnl", number), what)
        tap.contains(flaws[0]["flaw"], "changed", what)
        made.sql(f"{free} update daybook.migrations set {undo} where module = 'pnl' and seq = {flaws[0]['seq']}")
        made.verify().ok()


@tap.test("one byte of any row, of a migration or of a step: verify names that row")
def _():
    made = team("any_row", files=4)
    made.write("pnl/migrations/005_alone.sql", "-- no-transaction\ncreate index concurrently t_two on pnl.t2 (id);\ncomment on table pnl.t2 is 'x';\n")
    made.apply("--modules", "pnl,core").ok()
    for name, column in (("migrations", "tool_version"), ("migration_steps", "sha256")):
        numbers = made.sql(f"select string_agg(seq::text, ' ' order by seq) from daybook.{name}").split()
        tap.check(len(numbers) >= 3, f"{name} has {len(numbers)} rows")
        for number in numbers:
            change = "alter table daybook.{0} disable trigger refuse_change; update daybook.{0} set {1} = translate({1}, '{2}', '{3}') where seq = {4};"
            made.sql(change.format(name, column, "0123456789", "1234567890", number))
            flaws = made.verify().exits(1).json()["flaws"]
            tap.equal((flaws[0]["table"], str(flaws[0]["seq"])), (f"daybook.{name}", number))
            made.sql(change.format(name, column, "1234567890", "0123456789", number))
        made.verify().ok()


@tap.test("a row taken out or a chain made anew is seen; what is cut off at the end is seen against the pin")
def _():
    made = team("cut", files=5)
    made.apply().ok()
    head = made.verify().ok().json()["ledger"][0]["head"]
    free = "alter table daybook.migrations disable trigger refuse_change;"
    made.sql(f"{free} delete from daybook.migrations where module = 'pnl' and number = 3")
    flaws = made.verify().exits(1).json()["flaws"]
    tap.equal(flaws[0]["number"], 4)
    tap.contains(flaws[0]["flaw"], "missing")
    made.sql("delete from daybook.migrations where module = 'pnl' and number >= 3")
    for number in (3, 4, 5):
        made.remove(f"pnl/migrations/{number:03}_t{number}.sql")
    made.verify().ok()
    made.verify("--head", head).exits(1)


@tap.test("nothing installed: verify cannot tell, and says so")
def _():
    url = host.database("nothing")
    program.daybook("migrate", "verify", "--url", url).exits(3)


@tap.test("the ledger and its steps refuse every change, from their owner and from a superuser in replica mode")
def _():
    made = team("refuses")
    made.apply().ok()
    for name in ("migrations", "migration_steps"):
        for statement in (f"delete from daybook.{name}", f"update daybook.{name} set number = 1", f"truncate daybook.{name}"):
            tap.contains(made.sql(statement, "trader", check=False).err, "42501", statement)
    tap.contains(made.sql("set session_replication_role = replica; delete from daybook.migrations", check=False).err, "insert-only")


@tap.test("a late migration is let through by name only, and that is recorded")
def _():
    made = team("late", files=4)
    made.remove("pnl/migrations/003_t3.sql")
    made.apply().ok()
    made.write("pnl/migrations/003_t3.sql", "create table pnl.t3 (id bigint primary key);\n")
    tap.contains(made.apply().exits(12).err, "--allow-out-of-order pnl/3")
    made.apply("--allow-out-of-order", "2").exits(12)
    made.apply("--allow-out-of-order", "other/3").exits(12)
    made.apply("--allow-out-of-order", "pnl/003").ok()
    tap.equal((row(made, 3)["out_of_order"], row(made, 4)["out_of_order"]), ("t", "f"))
    made.apply().ok()
    made.verify().ok()


tap.main()
