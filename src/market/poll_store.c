#include "market/poll_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/sha256.h"
#include "market/instrument.h"
#include "market/raw_text.h"
#include "market/symbol.h"
#include "poll_sql.h"

#define SECOND_US INT64_C(1000000)
#define ERROR_BYTES_MAX 1000

/* ---- what is to be polled ---- */

static void left_out(dbk_log *log, const venue *v, const pg_rows *rows, size_t row, const char *why)
{
    const char *symbol = pg_get_text(rows, row, 2);
    log_fields(log, LOG_WARNING, "a series is not polled", LOG_STR("venue", v->code),
               LOG_STR("stream", pg_get_text(rows, row, 0)), LOG_STR("kind", pg_get_text(rows, row, 1)),
               LOG_STR("symbol", symbol ? symbol : pg_get_text(rows, row, 5)), LOG_STR("why", why));
}

/* The endpoint, with pages no longer than wished for. */
static const venue_endpoint *endpoint_of(arena *a, const poll_wishes *w, const venue_endpoint *found)
{
    if (w->page_rows == 0 || found->limit <= w->page_rows)
        return found;
    venue_endpoint *shorter = arena_memdup(a, found, sizeof(*found));
    if (shorter)
        shorter->limit = w->page_rows;
    return shorter;
}

/* A coin whose instrument nobody made known yet gets one, under the venue's usual name for it. */
static dbk_err *name_instrument(pg_conn *c, arena *a, const dbk_clock *clock, const venue *v,
                                const pg_rows *rows, size_t row, poll_series *s, const char **why)
{
    char symbol[SYMBOL_SIZE];
    const instrument_spec spec = {.venue = v->code,
                                  .symbol = symbol,
                                  .kind = pg_get_text(rows, row, 1),
                                  .base = pg_get_text(rows, row, 5),
                                  .quote = pg_get_text(rows, row, 6)};
    if (!v->symbol(spec.kind, spec.base, spec.quote, symbol, sizeof(symbol))) {
        *why = "the venue has no such instruments";
        return NULL;
    }
    s->asked.symbol = arena_strdup(a, symbol);
    return s->asked.symbol ? instrument_ensure(c, a, clock, &spec, &s->instrument_id) : err_oom();
}

static void place(const poll_wishes *w, const pg_rows *rows, size_t row, poll_series *s)
{
    bool begun = !pg_get_is_null(rows, row, 9);
    s->since_us = w->since_us ? w->since_us : pg_get_time(rows, row, 7);
    s->position.from_us = begun ? pg_get_time(rows, row, 9) : s->since_us;
    s->position.last_id = pg_get_is_null(rows, row, 10) ? -1 : pg_get_int8(rows, row, 10);
    s->every_us = pg_get_is_null(rows, row, 8) ? 0 : pg_get_int8(rows, row, 8) * SECOND_US;
    s->behind = true;
}

/* *why is set when this is nothing to poll. */
static dbk_err *take_series(pg_conn *c, arena *a, const dbk_clock *clock, const poll_wishes *w,
                            const pg_rows *rows, size_t row, poll_series *s, const char **why)
{
    const venue_endpoint *found =
        venue_find_endpoint(w->venue, pg_get_text(rows, row, 0), pg_get_text(rows, row, 1));
    *s = (poll_series){.due_us = 0};
    if (!found) {
        *why = "this is not known of the venue";
        return NULL;
    }
    s->asked.endpoint = endpoint_of(a, w, found);
    if (!s->asked.endpoint)
        return err_oom();
    if (!pg_get_is_null(rows, row, 3))
        s->asked.interval_s = (int32_t)pg_get_int8(rows, row, 3);
    place(w, rows, row, s);
    if (pg_get_is_null(rows, row, 4))
        return name_instrument(c, a, clock, w->venue, rows, row, s, why);
    s->instrument_id = pg_get_uuid(rows, row, 4);
    s->asked.symbol = pg_get_text(rows, row, 2);
    return NULL;
}

dbk_err *poll_store_series(pg_conn *c, arena *a, const dbk_clock *clock, dbk_log *log, const poll_wishes *w,
                           poll_series **out, size_t *count)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, w->venue->code);
    pg_param_text(p, w->stream);
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, poll_series_wanted, p, &rows);
    if (e)
        return e;
    poll_series *all = arena_alloc(a, (pg_row_count(rows) + 1) * sizeof(*all));
    if (!all)
        return err_oom();
    size_t n = 0;
    for (size_t i = 0; i < pg_row_count(rows); i++) {
        const char *why = NULL;
        e = take_series(c, a, clock, w, rows, i, &all[n], &why);
        if (e)
            return e;
        if (why)
            left_out(log, w->venue, rows, i, why);
        else if (!w->symbol || strcmp(w->symbol, all[n].asked.symbol) == 0)
            n++;
    }
    *out = all;
    *count = n;
    return NULL;
}

/* ---- a page ---- */

static void param_series(pg_params *p, const poll_series *s)
{
    pg_param_text(p, s->asked.endpoint->stream);
    pg_param_uuid(p, &s->instrument_id);
    if (s->asked.interval_s > 0)
        pg_param_int4(p, s->asked.interval_s);
    else
        pg_param_null(p);
}

typedef const char *(*reject_text)(arena *a, const poll_reject *r);

static const char *line_of(arena *a, const poll_reject *r)
{
    return arena_printf(a, "%lld", (long long)r->line);
}

static const char *offset_of(arena *a, const poll_reject *r)
{
    return arena_printf(a, "%lld", (long long)r->byte_offset);
}

static const char *reason_of(arena *a, const poll_reject *r)
{
    (void)a;
    return r->reason;
}

static const char *raw_of(arena *a, const poll_reject *r)
{
    (void)a;
    return r->raw;
}

static dbk_err *param_rejects(pg_params *p, arena *a, const poll_answer *answer)
{
    static const reject_text parts[] = {line_of, offset_of, reason_of, raw_of};
    const char **items = arena_alloc(a, (answer->reject_count + 1) * sizeof(*items));
    if (!items)
        return err_oom();
    for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
        for (size_t i = 0; i < answer->reject_count; i++) {
            items[i] = parts[k](a, &answer->rejects[i]);
            if (!items[i])
                return err_oom();
        }
        pg_param_text_array(p, items, answer->reject_count);
    }
    return NULL;
}

/* The answer's name in the register begins with the venue's time, so that of two statements about one row the
 * later one stands, in whatever order they are recorded. */
static const char *name_of(arena *a, const poll_page *page)
{
    char time[CLOCK_ISO_SIZE];
    clock_iso(page->server_us, time);
    return arena_printf(a, "%s %s", time, page->request->target);
}

static dbk_err *record_rows(pg_conn *c, arena *a, const dbk_uuid *batch_id, const poll_page *page)
{
    uint8_t sha256[32];
    dbk_err *e = sha256_of(page->body, page->length, sha256);
    if (e)
        return e;
    const char *name = name_of(a, page);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, batch_id);
    param_series(p, page->series);
    pg_param_text(p, name);
    pg_param_bytes(p, sha256, sizeof(sha256));
    pg_param_int8(p, (int64_t)page->length);
    pg_param_text(p, page->answer->rows);
    e = name ? param_rejects(p, a, page->answer) : err_oom();
    pg_rows *rows;
    return e ? e : pg_query_one(c, a, poll_record, p, &rows);
}

static dbk_err *advance(pg_conn *c, arena *a, const dbk_uuid *batch_id, const poll_page *page)
{
    pg_params *p = pg_params_new(a);
    param_series(p, page->series);
    pg_param_time(p, page->after->from_us);
    if (page->after->last_id >= 0)
        pg_param_int8(p, page->after->last_id);
    else
        pg_param_null(p);
    pg_param_uuid(p, batch_id);
    pg_rows *rows;
    return pg_query_one(c, a, poll_advance, p, &rows);
}

static bool moves(const poll_page *page)
{
    const venue_position *before = &page->series->position;
    return before->from_us != page->after->from_us || before->last_id != page->after->last_id;
}

dbk_err *poll_store_page(pg_conn *c, const dbk_clock *clock, const poll_page *page)
{
    bool has_rows = page->answer->page.rows_kept > 0 || page->answer->reject_count > 0;
    if (!has_rows && !moves(page))
        return NULL;
    dbk_uuid batch_id;
    dbk_err *e = uuid_v7(clock, &batch_id);
    if (e)
        return e;
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    e = pg_begin(c);
    if (!e && has_rows)
        e = record_rows(c, a, &batch_id, page);
    if (!e && moves(page))
        e = advance(c, a, has_rows ? &batch_id : NULL, page);
    if (!e)
        e = pg_commit(c);
    if (e)
        pg_rollback(c);
    arena_free(a);
    return e;
}

/* ---- failures ---- */

dbk_err *poll_store_failure(pg_conn *c, const dbk_clock *clock, const poll_series *s, const dbk_err *why)
{
    dbk_uuid error_id;
    dbk_err *e = uuid_v7(clock, &error_id);
    if (e)
        return e;
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    const dbk_err *cause = err_cause(why);
    const char *said =
        arena_printf(a, "%s%s%s", err_message(why), cause ? ": " : "", cause ? err_message(cause) : "");
    const char *text = said ? raw_text(a, said, strlen(said), ERROR_BYTES_MAX) : NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &error_id);
    param_series(p, s);
    pg_param_text(p, text);
    pg_rows *rows;
    e = text ? pg_query_one(c, a, poll_failure, p, &rows) : err_oom();
    arena_free(a);
    return e;
}
