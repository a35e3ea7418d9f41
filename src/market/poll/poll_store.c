#include "market/poll/poll_store.h"

#include <string.h>

#include "core/sha256.h"
#include "market/formats/raw_text.h"
#include "market/formats/symbol.h"
#include "market/ingest/instrument.h"
#include "pg/pg_copy.h"
#include "pg/pg_retry.h"
#include "poll_sql.h"

#define SECOND_US INT64_C(1000000)
#define ERROR_BYTES_MAX 1000
/* A list changes a few times a week, and is long. */
#define LIST_EVERY_US (3600 * SECOND_US)

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
    *s = (poll_series){.venue = w->venue->code};
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
    if (found->is_list) {
        s->every_us = s->every_us > 0 ? s->every_us : LIST_EVERY_US;
        s->asked.symbol = found->kind;
        return NULL;
    }
    if (pg_get_is_null(rows, row, 4))
        return name_instrument(c, a, clock, w->venue, rows, row, s, why);
    s->instrument_id = pg_get_uuid(rows, row, 4);
    s->asked.symbol = pg_get_text(rows, row, 2);
    return NULL;
}

static dbk_err *find_series(pg_conn *c, arena *a, const dbk_clock *clock, dbk_log *log, const poll_wishes *w,
                            const pg_rows *rows, poll_series *all, size_t *count)
{
    for (size_t i = 0; i < pg_row_count(rows); i++) {
        const char *why = NULL;
        dbk_err *e = take_series(c, a, clock, w, rows, i, &all[*count], &why);
        if (e)
            return e;
        if (why)
            left_out(log, w->venue, rows, i, why);
        else if (!w->symbol || strcmp(w->symbol, all[*count].asked.symbol) == 0)
            ++*count;
    }
    return NULL;
}

/* Holes can be asked for where a venue pages by id. */
static void find_repairs(const poll_wishes *w, const pg_rows *rows, poll_series *all, size_t *count)
{
    for (size_t i = 0; i < pg_row_count(rows); i++) {
        const char *symbol = pg_get_text(rows, i, 2);
        const venue_endpoint *found =
            venue_find_endpoint(w->venue, pg_get_text(rows, i, 0), pg_get_text(rows, i, 1));
        if (!found || found->paging != VENUE_BY_ID || (w->symbol && strcmp(w->symbol, symbol) != 0))
            continue;
        all[(*count)++] = (poll_series){
            .venue = w->venue->code,
            .asked = {.endpoint = found, .symbol = symbol},
            .instrument_id = pg_get_uuid(rows, i, 3),
            .position = {.from_us = pg_get_time(rows, i, 7), .last_id = pg_get_int8(rows, i, 5) - 1},
            .is_repair = true,
            .repair_id = pg_get_uuid(rows, i, 4),
            .repair_to_id = pg_get_int8(rows, i, 6),
            .behind = true};
    }
}

dbk_err *poll_store_series(pg_conn *c, arena *a, const dbk_clock *clock, dbk_log *log, const poll_wishes *w,
                           poll_series **out, size_t *count)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, w->venue->code);
    pg_param_text(p, w->stream);
    pg_rows *rows;
    pg_rows *repairs = NULL;
    dbk_err *e = pg_query(c, a, poll_series_wanted, p, &rows);
    if (!e)
        e = pg_query(c, a, poll_repairs, p, &repairs);
    if (e)
        return e;
    poll_series *all = arena_alloc(a, (pg_row_count(rows) + pg_row_count(repairs) + 1) * sizeof(*all));
    if (!all)
        return err_oom();
    size_t n = 0;
    e = find_series(c, a, clock, log, w, rows, all, &n);
    if (e)
        return e;
    find_repairs(w, repairs, all, &n);
    *out = all;
    *count = n;
    return NULL;
}

/* ---- a page ---- */

/* The parameters of a call that makes something known, under an identity of its own. */
static dbk_err *params_of_new(arena *a, const dbk_clock *clock, dbk_uuid *id, pg_params **out)
{
    dbk_err *e = uuid_v7(clock, id);
    if (e)
        return e;
    *out = pg_params_new(a);
    pg_param_uuid(*out, id);
    return NULL;
}

static void param_series(pg_params *p, const poll_series *s)
{
    pg_param_text(p, s->asked.endpoint->stream);
    pg_param_uuid(p, s->asked.endpoint->is_list ? NULL : &s->instrument_id);
    if (s->asked.interval_s > 0)
        pg_param_int4(p, s->asked.interval_s);
    else
        pg_param_null(p);
}

/* The answer's name in the register begins with the venue's time, so that of two statements about one row the
 * later one stands, in whatever order they are recorded. */
static const char *name_of(arena *a, const poll_page *page)
{
    char time[CLOCK_ISO_SIZE];
    clock_iso(page->server_us, time);
    return arena_printf(a, "%s %s", time, page->request->target);
}

/* The bytes as they came, kept once. */
static dbk_err *keep_object(pg_conn *c, arena *a, const dbk_clock *clock, const poll_page *page,
                            const uint8_t sha256[32])
{
    dbk_uuid id;
    pg_params *p;
    dbk_err *e = params_of_new(a, clock, &id, &p);
    if (e)
        return e;
    pg_param_bytes(p, sha256, 32);
    pg_param_int8(p, (int64_t)page->length);
    pg_rows *rows;
    e = pg_query_one(c, a, poll_open_object, p, &rows);
    if (e || strcmp(pg_get_text(rows, 0, 0), "created") != 0)
        return e;
    pg_copy *k;
    e = pg_copy_begin(c, "copy ingest.object_chunks (object_id, chunk_no, bytes) from stdin (format binary)",
                      3, &k);
    if (!e)
        e = pg_copy_row(k);
    if (e)
        return e;
    pg_copy_uuid(k, &id);
    pg_copy_int4(k, 0);
    pg_copy_text(k, page->body, page->length);
    int64_t sent;
    e = pg_copy_end(k, &sent);
    uint8_t digest[32];
    if (!e)
        e = sha256_of(sha256, 32, digest);
    if (e)
        return e;
    p = pg_params_new(a);
    pg_param_uuid(p, &id);
    pg_param_int8(p, (int64_t)page->length);
    pg_param_bytes(p, digest, sizeof(digest));
    return pg_query_one(c, a, poll_close_object, p, &rows);
}

static const char *state_of(arena *a, const venue_position *at)
{
    char time[CLOCK_ISO_SIZE];
    clock_iso(at->from_us, time);
    return at->last_id >= 0
               ? arena_printf(a, "{\"from\": \"%s\", \"id\": %lld}", time, (long long)at->last_id)
               : arena_printf(a, "{\"from\": \"%s\"}", time);
}

/* The present state has no pages, and so no cursor; a hole that is filled lies behind it. */
static bool moves(const poll_page *page)
{
    if (page->series->asked.endpoint->paging == VENUE_NOW || page->series->is_repair)
        return false;
    const venue_position *before = &page->series->position;
    return before->from_us != page->after->from_us || before->last_id != page->after->last_id;
}

/* *batch_id becomes that of the batch that holds the answer, which may be there already, and *moved says
 * whether the cursor went along. */
static dbk_err *record_rows(pg_conn *c, arena *a, const dbk_clock *clock, const poll_page *page,
                            dbk_uuid *batch_id, bool *moved)
{
    uint8_t sha256[32];
    dbk_err *e = sha256_of(page->body, page->length, sha256);
    if (!e)
        e = keep_object(c, a, clock, page, sha256);
    if (e)
        return e;
    const char *name = name_of(a, page);
    const char *state = state_of(a, page->after);
    const char *notes = batch_notes_json(a, &page->answer->notes);
    if (!name || !state || !notes)
        return err_oom();
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, batch_id);
    param_series(p, page->series);
    pg_param_text(p, name);
    pg_param_bytes(p, sha256, sizeof(sha256));
    pg_param_int8(p, (int64_t)page->length);
    pg_param_text(p, page->answer->rows);
    pg_param_text(p, page->answer->rejects);
    pg_param_text(p, moves(page) ? state : NULL);
    pg_param_text(p, notes);
    pg_rows *rows;
    e = pg_query_one(c, a, poll_record, p, &rows);
    if (e)
        return e;
    const char *outcome = pg_get_text(rows, 0, 0);
    *moved = strcmp(outcome, "created") == 0;
    if (!*moved && strcmp(outcome, "replayed") != 0) {
        const char *detail = pg_get_text(rows, 0, 2);
        return err_new(ERR_SERVER, "the page was not recorded: %s%s%s", outcome, detail ? ": " : "",
                       detail ? detail : "");
    }
    *batch_id = pg_get_uuid(rows, 0, 1);
    return NULL;
}

static dbk_err *record_funding(pg_conn *c, arena *a, const poll_page *page)
{
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &page->series->instrument_id);
    pg_param_text(p, page->answer->rows);
    pg_rows *rows;
    dbk_err *e = pg_query_one(c, a, poll_funding, p, &rows);
    if (!e && strcmp(pg_get_text(rows, 0, 0), "conflict") == 0)
        e = err_new(ERR_INPUT, "the venue stated another %s at the same moment before",
                    pg_get_text(rows, 0, 1));
    return e;
}

static dbk_err *advance(pg_conn *c, arena *a, const dbk_uuid *batch_id, const poll_page *page)
{
    const char *state = state_of(a, page->after);
    if (!state)
        return err_oom();
    pg_params *p = pg_params_new(a);
    param_series(p, page->series);
    pg_param_text(p, state);
    pg_param_uuid(p, batch_id);
    pg_rows *rows;
    return pg_query_one(c, a, poll_advance, p, &rows);
}

static dbk_err *record_page(pg_conn *c, arena *a, const dbk_clock *clock, const poll_page *page,
                            bool has_rows)
{
    dbk_uuid batch_id;
    bool moved = false;
    dbk_err *e = uuid_v7(clock, &batch_id);
    if (!e)
        e = pg_begin(c);
    if (e)
        return e;
    if (has_rows && !dataset_of_stream(page->series->asked.endpoint->stream))
        e = record_funding(c, a, page);
    else if (has_rows)
        e = record_rows(c, a, clock, page, &batch_id, &moved);
    if (!e && !moved && moves(page))
        e = advance(c, a, has_rows ? &batch_id : NULL, page);
    if (!e)
        e = pg_commit(c);
    if (e)
        pg_rollback(c);
    return e;
}

dbk_err *poll_store_page(pg_conn *c, const dbk_clock *clock, const poll_page *page)
{
    bool has_rows = page->answer->page.rows_kept > 0 || page->answer->reject_count > 0;
    if (!has_rows && !moves(page))
        return NULL;
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    dbk_err *e = record_page(c, a, clock, page, has_rows);
    arena_free(a);
    return e;
}

/* ---- a list ---- */

static dbk_err *record_list(pg_conn *c, arena *a, const dbk_clock *clock, const poll_page *page)
{
    const poll_series *s = page->series;
    bool of_kraken = strcmp(s->asked.endpoint->shape, "Kraken list") == 0;
    dbk_uuid id;
    pg_params *p;
    dbk_err *e = params_of_new(a, clock, &id, &p);
    if (e)
        return e;
    pg_param_text(p, s->venue);
    pg_param_text(p, s->asked.endpoint->kind);
    pg_param_text(p, page->body);
    if (of_kraken)
        pg_param_int8(p, page->server_us / 1000);
    pg_rows *rows;
    return pg_query_one(c, a, of_kraken ? poll_list_kraken : poll_list_binance, p, &rows);
}

dbk_err *poll_store_list(pg_conn *c, const dbk_clock *clock, const poll_page *page, dbk_err **trouble)
{
    *trouble = NULL;
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    dbk_err *e = record_list(c, a, clock, page);
    arena_free(a);
    if (e && err_code(e) != ERR_MEMORY && !pg_is_lost(c) && pg_retry_classify(e) == PG_RETRY_NEVER) {
        *trouble = e;
        return NULL;
    }
    return e;
}

dbk_err *poll_store_repaired(pg_conn *c, const dbk_uuid *repair_id)
{
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, repair_id);
    pg_rows *rows;
    dbk_err *e = pg_query_one(c, a, poll_close_repair, p, &rows);
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
    /* Lists have no instrument to be told apart by. */
    const venue_endpoint *asked = s->asked.endpoint;
    const char *source = asked->is_list ? arena_printf(a, "%s %s", s->venue, asked->kind) : "rest";
    const char *text = said && source ? raw_text(a, said, strlen(said), ERROR_BYTES_MAX) : NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &error_id);
    param_series(p, s);
    pg_param_text(p, text);
    pg_param_text(p, source);
    pg_rows *rows;
    e = text ? pg_query_one(c, a, poll_failure, p, &rows) : err_oom();
    arena_free(a);
    return e;
}
