"""A real nats-server of the test's own, and a client of its protocol that shares nothing with the library that is tested."""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import uuid

from . import program, tap


def installed():
    """Skips, by name, where there is no broker to test with."""
    if not shutil.which("nats-server"):
        tap.skip("nats-server is not installed")


class Broker:
    """nats-server with JetStream on a port of its own, which stays the same when it is started again. `limits` are lines of its
    jetstream block, `settings` lines beside that one. One that is `locked` lets in nobody who only says hello."""

    def __init__(self, limits=(), settings=(), locked=False, started=True):
        self.folder = program.temporary_folder("dbk-nats-")
        self.store, self.config = (os.path.join(self.folder, name) for name in ("store", "conf"))
        self.port, = program.free_ports(1)
        with open(self.config, "w", encoding="utf-8") as out:
            out.write("\n".join([f"listen: 127.0.0.1:{self.port}", "jetstream {", f"store_dir: {json.dumps(self.store)}", *limits, "}",
                                 *settings]) + "\n")
        self.process, self.locked = None, locked
        tap.at_end(self.kill)
        if started:
            self.start()

    def start(self):
        self.launch()
        tap.wait_until(self._answers, "the broker answers", 60)

    def launch(self):
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen(["nats-server", "-c", self.config], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                            env=program.clean_env(), start_new_session=True)

    def check_runs(self):
        if self.process.poll() is not None:
            raise tap.Failure("the broker ended:\n" + self.log()[-3000:])

    def _answers(self):
        self.check_runs()
        try:
            if self.locked:
                with socket.create_connection(("127.0.0.1", self.port), 5) as hello:
                    return hello.recv(4).startswith(b"INFO")
            with Client(self.port, limit_s=5) as client:
                return "error" not in client.api("INFO")
        except (OSError, EOFError):
            return False

    def log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as text:
            return text.read()

    def stop(self, how=signal.SIGTERM):
        """SIGTERM is an orderly end, SIGKILL a crash: what it has written to its files stays, as the operating system lives on."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.send_signal(signal.SIGCONT)
            self.process.wait(60)
        self.process = None

    def kill(self):
        self.stop(signal.SIGKILL)

    def rewind(self, copy):
        """Puts an older copy of the store, made by keep(), in the place of what it has."""
        self.kill()
        shutil.rmtree(self.store)
        shutil.copytree(copy, self.store)
        self.start()

    def keep(self):
        """A copy of the store as it is now, for rewind()."""
        self.stop()
        copy = os.path.join(self.folder, f"copy-{uuid.uuid4()}")
        shutil.copytree(self.store, copy)
        self.start()
        return copy

    def url(self, scheme="nats", host="127.0.0.1"):
        return f"{scheme}://{host}:{self.port}"

    def client(self):
        return Client(self.port)


class Cluster:
    """Three of them, which keep copies of streams together. Each has a name, by which the others know it."""

    def __init__(self):
        ports = program.free_ports(3)
        routes = ", ".join(f'"nats-route://127.0.0.1:{port}"' for port in ports)
        self.members = {f"n{number}": Broker(started=False, settings=[f"server_name: n{number}", "cluster {", "name: three", f"listen: 127.0.0.1:{port}",
                                                                      f"routes: [{routes}]", "}"]) for number, port in enumerate(ports, 1)}
        for each in self.members.values():
            each.launch()
        self.wait_ready()

    def wait_ready(self):
        def ready():
            for each in self.members.values():
                each.check_runs()
            return "limits" in self.ask("INFO")

        tap.wait_until(ready, "the cluster has a leader", 60)

    def url(self):
        return "nats://" + ",".join(f"127.0.0.1:{each.port}" for each in self.members.values())

    def client(self):
        """Of the first that runs."""
        for each in self.members.values():
            if each.process:
                try:
                    return Client(each.port, limit_s=5)
                except (OSError, EOFError):
                    pass
        raise ConnectionError("no member of the cluster answers")

    def ask(self, what):
        """An answer of JetStream's API, {} where there is nobody to give it."""
        try:
            with self.client() as client:
                return client.api(what)
        except (OSError, EOFError):
            return {}

    def leader(self, stream):
        """The name of the member that leads the stream's copies, None while there is none."""
        name = self.ask(f"STREAM.INFO.{stream}").get("cluster", {}).get("leader")
        return name if name in self.members and self.members[name].process else None

    def followers(self, stream):
        leader = tap.wait_until(lambda: self.leader(stream), "the stream has a leader", 60)
        return [name for name in self.members if name != leader]


class Client:
    """One connection; everything waits for its answer."""

    def __init__(self, port, limit_s=30, user=None, password=None):
        self.socket = socket.create_connection(("127.0.0.1", port), limit_s)
        self.stream = self.socket.makefile("rb")
        try:
            self.server = json.loads(self._line().partition(" ")[2])
            self.inbox = f"_INBOX.{uuid.uuid4().hex}"
            self.asked, self.early = 0, []
            access = {"user": user, "pass": password} if user else {}
            connect = {"verbose": False, "pedantic": False, "headers": True, "no_responders": True, "lang": "test", "version": "1",
                       "protocol": 1, **access}
            self._send(f"CONNECT {json.dumps(connect)}\r\nSUB {self.inbox}.* 1\r\nPING\r\n")
            while (line := self._line()) != "PONG":
                if line.startswith("-ERR"):
                    raise EOFError(line)
        except (OSError, EOFError):
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.stream.close()
        self.socket.close()

    def _send(self, text):
        self.socket.sendall(text.encode() if isinstance(text, str) else text)

    def _line(self):
        line = self.stream.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError("the broker closed the connection")
        return line[:-2].decode()

    def publish(self, subject, data=b"", headers=None, reply=""):
        if isinstance(data, str):
            data = data.encode()
        head = b""
        if headers:
            head = b"NATS/1.0\r\n" + b"".join(f"{name}: {value}\r\n".encode() for name, value in headers.items()) + b"\r\n"
            self._send(f"HPUB {subject} {reply} {len(head)} {len(head) + len(data)}\r\n".encode() + head + data + b"\r\n")
        else:
            self._send(f"PUB {subject} {reply} {len(data)}\r\n".encode() + data + b"\r\n")

    def receive(self):
        """The next message: its subject, the one to reply to ("" without), headers (a status under "") and data."""
        while True:
            words = self._line().split(" ")
            if words[0] == "PING":
                self._send("PONG\r\n")
            elif words[0] == "-ERR":
                raise tap.Failure("the broker says " + " ".join(words))
            elif words[0] in ("MSG", "HMSG"):
                sizes = 2 if words[0] == "HMSG" else 1
                length, head = int(words[-1]), int(words[-2]) if sizes == 2 else 0
                body = self.stream.read(length + 2)[:-2]
                return words[1], words[3] if len(words) == 4 + sizes else "", _headers(body[:head].decode()), body[head:]

    def request(self, subject, data=b"", headers=None):
        self.asked += 1
        reply = f"{self.inbox}.{self.asked}"
        self.publish(subject, data, headers, reply)
        while True:
            got = self.receive()
            if got[0] == reply:
                return got[2:]
            self.early.append(got)

    def api(self, what, **arguments):
        """JetStream's API: the answer, which may be an error."""
        head, body = self.request(f"$JS.API.{what}", json.dumps(arguments) if arguments else b"")
        return json.loads(body) if body else {"error": {"code": 503, "description": head.get("", "no answer")}}

    def put(self, subject, data=b"", headers=None):
        """Publishes into a stream: the acknowledgement."""
        return json.loads(self.request(subject, data, headers)[1])

    def state(self, stream):
        """The stream's state, None where there is no such stream."""
        return self.api(f"STREAM.INFO.{stream}").get("state")

    def message(self, stream, sequence):
        """(subject, headers, data) of one message, None where it is not there."""
        found = self.api(f"STREAM.MSG.GET.{stream}", seq=sequence).get("message")
        return found and (found["subject"], _headers(base64.b64decode(found.get("hdrs", "")).decode()), base64.b64decode(found.get("data", "")))

    def messages(self, stream):
        """All there are, in order: (sequence, subject, headers, data)."""
        state = self.state(stream)
        if not state or not state["messages"]:
            return []
        inbox = f"_INBOX.{uuid.uuid4().hex}"
        self.socket.settimeout(30)  # the member of a cluster that reads it out may have to catch up before
        self._send(f"SUB {inbox} 2\r\n")
        # What is not acknowledged holds up the rest: the broker gives up a reader that has too much before it.
        made = self.api(f"CONSUMER.CREATE.{stream}", stream_name=stream, config={
            "deliver_subject": inbox, "deliver_policy": "all", "ack_policy": "all", "max_ack_pending": 2000, "replay_policy": "instant"})
        tap.check("error" not in made, made)
        found = []
        while len(found) < state["messages"]:
            subject, reply, head, body = self.early.pop(0) if self.early else self.receive()
            # The reply subject says the place in the stream: $JS.ACK.<stream>.<consumer>.<tries>.<place>.…
            found.append((int(reply.split(".")[5]), subject, head, body))
            if len(found) % 1000 == 0:
                self.publish(reply, b"+ACK")
        self._send("UNSUB 2\r\n")
        self.api(f"CONSUMER.DELETE.{stream}.{made['name']}")
        self.early.clear()
        return found


def _headers(text):
    lines = text.split("\r\n")
    found = {"": lines[0].removeprefix("NATS/1.0").strip()} if lines[0].removeprefix("NATS/1.0").strip() else {}
    for line in filter(None, lines[1:]):
        name, _, value = line.partition(":")
        found[name] = value.strip()
    return found
