/* Candles, page by page. */
#include "book/book_sql.h"
#include "book/pg_store_int.h"
#include "core/mem.h"

/* Rows a page: large enough that the round trip does not count, small enough that many series may be open at
 * once. */
#define CANDLES_PAGE 8192

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
