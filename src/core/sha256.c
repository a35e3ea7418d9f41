/* libcrypto's one-algorithm functions are used instead of EVP: they keep their state where we put it, so
 * hashing cannot fail for want of memory, and a name always gives its identity. They are marked old in
 * OpenSSL 3 but kept. */
#define OPENSSL_API_COMPAT 0x10100000L

#include "core/sha256.h"

#include <assert.h>
#include <openssl/sha.h>

#include "core/mem.h"

struct sha256 {
    SHA256_CTX context;
};

dbk_err *sha256_new(sha256 **out)
{
    assert(out);
    sha256 *s = mem_alloc(sizeof *s);
    if (!s)
        return err_oom();
    SHA256_Init(&s->context);
    *out = s;
    return NULL;
}

void sha256_update(sha256 *s, const void *p, size_t length)
{
    assert(s);
    if (length > 0)
        SHA256_Update(&s->context, p, length);
}

void sha256_final(sha256 *s, uint8_t digest[32])
{
    assert(s);
    assert(digest);
    SHA256_Final(digest, &s->context);
}

void sha256_free(sha256 *s)
{
    mem_free(s);
}

void sha256_hex(const uint8_t digest[32], char out[65])
{
    assert(digest);
    assert(out);
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < 32; i++) {
        out[i * 2] = hex[digest[i] >> 4];
        out[i * 2 + 1] = hex[digest[i] & 15];
    }
    out[64] = '\0';
}

dbk_err *sha256_of(const void *p, size_t length, uint8_t digest[32])
{
    sha256_of_pair(NULL, 0, p, length, digest);
    return NULL;
}

void sha256_of_parts(const sha256_part *parts, size_t count, uint8_t digest[32])
{
    assert(digest);
    SHA256_CTX context;
    SHA256_Init(&context);
    for (size_t i = 0; i < count; i++) {
        assert(parts[i].data || parts[i].length == 0);
        if (parts[i].length > 0)
            SHA256_Update(&context, parts[i].data, parts[i].length);
    }
    SHA256_Final(digest, &context);
}

void sha256_of_pair(const void *a, size_t a_length, const void *b, size_t b_length, uint8_t digest[32])
{
    const sha256_part parts[] = {{a, a_length}, {b, b_length}};
    sha256_of_parts(parts, 2, digest);
}
