"""Where a book in a file may be: in a folder that may not be written, and on a disk that is full."""

import os
import shutil
import sqlite3
import subprocess
import threading

from harness import calls, file_book, linked, program, server, tap

binary = calls.build()
OPENING = ["account name=one", "instrument symbol=BTCUSD kind=perp base=BTC quote=USD", "use account=one instrument=BTCUSD"]


def fills(first, count):
    return [f"fill fill=f{place} order=o{place % 2} side={'buy' if place % 2 else 'sell'} qty=1 price={100 + place % 7} trade=t{place} "
            f"at={1709294400 + place}" for place in range(first, first + count)]


def record(path, lines):
    return program.run([binary], stdin="\n".join(OPENING + lines).encode(), env=program.clean_env(URL=f"sqlite:{path}")).out.splitlines()


def verified(path):
    return program.daybook("book", "verify", "--url", f"sqlite:{path}", "--format", "json").exits(0).json()["verified"][0]


def as_other(*argv):
    """As a user who owns nothing here."""
    return program.run(server.as_server_user([program.DAYBOOK, *argv]))


def read_only(name):
    """A book in a folder that nobody but its owner may write."""
    folder = program.temporary_folder()
    path = os.path.join(folder, name)
    record(path, fills(0, 20))
    return folder, path


@tap.test("a book in a folder that may not be written is read as it stands")
def _():
    if os.geteuid() != 0:
        tap.skip("takes root, to be another user")
    folder, path = read_only("100% ?#book.db")
    tap.equal(os.listdir(folder), [os.path.basename(path)], "files of a book that nobody has open")
    for asked in (("book", "fills"), ("report",), ("book", "verify"), ("book", "dump")):
        tap.equal(as_other(*asked, "--url", f"sqlite:{path}").ok().out, program.daybook(*asked, "--url", f"sqlite:{path}").ok().out, asked)
        for left in os.listdir(folder):  # by whoever could make shared memory
            if left.endswith(("-shm", "-wal")):
                os.unlink(os.path.join(folder, left))


@tap.test("what is in a log that cannot be read there is not passed over in silence")
def _():
    if os.geteuid() != 0:
        tap.skip("takes root, to be another user")
    folder, path = read_only("book.db")
    holder = sqlite3.connect(path)
    holder.execute("select count(*) from fills").fetchone()
    record(path, fills(20, 5))
    crashed = os.path.join(program.temporary_folder(), "book.db")
    for part in ("", "-wal"):  # without the shared memory, as after a crash of the machine
        shutil.copy(path + part, crashed + part)
    tap.equal(file_book.value(path, "select count(*) from fills"), 25)
    live = as_other("book", "verify", "--url", f"sqlite:{path}", "--format", "json").ok().json()["verified"][0]
    tap.equal(live["fills"], 25, "while a writer has it open")
    holder.close()
    refused = as_other("book", "verify", "--url", f"sqlite:{crashed}").exits(5)
    tap.contains(refused.err, f"{crashed}-wal")
    tap.equal(file_book.value(crashed, "select count(*) from fills"), 25, "nothing is lost")


@tap.test("who may not write is told so, and nothing is changed")
def _():
    if os.geteuid() != 0:
        tap.skip("takes root, to be another user")
    folder, path = read_only("book.db")
    shutil.copy(binary, os.path.join(folder, "calls"))
    with open(path, "rb") as text:
        before = text.read()
    done = program.run(server.as_server_user([os.path.join(folder, "calls")]), stdin="\n".join(OPENING).encode(),
                       env=program.clean_env(URL=f"sqlite:{path}"))
    tap.check(done.status != 0, f"written: {done.out}")
    tap.contains(done.err, path)
    with open(path, "rb") as text:
        tap.check(text.read() == before, "the file was changed")


@tap.test("on a full disk a fact is refused with a word about it; none that was acknowledged is lost, and it goes on when there is room")
def _():
    folder = program.temporary_folder()
    path, full = os.path.join(folder, "book.db"), os.path.join(program.temporary_folder(), "full")
    with open(os.path.join(program.SOURCE, "test", "program", "fixtures", "full_disk.c"), encoding="utf-8") as text:
        env = {"LD_PRELOAD": linked.preloaded(text.read(), "full_disk"), "FULL_DISK": full, "ASAN_OPTIONS": "verify_asan_link_order=0"}
    record(path, fills(0, 20))
    said, crammed = os.path.join(program.temporary_folder(), "said"), threading.Event()
    with open(said, "w", encoding="utf-8") as out:
        child = subprocess.Popen([binary, "talk"], env=program.clean_env(URL=f"sqlite:{path}", **env), stdin=subprocess.PIPE, stdout=out,
                                 encoding="utf-8")
    told = OPENING + fills(20, 100)

    # It never runs out of fills before the disk is full, however late that comes.
    def tell():
        child.stdin.write("\n".join(told) + "\n")
        while not crammed.is_set():
            more = fills(20 + len(told) - len(OPENING), 100)
            child.stdin.write("\n".join(more) + "\n")
            told.extend(more)
        child.stdin.close()

    teller = threading.Thread(target=tell)
    teller.start()
    try:
        tap.wait_until(lambda: file_book.value(path, "select count(*) from fills") >= 30, "it has begun")
        with open(full, "w", encoding="utf-8") as out:
            out.write(folder)
    finally:
        crammed.set()
        teller.join()
        child.wait()
    with open(said, encoding="utf-8") as text:
        answers = text.read().splitlines()
    tap.equal(len(answers), len(told), "answers")
    acknowledged = 20 + sum(line.startswith("created") for line in answers[len(OPENING):])
    errors = [line for line in answers if line.startswith("error")]
    tap.check(errors and all("no room to write" in line for line in errors), f"errors on a full disk: {errors[:3]}")
    late = program.run([binary], stdin="\n".join(OPENING).encode(), env=program.clean_env(URL=f"sqlite:{path}", **env))
    tap.contains(late.err, "no room to write")
    os.unlink(full)
    proven = verified(path)
    tap.equal(proven["fills"], acknowledged, "fills in the book of a full disk")
    tap.check(not any(line.startswith("error") for line in record(path, told[len(OPENING):])), "errors with room again")
    tap.equal(verified(path)["fills"], 20 + len(told) - len(OPENING))


tap.main()
