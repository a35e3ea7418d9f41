#include "../../unit.h"

#include "market/formats/row_builder.h"
#include "market/formats/source_time.h"

#define NOW_US INT64_C(1893456000000000) /* 2030-01-01 */

typedef struct fixture {
    row_builder b;
    dataset_row row;
    dataset_fault fault;
} fixture;

static void use_stream(fixture *f, const char *stream)
{
    const dataset *d = dataset_of_stream(stream);
    assert_non_null(d);
    row_builder_term(&f->b);
    unit_ok(row_builder_init(&f->b, d, &(dataset_rules){.interval_s = 60, .latest_us = NOW_US}));
}

static int setup(void **state)
{
    *state = mem_alloc(sizeof(fixture));
    assert_non_null(*state);
    return 0;
}

static int teardown(void **state)
{
    row_builder_term(&((fixture *)*state)->b);
    mem_free(*state);
    return 0;
}

/* "open_time=1638057600000 open=1 …": names as in headers. */
static bool build(fixture *f, const char *text)
{
    row_begin(&f->b, &f->row);
    while (*text) {
        dataset_field field;
        size_t name = strcspn(text, "=");
        if (!dataset_field_named(f->b.dataset, text, name, true, &field))
            fail_msg("not a field: %.*s", (int)name, text);
        text += name + 1;
        size_t length = strcspn(text, " ");
        if (!row_put(&f->b, &f->row, field, text, length, &f->fault))
            return false;
        text += length;
        text += *text == ' ';
    }
    return row_finish(&f->b, &f->row, &f->fault);
}

static void assert_built(fixture *f, const char *text)
{
    if (!build(f, text)) {
        char why[DATASET_FAULT_TEXT_SIZE];
        dataset_fault_format(&f->fault, why);
        fail_msg("%s: %s", text, why);
    }
}

static void assert_faulty(fixture *f, const char *text, const char *expected)
{
    char why[DATASET_FAULT_TEXT_SIZE];
    if (build(f, text))
        fail_msg("taken: %s", text);
    dataset_fault_format(&f->fault, why);
    assert_string_equal(why, expected);
}

static dataset_value *value(fixture *f, const char *column)
{
    int i = dataset_column_named(f->b.dataset, column);
    assert_true(i >= 0);
    if (!dataset_has(&f->row, i))
        fail_msg("no %s", column);
    return &f->row.values[i];
}

#define CANDLE "open_time=1638057600000 open=1 high=3 low=0.5 close=2 volume=8e-8"

static void a_candle_is_built(void **state)
{
    fixture *f = *state;
    use_stream(f, "klines");
    assert_built(f, CANDLE " count=96 quote_volume= close_time=1638057659999");
    assert_true(value(f, "open_time")->time_us == INT64_C(1638057600000000));
    assert_true(value(f, "volume")->float8 == 8e-8);
    assert_true(value(f, "trade_count")->int8 == 96);
    assert_false(dataset_has(&f->row, dataset_column_named(f->b.dataset, "quote_volume")));
    assert_int_equal(f->row.time_unit, SOURCE_TIME_MS);
    assert_int_equal(f->row.lossy, 0);
    assert_built(f, CANDLE "1 quote_volume=0.12345678901234567890 trade_count=9.60e1");
    assert_int_equal(f->row.lossy, 1u << dataset_column_named(f->b.dataset, "quote_volume"));
    assert_true(value(f, "trade_count")->int8 == 96);
}

static void a_faulty_candle_is_told(void **state)
{
    fixture *f = *state;
    use_stream(f, "klines");
    assert_faulty(f, "open_time=1638057600000 open=1 high=3 low=0.5 close=2", "volume is empty");
    assert_faulty(f, "open_time=0", "open_time is not a time");
    assert_faulty(f, "open_time=9999999999999", "open_time is too early or in the future");
    assert_faulty(f, "open_time=1000000000", "open_time is too early or in the future");
    assert_faulty(f, "open_time=1638057600001", "open_time does not lie on the 1m grid");
    assert_faulty(f, "open_time=1638057600000000001", "open_time does not lie on the 1m grid");
    assert_faulty(f, "open=x", "open is not a number");
    assert_faulty(f, "open=1e999", "open is too large");
    assert_faulty(f, "volume=-1", "volume is negative");
    assert_faulty(f, "trade_count=1.5", "trade_count is not a whole number");
    assert_faulty(f, "trade_count=9223372036854775808", "trade_count is too large");
    assert_faulty(f, "open_time=1638057600000 open=4 high=3 low=0.5 close=2 volume=1",
                  "high is below open, close or low");
    assert_faulty(f, "open_time=1638057600000 open=2 high=3 low=1.5 close=1 volume=1",
                  "low is above open or close");
    assert_faulty(f, CANDLE " close_time=1638057660001", "close_time lies outside the candle");
}

static void price_candles_carry_their_price_and_no_volume(void **state)
{
    fixture *f = *state;
    static const char *const streams[][2] = {{"mark_klines", "mark"},
                                             {"index_klines", "index"},
                                             {"premium_klines", "premium"},
                                             {"bid_klines", "bid"},
                                             {"ask_klines", "ask"}};
    for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
        use_stream(f, streams[i][0]);
        assert_built(f, "open_time=1638057600000 open=-1 high=3 low=-1 close=2 volume=0 count=60");
        assert_int_equal(value(f, "price")->text.length, strlen(streams[i][1]));
        assert_memory_equal(value(f, "price")->text.start, streams[i][1], strlen(streams[i][1]));
    }
    dataset_field field;
    assert_false(dataset_field_named(f->b.dataset, "price", 5, true, &field));
}

/* What others rely on: kinds that can be sent, constants and a time that exist. */
static void descriptions_are_consistent(void **state)
{
    (void)state;
    size_t count;
    const dataset *const *list = dataset_list(&count);
    for (size_t i = 0; i < count; i++) {
        const dataset *d = list[i];
        assert_ptr_equal(dataset_of_stream(d->stream), d);
        assert_true(d->column_count > 0 && d->column_count <= DATASET_COLUMNS_MAX);
        assert_int_equal(d->columns[d->time_column].kind, DATASET_TIME);
        assert_true(d->id_column < d->column_count);
        for (int c = 0; c < d->column_count; c++) {
            assert_int_equal(dataset_column_named(d, d->columns[c].name), c);
            assert_true(!d->columns[c].constant || d->columns[c].kind == DATASET_TEXT);
        }
        for (const dataset_spelling *s = d->spellings; s->name; s++)
            assert_true(s->column >= DATASET_SYMBOL && s->column < d->column_count);
    }
    assert_null(dataset_of_stream("nonsense"));
}

static dbk_err *init_and_term(void *ctx)
{
    row_builder b;
    const fixture *f = ctx;
    dbk_err *e = row_builder_init(&b, f->b.dataset, &(dataset_rules){.interval_s = 60, .latest_us = NOW_US});
    row_builder_term(&b);
    return e;
}

static void failing_memory_is_an_error(void **state)
{
    (void)state;
    size_t count;
    const dataset *const *list = dataset_list(&count);
    for (size_t i = 0; i < count; i++) {
        fixture f = {.b.dataset = list[i]};
        unit_each_allocation_fails(init_and_term, &f);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_candle_is_built),
        TEST(a_faulty_candle_is_told),
        TEST(price_candles_carry_their_price_and_no_volume),
        cmocka_unit_test(descriptions_are_consistent),
        cmocka_unit_test(failing_memory_is_an_error),
    };
    return UNIT_RUN(tests);
}
