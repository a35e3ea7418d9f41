#include "../unit.h"

#include "core/sha256.h"

static void assert_digest(const uint8_t digest[32], const char *expected)
{
    char hex[65];
    sha256_hex(digest, hex);
    assert_string_equal(hex, expected);
}

/* FIPS 180-2, appendix B. */
static void hashes_the_published_vectors(void **state)
{
    (void)state;
    uint8_t digest[32];
    unit_ok(sha256_of("abc", 3, digest));
    assert_digest(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    unit_ok(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, digest));
    assert_digest(digest, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    unit_ok(sha256_of(NULL, 0, digest));
    assert_digest(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void hashes_a_stream_in_pieces(void **state)
{
    (void)state;
    sha256 *s;
    char chunk[1000];
    uint8_t digest[32];
    memset(chunk, 'a', sizeof chunk);
    unit_ok(sha256_new(&s));
    for (int i = 0; i < 1000; i++)
        sha256_update(s, chunk, sizeof chunk);
    sha256_update(s, NULL, 0);
    sha256_final(s, digest);
    sha256_free(s);
    assert_digest(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void pieces_of_any_length_are_hashed_alike(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 111, 1023, 1024, 1025, 4096};
    uint8_t bytes[10000], whole[32], digest[32];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * i >> 3);
    unit_ok(sha256_of(bytes, sizeof bytes, whole));
    for (size_t first = 0; first < 6; first++) {
        sha256 *s;
        size_t used = 0;
        unit_ok(sha256_new(&s));
        for (size_t i = first; used < sizeof bytes; i++) {
            size_t n = lengths[i % 6] < sizeof bytes - used ? lengths[i % 6] : sizeof bytes - used;
            sha256_update(s, bytes + used, n);
            used += n;
        }
        sha256_final(s, digest);
        sha256_free(s);
        assert_memory_equal(digest, whole, 32);
    }
}

static void hashes_two_pieces_as_one(void **state)
{
    (void)state;
    uint8_t whole[32], pair[32];
    unit_ok(sha256_of("abcdef", 6, whole));
    sha256_of_pair("ab", 2, "cdef", 4, pair);
    assert_memory_equal(whole, pair, 32);
    sha256_of_pair("abcdef", 6, NULL, 0, pair);
    assert_memory_equal(whole, pair, 32);
}

static dbk_err *make_and_free(void *ctx)
{
    (void)ctx;
    sha256 *s = NULL;
    dbk_err *e = sha256_new(&s);
    sha256_free(s);
    return e;
}

static void short_memory_is_reported(void **state)
{
    (void)state;
    assert_int_equal(unit_each_allocation_fails(make_and_free, NULL), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_the_published_vectors),
        cmocka_unit_test(hashes_a_stream_in_pieces),
        cmocka_unit_test(pieces_of_any_length_are_hashed_alike),
        cmocka_unit_test(hashes_two_pieces_as_one),
        cmocka_unit_test(short_memory_is_reported),
    };
    return UNIT_RUN(tests);
}
