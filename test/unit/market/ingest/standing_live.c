/* standing.h against a real server, run by test/program/test_standing_live.py: DAYBOOK_TEST_URL is a database
 * with the modules of markets.
 *
 * Each test has a series of its own, in which one batch of trades comes to stand and another, which is rolled
 * back, states trades. Trades are written as number@second, and :price where that is not 1. */
#include "../../unit.h"

#include "core/buf.h"
#include "core/clock.h"
#include "core/sha256.h"
#include "market/ingest/standing.h"
#include "pg/pg_copy.h"

#define US_PER_S INT64_C(1000000)
#define BEGIN_US (INT64_C(1638057600) * US_PER_S) /* 2021-11-28 */
#define LATEST_S 100000                           /* all are announced up to here */
#define ROW_BYTES_MAX ((size_t)200)
#define RANGES_MOST 8192 /* of one batch: they travel in one statement */

typedef struct trade {
    int64_t id;
    int second;
    int price;
} trade;

typedef struct trades {
    trade *all;
    size_t count;
} trades;

typedef struct live {
    arena *a;
    pg_conn *c;
    dbk_uuid instrument_id, stood_id, batch_id; /* the two batches */
    row_encoder stood, encoder;
    buf blocks_json; /* of the batch that stands */
    blocks *made;
    standing *s;
    int64_t line; /* so many rows were stated */
    int64_t sent; /* … and so many came out for the stage */
} live;

/* ---- trades ---- */

static trades trades_new(live *l, size_t count)
{
    trades t = {.all = arena_alloc(l->a, count * sizeof(trade)), .count = count};
    assert_non_null(t.all);
    return t;
}

static trades of(live *l, const char *text)
{
    trades t = trades_new(l, strlen(text) / 3 + 1);
    t.count = 0;
    for (int used = 0; *text; text += used) {
        long long id;
        trade *one = &t.all[t.count++];
        *one = (trade){.price = 1};
        assert_int_equal(sscanf(text, " %lld@%d%n", &id, &one->second, &used), 2);
        one->id = id;
        text += used;
        used = 0;
        if (*text == ':')
            assert_int_equal(sscanf(text, ":%d%n", &one->price, &used), 1);
    }
    return t;
}

/* One trade a second, the number being the second. */
static trades in_a_row(live *l, int first, int last)
{
    trades t = trades_new(l, (size_t)(last - first + 1));
    for (int n = first; n <= last; n++)
        t.all[n - first] = (trade){.id = n, .second = n, .price = 1};
    return t;
}

static int64_t time_of(const trade *t)
{
    return BEGIN_US + t->second * US_PER_S;
}

static char *encode(const row_encoder *e, const trade *t, char *at)
{
    const dataset *d = e->dataset;
    const int id = dataset_column_named(d, "trade_id"), time = dataset_column_named(d, "trade_time"),
              price = dataset_column_named(d, "price"), quantity = dataset_column_named(d, "quantity");
    dataset_row row = {.present = UINT32_C(1) << id | UINT32_C(1) << time | UINT32_C(1) << price |
                                  UINT32_C(1) << quantity};
    row.values[id].int8 = t->id;
    row.values[time].time_us = time_of(t);
    row.values[price].float8 = t->price;
    row.values[quantity].float8 = 1;
    assert_true(row_encoder_bytes_max(e, &row) <= ROW_BYTES_MAX);
    return row_encode(e, &row, at);
}

static parcel parcel_of(live *l, const row_encoder *e, trades t)
{
    parcel p = {.kind = PARCEL_ROWS,
                .data = arena_alloc(l->a, t.count * ROW_BYTES_MAX),
                .rows = (int64_t)t.count,
                .first_us = time_of(&t.all[0]),
                .last_us = time_of(&t.all[t.count - 1]),
                .ordered = true,
                .ascending = true,
                .lines = arena_alloc(l->a, t.count * sizeof(int64_t))};
    assert_non_null(p.data);
    assert_non_null(p.lines);
    char *at = p.data;
    for (size_t i = 0; i < t.count; i++) {
        at = encode(e, &t.all[i], at);
        p.lines[i] = ++l->line;
    }
    p.length = (size_t)(at - p.data);
    return p;
}

/* ---- batches ---- */

static const char *open_batch(live *l, const dbk_uuid *id, const char *name)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(l->a);
    pg_param_uuid(p, id);
    pg_param_uuid(p, &l->instrument_id);
    pg_param_text(p, name);
    pg_param_time(p, BEGIN_US);
    pg_param_time(p, BEGIN_US + LATEST_S * US_PER_S);
    unit_ok(pg_query_one(l->c, l->a,
                         "select target from market.fn_open_batch($1, 'test', 'trades', $2, null, $3, "
                         "sha256(convert_to($3, 'UTF8')), 1, $4, $5, true)",
                         p, &rows));
    return pg_get_text(rows, 0, 0);
}

static void send(live *l, const row_encoder *e, const char *target, const void *data, size_t length)
{
    const bool staged = strcmp(target, "pg_temp.market_stage") == 0;
    pg_copy *k;
    int64_t taken;
    const char *sql = arena_printf(l->a, "copy %s (%s) from stdin (format binary)", target,
                                   row_encoder_columns(e, l->a, staged));
    unit_ok(pg_copy_begin(l->c, sql, e->fields + staged, &k));
    unit_ok(pg_copy_send(k, data, length));
    unit_ok(pg_copy_end(k, &taken));
}

static const char *hash_of(live *l, trades t)
{
    char row[ROW_BYTES_MAX], *hex = arena_alloc(l->a, 65);
    uint8_t digest[32];
    encoded_row looked;
    sha256 *hash;
    unit_ok(sha256_new(&hash));
    for (size_t i = 0; i < t.count; i++) {
        encode(&l->stood, &t.all[i], row);
        row_encoder_look(&l->stood, row, &looked);
        sha256_update(hash, looked.own, looked.own_length);
    }
    sha256_final(hash, digest);
    sha256_free(hash);
    sha256_hex(digest, hex);
    return hex;
}

/* To be said before stands(): a block from the first to the last of the trades with their hash, of which it
 * is said that it has so many rows. */
static void knows_saying(live *l, trades t, int rows)
{
    char first[CLOCK_ISO_SIZE], last[CLOCK_ISO_SIZE];
    clock_iso(time_of(&t.all[0]), first);
    clock_iso(time_of(&t.all[t.count - 1]), last);
    buf_printf(&l->blocks_json, "%s{\"first\": \"%s\", \"last\": \"%s\", \"rows\": %d, \"sha256\": \"%s\"}",
               l->blocks_json.length > 0 ? ", " : "", first, last, rows, hash_of(l, t));
}

static void knows(live *l, const char *text)
{
    trades t = of(l, text);
    knows_saying(l, t, (int)t.count);
}

static dbk_err *end_nothing(void *ctx)
{
    (void)ctx; /* what was sent has ended already */
    return NULL;
}

/* The first batch brings these, and the second is opened. */
static void stand(live *l, trades t)
{
    pg_rows *rows;
    const char *blocks = "";
    const char *target = open_batch(l, &l->stood_id, "stood.csv");
    parcel sent = parcel_of(l, &l->stood, t);
    assert_string_equal(target, "market.trades");
    send(l, &l->stood, target, sent.data, sent.length);
    if (l->blocks_json.length > 0)
        unit_ok(buf_to_arena(&l->blocks_json, l->a, &blocks));
    pg_params *p = pg_params_new(l->a);
    pg_param_uuid(p, &l->stood_id);
    pg_param_int8(p, sent.rows);
    pg_param_text(p, arena_printf(l->a, "[%s]", blocks));
    unit_ok(pg_query_one(l->c, l->a,
                         "select inserted from market.fn_close_batch($1, $2, '{}', '{}', '{}', '{}', "
                         "p_blocks => jsonb_build_object('horizon', "
                         "pg_snapshot_xmin(pg_current_snapshot())::text, 'blocks', $3::jsonb))",
                         p, &rows));
    assert_int_equal(pg_get_int8(rows, 0, 0), t.count);
    unit_ok(pg_commit(l->c)); /* of blocks that were made in its own transaction a batch knows nothing */
    unit_ok(pg_begin(l->c));
    l->line = 0;
    assert_string_equal(open_batch(l, &l->batch_id, "states.csv"), "pg_temp.market_stage");
    const conn_turn turn = {.conn = l->c, .end_copy = end_nothing};
    unit_ok(standing_new(&turn, &l->encoder, &l->batch_id, l->made, &l->s));
}

static void stands(live *l, const char *text)
{
    stand(l, of(l, text));
}

static void hold(live *l, trades t)
{
    bool due;
    parcel p = parcel_of(l, &l->encoder, t);
    unit_ok(standing_hold(l->s, &p, &due));
}

static void states(live *l, const char *text)
{
    hold(l, of(l, text));
}

static void take_rest(live *l, const standing_rest *rest)
{
    if (rest->rows > 0)
        send(l, &l->encoder, "pg_temp.market_stage", rest->data, rest->length);
    l->sent += rest->rows;
}

static void compare(live *l, bool all)
{
    standing_rest rest;
    unit_ok(standing_compare(l->s, all, &rest));
    take_rest(l, &rest);
}

static void release(live *l)
{
    standing_rest rest;
    unit_ok(standing_release(l->s, &rest));
    take_rest(l, &rest);
}

/* From here on rows that stand cannot be read: what is recognised is so by its block. */
static void only_blocks(live *l)
{
    unit_ok(pg_exec(l->c, "alter function market.fn_standing_rows rename to fn_nobody_calls"));
}

/* ---- what came of it ---- */

static const char *ask(live *l, const char *sql, const pg_params *p)
{
    pg_rows *rows;
    unit_ok(pg_query_one(l->c, l->a, sql, p, &rows));
    return pg_get_text(rows, 0, 0);
}

static pg_params *with_ranges(live *l, pg_params *p)
{
    unit_ok(standing_add_params(l->s, p, l->a));
    return p;
}

/* Ranges as first..last=rows in seconds. */
static void assert_left_out(live *l, const char *ranges)
{
    assert_string_equal(
        ask(l,
            "select coalesce(string_agg(format('%s..%s=%s', extract(epoch from r.first)::bigint - "
            "1638057600, "
            "extract(epoch from r.last)::bigint - 1638057600, r.rows), ' ' order by r.place), '') "
            "from unnest($1::timestamptz[], $2::timestamptz[], $3::bigint[]) "
            "with ordinality as r(first, last, rows, place)",
            with_ranges(l, pg_params_new(l->a))),
        ranges);
}

/* Trades in the order of their lines, each with the line it was stated in. */
static void assert_staged(live *l, const char *wanted)
{
    assert_string_equal(ask(l,
                            "select coalesce(string_agg(format('%s@%s', t.trade_id, extract(epoch from "
                            "t.trade_time)::bigint - 1638057600) || case when t.price <> 1 then ':' || "
                            "t.price else '' end || '/' || t.line, ' ' order by t.line), '') "
                            "from pg_temp.market_stage t",
                            NULL),
                        wanted);
}

/* Every row was left out or sent, and the server finds as many rows in each range as is said. */
static void close_batch(live *l)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(l->a);
    pg_param_uuid(p, &l->batch_id);
    pg_param_int8(p, l->line);
    assert_int_equal(standing_rows(l->s) + l->sent, l->line);
    unit_ok(pg_query_one(l->c, l->a,
                         "select duplicate from market.fn_close_batch($1, $2, '{}', '{}', '{}', '{}', "
                         "p_equal_first => $3, p_equal_last => $4, p_equal_rows => $5)",
                         with_ranges(l, p), &rows));
    assert_true(pg_get_int8(rows, 0, 0) >= standing_rows(l->s));
}

/* ---- */

static dbk_uuid id_of(live *l, const char *what, int number)
{
    dbk_uuid id;
    unit_ok(uuid_parse(arena_printf(l->a, "00000000-0000-7000-%s-%012d", what, number), &id));
    return id;
}

static void register_instrument(live *l, int number)
{
    unit_ok(pg_exec(l->c,
                    arena_printf(l->a,
                                 "do $$ begin "
                                 "perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto'); "
                                 "perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto'); "
                                 "perform ref.fn_register_venue('test_venue', 'Venue of the test'); "
                                 "perform ref.fn_register_instrument('00000000-0000-7000-8000-%012d', "
                                 "'test_venue', 'TEST%d', 'spot', 'TBASE', 'TQUOTE'); end $$",
                                 number, number)));
}

static int set_up(void **state)
{
    static int number;
    static live l;
    l = (live){.a = unit_arena()};
    number++;
    unit_ok(pg_connect(&(pg_connect_options){.url = getenv("DAYBOOK_TEST_URL")}, &l.c));
    unit_ok(pg_begin(l.c));
    register_instrument(&l, number);
    l.instrument_id = id_of(&l, "8000", number);
    l.stood_id = id_of(&l, "8001", number);
    l.batch_id = id_of(&l, "8002", number);
    const dataset *d = dataset_of_stream("trades");
    row_encoder_init(&l.stood, d, &l.instrument_id, 0, &l.stood_id);
    row_encoder_init(&l.encoder, d, &l.instrument_id, 0, &l.batch_id);
    buf_init(&l.blocks_json, 0);
    unit_ok(blocks_new(&l.made));
    *state = &l;
    return 0;
}

static int tear_down(void **state)
{
    live *l = *state;
    standing_free(l->s);
    blocks_free(l->made);
    buf_term(&l->blocks_json);
    pg_rollback(l->c);
    pg_close(l->c);
    arena_free(l->a);
    return 0;
}

/* ---- moments ---- */

static void a_moment_is_left_out_whole_or_not_at_all(void **state)
{
    live *l = *state;
    stands(l, "1@0 2@10 3@10 4@20 5@30 6@30 7@40 8@50 9@50");
    /* One price differs; one that stands is not stated; one that is stated does not stand; the same. */
    states(l, "1@0 2@10 3@10:7 4@20 5@30 7@40 77@40 8@50 9@50");
    compare(l, true);
    assert_left_out(l, "0..0=1 20..20=1 50..50=2");
    assert_staged(l, "2@10/2 3@10:7/3 5@30/5 7@40/6 77@40/7");
    close_batch(l);
}

static void the_first_of_a_moment_may_be_the_one_that_differs(void **state)
{
    live *l = *state;
    stands(l, "1@0 2@0 3@0");
    states(l, "1@0:7 2@0 3@0");
    compare(l, true);
    assert_left_out(l, "");
    assert_staged(l, "1@0:7/1 2@0/2 3@0/3");
    close_batch(l);
}

static void the_last_moment_waits_for_the_rest_of_it(void **state)
{
    live *l = *state;
    stands(l, "1@0 2@10 3@10 4@20");
    states(l, "1@0 2@10");
    compare(l, false);
    assert_int_equal(standing_rows(l->s), 1);
    assert_int_equal(l->sent, 0);
    states(l, "3@10 4@20");
    compare(l, true);
    assert_left_out(l, "0..20=4");
    close_batch(l);
}

/* ---- ranges ---- */

static void what_stands_between_and_is_not_stated_ends_a_range(void **state)
{
    live *l = *state;
    stands(l, "1@0 2@10 3@20 4@30 5@40");
    states(l, "1@0 2@10 4@30 44@35 5@40");
    compare(l, true);
    assert_left_out(l, "0..10=2 30..40=2"); /* what is new stands nowhere and ends none */
    assert_staged(l, "44@35/4");
    close_batch(l);
}

static void it_does_so_at_the_end_of_what_is_compared_at_once(void **state)
{
    live *l = *state;
    stands(l, "1@0 2@10 3@20");
    states(l, "1@0 3@20");
    compare(l, false);
    compare(l, true);
    assert_left_out(l, "0..0=1 20..20=1");
    close_batch(l);
}

static void a_moment_that_differs_ends_a_range(void **state)
{
    live *l = *state;
    stands(l, "1@0 2@10 3@20 4@30 5@40");
    /* One has another price; of the other moment all that stands is stated, and more. */
    states(l, "1@0 2@10:7 3@20 4@30 44@30 5@40");
    compare(l, true);
    assert_left_out(l, "0..0=1 20..20=1 40..40=1");
    assert_staged(l, "2@10:7/2 4@30/4 44@30/5");
    close_batch(l);
}

/* Every other trade is stated, so that each has a range of its own, until there are as many as there may be
 * and the last one has grown. Then come some behind a row that is not stated, a block among them. */
static void state_too_many_ranges(live *l, int before_block)
{
    const int last = 2 * (RANGES_MOST - 1); /* second of the last range */
    const int end = last + 7;
    trades t = trades_new(l, RANGES_MOST + 1);
    knows_saying(l, in_a_row(l, end - 2, end), 3);
    stand(l, in_a_row(l, 0, end));
    for (int n = 0; n < RANGES_MOST; n++)
        t.all[n] = (trade){.id = 2 * n, .second = 2 * n, .price = 1};
    t.all[RANGES_MOST] = (trade){.id = last + 1, .second = last + 1, .price = 1};
    hold(l, t);
    compare(l, true);
    assert_int_equal(standing_rows(l->s), RANGES_MOST + 1);
    assert_false(standing_is_full(l->s));
    hold(l, in_a_row(l, end - 2 - before_block, end));
    compare(l, true);
    assert_true(standing_is_full(l->s));
    assert_int_equal(standing_rows(l->s), RANGES_MOST + 1);
    assert_int_equal(l->sent, before_block + 3);
    hold(l, in_a_row(l, end + 1, end + 1));
    release(l);
    assert_int_equal(l->sent, before_block + 4);
    close_batch(l);
}

static void there_is_room_for_so_many_ranges(void **state)
{
    state_too_many_ranges(*state, 2);
}

static void a_block_that_would_be_one_more_comes_out(void **state)
{
    state_too_many_ranges(*state, 0);
}

static void a_moment_too_large_to_be_held_comes_out(void **state)
{
    live *l = *state;
    trades t = in_a_row(l, 1, 20000);
    for (size_t i = 0; i < t.count; i++)
        t.all[i].second = 10;
    stands(l, "1@0 1@10");
    states(l, "1@0");
    hold(l, t);
    compare(l, false);
    assert_true(standing_is_full(l->s));
    assert_int_equal(l->sent, 0);
    release(l);
    assert_int_equal(l->sent, 20000);
    assert_left_out(l, "0..0=1");
    close_batch(l);
}

/* ---- blocks ---- */

static void blocks_that_follow_each_other_are_one_range(void **state)
{
    live *l = *state;
    knows(l, "1@0 2@10");
    knows(l, "3@20 4@30");
    stands(l, "1@0 2@10 3@20 4@30");
    states(l, "1@0 2@10 3@20 4@30");
    only_blocks(l);
    compare(l, true);
    assert_left_out(l, "0..30=4");
    close_batch(l);
}

static void a_row_between_two_blocks_parts_their_ranges(void **state)
{
    live *l = *state;
    knows(l, "1@0 2@10");
    knows(l, "3@20 4@30");
    stands(l, "1@0 2@10 9@15 3@20 4@30");
    states(l, "1@0 2@10 3@20 4@30");
    only_blocks(l);
    compare(l, true);
    assert_left_out(l, "0..10=2 20..30=2");
    close_batch(l);
}

static void rows_before_a_block_share_its_range_if_nothing_is_between(void **state)
{
    live *l = *state;
    knows(l, "3@20 4@30");
    stands(l, "1@0 2@10 3@20 4@30");
    states(l, "1@0 2@10 3@20 4@30");
    compare(l, true);
    assert_left_out(l, "0..30=4");
    close_batch(l);
}

static void a_row_before_a_block_that_is_not_stated_parts_the_ranges(void **state)
{
    live *l = *state;
    knows(l, "3@20 4@30");
    stands(l, "1@0 2@10 9@15 3@20 4@30");
    states(l, "1@0 2@10 3@20 4@30");
    compare(l, true);
    assert_left_out(l, "0..10=2 20..30=2");
    close_batch(l);
}

/* Nobody has looked at what is between a block and the rows behind it. */
static void a_range_ends_with_the_block_where_rows_come_behind(void **state)
{
    live *l = *state;
    knows(l, "1@0 2@10 3@20");
    stands(l, "1@0 2@10 3@20 9@25 4@30 5@40");
    states(l, "1@0 2@10 3@20 4@30 5@40");
    compare(l, true);
    assert_left_out(l, "0..20=3 30..40=2");
    close_batch(l);
}

static void a_block_is_waited_for(void **state)
{
    live *l = *state;
    knows(l, "1@0 2@10 3@20");
    stands(l, "1@0 2@10 3@20 4@30");
    only_blocks(l);
    states(l, "1@0 2@10");
    compare(l, false);
    assert_int_equal(standing_rows(l->s) + l->sent, 0);
    states(l, "3@20 4@30");
    compare(l, false);
    assert_left_out(l, "0..20=3");
    release(l);
    assert_staged(l, "4@30/4");
    close_batch(l);
}

static void a_block_of_which_no_more_comes_is_compared(void **state)
{
    live *l = *state;
    knows(l, "1@0 2@10 3@20");
    stands(l, "1@0 2@10 3@20");
    states(l, "1@0 2@10");
    compare(l, false);
    compare(l, true);
    assert_left_out(l, "0..10=2");
    close_batch(l);
}

static void a_block_is_of_all_its_rows_and_their_values(void **state)
{
    live *l = *state;
    knows(l, "1@0 2@10 3@20");
    knows(l, "4@30 5@40 6@50");
    knows(l, "7@60 8@70 9@80");
    stands(l, "1@0 2@10 3@20 4@30 5@40 6@50 7@60 8@70 9@80");
    /* One has another price, one is missing, one is new. */
    states(l, "1@0 2@10:7 3@20 4@30 6@50 7@60 77@65 8@70 9@80");
    compare(l, true);
    assert_left_out(l, "0..0=1 20..30=2 50..80=4");
    assert_staged(l, "2@10:7/2 77@65/7");
    close_batch(l);
}

static void a_block_is_not_believed_when_only_its_hash_agrees(void **state)
{
    live *l = *state;
    knows_saying(l, of(l, "1@0 3@20"), 3);
    stands(l, "1@0 2@10 3@20");
    states(l, "1@0 3@20");
    compare(l, true);
    assert_left_out(l, "0..0=1 20..20=1");
    close_batch(l);
}

/* ---- blocks for the next time ---- */

static void assert_made(live *l, const int rows[], size_t count)
{
    const char *made;
    pg_rows *found;
    blocks_cut(l->made, false);
    unit_ok(blocks_json(l->made, l->a, "7", &made));
    assert_non_null(made);
    pg_params *p = pg_params_new(l->a);
    pg_param_text(p, made);
    unit_ok(pg_query(
        l->c, l->a,
        "select b ->> 'rows', b ->> 'sha256', extract(epoch from (b ->> 'first')::timestamptz)::bigint "
        "- 1638057600 from jsonb_array_elements($1::jsonb -> 'blocks') b",
        p, &found));
    assert_int_equal(pg_row_count(found), count);
    for (size_t i = 0; i < count; i++) {
        const int first = (int)pg_get_int8(found, i, 2);
        assert_int_equal(pg_get_int8(found, i, 0), rows[i]);
        assert_string_equal(pg_get_text(found, i, 1), hash_of(l, in_a_row(l, first, first + rows[i] - 1)));
    }
}

static void what_is_found_to_stand_becomes_blocks(void **state)
{
    live *l = *state;
    trades t = in_a_row(l, 0, 299);
    stand(l, t);
    t.all[100].price = 7; /* cuts them in two */
    hold(l, t);
    compare(l, true);
    assert_left_out(l, "0..99=100 101..299=199");
    assert_made(l, (const int[]){100, 199}, 2);
}

static void what_is_in_a_block_already_becomes_none(void **state)
{
    live *l = *state;
    trades others = in_a_row(l, 200, 399);
    others.all[100].price = 7; /* so that the rows of the block are compared, and are all the same */
    knows_saying(l, others, 200);
    stand(l, in_a_row(l, 0, 599));
    hold(l, in_a_row(l, 0, 599));
    compare(l, true);
    assert_left_out(l, "0..599=600");
    assert_made(l, (const int[]){200, 200}, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define LIVE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        LIVE(a_moment_is_left_out_whole_or_not_at_all),
        LIVE(the_first_of_a_moment_may_be_the_one_that_differs),
        LIVE(the_last_moment_waits_for_the_rest_of_it),
        LIVE(what_stands_between_and_is_not_stated_ends_a_range),
        LIVE(it_does_so_at_the_end_of_what_is_compared_at_once),
        LIVE(a_moment_that_differs_ends_a_range),
        LIVE(there_is_room_for_so_many_ranges),
        LIVE(a_block_that_would_be_one_more_comes_out),
        LIVE(a_moment_too_large_to_be_held_comes_out),
        LIVE(blocks_that_follow_each_other_are_one_range),
        LIVE(a_row_between_two_blocks_parts_their_ranges),
        LIVE(rows_before_a_block_share_its_range_if_nothing_is_between),
        LIVE(a_row_before_a_block_that_is_not_stated_parts_the_ranges),
        LIVE(a_range_ends_with_the_block_where_rows_come_behind),
        LIVE(a_block_is_waited_for),
        LIVE(a_block_of_which_no_more_comes_is_compared),
        LIVE(a_block_is_of_all_its_rows_and_their_values),
        LIVE(a_block_is_not_believed_when_only_its_hash_agrees),
        LIVE(what_is_found_to_stand_becomes_blocks),
        LIVE(what_is_in_a_block_already_becomes_none),
#undef LIVE
    };
    return UNIT_RUN(tests);
}
