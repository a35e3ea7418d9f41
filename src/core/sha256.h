/* sha256.h: streaming SHA-256 over OpenSSL's libcrypto. */
#ifndef DAYBOOK_CORE_SHA256_H
#define DAYBOOK_CORE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

typedef struct sha256 sha256;

dbk_err *sha256_new(sha256 **out) ERR_MUST_USE;
void sha256_update(sha256 *s, const void *p, size_t length);
void sha256_final(sha256 *s, uint8_t digest[32]); /* once; then only sha256_free */
void sha256_free(sha256 *s);

void sha256_hex(const uint8_t digest[32], char out[65]);
dbk_err *sha256_of(const void *p, size_t length, uint8_t digest[32]) ERR_MUST_USE;
typedef struct sha256_part {
    const void *data;
    size_t length;
} sha256_part;
/* Over the parts, one after the other. Cannot fail. */
void sha256_of_parts(const sha256_part *parts, size_t count, uint8_t digest[32]);
/* Over a followed by b. Cannot fail. */
void sha256_of_pair(const void *a, size_t a_length, const void *b, size_t b_length, uint8_t digest[32]);

#endif
