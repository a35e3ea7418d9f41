#include "book/verify_fills.h"

#include <string.h>

#include "verify_sql.h"
#include "verify_sqlite_sql.h"

static const char *const fill_names[] = {"account_id",
                                         "instrument_id",
                                         "position_key",
                                         "position_version",
                                         "fill_id",
                                         "side",
                                         "qty",
                                         "price",
                                         "fee",
                                         "fee_currency",
                                         "fee_rate",
                                         "filled_at",
                                         "flags",
                                         "position_cycle",
                                         "position_qty",
                                         "position_avg_price",
                                         "realized_gross",
                                         "realized_net",
                                         "position_realized",
                                         "restated",
                                         "position_cycle",
                                         "position_qty",
                                         "realized_gross",
                                         "realized_net",
                                         NULL};
static const terms_columns fill_terms_at = {.qty = FILL_QTY,
                                            .price = FILL_PRICE,
                                            .fee = FILL_FEE,
                                            .fee_currency = FILL_FEE_CURRENCY,
                                            .fee_rate = FILL_FEE_RATE};

enum { AMENDMENT_KIND = FILL_VERSION + 1, AMENDMENT_KNOWN_AT = AMENDMENT_KIND + 6 };
static const char *const amendment_names[] = {
    "account_id", "instrument_id", "position_key", "position_version", "kind",     "qty",
    "price",      "fee",           "fee_currency", "fee_rate",         "known_at", NULL};
static const terms_columns amendment_terms_at = {.kind = AMENDMENT_KIND,
                                                 .qty = AMENDMENT_KIND + 1,
                                                 .price = AMENDMENT_KIND + 2,
                                                 .fee = AMENDMENT_KIND + 3,
                                                 .fee_currency = AMENDMENT_KIND + 4,
                                                 .fee_rate = AMENDMENT_KIND + 5};

int position_key_compare(const verify_rows *a, const verify_rows *b)
{
    int order = 0;
    for (size_t column = POSITION_ACCOUNT; order == 0 && column <= POSITION_KEY; column++)
        order = strcmp(verify_value(a, column), verify_value(b, column));
    return (order > 0) - (order < 0);
}

static bool is_of_fill(const fill_walk *w)
{
    return w->amendments.more && position_key_compare(&w->amendments, &w->fills) == 0 &&
           verify_int(&w->amendments, FILL_VERSION) == verify_int(&w->fills, FILL_VERSION);
}

/* Reads the fill that the walk stands on, and goes through what amends it. */
static dbk_err *read_terms(fill_walk *w)
{
    if (!w->fills.more)
        return NULL;
    dbk_err *e = fill_terms_read(&w->fills, &fill_terms_at, &w->now);
    w->answered = w->now;
    w->amended_before = false;
    while (!e && is_of_fill(w)) {
        e = fill_terms_amend(&w->now, &w->amendments, &amendment_terms_at);
        if (!e && !verify_value(&w->amendments, AMENDMENT_KNOWN_AT)) {
            w->amended_before = true;
            e = fill_terms_amend(&w->answered, &w->amendments, &amendment_terms_at);
        }
        if (!e)
            e = verify_rows_next(&w->amendments);
    }
    return e ? err_wrap(e, "in fill %s", verify_value(&w->fills, FILL_ID)) : NULL;
}

static const book_statement fills = {verify_sql_fills, verify_sqlite_fills},
                            amendments = {verify_sql_amendments, verify_sqlite_amendments},
                            fills_of_position = {verify_sql_fills_of_position,
                                                 verify_sqlite_fills_of_position},
                            amendments_of_position = {verify_sql_amendments_of_position,
                                                      verify_sqlite_amendments_of_position};

dbk_err *fill_walk_open(verify *v, const fill_walk_scope *scope, fill_walk *out)
{
    book_parameter within[4] = {{.kind = BOOK_TEXT}};
    size_t count = 0;
    if (scope) {
        within[count++] = (book_parameter){.kind = BOOK_TEXT, .text = scope->account_id};
        within[count++] = (book_parameter){.kind = BOOK_TEXT, .text = scope->instrument_id};
        within[count++] = (book_parameter){.kind = BOOK_TEXT, .text = scope->position_key};
        within[count++] = (book_parameter){.kind = BOOK_INT8, .number = scope->below_version};
    }
    dbk_err *e =
        verify_rows_open_with(v, scope ? &fills_of_position : &fills, fill_names, within, count, &out->fills);
    if (!e)
        e = verify_rows_open_with(v, scope ? &amendments_of_position : &amendments, amendment_names, within,
                                  count, &out->amendments);
    return e ? e : read_terms(out);
}

dbk_err *fill_walk_next(fill_walk *w)
{
    dbk_err *e = verify_rows_next(&w->fills);
    return e ? e : read_terms(w);
}

void fill_walk_close(fill_walk *w)
{
    verify_rows_close(&w->fills);
    verify_rows_close(&w->amendments);
}

position_fill fill_walk_fill(const fill_walk *w, const fill_terms *t, const position_terms *p)
{
    const char *currency = t->fee_currency[0] ? t->fee_currency : p->currency;
    return (position_fill){
        .side = strcmp(verify_value(&w->fills, FILL_SIDE), "buy") == 0 ? POSITION_BUY : POSITION_SELL,
        .qty = t->qty,
        .price = t->price,
        .fee = t->fee,
        .fee_kind =
            position_fee_kind(p->kind, p->base_currency, p->currency, t->fee, currency, t->fee_rate.known),
        .fee_rate = t->fee_rate.value,
        .filled_at_us = book_rows_time(w->fills.rows, FILL_FILLED_AT)};
}
