"""1,000 histories of 1,000 operations into a server, into files and through spools, with all that can go wrong meanwhile."""

import re

from harness import program, server, tap


@tap.test("1,000 seeds, 1,000 operations each: no difference")
def _():
    done = program.daybook("simulate", "--seeds", 1000, "--operations", 1000, "--pg-bin", server.bin_folder(), timeout=8 * 3600).ok()
    print("# " + done.out.replace("\n", "\n# ").rstrip("# "))
    tap.check(re.fullmatch(r"operations=1000000 seeds=1000 desks=500 stores=3 faults=\d+ differences=0", done.out.splitlines()[-1]), done.out)


tap.main()
