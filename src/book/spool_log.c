#include "book/spool_log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/file.h"
#include "core/mem.h"

#define CRC_AT 4
#define NUMBER_AT 8
#define LENGTH_AT 16
#define TYPE_AT 20
#define SEARCH_SIZE 65536

static const uint8_t magic[4] = {'D', 'B', 'S', 'R'};

struct spool_log {
    int fd;
    char *path;
    char *new_path;  /* until it is published, else NULL */
    int64_t length;  /* whole records only */
    bool cut_due;    /* after a failed write something may be behind length */
    bool folder_due; /* the file's name may not be on disk yet */
};

/* ---- bytes ---- */

static void store32(char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (char)(v >> (8 * i));
}

static uint32_t load32(const char *p)
{
    uint32_t v = 0;
    for (int i = 3; i >= 0; i--)
        v = v << 8 | (uint8_t)p[i];
    return v;
}

static uint64_t load64(const char *p)
{
    return (uint64_t)load32(p + 4) << 32 | load32(p);
}

void spool_record_put(buf *out, uint32_t type, uint64_t number, const void *payload, size_t length)
{
    char head[SPOOL_RECORD_HEAD];
    assert(length <= SPOOL_PAYLOAD_MAX);
    memcpy(head, magic, sizeof(magic));
    store32(head + NUMBER_AT, (uint32_t)number);
    store32(head + NUMBER_AT + 4, (uint32_t)(number >> 32));
    store32(head + LENGTH_AT, (uint32_t)length);
    store32(head + TYPE_AT, type);
    uint32_t crc = digest_crc32(0, head + NUMBER_AT, SPOOL_RECORD_HEAD - NUMBER_AT);
    store32(head + CRC_AT, digest_crc32(crc, payload, length));
    buf_append(out, head, sizeof(head));
    buf_append(out, payload, length);
}

/* All of it, or fewer bytes at the end of the file. */
static dbk_err *read_at(const spool_log *log, int64_t at, char *out, size_t length, size_t *got)
{
    *got = 0;
    while (*got < length) {
        ssize_t n = pread(log->fd, out + *got, length - *got, (off_t)(at + (int64_t)*got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(errno, "could not read %s", log->path);
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return NULL;
}

dbk_err *spool_log_read_bytes(const spool_log *log, int64_t at, size_t length, buf *out)
{
    char *place = buf_reserve(out, length);
    if (!place)
        return buf_error(out);
    size_t got;
    dbk_err *e = read_at(log, at, place, length, &got);
    if (!e)
        buf_added(out, got);
    if (!e && got < length)
        e = err_new(ERR_IO, "%s ends in the middle of a record", log->path);
    return e;
}

/* ---- reading records ---- */

/* *whole: a record begins at `at`; whole_record is then its head and its payload. */
static dbk_err *read_record(const spool_log *log, int64_t at, int64_t end, spool_record *record,
                            buf *whole_record, bool *whole)
{
    *whole = false;
    buf_clear(whole_record);
    if (end - at < SPOOL_RECORD_HEAD)
        return NULL;
    dbk_err *e = spool_log_read_bytes(log, at, SPOOL_RECORD_HEAD, whole_record);
    if (e)
        return e;
    const char *head = whole_record->data;
    uint32_t length = load32(head + LENGTH_AT);
    if (memcmp(head, magic, sizeof(magic)) != 0 || length > SPOOL_PAYLOAD_MAX ||
        end - at - SPOOL_RECORD_HEAD < (int64_t)length)
        return NULL;
    e = spool_log_read_bytes(log, at + SPOOL_RECORD_HEAD, length, whole_record);
    if (e)
        return e;
    head = whole_record->data;
    *record = (spool_record){
        .number = load64(head + NUMBER_AT), .type = load32(head + TYPE_AT), .length = length, .at = at};
    *whole =
        digest_crc32(0, head + NUMBER_AT, SPOOL_RECORD_HEAD - NUMBER_AT + length) == load32(head + CRC_AT);
    return NULL;
}

/* Where the magic stands next, from `at` on; `end` when nowhere. */
static dbk_err *find_magic(const spool_log *log, int64_t at, int64_t end, int64_t *found)
{
    char window[SEARCH_SIZE];
    *found = end;
    while (end - at >= SPOOL_RECORD_HEAD) {
        size_t got;
        dbk_err *e = read_at(log, at, window, sizeof(window), &got);
        if (e)
            return e;
        const char *hit = memmem(window, got, magic, sizeof(magic));
        if (hit) {
            *found = at + (hit - window);
            return NULL;
        }
        if (got < sizeof(window))
            return NULL;
        at += (int64_t)(got - (sizeof(magic) - 1)); /* it may stand across two windows */
    }
    return NULL;
}

/* The next whole record behind damaged bytes; *found is `end` when there is none. */
static dbk_err *find_record(const spool_log *log, int64_t at, int64_t end, buf *scratch, int64_t *found)
{
    dbk_err *e = find_magic(log, at, end, found);
    while (!e && *found < end) {
        spool_record record;
        bool whole;
        e = read_record(log, *found, end, &record, scratch, &whole);
        if (e || whole)
            break;
        e = find_magic(log, *found + 1, end, found);
    }
    return e;
}

/* log->length becomes the end of the last whole record. */
static dbk_err *read_all(spool_log *log, int64_t end, const spool_reader *reader)
{
    buf whole_record;
    buf_init(&whole_record, SPOOL_RECORD_HEAD + SPOOL_PAYLOAD_MAX);
    dbk_err *e = NULL;
    int64_t at = 0;
    while (!e && at < end) {
        spool_record record;
        bool whole;
        int64_t next = end;
        e = read_record(log, at, end, &record, &whole_record, &whole);
        if (!e && whole) {
            e = reader->record(reader->ctx, &record, whole_record.data + SPOOL_RECORD_HEAD);
            at += SPOOL_RECORD_HEAD + (int64_t)record.length;
            log->length = at;
            continue;
        }
        if (!e)
            e = find_record(log, at + 1, end, &whole_record, &next);
        if (!e && next < end)
            e = reader->damage(reader->ctx, at, next - at);
        at = next;
    }
    buf_term(&whole_record);
    return e;
}

/* ---- opening and closing ---- */

static dbk_err *log_new(const char *path, const char *suffix, spool_log **out)
{
    spool_log *log = mem_alloc(sizeof(*log));
    if (!log)
        return err_oom();
    log->fd = -1;
    log->path = mem_strdup(path);
    if (suffix) {
        size_t size = strlen(path) + strlen(suffix) + 1;
        log->new_path = mem_alloc(size);
        if (log->new_path)
            snprintf(log->new_path, size, "%s%s", path, suffix);
    }
    *out = log;
    return log->path && (!suffix || log->new_path) ? NULL : err_oom();
}

static dbk_err *cut(spool_log *log)
{
    if (ftruncate(log->fd, (off_t)log->length) != 0)
        return err_errno(errno, "could not cut %s", log->path);
    log->cut_due = false;
    return NULL;
}

static dbk_err *open_log(spool_log *log, bool for_writing, const spool_reader *reader)
{
    struct stat st;
    log->fd = open(log->path, (for_writing ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (log->fd < 0)
        return err_errno(errno, "could not open %s", log->path);
    if (fstat(log->fd, &st) != 0)
        return err_errno(errno, "could not look at %s", log->path);
    dbk_err *e = read_all(log, (int64_t)st.st_size, reader);
    if (!e && for_writing && log->length < (int64_t)st.st_size)
        e = cut(log);
    return e;
}

dbk_err *spool_log_open(const char *path, bool for_writing, const spool_reader *reader, spool_log **out)
{
    spool_log *log = NULL;
    dbk_err *e = log_new(path, NULL, &log);
    if (!e)
        e = open_log(log, for_writing, reader);
    if (e) {
        spool_log_close(log);
        return e;
    }
    *out = log;
    return NULL;
}

dbk_err *spool_log_create(const char *path, spool_log **out)
{
    spool_log *log = NULL;
    dbk_err *e = log_new(path, ".new", &log);
    if (!e && unlink(log->new_path) != 0 && errno != ENOENT)
        e = err_errno(errno, "could not remove %s", log->new_path);
    if (!e) {
        log->fd = open(log->new_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (log->fd < 0)
            e = err_errno(errno, "could not create %s", log->new_path);
    }
    if (e) {
        spool_log_close(log);
        return e;
    }
    *out = log;
    return NULL;
}

dbk_err *spool_log_publish(spool_log *log)
{
    if (fsync(log->fd) != 0)
        return err_errno(errno, "could not flush %s to disk", log->new_path);
    if (rename(log->new_path, log->path) != 0)
        return err_errno(errno, "could not rename %s to %s", log->new_path, log->path);
    mem_free(log->new_path);
    log->new_path = NULL;
    log->folder_due = true;
    return NULL;
}

void spool_log_close(spool_log *log)
{
    if (!log)
        return;
    if (log->fd >= 0)
        close(log->fd);
    if (log->fd >= 0 && log->new_path)
        (void)unlink(log->new_path);
    mem_free(log->new_path);
    mem_free(log->path);
    mem_free(log);
}

/* ---- writing ---- */

static dbk_err *write_at(const spool_log *log, const buf *records)
{
    size_t done = 0;
    while (done < records->length) {
        ssize_t n = pwrite(log->fd, records->data + done, records->length - done,
                           (off_t)(log->length + (int64_t)done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(errno, "could not write %s", log->path);
        done += (size_t)n;
    }
    return NULL;
}

static dbk_err *flush_log(spool_log *log)
{
    if (fdatasync(log->fd) != 0)
        return err_errno(errno, "could not flush %s to disk", log->path);
    dbk_err *e = log->folder_due ? file_sync_folder_of(log->path) : NULL;
    if (!e)
        log->folder_due = false;
    return e;
}

dbk_err *spool_log_append(spool_log *log, const buf *records, bool flush, int64_t *at)
{
    dbk_err *e = buf_error(records);
    if (!e && log->cut_due)
        e = cut(log);
    if (e)
        return e;
    if (log->length + (int64_t)records->length > SPOOL_LOG_MAX)
        return err_new(ERR_LIMIT, "%s is full: it would become longer than %lld MiB", log->path,
                       (long long)(SPOOL_LOG_MAX >> 20));
    e = write_at(log, records);
    if (!e && flush)
        e = flush_log(log);
    if (e) {
        log->cut_due = true;
        err_free(cut(log));
        return e;
    }
    *at = log->length;
    log->length += (int64_t)records->length;
    return NULL;
}

dbk_err *spool_log_copy(const spool_log *log, const spool_record *record, buf *out)
{
    return spool_log_read_bytes(log, record->at, SPOOL_RECORD_HEAD + (size_t)record->length, out);
}

dbk_err *spool_log_read(const spool_log *log, const spool_record *record, buf *payload)
{
    spool_record now;
    bool whole;
    dbk_err *e = read_record(log, record->at, log->length, &now, payload, &whole);
    if (e)
        return e;
    if (!whole || now.number != record->number || now.length != record->length)
        return err_new(ERR_IO, "entry %llu of %s is damaged", (unsigned long long)record->number, log->path);
    buf_consume(payload, SPOOL_RECORD_HEAD);
    return NULL;
}

int64_t spool_log_length(const spool_log *log)
{
    return log->length;
}
