/* drift_sides.h: the descriptions that drift compares: what files make, what a mirror in a folder says on
 * another server, and what a live database has.
 *
 * Files become a description by being run, so this needs a throw-away server: the caller starts one and hands
 * over URLs. Nothing here ever writes to the live database. */
#ifndef DAYBOOK_SCHEMA_DRIFT_SIDES_H
#define DAYBOOK_SCHEMA_DRIFT_SIDES_H

#include "core/clock.h"
#include "core/log.h"
#include "schema/install.h"
#include "schema/mirror.h"

/* What has to be known of a live database to build the like of it elsewhere. */
typedef struct drift_live {
    const char *owner;    /* of the schema daybook */
    const char *prefix;   /* of the two roles; NULL: one role owns everything */
    schema_choice choice; /* the modules that are installed there */
    mirror mirror;
} drift_live;

/* Which modules: those of `choice` when it names some, else those that the database remembers, else, when
 * this login may not read that, those whose schemas are all there. ERR_UNKNOWN when nothing is installed. */
dbk_err *drift_live_read(pg_conn *c, arena *a, const schema_choice *choice, const mirror_options *o,
                         drift_live *out) ERR_MUST_USE;

typedef struct drift_scratch {
    const char *superuser_url; /* of a new database on a throw-away server */
    const char *owner_url; /* the same for the login that owns it: live->owner when one role owns everything,
                              else a member of the two roles, which exist */
    const dbk_clock *clock;
    dbk_log *log;
} drift_scratch;

/* What the files of the modules make. */
dbk_err *drift_files_read(arena *a, const drift_scratch *s, const drift_live *live, const mirror_options *o,
                          mirror *out) ERR_MUST_USE;

/* What a mirror written by another major version of the server says on this one: run there, and read again.
 */
dbk_err *drift_replay_read(arena *a, const drift_scratch *s, const drift_live *live, const mirror *folder,
                           const mirror_options *o, mirror *out) ERR_MUST_USE;

#endif
