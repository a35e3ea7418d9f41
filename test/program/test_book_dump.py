"""`daybook book dump`: the same history gives the same bytes, other histories other ones, and nothing of a book is left out unseen."""

import hashlib
import itertools

from harness import program, server, session, tap
from harness.session import Raw, call
from harness.story import Story, ident

TABLES = {"cash": "cash_entries", "funding": "funding_payments"}  # the others have the name of their section

host = server.Server()
url = host.installed("told")
story = Story(session.Session(url)).tell()


def dump(*arguments, target=None):
    return program.daybook("book", "dump", "--url", target or url, *arguments)


def digests_of(target=None):
    return dump("--digest", "--format", "json", target=target).ok().json()["digests"]


def rows_of(text, section):
    return [line.split("\t")[1:] for line in text.splitlines() if line.split("\t")[0] == section]


def columns_of(text, section):
    return next(line.split("\t")[1:] for line in text.splitlines() if line.split("\t")[0] == f"# {section}")


def records(text, section):
    return [dict(zip(columns_of(text, section), row)) for row in rows_of(text, section)]


@tap.test("the same history told twice, with other ids of the server's own, is the same bytes")
def _():
    again = host.installed("again")
    host.sql("alter database again set timezone = 'Asia/Kolkata'")
    Story(session.Session(again)).tell()
    for first, second in itertools.zip_longest(dump().ok().out.splitlines(), dump(target=again).ok().out.splitlines()):
        tap.equal(second, first, "line of the second telling")


@tap.test("one more fill is other bytes in the sections it touches, and in the whole")
def _():
    more = host.installed("more")
    Story(session.Session(more)).tell().fill("long", "perp", "buy", 1, 1, 30)
    before = {row["section"]: row["sha256"] for row in digests_of()}
    after = {row["section"]: row["sha256"] for row in digests_of(more)}
    tap.equal(sorted(name for name in before if before[name] != after[name]), ["all", "fills", "orders", "positions"])


@tap.test("every row of every table is there, and the digests are those of the lines")
def _():
    text = dump().ok().out
    digests = {row["section"]: row for row in digests_of()}
    for section, row in digests.items():
        if section == "all":
            continue
        lines = [line for line in text.splitlines(keepends=True) if line.split("\t")[0] == section]
        tap.equal(row["rows"], len(lines), f"rows of {section}")
        tap.equal(row["sha256"], hashlib.sha256("".join(lines).encode()).hexdigest(), f"digest of {section}")
        tap.equal(str(len(lines)), host.sql(f"select count(*) from trading.{TABLES.get(section, section)}", "told"), f"rows of table {section}")
        tap.contains(text, f"# {section} rows {len(lines)} sha256 {row['sha256']}\n")
    closing = "".join(f"{name} {row['rows']} {row['sha256']}\n" for name, row in digests.items() if name != "all")
    tap.equal(digests["all"]["sha256"], hashlib.sha256(closing.encode()).hexdigest(), "digest of all")
    tap.check(text.endswith(f"# end sha256 {digests['all']['sha256']}\n"), text[-200:])


@tap.test("every column of the tables is dumped, or left out for a reason")
def _():
    left_out = {"recorded_at", "updated_at", "opened_at", "closed_at", "ctx", "position_id", "instrument_id", "refusal_detail", "realized_net",
                "is_open", "capped", "decided_by", "state", "answer"}
    text = dump().ok().out
    for section in {line.split("\t")[0] for line in text.splitlines() if not line.startswith("#")}:
        held = host.sql("select string_agg(attname, ' ') from pg_attribute where attrelid = "
                        f"'trading.{TABLES.get(section, section)}'::regclass and attnum > 0 and not attisdropped", "told").split()
        tap.equal(sorted(set(held) - set(columns_of(text, section)) - left_out), [], f"columns of {section} that the dump lacks")
        tap.equal(len(columns_of(text, section)), len(set(columns_of(text, section))), f"columns of {section}, each once")


@tap.test("values are canonical and odd text stays in its field")
def _():
    text = dump().ok().out
    perp = next(row for row in records(text, "positions") if row["instrument"] == "story/BTCPERP/perp")
    tap.equal((perp["signed_qty"], perp["multiplier"], perp["opened_at"]), ("2.125", "1", "2024-03-01T12:31:00Z"))
    event = next(row for row in records(text, "order_events") if row["event"] == "cancel")
    tap.equal((event["reason"], event["exchange_order_id"]), ("two\\nlines", "\\N"))
    canceled = next(row for row in records(text, "orders") if row["order_id"] == str(ident("canceled")))
    tap.equal((canceled["exchange_order_id"], canceled["outcome_unknown"]), ("tab\\tback\\\\slash", "false"))
    point = records(text, "equity_points")[0]
    tap.equal(point["marks"], "story/BTCINVERSE/inverse=20000,story/BTCPERP/perp=107.25")
    tap.equal(point["rates"], "BTC=20500.5")
    tap.equal(point["complete"], "false")


@tap.test("accounts are chosen by id or by a name that only one has")
def _():
    one = session.Session(url)
    for name in ("twin", "twin", "single"):
        one.row(call("trading.fn_open_account", account_id=ident(f"{name} {len(one.rows('select 1 from trading.accounts'))}"), name=name,
                     venue="story", currency="USD", mode="paper", position_mode="netting", opening_balance=Raw("0")))
    tap.equal(len(rows_of(dump("--account", "story").ok().out, "accounts")), 1)
    tap.equal(dump("--account", str(ident("account")).upper()).ok().out, dump("--account", "story").ok().out)
    both = dump("--account", "single", "--account", "story", "--section", "accounts").ok().out
    tap.equal(sorted(row[1] for row in rows_of(both, "accounts")), ["single", "story"])
    tap.equal(rows_of(both, "fills"), [])
    tap.contains(dump("--account", "twin").exits(5).err, "several accounts are named twin")
    tap.contains(dump("--account", "nobody").exits(5).err, "there is no account nobody")


@tap.test("more rows than one portion holds")
def _():
    many = host.installed("many")
    Story(session.Session(many)).tell()
    host.sql("alter table trading.accounts disable trigger all; insert into trading.accounts (account_id, name, venue, currency, mode, "
             "position_mode, opening_balance) select gen_random_uuid(), 'n', 'story', 'USD', 'paper', 'netting', i "
             "from generate_series(1, 4999) as i", "many")
    text = dump("--section", "accounts", target=many).ok().out
    ids = [row[0] for row in rows_of(text, "accounts")]
    tap.equal((len(ids), len(set(ids)), ids == sorted(ids)), (5000, 5000, True))


@tap.test("what cannot be dumped is said")
def _():
    tap.contains(dump("--section", "fill").exits(2).err, "sections are accounts, orders")
    empty = host.database("empty")
    tap.contains(dump(target=empty).exits(5).err, "module trading is not installed")
    host.sql("create role nobody login")
    tap.contains(dump(target=host.url("told", "nobody")).exits(5).err, "permission denied")


tap.main()
