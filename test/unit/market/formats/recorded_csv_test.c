/* Every recorded file with separated columns: which stream it is of, how many rows it holds, and that each
 * field of each row says the same after its trip through a value and back, or is told as lossy. */
#include "../files.h"

#include "core/buf.h"
#include "market/formats/csv_scan.h"
#include "market/formats/interval.h"
#include "market/formats/path_facts.h"
#include "market/formats/source_time.h"
#include "market/formats/stream_detect.h"

#define NOW_US INT64_C(1893456000000000) /* 2030-01-01 */

typedef struct expectation {
    const char *name;
    const char *stream; /* as found out, or as has to be said where `said` */
    int64_t rows, rejects;
    const char *symbol;  /* that the rows name */
    const char *columns; /* given; NULL: found out */
    int32_t interval_s;
    bool said;
    bool ids_by_content;
} expectation;

#define BITFINEX "open_time,open,close,high,low,volume"

static const expectation files[] = {
    {"bitfinex_1m/LTCUSD_1m_2013.csv.gz", "klines", 18645, 0, "", NULL, 60, false, false},
    {"bitfinex_1m/BTCUSD_1m_2013.csv.gz", "klines", 148055, 0, "", BITFINEX, 60, false, false},
    {"nautilus/ADABTC-1m-2021-11-28.zip", "klines", 1440, 0, "", NULL, 60, false, false},
    {"nautilus/ADABTC-1m-2021-11-27.csv", "klines", 10, 0, "", NULL, 60, false, false},
    {"nautilus/ADABTC-1m-2021-11-28.csv", "klines", 11, 0, "", NULL, 60, false, false},
    {"nautilus/ADABTC_pipe_separated-1m-2021-11-27.csv", "klines", 10, 0, "", NULL, 60, false, false},
    {"nautilus/btc-perp-20211231-20220201_1m.csv.gz", "klines", 45031, 0, "", NULL, 60, false, false},
    {"nautilus/6EH4.XCME_1min_bars_20240101_20240131.csv.gz", "klines", 29996, 0, "", NULL, 60, false, false},
    {"nautilus/fxcm_usdjpy-m1-bid-2013.csv.gz", "bid_klines", 28761, 0, "", NULL, 60, true, false},
    {"nautilus/fxcm_usdjpy-m1-ask-2013.csv.gz", "ask_klines", 28761, 0, "", NULL, 60, true, false},
    {"nautilus/fxcm_gbpusd-m1-bid-2012.csv.gz", "bid_klines", 30117, 0, "", NULL, 60, true, false},
    {"nautilus/fxcm_gbpusd-m1-ask-2012.csv.gz", "ask_klines", 30117, 0, "", NULL, 60, true, false},
    {"gocryptotrader/binance_BTCUSDT_24h_2019_01_01_2020_01_01.csv", "klines", 189, 176, "",
     "open_time,volume,open,high,low,close", 86400, false, false},
    {"gocryptotrader/binance_BTCUSDT_24h-trades_2020_11_16.csv", "trades", 1000, 0, "",
     "trade_time,price,quantity,_", 0, false, true},
    {"freqtrade/kraken_trades_csv_BCHEUR.csv", "trades", 148, 0, "", NULL, 0, false, true},
    {"freqtrade/kraken_trades_csv_incremental_q2_BCHEUR.csv", "trades", 486, 0, "", NULL, 0, false, true},
    {"freqtrade/orderflow_public_trades_list.csv", "trades", 1000, 0, "", NULL, 0, false, false},
    {"nautilus/tardis_bitmex_trades_XBTUSD.csv", "trades", 10, 0, "XBTUSD",
     "_,symbol,trade_time,_,_,_,price,quantity", 0, true, true},
    {"nautilus/tardis_huobi-dm-swap_quotes_BTC-USD.csv", "book_tickers", 10, 0, "BTC-USD", NULL, 0, false,
     false},
    {"nautilus/tardis_binance-futures_book_snapshot_5_BTCUSDT.csv", "order_book", 10, 0, "BTCUSDT", NULL, 0,
     false, false},
    {"nautilus/tardis_binance-futures_book_snapshot_25_BTCUSDT.csv", "order_book", 10, 0, "BTCUSDT", NULL, 0,
     false, false},
};

/* The digits of a number without zeros at either end and the power of ten of the first: its value, freed of
 * how it is written. */
static void canonical(const char *text, size_t length, char out[128])
{
    int power = -1, exponent = 0;
    size_t count = 0, last = 0;
    bool point = false, started = false;
    char digits[96] = "";
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == 'e' || c == 'E') {
            exponent = atoi(text + i + 1);
            break;
        }
        point = point || c == '.';
        if (c < '0' || c > '9')
            continue;
        started = started || c != '0';
        power += !point && started;
        power -= point && !started;
        if (started)
            digits[count++] = c;
        if (started && c != '0')
            last = count;
    }
    digits[last] = '\0';
    if (last == 0)
        snprintf(out, 128, "0");
    else
        snprintf(out, 128, "%s%s^%d", text[0] == '-' ? "-" : "", digits, power + exponent);
}

static bool number_survives(const char *text, size_t length, double value)
{
    char printed[40], given[128], kept[128];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(printed, sizeof(printed), "%.*g", digits, value);
        if (strtod(printed, NULL) == value)
            break;
    }
    canonical(text, length, given);
    canonical(printed, strlen(printed), kept);
    return strcmp(given, kept) == 0;
}

static bool survives(const dataset_column *c, dataset_field field, const dataset_value *v, const char *text,
                     size_t length)
{
    char printed[64], given[128], kept[128];
    int64_t us;
    bool exact;
    unsigned unit;
    switch (c->kind) {
    case DATASET_FLOAT8:
        return number_survives(text, length, v->float8);
    case DATASET_LEVELS:
        return number_survives(text, length,
                               v->levels.values[2 * field.level + (field.as == DATASET_AS_QUANTITY)]);
    case DATASET_INT8:
    case DATASET_INT4:
        snprintf(printed, sizeof(printed), "%lld", (long long)v->int8);
        canonical(printed, strlen(printed), kept);
        canonical(text, length, given);
        return strcmp(given, kept) == 0;
    case DATASET_AMOUNT:
        decimal_format(v->amount, printed);
        canonical(printed, strlen(printed), kept);
        canonical(text, length, given);
        return strcmp(given, kept) == 0;
    case DATASET_TIME:
        return source_time_parse(text, length, &us, &exact, &unit) && exact && us == v->time_us;
    case DATASET_TEXT:
        return v->text.length == length && memcmp(v->text.start, text, length) == 0;
    case DATASET_BOOL:
    default:
        return v->boolean == (text[0] == 't' || text[0] == 'T' || text[0] == '1' || text[0] == 's');
    }
}

static void assert_row_survives(const char *file, const csv_scan *s, const dataset *d, const row_item *item)
{
    csv_fields fields;
    line l = {.text = item->raw, .length = item->raw_length};
    csv_split(&l, s->format.delimiter, &fields);
    assert_int_equal(fields.count, s->format.layout.field_count);
    for (int i = 0; i < fields.count; i++) {
        dataset_field field = s->format.layout.fields[i];
        const layout_text *t = &fields.fields[i];
        if (field.column < 0 || t->length == 0)
            continue;
        assert_true(dataset_has(&item->row, field.column));
        bool lossy = (item->row.lossy >> field.column) & 1u;
        if (survives(&d->columns[field.column], field, &item->row.values[field.column], t->start,
                     t->length) == lossy)
            fail_msg("%s line %lld: %s \"%.*s\" %s", file, (long long)item->line,
                     d->columns[field.column].name, (int)t->length, t->start,
                     lossy ? "survives and is told as lossy" : "does not survive");
    }
}

static void read_all(const expectation *x, const char *path, const dataset *d, const csv_scan *s)
{
    row_reader *r;
    row_item item;
    int64_t rows = 0;
    unit_ok(csv_reader_open(path, d, &s->format, &s->rules, &r));
    for (;;) {
        unit_ok(row_reader_next(r, &item));
        if (item.event == ROW_END)
            break;
        if (item.event == ROW_READ) {
            assert_row_survives(x->name, s, d, &item);
            rows++;
        }
    }
    row_reader_close(r);
    assert_int_equal(rows, x->rows);
}

static const dataset *find_stream(const expectation *x, const char *path)
{
    const dataset *d = NULL;
    path_facts facts;
    path_facts_read(path, &facts);
    if (x->said)
        d = dataset_of_stream(x->stream);
    else if (facts.dataset)
        d = facts.dataset;
    else if (x->columns)
        unit_ok(stream_of_columns(x->columns, &d));
    else
        unit_ok(stream_of_file(path, NOW_US, &d));
    assert_non_null(d);
    assert_string_equal(d->stream, x->stream);
    return d;
}

static void every_file_is_read_and_every_value_survives(void **state)
{
    (void)state;
    arena *a = unit_arena();
    bool there = files_recorded(a, "") != NULL;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && there; i++) {
        const expectation *x = &files[i];
        const char *path = files_recorded(a, x->name);
        const dataset *d = find_stream(x, path);
        layout given;
        if (x->columns)
            unit_ok(layout_parse(d, x->columns, &given));
        csv_scan_options o = {
            .path = path,
            .dataset = d,
            .rules = {.interval_s = x->interval_s, .latest_us = NOW_US, .ids_by_content = x->ids_by_content},
            .layout = x->columns ? &given : NULL,
            .rejects_max = 1000};
        csv_scan *s = arena_alloc(a, sizeof(*s));
        unit_ok(csv_scan_file(a, &o, s));
        if (s->refusal)
            fail_msg("%s: %s", x->name, s->refusal);
        if (s->summary.good != x->rows || s->summary.rejects != x->rejects)
            fail_msg("%s: %lld rows, %lld rejects", x->name, (long long)s->summary.good,
                     (long long)s->summary.rejects);
        assert_string_equal(s->symbol, x->symbol);
        read_all(x, path, d, s);
    }
    arena_free(a);
    if (!there)
        skip();
}

/* What the venue did not number is not numbered unasked; and what is no stream of ours is told so. */
static void questions_are_asked(void **state)
{
    (void)state;
    static const struct {
        const char *name, *stream, *question;
    } cases[] = {
        {"freqtrade/kraken_trades_csv_BCHEUR.csv", "trades", "its trades have no trade_id"},
        {"nautilus/tardis_bitmex_trades_XBTUSD.csv", "trades", "trade_id is not a number"},
        {"nautilus/binance_btcusdt-depth-update.csv", "order_book", "the header is not understood"},
    };
    arena *a = unit_arena();
    bool there = files_recorded(a, "") != NULL;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]) && there; i++) {
        csv_scan_options o = {.path = files_recorded(a, cases[i].name),
                              .dataset = dataset_of_stream(cases[i].stream),
                              .rules = {.latest_us = NOW_US},
                              .rejects_max = 1000};
        csv_scan *s = arena_alloc(a, sizeof(*s));
        unit_ok(csv_scan_file(a, &o, s));
        if (!s->refusal || !strstr(s->refusal, cases[i].question))
            fail_msg("%s: %s", cases[i].name, s->refusal ? s->refusal : "loads");
    }
    arena_free(a);
    if (!there)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_read_and_every_value_survives),
        cmocka_unit_test(questions_are_asked),
    };
    return UNIT_RUN(tests);
}
