"""A proxy in front of a server's socket that cuts a connection after the server did the work and before the client hears of it."""

import os
import socket
import threading

from . import program, tap


class CuttingProxy:
    """Passes bytes on. At every `every`-th `marker` in what the client sends, the server's next answer is waited for, thrown away,
    and both sides are closed: the outcome is unknown to the client, and known to the server."""

    def __init__(self, server, marker, every):
        self.server_path = os.path.join(server.folder, ".s.PGSQL.5432")
        self.marker, self.every = marker, every
        self.seen, self.cuts = 0, 0
        self.lock = threading.Lock()
        self.folder = program.temporary_folder("dbk-cut-")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(os.path.join(self.folder, ".s.PGSQL.5432"))
        self.listener.listen(16)
        tap.at_end(self.listener.close)
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, database, user="trader"):
        return f"postgresql:///{database}?host={self.folder}&user={user}"

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            upstream = socket.socket(socket.AF_UNIX)
            try:
                upstream.connect(self.server_path)
            except OSError:
                client.close()
                upstream.close()
                continue
            state = {"cutting": False}
            threading.Thread(target=self._to_server, args=(client, upstream, state), daemon=True).start()
            threading.Thread(target=self._to_client, args=(client, upstream, state), daemon=True).start()

    def _must_cut(self, data):
        with self.lock:
            before = self.seen
            self.seen += data.count(self.marker)
            return self.seen // self.every > before // self.every

    def _to_server(self, client, upstream, state):
        self._pump(client, upstream, lambda data: state.update(cutting=state["cutting"] or self._must_cut(data)) or True)

    def _to_client(self, client, upstream, state):
        def pass_on(_):
            if not state["cutting"]:
                return True
            with self.lock:
                self.cuts += 1
            return False

        self._pump(upstream, client, pass_on)

    @staticmethod
    def _pump(source, sink, pass_on):
        try:
            while True:
                data = source.recv(1 << 16)
                if not data or not pass_on(data):
                    break
                sink.sendall(data)
        except OSError:
            pass
        for side in (source, sink):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
