#include "bus/event_json.h"

#include "../unit.h"

static void is(const bus_event *event, const char *text)
{
    buf out;
    buf_init(&out, 0);
    event_json_append(&out, event);
    unit_ok(buf_error(&out));
    assert_string_equal(out.data, text);
    buf_term(&out);
}

static void an_event_is_one_object(void **state)
{
    (void)state;
    bus_event event = {.place = {.epoch = 2, .seq = 9007199254740993},
                       .id = "0190a000-0000-7000-8000-000000000001",
                       .type = "trading.fill_recorded",
                       .account_id = "0190a000-0000-7000-8000-000000000002",
                       .aggregate_type = "order",
                       .aggregate_id = "a \"b\"\\\n",
                       .aggregate_version = 3,
                       .occurred_us = INT64_C(1700000000) * 1000000,
                       .recorded_us = INT64_C(1700000000) * 1000000 + 1200,
                       .payload = "{\"price\": \"1.10\"}",
                       .ctx = "{\"actor\": \"x\"}"};
    is(&event,
       "{\"seq\":9007199254740993,\"epoch\":2,\"id\":\"0190a000-0000-7000-8000-000000000001\","
       "\"type\":\"trading.fill_recorded\",\"account_id\":\"0190a000-0000-7000-8000-000000000002\","
       "\"aggregate_type\":\"order\",\"aggregate_id\":\"a \\\"b\\\"\\\\\\n\",\"aggregate_version\":3,"
       "\"occurred_at\":\"2023-11-14T22:13:20.000000Z\",\"recorded_at\":\"2023-11-14T22:13:20.001200Z\","
       "\"payload\":{\"price\": \"1.10\"},\"ctx\":{\"actor\": \"x\"}}");
    event.account_id = event.ctx = NULL;
    event.aggregate_id = "1";
    is(&event,
       "{\"seq\":9007199254740993,\"epoch\":2,\"id\":\"0190a000-0000-7000-8000-000000000001\","
       "\"type\":\"trading.fill_recorded\",\"account_id\":null,"
       "\"aggregate_type\":\"order\",\"aggregate_id\":\"1\",\"aggregate_version\":3,"
       "\"occurred_at\":\"2023-11-14T22:13:20.000000Z\",\"recorded_at\":\"2023-11-14T22:13:20.001200Z\","
       "\"payload\":{\"price\": \"1.10\"},\"ctx\":null}");
}

static void places_are_compared_by_epoch_first(void **state)
{
    (void)state;
    const bus_place a = {1, 9}, b = {2, 3}, c = {2, 4};
    assert_true(bus_place_compare(a, b) < 0);
    assert_true(bus_place_compare(c, b) > 0);
    assert_true(bus_place_compare(c, a) > 0);
    assert_int_equal(bus_place_compare(c, c), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_one_object),
        cmocka_unit_test(places_are_compared_by_epoch_first),
    };
    return UNIT_RUN(tests);
}
