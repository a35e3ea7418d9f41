/* Plain and gzip files are read block by block through one buffer, and each block is hashed as it passes, so
 * the hash is of the very bytes that were parsed. A zip file is read by libzip, which seeks: it is hashed on
 * its own when asked for. */
#include "market/formats/source_int.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/mem.h"
#include "core/sha256.h"

#define BLOCK_BYTES ((size_t)256 * 1024)
/* Small files may compress to anything. */
#define RATIO_CHECK_BYTES ((int64_t)64 << 20)

struct source {
    source_kind kind;
    int fd;
    int64_t size_bytes;
    int64_t raw_bytes; /* read from the descriptor */
    int64_t out_bytes;
    sha256 *hash;
    uint8_t *block; /* what was read last */
    size_t block_length;
    size_t block_used;
    bool raw_end;
    z_stream gz;
    bool gz_ready;
    bool gz_done; /* the last member has ended */
    source_zip *zip;
    bool begun;
    uint8_t head[SOURCE_TAR_BLOCK]; /* of the unpacked data, read to see whether it is a tar archive */
    size_t head_length, head_used;
    source_tar *tar; /* NULL: it is none */
    source_tap tap;  /* take is NULL: nobody else wants the bytes */
};

static dbk_err *open_regular(const char *path, int *fd, int64_t *size_bytes)
{
    /* Without O_NONBLOCK the open of a pipe waits for its writer, for ever. */
    int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (opened < 0)
        return err_errno(errno, "could not open file \"%s\"", path);
    struct stat st;
    if (fstat(opened, &st) != 0) {
        dbk_err *e = err_errno(errno, "could not examine file \"%s\"", path);
        close(opened);
        return e;
    }
    if (!S_ISREG(st.st_mode)) {
        close(opened);
        dbk_err *e = err_new(ERR_INPUT, "not a regular file: \"%s\"", path);
        return err_with_hint(
            e, "files are read more than once, so pipes, devices and folders cannot be ingested");
    }
    *fd = opened;
    *size_bytes = st.st_size;
    return NULL;
}

/* Reads the next block, which is hashed here or goes to whoever taps. */
static dbk_err *fill(source *s)
{
    assert(s->block_used == s->block_length);
    s->block_used = 0;
    s->block_length = 0;
    ssize_t n;
    do {
        /* By position, because libzip's descriptor of a zip shares the offset with ours. */
        n = pread(s->fd, s->block, BLOCK_BYTES, s->raw_bytes);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_errno(errno, "could not read the file");
    s->raw_end = n == 0;
    s->block_length = (size_t)n;
    s->raw_bytes += n;
    if (s->tap.take)
        return n > 0 ? s->tap.take(s->tap.ctx, s->block, s->block_length) : NULL;
    sha256_update(s->hash, s->block, s->block_length);
    return NULL;
}

static dbk_err *start_gzip(source *s)
{
    /* 16 asks for gzip with its header and CRC; 15 is the largest window. */
    int rc = inflateInit2(&s->gz, 16 + 15);
    if (rc == Z_MEM_ERROR)
        return err_oom();
    if (rc != Z_OK)
        return err_new(ERR_INTERNAL, "zlib did not start: %d", rc);
    s->gz_ready = true;
    return NULL;
}

/* libzip reads the very file that was opened and will be hashed, whatever its name means by then. */
static dbk_err *start_zip(source *s)
{
    int fd = fcntl(s->fd, F_DUPFD_CLOEXEC, 3);
    if (fd < 0)
        return err_errno(errno, "could not duplicate a file descriptor");
    return source_zip_open(fd, s->size_bytes, &s->zip);
}

static dbk_err *recognise(source *s)
{
    uint8_t head[4];
    ssize_t n = pread(s->fd, head, sizeof(head), 0);
    if (n < 0)
        return err_errno(errno, "could not read the file");
    if (n == 0)
        return err_new(ERR_INPUT, "the file is empty");
    s->kind = source_kind_of_head(head, (size_t)n);
    return s->kind == SOURCE_GZIP ? start_gzip(s) : s->kind == SOURCE_ZIP ? start_zip(s) : NULL;
}

source_kind source_kind_of_head(const uint8_t *head, size_t length)
{
    if (length >= 2 && head[0] == 0x1f && head[1] == 0x8b)
        return SOURCE_GZIP;
    /* PK 3 4 begins a member, PK 5 6 an archive without any. */
    if (length >= 4 && head[0] == 'P' && head[1] == 'K' && (head[2] == 3 || head[2] == 5))
        return SOURCE_ZIP;
    return SOURCE_PLAIN;
}

dbk_err *source_open_raw(const char *path, source **out)
{
    source *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    s->fd = -1;
    s->kind = SOURCE_PLAIN;
    dbk_err *e = open_regular(path, &s->fd, &s->size_bytes);
    if (!e)
        e = sha256_new(&s->hash);
    if (!e) {
        s->block = mem_alloc(BLOCK_BYTES);
        if (!s->block)
            e = err_oom();
    }
    if (e) {
        source_close(s);
        return e;
    }
    *out = s;
    return NULL;
}

dbk_err *source_open(const char *path, source **out)
{
    source *s;
    dbk_err *e = source_open_raw(path, &s);
    if (e)
        return e;
    e = recognise(s);
    if (e) {
        source_close(s);
        return e;
    }
    *out = s;
    return NULL;
}

bool source_tap_into(source *s, const source_tap *tap)
{
    assert(s->raw_bytes == 0);
    if (s->zip)
        return false;
    s->tap = *tap;
    return true;
}

void source_close(source *s)
{
    if (!s)
        return;
    source_tar_close(s->tar);
    source_zip_close(s->zip);
    if (s->gz_ready)
        inflateEnd(&s->gz);
    sha256_free(s->hash);
    mem_free(s->block);
    if (s->fd >= 0)
        close(s->fd);
    mem_free(s);
}

source_kind source_kind_of(const source *s)
{
    return s->kind;
}

int64_t source_size_bytes(const source *s)
{
    return s->size_bytes;
}

int64_t source_position_bytes(const source *s)
{
    return s->zip ? source_zip_position_bytes(s->zip) : s->raw_bytes;
}

bool source_member_of(const source *s, source_member *out)
{
    if (s->zip)
        source_zip_member(s->zip, out);
    return s->zip != NULL;
}

static dbk_err *read_plain(source *s, void *p, size_t size, size_t *got)
{
    if (s->block_used == s->block_length && !s->raw_end) {
        dbk_err *e = fill(s);
        if (e)
            return e;
    }
    size_t n = s->block_length - s->block_used;
    n = n < size ? n : size;
    memcpy(p, s->block + s->block_used, n);
    s->block_used += n;
    *got = n;
    return NULL;
}

/* Between members: another member, zeros up to the end (tapes and some writers pad with them), or the end. */
static dbk_err *next_member(source *s)
{
    for (;;) {
        if (s->block_used == s->block_length) {
            dbk_err *e = fill(s);
            if (e)
                return e;
            if (s->raw_end) {
                s->gz_done = true;
                return NULL;
            }
        }
        if (s->block[s->block_used] == 0x1f)
            break;
        if (s->block[s->block_used] != 0)
            return err_new(
                ERR_INPUT,
                "the gzip data is followed by something that is not gzip data, after %lld unpacked bytes",
                (long long)s->out_bytes);
        s->block_used++;
    }
    s->gz_done = false;
    return inflateReset(&s->gz) == Z_OK ? NULL : err_new(ERR_INTERNAL, "zlib did not restart");
}

/* One call of inflate(); says how much came out. */
static dbk_err *inflate_some(source *s, void *p, size_t size, size_t *got, bool *member_end)
{
    s->gz.next_in = s->block + s->block_used;
    s->gz.avail_in = (uInt)(s->block_length - s->block_used);
    s->gz.next_out = p;
    s->gz.avail_out = (uInt)size;
    int rc = inflate(&s->gz, Z_NO_FLUSH);
    s->block_used = s->block_length - s->gz.avail_in;
    *got = size - s->gz.avail_out;
    *member_end = rc == Z_STREAM_END;
    switch (rc) {
    case Z_OK:
    case Z_STREAM_END:
    case Z_BUF_ERROR: /* needs more input: not an error */
        return NULL;
    case Z_MEM_ERROR:
        return err_oom();
    default:
        return err_new(ERR_INPUT, "damaged gzip file: %s, after %lld unpacked bytes",
                       s->gz.msg ? s->gz.msg : "data error", (long long)(s->out_bytes + (int64_t)*got));
    }
}

static dbk_err *read_gzip(source *s, void *p, size_t size, size_t *got)
{
    *got = 0;
    while (!s->gz_done) {
        dbk_err *e = NULL;
        if (s->block_used == s->block_length) {
            e = fill(s);
            if (!e && s->raw_end)
                e = err_new(ERR_INPUT,
                            "truncated gzip file: it ends in the middle, after %lld unpacked bytes",
                            (long long)s->out_bytes);
        }
        bool member_end = false;
        if (!e)
            e = inflate_some(s, p, size, got, &member_end);
        if (!e && member_end)
            e = next_member(s);
        if (e || *got > 0)
            return e;
    }
    return NULL;
}

static dbk_err *check_ratio(const source *s)
{
    int64_t used = source_position_bytes(s);
    if (s->out_bytes < RATIO_CHECK_BYTES || s->out_bytes / SOURCE_RATIO_MAX <= used)
        return NULL;
    dbk_err *e = err_new(ERR_INPUT, "the file unpacks to more than %d times its size", SOURCE_RATIO_MAX);
    return err_with_hint(
        e, "market data does not compress like that; unpack it yourself if it is what you think it is");
}

static dbk_err *read_unpacked(source *s, void *p, size_t size, size_t *got)
{
    dbk_err *e = s->kind == SOURCE_ZIP    ? source_zip_read(s->zip, p, size, got)
                 : s->kind == SOURCE_GZIP ? read_gzip(s, p, size, got)
                                          : read_plain(s, p, size, got);
    if (e)
        return e;
    s->out_bytes += (int64_t)*got;
    return s->kind == SOURCE_PLAIN ? NULL : check_ratio(s);
}

/* What was read ahead comes first, and whatever else is there with it. */
static dbk_err *read_on(void *context, void *p, size_t size, size_t *got)
{
    source *s = context;
    size_t held = s->head_length - s->head_used;
    held = held < size ? held : size;
    memcpy(p, s->head + s->head_used, held);
    s->head_used += held;
    size_t more = 0;
    dbk_err *e = held < size ? read_unpacked(s, (char *)p + held, size - held, &more) : NULL;
    *got = held + more;
    return e;
}

static dbk_err *begin(source *s)
{
    s->begun = true;
    size_t got = 1;
    while (got > 0 && s->head_length < sizeof(s->head)) {
        dbk_err *e = read_unpacked(s, s->head + s->head_length, sizeof(s->head) - s->head_length, &got);
        if (e)
            return e;
        s->head_length += got;
    }
    bool tar = s->head_length == sizeof(s->head) && source_tar_begins(s->head);
    return tar ? source_tar_open(&s->tar) : NULL;
}

dbk_err *source_read(source *s, void *p, size_t size, size_t *got)
{
    assert(size > 0);
    size_t n = 0;
    dbk_err *e = s->begun ? NULL : begin(s);
    if (!e)
        e = s->tar ? source_tar_read(s->tar, read_on, s, p, size, &n) : read_on(s, p, size, &n);
    if (!e)
        *got = n;
    return e;
}

dbk_err *source_read_raw(source *s, const void **bytes, size_t *length)
{
    s->block_used = s->block_length;
    dbk_err *e = fill(s);
    if (e)
        return e;
    *bytes = s->block;
    *length = s->block_length;
    return NULL;
}

dbk_err *source_identify(source *s, source_identity *out)
{
    while (!s->raw_end) {
        s->block_used = s->block_length;
        dbk_err *e = fill(s);
        if (e)
            return e;
    }
    if (s->tap.take)
        memset(out->sha256, 0, sizeof(out->sha256));
    else
        sha256_final(s->hash, out->sha256);
    out->size_bytes = s->raw_bytes;
    return NULL;
}

dbk_err *source_identify_path(const char *path, source_identity *out)
{
    source *s;
    dbk_err *e = source_open_raw(path, &s);
    if (e)
        return e;
    e = source_identify(s, out);
    source_close(s);
    return e;
}
