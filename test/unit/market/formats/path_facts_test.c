#include "../../unit.h"

#include "core/clock.h"
#include "market/formats/path_facts.h"

static void paths_say_what_they_say(void **state)
{
    (void)state;
    static const struct {
        const char *path, *stream, *venue, *kind, *symbol;
        int32_t interval_s;
    } cases[] = {
        {"/d/data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2024-01-02.zip", "klines", "binance", "spot",
         "BTCUSDT", 60},
        {"data/futures/um/monthly/markPriceKlines/BTCUSDT/1h/BTCUSDT-1h-2024-01.zip", "mark_klines",
         "binance", "perp", "BTCUSDT", 3600},
        {"data/futures/um/daily/indexPriceKlines/BTCUSDT/1m/BTCUSDT-1m-2024-01-02.zip", "index_klines",
         "binance", "perp", "BTCUSDT", 60},
        {"data/futures/cm/daily/premiumIndexKlines/BTCUSD_PERP/1m/BTCUSD_PERP-1m-2024-01-02.zip",
         "premium_klines", "binance", "inverse", "BTCUSD_PERP", 60},
        {"data/futures/cm/daily/trades/BTCUSD_240628/BTCUSD_240628-trades-2024-01-02.zip", "trades",
         "binance", "inverse", "BTCUSD_240628", 0},
        {"BTCUSDT-aggTrades-2024-01.zip", "agg_trades", "binance", NULL, "BTCUSDT", 0},
        {"BTCUSDT-metrics-2026-06-24.zip", "metrics", "binance", NULL, "BTCUSDT", 0},
        {"x/BTCUSDT-bookDepth-2024-01-02.csv", "book_depth", "binance", NULL, "BTCUSDT", 0},
        {"BTCUSDT-bookTicker-2024-01-02.zip", "book_tickers", "binance", NULL, "BTCUSDT", 0},
        {"BTCUSDT-fundingRate-2024-01.zip", "funding_rates", "binance", NULL, "BTCUSDT", 0},
        {"data/spot/monthly/klines/BTCUSDT/1mo/BTCUSDT-1mo-2024-01.zip", "klines", "binance", "spot",
         "BTCUSDT", 0},
        {"mine/daily/trades/BTCUSDT.csv", NULL, NULL, NULL, "BTCUSDT", 0},
        {"BTCUSD_1m_2013.csv.gz", "klines", NULL, NULL, "BTCUSD", 60},
        {"ADABTC_pipe_separated-1m-2021-11-27.csv", NULL, NULL, NULL, "", 60},
        {"tardis_bitmex_trades_XBTUSD.csv", NULL, NULL, NULL, "", 0},
        {"", NULL, NULL, NULL, "", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        path_facts facts;
        path_facts_read(cases[i].path, &facts);
        const char *stream = facts.dataset ? facts.dataset->stream : "";
        const char *venue = facts.venue ? facts.venue : "";
        const char *kind = facts.kind ? facts.kind : "";
        if (strcmp(stream, cases[i].stream ? cases[i].stream : "") != 0 ||
            strcmp(venue, cases[i].venue ? cases[i].venue : "") != 0 ||
            strcmp(kind, cases[i].kind ? cases[i].kind : "") != 0 ||
            strcmp(facts.symbol, cases[i].symbol) != 0 || facts.interval_s != cases[i].interval_s)
            fail_msg("%s says \"%s\" \"%s\" \"%s\" \"%s\" %d", cases[i].path, stream, venue, kind,
                     facts.symbol, facts.interval_s);
    }
}

static void folders_say_whose_word_a_file_has(void **state)
{
    (void)state;
    static const struct {
        const char *path, *source;
    } cases[] = {
        {"data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2024-01-02.zip", "archive_daily"},
        {"data/futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2024-01.zip", "archive_monthly"},
        {"BTCUSDT-1m-2024-01.zip", NULL},
        {"mine/daily/trades/BTCUSDT.csv", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        path_facts facts;
        path_facts_read(cases[i].path, &facts);
        if (cases[i].source)
            assert_string_equal(facts.source, cases[i].source);
        else
            assert_null(facts.source);
    }
}

static void the_day_says_what_metrics_are_labelled_with(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        dataset_label label;
    } cases[] = {
        {"BTCUSDT-metrics-2026-06-24.zip", DATASET_LABEL_END},
        {"BTCUSDT-metrics-2026-06-25.zip", DATASET_LABEL_START},
        {"BTCUSDT-metrics-2026-07.zip", DATASET_LABEL_START},
        {"BTCUSDT-metrics-2026-13-24.zip", DATASET_LABEL_BY_TIME},
        {"BTCUSDT-metrics.zip", DATASET_LABEL_BY_TIME},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        path_facts facts;
        path_facts_read(cases[i].path, &facts);
        assert_int_equal(path_facts_label(&facts), cases[i].label);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_say_what_they_say),
        cmocka_unit_test(folders_say_whose_word_a_file_has),
        cmocka_unit_test(the_day_says_what_metrics_are_labelled_with),
    };
    return UNIT_RUN(tests);
}
