"""Fills into a book in one file, beside the same file written by hand."""

import os

from harness import linked, program

HERE = os.path.dirname(os.path.abspath(__file__))


class FileFills:
    """libdaybook on sqlite:PATH beside SQLite by hand: the same file, tables, indexes and settings."""

    unit = "fills/s"

    def __init__(self, name, what, sides, count):
        self.name, self.what, self.sides, self.count = name, what, sides, count
        self.facts = {"settings": "journal_mode = wal; synchronous = full; foreign_keys = on; one program"}

    def prepare(self):
        with open(os.path.join(HERE, "file_fills.c"), encoding="utf-8") as source:
            return {"binary": linked.build(source.read(), "file_fills", "-O2", "-I" + HERE, *linked.TO_SHARED, "-lsqlite3"),
                    "folder": program.temporary_folder("dbk-bench-"), "runs": 0}

    def rate(self, side, setup):
        setup["runs"] += 1
        path = os.path.join(setup["folder"], f"{setup['runs']}.db")
        return float(program.run([setup["binary"], path, self.sides[side], str(self.count)], timeout=600).ok().out)


FILE_ENTRIES = [
    FileFills("file-fills", "whole fills into a book in one file, one after another; plain = transactions of four statements by hand",
              {"daybook": "book", "plain": "bare"}, 3000),
    FileFills("file-batch", "whole fills into a book in one file, 1,000 at once; plain = bare rows into its table of fills, 1,000 a transaction",
              {"daybook": "batch", "plain": "rows"}, 10000),
]
