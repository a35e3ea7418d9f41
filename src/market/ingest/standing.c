#include "market/ingest/standing.h"

#include <assert.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/mem.h"
#include "pg/pg_copy.h"
#include "pg/pg_wire.h"

/* As much is compared at once: a query for each, whose own cost is then small. */
#define WINDOW_BYTES ((size_t)3 << 19)
#define MOMENT_BYTES_MAX ((size_t)1 << 20)
#define HELD_BYTES_MAX ((size_t)64 << 20)
/* They travel in one statement. */
#define RANGES_MAX ((size_t)8192)

typedef struct range {
    int64_t first_us, last_us;
    int64_t rows;
} range;

struct standing {
    pg_conn *conn;
    const row_encoder *encoder;
    arena *arena;
    const char *columns;
    dbk_uuid batch_id;
    int fields_before_time; /* of the dataset's own */
    buf held;               /* rows as the feed encoded them */
    buf lines;              /* int64_t of each */
    int64_t last_us;        /* of the last of them */
    buf rest;
    int64_t rest_rows;
    range *ranges;
    size_t range_count;
    bool range_open; /* nothing else has stood since the last range */
    bool full;
    int64_t left_out;
    /* The row that stands next, while comparing. */
    pg_copy_out *stands;
    bool more;
    const char *fields;
    size_t fields_length;
    int64_t stands_us;
};

/* A row that is held. */
typedef struct place {
    const char *at;
    size_t line;
} place;

dbk_err *standing_new(pg_conn *c, const row_encoder *e, const dbk_uuid *batch_id, standing **out)
{
    standing *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    *s = (standing){.conn = c, .encoder = e, .batch_id = *batch_id};
    buf_init(&s->held, HELD_BYTES_MAX);
    buf_init(&s->lines, HELD_BYTES_MAX);
    buf_init(&s->rest, HELD_BYTES_MAX);
    s->arena = arena_new(0);
    s->ranges = mem_alloc(RANGES_MAX * sizeof(*s->ranges));
    s->columns = s->arena ? row_encoder_own_columns(e, s->arena) : NULL;
    s->fields_before_time = row_encoder_own_place(e, e->dataset->time_column);
    if (!s->ranges || !s->columns) {
        standing_free(s);
        return err_oom();
    }
    *out = s;
    return NULL;
}

void standing_free(standing *s)
{
    if (!s)
        return;
    buf_term(&s->held);
    buf_term(&s->lines);
    buf_term(&s->rest);
    mem_free(s->ranges);
    arena_free(s->arena);
    mem_free(s);
}

/* ---- rows ---- */

static const char *skip_fields(const char *at, int count)
{
    for (int i = 0; i < count; i++) {
        uint32_t bytes = pg_load32(at);
        at += PG_FIELD_BYTES + (bytes == UINT32_MAX ? 0 : bytes);
    }
    return at;
}

/* `own`: the first of the dataset's own fields. */
static int64_t time_of(const standing *s, const char *own)
{
    const char *field = skip_fields(own, s->fields_before_time);
    return pg_time_from_wire((int64_t)pg_load64(field + PG_FIELD_BYTES));
}

static int64_t row_time(const standing *s, const char *row)
{
    return time_of(s, row + s->encoder->head_length);
}

static const char *row_end(const standing *s, const char *row)
{
    return skip_fields(row + PG_ROW_BYTES, s->encoder->fields);
}

static const char *held_end(const standing *s)
{
    return s->held.data + s->held.length;
}

dbk_err *standing_hold(standing *s, const parcel *p, bool *due)
{
    assert(p->ascending);
    buf_append(&s->held, p->data, p->length);
    buf_append(&s->lines, p->lines, (size_t)p->rows * sizeof(*p->lines));
    buf_break_if(&s->held, &s->lines);
    s->last_us = p->last_us;
    *due = s->held.length >= WINDOW_BYTES;
    return buf_error(&s->held);
}

/* The rows from one place to another come out again. */
static void put_rest(standing *s, const place *from, const place *to)
{
    size_t count = to->line - from->line;
    size_t length = (size_t)(to->at - from->at);
    const int64_t *lines = (const int64_t *)(const void *)s->lines.data + from->line;
    char *at = buf_reserve(&s->rest, length + count * ROW_LINE_BYTES);
    if (!at)
        return;
    row_encoder_add_lines(s->encoder, from->at, length, lines, at);
    buf_added(&s->rest, length + count * ROW_LINE_BYTES);
    s->rest_rows += (int64_t)count;
}

static void leave_out(standing *s, int64_t us, size_t count)
{
    if (!s->range_open)
        s->ranges[s->range_count++] = (range){.first_us = us};
    range *last = &s->ranges[s->range_count - 1];
    last->last_us = us;
    last->rows += (int64_t)count;
    s->range_open = true;
    s->left_out += (int64_t)count;
}

/* ---- what stands ---- */

static dbk_err *next_standing(standing *s)
{
    dbk_err *e = pg_copy_out_row(s->stands, &s->more);
    if (e || !s->more)
        return e;
    s->fields = pg_copy_out_fields(s->stands, &s->fields_length);
    s->stands_us = time_of(s, s->fields);
    return NULL;
}

/* The query's columns are those the encoder writes, in its order, so equal rows are equal bytes. What is
 * equal in other bytes (1.0 and 1.00, the two zeros) is for the server to find out. */
static bool is_equal(const standing *s, const char *row)
{
    const row_encoder *e = s->encoder;
    size_t length = (size_t)(row_end(s, row) - row);
    return length == e->head_length + s->fields_length + e->tail_length &&
           memcmp(row + e->head_length, s->fields, s->fields_length) == 0;
}

/* What stands before that and was not stated ends the range. */
static dbk_err *pass_until(standing *s, int64_t us)
{
    dbk_err *e = NULL;
    while (!e && s->more && s->stands_us < us) {
        s->range_open = false;
        e = next_standing(s);
    }
    return e;
}

/* A moment is left out whole or not at all, so that the server knows which rows are meant by their time. */
static dbk_err *compare_moment(standing *s, place *p)
{
    const int64_t us = row_time(s, p->at);
    dbk_err *e = pass_until(s, us);
    const bool any = s->more && s->stands_us == us;
    bool same = any && (s->range_open || s->range_count < RANGES_MAX);
    s->full = s->full || (any && !same);
    place end = *p;
    while (!e && end.at < held_end(s) && row_time(s, end.at) == us) {
        same = same && s->more && s->stands_us == us && is_equal(s, end.at);
        if (same)
            e = next_standing(s);
        end = (place){.at = row_end(s, end.at), .line = end.line + 1};
    }
    same = same && !(s->more && s->stands_us == us);
    if (same)
        leave_out(s, us, end.line - p->line);
    else
        put_rest(s, p, &end);
    s->range_open = s->range_open && (same || !any);
    *p = end;
    return e;
}

static dbk_err *compare_until(standing *s, int64_t us, place *p)
{
    dbk_err *e = next_standing(s);
    while (!e && p->at < held_end(s) && row_time(s, p->at) < us)
        e = compare_moment(s, p);
    return e ? e : pass_until(s, us);
}

static dbk_err *read_standing(standing *s, int64_t from_us, int64_t to_us)
{
    char batch[UUID_TEXT_SIZE], from[CLOCK_ISO_SIZE], to[CLOCK_ISO_SIZE];
    uuid_format(&s->batch_id, batch);
    clock_iso(from_us, from);
    clock_iso(to_us, to);
    buf sql;
    buf_init(&sql, 0);
    buf_printf(&sql,
               "copy (select %s from market.fn_standing_rows(null::pg_temp.market_stage, '%s', '%s', '%s')) "
               "to stdout (format binary)",
               s->columns, batch, from, to);
    dbk_err *e = buf_error(&sql);
    if (!e)
        e = pg_copy_out_begin(s->conn, sql.data, &s->stands);
    buf_term(&sql);
    return e;
}

/* ---- */

static dbk_err *give_rest(standing *s, standing_rest *rest)
{
    *rest = (standing_rest){.data = s->rest.data, .length = s->rest.length, .rows = s->rest_rows};
    return buf_error(&s->rest);
}

static void begin_rest(standing *s)
{
    buf_clear(&s->rest);
    s->rest_rows = 0;
}

/* What has been looked at is no longer held. */
static void let_go(standing *s, const place *p)
{
    buf_consume(&s->held, (size_t)(p->at - s->held.data));
    buf_consume(&s->lines, p->line * sizeof(int64_t));
}

dbk_err *standing_compare(standing *s, bool all, standing_rest *rest)
{
    begin_rest(s);
    if (s->held.length == 0)
        return give_rest(s, rest);
    int64_t from_us = row_time(s, s->held.data);
    int64_t to_us = s->last_us + all;
    place p = {.at = s->held.data};
    dbk_err *e = from_us < to_us ? read_standing(s, from_us, to_us) : NULL;
    if (!e && s->stands)
        e = compare_until(s, to_us, &p);
    pg_copy_out_free(s->stands);
    s->stands = NULL;
    if (e)
        return e;
    let_go(s, &p);
    s->full = s->full || s->held.length > MOMENT_BYTES_MAX;
    return give_rest(s, rest);
}

dbk_err *standing_release(standing *s, standing_rest *rest)
{
    begin_rest(s);
    place from = {.at = s->held.data};
    place to = {.at = held_end(s), .line = s->lines.length / sizeof(int64_t)};
    put_rest(s, &from, &to);
    let_go(s, &to);
    return give_rest(s, rest);
}

bool standing_is_full(const standing *s)
{
    return s->full;
}

int64_t standing_rows(const standing *s)
{
    return s->left_out;
}

static const char *text_of_time(arena *a, int64_t us)
{
    char text[CLOCK_ISO_SIZE];
    clock_iso(us, text);
    return arena_strdup(a, text);
}

dbk_err *standing_add_params(const standing *s, pg_params *p, arena *a)
{
    const size_t count = s ? s->range_count : 0;
    const char **texts = arena_alloc(a, (3 * count + 1) * sizeof(*texts));
    if (!texts)
        return err_oom();
    const char **first = texts, **last = first + count, **rows = last + count;
    for (size_t i = 0; i < count; i++) {
        first[i] = text_of_time(a, s->ranges[i].first_us);
        last[i] = text_of_time(a, s->ranges[i].last_us);
        rows[i] = arena_printf(a, "%lld", (long long)s->ranges[i].rows);
        if (!first[i] || !last[i] || !rows[i])
            return err_oom();
    }
    pg_param_text_array(p, first, count);
    pg_param_text_array(p, last, count);
    pg_param_text_array(p, rows, count);
    return NULL;
}
