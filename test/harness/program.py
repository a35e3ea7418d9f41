"""Running the built programs as a user would."""

import json
import os
import random
import socket
import subprocess
import tempfile

from . import tap

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("DAYBOOK_BUILD") or os.path.join(SOURCE, "build-test")
DAYBOOK = os.path.join(BUILD, "src", "cmd", "daybook")


class Result:
    def __init__(self, argv, status, out, err):
        self.argv, self.status, self.out, self.err = argv, status, out, err

    def json(self):
        return json.loads(self.out)

    def ok(self):
        """Insists on success and returns itself."""
        return self.exits(0)

    def exits(self, status):
        if self.status != status:
            raise tap.Failure(
                f"{' '.join(self.argv)}\n  exited with {self.status}, expected {status}\n"
                f"  stdout: {self.out[-2000:]}\n  stderr: {self.err[-4000:]}"
            )
        return self


def server_env():
    """What tells the program which server the tests are run on; nothing where it finds that one by itself."""
    return {f"DAYBOOK_{name}": os.environ[f"DAYBOOK_TEST_{name}"] for name in ("PG_BIN", "PGTAP")
            if os.environ.get(f"DAYBOOK_TEST_{name}")}


def clean_env(**changes):
    """The environment without settings of Daybook or libpq that would leak into a test; None removes a variable."""
    env = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("PG") and not (key.startswith("DAYBOOK_") and not key.startswith("DAYBOOK_TEST"))
    }
    env.update(server_env())
    for key, value in changes.items():
        if value is None:
            env.pop(key, None)
        else:
            env[key] = value
    return env


def run(argv, env=None, cwd=None, timeout=300, stdin=None, preexec_fn=None):
    done = subprocess.run(
        argv, env=clean_env() if env is None else env, cwd=cwd, timeout=timeout, input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=preexec_fn,
    )
    return Result(
        [str(word) for word in argv], done.returncode, done.stdout.decode(errors="replace"),
        done.stderr.decode(errors="replace"),
    )


def daybook(*arguments, **options):
    return run([DAYBOOK, *[str(argument) for argument in arguments]], **options)


def start(arguments, **options):
    """The program in the background, with its output to be read by communicate()."""
    process = subprocess.Popen([DAYBOOK, *arguments], env=clean_env(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, **options)
    tap.at_end(lambda: process.poll() is None and process.kill())
    return process


def _bind_somewhere(lowest, highest):
    while True:
        free = socket.socket()
        try:
            free.bind(("127.0.0.1", random.SystemRandom().randrange(lowest, highest)))
            return free
        except OSError:
            free.close()


def free_ports(count):
    """For programs that are told where to listen: ports that nobody has, and that the system gives to nobody who connects to something else
    while a program is away for a moment."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as text:
        given_from = int(text.read().split()[0])
    sockets = [_bind_somewhere(10000, max(given_from, 20000)) for _ in range(count)]  # all at once, so that they differ
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def temporary_folder(prefix="dbk-", mode=0o755):
    """A folder under TMPDIR (see test/run) that goes away at the end of the test file; short, since socket paths are limited."""
    folder = tempfile.TemporaryDirectory(prefix=prefix, dir=os.environ.get("TMPDIR", "/tmp"))
    os.chmod(folder.name, mode)
    tap.at_end(folder.cleanup)
    return folder.name
