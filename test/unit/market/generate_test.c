#include "files.h"

#include "market/formats/csv_scan.h"
#include "market/generate.h"

#define NOW_US INT64_C(1893456000000000)

static void scan_candles(arena *a, const char *path, csv_scan *out)
{
    unit_ok(csv_scan_file(a,
                          &(csv_scan_options){.path = path,
                                              .dataset = dataset_of_stream("klines"),
                                              .rules = {.interval_s = 60, .latest_us = NOW_US}},
                          out));
    if (out->refusal)
        fail_msg("%s: %s", path, out->refusal);
}

static void assert_scans(arena *a, const char *path, int64_t candles_min)
{
    csv_scan s;
    scan_candles(a, path, &s);
    assert_true(layout_is_binance(dataset_of_stream("klines"), &s.format.layout));
    assert_true(s.summary.ordered);
    assert_true(s.summary.good >= candles_min && s.summary.good <= GENERATE_MINUTES);
}

static void generated_days_are_dumps(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *folder = unit_folder(a);
    int64_t candles;
    generate_options o = {.folder = folder, .symbol = "DEMOAUSDT", .first_day = 19723, .days = 20, .seed = 1};
    unit_ok(generate_candles(&o, &candles));
    assert_true(candles > 20 * (GENERATE_MINUTES - 60) && candles < 20 * GENERATE_MINUTES);
    assert_scans(a, arena_printf(a, "%s/DEMOAUSDT-1m-2024-01-01.zip", folder), 1300);
    assert_scans(a, arena_printf(a, "%s/DEMOAUSDT-1m-2024-01-03.zip", folder), 1300);
    o.plain = true;
    unit_ok(generate_candles(&o, &candles));
    assert_scans(a, arena_printf(a, "%s/DEMOAUSDT-1m-2024-01-02.csv", folder), 1300);
    unit_ok(generate_label(folder));
    unit_remove(folder);
    arena_free(a);
}

static void generated_months_are_the_days_together(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *folder = unit_folder(a);
    int64_t daily, monthly;
    /* 2024-01-30 to 2024-02-02 */
    generate_options o = {.folder = folder, .symbol = "DEMOAUSDT", .first_day = 19752, .days = 4, .seed = 1};
    unit_ok(generate_candles(&o, &daily));
    o.monthly = true;
    unit_ok(generate_candles(&o, &monthly));
    assert_int_equal(daily, monthly);
    csv_scan january, february;
    scan_candles(a, arena_printf(a, "%s/DEMOAUSDT-1m-2024-01.zip", folder), &january);
    scan_candles(a, arena_printf(a, "%s/DEMOAUSDT-1m-2024-02.zip", folder), &february);
    assert_int_equal(january.summary.good + february.summary.good, monthly);
    unit_remove(folder);
    arena_free(a);
}

/* The hashes are the point: they must be the same wherever this runs, or a second run would not be a replay.
 */
static void the_same_options_give_the_same_bytes(void **state)
{
    (void)state;
    arena *a = unit_arena();
    source_identity first, again, other;
    static const char *const zones[] = {"UTC", "America/New_York"};
    source_identity *identities[] = {&first, &again};
    int64_t candles;
    for (int i = 0; i < 2; i++) {
        const char *folder = unit_folder(a);
        setenv("TZ", zones[i], 1);
        unit_ok(generate_candles(
            &(generate_options){
                .folder = folder, .symbol = "DEMOBUSDT", .first_day = 19723, .days = 1, .seed = 1},
            &candles));
        unit_ok(
            source_identify_path(arena_printf(a, "%s/DEMOBUSDT-1m-2024-01-01.zip", folder), identities[i]));
        unit_ok(generate_candles(
            &(generate_options){
                .folder = folder, .symbol = "DEMOBUSDT", .first_day = 19723, .days = 1, .seed = 2},
            &candles));
        unit_ok(source_identify_path(arena_printf(a, "%s/DEMOBUSDT-1m-2024-01-01.zip", folder), &other));
        unit_remove(folder);
    }
    assert_memory_equal(first.sha256, again.sha256, 32);
    assert_memory_not_equal(first.sha256, other.sha256, 32);
    arena_free(a);
}

static void symbols_say_that_they_are_generated(void **state)
{
    (void)state;
    unit_ok(generate_check_symbol("DEMOAUSDT"));
    unit_ok(generate_check_symbol("DEMOXBTC"));
    unit_refused(generate_check_symbol("BTCUSDT"), ERR_USAGE, "BTCUSDT");
    unit_refused(generate_check_symbol("DEMO"), ERR_USAGE, "DEMO");
    unit_refused(generate_check_symbol("DEMOA/../USDT"), ERR_USAGE, "DEMOA");
    unit_refused(generate_check_symbol("demoausdt"), ERR_USAGE, "demoausdt");
}

static void a_folder_that_cannot_be_made_is_an_error(void **state)
{
    (void)state;
    int64_t candles;
    dbk_err *e = generate_candles(
        &(generate_options){
            .folder = "/dev/null/x", .symbol = "DEMOAUSDT", .first_day = 19723, .days = 1, .seed = 1},
        &candles);
    assert_non_null(e);
    err_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_days_are_dumps),
        cmocka_unit_test(generated_months_are_the_days_together),
        cmocka_unit_test(the_same_options_give_the_same_bytes),
        cmocka_unit_test(symbols_say_that_they_are_generated),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_an_error),
    };
    return UNIT_RUN(tests);
}
