/* libcrypto's one-algorithm functions are used instead of EVP: they keep their state where we put it, so
 * hashing cannot fail for want of memory, and a name always gives its identity. They are marked old in
 * OpenSSL 3 but kept. */
#define OPENSSL_API_COMPAT 0x10100000L

#include "core/sha256.h"

#include <assert.h>
#include <openssl/sha.h>
#include <string.h>

#include "core/mem.h"

/* Small pieces are put together: each call of libcrypto takes up its state anew. */
#define GATHERED_BYTES ((size_t)1024)

struct sha256 {
    SHA256_CTX context;
    size_t gathered;
    uint8_t bytes[GATHERED_BYTES];
};

dbk_err *sha256_new(sha256 **out)
{
    assert(out);
    sha256 *s = mem_alloc(sizeof *s);
    if (!s)
        return err_oom();
    SHA256_Init(&s->context);
    s->gathered = 0;
    *out = s;
    return NULL;
}

static void pass_on(sha256 *s)
{
    SHA256_Update(&s->context, s->bytes, s->gathered);
    s->gathered = 0;
}

void sha256_update(sha256 *s, const void *p, size_t length)
{
    assert(s);
    if (length > GATHERED_BYTES - s->gathered)
        pass_on(s);
    if (length > GATHERED_BYTES) {
        SHA256_Update(&s->context, p, length);
    } else if (length > 0) {
        memcpy(s->bytes + s->gathered, p, length);
        s->gathered += length;
    }
}

void sha256_final(sha256 *s, uint8_t digest[32])
{
    assert(s);
    assert(digest);
    pass_on(s);
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
