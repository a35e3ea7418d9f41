#include "market/ingest/batch_raw.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "core/mem.h"
#include "core/sha256.h"

/* The fastest of the ordinary levels: it must keep up with the rows, which are many times its work for the
 * server. Rows of numbers repeat what stands a line or two before, or nothing: with a small table of places,
 * of longer matches, candles take three quarters of the level's own time and become 4 % smaller. Captures of
 * JSON become 7 % larger. */
#define LEVEL 1
#define HASH_LOG 8
#define MATCH_MIN 6

struct batch_raw {
    int fd;
    bool begun;
    bool plain;
    sha256 *hash;
    int64_t bytes;
    char *block; /* of a plain file, before it is compressed */
    ZSTD_CCtx *zstd;
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

dbk_err *batch_raw_open(const char *path, batch_raw **out)
{
    batch_raw *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    dbk_err *e = NULL;
    r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (r->fd < 0)
        e = err_errno(errno, "could not open file \"%s\"", path);
    if (!e)
        e = sha256_new(&r->hash);
    if (!e)
        r->block = mem_alloc(BATCH_RAW_CHUNK_BYTES);
    if (!e && !r->block)
        e = err_oom();
    if (e) {
        batch_raw_close(r);
        return e;
    }
    *out = r;
    return NULL;
}

void batch_raw_close(batch_raw *r)
{
    if (!r)
        return;
    ZSTD_freeCCtx(r->zstd); /* accepts NULL */
    mem_free(r->block);
    sha256_free(r->hash);
    if (r->fd >= 0)
        close(r->fd);
    mem_free(r);
}

/* As much as there is, up to a chunk. */
static dbk_err *read_block(batch_raw *r, char *to, size_t *length)
{
    *length = 0;
    while (*length < BATCH_RAW_CHUNK_BYTES) {
        ssize_t n = read(r->fd, to + *length, BATCH_RAW_CHUNK_BYTES - *length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(errno, "could not read the file");
        if (n == 0)
            break;
        *length += (size_t)n;
    }
    sha256_update(r->hash, to, *length);
    r->bytes += (int64_t)*length;
    return NULL;
}

static dbk_err *compress_block(batch_raw *r, char *chunk, size_t size, size_t *length)
{
    if (!r->zstd) {
        r->zstd = ZSTD_createCCtx();
        if (!r->zstd)
            return err_oom();
        ZSTD_CCtx_setParameter(r->zstd, ZSTD_c_compressionLevel, LEVEL);
        ZSTD_CCtx_setParameter(r->zstd, ZSTD_c_hashLog, HASH_LOG);
        ZSTD_CCtx_setParameter(r->zstd, ZSTD_c_minMatch, MATCH_MIN);
    }
    size_t packed = ZSTD_compress2(r->zstd, chunk, size, r->block, *length);
    if (ZSTD_isError(packed))
        return err_new(ERR_INTERNAL, "zstd did not compress: %s", ZSTD_getErrorName(packed));
    *length = packed;
    return NULL;
}

dbk_err *batch_raw_read(batch_raw *r, char *chunk, size_t size, size_t *length, bool *more)
{
    assert(size >= BATCH_RAW_CHUNK_BYTES_MAX);
    size_t n;
    dbk_err *e = read_block(r, r->block, &n);
    if (e)
        return e;
    if (!r->begun)
        r->plain = source_kind_of_head((const uint8_t *)r->block, n) == SOURCE_PLAIN;
    r->begun = true;
    *more = n > 0;
    if (n == 0)
        return NULL;
    *length = n;
    if (r->plain)
        return compress_block(r, chunk, size, length);
    memcpy(chunk, r->block, n);
    return NULL;
}

void batch_raw_identify(batch_raw *r, source_identity *out)
{
    sha256_final(r->hash, out->sha256);
    out->size_bytes = r->bytes;
}
