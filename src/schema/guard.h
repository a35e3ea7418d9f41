/* guard.h: whom a daemon must not run as.
 *
 * A service that runs as superuser, as owner of what it writes or with the right to create functions in a
 * schema of its search path can undo every rule of the book, by a mistake or by what somebody plants. So a
 * daemon asks once, right after it connects, and ends unless it was told that this is wanted. */
#ifndef DAYBOOK_SCHEMA_GUARD_H
#define DAYBOOK_SCHEMA_GUARD_H

#include "core/log.h"
#include "pg/pg.h"

typedef struct guard_options {
    const char *const *schemas; /* what the daemon writes: it must own nothing in them */
    size_t schema_count;
    bool allow;   /* told to: what is found is logged and accepted */
    dbk_log *log; /* NULL: silent */
} guard_options;

/* Asks about the role that is logged in and the role that is acted as, with all memberships whose rights they
 * have. ERR_DENIED with one line for each thing found in the detail, NULL when there is nothing or `allow` is
 * set. Reads only; one statement. */
dbk_err *guard_check(pg_conn *c, arena *a, const guard_options *o) ERR_MUST_USE;

#endif
