"""300 migrations from empty: daybook beside psql feeding the same statements in one session, and beside dbmate and sqitch.

Every run has a database of its own and none is dropped before the end: files that were deleted moments ago make the file system
slow to create new ones, and that would fall on whoever comes next.
"""

import os
import shutil
import statistics
import time

from harness import program, server

COUNT = 300
STATEMENTS = ("create table bench.t{n} (id bigint primary key, note text not null, at timestamptz not null default now());\n"
              "create index t{n}_at on bench.t{n} (at);\n")
PLANNED = "2026-01-01T00:00:00Z Bench <bench@example.org>"


def seconds(argv, **options):
    began = time.monotonic()
    program.run(argv, timeout=600, **options).ok()
    return time.monotonic() - began


def write(text, *path):
    os.makedirs(os.path.join(*path[:-1]), exist_ok=True)
    with open(os.path.join(*path), "w", encoding="utf-8") as out:
        out.write(text)


def find_dbmate(folder):
    """From PATH or from npm; None when neither gives it."""
    if shutil.which("dbmate") or not shutil.which("npm"):
        return shutil.which("dbmate")
    program.run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", "dbmate@2"], timeout=300)
    for top, _, names in os.walk(os.path.join(folder, "node_modules", "@dbmate")):
        if "dbmate" in names:
            return os.path.join(top, "dbmate")
    return None


class Migrations:
    """The sides are methods of the same name that take the name of an empty database and run until all is applied."""

    name = "migrate"
    what = (f"{COUNT} migrations from empty, locked, hashed and chained; plain = psql feeding the same statements in one session, a "
            "transaction each file, the floor")
    unit = "migrations/s"

    def __init__(self, host):
        self.host = host
        self.facts = {}
        self.status_ms, self.databases = [], 0

    def prepare(self):
        self.folder = program.temporary_folder("dbk-bench-")
        whole, plan = "", "%syntax-version=1.0.0\n%project=bench\n\n"
        for number in range(1, COUNT + 1):
            text = ("create schema bench;\n" if number == 1 else "") + STATEMENTS.format(n=number)
            name = f"{number:03}_t{number}"
            whole += f"begin;\n{text}commit;\n"
            plan += f"{name} {PLANNED} # {name}\n"
            write(text, self.folder, "modules", "bench", "migrations", f"{name}.sql")
            write(f"-- migrate:up\n{text}\n-- migrate:down\n", self.folder, "dbmate", f"{name}.sql")
            write(f"begin;\n{text}commit;\n", self.folder, "sqitch", "deploy", f"{name}.sql")
        write("[module]\nname = bench\nsummary = measured\nschemas = bench\n", self.folder, "modules", "bench", "module.conf")
        write(whole, self.folder, "all.sql")
        write(whole.replace("begin;\n", "").replace("commit;\n", ""), self.folder, "each.sql")
        write(plan, self.folder, "sqitch", "sqitch.plan")
        write("[core]\n\tengine = pg\n", self.folder, "sqitch", "sqitch.conf")
        self.dbmate_program = find_dbmate(self.folder)
        self.sides = ["daybook", "plain", "psql_autocommit"]
        for side, found in (("dbmate", self.dbmate_program), ("sqitch", shutil.which("sqitch"))):
            if found:
                self.sides.append(side)
            else:
                self.facts[side] = "not measured: it is not installed"
        return None

    def rate(self, side, _):
        host = self.host().server
        self.databases += 1
        name = f"bench_migrate_{self.databases}"
        host.database(name)
        host.sql("checkpoint")
        os.sync()  # what the side before left to the disk is not this one's
        return COUNT / getattr(self, side)(host, name)

    def daybook(self, host, name):
        words = [program.DAYBOOK, "migrate", "apply", "--url", host.url(name), "--modules-dir", os.path.join(self.folder, "modules"),
                 "--modules", "bench", "--quiet"]
        taken = seconds(words)
        words[2] = "status"
        self.status_ms.append(1000 * min(seconds(words) for _ in range(3)))
        self.facts["status when up to date"] = f"{statistics.median(self.status_ms):.0f} ms (limit 30 ms)"
        return taken

    def psql(self, host, name, file):
        return seconds([server.client("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-d", host.url(name), "-f", os.path.join(self.folder, file)])

    def plain(self, host, name):
        return self.psql(host, name, "all.sql")

    def psql_autocommit(self, host, name):
        """Without transactions of its own psql commits every statement, which is twice as often as the others do."""
        return self.psql(host, name, "each.sql")

    def dbmate(self, host, name):
        env = program.clean_env(DATABASE_URL=f"postgres://postgres@/{name}?host={host.folder}&sslmode=disable")
        return seconds([self.dbmate_program, "--migrations-dir", os.path.join(self.folder, "dbmate"), "--no-dump-schema", "up"], env=env)

    def sqitch(self, host, name):
        env = program.clean_env(HOME=self.folder, SQITCH_FULLNAME="Bench", SQITCH_EMAIL="bench@example.org")
        return seconds(["sqitch", "deploy", f"db:pg://postgres@/{name}?host={host.folder}"], env=env,
                       cwd=os.path.join(self.folder, "sqitch"))
