#include "../unit.h"

#include "schema/ledger_row.h"

#define TEN(digit) digit digit digit digit digit digit digit digit digit digit
#define HEX40(digit) TEN(digit) TEN(digit) TEN(digit) TEN(digit)
#define HEX64(digit) HEX40(digit) TEN(digit) TEN(digit) digit digit digit digit
#define HEX96(digit) HEX64(digit) TEN(digit) TEN(digit) TEN(digit) digit digit

/* The hashes are PostgreSQL's own, of the same values: encode(sha256(convert_to(json_build_array(…)::text,
 * 'UTF8')), 'hex'). */
static void hashes_what_the_server_would_hash(void **state)
{
    (void)state;
    static const struct {
        ledger_row row;
        const char *hash;
    } vectors[] = {
        {{.seq = 1,
          .module = "core",
          .number = 1,
          .name = "001_ids.sql",
          .kind = "transaction",
          .sha256 = HEX64("a"),
          .sha384 = HEX96("b"),
          .statements = 2,
          .started_us = 1767323045000006,
          .finished_us = 1767323046000000,
          .applied_by = "trader",
          .applied_as = "daybook_owner",
          .tool_version = "0.1.0",
          .server_version = "15.20 (Debian 15.20-0+deb12u1)",
          .prev_hash = HEX64("0")},
         "bbf54f2bbc61ce05283a34fcd96c57837e2f2b0e4a3ebe666e24b0aef5ed88cf"},
        {{.seq = INT64_MAX,
          .module = "pnl",
          .number = 42,
          .name = "042_it's \\ \"q\".sql",
          .kind = "statements",
          .sha256 = HEX64("0"),
          .sha384 = HEX96("f"),
          .statements = INT32_MAX,
          .out_of_order = true,
          .started_us = -1,
          .finished_us = 253402300799500000,
          .lock_wait_ms = 1234,
          .applied_by = "a b",
          .applied_as = "\xc3\x84",
          .git_commit = HEX40("c"),
          .git_dirty = true,
          .approved_by = "\b\f\n\r\t\x01\x1f\x7f/ \xc3\xa9\xf0\x9f\x98\x80",
          .tool_version = "0.1.0",
          .server_version = "18.0",
          .steps_hash = HEX64("e"),
          .prev_hash = HEX64("d")},
         "27757f509ba954d81f48b4ddacabf01ee58ca335b55bef85cbd3dc63a3465cad"},
        {{.seq = 7,
          .module = "",
          .name = "x",
          .kind = "baseline",
          .sha256 = HEX64("1"),
          .sha384 = HEX96("2"),
          .started_us = 1709164800000000,
          .finished_us = 1709164800000000,
          .applied_by = "t",
          .applied_as = "t",
          .git_commit = HEX40("3"),
          .approved_by = "",
          .tool_version = "0.1.0",
          .server_version = "15.20",
          .prev_hash = HEX64("4")},
         "fde0fa50f9202972a37249574c8a3728ba752239f6ea06bf27d55292b8a00ee3"},
    };
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        char hash[LEDGER_HASH_SIZE];
        unit_ok(ledger_row_hash(&vectors[i].row, hash));
        assert_string_equal(hash, vectors[i].hash);
    }
}

static dbk_err *hash_one(void *ctx)
{
    char hash[LEDGER_HASH_SIZE];
    return ledger_row_hash(ctx, hash);
}

static void short_memory_is_an_error(void **state)
{
    (void)state;
    ledger_row row = {
        .module = "m", .name = "n", .kind = "k", .sha256 = "s", .sha384 = "t", .prev_hash = "p"};
    assert_true(unit_each_allocation_fails(hash_one, &row) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_what_the_server_would_hash),
        cmocka_unit_test(short_memory_is_an_error),
    };
    return UNIT_RUN(tests);
}
