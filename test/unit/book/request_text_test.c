/* Requests as text and back. */
#include "../unit.h"

#include "book/request_text.h"

#define NOW_US 1700000000000001

static const dbk_uuid one = {{1}}, two = {{2}};
static const dbk_mark marks[] = {{.instrument_id = {{5}}, .price = "101.5"},
                                 {.instrument_id = {{6}}, .price = "7"}};
static const dbk_rate rates[] = {{.currency = "BTC", .rate = "60000"}};

static const dbk_order order = {.size = sizeof(order),
                                .account_id = {{3}},
                                .order_id = {{4}},
                                .side = "buy",
                                .type = "limit",
                                .qty = "1",
                                .price = "2",
                                .run_id = &one,
                                .idempotency_key = "k\"ey",
                                .position_key = "p"};
static const dbk_external_order external = {.size = sizeof(external),
                                            .order_id = {{4}},
                                            .side = "sell",
                                            .type = "market",
                                            .qty = "3",
                                            .exchange_order_id = "X",
                                            .time_in_force = "ioc"};
static const dbk_order_event event = {.size = sizeof(event),
                                      .order_id = {{4}},
                                      .event_id = {{9}},
                                      .kind = DBK_REPLACE_REQUEST,
                                      .reason = "späť",
                                      .price = "5"};
static const dbk_fill fill = {.size = sizeof(fill),
                              .fill_id = {{7}},
                              .order_id = {{4}},
                              .side = "buy",
                              .qty = "1",
                              .price = "2",
                              .fee = "-0.1",
                              .venue_trade_id = "t",
                              .filled_us = -5,
                              .fee_rate = "3"};
static const dbk_bust bust = {.size = sizeof(bust), .event_id = {{8}}, .leaves_qty = "0", .occurred_us = 6};
static const dbk_correction correction = {.size = sizeof(correction), .event_id = {{8}}, .qty = "4"};
static const dbk_cash cash = {.size = sizeof(cash),
                              .entry_id = {{8}},
                              .kind = "deposit",
                              .currency = "USD",
                              .amount = "1",
                              .occurred_us = INT64_MAX};
static const dbk_funding funding = {
    .size = sizeof(funding), .payment_id = {{8}}, .rate = "0.1", .mark = "2", .funding_us = 3};
static const dbk_equity_point equity = {.size = sizeof(equity),
                                        .point_id = {{8}},
                                        .as_of_us = 4,
                                        .marks = marks,
                                        .mark_count = 2,
                                        .rates = rates,
                                        .rate_count = 1,
                                        .run_id = &two};
static const dbk_fill *const fills[] = {&fill, &fill};
static const state_request saved = {
    .snapshot_id = {{8}}, .name = "bot", .state_json = "{\"a\":[1,\"x\"]}", .as_of_us = 5};
static const session_request session = {
    .session_id = {{8}}, .program = "p", .version = "1", .host = "h", .pid = 7};

static const request_message messages[] = {
    {.kind = DBK_CALL_ORDER_SUBMIT, .request = &order},
    {.kind = DBK_CALL_ORDER_IMPORT, .request = &external},
    {.kind = DBK_CALL_ORDER_RECORD, .request = &event},
    {.kind = DBK_CALL_FILL_RECORD, .request = &fill},
    {.kind = DBK_CALL_FILL_BUST, .request = &bust},
    {.kind = DBK_CALL_FILL_CORRECT, .request = &correction},
    {.kind = DBK_CALL_CASH_RECORD, .request = &cash},
    {.kind = DBK_CALL_FUNDING_RECORD, .request = &funding},
    {.kind = DBK_CALL_EQUITY_RECORD, .request = &equity},
    {.kind = REQUEST_FILLS, .request = fills, .count = 2},
    {.kind = REQUEST_STATE, .request = &saved},
    {.kind = REQUEST_SESSION, .request = &session},
};

static const char *write_text(arena *a, const request_message *m, int64_t now_us)
{
    buf out;
    buf_init(&out, 0);
    request_message with_ctx = *m;
    with_ctx.ctx = m->ctx ? m->ctx : "{\"actor\":\"me\"}";
    unit_ok(request_text_write(&with_ctx, now_us, &out));
    const char *text = arena_strdup(a, out.data);
    buf_term(&out);
    return text;
}

static void every_kind_comes_back_as_it_was(void **state)
{
    (void)state;
    arena *a = unit_arena();
    assert_int_equal(sizeof(messages) / sizeof(messages[0]), REQUEST_KIND_COUNT);
    for (size_t i = 0; i < REQUEST_KIND_COUNT; i++) {
        request_message back;
        const char *text = write_text(a, &messages[i], NOW_US);
        assert_int_equal(messages[i].kind, i);
        unit_ok(request_text_read(a, text, strlen(text), &back));
        assert_int_equal(back.kind, i);
        assert_string_equal(back.ctx, "{\"actor\":\"me\"}");
        /* Nothing says "now" any more. */
        assert_string_equal(write_text(a, &back, NOW_US + 1), text);
        dbk_uuid id = request_text_id(&back, 0), given = request_text_id(&messages[i], 0);
        assert_memory_equal(&id, &given, sizeof(id));
    }
    arena_free(a);
}

static void members_keep_their_values(void **state)
{
    (void)state;
    arena *a = unit_arena();
    request_message back;
    const char *text = write_text(a, &messages[DBK_CALL_ORDER_SUBMIT], NOW_US);
    unit_ok(request_text_read(a, text, strlen(text), &back));
    const dbk_order *o = back.request;
    assert_int_equal(o->size, sizeof(*o));
    assert_string_equal(o->idempotency_key, "k\"ey");
    assert_null(o->stop_price);
    assert_memory_equal(o->run_id, &one, sizeof(one));
    assert_int_equal(o->submitted_us, NOW_US);
    text = write_text(a, &messages[DBK_CALL_ORDER_RECORD], NOW_US);
    unit_ok(request_text_read(a, text, strlen(text), &back));
    const dbk_order_event *e = back.request;
    assert_int_equal(e->kind, DBK_REPLACE_REQUEST);
    assert_string_equal(e->reason, "späť");
    text = write_text(a, &messages[DBK_CALL_EQUITY_RECORD], NOW_US);
    unit_ok(request_text_read(a, text, strlen(text), &back));
    const dbk_equity_point *p = back.request;
    assert_int_equal(p->mark_count, 2);
    assert_string_equal(p->marks[1].price, "7");
    assert_string_equal(p->rates[0].currency, "BTC");
    text = write_text(a, &messages[REQUEST_FILLS], NOW_US);
    unit_ok(request_text_read(a, text, strlen(text), &back));
    assert_int_equal(back.count, 2);
    assert_int_equal(((const dbk_fill *const *)back.request)[1]->filled_us, -5);
    arena_free(a);
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    arena *a = unit_arena();
    static const char *const texts[] = {"",
                                        "{}",
                                        "[]",
                                        "{\"call\":\"dbk_close\",\"ctx\":\"{}\",\"request\":{}}",
                                        "{\"call\":\"dbk_cash_record\",\"request\":{}}",
                                        "{\"call\":\"dbk_cash_record\",\"ctx\":\"{}\",\"request\":{}}",
                                        "{\"call\":\"dbk_cash_record\",\"ctx\":\"{}\",\"request\":7}",
                                        "{\"call\":\"dbk_fills_record\",\"ctx\":\"{}\",\"request\":[]}"};
    request_message m;
    buf out;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        unit_refused(request_text_read(a, texts[i], strlen(texts[i]), &m), ERR_INPUT, "");
    dbk_cash latin = cash;
    latin.reason = "\xe4";
    buf_init(&out, 0);
    m = (request_message){.kind = DBK_CALL_CASH_RECORD, .ctx = "{}", .request = &latin};
    unit_refused(request_text_write(&m, NOW_US, &out), ERR_INPUT, "reason is not UTF-8");
    buf_term(&out);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_comes_back_as_it_was),
        cmocka_unit_test(members_keep_their_values),
        cmocka_unit_test(other_texts_are_refused),
    };
    return UNIT_RUN(tests);
}
