"""`daybook book reconcile`: says what differs from the venue and writes nothing, mends it once when asked to, and what it made stays right;
the same on a server and in a file."""

import csv
import io
import json
import os
import threading

from harness import file_book, program, server, session, tap, venue
from harness.session import Raw, Refused, call
from harness.story import Story, at, ident

host = server.Server()
STATE = {
    "as_of": "2024-03-01T13:00:00Z",
    "fills": [{"symbol": "BTCPERP", "venue_trade_id": "v1", "exchange_order_id": "v", "side": "buy", "qty": "0.5", "price": "110.25", "fee": "0.01",
               "fee_currency": "USD", "filled_at": "2024-03-01T12:56:00Z"}],
    "orders_queried": [{"symbol": "BTCPERP", "exchange_order_id": "v", "status": "filled"}],
    "positions": [{"symbol": "BTCPERP", "qty": "3", "avg_price": "110"}, {"symbol": "BTCINVERSE", "qty": "0"}],
    "balances": None,
}


def told(name):
    url = host.installed(name)
    Story(session.Session(url)).tell()
    return url


def reconcile(url, state, *arguments, account="story"):
    return program.daybook("book", "reconcile", "--url", url, "--account", account, "--format", "json", *arguments,
                           stdin=(state if isinstance(state, str) else json.dumps(state)).encode())


def digest(url):
    return [(row["section"], row["sha256"]) for row in program.daybook("book", "dump", "--digest", "--format", "json", "--url", url).ok().json()["digests"]]


def versions(url):
    """Every row of the book, the log and the audit log, with the transaction that wrote it."""
    one = session.Session(url)
    names = [row["name"] for row in one.rows(
        "select c.oid::regclass::text as name from pg_class as c join pg_namespace as n on n.oid = c.relnamespace "
        "where c.relkind = 'r' and n.nspname in ('trading', 'bus', 'audit') order by 1")]
    return {name: one.value(f"select coalesce(md5(string_agg(t::text || xmin, ',' order by t::text)), '') from {name} as t") for name in names}


def both(name):
    """A server's book and a copy of it in a file."""
    url = told(name)
    return url, file_book.copy(host, name, os.path.join(program.temporary_folder(), name + ".db"))


def tables_of(file):
    """Every row of the file."""
    path = file.removeprefix("sqlite:")
    names = json.loads(file_book.value(path, "select json_group_array(name) from sqlite_schema where type = 'table' and name not like 'sqlite%'"))
    return {name: file_book.value(path, f"select json_group_array(r) from (select json_array({columns}) as r from {name})")
            for name in names for columns in [", ".join(file_book.kinds(path, name))]}


def verified(url):
    program.daybook("book", "verify", "--url", url).ok()


def results(answer):
    return [(row["kind"], row["action"], row["result"]) for row in answer.json()["differences"]]


DONE = [("fill", "record_fill", "done"), ("order", "replace", "done"), ("position", "adjust_position", "done"),
        ("position", "adjust_position", "done")]


@tap.test("a dry run proposes and writes nothing; applied, it is mended once")
def _():
    url = told("told")
    before = versions(url)
    proposed = reconcile(url, STATE).exits(1)
    tap.equal(results(proposed), [(kind, action, "proposed") for kind, action, _ in DONE])
    summary = proposed.json()["reconciled"][0]
    tap.equal((summary["compared"], summary["outcome"], summary["differences"], summary["adjustments"], summary["undecided"]),
              ("fills, orders_queried, positions", "proposed", 4, 4, 0))
    tap.equal(versions(url), before, "the book after a dry run")

    applied = reconcile(url, STATE, "--apply").ok()
    tap.equal(results(applied), DONE)
    tap.equal([row["ref_id"] for row in applied.json()["differences"]], [row["ref_id"] for row in proposed.json()["differences"]], "ids")
    tap.equal(applied.json()["reconciled"][0]["reconcile_id"], summary["reconcile_id"], "id of the run")
    tap.equal(host.sql("select reconcile_id from trading.reconcile_runs where as_of = '2024-03-01T13:00:00Z'", "told"), summary["reconcile_id"])
    verified(url)

    after = versions(url)
    for again in (reconcile(url, STATE).ok(), reconcile(url, STATE, "--apply").ok()):
        tap.equal((again.json()["differences"], again.json()["reconciled"][0]["outcome"]), ([], "unchanged"))
    tap.equal(versions(url), after, "the book after a second run")


@tap.test("in a file: the same proposal, the same mending, the same book, and nothing is written a second time")
def _():
    stores = both("filed")
    file = stores[1]
    before = tables_of(file)
    for arguments in ([], ["--apply"]):
        answers = [reconcile(store, STATE, *arguments) for store in stores]
        tap.equal((answers[1].status, answers[1].out), (answers[0].status, answers[0].out), f"the answer of a file to {arguments}")
        if not arguments:
            tap.equal(tables_of(file), before, "the file after a dry run")
    after = tables_of(file)
    for again in (reconcile(file, STATE).ok(), reconcile(file, STATE, "--apply").ok()):
        tap.equal((again.json()["differences"], again.json()["reconciled"][0]["outcome"]), ([], "unchanged"))
    left = reconcile(file, {**STATE, "fills": None, "orders_queried": None, "positions": [], "open_orders": []}, "--apply").exits(1)
    tap.equal({row["result"] for row in left.json()["differences"]}, {"needs_evidence"}, "a query that failed is not flat")
    tap.equal(tables_of(file), after, "the file after runs that had nothing to do")
    tap.equal(digest(file), digest(stores[0]), "the book in a file")
    verified(file)


@tap.test("what venues say of random books is answered and mended in a file as on a server")
def _():
    url = host.installed("random")
    one = session.Session(url)
    venue.reference(one)
    accounts = [venue.Account(one, seed) for seed in range(7)]
    for account in accounts:
        account.tell(25)
    file = file_book.copy(host, "random", os.path.join(program.temporary_folder(), "random.db"))
    for account in accounts:
        for book_cash in (False, True):
            state = account.statement()
            told = reconcile(file, state, "--apply", *["--book-cash"] * book_cash, account=account.name)
            expected = on_server(one, account, state, told.json()["reconciled"][0]["reconcile_id"] if told.status < 2 else None, book_cash)
            tap.equal([list(row.values())[:-1] for row in told.json()["differences"]] if told.status < 2 else told.status, expected,
                      f"{account.name}: {json.dumps(state)}")
    tap.equal(digest(file), digest(url), "the book in a file")
    verified(file)


def on_server(one, account, state, reconcile_id, book_cash):
    """The rows that a server answers to the same, or the exit status of its error."""
    sections = {name: section for name, section in state.items() if name != "as_of"}
    try:
        rows = one.rows(call("trading.fn_reconcile", account_id=account.id, reconcile_id=reconcile_id or ident("refused"), venue_state=sections,
                             as_of=state["as_of"], apply=True, book_cash=book_cash))
    except Refused as error:
        return 4 if error.sqlstate == "40001" else 5
    return [[row[name] for name in ("kind", "subject", "field", "book_value", "venue_value", "action", "result", "ref_id", "detail")] for row in rows]


@tap.test("a crash of the server between two runs, or a run before it and one after, lead to the same book")
def _():
    warm, cold = told("warm"), told("cold")
    reconcile(warm, STATE, "--apply").ok()
    reconcile(cold, {**STATE, "positions": None}, "--apply").ok()
    host.crash()
    host.start()
    tap.equal(reconcile(warm, STATE, "--apply").ok().json()["differences"], [], "what is left after the restart")
    reconcile(cold, STATE, "--apply").ok()
    reconcile(cold, STATE, "--apply").ok()
    runs = ("all", "reconcile_runs", "accounts")  # an account counts its runs
    tap.equal([row for row in digest(cold) if row[0] not in runs], [row for row in digest(warm) if row[0] not in runs], "the books")
    verified(warm)


@tap.test("a query that failed is not flat, and an order that is not listed is not gone")
def _():
    url = told("unknown")
    before = versions(url)
    tap.equal(reconcile(url, {**STATE, "fills": None, "orders_queried": None, "positions": None, "balances": None}).exits(5).out, "")
    left = reconcile(url, {**STATE, "fills": None, "orders_queried": None, "positions": [], "open_orders": []}, "--apply").exits(1)
    tap.equal({row["result"] for row in left.json()["differences"]}, {"needs_evidence"})
    tap.equal({row["kind"] for row in left.json()["differences"]}, {"position", "order"})
    tap.equal(versions(url), before, "the book after it")


@tap.test("a real fill that comes in after a made one replaces it")
def _():
    url = told("late")
    one = session.Session(url)
    reconcile(url, {**STATE, "fills": [], "orders_queried": None}, "--apply").ok()
    late = one.row(call("trading.fn_record_fill", account_id=ident("account"), fill_id=ident("late"), order_id=ident("late order"),
                        instrument_id=Raw("(select instrument_id from ref.instruments where symbol = 'BTCPERP')"), side="buy", qty=Raw("0.5"),
                        price=Raw("110.25"), fee=0, fee_currency=None, liquidity=None, venue_trade_id="v1", filled_at=at(56)))
    tap.equal(late["outcome"], "created", "the late fill")
    again = reconcile(url, {**STATE, "as_of": "2024-03-01T14:00:00Z", "fills": [], "orders_queried": None}, "--apply").ok()
    tap.equal(results(again), [("fill", "bust_fill", "done"), ("position", "adjust_position", "done")])
    tap.equal(str(one.value("select signed_qty from trading.positions as p join ref.instruments as i using (instrument_id) where i.symbol = 'BTCPERP'")),
              "3", "the position")
    verified(url)


@tap.test("several at once are one: the book is mended by the first, and the others find nothing")
def _():
    url = told("race")
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(reconcile(url, STATE, "--apply").ok())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tap.equal({tuple(results(answer)) for answer in answers} - {tuple(DONE), ()}, set(), "answers")
    tap.equal(host.sql("select count(*) from trading.reconcile_runs where as_of = '2024-03-01T13:00:00Z'", "race"), "1", "runs")
    single = told("single")
    reconcile(single, STATE, "--apply").ok()
    tap.equal(digest(url), digest(single), "the book of one run")


@tap.test("while fills are being recorded nothing is lost or doubled")
def _():
    url = told("busy")
    sides = [session.Session(url) for _ in range(3)]
    perp = sides[0].value("select instrument_id from ref.instruments where symbol = 'BTCPERP'")

    def trade(number):
        for place in range(40):
            sides[number].row(call(
                "trading.fn_record_fill", account_id=ident("account"), fill_id=ident(f"busy {number} {place}"), order_id=ident(f"busy {number}"),
                instrument_id=perp, side="buy" if number else "sell", qty=1, price=100, fee=0, fee_currency=None, liquidity=None, venue_trade_id=None,
                filled_at=at(54)))

    threads = [threading.Thread(target=trade, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        answer = reconcile(url, STATE, "--apply")
        tap.check(answer.status in (0, 1, 4), f"{answer.status}: {answer.err}")
    for thread in threads:
        thread.join()
    last = reconcile(url, {**STATE, "as_of": "2024-03-01T15:00:00Z"}, "--apply")
    # A reduction keeps the book's average, which no fill alone makes the venue's.
    tap.equal([row for row in last.json()["differences"] if row["result"] != "done" and row["field"] != "avg_price"], [], "what is left")
    tap.equal(host.sql("select count(*) from trading.fills where flags <@ '{orphan,out_of_order,overfill}' and filled_at = '" + at(54) + "'", "busy"), "120",
              "fills")
    tap.equal(host.sql("select trim_scale(signed_qty) from trading.positions as p join ref.instruments as i using (instrument_id) "
                       "where i.symbol = 'BTCPERP'", "busy"), "3", "the position")
    verified(url)


@tap.test("through a pooler in transaction mode, from a file, and as CSV")
def _():
    told("pooled")
    path = program.temporary_folder() + "/venue.json"
    with open(path, "w", encoding="utf-8") as out:
        json.dump(STATE, out)
    pooled = server.PgBouncer(host).url("pooled")
    answer = program.daybook("book", "reconcile", path, "--account", str(ident("account")), "--apply", "--url", pooled, "--format", "csv").ok()
    differences = answer.out.split("# differences")[1].split("# reconciled")[0].lstrip()
    tap.equal([row["result"] for row in csv.DictReader(io.StringIO(differences))], ["done"] * 4)
    tap.contains(program.daybook("book", "reconcile", path, "--account", "story", "--url", pooled).ok().out, "unchanged")


@tap.test("looking takes the right to read, mending the right to manage")
def _():
    told("rights")
    owner = session.Session(host.url("rights"))
    host.sql("create role looker login")
    host.sql("grant usage on schema trading, ref, settings to looker; grant execute on all functions in schema trading to looker", "rights")
    owner.row(call("settings.fn_grant_account", account_id=ident("account"), role_name="looker", rights=["read", "trade"]))
    reconcile(host.url("rights", "looker"), STATE).exits(1)
    tap.contains(reconcile(host.url("rights", "looker"), STATE, "--apply").exits(5).err, "may not manage")


@tap.test("what is malformed is said")
def _():
    url = told("malformed")
    tap.contains(program.daybook("book", "reconcile", "--url", url, stdin=b"{}").exits(2).err, "no account was named")
    tap.contains(reconcile(url, STATE, account="nobody").exits(5).err, "there is no account nobody")
    tap.contains(reconcile(url, "{").exits(5).err, "invalid input syntax for type json")
    tap.contains(reconcile(url, {"fills": []}).exits(5).err, "argument p_as_of is null")
    tap.contains(reconcile(url, {**STATE, "order": []}).exits(5).err, "which is no section")
    file = file_book.copy(host, "malformed", os.path.join(program.temporary_folder(), "malformed.db"))
    tap.contains(reconcile(file, STATE, account="nobody").exits(5).err, "there is no account nobody")
    tap.contains(reconcile(file, "{").exits(5).err, "is not valid JSON")
    tap.contains(reconcile(file, {"fills": []}).exits(5).err, "as_of is null")
    tap.contains(reconcile(file, {**STATE, "order": []}).exits(5).err, "which is no section")
    for wrong in ({"fills": {}}, {"fills": [{}]}, {"balances": [{"currency": "USD"}]}, {"positions": [{"symbol": "none", "qty": 1}]},
                  {"positions": [{"symbol": "BTCPERP", "qty": 1}] * 2}, {"orders_queried": [{"symbol": "BTCPERP", "status": "open"}]}):
        sections = {"as_of": STATE["as_of"], **wrong}
        sqlstates = [reconcile(store, sections).exits(5).err.partition("SQLSTATE ")[2][:5] for store in (url, file)]
        tap.equal(sqlstates[1], sqlstates[0], f"what is wrong with {wrong}")
        tap.check(sqlstates[0] in ("TB001", "TB002"), sqlstates[0])
    tap.contains(program.daybook("book", "reconcile", "/nonexistent", "--account", "story", "--url", url).exits(5).err, "/nonexistent")


tap.main()
