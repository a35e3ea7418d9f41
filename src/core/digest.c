/* For the choice of libcrypto's one-algorithm functions see sha256.c. */
#define OPENSSL_API_COMPAT 0x10100000L

#include "core/digest.h"

#include <assert.h>
#include <openssl/sha.h>

static void hex_of(const uint8_t *digest, size_t length, char *out)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        out[i * 2] = hex[digest[i] >> 4];
        out[i * 2 + 1] = hex[digest[i] & 15];
    }
    out[length * 2] = '\0';
}

void digest_sha384_hex(const void *data, size_t length, char out[DIGEST_SHA384_HEX_SIZE])
{
    assert(data || length == 0);
    uint8_t digest[SHA384_DIGEST_LENGTH];
    SHA384(data, length, digest);
    hex_of(digest, sizeof(digest), out);
}

void digest_sha1_hex(const void *data, size_t length, char out[DIGEST_SHA1_HEX_SIZE])
{
    assert(data || length == 0);
    uint8_t digest[SHA_DIGEST_LENGTH];
    SHA1(data, length, digest);
    hex_of(digest, sizeof(digest), out);
}

uint32_t digest_crc32(uint32_t crc, const void *data, size_t length)
{
    /* What four steps of the polynomial 0xEDB88320 make of each value of four bits. */
    static const uint32_t steps[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
                                       0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                       0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    assert(data || length == 0);
    const uint8_t *p = data;
    crc = ~crc;
    for (size_t i = 0; i < length; i++) {
        crc ^= p[i];
        crc = crc >> 4 ^ steps[crc & 15];
        crc = crc >> 4 ^ steps[crc & 15];
    }
    return ~crc;
}
