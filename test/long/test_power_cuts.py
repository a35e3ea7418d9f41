"""The power is cut 1,000 times while histories are played into books in one file."""

import os
import re

from harness import program, tap

CUTS = 1000


@tap.test(f"{CUTS} cuts: what was answered is in the book, and the book goes on")
def _():
    binary = os.path.join(program.BUILD, "test", "unit", "simulate", "book_power_cut_test")
    done = program.run([binary], env=program.clean_env(DAYBOOK_POWER_CUTS=str(CUTS)), timeout=3 * 3600).ok()
    figure = re.search(r"# (\d+) cuts, \d+ calls answered before them, none lost", done.out)
    tap.check(figure, done.out)
    print(figure[0])
    tap.equal(int(figure[1]), CUTS, "cuts")


tap.main()
