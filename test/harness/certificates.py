"""Certificates of a test's own, made by the program `openssl`."""

import os
import subprocess

from . import program


def _openssl(*words):
    subprocess.run(["openssl", *words], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


class Authority:
    """One that signs certificates; `path` is what those who trust it are given."""

    def __init__(self, name="authority"):
        self.folder = program.temporary_folder("dbk-ca-")
        self.path, self.key = (os.path.join(self.folder, end) for end in ("ca.pem", "ca.key"))
        _openssl("req", "-x509", *_NEW_KEY, "-keyout", self.key, "-out", self.path, "-days", "30", "-subj", f"/CN={name}")

    def sign(self, name, subjects="IP:127.0.0.1,DNS:localhost", days=10):
        """A certificate and its key, as paths; one of -1 days has expired."""
        path, key, request, extension = (os.path.join(self.folder, f"{name}.{end}") for end in ("pem", "key", "csr", "ext"))
        with open(extension, "w", encoding="utf-8") as out:
            out.write(f"subjectAltName={subjects}\n")
        _openssl("req", *_NEW_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        _openssl("x509", "-req", "-in", request, "-CA", self.path, "-CAkey", self.key, "-CAcreateserial", "-days", str(days),
                 "-extfile", extension, "-out", path)
        return path, key


_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
