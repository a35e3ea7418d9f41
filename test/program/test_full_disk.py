"""The server's disk is full: what cannot be kept is refused with an error that says so, nothing acknowledged is lost, and work goes
on when there is room. The disk is full by a library loaded before the server, so that it can be for every user and at any moment."""

import os
import uuid

from harness import book, calls, linked, program, server, session, tap
from harness.session import Lost, Refused, call
from harness.trading import fill, order

DISK_FULL = "53100"
WRITES_MAX = 2000  # far more than there is room for in what tables and the log have taken already

full = os.path.join(program.temporary_folder("dbk-disk-"), "full")
with open(os.path.join(program.SOURCE, "test", "program", "fixtures", "full_disk.c"), encoding="utf-8") as text:
    host = server.Server(env={"LD_PRELOAD": linked.preloaded(text.read(), "full_disk"), "FULL_DISK": full})
url = host.installed("disk")
one = calls.settle(url)
binary = calls.build()
known = uuid.uuid4()
one.row(order(calls.ACCOUNT, known, calls.INSTRUMENT))
acknowledged = []


class FullDisk:
    """While it is entered, nothing below the folder can grow."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        with open(full, "w", encoding="utf-8") as out:
            out.write(self.folder)

    def __exit__(self, *_):
        os.unlink(full)


def record(each, fill_id):
    """Records a fill; the outcome, or the error."""
    try:
        outcome = each.row(fill(calls.ACCOUNT, fill_id, known, calls.INSTRUMENT))["outcome"]
        acknowledged.append(str(fill_id))
        return outcome
    except (Refused, Lost) as problem:
        return problem


def record_until_refused(each):
    """Returns the fill that was not recorded, and why not."""
    for _ in range(WRITES_MAX):
        fill_id = uuid.uuid4()
        answer = record(each, fill_id)
        if answer != "created":
            return fill_id, answer
    raise tap.Failure(f"{WRITES_MAX} fills were recorded on a full disk")


def check_book(each):
    there = {row["fill_id"] for row in each.rows("select fill_id from trading.fills")}
    tap.equal(there, set(acknowledged), "the fills in the book are those that were acknowledged")
    book.check(each)
    program.daybook("book", "verify", "--url", url).ok()


@tap.test("through libdaybook a call that cannot be kept is an error with the server's words; made again when there is room, each is there once")
def _():
    lines = [f"fill fill=full{n} order=full side=buy qty=1 price=100 at={n + 1}" for n in range(150)]
    calls.tell(binary, url, *lines[:3])
    with FullDisk(host.data):
        answers = calls.tell(binary, url, *lines)
    errors = [line for line in answers if line.startswith("error ")]
    tap.check(errors, "150 fills were recorded on a full disk")
    for line in errors:
        tap.check(line.startswith(f"error {DISK_FULL} ") and "No space left on device" in line, line)
    again = calls.tell(binary, url, *lines)
    tap.equal([line.split()[0] for line in again], ["created" if line in errors else "replayed" for line in answers], "all of them again")
    acknowledged.extend(row["fill_id"] for row in one.rows("select fill_id from trading.fills"))
    tap.equal(len(acknowledged), len(lines), "fills in the book")
    check_book(one)


@tap.test("tables cannot grow: the call is an error that names the disk, the session goes on, and the same call succeeds later")
def _():
    with FullDisk(host.data):
        refused, answer = record_until_refused(one)
        tap.check(isinstance(answer, Refused) and answer.sqlstate == DISK_FULL, f"answer on a full disk: {answer}")
        tap.contains(answer.message, "No space left on device")
        check_book(one)
    tap.equal(record(one, refused), "created", "the refused call, when there is room")
    check_book(one)


@tap.test("the write-ahead log cannot grow: the server ends, nothing acknowledged is lost, and it starts when there is room")
def _():
    writer, keeper = session.Session(url), session.Session(host.url("disk", "postgres"))
    with FullDisk(os.path.join(host.data, "pg_wal")):
        keeper.run("select pg_switch_wal()")
        unknown, answer = record_until_refused(writer)
        tap.check(isinstance(answer, Lost), f"answer when the log is full: {answer}")
        tap.wait_until(lambda: host.process.poll() is not None, "the server has ended")
        tap.contains(host.log(), "No space left on device", "what the server says")
    host.start()
    again = session.Session(url)
    there = {row["fill_id"] for row in again.rows("select fill_id from trading.fills")}
    tap.equal(set(acknowledged) - there, set(), "acknowledged fills that are lost")
    tap.equal(record(again, unknown), "replayed" if str(unknown) in there else "created", "the fill whose outcome was unknown")
    check_book(again)


tap.main()
