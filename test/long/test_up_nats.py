"""The broker that `daybook up --nats` keeps."""

import os
import re
import signal

from harness import program, server, tap
from harness.broker import Client, installed
from harness.private import IDENTITIES, Private, alive, binary

installed()


def keeps_a_broker(identity):
    mine = Private(identity)
    # What is there for another broker changes nothing.
    mine.up("--nats", "--verbose", env=mine.env(NATS_CA="/nonexistent", NATS_PASSWORD="of another")).ok()
    config, password_file = (os.path.join(mine.server_home, "nats", name) for name in ("nats.conf", "password"))
    for path in (config, password_file):
        tap.equal(os.stat(path).st_mode & 0o777, 0o600)
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
    tap.equal(os.stat(f"/proc/{killed[0]}").st_uid, os.stat(mine.data).st_uid, "the user that PostgreSQL runs as")
    with open(f"/proc/{killed[0]}/environ", encoding="utf-8") as text:
        tap.check("DAYBOOK" not in text.read(), "it is not told where the database is")
    os.kill(killed[0], signal.SIGKILL)
    tap.wait_until(lambda: running() not in ([], killed) and state(), "the broker runs again")
    verified = program.run(mine.as_user([binary(), "bus", "verify", "--data", mine.folder, "--sink", f"nats://127.0.0.1:{port}"]),
                           env=mine.env(NATS_USER="daybook", NATS_PASSWORD_FILE=password_file))
    verified.ok()
    mine.down().ok()
    tap.equal(running(), [])
    with open(os.path.join(mine.folder, "up.log"), encoding="utf-8") as text:
        ended = [line for line in text if "stopped" in line and "daemon=" in line]
    tap.contains(ended[-1], "daemon=nats-server")
    tap.check(any("daemon=relay" in line and "status 0" in line for line in ended), f"the relay ended in order: {ended}")


for each in IDENTITIES:
    tap.test(f"up --nats keeps a broker of its own, which lets in nobody without its password, has what the log has, and ends last, as {each}")(
        lambda identity=each: keeps_a_broker(identity))


tap.main()
