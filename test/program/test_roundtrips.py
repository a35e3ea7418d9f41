"""Round trips in C (src/book/roundtrip.c) against trading.fn_roundtrips() of the server, by every method, over random histories."""

import os
import random
import uuid

from harness import program, server, tap

FOLD = os.path.join(program.BUILD, "test", "unit", "book", "roundtrip_fold")
HISTORIES, FILLS = 24, 40
METHODS = {"flat_to_flat": (0, [None]), "fill_to_fill": (1, ["fifo", "lifo", "hifo"]), "flat_to_reduced": (2, ["fifo", "lifo", "hifo"]),
           "average": (3, [None])}
MATCHINGS = {None: 0, "fifo": 0, "lifo": 1, "hifo": 2}
# The numbers are those of position.h; a currency None is that of the position.
FEES = {"none": (0, None, "0"), "settle": (1, None, "0"), "base": (2, "BTC", "0"), "converted": (3, "BNB", "3.7"), "other": (4, "BNB", "0")}
FEES_OF = {"spot": list(FEES), "perp": ["none", "settle", "converted", "other"], "inverse": ["none", "settle", "converted", "other"]}
ACCOUNT = uuid.uuid5(uuid.NAMESPACE_OID, "round trips")

host = server.Server()
url = host.installed("trips")


def instrument(number):
    return uuid.uuid5(uuid.NAMESPACE_OID, f"instrument {number}")


def history(chance, number):
    """Kind, multiplier and fills of one position: (side, qty, price, fee, kind of fee, second); few quantities, so that it comes back to flat."""
    kind = chance.choice(list(FEES_OF))
    fills = []
    for place in range(FILLS):
        qty = chance.choice(["1", "1", "2", "0.5", "3", "0.333333333333333333"])
        price = f"{chance.randrange(90, 110)}.{chance.randrange(100):02d}"
        fee_kind = chance.choice(FEES_OF[kind])
        fee = "0" if fee_kind == "none" else chance.choice(["", "", "-"]) + f"0.{chance.randrange(1, 10 ** 6):0{chance.choice([6, 18])}d}"
        fills.append((chance.choice(["buy", "sell"]), qty, price, fee, fee_kind, 1709294400 + place // 3))
    return kind, chance.choice(["1", "0.001", "100"]) if kind != "spot" else "1", fills


def quoted(value):
    return "null" if value is None else f"'{value}'"


def record(number, kind, multiplier, fills):
    """SQL that registers the instrument and records the fills with one call."""
    def array(values, of):
        return f"array[{', '.join(map(quoted, values))}]::{of}[]"

    ids = [uuid.uuid5(uuid.NAMESPACE_OID, f"{number} fill {place}") for place in range(len(fills))]
    sides = {side: uuid.uuid5(uuid.NAMESPACE_OID, f"{number} order {side}") for side in ("buy", "sell")}
    rates = [FEES[fill[4]][2] if fill[4] == "converted" else None for fill in fills]
    return (f"select ref.fn_register_instrument('{instrument(number)}', 'trips', 'I{number}', '{kind}', 'BTC', 'USD', null, null, null, {multiplier});\n"
            f"select r.outcome from trading.fn_record_fills('{ACCOUNT}', {array(ids, 'uuid')}, {array([sides[f[0]] for f in fills], 'uuid')}, "
            f"{array([instrument(number)] * len(fills), 'uuid')}, {array([f[0] for f in fills], 'text')}, {array([f[1] for f in fills], 'numeric')}, "
            f"{array([f[2] for f in fills], 'numeric')}, {array([f[3] for f in fills], 'numeric')}, "
            f"{array([FEES[f[4]][1] for f in fills], 'text')}, null, null, null, null, "
            f"array(select to_timestamp(s) from unnest({array([f[5] for f in fills], 'float8')}) as s), {array(rates, 'numeric')}) as r "
            f"where r.outcome <> 'created';\n")


def theirs(number, method, matching):
    return (f"select concat_ws(' ', t.cycle, t.side, t.first_version, t.last_version, extract(epoch from t.opened_at)::bigint, "
            "extract(epoch from t.closed_at)::bigint, t.qty, t.avg_entry, t.avg_exit, t.gross, t.fees, trim_scale(t.low), trim_scale(t.high), "
            f"t.mae, t.mfe) from trading.fn_roundtrips('{ACCOUNT}', '{method}', {quoted(matching)}, '{instrument(number)}', p_limit => 10000) as t "
            "order by t.last_version, t.first_version;\nselect 'end';\n")


@tap.test("random histories of all kinds, with flips, rebates, fees in three currencies and parts that do not divide")
def _():
    chance = random.Random(11)
    histories = [history(chance, number) for number in range(HISTORIES)]
    host.sql("select ref.fn_register_currency(c, c, 'other') from unnest(array['USD', 'BTC', 'BNB']) as c;"
             "select ref.fn_register_venue('trips', 'Trips');"
             f"select trading.fn_open_account('{ACCOUNT}', 'trips', 'trips', 'USD', 'paper', 'netting', 0);"
             + "".join(record(number, *one) for number, one in enumerate(histories)), "trips", "trader")
    trips = 0
    for method, (code, matchings) in METHODS.items():
        for matching in matchings:
            asked = "".join(f"history {kind} {multiplier} {code} {MATCHINGS[matching]}\n"
                            + "".join(f"{side} {qty} {price} {fee} {FEES[of][0]} {FEES[of][2]} {second}\n" for side, qty, price, fee, of, second in fills)
                            for kind, multiplier, fills in histories)
            ours = program.run([FOLD], stdin=asked.encode()).ok().out.split("end\n")[:-1]
            told = host.sql("".join(theirs(number, method, matching) for number in range(HISTORIES)), "trips", "trader") + "\n"
            told = told.split("end\n")[:-1]
            tap.equal((len(ours), len(told)), (HISTORIES, HISTORIES), "histories answered")
            for number, (our, their) in enumerate(zip(ours, told)):
                in_order = sorted(our.splitlines(), key=lambda line: (int(line.split()[3]), int(line.split()[2])))
                tap.equal(in_order, their.splitlines(), f"{method} {matching}, history {number}: {histories[number][0]}")
                trips += len(in_order)
    tap.check(trips > 1000, f"only {trips} trips were compared")
    print(f"# {trips} trips of {HISTORIES} positions by {len(METHODS)} methods")


tap.main()
