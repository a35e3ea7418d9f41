"""`grants check` on 2,000 tables, and what it costs."""

import os
import time

from harness import program, server, tap

TABLES, FILES = 2000, 4
host = server.Server()


def many_tables(folder):
    os.makedirs(os.path.join(folder, "big", "migrations"))

    def write(name, text):
        with open(os.path.join(folder, "big", name), "w", encoding="utf-8") as out:
            out.write(text)

    write("module.conf", "[module]\nname = big\nsummary = many tables\nrequires = core\nalways = false\nschemas = big\n")
    write("grants.conf", "[api]\n" + "".join(f"big.t{i} = select, insert, update(a, b)\n" for i in range(TABLES))
          + "[risk]\nselect = big.*\n[lab_reader]\nselect = big.*\n")
    # One file is one transaction, which may only lock so many tables.
    for part in range(FILES):
        write(f"migrations/{part + 1:03}_tables.sql", ("create schema big;\n" if part == 0 else "") + "".join(
            f"create table big.t{i} (id bigint primary key, a text, b numeric, c timestamptz);\ncreate index on big.t{i} (c);\n"
            for i in range(part * TABLES // FILES, (part + 1) * TABLES // FILES)))


@tap.test(f"{TABLES} tables are compared, and how long it took with every check of the build switched on")
def _():
    modules = program.temporary_folder("dbk-big-")
    many_tables(modules)
    url = host.database("big", roles=True)
    program.daybook("migrate", "apply", "--url", url, "--modules-dir", modules, "--modules", "big", "--quiet").ok()
    best = None
    for _ in range(5):
        started = time.monotonic()
        program.daybook("grants", "check", "--url", url, "--modules-dir", modules).ok()
        best = min(best or 1e9, time.monotonic() - started)
    print(f"# grants check of {TABLES} tables: {best:.2f} s")
    host.sql("grant delete on big.t1234 to daybook_bot; revoke insert on big.t7 from daybook_api", "big")
    rows = program.daybook("grants", "check", "--url", url, "--modules-dir", modules, "--format", "json").exits(1).json()
    tap.equal(sorted((row["object"], row["problem"]) for row in rows), [("big.t1234", "extra"), ("big.t7", "missing")])


tap.main()
