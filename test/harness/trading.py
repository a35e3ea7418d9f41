"""The calls of a trading day with what a test usually leaves open filled in; any argument can be given."""

from .session import Raw, call

T1 = "2024-03-01 12:00:00+00"


def opening(holder, venue):
    return call("trading.fn_open_account", account_id=holder, name=venue, venue=venue, currency="USD", mode="paper",
                position_mode="netting", opening_balance=1000)


def order(holder, order_id, traded, side="buy", **changes):
    return call("trading.fn_submit_order", **{**dict(
        account_id=holder, order_id=order_id, instrument_id=traded, side=side, type="limit", qty=1000, price=100, stop_price=None,
        time_in_force="gtc"), **changes})


def fill(holder, fill_id, order_id, traded, side="buy", **changes):
    return call("trading.fn_record_fill", **{**dict(
        account_id=holder, fill_id=fill_id, order_id=order_id, instrument_id=traded, side=side, qty=1, price=100, fee=Raw("0.1"),
        fee_currency="USD", liquidity=None, venue_trade_id=None, filled_at=T1), **changes})


def fills(holder, items):
    """A batch: items are (fill_id, order_id, instrument_id, side, qty, price)."""
    columns = [list(column) for column in zip(*items)]
    count = len(items)
    return call("trading.fn_record_fills", account_id=holder, fill_ids=columns[0], order_ids=columns[1], instrument_ids=columns[2],
                sides=columns[3], qtys=columns[4], prices=columns[5], fees=None, fee_currencies=None, liquidities=None,
                venue_trade_ids=None, trade_discriminators=None, position_keys=None,
                filled_ats=Raw(f"array_fill('{T1}'::timestamptz, array[{count}])"))
