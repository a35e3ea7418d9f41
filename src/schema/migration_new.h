/* migration_new.h: the next migration of a team's module. */
#ifndef DAYBOOK_SCHEMA_MIGRATION_NEW_H
#define DAYBOOK_SCHEMA_MIGRATION_NEW_H

#include "core/arena.h"
#include "core/clock.h"
#include "core/err.h"

/* Makes <modules_dir>/<module>/migrations/NNN_<what>.sql with the next free number, as wide as the numbers
 * that are there, and gives its path. In a folder that was adopted the file stands in that folder and is
 * called and begins as the other tool would have it: NNN_<what>.up.sql, V1.2.4__<what>.sql, times where
 * numbers are times; a sqitch plan has ended, and goes on with numbered files of the module. `what` may be
 * written with spaces and capitals. Two at the same time get two numbers: one waits for the other. Needs no
 * database. ERR_INPUT for a name that cannot be one and for a module that is not in the folder, ERR_LIMIT
 * when a version cannot count on. */
dbk_err *migration_new(arena *a, const dbk_clock *clock, const char *modules_dir, const char *module_name,
                       const char *what, char **path) ERR_MUST_USE;

#endif
