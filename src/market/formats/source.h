/* source.h: the bytes of a recorded file, whatever it is packed in.
 *
 * Plain, gzip (any number of members) and zip files are told apart by their first bytes, never by their name.
 * Reading gives the unpacked bytes in order, in constant memory; the end is reported only after everything
 * that can be verified has been: lengths and CRCs of every member. SHA-256 is that of the file as it lies on
 * disk. A tar archive in any of them gives the files in it one after another, as if they were one.
 *
 * A damaged, truncated or encrypted file, one that expands more than SOURCE_RATIO_MAX times, an empty one,
 * and a zip that does not hold exactly one file are ERR_INPUT: the content was refused. ERR_NOT_FOUND,
 * ERR_DENIED and ERR_IO say that it could not be read. Only regular files: everything is read more than once.
 * Blocks; one thread at a time. */
#ifndef DAYBOOK_MARKET_FORMATS_SOURCE_H
#define DAYBOOK_MARKET_FORMATS_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/err.h"

/* Candles as text compress four to twelve times; a thousand is the most that deflate can do, to runs of one
 * byte. */
#define SOURCE_RATIO_MAX 300

typedef struct source source;

typedef enum source_kind { SOURCE_PLAIN, SOURCE_GZIP, SOURCE_ZIP } source_kind;

typedef struct source_identity {
    uint8_t sha256[32];
    int64_t size_bytes;
} source_identity;

static inline bool source_identity_equal(const source_identity *a, const source_identity *b)
{
    return a->size_bytes == b->size_bytes && memcmp(a->sha256, b->sha256, sizeof(a->sha256)) == 0;
}

/* What a file is, by its first bytes; four are enough. */
source_kind source_kind_of_head(const uint8_t *head, size_t length);

dbk_err *source_open(const char *path, source **out) ERR_MUST_USE;
void source_close(source *s); /* accepts NULL */

source_kind source_kind_of(const source *s);
/* Of the file on disk: how many bytes it has, and how many of them have been used; for progress. */
int64_t source_size_bytes(const source *s);
int64_t source_position_bytes(const source *s);

/* The one file of a zip archive that is read. */
typedef struct source_member {
    const char *name; /* lent until source_close() */
    uint32_t crc32;
    int64_t size_bytes; /* unpacked */
} source_member;

/* False: it is no zip archive. */
bool source_member_of(const source *s, source_member *out);

/* Up to `size` unpacked bytes; *got is 0 only at the verified end. */
dbk_err *source_read(source *s, void *p, size_t size, size_t *got) ERR_MUST_USE;

/* Somebody else who wants the bytes of the file as they lie on disk, in their order. */
typedef struct source_tap {
    dbk_err *(*take)(void *ctx, const void *bytes, size_t length);
    void *ctx;
} source_tap;
/* Before anything is read: whatever is read from disk, to its end in source_identify(), goes to the tap as
 * well, and hashing is the tap's affair. false: a file of this kind is not read in its order, and the tap
 * gets nothing. */
bool source_tap_into(source *s, const source_tap *tap);

/* A file that need not be readable as anything: only its bytes as they lie on disk, lent until the next call;
 * *length is 0 at the end. */
dbk_err *source_open_raw(const char *path, source **out) ERR_MUST_USE;
dbk_err *source_read_raw(source *s, const void **bytes, size_t *length) ERR_MUST_USE;

/* Identity of the file that was read. Reads what has not been read yet, so it may be asked at any point,
 * once. Of one that is tapped the hash is zeros. */
dbk_err *source_identify(source *s, source_identity *out) ERR_MUST_USE;

/* Identity of a file that need not be readable as anything. */
dbk_err *source_identify_path(const char *path, source_identity *out) ERR_MUST_USE;

#endif
