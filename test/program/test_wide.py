"""The arithmetic of the C rules (src/core/wide.c) against the server's numeric and util.div18(), over edges and random numbers."""

import itertools
import os
import random

from harness import program, server, tap

CALC = os.path.join(program.BUILD, "test", "unit", "core", "wide_calc")
EDGES = ["0", "1", "-1", "0.5", "-0.5", "3", "7", "0.000000000000000001", "-0.000000000000000001", "0.000000000001", "1000000000000000",
         "-1000000000000000.000000000000000001", "99999999999999999999", "99999999999999999999.999999999999999999",
         "-99999999999999999999.999999999999999999", "0.1", "0.3", "19999.999999999999999999"]
OPERATIONS = {"add": "a + b", "sub": "a - b", "mul": "a * b", "div18": "util.div18(a, b)", "compare": "sign(a - b)"}

host = server.Server()
host.installed("wide", "core")


def number(chance):
    """As many digits as it happens, often a product of two amounts, as costs are."""
    digits = chance.choice([1, 3, 8, 20, 20, 40])
    decimals = chance.choice([0, 0, 2, 8, 12, 18, 18, 36])
    text = str(chance.randrange(10 ** chance.randint(1, digits)))
    if decimals:
        text += "." + str(chance.randrange(10**decimals)).zfill(decimals)
    return chance.choice(["", "", "-"]) + text


def compare(pairs):
    """Every operation on every pair, in C and in the server."""
    cases = [(operation, a, b) for a, b in pairs for operation in OPERATIONS if operation != "div18" or set(b) - set("-0.")]
    ours = program.run([CALC], stdin="".join(" ".join(case) + "\n" for case in cases).encode()).ok().out.splitlines()
    tap.equal(len(ours), len(cases), "answers")
    expressions = " ".join(f"when '{name}' then {expression}" for name, expression in OPERATIONS.items())
    theirs = host.sql(
        "create temporary table cases (place integer, operation text, a numeric, b numeric); copy cases from stdin;\n"
        + "".join(f"{place}\t{operation}\t{a}\t{b}\n" for place, (operation, a, b) in enumerate(cases))
        + f"\\.\nselect trim_scale(case operation {expressions} end) from cases order by place;", "wide").splitlines()
    tap.equal(len(theirs), len(cases), "answers of the server")
    for case, our, their in zip(cases, ours, theirs):
        tap.equal(our, their, " ".join(case))
    return len(cases)


@tap.test("edges: every pair of them")
def _():
    print(f"# {compare(itertools.product(EDGES, EDGES))} comparisons")


@tap.test("random numbers, prices of 1e-12 and quantities of 1e15 among them")
def _():
    chance = random.Random(20)
    pairs = [(number(chance), number(chance)) for _ in range(4000)]
    pairs += [(str(chance.randrange(10**15)), "0.00000000" + str(chance.randrange(1, 10**4)).zfill(4)) for _ in range(500)]
    print(f"# {compare(pairs)} comparisons")


@tap.test("halves are rounded away from zero, not to even")
def _():
    compare([(f"{sign}{odd}", "2000000000000000000") for sign in ("", "-") for odd in range(1, 40, 2)])


tap.main()
