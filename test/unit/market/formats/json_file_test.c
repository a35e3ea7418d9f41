#include "../files.h"

#include "market/formats/json_file.h"

#define LATEST_US INT64_C(4102444800000000) /* 2100 */

typedef struct fixture {
    arena *a;
    const char *folder;
    json_file_options options;
    json_file file;
} fixture;

static int setup(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    f->a = unit_arena();
    f->folder = unit_folder(f->a);
    f->options = (json_file_options){.rules = {.latest_us = LATEST_US}};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    unit_remove(f->folder);
    arena_free(f->a);
    mem_free(f);
    return 0;
}

static void scan(fixture *f, const char *text)
{
    f->options.path = files_write_text(f->a, f->folder, "file", text);
    unit_ok(json_file_scan(f->a, &f->options, &f->file));
}

/* The whole test data is optional: a test that needs it says so. */
static bool recorded(fixture *f, const char *name)
{
    const char *folder = getenv("DAYBOOK_TEST_DATA");
    if (!folder || !*folder) {
        print_message("without DAYBOOK_TEST_DATA there is no %s\n", name);
        return false;
    }
    f->options.path = arena_printf(f->a, "%s/%s", folder, name);
    unit_ok(json_file_scan(f->a, &f->options, &f->file));
    assert_null(f->file.refusal);
    return true;
}

static bool is_json(const fixture *f, const char *text)
{
    bool answer;
    unit_ok(json_file_is(files_write_text(f->a, f->folder, "is", text), &answer));
    return answer;
}

static void assert_series(const fixture *f, size_t i, const char *stream, const char *symbol,
                          int32_t interval_s, int64_t good, int64_t rejects)
{
    assert_true(i < f->file.series_count);
    const json_series *s = &f->file.series[i];
    assert_string_equal(s->dataset->stream, stream);
    assert_string_equal(s->symbol, symbol);
    assert_int_equal(s->interval_s, interval_s);
    assert_int_equal(s->summary.good, good);
    assert_int_equal(s->summary.rejects, rejects);
}

#define TICKER(symbol, id)                                                                                   \
    "{\"u\":" id ",\"s\":\"" symbol "\",\"b\":\"1\",\"B\":\"2\",\"a\":\"3\",\"A\":\"4\"}"

static void json_is_told_by_its_beginning(void **state)
{
    fixture *f = *state;
    static const char *const yes[] = {
        "{\"a\":1}", "[{\"a\":1}]", "[] [{}]",   "wss://x <-> 1\n1: {\"a\":1}\n",           "1: [[1]]",
        "{\"a\":",   "[]",          "[]\n[ ]\n", "[[1637193600017,0.0001,0.0,0.0,0.0,0.0]]"};
    static const char *const no[] = {"a,b\n1,2\n", "1,2,3\n",     "[[1,2,3,4,5,6]]", "[1,2]",
                                     "5\n",        "[section]\n", "[[1,2",           "https://x\n"};
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        assert_true(is_json(f, yes[i]));
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        assert_false(is_json(f, no[i]));
}

static void series_of_a_capture_are_told_apart(void **state)
{
    fixture *f = *state;
    scan(f,
         "wss://x/stream <-> 1626992740.1\n"
         "1626992741.1: " TICKER("AAA", "1") "\n"
                                             "1626992741.2: " TICKER(
                                                 "BBB", "7") "\n"
                                                             "1626992741.3: {\"e\":\"forceOrder\",\"o\":{}}\n"
                                                             "1626992741.4: {\"u\":\n"
                                                             "1626992741.5: " TICKER("AAA", "2") "\n");
    assert_null(f->file.refusal);
    assert_int_equal(f->file.series_count, 2);
    assert_series(f, 0, "book_tickers", "AAA", 0, 2, 1);
    assert_series(f, 1, "book_tickers", "BBB", 0, 1, 0);
    assert_true(f->file.series[0].summary.ordered);
    assert_int_equal(f->file.series[0].summary.first_us, 1626992741100000);
    assert_int_equal(f->file.others, 1);
    assert_string_equal(f->file.other, "Binance liquidation frame");
}

/* Every line of the file once: with its number, its place and itself. */
static void rows_come_with_their_place(void **state)
{
    fixture *f = *state;
    row_reader *r;
    row_item item;
    scan(f, "wss://x <-> 1.5\n1626992741.1: " TICKER("AAA", "1") "\nhello\n1626992741.2: " TICKER("BBB",
                                                                                                  "2") "\n");
    unit_ok(json_file_open(&f->options, &f->file, 0, &r));
    unit_ok(row_reader_next(r, &item));
    assert_int_equal(item.event, ROW_READ);
    assert_int_equal(item.line, 2);
    assert_int_equal(item.byte_offset, 30);
    assert_int_equal(item.raw_length, strlen(TICKER("AAA", "1")));
    unit_ok(row_reader_next(r, &item));
    assert_int_equal(item.event, ROW_REJECTED);
    assert_int_equal(item.line, 3);
    assert_memory_equal(item.raw, "hello", item.raw_length);
    unit_ok(row_reader_next(r, &item));
    assert_int_equal(item.event, ROW_END);
    source_identity identity;
    unit_ok(row_reader_identify(r, &identity));
    assert_memory_equal(identity.sha256, f->file.identity.sha256, 32);
    row_reader_close(r);
    unit_ok(json_file_open(&f->options, &f->file, 1, &r));
    unit_ok(row_reader_next(r, &item));
    assert_int_equal(item.event, ROW_READ);
    assert_int_equal(item.line, 4);
    unit_ok(row_reader_next(r, &item));
    assert_int_equal(item.event, ROW_END);
    row_reader_close(r);
}

/* Good rows of a series by reading it, which has to be what the scan says. */
static void assert_rows_read(fixture *f, size_t series)
{
    row_reader *r;
    row_item item;
    int64_t good = 0;
    unit_ok(json_file_open(&f->options, &f->file, series, &r));
    do {
        unit_ok(row_reader_next(r, &item));
        good += item.event == ROW_READ;
    } while (item.event != ROW_END);
    assert_int_equal(good, f->file.series[series].summary.good);
    row_reader_close(r);
}

/* Lines of other series need not be parsed, where no document is longer than its line and all name their
 * symbol. */
static void lines_of_others_are_passed_over(void **state)
{
    fixture *f = *state;
    row_reader *r;
    row_item item;
    scan(f, "1626992741.1: " TICKER("AAA", "1") "\nnonsense\n1626992741.2: " TICKER(
                "BBB", "2") "\n\n"
                            "1626992741.3: {\"u\":\n1626992741.4: " TICKER("BBB", "3"));
    assert_true(f->file.line_by_line);
    assert_true(f->file.series[1].named_in_rows);
    unit_ok(json_file_open(&f->options, &f->file, 1, &r));
    unit_ok(row_reader_next(r, &item));
    assert_int_equal(item.line, 3);
    unit_ok(row_reader_next(r, &item));
    assert_int_equal(item.event, ROW_READ);
    assert_int_equal(item.line, 5);
    unit_ok(row_reader_next(r, &item));
    assert_int_equal(item.event, ROW_END);
    row_reader_close(r);

    scan(f, TICKER("AAA", "1") "\n{\"stream\":\"x\",\n\"data\":" TICKER("BBB", "2") "}\n" TICKER("BBB",
                                                                                                 "3") "\n");
    assert_false(f->file.line_by_line);
    assert_rows_read(f, 1);
    scan(f, TICKER("AAA", "1") "\n" TICKER("B\\u0042B", "2") "\n" TICKER("BBB", "3") "\n");
    assert_false(f->file.series[1].named_in_rows);
    assert_rows_read(f, 1);
}

static void members_are_found_by_name(void **state)
{
    fixture *f = *state;
    f->options.dataset = dataset_of_stream("fear_greed");
    scan(f, "{\"time\":1551157200,\"value\":\"40\",\"value_classification\":\"Fear\",\"more\":[1]}\n{"
            "\"value\":\"41\"}\n");
    assert_null(f->file.refusal);
    assert_int_equal(f->file.series_count, 1);
    assert_series(f, 0, "fear_greed", "", 0, 1, 1);
    f->options.columns = "observed_at=when,value=v";
    scan(f, "[{\"when\":\"2019-02-26\",\"v\":12},{\"when\":\"2019-02-27\",\"v\":null}]");
    assert_null(f->file.refusal);
    assert_series(f, 0, "fear_greed", "", 0, 1, 1);
}

static void what_is_not_known_is_asked(void **state)
{
    fixture *f = *state;
    scan(f, "{\"when\":1,\"v\":2}\n");
    assert_string_equal(f->file.refusal, "it has not the form of anything known");
    assert_string_equal(f->file.refusal_hint, "say with --stream what its rows are");
    f->options.dataset = dataset_of_stream("fear_greed");
    scan(f, "{\"when\":1,\"v\":2}\n");
    assert_non_null(strstr(f->file.refusal_hint, "--columns"));
    f->options.dataset = NULL;
    scan(f, "{\"retCode\":0,\"result\":{\"symbol\":\"X\",\"list\":[[\"1709891640000\",\"2\",\"2\",\"2\","
            "\"2\",\"1\",\"3\"]]}}");
    assert_non_null(strstr(f->file.refusal_hint, "--interval"));
    scan(f, "{\"retCode\":0,\"result\":{\"symbol\":\"X\",\"list\":[]}}");
    assert_string_equal(f->file.refusal, "it holds no rows");
    scan(f, "[][]");
    assert_string_equal(f->file.refusal, "it holds no rows");
    scan(f, "[{\"u\":1},{\"u\":2");
    assert_non_null(strstr(f->file.refusal, "damaged JSON"));
}

static void rows_of_another_stream_are_left_out(void **state)
{
    fixture *f = *state;
    f->options.dataset = dataset_of_stream("agg_trades");
    scan(f, "1626992741.1: " TICKER("AAA", "1") "\n");
    assert_series(f, 0, "book_tickers", "AAA", 0, 1, 0);
    f->options.only = true;
    scan(f, "1626992741.1: " TICKER("AAA", "1") "\n");
    assert_string_equal(f->file.refusal, "it holds no rows");
    assert_int_equal(f->file.others, 1);
}

/* ---- recorded files, with the figures that were counted in them ---- */

static int64_t good_of(const fixture *f, const char *stream)
{
    int64_t good = 0;
    for (size_t i = 0; i < f->file.series_count; i++)
        if (strcmp(f->file.series[i].dataset->stream, stream) == 0)
            good += f->file.series[i].summary.good;
    return good;
}

static int64_t rejects_of(const fixture *f)
{
    int64_t rejects = 0;
    for (size_t i = 0; i < f->file.series_count; i++)
        rejects += f->file.series[i].summary.rejects;
    return rejects;
}

static void recorded_frames(void **state)
{
    fixture *f = *state;
    if (!recorded(f, "cryptofeed/BINANCE_FUTURES.ws.1.0.gz"))
        skip();
    assert_int_equal(good_of(f, "agg_trades"), 91);
    assert_int_equal(good_of(f, "book_tickers"), 613);
    assert_int_equal(good_of(f, "klines"), 4);
    assert_int_equal(good_of(f, "book_changes"), 764);
    assert_int_equal(f->file.others, 0);
    assert_int_equal(f->file.unfinished, 63);
    assert_int_equal(rejects_of(f), 0);
    assert_true(f->file.line_by_line);
    for (size_t i = 0; i < f->file.series_count; i++)
        assert_rows_read(f, i);
    assert_true(recorded(f, "cryptofeed/BINANCE_TR.ws.1.0.gz"));
    assert_int_equal(good_of(f, "klines"), 4);
    assert_int_equal(rejects_of(f), 0);
    assert_true(recorded(f, "cryptofeed/BINANCE.ws.1.0.gz"));
    assert_int_equal(rejects_of(f), 0);
    assert_true(recorded(f, "cryptofeed/BINANCE_US.ws.1.0.gz"));
    assert_int_equal(rejects_of(f), 0);
}

static void recorded_order_books(void **state)
{
    fixture *f = *state;
    if (!recorded(f, "cryptofeed/BINANCE.http.0.0.gz"))
        skip();
    assert_int_equal(f->file.series_count, 4);
    assert_int_equal(good_of(f, "order_book"), 4);
    assert_string_equal(f->file.series[0].symbol, "NKNUSDT");
    assert_true(recorded(f, "nautilus/bybit_xrpusdt-ob500.data.zip"));
    assert_series(f, 0, "order_book", "XRPUSDT", 0, 1, 0);
    assert_series(f, 1, "book_changes", "XRPUSDT", 0, 49, 0);
    assert_int_equal(f->file.others, 0);
}

static void recorded_trades(void **state)
{
    fixture *f = *state;
    if (!recorded(f, "freqtrade/XRP_OLD-trades.json.gz"))
        skip();
    assert_series(f, 0, "agg_trades", "XRP/ETH", 0, 12477, 0);
    assert_true(recorded(f, "nautilus/adapters_json/kraken/http_trades.json"));
    assert_series(f, 0, "trades", "XBTUSDT", 0, 1000, 0);
    f->options.symbol = "XRPETH";
    assert_true(recorded(f, "freqtrade/XRP_ETH-trades.json.gz"));
    assert_series(f, 0, "trades", "XRPETH", 0, 12477, 0);
    assert_true(recorded(f, "freqtrade/hist_XRP_USDT-8h-funding_rate.json"));
    assert_series(f, 0, "funding_rates", "XRPETH", 0, 91, 0);
}

static void recorded_candles(void **state)
{
    fixture *f = *state;
    f->options.rules.interval_s = 60;
    if (!recorded(f, "nautilus/adapters_json/kraken/http_ohlc.json"))
        skip();
    assert_series(f, 0, "klines", "XBTUSDT", 60, 720, 0);
    assert_int_equal(f->file.unfinished, 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(json_is_told_by_its_beginning),
        T(series_of_a_capture_are_told_apart),
        T(rows_come_with_their_place),
        T(lines_of_others_are_passed_over),
        T(members_are_found_by_name),
        T(what_is_not_known_is_asked),
        T(rows_of_another_stream_are_left_out),
        T(recorded_frames),
        T(recorded_order_books),
        T(recorded_trades),
        T(recorded_candles),
    };
#undef T
    return UNIT_RUN(tests);
}
