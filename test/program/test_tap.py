"""`daybook test`: what passes, what fails and why, what is left behind."""

import os
import re
import shutil
import signal
import subprocess
import time
import xml.etree.ElementTree

from harness import program, server, tap

FAST = ["--roles", "two", "--module", "core", "--pg-bin", server.bin_folder()]

FILES = {
    "passes.sql": "begin; select plan(2); select pass('first'); select is(1 + 1, 2, 'second'); select * from finish(); rollback;",
    "plain.sql": "select '1..2'; values ('ok 1 - without pgTAP'), ('ok 2 - more # SKIP no reason');",
    "no_plan.sql": "select * from no_plan(); select pass(); select * from finish();",
    "skipped.sql": "select '1..0 # SKIP not on this machine';",
    "todo.sql": "select '1..1'; select 'not ok 1 - one day # TODO write it';",
    "fails.sql": "select plan(1);\n\nselect is(1, 2, 'one is two');\nselect * from finish();",
    "short.sql": "select plan(3); select pass('only one'); select * from finish();",
    "silent.sql": "select 1;",
    "error.sql": "select plan(2);\nselect pass('before');\n\nselect nothing from nowhere;\nselect pass('after');",
    "psql.sql": "select plan(1);\n\\echo hello\nselect pass();",
    "commit.sql": "select plan(1);\nselect pass();\ncommit;",
    "prepared.sql": "prepare same as select 1; select plan(1); select results_eq('same', 'select 1'); select * from finish();",
    "prepared_again.sql": "prepare same as select 2; select plan(1); select results_eq('same', 'select 2'); select * from finish();",
    # Both make the same table: whatever one does is undone before another runs.
    "alone_a.sql": "select '1..1'; create table public.t (n int); insert into public.t values (1); select 'ok 1' from public.t;",
    "alone_b.sql": "select '1..1'; create table public.t (n int); insert into public.t values (2); select 'ok 1' from public.t;",
    "two_blocks.sql": "begin; create table public.b (); rollback; begin; create table public.b (); select '1..1'; select 'ok 1'; rollback;",
    "killed.sql": "select '1..1'; select pg_terminate_backend(pg_backend_pid()); select 'ok 1';",
    "after_killed.sql": "select '1..1'; select 'ok 1 - the connection was made again';",
    # What a statement changed and whether it said so.
    "law_kept.sql": """select plan(4);
        select is((select outcome from settings.fn_set('0190a000-0000-7000-8000-000000000001', 'a', '1', 'r')), 'created', 'a change with its event');
        select throws_ok($$select util_test.raises()$$, '22023', null, 'what is undone changed nothing');
        savepoint before;
        -- no event: this is how it is silenced
        select lives_ok('select util_test.silent()', 'with a reason');
        rollback to savepoint before;
        insert into settings.coin_universe (symbol, base, quote, enabled, updated_at) values ('X', 'Y', 'Z', true, now());
        -- no event for settings.coin_universe: and so for a table
        select lives_ok('select util_test.silent()', 'with a reason for the table');
        select * from finish();""",
    "law_broken.sql": """select plan(3);
        select lives_ok('select util_test.silent()', 'a function that tells nobody');
        -- no event:
        select lives_ok('select util_test.silent()', 'a reason that is none');
        do $$ begin perform util_test.silent(); end $$;
        set local role daybook_api;
        select lives_ok('select util_test.silent()', 'another role is no hiding place');
        select * from finish();""",
}
HELPERS = """create schema util_test;
    create function util_test.silent() returns void language sql as $$
        insert into settings.coin_universe (symbol, base, quote, enabled, updated_at)
        values ('S' || random(), 'B', 'Q', true, now()) $$;
    create function util_test.raises() returns void language plpgsql as $$ begin
        perform util_test.silent(); raise 'no' using errcode = '22023'; end $$;
    alter function util_test.silent() security definer; grant usage on schema util_test to daybook_api;\n"""

folder = program.temporary_folder("dbk-tap-")
for name, text in FILES.items():
    if name.startswith("law_"):
        text = HELPERS + text
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        out.write(text + "\n")
junit = os.path.join(folder, "results.xml")
done = program.daybook("test", *FAST, "--jobs", 3, "--junit", junit, folder)


def lines_of(name):
    """The points of one file, with their comments, without numbers and path."""
    found, mine = [], False
    for line in done.out.splitlines():
        point = re.match(r"^(not ok|ok) \d+ - (\S+?): (.*)$", line)
        if point:
            mine = os.path.basename(point.group(2)) == name
            line = f"{point.group(1)} {point.group(3)}".rstrip()
        if line.startswith("1.."):
            break
        if mine:
            found.append(line)
    return found


def failure_of(name):
    return "\n".join(lines_of(name))


@tap.test("some failed: status 1, one stream with one plan, files in their order")
def _():
    done.exits(1)
    numbers = [int(n) for n in re.findall(r"^(?:not )?ok (\d+) ", done.out, re.MULTILINE)]
    tap.equal(numbers, list(range(1, len(numbers) + 1)), "numbers")
    tap.contains(done.out, f"\n1..{len(numbers)}\n")
    order = [os.path.basename(path) for path in re.findall(r"^(?:not )?ok \d+ - (\S+?):", done.out, re.MULTILINE)]
    tap.equal(list(dict.fromkeys(order)), sorted(FILES), "order of files")


@tap.test("pgTAP, plain TAP, skips and TODO pass")
def _():
    tap.equal(lines_of("passes.sql"), ["ok first", "ok second"])
    tap.equal(lines_of("plain.sql"), ["ok without pgTAP", "ok more # SKIP no reason"])
    tap.equal(lines_of("no_plan.sql"), ["ok"])
    tap.equal(lines_of("skipped.sql"), ["ok the whole file # SKIP not on this machine"])
    tap.equal(lines_of("todo.sql"), ["not ok one day # TODO write it"])


@tap.test("a failed assertion names file and line and keeps pgTAP's words")
def _():
    text = failure_of("fails.sql")
    for part in ("not ok one is two", "fails.sql line 3", "have: 1", "want: 2"):
        tap.contains(text, part)


@tap.test("a plan that is not kept, and none at all, fail")
def _():
    tap.contains(failure_of("short.sql"), "not ok planned 3 assertions, 1 ran")
    tap.contains(failure_of("silent.sql"), "not ok the file has no plan")


@tap.test("an error, a command of psql and a COMMIT stop the file at their line")
def _():
    text = failure_of("error.sql")
    for part in ("ok before", "error.sql line 4", "42P01", "select nothing from nowhere"):
        tap.contains(text, part)
    tap.check("after" not in text, text)
    tap.contains(failure_of("psql.sql"), "not ok commands of psql cannot be used")
    tap.contains(failure_of("psql.sql"), "psql.sql line 2")
    tap.contains(failure_of("commit.sql"), "it cannot commit")


@tap.test("nothing of one file is there for the next: rows, tables, prepared statements, a lost connection")
def _():
    for name in ("alone_a.sql", "alone_b.sql", "two_blocks.sql", "prepared.sql", "prepared_again.sql", "after_killed.sql"):
        tap.equal([line[:2] for line in lines_of(name)], ["ok"], name)
    tap.contains(failure_of("killed.sql"), "not ok the file stopped")


@tap.test("a statement that changes state without an event fails its file, by name, line and table")
def _():
    kept = lines_of("law_kept.sql")
    tap.equal([line for line in kept if not line.startswith("ok")], [], "complaints where the law is kept")
    tap.equal(len(kept), 4, "points")
    broken = failure_of("law_broken.sql")
    first = len(HELPERS.splitlines()) + 2
    for part in (f"law_broken.sql line {first}", f"law_broken.sql line {first + 2}", f"law_broken.sql line {first + 3}", f"law_broken.sql line {first + 5}",
                 "changed: settings.coin_universe", "select lives_ok('select util_test.silent()'"):
        tap.contains(broken, part)
    tap.equal(broken.count("not ok state changed without an event"), 4, "complaints")


@tap.test("JUnit says the same")
def _():
    root = xml.etree.ElementTree.parse(junit).getroot()
    tap.equal(len(root.findall("testsuite")), len(FILES), "suites")
    counts = re.search(r"# (\d+) passed, (\d+) failed, (\d+) skipped", done.out)
    tap.equal([root.get("failures"), root.get("skipped")], [counts.group(2), counts.group(3)], "counts")
    tap.equal(len(root.findall(".//failure")), int(counts.group(2)), "failures")


@tap.test("prove takes it")
def _():
    prove = shutil.which("prove")
    if not prove:
        tap.skip("prove is not installed")
    argv = [prove, "-e", " ".join([program.DAYBOOK, "test", *FAST])]
    good = program.run([*argv, os.path.join(folder, "passes.sql")]).ok()
    tap.contains(good.out, "All tests successful")
    tap.contains(program.run([*argv, os.path.join(folder, "fails.sql")]).exits(1).out, "Failed 1/1 subtests")


def installation_without_pgtap():
    """A folder of server programs without the extension, and pgTAP's SQL file: of a server that came without it, or the server's
    programs and files by another name, all but the extension."""
    original, share = os.path.realpath(server.bin_folder()), os.path.realpath(server.share_folder())
    if not os.path.exists(os.path.join(share, "extension", "pgtap.control")):
        return original, os.environ.get("DAYBOOK_TEST_PGTAP") or tap.skip("DAYBOOK_TEST_PGTAP is not set")
    top = program.temporary_folder("dbk-inst-")
    mine = {path: top + path for path in (original, os.path.dirname(original), share)}
    os.makedirs(mine[original])
    os.makedirs(os.path.join(mine[share], "extension"))
    for name in ("postgres", "initdb"):
        shutil.copy(os.path.join(original, name), mine[original])
    os.symlink(os.path.join(os.path.dirname(original), "lib"), os.path.join(mine[os.path.dirname(original)], "lib"))
    for name in os.listdir(share):
        if name != "extension":
            os.symlink(os.path.join(share, name), os.path.join(mine[share], name))
    for name in os.listdir(os.path.join(share, "extension")):
        if not name.startswith("pgtap"):
            os.symlink(os.path.join(share, "extension", name), os.path.join(mine[share], "extension", name))
    return mine[original], os.path.join(share, "extension", "pgtap.sql")


@tap.test("without pgTAP: plain files run, others end with status 3 and how to install it; its SQL file will do")
def _():
    bin_folder, pgtap = installation_without_pgtap()
    words = ["test", "--roles", "one", "--module", "core", "--pg-bin", bin_folder]
    env = program.clean_env(DAYBOOK_PGTAP=None)
    program.daybook(*words, os.path.join(folder, "plain.sql"), env=env).ok()
    missing = program.daybook(*words, os.path.join(folder, "plain.sql"), os.path.join(folder, "passes.sql"), env=env).exits(3)
    tap.contains(missing.err, "1 of 2 files need it")
    tap.contains(missing.err, "pgtap")
    program.daybook(*words, "--pgtap", pgtap, os.path.join(folder, "passes.sql"), env=env).ok()


def module_of_ones_own(migration):
    """A folder with one module that has one table, which grants.conf gives to nobody but the functions' owner."""
    top = program.temporary_folder("dbk-mod-")
    files = {
        "module.conf": "[module]\nname = leaky\nsummary = One table.\nrequires = core\nalways = false\nschemas = leaky\n",
        "grants.conf": "[api]\nleaky.t = select, update(b)\n[bot]\nselect = leaky.t\n",
        "migrations/001_table.sql": "create schema leaky; create table leaky.t (a int, b int);\n" + migration,
        "tests/t.sql": "select plan(1); select has_table('leaky', 't', 'the table'); select * from finish();",
    }
    for name, text in files.items():
        path = os.path.join(top, "leaky", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    return top


@tap.test("tests are made of a module's grants.conf, and find what a role may and is not to")
def _():
    words = ["--roles", "two", "--pg-bin", server.bin_folder(), "--module", "leaky", "--modules-dir"]
    tight = program.daybook("test", *words, module_of_ones_own("")).ok().out
    tap.contains(tight, "leaky/tests/t.sql: the table")
    tap.contains(tight, "leaky/grants.conf: table leaky.t: every role may what is declared")
    tap.contains(tight, "leaky/grants.conf: schema leaky: every role may what is declared")
    leaks = program.daybook("test", *words, module_of_ones_own(
        "grant insert on leaky.t to public; grant update (a) on leaky.t to public;")).exits(1).out
    tap.contains(leaks, "not ok 3 - leaky/grants.conf: table leaky.t")
    for part in ("# daybook_console may and is not to: INSERT\n", "# daybook_api may and is not to: UPDATE (a)\n",
                 "# public may and is not to: INSERT\n"):
        tap.contains(leaks, part)
    tap.check("daybook_owner may" not in leaks and "daybook_migrator may" not in leaks, leaks)


@tap.test("wrong words: an unknown module, a path that is not there, a folder without tests")
def _():
    program.daybook("test", "--module", "nonesuch").exits(2)
    program.daybook("test", os.path.join(folder, "nonesuch.sql")).exits(5)
    program.daybook("test", program.temporary_folder("dbk-tap-")).exits(5)


@tap.test("a statement that takes too long ends its file, and the next one runs")
def _():
    slow = program.temporary_folder("dbk-tap-")
    for name, text in (("a.sql", "select '1..1'; select pg_sleep(600); select 'ok 1';"), ("b.sql", "select '1..1'; select 'ok 1 - next';")):
        with open(os.path.join(slow, name), "w", encoding="utf-8") as out:
            out.write(text)
    out = program.daybook("test", *FAST, "--timeout", "3s", "--jobs", 1, slow).exits(1).out
    tap.contains(out, "57014")
    tap.contains(out, "b.sql: next")


@tap.test("500 assertions, and how long they took")
def _():
    many = os.path.join(program.temporary_folder("dbk-tap-"), "many.sql")
    with open(many, "w", encoding="utf-8") as out:
        out.write("begin;\nselect plan(500);\n")
        out.writelines(f"select is({n} * 2, {n * 2}, 'number {n}');\n" for n in range(500))
        out.write("select * from finish();\nrollback;\n")

    def seconds():
        program.daybook("test", *FAST, "--junit", junit, many).ok()
        return float(xml.etree.ElementTree.parse(junit).getroot().find("testsuite").get("time"))

    best = min(seconds() for _ in range(2))
    print(f"# 500 assertions in {best:.2f} s, every statement watched")


@tap.test("Ctrl-C and SIGKILL leave no server and no folder")
def _():
    if os.geteuid() == 0:
        parent = program.temporary_folder("dbk-tmp-", mode=0o1777)
    else:
        parent = program.temporary_folder("dbk-tmp-")
    sleeper = os.path.join(folder, "sleep.txt")
    with open(sleeper, "w", encoding="utf-8") as out:
        out.write("select '1..1'; select pg_sleep(0.2) from generate_series(1, 150); select pg_sleep(0.1); select 'ok 1';")
    for how, status in ((signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)):
        process = subprocess.Popen([program.DAYBOOK, "test", *FAST, sleeper], env=program.clean_env(TMPDIR=parent),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        tap.wait_until(lambda: any(os.path.exists(os.path.join(parent, name, ".s.PGSQL.5432")) for name in os.listdir(parent)),
                       "the scratch server runs")
        time.sleep(0.2)
        process.send_signal(how)
        tap.equal(process.wait(60), status, "status")
        tap.wait_until(lambda: not os.listdir(parent), "the folder is gone")


tap.main()
