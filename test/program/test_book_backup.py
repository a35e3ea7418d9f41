"""`daybook book backup`: a copy of one moment of a book that is being written to, proven before it gets its name."""

import os
import shutil
import sqlite3
import subprocess

from harness import calls, file_book, program, tap

binary = calls.build()
folder = program.temporary_folder()
book = os.path.join(folder, "book.db")
OPENING = ["account name=one", "instrument symbol=BTCUSD kind=perp base=BTC quote=USD", "use account=one instrument=BTCUSD"]


def fills(first, count):
    return [f"fill fill=f{place} order=o{place % 2} side={'buy' if place % 2 else 'sell'} qty=1 price={100 + place % 7} fee=0.01 trade=t{place} "
            f"at={1709294400 + place}" for place in range(first, first + count)]


def recorded(path):
    try:
        return file_book.value(path, "select count(*) from fills")
    except sqlite3.Error:
        return 0


def writer(lines):
    """A program that records them, one after another."""
    child = subprocess.Popen([binary], env=program.clean_env(URL=f"sqlite:{book}", RETRY_TOTAL_MS="600000"), stdin=subprocess.PIPE,
                             stdout=subprocess.DEVNULL, encoding="utf-8")
    tap.at_end(lambda: child.poll() is None and child.kill())
    child.stdin.write("\n".join(OPENING + lines))
    child.stdin.close()
    return child


def backup(*names, **options):
    return program.daybook("book", "backup", "--format", "json", *names, **options)


def verified(path):
    return program.daybook("book", "verify", "--url", f"sqlite:{path}", "--format", "json").exits(0).json()["verified"][0]


@tap.test("cp of a book that is open leaves out what was committed last; a backup has it")
def _():
    tap.equal(writer(fills(0, 5)).wait(), 0)
    holder = sqlite3.connect(book)  # as any program that has the book open
    holder.execute("select count(*) from fills").fetchone()
    tap.equal(writer(fills(5, 25)).wait(), 0)
    bare, whole = os.path.join(folder, "bare.db"), os.path.join(folder, "whole.db")
    shutil.copy(book, bare)
    tap.equal((recorded(book), recorded(bare)), (30, 5), "fills in the book and in what cp made of it")
    told = backup(f"sqlite:{book}", f"sqlite:{whole}").ok().json()["backup"][0]
    holder.close()
    tap.equal(told["copy"], whole)
    proven = verified(whole)
    tap.equal((proven["fills"], proven["sha256"]), (30, told["sha256"]))
    tap.equal(proven, verified(book), "of the book itself, which stood still")


@tap.test("writers go on while it is made, and it is one moment of theirs")
def _():
    before = recorded(book)
    children = [writer(fills(before + 300 * number, 300)) for number in range(2)]
    tap.wait_until(lambda: recorded(book) >= before + 10, "they have begun")
    copy = os.path.join(folder, "meanwhile.db")
    told = backup(book, copy).ok().json()["backup"][0]
    tap.equal([child.wait() for child in children], [0, 0])
    tap.equal(sorted(name for name in os.listdir(folder) if name.startswith("meanwhile")), ["meanwhile.db"], "nothing is left beside the copy")
    proven = verified(copy)
    tap.equal(proven["sha256"], told["sha256"])
    tap.check(before + 10 <= proven["fills"], f"only {proven['fills']} fills are in the copy")
    tap.equal(verified(book)["fills"], before + 600)


@tap.test("a file that exists is never written over")
def _():
    there = os.path.join(folder, "there.db")
    with open(there, "w", encoding="utf-8") as out:
        out.write("kept")
    tap.contains(backup(book, there).exits(5).err, f"{there} exists")
    with open(there, encoding="utf-8") as text:
        tap.equal(text.read(), "kept")


@tap.test("a damaged book is not taken for a copy, and nothing is left of the attempt")
def _():
    damaged, copy = os.path.join(folder, "damaged.db"), os.path.join(folder, "of-damaged.db")
    shutil.copy(os.path.join(folder, "whole.db"), damaged)
    with open(damaged, "r+b") as out:
        out.seek(5 * 4096)
        out.write(b"\xff" * 64)
    tap.contains(backup(damaged, copy).exits(5).err, "damaged")
    forged = os.path.join(folder, "forged.db")
    shutil.copy(os.path.join(folder, "whole.db"), forged)
    db = sqlite3.connect(forged)
    db.execute("delete from orders where order_id = (select min(order_id) from orders)")  # with foreign keys that do not hold
    db.commit()
    db.close()
    tap.contains(backup(forged, copy).exits(5).err, "foreign_key_check")
    tap.equal([name for name in os.listdir(folder) if name.startswith("of-damaged")], [], "files of the copy")


@tap.test("what is no book in a file is refused with a word about it")
def _():
    to = os.path.join(folder, "never.db")
    tap.contains(backup("postgresql://localhost/x", to).exits(2).err, "pg_dump")
    tap.contains(backup(os.path.join(folder, "none.db"), to).exits(5).err, "none.db")
    with open(os.path.join(folder, "text.db"), "w", encoding="utf-8") as out:
        out.write("this is no database at all, however long it is made to be\n" * 20)
    tap.contains(backup(os.path.join(folder, "text.db"), to).exits(5).err, "not an SQLite database")
    sqlite3.connect(os.path.join(folder, "other.db")).execute("create table t (x)").connection.close()
    tap.contains(backup(os.path.join(folder, "other.db"), to).exits(5).err, "another program")
    open(os.path.join(folder, "empty.db"), "w", encoding="utf-8").close()
    tap.contains(backup(os.path.join(folder, "empty.db"), to).exits(5).err, "no book in it yet")
    tap.contains(backup(book, os.path.join(folder, "no-such-folder", "x.db")).exits(5).err, "no-such-folder")
    tap.equal(os.path.exists(to), False)


tap.main()
