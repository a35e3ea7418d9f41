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


MADE = [("klines", "--interval", "1m", "--symbol", "BTCUSDT", "--since", START), ("agg_trades", "--symbol", "BTCUSDT", "--since", START)]


def polled(name, ex, series=MADE, page_rows=PAGE_ROWS):
    url = host.installed(name, modules="market")
    for words in series:
        program.daybook("market", "poll", "binance", *words, "--url", url).ok()
    words = ["poll", "--once", "--url", url, "--venue", "binance", "--venue-url", f"binance={ex.url}", "--page-rows", str(page_rows)]
    return session.Session(url), words


class Killer:
    """Kills the running poller while it asks, or a little after it was answered."""

    def __init__(self, ex, seed, pages_between=2):
        self.dice, self.kills, self.due, self.process = random.Random(seed), 0, 0, None
        self.pages_between = pages_between
        self.lock = threading.Lock()
        ex.before = self.before

    def before(self, number, path, query):
        with self.lock:
            if self.kills == KILLS or number < self.due or self.process is None:
                return
            self.kills += 1
            self.due = number + self.dice.randrange(1, self.pages_between + 1)
            pause, process = self.dice.choice([0, 0, 0.001, 0.003, 0.01, 0.03]), self.process
        threading.Timer(pause, process.kill).start() if pause else process.kill()

    def run(self, words):
        """Starts the poller again until it has ended by itself."""
        while True:
            with self.lock:
                self.process = process = program.start(words)
            process.communicate(timeout=600)
            if process.returncode == 0:
                return
            tap.equal(process.returncode, -signal.SIGKILL, "how the poller ended")


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
    killer.run(words)
    print(f"# figure: {killer.kills} kills")
    tap.equal(killer.kills, KILLS, "kills: too little was left to poll")
    tap.equal(book.value(DIGEST), expected, "digest of candles and trades")
    tap.equal(book.value("select count(*)::int as n from market.superseded"), 0, "rows that came twice with other values")


@tap.test(f"recorded: a quiet month and a busy one, 732 pages of which 205 are empty, are complete after {KILLS} kills, and no row came twice")
def _():
    months = {symbol: exchange.recorded_pages(tap.test_data("bitfinex_1m", "rest_pages", f"{symbol}_{month}_raw_json_pages.tar.gz"))
              for symbol, month in (("LTCUSD", "2013-06"), ("BTCUSD", "2017-12"))}
    tap.equal([(len(pages), sum(not rows for rows in pages.values())) for pages in months.values()], [(360, 205), (372, 0)], "pages, and empty ones")
    expected = {symbol: sum(map(len, pages.values())) for symbol, pages in months.items()}
    # Each venue's clock stands at the end of its month.
    for symbol, pages in months.items():
        ex = Exchange(max(pages) + 2 * HOUR_MS + 500, {(symbol, "1m"): [exchange.as_binance(row) for at in sorted(pages) for row in pages[at]]})
        series = [("klines", "--interval", "1m", "--symbol", symbol, "--since", {"LTCUSD": "2013-06-01", "BTCUSD": "2017-12-01"}[symbol])]
        calm, words = polled(f"calm_{symbol.lower()}", ex, series, 120)
        program.daybook(*words, timeout=900).ok()
        book, words = polled(f"killed_{symbol.lower()}", ex, series, 120)
        killer = Killer(ex, 23, 3)
        before = KILLS // 2
        ex.before = lambda number, path, query, killer=killer: killer.kills < before and killer.before(number, path, query)
        killer.run(words)
        tap.equal(killer.kills, before, f"kills while {symbol} was polled")
        tap.equal(book.value(DIGEST), calm.value(DIGEST), f"digest of {symbol}")
        tap.equal(book.row("select sum(inserted)::int as inserted, sum(duplicate)::int as duplicate, sum(superseded)::int as superseded from ingest.batches"),
                  {"inserted": expected[symbol], "duplicate": 0, "superseded": 0}, f"rows of {symbol}")


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
