"""The rules of positions in C (src/book/position.c) against trading._position_apply() of the server, over random histories."""

import os
import random

from harness import program, server, tap

FOLD = os.path.join(program.BUILD, "test", "unit", "book", "position_fold")
HISTORIES, FILLS = 150, 40
FEE_KINDS = {"spot": ["none", "settle", "base", "other"], "perp": ["none", "settle", "other"], "inverse": ["none", "settle", "other"]}

host = server.Server()
host.installed("fold", "trading")

SERVER = """
create temporary table fills (place integer, history integer, kind text, multiplier numeric, side text, qty numeric, price numeric,
                              fee numeric, fee_kind text);
copy fills from stdin;
{rows}\\.
do $$
declare
    v_fill record;
    v_at record;
    v_history integer := 0;
    v_qty numeric;
    v_cost numeric;
begin
    create temporary table answers (place integer, answer text);
    for v_fill in select * from fills order by place loop
        if v_fill.history <> v_history then
            v_history := v_fill.history;
            v_qty := 0;
            v_cost := 0;
        end if;
        v_at := trading._position_apply(v_fill.kind, v_fill.multiplier, v_qty, v_cost, v_fill.side, v_fill.qty, v_fill.price, v_fill.fee,
                                        v_fill.fee_kind);
        v_qty := v_at.signed_qty;
        v_cost := v_at.open_cost;
        insert into answers values (v_fill.place, concat_ws(' ', v_at.signed_qty, v_at.open_cost, v_at.avg_price, v_at.realized_gross,
            trim_scale(v_at.fee_settled), trim_scale(v_at.closed_qty), trim_scale(v_at.closed_fee)));
    end loop;
end
$$;
select answer from answers order by place;
"""


def amount(chance, digits, decimals):
    """Greater than zero, at most so long."""
    whole = chance.randrange(10 ** chance.randint(1, digits))
    part = str(chance.randrange(1, 10 ** chance.randint(1, decimals)))
    return f"{whole}.{part.rjust(chance.randint(len(part), decimals), '0')}"


def history(chance, number):
    """Fills of one position; every tenth has prices of 1e-12 and quantities of 1e15, every seventh the longest numbers there are."""
    kind = chance.choice(list(FEE_KINDS))
    multiplier = chance.choice(["1", "1", "0.001", "100"])
    tiny, longest = number % 10 == 0, number % 7 == 0
    fills = []
    held = []
    for _ in range(FILLS):
        qty = str(chance.randrange(1, 10**15)) if tiny else amount(chance, 20, 18) if longest else amount(chance, 3, 3)
        if held and chance.random() < 0.15:
            qty = chance.choice(held)  # the same again: positions come back to flat
        held.append(qty)
        price = f"0.{chance.randrange(1, 1000):012d}" if tiny else amount(chance, 20, 18) if longest else amount(chance, 5, 2)
        fee_kind = chance.choice(FEE_KINDS[kind])
        fee = "0" if fee_kind == "none" else chance.choice(["", "", "-"]) + amount(chance, 1, 18)
        fills.append((kind, multiplier, chance.choice(["buy", "sell"]), qty, price, fee, fee_kind))
    return fills


@tap.test("random histories of all kinds, with flips, rebates, fees from the quantity and the longest numbers")
def _():
    chance = random.Random(7)
    histories = [history(chance, number) for number in range(HISTORIES)]
    ours = program.run([FOLD], stdin="".join("flat\n" + "".join(" ".join(fill) + "\n" for fill in fills) for fills in histories).encode())
    flat = [(number + 1, fill) for number, fills in enumerate(histories) for fill in fills]
    rows = "".join(f"{place}\t{number}\t" + "\t".join(fill) + "\n" for place, (number, fill) in enumerate(flat))
    theirs = host.sql(SERVER.format(rows=rows), "fold").splitlines()
    ours = ours.ok().out.splitlines()
    tap.equal((len(ours), len(theirs)), (len(flat), len(flat)), "answers")
    for (number, fill), our, their in zip(flat, ours, theirs):
        tap.equal(our, their, f"history {number}, {' '.join(fill)}")
    print(f"# {len(flat)} fills of {HISTORIES} positions")


tap.main()
