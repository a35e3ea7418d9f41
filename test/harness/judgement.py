"""What a receiver of webhooks in examples/ has to believe, and what not, in whatever language it is."""

import hashlib
import hmac
import http.client
import time
import urllib.parse

from . import tap
from .receiver import Example

NEW, OLD = "a new secret of many characters", "an old secret of many characters"
BODY = '{"seq": 7, "text": "ä"}'.encode()


def signed(*secrets, at=0, body=BODY):
    """A header as the relay makes it, so many seconds from now."""
    stamp = str(int(time.time()) + at)
    return f"t={stamp}," + ",".join(f"v1={hmac.new(each.encode(), stamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}" for each in secrets)


def ask(receiver, header, body=BODY, method="POST"):
    connection = http.client.HTTPConnection(urllib.parse.urlparse(receiver.url).netloc, timeout=60)
    headers = {"Daybook-Event-Id": "e-1", "Daybook-Event-Type": "t.t", "Daybook-Seq": "7", **({"Daybook-Signature": header} if header is not None else {})}
    connection.request(method, "/", body, headers)
    answer = connection.getresponse()
    said = answer.status, answer.read().decode()
    connection.close()
    return said


def check(command):
    """Starts the receiver and insists on what it answers. Signatures are made when it runs, so that a slow machine does not make them old."""
    receiver = Example(command, NEW, OLD)
    good = signed(NEW)
    cases = [(signed(NEW), (204, "")), (signed(OLD), (204, "")), (signed("another", OLD), (204, "")), (signed(NEW, OLD) + ",v2=later", (204, "")),
             (signed("another"), (400, "forged")), (signed(""), (400, "forged")), (signed(NEW, body=BODY + b" "), (400, "forged")),
             (good.replace("v1=", "v1=0")[:-1], (400, "forged")), (good.upper().replace("T=", "t=").replace("V1", "v1"), (400, "forged")),
             (signed(NEW, at=-3600), (400, "stale")), (signed(OLD, at=3600), (400, "stale")),
             (None, (400, "malformed")), ("", (400, "malformed")), ("t=1", (400, "malformed")), (good[:-1], (400, "malformed")),
             (good + "," + good, (400, "malformed")), (good.replace("t=", "t=+"), (400, "malformed")), (good + ",x", (400, "malformed")),
             (good + 16 * ("," + good.split(",")[1]), (400, "malformed"))]
    for header, expected in cases:
        tap.equal(ask(receiver, header), expected, f"the answer to {header}")
    tap.equal(ask(receiver, signed(NEW, body=b""), b""), (204, ""), "an empty body")
    tap.equal(ask(receiver, good, b"", "GET")[0], 405, "no POST")
    tap.equal(ask(receiver, good, bytes((16 << 20) + 1))[0], 413, "a body that is too long")
    tap.equal(receiver.lines()[1:], 5 * ["7 e-1 t.t"], "what was believed")
    tap.equal(receiver.stop(), 0)
