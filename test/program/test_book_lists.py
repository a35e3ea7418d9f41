"""`daybook book orders, fills, positions, pnl, roundtrips, equity, cash`: what they list is what is in the book, for those who may read it,
and the same in a file with the same content."""

import csv
import decimal
import io
import json
import os

from harness import file_book, program, server, session, tap
from harness.session import call
from harness.story import Story, at, ident

host = server.Server()
pooler = server.PgBouncer(host)
url = host.installed("told")
one = session.Session(url)
story = Story(one).tell()

number = decimal.Decimal


folder = program.temporary_folder()
file = file_book.copy(host, "told", os.path.join(folder, "told.db"))
BOTH = url, file


def shown(verb, *arguments, form="json"):
    """What is printed of the book, on a server and in a file."""
    told = [program.daybook("book", verb, "--url", store, "--format", form, *arguments).ok().out for store in BOTH]
    tap.equal(told[1], told[0], f"book {verb} {arguments} of a file and of a server")
    return told[0]


def listed(verb, *arguments):
    return json.loads(shown(verb, *arguments))[verb]


def listed_on_server(verb, *arguments):
    return program.daybook("book", verb, "--url", url, "--format", "json", *arguments).ok().json()[verb]


@tap.test("orders are listed with what is known of them, by status and symbol, newest first")
def _():
    everything = listed("orders")
    tap.equal(len(everything), one.value("select count(*) from trading.orders"), "orders")
    canceled = listed("orders", "--status", "canceled", "--status", "rejected")
    tap.equal(sorted(row["status"] for row in canceled), ["canceled", "canceled", "rejected"], "statuses")
    tap.equal({row["symbol"] for row in listed("orders", "--symbol", "BTCPERP", "--limit", "2")}, {"BTCPERP"}, "symbols")
    tap.equal(len(listed("orders", "--symbol", "BTCPERP", "--limit", "2")), 2, "rows of --limit 2")
    recorded = one.rows("select order_id from trading.orders order by recorded_at desc, order_id desc")
    tap.equal([row["order_id"] for row in everything], [row["order_id"] for row in recorded], "the order of rows")


@tap.test("fills are listed on their effective terms, within a period")
def _():
    everything = listed("fills")
    tap.equal(len(everything), one.value("select count(*) from trading.trades"), "fills that count")
    corrected = next(row for row in everything if row["fill_id"] == str(ident("fill 2")))
    tap.equal((number(corrected["price"]), corrected["fee_currency"], corrected["amended"]), (number("98.5"), "BNB", True), "the corrected fill")
    within = listed("fills", "--since", at(4), "--until", at(7))
    tap.equal([row["filled_at"] for row in within],
              ["2024-03-01T12:06:00.000000Z", "2024-03-01T12:05:00.000000Z", "2024-03-01T12:04:00.000000Z"], "times from --since on, before --until")
    rows = list(csv.DictReader(io.StringIO(shown("fills", form="csv"))))
    tap.equal([row["fill_id"] for row in rows], [row["fill_id"] for row in everything], "the same as CSV")


@tap.test("positions and results agree with each other, whatever they are added up by")
def _():
    positions = listed("positions", "--all")
    tap.equal(len(listed("positions")), len([row for row in positions if number(row["qty"]) != 0]), "open positions")
    total = {row["currency"]: number(row["realized_net"]) for row in listed("pnl", "--by", "total")}
    for currency in ("USD", "BTC"):
        tap.equal(total[currency], sum(number(row["realized_pnl"]) for row in positions if row["currency"] == currency), f"realised in {currency}")
    for by in ("instrument", "day", "month"):
        rows = listed("pnl", "--by", by)
        for currency in ("USD", "BTC"):
            tap.equal(sum(number(row["realized_net"]) for row in rows if row["currency"] == currency), total[currency], f"{currency} by {by}")
    tap.equal({row["period"] for row in listed("pnl", "--by", "month")}, {"2024-03-01"}, "months")
    tap.equal(listed("pnl", "--until", "2024-03-01"), [], "before the first fill")
    inverse = next(row for row in listed("pnl") if row["symbol"] == "BTCINVERSE")
    paid = one.rows(f"select amount from trading.funding_payments where instrument_id = '{story.instruments['inverse']}'")
    tap.check(len(paid) > 1, f"only {paid}")
    tap.equal(number(inverse["funding"]), sum(number(str(row["amount"])) for row in paid), f"funding of {paid}")


@tap.test("round trips are listed, by what makes one")
def _():
    stored = one.value("select count(*) from trading.roundtrips")
    trips = listed("roundtrips")
    tap.equal(len(trips), stored, "closed cycles")
    tap.check(stored > 1, f"only {stored} closed cycles")
    tap.equal([row["closed_at"] for row in trips], sorted((row["closed_at"] for row in trips), reverse=True), "the order of rows")
    tap.equal(len(listed("roundtrips", "--limit", "1")), 1, "rows of --limit 1")
    lots = listed("roundtrips", "--method", "fill_to_fill", "--matching", "lifo", "--symbol", "BTCPERP")
    tap.check(len(lots) > len([row for row in trips if row["symbol"] == "BTCPERP"]), f"lots: {lots}")
    for store in BOTH:
        tap.contains(program.daybook("book", "roundtrips", "--url", store, "--matching", "lifo").exits(5).err, "nothing is matched by flat_to_flat")


@tap.test("every list is the same in every form, whatever is asked for")
def _():
    for form, verb, *arguments in [("table", "orders", "--status", "filled", "--limit", "3"), ("table", "fills", "--symbol", "BTCPERP", "--since", at(4)),
                                   ("table", "positions", "--all"), ("csv", "pnl", "--by", "day", "--until", at(9)), ("csv", "equity"), ("csv", "cash"),
                                   ("csv", "roundtrips", "--method", "average"),
                                   ("csv", "roundtrips", "--method", "fill_to_fill", "--matching", "hifo"),
                                   ("csv", "roundtrips", "--method", "flat_to_reduced", "--matching", "lifo")]:
        tap.check(len(shown(verb, *arguments, form=form).splitlines()) > 1, f"{verb} {arguments} lists nothing")


@tap.test("equity and cash are listed")
def _():
    points = listed("equity")
    tap.equal([(row["as_of"], row["complete"]) for row in points], [("2024-03-01T12:50:00.000000Z", False)], "points")
    tap.check("mark:story/BTCSPOT/spot" in points[0]["missing"], f"missing: {points[0]}")
    tap.equal(listed("equity", "--until", at(50)), [], "before the point")
    cash = {row["currency"]: number(row["balance"]) for row in listed("cash")}
    tap.equal(cash, {row["currency"]: number(str(row["balance"])) for row in one.rows("select * from trading.v_cash_balances")}, "cash")


@tap.test("report shows of a file what it shows of a server, but for candles")
def _():
    theirs, ours = (program.daybook("report", "--url", store, "--format", "json").ok().json() for store in BOTH)
    tap.equal(ours, {part: theirs[part] for part in ("accounts", "orders", "open positions", "events")})
    tap.check(all(ours.values()), f"a part is empty: {ours}")
    tap.equal(sorted(set(theirs) - set(ours)), ["coverage", "ingested", "refused files"])


@tap.test("one account is chosen by name or id, and who may not read one does not see it")
def _():
    other = one.row(call("trading.fn_open_account", account_id=ident("other"), name="other", venue="story", currency="USD", mode="paper",
                         position_mode="netting", opening_balance=5))
    tap.equal(other["outcome"], "created")
    global BOTH
    BOTH = url, file_book.copy(host, "told", os.path.join(folder, "two.db"))
    tap.equal([row["account"] for row in listed("cash", "--account", "other")], ["other"], "by name")
    tap.equal([row["account"] for row in listed("cash", "--account", str(ident("other")))], ["other"], "by id")
    tap.equal({row["account"] for row in listed("cash")}, {"other", "story"}, "all")
    for store in BOTH:
        tap.contains(program.daybook("book", "cash", "--url", store, "--account", "nobody").exits(5).err, "there is no account nobody")
    one.run(f"update settings.account_grants set rights = '{{}}' where account_id = '{ident('other')}'")
    tap.equal({row["account"] for row in listed_on_server("cash")}, {"story"}, "without the right to read")
    tap.equal([listed(verb, "--account", "story") != [] for verb in ("orders", "fills", "positions", "pnl", "equity")], [True] * 5, "the rest")


@tap.test("what cannot be understood is refused with a word about it")
def _():
    for store in BOTH:
        tap.contains(program.daybook("book", "fills", "--url", store, "--since", "soon").exits(5).err, "soon")
        tap.contains(program.daybook("book", "orders", "--url", store, "--status", "open").exits(5).err, "unknown status")
        tap.contains(program.daybook("book", "orders", "--url", store, "--limit", "0").exits(2).err, "--limit")
        tap.contains(program.daybook("book", "pnl", "--url", store, "--by", "week").exits(2).err, "--by")


@tap.test("through PgBouncer in transaction mode every command reads the same")
def _():
    for verb, *arguments in (("orders",), ("fills",), ("positions", "--all"), ("pnl", "--by", "month"), ("roundtrips",), ("equity",), ("performance",), ("cash",),
                             ("dump",), ("verify",)):
        asked = ["book", verb, *arguments, "--url"]
        tap.equal(program.daybook(*asked, pooler.url("told")).ok().out, program.daybook(*asked, url).ok().out, verb)


@tap.test("performance is what was recorded of the same time, for each account that may be read")
def _():
    row, = listed("performance", "--account", "story", "--since", at(0), "--until", at(51))
    kept = one.row("select * from trading.performance_snapshots")
    for column in ("fees", "funding", "realized_net", "gross_profit", "gross_loss", "equity_first", "equity_last", "flows", "pnl", "return_rate",
                   "drawdown", "drawdown_rate"):
        tap.equal(number(row[column]), number(kept[column]), column)
    tap.equal((row["fills"], row["roundtrips"], row["won"] + row["lost"], row["points"]), (kept["fills"], kept["roundtrips"], kept["won"] + kept["lost"], 1))
    tap.equal((row["complete"], row["missing"]), (False, ",".join(kept["missing"])))
    tap.check(row["fills"] > 0 and row["roundtrips"] > 0 and number(row["flows"]) > 0, f"the story has fills, trips and flows: {row}")
    tap.equal(len(listed("performance", "--account", "story")), 1, "rows of one account")


tap.main()
