"""The private server: made, started, used, stopped; as root and as an ordinary user."""

import json
import os
import pwd
import signal

from harness import private, program, server, tap

if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    # Under nohup. What is ignored stays ignored in the programs started here, of which one is to hear it; a handler does not.
    signal.signal(signal.SIGHUP, lambda *_: None)

_books = {}


def places(book):
    return {row["item"]: row["value"] for row in book.status().json()["place"]}


def shared(identity):
    """One folder a user for what needs no new one: making it takes the longest. Running, whatever the test before did."""
    if identity not in _books:
        _books[identity] = private.Private(identity)
    book = _books[identity]
    if book.state() != "running":
        book.up().ok()
    return book


for identity in private.IDENTITIES:

    def each(name, identity=identity):
        def register(function):
            tap.test(f"{name}, as {identity}")(lambda: function(shared(identity)))
        return register

    @tap.test(f"an empty environment is enough, as {identity}")
    def _(identity=identity):
        book = _books[identity] = private.Private(identity)
        nothing = program.server_env()
        book.run("up", "--detach", env=nothing).ok()
        tap.equal(book.run("psql", "--", "-XAtqc", "select 1", env=nothing).ok().out.strip(), "1")
        book.run("status", env=nothing).ok()
        book.run("down", env=nothing).ok()

    @each("down ends the server, up finds its data again")
    def _(book):
        row = book.server_row()
        tap.check(private.alive(row["supervisor"]), "the supervisor lives")
        book.sql("create schema team; create table team.kept (x integer); insert into team.kept values (7)")
        book.down().ok()
        tap.check(not private.alive(row["pid"]), "the server is gone")
        tap.wait_until(lambda: not private.alive(row["supervisor"]), "the supervisor, which said so, is gone too")
        tap.equal(book.status().exits(1).json()["server"][0]["state"], "stopped")
        book.up().ok()
        tap.equal(book.sql("select x from team.kept"), "7")
        tap.check(book.server_row()["pid"] != row["pid"], "another server process")

    @each("the server is durable, local and in UTC")
    def _(book):
        for name, value in {
            "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "wal_level": "replica",
            "data_checksums": "on", "listen_addresses": "", "server_encoding": "UTF8", "TimeZone": "UTC",
            "log_timezone": "UTC", "max_wal_size": "4GB",
        }.items():
            tap.equal(book.sql(f"show {name}", "postgres"), value, name)
        tap.equal(book.sql("select datcollate || ' ' || datctype from pg_database where datname = 'daybook'"),
                  "C.UTF-8 C.UTF-8")
        rules = book.sql("select type, auth_method, options from pg_hba_file_rules", "postgres")
        tap.equal(rules, "local|peer|{map=daybook}")
        tap.equal(book.sql("select pg_size_bytes(current_setting('shared_buffers')) between 32 << 20 and 1 << 30"), "t")

    @each("the login role is an ordinary one, and the superuser is for administration")
    def _(book):
        tap.equal(book.sql("select current_user"), "daybook")
        flags = "rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls"
        tap.equal(book.sql(f"select {flags} from pg_roles where rolname = current_user"), "f")
        tap.equal(book.sql("select pg_get_userbyid(datdba) from pg_database where datname = current_database()"), "postgres")
        tap.equal(book.sql("select current_user", "postgres"), "postgres")
        refused = book.run("psql", "--", "-c", "select 1", "-U", "daybook_owner")
        tap.check(refused.status != 0, "a role that is not in the map gets in")

    @each("the modules are installed and status says so")
    def _(book):
        status = book.status().exits(0).json()
        names = [row["module"] for row in status["modules"]]
        tap.check({"core", "bus", "ref", "market", "trading"} <= set(names), str(names))
        tap.check(all(row["differing"] == 0 for row in status["modules"]), str(status["modules"]))

    @each("nobody else can reach the server's socket or data")
    def _(book):
        at = places(book)
        for path in (at["socket_folder"], at["data"], book.folder):
            mode = os.stat(path).st_mode & 0o777
            tap.equal(mode & 0o077, 0, f"mode of {path}: {mode:o}")
        if os.geteuid() == 0:
            stranger = pwd.getpwnam("daemon")
            psql = server.client("psql")
            refused = program.run(["setpriv", f"--reuid={stranger.pw_uid}", f"--regid={stranger.pw_gid}", "--clear-groups",
                                   psql, "-h", at["socket_folder"], "-U", "postgres", "-c", "select 1"])
            tap.check(refused.status != 0, "a stranger gets in")

    @each("a second up on the folder is refused and names the first")
    def _(book):
        first = book.server_row()["supervisor"]
        for words in ((), ("--detach",)):
            second = book.run("up", *words).exits(4)
            tap.contains(second.err, f"process {first}")
        tap.equal(book.state(), "running")

    @each("user.conf wins and is never touched, and what an administrator tightened stays so")
    def _(book):
        with open(os.path.join(book.data, "user.conf"), "a", encoding="utf-8") as text:
            text.write("work_mem = 7MB\n")
        tap.equal(book.sql("select pg_reload_conf()", "postgres"), "t")
        tap.wait_until(lambda: book.sql("show work_mem") == "7MB", "the setting is taken over")
        book.sql("revoke temporary on database daybook from daybook_owner", "postgres")
        book.down().ok()
        book.up().ok()
        tap.equal(book.sql("show work_mem"), "7MB")
        tap.equal(book.sql("select has_database_privilege('daybook_owner', 'daybook', 'temporary')"), "f")
        book.sql("grant temporary on database daybook to daybook_owner", "postgres")

    @each("settings of libpq in the environment lead nowhere else")
    def _(book):
        book.down().ok()
        strange = book.env(PGPORT="9999", PGDATA="/nowhere", PGHOST="/nowhere", PGUSER="nobody-there", PGDATABASE="none",
                           PGSERVICE="none", PGHOSTADDR="192.0.2.1", PGOPTIONS="-c nonsense=1", PGCHANNELBINDING="require",
                           TZ="Asia/Tokyo", LC_ALL="xx_XX.UTF-8", LANG="yy")
        book.run("up", "--detach", env=strange).ok()
        tap.equal(book.run("psql", "--", "-XAtqc", "show timezone", env=strange).ok().out.strip(), "UTC")
        book.run("status", env=strange).ok()
        book.run("down", env=strange).ok()

    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):

        @each(f"{how.name} stops in order and is a success")
        def _(book, how=how):
            book.down().ok()
            process = book.start_in_foreground()
            while b"everything is up" not in process.stdout.readline():
                tap.check(process.poll() is None, "it ended early")
            pid = book.server_row()["pid"]
            process.send_signal(how)
            out = process.communicate(timeout=60)[0].decode()
            tap.equal(process.returncode, 0, out)
            tap.check(not private.alive(pid), "the server is gone")
            tap.check(not os.path.exists(os.path.join(book.data, "postmaster.pid")), "it was an orderly end")

    @each("everything is ended at the end")
    def _(book):
        at = places(book)
        book.down().ok()
        tap.check(not os.path.exists(at["socket_folder"]), "the folder of the sockets is gone")

    @tap.test(f"a data folder with a path of 120 characters and more, as {identity}")
    def _(identity=identity):
        book = private.Private(identity, below="x" * 100)
        tap.check(len(book.folder) > 120, "the path is long")
        book.up().ok()
        tap.equal(book.sql("select 1"), "1")
        socket = os.path.join(places(book)["socket_folder"], ".s.PGSQL.5432")
        tap.check(len(socket) <= 107, f"the socket's path is short: {socket}")
        book.down().ok()

    @tap.test(f"looking makes nothing, and down with nothing to stop is a success, as {identity}")
    def _(identity=identity):
        book = private.Private(identity)
        tap.contains(book.down().ok().err, "nothing was running")
        tap.equal(book.status().exits(1).json()["server"][0]["state"], "absent")
        tap.contains(book.run("url").exits(4).err, "daybook up")
        tap.check(not os.path.exists(book.folder), "looking makes no folder")


@tap.test("sockets go to XDG_RUNTIME_DIR, and are found from a shell that does not have it")
def _():
    book = shared("user")
    book.down().ok()
    runtime = os.path.join(book.home, "run")
    os.mkdir(runtime, 0o700)
    os.chown(runtime, book.user.pw_uid, book.user.pw_gid)
    book.up(env=book.env(XDG_RUNTIME_DIR=runtime)).ok()
    at = places(book)
    tap.check(at["socket_folder"].startswith(runtime), at["socket_folder"])
    tap.equal(book.sql("select 1"), "1")
    book.down().ok()


@tap.test("root keeps the data where the server's user can reach it, and the folder says where")
def _():
    if os.geteuid() != 0:
        tap.skip("needs root")
    book = shared("root")
    with open(os.path.join(book.folder, "SERVER"), encoding="utf-8") as text:
        tap.contains(text.read(), f"data = {book.data}")
    tap.equal(pwd.getpwuid(os.stat(book.data).st_uid).pw_name, "postgres")
    tap.check(not os.path.exists(os.path.join(book.folder, "pg")), "no data in the folder itself")
    book.down().ok()


@tap.test("with a URL no server is started, modules are installed there, and down leaves it alone")
def _():
    host = server.Server()
    url = host.database("given")
    book = private.Private("root" if os.geteuid() == 0 else "user")
    env = book.env(DAYBOOK_URL=url)
    book.run("up", "--detach", env=env).ok()
    status = book.run("status", "--format", "json", env=env).ok().json()
    tap.equal(status["server"][0]["state"], "running")
    tap.check(len(status["modules"]) > 0, "modules are installed")
    tap.check(not os.path.exists(book.data), "no private server was made")
    tap.equal(book.run("url", env=env).ok().out.strip(), url)
    book.run("down", env=env).ok()
    tap.equal(host.sql("select 1", "given").strip(), "1")


@tap.test("with a URL that leads nowhere up fails and says why")
def _():
    book = private.Private("user")
    env = book.env(DAYBOOK_URL="postgresql:///x?host=/nonexistent-folder&password=topsecret")
    for words in ((), ("--detach",)):
        done = book.run("up", *words, env=env)
        tap.check(done.status != 0, "it says that it failed")
        tap.contains(done.err, "/nonexistent-folder")
        tap.check("topsecret" not in done.err, "the password stays secret")
    book.run("status", env=env).exits(3)


@tap.test("psql gets the password from the environment, not among its arguments")
def _():
    book = private.Private("user")
    spy = os.path.join(program.temporary_folder("dbk-spy-"), "psql")
    for name in ("psql", "postgres", "initdb"):
        path = os.path.join(os.path.dirname(spy), name)
        with open(path, "w", encoding="utf-8") as text:
            text.write("#!/bin/sh\n[ \"$1\" = --version ] && echo 'postgres (PostgreSQL) 16.1' && exit\n"
                       "echo \"arguments: $*\"; env | grep ^PG | sort\n")
        os.chmod(path, 0o755)
    env = book.env(DAYBOOK_URL="postgresql://me:topsecret@db1,db2:6000/books?sslmode=require",
                   DAYBOOK_PG_BIN=os.path.dirname(spy))
    out = book.run("psql", "--", "-c", "select 1", env=env).ok().out
    tap.contains(out, "arguments: -c select 1\n")
    for line in ("PGPASSWORD=topsecret", "PGHOST=db1,db2", "PGDATABASE=books", "PGUSER=me", "PGSSLMODE=require"):
        tap.contains(out, line)


@tap.test("messages of a detached supervisor go to a file, as text or JSON")
def _():
    book = shared("user")
    book.down().ok()
    os.remove(os.path.join(book.folder, "up.log"))
    book.up("--log-format", "json").ok()
    book.down().ok()
    with open(os.path.join(book.folder, "up.log"), encoding="utf-8") as text:
        lines = [json.loads(line) for line in text]
    tap.check(any("stopping the server" in line.values() for line in lines), str(lines))


tap.main()
