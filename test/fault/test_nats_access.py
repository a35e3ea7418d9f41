"""How the relay gets into a broker, and what it says when it does not: TLS, certificates, passwords, tokens, keys and signed tokens."""

import json
import os
import socket
import threading

from harness import certificates, nkeys, program, relay, server, tap
from harness.broker import Broker, installed

installed()
host = server.Server()
log = relay.Log(host.installed("relayed", relay.MODULES))
log.run(relay.emit_many(20))
authority, stranger = certificates.Authority(), certificates.Authority("stranger")
folder = program.temporary_folder("dbk-secrets-")
LOGIN = ['authorization { user: "relay", password: "correct horse" }']
NAMED = {"NATS_USER": "relay", "NATS_PASSWORD": "correct horse"}


def tls(certificate, *lines):
    path, key = certificate
    return ["tls {", f"cert_file: {json.dumps(path)}", f"key_file: {json.dumps(key)}", *lines, "}"]


def secret(name, text, mode=0o600):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    os.chmod(path, mode)
    return path


def run(verb, url, env):
    return program.run([program.DAYBOOK, *verb, "--url", log.url, "--sink", url], env=program.clean_env(**env))


def gets_in(url, **env):
    """The whole log is in the stream."""
    run(["relay", "--once"], url, env).ok()


def refused(url, part, **env):
    """So is `bus verify`, which connects in the same way; it could not tell, and says why."""
    ended = run(["bus", "verify"], url, env)
    tap.check(ended.status not in (0, 1), f"exit status {ended.status}")
    tap.contains(ended.err, part)
    for value in ("correct horse", "wrong horse", "battery staple"):
        tap.check(value not in ended.err + ended.out, "a secret is not shown")


plain = Broker(settings=LOGIN, locked=True)
secure = Broker(settings=[*LOGIN, *tls(authority.sign("broker"))], locked=True)


@tap.test("a password gets in, from the environment or a file of our own; a wrong one and none are told as such")
def _():
    gets_in(plain.url(), **NAMED)
    gets_in(plain.url(), NATS_USER="relay", NATS_PASSWORD_FILE=secret("password", "correct horse\n"))
    refused(plain.url(), "with NATS_USER and its password: Authorization Violation", NATS_USER="relay", NATS_PASSWORD="wrong horse")
    refused(plain.url(), "with no credentials: Authorization Violation")
    refused(plain.url(), "NATS_PASSWORD_FILE: could not read", NATS_USER="relay", NATS_PASSWORD_FILE=os.path.join(folder, "missing"))
    refused(plain.url(), "may be read by others", NATS_USER="relay", NATS_PASSWORD_FILE=secret("open", "correct horse", 0o644))
    refused(plain.url().replace("//", "//relay:battery staple@"), "a user or a password")


@tap.test("a server's certificate is believed when its authority is trusted, its time has not passed, and it names the address")
def _():
    trusted = {**NAMED, "NATS_CA": authority.path}
    gets_in(secure.url("tls"), **trusted)
    run(["bus", "verify"], secure.url("tls"), trusted).ok()
    gets_in(secure.url("nats"), **trusted)
    gets_in(secure.url("tls", "localhost"), **trusted)
    refused(secure.url("tls"), "unable to get local issuer certificate", **{**trusted, "NATS_CA": stranger.path})
    refused(secure.url("nats"), "unable to get local issuer certificate", **NAMED)
    refused(secure.url("tls"), "NATS_CA: could not read", **{**trusted, "NATS_CA": os.path.join(folder, "missing")})
    refused(secure.url("tls"), "while reading NATS_CA", **{**trusted, "NATS_CA": secret("rubbish", "no certificate")})
    refused(secure.url("tls"), "Authorization Violation", **{**trusted, "NATS_PASSWORD": "wrong horse"})
    for certificate, why in ((authority.sign("expired", days=-1), "certificate has expired"),
                             (authority.sign("elsewhere", "DNS:elsewhere.example"), "IP address mismatch")):
        other = Broker(settings=[*LOGIN, *tls(certificate)], locked=True)
        refused(other.url("tls"), why, **trusted)
        other.kill()


@tap.test("who insists on TLS says nothing to a server that has none, nor to one in between that hides it")
def _():
    heard = []
    listener = socket.create_server(("127.0.0.1", 0))

    def listen():
        for _ in range(3):
            one = listener.accept()[0]
            with one:
                one.sendall(b'INFO {"server_id":"X","version":"2.9.10","headers":true,"max_payload":1048576,"proto":1}\r\n')
                try:
                    heard.append(one.recv(1000))
                except ConnectionResetError:
                    heard.append(b"")

    thread = threading.Thread(target=listen)
    thread.start()
    url = f"//127.0.0.1:{listener.getsockname()[1]}"
    refused("tls:" + url, "offers no TLS", **NAMED)
    refused("tls:" + url, "offers no TLS", **NAMED, NATS_CA=authority.path)
    refused("nats:" + url, "offers no TLS", **NAMED, NATS_CA=authority.path)
    thread.join()
    listener.close()
    tap.equal(heard, [b"", b"", b""])
    refused(plain.url("tls"), "offers no TLS", **NAMED)


@tap.test("a server that wants to know who calls is shown a certificate, which it has to trust")
def _():
    broker = Broker(settings=tls(authority.sign("broker"), f"ca_file: {json.dumps(authority.path)}", "verify: true"), locked=True)
    ours, key = authority.sign("relay")
    theirs, other_key = stranger.sign("relay")
    gets_in(broker.url("tls"), NATS_CA=authority.path, NATS_CERT=ours, NATS_KEY=key)
    refused(broker.url("tls"), "perhaps it wants a certificate", NATS_CA=authority.path)
    refused(broker.url("tls"), "the certificate of NATS_CERT", NATS_CA=authority.path, NATS_CERT=theirs, NATS_KEY=other_key)
    refused(broker.url("tls"), "key values mismatch", NATS_CA=authority.path, NATS_CERT=ours, NATS_KEY=other_key)
    refused(broker.url("tls"), "only one is set", NATS_CA=authority.path, NATS_CERT=ours)
    broker.kill()


@tap.test("a token gets in, from the environment or a file")
def _():
    broker = Broker(settings=['authorization { token: "battery staple" }'], locked=True)
    gets_in(broker.url(), NATS_TOKEN="battery staple")
    gets_in(broker.url(), NATS_TOKEN_FILE=secret("token", "battery staple\n"))
    refused(broker.url(), "with NATS_TOKEN: Authorization Violation", NATS_TOKEN="wrong horse")
    broker.kill()


@tap.test("a key gets in whose public half the server knows")
def _():
    mine, other = nkeys.Key("user"), nkeys.Key("user")
    broker = Broker(settings=["authorization {", f"users: [ {{ nkey: {mine.public} }} ]", "}"], locked=True)
    gets_in(broker.url(), NATS_NKEY=mine.write("seed"))
    refused(broker.url(), "with NATS_NKEY: Authorization Violation", NATS_NKEY=other.write("seed"))
    refused(broker.url(), "not the seed of a user's NKey", NATS_NKEY=nkeys.Key("account").write("seed"))
    broker.kill()


@tap.test("a user's signed token and key get in until the token expires")
def _():
    operator, system, account, user = (nkeys.Key(kind) for kind in ("operator", "account", "account", "user"))
    room = {"mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1, "subs": -1, "data": -1, "payload": -1, "imports": -1,
            "exports": -1, "wildcards": True, "conn": -1, "leaf": -1}
    most = {"subs": -1, "data": -1, "payload": -1}
    settings = [f"operator: {operator.token(operator)}", f"system_account: {system.public}", "resolver: MEMORY", "resolver_preload {",
                f"{system.public}: {operator.token(system, limits={**room, 'mem_storage': 0, 'disk_storage': 0})}",
                f"{account.public}: {operator.token(account, limits=room)}", "}"]
    broker = Broker(settings=settings, locked=True)
    gets_in(broker.url(), NATS_CREDS=user.write("creds", account.token(user, **most)))
    refused(broker.url(), "with NATS_CREDS: Authorization Violation", NATS_CREDS=user.write("old", account.token(user, expires_s=-60, **most)))
    refused(broker.url(), "with NATS_CREDS: no nkey user seed", NATS_CREDS=secret("no creds", "rubbish"))
    broker.kill()


@tap.test("a relay that is refused says so each time it tries, and goes on when the password in the file is the right one")
def _():
    password = secret("renewed", "wrong horse")
    feeding = relay.Relay(log.url, "--sink", f"later={plain.url()}?stream=LATER&subject=later", NATS_USER="relay", NATS_PASSWORD_FILE=password)
    tap.wait_until(lambda: len(feeding.said("Authorization Violation")) >= 2, "it says so again")
    secret("renewed", "correct horse")
    feeding.wait_said("feeds the sink")
    tap.equal(feeding.stop(), 0)
    with open(feeding.log_path, encoding="utf-8") as text:
        tap.check("horse" not in text.read(), "a secret is not logged")


tap.main()
