"""The private server when things go wrong: killed, interrupted, no space, wrong version, names taken by others."""

import glob
import os
import pwd
import resource
import shutil
import signal
import subprocess
import tempfile

from harness import private, program, server, tap

STATUS_INPUT, STATUS_INTERRUPTED = 5, 130
_books, _made = {}, set()


def book_of(identity):
    """The folder of most tests, which leave it in any state in which the next up must succeed. Without data at first."""
    if identity not in _books:
        _books[identity] = private.Private(identity)
    return _books[identity]


def shared(identity):
    """The same with data and running."""
    book = book_of(identity)
    if book.state() != "running":
        book.up().ok()
    if identity not in _made:
        _made.add(identity)
        book.sql("create schema team; create table team.kept (x integer); insert into team.kept values (7)")
    return book


def ends(*pids):
    tap.wait_until(lambda: not any(private.alive(pid) for pid in pids), f"processes {pids} are gone")


def works(book):
    book.up().ok()
    tap.equal(book.sql("select x from team.kept"), "7")


def held_initdb(book):
    """The environment in which initdb has done its work and does not end, so that it is there to be interrupted however slow one is."""
    folder = program.temporary_folder("dbk-held-")
    for name in os.listdir(server.bin_folder()):
        os.symlink(os.path.join(server.bin_folder(), name), os.path.join(folder, name))
    os.unlink(os.path.join(folder, "initdb"))
    with open(os.path.join(folder, "initdb"), "w", encoding="utf-8") as out:
        out.write(f'#!/bin/sh\n"{os.path.join(server.bin_folder(), "initdb")}" "$@"\nexec sleep 600\n')
    os.chmod(os.path.join(folder, "initdb"), 0o755)
    return book.env(DAYBOOK_PG_BIN=folder)


def initdb_works(book):
    tap.wait_until(lambda: any(os.path.exists(os.path.join(path, "PG_VERSION")) for path in leftovers(book)), "initdb works")


def leftovers(book):
    return glob.glob(os.path.join(book.server_home, "pg.init.*"))


def as_owner(book, action):
    """Files that a test puts into the folder belong to its user."""
    action()
    for folder, _, names in os.walk(book.folder):
        for path in [folder, *(os.path.join(folder, name) for name in names)]:
            os.chown(path, book.user.pw_uid, book.user.pw_gid)


for identity in private.IDENTITIES:

    def each(name, identity=identity):
        def register(function):
            tap.test(f"{name}, as {identity}")(lambda: function(shared(identity)))
        return register

    def before(name, identity=identity):
        def register(function):
            tap.test(f"{name}, as {identity}")(lambda: function(book_of(identity)))
        return register

    # What goes wrong before there is data: what each of these begins with shows what the one before it has left, and the last goes all the way.
    @before("no server programs is told with where they were looked for")
    def _(book):
        empty = program.temporary_folder("dbk-none-")
        for words in ((), ("--detach",)):
            done = book.run("up", *words, env=book.env(DAYBOOK_PG_BIN=empty, PATH="")).exits(STATUS_INPUT)
            tap.contains(done.err, "15 to 18")
            tap.contains(done.err, empty)
            tap.contains(done.err, "DAYBOOK_PG_BIN")
        tap.equal(book.state(), "absent")

    @before("no room for the data is told and leaves nothing")
    def _(book):
        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

        done = book.run("up", "--detach", preexec_fn=small_files)
        tap.check(done.status not in (0, 130), f"status {done.status}")
        tap.contains(done.err, "initdb")
        tap.equal(leftovers(book), [], "leftovers")
        tap.equal(book.state(), "absent")

    @before("Ctrl-C at up --detach stops what it began")
    def _(book):
        process = subprocess.Popen(book.argv("up", "--detach"), env=held_initdb(book), cwd="/", stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        initdb_works(book)
        process.send_signal(signal.SIGINT)
        out = process.communicate(timeout=60)[0].decode()
        tap.equal(process.returncode, STATUS_INTERRUPTED, out)
        tap.equal(leftovers(book), [], "leftovers")
        tap.contains(book.down().ok().err, "nothing was running")

    @before("Ctrl-C while the data is made leaves nothing, kill -9 is cleaned up by the next up")
    def _(book):
        process = book.start_in_foreground(env=held_initdb(book))
        initdb_works(book)
        process.send_signal(signal.SIGINT)
        out = process.communicate(timeout=60)[0].decode()
        tap.equal(process.returncode, STATUS_INTERRUPTED, out)
        tap.equal(leftovers(book), [], "leftovers")
        tap.equal(book.state(), "absent")

        process = book.start_in_foreground(env=held_initdb(book))
        initdb_works(book)
        process.kill()
        process.wait()
        tap.equal(book.state(), "absent")
        book.up().ok()
        tap.equal(leftovers(book), [], "leftovers")
        tap.equal(book.sql("select 1"), "1")

    @each("the server ends by itself after kill -9 of the supervisor, and the next up finds its data")
    def _(book):
        row = book.server_row()
        os.kill(row["supervisor"], signal.SIGKILL)
        ends(row["supervisor"], row["pid"])
        tap.check(not os.path.exists(os.path.join(book.data, "postmaster.pid")), "it was an orderly end")
        works(book)

    @each("up directly after kill -9 of the supervisor works")
    def _(book):
        row = book.server_row()
        os.kill(row["supervisor"], signal.SIGKILL)
        works(book)
        tap.check(book.server_row()["supervisor"] != row["supervisor"], "another supervisor")

    @each("supervisor and server killed at once are recovered from")
    def _(book):
        row = book.server_row()
        book.sql("insert into team.kept values (8)")
        # One that stands still cannot see the other end.
        os.kill(row["supervisor"], signal.SIGSTOP)
        for pid in (row["pid"], row["supervisor"]):
            os.kill(pid, signal.SIGKILL)
        ends(row["supervisor"], row["pid"])
        tap.check(os.path.exists(os.path.join(book.data, "postmaster.pid")), "a stale pid file is left")
        tap.equal(book.state(), "stopped")
        book.up().ok()
        tap.equal(book.sql("select count(*) from team.kept"), "2")
        book.sql("delete from team.kept where x = 8")

    @each("a server that is killed is started again")
    def _(book):
        row = book.server_row()
        os.kill(row["pid"], signal.SIGKILL)
        ends(row["pid"])
        tap.wait_until(lambda: book.state() == "running", "the server runs again", 60)
        tap.check(book.server_row()["pid"] != row["pid"], "another server process")
        tap.equal(book.server_row()["supervisor"], row["supervisor"], "supervisor")
        tap.equal(book.sql("select x from team.kept"), "7")

    @each("a server that somebody else started is adopted, started again when it ends, and ended by down")
    def _(book):
        book.down().ok()
        sockets = tempfile.mkdtemp(prefix="dbk-s-", dir="/tmp")
        os.chown(sockets, os.stat(book.data).st_uid, -1)
        program.run(book.as_server_user([
            os.path.join(server.bin_folder(), "pg_ctl"), "-D", book.data, "-s", "-w", "-l", "/dev/null",
            "-o", f"-k {sockets}", "start"]), cwd="/").ok()
        pid = book.server_row()["pid"]
        tap.equal(book.status().exits(0).json()["server"][0]["supervisor"], None, "supervisor")
        works(book)
        tap.equal(book.server_row()["pid"], pid, "the server is the same")
        os.kill(pid, signal.SIGINT)
        ends(pid)
        tap.wait_until(lambda: book.state() == "running", "the server runs again", 60)
        pid = book.server_row()["pid"]
        book.down().ok()
        tap.check(not private.alive(pid), "down ends it")
        shutil.rmtree(sockets, ignore_errors=True)

    @each("down ends a server that has no supervisor")
    def _(book):
        book.down().ok()
        sockets = tempfile.mkdtemp(prefix="dbk-s-", dir="/tmp")
        os.chown(sockets, os.stat(book.data).st_uid, -1)
        program.run(book.as_server_user([
            os.path.join(server.bin_folder(), "pg_ctl"), "-D", book.data, "-s", "-w", "-l", "/dev/null",
            "-o", f"-k {sockets}", "start"]), cwd="/").ok()
        pid = book.server_row()["pid"]
        tap.contains(book.down().ok().err, "stopped")
        tap.check(not private.alive(pid), "it is gone")
        shutil.rmtree(sockets, ignore_errors=True)

    @each("a server that does not answer is ended step by step, and recovers")
    def _(book):
        row = book.server_row()
        os.kill(row["pid"], signal.SIGSTOP)

        # As often as it takes: of signals that come faster than they are heard one is left.
        def asked_once_more():
            if private.alive(row["supervisor"]):
                os.kill(row["supervisor"], signal.SIGTERM)
            return not private.alive(row["supervisor"]) and not private.alive(row["pid"])

        tap.wait_until(asked_once_more, "supervisor and server are gone", pause_s=0.5)
        works(book)

    @each("a mistake in user.conf is told with its line, and leaves nothing running")
    def _(book):
        book.down().ok()
        path = os.path.join(book.data, "user.conf")
        with open(path, encoding="utf-8") as text:
            before = text.read()
        with open(path, "a", encoding="utf-8") as text:
            text.write("shared_buffers = plenty\n")
        for words in ((), ("--detach",)):
            done = book.run("up", *words)
            tap.check(done.status not in (0, 130), f"status {done.status}")
            tap.contains(done.err, "shared_buffers")
            tap.contains(done.err, "user.conf")
        tap.equal(book.state(), "stopped")
        with open(path, "w", encoding="utf-8") as text:
            text.write(before)
        works(book)

    @each("an installer that fails fails up with its status, and nothing keeps running")
    def _(book):
        book.down().ok()
        env = book.env(DAYBOOK_MODULES_DIR="/nonexistent/modules")
        done = book.run("up", "--detach", env=env).exits(STATUS_INPUT)
        tap.contains(done.err, "/nonexistent/modules")
        tap.equal(book.state(), "stopped")
        works(book)

    @each("a socket folder that somebody else took is refused")
    def _(book):
        if os.geteuid() != 0:
            tap.skip("needs root, to be somebody else")
        book.down().ok()
        squatted = f"/tmp/daybook-{book.user.pw_uid}-{book.id}"
        daemon = pwd.getpwnam("daemon")
        if os.path.isdir(squatted):
            os.rmdir(squatted)
        try:
            os.mkdir(squatted, 0o777)
            os.chown(squatted, daemon.pw_uid, daemon.pw_gid)
            tap.contains(book.up().exits(STATUS_INPUT).err, squatted)
            os.rmdir(squatted)
            os.symlink("/tmp", squatted)
            tap.contains(book.up().exits(STATUS_INPUT).err, squatted)
            os.remove(squatted)
        finally:
            if os.path.islink(squatted):
                os.remove(squatted)
            elif os.path.isdir(squatted):
                os.rmdir(squatted)
        works(book)

    @each("a folder that is removed takes its supervisor and server with it")
    def _(book):
        row = book.server_row()
        os.rename(book.folder, book.folder + ".away")
        ends(row["supervisor"], row["pid"])
        os.rename(book.folder + ".away", book.folder)
        works(book)
        book.down().ok()

    # The last, since the folder has a module then that others do not know.
    @each("Ctrl-C while a module is installed ends at once, and the next up goes on")
    def _(book):
        book.down().ok()
        modules = program.temporary_folder("dbk-mod-")
        migration = os.path.join(modules, "slow", "migrations", "001_wait.sql")
        os.makedirs(os.path.dirname(migration))
        with open(os.path.join(modules, "slow", "module.conf"), "w", encoding="utf-8") as text:
            text.write("[module]\nname = slow\nsummary = takes its time\nrequires = core\nschemas = slow\n")
        with open(migration, "w", encoding="utf-8") as text:
            text.write("select pg_catalog.pg_sleep(600);\n")
        env = book.env(DAYBOOK_MODULES_DIR=modules)
        process = book.start_in_foreground(env=env)
        sleeping = "select count(*) from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()"

        def at_work():
            tap.check(process.poll() is None, "up ended early")
            return book.state() == "running" and book.sql(sleeping, "postgres") != "0"

        tap.wait_until(at_work, "the installer is at work")
        process.send_signal(signal.SIGINT)
        out = process.communicate(timeout=60)[0].decode()
        tap.equal(process.returncode, STATUS_INTERRUPTED, out)
        tap.equal(book.state(), "stopped")
        with open(migration, "w", encoding="utf-8") as text:
            text.write("create schema slow;\n")
        book.up(env=env).ok()
        book.down().ok()


@tap.test("data of another major version is refused with both versions and what to do")
def _():
    for major, words in ((14, ["PostgreSQL 14", "15 to 18", "pg_upgrade"]), (19, ["PostgreSQL 19", "15 to 18"])):
        book = private.Private("user")
        as_owner(book, lambda: _fake_data(book, major))
        done = book.up().exits(STATUS_INPUT)
        for word in words:
            tap.contains(done.err, word)
    installed = server.major()
    other = next(major for major in server.MAJORS if major != installed and not glob.glob(f"/usr/lib/postgresql/{major}"))
    book = private.Private("user")
    as_owner(book, lambda: _fake_data(book, other))
    done = book.up().exits(STATUS_INPUT)
    tap.contains(done.err, f"made by PostgreSQL {other}, but the server found is {installed}")
    tap.contains(done.err, "pg_upgrade")


def _fake_data(book, major):
    os.makedirs(os.path.join(book.folder, "pg"), mode=0o700)
    with open(os.path.join(book.folder, "pg", "PG_VERSION"), "w", encoding="utf-8") as text:
        text.write(f"{major}\n")
    os.chmod(book.folder, 0o700)


@tap.test("a folder that cannot be written, others can write, or is a file is refused by name")
def _():
    book = private.Private("user")
    if os.geteuid() == 0:
        os.chown(book.home, 0, 0)
        os.chmod(book.home, 0o755)
        tap.contains(book.up().err, book.folder)
        tap.check(book.up().status != 0, "it says that it failed")
        os.mkdir(book.folder, 0o755)
        tap.contains(book.up().exits(STATUS_INPUT).err, "another user")
    book = private.Private("user")
    os.mkdir(book.folder)
    os.chmod(book.folder, 0o777)
    os.chown(book.folder, book.user.pw_uid, book.user.pw_gid)
    tap.contains(book.up().exits(STATUS_INPUT).err, "others can write")
    book = private.Private("user")
    with open(book.folder, "w", encoding="utf-8"):
        pass
    os.chown(book.folder, book.user.pw_uid, book.user.pw_gid)
    tap.contains(book.up().exits(STATUS_INPUT).err, "not a folder")


@tap.test("root and a user do not share a folder by accident, and a moved folder of root's is noticed")
def _():
    if os.geteuid() != 0:
        tap.skip("needs root")
    book = private.Private("user")
    as_owner(book, lambda: _fake_data(book, 15))
    done = program.daybook("up", "--data", book.folder, env=book.env()).exits(STATUS_INPUT)
    tap.contains(done.err, "ordinary user")
    book = book_of("root")
    tap.equal(book.state(), "stopped")
    moved = book.folder + "-moved"
    os.rename(book.folder, moved)
    done = program.daybook("up", "--data", moved, env=book.env()).exits(STATUS_INPUT)
    tap.contains(done.err, "moved or copied")
    tap.contains(done.err, book.data)
    os.rename(moved, book.folder)


tap.main()
