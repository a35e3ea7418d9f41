#include "webhooks/webhook_sign.h"

#include <string.h>

#include "core/hmac.h"
#include "core/sha256.h"

const char *webhook_sign(arena *a, const char *const *secrets, size_t count, int64_t time_s, const char *body,
                         size_t length)
{
    const char *prefix = arena_printf(a, "%lld.", (long long)time_s);
    const char *header = arena_printf(a, "Daybook-Signature: t=%lld", (long long)time_s);
    if (!prefix)
        return NULL;
    for (size_t i = 0; i < count && secrets[i] && header; i++) {
        uint8_t digest[32];
        char hex[65];
        hmac_sha256_of_pair(secrets[i], strlen(secrets[i]), prefix, strlen(prefix), body, length, digest);
        sha256_hex(digest, hex);
        header = arena_printf(a, "%s,v1=%s", header, hex);
    }
    return header;
}
