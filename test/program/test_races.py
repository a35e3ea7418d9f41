"""What only several sessions at once can show: one identity is one fact, and nothing is lost, doubled or out of order."""

import random
import threading
import uuid

from harness import book, program, server, session, tap
from harness.session import Gate, Raw, Refused, as_rows, call, literal
from harness.trading import T1, fill, fills, opening, order

CALLERS = 50
ROLE_PAIR = ("manager_one", "manager_two")

host = server.Server(["deadlock_timeout = 200ms"])
url = host.installed("race")
pooler = server.PgBouncer(host, [f"default_pool_size = {CALLERS}", "ignore_startup_parameters = options"])
keeper, one = session.Session(url), session.Session(url)
# Every other one comes through PgBouncer in transaction mode, so each race is between both kinds.
crowd = [session.Session(pooler.url("race") if n % 2 else url) for n in range(CALLERS)]
gate = Gate(keeper)


def new():
    return uuid.uuid4()


def world():
    for code in ("USD", "BTC"):
        one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
    one.row(call("ref.fn_register_venue", code="race", name="Race"))


def instrument(symbol=None):
    made = new()
    one.row(call("ref.fn_register_instrument", instrument_id=made, venue="race", symbol=symbol or f"S{made.hex[:12]}", kind="perp",
                 base="BTC", quote="USD"))
    return made


def account():
    made = new()
    one.row(opening(made, "race"))
    return made


def outcomes(answers):
    """How often each outcome or error came; of a batch the outcome of its first fill."""
    counts = {}
    for answer in answers:
        word = answer.sqlstate if isinstance(answer, Refused) else "lost" if isinstance(answer, session.Lost) else answer[0]["outcome"]
        counts[word] = counts.get(word, 0) + 1
    return counts


def together(queries, sessions=None):
    return gate.race([(each, as_rows(query)) for each, query in zip(sessions or crowd, queries)])


def in_threads(workers):
    """Runs them all, and raises what one of them raised."""
    problems = []

    def guarded(work):
        try:
            work()
        except BaseException as problem:  # handed to the test, in whose thread it can fail
            problems.append(problem)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def load(each, batch_id, series, times, digit):
    """Loads candles as a loader does: open, write to the target named, close, in one transaction. Returns the answer."""
    each.run("begin")
    try:
        opened = each.row(loading(batch_id, series, digit, times[0], times[-1]))
        if opened["outcome"] == "created":
            staged = opened["target"] != "market.klines"
            candles = ", ".join(f"('{series}', 60, '{time}', 1, 2, 1, 2, 5, '{batch_id}'{f', {n}' if staged else ''})"
                                for n, time in enumerate(times, 1))
            each.run(f"insert into {opened['target']} (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id"
                     f"{', line' if staged else ''}) values {candles}")
            each.row(call("market.fn_close_batch", batch_id=batch_id, rows_in=len(times), reject_lines=None,
                          reject_offsets=None, reject_reasons=None, reject_raw=None))
    except Refused:
        each.run("rollback")
        raise
    each.run("commit")
    return opened


def loading(batch_id, series, digit, first, last):
    return call("market.fn_open_batch", batch_id=batch_id, source="race", stream="klines", instrument_id=series, interval_s=60, file_name="a.csv",
                sha256=Raw(f"decode(lpad('{digit}', 64, '0'), 'hex')"), size_bytes=1, first=first, last=last, ordered=True)


def refusal(batch_id, digit, reason="no candles"):
    return call("market.fn_refuse_batch", batch_id=batch_id, source="race", stream="klines", instrument_id=None, interval_s=None,
                file_name="b.csv",
                sha256=Raw(f"decode(lpad('{digit}', 64, '0'), 'hex')"), size_bytes=1, reason=reason)


def state_of(holder, snapshot_id):
    return call("trading.fn_save_state", account_id=holder, snapshot_id=snapshot_id, name="n", as_of=T1, state={"a": 1})


def cases():
    """For each function one call with an identity of its own, what it needs being there."""
    holder, traded, known, to_ack = account(), instrument(), new(), new()
    for each in (known, to_ack):
        one.row(order(holder, each, traded))
    one.row(fill(holder, new(), known, traded))
    to_close, to_finish = new(), new()
    opened = dict(program="p", version="1", host="h", pid=1)
    one.row(call("ops.fn_open_session", session_id=to_close, **opened))
    run = dict(kind="paper", strategy="s", code_revision=None, params={})
    one.row(call("trading.fn_start_run", account_id=holder, run_id=to_finish, **run))
    one.row(call("settings.fn_set", change_id=new(), key=f"back.k{to_close.hex}", value={}, reason="r"))
    code, digits = new().hex[:8].upper(), new().hex
    natural = dict(venue="race", symbol=f"N{code}", kind="perp", base="BTC", quote="USD")
    event = dict(account_id=holder, order_id=to_ack, event_id=new(), exchange_order_id="X", occurred_at=T1)
    to_bust, to_correct = new(), new()
    for each in (to_bust, to_correct):
        one.row(fill(holder, each, known, traded))
    identity = dict(order=new(), fill=new(), orphan=new(), orphan_order=new(), account=new(), change=new(), roll=new(), run=new(),
                    session=new(), point=new(), snapshot=new(), first=new(), second=new(), refused=new())
    batch = [(identity["first"], known, traded, "buy", 1, 100), (identity["second"], known, traded, "buy", 2, 100)]
    return [
        ("trading.fn_submit_order", order(holder, identity["order"], traded)),
        ("trading.fn_record_fill", fill(holder, identity["fill"], known, traded)),
        ("trading.fn_record_fill of an orphan in a new position",
         fill(holder, identity["orphan"], identity["orphan_order"], instrument())),
        ("trading.fn_record_fills", fills(holder, batch)),
        ("trading.fn_bust_fill", call("trading.fn_bust_fill", account_id=holder, event_id=new(), fill_id=to_bust)),
        ("trading.fn_correct_fill", call("trading.fn_correct_fill", account_id=holder, event_id=new(), fill_id=to_correct, qty=2)),
        ("waiting: trading.fn_bust_fill", call("trading.fn_bust_fill", account_id=holder, event_id=new(), fill_id=new())),
        ("trading.fn_record_order_event", call("trading.fn_acknowledge_order", **event)),
        ("trading.fn_open_account", opening(identity["account"], "race")),
        ("trading.fn_start_run", call("trading.fn_start_run", account_id=holder, run_id=identity["run"], **run)),
        ("trading.fn_finish_run", call("trading.fn_finish_run", account_id=holder, run_id=to_finish, status="finished")),
        ("trading.fn_record_equity", call("trading.fn_record_equity", account_id=holder, point_id=identity["point"], as_of=T1,
                                          instrument_ids=[traded], prices=[100])),
        ("trading.fn_save_state", state_of(holder, identity["snapshot"])),
        ("trading.fn_record_decision", call("trading.fn_record_decision", account_id=holder, entry_id=new(), kind="error", content={},
                                            occurred_at=T1)),
        ("trading.fn_record_performance", call("trading.fn_record_performance", account_id=holder, snapshot_id=new(), since="2024-01-01Z",
                                               as_of=T1)),
        ("market.fn_record_funding", call("market.fn_record_funding", instrument_id=instrument(), snapshot_at=T1, rate=0, mark_price=1,
                                          index_price=1)),
        ("ref.fn_register_instrument", call("ref.fn_register_instrument", instrument_id=Raw("gen_random_uuid()"), **natural)),
        ("ref.fn_register_currency", call("ref.fn_register_currency", code=code, name="n", kind="other")),
        ("ref.fn_register_venue", call("ref.fn_register_venue", code=code.lower(), name="n")),
        ("settings.fn_set", call("settings.fn_set", change_id=identity["change"], key=f"k{code.lower()}", value={}, reason="r")),
        ("settings.fn_rollback", call("settings.fn_rollback", change_id=identity["roll"], key=f"back.k{to_close.hex}", to_version=1,
                                      reason="r")),
        ("settings.fn_set_coin", call("settings.fn_set_coin", symbol=code, base="B", quote="Q", enabled=True)),
        ("settings.fn_grant_account", call("settings.fn_grant_account", account_id=holder, role_name="postgres", rights=["read"])),
        ("ops.fn_open_session", call("ops.fn_open_session", session_id=identity["session"], **opened)),
        ("ops.fn_close_session", call("ops.fn_close_session", session_id=to_close, reason="r")),
        ("market.fn_refuse_batch", refusal(identity["refused"], digits)),
    ]


world()


@tap.test(f"{CALLERS} callers of one identity: one is created, all others are replayed with the same answer")
def _():
    for name, query in cases():
        before = one.value("select count(*) from bus.domain_events")
        answers = together([query] * CALLERS)
        tap.equal(outcomes(answers), {"created": 1, "replayed": CALLERS - 1}, name)
        tap.equal(len({str([{**row, "outcome": None} for row in answer]) for answer in answers}), 1, f"different answers of {name}")
        made = one.value("select count(*) from bus.domain_events") - before
        # An account comes with its grant, an orphan with its order, a batch with one event for each fill.
        tap.equal(made, 2 if name.endswith(("open_account", "new position", "fn_record_fills")) else 1, f"events of {name}")
    book.check(one)


@tap.test("callers of one identity with two contents: the first to come is created, the other content is a conflict")
def _():
    holder, traded, known = account(), instrument(), new()
    one.row(order(holder, known, traded))
    order_id, fill_id, change, key, event_id, batch_id = new(), new(), new(), new(), new(), new()
    pairs = [
        ("trading.fn_submit_order", order(holder, order_id, traded), order(holder, order_id, traded, qty=2), "qty"),
        ("trading.fn_submit_order by its key", *[order(holder, Raw("gen_random_uuid()"), traded, qty=qty, idempotency_key=str(key))
                                                 for qty in (1, 2)], "qty"),
        ("trading.fn_record_fill", fill(holder, fill_id, known, traded), fill(holder, fill_id, known, traded, qty=2), "qty"),
        ("trading.fn_record_fill by its trade number", *[fill(holder, Raw("gen_random_uuid()"), known, traded, qty=qty, venue_trade_id="V1")
                                                         for qty in (1, 2)], "qty"),
        ("trading.fn_record_order_event", *[call("trading.fn_acknowledge_order", account_id=holder, order_id=known, event_id=event_id,
                                                 exchange_order_id=number, occurred_at=T1) for number in ("X1", "X2")],
         "exchange_order_id"),
        ("settings.fn_set of two keys", *[call("settings.fn_set", change_id=change, key=name, value={}, reason="r")
                                          for name in ("race.one", "race.two")], "key"),
        ("market.fn_refuse_batch of two files", refusal(batch_id, "1a"), refusal(batch_id, "1b"), "sha256"),
    ]
    for name, left, right, field in pairs:
        answers = together([left, right] * 12)
        found = outcomes(answers)
        tap.equal((found.get("created"), found.get("replayed"), found.get("conflict")), (1, 11, 12), f"{name}: {found} {answers[:2]}")
        sides = [outcomes(answers[0::2]), outcomes(answers[1::2])]
        tap.check({"conflict": 12} in sides, f"{name}: conflicts are not all of one content: {sides}")
        tap.equal({answer[0]["conflict_field"] for answer in answers}, {None, field}, f"conflict field of {name}")
    tap.equal(one.value("select count(*) from settings.app_settings where key in ('race.one', 'race.two')"), 1, "settings that were made")
    book.check(one)


@tap.test("when the first caller rolls back, one of those who waited for it creates")
def _():
    for name, query in cases():
        leader, waiting = crowd[0], crowd[1:7]
        leader.run("begin")
        leader.run(query)
        for each in waiting:
            each.send(as_rows(query))
        tap.wait_until(lambda: one.value("select count(*) from pg_catalog.pg_locks where not granted") == len(waiting),
                       f"callers of {name} wait")
        leader.run("rollback")
        answers = [session.outcome(each) for each in waiting]
        tap.equal(outcomes(answers), {"created": 1, "replayed": len(waiting) - 1}, f"{name}: {answers}")
    book.check(one)


@tap.test("under repeatable read a lost race is a serialization failure, and its repetition is replayed")
def _():
    for name, query in cases():
        if name.startswith(("market.", "waiting:")):
            continue
        loser, winner = crowd[0], crowd[1]
        loser.run("begin isolation level repeatable read; select 1")
        tap.equal(winner.rows(query)[0]["outcome"], "created", name)
        loser.send(as_rows(query))
        tap.equal(outcomes([session.outcome(loser)]), {"40001": 1}, name)
        loser.run("rollback")
        tap.equal(loser.rows(query)[0]["outcome"], "replayed", f"{name} again")

    holder, traded, orders = account(), instrument(), [new(), new()]
    for each in orders:
        one.row(order(holder, each, traded))
    key = f"k{new().hex}"
    pairs = [("two fills of one new position", *[fill(holder, new(), each, traded) for each in orders]),
             ("two fills of one order", *[fill(holder, new(), orders[0], traded) for _ in range(2)]),
             ("a fill and a cancel", fill(holder, new(), orders[0], traded),
              call("trading.fn_cancel_order", account_id=holder, order_id=orders[0], event_id=new(), reason=None, occurred_at=T1)),
             ("two changes of a setting", *[call("settings.fn_set", change_id=new(), key=key, value={"n": n}, reason="r") for n in (1, 2)]),
             ("two states of one name", *[state_of(holder, new()) for _ in range(2)])]
    for name, first, second in pairs:
        loser, winner = crowd[0], crowd[1]
        loser.run("begin isolation level repeatable read; select 1")
        tap.equal(winner.rows(first)[0]["outcome"], "created", name)
        loser.send(as_rows(second))
        tap.equal(outcomes([session.outcome(loser)]), {"40001": 1}, name)
        loser.run("rollback")
        tap.equal(loser.rows(second)[0]["outcome"], "created", f"{name} again")
    book.check(one)


@tap.test("many fills of a position that does not exist yet: all are created, the position is one")
def _():
    for known in (True, False):
        holder, traded, orders = account(), instrument(), [new() for _ in range(3)]
        for each in orders if known else ():
            one.row(order(holder, each, traded))
        answers = together([fill(holder, new(), orders[n % 3], traded) for n in range(24)])
        tap.equal(outcomes(answers), {"created": 24}, f"orders known: {known}")
        tap.equal(len({answer[0]["position_id"] for answer in answers}), 1, "positions")
        tap.equal(sorted(answer[0]["position_qty"] for answer in answers), list(range(1, 25)), "quantities answered")
    book.check(one)


@tap.test("who holds a position, by a fill or by a batch, can fill it again while others wait for it, and they come after both")
def _():
    for by_batch in (False, True):
        holder, traded, order_id = account(), instrument(), new()
        one.row(order(holder, order_id, traded))
        one.row(fill(holder, new(), order_id, traded))
        first, *waiting = crowd[:18:2]
        first.run("begin")
        first.row(fills(holder, [(new(), order_id, traded, "buy", 1, 100)]) if by_batch else fill(holder, new(), order_id, traded))
        for each in waiting:
            each.send(as_rows(fill(holder, new(), order_id, traded)))
        tap.wait_until(lambda: one.value("select count(*) from pg_catalog.pg_locks where not granted") == len(waiting), "all others wait")
        tap.equal(first.row(fill(holder, new(), order_id, traded))["position_qty"], 3, "the holder's second fill")
        first.run("commit")
        answers = [session.outcome(each) for each in waiting]
        tap.equal(outcomes(answers), {"created": len(waiting)}, "answers")
        tap.equal(sorted(answer[0]["position_qty"] for answer in answers), list(range(4, 4 + len(waiting))), "quantities answered")
    book.check(one)


@tap.test("an order and its fills come at once: the order is in the book once, whoever is first")
def _():
    for _ in range(5):
        holder, traded, order_id = account(), instrument(), new()
        answers = together([order(holder, order_id, traded)] * 6 + [fill(holder, new(), order_id, traded) for _ in range(6)])
        tap.equal((outcomes(answers[:6]), outcomes(answers[6:])), ({"created": 1, "replayed": 5}, {"created": 6}), "answers")
        row = one.row(f"select origin, cum_qty, qty from trading.orders where order_id = '{order_id}'")
        tap.check(row["origin"] in ("local", "claimed") and (row["cum_qty"], row["qty"]) == (6, 1000), f"the order: {row}")
    book.check(one)


def trade_at_random(each, seed, holder, orders, failures):
    """Single fills, batches, repetitions of both, and order events over a few orders and positions."""
    pick, sent, recorded = random.Random(seed), [], []
    for _ in range(40):
        order_id, traded, side = pick.choice(orders)
        what = pick.random()
        if what < 0.55:
            recorded.append(new())
            query = fill(holder, recorded[-1], order_id, traded, side, qty=Raw(f"{pick.randint(1, 5000)}e-3"), price=Raw(f"{pick.randint(1, 10**6)}e-4"))
        elif what < 0.75:
            query = fills(holder, [(new(), *pick.choice(orders), pick.randint(1, 9), pick.randint(90, 110)) for _ in range(5)])
        elif what < 0.85 and sent:
            query = pick.choice(sent)
        elif what < 0.92 and recorded:
            query = call("trading.fn_correct_fill", account_id=holder, event_id=new(), fill_id=recorded.pop(), qty=pick.randint(1, 9), price=99)
        elif what < 0.95 and recorded:
            query = call("trading.fn_bust_fill", account_id=holder, event_id=new(), fill_id=recorded.pop())
        else:
            event = pick.choice(["acknowledge", "cancel_request", "cancel_reject", "outcome_unknown", "replace_request", "replace",
                                 "replace_reject"])
            query = call("trading.fn_record_order_event", account_id=holder, order_id=pick.choice(orders[:6])[0], event_id=new(),
                         event=event, exchange_order_id=None, reason=None, occurred_at=T1,
                         qty=pick.randint(1, 9999) if event in ("replace_request", "replace") else None)
        try:
            answer = each.rows(query)
        except Refused as refused:
            failures.append(str(refused))
            continue
        expected = {"replayed", "refused"} if query in sent else {"created", "refused"}
        if any(row["outcome"] not in expected for row in answer):
            failures.append(f"{answer} to {query}")
        sent.append(query)


@tap.test("many clients over few orders and positions: the book equals the fold of its fills, versions have no gaps")
def _():
    holder, traded, orders = account(), [instrument() for _ in range(3)], []
    for n in range(8):
        orders.append((new(), traded[n % 3], ("buy", "sell")[n % 2]))
        if n < 6:
            one.row(order(holder, *orders[-1]))
    failures = []
    in_threads([lambda n=n: trade_at_random(crowd[n], n, holder, orders, failures) for n in range(12)])
    tap.equal([failure[:500] for failure in failures[:3]], [], "what no client should be answered")
    tap.check(book.check(one) > 300, "there are many fills")


@tap.test("batches over the same orders and positions in opposite order: nobody deadlocks")
def _():
    for known in (True, False, True):
        holder, traded = account(), [instrument() for _ in range(6)]
        orders = [(new(), traded[n % 6], ("buy", "sell")[n % 2]) for n in range(12)]
        for each in orders if known else ():
            one.row(order(holder, *each))
        queries = []
        for n in range(8):
            chosen = orders if n % 2 == 0 else orders[::-1]
            queries.append(fills(holder, [(new(), *each, 1, 100) for each in chosen * 20]))
        tap.equal(outcomes(together(queries)), {"created": 8}, f"orders known: {known}")
    book.check(one)


@tap.test("fills sent again under each other's orders, singly and in batches: conflicts, and nobody deadlocks")
def _():
    for _ in range(3):
        holder = account()
        pairs = [(new(), new(), instrument()) for _ in range(4)]
        for fill_id, order_id, traded in pairs:
            one.row(order(holder, order_id, traded))
            one.row(fill(holder, fill_id, order_id, traded))
        crossed = [(fill_id, *pairs[(n + shift) % 4][1:]) for n, (fill_id, _, _) in enumerate(pairs) for shift in (1, 2, 3)]
        singles = [fill(holder, *each) for each in crossed * 2]
        batches = [fills(holder, [(*each, "buy", 1, 100) for each in chosen]) for chosen in (crossed, crossed[::-1]) * 4]
        tap.equal(outcomes(together(singles + batches)), {"conflict": len(singles) + len(batches)}, "answers")

        fresh = [new() for _ in range(40)]
        queries = [fills(holder, [(each, *pairs[n][1:], "buy", 1, 100) for each in (fresh if n % 2 else fresh[::-1])]) for n in range(4)]
        answers = outcomes(together(queries))
        tap.equal((answers.pop("created"), set(answers) - {"conflict", "40001"}), (1, set()), f"new fills in batches that cross: {answers}")
    book.check(one)


def moments(month, days):
    return [f"2020-{month:02}-{day:02} 00:00:00+00" for day in days]


@tap.test("loaders of one file at once: one loads it, the others are told so")
def _():
    for n, target in enumerate(("market.klines", "pg_temp.market_stage")):
        series, times, found = instrument(), moments(1 + n, range(1, 25)), []
        if n:
            load(one, new(), series, times[:1], "aa")
        in_threads([lambda each=each: found.append(load(each, new(), series, times, "ab")) for each in crowd[:8]])
        tap.equal(outcomes([[row] for row in found]), {"created": 1, "replayed": 7}, target)
        tap.equal(one.value(f"select count(*) from market.klines where instrument_id = '{series}'"), 24, "candles")


@tap.test("loaders of adjacent files that need the same new months: all load, no candle is lost")
def _():
    for round_number in range(3):
        series = [instrument(), instrument()]
        months = [4 + round_number * 2, 5 + round_number * 2]
        files = []
        for each in series:
            files += [(each, moments(months[0], range(1, 10)), "b1"), (each, moments(months[0], range(10, 20)), "b2"),
                      (each, moments(months[0], range(20, 28)) + moments(months[1], range(1, 9)), "b3"),
                      (each, moments(months[1], range(9, 15)), "b4")]
        found = []
        in_threads([lambda n=n, item=item: found.append(load(crowd[n], new(), *item)) for n, item in enumerate(files)])
        tap.equal(outcomes([[row] for row in found]), {"created": len(files)}, f"round {round_number}")
        for each in series:
            tap.equal(one.value(f"select count(*) from market.klines where instrument_id = '{each}'"), 27 + 14, "candles")


@tap.test("one batch id for two series at once is a conflict for the second")
def _():
    batch_id, series = new(), [instrument(), instrument()]
    found = []
    in_threads([lambda n=n, each=each: found.append(load(crowd[n], batch_id, each, moments(11, range(1, 5)), "c1"))
                for n, each in enumerate(series * 2)])
    tap.equal(outcomes([[row] for row in found]), {"created": 1, "replayed": 1, "conflict": 2}, "answers")
    tap.equal({row["conflict_field"] for row in found}, {None, "instrument_id"}, "conflict field")

    refused_id = new()
    crowd[0].run("begin")
    crowd[0].run(refusal(refused_id, "d1"))
    crowd[1].send(as_rows(loading(refused_id, series[0], "d2", T1, T1)))
    tap.wait_until(lambda: one.value("select count(*) from pg_catalog.pg_locks where not granted") == 1, "the loader waits")
    crowd[0].run("commit")
    tap.equal(outcomes([session.outcome(crowd[1])]), {"conflict": 1}, "loading under the id of a refused file")


@tap.test("fills and their busts at once, singly and in batches: none misses the other, whoever is first")
def _():
    for known in (True, False, True):
        holder, traded, order_id, ids = account(), instrument(), new(), [new() for _ in range(24)]
        if known:
            one.row(order(holder, order_id, traded))
        busts = [call("trading.fn_bust_fill", account_id=holder, event_id=new(), fill_id=each) for each in ids]
        singles = [fill(holder, each, order_id, traded) for each in ids[:12]]
        batches = [fills(holder, [(each, order_id, traded, "buy", 1, 100) for each in part]) for part in (ids[12:18], ids[18:])]
        queries = [query for pair in zip(busts, singles) for query in pair] + busts[12:] + batches
        answers = together(queries)
        tap.equal(outcomes(answers), {"created": len(queries)}, f"order known: {known}")
        waited = [answer[0]["waiting"] for answer in answers if "waiting" in answer[0]]
        tap.equal((one.value(f"select cum_qty from trading.orders where order_id = '{order_id}'"),
                   one.value(f"select signed_qty from trading.positions where account_id = '{holder}'")), (0, 0),
                  f"what is left when all are busted, {waited.count(True)} of {len(waited)} before their fills")
    book.check(one)


@tap.test("a fill that is recorded from a snapshot older than its bust is a serialization failure, and its repetition is busted")
def _():
    holder, traded, order_id, fill_id = account(), instrument(), new(), new()
    one.row(order(holder, order_id, traded))
    for query in (fill(holder, fill_id, order_id, traded), fills(holder, [(fill_id, order_id, traded, "buy", 1, 100)])):
        crowd[0].run("begin isolation level repeatable read; select 1")
        crowd[1].row(call("trading.fn_bust_fill", account_id=holder, event_id=new(), fill_id=new()))
        crowd[0].send(as_rows(query))
        tap.equal(outcomes([session.outcome(crowd[0])]), {"40001": 1}, query)
        crowd[0].run("rollback")
    crowd[0].row(call("trading.fn_bust_fill", account_id=holder, event_id=new(), fill_id=fill_id))
    tap.equal(crowd[0].row(query)["flags"], ["busted"], "flags of the fill")
    book.check(one)


@tap.test("batches are registered under read committed only, since they decide by what they find after waiting; so are busts of unknown fills")
def _():
    bust = call("trading.fn_bust_fill", account_id=account(), event_id=new(), fill_id=new())
    for query in (loading(new(), instrument(), "e1", T1, T1), refusal(new(), "e2"), bust):
        crowd[0].run("begin isolation level repeatable read")
        crowd[0].send(as_rows(query))
        tap.equal(outcomes([session.outcome(crowd[0])]), {"TB004": 1}, query)
        crowd[0].run("rollback")


@tap.test("two managers who remove each other, or themselves, at once: one stays")
def _():
    for name in ROLE_PAIR:
        host.sql(f"create role {name} login; grant usage on schema settings to {name}; "
                 f"grant execute on function settings.fn_grant_account to {name}", "race")
    pair = [session.Session(host.url("race", name)) for name in ROLE_PAIR]
    for target in (ROLE_PAIR[::-1], ROLE_PAIR):
        for _ in range(6):
            holder = account()
            for name, rights in ((ROLE_PAIR[0], ["manage"]), (ROLE_PAIR[1], ["manage"]), ("trader", Raw("'{}'"))):
                one.row(call("settings.fn_grant_account", account_id=holder, role_name=name, rights=rights))
            answers = together([call("settings.fn_grant_account", account_id=holder, role_name=name, rights=Raw("'{}'"))
                                for name in target], pair)
            lost = "42501" if target != ROLE_PAIR else "refused"
            tap.equal(outcomes(answers), {"created": 1, lost: 1}, f"{target}: {answers}")
            tap.equal(one.value(f"select count(*) from settings.account_grants where account_id = {literal(holder)} "
                                "and 'manage' = any (rights)"), 1, "managers left")


LOGS = ("bus.domain_events", "bus.event_seq", "bus.webhook_history")


@tap.test("partitions of the log are made by two at once while a writer is open, who waits for nobody")
def _():
    writer = crowd[2]
    writer.run("begin")
    writer.row(call("settings.fn_set", change_id=new(), key="race.writer", value={}, reason="r"))
    there = [one.value(f"select count(*) from pg_catalog.pg_inherits where inhparent = '{log}'::regclass") for log in LOGS]
    answers = gate.race([(each, "set lock_timeout = '30s'; " + as_rows("select bus.fn_ensure_event_partitions(40) as outcome"))
                         for each in crowd[:2]])
    tap.equal(sorted(answer[0]["outcome"] for answer in answers), [0, len(LOGS) * 41 - sum(there)], f"made beside {there}")
    writer.row(call("settings.fn_set", change_id=new(), key="race.writer", value={"n": 2}, reason="r"))
    writer.run("commit")
    tap.equal(one.value("select count(*) from bus.domain_events where aggregate_id = 'race.writer'"), 2, "events of the writer")
    for log in LOGS:
        tap.equal(one.value(f"select count(*) from pg_catalog.pg_inherits where inhparent = '{log}'::regclass"), 41, f"partitions of {log}")


@tap.test("what all of them have made together is right by the rules in C too")
def _():
    done = program.daybook("book", "verify", "--url", host.url("race", "postgres"), "--format", "json").exits(0).json()
    tap.check(done["verified"][0]["fills"] > 300, str(done))


tap.main()
