"""`daybook market rollup`: higher timeframes of exactly the minutes that changed, equal to a full rebuild whatever came in whatever order."""

import random

from harness import program, rollups, server, session, tap

host = server.Server()
made = rollups.Minutes(host, "made")
DAY = 1440


def rollup(*arguments, url=made.url):
    return program.daybook("market", "rollup", "--url", url, "--format", "json", *arguments)


@tap.test("random histories of batches, late minutes and corrections: rolled up as they come, and all at once, are the same bits")
def _():
    rng = random.Random(7)
    known = {symbol: set() for symbol in made.symbols}
    for _ in range(25):
        symbol = rng.choice(made.symbols)
        candles = made.some(rng, 40 * DAY, known[symbol])
        made.load(symbol, candles)
        known[symbol] |= candles.keys()
        if rng.randrange(3) == 0:
            made.roll_up()
    made.roll_up()
    tap.equal((made.wrong(), made.marks()), (0, 0), "wrong buckets, marks")
    tap.check(made.one.value("select count(*) from market.superseded") > 100, "corrections are among them")
    digest = made.digest()
    tap.equal(digest, made.made_anew(), "digest as they came, and made anew")


@tap.test("10,000 late minutes over four years: no more than 5 buckets each, none of another instrument")
def _():
    late = rollups.Minutes(host, "late")
    span = 4 * 365 * DAY
    for symbol, end in (("ONE", span), ("TWO", 31 * DAY)):
        late.one.run("select market.fn_ensure_partitions('klines', '2020-01-01 00:00:00+00', '2024-01-01 00:00:00+00')")
        late.one.run(
            f"insert into market.klines select '{late.ids[symbol]}', 60, timestamptz '{rollups.START}' + make_interval(mins => m), m, m + 1, "
            f"m - 1, m, m / 7.0, null, null, null, null, util.uuid_v7() from generate_series(0, {end}, 30) as m")
        late.load(symbol, {end + 1: 5})
    late.one.run("select market.fn_rebuild_rollups(instrument_id) from market.symbols")
    late.roll_up()
    places = ("select md5(string_agg(r.tableoid::text || r.ctid::text || r.xmin::text, ' ' order by r.interval_s, r.open_time)) "
              f"from market.klines_rollup as r where instrument_id = '{late.ids['TWO']}'")
    before = late.one.value(places)
    minutes = random.Random(1).sample([m for m in range(span) if m % 30], 10000)
    late.load("ONE", {minute: 5 for minute in minutes})
    tap.equal(late.marks(), 1, "marks of one batch")
    written = late.roll_up()
    touched = sum(len({minute // length for minute in minutes}) for length in (5, 15, 60, 240, 1440))
    tap.equal(written, touched, "buckets written, and buckets that hold a late minute")
    tap.check(written <= 50000, written)
    tap.equal(late.one.value(places), before, "where the rows of the other instrument lie")
    tap.equal(late.one.value("select sum(missing + extra + different) from market.fn_verify_rollups("
                             f"'{late.ids['ONE']}', '2022-01-01 00:00:00+00', '2022-12-31 00:00:00+00')"), 0, "wrong buckets of a year")


@tap.test("what is marked is rolled up, once, and the command says so")
def _():
    made.load("ONE", {DAY * 50: 3, DAY * 50 + 7: 4})
    made.load("TWO", {DAY * 50: 3})
    answer = rollup().ok().json()["rolled_up"]
    tap.equal([(row["symbol"], row["to"]) for row in answer], [("ONEQQ", "2020-02-20"), ("TWOQQ", "2020-02-20")])
    tap.check(all(row["written"] >= 5 for row in answer), answer)
    tap.equal(rollup().ok().json()["rolled_up"], [], "again")


@tap.test("--verify finds one wrong bit, --rebuild mends it, and what waits is neither right nor wrong")
def _():
    tap.equal({row["different"] + row["missing"] + row["extra"] for row in rollup("--verify").ok().json()["verified"]}, {0})
    spoilt = "update market.klines_rollup set volume = volume * (1 + 3e-16::float8) where interval_s = 3600 and open_time = '2020-02-20 00:00:00+00' and volume > 0"
    made.one.run(spoilt)
    found = rollup("--verify").exits(1).json()["verified"]
    tap.equal(sum(row["different"] for row in found), 2, "one of each instrument")
    tap.equal({row["first_wrong"] for row in found if row["different"]}, {"2020-02-20T00:00:00Z"})
    rollup("--rebuild", "--symbol", "ONEQQ", "--from", "2020-02-20", "--to", "2020-02-20").ok()
    tap.equal([row["symbol"] for row in rollup("--verify").exits(1).json()["verified"] if row["different"]], ["TWOQQ"])
    tap.equal(sum(row["written"] for row in rollup("--rebuild").ok().json()["rolled_up"]), 1, "rows that --rebuild had to write")
    made.load("ONE", {DAY * 51: 3})
    waiting = rollup("--verify").exits(3).json()["verified"]
    tap.check(sum(row["pending"] for row in waiting) >= 5 and not any(row["missing"] for row in waiting), waiting)
    rollup("--verify", "--symbol", "NONE").exits(5)
    rollup("--symbol", "ONEQQ").exits(2)
    rollup().ok()


@tap.test("two roll-ups and a loader at once: nothing is lost, nothing waits for ever")
def _():
    rng = random.Random(3)
    other = session.Session(made.url)
    for _ in range(4):
        for symbol in made.symbols:
            made.load(symbol, made.some(rng, 60 * DAY))
        other.send("select market.fn_roll_up(7)")
        first, second = (program.start(["market", "rollup", "--url", made.url, "--quiet"]) for _ in range(2))
        made.load("ONE", made.some(rng, 60 * DAY))
        other.receive()
        tap.equal((first.wait(60), second.wait(60)), (0, 0), "exit statuses")
        tap.equal(made.wrong(), 0, "wrong buckets that are not marked")
    made.roll_up()
    tap.equal((made.wrong(), made.marks()), (0, 0), "wrong buckets, marks")


@tap.test("killed, client or server, the next roll-up goes on: the same bits as without")
def _():
    rollups.Kills(seed=11, span=30 * DAY).run(clients=4, servers=1)


tap.main()
