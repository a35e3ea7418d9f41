#include "webhooks/webhook_sign.h"

#include <string.h>

#include "core/hmac.h"
#include "core/sha256.h"

const char *webhook_sign(arena *a, const char *const *secrets, size_t count, int64_t time_s, const char *body,
                         size_t length)
{
    const char *prefix = arena_printf(a, "%lld.", (long long)time_s);
    const char *header = arena_printf(a, "Daybook-Signature: t=%lld", (long long)time_s);
    size_t prefix_length = prefix ? strlen(prefix) : 0;
    char *message = arena_alloc(a, prefix_length + length + 1);
    if (!prefix || !message)
        return NULL;
    memcpy(message, prefix, prefix_length);
    if (length > 0)
        memcpy(message + prefix_length, body, length);
    for (size_t i = 0; i < count && secrets[i] && header; i++) {
        uint8_t digest[32];
        char hex[65];
        hmac_sha256(secrets[i], strlen(secrets[i]), message, prefix_length + length, digest);
        sha256_hex(digest, hex);
        header = arena_printf(a, "%s,v1=%s", header, hex);
    }
    return header;
}
