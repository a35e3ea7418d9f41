#include "core/hmac.h"

#include <assert.h>
#include <string.h>

#include "core/sha256.h"

#define BLOCK_SIZE 64

static void pad_key(const void *key, size_t key_length, uint8_t with, uint8_t out[BLOCK_SIZE])
{
    memset(out, 0, BLOCK_SIZE);
    if (key_length > BLOCK_SIZE)
        sha256_of_pair(NULL, 0, key, key_length, out);
    else if (key_length > 0)
        memcpy(out, key, key_length);
    for (size_t i = 0; i < BLOCK_SIZE; i++)
        out[i] ^= with;
}

void hmac_sha256(const void *key, size_t key_length, const void *data, size_t length, uint8_t out[32])
{
    hmac_sha256_of_pair(key, key_length, NULL, 0, data, length, out);
}

void hmac_sha256_of_pair(const void *key, size_t key_length, const void *a, size_t a_length, const void *b,
                         size_t b_length, uint8_t out[32])
{
    assert(key || key_length == 0);
    uint8_t pad[BLOCK_SIZE];
    uint8_t inner[32];
    pad_key(key, key_length, 0x36, pad);
    sha256_of_parts((const sha256_part[]){{pad, sizeof(pad)}, {a, a_length}, {b, b_length}}, 3, inner);
    pad_key(key, key_length, 0x5c, pad);
    sha256_of_pair(pad, sizeof(pad), inner, sizeof(inner), out);
    explicit_bzero(pad, sizeof(pad));
}

bool hmac_equal(const void *a, const void *b, size_t length)
{
    const volatile uint8_t *x = a;
    const volatile uint8_t *y = b;
    uint8_t different = 0;
    for (size_t i = 0; i < length; i++)
        different = (uint8_t)(different | (x[i] ^ y[i]));
    return different == 0;
}
