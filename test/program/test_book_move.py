"""daybook book move: the whole book goes, programs trade meanwhile, kills and foreign hands change nothing, never two places write."""

import os
import sqlite3

from harness import calls, file_book, moving, program, server, session, tap
from harness.story import Story, at, ident
from harness.teller import SETUP, Teller

host = server.Server()
host.installed("empty")
binary = calls.build()
folder = program.temporary_folder()
THERE = "018f0000-0000-7000-8000-0000000000ff"
TABLES = ("runs", "state_snapshots", "decision_log", "reconcile_runs", "performance_snapshots", "order_events", "fills", "cash_entries")


def installed(name):
    """A database of its own with the modules installed; its URL."""
    host.sql(f'create database "{name}" owner trader template empty')
    return host.url(name, "trader")


def path(name):
    return os.path.join(folder, name)


def tell(url, lines):
    return moving.tell(binary, url, lines)


def told(name, seed=7, count=150):
    """A file with a history; its URL."""
    url = f"sqlite:{path(name)}"
    tell(url, Teller(seed).tell(count))
    return url


def move(*arguments, status=0):
    return program.daybook("book", "move", *arguments).exits(status)


def outcomes(result):
    return [row["outcome"] for row in result.json()["accounts"]]


def dump(url, *more):
    return program.daybook("book", "dump", "--url", url, *more).ok().out


def verified(url):
    return program.daybook("book", "verify", "--url", url, "--format", "json").ok().json()["verified"][0]["sha256"]


def same_book(one, other, what):
    tap.equal(verified(one), verified(other), what)


# Aggregates of an account: those whose events go with its book, and those that stay, for they speak of the place and its programs.
OF_THE_BOOK = {"account", "cash", "decision_log", "equity", "order", "performance", "position", "run", "state"}
OF_THE_PLACE = {"move", "bot", "bot_command", "bot_log", "deploy", "intent", "signal_log", "strategy_state"}


def server_events(name, account):
    """What was told of the account, without what belongs to the place."""
    return sorted(host.sql("select concat_ws(' | ', event_id, aggregate_type, aggregate_id, aggregate_version, event_type, occurred_at, recorded_at, "
                           f"payload, ctx) from bus.domain_events where account_id = '{account}' and aggregate_type = any ('{{{','.join(OF_THE_BOOK)}}}')",
                           name).splitlines())


def same_rows(one, other):
    """Of two files, every column of every table of the book; numbers that a log gives are its own."""
    own = {"domain_events": ("id",), "audit_log": ("audit_id",)}
    where = {"domain_events": " where account_id is not null and aggregate_type <> 'move'", "audit_log": " where action not like '%.move_account'",
             "aggregate_heads": " where aggregate_type not in ('move', 'account_grants', 'bot')"}
    compared = 0
    for table in file_book.value(one, "select group_concat(name) from sqlite_schema where type = 'table' and name not like 'sqlite%'").split(","):
        if table in ("account_fences", "sessions", "currencies", "venues", "instruments"):
            continue
        columns = ", ".join(column for column in file_book.kinds(one, table) if column not in own.get(table, ()))
        rows = []
        for each in (one, other):
            with sqlite3.connect(each) as db:
                rows.append(sorted(db.execute(f"select {columns} from {table}{where.get(table, '')}").fetchall(), key=str))
        tap.equal([len(rows[0]), sorted(set(rows[0]) ^ set(rows[1]), key=str)[:2]], [len(rows[1]), []], f"rows of {table}")
        compared += len(rows[0])
    tap.check(compared > 150, f"only {compared} rows")


def serve(story):
    """What a bot and those who serve it leave at the place where they are."""
    bot, intent, command = ident("bot"), ident("intent"), ident("command")
    story.run("trading.fn_configure_bot", account_id=story.account, change_id=bot, bot_id=bot, name="b", desired_state="running", image_tag=None,
              strategy_params=None, reason="r")
    lease = story.run("trading.fn_acquire_lease", account_id=story.account, bot_id=bot, acquire_id=bot, holder="h", ttl="1h")
    story.run("trading.fn_request_change", account_id=story.account, intent_id=intent, action="cancel", ttl="1h",
              order_id=session.Raw("(select order_id from trading.orders limit 1)"))
    story.run("trading.fn_command_bot", account_id=story.account, command_id=command, bot_id=bot, kind="pause", arguments=None, ttl="1h", reason="r", actor="a")
    story.run("trading.fn_record_bot_event", account_id=story.account, event_id=bot, bot_id=bot, kind="started", level="info", message="m", data=None,
              occurred_at=at(1))
    story.run("trading.fn_save_strategy_state", account_id=story.account, bot_id=bot, token=lease["token"], change_id=bot, name="n", state={})
    story.run("trading.fn_record_signal", account_id=story.account, signal_id=bot, bot_id=bot, instrument_id=story.instruments["perp"], name="n",
              direction="long", strength=1, price=None, valid_until=None, data=None, occurred_at=at(1))


@tap.test("of every aggregate it is known whether its events go with the book")
def _():
    declared = host.sql("select distinct aggregate_type from bus.domain_event_type where module = 'trading'", "empty").split()
    tap.equal(sorted(set(declared) - OF_THE_BOOK - OF_THE_PLACE - {"book"}), [], "aggregates that nobody has placed")


@tap.test("every table goes from a server into a file and on to another server, where instruments have other ids")
def _():
    url, target, book = installed("story"), installed("other"), f"sqlite:{path('story.db')}"
    story = Story(session.Session(url))
    story.tell()
    story.run("trading.fn_start_run", account_id=story.account, run_id=ident("run"), kind="paper", strategy="s", code_revision=None, params={"a": [1]})
    story.run("trading.fn_save_state", account_id=story.account, snapshot_id=ident("state"), name="bot", as_of=at(1), state={"é": "\u2028", "n": [1, {}]})
    story.run("trading.fn_record_decision", account_id=story.account, entry_id=ident("why"), kind="decision", content={"because": None}, occurred_at=at(2))
    story.run("trading.fn_record_performance", account_id=story.account, snapshot_id=ident("month"), since=at(0), as_of=at(59))
    serve(story)
    one = session.Session(target)
    for code in ("USD", "BTC"):
        one.row(session.call("ref.fn_register_currency", code=code, name="another name", kind="other"))
    one.row(session.call("ref.fn_register_venue", code="story", name="Story"))
    one.row(session.call("ref.fn_register_instrument", instrument_id=THERE, venue="story", symbol="BTCPERP", kind="perp", base="BTC", quote="USD"))
    move(url, book)
    same_book(url, book, "digest of the file")
    copy = f"sqlite:{path('copy.db')}"
    move(book, copy)
    same_rows(path("story.db"), path("copy.db"))
    book = copy
    move(book, target)
    same_book(url, target, "digest of the other server")
    for table in TABLES:
        count = f"select count(*) from trading.{table}"
        tap.check(int(host.sql(count, "story")) > 0, f"the story has no {table}")
        tap.equal(host.sql(count, "other"), host.sql(count, "story"), f"rows of {table}")
    for table in ("state_snapshots", "decision_log", "runs"):
        rows = f"select string_agg(md5(t::text), ' ' order by md5(t::text)) from trading.{table} as t"
        tap.equal(host.sql(rows, "other"), host.sql(rows, "story"), f"{table}, byte by byte")
    mapped = str(story.instruments["perp"])
    ours = [event.replace(str(story.instruments["perp"]), THERE) for event in server_events("story", story.account)]
    theirs = server_events("other", story.account)
    tap.check(any(THERE in event for event in theirs), "no event speaks of the instrument")
    tap.equal([len(ours), sorted(set(ours) ^ set(theirs))[:2]], [len(theirs), []], "events")
    stay = f"select string_agg(distinct aggregate_type, ' ') from bus.domain_events where account_id is not null and aggregate_type = any ('{{{','.join(OF_THE_PLACE)}}}')"
    tap.equal((set(host.sql(stay, "story").split()) >= OF_THE_PLACE - {"deploy"}, host.sql(stay, "other")), (True, "move"), "what stays where it was")
    log = "select string_agg(md5(concat_ws('|', at, action, subject_id, outcome, code, detail, session_role, ctx)), ' ' order by at, action, " \
          "subject_id, code) from audit.audit_log where account_id is not null and action not like '%.move_account' and action not like '%.grant_account'"
    tap.equal(host.sql(log.replace("detail, ", ""), "other"), host.sql(log.replace("detail, ", ""), "story"), "audit log")
    tap.equal(outcomes(move(book, target, "--format", "json")), ["was moved"], "a move that has ended")


@tap.test("two instruments whose ids are each other's at the new place")
def _():
    url, target = installed("swapped"), installed("swapping")
    story = Story(session.Session(url))
    story.tell()
    perp, inverse = story.instruments["perp"], story.instruments["inverse"]
    one = session.Session(target)
    for code in ("USD", "BTC"):
        one.row(session.call("ref.fn_register_currency", code=code, name=code, kind="other"))
    one.row(session.call("ref.fn_register_venue", code="story", name="Story"))
    for kind, made, multiplier in (("perp", inverse, 1), ("inverse", perp, 100)):
        one.row(session.call("ref.fn_register_instrument", instrument_id=made, venue="story", symbol=f"BTC{kind.upper()}", kind=kind, base="BTC",
                             quote="USD", multiplier=multiplier))
    move(url, target)
    same_book(url, target, "digest")
    ours = [event.replace(str(perp), "?").replace(str(inverse), str(perp)).replace("?", str(inverse)) for event in server_events("swapped", story.account)]
    tap.equal(sorted(set(ours) ^ set(server_events("swapping", story.account)))[:2], [], "events")


@tap.test("from a file to a server, into another file and back to the server: at each place the next event has the next version")
def _():
    book, target, home = told("a.db"), installed("target"), f"sqlite:{path('home.db')}"
    before = verified(book)
    answer = move(book, target, "--format", "json").json()
    tap.equal(answer["move"][0]["sha256"], before, "digest that was printed")
    tap.equal(verified(target), before, "digest at the server")
    for number, (here, there) in enumerate([(target, home), (home, target)]):
        order = ["use account=net instrument=BTCUSD", f"submit order=n{number} side=buy type=limit qty=1 price=99 at=1709299999"]
        tap.check(tell(here, order)[1].startswith("created"), f"an order at {here}")
        move(here, there)
        same_book(here, there, f"digest at {there}")
    order[1] = order[1].replace("n1", "n2")
    tap.check(tell(target, order)[1].startswith("created"), "an order at the server again")
    verified(target)


@tap.test("who writes is refused where the book left and where it has not arrived, and told where it is; reading goes on")
def _():
    book, target = told("fence.db"), installed("fence")
    line = ["use account=net instrument=BTCUSD", "cash entry=late kind=deposit currency=USD amount=1 at=1709299999"]
    orders = tell(book, ["use account=net instrument=BTCUSD", "orders"])[1]
    move(book, target)
    answer = tell(book, line)[1]
    tap.check(answer.startswith("error TB005") and f"was moved to {target.split('?')[0]}" in answer, answer)
    tap.check(tell(book, SETUP[:1] + ["account name=new"])[1].startswith("error TB005"), "a new account in a book that has left")
    tap.equal(tell(book, ["use account=net instrument=BTCUSD", "orders"])[1], orders, "reading at the old place")
    tap.check(tell(target, line)[1].startswith("created"), "the same call at the new place")

    # Stopped in the middle of the change-over: held at both places, until the move goes on or is given up.
    book, target = told("held.db"), installed("held")
    host.sql("alter table trading.funding_payments rename to hidden", "held")
    tap.check(move(book, target, status=6).err, "no error")
    tap.check(tell(book, line)[1].startswith("created"), "the book is still here")
    host.sql("alter table trading.hidden rename to funding_payments", "held")
    file_book.change(path("held.db"), "update account_fences set state = 'leaving'")
    tap.contains(tell(book, line)[1], "is being moved to", "while it is leaving")
    tap.contains(tell(target, line)[1], "is being moved here from", "while it is arriving")
    tap.equal(set(outcomes(move(book, target, "--abort", "--format", "json"))), {"aborted"}, "given up")
    tap.check(tell(book, line)[1].startswith(("created", "replayed")), "the book is here again")
    tap.contains(tell(target, line)[1], "is being moved here from", "and not there")
    tap.equal(set(outcomes(move(book, target, "--format", "json"))), {"moved"}, "moved after all")
    same_book(book, target, "digest")


@tap.test("an account that has a book at the other place, or is on another way, is named")
def _():
    book, target = told("one.db"), installed("taken")
    tell(target, SETUP)
    tap.contains(move(book, target, status=5).err, "is known at", "an account of both places")
    tap.equal(host.sql("select count(*) from settings.account_fences", "taken"), "0", "what was begun there")
    other, third = installed("free"), installed("third")
    move(book, other)
    tap.contains(move(book, third, status=5).err, "was moved to", "an account that has left")
    tap.contains(move(book, book, status=2).err, "to where it is")
    tap.contains(move(f"sqlite:{path('none.db')}", third, status=5).err, "none.db")
    tap.check(not os.path.exists(path("none.db")), "a book was made of nothing")


@tap.test("what does not fit is named by table, key and column before anything is there")
def _():
    target = installed("broken")
    for column, value, said in (("price", "'1e5'", "not an amount"), ("qty", "'123456789012345678901'", "not an amount"),
                                ("filled_at", "999999999999999999", "not a time"), ("ctx", "'{broken'", "not JSON")):
        book = told(f"{column}.db", count=60)
        fill = file_book.value(path(f"{column}.db"), "select min(fill_id) from fills")
        file_book.change(path(f"{column}.db"), f"update fills set {column} = {value} where fill_id = '{fill}'")
        error = move(book, target, status=5).err
        for part in (f"fills {fill}", column, said):
            tap.contains(error, part, f"broken {column}")
    tap.equal(host.sql("select count(*) from trading.accounts", "broken"), "0", "accounts there")


@tap.test("a role that manages, reads and audits may move, in both directions; one that lacks a part of it is told")
def _():
    host.installed("roles", roles=True)
    book, back = told("roles.db", count=60), f"sqlite:{path('roles_back.db')}"
    host.sql("create role mover login; grant daybook_manager, daybook_audit to mover", "roles")
    tap.contains(move(book, host.url("roles", "mover"), status=5).err, "permission denied")
    host.sql("grant daybook_lab_reader to mover", "roles")
    mover = host.url("roles", "mover")
    move(book, mover)
    move(mover, back)
    same_book(book, back, "digest after there and back")


@tap.test("a bot trades while the move is killed again and again: the book is that of a bot that nobody disturbed")
def _():
    lines = Teller(21).tell(420)
    history, live = lines[len(SETUP):len(SETUP) + 500], lines[len(SETUP) + 500:]
    book, target, straight = f"sqlite:{path('live.db')}", installed("live"), f"sqlite:{path('straight.db')}"
    tell(book, SETUP + history)
    tell(straight, SETUP + history + live)
    bot = moving.Bot(binary, live, book, target)
    kills = moving.move(host, "live", book, target, bot, tries=6, rows=14)
    tap.check(not bot.is_alive() and not bot.failed, f"the bot: {bot.failed}")
    tap.equal(bot.url, target, "where the bot trades in the end")
    same_book(target, straight, "digest beside an undisturbed book")
    tap.check(kills > 2, f"only {kills} kills")
    tap.equal(host.sql("select count(*) from (select from bus.domain_events group by aggregate_type, aggregate_id, aggregate_version, account_id "
                       "having count(*) > 1) as x", "live"), "0", "events that are there twice")
    with sqlite3.connect(path("live.db")) as db:
        own = db.execute("select count(*) from domain_events where account_id is not null and aggregate_type <> 'move'").fetchone()[0]
    tap.check(own > 100, f"{own} events at the old place")


tap.main()
