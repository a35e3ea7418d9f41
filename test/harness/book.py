"""Whether a book adds up, recomputed from its fills in exact arithmetic that shares nothing with the functions in the database."""

from fractions import Fraction

from . import tap

SCALE = 10**18


def rounded(value):
    """Half away from zero to 18 decimals, as every division in the book."""
    scaled = abs(value) * SCALE
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, SCALE)


class Position:
    """Average cost over fills of a linear contract with multiplier 1 and fees in the currency of the position."""

    def __init__(self):
        self.qty, self.cost, self.realized, self.fees = Fraction(0), Fraction(0), Fraction(0), Fraction(0)

    def apply(self, side, qty, price, fee):
        delta = qty if side == "buy" else -qty
        self.fees += fee
        if delta * self.qty >= 0:
            self.cost += delta * price
        else:
            closed = min(abs(delta), abs(self.qty))
            share = self.cost if closed == abs(self.qty) else rounded(self.cost * closed / abs(self.qty))
            leaving = -delta * price if closed == abs(delta) else self.qty * price
            self.realized += leaving - share
            self.cost += delta * price + leaving - share
        self.qty += delta


def exact(text):
    return Fraction(str(text))


def amendments(one):
    """The busts and corrections of each fill, in the order in which they count."""
    found = {}
    for event in one.rows("select account_id, fill_id, kind, qty, price, fee, position_version from trading.fill_events "
                          "where outcome = 'created' order by account_id, fill_id, place"):
        found.setdefault((event["account_id"], event["fill_id"]), []).append(event)
    return found


def amended(fill, events):
    """The fill on its effective terms; None when it was busted."""
    for event in events:
        if event["kind"] == "bust":
            return None
        fill = {**fill, **{term: event[term] for term in ("qty", "price", "fee") if event[term] is not None}}
    return fill


def check(one):
    """Insists that everything in the database agrees with the fills in it. `one` is a session that may read all tables."""
    fills = one.rows("select account_id, fill_id, order_id, instrument_id, position_key, position_version, side, qty, price, fee, "
                     "position_qty, position_realized from trading.fills order by account_id, instrument_id, position_key, position_version")
    events = amendments(one)
    # Nothing says which payments a result that was answered had in it.
    funded = {(row["account_id"], row["instrument_id"], row["position_key"])
              for row in one.rows("select distinct account_id, instrument_id, position_key from trading.funding_payments")}
    folded, cum, numbers = {}, {}, {}
    for fill in fills:
        key = (fill["account_id"], fill["instrument_id"], fill["position_key"])
        own = events.get((fill["account_id"], fill["fill_id"]), [])
        later = [event["position_version"] for event in own if event["position_version"] is not None]
        numbers.setdefault(key, []).extend([fill["position_version"], *later])
        position, version, restated = folded.get(key, (Position(), 0, False))
        tap.check(fill["position_version"] > version, f"place of fill {fill['fill_id']} in its position")
        live = amended(fill, own)
        if live:
            position.apply(live["side"], exact(live["qty"]), exact(live["price"]), exact(live["fee"]))
            cum.setdefault((fill["account_id"], fill["order_id"]), []).append(live)
        restated = restated or bool(later)
        if not restated:
            tap.equal(exact(fill["position_qty"]), position.qty, f"quantity answered to fill {fill['fill_id']}")
            if key not in funded:
                tap.equal(exact(fill["position_realized"]), position.realized - position.fees, f"result answered to fill {fill['fill_id']}")
        folded[key] = (position, fill["position_version"], restated)
    for key, given in numbers.items():
        tap.equal(sorted(given), list(range(1, len(given) + 1)), f"numbers of the facts of position {key}")

    for row in one.rows("select * from trading.positions"):
        key = (row["account_id"], row["instrument_id"], row["position_key"])
        position = folded.pop(key, (Position(), 0, False))[0]
        tap.equal((row["version"], exact(row["signed_qty"]), exact(row["open_cost"]), exact(row["realized_gross"]), exact(row["fees"])),
                  (len(numbers.get(key, [])), position.qty, position.cost, position.realized, position.fees), f"position {row['position_id']}")
    tap.equal(list(folded), [], "positions that fills name and that do not exist")

    for row in one.rows("select account_id, order_id, cum_qty, cum_value from trading.orders"):
        own = cum.pop((row["account_id"], row["order_id"]), [])
        tap.equal((exact(row["cum_qty"]), exact(row["cum_value"])),
                  (sum(exact(fill["qty"]) for fill in own), sum(exact(fill["qty"]) * exact(fill["price"]) for fill in own)),
                  f"quantity and value of order {row['order_id']}")
    tap.equal(list(cum), [], "orders that fills name and that do not exist")
    tap.equal(one.rows(
        "select order_id, pending from trading.orders where (pending = 'replace') "
        "<> (num_nonnulls(requested_qty, requested_price, requested_stop_price) > 0) limit 10"), [],
        "orders that ask for other terms without a replace under way, or the other way round")
    check_log(one)
    return len(fills)


def check_log(one):
    """The event log: versions without gaps in the order of ids, orders at the version of their last event, one event a fill."""
    tap.equal(one.rows(
        "select aggregate_type, aggregate_id, aggregate_version, place from (select *, row_number() over "
        "(partition by aggregate_type, aggregate_id order by id) as place from bus.domain_events) as e "
        "where aggregate_version <> place limit 10"), [], "versions that are not 1, 2, 3 ... in the order of ids")
    tap.equal(one.rows(
        "select o.order_id, o.version, e.newest from trading.orders as o left join (select aggregate_id, max(aggregate_version) as newest "
        "from bus.domain_events where aggregate_type = 'order' group by 1) as e on e.aggregate_id = o.order_id::text "
        "where o.version is distinct from e.newest limit 10"), [], "orders whose version is not that of their newest event")
    tap.equal(one.rows(
        "select coalesce(f.fill_id::text, e.fill_id) as fill_id, e.times from trading.fills as f full join "
        "(select payload ->> 'fill_id' as fill_id, count(*) as times, min(aggregate_version) as version from bus.domain_events "
        "where event_type = 'trading.fill_recorded' group by 1) as e on e.fill_id = f.fill_id::text "
        "where f.fill_id is null or e.times is distinct from 1 or e.version <> f.order_version limit 10"), [],
        "fills without exactly one event of their order's version")
    tap.equal(one.rows("select * from bus.fn_check_contracts() limit 10"), [], "broken contracts")
