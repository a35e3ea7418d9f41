"""A real PostgreSQL (and PgBouncer) of the test's own, on a Unix socket in a folder of the test's own."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import urllib.parse

from . import program, tap


# The sets of modules that most databases of tests have: `make_template` installs each once, and databases are copies of them.
SETS = ("trading,market", "market", "core,bus,ref")
PREPARED = "prepared_databases"  # in the data folder: names of those it has, a line each

PACKAGED = ("/usr/lib/postgresql/{}/bin", "/usr/pgsql-{}/bin")
MAJORS = (18, 17, 16, 15)


def _packaged(name):
    """The newest program of that name that a package of the system has installed, or None."""
    found = (os.path.join(place.format(major), name) for major in MAJORS for place in PACKAGED)
    return next((path for path in found if os.path.exists(path)), None)


def bin_folder():
    """The newest server binaries of 15 to 18, or where DAYBOOK_TEST_PG_BIN says."""
    given = os.environ.get("DAYBOOK_TEST_PG_BIN")
    installed = None if given else _packaged("postgres")
    if not given and not installed:
        raise tap.Failure("no PostgreSQL server of version 15 to 18 is installed")
    return given or os.path.dirname(installed)


def client(name):
    """psql and its like: the server's own, or the newest installed where the server came without."""
    own = os.path.join(bin_folder(), name)
    return own if os.path.exists(own) else _packaged(name) or name


def share_folder():
    """Where the server's SQL files are, as its initdb says."""
    said = program.run(as_server_user([os.path.join(bin_folder(), "initdb"), "--show", "-D", "/nonexistent"])).ok()
    return re.search("^share_path=(.+)$", said.out + said.err, re.MULTILINE)[1]


def major(path=None):
    """The major version of a program of PostgreSQL's, of the tests' server without one: 15."""
    said = program.run([path or os.path.join(bin_folder(), "postgres"), "--version"]).ok().out
    return int(re.search(r"\(PostgreSQL\) (\d+)", said)[1])


def as_server_user(argv):
    """PostgreSQL and PgBouncer refuse to run as root."""
    if os.geteuid() != 0:
        return argv
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *argv]


def give_to_server_user(path):
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(path, user.pw_uid, user.pw_gid)


def processes():
    """State and parent of every process, by its id."""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as text:
                state, parent = text.read().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        found[int(name)] = (state, int(parent))
    return found


def quote_literal(text):
    return "'" + str(text).replace("'", "''") + "'"


class Server:
    """`settings` are lines of postgresql.conf, `env` is set for the server alone. Anyone who reaches the socket may be anyone: it
    is a test's own server."""

    def __init__(self, settings=(), env=()):
        self.folder = program.temporary_folder("dbk-pg-")
        give_to_server_user(self.folder)
        self.data = os.path.join(self.folder, "data")
        self.port = 5432
        self.process = None
        self.settings, self.env = settings, dict(env)
        self._init()
        tap.at_end(self.kill)
        self.start()

    def _bin(self, name):
        return os.path.join(bin_folder(), name)

    def _init(self):
        template = os.environ.get("DAYBOOK_TEST_CLUSTER_TEMPLATE")
        if template and os.path.exists(os.path.join(template, "PG_VERSION")):
            program.run(as_server_user(["cp", "-a", template, self.data])).ok()
        else:
            program.run(as_server_user([
                self._bin("initdb"), "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                "--locale=C.UTF-8", "--no-sync", "--no-instructions"])).ok()
        self._configure([
            "listen_addresses = ''", f"unix_socket_directories = '{self.folder}'", "fsync = off", "timezone = 'UTC'",
            "max_connections = 100", "shared_buffers = 64MB", "log_min_messages = warning",
            "max_wal_size = 2GB", *self.settings,
        ])

    def _configure(self, lines):
        """What is said last holds."""
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")

    def start(self):
        log = open(os.path.join(self.folder, "log"), "ab")
        self.process = subprocess.Popen(
            as_server_user([self._bin("postgres"), "-D", self.data]), stdout=log, stderr=log,
            stdin=subprocess.DEVNULL, env=program.clean_env(**self.env), start_new_session=True,
        )
        log.close()
        tap.wait_until(self._answers, "the test server answers", 60)

    def _answers(self):
        if self.process.poll() is not None:
            raise tap.Failure("the test server ended:\n" + self.log()[-3000:])
        return program.run([client("pg_isready"), "-q", "-h", self.folder]).status == 0

    def log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as text:
            return text.read()

    def stop(self, how=signal.SIGINT):
        """SIGINT is a fast shutdown; SIGKILL of the postmaster is a crash (its backends follow)."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.send_signal(signal.SIGCONT)  # a crash() that was cut short leaves it stopped, deaf to all else
            self.process.wait(60)
        self.process = None

    def crash(self):
        """The whole server at once, as a power cut would."""
        if self.process and self.process.poll() is None:
            # Stopped first, so that it makes no more children while these are counted.
            self.process.send_signal(signal.SIGSTOP)
            tap.wait_until(lambda: processes().get(self.process.pid, ("T", 0))[0] in "TZ", "the server stands still")
            children = [pid for pid, (_, parent) in processes().items() if parent == self.process.pid]
            self.process.kill()
            for child in children:
                try:
                    os.kill(child, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.process.wait(60)
            # A server is not started while a child of the one before still holds its shared memory.
            tap.wait_until(lambda: not any(processes().get(child, ("Z", 0))[0] != "Z" for child in children),
                           "the children of the server are gone")
        self.process = None

    def kill(self):
        self.stop(signal.SIGQUIT)

    def url(self, database="postgres", user="postgres", **more):
        query = {"host": self.folder, "user": user, **more}
        return f"postgresql:///{urllib.parse.quote(database)}?" + urllib.parse.urlencode(query, quote_via=urllib.parse.quote)

    def sql(self, text, database="postgres", user="postgres", check=True):
        """Runs SQL with psql and returns its unaligned, tuples-only output."""
        done = program.run(
            [client("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", "-d",
             self.url(database, user), "-f", "-"],
            stdin=text.encode())
        if check:
            done.ok()
            return done.out.rstrip("\n")
        return done

    def role(self, name):
        """A role that may log in, made when it is missing."""
        self.sql(f"""do $$ begin
            if not exists (select from pg_roles where rolname = {quote_literal(name)}) then
              create role "{name}" login; end if; end $$;""")

    def database(self, name, owner="trader", roles=False, prefix="daybook_"):
        """A fresh database that belongs to an ordinary role, which is made when it is missing. With `roles` the two NOLOGIN roles
        exist too and the owner is a member of both, as `daybook grants bootstrap` arranges."""
        self.role(owner)
        self.sql(f'create database "{name}" owner "{owner}" template template0 encoding \'UTF8\'')
        if roles:
            self.sql(program.daybook("grants", "bootstrap", "--database", name, "--login", owner,
                                     "--role-prefix", prefix).ok().out, name)
        return self.url(name, owner)

    def _prepared(self):
        try:
            with open(os.path.join(self.data, PREPARED), encoding="utf-8") as text:
                return text.read().splitlines()
        except FileNotFoundError:
            return []

    def installed(self, name, modules="trading,market", owner="trader", roles=False):
        """A database with modules installed; returns its URL."""
        if modules in self._prepared() and owner == "trader" and not roles:
            # Copied file by file, which ends with a checkpoint. Copied through the log, as is usual since 15, a sequence goes on with the
            # values that the original had logged ahead and hands them out a second time after a crash.
            self.sql(f'create database "{name}" owner "{owner}" template "{modules}" strategy file_copy')
            return self.url(name, owner)
        url = self.database(name, owner, roles)
        program.daybook("migrate", "apply", "--url", url, "--modules", modules, "--quiet").ok()
        return url


def make_template(prepare):
    """The data folder of a cluster for DAYBOOK_TEST_CLUSTER_TEMPLATE: one initdb for all servers of a run, and with `prepare` one installation
    of each of the usual sets of modules."""
    one = Server(["wal_recycle = off"])  # or the copies begin with room in their log, which a full disk must not have
    if prepare:
        for modules in SETS:
            one.installed(modules, modules)
            one.sql(f'alter database "{modules}" with is_template true allow_connections false')
        with open(os.path.join(one.data, PREPARED), "w", encoding="utf-8") as out:
            out.write("\n".join(SETS) + "\n")
    one.stop()
    one._configure(["wal_recycle = on"])
    return one.data


class PgBouncer:
    """A pooler in transaction mode in front of a Server; `settings` are lines of its [pgbouncer] section."""

    def __init__(self, server, settings=()):
        self.folder = program.temporary_folder("dbk-pb-")
        give_to_server_user(self.folder)
        self.server = server
        conf = os.path.join(self.folder, "pgbouncer.ini")
        users = os.path.join(self.folder, "users")
        with open(users, "w", encoding="utf-8") as out:
            out.write('"postgres" ""\n"trader" ""\n')
        with open(conf, "w", encoding="utf-8") as out:
            out.write("\n".join([
                "[databases]", f"* = host={server.folder} port=5432", "[pgbouncer]", "pool_mode = transaction",
                f"unix_socket_dir = {self.folder}", "listen_port = 6432", "auth_type = trust",
                f"auth_file = {users}", "max_client_conn = 200", "default_pool_size = 4",
                f"logfile = {self.folder}/log", f"pidfile = {self.folder}/pid", *settings]) + "\n")
        for path in (conf, users):
            give_to_server_user(path)
        self.process = subprocess.Popen(
            as_server_user(["/usr/sbin/pgbouncer" if os.path.exists("/usr/sbin/pgbouncer") else shutil.which("pgbouncer"),
                            "-q", conf]),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=program.clean_env())
        tap.at_end(self.kill)
        tap.wait_until(lambda: os.path.exists(os.path.join(self.folder, ".s.PGSQL.6432")), "PgBouncer listens")

    def url(self, database, user="trader", **more):
        query = {"host": self.folder, "port": 6432, "user": user, **more}
        return f"postgresql:///{urllib.parse.quote(database)}?" + urllib.parse.urlencode(query, quote_via=urllib.parse.quote)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
