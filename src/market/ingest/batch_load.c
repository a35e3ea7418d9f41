#include "market/ingest/batch_load.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "market/formats/raw_text.h"
#include "market/ingest/batch_object.h"
#include "market/ingest/standing.h"
#include "pg/pg_copy.h"
#include "pg/pg_retry.h"

#define STAGE "pg_temp.market_stage"
#define REASON_BYTES_MAX 4000
#define US_PER_S INT64_C(1000000)

/* The total has no bearing here: a try may take as long as its file. */
static const pg_retry_policy retry_policy = {
    .tries_max = 5, .delay_min_us = 200000, .delay_max_us = 5000000, .total_max_us = INT64_MAX / 4};

/* One try. Its memory lives in `arena` and `feed_arena` and goes with them. */
typedef struct attempt {
    pg_conn *conn;
    const batch_load_options *o;
    arena *arena;
    arena *feed_arena;
    dbk_uuid batch_id;
    row_encoder encoder;
    batch_object object; /* the file as received */
    batch_feed *feed;
    batch_totals totals;
    pg_copy *copy; /* of rows, or of the file; NULL: neither */
    parcel_kind copying;
    const char *target;
    bool staged;
    bool compares;             /* rows for the stage are compared with what stands first … */
    standing *standing;        /* … by this, once there is one */
    blocks *made;              /* hashes of what stands when the batch is closed */
    const char *horizon;       /* what was over when it was opened */
    bool disordered;           /* rows were left out that a later one may be about: all is to be done anew */
    int64_t first_us, last_us; /* as announced to the server */
    char *with_lines;          /* a parcel of rows for the stage */
    size_t with_lines_size;
    int64_t sent;  /* rows, in all */
    int64_t taken; /* … that the server has confirmed */
    batch_load_result result;
} attempt;

static void param_series(pg_params *p, const dbk_uuid *instrument_id, int32_t interval_s)
{
    pg_param_uuid(p, instrument_id);
    if (interval_s > 0)
        pg_param_int4(p, interval_s);
    else
        pg_param_null(p);
}

/* Partitions are months, so announcing to the end of one costs nothing. */
static int64_t end_of_month_us(int64_t us)
{
    time_t s = (time_t)(us / US_PER_S - (us % US_PER_S < 0));
    struct tm tm;
    gmtime_r(&s, &tm);
    tm = (struct tm){.tm_year = tm.tm_year, .tm_mon = tm.tm_mon + 1, .tm_mday = 1};
    return (int64_t)timegm(&tm) * US_PER_S - 1;
}

/* Nothing is announced beyond now that is not there. */
static int64_t announce_to(const attempt *t, int64_t last_us)
{
    int64_t now_us = t->o->clock->wall_us(t->o->clock);
    int64_t end_us = end_of_month_us(last_us);
    end_us = end_us < now_us ? end_us : now_us;
    return t->o->whole || end_us < last_us ? last_us : end_us;
}

/* Whoever makes a month's table holds up all others that need it until the end of its transaction, so this is
 * done in one of its own. */
static dbk_err *ensure_partitions(attempt *t)
{
    pg_params *p = pg_params_new(t->arena);
    pg_param_text(p, t->o->dataset->stream);
    pg_param_time(p, t->first_us);
    pg_param_time(p, t->last_us);
    pg_rows *rows;
    return pg_query_one(t->conn, t->arena, "select market.fn_ensure_partitions($1, $2, $3)", p, &rows);
}

/* Which revision of its path the content is, decides between its rows and those of the others. */
static dbk_err *register_file(attempt *t)
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
    pg_rows *rows;
    dbk_err *e = pg_query_one(
        t->conn, t->arena,
        "select outcome, refusal_detail from market.fn_register_file($1, $2, $3, $4, $5, $6)", p, &rows);
    if (!e && strcmp(pg_get_text(rows, 0, 0), "refused") == 0)
        e = err_new(ERR_INPUT, "%s", pg_get_text(rows, 0, 1));
    return e;
}

static dbk_err *open_batch(attempt *t, bool *created)
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
        t->staged = strcmp(t->target, STAGE) == 0;
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

/* ---- sending ---- */

static dbk_err *end_copy(attempt *t)
{
    int64_t taken = 0;
    pg_copy *k = t->copy;
    t->copy = NULL;
    dbk_err *e = k ? pg_copy_end(k, &taken) : NULL;
    if (!e && t->copying == PARCEL_ROWS)
        t->taken += taken;
    return e;
}

static dbk_err *begin_rows(attempt *t)
{
    if (t->copy && t->copying == PARCEL_ROWS)
        return NULL;
    dbk_err *e = end_copy(t);
    if (e)
        return e;
    char *columns = row_encoder_columns(&t->encoder, t->arena, t->staged);
    char *sql = columns
                    ? arena_printf(t->arena, "copy %s (%s) from stdin (format binary)", t->target, columns)
                    : NULL;
    if (!sql)
        return err_oom();
    t->copying = PARCEL_ROWS;
    return pg_copy_begin(t->conn, sql, t->encoder.fields + t->staged, &t->copy);
}

/* Rows come that were not announced, or not where they stand: the server says where to send from here on.
 * What has gone straight into the table stays there. */
static dbk_err *extend(attempt *t, const parcel *first)
{
    dbk_err *e = end_copy(t);
    if (e)
        return e;
    t->first_us = first->first_us < t->first_us ? first->first_us : t->first_us;
    if (first->last_us > t->last_us)
        t->last_us = announce_to(t, first->last_us);
    pg_params *p = pg_params_new(t->arena);
    pg_param_uuid(p, &t->batch_id);
    pg_param_time(p, t->first_us);
    pg_param_time(p, t->last_us);
    pg_param_bool(p, first->ordered);
    pg_rows *rows;
    e = pg_query_one(t->conn, t->arena, "select target from market.fn_extend_batch($1, $2, $3, $4)", p,
                     &rows);
    if (!e) {
        t->target = pg_get_text(rows, 0, 0);
        t->staged = strcmp(t->target, STAGE) == 0;
    }
    return e;
}

static bool is_unforeseen(const attempt *t, const parcel *p)
{
    return p->first_us < t->first_us || p->last_us > t->last_us || (!t->staged && !p->ordered);
}

static dbk_err *send_staged(attempt *t, const parcel *p)
{
    size_t needed = p->length + (size_t)p->rows * ROW_LINE_BYTES;
    if (t->with_lines_size < needed) {
        char *larger = mem_realloc(t->with_lines, needed);
        if (!larger)
            return err_oom();
        t->with_lines = larger;
        t->with_lines_size = needed;
    }
    char *end = row_encoder_add_lines(&t->encoder, p->data, p->length, p->lines, t->with_lines);
    return pg_copy_send(t->copy, t->with_lines, (size_t)(end - t->with_lines));
}

static int64_t left_out(const attempt *t)
{
    return t->standing ? standing_rows(t->standing) : 0;
}

static dbk_err *send_rest(attempt *t, const standing_rest *rest)
{
    dbk_err *e = rest->rows > 0 ? begin_rows(t) : NULL;
    if (!e && rest->rows > 0)
        e = pg_copy_send(t->copy, rest->data, rest->length);
    if (!e)
        t->sent += rest->rows;
    return e;
}

static dbk_err *compare(attempt *t, bool all)
{
    standing_rest rest;
    dbk_err *e = end_copy(t);
    if (!e)
        e = standing_compare(t->standing, all, &rest);
    return e ? e : send_rest(t, &rest);
}

/* From here on everything goes to the stage. */
static dbk_err *stop_comparing(attempt *t)
{
    standing_rest rest;
    t->compares = false;
    if (!t->standing)
        return NULL;
    dbk_err *e = standing_release(t->standing, &rest);
    return e ? e : send_rest(t, &rest);
}

static dbk_err *compare_rows(attempt *t, const parcel *p)
{
    bool due = false;
    dbk_err *e = t->standing ? NULL : standing_new(t->conn, &t->encoder, &t->batch_id, t->made, &t->standing);
    if (!e)
        e = standing_hold(t->standing, p, &due);
    if (!e && due)
        e = compare(t, false);
    if (!e && standing_is_full(t->standing))
        e = stop_comparing(t);
    return e;
}

static dbk_err *stage_rows(attempt *t, const parcel *p)
{
    dbk_err *e = t->compares ? stop_comparing(t) : NULL;
    if (!e)
        e = begin_rows(t);
    if (!e)
        e = send_staged(t, p);
    if (!e)
        t->sent += p->rows;
    return e;
}

/* Nothing stood where these rows go, so they are all that will stand there. */
static dbk_err *send_direct(attempt *t, const parcel *p)
{
    encoded_row row;
    dbk_err *e = begin_rows(t);
    if (!e)
        e = pg_copy_send(t->copy, p->data, p->length);
    for (const char *at = p->data; !e && at < p->data + p->length; at = row.end) {
        row_encoder_look(&t->encoder, at, &row);
        e = blocks_add(t->made, row.time_us, row.own, row.own_length);
    }
    if (!e)
        t->sent += p->rows;
    return e;
}

static dbk_err *send_rows(attempt *t, const parcel *p)
{
    const bool direct = !t->staged;
    dbk_err *e = is_unforeseen(t, p) ? extend(t, p) : NULL;
    if (e)
        return e;
    t->disordered = !p->ascending && left_out(t) > 0;
    if (t->disordered)
        return NULL;
    if (t->staged && !p->ascending)
        blocks_forget(t->made); /* the merge may change what was sent straight into the table */
    else if (t->staged && direct)
        blocks_cut(t->made, true);
    if (!t->staged)
        e = send_direct(t, p);
    else
        e = t->compares && p->ascending ? compare_rows(t, p) : stage_rows(t, p);
    if (!e && t->o->on_rows)
        t->o->on_rows(t->o->on_rows_ctx, p->rows);
    return e;
}

static dbk_err *send_raw(attempt *t, const parcel *p)
{
    if (!t->copy || t->copying != PARCEL_RAW) {
        dbk_err *e = end_copy(t);
        if (e)
            return e;
        t->copying = PARCEL_RAW;
        e = pg_copy_begin(t->conn, BATCH_OBJECT_COPY_SQL, BATCH_OBJECT_COLUMNS, &t->copy);
        if (e)
            return e;
    }
    return batch_object_send(&t->object, t->copy, p);
}

static dbk_err *send_parcels(attempt *t)
{
    dbk_err *e = NULL;
    for (parcel *p; !e && !t->disordered && (p = batch_feed_take(t->feed)) != NULL;) {
        e = interrupt_check(t->o->interrupt);
        if (!e)
            e = p->kind == PARCEL_ROWS ? send_rows(t, p) : send_raw(t, p);
        batch_feed_give_back(t->feed, p);
    }
    return !e && t->standing && t->compares && !t->disordered ? compare(t, true) : e;
}

static dbk_err *start_feed(attempt *t)
{
    const batch_load_options *o = t->o;
    row_reader *reader;
    row_encoder_init(&t->encoder, o->dataset, o->instrument_id, o->interval_s, &t->batch_id);
    dbk_err *e = o->open_rows(o->open_ctx, &reader);
    if (e)
        return e;
    return batch_feed_start(t->feed_arena,
                            &(batch_feed_options){
                                .encoder = &t->encoder,
                                .reader = reader,
                                .raw_path = t->object.wanted ? o->raw_path : NULL,
                                .identity = o->identity,
                                .rejects_max = o->rejects_max,
                                .interrupt = o->interrupt,
                            },
                            &t->feed);
}

/* The feed's error is the cause where sending failed as well, for want of what the feed did not give. */
static dbk_err *end_feed(attempt *t, dbk_err *e)
{
    batch_feed *f = t->feed;
    t->feed = NULL;
    dbk_err *failed = batch_feed_end(f, &t->totals);
    if (e) {
        err_free(failed);
        return e;
    }
    return failed;
}

static dbk_err *send_all(attempt *t)
{
    const batch_load_options *o = t->o;
    dbk_err *e = o->raw_path
                     ? batch_object_open(t->conn, t->arena, o->clock, o->raw_path, o->identity, &t->object)
                     : NULL;
    if (!e)
        e = start_feed(t);
    if (!e)
        e = send_parcels(t);
    e = end_feed(t, e);
    if (!e)
        e = end_copy(t);
    bool whole = !t->totals.too_many_rejects && !t->disordered;
    if (!e && whole && (t->taken != t->sent || t->sent + left_out(t) != t->totals.rows))
        e = err_new(ERR_INTERNAL, "%lld rows were read, %lld left out, %lld sent and %lld taken",
                    (long long)t->totals.rows, (long long)left_out(t), (long long)t->sent,
                    (long long)t->taken);
    return e;
}

static dbk_err *close_batch(attempt *t)
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
    if (!e)
        e = pg_query_one(t->conn, t->arena,
                         "select rows_in, inserted, duplicate, superseded, rejected "
                         "from market.fn_close_batch($1, $2, $3, $4, $5, $6, p_equal_first => $7, "
                         "p_equal_last => $8, p_equal_rows => $9, p_quarantine => $10, p_blocks => $11)",
                         p, &rows);
    if (e)
        return e;
    t->result = (batch_load_result){
        .rows_in = pg_get_int8(rows, 0, 0),
        .inserted = pg_get_int8(rows, 0, 1),
        .duplicate = pg_get_int8(rows, 0, 2),
        .superseded = pg_get_int8(rows, 0, 3),
        .rejected = pg_get_int8(rows, 0, 4),
        .lossy_values = t->totals.lossy_values,
        .lossy_line = t->totals.lossy_line,
        .lossy_column = t->totals.lossy_column,
        .time_units = t->totals.time_units,
    };
    return NULL;
}

/* ---- one try after another ---- */

static dbk_err *load_in_transaction(attempt *t)
{
    bool created = false;
    dbk_err *e = t->o->registered ? register_file(t) : NULL;
    if (!e)
        e = open_batch(t, &created);
    if (e || !created)
        return e;
    e = send_all(t);
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

static dbk_err *run_attempt(attempt *t)
{
    pg_conn *c = t->conn;
    t->first_us = t->o->first_us;
    t->last_us = announce_to(t, t->o->last_us);
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
    attempt t = {.conn = c,
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
