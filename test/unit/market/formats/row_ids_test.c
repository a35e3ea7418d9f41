#include "../../unit.h"

#include "market/formats/row_ids.h"

enum { ID, TIME, PRICE, QUANTITY };

static row_ids *new_ids(void)
{
    row_ids *ids;
    unit_ok(row_ids_new(dataset_of_stream("trades"), &ids));
    return ids;
}

static bool put(row_ids *ids, int64_t time_us, double price, int64_t *id, dataset_fault *fault)
{
    dataset_row row = {.present = 1u << TIME | 1u << PRICE | 1u << QUANTITY};
    row.values[TIME].time_us = time_us;
    row.values[PRICE].float8 = price;
    row.values[QUANTITY].float8 = 1;
    if (!row_ids_put(ids, &row, fault))
        return false;
    assert_true(dataset_has(&row, ID));
    *id = row.values[ID].int8;
    return true;
}

static int64_t number(row_ids *ids, int64_t time_us, double price)
{
    int64_t id = 0;
    dataset_fault fault;
    assert_true(put(ids, time_us, price, &id, &fault));
    assert_true(id >= INT64_C(1) << 62);
    return id;
}

static void numbers_follow_from_content_and_place_among_equals(void **state)
{
    (void)state;
    row_ids *ids = new_ids();
    int64_t first = number(ids, 1000, 5);
    int64_t second = number(ids, 1000, 5);
    int64_t other = number(ids, 1000, 6);
    assert_true(first != second && first != other && second != other);
    int64_t later = number(ids, 2000, 5);
    assert_true(later != first);
    row_ids_free(ids);
    /* Another file, which begins elsewhere and has them in another order within the moment. */
    ids = new_ids();
    assert_true(number(ids, 1000, 6) == other);
    assert_true(number(ids, 1000, 5) == first);
    assert_true(number(ids, 1000, 5) == second);
    row_ids_free(ids);
    ids = new_ids();
    assert_true(number(ids, 2000, 5) == later);
    row_ids_free(ids);
}

static void a_zero_is_a_zero(void **state)
{
    (void)state;
    row_ids *ids = new_ids();
    int64_t plus = number(ids, 1000, 0.0);
    row_ids_free(ids);
    ids = new_ids();
    assert_true(number(ids, 1000, -0.0) == plus);
    row_ids_free(ids);
}

static void the_venues_number_stays(void **state)
{
    (void)state;
    row_ids *ids = new_ids();
    dataset_fault fault;
    dataset_row row = {.present = 1u << ID | 1u << TIME};
    row.values[ID].int8 = 7;
    assert_true(row_ids_put(ids, &row, &fault));
    assert_int_equal(row.values[ID].int8, 7);
    row_ids_free(ids);
}

static void what_cannot_be_counted_is_a_fault(void **state)
{
    (void)state;
    row_ids *ids = new_ids();
    dataset_fault fault;
    int64_t id;
    number(ids, 2000, 5);
    assert_false(put(ids, 1000, 5, &id, &fault));
    assert_non_null(strstr(fault.rule, "order of time"));
    for (int i = 1; i < ROW_IDS_MAX; i++)
        number(ids, 2000, 5.5 + i);
    assert_false(put(ids, 2000, 1, &id, &fault));
    assert_non_null(strstr(fault.rule, "too many"));
    /* The next moment begins anew, also after one that was full. */
    for (int i = 0; i < ROW_IDS_MAX; i++)
        number(ids, 3000, i);
    row_ids_free(ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_follow_from_content_and_place_among_equals),
        cmocka_unit_test(a_zero_is_a_zero),
        cmocka_unit_test(the_venues_number_stays),
        cmocka_unit_test(what_cannot_be_counted_is_a_fault),
    };
    return UNIT_RUN(tests);
}
