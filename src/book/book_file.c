#include "book/book_file.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "book/book_rows.h"
#include "book/sqlite_store.h"
#include "book_file_sql.h"

dbk_err *book_file_open(const char *path, sqlite_db **out)
{
    sqlite_db *db = NULL;
    dbk_err *e = sqlite_open(&(sqlite_open_options){.path = path, .access = SQLITE_FOR_READING}, &db);
    if (!e)
        e = sqlite_store_check(db);
    if (!e)
        e = sqlite_store_views(db);
    if (e) {
        sqlite_close(db);
        return e;
    }
    *out = db;
    return NULL;
}

/* ---- round trips by lots ---- */

/* At most so many may be open at once in a position. */
#define LOTS_MAX 1000000

/* Columns of file/position_facts.sql. */
enum {
    FACT_ACCOUNT,
    FACT_POSITION,
    FACT_POSITION_KIND,
    FACT_BASE_CURRENCY,
    FACT_CURRENCY,
    FACT_MULTIPLIER,
    FACT_KIND,
    FACT_VERSION,
    FACT_SIDE,
    FACT_QTY,
    FACT_PRICE,
    FACT_FEE,
    FACT_FEE_CURRENCY,
    FACT_FEE_RATE,
    FACT_FUNDING,
    FACT_AT
};

typedef struct trips {
    sqlite_db *db;
    book_rows *facts;
    roundtrip_options options; /* of the position at hand */
    roundtrips *fold;
    char account_id[UUID_TEXT_SIZE], position_id[UUID_TEXT_SIZE];
} trips;

static void bind_wide(sqlite_stmt *s, int at, wide value)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(value, text);
    sqlite_bind_text_at(s, at, text);
}

static dbk_err *keep(void *ctx, const roundtrip *trip)
{
    trips *t = ctx;
    sqlite_stmt *s;
    dbk_err *e = sqlite_statement(t->db, book_file_sql_lot_trip_insert, &s);
    if (e)
        return e;
    const wide amounts[] = {trip->qty,  trip->entry_value, trip->exit_value,   trip->gross,
                            trip->fees, trip->funding,     wide_of(trip->low), wide_of(trip->high)};
    int at = 0;
    sqlite_bind_text_at(s, ++at, t->account_id);
    sqlite_bind_text_at(s, ++at, t->position_id);
    sqlite_bind_int8_at(s, ++at, trip->cycle);
    sqlite_bind_text_at(s, ++at, trip->side == POSITION_BUY ? "long" : "short");
    sqlite_bind_int8_at(s, ++at, trip->opened_at_us);
    sqlite_bind_int8_at(s, ++at, trip->closed_at_us);
    for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++)
        bind_wide(s, ++at, amounts[i]);
    sqlite_bind_int8_at(s, ++at, trip->first_version);
    sqlite_bind_int8_at(s, ++at, trip->last_version);
    return sqlite_run(s, NULL);
}

static dbk_err *read_amount(const trips *t, size_t column, decimal *out)
{
    const char *text = book_rows_text(t->facts, column);
    *out = (decimal){0};
    return text ? decimal_parse(text, strlen(text), out) : NULL;
}

static dbk_err *begin_position(trips *t)
{
    const book_rows *f = t->facts;
    snprintf(t->account_id, sizeof(t->account_id), "%s", book_rows_text(f, FACT_ACCOUNT));
    snprintf(t->position_id, sizeof(t->position_id), "%s", book_rows_text(f, FACT_POSITION));
    if (!position_kind_find(book_rows_text(f, FACT_POSITION_KIND), &t->options.kind))
        return err_new(ERR_INPUT, "%s is no kind of instrument", book_rows_text(f, FACT_POSITION_KIND));
    dbk_err *e = read_amount(t, FACT_MULTIPLIER, &t->options.multiplier);
    roundtrips_free(t->fold);
    t->fold = NULL;
    return e ? e : roundtrips_new(&t->options, &t->fold);
}

static dbk_err *take_fill(trips *t)
{
    const book_rows *f = t->facts;
    const char *currency = book_rows_text(f, FACT_CURRENCY), *paid_in = book_rows_text(f, FACT_FEE_CURRENCY);
    position_fill fill = {.side =
                              strcmp(book_rows_text(f, FACT_SIDE), "buy") == 0 ? POSITION_BUY : POSITION_SELL,
                          .filled_at_us = book_rows_time(f, FACT_AT)};
    dbk_err *e = read_amount(t, FACT_QTY, &fill.qty);
    if (!e)
        e = read_amount(t, FACT_PRICE, &fill.price);
    if (!e)
        e = read_amount(t, FACT_FEE, &fill.fee);
    if (!e)
        e = read_amount(t, FACT_FEE_RATE, &fill.fee_rate);
    if (e)
        return e;
    fill.fee_kind =
        position_fee_kind(t->options.kind, book_rows_text(f, FACT_BASE_CURRENCY), currency, fill.fee,
                          paid_in ? paid_in : currency, book_rows_text(f, FACT_FEE_RATE) != NULL);
    position_step step;
    return roundtrips_fill(t->fold, &fill, book_rows_int8(f, FACT_VERSION), &step);
}

static dbk_err *take_fact(trips *t)
{
    const char *kind = book_rows_text(t->facts, FACT_KIND);
    if (strcmp(t->position_id, book_rows_text(t->facts, FACT_POSITION)) != 0) {
        dbk_err *e = begin_position(t);
        if (e)
            return e;
    }
    if (strcmp(kind, "fill") == 0)
        return take_fill(t);
    decimal price;
    wide paid;
    const char *funding = book_rows_text(t->facts, FACT_FUNDING);
    dbk_err *e = funding ? wide_parse(funding, strlen(funding), &paid) : read_amount(t, FACT_PRICE, &price);
    if (e)
        return e;
    if (funding)
        roundtrips_fund(t->fold, paid);
    else
        roundtrips_mark(t->fold, price);
    return NULL;
}

dbk_err *book_file_lot_trips(sqlite_db *db, const book_accounts *accounts, roundtrip_method method,
                             lot_matching matching)
{
    static const book_statement position_facts = {.file = book_file_sql_position_facts};
    const book_parameter only = {.kind = BOOK_LIST, .items = accounts->ids, .count = accounts->count};
    trips t = {.db = db,
               .options = {.method = method, .matching = matching, .lots_max = LOTS_MAX, .done = keep}};
    t.options.ctx = &t;
    bool more = false;
    assert(sqlite_in_transaction(db));
    dbk_err *e = sqlite_exec(db, "delete from lot_trips");
    if (!e)
        e = book_rows_open(&(book_source){.file = db}, &position_facts, &only, 1, &t.facts);
    if (!e)
        e = book_rows_next(t.facts, &more);
    while (!e && more) {
        e = take_fact(&t);
        if (!e)
            e = book_rows_next(t.facts, &more);
    }
    roundtrips_free(t.fold);
    book_rows_free(t.facts);
    return e;
}
