#include "../../unit.h"

#include "core/file.h"
#include "market/formats/json_rows.h"

#define LATEST_US INT64_C(4102444800000000) /* 2100 */
#define RECORDED_MAX ((size_t)16 << 20)

typedef struct fixture {
    arena *a;
    json_spans all; /* of the whole recording */
    json_rows *rows;
    /* What has been counted. */
    int64_t read, rejected, unfinished, others, errors;
} fixture;

static int setup(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    f->a = unit_arena();
    json_spans_init(&f->all, 4000000);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    json_spans_term(&f->all);
    json_rows_free(f->rows);
    arena_free(f->a);
    mem_free(f);
    return 0;
}

static const char *recorded(fixture *f, const char *name)
{
    const char *folder = getenv("DAYBOOK_TEST_DATA");
    if (folder && *folder)
        return arena_printf(f->a, "%s/%s", folder, name);
    print_message("DAYBOOK_TEST_DATA does not say where recorded data is\n");
    return NULL;
}

static size_t shapes_that_fit(const json_spans *s)
{
    size_t count, found = 0;
    const json_shape *all = json_shapes(&count);
    for (size_t i = 0; i < count; i++) {
        json_place p = {.spans = s, .document = s->values, .row = s->values};
        const json_span *rows = all[i].rows ? json_place_rows(&p, all[i].rows) : NULL;
        if (all[i].asked || (all[i].rows && (!rows || rows->count == 0)))
            continue;
        p.row = rows ? json_span_first(s, rows) : p.row;
        found += json_shape_fits(&all[i], &p);
    }
    return found;
}

/* Shapes are tried in their order, so two that fit would be a mistake that depends on it. */
static void shapes_exclude_one_another(void **state)
{
    static const char *const values[] = {
        "{\"e\":\"kline\",\"s\":\"X\",\"k\":{\"t\":1,\"o\":\"1\",\"x\":true}}",
        "{\"e\":\"aggTrade\",\"E\":1,\"s\":\"X\",\"a\":1,\"p\":\"1\",\"q\":\"1\",\"f\":1,\"l\":1,\"T\":1,"
        "\"m\":true}",
        "{\"e\":\"trade\",\"E\":1,\"s\":\"X\",\"t\":1,\"p\":\"1\",\"q\":\"1\",\"T\":1,\"m\":true}",
        "{\"id\":1,\"price\":\"1\",\"qty\":\"1\",\"quoteQty\":\"1\",\"time\":1,\"isBuyerMaker\":true}",
        "{\"u\":1,\"s\":\"X\",\"b\":\"1\",\"B\":\"1\",\"a\":\"1\",\"A\":\"1\"}",
        "{\"lastUpdateId\":1,\"bids\":[],\"asks\":[]}",
        "{\"symbol\":\"X\",\"fundingRate\":\"1\",\"fundingTime\":1,\"markPrice\":\"1\"}",
        "{\"symbol\":\"X\",\"sumOpenInterest\":\"1\",\"sumOpenInterestValue\":\"1\",\"timestamp\":1}",
        "{\"symbol\":\"X\",\"bidPrice\":\"1\",\"bidQty\":\"1\",\"askPrice\":\"1\",\"askQty\":\"1\",\"time\":"
        "1}",
        "{\"symbol\":\"X\",\"price\":\"1\",\"time\":1}",
        "{\"symbol\":\"X\",\"lastPrice\":\"1\",\"highPrice\":\"1\",\"lowPrice\":\"1\",\"bidPrice\":\"1\","
        "\"bidQty\":\"1\","
        "\"askPrice\":\"1\",\"askQty\":\"1\"}",
        "{\"symbol\":\"X\",\"id\":1,\"orderId\":2,\"price\":\"1\",\"qty\":\"1\",\"time\":1,\"commission\":"
        "\"1\"}",
        "[1586987400000,\"1\",\"1\",\"1\",\"1\",\"1\",1,\"1\",1,\"1\",\"1\",\"0\"]",
        "[1570752011620,\"1\",null,\"sell\",1,1,1]",
        "[1637193600017,0.0001,0.0,0.0,0.0,0.0]",
        "{\"result\":{\"X\":[[1762777020,\"1\",\"1\",\"1\",\"1\",\"0\",\"0\",3]]}}",
        "{\"result\":{\"X\":[[\"1\",\"1\",1762795433.9,\"b\",\"l\",\"\",1]]}}",
        "{\"result\":{\"symbol\":\"X\",\"list\":[[\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\"]]}}",
        "{\"result\":{\"list\":[{\"execId\":\"1\",\"symbol\":\"X\",\"price\":\"1\",\"size\":\"1\",\"side\":"
        "\"Buy\",\"time\":\"1\"}]}}",
        "{\"topic\":\"kline.5.X\",\"data\":[{\"start\":1,\"end\":1,\"open\":\"1\",\"close\":\"1\",\"volume\":"
        "\"1\",\"confirm\":true}]}",
        "{\"topic\":\"orderbook.500.X\",\"type\":\"snapshot\",\"ts\":1,\"data\":{\"s\":\"X\",\"b\":[],\"a\":["
        "],\"u\":1}}",
        "{\"topic\":\"tickers.X\",\"type\":\"snapshot\",\"data\":{\"symbol\":\"X\"}}",
        "{\"data\":[[\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\"]]}",
        "{\"data\":[{\"instId\":\"X\",\"side\":\"buy\",\"sz\":\"1\",\"px\":\"1\",\"tradeId\":\"1\",\"ts\":"
        "\"1\"}]}",
        "{\"data\":[{\"instId\":\"X\",\"fundingRate\":\"1\",\"realizedRate\":\"1\",\"fundingTime\":\"1\"}]}",
        "{\"data\":[{\"instId\":\"X\",\"fundingRate\":\"1\",\"fundingTime\":\"1\",\"nextFundingRate\":\"1\"}]"
        "}",
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        unit_ok(json_spans_parse(&f->all, values[i], strlen(values[i]), "it"));
        if (shapes_that_fit(&f->all) != 1)
            fail_msg("%zu shapes fit %s", shapes_that_fit(&f->all), values[i]);
    }
}

/* ---- the recorded answers of Binance's REST interfaces ---- */

static void count_rows(fixture *f, const json_span *data, const json_span *query)
{
    json_spans one;
    json_row row;
    bool more = true;
    json_spans_init(&one, 1000000);
    unit_ok(json_spans_parse(&one, data->text, data->length, "an answer"));
    dbk_err *error = json_answer_error(&one);
    f->errors += error != NULL;
    err_free(error);
    char asked[1024];
    assert_true(json_span_copy(query, asked, sizeof(asked)));
    const char *prefix = arena_printf(f->a, "https://x?%s -> 1700000000.5", asked);
    unit_ok(json_rows_begin(f->rows, &one, prefix, strlen(prefix)));
    while (more) {
        unit_ok(json_rows_next(f->rows, &row, &more));
        if (!more)
            break;
        f->read += row.event == JSON_ROW_READ;
        f->rejected += row.event == JSON_ROW_REJECTED;
        f->unfinished += row.event == JSON_ROW_UNFINISHED;
        f->others += row.event == JSON_ROW_OTHER;
    }
    json_spans_term(&one);
}

/* Every answer that was recorded at the path. */
static void read_route(fixture *f, const char *path, const char *shape, const char *stream)
{
    const json_spans *s = &f->all;
    const json_rows_options o = {.shape = shape ? json_shape_named(shape) : NULL,
                                 .dataset = stream ? dataset_of_stream(stream) : NULL,
                                 .symbol = "ASKED",
                                 .rules = {.latest_us = LATEST_US}};
    f->read = f->rejected = f->unfinished = f->others = f->errors = 0;
    json_rows_free(f->rows);
    f->rows = NULL;
    unit_ok(json_rows_new(&o, &f->rows));
    const json_span *answers =
        json_span_get(s, json_span_get(s, json_span_get(s, s->values, "routes"), path), "GET");
    assert_non_null(answers);
    for (const json_span *v = json_span_first(s, answers); v; v = json_span_after(s, answers, v)) {
        const json_span *data = json_span_get(s, v, "data");
        if (data)
            count_rows(f, data, json_span_get(s, v, "queryString"));
    }
}

static void assert_counts(const fixture *f, int64_t read, int64_t rejected, int64_t errors)
{
    assert_int_equal(f->read, read);
    assert_int_equal(f->rejected, rejected);
    assert_int_equal(f->errors, errors);
    assert_int_equal(f->unfinished, 0);
    assert_int_equal(f->others, 0);
}

static void recorded_answers_of_binance(void **state)
{
    fixture *f = *state;
    const char *path = recorded(f, "gocryptotrader/binance_http_recorded.json");
    char *text;
    size_t length;
    if (!path)
        skip();
    unit_ok(file_read(f->a, path, RECORDED_MAX, &text, &length));
    unit_ok(json_spans_parse(&f->all, text, length, "the recording"));

    read_route(f, "/api/v3/aggTrades", NULL, NULL);
    assert_counts(f, 1051, 0, 0);
    read_route(f, "/api/v3/trades", NULL, NULL);
    assert_counts(f, 1012, 0, 0);
    read_route(f, "/api/v3/historicalTrades", NULL, NULL);
    assert_counts(f, 5, 0, 0);
    read_route(f, "/fapi/v1/aggTrades", "Binance aggregate trade", NULL);
    assert_counts(f, 511, 0, 0);
    read_route(f, "/fapi/v1/fundingRate", NULL, NULL);
    assert_counts(f, 110, 3, 0); /* three answers were edited to null */
    read_route(f, "/dapi/v1/fundingRate", "Binance funding rate", NULL);
    assert_counts(f, 60, 1, 0);
    read_route(f, "/futures/data/openInterestHist", NULL, NULL);
    assert_counts(f, 33, 0, 0);
    read_route(f, "/api/v3/klines", "Binance candle", NULL);
    assert_counts(f, 3396, 0, 0);
    read_route(f, "/fapi/v1/klines", "Binance candle", NULL);
    assert_counts(f, 1133, 0, 0);
    read_route(f, "/dapi/v1/klines", "Binance coin-margined candle", NULL);
    assert_counts(f, 11, 6, 1); /* an error, and five calendar months, which are no fixed length */
    read_route(f, "/dapi/v1/markPriceKlines", "Binance price candle", "mark_klines");
    assert_counts(f, 0, 9, 0); /* months */
    read_route(f, "/fapi/v1/ticker/bookTicker", NULL, NULL);
    assert_counts(f, 66, 0, 0);
    read_route(f, "/api/v3/depth", NULL, NULL);
    assert_counts(f, 1, 0, 0);
    read_route(f, "/api/v3/exchangeInfo", NULL, NULL);
    assert_int_equal(f->others, 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(shapes_exclude_one_another),
        T(recorded_answers_of_binance),
    };
#undef T
    return UNIT_RUN(tests);
}
