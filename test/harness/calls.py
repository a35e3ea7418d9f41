"""A book with one account and one instrument, and libdaybook's calls on it as lines of text (test/program/fixtures/book_calls.c)."""

import os

from . import linked, program, session
from .session import call

ACCOUNT, INSTRUMENT = "018f0000-0000-7000-8000-00000000000a", "018f0000-0000-7000-8000-00000000000b"
FIXTURES = os.path.join(program.SOURCE, "test", "program", "fixtures")

# As in the header: the kind of an order's event is a number to C.
KINDS = ["acknowledge", "trigger", "reject", "cancel_request", "cancel", "cancel_reject", "expire", "outcome_unknown",
         "replace_request", "replace", "replace_reject"]


def build(name="book_calls"):
    """One of the C programs in test/program/fixtures."""
    with open(os.path.join(FIXTURES, f"{name}.c"), encoding="utf-8") as text:
        return linked.build(text.read(), name, *linked.TO_SHARED, "-lpthread")


def settle(url):
    """Currencies, a venue, an instrument and an account in USD, with the modules installed."""
    one = session.Session(url)
    for code in ("USD", "BTC", "EUR"):
        one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
    one.row(call("ref.fn_register_venue", code="lib", name="Lib"))
    one.row(call("ref.fn_register_instrument", instrument_id=INSTRUMENT, venue="lib", symbol="BTCUSD", kind="perp", base="BTC",
                 quote="USD"))
    one.row(call("trading.fn_open_account", account_id=ACCOUNT, name="lib", venue="lib", currency="USD", mode="paper",
                 position_mode="netting", opening_balance=1000))
    return one


def event(kind):
    return f"event kind={KINDS.index(kind)}"


def environment(url, **more):
    return program.clean_env(URL=url, ACCOUNT=ACCOUNT, INSTRUMENT=INSTRUMENT, **more)


def tell(binary, url, *lines, run=False, **env):
    """The answers to the calls, in order; made one by one, or all in one run."""
    argv = [binary, "run"] if run else [binary]
    return program.run(argv, stdin="\n".join(lines).encode(), env=environment(url, **env)).ok().out.splitlines()
