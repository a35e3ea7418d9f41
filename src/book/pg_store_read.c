/* Positions, equity and candles. */
#include <string.h>

#include "book/book_sql.h"
#include "book/pg_store.h"
#include "book/pg_store_int.h"
#include "core/mem.h"
#include "core/uuid.h"

/* Rows a page: large enough that the round trip does not count, small enough that many series may be open at
 * once. */
#define CANDLES_PAGE 8192

enum {
    P_ID,
    P_INSTRUMENT_ID,
    P_VENUE,
    P_SYMBOL,
    P_KEY,
    P_QTY,
    P_AVG_PRICE,
    P_REALIZED_PNL,
    P_FEES,
    P_OPENED_AT
};

dbk_err *pg_store_positions(pg_store *s, const dbk_uuid *account_id, bool open_only,
                            bool (*fn)(void *ctx, const dbk_position *position), void *ctx)
{
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    pg_param_bool(p, open_only);
    dbk_err *e = pg_store_call(
        s, a, &(store_call){.name = "dbk_positions", .sql = book_positions, .params = p}, &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        dbk_position position = {
            .position_id = pg_get_uuid(rows, i, P_ID),
            .instrument_id = pg_get_uuid(rows, i, P_INSTRUMENT_ID),
            .venue = pg_get_text(rows, i, P_VENUE),
            .symbol = pg_get_text(rows, i, P_SYMBOL),
            .position_key = pg_get_text(rows, i, P_KEY),
            .qty = pg_get_text(rows, i, P_QTY),
            .avg_price = pg_get_text(rows, i, P_AVG_PRICE),
            .realized_pnl = pg_get_text(rows, i, P_REALIZED_PNL),
            .fees = pg_get_text(rows, i, P_FEES),
            .opened_us = pg_get_is_null(rows, i, P_OPENED_AT) ? 0 : pg_get_time(rows, i, P_OPENED_AT),
        };
        if (!fn(ctx, &position))
            break;
    }
    arena_free(a);
    return e;
}

enum { E_BALANCE = ANSWER_COLUMNS, E_UNREALIZED, E_EQUITY, E_COMPLETE, E_MISSING };

static dbk_err *mark_params(arena *a, const dbk_mark *marks, size_t count, pg_params *p)
{
    const char **items = arena_alloc(a, (count + 1) * sizeof(*items));
    char *ids = arena_alloc(a, (count + 1) * UUID_TEXT_SIZE);
    if (!items || !ids)
        return err_oom();
    for (size_t i = 0; i < count; i++) {
        uuid_format(&marks[i].instrument_id, ids + i * UUID_TEXT_SIZE);
        items[i] = ids + i * UUID_TEXT_SIZE;
    }
    pg_param_text_array(p, items, count);
    for (size_t i = 0; i < count; i++)
        items[i] = marks[i].price;
    pg_param_text_array(p, items, count);
    return NULL;
}

dbk_err *pg_store_equity_record(pg_store *s, const dbk_uuid *account_id, const dbk_uuid *point_id,
                                int64_t as_of_us, const dbk_mark *marks, size_t count, const dbk_uuid *run_id,
                                dbk_equity *out)
{
    arena *a = pg_store_keep(s, KEEP_EQUITY);
    pg_rows *rows = NULL;
    dbk_answer answer;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    pg_param_uuid(p, point_id);
    pg_param_time(p, as_of_us);
    dbk_err *e = mark_params(a, marks, count, p);
    if (e)
        return e;
    pg_param_uuid(p, run_id);
    pg_store_param_ctx(s, p);
    e = pg_store_call(
        s, a, &(store_call){.name = "dbk_equity_record", .sql = book_equity_record, .params = p, .one = true},
        &rows);
    if (!e)
        e = pg_store_answer(rows, 0, &answer);
    if (e)
        return e;
    const char *missing = pg_get_text(rows, 0, E_MISSING);
    *out = (dbk_equity){
        .answer = answer,
        .balance = pg_get_text(rows, 0, E_BALANCE),
        .unrealized = pg_get_text(rows, 0, E_UNREALIZED),
        .equity = pg_get_text(rows, 0, E_EQUITY),
        .complete = !pg_get_is_null(rows, 0, E_COMPLETE) && pg_get_bool(rows, 0, E_COMPLETE),
        .missing = missing ? missing : "",
    };
    return NULL;
}

/* ---- candles ---- */

struct pg_candles {
    pg_store *store;
    dbk_uuid instrument_id;
    int32_t interval_s;
    int64_t after_us; /* of the last candle of the page; 0: none yet */
    arena *arena;     /* the current page */
    pg_rows *rows;
    size_t next;
};

enum { C_OPEN_TIME, C_OPEN, C_HIGH, C_LOW, C_CLOSE, C_VOLUME };

dbk_err *pg_candles_open(pg_store *s, const dbk_uuid *instrument_id, int32_t interval_s, int64_t after_us,
                         pg_candles **out)
{
    pg_candles *c = mem_alloc(sizeof(*c));
    arena *a = c ? arena_new(0) : NULL;
    if (!a) {
        mem_free(c);
        return err_oom();
    }
    *c = (pg_candles){.store = s,
                      .instrument_id = *instrument_id,
                      .interval_s = interval_s,
                      .after_us = after_us,
                      .arena = a};
    *out = c;
    return NULL;
}

static dbk_err *fetch_page(pg_candles *c)
{
    c->rows = NULL;
    c->next = 0;
    arena_reset(c->arena);
    pg_params *p = pg_params_new(c->arena);
    pg_param_uuid(p, &c->instrument_id);
    pg_param_int4(p, c->interval_s);
    pg_store_param_time(p, c->after_us);
    pg_param_int4(p, CANDLES_PAGE);
    store_call call = {.name = "dbk_candles_next", .sql = book_candles_page, .params = p, .binary = true};
    dbk_err *e = pg_store_call(c->store, c->arena, &call, &c->rows);
    if (!e && pg_row_count(c->rows) > 0)
        c->after_us = pg_get_time_binary(c->rows, pg_row_count(c->rows) - 1, C_OPEN_TIME);
    return e;
}

static dbk_candle read_candle(const pg_rows *rows, size_t row)
{
    return (dbk_candle){
        .open_us = pg_get_time_binary(rows, row, C_OPEN_TIME),
        .open = pg_get_float8_binary(rows, row, C_OPEN),
        .high = pg_get_float8_binary(rows, row, C_HIGH),
        .low = pg_get_float8_binary(rows, row, C_LOW),
        .close = pg_get_float8_binary(rows, row, C_CLOSE),
        .volume = pg_get_float8_binary(rows, row, C_VOLUME),
    };
}

dbk_err *pg_candles_next(pg_candles *c, dbk_candle *out, size_t max, size_t *count)
{
    if (!c->rows || c->next == pg_row_count(c->rows)) {
        dbk_err *e = fetch_page(c);
        if (e)
            return e;
    }
    size_t n = 0;
    for (; n < max && c->next < pg_row_count(c->rows); n++, c->next++)
        out[n] = read_candle(c->rows, c->next);
    *count = n;
    return NULL;
}

void pg_candles_close(pg_candles *c)
{
    if (!c)
        return;
    arena_free(c->arena);
    mem_free(c);
}
