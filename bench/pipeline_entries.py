"""Fills in one run of calls, beside the same fills by single calls."""

import os
import select
import socket
import threading
import time
from collections import deque

from harness import linked, program, server, tap

HERE = os.path.dirname(os.path.abspath(__file__))


class SlowLink:
    """A proxy in front of a server's socket that passes every byte on after `delay_s`, in both directions."""

    def __init__(self, upstream, delay_s):
        self.upstream, self.delay_s = upstream, delay_s
        self.folder = program.temporary_folder("dbk-link-")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(os.path.join(self.folder, ".s.PGSQL.5432"))
        self.listener.listen(16)
        tap.at_end(self.listener.close)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server_side = socket.socket(socket.AF_UNIX)
            server_side.connect(os.path.join(self.upstream, ".s.PGSQL.5432"))
            for source, sink in ((client, server_side), (server_side, client)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source, sink):
        waiting = deque()  # (when due, bytes)
        while True:
            left = max(0, waiting[0][0] - time.monotonic()) if waiting else None
            if select.select([source], [], [], left)[0]:
                data = source.recv(1 << 16)
                if not data:
                    break
                waiting.append((time.monotonic() + self.delay_s, data))
            while waiting and waiting[0][0] <= time.monotonic():
                sink.sendall(waiting.popleft()[1])
        for _, data in waiting:
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


class Pipeline:
    """dbk_calls_run() beside dbk_fill_record() in a loop, over one connection."""

    unit = "fills/s"

    def __init__(self, host, delay_ms=0):
        self.host, self.delay_ms = host, delay_ms
        self.name = f"pipeline-{delay_ms}ms" if delay_ms else "pipeline"
        link = f"a link that takes {delay_ms} ms each way" if delay_ms else "a Unix socket"
        self.what = f"whole fills in runs of 1,000 calls over one connection and {link}; plain = the same by single calls"
        self.facts = {"contention": "each fill goes to the next of 32 accounts"}
        self.count = 2000 if delay_ms else 5000

    def prepare(self):
        with open(os.path.join(HERE, "fills.c"), encoding="utf-8") as source:
            binary = linked.build(source.read(), "fills", "-O2", "-I" + HERE, *linked.TO_SHARED)
        folder = self.host().server.folder
        return {"binary": binary, "folder": SlowLink(folder, self.delay_ms / 1000).folder if self.delay_ms else folder}

    def rate(self, side, setup):
        host = self.host()
        database = host.clone()
        with open(os.path.join(HERE, "fill_setup.sql"), encoding="utf-8") as text:
            program.run([server.client("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", host.server.url(database, "trader"), "-f", "-"],
                        stdin=text.read().encode()).ok()
        url = f"postgresql:///{database}?host={setup['folder']}&user=trader"
        how = {"daybook": "run", "plain": "single"}[side]
        done = program.run([setup["binary"], how, "32", str(self.count)], env=program.clean_env(URL=url), timeout=600).ok()
        host.drop(database)
        return float(done.out)
