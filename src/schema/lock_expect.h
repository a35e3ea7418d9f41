/* lock_expect.h: the locks that a statement will take, told from its parse tree and the catalog, without
 * running it.
 *
 * Says what PostgreSQL 15 to 18 do. Locks that make nobody wait (ACCESS SHARE, ROW SHARE) are left out, and
 * so are those on relations that the statements before have made. What cannot be told (what a function does,
 * what CASCADE takes along, what DO runs) is a row of its own with LOCK_UNKNOWN and a note, never silence.
 * Functions of the server itself are taken to lock nothing. Runs nothing, and needs no right. */
#ifndef DAYBOOK_SCHEMA_LOCK_EXPECT_H
#define DAYBOOK_SCHEMA_LOCK_EXPECT_H

#include "schema/lock_known.h"
#include "schema/lock_mode.h"

typedef struct lock_expected {
    const char *relation; /* NULL: the note says which, or nothing is locked */
    size_t children;      /* partitions and heirs that are locked alike */
    lock_mode mode;
    lock_answer rewritten; /* it is kept in another file afterwards */
    lock_answer scanned;   /* read from end to end */
    const char *note;      /* NULL: nothing to add */
} lock_expected;

typedef struct lock_expectation {
    lock_expected *items; /* at least one: LOCK_NONE when nobody waits */
    size_t count;
} lock_expectation;

/* Of a statement's node ("AlterTableStmt") and its fields; *known then has what it makes. Everything lives in
 * the arena of *known. */
dbk_err *lock_expect(lock_known *known, const char *kind, json_t *fields, lock_expectation *out) ERR_MUST_USE;

/* Of a statement that cannot be parsed. */
dbk_err *lock_expect_unknown(arena *a, const char *note, lock_expectation *out) ERR_MUST_USE;

#endif
