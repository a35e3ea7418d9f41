#include "market/poll/poll_answer.h"

#include "../../unit.h"

#define START_MS INT64_C(1600000020000) /* on the minute */
#define START_US (START_MS * 1000)
#define MINUTE_US INT64_C(60000000)

typedef struct asked {
    arena *arena;
    venue_series series;
    venue_position position;
    venue_request request;
    int64_t server_us;
} asked;

static asked ask(const venue *v, const char *stream, const char *kind, int32_t interval_s, int64_t last_id)
{
    asked t = {.arena = unit_arena(), .position = {.from_us = START_US, .last_id = last_id}};
    t.series = (venue_series){
        .endpoint = venue_find_endpoint(v, stream, kind), .symbol = "BTCUSDT", .interval_s = interval_s};
    t.server_us = START_US + 1000 * MINUTE_US;
    assert_non_null(t.series.endpoint);
    unit_ok(venue_next_request(v, t.arena, &t.series, &t.position, 0, &t.request));
    return t;
}

static dbk_err *read_text(asked *t, const char *body, poll_answer *out)
{
    return poll_answer_read(t->arena, &t->series, &t->request, body, strlen(body), t->server_us, out);
}

#define CANDLE(time, close_time, open)                                                                       \
    "[" time ",\"" open "\",\"9.5\",\"8.25\",\"9\",\"100.5\"," close_time ",\"900\",7,\"50\",\"450\",\"0\"]"

static void candles_are_kept_when_they_are_over(void **state)
{
    (void)state;
    asked t = ask(&venue_binance, "klines", "spot", 60, -1);
    const char *body = "[" CANDLE("1600000020000", "1600000079999", "8.5") "," CANDLE(
        "1600000080000", "1600000139999", "8.75") "," CANDLE("1600000140000", "1600000199999", "9") "]";
    poll_answer a;
    t.server_us = START_US + 2 * MINUTE_US;
    unit_ok(read_text(&t, body, &a));
    assert_int_equal(a.page.rows, 3);
    assert_int_equal(a.page.rows_kept, 2);
    assert_int_equal(a.page.first_us, START_US);
    assert_int_equal(a.page.last_us, START_US + MINUTE_US);
    assert_string_equal(a.rows,
                        "[{\"open_time\":\"2020-09-13T12:27:00Z\",\"open\":8.5,\"high\":9.5,\"low\":8.25,"
                        "\"close\":9,\"volume\":100.5,\"quote_volume\":900,\"trade_count\":7,"
                        "\"taker_buy_volume\":50,\"taker_buy_quote_volume\":450},"
                        "{\"open_time\":\"2020-09-13T12:28:00Z\",\"open\":8.75,\"high\":9.5,\"low\":8.25,"
                        "\"close\":9,\"volume\":100.5,\"quote_volume\":900,\"trade_count\":7,"
                        "\"taker_buy_volume\":50,\"taker_buy_quote_volume\":450}]");
    /* One second less, and the second candle is not over. */
    t.server_us -= 1000000;
    unit_ok(read_text(&t, body, &a));
    assert_int_equal(a.page.rows_kept, 1);
    arena_free(t.arena);
}

static void rows_of_another_time_are_left_out(void **state)
{
    (void)state;
    asked t = ask(&venue_binance, "klines", "spot", 60, -1);
    poll_answer a;
    unit_ok(read_text(&t, "[" CANDLE("1599999960000", "1600000019999", "8.5") "]", &a));
    assert_int_equal(a.page.rows, 1);
    assert_int_equal(a.page.rows_kept, 0);
    assert_string_equal(a.rows, "[]");
    arena_free(t.arena);
}

static void trades_come_after_the_one_that_is_known(void **state)
{
    (void)state;
    asked t = ask(&venue_binance, "agg_trades", "spot", 0, 10);
    poll_answer a;
    unit_ok(read_text(
        &t,
        "[{\"a\":10,\"p\":\"1\",\"q\":\"2\",\"f\":5,\"l\":6,\"T\":1600000020001,\"m\":true,\"M\":true},"
        "{\"a\":11,\"p\":\"1.25\",\"q\":\"0.1\",\"f\":7,\"l\":7,\"T\":1600000020001,\"m\":false,"
        "\"M\":true}]",
        &a));
    assert_int_equal(a.page.rows, 2);
    assert_int_equal(a.page.rows_kept, 1);
    assert_int_equal(a.page.first_id, 11);
    assert_int_equal(a.page.last_id, 11);
    assert_string_equal(a.rows,
                        "[{\"agg_trade_id\":11,\"trade_time\":\"2020-09-13T12:27:00.001000Z\",\"price\":1.25,"
                        "\"quantity\":0.10000000000000001,\"first_trade_id\":7,\"last_trade_id\":7,"
                        "\"buyer_is_maker\":false}]");
    arena_free(t.arena);
}

static void a_row_that_is_none_is_rejected_with_its_place(void **state)
{
    (void)state;
    asked t = ask(&venue_binance, "klines", "spot", 60, -1);
    poll_answer a;
    const char *good = CANDLE("1600000080000", "1600000139999", "8.5");
    const char *bad = CANDLE("1600000020000", "1600000079999", "99.5");
    char *body = arena_printf(t.arena, "[%s,%s]", good, bad);
    unit_ok(read_text(&t, body, &a));
    assert_int_equal(a.page.rows, 2);
    assert_int_equal(a.page.rows_kept, 1);
    assert_int_equal(a.reject_count, 1);
    assert_string_equal(
        a.rejects, "[{\"line\":2,\"byte_offset\":85,\"reason\":\"high is below open, close or low\","
                   "\"raw\":\"[1600000020000,\\\"99.5\\\",\\\"9.5\\\",\\\"8.25\\\",\\\"9\\\",\\\"100.5\\\","
                   "1600000079999,\\\"900\\\",7,\\\"50\\\",\\\"450\\\",\\\"0\\\"]\"}]");
    arena_free(t.arena);
}

static void values_with_more_digits_than_are_kept_are_noted(void **state)
{
    (void)state;
    asked t = ask(&venue_binance, "klines", "spot", 60, -1);
    poll_answer a;
    unit_ok(read_text(&t, "[" CANDLE("1600000020000", "1600000079999", "8.5") "]", &a));
    assert_string_equal(batch_notes_json(t.arena, &a.notes), "{}");

    /* The first is of another time and left out: nothing is noted of it, but it has its place. */
    unit_ok(read_text(&t,
                      "[" CANDLE("1599999960000", "1600000019999", "8.4000000000000000001") "," CANDLE(
                          "1600000020000", "1600000079999",
                          "8.5000000000000000001") "," CANDLE("1600000080000", "1600000139999",
                                                              "8.75000000000000"
                                                              "00001") "]",
                      &a));
    assert_int_equal(a.page.rows_kept, 2);
    assert_string_equal(batch_notes_json(t.arena, &a.notes),
                        "{\"lossy_values\": 2, \"lossy_line\": 2, \"lossy_column\": \"open\"}");
    arena_free(t.arena);

    /* Kraken states the times of trades to a tenth of a microsecond. */
    t = ask(&venue_kraken, "trades", "spot", 0, -1);
    unit_ok(read_text(&t,
                      "{\"error\":[],\"result\":{\"XXBTZUSD\":["
                      "[\"1.5\",\"2\",1600000021.000001,\"b\",\"l\",\"\",10],"
                      "[\"1.5\",\"2\",1600000021.0000011,\"b\",\"l\",\"\",11]],"
                      "\"last\":\"1600000021000001100\"}}",
                      &a));
    assert_int_equal(a.page.rows_kept, 2);
    assert_string_equal(batch_notes_json(t.arena, &a.notes),
                        "{\"lossy_values\": 1, \"lossy_line\": 2, \"lossy_column\": \"trade_time\"}");
    arena_free(t.arena);
}

static void an_empty_array_is_a_page(void **state)
{
    (void)state;
    asked t = ask(&venue_binance, "klines", "spot", 60, -1);
    poll_answer a;
    unit_ok(read_text(&t, "[]", &a));
    assert_int_equal(a.page.rows, 0);
    assert_string_equal(a.rows, "[]");
    arena_free(t.arena);
}

static void what_is_no_answer_is_an_error(void **state)
{
    (void)state;
    asked t = ask(&venue_binance, "klines", "spot", 60, -1);
    poll_answer a;
    unit_refused(read_text(&t, "{\"code\":-4088,\"msg\":\"Maximum time interval is 200 days.\"}", &a),
                 ERR_INPUT, "Maximum time interval is 200 days.");
    const char *const wrong[] = {"",
                                 "null",
                                 "<html>busy</html>",
                                 "{}",
                                 "{\"a\":1}",
                                 "[1,2]",
                                 "[[1600000020000,\"8.5\"]]",
                                 "{\"symbol\":\"A\",\"price\":\"1\"}",
                                 "[{\"a\":1}]",
                                 "\"x\"",
                                 "true"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        dbk_err *e = read_text(&t, wrong[i], &a);
        if (!e)
            print_error("%s: taken for an answer\n", wrong[i]);
        assert_int_equal(err_code(e), ERR_INPUT);
        err_free(e);
    }
    arena_free(t.arena);
}

static void an_answer_that_breaks_off_is_an_error(void **state)
{
    (void)state;
    asked t = ask(&venue_binance, "klines", "spot", 60, -1);
    const char *body = "[" CANDLE("1600000020000", "1600000079999",
                                  "8.5") "," CANDLE("1600000080000", "1600000139999", "8.75") "]";
    poll_answer a;
    for (size_t length = 0; length < strlen(body); length++) {
        dbk_err *e = poll_answer_read(t.arena, &t.series, &t.request, body, length, t.server_us, &a);
        if (!e)
            print_error("%.*s: taken for an answer\n", (int)length, body);
        assert_int_equal(err_code(e), ERR_INPUT);
        err_free(e);
        if (length % 16 == 0)
            arena_reset(t.arena);
    }
    arena_free(t.arena);
}

static void venues_say_in_their_own_ways_that_they_are_asked_too_often(void **state)
{
    (void)state;
    static const char *const such[] = {
        "{\"error\":[\"EAPI:Rate limit exceeded\"]}",
        "{\"error\":[\"EQuery:Unknown asset pair\",\"EService: Throttled: 1668100000\"]}",
        "{\"error\":[\"EGeneral:Too many requests\"],\"result\":{}}",
        "{\"code\":-1003,\"msg\":\"Too many requests.\"}",
        "{\"code\":\"50011\",\"msg\":\"Too Many Requests\",\"data\":[]}",
        "{\"retCode\":10006,\"retMsg\":\"Too many visits!\"}",
    };
    static const char *const others[] = {
        "{\"error\":[\"EQuery:Unknown asset pair\"]}",
        "{\"error\":[],\"result\":{\"last\":1}}",
        "[]",
        "{\"code\":-4088,\"msg\":\"EAPI:Rate limit exceeded\"}",
        "<html>Too many requests</html>",
        "",
    };
    for (size_t i = 0; i < sizeof(such) / sizeof(such[0]); i++)
        assert_true(poll_answer_is_too_often(such[i], strlen(such[i])));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(poll_answer_is_too_often(others[i], strlen(others[i])));
}

static void krakens_candles_and_trades_say_where_they_end(void **state)
{
    (void)state;
    asked t = ask(&venue_kraken, "klines", "spot", 60, -1);
    poll_answer a;
    t.server_us = START_US + 90 * 1000000;
    unit_ok(read_text(&t,
                      "{\"error\":[],\"result\":{\"XXBTZUSD\":["
                      "[1600000020,\"1.5\",\"2.5\",\"1.25\",\"2\",\"1.75\",\"10\",3],"
                      "[1600000080,\"2\",\"2\",\"2\",\"2\",\"2\",\"1\",1]],\"last\":1600000020}}",
                      &a));
    assert_int_equal(a.page.rows, 2);
    assert_int_equal(a.page.rows_kept, 1);
    assert_int_equal(a.page.last_us, START_US);
    arena_free(t.arena);

    t = ask(&venue_kraken, "trades", "spot", 0, -1);
    unit_ok(read_text(
        &t,
        "{\"error\":[],\"result\":{\"XXBTZUSD\":[[\"1.5\",\"2\",1600000021.0000001,\"b\",\"l\",\"\","
        "10]],\"last\":\"1600000021000000123\"}}",
        &a));
    assert_int_equal(a.page.rows_kept, 1);
    assert_int_equal(a.page.last_id, 10);
    assert_int_equal(a.page.token, INT64_C(1600000021000000123));
    unit_refused(read_text(&t, "{\"error\":[\"EQuery:Unknown asset pair\"]}", &a), ERR_INPUT,
                 "EQuery:Unknown asset pair");
    arena_free(t.arena);
}

static void an_object_without_its_list_is_an_error(void **state)
{
    (void)state;
    asked t = ask(&venue_kraken, "klines", "spot", 60, -1);
    poll_answer a;
    unit_ok(read_text(&t, "{\"error\":[],\"result\":{\"XXBTZUSD\":[],\"last\":1600000020}}", &a));
    assert_int_equal(a.page.rows, 0);
    unit_refused(read_text(&t, "{\"error\":[],\"result\":{}}", &a), ERR_INPUT, "is something else");
    unit_refused(read_text(&t, "[]", &a), ERR_INPUT, "is something else");
    unit_refused(read_text(&t, "{}", &a), ERR_INPUT, "is something else");
    arena_free(t.arena);
}

static void funding_is_exact_and_on_its_grid(void **state)
{
    (void)state;
    asked t = ask(&venue_binance, "funding_rates", "perp", 0, -1);
    poll_answer a;
    unit_ok(read_text(
        &t, "[{\"symbol\":\"BTCUSDT\",\"fundingTime\":1600012800002,\"fundingRate\":\"0.00010000\"}]", &a));
    assert_int_equal(a.page.rows_kept, 1);
    assert_int_equal(a.page.last_us, INT64_C(1600012800000000));
    assert_non_null(strstr(a.rows, "\"rate\":0.0001"));
    arena_free(t.arena);
}

static void a_list_is_no_error(void **state)
{
    static const char list[] = "{\"serverTime\":1,\"symbols\":[]}";
    static const char error[] = "{\"code\":-1000,\"msg\":\"busy\"}";
    static const char of_kraken[] = "{\"error\":[\"EGeneral:Internal error\"]}";
    (void)state;
    unit_ok(poll_answer_check_list(list, strlen(list)));
    unit_refused(poll_answer_check_list(error, strlen(error)), ERR_INPUT, "busy");
    unit_refused(poll_answer_check_list(of_kraken, strlen(of_kraken)), ERR_INPUT, "Internal error");
    unit_refused(poll_answer_check_list("<html>", 6), ERR_INPUT, "the answer");
}

static void the_present_state_is_a_row_of_its_moment(void **state)
{
    (void)state;
    asked t = ask(&venue_binance, "funding_snapshots", "perp", 0, -1);
    poll_answer a;
    t.server_us = INT64_C(1687244112000000);
    unit_ok(read_text(
        &t,
        "{\"symbol\":\"BTCUSDT\",\"markPrice\":\"26780.82240476\",\"indexPrice\":\"26798.25197802\","
        "\"lastFundingRate\":\"0.00001226\",\"time\":1687244112500}",
        &a));
    assert_string_equal(a.rows, "[{\"snapshot_at\":\"2023-06-20T06:55:12.500000Z\",\"rate\":\"0.00001226\","
                                "\"mark_price\":\"26780.82240476\",\"index_price\":\"26798.25197802\"}]");
    unit_refused(read_text(&t,
                           "[{\"symbol\":\"BTCUSD_210326\",\"markPrice\":\"1\",\"indexPrice\":\"1\","
                           "\"lastFundingRate\":\"\",\"time\":1687244112500}]",
                           &a),
                 ERR_INPUT, "states no rate or no price");
    unit_refused(read_text(&t, "{\"symbol\":\"BTCUSDT\"}", &a), ERR_INPUT, "is something else");
    arena_free(t.arena);

    t = ask(&venue_binance, "book_tickers", "spot", 0, -1);
    unit_ok(read_text(
        &t,
        "{\"symbol\":\"BTCUSDT\",\"bidPrice\":\"1.5\",\"bidQty\":\"2\",\"askPrice\":\"1.75\",\"askQty\":"
        "\"3\"}",
        &a));
    assert_int_equal(a.page.rows_kept, 1);
    assert_int_equal(a.page.last_us, t.server_us);
    arena_free(t.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(candles_are_kept_when_they_are_over),
        cmocka_unit_test(rows_of_another_time_are_left_out),
        cmocka_unit_test(trades_come_after_the_one_that_is_known),
        cmocka_unit_test(a_row_that_is_none_is_rejected_with_its_place),
        cmocka_unit_test(values_with_more_digits_than_are_kept_are_noted),
        cmocka_unit_test(an_empty_array_is_a_page),
        cmocka_unit_test(what_is_no_answer_is_an_error),
        cmocka_unit_test(an_answer_that_breaks_off_is_an_error),
        cmocka_unit_test(venues_say_in_their_own_ways_that_they_are_asked_too_often),
        cmocka_unit_test(krakens_candles_and_trades_say_where_they_end),
        cmocka_unit_test(an_object_without_its_list_is_an_error),
        cmocka_unit_test(a_list_is_no_error),
        cmocka_unit_test(the_present_state_is_a_row_of_its_moment),
        cmocka_unit_test(funding_is_exact_and_on_its_grid),
    };
    return UNIT_RUN(tests);
}
