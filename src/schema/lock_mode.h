/* lock_mode.h: PostgreSQL's eight table locks, by strength, and whom each makes wait. */
#ifndef DAYBOOK_SCHEMA_LOCK_MODE_H
#define DAYBOOK_SCHEMA_LOCK_MODE_H

/* The numbers are the server's own. */
typedef enum lock_mode {
    LOCK_NONE,
    LOCK_ACCESS_SHARE,
    LOCK_ROW_SHARE,
    LOCK_ROW_EXCLUSIVE,
    LOCK_SHARE_UPDATE_EXCLUSIVE,
    LOCK_SHARE,
    LOCK_SHARE_ROW_EXCLUSIVE,
    LOCK_EXCLUSIVE,
    LOCK_ACCESS_EXCLUSIVE,
    LOCK_UNKNOWN /* it cannot be told: take it for the strongest */
} lock_mode;

const char *lock_mode_name(lock_mode m);   /* "SHARE ROW EXCLUSIVE", "none", "unknown" */
const char *lock_mode_blocks(lock_mode m); /* "reads and writes", "writes", "schema changes", "nothing", … */
/* "ShareRowExclusiveLock", as pg_locks has it; LOCK_NONE for anything else. */
lock_mode lock_mode_of_server(const char *name);

#endif
