"""Two hundred kills of a poller at random moments, and crashes of its server: afterwards the content is that of a run that nobody disturbed."""

import random
import signal
import threading

from harness import exchange, program, server, session, tap
from harness.exchange import HOUR_MS, Exchange

START_MS, START = 1_600_000_020_000, "2020-09-13T12:27:00Z"
KILLS, CRASHES, PAGE_ROWS = 200, 10, 50
DIGEST = ("select string_agg(s.stream || ' ' || d.row_count || ' ' || d.digest, ', ' order by s.stream) as all from "
          "(values ('klines'), ('agg_trades')) as s(stream) cross join lateral market.fn_content_digest(s.stream) as d")

host = server.Server()


def polled(name, ex):
    url = host.installed(name, modules="market")
    for words in (("klines", "--interval", "1m"), ("agg_trades",)):
        program.daybook("market", "poll", "binance", *words, "--symbol", "BTCUSDT", "--since", START, "--url", url).ok()
    words = ["poll", "--once", "--url", url, "--venue", "binance", "--venue-url", f"binance={ex.url}", "--page-rows", str(PAGE_ROWS)]
    return session.Session(url), words


class Killer:
    """Kills the running poller while it asks, or a little after it was answered."""

    def __init__(self, ex, seed):
        self.dice, self.kills, self.due, self.process = random.Random(seed), 0, 0, None
        self.lock = threading.Lock()
        ex.before = self.before

    def before(self, number, path, query):
        with self.lock:
            if self.kills == KILLS or number < self.due or self.process is None:
                return
            self.kills += 1
            self.due = number + self.dice.randrange(1, 3)
            pause, process = self.dice.choice([0, 0, 0.001, 0.003, 0.01, 0.03]), self.process
        threading.Timer(pause, process.kill).start() if pause else process.kill()


@tap.test(f"{KILLS} kills of the poller change nothing")
def _():
    rows = exchange.candles(START_MS, 7000, 21, quiet=0.003)
    trades = exchange.agg_trades(START_MS + 2 * HOUR_MS, 9000, 21)
    ex = Exchange(rows[-1][0] + 2 * HOUR_MS, {("BTCUSDT", "1m"): rows}, {"BTCUSDT": trades})
    calm, words = polled("calm", ex)
    program.daybook(*words, timeout=900).ok()
    expected = calm.value(DIGEST)
    book, words = polled("killed", ex)
    killer = Killer(ex, 21)
    while True:
        with killer.lock:
            killer.process = process = program.start(words)
        process.communicate(timeout=600)
        if process.returncode == 0:
            break
        tap.equal(process.returncode, -signal.SIGKILL, "how the poller ended")
    print(f"# figure: {killer.kills} kills")
    tap.equal(killer.kills, KILLS, "kills: too little was left to poll")
    tap.equal(book.value(DIGEST), expected, "digest of candles and trades")
    tap.equal(book.value("select count(*)::int as n from market.superseded"), 0, "rows that came twice with other values")


@tap.test(f"{CRASHES} crashes of the server under a poller that goes on change nothing")
def _():
    rows = exchange.candles(START_MS, 2000, 22, quiet=0.003)
    trades = exchange.agg_trades(START_MS + 2 * HOUR_MS, 2000, 22)
    ex = Exchange(rows[-1][0] + 2 * HOUR_MS, {("BTCUSDT", "1m"): rows}, {"BTCUSDT": trades})
    calm, words = polled("calm_server", ex)
    asked_before = len(ex.requests)
    program.daybook(*words, timeout=900).ok()
    asked = len(ex.requests) - asked_before
    expected = calm.value(DIGEST)
    _, words = polled("crashed_server", ex)
    moments = set(random.Random(22).sample(range(1, asked), CRASHES))
    state = {"asked": 0, "crashes": 0}
    lock = threading.Lock()

    def crash(number, path, query):
        # The answer comes when the server is back: whoever asked finds that its connection is gone, and with it what it was doing.
        with lock:
            state["asked"] += 1
            if state["asked"] in moments:
                state["crashes"] += 1
                host.crash()
                host.start()

    ex.before = crash
    program.daybook(*words, timeout=900).ok()
    ex.before = lambda number, path, query: None
    tap.equal(state["crashes"], CRASHES, "crashes of the server")
    book = session.Session(host.url("crashed_server", "trader"))
    tap.equal(book.value(DIGEST), expected, "digest of candles and trades")
    tap.equal(book.value("select count(*)::int as n from market.superseded"), 0, "rows that came twice with other values")


tap.main()
