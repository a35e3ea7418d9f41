"""An exchange on loopback that holds known rows and answers as Binance does, with the faults that a test asks for.

Its clock stands where the test puts it. Nothing here is random unless the test passes a generator.
"""

import calendar
import http.server
import json
import os
import random
import sys
import tarfile
import threading
import time
import urllib.parse

from . import tap

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
INTERVALS = {"1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "2h": 120, "4h": 240, "6h": 360, "8h": 480, "12h": 720,
             "1d": 1440}


def candles(start_ms, count, seed, quiet=0.0):
    """Candles of a minute as Binance writes them. `quiet` is the share of minutes that have none, mostly in long stretches."""
    dice = random.Random(seed)
    price, rows, at = 100.0, [], start_ms
    for _ in range(count):
        if dice.random() < quiet:
            at += MINUTE_MS * dice.choice([1, 1, 1, 2, 5, 700])
        price = max(1.0, price + dice.uniform(-0.5, 0.5))
        low, high = price - dice.random(), price + dice.random()
        text = [f"{value:.4f}" for value in (price, high, low, (low + high) / 2)]
        volume = f"{dice.uniform(0, 50):.6f}"
        rows.append([at, *text, volume, at + MINUTE_MS - 1, f"{dice.uniform(0, 5000):.8f}", dice.randrange(1, 900),
                     f"{dice.uniform(0, 20):.6f}", f"{dice.uniform(0, 2000):.8f}", "0"])
        at += MINUTE_MS
    return rows


def agg_trades(start_ms, count, seed, first_id=5000):
    """Aggregate trades: quiet hours and busy ones, several in a millisecond."""
    dice = random.Random(seed)
    rows, at, trade = [], start_ms, 90_000
    for number in range(count):
        at += dice.choice([0, 0, 1, 7, 300, 20_000]) if dice.random() < 0.995 else dice.randrange(HOUR_MS, 5 * HOUR_MS)
        last = trade + dice.randrange(0, 3)
        rows.append({"a": first_id + number, "p": f"{dice.uniform(90, 110):.8f}", "q": f"{dice.uniform(0.001, 9):.8f}",
                     "f": trade, "l": last, "T": at, "m": dice.random() < 0.5, "M": True})
        trade = last + 1
    return rows


def recorded_pages(path):
    """The rows of recorded Bitfinex pages (time, open, close, high, low, volume), by the time at which each page begins."""
    pages = {}
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            if member.isfile():
                stamp = os.path.basename(member.name)[:-len(".json")]
                pages[calendar.timegm(time.strptime(stamp, "%y-%m-%d %H-%M-%S")) * 1000] = json.load(archive.extractfile(member))
    return pages


def as_binance(row):
    """A recorded Bitfinex candle as Binance would write it."""
    at, opened, closed, high, low, volume = (repr(value) if isinstance(value, float) else value for value in row)
    return [at, str(opened), str(high), str(low), str(closed), str(volume), at + MINUTE_MS - 1, "0", 0, "0", "0", "0"]


class Answer:
    """What a request is answered with; `cut` closes the connection after so many bytes of the body."""

    def __init__(self, status=200, body=b"[]", headers=(), cut=None, kind="application/json"):
        self.status, self.headers, self.cut, self.kind = status, dict(headers), cut, kind
        self.body = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()


def refusal(code, message, status=400):
    return Answer(status, {"code": code, "msg": message})


def html():
    return Answer(200, b"<html><body>We are currently under maintenance.</body></html>", kind="text/html")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Whoever asks may be killed in the middle; anything else is a fault of the test."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Exchange:
    """`klines` maps (symbol, interval) and `trades` a symbol to rows in ascending order. `fault` is called with the number of the
    request, from 1, its path and its query, and gives the Answer to send instead, or None. `before` is called first and may take
    its time: to kill the asking program, for instance."""

    def __init__(self, now_ms, klines=None, trades=None):
        self.now_ms, self.klines, self.trades = now_ms, dict(klines or {}), dict(trades or {})
        self.routes = {}
        self.fault = lambda number, path, query: None
        self.before = lambda number, path, query: None
        self.requests = []
        self.empty = 0
        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        tap.at_end(self.server.server_close)
        tap.at_end(self.server.shutdown)

    def _handler(exchange):  # the handler's own self is another
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                try:
                    exchange._serve(self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *arguments):
                pass

        return Handler

    def _serve(self, handler):
        at = urllib.parse.urlsplit(handler.path)
        query = dict(urllib.parse.parse_qsl(at.query))
        with self.lock:
            self.requests.append(handler.path)
            number = len(self.requests)
        self.before(number, at.path, query)
        answer = self.fault(number, at.path, query) or self._answer(at.path, query)
        with self.lock:
            self.empty += answer.body == b"[]"
        handler.send_response_only(answer.status)
        handler.send_header("Date", self._date())
        handler.send_header("Content-Type", answer.kind)
        handler.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer.body if answer.cut is None else answer.body[:answer.cut])
        if answer.cut is not None:
            handler.close_connection = True

    def _date(self):
        return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(self.now_ms // 1000))

    def _answer(self, path, query):
        name = path.rsplit("/", 1)[-1]
        if path in self.routes:
            return self.routes[path](query)
        if name == "klines":
            return self._klines(query)
        if name == "aggTrades":
            return self._agg_trades(query)
        return refusal(-1, "no such path", 404)

    def _klines(self, query):
        rows = self.klines.get((query["symbol"], query["interval"]))
        if rows is None:
            return refusal(-1121, "Invalid symbol.")
        limit = min(int(query.get("limit", 500)), 1000)
        first, last = int(query.get("startTime", 0)), int(query.get("endTime", self.now_ms))
        asked = [row for row in rows if first <= row[0] <= min(last, self.now_ms)][:limit]
        return Answer(body=[self._so_far(row) for row in asked])

    def _so_far(self, row):
        """The newest candle changes until it is over."""
        if row[6] < self.now_ms:
            return row
        return [*row[:4], row[3], "0.1", row[6], "1", 1, "0", "0", "0"]

    def _agg_trades(self, query):
        rows = self.trades.get(query["symbol"])
        if rows is None:
            return refusal(-1121, "Invalid symbol.")
        limit = min(int(query.get("limit", 500)), 1000)
        if "fromId" in query:
            if "startTime" in query:
                return refusal(-1128, "Combination of optional parameters invalid.")
            asked = [row for row in rows if row["a"] >= int(query["fromId"])]
        else:
            first, last = int(query["startTime"]), int(query["endTime"])
            if last - first >= HOUR_MS:
                return refusal(-1127, "More than 1 hours between startTime and endTime.")
            asked = [row for row in rows if first <= row["T"] <= last]
        return Answer(body=[row for row in asked if row["T"] <= self.now_ms][:limit])
