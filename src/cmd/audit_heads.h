/* audit_heads.h: hashes of seals that are kept in a file, outside of the database that they are about.
 *
 * A line is a JSON object, {"seal_no": 7, "last_seq": 1200, "hash": "…", "sealed_at": "…"}, hash in
 * hexadecimal, in the order of seal_no. Lines are only ever added. Whoever can change everything in the
 * database cannot change the file, if it is kept where he has no access. */
#ifndef DAYBOOK_CMD_AUDIT_HEADS_H
#define DAYBOOK_CMD_AUDIT_HEADS_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

typedef struct audit_head {
    int64_t seal_no;
    const char *hash;
} audit_head;

typedef struct audit_heads {
    const char *text; /* the file as it is */
    size_t length;
    audit_head *items;
    size_t count;
} audit_heads;

/* In `a`. A file that does not exist has no heads, unless it must: then ERR_NOT_FOUND. ERR_INPUT with the
 * line that is no head, or not in order. */
dbk_err *audit_heads_read(arena *a, const char *path, bool must_exist, audit_heads *out) ERR_MUST_USE;

/* Appends the line of one seal. */
void audit_heads_append(buf *lines, int64_t seal_no, int64_t last_seq, const char *hash,
                        const char *sealed_at);
/* The file with those lines added: it has all of them or none, also when power is cut. */
dbk_err *audit_heads_write(const char *path, const audit_heads *before, const buf *added) ERR_MUST_USE;

#endif
