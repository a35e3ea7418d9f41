"""`daybook book verify`: a book with everything in it is right; every derived value that is changed by hand is named."""

from harness import program, server, session, tap
from harness.story import Story, ident

host = server.Server()
url = host.installed("told")
teller = session.Session(url)
Story(teller).tell()
teller.close()  # the database is copied below, which takes that nobody is in it


def verify(*arguments, target=None):
    return program.daybook("book", "verify", "--url", target or url, "--format", "json", *arguments)


def named(*arguments, target=None):
    """Which columns of which tables are said to differ."""
    done = verify(*arguments, target=target).exits(1).json()
    tap.equal(done["verified"][0]["differences"], len(done["differences"]), "differences counted")
    return sorted({(row["table"], row["column"]) for row in done["differences"]})


def forge(name, table, where, **values):
    """A copy of the book in which columns of one row are changed by hand, past all triggers and rights; which were named."""
    copy = host.url(name, "postgres")
    host.sql(f'create database "{name}" template told')
    assignments = ", ".join(f"{column} = {value}" for column, value in values.items())
    changed = host.sql(f"set session_replication_role = replica; with c as (update trading.{table} set {assignments} where {where} returning 1) "
                       "select count(*) from c", name)
    tap.equal(changed, "1", "rows that were changed by hand")
    return named(target=copy)


@tap.test("a book with something of everything is right, and all of it was compared")
def _():
    done = verify().exits(0).json()
    tap.equal(done["differences"], [])
    counts = done["verified"][0]
    for table in ("orders", "order_events", "fills", "fill_events", "positions"):
        tap.equal(str(counts[table]), host.sql(f"select count(*) from trading.{table}", "told"), table)
    digest = program.daybook("book", "dump", "--url", url, "--digest", "--format", "json").ok().json()["digests"][-1]["sha256"]
    tap.equal(counts["sha256"], digest, "digest")
    for count, table in (("roundtrips", "roundtrips"), ("funding_payments", "funding_payments")):
        tap.equal(str(counts[count]), host.sql(f"select count(*) from trading.{table}", "told"), table)
    tap.equal(verify("--account", "story").exits(0).json()["verified"], done["verified"])
    tap.contains(program.daybook("book", "verify", "--url", url).exits(0).out, "values_compared")


FORGERIES = [
    ("orders", "order_id = '{moved}'", dict(
        lifecycle="'triggered'", pending="'cancel'", outcome_unknown="true", exchange_order_id="'forged'", working_qty="7.9",
        working_price="101.4", working_stop_price="1", requested_qty="1", requested_price="2", requested_stop_price="3",
        cum_qty="0.000000000000000001", cum_value="1", version="version + 1"), ["status"]),
    ("orders", "order_id = '{canceled}'", dict(lifecycle="'accepted'"), ["is_open", "status"]),
    ("orders", "order_id = '{met}'", dict(origin="'external'"), []),
    ("order_events", "event_id = '{moved done}'", dict(status="'filled'", order_version="99"), []),
    ("order_events", "event_id = '{canceled again}'", dict(outcome="'created'", refusal_code="null", refusal_detail="null"), []),
    ("fills", "fill_id = '{fill 4}'", dict(
        order_version="77", order_status="'accepted'", order_cum_qty="1", position_cycle="7", position_qty="1",
        position_avg_price="2", realized_gross="3", realized_net="4", position_realized="5"), []),
    ("fills", "fill_id = '{fill 5}'", dict(flags="'{late,overfill,orphan}'"), []),
    ("fills", "fill_id = '{fill 6}'", dict(flags="'{out_of_order,unpriced_fee}'"), []),
    ("fills", "fill_id = '{fill 14}'", dict(order_status="'accepted'", order_cum_qty="100", flags="'{}'"), []),
    ("fills", "position_version = (select p.position_version + 1 from trading.funding_payments as p where p.payment_id = '{funding before the end}') "
     "and instrument_id = (select p.instrument_id from trading.funding_payments as p where p.payment_id = '{funding before the end}')",
     dict(position_realized="5"), []),
    ("fill_events", "event_id = '{never was}'", dict(
        order_version="77", order_status="'accepted'", order_cum_qty="1", position_cycle="7", position_qty="1.25",
        position_avg_price="2", position_realized="5"), []),
    ("positions", "kind = 'perp'", dict(
        signed_qty="1.75", open_cost="1", avg_price="2", realized_gross="3", fees="4", funding="5", cycle="6", version="version + 1",
        opened_at="'2020-01-01'", last_fill_at="'2020-01-02'", cycle_version="70", cycle_qty="71", cycle_entry_value="72",
        cycle_exit_value="73", cycle_low="74", cycle_high="75", cycle_gross_before="76", cycle_fees_before="77"), ["realized_net"]),
    ("roundtrips", "cycle = 1 and exists (select from trading.positions as p where p.position_id = roundtrips.position_id and p.kind = 'perp')", dict(
        side="'short'", opened_at="'2020-01-01'", closed_at="'2020-01-02'", qty="1", entry_value="2", exit_value="3", gross="4", fees="5",
        low="6", high="7", first_version="80", last_version="90"), []),
    ("funding_payments", "payment_id = '{funding computed}'", dict(amount="1", currency="'BNB'"), []),
    ("position_fees", "currency = 'BNB' and converted > 0 and priced < amount", dict(
        fee_kind="'base'", amount="amount + 1", priced="7", converted="8"), []),
    ("fill_restatements", "fill_id = '{fill 4}'", dict(position_cycle="9", position_qty="9", realized_gross="9", realized_net="9"), []),
]


@tap.test("every derived column that is changed by hand is named, and nothing else")
def _():
    for number, (table, where, values, generated) in enumerate(FORGERIES):
        place = where
        for name in ("moved done", "moved", "canceled again", "canceled", "met", "fill 4", "fill 5", "fill 6", "fill 14", "never was", "funding computed",
                     "funding before the end"):
            place = place.replace("{" + name + "}", str(ident(name)))
        found = forge(f"forged{number}", table, place, **values)
        unwanted = {"refusal_code", "refusal_detail"}
        expected = {(table, column) for column in [*values, *generated] if column not in unwanted}
        missing = expected - set(found)
        tap.equal(sorted(missing), [], f"columns of {table} whose forgery was not named; named: {found}")
        # What is made of the forged value may be named too: the order of a fact whose number was forged, balances of positions.
        tap.equal(sorted({name for name, _ in found} - {table, "order_events", "orders", "fills", "fill_events", "fill_restatements", "positions",
                                                                 "domain_events", "v_cash_balances"}), [])


@tap.test("rows that are missing or too much are named")
def _():
    def without(name, table, where):
        host.sql(f'create database "{name}" template told')
        host.sql(f"set session_replication_role = replica; delete from trading.{table} where {where}", name)
        return named(target=host.url(name, "postgres"))

    tap.contains(without("noposition", "positions", "kind = 'perp'"), ("positions", "row"))
    tap.contains(without("noorder", "orders", f"order_id = '{ident('moved')}'"), ("orders", "row"))
    tap.equal(without("nofees", "position_fees", "currency = 'BTC'"), [("position_fees", "row")])
    tap.equal(without("norestatement", "fill_restatements", f"fill_id = '{ident('fill 4')}'"), [("fill_restatements", "row")])
    tap.equal(without("notrip", "roundtrips", "cycle = 1"), [("roundtrips", "row")])
    host.sql('create database "toomuch" template told')
    host.sql("insert into trading.fill_restatements select account_id, fill_id, position_cycle, position_qty, realized_gross, realized_net "
             "from trading.fills as f where not exists (select from trading.fill_restatements as r where r.fill_id = f.fill_id) limit 1",
             "toomuch")
    tap.equal(named(target=host.url("toomuch", "postgres")), [("fill_restatements", "row")])


@tap.test("an event that is missing, and a version that no event gave, are named")
def _():
    host.sql('create database "noevent" template told')
    changed = host.sql("set session_replication_role = replica; with e as (delete from bus.domain_events where event_type = "
                       "'trading.order_acknowledged' and aggregate_version = 2 returning 1), a as (update trading.accounts set version = version + 1 "
                       "returning 1), h as (delete from bus.aggregate_heads where aggregate_type = 'position' returning 1) "
                       "select (select count(*) from e) > 0 and (select count(*) from a) > 0 and (select count(*) from h) > 0", "noevent")
    tap.equal(changed, "t")
    tap.equal(named(target=host.url("noevent", "postgres")), [("domain_events", "events"), ("domain_events", "highest"), ("domain_events", "row")])


@tap.test("a fact that is changed, or lost, shows in what was made of it")
def _():
    found = forge("changed", "fills", f"fill_id = '{ident('fill 1')}'", price="100.01")
    for difference in (("orders", "cum_value"), ("positions", "realized_gross"), ("fills", "position_avg_price")):
        tap.contains(found, difference)
    host.sql('create database "lost" template told')
    host.sql(f"set session_replication_role = replica; delete from trading.fills where fill_id = '{ident('fill 5')}'", "lost")
    found = named(target=host.url("lost", "postgres"))
    for difference in (("orders", "cum_qty"), ("positions", "signed_qty"), ("fills", "position_version")):
        tap.contains(found, difference)


@tap.test("only so many differences are named as asked for, all are counted")
def _():
    done = verify("--show", "2", target=host.url("changed", "postgres")).exits(1).json()
    tap.equal(len(done["differences"]), 2)
    tap.check(done["verified"][0]["differences"] > 2, str(done["verified"]))


@tap.test("what cannot be read leaves it open whether the book is right")
def _():
    host.sql("create role nobody login")
    tap.contains(verify(target=host.url("told", "nobody")).exits(3).err, "could not tell whether the book is right: permission denied")
    host.sql('create database "unreadable" template told')
    host.sql("alter domain util.amount drop constraint amount_range; set session_replication_role = replica; "
             f"update trading.fills set price = 1e25 where fill_id = '{ident('fill 1')}'", "unreadable")
    tap.contains(verify(target=host.url("unreadable", "postgres")).exits(3).err, "more than 20 digits")
    tap.contains(verify("--account", "nobody").exits(5).err, "there is no account nobody")


tap.main()
