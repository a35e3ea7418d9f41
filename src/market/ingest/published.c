#include "market/ingest/published.h"

#include <string.h>

#include "core/file.h"
#include "core/sha256.h"
#include "market/archive/archive.h"
#include "market/archive/fetch.h"

/* One line for every file of a large folder. */
#define CHECKSUM_BYTES_MAX ((size_t)16 << 20)
#define HASH_BYTES 32
#define HEX_SIZE (2 * HASH_BYTES + 1)

/* Of lower-case hex that was checked. */
static void parse_hex(const char hex[HEX_SIZE], uint8_t out[HASH_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < HASH_BYTES; i++) {
        const char *high = memchr(digits, hex[2 * i], 16);
        const char *low = memchr(digits, hex[2 * i + 1], 16);
        out[i] = (uint8_t)((high - digits) << 4 | (low - digits));
    }
}

static dbk_err *unreadable(arena *a, const char *why, published *out)
{
    out->verdict = PUBLISHED_UNREADABLE;
    out->reason = arena_printf(a, "the CHECKSUM beside it cannot be used: %s", why);
    return out->reason ? NULL : err_oom();
}

static dbk_err *compare(arena *a, const char hex[HEX_SIZE], const source_identity *identity, published *out)
{
    char own[HEX_SIZE];
    parse_hex(hex, out->sha256);
    out->verdict = PUBLISHED_MATCHES;
    if (memcmp(out->sha256, identity->sha256, HASH_BYTES) == 0)
        return NULL;
    out->verdict = PUBLISHED_DIFFERS;
    sha256_hex(identity->sha256, own);
    out->reason = arena_printf(a, "its SHA-256 is %s, and the CHECKSUM beside it says %s", own, hex);
    return out->reason ? NULL : err_oom();
}

/* Of one line for each of several files, this file's. */
static bool find_line(const char *text, size_t length, const char *file_name, char hex[HEX_SIZE])
{
    const char *end = text + length;
    while (text < end) {
        const char *lf = memchr(text, '\n', (size_t)(end - text));
        const char *line_end = lf ? lf : end;
        if (fetch_read_checksum(text, (size_t)(line_end - text), file_name, hex))
            return true;
        text = line_end + (lf != NULL);
    }
    return false;
}

dbk_err *published_check(arena *a, const char *path, const source_identity *identity, published *out)
{
    const char *slash = strrchr(path, '/');
    const char *beside = arena_printf(a, "%s" ARCHIVE_CHECKSUM_ENDING, path);
    char *text;
    size_t length;
    char hex[HEX_SIZE];
    *out = (published){.verdict = PUBLISHED_NONE};
    if (!beside)
        return err_oom();
    dbk_err *e = file_read(a, beside, CHECKSUM_BYTES_MAX, &text, &length);
    if (e && (err_code(e) == ERR_NOT_FOUND || err_code(e) == ERR_MEMORY)) {
        if (err_code(e) == ERR_MEMORY)
            return e;
        err_free(e);
        return NULL;
    }
    if (e) {
        dbk_err *failed = unreadable(a, err_message(e), out);
        err_free(e);
        return failed;
    }
    if (!find_line(text, length, slash ? slash + 1 : path, hex))
        return unreadable(a, "it has no line for this file", out);
    return compare(a, hex, identity, out);
}
