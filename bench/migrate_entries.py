"""300 migrations from empty: daybook beside psql feeding the same statements in one session, with dbmate told beside them."""

import os
import shutil
import statistics
import time

from harness import program, server, tap

COUNT = 300
STATEMENTS = ("create table {schema}.t{n} (id bigint primary key, note text not null, at timestamptz not null default now());\n"
              "create index t{n}_at on {schema}.t{n} (at);\n")


def seconds(argv, **options):
    began = time.monotonic()
    program.run(argv, timeout=600, **options).ok()
    return time.monotonic() - began


class Migrations:
    name = "migrate"
    what = f"{COUNT} migrations from empty, locked, hashed and chained; plain = psql feeding the same statements in one session, the floor"
    unit = "migrations/s"

    def __init__(self, host):
        self.host = host
        self.facts = {}
        self.status_ms, self.dbmate_rates = [], []

    def prepare(self):
        folder = program.temporary_folder("dbk-bench-")
        module = os.path.join(folder, "modules", "bench")
        os.makedirs(os.path.join(module, "migrations"))
        os.makedirs(os.path.join(folder, "dbmate"))
        with open(os.path.join(module, "module.conf"), "w", encoding="utf-8") as out:
            out.write("[module]\nname = bench\nsummary = measured\nschemas = bench\n")
        whole = ""
        for number in range(1, COUNT + 1):
            text = ("create schema bench;\n" if number == 1 else "") + STATEMENTS.format(schema="bench", n=number)
            whole += text
            with open(os.path.join(module, "migrations", f"{number:03}_t{number}.sql"), "w", encoding="utf-8") as out:
                out.write(text)
            with open(os.path.join(folder, "dbmate", f"{number:03}_t{number}.sql"), "w", encoding="utf-8") as out:
                out.write(f"-- migrate:up\n{text}\n-- migrate:down\n")
        with open(os.path.join(folder, "all.sql"), "w", encoding="utf-8") as out:
            out.write(whole)
        return {"modules": os.path.join(folder, "modules"), "sql": os.path.join(folder, "all.sql"),
                "dbmate_folder": os.path.join(folder, "dbmate"), "dbmate": self.find_dbmate(folder)}

    def find_dbmate(self, folder):
        """From PATH or from npm; None when neither gives it."""
        if shutil.which("dbmate") or not shutil.which("npm"):
            return shutil.which("dbmate")
        program.run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", "dbmate@2"], timeout=300)
        for top, _, names in os.walk(os.path.join(folder, "node_modules", "@dbmate")):
            if "dbmate" in names:
                return os.path.join(top, "dbmate")
        return None

    def rate(self, side, setup):
        host = self.host().server
        host.sql("drop database if exists bench_migrate with (force)")
        url = host.database("bench_migrate")
        host.sql("checkpoint")
        words = [program.DAYBOOK, "migrate", "apply", "--url", url, "--modules-dir", setup["modules"], "--modules", "bench", "--quiet"]
        if side == "plain":
            taken = seconds([server.client("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", setup["sql"]])
            self.measure_dbmate(setup)
        else:
            taken = seconds(words)
            words[2] = "status"
            self.status_ms.append(1000 * min(seconds(words) for _ in range(3)))
            self.facts["status when up to date"] = f"{statistics.median(self.status_ms):.0f} ms (limit 30 ms)"
        return COUNT / taken

    def measure_dbmate(self, setup):
        if not setup["dbmate"]:
            self.facts["dbmate"] = "not measured: neither installed nor given by npm"
            return
        host = self.host().server
        host.sql("drop database if exists bench_migrate with (force)")
        host.database("bench_migrate")
        host.sql("checkpoint")
        env = program.clean_env(DATABASE_URL=f"postgres://postgres@/bench_migrate?host={host.folder}&sslmode=disable")
        taken = seconds([setup["dbmate"], "--migrations-dir", setup["dbmate_folder"], "--no-dump-schema", "up"], env=env)
        self.dbmate_rates.append(COUNT / taken)
        self.facts["dbmate"] = f"{statistics.median(self.dbmate_rates):,.0f} migrations/s"
