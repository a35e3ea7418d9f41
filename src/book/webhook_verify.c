/* Who receives webhooks asks here whether one is genuine; webhook_sign.h has the format. */
#include <assert.h>
#include <string.h>

#include "core/clock.h"
#include "core/hmac.h"
#include "core/sha256.h"
#include "daybook.h"

#define TOLERANCE_S 300
#define TIME_DIGITS_MAX 15
#define HEX_LENGTH 64
/* A relay signs with two secrets at most; whoever sends thousands wants us to be busy. */
#define SIGNATURES_MAX 16

typedef struct signature {
    const char *time;
    size_t time_length;
    int64_t time_s;
    const char *hex[SIGNATURES_MAX];
    size_t count;
} signature;

static bool take_time(const char *text, size_t length, signature *s)
{
    if (s->time || length == 0 || length > TIME_DIGITS_MAX)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        s->time_s = s->time_s * 10 + (text[i] - '0');
    }
    s->time = text;
    s->time_length = length;
    return true;
}

/* What another version may add is passed over. */
static bool take_part(const char *text, size_t length, signature *s)
{
    if (length >= 2 && memcmp(text, "t=", 2) == 0)
        return take_time(text + 2, length - 2, s);
    if (length < 3 || memcmp(text, "v1=", 3) != 0)
        return memchr(text, '=', length) != NULL;
    if (length != 3 + HEX_LENGTH || s->count == SIGNATURES_MAX)
        return false;
    s->hex[s->count++] = text + 3;
    return true;
}

static bool parse(const char *header, signature *s)
{
    for (const char *part = header; part;) {
        size_t length = strcspn(part, ",");
        if (!take_part(part, length, s))
            return false;
        part = part[length] == ',' ? part + length + 1 : NULL;
    }
    return s->time && s->count > 0;
}

/* Every secret is compared with every signature, whichever fits. */
static bool is_signed(const dbk_webhook *w, const signature *s)
{
    char stamp[TIME_DIGITS_MAX + 1];
    bool found = false;
    memcpy(stamp, s->time, s->time_length);
    stamp[s->time_length] = '.';
    for (size_t i = 0; i < w->secret_count; i++) {
        const char *secret = w->secrets[i];
        uint8_t digest[32];
        char hex[HEX_LENGTH + 1];
        if (!secret || !*secret)
            continue;
        hmac_sha256_of_pair(secret, strlen(secret), stamp, s->time_length + 1, w->body, w->body_length,
                            digest);
        sha256_hex(digest, hex);
        for (size_t k = 0; k < s->count; k++)
            found = hmac_equal(hex, s->hex[k], HEX_LENGTH) || found;
    }
    return found;
}

dbk_webhook_verdict dbk_webhook_verify(const dbk_webhook *request)
{
    const dbk_webhook *w = request;
    signature s = {.count = 0};
    assert(w && w->size == sizeof(*w));
    assert(w->body || w->body_length == 0);
    assert(w->secrets || w->secret_count == 0);
    assert(w->now_s >= 0 && w->tolerance_s >= 0);
    if (!w->signature || !parse(w->signature, &s))
        return DBK_WEBHOOK_MALFORMED;
    if (!is_signed(w, &s))
        return DBK_WEBHOOK_FORGED;
    int64_t now_s = w->now_s ? w->now_s : clock_system()->wall_us(clock_system()) / 1000000;
    int64_t tolerance_s = w->tolerance_s ? w->tolerance_s : TOLERANCE_S;
    int64_t apart_s = s.time_s > now_s ? s.time_s - now_s : now_s - s.time_s;
    return apart_s <= tolerance_s ? DBK_WEBHOOK_GENUINE : DBK_WEBHOOK_STALE;
}

const char *dbk_webhook_verdict_name(dbk_webhook_verdict verdict)
{
    static const char *const names[] = {"genuine", "stale", "forged", "malformed"};
    assert((size_t)verdict < sizeof(names) / sizeof(names[0]));
    return names[verdict];
}
