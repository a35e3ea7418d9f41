/* hmac.h: HMAC-SHA256 (RFC 2104), and a comparison that takes as long whatever it finds. */
#ifndef DAYBOOK_CORE_HMAC_H
#define DAYBOOK_CORE_HMAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void hmac_sha256(const void *key, size_t key_length, const void *data, size_t length, uint8_t out[32]);
/* Of a followed by b. */
void hmac_sha256_of_pair(const void *key, size_t key_length, const void *a, size_t a_length, const void *b,
                         size_t b_length, uint8_t out[32]);

/* Whether two texts of this length are the same; how much of them is takes no part in how long it lasts. */
bool hmac_equal(const void *a, const void *b, size_t length);

#endif
