/* The file of a spool: records come in order, inside the file and never overlap; opening it for writing
 * leaves a file in which the same records are. */
#include "book/spool_log.h"
#include "fuzz.h"

typedef struct seen {
    size_t records;
    int64_t behind;
    uint64_t sum;
} seen;

static dbk_err *record(void *ctx, const spool_record *r, const char *payload)
{
    seen *s = ctx;
    fuzz_require(r->at >= s->behind && r->length <= SPOOL_PAYLOAD_MAX);
    s->behind = r->at + SPOOL_RECORD_HEAD + r->length;
    s->records++;
    for (uint32_t i = 0; i < r->length; i++)
        s->sum = (s->sum ^ (uint8_t)payload[i]) * 1099511628211u;
    return NULL;
}

static dbk_err *damage(void *ctx, int64_t at, int64_t length)
{
    seen *s = ctx;
    fuzz_require(at >= s->behind && length > 0);
    s->behind = at + length;
    return NULL;
}

static bool read_log(const char *path, bool for_writing, seen *s)
{
    *s = (seen){.sum = 14695981039346656037u};
    spool_log *log;
    if (!fuzz_succeeded(spool_log_open(path, for_writing, &(spool_reader){record, damage, s}, &log)))
        return false;
    spool_log_close(log);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    seen before, mended, after;
    if (!read_log(path, false, &before))
        return 0;
    fuzz_require(read_log(path, true, &mended));
    fuzz_require(read_log(path, false, &after));
    fuzz_require(before.records == mended.records && before.sum == mended.sum);
    fuzz_require(before.records == after.records && before.sum == after.sum);
    return 0;
}
