#include "core/hmac.h"

#include "../unit.h"
#include "core/sha256.h"

static void expect(const void *key, size_t key_length, const void *data, size_t length, const char *expected)
{
    uint8_t digest[32];
    char hex[65];
    hmac_sha256(key, key_length, data, length, digest);
    sha256_hex(digest, hex);
    assert_string_equal(hex, expected);
    hmac_sha256_of_pair(key, key_length, data, length / 3, (const uint8_t *)data + length / 3,
                        length - length / 3, digest);
    sha256_hex(digest, hex);
    assert_string_equal(hex, expected);
}

/* RFC 4231, the cases whose result is not cut. */
static void the_vectors_of_the_standard(void **state)
{
    (void)state;
    uint8_t key[131], data[50];
    memset(key, 0x0b, 20);
    expect(key, 20, "Hi There", 8, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    expect("Jefe", 4, "what do ya want for nothing?", 28,
           "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof(key));
    memset(data, 0xdd, sizeof(data));
    expect(key, 20, data, 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    expect(key, 131, "Test Using Larger Than Block-Size Key - Hash Key First", 54,
           "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    for (uint8_t i = 0; i < 25; i++)
        key[i] = (uint8_t)(i + 1);
    memset(data, 0xcd, sizeof(data));
    expect(key, 25, data, 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

static void every_byte_counts_in_a_comparison(void **state)
{
    (void)state;
    char a[32] = "abcdefghijklmnopqrstuvwxyz01234", b[32];
    memcpy(b, a, sizeof(a));
    assert_true(hmac_equal(a, b, sizeof(a)));
    for (size_t i = 0; i < sizeof(a); i++) {
        b[i] = (char)(b[i] ^ 1);
        assert_false(hmac_equal(a, b, sizeof(a)));
        b[i] = a[i];
    }
    assert_true(hmac_equal(a, b, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_standard),
        cmocka_unit_test(every_byte_counts_in_a_comparison),
    };
    return UNIT_RUN(tests);
}
