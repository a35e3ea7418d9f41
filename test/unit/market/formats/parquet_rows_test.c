#include "../../unit.h"

#include "market/formats/json_file.h"
#include "market/formats/parquet_rows.h"

#define LATEST_US INT64_C(4102444800000000) /* 2100 */

typedef struct fixture {
    arena *a;
    parquet_rows_options options;
    parquet_scan scan;
} fixture;

static int setup(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    f->a = unit_arena();
    f->options =
        (parquet_rows_options){.library = getenv("DAYBOOK_DUCKDB"), .rules = {.latest_us = LATEST_US}};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    arena_free(f->a);
    mem_free(f);
    return 0;
}

static const char *recorded(fixture *f, const char *name)
{
    const char *folder = getenv("DAYBOOK_TEST_DATA");
    if (folder && *folder && f->options.library)
        return arena_printf(f->a, "%s/%s", folder, name);
    print_message("recorded files need DAYBOOK_TEST_DATA, and reading them DAYBOOK_DUCKDB\n");
    return NULL;
}

static void scan(fixture *f, const char *stream, const char *path)
{
    f->options.dataset = dataset_of_stream(stream);
    f->options.path = path;
    unit_ok(parquet_scan_file(f->a, &f->options, &f->scan));
}

/* The same trades as JSON and as Parquet are the same rows. */
static void twins_are_equal(void **state)
{
    fixture *f = *state;
    const char *path = recorded(f, "freqtrade/XRP_ETH-trades.parquet");
    if (!path)
        skip();
    scan(f, "trades", path);
    assert_null(f->scan.refusal);
    assert_int_equal(f->scan.summary.good, 12477);
    assert_int_equal(f->scan.summary.rejects, 0);
    const json_file_options jo = {.path = recorded(f, "freqtrade/XRP_ETH-trades.json.gz"),
                                  .rules = f->options.rules};
    json_file json;
    unit_ok(json_file_scan(f->a, &jo, &json));
    assert_int_equal(json.series_count, 1);
    row_reader *left, *right;
    unit_ok(json_file_open(&jo, &json, 0, &left));
    unit_ok(parquet_rows_open(&f->options, &f->scan, &right));
    for (int64_t i = 0; i < 12477; i++) {
        row_item a, b;
        unit_ok(row_reader_next(left, &a));
        unit_ok(row_reader_next(right, &b));
        assert_int_equal(b.event, ROW_READ);
        assert_int_equal(a.row.present, b.row.present);
        assert_int_equal(a.line, b.line);
        for (int c = 0; c < left->dataset->column_count; c++)
            if (dataset_has(&a.row, c) && left->dataset->columns[c].kind == DATASET_BOOL)
                assert_int_equal(a.row.values[c].boolean, b.row.values[c].boolean);
            else if (dataset_has(&a.row, c))
                assert_memory_equal(&a.row.values[c], &b.row.values[c], sizeof(double));
    }
    row_item end;
    unit_ok(row_reader_next(right, &end));
    assert_int_equal(end.event, ROW_END);
    source_identity identity;
    unit_ok(row_reader_identify(right, &identity));
    assert_memory_equal(identity.sha256, f->scan.identity.sha256, 32);
    row_reader_close(left);
    row_reader_close(right);
}

static void recorded_files_load(void **state)
{
    fixture *f = *state;
    const char *path = recorded(f, "nautilus/binance_btcusdt-quotes.parquet");
    if (!path)
        skip();
    scan(f, "book_tickers", path);
    assert_null(f->scan.refusal);
    assert_int_equal(f->scan.summary.good, 451);
    assert_string_equal(f->scan.symbol, "BTC/USDT");
    scan(f, "trades", recorded(f, "nautilus/binance_btcusdt-trades.parquet"));
    assert_null(f->scan.refusal);
    assert_int_equal(f->scan.summary.good, 2001);
    assert_int_equal(f->scan.summary.rejects, 0);
}

static void columns_that_do_not_fit_are_asked_about(void **state)
{
    fixture *f = *state;
    const char *path = recorded(f, "freqtrade/XRP_ETH-trades.parquet");
    if (!path)
        skip();
    scan(f, "book_tickers", path);
    assert_non_null(f->scan.refusal);
    assert_non_null(strstr(f->scan.refusal_hint, "--columns"));
    layout given;
    const dataset *d = dataset_of_stream("trades");
    unit_ok(layout_parse(d, "trade_time,trade_id,_,_,price,quantity,_", &given));
    f->options.layout = &given;
    scan(f, "trades", path);
    assert_null(f->scan.refusal);
    assert_int_equal(f->scan.summary.good, 12477);
    unit_ok(layout_parse(d, "trade_time,trade_id,price,quantity", &given));
    scan(f, "trades", path);
    assert_string_equal(f->scan.refusal, "the file has 7 columns, --columns names 4");
    unit_ok(layout_parse(d, "_,trade_time,_,trade_id,price,quantity,_", &given));
    scan(f, "trades", path);
    assert_null(f->scan.refusal);
    assert_int_equal(f->scan.summary.rejects, 12477);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(twins_are_equal),
        T(recorded_files_load),
        T(columns_that_do_not_fit_are_asked_about),
    };
#undef T
    return UNIT_RUN(tests);
}
