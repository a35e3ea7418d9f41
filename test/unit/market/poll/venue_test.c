#include "market/poll/venue.h"

#include "../../unit.h"

#define MINUTE_US INT64_C(60000000)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)
#define START_US (INT64_C(1600000020) * 1000000) /* on the minute */

static venue_series series_of(const venue *v, const char *stream, const char *kind, const char *symbol,
                              int32_t interval_s)
{
    const venue_endpoint *e = venue_find_endpoint(v, stream, kind);
    assert_non_null(e);
    return (venue_series){.endpoint = e, .symbol = symbol, .interval_s = interval_s};
}

static void expect_request(const venue *v, const venue_series *s, venue_position p, int64_t server_us,
                           const char *expected)
{
    arena *a = unit_arena();
    venue_request r;
    unit_ok(venue_next_request(v, a, s, &p, server_us, &r));
    assert_string_equal(r.target, expected);
    arena_free(a);
}

static void requests_are_written_as_the_venue_reads_them(void **state)
{
    (void)state;
    const venue *b = &venue_binance;
    const venue_position at = {.from_us = START_US, .last_id = -1};
    const venue_position known = {.from_us = START_US, .last_id = 77};
    venue_series s = series_of(b, "klines", "spot", "BTCUSDT", 60);
    expect_request(
        b, &s, at, 0,
        "/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1600000020000&endTime=1600060019999&limit=1000");
    s = series_of(b, "agg_trades", "spot", "BTCUSDT", 0);
    expect_request(
        b, &s, at, 0,
        "/api/v3/aggTrades?symbol=BTCUSDT&startTime=1600000020000&endTime=1600003619999&limit=1000");
    expect_request(b, &s, known, 0, "/api/v3/aggTrades?symbol=BTCUSDT&fromId=77&limit=1000");
    s = series_of(b, "index_klines", "inverse", "BTCUSD_PERP", 86400);
    expect_request(b, &s, at, 0,
                   "/dapi/v1/indexPriceKlines?pair=BTCUSD&interval=1d&startTime=1600000020000&endTime="
                   "1617280019999&limit=499");
    s = series_of(b, "open_interest", "inverse", "BTCUSD_PERP", 300);
    expect_request(b, &s, at, 0,
                   "/futures/data/openInterestHist?pair=BTCUSD&contractType=PERPETUAL&period=5m&startTime="
                   "1600000020000&endTime=1600150019999&limit=500");
    s = series_of(b, "funding_snapshots", "perp", "BTCUSDT", 0);
    expect_request(b, &s, at, 0, "/fapi/v1/premiumIndex?symbol=BTCUSDT");
    s = series_of(&venue_kraken, "klines", "spot", "XBTUSD", 300);
    expect_request(&venue_kraken, &s, at, 0, "/0/public/OHLC?pair=XBTUSD&interval=5&since=1600000019");
    s = series_of(&venue_kraken, "trades", "spot", "XBTUSD", 0);
    expect_request(&venue_kraken, &s, at, 0,
                   "/0/public/Trades?pair=XBTUSD&count=1000&since=1600000020000000000");
    expect_request(&venue_kraken, &s, known, 0, "/0/public/Trades?pair=XBTUSD&count=1000&since=77");
    s = series_of(&venue_kraken, "listings", "spot", "spot", 0);
    expect_request(&venue_kraken, &s, at, 0, "/0/public/AssetPairs");
    s = series_of(b, "listings", "inverse", "inverse", 0);
    expect_request(b, &s, at, 0, "/dapi/v1/exchangeInfo");
}

static void what_a_venue_has_not_is_refused(void **state)
{
    (void)state;
    arena *a = unit_arena();
    venue_request r;
    const venue_position at = {.from_us = START_US, .last_id = -1};
    venue_series s = series_of(&venue_binance, "klines", "spot", "BTCUSDT", 61);
    unit_refused(venue_next_request(&venue_binance, a, &s, &at, 0, &r), ERR_INPUT, "no klines of 61 seconds");
    s = series_of(&venue_kraken, "klines", "spot", "XBTUSD", 180);
    unit_refused(venue_next_request(&venue_kraken, a, &s, &at, 0, &r), ERR_INPUT, "no klines of 180 seconds");
    assert_null(venue_find_endpoint(&venue_kraken, "klines", "perp"));
    assert_null(venue_named("nowhere"));
    arena_free(a);
}

static void symbols_are_spelt_as_the_venue_spells_them(void **state)
{
    (void)state;
    char symbol[32];
    assert_true(venue_binance.symbol("perp", "BTC", "USDT", symbol, sizeof symbol));
    assert_string_equal(symbol, "BTCUSDT");
    assert_true(venue_binance.symbol("inverse", "BTC", "USD", symbol, sizeof symbol));
    assert_string_equal(symbol, "BTCUSD_PERP");
    assert_true(venue_kraken.symbol("spot", "BTC", "USD", symbol, sizeof symbol));
    assert_string_equal(symbol, "XBTUSD");
    assert_false(venue_kraken.symbol("perp", "BTC", "USD", symbol, sizeof symbol));
    assert_false(venue_binance.symbol("spot", "BTC", "USDT", symbol, 7));
}

static void what_the_venue_has_forgotten_is_not_asked_for(void **state)
{
    (void)state;
    arena *a = unit_arena();
    venue_request r;
    venue_series s = series_of(&venue_binance, "open_interest", "perp", "BTCUSDT", 300);
    const venue_position at = {.from_us = START_US, .last_id = -1};
    unit_ok(venue_next_request(&venue_binance, a, &s, &at, START_US + 100 * DAY_US, &r));
    assert_int_equal(r.from_us, START_US + 70 * DAY_US + HOUR_US);
    unit_ok(venue_next_request(&venue_binance, a, &s, &at, START_US + 10 * DAY_US, &r));
    assert_int_equal(r.from_us, START_US);
    arena_free(a);
}

/* ---- a venue that holds known rows ---- */

#define ROWS_MAX 4000

typedef struct model {
    int64_t times[ROWS_MAX];
    int64_t first_id;
    int count;
    int kept[ROWS_MAX];
    int requests;
    int empty_pages;
} model;

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Rows on the grid with holes, of which some are longer than several pages. */
static void make_rows(model *m, uint64_t seed, int64_t step_us)
{
    uint64_t random = seed * 2654435761u + 1;
    int64_t at = START_US;
    *m = (model){.first_id = 1000};
    while (m->count < 600) {
        uint64_t r = next_random(&random) % 100;
        at += step_us * (r < 80 ? 1 : r < 98 ? (int64_t)(r - 70) : 300);
        m->times[m->count++] = at;
    }
}

/* What the venue answers: the first rows, up to the limit, of what was asked for, and of them what is kept.
 */
static venue_page answer(model *m, const venue_series *s, const venue_request *r, int64_t server_us)
{
    venue_page page = {.first_id = -1, .last_id = -1, .token = -1};
    m->requests++;
    for (int i = 0; i < m->count && m->times[i] <= server_us && page.rows < s->endpoint->limit; i++) {
        bool asked = r->from_id >= 0 ? m->first_id + i >= r->from_id
                                     : m->times[i] >= r->from_us && m->times[i] <= r->to_us;
        if (!asked)
            continue;
        page.rows++;
        if (!venue_row_is_final(s, m->times[i], server_us) || m->first_id + i == r->from_id)
            continue;
        page.first_us = page.rows_kept ? page.first_us : m->times[i];
        page.last_us = m->times[i];
        page.last_id = m->first_id + i;
        page.rows_kept++;
        m->kept[i]++;
    }
    m->empty_pages += page.rows == 0;
    return page;
}

/* Until the venue has no more to tell at its present time. */
static void poll_until_current(model *m, const venue *v, const venue_series *s, venue_position *p,
                               int64_t server_us)
{
    venue_step step = {.more = true};
    for (int i = 0; step.more; i++) {
        assert_true(i < 10000);
        arena *a = unit_arena();
        venue_request r;
        unit_ok(venue_next_request(v, a, s, p, server_us, &r));
        venue_page page = answer(m, s, &r, server_us);
        unit_ok(venue_after_page(s, p, &r, &page, server_us, &step));
        assert_true(step.position.from_us >= p->from_us);
        assert_true(step.position.from_us <= server_us || step.position.from_us == p->from_us);
        *p = step.position;
        arena_free(a);
    }
}

/* Every row exactly once, in whatever moments one asks; nothing that is not over. */
static void check_every_row(const venue *v, const venue_series *s, int64_t step_us, uint64_t seed)
{
    static model m;
    make_rows(&m, seed, step_us);
    venue_position p = {.from_us = START_US, .last_id = -1};
    uint64_t random = seed + 7;
    int64_t end_us = m.times[m.count - 1] + 10 * step_us;
    for (int64_t now_us = START_US + step_us / 2; now_us < end_us;
         now_us += (int64_t)(next_random(&random) % (uint64_t)(400 * step_us))) {
        poll_until_current(&m, v, s, &p, now_us);
        for (int i = 0; i < m.count; i++)
            assert_int_equal(m.kept[i], venue_row_is_final(s, m.times[i], now_us) ? 1 : 0);
    }
    poll_until_current(&m, v, s, &p, end_us);
    for (int i = 0; i < m.count; i++)
        assert_int_equal(m.kept[i], 1);
    assert_true(m.empty_pages > 0);
}

static void every_row_comes_once_by_time_over_holes_longer_than_pages(void **state)
{
    (void)state;
    venue_endpoint e = *venue_find_endpoint(&venue_binance, "klines", "spot");
    e.limit = 10;
    const venue_series s = {.endpoint = &e, .symbol = "BTCUSDT", .interval_s = 60};
    for (uint64_t seed = 1; seed <= 20; seed++)
        check_every_row(&venue_binance, &s, MINUTE_US, seed);
}

static void every_row_comes_once_by_id_after_the_first_is_found_by_time(void **state)
{
    (void)state;
    venue_endpoint e = *venue_find_endpoint(&venue_binance, "agg_trades", "spot");
    e.limit = 10;
    const venue_series s = {.endpoint = &e, .symbol = "BTCUSDT"};
    for (uint64_t seed = 1; seed <= 20; seed++)
        check_every_row(&venue_binance, &s, 20 * MINUTE_US, seed);
}

static void an_empty_page_moves_on_by_what_was_asked_and_stops_short_of_now(void **state)
{
    (void)state;
    const venue_series s = series_of(&venue_binance, "klines", "spot", "LTCUSDT", 60);
    const venue_position at = {.from_us = START_US, .last_id = -1};
    const venue_page nothing = {.first_id = -1, .last_id = -1, .token = -1};
    arena *a = unit_arena();
    venue_request r;
    venue_step step;
    unit_ok(venue_next_request(&venue_binance, a, &s, &at, 0, &r));
    unit_ok(venue_after_page(&s, &at, &r, &nothing, START_US + 30 * DAY_US, &step));
    assert_true(step.more);
    assert_int_equal(step.position.from_us, START_US + 1000 * MINUTE_US);
    /* The end of the span is not over yet: a row of the last two minutes may still come. */
    int64_t now_us = START_US + 100 * MINUTE_US + 30000000;
    unit_ok(venue_after_page(&s, &at, &r, &nothing, now_us, &step));
    assert_false(step.more);
    assert_int_equal(step.position.from_us, START_US + 98 * MINUTE_US);
    unit_ok(venue_after_page(&s, &at, &r, &nothing, START_US + 5000000, &step));
    assert_int_equal(step.position.from_us, START_US);
    assert_int_equal(step.wait_us, 56000000);
    arena_free(a);
}

static void a_page_that_contradicts_the_question_is_an_error(void **state)
{
    (void)state;
    arena *a = unit_arena();
    venue_request r;
    venue_step step;
    const venue_position at = {.from_us = START_US, .last_id = 5};
    venue_series s = series_of(&venue_binance, "klines", "spot", "BTCUSDT", 60);
    venue_page page = {.rows = 1000, .first_id = -1, .last_id = -1, .token = -1};
    unit_ok(venue_next_request(&venue_binance, a, &s, &at, 0, &r));
    unit_refused(venue_after_page(&s, &at, &r, &page, START_US + DAY_US, &step), ERR_INPUT,
                 "without one row of the time");
    s = series_of(&venue_binance, "agg_trades", "spot", "BTCUSDT", 0);
    unit_ok(venue_next_request(&venue_binance, a, &s, &at, 0, &r));
    unit_refused(venue_after_page(&s, &at, &r, &page, START_US + DAY_US, &step), ERR_INPUT,
                 "without one new row");
    s = series_of(&venue_kraken, "trades", "spot", "XBTUSD", 0);
    unit_ok(venue_next_request(&venue_kraken, a, &s, &at, 0, &r));
    unit_refused(venue_after_page(&s, &at, &r, &page, START_US + DAY_US, &step), ERR_INPUT,
                 "does not say where it ended");
    page.token = 5;
    unit_refused(venue_after_page(&s, &at, &r, &page, START_US + DAY_US, &step), ERR_INPUT,
                 "ends where it began");
    page.token = 6;
    unit_ok(venue_after_page(&s, &at, &r, &page, START_US + DAY_US, &step));
    assert_true(step.more);
    assert_int_equal(step.position.last_id, 6);
    arena_free(a);
}

/* Whatever a venue answers, from wherever: either the position moves on, or it is not asked again at once. */
static void no_page_is_asked_for_again_at_once(void **state)
{
    (void)state;
    arena *a = unit_arena();
    static const int64_t counts[] = {0, 1, 499, 500, 720, 1000};
    int asked = 0;
    for (const venue *const *v = venue_list(); *v; v++)
        for (const venue_endpoint *e = (*v)->endpoints; e->stream; e++)
            for (unsigned i = 0; i < 6 * 3 * 3 * 3; i++) {
                const venue_series s = {
                    .endpoint = e, .symbol = "BTCUSDT", .interval_s = e->by_interval ? 300 : 0};
                const venue_position at = {.from_us = START_US, .last_id = i % 2 ? 7 : -1};
                const int64_t server_us = START_US + (int64_t[]){HOUR_US, 400 * DAY_US, MINUTE_US}[i / 6 % 3];
                const int64_t id = (int64_t[]){-1, 7, 8}[i / 18 % 3];
                const bool kept = i / 54 % 3 != 0 && counts[i % 6] > 0;
                const int64_t time_us = START_US + (i / 54 % 3 == 2 ? MINUTE_US : 0);
                venue_request r;
                venue_step step;
                unit_ok(venue_next_request(*v, a, &s, &at, server_us, &r));
                const venue_page page = {.rows = counts[i % 6],
                                         .rows_kept = kept,
                                         .first_us = time_us > r.from_us ? time_us : r.from_us,
                                         .last_us = time_us > r.from_us ? time_us : r.from_us,
                                         .first_id = kept ? id : -1,
                                         .last_id = kept ? id : -1,
                                         .token = id};
                dbk_err *refused = venue_after_page(&s, &at, &r, &page, server_us, &step);
                assert_true(refused || !step.more || step.position.from_us > at.from_us ||
                            step.position.last_id > at.last_id);
                assert_true(refused || step.empty == !kept);
                asked += !refused;
                err_free(refused);
            }
    assert_true(asked > 1000);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_written_as_the_venue_reads_them),
        cmocka_unit_test(what_a_venue_has_not_is_refused),
        cmocka_unit_test(symbols_are_spelt_as_the_venue_spells_them),
        cmocka_unit_test(what_the_venue_has_forgotten_is_not_asked_for),
        cmocka_unit_test(every_row_comes_once_by_time_over_holes_longer_than_pages),
        cmocka_unit_test(every_row_comes_once_by_id_after_the_first_is_found_by_time),
        cmocka_unit_test(an_empty_page_moves_on_by_what_was_asked_and_stops_short_of_now),
        cmocka_unit_test(no_page_is_asked_for_again_at_once),
        cmocka_unit_test(a_page_that_contradicts_the_question_is_an_error),
    };
    return UNIT_RUN(tests);
}
