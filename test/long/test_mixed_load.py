"""The mixed load of test/program/test_mixed_load.py for a hundred thousand calls."""

from harness import mixed, tap

OPERATIONS = 3200  # of each connection


@tap.test(f"{mixed.CONNECTIONS} connections, {OPERATIONS} calls each: no deadlock, and the book verifies")
def _():
    mixed.Mixed().prove(OPERATIONS)


tap.main()
