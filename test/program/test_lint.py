"""`daybook lint` as a program: its verdicts, its forms of output, and the modules of Daybook themselves."""

import csv
import glob
import io
import os
import re

from harness import program, server, tap

DOCS = os.path.join(program.SOURCE, "docs", "LINT.md")
FOLDER = program.temporary_folder()
EMISSION = re.compile(r"(?<=\n)\s*perform (bus\.(fn_emit_domain_event|_emit_versioned)|trading\._emit_\w+)\(.*?\);(?=\n)", re.DOTALL)


def module(name, files):
    """A folder with one module, shop."""
    files = {"module.conf": "[module]\nname = shop\nsummary = a test\nrequires = core, bus\nschemas = shop\n", **files}
    for path, text in files.items():
        target = os.path.join(FOLDER, name, "shop", path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8") as out:
            out.write(text)
    return os.path.join(FOLDER, name)


GOODS = {"migrations/001_goods.sql": "create schema shop;\n"
                                     "create table shop.goods (goods_id bigint primary key);\n"
                                     "comment on table shop.goods is 'What is sold.';\n"}
INDEX = {"migrations/002_index.sql": "create index goods_again on shop.goods (goods_id);\n"}


@tap.test("the modules of Daybook keep every rule, and every routine of theirs is followed")
def _():
    done = program.daybook("lint").exits(0)
    tap.equal(done.out, "")
    tap.contains(done.err, "findings=0")
    routines = sum("create or replace function" in line
                   for folder, _, names in os.walk(os.path.join(program.SOURCE, "modules"))
                   for name in names if name.endswith(".sql") and "tests" not in folder
                   for line in open(os.path.join(folder, name), encoding="utf-8"))
    counted = int(done.err.split("routines=")[1].split()[0])
    tap.check(counted >= routines, f"{counted} routines were followed, {routines} are there")


@tap.test("whichever emission is taken out of a function of the interface, the function is reported")
def _():
    files = {}
    for path in sorted(glob.glob(os.path.join(program.SOURCE, "modules", "*", "functions", "*_fn_*.sql"))):
        with open(path, encoding="utf-8") as text:
            whole = text.read()
        name = re.search(r"create or replace function (\w+\.fn_\w+)", whole).group(1)
        body = whole.replace("-- daybook-lint:", "-- not")
        for number, emission in enumerate(EMISSION.finditer(body)):
            new = f"shop.{name.replace('.', '_')}_{number}"
            mutant = body[:emission.start()] + "null;" + body[emission.end():]
            files[f"functions/{new.replace('.', '_')}.sql"] = re.sub(rf"\b{re.escape(name)}\b", new, mutant)
    tap.check(len(files) >= 15, f"only {len(files)} emissions were found")
    folder = module("mutants", files)
    done = program.daybook("lint", "--modules-dir", folder, "--rule", "state-change-without-event", "--format", "json").exits(1)
    reported = {"functions/" + os.path.basename(row["file"]) for row in done.json()}
    # Opening an account still emits that its opener was given rights.
    tap.equal(sorted(set(files) - reported), ["functions/shop_trading_fn_open_account_0.sql"], "mutants that were not noticed")


@tap.test("findings are printed as compilers print them, and as CSV and JSON")
def _():
    folder = module("forms", {"migrations/001_a.sql": "create table shop.a (a_id integer primary key);\n"
                                                      "comment on table shop.a is 'x';\n"})
    done = program.daybook("lint", "--modules-dir", folder).exits(1)
    tap.equal(done.out.splitlines()[0], "shop/migrations/001_a.sql:1:22: error: a_id of shop.a is integer [id-32-bit]")
    expected = dict(file="shop/migrations/001_a.sql", line=1, column=22, level="error", rule="id-32-bit",
                    message="a_id of shop.a is integer", fix="bigint, or uuid chosen by the caller")
    tap.equal(program.daybook("lint", "--modules-dir", folder, "--format", "json").exits(1).json(), [expected])
    rows = list(csv.DictReader(io.StringIO(program.daybook("lint", "--modules-dir", folder, "--format", "csv").exits(1).out)))
    tap.equal(rows, [{key: str(value) for key, value in expected.items()}])


@tap.test("what cannot be read is UNKNOWN and fails, whichever rule was asked for")
def _():
    folder = module("unknown", {"migrations/001_a.sql": "select 1 frm x y;\n"})
    done = program.daybook("lint", "--modules-dir", folder, "--rule", "ban-drop-table").exits(3)
    tap.contains(done.out, "shop/migrations/001_a.sql:1:14: unknown: syntax error")
    tap.contains(done.err, "cannot be called clean")


@tap.test("wrong usage is refused")
def _():
    tap.contains(program.daybook("lint", "--rule", "no-such").exits(2).err, "there is no rule")
    tap.contains(program.daybook("lint", "--modules", "no-such").exits(2).err, "there is no module")
    tap.contains(program.daybook("lint", "--applied", "core").exits(2).err, "MODULE=NUMBER")
    tap.contains(program.daybook("lint", "--modules-dir", os.path.join(FOLDER, "nowhere")).exits(5).err, "there is no folder")


@tap.test("a table is new until its migration is said to be applied")
def _():
    folder = module("applied", {**GOODS, **INDEX})
    program.daybook("lint", "--modules-dir", folder).exits(0)
    done = program.daybook("lint", "--modules-dir", folder, "--applied", "shop=1").exits(1)
    tap.contains(done.out, "shop/migrations/002_index.sql:1:1: error: writers of shop.goods wait until the index is built")
    program.daybook("lint", "--modules-dir", folder, "--applied", "shop=2").exits(0)


@tap.test("--live asks the ledger what is applied")
def _():
    folder = module("live", GOODS)
    url = server.Server().database("live")
    program.daybook("migrate", "apply", "--url", url, "--modules-dir", folder).ok()
    module("live", INDEX)
    program.daybook("lint", "--modules-dir", folder).exits(0)
    done = program.daybook("lint", "--modules-dir", folder, "--live", "--url", url).exits(1)
    tap.contains(done.out, "002_index.sql:1:1: error: writers of shop.goods wait")


@tap.test("docs/LINT.md names every rule, and no other, in the words of the program")
def _():
    with open(DOCS, encoding="utf-8") as text:
        lines = text.read().splitlines()
    written = [line for line in lines if line.startswith("| `")]
    rules = program.daybook("lint", "--list", "--format", "json").ok().json()
    tap.check(len(rules) > 50, "too few rules")
    tap.equal(written, [f"| `{r['rule']}` | {r['what']} | {r['why']} | {r['fix']} |" for r in rules])


tap.main()
