"""`daybook book verify`: a book with everything in it is right; every derived value that is changed by hand is named."""

import os
import re
import shutil

from harness import file_book, program, server, session, tap
from harness.story import Story, ident

host = server.Server()
url = host.installed("told")
teller = session.Session(url)
Story(teller).tell()
teller.close()  # the database is copied below, which takes that nobody is in it


def verify(target, *arguments):
    return program.daybook("book", "verify", "--url", target, "--format", "json", *arguments)


def named(target):
    """Which columns of which tables are said to differ."""
    done = verify(target).exits(1).json()
    tap.equal(done["verified"][0]["differences"], len(done["differences"]), "differences counted")
    return sorted({(row["table"], row["column"]) for row in done["differences"]})


class OnServer:
    """The book that was told, and copies of it that are changed by hand, past all triggers and rights."""
    name, url = "on a server", url

    def rows(self, table):
        return int(host.sql(f"select count(*) from trading.{table}", "told"))

    def copy(self, name):
        host.sql(f'create database "{name}" template told')
        return host.url(name, "postgres")

    def change(self, copy, sql):
        database = copy.rsplit("/", 1)[1].split("?")[0]
        return int(host.sql(f"set session_replication_role = replica; with c as ({sql} returning 1) select count(*) from c", database))

    def update(self, copy, table, where, values):
        assignments = ", ".join(f"{column} = {value}" for column, value in values.items())
        return self.change(copy, f"update trading.{table} set {assignments} where {where}")


class InFile:
    """The same in one file."""
    name = "in a file"

    def __init__(self):
        self.folder = program.temporary_folder()
        self.path = os.path.join(self.folder, "told.db")
        self.url = file_book.copy(host, "told", self.path)

    def rows(self, table):
        return file_book.value(self.path, f"select count(*) from {table}")

    def copy(self, name):
        shutil.copy(self.path, os.path.join(self.folder, f"{name}.db"))
        return f"sqlite:{self.folder}/{name}.db"

    def change(self, copy, sql):
        sql = re.sub(r"(?<!')\b(trading|bus)\.", "", sql)
        return file_book.change(copy.removeprefix("sqlite:"), sql)

    def value(self, table, column, value):
        """Of a file's column: times are numbers, lists are text, amounts are."""
        kind = file_book.kinds(self.path, table)[column]
        if value.startswith("'20"):
            return f"unixepoch({value}) * 1000000"
        value = value.replace("'{", "'").replace("}'", "'")
        return f"'{value}'" if kind == "TEXT" and re.fullmatch(r"[0-9.]+", value) else value

    def update(self, copy, table, where, values):
        assignments = ", ".join(f"{column} = {self.value(table, column, value)}" for column, value in values.items())
        return self.change(copy, f"update {table} set {assignments} where {where}")


BOTH = OnServer(), InFile()


def on_both(what):
    """Registers the test once for each store."""
    def register(function):
        for store in BOTH:
            tap.test(f"{store.name}: {what}")(lambda store=store: function(store))
    return register


def forge(store, name, table, where, **values):
    """A copy of the book in which columns of one row are changed by hand; which were named."""
    copy = store.copy(name)
    tap.equal(store.update(copy, table, where, values), 1, "rows that were changed by hand")
    return named(copy)


@on_both("a book with something of everything is right, and all of it was compared")
def _(store):
    done = verify(store.url).exits(0).json()
    tap.equal(done["differences"], [])
    counts = done["verified"][0]
    for table in ("orders", "order_events", "fills", "fill_events", "positions"):
        tap.equal(counts[table], store.rows(table), table)
    digest = program.daybook("book", "dump", "--url", store.url, "--digest", "--format", "json").ok().json()["digests"][-1]["sha256"]
    tap.equal(counts["sha256"], digest, "digest")
    for count, table in (("roundtrips", "roundtrips"), ("funding_payments", "funding_payments")):
        tap.equal(counts[count], store.rows(table), table)
    tap.equal(verify(store.url, "--account", "story").exits(0).json()["verified"], done["verified"])
    tap.contains(program.daybook("book", "verify", "--url", store.url).exits(0).out, "values_compared")


@tap.test("the same history has the same counts and the same digest in both")
def _():
    one, other = (verify(store.url).exits(0).json() for store in BOTH)
    tap.equal(one, other)


FORGERIES = [
    ("orders", "order_id = '{moved}'", dict(
        lifecycle="'triggered'", pending="'cancel'", outcome_unknown="true", exchange_order_id="'forged'", working_qty="7.9",
        working_price="101.4", working_stop_price="1", requested_qty="1", requested_price="2", requested_stop_price="3",
        cum_qty="0.000000000000000001", cum_value="1", version="version + 1")),
    ("orders", "order_id = '{canceled}'", dict(lifecycle="'accepted'")),
    ("orders", "order_id = '{met}'", dict(origin="'external'")),
    ("order_events", "event_id = '{moved done}'", dict(status="'filled'", order_version="99")),
    ("order_events", "event_id = '{canceled again}'", dict(outcome="'created'", refusal_code="null", refusal_detail="null")),
    ("fills", "fill_id = '{fill 4}'", dict(
        order_version="77", order_status="'accepted'", order_cum_qty="1", position_cycle="7", position_qty="1",
        position_avg_price="2", realized_gross="3", realized_net="4", position_realized="5")),
    ("fills", "fill_id = '{fill 5}'", dict(flags="'{late,overfill,orphan}'")),
    ("fills", "fill_id = '{fill 6}'", dict(flags="'{out_of_order,unpriced_fee}'")),
    ("fills", "fill_id = '{fill 14}'", dict(order_status="'accepted'", order_cum_qty="100", flags="'{}'")),
    ("fills", "position_version = (select p.position_version + 1 from trading.funding_payments as p where p.payment_id = '{funding before the end}') "
     "and instrument_id = (select p.instrument_id from trading.funding_payments as p where p.payment_id = '{funding before the end}')",
     dict(position_realized="5")),
    ("fill_events", "event_id = '{never was}'", dict(
        order_version="77", order_status="'accepted'", order_cum_qty="1", position_cycle="7", position_qty="1.25",
        position_avg_price="2", position_realized="5")),
    ("positions", "kind = 'perp'", dict(
        signed_qty="1.75", open_cost="1", avg_price="2", realized_gross="3", fees="4", funding="5", cycle="6", version="version + 1",
        opened_at="'2020-01-01'", last_fill_at="'2020-01-02'", cycle_version="70", cycle_qty="71", cycle_entry_value="72",
        cycle_exit_value="73", cycle_low="74", cycle_high="75", cycle_gross_before="76", cycle_fees_before="77")),
    ("roundtrips", "cycle = 1 and exists (select 1 from trading.positions as p where p.position_id = roundtrips.position_id and p.kind = 'perp')", dict(
        side="'short'", opened_at="'2020-01-01'", closed_at="'2020-01-02'", qty="1", entry_value="2", exit_value="3", gross="4", fees="5",
        low="6", high="7", first_version="80", last_version="90")),
    ("funding_payments", "payment_id = '{funding computed}'", dict(amount="1", currency="'BNB'")),
    ("position_fees", "currency = 'BNB' and cast(converted as real) > 0 and cast(priced as real) < cast(amount as real)", dict(
        fee_kind="'base'", amount="amount + 1", priced="7", converted="8")),
    ("fill_restatements", "fill_id = '{fill 4}'", dict(position_cycle="9", position_qty="9", realized_gross="9", realized_net="9")),
    ("orders", "order_id = '{moved}'", dict(status="'filled'", is_open="false")),
    ("positions", "kind = 'perp'", dict(realized_net="7")),
]


def place(where):
    for name in ("moved done", "moved", "canceled again", "canceled", "met", "fill 4", "fill 5", "fill 6", "fill 14", "never was", "funding computed",
                 "funding before the end"):
        where = where.replace("{" + name + "}", str(ident(name)))
    return where


@on_both("every derived column that is changed by hand is named, and nothing else")
def _(store):
    for number, (table, where, values) in enumerate(FORGERIES):
        found = forge(store, f"forged{number}", table, place(where), **values)
        unwanted = {"refusal_code", "refusal_detail"}
        expected = {(table, column) for column in values if column not in unwanted}
        missing = expected - set(found)
        tap.equal(sorted(missing), [], f"columns of {table} whose forgery was not named; named: {found}")
        # What is made of the forged value may be named too: the order of a fact whose number was forged, balances of positions.
        tap.equal(sorted({name for name, _ in found} - {table, "order_events", "orders", "fills", "fill_events", "fill_restatements", "positions",
                                                                 "domain_events", "v_cash_balances"}), [])


@on_both("rows that are missing or too much are named")
def _(store):
    def without(name, table, where):
        copy = store.copy(name)
        tap.check(store.change(copy, f"delete from trading.{table} where {where}") > 0, f"no row of {table} was deleted")
        return named(copy)

    tap.contains(without("noposition", "positions", "kind = 'perp'"), ("positions", "row"))
    tap.contains(without("noorder", "orders", f"order_id = '{ident('moved')}'"), ("orders", "row"))
    tap.equal(without("nofees", "position_fees", "currency = 'BTC'"), [("position_fees", "row")])
    tap.equal(without("norestatement", "fill_restatements", f"fill_id = '{ident('fill 4')}'"), [("fill_restatements", "row")])
    tap.equal(without("notrip", "roundtrips", "cycle = 1"), [("roundtrips", "row")])
    copy = store.copy("toomuch")
    made = store.change(copy, "insert into trading.fill_restatements select account_id, fill_id, position_cycle, position_qty, realized_gross, "
                        "realized_net from trading.fills as f where not exists (select 1 from trading.fill_restatements as r "
                        "where r.fill_id = f.fill_id) limit 1")
    tap.equal(made, 1, "rows made")
    tap.equal(named(copy), [("fill_restatements", "row")])


@on_both("an event that is missing, and a version that no event gave, are named")
def _(store):
    copy = store.copy("noevent")
    for sql in ("delete from bus.domain_events where event_type = 'trading.order_acknowledged' and aggregate_version = 2",
                "update trading.accounts set version = version + 1", "delete from bus.aggregate_heads where aggregate_type = 'position'"):
        tap.check(store.change(copy, sql) > 0, f"nothing was changed by {sql}")
    tap.equal(named(copy), [("domain_events", "events"), ("domain_events", "highest"), ("domain_events", "row")])


@on_both("a fact that is changed, or lost, shows in what was made of it")
def _(store):
    found = forge(store, "changed", "fills", f"fill_id = '{ident('fill 1')}'", price="100.01")
    for difference in (("orders", "cum_value"), ("positions", "realized_gross"), ("fills", "position_avg_price")):
        tap.contains(found, difference)
    lost = store.copy("lost")
    tap.equal(store.change(lost, f"delete from trading.fills where fill_id = '{ident('fill 5')}'"), 1, "fills lost")
    found = named(lost)
    for difference in (("orders", "cum_qty"), ("positions", "signed_qty"), ("fills", "position_version")):
        tap.contains(found, difference)


@on_both("only so many differences are named as asked for, all are counted")
def _(store):
    copy = store.copy("few")
    store.update(copy, "fills", f"fill_id = '{ident('fill 1')}'", {"price": "100.01"})
    done = verify(copy, "--show", "2").exits(1).json()
    tap.equal(len(done["differences"]), 2)
    tap.check(done["verified"][0]["differences"] > 2, str(done["verified"]))


@on_both("what cannot be read leaves it open whether the book is right")
def _(store):
    copy = store.copy("unreadable")
    if isinstance(store, OnServer):
        host.sql("alter domain util.amount drop constraint amount_range", "unreadable")
    store.update(copy, "fills", f"fill_id = '{ident('fill 1')}'", {"price": "10000000000000000000000000"})
    tap.contains(verify(copy).exits(3).err, "more than 20 digits")
    tap.contains(verify(copy, "--account", "nobody").exits(5).err, "there is no account nobody")


@tap.test("what may not be read leaves it open, too")
def _():
    host.sql("create role nobody login")
    tap.contains(verify(host.url("told", "nobody")).exits(3).err, "could not tell whether the book is right: permission denied")


tap.main()
