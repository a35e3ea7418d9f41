"""A book with one account and one instrument, and libdaybook's calls on it as lines of text (test/program/fixtures/book_calls.c)."""

import os

from . import linked, program, session
from .session import call

ACCOUNT, INSTRUMENT = "018f0000-0000-7000-8000-00000000000a", "018f0000-0000-7000-8000-00000000000b"
SOURCE = os.path.join(program.SOURCE, "test", "program", "fixtures", "book_calls.c")

# As in the header: the kind of an order's event is a number to C.
KINDS = ["acknowledge", "trigger", "reject", "cancel_request", "cancel", "cancel_reject", "expire", "outcome_unknown",
         "replace_request", "replace", "replace_reject"]


def build():
    with open(SOURCE, encoding="utf-8") as text:
        return linked.build(text.read(), "book_calls", *linked.TO_SHARED)


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


def tell(binary, url, *lines, arguments=(), **env):
    """The answers to the calls, in order."""
    done = program.run([binary, *arguments], stdin="\n".join(lines).encode(),
                       env=program.clean_env(URL=url, ACCOUNT=ACCOUNT, INSTRUMENT=INSTRUMENT, **env)).ok()
    return done.out.splitlines()
