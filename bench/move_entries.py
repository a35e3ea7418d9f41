"""A book that moves from a file to a server, beside its rows as plain INSERT statements given to psql."""

import datetime
import os
import sqlite3

from harness import file_book, linked, program, server

HERE = os.path.dirname(os.path.abspath(__file__))
FILLS = 20000
# In the order of their foreign keys; what the server generates by itself is left out.
TABLES = {"currencies": (), "venues": (), "instruments": (), "accounts": (), "orders": ("status", "is_open"), "positions": ("realized_net",),
          "position_fees": (), "fills": (), "roundtrips": (), "domain_events": ("id",), "sessions": ()}


def literal(value, kind):
    if value is None:
        return "null"
    if kind == "time":
        return f"'{datetime.datetime.fromtimestamp(value / 1e6, datetime.timezone.utc).isoformat()}'"
    if kind == "list":
        return f"'{{{value}}}'"
    return "'" + str(value).replace("'", "''") + "'"


def kind(column):
    return "time" if column.endswith("_at") else "list" if column == "flags" else "text"


def plain(path, out):
    """One INSERT a row, in one transaction; how many rows."""
    db, rows = sqlite3.connect(path), 0
    with open(out, "w", encoding="utf-8") as text:
        text.write("begin;\n")
        for table, left_out in TABLES.items():
            columns = [row[1] for row in db.execute(f"pragma table_info({table})") if row[1] not in left_out]
            name = f"{file_book.SCHEMAS.get(table, 'trading')}.{table}"
            for row in db.execute(f"select {', '.join(columns)} from {table}"):
                values = ", ".join(literal(value, kind(column)) for value, column in zip(row, columns))
                text.write(f"insert into {name} ({', '.join(columns)}) values ({values});\n")
                rows += 1
        text.write("commit;\n")
    db.close()
    return rows


class Move:
    """The whole move, with its checks, its progress, its stop and its proof, beside nothing but the statements."""

    name, unit = "move", "rows/s"
    what = f"a book of {FILLS:,} fills from a file to a server, proven; plain = one INSERT a row in one transaction, by psql, proving nothing"

    def __init__(self, host, run_measured):
        self.host, self.run_measured = host, run_measured
        self.facts = {"fills": FILLS}

    def prepare(self):
        folder = program.temporary_folder("dbk-bench-")
        os.chmod(folder, 0o755)
        with open(os.path.join(HERE, "file_fills.c"), encoding="utf-8") as source:
            binary = linked.build(source.read(), "file_fills", "-O2", *linked.TO_SHARED, "-lsqlite3")
        path, statements = os.path.join(folder, "book.db"), os.path.join(folder, "book.sql")
        program.run([binary, path, "batch", str(FILLS)], timeout=600).ok()
        return {"path": path, "statements": statements, "rows": plain(path, statements), "folder": folder, "runs": 0}

    def rate(self, side, setup):
        host = self.host()
        name = host.clone()
        url = host.server.url(name, "trader")
        if side == "plain":
            seconds, _ = self.run_measured([server.client("psql"), "-XAq", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", setup["statements"]])
        else:
            setup["runs"] += 1
            copy = os.path.join(setup["folder"], f"{setup['runs']}.db")
            with sqlite3.connect(setup["path"]) as db:
                db.execute(f"vacuum into '{copy}'")
            seconds, _ = self.run_measured([program.DAYBOOK, "book", "move", f"sqlite:{copy}", url])
        host.drop(name)
        return setup["rows"] / seconds
