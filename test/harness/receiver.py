"""A receiver of webhooks of a test's own, which answers each path as it is told and remembers everything."""

import hashlib
import hmac
import http.server
import json
import os
import ssl
import subprocess
import threading

from . import program, tap


def check_signature(header, body, *secrets):
    """Every secret's signature is in the header, in order, and nothing else."""
    parts = header.split(",")
    stamp = parts[0].removeprefix("t=")
    wanted = [f"v1={hmac.new(secret.encode(), stamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}" for secret in secrets]
    tap.equal(parts[1:], wanted, "signatures")
    return int(stamp)


class Post:
    """One request, as it came."""

    def __init__(self, path, headers, body, connection):
        self.path, self.headers, self.body, self.connection = path, headers, body, connection
        self.event = json.loads(body)

    def key(self):
        return self.event["aggregate_type"], self.event["aggregate_id"]


class Receiver:
    """`answers[path]` is called with the handler and the post and says what happens; without one the answer is 200. With a certificate and its
    key, as paths, it is spoken to by https."""

    def __init__(self, certificate=None):
        self.posts, self.answers, self.lock = [], {}, threading.Lock()
        self.ended = threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                post = Post(self.path, dict(self.headers.items()), body, self.client_address)
                with receiver.lock:
                    receiver.posts.append(post)
                try:
                    receiver.answers.get(self.path, status(200))(self, post)
                except OSError:
                    self.close_connection = True

            def do_GET(self):
                with receiver.lock:
                    receiver.posts.append(Post(self.path, dict(self.headers.items()), b"{}", self.client_address))
                status(200)(self, None)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                """A client that was killed is what some tests are about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            # Each client shakes hands in the thread of its own.
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        tap.at_end(self.stop)

    def stop(self):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()

    def url(self, path, host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.server.server_address[1]}{path}"

    def at(self, path):
        with self.lock:
            return [post for post in self.posts if post.path == path]

    def count(self, path):
        return len(self.at(path))

    def wait_for(self, path, count):
        tap.wait_until(lambda: self.count(path) >= count, f"{count} posts at {path} came", 60)
        return self.at(path)


def status(code, headers=(), body=b""):
    def answer(handler, _):
        handler.send_response(code)
        for name, value in dict(headers).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def in_turn(*answers):
    """One after the other; the last one from then on."""
    left = list(answers)

    def answer(handler, post):
        (left.pop(0) if len(left) > 1 else left[0])(handler, post)

    return answer


def silence(receiver):
    """No answer as long as the receiver lives."""

    def answer(handler, _):
        receiver.ended.wait()
        handler.close_connection = True

    return answer


def drip(receiver):
    """A head that says yes, and a body that never ends, a byte at a time."""

    def answer(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        while not receiver.ended.wait(0.02):
            handler.wfile.write(b"x")

    return answer


def flood(receiver):
    """A head that says yes, and a body that never ends, as fast as it is taken."""

    def answer(handler, _):
        handler.send_response(200)
        handler.end_headers()
        while not receiver.ended.is_set():
            handler.wfile.write(b"x" * 65536)

    return answer


class Example:
    """A receiver of examples/ as a program: its URL, and what it has printed."""

    def __init__(self, command, secret, before=""):
        self.path = os.path.join(program.temporary_folder("dbk-receiver-"), "out")
        with open(self.path, "w", encoding="utf-8") as out:
            self.process = subprocess.Popen([*command, "--port", "0"], env=program.clean_env(WEBHOOK_SECRET=secret, WEBHOOK_SECRET_BEFORE=before),
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        tap.at_end(lambda: self.process.poll() is None and (self.process.kill(), self.process.wait(30)))
        first = tap.wait_until(self.lines, f"{command} listens")[0]
        self.url = first.removeprefix("listening on ")
        tap.check(self.url.startswith("http://127.0.0.1:"), f"{command}: {first}")

    def lines(self):
        with open(self.path, encoding="utf-8") as text:
            return [line.rstrip("\n") for line in text if line.endswith("\n")]

    def stop(self):
        self.process.terminate()
        return self.process.wait(30)


IN_C = os.path.join(program.BUILD, "examples", "webhook_receiver")
