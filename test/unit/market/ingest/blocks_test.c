#include "market/ingest/blocks.h"

#include "../../unit.h"
#include "core/sha256.h"

#define US_PER_S INT64_C(1000000)
#define US_PER_DAY (86400 * US_PER_S)

static arena *a;
static blocks *b;

static int setup(void **state)
{
    (void)state;
    a = arena_new(0);
    assert_non_null(a);
    assert_null(blocks_new(&b));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    blocks_free(b);
    arena_free(a);
    return 0;
}

static void add(int64_t us, const char *own, size_t length)
{
    assert_null(blocks_add(b, us, own, length));
}

/* So many rows of a kilobyte, a second apart. */
static void add_many(int64_t from_us, int count)
{
    static const char own[1024] = {0};
    for (int i = 0; i < count; i++)
        add(from_us + i * US_PER_S, own, sizeof(own));
}

static const char *json(void)
{
    const char *text;
    assert_null(blocks_json(b, a, "7", &text));
    return text;
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = text; at && (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

static void test_hash_is_that_of_the_rows(void **state)
{
    (void)state;
    char rows[3 * 2000], hex[65], wanted[300];
    uint8_t digest[32];
    memset(rows, 'x', sizeof(rows));
    rows[2000] = 'y';
    for (int i = 0; i < 3; i++)
        add(i * US_PER_S, rows + (ptrdiff_t)i * 2000, 2000);
    blocks_cut(b, false);
    assert_null(sha256_of(rows, sizeof(rows), digest));
    sha256_hex(digest, hex);
    snprintf(wanted, sizeof(wanted),
             "{\"horizon\": \"7\", \"blocks\": [{\"first\": \"1970-01-01T00:00:00Z\", \"last\": "
             "\"1970-01-01T00:00:02Z\", \"rows\": 3, \"sha256\": \"%s\"}]}",
             hex);
    assert_string_equal(json(), wanted);
}

static void test_nothing_gives_nothing(void **state)
{
    (void)state;
    assert_null(json());
    blocks_cut(b, false);
    add(0, "few", 3);
    blocks_cut(b, false);
    assert_null(json());
}

static void test_a_day_ends_a_block_that_is_large_enough(void **state)
{
    (void)state;
    add_many(US_PER_DAY - 100 * US_PER_S, 200);
    blocks_cut(b, false);
    assert_int_equal(count_of(json(), "\"rows\": 100,"), 2);
    assert_int_equal(count_of(json(), "\"last\": \"1970-01-01T23:59:59Z\""), 1);
    blocks_forget(b);
    add_many(US_PER_DAY - 20 * US_PER_S, 40);
    blocks_cut(b, false);
    assert_int_equal(count_of(json(), "\"rows\": 40,"), 1);
}

static void test_size_ends_a_block_between_moments(void **state)
{
    (void)state;
    add_many(0, 1000);
    blocks_cut(b, false);
    assert_true(count_of(json(), "\"rows\"") == 3);
    blocks_forget(b);
    static const char own[1024] = {0};
    for (int i = 0; i < 1000; i++)
        add(5, own, sizeof(own));
    blocks_cut(b, false);
    assert_int_equal(count_of(json(), "\"rows\": 1000,"), 1);
}

static void test_where_blocks_end_does_not_depend_on_what_comes_after(void **state)
{
    (void)state;
    add_many(0, 2000);
    blocks_cut(b, false);
    const char *whole = json();
    blocks_forget(b);
    add_many(0, 1000);
    blocks_cut(b, true);
    const char *begun = json();
    const char *end = strrchr(begun, ']');
    assert_true(strncmp(whole, begun, (size_t)(end - begun)) == 0);
}

static void test_torn_and_forgotten(void **state)
{
    (void)state;
    add_many(0, 100);
    blocks_cut(b, true);
    assert_null(json());
    add_many(0, 100);
    blocks_cut(b, false);
    add_many(200 * US_PER_S, 100);
    blocks_cut(b, true);
    assert_int_equal(count_of(json(), "\"rows\": 100,"), 1);
    add_many(400 * US_PER_S, 100);
    blocks_forget(b);
    assert_null(json());
}

static void test_memory_is_bounded(void **state)
{
    (void)state;
    static const char own[4096] = {0};
    for (int i = 0; i < 16400; i++) {
        add(i * US_PER_S, own, sizeof(own));
        blocks_cut(b, false);
    }
    assert_int_equal(count_of(json(), "\"rows\""), 16384);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_hash_is_that_of_the_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_gives_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_day_ends_a_block_that_is_large_enough, setup, teardown),
        cmocka_unit_test_setup_teardown(test_size_ends_a_block_between_moments, setup, teardown),
        cmocka_unit_test_setup_teardown(test_where_blocks_end_does_not_depend_on_what_comes_after, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_torn_and_forgotten, setup, teardown),
        cmocka_unit_test_setup_teardown(test_memory_is_bounded, setup, teardown),
    };
    return UNIT_RUN(tests);
}
