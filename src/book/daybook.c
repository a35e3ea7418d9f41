/* The public functions of daybook.h: they check what the caller handed over and pass it to the store.
 *
 * Wrong arguments are errors here and never asserts: the program that links this library decides about its
 * own end. */
#include "book/daybook_int.h"

#include <stdlib.h>
#include <string.h>

#include "book/act_as.h"
#include "book/lease.h"
#include "book/sqlite_performance.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/uuid.h"

#define CALL_TIMEOUT_DEFAULT_MS 10000
#define RETRY_TOTAL_DEFAULT_MS 30000
#define RETRY_TOTAL_SPOOL_MS 1000
#define ACTOR_CHARS_MAX 200

#define FILE_SCHEME "sqlite:"

struct dbk_candles {
    pg_candles *pg;
};

static bool is_file(const dbk_open_options *options)
{
    return options->url && strncmp(options->url, FILE_SCHEME, strlen(FILE_SCHEME)) == 0;
}

/* Defaults for what the caller leaves open. */
static void complete(dbk_open_options *o)
{
    if (!o->url)
        o->url = getenv("DAYBOOK_URL");
    if (!o->program)
        o->program = "libdaybook";
    if (!o->program_version)
        o->program_version = "unknown";
    if (!o->actor)
        o->actor = o->program;
    if (!o->spool)
        o->spool = getenv("DAYBOOK_SPOOL");
    if (o->spool && !o->spool[0])
        o->spool = NULL;
    if (o->call_timeout_ms == 0)
        o->call_timeout_ms = CALL_TIMEOUT_DEFAULT_MS;
    if (o->retry_total_ms == 0)
        o->retry_total_ms = o->spool ? RETRY_TOTAL_SPOOL_MS : RETRY_TOTAL_DEFAULT_MS;
}

/* The spool first: when another process has it, the server has not to be asked. */
static dbk_err *open_with_spool(dbk_book *book, const dbk_open_options *options)
{
    spool *queue = NULL;
    dbk_err *e = spool_open(options->spool, clock_system(), &queue);
    if (e)
        return e;
    e = pg_store_open(options, true, &book->store);
    if (e) {
        spool_close(queue);
        return e;
    }
    spooler_options how = {.intent_ttl_ms = options->intent_ttl_ms,
                           .settle_limit_ms = options->retry_total_ms,
                           .clock = clock_system()};
    return spooler_new(&how, book->store, queue, &book->spool);
}

static dbk_err *open_book(dbk_book *book, const dbk_open_options *options)
{
    if (is_file(options) && options->spool)
        return err_with_hint(err_new(ERR_USAGE, "dbk_open: a book in a file has no spool"),
                             "every call is on the local disk already: leave spool and DAYBOOK_SPOOL out");
    if (is_file(options))
        return sqlite_store_open(options, options->url + strlen(FILE_SCHEME), &book->file);
    if (options->spool)
        return open_with_spool(book, options);
    return pg_store_open(options, false, &book->store);
}

/* The first header ended before the spool. */
static bool read_options(const dbk_open_options *given, dbk_open_options *out)
{
    const size_t first = offsetof(dbk_open_options, spool);
    bool ends_early = given->size == first;
    if (!ends_early && !request_size_fits(given, given->size, sizeof(*given)))
        return false;
    *out = (dbk_open_options){0};
    memcpy(out, given, ends_early ? first : sizeof(*out));
    return true;
}

dbk_err *dbk_open(const dbk_open_options *options, dbk_book **out)
{
    dbk_open_options full;
    REQUIRE(options && read_options(options, &full),
            "options is NULL, its size is not set to sizeof, or it uses members this version does not know");
    REQUIRE(out, "out is NULL");
    REQUIRE(full.call_timeout_ms >= 0 && full.call_timeout_ms <= LIMIT_MS_MAX,
            "call_timeout_ms is negative or more than a day");
    REQUIRE(full.retry_total_ms >= 0 && full.retry_total_ms <= LIMIT_MS_MAX,
            "retry_total_ms is negative or more than a day");
    REQUIRE(full.intent_ttl_ms >= 0 && full.intent_ttl_ms <= LIMIT_MS_MAX,
            "intent_ttl_ms is negative or more than a day");
    complete(&full);
    REQUIRE(full.actor[0] && strlen(full.actor) <= ACTOR_CHARS_MAX, "actor has not 1 to 200 bytes");

    dbk_book *book = mem_alloc(sizeof(*book));
    if (!book)
        return err_oom();
    dbk_err *e = open_book(book, &full);
    if (e) {
        dbk_close(book);
        return e;
    }
    *out = book;
    return NULL;
}

void dbk_close(dbk_book *book)
{
    if (!book)
        return;
    spooler_free(book->spool);
    dbk_group_free(book->group);
    lease_drop(book->acts_by);
    pg_store_close(book->store);
    sqlite_store_close(book->file);
    mem_free(book);
}

dbk_err *dbk_spool_drain(dbk_book *book, int64_t limit_ms, dbk_spool_state *out)
{
    REQUIRE(book, "book is NULL");
    REQUIRE_STRUCT(out);
    REQUIRE(limit_ms >= 0 && limit_ms <= LIMIT_MS_MAX, "limit_ms is negative or more than a day");
    dbk_spool_state state = {0};
    if (book->spool && limit_ms > 0)
        spooler_drain(book->spool, limit_ms);
    if (book->spool)
        state = spooler_state(book->spool);
    state.size = out->size;
    *out = state;
    return NULL;
}

const dbk_uuid *dbk_session(const dbk_book *book)
{
    if (!book)
        return NULL;
    return book->file ? sqlite_store_session(book->file) : pg_store_session(book->store);
}

void dbk_set_correlation(dbk_book *book, const dbk_uuid *correlation, const dbk_uuid *cause)
{
    if (book && book->file)
        sqlite_store_set_correlation(book->file, correlation, cause);
    else if (book)
        pg_store_set_correlation(book->store, correlation, cause);
}

void book_act_as(dbk_book *book, const dbk_uuid *bot_id, int64_t fence)
{
    if (book->store)
        pg_store_act_as(book->store, bot_id, fence);
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
    case DBK_SPOOLED:
        return "spooled";
    }
    return "unknown";
}

/* ---- accounts, instruments, runs ---- */

dbk_err *daybook_settle(dbk_book *book)
{
    return book->spool ? spooler_settle(book->spool) : NULL;
}

/* On a server, after what waits in the spool. */
#define ON_SERVER(call)                                                                                      \
    do {                                                                                                     \
        dbk_err *unsettled = daybook_settle(book);                                                           \
        return unsettled ? unsettled : (call);                                                               \
    } while (0)

dbk_err *dbk_account_open(dbk_book *book, const dbk_account *account, dbk_answer *out)
{
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(account);
    REQUIRE(account->name && account->venue && account->currency && account->mode,
            "name, venue, currency or mode is NULL");
    if (book->file)
        return sqlite_store_account_open(book->file, account, out);
    ON_SERVER(pg_store_account_open(book->store, account, out));
}

dbk_err *dbk_account_close(dbk_book *book, const dbk_uuid *account_id, const char *reason, dbk_answer *out)
{
    REQUIRE(book && account_id && reason && out, "book, account_id, reason or out is NULL");
    if (book->file)
        return sqlite_store_account_close(book->file, account_id, reason, out);
    ON_SERVER(pg_store_account_close(book->store, account_id, reason, out));
}

dbk_err *dbk_instruments(dbk_book *book, const char *venue, const char *symbol,
                         bool (*fn)(void *ctx, const dbk_instrument *instrument), void *ctx)
{
    REQUIRE(book && fn, "book or fn is NULL");
    if (book->file)
        return sqlite_store_instruments(book->file, venue, symbol, fn, ctx);
    ON_SERVER(pg_store_instruments(book->store, venue, symbol, fn, ctx));
}

dbk_err *dbk_instrument_register(dbk_book *book, const dbk_instrument *instrument, dbk_answer *out)
{
    REQUIRE(book && instrument && out, "book, instrument or out is NULL");
    REQUIRE(instrument->venue && instrument->symbol && instrument->kind && instrument->base &&
                instrument->quote,
            "venue, symbol, kind, base or quote is NULL");
    if (book->file)
        return sqlite_store_instrument_register(book->file, instrument, out);
    ON_SERVER(pg_store_instrument_register(book->store, instrument, out));
}

dbk_err *dbk_run_start(dbk_book *book, const dbk_run *run, dbk_answer *out)
{
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(run);
    REQUIRE(run->kind && run->strategy, "kind or strategy is NULL");
    if (book->file)
        return sqlite_store_run_start(book->file, run, out);
    ON_SERVER(pg_store_run_start(book->store, run, out));
}

dbk_err *dbk_run_finish(dbk_book *book, const dbk_uuid *account_id, const dbk_uuid *run_id,
                        const char *status, dbk_answer *out)
{
    REQUIRE(book && account_id && run_id && status && out, "an argument is NULL");
    if (book->file)
        return sqlite_store_run_finish(book->file, account_id, run_id, status, out);
    ON_SERVER(pg_store_run_finish(book->store, account_id, run_id, status, out));
}

/* ---- orders, fills, money: one request, one answer ---- */

static dbk_err *write_book(dbk_book *book, dbk_call_kind kind, const void *request, void *out)
{
    const char *problem = "book, the request or out is NULL";
    if (book && request && out)
        problem = request_problem(kind, request);
    if (problem)
        return err_new(ERR_USAGE, "%s: %s", request_name(kind), problem);
    dbk_err *e = request_asks(kind, request) ? daybook_may_ask(book, request_name(kind)) : NULL;
    if (e)
        return e;
    if (book->spool)
        return spooler_write(book->spool, kind, request, out);
    commit_group *group = kind == DBK_CALL_FILL_RECORD ? daybook_group_calls(book) : NULL;
    if (group)
        return pg_store_fill_record_in(group, book->store, request, out);
    return book->file ? sqlite_store_write(book->file, kind, request, out)
                      : pg_store_write(book->store, kind, request, out);
}

dbk_err *dbk_order_submit(dbk_book *book, const dbk_order *order, dbk_order_answer *out)
{
    return write_book(book, DBK_CALL_ORDER_SUBMIT, order, out);
}

dbk_err *dbk_order_import(dbk_book *book, const dbk_external_order *order, dbk_order_answer *out)
{
    return write_book(book, DBK_CALL_ORDER_IMPORT, order, out);
}

dbk_err *dbk_order_record(dbk_book *book, const dbk_order_event *event, dbk_order_answer *out)
{
    return write_book(book, DBK_CALL_ORDER_RECORD, event, out);
}

dbk_err *dbk_fill_record(dbk_book *book, const dbk_fill *fill, dbk_fill_answer *out)
{
    return write_book(book, DBK_CALL_FILL_RECORD, fill, out);
}

dbk_err *dbk_fill_bust(dbk_book *book, const dbk_bust *bust, dbk_fill_event_answer *out)
{
    return write_book(book, DBK_CALL_FILL_BUST, bust, out);
}

dbk_err *dbk_fill_correct(dbk_book *book, const dbk_correction *correction, dbk_fill_event_answer *out)
{
    return write_book(book, DBK_CALL_FILL_CORRECT, correction, out);
}

dbk_err *dbk_cash_record(dbk_book *book, const dbk_cash *cash, dbk_answer *out)
{
    return write_book(book, DBK_CALL_CASH_RECORD, cash, out);
}

dbk_err *dbk_funding_record(dbk_book *book, const dbk_funding *funding, dbk_funding_answer *out)
{
    return write_book(book, DBK_CALL_FUNDING_RECORD, funding, out);
}

dbk_err *dbk_equity_record(dbk_book *book, const dbk_equity_point *point, dbk_equity *out)
{
    return write_book(book, DBK_CALL_EQUITY_RECORD, point, out);
}

/* ---- batches of fills ---- */

/* The elements of the caller's array are as far apart as the caller's struct is long. */
static dbk_err *check_fills(const dbk_fill *fills, size_t count, const dbk_fill **each)
{
    const char *at = (const char *)fills;
    for (size_t i = 0; i < count; i++, at += fills->size) {
        each[i] = (const dbk_fill *)(const void *)at;
        const char *problem = request_problem(DBK_CALL_FILL_RECORD, each[i]);
        if (problem)
            return err_new(ERR_USAGE, "dbk_fills_record: fill %zu: %s", i, problem);
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
    if (!e && book->spool)
        e = spooler_fills_record(book->spool, each, count, out);
    else if (!e)
        e = book->file ? sqlite_store_fills_record(book->file, each, count, out)
                       : pg_store_fills_record(book->store, each, count, out);
    mem_free(each);
    return e;
}

/* ---- many calls at once ---- */

/* Whether the array can be gone through: its elements are as far apart as the caller's struct is long. */
static dbk_err *gather_calls(dbk_call *calls, size_t count, dbk_call **each)
{
    char *at = (char *)calls;
    for (size_t i = 0; i < count; i++, at += calls->size) {
        each[i] = (dbk_call *)(void *)at;
        if (!request_size_fits(each[i], each[i]->size, sizeof(dbk_call)))
            return err_new(
                ERR_USAGE,
                "dbk_calls_run: call %zu: size is not set to sizeof(dbk_call), or members are used "
                "that this version does not know",
                i);
        if (each[i]->size != calls->size)
            return err_new(ERR_USAGE, "dbk_calls_run: call %zu: its size differs from that of the first", i);
    }
    return NULL;
}

static dbk_err *check_call(dbk_book *book, const dbk_call *call, size_t index)
{
    if ((size_t)call->kind >= CALL_KIND_COUNT)
        return err_new(ERR_USAGE, "dbk_calls_run: call %zu: kind is none of enum dbk_call_kind", index);
    const char *problem = NULL;
    if (!call->request.any || !call->answer.any)
        problem = "request or answer is NULL";
    else if (call->timeout_ms < 0 || call->timeout_ms > LIMIT_MS_MAX)
        problem = "timeout_ms is negative or more than a day";
    else
        problem = request_problem(call->kind, call->request.any);
    if (problem)
        return err_new(ERR_USAGE, "%s: %s", request_name(call->kind), problem);
    bool asks = request_asks(call->kind, call->request.any);
    return asks ? daybook_may_ask(book, request_name(call->kind)) : NULL;
}

dbk_err *dbk_calls_run(dbk_book *book, dbk_call *calls, size_t count)
{
    REQUIRE(book, "book is NULL");
    if (count == 0)
        return NULL;
    REQUIRE(calls, "calls is NULL");
    REQUIRE(count <= DBK_CALLS_MAX, "more calls than DBK_CALLS_MAX");
    dbk_call **each = mem_alloc(count * sizeof(dbk_call *));
    if (!each)
        return err_oom();
    dbk_err *e = gather_calls(calls, count, each);
    for (size_t i = 0; !e && i < count; i++)
        each[i]->error = check_call(book, each[i], i);
    if (!e) {
        e = book->spool  ? spooler_calls(book->spool, each, count)
            : book->file ? sqlite_store_calls(book->file, each, count)
                         : pg_store_calls(book->store, each, count);
        for (size_t i = 0; e && i < count; i++) {
            err_free(each[i]->error);
            each[i]->error = NULL;
        }
    }
    mem_free(each);
    return e;
}

/* ---- reading ---- */

dbk_err *dbk_positions(dbk_book *book, const dbk_uuid *account_id, bool open_only,
                       bool (*fn)(void *ctx, const dbk_position *position), void *ctx)
{
    REQUIRE(book && account_id && fn, "book, account_id or fn is NULL");
    if (book->file)
        return sqlite_store_positions(book->file, account_id, open_only, fn, ctx);
    ON_SERVER(pg_store_positions(book->store, account_id, open_only, fn, ctx));
}

dbk_err *dbk_orders(dbk_book *book, const dbk_uuid *account_id, const dbk_order_query *query,
                    bool (*fn)(void *ctx, const dbk_order_state *order), void *ctx)
{
    REQUIRE(book && account_id && fn, "book, account_id or fn is NULL");
    REQUIRE_STRUCT(query);
    REQUIRE(query->limit >= 0, "limit is negative");
    REQUIRE(!!query->order_id + !!query->idempotency_key + !!query->exchange_order_id <= 1,
            "more than one of order_id, idempotency_key and exchange_order_id is given");
    if (book->file)
        return sqlite_store_orders(book->file, account_id, query, fn, ctx);
    ON_SERVER(pg_store_orders(book->store, account_id, query, fn, ctx));
}

/* ---- state ---- */

dbk_err *dbk_performance_record(dbk_book *book, const dbk_performance *performance, dbk_answer *out)
{
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(performance);
    if (book->file)
        return sqlite_store_performance_record(book->file, performance, out);
    ON_SERVER(pg_store_performance_record(book->store, performance, out));
}

dbk_err *dbk_state_save(dbk_book *book, const dbk_uuid *account_id, const dbk_uuid *snapshot_id,
                        const char *name, int64_t as_of_us, const char *state_json, dbk_answer *out)
{
    REQUIRE(book && account_id && snapshot_id && name && state_json && out, "an argument is NULL");
    if (book->spool) {
        state_request state = {.account_id = *account_id,
                               .snapshot_id = *snapshot_id,
                               .name = name,
                               .as_of_us = as_of_us,
                               .state_json = state_json};
        return spooler_state_save(book->spool, &state, out);
    }
    return book->file
               ? sqlite_store_state_save(book->file, account_id, snapshot_id, name, as_of_us, state_json, out)
               : pg_store_state_save(book->store, account_id, snapshot_id, name, as_of_us, state_json, out);
}

dbk_err *dbk_state_load(dbk_book *book, const dbk_uuid *account_id, const char *name, const char **state_json,
                        int64_t *as_of_us)
{
    REQUIRE(book && account_id && name && state_json, "book, account_id, name or state_json is NULL");
    if (book->file)
        return sqlite_store_state_load(book->file, account_id, name, state_json, as_of_us);
    ON_SERVER(pg_store_state_load(book->store, account_id, name, state_json, as_of_us));
}

/* ---- candles ---- */

dbk_err *dbk_candles_open(dbk_book *book, const dbk_uuid *instrument_id, int32_t interval_s, int64_t after_us,
                          dbk_candles **out)
{
    REQUIRE(book && instrument_id && out, "book, instrument_id or out is NULL");
    REQUIRE(interval_s > 0, "interval_s is not positive");
    if (book->file)
        return err_with_hint(err_new(ERR_INPUT, "dbk_candles_open: a book in a file holds no candles"),
                             "read them from a server, through a second book");
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
