"""How much a test of test/fault does: few rounds in `make test`, where it shows that the test works, and all of them in `make test-long`."""

import os

VARIABLE = "DAYBOOK_TEST_LONG"


def choose(long):
    """Called by test/run, once, before it starts any file."""
    os.environ[VARIABLE] = "1" if long else ""


def is_long():
    return bool(os.environ.get(VARIABLE))


def size(short, long):
    """`short` in every run, `long` in those that may take hours."""
    return long if is_long() else short
