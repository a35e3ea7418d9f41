/* The public functions of daybook.h: they check what the caller handed over and pass it to the store.
 *
 * Wrong arguments are errors here and never asserts: the program that links this library decides about its
 * own end. */
#include "daybook.h"

#include <stdlib.h>
#include <string.h>

#include "book/pg_store.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/uuid.h"

#define CALL_TIMEOUT_DEFAULT_MS 10000
#define RETRY_TOTAL_DEFAULT_MS 30000
#define LIMIT_MS_MAX ((int64_t)24 * 3600 * 1000)
#define ACTOR_CHARS_MAX 200

struct dbk_book {
    pg_store *store;
};

struct dbk_candles {
    pg_candles *pg;
};

#define REQUIRE(condition, text)                                                                             \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            return err_new(ERR_USAGE, "%s: %s", __func__, text);                                             \
    } while (0)

/* A caller built against a later header may pass a longer struct: fine as long as what we do not know is
 * zero. */
static bool size_fits(const void *options, size_t given, size_t known)
{
    const char *bytes = options;
    if (given < known || given > 4096)
        return false;
    for (size_t i = known; i < given; i++) {
        if (bytes[i])
            return false;
    }
    return true;
}

#define REQUIRE_STRUCT(p)                                                                                    \
    REQUIRE((p) && size_fits((p), (p)->size, sizeof(*(p))),                                                  \
            #p " is NULL, its size is not set to sizeof, or it uses members this version does not know")

dbk_err *dbk_open(const dbk_open_options *options, dbk_book **out)
{
    REQUIRE_STRUCT(options);
    REQUIRE(out, "out is NULL");
    REQUIRE(options->call_timeout_ms >= 0 && options->call_timeout_ms <= LIMIT_MS_MAX,
            "call_timeout_ms is negative or more than a day");
    REQUIRE(options->retry_total_ms >= 0 && options->retry_total_ms <= LIMIT_MS_MAX,
            "retry_total_ms is negative or more than a day");
    dbk_open_options full = *options;
    if (!full.url)
        full.url = getenv("DAYBOOK_URL");
    if (!full.program)
        full.program = "libdaybook";
    if (!full.program_version)
        full.program_version = "unknown";
    if (!full.actor)
        full.actor = full.program;
    if (full.call_timeout_ms == 0)
        full.call_timeout_ms = CALL_TIMEOUT_DEFAULT_MS;
    if (full.retry_total_ms == 0)
        full.retry_total_ms = RETRY_TOTAL_DEFAULT_MS;
    REQUIRE(full.actor[0] && strlen(full.actor) <= ACTOR_CHARS_MAX, "actor has not 1 to 200 bytes");

    dbk_book *book = mem_alloc(sizeof(*book));
    if (!book)
        return err_oom();
    dbk_err *e = pg_store_open(&full, &book->store);
    if (e) {
        mem_free(book);
        return e;
    }
    *out = book;
    return NULL;
}

void dbk_close(dbk_book *book)
{
    if (!book)
        return;
    pg_store_close(book->store);
    mem_free(book);
}

const dbk_uuid *dbk_session(const dbk_book *book)
{
    return book ? pg_store_session(book->store) : NULL;
}

void dbk_set_correlation(dbk_book *book, const dbk_uuid *correlation, const dbk_uuid *cause)
{
    if (book)
        pg_store_set_correlation(book->store, correlation, cause);
}

const char *dbk_outcome_name(dbk_outcome outcome)
{
    switch (outcome) {
    case DBK_CREATED:
        return "created";
    case DBK_REPLAYED:
        return "replayed";
    case DBK_CONFLICT:
        return "conflict";
    case DBK_REFUSED:
        return "refused";
    }
    return "unknown";
}

/* ---- accounts, instruments, runs ---- */

dbk_err *dbk_account_open(dbk_book *book, const dbk_account *account, dbk_answer *out)
{
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(account);
    REQUIRE(account->name && account->venue && account->currency && account->mode,
            "name, venue, currency or mode is NULL");
    return pg_store_account_open(book->store, account, out);
}

dbk_err *dbk_instruments(dbk_book *book, const char *venue, const char *symbol,
                         bool (*fn)(void *ctx, const dbk_instrument *instrument), void *ctx)
{
    REQUIRE(book && fn, "book or fn is NULL");
    return pg_store_instruments(book->store, venue, symbol, fn, ctx);
}

dbk_err *dbk_run_start(dbk_book *book, const dbk_run *run, dbk_answer *out)
{
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(run);
    REQUIRE(run->kind && run->strategy, "kind or strategy is NULL");
    return pg_store_run_start(book->store, run, out);
}

dbk_err *dbk_run_finish(dbk_book *book, const dbk_uuid *account_id, const dbk_uuid *run_id,
                        const char *status, dbk_answer *out)
{
    REQUIRE(book && account_id && run_id && status && out, "an argument is NULL");
    return pg_store_run_finish(book->store, account_id, run_id, status, out);
}

/* ---- orders ---- */

dbk_err *dbk_order_submit(dbk_book *book, const dbk_order *order, dbk_order_answer *out)
{
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(order);
    REQUIRE(order->side && order->type && order->qty, "side, type or qty is NULL");
    return pg_store_order_submit(book->store, order, out);
}

/* The first header had no terms of a replace: a caller built against it passes a struct that ends before
 * them. */
static bool event_whole(const dbk_order_event *event, dbk_order_event *out)
{
    const size_t first = offsetof(dbk_order_event, qty);
    bool ends_early = event->size == first;
    if (!ends_early && !size_fits(event, event->size, sizeof(*event)))
        return false;
    *out = (dbk_order_event){0};
    memcpy(out, event, ends_early ? first : sizeof(*out));
    return true;
}

dbk_err *dbk_order_record(dbk_book *book, const dbk_order_event *event, dbk_order_answer *out)
{
    static const char *const kinds[] = {
        [DBK_ACKNOWLEDGE] = "acknowledge",
        [DBK_TRIGGER] = "trigger",
        [DBK_REJECT] = "reject",
        [DBK_CANCEL_REQUEST] = "cancel_request",
        [DBK_CANCEL] = "cancel",
        [DBK_CANCEL_REJECT] = "cancel_reject",
        [DBK_EXPIRE] = "expire",
        [DBK_OUTCOME_UNKNOWN] = "outcome_unknown",
        [DBK_REPLACE_REQUEST] = "replace_request",
        [DBK_REPLACE] = "replace",
        [DBK_REPLACE_REJECT] = "replace_reject",
    };
    dbk_order_event whole;
    REQUIRE(book && event && out, "an argument is NULL");
    REQUIRE(event_whole(event, &whole),
            "event's size is not set to sizeof, or it uses members this version does not know");
    size_t kind = (size_t)whole.kind;
    REQUIRE(kind < sizeof(kinds) / sizeof(kinds[0]), "kind is none of enum dbk_order_event_kind");
    return pg_store_order_record(book->store, &whole, kinds[kind], out);
}

/* ---- fills ---- */

static dbk_err *check_fill(const dbk_fill *fill, const char *function, size_t index)
{
    const char *what = NULL;
    if (!size_fits(fill, fill->size, sizeof(*fill)))
        what = "size is not set to sizeof(dbk_fill), or members are used that this version does not know";
    else if (!fill->side || !fill->qty || !fill->price)
        what = "side, qty or price is NULL";
    else if (fill->filled_us == 0)
        what = "filled_us is 0: pass the time of the trade as the venue states it";
    return what ? err_new(ERR_USAGE, "%s: fill %zu: %s", function, index, what) : NULL;
}

dbk_err *dbk_fill_record(dbk_book *book, const dbk_fill *fill, dbk_fill_answer *out)
{
    REQUIRE(book && fill && out, "an argument is NULL");
    dbk_err *e = check_fill(fill, __func__, 0);
    return e ? e : pg_store_fill_record(book->store, fill, out);
}

/* The elements of the caller's array are as far apart as the caller's struct is long. */
static dbk_err *check_fills(const dbk_fill *fills, size_t count, const dbk_fill **each)
{
    const char *at = (const char *)fills;
    for (size_t i = 0; i < count; i++, at += fills->size) {
        each[i] = (const dbk_fill *)(const void *)at;
        dbk_err *e = check_fill(each[i], "dbk_fills_record", i);
        if (e)
            return e;
        if (each[i]->size != fills->size)
            return err_new(ERR_USAGE, "dbk_fills_record: fill %zu: its size differs from that of the first",
                           i);
        if (!uuid_equal(&each[i]->account_id, &fills->account_id))
            return err_new(ERR_USAGE, "dbk_fills_record: fill %zu: another account than the first", i);
    }
    return NULL;
}

dbk_err *dbk_fills_record(dbk_book *book, const dbk_fill *fills, size_t count, dbk_fill_answer *out)
{
    REQUIRE(book, "book is NULL");
    if (count == 0)
        return NULL;
    REQUIRE(fills && out, "fills or out is NULL");
    REQUIRE(count <= DBK_FILLS_MAX, "more fills than DBK_FILLS_MAX");
    const dbk_fill **each = mem_alloc(count * sizeof(const dbk_fill *));
    if (!each)
        return err_oom();
    dbk_err *e = check_fills(fills, count, each);
    if (!e)
        e = pg_store_fills_record(book->store, each, count, out);
    mem_free(each);
    return e;
}

/* ---- reading ---- */

dbk_err *dbk_positions(dbk_book *book, const dbk_uuid *account_id, bool open_only,
                       bool (*fn)(void *ctx, const dbk_position *position), void *ctx)
{
    REQUIRE(book && account_id && fn, "book, account_id or fn is NULL");
    return pg_store_positions(book->store, account_id, open_only, fn, ctx);
}

dbk_err *dbk_equity_record(dbk_book *book, const dbk_uuid *account_id, const dbk_uuid *point_id,
                           int64_t as_of_us, const dbk_mark *marks, size_t count, const dbk_uuid *run_id,
                           dbk_equity *out)
{
    REQUIRE(book && account_id && point_id && out, "book, account_id, point_id or out is NULL");
    REQUIRE(marks || count == 0, "marks is NULL");
    REQUIRE(count <= DBK_FILLS_MAX, "more than 10,000 marks");
    return pg_store_equity_record(book->store, account_id, point_id, as_of_us, marks, count, run_id, out);
}

dbk_err *dbk_state_save(dbk_book *book, const dbk_uuid *account_id, const dbk_uuid *snapshot_id,
                        const char *name, int64_t as_of_us, const char *state_json, dbk_answer *out)
{
    REQUIRE(book && account_id && snapshot_id && name && state_json && out, "an argument is NULL");
    return pg_store_state_save(book->store, account_id, snapshot_id, name, as_of_us, state_json, out);
}

dbk_err *dbk_state_load(dbk_book *book, const dbk_uuid *account_id, const char *name, const char **state_json,
                        int64_t *as_of_us)
{
    REQUIRE(book && account_id && name && state_json, "book, account_id, name or state_json is NULL");
    return pg_store_state_load(book->store, account_id, name, state_json, as_of_us);
}

/* ---- candles ---- */

dbk_err *dbk_candles_open(dbk_book *book, const dbk_uuid *instrument_id, int32_t interval_s, int64_t after_us,
                          dbk_candles **out)
{
    REQUIRE(book && instrument_id && out, "book, instrument_id or out is NULL");
    REQUIRE(interval_s > 0, "interval_s is not positive");
    dbk_candles *candles = mem_alloc(sizeof(*candles));
    if (!candles)
        return err_oom();
    dbk_err *e = pg_candles_open(book->store, instrument_id, interval_s, after_us, &candles->pg);
    if (e) {
        mem_free(candles);
        return e;
    }
    *out = candles;
    return NULL;
}

dbk_err *dbk_candles_next(dbk_candles *candles, dbk_candle *out, size_t max, size_t *count)
{
    REQUIRE(candles && out && count && max > 0, "an argument is NULL, or max is 0");
    return pg_candles_next(candles->pg, out, max, count);
}

void dbk_candles_close(dbk_candles *candles)
{
    if (!candles)
        return;
    pg_candles_close(candles->pg);
    mem_free(candles);
}
