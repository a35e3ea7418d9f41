#include "../../unit.h"

#include "market/formats/interval.h"
#include "market/formats/symbol.h"

static void names_say_symbol_and_interval(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *symbol;
        int32_t interval_s;
    } cases[] = {
        {"/data/BTCUSD_1m_2013.csv.gz", "BTCUSD", 60},
        {"ADABTC-1m-2021-11-28.zip", "ADABTC", 60},
        {"XRPUSDT-1h-2022-01.csv", "XRPUSDT", 3600},
        {"BTC-USD-4h-2020.csv", "BTC-USD", 14400},
        {"btcusdt_1d.csv", "BTCUSDT", 86400},
        {"ETH_BTC_15m.txt", "ETH_BTC", 900},
        {"BTCUSDT.csv", "BTCUSDT", 0},
        {"1INCHUSDT-1m-2021-01-01.zip", "1INCHUSDT", 60},
        {"BTCUSDT-1mo-2021.csv", "BTCUSDT", 0},
        {"BTCUSDT-1M-2021.csv", "BTCUSDT", 0},
        {"ADABTC_pipe_separated-1m-2021-11-27.csv", "", 60},
        {"btc-perp-20211231-20220201_1m.csv.gz", "", 60},
        {"fxcm_usdjpy-m1-bid-2013.csv.gz", "", 0},
        {"", "", 0},
        {"1m", "1M", 0},
        {"-1m-", "", 60},
        {".csv", "", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        symbol_file_name said;
        symbol_from_file_name(cases[i].path, &said);
        bool months = strstr(cases[i].path, "-1M") || strstr(cases[i].path, "-1mo");
        if (strcmp(said.symbol, cases[i].symbol) != 0 || said.interval_s != cases[i].interval_s ||
            said.months != months)
            fail_msg("%s says \"%s\" and %d", cases[i].path, said.symbol, said.interval_s);
    }
}

static void a_symbol_ends_with_its_quote_currency(void **state)
{
    (void)state;
    static const struct {
        const char *symbol, *base, *quote;
    } cases[] = {
        {"BTCUSD", "BTC", "USD"},       {"ADABTC", "ADA", "BTC"},   {"BTCUSDT", "BTC", "USDT"},
        {"ETHBTC", "ETH", "BTC"},       {"BNBUSD", "BNB", "USD"},   {"BNBBUSD", "BNB", "BUSD"},
        {"BTCFDUSD", "BTC", "FDUSD"},   {"SHIBUSD", "SHIB", "USD"}, {"BTCBUSD", "BTC", "BUSD"},
        {"BTC-USD", "BTC", "USD"},      {"XBT/EUR", "XBT", "EUR"},  {"NEWCOIN_USDT", "NEWCOIN", "USDT"},
        {"DEMOAUSDT", "DEMOA", "USDT"}, {"EOSUSD", "EOS", "USD"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char base[CURRENCY_SIZE], quote[CURRENCY_SIZE];
        unit_ok(symbol_split(cases[i].symbol, base, quote));
        assert_string_equal(base, cases[i].base);
        assert_string_equal(quote, cases[i].quote);
    }
}

static void what_is_not_certain_is_asked(void **state)
{
    (void)state;
    char base[CURRENCY_SIZE], quote[CURRENCY_SIZE];
    unit_refused(symbol_split("ARBUSD", base, quote), ERR_INPUT,
                 "is symbol \"ARBUSD\" AR in BUSD or ARB in USD?");
    unit_refused(symbol_split("XYZTUSD", base, quote), ERR_INPUT, "XYZ in TUSD or XYZT in USD?");
    unit_refused(symbol_split("USDTUSD", base, quote), ERR_INPUT, "USD in TUSD or USDT in USD?");
    unit_refused(symbol_split("6EH4", base, quote), ERR_INPUT, "which currencies");
    unit_refused(symbol_split("USDT", base, quote), ERR_INPUT, "which currencies");
    unit_refused(symbol_split("", base, quote), ERR_INPUT, "which currencies");
    unit_refused(symbol_split("-USD", base, quote), ERR_INPUT, "which currencies");
    unit_refused(symbol_split("BTC-USD-210625", base, quote), ERR_INPUT, "which currencies");
}

static void currencies_have_kinds_and_codes(void **state)
{
    (void)state;
    assert_string_equal(symbol_currency_kind("USD"), "fiat");
    assert_string_equal(symbol_currency_kind("USDT"), "stablecoin");
    assert_string_equal(symbol_currency_kind("LTC"), "crypto");
    unit_ok(symbol_check_currency("base", "BTC"));
    unit_refused(symbol_check_currency("base", "btc"), ERR_USAGE, "--base");
    unit_refused(symbol_check_currency("quote", ""), ERR_USAGE, "--quote");
    unit_refused(symbol_check_currency("base", "-BTC"), ERR_USAGE, "--base");
    unit_refused(symbol_check_currency("base", "ABCDEFGHIJKLMNOPQRSTUVWXYZ01234"), ERR_USAGE, "--base");
}

static void intervals_read_and_print(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t seconds;
    } cases[] = {{"1s", 1},     {"1m", 60},    {"90s", 90},   {"30m", 1800},
                 {"4h", 14400}, {"1d", 86400}, {"1w", 604800}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int32_t seconds;
        char text[INTERVAL_TEXT_SIZE];
        unit_ok(interval_parse(cases[i].text, &seconds));
        assert_int_equal(seconds, cases[i].seconds);
        interval_format(seconds, text);
        assert_string_equal(text, cases[i].text);
    }
    static const char *const wrong[] = {"",    "1",    "m",   "0m",     "01m", "-1m", "1M",
                                        "1mo", "1.5h", "32d", "99999w", "1m ", "m1"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        int32_t seconds;
        unit_refused(interval_parse(wrong[i], &seconds), ERR_USAGE, "not an interval");
    }
    unit_refused(interval_parse("1M", &(int32_t){0}), ERR_USAGE, "calendar months are not kept");
    assert_true(interval_is_months("1mo", 3) && interval_is_months("12M", 3));
    assert_false(interval_is_months("1m", 2) || interval_is_months("M", 1) || interval_is_months("1mon", 4));
}

static void candles_lie_on_a_grid(void **state)
{
    (void)state;
    assert_true(interval_on_grid(60, 1638057600000000));
    assert_false(interval_on_grid(60, 1638057600000001));
    assert_false(interval_on_grid(60, 1638057601000000));
    assert_true(interval_on_grid(604800, INT64_C(1637539200000000)));  /* Monday 2021-11-22 */
    assert_false(interval_on_grid(604800, INT64_C(1637798400000000))); /* Thursday */
    assert_true(interval_on_grid(86400, INT64_C(1637798400000000)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_say_symbol_and_interval),
        cmocka_unit_test(a_symbol_ends_with_its_quote_currency),
        cmocka_unit_test(what_is_not_certain_is_asked),
        cmocka_unit_test(currencies_have_kinds_and_codes),
        cmocka_unit_test(intervals_read_and_print),
        cmocka_unit_test(candles_lie_on_a_grid),
    };
    return UNIT_RUN(tests);
}
