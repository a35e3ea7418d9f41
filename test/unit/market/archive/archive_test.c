#include "market/archive/archive.h"

#include "../../unit.h"
#include "core/clock.h"

static archive_order order_of(const char *type, const char *interval, const char *first, const char *last)
{
    archive_order o = {
        .type = type, .interval = interval, .symbol = "BTCUSDT", .today = clock_days(2024, 3, 10)};
    assert_null(archive_day(first, false, &o.first_day));
    assert_null(archive_day(last, true, &o.last_day));
    return o;
}

static void refused(const archive_order *o, const char *message)
{
    arena *a = arena_new(0);
    archive_files files = {0};
    dbk_err *e = archive_plan(a, o, &files);
    assert_non_null(e);
    assert_int_equal(err_code(e), ERR_USAGE);
    assert_non_null(strstr(err_message(e), message));
    err_free(e);
    arena_free(a);
}

static void test_whole_months_come_by_the_month_and_the_rest_by_the_day(void **state)
{
    (void)state;
    arena *a = arena_new(0);
    archive_order o = order_of("klines", "1m", "2023-12-30", "2024-02-02");
    archive_files files = {0};
    assert_null(archive_plan(a, &o, &files));
    assert_int_equal(files.count, 2 + 1 + 2);
    assert_string_equal(files.items[0].path, "data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2023-12-30.zip");
    assert_string_equal(files.items[2].path, "data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2024-01.zip");
    assert_true(files.items[2].monthly);
    assert_int_equal(files.items[2].last_day - files.items[2].first_day, 30);
    assert_string_equal(files.items[4].path, "data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2024-02-02.zip");
    arena_free(a);
}

static void test_a_month_is_asked_for_by_its_days_until_its_file_is_made(void **state)
{
    (void)state;
    arena *a = arena_new(0);
    archive_order o = order_of("aggTrades", NULL, "2024-02", "2024-02");
    o.market = ARCHIVE_UM;
    o.today = clock_days(2024, 3, 3); /* the first Monday is the 4th */
    archive_files files = {0};
    assert_null(archive_plan(a, &o, &files));
    assert_int_equal(files.count, 29);
    assert_string_equal(files.items[28].path,
                        "data/futures/um/daily/aggTrades/BTCUSDT/BTCUSDT-aggTrades-2024-02-29.zip");
    o.today++;
    files = (archive_files){0};
    assert_null(archive_plan(a, &o, &files));
    assert_int_equal(files.count, 1);
    assert_string_equal(files.items[0].path,
                        "data/futures/um/monthly/aggTrades/BTCUSDT/BTCUSDT-aggTrades-2024-02.zip");
    archive_file month = files.items[0];
    files = (archive_files){0};
    assert_null(archive_days_of(a, &o, &month, &files));
    assert_int_equal(files.count, 29);
    arena_free(a);
}

static void test_nothing_is_asked_for_that_cannot_be_there_yet(void **state)
{
    (void)state;
    arena *a = arena_new(0);
    archive_order o = order_of("metrics", NULL, "2024-03-08", "2024-03-31");
    o.market = ARCHIVE_UM;
    archive_files files = {0};
    assert_null(archive_plan(a, &o, &files));
    assert_int_equal(files.count, 2);
    assert_string_equal(files.items[1].path,
                        "data/futures/um/daily/metrics/BTCUSDT/BTCUSDT-metrics-2024-03-09.zip");
    arena_free(a);
}

static void test_what_comes_by_the_month_only_is_asked_for_whole(void **state)
{
    (void)state;
    arena *a = arena_new(0);
    archive_order o = order_of("fundingRate", NULL, "2024-01-20", "2024-03-05");
    o.market = ARCHIVE_UM;
    archive_files files = {0};
    assert_null(archive_plan(a, &o, &files));
    assert_int_equal(files.count, 2);
    assert_string_equal(files.items[0].path,
                        "data/futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2024-01.zip");
    archive_file month = files.items[0];
    files = (archive_files){0};
    assert_null(archive_days_of(a, &o, &month, &files));
    assert_int_equal(files.count, 0);
    o.period = ARCHIVE_DAILY;
    refused(&o, "by the month only");
    arena_free(a);
}

static void test_what_the_archive_does_not_have_is_refused(void **state)
{
    (void)state;
    archive_order o = order_of("metrics", NULL, "2024-01-01", "2024-01-02");
    refused(&o, "no metrics in market spot");
    o = order_of("klines", NULL, "2024-01-01", "2024-01-02");
    refused(&o, "none was asked for");
    o.interval = "7m";
    refused(&o, "no klines of 7m");
    o.interval = "1s";
    o.market = ARCHIVE_UM;
    refused(&o, "no klines of 1s in market um");
    o.interval = "1w";
    o.period = ARCHIVE_DAILY;
    refused(&o, "klines of 1w come by the month only");
    o = order_of("trades", "1m", "2024-01-01", "2024-01-02");
    refused(&o, "have no interval");
}

static void test_days_and_months_are_read(void **state)
{
    (void)state;
    int64_t day;
    assert_null(archive_day("2024-02", true, &day));
    assert_int_equal(day, clock_days(2024, 2, 29));
    assert_null(archive_day("2023-12", false, &day));
    assert_int_equal(day, clock_days(2023, 12, 1));
    assert_null(archive_day("2023-12", true, &day));
    assert_int_equal(day, clock_days(2023, 12, 31));
    static const char *const wrong[] = {
        "", "2024", "2024-13", "2023-02-29", "yesterday", "2024-02-01T00:00", "2024--1"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        dbk_err *e = archive_day(wrong[i], false, &day);
        assert_non_null(e);
        assert_int_equal(err_code(e), ERR_USAGE);
        err_free(e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_months_come_by_the_month_and_the_rest_by_the_day),
        cmocka_unit_test(test_a_month_is_asked_for_by_its_days_until_its_file_is_made),
        cmocka_unit_test(test_nothing_is_asked_for_that_cannot_be_there_yet),
        cmocka_unit_test(test_what_comes_by_the_month_only_is_asked_for_whole),
        cmocka_unit_test(test_what_the_archive_does_not_have_is_refused),
        cmocka_unit_test(test_days_and_months_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
