"""A worker and its ledger: an account at a venue with two contracts, and the calls of the program that trades for it."""

import uuid

from . import session, tap
from .session import call

T1, T2 = (f"2024-03-01 12:0{minute}:00+00" for minute in range(2))
PERP, OTHER = uuid.uuid4(), uuid.uuid4()


def settle(one):
    """The venue and its contracts, BTCUSDT and ETHUSDT, in a database with the modules."""
    for code in ("USDT", "BTC", "ETH"):
        one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
    one.row(call("ref.fn_register_venue", code="binance", name="Binance"))
    for made, base in ((PERP, "BTC"), (OTHER, "ETH")):
        one.row(call("ref.fn_register_instrument", instrument_id=made, venue="binance", symbol=f"{base}USDT", kind="perp", base=base,
                     quote="USDT"))


def refused(asker, query, sqlstate, what):
    """Insists that the server refuses a query with that SQLSTATE."""
    try:
        asker.rows(query)
    except session.Refused as error:
        tap.equal(error.sqlstate, sqlstate, what)
        return
    raise tap.Failure(f"it was allowed: {what}")


class Worker:
    """An account, and the calls of the program that trades for it."""

    def __init__(self, one, name):
        self.one, self.account = one, uuid.uuid4()
        self.one.row(call("trading.fn_open_account", account_id=self.account, name=name, venue="binance", currency="USDT", mode="paper",
                          position_mode="netting", opening_balance=1000))

    def submit(self, order, **terms):
        return call("trading.fn_submit_order", **{**dict(
            account_id=self.account, order_id=order, instrument_id=PERP, side="buy", type="limit", qty=3, price=100, stop_price=None,
            time_in_force="gtc", submitted_at=T1), **terms})

    def fill(self, order, fill=None, **terms):
        return call("trading.fn_record_fill", **{**dict(
            account_id=self.account, fill_id=fill or uuid.uuid4(), order_id=order, instrument_id=PERP, side="buy", qty=1, price=100, fee=0,
            fee_currency=None, liquidity=None, venue_trade_id=None, filled_at=T2), **terms})

    def event(self, function, order, **more):
        return call(f"trading.{function}", account_id=self.account, order_id=order, event_id=uuid.uuid4(), occurred_at=T2, **more)

    def placed(self, **terms):
        """An order that the venue took."""
        order = uuid.uuid4()
        self.one.row(self.submit(order, **terms))
        self.one.row(self.event("fn_acknowledge_order", order, exchange_order_id=f"X-{order}"))
        return order

    def orders(self, **asked):
        return self.one.rows(call("trading.fn_orders", account_id=self.account, **asked))

    def status(self, order):
        return self.orders(order_id=order)[0]["status"]

    def position(self):
        held = self.one.rows(call("trading.fn_positions", account_id=self.account, open_only=False))
        return [(row["qty"], row["realized_pnl"]) for row in held]

    def fills(self):
        return len(self.one.rows(call("trading.fn_fills", account_id=self.account)))
