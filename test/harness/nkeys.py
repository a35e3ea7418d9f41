"""NATS's keys and the tokens that they sign, made with the program `openssl` and nothing of NATS's."""

import base64
import binascii
import json
import os
import subprocess
import time
import uuid

from . import program

_SEED, KINDS = 18 << 3, {"operator": 14 << 3, "account": 0, "user": 20 << 3}
_PRIVATE = bytes.fromhex("302e020100300506032b657004220420")  # what stands before a private key of Ed25519 in its DER form


def _openssl(*words, data):
    return subprocess.run(["openssl", *words], input=data, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


def _text(prefix, key):
    body = bytes(prefix) + key
    return base64.b32encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "little")).decode().rstrip("=")


def _part(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Key:
    """The key of an operator, an account or a user."""

    def __init__(self, kind):
        self.kind, self.folder = kind, program.temporary_folder("dbk-nkey-")
        secret = os.urandom(32)
        self.der = _PRIVATE + secret
        self.public = _text([KINDS[kind]], _openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", data=self.der)[-32:])
        self.seed = _text([_SEED | KINDS[kind] >> 5, (KINDS[kind] & 31) << 3], secret)

    def sign(self, data):
        path, message = (os.path.join(self.folder, name) for name in ("der", "message"))
        for where, what in ((path, self.der), (message, data)):
            with open(where, "wb") as out:
                out.write(what)
        return _openssl("pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", path, "-in", message, data=b"")

    def token(self, of, **claims):
        """A JWT of this issuer about another key, valid for a day unless `expires_s` says otherwise."""
        now = int(time.time())
        body = {"jti": uuid.uuid4().hex, "iat": now, "exp": now + claims.pop("expires_s", 86400), "iss": self.public, "sub": of.public,
                "name": of.kind, "nats": {"type": of.kind, "version": 2, **claims}}
        text = ".".join(_part(json.dumps(each).encode()) for each in ({"typ": "JWT", "alg": "ed25519-nkey"}, body))
        return f"{text}.{_part(self.sign(text.encode()))}"

    def write(self, name, token=None):
        """A file that only we can read: the seed, or with a token the two as nsc writes them."""
        path = os.path.join(self.folder, name)
        text = self.seed + "\n"
        if token:
            text = (f"-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n"
                    f"-----BEGIN USER NKEY SEED-----\n{self.seed}\n------END USER NKEY SEED------\n")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
        return path
