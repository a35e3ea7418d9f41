#include "../unit.h"

#include "core/digest.h"

/* FIPS 180-2 for the hashes, the check value of the CRC catalogue for the CRC. */
static void gives_the_published_values(void **state)
{
    (void)state;
    char sha384[DIGEST_SHA384_HEX_SIZE], sha1[DIGEST_SHA1_HEX_SIZE];
    digest_sha384_hex("abc", 3, sha384);
    assert_string_equal(
        sha384,
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
    digest_sha1_hex("abc", 3, sha1);
    assert_string_equal(sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
    digest_sha1_hex(NULL, 0, sha1);
    assert_string_equal(sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    assert_int_equal(digest_crc32(0, "123456789", 9), 0xCBF43926);
    assert_int_equal(digest_crc32(digest_crc32(0, "1234", 4), "56789", 5), 0xCBF43926);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(gives_the_published_values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
