#include "market/ingest/standing.h"

#include <assert.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/sha256.h"
#include "market/ingest/known_blocks.h"
#include "pg/pg_copy.h"
#include "pg/pg_wire.h"

/* As much is compared at once: a query for each, whose own cost is then small. */
#define WINDOW_BYTES ((size_t)3 << 19)
#define MOMENT_BYTES_MAX ((size_t)1 << 20)
static_assert(2 * BLOCK_BYTES <= MOMENT_BYTES_MAX && 2 * BLOCK_BYTES < WINDOW_BYTES,
              "a block is held whole, and more may come");
#define HELD_BYTES_MAX ((size_t)64 << 20)
/* They travel in one statement. */
#define RANGES_MAX ((size_t)8192)

typedef struct range {
    int64_t first_us, last_us;
    int64_t rows;
} range;

struct standing {
    conn_turn turn;
    const row_encoder *encoder;
    arena *arena;
    const char *columns;
    dbk_uuid batch_id;
    known_blocks *known;
    blocks *made;
    bool makes;       /* what is being compared is in no block that stands */
    int64_t until_us; /* all before this has been compared */
    buf held;         /* rows as the feed encoded them */
    buf lines;        /* int64_t of each */
    int64_t last_us;  /* of the last of them */
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

dbk_err *standing_new(const conn_turn *turn, const row_encoder *e, const dbk_uuid *batch_id, blocks *made,
                      standing **out)
{
    standing *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    *s = (standing){.turn = *turn, .encoder = e, .batch_id = *batch_id, .made = made, .until_us = INT64_MIN};
    buf_init(&s->held, HELD_BYTES_MAX);
    buf_init(&s->lines, HELD_BYTES_MAX);
    buf_init(&s->rest, HELD_BYTES_MAX);
    s->arena = arena_new(0);
    s->ranges = mem_alloc(RANGES_MAX * sizeof(*s->ranges));
    s->columns = s->arena ? row_encoder_own_columns(e, s->arena) : NULL;
    dbk_err *failed = s->ranges && s->columns ? known_blocks_new(turn, batch_id, &s->known) : err_oom();
    if (failed) {
        standing_free(s);
        return failed;
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
    known_blocks_free(s->known);
    mem_free(s->ranges);
    arena_free(s->arena);
    mem_free(s);
}

/* ---- rows ---- */

static int64_t row_time(const standing *s, const char *row)
{
    return row_encoder_time(s->encoder, row + s->encoder->head_length);
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

static bool has_room_for_range(const standing *s)
{
    return s->range_open || s->range_count < RANGES_MAX;
}

/* Something stands between what was left out and what comes next. */
static void end_range(standing *s)
{
    s->range_open = false;
    blocks_cut(s->made, false);
}

static void leave_out(standing *s, int64_t first_us, int64_t last_us, int64_t rows)
{
    assert(has_room_for_range(s));
    if (!s->range_open)
        s->ranges[s->range_count++] = (range){.first_us = first_us};
    range *last = &s->ranges[s->range_count - 1];
    last->last_us = last_us;
    last->rows += rows;
    s->range_open = true;
    s->left_out += rows;
}

/* ---- what stands ---- */

static dbk_err *next_standing(standing *s)
{
    dbk_err *e = pg_copy_out_row(s->stands, &s->more);
    if (e || !s->more)
        return e;
    s->fields = pg_copy_out_fields(s->stands, &s->fields_length);
    s->stands_us = row_encoder_time(s->encoder, s->fields);
    return NULL;
}

/* The query's columns are those the encoder writes, in its order, so equal rows are equal bytes. What is
 * equal in other bytes (1.0 and 1.00, the two zeros) is for the server to find out. */
static bool is_equal(const standing *s, const encoded_row *row)
{
    return row->own_length == s->fields_length && memcmp(row->own, s->fields, s->fields_length) == 0;
}

/* What stands before that and was not stated ends the range. */
static dbk_err *pass_until(standing *s, int64_t us)
{
    dbk_err *e = NULL;
    while (!e && s->more && s->stands_us < us) {
        end_range(s);
        e = next_standing(s);
    }
    return e;
}

static dbk_err *make_blocks(standing *s, const place *from, const place *to)
{
    encoded_row row;
    dbk_err *e = NULL;
    for (const char *at = from->at; !e && at < to->at; at = row.end) {
        row_encoder_look(s->encoder, at, &row);
        e = blocks_add(s->made, row.time_us, row.own, row.own_length);
    }
    return e;
}

/* A moment is left out whole or not at all, so that the server knows which rows are meant by their time. */
static dbk_err *compare_moment(standing *s, place *p)
{
    const int64_t us = row_time(s, p->at);
    dbk_err *e = pass_until(s, us);
    const bool any = s->more && s->stands_us == us;
    bool same = any && has_room_for_range(s);
    s->full = s->full || (any && !same);
    place end = *p;
    while (!e && end.at < held_end(s)) {
        encoded_row row;
        row_encoder_look(s->encoder, end.at, &row);
        if (row.time_us != us)
            break;
        same = same && s->more && s->stands_us == us && is_equal(s, &row);
        if (same)
            e = next_standing(s);
        end = (place){.at = row.end, .line = end.line + 1};
    }
    same = same && !(s->more && s->stands_us == us);
    if (same)
        leave_out(s, us, us, (int64_t)(end.line - p->line));
    else
        put_rest(s, p, &end);
    if (!e && same && s->makes)
        e = make_blocks(s, p, &end);
    if (any && !same)
        end_range(s);
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
        e = conn_turn_take(&s->turn);
    if (!e)
        e = pg_copy_out_begin(s->turn.conn, sql.data, &s->stands);
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

/* ---- rows and blocks ---- */

static void skip_until(const standing *s, int64_t us, place *p)
{
    encoded_row row;
    while (p->at < held_end(s)) {
        row_encoder_look(s->encoder, p->at, &row);
        if (row.time_us >= us)
            return;
        *p = (place){.at = row.end, .line = p->line + 1};
    }
}

/* Rows from one place on, up to a time, are compared with those that stand. */
static dbk_err *read_until(standing *s, int64_t us, place *from)
{
    const int64_t from_us = row_time(s, from->at);
    if (s->until_us != from_us)
        end_range(s);
    dbk_err *e = read_standing(s, from_us, us);
    if (!e)
        e = compare_until(s, us, from);
    pg_copy_out_free(s->stands);
    s->stands = NULL;
    s->until_us = us;
    if (!s->makes)
        blocks_cut(s->made, false);
    return e;
}

/* Passes the rows of a block's range; *same: they are what stands there. */
static dbk_err *pass_block(const standing *s, const known_block *b, place *p, bool *same)
{
    sha256 *hash;
    uint8_t digest[32];
    char hex[65];
    int64_t rows = 0;
    encoded_row row;
    dbk_err *e = sha256_new(&hash);
    if (e)
        return e;
    for (; p->at < held_end(s); rows++) {
        row_encoder_look(s->encoder, p->at, &row);
        if (row.time_us > b->last_us)
            break;
        sha256_update(hash, row.own, row.own_length);
        *p = (place){.at = row.end, .line = p->line + 1};
    }
    sha256_final(hash, digest);
    sha256_free(hash);
    sha256_hex(digest, hex);
    *same = rows == b->rows && memcmp(hex, b->sha256_hex, sizeof(hex)) == 0;
    return NULL;
}

/* Rows up to `to_us` that are no block's are compared before those of the next one are left out. */
typedef struct walk {
    place done; /* all before it has been compared */
    place at;
    bool all;      /* no more rows come */
    int64_t to_us; /* of what is held all before that is there */
} walk;

static dbk_err *catch_up(standing *s, walk *w, int64_t us)
{
    return w->done.at < w->at.at ? read_until(s, us, &w->done) : NULL;
}

/* More of its rows may come, and there is room for them. */
static bool is_awaited(const standing *s, const walk *w, const known_block *b)
{
    return b->last_us >= w->to_us && !w->all && (w->at.at > s->held.data || s->held.length < WINDOW_BYTES);
}

static dbk_err *try_block(standing *s, walk *w, const known_block *b)
{
    bool same = false;
    place behind = w->at;
    dbk_err *e = b->last_us < w->to_us && has_room_for_range(s) ? pass_block(s, b, &behind, &same) : NULL;
    if (!e && same)
        e = catch_up(s, w, b->first_us);
    if (e || !same)
        return e;
    if (s->until_us != b->first_us && !(b->follows && s->until_us == b[-1].last_us + 1))
        end_range(s);
    /* The range for which there was room may have ended on the way here: then its rows are compared, for
     * which there is none either. */
    if (!has_room_for_range(s))
        return NULL;
    blocks_cut(s->made, false);
    leave_out(s, b->first_us, b->last_us, b->rows);
    s->until_us = b->last_us + 1;
    w->done = w->at = behind;
    return NULL;
}

/* *more: there is more that can be compared now. */
static dbk_err *step(standing *s, walk *w, bool *more)
{
    const known_block *b;
    const int64_t us = row_time(s, w->at.at);
    const char *before = w->done.at;
    dbk_err *e = known_blocks_at(s->known, us, w->to_us - 1, &b);
    if (e)
        return e;
    const bool begins = b && b->first_us == us;
    if (begins && is_awaited(s, w, b)) {
        *more = false;
        return catch_up(s, w, us);
    }
    if (begins)
        e = try_block(s, w, b);
    if (e || w->done.at > before)
        return e;
    const bool inside = b && b->first_us <= us;
    if (s->makes == inside) {
        e = catch_up(s, w, us);
        s->makes = !inside;
    }
    int64_t end_us = inside ? b->last_us + 1 : b ? b->first_us : w->to_us;
    skip_until(s, end_us < w->to_us ? end_us : w->to_us, &w->at);
    return e;
}

static dbk_err *compare_held(standing *s, walk *w)
{
    bool more = true;
    dbk_err *e = NULL;
    while (!e && more && w->at.at < held_end(s) && row_time(s, w->at.at) < w->to_us)
        e = step(s, w, &more);
    return e || !more ? e : catch_up(s, w, w->to_us);
}

dbk_err *standing_compare(standing *s, bool all, standing_rest *rest)
{
    begin_rest(s);
    if (s->held.length == 0)
        return give_rest(s, rest);
    const place begin = {.at = s->held.data};
    walk w = {.done = begin, .at = begin, .all = all, .to_us = s->last_us + all};
    dbk_err *e = compare_held(s, &w);
    if (e)
        return e;
    let_go(s, &w.done);
    s->full = s->full || s->held.length > MOMENT_BYTES_MAX;
    return give_rest(s, rest);
}

dbk_err *standing_release(standing *s, standing_rest *rest)
{
    begin_rest(s);
    end_range(s);
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
