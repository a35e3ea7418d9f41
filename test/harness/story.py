"""A small book with something of everything in it, recorded through the functions, the same every time but for what the server assigns."""

import uuid

from .session import Raw, call


def ident(name):
    """The same id for the same name."""
    return uuid.uuid5(uuid.NAMESPACE_OID, "story " + name)


def at(minute):
    return f"2024-03-01 12:{minute:02d}:00+00"


class Story:
    """Tells itself to a session whose role may do everything. Instruments get ids of their own in every telling."""

    def __init__(self, one):
        self.one = one
        self.instruments = {name: uuid.uuid4() for name in ("spot", "perp", "inverse")}
        self.account = ident("account")
        self.fills = 0

    def run(self, function, **arguments):
        return self.one.row(call(function, **arguments))

    def tell(self):
        for code in ("USD", "BTC", "BNB"):
            self.run("ref.fn_register_currency", code=code, name=code, kind="other")
        self.run("ref.fn_register_venue", code="story", name="Story")
        for kind, made in self.instruments.items():
            self.run("ref.fn_register_instrument", instrument_id=made, venue="story", symbol=f"BTC{kind.upper()}", kind=kind, base="BTC",
                     quote="USD", multiplier=100 if kind == "inverse" else 1)
        self.run("trading.fn_open_account", account_id=self.account, name="story", venue="story", currency="USD", mode="paper",
                 position_mode="netting", opening_balance=100000)
        self.orders()
        self.executions()
        self.amendments()
        self.replaces()
        self.money()
        self.run("trading.fn_record_equity", account_id=self.account, point_id=ident("equity"), as_of=at(50),
                 instrument_ids=Raw("array['{}', '{}']::uuid[]".format(self.instruments["perp"], self.instruments["inverse"])),
                 prices=[Raw("107.25"), Raw("20000")], currencies=["BTC"], rates=[Raw("20500.5")])
        self.run("trading.fn_record_performance", account_id=self.account, snapshot_id=ident("performance"), since=at(0), as_of=at(51))
        self.reconcile()
        return self

    def order(self, name, kind, side, qty, price=100):
        return self.run("trading.fn_submit_order", account_id=self.account, order_id=ident(name), instrument_id=self.instruments[kind],
                        side=side, type="limit", qty=Raw(str(qty)), price=Raw(str(price)), stop_price=None, time_in_force="gtc",
                        submitted_at=at(0))

    def event(self, function, name, order, **more):
        return self.run(f"trading.{function}", account_id=self.account, order_id=ident(order), event_id=ident(name), occurred_at=at(0),
                        **more)

    def fill(self, order, kind, side, qty, price, minute, fee=0, fee_currency=None, **more):
        self.fills += 1
        return self.run("trading.fn_record_fill", **{**dict(
            account_id=self.account, fill_id=ident(f"fill {self.fills}"), order_id=ident(order), instrument_id=self.instruments[kind],
            side=side, qty=Raw(str(qty)), price=Raw(str(price)), fee=Raw(str(fee)), fee_currency=fee_currency, liquidity="taker",
            venue_trade_id=f"t{self.fills}", filled_at=at(minute)), **more})

    def orders(self):
        self.order("long", "perp", "buy", 30)
        self.event("fn_acknowledge_order", "long taken", "long", exchange_order_id="x1")
        self.order("short", "perp", "sell", 40)
        self.event("fn_acknowledge_order", "short taken", "short", exchange_order_id="x2")
        self.order("canceled", "perp", "sell", 5)
        self.event("fn_acknowledge_order", "canceled taken", "canceled", exchange_order_id="tab\tback\\slash")
        self.event("fn_cancel_order", "canceled gone", "canceled", reason="two\nlines")
        self.event("fn_acknowledge_order", "canceled again", "canceled", exchange_order_id="x3")
        self.order("rejected", "spot", "buy", 1)
        self.event("fn_reject_order", "rejected gone", "rejected", reason="too late")
        self.order("coins", "spot", "buy", 3)
        self.order("contracts", "inverse", "sell", 7, 20000)

    def replaces(self):
        """Replaced, refused to be, imported, resolved by an operator, and claimed."""
        self.order("moved", "perp", "buy", 10)
        self.event("fn_acknowledge_order", "moved taken", "moved", exchange_order_id="x5")
        self.replace("fn_request_replace", "moved asked", "moved", qty=Raw("8"), price=Raw("101.5"), reason=None)
        self.replace("fn_replace_order", "moved done", "moved", exchange_order_id=None)
        self.replace("fn_request_replace", "moved again", "moved", price=Raw("99"), reason=None)
        self.event("fn_doubt_order", "moved unknown", "moved", reason="timeout")
        self.event("fn_resolve_order", "moved decided", "moved", event="replace_reject", reason="the venue's page shows the old price")
        self.run("trading.fn_import_order", account_id=self.account, order_id=ident("met"), instrument_id=self.instruments["perp"],
                 side="buy", type="limit", qty=Raw("2"), price=Raw("90"), stop_price=None, time_in_force=None, exchange_order_id="x6")
        self.fill("met", "perp", "buy", "1", 90, 22)
        self.order("met", "perp", "buy", 2, 90)
        self.event("fn_request_cancel", "met asked", "met", reason="enough")

    def replace(self, function, name, order, qty=None, price=None, **more):
        return self.event(function, name, order, qty=qty, price=price, stop_price=None, **more)

    def money(self):
        """Funding as the venue says and by rate and mark, cash of several currencies, a cycle that ends with a fee in a third asset."""
        self.fund("venue", "inverse", 15, amount=Raw("-0.00125"))
        self.fund("computed", "inverse", 16, rate=Raw("0.0001"), mark=Raw("19107.3"))
        self.fund("contracts", "inverse", 12, rate=Raw("-0.0003"), mark=Raw("19111.7"))
        self.fund("before the end", "perp", 25, amount=Raw("0.75"))
        self.cash("paid in", "deposit", "USD", "2500.5")
        self.cash("tokens", "transfer", "BNB", "3")
        self.cash("paid out", "withdrawal", "USD", "-100.25")
        self.fill("out", "perp", "sell", "2.5", 110, 30, "0.001", "BNB", fee_rate=Raw("300"))
        self.fill("in again", "perp", "buy", "1.5", 111, 31)
        self.fill("in again", "perp", "buy", "2.5", 111, 31, fill_id=ident(f"fill {self.fills}"))  # a contradiction
        self.fill("in again", "perp", "buy", "0.5", 112, 32)

    def fund(self, name, kind, minute, amount=None, rate=None, mark=None):
        return self.run("trading.fn_record_funding", account_id=self.account, payment_id=ident(f"funding {name}"),
                        instrument_id=self.instruments[kind], funding_time=at(minute), amount=amount, rate=rate, mark=mark)

    def reconcile(self):
        """A fill that the venue alone knew, one that stands for fills that it did not tell, an order met, and cash."""
        perp = {"symbol": "BTCPERP", "kind": "perp"}
        self.one.rows(call(
            "trading.fn_reconcile", account_id=self.account, reconcile_id=ident("reconcile"), as_of=at(55), apply=True, book_cash=True,
            venue_state={"fills": [{**perp, "venue_trade_id": "t100", "exchange_order_id": "x8", "side": "sell", "qty": "0.25", "price": "109",
                                    "filled_at": at(52)}],
                         "orders_queried": [{**perp, "exchange_order_id": "x8", "status": "filled"}],
                         "positions": [{**perp, "qty": "2.125", "avg_price": "110.5"}, {"symbol": "BTCINVERSE", "qty": -4}],
                         "balances": [{"currency": code, "balance": 1000} for code in ("USD", "BTC", "BNB")]}))

    def cash(self, name, kind, currency, amount):
        return self.run("trading.fn_record_cash", account_id=self.account, entry_id=ident(f"cash {name}"), kind=kind, currency=currency,
                        amount=Raw(amount), occurred_at=at(45), reason=name)

    def executions(self):
        """A flip, fees in three currencies, a late fill, an overfill, an unknown order, an older fill, rounding."""
        self.fill("long", "perp", "buy", 12, 100, 1, "0.12", "USD")
        self.fill("long", "perp", "buy", 17, 99, 2, "0.1683", "USD")
        self.fill("short", "perp", "sell", 9, 101, 3, "-0.02", "USD")
        self.fill("short", "perp", "sell", 31, "105.5", 4, "0.3", "BNB")
        self.fill("canceled", "perp", "sell", 1, 104, 5)
        self.fill("long", "perp", "buy", 4, "103.333333", 3)
        self.fill("coins", "spot", "buy", 1, 2000, 6, "0.001", "BTC")
        self.fill("coins", "spot", "sell", "0.333", 2100, 7, 2, "USD", order_id=ident("unknown order"))
        self.fill("contracts", "inverse", "sell", 7, "19999.5", 8, "0.0000001", "BTC")
        self.fill("contracts", "inverse", "sell", 3, 20000, 9)
        self.fill("closing", "inverse", "buy", 6, "19000.1", 10)
        self.fill("coins", "spot", "buy", "0.5", 2050, 11, "0.004", "BNB", fee_rate=Raw("310.5"))

    def amendments(self):
        """A fill busted, one corrected twice, a bust refused, a correction and a bust that come before their fills."""
        self.correct("priced anew", 2, price=Raw("98.5"))
        self.correct("and its fee", 2, fee=Raw("0.0005"), fee_currency="BNB", fee_rate=Raw("301"))
        self.bust("never was", 3)
        self.bust("never was again", 3)
        self.correct("less than said", 13, qty=Raw("2"))
        self.bust("before it came", 14)
        self.fill("coins", "spot", "buy", "2.5", 1990, 20)
        self.fill("coins", "spot", "buy", "1", 1, 21)

    def correct(self, name, fill, **terms):
        return self.run("trading.fn_correct_fill", **{**dict(
            account_id=self.account, event_id=ident(name), fill_id=ident(f"fill {fill}"), qty=None, price=None, fee=None, fee_currency=None,
            fee_rate=None, reason="the venue says so", occurred_at=at(40)), **terms})

    def bust(self, name, fill, leaves_qty=None):
        return self.run("trading.fn_bust_fill", account_id=self.account, event_id=ident(name), fill_id=ident(f"fill {fill}"),
                        leaves_qty=leaves_qty, reason="never happened", occurred_at=at(41))
