"""`daybook lint --trace`: what statements really lock and rewrite, measured on a scratch server."""

import os

from harness import program, server, tap

FOLDER = program.temporary_folder()
BASE = """create schema shop;
create table shop.goods (goods_id bigint primary key, kind_id bigint, qty numeric, name text);
create table shop.kinds (kind_id bigint primary key);
"""


def modules(name, **migrations):
    """001_base.sql and what is given."""
    for file, text in {"001_base": BASE, **migrations}.items():
        path = os.path.join(FOLDER, name, "shop", "migrations", file + ".sql")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    with open(os.path.join(FOLDER, name, "shop", "module.conf"), "w", encoding="utf-8") as out:
        out.write("[module]\nname = shop\nsummary = a test\nrequires = trading\nschemas = shop\n")
    return os.path.join(FOLDER, name)


def trace(folder, *arguments, status):
    return program.daybook("lint", "--trace", "--modules-dir", folder, "--format", "json", *arguments).exits(status).json()


@tap.test("the locks are those that PostgreSQL takes, statement by statement")
def _():
    statements = [
        "alter table shop.goods add constraint k foreign key (kind_id) references shop.kinds on delete restrict not valid",
        "alter table shop.goods alter column qty type numeric(20, 8)",
        "alter table shop.goods add column a timestamptz default now()",
        "alter table shop.goods add column b timestamptz default clock_timestamp()",
        "alter table shop.goods alter column name set not null",
        "create index i on shop.goods (qty)",
        "alter table shop.goods validate constraint k",
        "update shop.goods set name = 'x'",
        "alter table trading.orders add column note text",
        "drop table shop.kinds cascade",
    ]
    folder = modules("golden", **{f"{number:03}_step": text + ";\n" for number, text in enumerate(statements, 2)})
    rows = trace(folder, "--applied", "shop=1", status=1)
    found = [(row["statement"][:40], row["relation"], row["lock"], row["rewritten"], row["scanned"], row["hurts"]) for row in rows]
    tap.equal(found, [(statements[number][:40], *rest) for number, *rest in (
        (0, "shop.goods", "SHARE ROW EXCLUSIVE", False, False, False),
        (0, "shop.kinds", "SHARE ROW EXCLUSIVE", False, False, False),
        (1, "shop.goods", "ACCESS EXCLUSIVE", True, True, True),
        (2, "shop.goods", "ACCESS EXCLUSIVE", False, False, False),
        (3, "shop.goods", "ACCESS EXCLUSIVE", True, True, True),
        (4, "shop.goods", "ACCESS EXCLUSIVE", False, True, True),
        (5, "shop.goods", "SHARE", False, True, True),
        (6, "shop.goods", "SHARE UPDATE EXCLUSIVE", False, True, False),
        (7, "shop.goods", "ROW EXCLUSIVE", False, True, False),
        (8, "trading.orders", "ACCESS EXCLUSIVE", False, False, False),
        (9, "shop.goods", "ACCESS EXCLUSIVE", False, False, False),
        (9, "shop.kinds", "ACCESS EXCLUSIVE", False, False, False),
    )])
    tap.equal({row["blocks"] for row in rows if row["lock"] == "SHARE"}, {"writes"})


@tap.test("what pending files make is new, and concurrent statements are listed unmeasured")
def _():
    folder = modules("made", **{"002_more": "alter table shop.goods alter column qty type numeric(20, 8);\n",
                                "003_index": "-- no-transaction\ncreate index concurrently i on shop.goods (qty);\nselect 1;\n"})
    rows = trace(folder, status=0)
    tap.equal([(row["file"], row["line"], row["relation"], row["lock"]) for row in rows],
              [("shop/migrations/003_index.sql", 2, None, "SHARE UPDATE EXCLUSIVE")])


@tap.test("with the sizes of the target it says for how long, until the end of the file")
def _():
    text = ("alter table shop.goods add column a text;\n"
            "alter table shop.kinds alter column kind_id type numeric;\n"
            "alter table shop.goods alter column qty type numeric(20, 8);\n")
    folder = modules("live")
    host = server.Server()
    url = host.database("live")
    program.daybook("migrate", "apply", "--url", url, "--modules-dir", folder).ok()
    host.sql("insert into shop.goods select i, i, i, repeat('x', 200) from generate_series(1, 20000) i; analyze shop.goods; "
             "analyze shop.kinds", "live")
    modules("live", **{"002_change": text})
    goods_first, kinds, goods = trace(folder, "--live", "--url", url, status=1)
    tap.equal((goods["rows"], kinds["rows"]), (20000, 0))
    tap.equal((goods_first["hurts"], kinds["hurts"], goods["hurts"]), (False, False, True))
    tap.equal((goods_first["estimated_s"], kinds["estimated_s"]), (0, 0))
    # 20,000 rows of about 230 bytes, and their index, at 50 MB/s.
    tap.check(0.05 < goods["estimated_s"] < 0.2, f"{goods['estimated_s']} s")
    tap.equal(goods_first["held_s"], goods["estimated_s"])


@tap.test("an error of a pending file has its place")
def _():
    folder = modules("wrong", **{"002_bad": "select 1;\nselect nothing;\n"})
    done = program.daybook("lint", "--trace", "--modules-dir", folder, "--applied", "shop=1").exits(6)
    tap.contains(done.err, "shop/migrations/002_bad.sql:2:8: ")


tap.main()
