#include "market/ingest/batch_load.h"

#include <assert.h>
#include <string.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "market/formats/raw_text.h"
#include "market/ingest/batch_send.h"
#include "pg/pg_retry.h"

#define REASON_BYTES_MAX 4000

/* The total has no bearing here: a try may take as long as its file. */
static const pg_retry_policy retry_policy = {
    .tries_max = 5, .delay_min_us = 200000, .delay_max_us = 5000000, .total_max_us = INT64_MAX / 4};

static void param_series(pg_params *p, const dbk_uuid *instrument_id, int32_t interval_s)
{
    pg_param_uuid(p, instrument_id);
    if (interval_s > 0)
        pg_param_int4(p, interval_s);
    else
        pg_param_null(p);
}

/* Whoever makes a month's table holds up all others that need it until the end of its transaction, so this is
 * done in one of its own. */
static dbk_err *ensure_partitions(batch_attempt *t)
{
    pg_params *p = pg_params_new(t->arena);
    pg_param_text(p, t->o->dataset->stream);
    pg_param_time(p, t->first_us);
    pg_param_time(p, t->last_us);
    pg_rows *rows;
    return pg_query_one(t->conn, t->arena, "select market.fn_ensure_partitions($1, $2, $3)", p, &rows);
}

/* Which revision of its path the content is, decides between its rows and those of the others. */
static dbk_err *register_file(batch_attempt *t)
{
    const batch_load_options *o = t->o;
    const published *hash = o->published;
    bool is_published = hash && (hash->verdict == PUBLISHED_MATCHES || hash->verdict == PUBLISHED_DIFFERS);
    pg_params *p = pg_params_new(t->arena);
    pg_param_text(p, o->source);
    pg_param_text(p, o->file_name);
    pg_param_bytes(p, o->identity->sha256, sizeof(o->identity->sha256));
    pg_param_int8(p, o->identity->size_bytes);
    pg_param_bytes(p, is_published ? hash->sha256 : NULL, sizeof(hash->sha256));
    pg_param_text(p, is_published && hash->verdict == PUBLISHED_DIFFERS ? o->accept_checksum : NULL);
    pg_param_text(p, o->facts->member_name);
    if (o->facts->member_name) {
        pg_param_int8(p, o->facts->member_crc32);
        pg_param_int8(p, o->facts->member_bytes);
    } else {
        pg_param_null(p);
        pg_param_null(p);
    }
    pg_param_text(p, o->facts->dialect);
    pg_rows *rows;
    dbk_err *e = pg_query_one(t->conn, t->arena,
                              "select outcome, refusal_detail from market.fn_register_file($1, $2, $3, $4, "
                              "$5, $6, $7, $8, $9, $10)",
                              p, &rows);
    if (!e && strcmp(pg_get_text(rows, 0, 0), "refused") == 0)
        e = err_new(ERR_INPUT, "%s", pg_get_text(rows, 0, 1));
    return e;
}

static dbk_err *open_batch(batch_attempt *t, bool *created)
{
    const batch_load_options *o = t->o;
    pg_params *p = pg_params_new(t->arena);
    pg_param_uuid(p, &t->batch_id);
    pg_param_text(p, o->source);
    pg_param_text(p, o->dataset->stream);
    param_series(p, o->instrument_id, o->interval_s);
    pg_param_text(p, o->file_name);
    pg_param_bytes(p, o->identity->sha256, sizeof(o->identity->sha256));
    pg_param_int8(p, o->identity->size_bytes);
    pg_param_time(p, t->first_us);
    pg_param_time(p, t->last_us);
    pg_param_bool(p, o->ordered);
    pg_rows *rows;
    dbk_err *e = pg_query_one(t->conn, t->arena,
                              "select outcome, target, rows_in, inserted, duplicate, superseded, rejected, "
                              "pg_snapshot_xmin(pg_current_snapshot()) "
                              "from market.fn_open_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                              p, &rows);
    if (e)
        return e;
    const char *outcome = pg_get_text(rows, 0, 0);
    *created = strcmp(outcome, "created") == 0;
    if (*created) {
        t->target = pg_get_text(rows, 0, 1);
        t->staged = strcmp(t->target, BATCH_STAGE) == 0;
        t->horizon = pg_get_text(rows, 0, 7);
        return NULL;
    }
    /* The identity was made for this file a moment ago: nothing else can have been done under it. */
    if (strcmp(outcome, "replayed") != 0)
        return err_new(ERR_INTERNAL, "opening a batch was answered with \"%s\"", outcome);
    t->result = (batch_load_result){
        .replayed = true,
        .rows_in = pg_get_int8(rows, 0, 2),
        .inserted = pg_get_int8(rows, 0, 3),
        .duplicate = pg_get_int8(rows, 0, 4),
        .superseded = pg_get_int8(rows, 0, 5),
        .rejected = pg_get_int8(rows, 0, 6),
    };
    return NULL;
}

static dbk_err *close_batch(batch_attempt *t)
{
    const batch_rejects *r = &t->totals.rejects;
    pg_params *p = pg_params_new(t->arena);
    pg_param_uuid(p, &t->batch_id);
    pg_param_int8(p, t->totals.rows + (int64_t)r->count);
    pg_param_text_array(p, r->lines, r->count);
    pg_param_text_array(p, r->offsets, r->count);
    pg_param_text_array(p, r->reasons, r->count);
    pg_param_text_array(p, r->raw, r->count);
    pg_rows *rows;
    const char *made = NULL;
    dbk_err *e = standing_add_params(t->standing, p, t->arena);
    pg_param_text_array(p, r->quarantined, r->quarantined_count);
    blocks_cut(t->made, false);
    if (!e)
        e = blocks_json(t->made, t->arena, t->horizon, &made);
    pg_param_text(p, made);
    const char *notes = batch_notes_json(t->arena, &t->totals.notes);
    if (!e && !notes)
        e = err_oom();
    pg_param_text(p, notes);
    if (!e)
        e = pg_query_one(t->conn, t->arena,
                         "select rows_in, inserted, duplicate, superseded, rejected "
                         "from market.fn_close_batch($1, $2, $3, $4, $5, $6, p_equal_first => $7, "
                         "p_equal_last => $8, p_equal_rows => $9, p_quarantine => $10, p_blocks => $11, "
                         "p_notes => nullif($12::jsonb, '{}'))",
                         p, &rows);
    if (e)
        return e;
    t->result = (batch_load_result){
        .rows_in = pg_get_int8(rows, 0, 0),
        .inserted = pg_get_int8(rows, 0, 1),
        .duplicate = pg_get_int8(rows, 0, 2),
        .superseded = pg_get_int8(rows, 0, 3),
        .rejected = pg_get_int8(rows, 0, 4),
        .notes = t->totals.notes,
    };
    return NULL;
}

/* ---- one try after another ---- */

static dbk_err *load_in_transaction(batch_attempt *t)
{
    bool created = false;
    dbk_err *e = t->o->facts ? register_file(t) : NULL;
    if (!e)
        e = open_batch(t, &created);
    if (e || !created)
        return e;
    e = batch_send_all(t);
    if (e || t->disordered)
        return e;
    t->result.too_many_rejects = t->totals.too_many_rejects;
    if (!t->totals.too_many_rejects && t->object.wanted)
        e = batch_object_close(&t->object, t->conn, t->arena, &t->totals);
    if (!e && !t->totals.too_many_rejects)
        e = close_batch(t);
    if (!e)
        e = interrupt_check(t->o->interrupt);
    return e;
}

static dbk_err *run_attempt(batch_attempt *t)
{
    pg_conn *c = t->conn;
    t->first_us = t->o->first_us;
    t->last_us = batch_announce_to(t, t->o->last_us);
    dbk_err *e = interrupt_check(t->o->interrupt);
    if (!e && pg_is_lost(c))
        e = pg_reconnect(c);
    if (!e)
        e = ensure_partitions(t);
    if (!e)
        e = pg_begin(c);
    if (e)
        return e;
    e = load_in_transaction(t);
    pg_copy_abort(t->copy);
    const bool nothing = t->result.too_many_rejects || t->disordered;
    if (!e && !nothing)
        e = pg_commit(c);
    if (e || nothing)
        pg_rollback(c);
    return e;
}

static dbk_err *try_once(pg_conn *c, const batch_load_options *o, const dbk_uuid *batch_id, bool compares,
                         bool *disordered, batch_load_result *out)
{
    batch_attempt t = {.conn = c,
                       .o = o,
                       .batch_id = *batch_id,
                       .compares = compares,
                       .arena = arena_new(0),
                       .feed_arena = arena_new(0)};
    dbk_err *e = t.arena && t.feed_arena ? blocks_new(&t.made) : err_oom();
    if (!e)
        e = run_attempt(&t);
    if (!e)
        *out = t.result;
    *disordered = t.disordered;
    batch_object_term(&t.object);
    standing_free(t.standing);
    blocks_free(t.made);
    mem_free(t.with_lines);
    arena_free(t.feed_arena);
    arena_free(t.arena);
    return e;
}

/* Files are in the order of time, as a rule. Of one that turns out not to be when a part of it has been left
 * out, all goes to the stage. */
static dbk_err *load_once(pg_conn *c, const batch_load_options *o, const dbk_uuid *batch_id,
                          batch_load_result *out)
{
    bool disordered;
    dbk_err *e = try_once(c, o, batch_id, true, &disordered, out);
    return !e && disordered ? try_once(c, o, batch_id, false, &disordered, out) : e;
}

dbk_err *batch_load(pg_conn *c, const batch_load_options *o, batch_load_result *out)
{
    dbk_uuid batch_id;
    dbk_err *e = uuid_v7(o->clock, &batch_id);
    if (e)
        return e;
    pg_retry_state retry;
    pg_retry_init(&retry, &retry_policy, o->clock->mono_us(o->clock), (uint64_t)o->clock->wall_us(o->clock));
    for (;;) {
        e = load_once(c, o, &batch_id, out);
        if (!e)
            return NULL;
        int64_t delay_us;
        if (!pg_retry_next(&retry, e, true, o->clock->mono_us(o->clock), &delay_us))
            return e;
        log_fields(o->log, LOG_WARNING, "loading is tried again", LOG_STR("file", o->file_name),
                   LOG_STR("why", err_message(e)));
        err_free(e);
        o->clock->sleep_us(o->clock, delay_us);
    }
}

dbk_err *batch_refuse(pg_conn *c, arena *a, const dbk_clock *clock, const batch_refusal *r)
{
    dbk_uuid batch_id;
    dbk_err *e = uuid_v7(clock, &batch_id);
    if (e)
        return e;
    const char *reason = raw_text(a, r->reason, strlen(r->reason), REASON_BYTES_MAX - 4);
    if (!reason)
        return err_oom();
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &batch_id);
    pg_param_text(p, r->source);
    pg_param_text(p, r->stream);
    param_series(p, r->instrument_id, r->interval_s);
    pg_param_text(p, r->file_name);
    pg_param_bytes(p, r->identity->sha256, sizeof(r->identity->sha256));
    pg_param_int8(p, r->identity->size_bytes);
    pg_param_text(p, reason);
    pg_rows *rows;
    return pg_query_one(
        c, a, "select outcome from market.fn_refuse_batch($1, $2, $3, $4, $5, $6, $7, $8, $9)", p, &rows);
}
