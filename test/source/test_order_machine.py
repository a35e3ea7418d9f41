"""What is made of src/book/order_transitions.conf is as new as the file, and the generator sees when it is not."""

import os
import shutil
import tempfile

from harness import program, tap

TOOL = "tools/order_machine"
CONF = "src/book/order_transitions.conf"
STATUS = "modules/trading/functions/trading__order_status.sql"
COPIED = ("tools", "src/book", "modules/trading", "test/unit/book", "docs")


def generator(top, *arguments):
    return program.run([os.path.join(top, TOOL), *arguments])


def copy():
    """The part of the tree that the generator reads and writes."""
    top = tempfile.mkdtemp(prefix="dbk-machine-")
    tap.at_end(lambda: shutil.rmtree(top))
    for folder in COPIED:
        shutil.copytree(os.path.join(program.SOURCE, folder), os.path.join(top, folder))
    return top


def replace(path, old, new):
    with open(path, encoding="utf-8") as text:
        content = text.read()
    tap.check(old in content, f"{path} does not have {old!r}")
    with open(path, "w", encoding="utf-8") as out:
        out.write(content.replace(old, new, 1))


@tap.test("what is made of order_transitions.conf is not stale, and the migrations say the same")
def _():
    done = generator(program.SOURCE, "check")
    tap.equal((done.status, done.out, done.err), (0, "", ""))


@tap.test("another rule makes the functions, the matrix and the page stale, until they are written")
def _():
    top = copy()
    replace(os.path.join(top, CONF), "cancel_reject     live           cancel ", "cancel_reject     accepted       cancel ")
    stale = generator(top, "check").exits(1).out.splitlines()
    tap.equal([line.split(":")[0] for line in stale],
              ["modules/trading/functions/trading__order_next.sql", "test/unit/book/order_matrix.csv", "docs/BOOK.md"])
    generator(top, "write").ok()
    tap.equal(generator(top, "check").ok().out, "")


@tap.test("a function edited by hand is seen, and so is a migration that says something else")
def _():
    top = copy()
    replace(os.path.join(top, STATUS), "'partially_filled'", "'partly_filled'")
    tap.check(STATUS in generator(top, "check").exits(1).out, "the edited function is not named")
    top = copy()
    replace(os.path.join(top, "modules/trading/migrations/002_orders.sql"), "then 'partially_filled'", "then 'partly_filled'")
    tap.check("column status" in generator(top, "check").exits(1).out, "the column is not named")


@tap.test("lines that cannot be meant are refused with their number")
def _():
    for wrong, complaint in (
            ("cancel  submited  *  *  *  -> canceled none ends", "submited: no lifecycle"),
            ("cancel  live  *  *  *  -> canceled none", "expected illegal, or lifecycle, pending and doubt"),
            ("cancel  live  *  *  -> canceled none ends", "expected 5 words"),
            ("cancelled  live  *  *  *  -> canceled none ends", "cancelled is no event")):
        top = copy()
        replace(os.path.join(top, CONF), "[statuses]", wrong + "\n[statuses]")
        done = generator(top, "check").exits(1)
        tap.check(complaint in done.err, f"{wrong}: {done.err}")
    top = copy()
    replace(os.path.join(top, CONF), "[statuses]", "reject  live  cancel  none  *  -> rejected none ends\n[statuses]")
    tap.check("never decides" in generator(top, "check").exits(1).err, "a line that never decides is taken")


tap.main()
