#include "market/ingest/batch_raw.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "core/mem.h"

/* The fastest of the ordinary levels: it must keep up with the rows, which are many times its work for the
 * server. Rows of numbers repeat what stands a line or two before, or nothing: with a small table of places,
 * of longer matches, candles take three quarters of the level's own time and become 4 % smaller. Captures of
 * JSON become 7 % larger. */
#define LEVEL 1
#define HASH_LOG 8
#define MATCH_MIN 6

struct batch_raw {
    bool begun;
    bool plain;
    ZSTD_CCtx *zstd; /* NULL: not needed yet */
};

dbk_err *batch_raw_kind(const char *path, source_kind *out)
{
    uint8_t head[4];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : pread(fd, head, sizeof(head), 0);
    dbk_err *e = n < 0 ? err_errno(errno, "could not read file \"%s\"", path) : NULL;
    if (fd >= 0)
        close(fd);
    if (!e)
        *out = source_kind_of_head(head, (size_t)n);
    return e;
}

const char *batch_raw_encoding(source_kind kind)
{
    return kind == SOURCE_ZIP ? "zip" : kind == SOURCE_GZIP ? "gzip" : "zstd";
}

dbk_err *batch_raw_new(batch_raw **out)
{
    batch_raw *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    *out = r;
    return NULL;
}

void batch_raw_free(batch_raw *r)
{
    if (!r)
        return;
    ZSTD_freeCCtx(r->zstd); /* accepts NULL */
    mem_free(r);
}

static dbk_err *compress(batch_raw *r, const char *bytes, size_t length, char *chunk, size_t size,
                         size_t *packed)
{
    if (!r->zstd) {
        r->zstd = ZSTD_createCCtx();
        if (!r->zstd)
            return err_oom();
        ZSTD_CCtx_setParameter(r->zstd, ZSTD_c_compressionLevel, LEVEL);
        ZSTD_CCtx_setParameter(r->zstd, ZSTD_c_hashLog, HASH_LOG);
        ZSTD_CCtx_setParameter(r->zstd, ZSTD_c_minMatch, MATCH_MIN);
    }
    size_t n = ZSTD_compress2(r->zstd, chunk, size, bytes, length);
    if (ZSTD_isError(n))
        return err_new(ERR_INTERNAL, "zstd did not compress: %s", ZSTD_getErrorName(n));
    *packed = n;
    return NULL;
}

bool batch_raw_is_plain(batch_raw *r, const char *bytes, size_t length)
{
    if (!r->begun)
        r->plain = source_kind_of_head((const uint8_t *)bytes, length) == SOURCE_PLAIN;
    r->begun = true;
    return r->plain;
}

dbk_err *batch_raw_pack(batch_raw *r, const char *bytes, size_t length, char *chunk, size_t size,
                        size_t *packed)
{
    assert(r->begun);
    assert(length > 0 && length <= CONTENT_CUT_BYTES_MAX);
    assert(size >= BATCH_RAW_CHUNK_BYTES_MAX);
    if (r->plain)
        return compress(r, bytes, length, chunk, size, packed);
    memcpy(chunk, bytes, length);
    *packed = length;
    return NULL;
}
