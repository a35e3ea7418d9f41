"""Random books and what a venue might say of them: statements that are right, late, incomplete, wrong and contradictory."""

import decimal
import random
import uuid

from .session import Raw, call

VENUE = "venue"
INSTRUMENTS = {"BTCUSD": "spot", "BTCPERP": "perp", "BTCINV": "inverse", "ETHPERP": "perp"}
CURRENCIES = ("USD", "BTC", "ETH", "BNB", "XYZ")
D = decimal.Decimal


def ident(name):
    return uuid.uuid5(uuid.NAMESPACE_OID, "venue " + name)


def at(second):
    return f"2024-03-01T{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"


def reference(one):
    for code in CURRENCIES:
        one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
    one.row(call("ref.fn_register_venue", code=VENUE, name="Venue"))
    for symbol, kind in INSTRUMENTS.items():
        one.row(call("ref.fn_register_instrument", instrument_id=ident(symbol), venue=VENUE, symbol=symbol, kind=kind, base=symbol[:3], quote="USD",
                     multiplier=10 if kind == "inverse" else 1))


class Account:
    """One account's random history, recorded through the functions of a server, and statements of its venue."""

    def __init__(self, one, seed):
        self.one = one
        self.dice = random.Random(seed)
        self.name = f"account {seed}"
        self.id = ident(self.name)
        self.hedging = self.dice.random() < 0.25
        self.second = 0
        self.orders = []  # name, symbol, side, key, exchange id
        self.fills = []  # what the venue would tell of each, and the id it has in the book
        self.made = 0

    # ---- the book ----

    def new(self, what):
        self.made += 1
        return f"{what} {self.made} of {self.name}"

    def amount(self, low, high, digits):
        return str(round(D(self.dice.uniform(low, high)), digits))

    def run(self, function, **arguments):
        return self.one.row(call(f"trading.{function}", account_id=self.id, **arguments))

    def later(self):
        self.second += self.dice.randrange(1, 90)
        return at(self.second)

    def tell(self, events):
        self.one.row(call("trading.fn_open_account", account_id=self.id, name=self.name, venue=VENUE, currency="USD", mode="paper",
                          position_mode="hedging" if self.hedging else "netting", opening_balance=Raw(self.amount(0, 9999, 2))))
        self.order()
        for _ in range(events):
            self.dice.choices((self.order, self.event, self.fill, self.amend, self.money), (25, 30, 40, 12, 8))[0]()

    def order(self):
        symbol = self.dice.choice(list(INSTRUMENTS))
        name, side = self.new("order"), self.dice.choice(("buy", "sell"))
        key = self.dice.choice(("long", "short")) if self.hedging else ""
        self.run("fn_submit_order", order_id=ident(name), instrument_id=ident(symbol), side=side, type="limit", qty=Raw(self.amount(1, 9, 1)),
                 price=Raw(self.amount(90, 110, 2)), stop_price=None, time_in_force="gtc", position_key=key, submitted_at=self.later())
        self.orders.append([name, symbol, side, key, None])

    def event(self):
        order = self.dice.choice(self.orders)
        kind = self.dice.choices(("acknowledge", "cancel_request", "replace_request", "cancel", "replace_reject", "outcome_unknown", "expire"),
                                 (50, 15, 15, 5, 5, 8, 2))[0]
        number = self.new("x") if kind == "acknowledge" and order[4] is None else None
        answer = self.run("fn_record_order_event", order_id=ident(order[0]), event_id=ident(self.new("event")), event=kind, exchange_order_id=number,
                          reason=None, occurred_at=self.later(), qty=Raw(self.amount(1, 9, 1)) if kind == "replace_request" else None)
        if number and answer["outcome"] == "created":
            order[4] = number

    def fee(self, symbol):
        currency = self.dice.choice((None, "USD", symbol[:3], "BNB"))
        rate = self.amount(300, 400, 1) if currency == "BNB" and self.dice.random() < 0.5 else None
        return (self.amount(-0.01, 0.05, 4), currency, rate) if self.dice.random() < 0.7 else ("0", None, None)

    def fill(self):
        name, symbol, side, key, _ = self.dice.choice(self.orders)
        fee, currency, rate = self.fee(symbol)
        told = {"fill_id": str(ident(self.new("fill"))), "order_id": str(ident(name)), "symbol": symbol, "side": side, "qty": self.amount(0.1, 4, 2),
                "price": self.amount(80, 120, 2), "fee": fee, "fee_currency": currency, "fee_rate": rate, "filled_at": self.later(),
                "venue_trade_id": self.new("t"), "position_key": key}
        self.run("fn_record_fill", fill_id=told["fill_id"], order_id=told["order_id"], instrument_id=ident(symbol), side=side, qty=Raw(told["qty"]),
                 price=Raw(told["price"]), fee=Raw(fee), fee_currency=currency, liquidity=None, venue_trade_id=told["venue_trade_id"],
                 position_key=key, filled_at=told["filled_at"], fee_rate=Raw(rate) if rate else None)
        self.fills.append(told)

    def amend(self):
        """A bust or correction, of a fill that is there or of one that the venue will tell of later."""
        early = not self.fills or self.dice.random() < 0.3
        fill_id = str(ident(f"early {self.dice.randrange(3)} of {self.name}")) if early else self.dice.choice(self.fills)["fill_id"]
        if self.dice.random() < 0.5:
            self.run("fn_bust_fill", event_id=ident(self.new("bust")), fill_id=fill_id, occurred_at=self.later())
        else:
            self.run("fn_correct_fill", event_id=ident(self.new("correction")), fill_id=fill_id, qty=Raw(self.amount(0.1, 4, 2)),
                     price=Raw(self.amount(80, 120, 2)), occurred_at=self.later())

    def money(self):
        self.run("fn_record_cash", entry_id=ident(self.new("cash")), kind="deposit", currency=self.dice.choice(("USD", "BTC", "BNB")),
                 amount=Raw(self.amount(1, 100, 3)), occurred_at=self.later(), reason=None)

    # ---- what the venue says ----

    def statement(self):
        """A state as `daybook book reconcile` takes it; positions and balances are near what the server's book has now."""
        said = {"as_of": at(self.second + self.dice.randrange(0, 400) if self.dice.random() < 0.9 else self.second // 2)}
        for section, tell in (("fills", self.told_fills), ("open_orders", self.told_open), ("orders_queried", self.told_queried),
                              ("positions", self.told_positions), ("balances", self.told_balances)):
            if self.dice.random() < 0.8:
                said[section] = tell()
        said.setdefault("fills", [])
        return said

    def told_fills(self):
        told = [self.altered(fill) for fill in self.fills if self.dice.random() < 0.5]
        for number in range(self.dice.randrange(4)):
            order = self.dice.choice(self.orders)
            fee, currency, rate = self.fee(order[1])
            fill = {"symbol": order[1], "side": order[2], "qty": self.amount(0.1, 3, 2), "price": self.amount(80, 120, 2), "fee": fee,
                    "fee_currency": currency, "fee_rate": rate, "filled_at": self.later(), "position_key": order[3] or None}
            if number == 0 and self.dice.random() < 0.4:
                fill["fill_id"] = str(ident(f"early {self.dice.randrange(3)} of {self.name}"))
            else:
                fill["venue_trade_id"] = self.new("t")
            if order[4] and self.dice.random() < 0.5:
                fill["exchange_order_id"] = order[4]
            elif self.dice.random() < 0.6:
                fill["order_id"] = str(ident(order[0]))
            told.append(fill)
        return told

    def altered(self, fill):
        """As the venue tells it, now and then otherwise than before."""
        fill = dict(fill)
        if self.dice.random() < 0.4:
            del fill["fill_id"]
        if self.dice.random() < 0.1:
            fill[self.dice.choice(("qty", "price"))] = self.amount(1, 3, 1) + "0"
        fill["qty"] = self.dice.choice((fill["qty"], fill["qty"] + "00", float(fill["qty"])))
        return fill

    def told_open(self):
        told = []
        for name, symbol, side, key, number in self.dice.sample(self.orders, self.dice.randrange(len(self.orders) + 1)):
            entry = {"symbol": symbol, "side": side, "type": "limit", "qty": self.amount(1, 9, 1), "price": self.amount(90, 110, 2),
                     "position_key": key or None, "time_in_force": self.dice.choice(("gtc", None))}
            entry.update({"exchange_order_id": number} if number and self.dice.random() < 0.5 else {"order_id": str(ident(name))})
            if self.dice.random() < 0.4:
                entry.update(filled_qty=self.amount(0, 5, 1), avg_price=self.amount(90, 110, 2))
            told.append(entry)
        if self.dice.random() < 0.4:
            told.append({"symbol": "ETHPERP", "side": "sell", "type": "stop_limit", "qty": "2.50", "price": "99", "stop_price": "99.5",
                         "exchange_order_id": self.new("x"), "submitted_at": self.later(), "position_key": "short" if self.hedging else ""})
        return told

    def told_queried(self):
        told = []
        for name, symbol, _, _, number in self.dice.sample(self.orders, self.dice.randrange(len(self.orders) + 1)):
            entry = {"status": self.dice.choice(("open", "triggered", "filled", "canceled", "expired", "rejected", "not_found", "not_found")),
                     "reason": self.dice.choice((None, "as the \"venue\" says\n"))}
            entry.update({"exchange_order_id": number, "symbol": symbol} if number and self.dice.random() < 0.5 else {"order_id": str(ident(name))})
            if self.dice.random() < 0.5:
                entry.update(filled_qty=self.amount(0, 5, 1), avg_price=self.amount(90, 110, 3))
            told.append(entry)
        if self.dice.random() < 0.2:
            told.append({"symbol": "BTCUSD", "exchange_order_id": self.new("x"), "status": "open"})
        return told

    def told_positions(self):
        told = []
        for row in self.one.rows(f"select p.symbol, p.position_key, p.qty::text, p.avg_price::text from trading.fn_positions('{self.id}') as p"):
            roll = self.dice.random()
            if roll < 0.2:
                continue
            entry = {"symbol": row["symbol"], "qty": row["qty"], "avg_price": row["avg_price"] if D(row["avg_price"]) > 0 else None}
            if roll < 0.6:
                entry["qty"] = str(D(row["qty"]) * self.dice.choice((2, D("0.5"), -1, D("1.5"))))[:18]
                entry["avg_price"] = self.dice.choice((self.amount(80, 120, 3) + "0", None))
            if self.hedging and self.dice.random() < 0.8:
                entry["position_key"] = row["position_key"]
            elif any(other["symbol"] == row["symbol"] for other in told):
                continue
            told.append(entry)
        return told

    def told_balances(self):
        told = []
        for row in self.one.rows(f"select b.currency, b.balance::text as balance from trading.v_cash_balances as b where b.account_id = '{self.id}'"):
            if self.dice.random() < 0.7:
                same = self.dice.random() < 0.5 and len(row["balance"].rpartition(".")[2]) < 18
                told.append({"currency": row["currency"], "balance": row["balance"] if same else self.amount(-50, 9999, 2)})
        return told
