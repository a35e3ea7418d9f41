#include "../files.h"

#include <zstd.h>

#include "core/sha256.h"
#include "market/ingest/batch_feed.h"
#include "market/ingest/batch_raw.h"
#include "pg/pg_wire.h"

#define ROWS 100000

/* A source of candles a second apart, out of the test's hands. */
typedef struct fake_reader {
    row_reader base;
    int64_t rows;
    int64_t late_row;  /* stands a day before its place; -1: none */
    int64_t bad_every; /* each such line is rejected; 0: none */
    int64_t fail_at;   /* -1: never */
    int64_t line;
    bool *closed;
    const source_identity *identity;
    source *source; /* NULL: what it is of cannot be tapped */
} fake_reader;

static dbk_err *fake_next(row_reader *base, row_item *out)
{
    fake_reader *r = (fake_reader *)base;
    int64_t n = r->line++;
    *out = (row_item){.event = ROW_READ, .line = n + 1, .byte_offset = n * 10, .raw = "x", .raw_length = 1};
    if (n == r->rows) {
        out->event = ROW_END;
        return NULL;
    }
    if (n == r->fail_at)
        return err_new(ERR_INPUT, "damaged");
    if (r->bad_every > 0 && n % r->bad_every == 0) {
        out->event = ROW_REJECTED;
        out->fault = (dataset_fault){.kind = DATASET_FAULT_RULE, .rule = "is not wanted"};
        return NULL;
    }
    const dataset *d = base->dataset;
    for (int i = 0; i < d->column_count; i++)
        if (d->columns[i].flags & DATASET_REQUIRED)
            out->row.present |= UINT32_C(1) << i;
    out->row.values[d->time_column].time_us = (n - (n == r->late_row ? 86400 : 0)) * 1000000;
    return NULL;
}

static dbk_err *fake_identify(row_reader *base, source_identity *out)
{
    fake_reader *r = (fake_reader *)base;
    if (r->source)
        return source_identify(r->source, out);
    *out = *r->identity;
    return NULL;
}

static void fake_close(row_reader *base)
{
    fake_reader *r = (fake_reader *)base;
    source_close(r->source);
    r->source = NULL;
    *r->closed = true;
}

static bool fake_tap(row_reader *base, const source_tap *tap)
{
    fake_reader *r = (fake_reader *)base;
    return r->source && source_tap_into(r->source, tap);
}

typedef struct fixture {
    arena *a;
    const char *folder;
    const char *path;
    source_identity identity;
    const known_chunks *known;
    row_encoder encoder;
    fake_reader reader;
    bool closed;
} fixture;

static const row_reader_methods fake_methods = {
    .next = fake_next, .identify = fake_identify, .close = fake_close, .tap = fake_tap};

static int setup(void **state)
{
    static const dbk_uuid instrument = {{1}};
    static const dbk_uuid batch = {{2}};
    fixture *f = mem_alloc(sizeof(*f));
    f->a = unit_arena();
    f->folder = unit_folder(f->a);
    f->path = files_write_text(f->a, f->folder, "a.csv", "what was received\n");
    unit_ok(source_identify_path(f->path, &f->identity));
    const dataset *d = dataset_of_stream("klines");
    row_encoder_init(&f->encoder, d, &instrument, 60, &batch);
    f->reader = (fake_reader){.base = {.methods = &fake_methods, .dataset = d},
                              .rows = ROWS,
                              .late_row = -1,
                              .fail_at = -1,
                              .closed = &f->closed,
                              .identity = &f->identity};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    assert_true(f->closed);
    unit_remove(f->folder);
    arena_free(f->a);
    mem_free(f);
    return 0;
}

static batch_feed *start(fixture *f, const char *raw_path, int64_t rejects_max)
{
    batch_feed *feed;
    unit_ok(batch_feed_start(f->a,
                             &(batch_feed_options){.encoder = &f->encoder,
                                                   .reader = &f->reader.base,
                                                   .raw_path = raw_path,
                                                   .known = f->known,
                                                   .identity = &f->identity,
                                                   .rejects_max = rejects_max},
                             &feed));
    return feed;
}

static void every_row_comes_in_order(void **state)
{
    fixture *f = *state;
    batch_feed *feed = start(f, NULL, 0);
    batch_totals totals;
    int64_t rows = 0;
    for (parcel *p; (p = batch_feed_take(feed)) != NULL; batch_feed_give_back(feed, p)) {
        assert_int_equal(p->kind, PARCEL_ROWS);
        assert_true(p->ordered);
        assert_int_equal(p->lines[0], rows + 1);
        assert_int_equal(p->first_us, rows * 1000000);
        rows += p->rows;
        assert_int_equal(p->last_us, (rows - 1) * 1000000);
        assert_int_equal(p->length % (size_t)p->rows, 0);
    }
    unit_ok(batch_feed_end(feed, &totals));
    assert_int_equal(rows, ROWS);
    assert_int_equal(totals.rows, ROWS);
    assert_int_equal(totals.offset_count, ROWS / BATCH_OFFSET_LINES);
    assert_string_equal(totals.offsets[0], "99990"); /* line 10000, ten bytes each */
}

static void a_late_row_is_said_to_be_late(void **state)
{
    fixture *f = *state;
    f->reader.late_row = ROWS / 2;
    batch_feed *feed = start(f, NULL, 0);
    batch_totals totals;
    int disordered = 0;
    for (parcel *p; (p = batch_feed_take(feed)) != NULL; batch_feed_give_back(feed, p)) {
        bool holds_it = p->lines[0] <= ROWS / 2 + 1 && p->lines[p->rows - 1] > ROWS / 2;
        assert_int_equal(p->ordered, !holds_it);
        disordered += !p->ordered;
    }
    unit_ok(batch_feed_end(feed, &totals));
    assert_int_equal(disordered, 1);
}

static void rejects_are_kept_up_to_a_number(void **state)
{
    fixture *f = *state;
    batch_totals totals;
    f->reader.bad_every = 1000;
    batch_feed *feed = start(f, NULL, 100);
    for (parcel *p; (p = batch_feed_take(feed)) != NULL;)
        batch_feed_give_back(feed, p);
    unit_ok(batch_feed_end(feed, &totals));
    assert_false(totals.too_many_rejects);
    assert_int_equal(totals.rejects.count, 100);
    assert_int_equal(totals.rows, ROWS - 100);
    assert_string_equal(totals.rejects.lines[1], "1001");
    assert_string_equal(totals.rejects.reasons[1], "is not wanted");
    f->reader.line = 0;
    feed = start(f, NULL, 99);
    for (parcel *p; (p = batch_feed_take(feed)) != NULL;)
        batch_feed_give_back(feed, p);
    unit_ok(batch_feed_end(feed, &totals));
    assert_true(totals.too_many_rejects);
}

static void damage_is_the_error_and_ends_both_threads(void **state)
{
    fixture *f = *state;
    batch_totals totals;
    f->reader.fail_at = 50000;
    batch_feed *feed = start(f, f->path, 0);
    for (parcel *p; (p = batch_feed_take(feed)) != NULL;)
        batch_feed_give_back(feed, p);
    unit_refused(batch_feed_end(feed, &totals), ERR_INPUT, "damaged");
}

static void a_file_that_is_no_longer_what_it_was_is_refused(void **state)
{
    fixture *f = *state;
    batch_totals totals;
    files_write_text(f->a, f->folder, "a.csv", "something else\n");
    batch_feed *feed = start(f, f->path, 0);
    for (parcel *p; (p = batch_feed_take(feed)) != NULL;)
        batch_feed_give_back(feed, p);
    unit_refused(batch_feed_end(feed, &totals), ERR_INPUT, "changed while it was being read");
}

/* Nobody takes: the threads stop where they wait. */
static void it_ends_at_once_when_nothing_is_taken(void **state)
{
    fixture *f = *state;
    batch_totals totals;
    batch_feed *feed = start(f, f->path, 0);
    unit_ok(batch_feed_end(feed, &totals));
    assert_true(totals.rows < ROWS);
}

/* Nor does whoever reads wait for ever for room for the file's bytes. */
static void it_ends_at_once_when_the_file_is_read_by_the_way(void **state)
{
    fixture *f = *state;
    batch_totals totals;
    const size_t length = 16 * CONTENT_CUT_BYTES_MAX;
    char *data = mem_alloc(length);
    f->path = files_write(f->a, f->folder, "long.bin", data, length);
    f->reader.rows = 0;
    unit_ok(source_open_raw(f->path, &f->reader.source));
    batch_feed *feed = start(f, f->path, 0);
    parcel *p = batch_feed_take(feed);
    assert_int_equal(p->kind, PARCEL_RAW);
    batch_feed_give_back(feed, p);
    err_free(batch_feed_end(feed, &totals));
    mem_free(data);
}

static void check_kept(fixture *f, const char *data, size_t length, bool packed, bool tapped)
{
    batch_totals totals;
    char *unpacked = mem_alloc(length + CONTENT_CUT_BYTES_MAX);
    size_t got = 0;
    int32_t chunks = 0;
    f->path = files_write(f->a, f->folder, "b.bin", data, length);
    unit_ok(source_identify_path(f->path, &f->identity));
    f->reader.rows = 0;
    f->reader.line = 0;
    if (tapped)
        unit_ok(source_open_raw(f->path, &f->reader.source));
    batch_feed *feed = start(f, f->path, 0);
    for (parcel *p; (p = batch_feed_take(feed)) != NULL; batch_feed_give_back(feed, p)) {
        assert_int_equal(p->kind, PARCEL_RAW);
        assert_int_equal(p->chunk_no, chunks++);
        if (packed) {
            size_t n = ZSTD_decompress(unpacked + got, CONTENT_CUT_BYTES_MAX, p->data, p->length);
            uint8_t hash[32];
            assert_false(ZSTD_isError(n));
            unit_ok(sha256_of(unpacked + got, n, hash));
            assert_int_equal(p->plain_bytes, n);
            assert_memory_equal(p->plain_sha256, hash, 32);
            got += n;
        } else {
            memcpy(unpacked + got, p->data, p->length);
            got += p->length;
            assert_int_equal(p->plain_bytes, 0);
        }
    }
    unit_ok(batch_feed_end(feed, &totals));
    assert_int_equal(got, length);
    assert_memory_equal(unpacked, data, length);
    if (!packed)
        assert_int_equal(chunks, (length + CONTENT_CUT_BYTES_MAX - 1) / CONTENT_CUT_BYTES_MAX);
    mem_free(unpacked);
}

static void a_plain_file_is_packed_and_others_are_kept_as_they_are(void **state)
{
    fixture *f = *state;
    size_t length = 2 * CONTENT_CUT_BYTES_MAX + 12345;
    char *data = mem_alloc(length);
    uint32_t noise = 1;
    for (size_t i = 0; i < length; i++) {
        noise = noise * 1664525u + 1013904223u;
        data[i] = (char)(noise >> 24); /* what cannot be compressed must fit as well */
    }
    for (int tapped = 0; tapped < 2; tapped++) {
        data[0] = 'x';
        check_kept(f, data, length, true, tapped);
        check_kept(f, data, 2 * CONTENT_CUT_BYTES_MAX, true, tapped);
        memcpy(data, "\x1f\x8b", 2);
        check_kept(f, data, length, false, tapped);
        memcpy(data, "PK\3\4", 4);
        check_kept(f, data, length, false, tapped);
    }
    assert_string_equal(batch_raw_encoding(SOURCE_PLAIN), "zstd");
    mem_free(data);
}

static void a_chunk_that_is_kept_is_named_and_not_packed(void **state)
{
    fixture *f = *state;
    batch_totals totals;
    const size_t length = 3 * CONTENT_CUT_BYTES_MAX;
    char *data = mem_alloc(length);
    known_chunk second = {.chunk_no = 17};
    known_chunks known = {.items = &second, .count = 1};
    memset(data + CONTENT_CUT_BYTES_MAX, 'b', CONTENT_CUT_BYTES_MAX);
    memset(data + 2 * CONTENT_CUT_BYTES_MAX, 'c', CONTENT_CUT_BYTES_MAX);
    unit_ok(sha256_of(data + CONTENT_CUT_BYTES_MAX, CONTENT_CUT_BYTES_MAX, second.plain_sha256));
    f->path = files_write(f->a, f->folder, "b.bin", data, length);
    unit_ok(source_identify_path(f->path, &f->identity));
    f->reader.rows = 0;
    f->known = &known;
    for (int right = 0; right < 2; right++) {
        second.plain_bytes = (int64_t)CONTENT_CUT_BYTES_MAX - 1 + right;
        f->reader.line = 0;
        batch_feed *feed = start(f, f->path, 0);
        for (parcel *p; (p = batch_feed_take(feed)) != NULL; batch_feed_give_back(feed, p)) {
            bool like = right && p->chunk_no == 1;
            assert_ptr_equal(p->like, like ? &second : NULL);
            assert_int_equal(p->length == 0, like);
            assert_int_equal(p->plain_bytes, CONTENT_CUT_BYTES_MAX);
        }
        unit_ok(batch_feed_end(feed, &totals));
    }
    mem_free(data);
}

/* Also where the thread that packs hashes what the other one has read. */
static void a_file_that_changed_is_refused_when_it_is_read_by_the_way(void **state)
{
    fixture *f = *state;
    batch_totals totals;
    f->reader.rows = 0;
    f->identity.sha256[0] ^= 1;
    unit_ok(source_open_raw(f->path, &f->reader.source));
    batch_feed *feed = start(f, f->path, 0);
    for (parcel *p; (p = batch_feed_take(feed)) != NULL;)
        batch_feed_give_back(feed, p);
    dbk_err *e = batch_feed_end(feed, &totals);
    assert_int_equal(err_code(e), ERR_INPUT);
    assert_non_null(strstr(err_message(e), "changed while it was being read"));
    err_free(e);
}

static void rows_for_a_stage_have_their_lines(void **state)
{
    fixture *f = *state;
    batch_totals totals;
    f->reader.rows = 3;
    batch_feed *feed = start(f, NULL, 0);
    parcel *p = batch_feed_take(feed);
    char *out = mem_alloc(p->length + 3 * ROW_LINE_BYTES);
    char *end = row_encoder_add_lines(&f->encoder, p->data, p->length, p->lines, out);
    size_t row = p->length / 3;
    assert_int_equal(end - out, p->length + 3 * ROW_LINE_BYTES);
    for (size_t i = 0; i < 3; i++) {
        const char *at = out + i * (row + ROW_LINE_BYTES);
        assert_int_equal(pg_load16(at), f->encoder.fields + 1);
        assert_memory_equal(at + 2, p->data + i * row + 2, row - 2);
        assert_int_equal(pg_load64(at + row + 4), i + 1);
    }
    mem_free(out);
    batch_feed_give_back(feed, p);
    unit_ok(batch_feed_end(feed, &totals));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_row_comes_in_order),
        TEST(a_late_row_is_said_to_be_late),
        TEST(rejects_are_kept_up_to_a_number),
        TEST(damage_is_the_error_and_ends_both_threads),
        TEST(a_file_that_is_no_longer_what_it_was_is_refused),
        TEST(it_ends_at_once_when_nothing_is_taken),
        TEST(it_ends_at_once_when_the_file_is_read_by_the_way),
        TEST(a_plain_file_is_packed_and_others_are_kept_as_they_are),
        TEST(a_chunk_that_is_kept_is_named_and_not_packed),
        TEST(a_file_that_changed_is_refused_when_it_is_read_by_the_way),
        TEST(rows_for_a_stage_have_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
