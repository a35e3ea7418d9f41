"""The private server that `daybook up` keeps, as root or as an ordinary user, in a folder of the test's own."""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess

from . import program, server, tap

ORDINARY_USER = "nobody"
IDENTITIES = ["root", "user"] if os.geteuid() == 0 else ["user"]
_public = None


def binary():
    """The program where every user can run it: the build may be in a home that others cannot enter."""
    global _public
    if os.geteuid() != 0:
        return program.DAYBOOK
    if _public is None:
        _public = os.path.join(program.temporary_folder("dbk-bin-"), "daybook")
        shutil.copy(program.DAYBOOK, _public)
        os.chmod(_public, 0o755)
    return _public


def alive(pid):
    """A zombie counts as dead."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as text:
            return text.read().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


class Private:
    """`identity` is root or user; `below` are folders between the home (which only that user can enter) and the data folder."""

    def __init__(self, identity="user", below=""):
        binary()  # made before and so removed after what cleans up with it
        self.switch = identity == "user" and os.geteuid() == 0
        self.user = pwd.getpwnam(ORDINARY_USER) if self.switch else pwd.getpwuid(os.geteuid())
        self.home = os.path.join(program.temporary_folder("dbk-home-"), "home")
        self.folder = os.path.join(self.home, below, "book") if below else os.path.join(self.home, "book")
        os.makedirs(os.path.dirname(self.folder), mode=0o700)
        for folder in self._between():
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
            os.chmod(folder, 0o700)
        tap.at_end(self.clean)

    def _between(self):
        at = os.path.dirname(self.folder)
        while len(at) >= len(self.home):
            yield at
            at = os.path.dirname(at)

    @property
    def id(self):
        return hashlib.sha256(os.path.realpath(self.folder).encode()).hexdigest()[:16]

    @property
    def server_home(self):
        """Where the server's own files are."""
        return self.folder if self.user.pw_uid != 0 else os.path.join("/var/lib/daybook", self.id)

    @property
    def data(self):
        return os.path.join(self.server_home, "pg")

    def as_user(self, argv):
        if not self.switch:
            return argv
        return [shutil.which("setpriv"), f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}", "--clear-groups", *argv]

    def as_server_user(self, argv):
        return server.as_server_user(argv) if self.user.pw_uid == 0 else self.as_user(argv)

    def argv(self, verb, *words):
        after = words.index("--") if "--" in words else len(words)
        return self.as_user([binary(), verb, "--data", self.folder, *words[:after], *words[after:]])

    def env(self, **changes):
        return program.clean_env(**{"HOME": self.home, "XDG_RUNTIME_DIR": None, **changes})

    def run(self, verb, *words, env=None, preexec_fn=None, timeout=120):
        return program.run(self.argv(verb, *words), env=self.env() if env is None else env, cwd="/", timeout=timeout,
                           preexec_fn=preexec_fn)

    def up(self, *words, **options):
        """In the background; returns once it is up."""
        return self.run("up", "--detach", *words, **options)

    def start_in_foreground(self, *words, env=None):
        process = subprocess.Popen(self.argv("up", *words), env=self.env() if env is None else env, cwd="/",
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        tap.at_end(lambda: process.poll() is None and process.kill())
        return process

    def status(self):
        return self.run("status", "--format", "json")

    def server_row(self):
        """What status says of the server."""
        return self.status().json()["server"][0]

    def state(self):
        return self.server_row()["state"]

    def sql(self, statement, role=None):
        words = ["-U", role] if role else []
        return self.run("psql", "--", "-XAtq", "-v", "ON_ERROR_STOP=1", *words, "-c", statement).ok().out.strip()

    def down(self):
        return self.run("down")

    def clean(self):
        """Also after a test that broke off in the middle."""
        self.down()
        try:
            with open(os.path.join(self.data, "postmaster.pid"), encoding="utf-8") as text:
                pid = int(text.readline())
            if alive(pid) and os.readlink(f"/proc/{pid}/cwd") == self.data:
                os.kill(pid, signal.SIGKILL)
        except (OSError, ValueError):
            pass
        try:
            os.rmdir(f"/tmp/daybook-{self.user.pw_uid}-{self.id}")
        except OSError:
            pass
        if self.user.pw_uid == 0:
            shutil.rmtree(self.server_home, ignore_errors=True)
