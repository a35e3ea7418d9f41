"""Facts that are neither an order's life nor a plain fill, through libdaybook: imports, busts, corrections, cash, funding, equity, closing; and reading orders back."""

from harness import calls, server, tap
from harness.calls import event

host = server.Server()
pooler = server.PgBouncer(host)
binary = calls.build()


def book(name):
    """How to make calls on a fresh book of that name, directly and through the pooler."""
    one = calls.settle(host.installed(name))
    return one, lambda *lines: calls.tell(binary, host.url(name, "trader"), *lines), lambda *lines: calls.tell(binary, pooler.url(name), *lines)


def same_again(tell, pooled, asked):
    """Answers to calls made once; made again, directly or through the pooler, each is a replay that says the same."""
    first = tell(*asked)
    tap.equal([line.split(" ", 1)[0] for line in first], ["created"] * len(asked))
    again = [line.replace("created", "replayed", 1) for line in first]
    tap.equal(pooled(*asked), again, "through the pooler")
    tap.equal(tell(*asked), again, "once more")
    return [line.split(" ", 1)[1] if " " in line else "" for line in first]


@tap.test("a bust and corrections change order and position, are replayed as they were answered, and say what conflicts")
def _():
    _, tell, pooled = book("fills")
    tap.equal(tell("submit order=o side=buy type=limit qty=10 price=110",
                   "fill fill=f1 order=o side=buy qty=5 price=100 at=1000",
                   "fill fill=f2 order=o side=buy qty=5 price=102 at=1001",
                   "submit order=s side=sell type=limit qty=4 price=110",
                   "fill fill=f3 order=s side=sell qty=4 price=110 at=1002"),
              ["created submitted 1", "created partially_filled 5 5 100 0 -", "created filled 10 10 101 0 -", "created submitted 1",
               "created filled 4 6 101 36 -"])
    tap.equal(same_again(tell, pooled, ["correct event=c1 fill=f2 price=101 fee=0.5 reason=price at=1003",
                                        "bust event=b1 fill=f2 leaves=5 reason=erroneous at=1004"]),
              ["filled 10 6 100.5 37.5", "partially_filled 5 1 100 40"])
    tap.equal(tell("bust event=b1 fill=f2 leaves=4 reason=erroneous at=1004", "correct event=c2 fill=f2 qty=1 at=1005"),
              ["conflict leaves_qty - - - - -", "refused already_busted partially_filled 5 1 100 40"])


@tap.test("a bust that comes before its fill waits, and the fill comes out busted")
def _():
    _, tell, pooled = book("waiting")
    tap.equal(same_again(tell, pooled, ["bust event=b fill=f reason=early at=1000"]), ["waiting - - - - -"])
    tap.equal(tell("fill fill=f order=o side=buy qty=5 price=100 at=999"), ["created submitted 0 0 0 0 orphan,busted"])


@tap.test("an order met at the venue is imported, and becomes ours when it is submitted")
def _():
    one, tell, pooled = book("imports")
    tap.equal(same_again(tell, pooled, ["import order=x side=buy type=limit qty=3 price=90 number=X7"]), ["accepted 1"])
    tap.equal(tell("import order=x side=buy type=limit qty=4 price=90 number=X7"), ["conflict qty accepted 1"])
    tap.equal(tell("orders number=X7"), ["external BTCUSD buy limit 3 90 - accepted 0 X7 open 1 0"])
    tell("submit order=x side=buy type=limit qty=3 price=90 tif=gtc at=500")
    tap.equal(one.row("select origin from trading.v_orders"), {"origin": "claimed"})


@tap.test("cash and funding are booked once; funding whatever its id, computed where the venue gives no amount")
def _():
    one, tell, pooled = book("money")
    tell("fill fill=f order=o side=buy qty=2 price=100 at=1000")
    tap.equal(same_again(tell, pooled, ["cash entry=d kind=deposit currency=USD amount=500.25 at=1000",
                                        "cash entry=a kind=adjustment currency=USD amount=-0.25 reason=cent at=1001",
                                        "funding payment=p1 amount=-1.5 at=2000",
                                        "funding payment=p2 rate=0.0001 mark=50000 at=3000"]),
              ["", "", "-1.5 USD 2 own", "-10 USD 2 own"])
    tap.equal(tell("cash entry=d kind=deposit currency=USD amount=500.26 at=1000", "funding payment=p3 amount=-1.5 at=2000",
                   "funding payment=p3 amount=-1.6 at=2000"),
              ["conflict amount", "replayed -1.5 USD 2 other", "conflict amount -1.5 USD 2 other"])
    tap.equal(len(one.rows("select payment_id from trading.funding_payments")), 2, "payments booked")


@tap.test("a point of equity is complete when marks and rates are, and names what is missing")
def _():
    _, tell, pooled = book("equity")
    tell("fill fill=f order=o side=buy qty=2 price=100 at=1000", "cash entry=e kind=deposit currency=EUR amount=100 at=1000")
    tap.equal(same_again(tell, pooled, ["equity point=p1 mark=110 rate=EUR:1.1 at=2000", "equity point=p2 mark=110 at=2001",
                                        "equity point=p3 rate=EUR:1.1 at=2002"]),
              ["1110 20 1130 complete -", "1000 20 1020 incomplete rate:EUR", "1110 0 1110 incomplete mark:lib/BTCUSD/perp"])
    tap.equal(tell("equity point=p1 mark=110 rate=EUR:1.2 at=2000"), ["conflict rates 1110 20 1130 complete -"])


@tap.test("a restarted bot finds its open orders with all their terms, and an order by id, key or the venue's number")
def _():
    _, tell, pooled = book("reading")
    tell("submit order=a side=buy type=limit qty=10 price=100 key=k1 at=100",
         event("acknowledge") + " order=a event=a1 number=V1",
         event("replace_request") + " order=a event=a2 qty=20 price=101",
         "fill fill=f order=a side=buy qty=1 price=100 at=101",
         "submit order=b side=sell type=market qty=5 at=102",
         event("outcome_unknown") + " order=b event=b1",
         "submit order=c side=buy type=limit qty=7 price=99 at=103",
         event("cancel") + " order=c event=c1")
    first = "local BTCUSD buy limit 10 100 20 pending_replace 1 V1 open 4 100"
    second = "local BTCUSD sell market 5 - - submitted 0 - open unknown 2 102"
    third = "local BTCUSD buy limit 7 99 - canceled 0 - 2 103"
    for ask in (tell, pooled):
        found, every, *by = ask("orders open=1", "orders", "orders order=a", "orders key=k1", "orders number=V1", "orders order=none",
                                "orders order=c open=1")
        tap.equal(sorted(found.split(" | ")), sorted([first, second]))
        tap.equal(sorted(every.split(" | ")), sorted([first, second, third]))
        tap.equal(by, [first] * 3 + ["", ""])
    tap.equal(len(tell("orders limit=2")[0].split(" | ")), 2, "orders with a limit")


@tap.test("every status that is open is found among the open orders")
def _():
    one, tell, _ = book("statuses")
    lines = ["submit order=submitted side=buy type=stop_limit qty=2 price=100 stop=99"]
    for name, *kinds in (("accepted", "acknowledge"), ("triggered", "acknowledge", "trigger"), ("pending_cancel", "cancel_request"),
                         ("pending_replace", "replace_request")):
        lines.append(f"submit order={name} side=buy type=stop_limit qty=2 price=100 stop=99")
        lines += [f"{event(kind)} order={name} event={name}{kind}{' qty=3' if kind == 'replace_request' else ''}" for kind in kinds]
    lines += ["submit order=part side=buy type=market qty=2", "fill fill=f order=part side=buy qty=1 price=100 at=1000"]
    tell(*lines)
    statuses = one.rows("select status from trading.v_orders where is_open")
    tap.equal(sorted(row["status"] for row in statuses),
              ["accepted", "partially_filled", "pending_cancel", "pending_replace", "submitted", "triggered"])
    tap.equal(len(tell("orders open=1")[0].split(" | ")), 6, "open orders")


@tap.test("an account is closed when nothing is open, and takes facts of the past, but no order, from then on")
def _():
    _, tell, pooled = book("closing")
    tap.equal(tell("submit order=o side=buy type=limit qty=1 price=100", "close reason=over", event("cancel") + " order=o event=e",
                   "close reason=over"),
              ["created submitted 1", "refused account_in_use", "created canceled 2", "created"])
    tap.equal(pooled("close reason=over", "submit order=p side=buy type=limit qty=1 price=100",
                     "cash entry=late kind=deposit currency=USD amount=1 at=1000"),
              ["replayed", "refused account_closed denied 1", "created"])


@tap.test("what cannot be read as a request, or as an amount, is an error that says so and records nothing")
def _():
    one, tell, _ = book("errors")
    answers = tell("cash entry=d kind=deposit currency=USD amount=1", "funding payment=p rate=1 at=1", "fill fill=f order=o side=buy qty=1 at=1",
                   "cash entry=d kind=deposit currency=USD amount=-1 at=1", "correct event=c fill=f", "equity point=p at=0")
    for answer, expected in zip(answers, ("error - dbk_cash_record: occurred_us", "error - dbk_funding_record: amount", "error - dbk_fill_record: side",
                                          "error TB001 dbk_cash_record:", "error TB001 dbk_fill_correct:", "error - dbk_equity_record: as_of_us")):
        tap.check(answer.startswith(expected), f"{answer} does not begin with {expected}")
    tap.equal(one.row("select (select count(*) from trading.cash_entries)::int as cash, (select count(*) from trading.fill_events)::int as events"),
              {"cash": 0, "events": 0})


tap.main()
