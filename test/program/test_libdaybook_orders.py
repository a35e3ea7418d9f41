"""The life of an order through libdaybook: every kind of event reaches the book as what it is."""

from harness import linked, program, server, session, tap
from harness.session import call

# Reads one event a line from standard input: order, event id, kind, qty, price, stop price, the venue's number ("-" for none).
PROGRAM = r"""
#include <daybook.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const dbk_uuid space = {{7}};

static const char *given(const char *word)
{
    return strcmp(word, "-") ? word : NULL;
}

static int fail(dbk_err *e)
{
    fprintf(stderr, "%s\n", dbk_err_message(e));
    dbk_err_free(e);
    return 1;
}

static dbk_err *record(dbk_book *book, const dbk_uuid *account, char words[7][32], dbk_order_answer *answer)
{
    dbk_order_event event = {.size = sizeof(event), .account_id = *account, .kind = (dbk_order_event_kind)atoi(words[2])};
    dbk_uuid_from_name(&space, words[0], &event.order_id);
    dbk_uuid_from_name(&space, words[1], &event.event_id);
    event.qty = given(words[3]);
    event.price = given(words[4]);
    event.stop_price = given(words[5]);
    event.exchange_order_id = given(words[6]);
    return dbk_order_record(book, &event, answer);
}

static dbk_err *submit(dbk_book *book, const dbk_uuid *account, const dbk_uuid *instrument, const char *name)
{
    dbk_order_answer answer;
    dbk_order order = {.size = sizeof(order), .account_id = *account, .instrument_id = *instrument, .side = "buy",
                       .type = "stop_limit", .qty = "10", .price = "100", .stop_price = "99"};
    dbk_uuid_from_name(&space, name, &order.order_id);
    return dbk_order_submit(book, &order, &answer);
}

int main(void)
{
    dbk_book *book = NULL;
    dbk_uuid account, instrument;
    char words[7][32];
    dbk_err *e = dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options), .url = getenv("URL")}, &book);
    if (!e)
        e = dbk_uuid_parse(getenv("ACCOUNT"), &account);
    if (!e)
        e = dbk_uuid_parse(getenv("INSTRUMENT"), &instrument);
    if (e)
        return fail(e);
    while (scanf("%31s %31s %31s %31s %31s %31s %31s", words[0], words[1], words[2], words[3], words[4], words[5], words[6]) == 7) {
        dbk_order_answer answer;
        e = submit(book, &account, &instrument, words[0]);
        if (!e)
            e = record(book, &account, words, &answer);
        if (e)
            return fail(e);
        printf("%s %s %s\n", dbk_outcome_name(answer.answer.outcome), answer.status,
               answer.answer.conflict_field ? answer.answer.conflict_field
               : answer.answer.refusal_code ? answer.answer.refusal_code : "-");
    }
    dbk_close(book);
    return 0;
}
"""

ACCOUNT, INSTRUMENT = "018f0000-0000-7000-8000-00000000000a", "018f0000-0000-7000-8000-00000000000b"
KINDS = ["acknowledge", "trigger", "reject", "cancel_request", "cancel", "cancel_reject", "expire", "outcome_unknown",
         "replace_request", "replace", "replace_reject"]

host = server.Server()
url = host.installed("orders")
one = session.Session(url)
for code in ("USD", "BTC"):
    one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
one.row(call("ref.fn_register_venue", code="lib", name="Lib"))
one.row(call("ref.fn_register_instrument", instrument_id=INSTRUMENT, venue="lib", symbol="BTCUSD", kind="perp", base="BTC", quote="USD"))
one.row(call("trading.fn_open_account", account_id=ACCOUNT, name="lib", venue="lib", currency="USD", mode="paper",
             position_mode="netting", opening_balance=0))
binary = linked.build(PROGRAM, "orders", *linked.TO_SHARED)


def tell(*events):
    """Answers to events given as (order, event id, kind, qty, price, stop price, the venue's number)."""
    lines = []
    for order, event, kind, *terms in events:
        lines.append(" ".join([order, event, str(KINDS.index(kind)), *terms, *["-"] * (4 - len(terms))]))
    done = program.run([binary], stdin="\n".join(lines).encode(),
                       env=program.clean_env(URL=url, ACCOUNT=ACCOUNT, INSTRUMENT=INSTRUMENT)).ok()
    return done.out.splitlines()


@tap.test("an order is replaced: asked for, refused, asked for again, in force with what the venue says")
def _():
    tap.equal(tell(("o1", "e1", "acknowledge", "-", "-", "-", "X1"),
                   ("o1", "e2", "replace_request", "20"),
                   ("o1", "e2", "replace_request", "20.0"),
                   ("o1", "e2", "replace_request", "21"),
                   ("o1", "e3", "replace_reject"),
                   ("o1", "e4", "replace_request", "20", "101", "98"),
                   ("o1", "e5", "replace", "-", "100.5", "-", "X2"),
                   ("o1", "e6", "replace_reject")),
              ["created accepted -", "created pending_replace -", "replayed pending_replace -", "conflict pending_replace qty",
               "created accepted -", "created pending_replace -", "created accepted -", "refused accepted illegal_transition"])
    tap.equal(one.row("select qty::text, price::text, stop_price::text, exchange_order_id from trading.v_orders "
                      "where exchange_order_id = 'X2'"),
              {"qty": "20", "price": "100.5", "stop_price": "98", "exchange_order_id": "X2"})


@tap.test("each kind of the header is the event of that name")
def _():
    tell(*[(f"each{number}", f"each{number}", kind, *(["1"] if kind.startswith("replace") and kind != "replace_reject" else []))
           for number, kind in enumerate(KINDS)])
    tap.equal(sorted(row["event"] for row in one.rows(
        "select e.event from trading.order_events as e join trading.orders as o using (account_id, order_id) where o.exchange_order_id is null")),
        sorted(KINDS))


tap.main()
