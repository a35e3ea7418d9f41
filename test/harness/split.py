"""What psql sends for a file, as the server heard it, beside what the runner would send."""

import csv
import glob
import os
import re

from . import program, server, tap

CSVLOG = ["logging_collector = on", "log_destination = csvlog", "log_directory = log", "log_filename = all", "log_statement = all",
          "log_rotation_age = 0", "log_rotation_size = 0", "log_min_error_statement = error", "autovacuum = off"]
MESSAGE, QUERY, APPLICATION = 13, 19, 22
SPLIT = os.path.join(program.BUILD, "test", "unit", "schema", "sql_split")


def installed_files():
    """Every SQL file that PostgreSQL's packages install: extension scripts, information_schema.sql, pgTAP's."""
    folder = server.share_folder()
    found = glob.glob(os.path.join(folder, "*.sql")) + glob.glob(os.path.join(folder, "extension", "*.sql"))
    return sorted(found, key=lambda path: (os.path.getsize(path), path))


def strip(text):
    """Without what stands before the first token and the semicolon at the end."""
    text = text.strip()
    while True:
        if text.startswith("--"):
            text = text.partition("\n")[2].lstrip()
        elif text.startswith("/*"):
            depth, at = 0, 0
            for mark in re.finditer(r"/\*|\*/", text):
                depth += 1 if mark.group() == "/*" else -1
                at = mark.end()
                if depth == 0:
                    break
            text = text[at:].lstrip()
        else:
            break
    return text


def without_end(text):
    """psql leaves out empty lines, and keeps the comment behind a statement; neither is what this is about."""
    text = re.sub(r"\s*\n\s*", "\n", text.rstrip())
    before = None
    while text != before:
        before, text = text, re.sub(r"--[^\n]*$", "", re.sub(r"[\s;]+$", "", text))
    return text


def normal(texts):
    cut = [without_end(strip(text)) for text in texts]
    return [text for text in cut if text]


class Listener:
    def __init__(self):
        self.host = server.Server(CSVLOG)
        self.number = 0
        self.folder = program.temporary_folder("dbk-split-")

    def psql_sends(self, path):
        self.number += 1
        name = f"split_{self.number}"
        url = self.host.url("postgres", application_name=name)
        log = os.path.join(self.host.data, "log", "all.csv")
        mark = os.path.getsize(log)
        program.run([server.client("psql"), "-Xq", "-d", url, "-f", path])
        self.host.sql(f"select 'end of {name}'")
        tap.wait_until(lambda: f"end of {name}" in self._tail(log, mark), "the log is written")
        csv.field_size_limit(1 << 30)
        sent = []
        for row in csv.reader(self._tail(log, mark).splitlines(keepends=True)):
            if len(row) <= APPLICATION or row[APPLICATION] != name:
                continue
            if row[MESSAGE].startswith("statement: "):
                sent.append(row[MESSAGE][len("statement: "):])
            elif row[11] == "ERROR" and row[QUERY] and row[12] == "42601":
                if not sent or sent[-1] != row[QUERY]:  # refused by the parser, before it would have been logged
                    sent.append(row[QUERY])
        return sent

    @staticmethod
    def _tail(log, mark):
        with open(log, encoding="utf-8", errors="surrogateescape", newline="") as text:
            text.seek(mark)
            return text.read()

    def compare(self, path):
        """How many statements; fails where the two differ. Lines that only psql understands are left out."""
        with open(path, encoding="utf-8", errors="surrogateescape") as text:
            kept = "".join(line for line in text if not line.startswith("\\"))
        copy = os.path.join(self.folder, "file.sql")
        with open(copy, "w", encoding="utf-8", errors="surrogateescape") as out:
            out.write(kept)
        ours = program.run([SPLIT, copy])
        tap.equal(ours.status, 0, ours.err)
        mine, theirs = normal(ours.out.split("\0")), normal(self.psql_sends(copy))
        for number, (one, two) in enumerate(zip(mine, theirs)):
            tap.equal(one, two, f"{path}: statement {number + 1}")
        tap.equal(len(mine), len(theirs), f"{path}: statements")
        return len(mine)
