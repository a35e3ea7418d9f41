/* spool_log.h: the file of a spool: records, one after another, each with its length, its number and a
 * checksum.
 *
 * A record is 24 bytes and a payload, integers little-endian:
 *
 *     0  u32  magic, "DBSR"
 *     4  u32  CRC-32 of all that follows
 *     8  u64  number of the entry that the record is about
 *    16  u32  length of the payload
 *    20  u32  type
 *
 * The first record of a file is SPOOL_START. What the types mean is spool.c's business; here they are bytes
 * that are whole or not. A write that a crash has torn leaves a record without its checksum at the end, which
 * whoever opens the file for writing cuts off. Bytes that are damaged in front of records that are not are
 * skipped and reported: the magic tells where the next record may begin, its checksum that it does.
 *
 * One writer at a time, which is the caller's lock; readers may come at any moment. Private to src/book. */
#ifndef DAYBOOK_BOOK_SPOOL_LOG_H
#define DAYBOOK_BOOK_SPOOL_LOG_H

#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

#define SPOOL_RECORD_HEAD 24
#define SPOOL_PAYLOAD_MAX ((size_t)64 << 20)
#define SPOOL_LOG_MAX ((int64_t)1 << 30) /* bytes; a spool that is longer takes nothing more */

typedef struct spool_log spool_log;

typedef struct spool_record {
    uint64_t number;
    uint32_t type;
    uint32_t length; /* of the payload */
    int64_t at;      /* where the record begins */
} spool_record;

typedef struct spool_reader {
    /* Once for each whole record, in order; payload is lent. */
    dbk_err *(*record)(void *ctx, const spool_record *record, const char *payload);
    /* For damaged bytes that whole records follow. */
    dbk_err *(*damage)(void *ctx, int64_t at, int64_t length);
    void *ctx;
} spool_reader;

/* The file must exist. for_writing cuts off, after reading, what is no whole record at the end. */
dbk_err *spool_log_open(const char *path, bool for_writing, const spool_reader *reader,
                        spool_log **out) ERR_MUST_USE;
/* Empty, in place of whatever is at path.new; nothing is at path before spool_log_publish. */
dbk_err *spool_log_create(const char *path, spool_log **out) ERR_MUST_USE;
/* Everything is on disk, and the file stands at its path in place of what was there; the next append that
 * flushes makes that last. */
dbk_err *spool_log_publish(spool_log *log) ERR_MUST_USE;
/* A file that was never published is removed. Accepts NULL. */
void spool_log_close(spool_log *log);

/* Records are put together in a buffer, so that several reach the file in one write. */
void spool_record_put(buf *out, uint32_t type, uint64_t number, const void *payload, size_t length);
/* *at is where the first of them begins. With flush they are on disk on return. After an error none of them
 * is in the file, and it stays as usable as the disk lets it. */
dbk_err *spool_log_append(spool_log *log, const buf *records, bool flush, int64_t *at) ERR_MUST_USE;
/* Checks again what is read: ERR_IO for bytes that are not what was written. */
dbk_err *spool_log_read(const spool_log *log, const spool_record *record, buf *payload) ERR_MUST_USE;
/* The record as it stands in the file, at the end of out. */
dbk_err *spool_log_copy(const spool_log *log, const spool_record *record, buf *out) ERR_MUST_USE;
dbk_err *spool_log_read_bytes(const spool_log *log, int64_t at, size_t length, buf *out) ERR_MUST_USE;
int64_t spool_log_length(const spool_log *log);

#endif
