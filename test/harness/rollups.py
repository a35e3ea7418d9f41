"""Histories of minutes, loaded batch by batch as a loader would, and what is rolled up of them."""

import random
import signal

from . import program, server, session, tap

START = "2020-01-01 00:00:00+00"


class Minutes:
    """A database with a few instruments. A minute is a number from START, its candle is made of one whole number."""

    def __init__(self, host, name, symbols=("ONE", "TWO")):
        self.host, self.name, self.symbols = host, name, symbols
        self.url = host.installed(name, "market")
        self.one = session.Session(self.url)
        self.batches = 0
        self.one.run("select ref.fn_register_currency('QQ', 'Quote of the test', 'crypto'), ref.fn_register_venue('made', 'Made up')")
        self.ids = {}
        for symbol in symbols:
            self.one.run(f"select ref.fn_register_currency('{symbol}', 'Base of the test', 'crypto')")
            self.ids[symbol] = self.one.value(
                f"select instrument_id from ref.fn_register_instrument(util.uuid_v7(), 'made', '{symbol}QQ', 'spot', '{symbol}', 'QQ')")

    def load(self, symbol, candles):
        """One batch of {minute: number}; a number that is another one than before corrects the minute."""
        batch = self.one.value("select util.uuid_v7() as id")
        at = f"timestamptz '{START}' + make_interval(mins => %s)"
        self.one.run("begin")
        target = self.one.value(
            f"select target from market.fn_open_batch('{batch}', 'made', 'klines', '{self.ids[symbol]}', 60, 'made', sha256('{batch}'), 1, "
            f"{at % min(candles)}, {at % max(candles)}, true)")
        staged = target != "market.klines"
        minutes = sorted(candles)
        self.one.run(
            f"insert into {target} select '{self.ids[symbol]}', 60, {at % 'c.m'}, c.n, c.n + 1, c.n - 1, c.n + 0.5, c.n / 7.0, "
            f"case when c.n % 50 <> 0 then c.n / 3.0 end, c.n, c.n / 11.0, null, '{batch}'{', c.line' if staged else ''} "
            f"from unnest('{{{','.join(map(str, minutes))}}}'::integer[], '{{{','.join(str(candles[m]) for m in minutes)}}}'::integer[]) "
            "with ordinality as c (m, n, line)")
        self.one.run(f"select market.fn_close_batch('{batch}', {len(minutes)}, null, null, null, null)")
        self.one.run("commit")
        self.batches += 1

    def some(self, rng, span, known=()):
        """A batch such as they come: a run of minutes with holes, minutes here and there, corrections."""
        kind = rng.randrange(4)
        if kind == 0:
            first = rng.randrange(span)
            chosen = [m for m in range(first, min(first + rng.randrange(1, 3000), span)) if rng.randrange(10)]
        elif kind == 1 and known:
            chosen = rng.sample(sorted(known), min(len(known), rng.randrange(1, 50)))
        else:
            chosen = [rng.randrange(span) for _ in range(rng.randrange(1, 200))]
        return {minute: rng.randrange(2, 1000) for minute in chosen or [0]}

    def roll_up(self):
        """Until nothing is left; how many buckets were written."""
        written = 0
        while (answer := self.one.row("select outcome, written from market.fn_roll_up()"))["outcome"] == "created":
            written += answer["written"]
        return written

    def digest(self, where="true"):
        """Of every bit of every bucket: text of doubles says them exactly."""
        return self.one.value(f"select md5(string_agg(r::text, ' ' order by instrument_id, interval_s, open_time)) from market.klines_rollup as r where {where}")

    def wrong(self):
        """Buckets that are not what the minutes say, those left out that wait to be rolled up."""
        return self.one.value("select coalesce(sum(v.missing + v.extra + v.different), 0) from market.symbols as i "
                              "cross join lateral market.fn_verify_rollups(i.instrument_id) as v")

    def marks(self):
        return self.one.value("select count(*) from market.rollup_dirty")

    def made_anew(self):
        """The digest of everything after nothing was left of it."""
        self.one.run("delete from market.klines_rollup")
        self.one.run("select market.fn_rebuild_rollups(instrument_id) from market.symbols")
        self.roll_up()
        return self.digest()


class Kills:
    """Roll-ups that are killed, now and then with the whole server, while batches come."""

    def __init__(self, seed, span=90 * 1440):
        self.rng = random.Random(seed)
        self.host = server.Server()
        self.minutes = Minutes(self.host, "killed")
        self.span = span
        self.early = 0

    def _start(self):
        return program.start(["market", "rollup", "--url", self.minutes.url, "--quiet"])

    def _gone(self):
        """A killed client's statement may still be on its way to commit."""
        at_work = "select count(*) from pg_stat_activity where application_name = 'daybook market rollup'"
        tap.wait_until(lambda: self.host.sql(at_work) == "0", "the killed roll-up is over")

    def round(self, with_server):
        for symbol in self.minutes.symbols:
            self.minutes.load(symbol, self.minutes.some(self.rng, self.span))
        client = self._start()
        # Some are over before; most are not, and where they are cut is anybody's guess.
        for _ in range(self.rng.randrange(40)):
            if client.poll() is not None:
                break
            self.minutes.marks()
        self.early += client.poll() is None
        if with_server:
            self.host.crash()
        client.send_signal(signal.SIGKILL)
        client.wait()
        if with_server:
            self.host.start()
            self.minutes.one = session.Session(self.minutes.url)
        self._gone()
        tap.equal(self.minutes.wrong(), 0, "buckets that are wrong and not marked")

    def run(self, clients, servers):
        for _ in range(8):
            for symbol in self.minutes.symbols:
                self.minutes.load(symbol, self.minutes.some(self.rng, self.span))
        kinds = [True] * servers + [False] * clients
        self.rng.shuffle(kinds)
        for with_server in kinds:
            self.round(with_server)
        # Where one is slow, most are over before they are killed; what that proves takes some that are not.
        for _ in range(10 * len(kinds)):
            if self.early > len(kinds) // 4:
                break
            self.round(False)
        program.daybook("market", "rollup", "--url", self.minutes.url).ok()
        tap.equal((self.minutes.wrong(), self.minutes.marks()), (0, 0), "after an undisturbed run: wrong buckets, marks")
        digest = self.minutes.digest()
        tap.equal(digest, self.minutes.made_anew(), "digest of what was killed all the time, and of all of it made anew")
        tap.check(self.early > len(kinds) // 4, f"only {self.early} of {clients + servers} were killed at work")
