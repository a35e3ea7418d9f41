"""A mirror of the archive on the loopback: files under their paths, with CHECKSUMs, and whatever can go wrong with them."""

import hashlib
import http.server
import threading

from . import tap


class Archive:
    """`files` maps a path to bytes; a path's CHECKSUM is made of them unless it has an entry of its own. Faults, by path, are taken
    once each: a status; "cut", which ends the connection half way through the body; "stall", which waits there until `go_on` is set."""

    def __init__(self):
        self.files, self.faults, self.asked = {}, {}, []
        self.lock, self.go_on = threading.Lock(), threading.Event()
        archive = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                archive.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        tap.at_end(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def add(self, path, content):
        self.files[path] = content

    def fault(self, path, *what):
        self.faults.setdefault(path, []).extend(what)

    def bytes_of(self, path):
        if path.endswith(".CHECKSUM") and path not in self.files:
            whole = self.files.get(path.removesuffix(".CHECKSUM"))
            return whole and f"{hashlib.sha256(whole).hexdigest()}  {path.split('/')[-1].removesuffix('.CHECKSUM')}\n".encode()
        return self.files.get(path)

    def asked_for(self, path):
        return [begin for asked, begin in self.asked if asked == path]

    def answer(self, request):
        path = request.path.lstrip("/")
        with self.lock:
            fault = self.faults[path].pop(0) if self.faults.get(path) else None
            begin = 0
            content = self.bytes_of(path)
            tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"' if content else None
            wanted = request.headers.get("Range", "")
            if content and wanted.startswith("bytes=") and request.headers.get("If-Range", tag) == tag:
                begin = int(wanted[6:].split("-")[0])
            self.asked.append((path, begin))
        if isinstance(fault, int) or content is None:
            request.send_response(fault or 404)
            request.send_header("Content-Length", "0")
            if fault == 429:
                request.send_header("Retry-After", "0")
            request.end_headers()
            return
        body = content[begin:]
        request.send_response(206 if begin else 200)
        request.send_header("ETag", tag)
        request.send_header("Content-Length", str(len(body)))
        if begin:
            request.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        request.end_headers()
        if fault in ("cut", "stall"):
            request.wfile.write(body[:len(body) // 2])
            request.wfile.flush()
            if fault == "stall":
                self.go_on.wait(60)
            request.close_connection = True
            request.connection.close()
            return
        request.wfile.write(body)
