"""The broker that `daybook up --nats` keeps."""

import os
import re
import signal

from harness import program, server, tap
from harness.broker import Client, installed
from harness.private import Private, alive, binary

installed()


@tap.test("up --nats keeps a broker of its own, which lets in nobody without its password, and has what the log has")
def _():
    mine = Private()
    mine.up("--nats").ok()
    config = os.path.join(mine.folder, "nats", "nats.conf")
    tap.equal(os.stat(config).st_mode & 0o777, 0o600)
    with open(config, encoding="utf-8") as text:
        port, password = re.search(r'listen: "127.0.0.1:([0-9]+)"\n[^}]*password: "([0-9a-f]{40})"', text.read()).groups()

    def running():
        found = []
        for pid in server.processes():
            try:
                with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as text:
                    words = text.read().split("\0")
            except OSError:
                continue
            if words[0] == "nats-server" and config in words and alive(pid):
                found.append(pid)
        return found

    def state():
        try:
            with Client(int(port), user="daybook", password=password) as client:
                return client.state("DAYBOOK")
        except (OSError, EOFError):
            return None

    tap.wait_until(lambda: (state() or {}).get("last_seq"), "the stream has events")
    try:
        Client(int(port)).close()
        raise AssertionError("it let in somebody without a password")
    except EOFError as refused:
        tap.contains(str(refused), "Authorization")
    killed = running()
    tap.equal(len(killed), 1)
    os.kill(killed[0], signal.SIGKILL)
    tap.wait_until(lambda: running() not in ([], killed) and state(), "the broker runs again")
    verified = program.run(mine.as_user([binary(), "bus", "verify", "--data", mine.folder, "--sink", f"nats://127.0.0.1:{port}"]),
                           env=mine.env(NATS_USER="daybook", NATS_PASSWORD=password))
    verified.ok()
    mine.down().ok()
    tap.equal(running(), [])


tap.main()
