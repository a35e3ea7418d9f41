/* layout.h: the conventions of the migration tools whose folders can be adopted: what their files are called,
 * what is marked in them, and what is kept of them. Pure. */
#ifndef DAYBOOK_SCHEMA_LAYOUT_H
#define DAYBOOK_SCHEMA_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/* Whose conventions a module's migrations follow. Any but our own is a folder of another tool that was
 * adopted: its files stay where they are, and are applied as the login, with its own search path. */
typedef enum layout {
    LAYOUT_DAYBOOK,
    LAYOUT_SQLX,
    LAYOUT_DBMATE,
    LAYOUT_GOLANG,
    LAYOUT_FLYWAY,
    LAYOUT_SQITCH
} layout;

#define LAYOUT_NAMES "sqlx, dbmate, golang-migrate, flyway, sqitch"

/* "sqlx" …; false for a name that is none, and for our own, which is never named. */
bool layout_from_name(const char *name, layout *out);
const char *layout_name(layout l);

/* ---- file names ---- */

typedef enum layout_kind {
    LAYOUT_BESIDE, /* what undoes a migration, what is not SQL: nothing of ours */
    LAYOUT_MIGRATION,
    LAYOUT_BASELINE,  /* Flyway's B5__x.sql: stands for all migrations up to its version */
    LAYOUT_REPEATABLE /* Flyway's R__x.sql: applied again whenever it changes */
} layout_kind;

layout_kind layout_file_kind(layout l, const char *name);

/* How a version of several parts becomes one number: behind the first part each further one has so many
 * decimal digits. With {3, 2} version 1.2 is 100200, 1.2.3 is 100203, and both are in their order. */
#define LAYOUT_PARTS_MAX 6

typedef struct layout_versions {
    int digits[LAYOUT_PARTS_MAX];
    size_t count;
} layout_versions;

/* Longest number that surely fits: 18 digits are below 2^63. */
#define LAYOUT_DIGITS_MAX 18

/* The number of "1", "1.2" or "1_2"; parts that are missing are 0, and so may be those beyond v. -1 for
 * anything else and for a part that is too long for v. */
int64_t layout_version_number(const layout_versions *v, const char *version);

/* The number in the name of a migration or baseline; -1 when it is malformed. v is for Flyway. */
int64_t layout_number(layout l, const layout_versions *v, const char *name);

/* Makes v wide enough for the version in the name of one of Flyway's files, three digits a part at least.
 * False when more than LAYOUT_PARTS_MAX parts or LAYOUT_DIGITS_MAX digits would be needed. */
bool layout_versions_widen(layout_versions *v, const char *name);

/* ---- in and of files ---- */

/* How much of a file of dbmate is to be run: up to the end of its up block. NULL, or what is wrong with it.
 */
const char *layout_dbmate_up(const char *text, size_t *length);

/* Flyway's checksum: CRC-32 over the lines without their ends, as it stands in its table. text begins behind
 * a byte order mark. */
int32_t layout_flyway_checksum(const char *text);

/* "001_add_users.up.sql": "add users", as sqlx describes it. NULL when memory is short. */
char *layout_sqlx_description(arena *a, const char *name);

/* The key of the advisory lock that sqlx takes in this database. */
int64_t layout_sqlx_key(const char *database);

#endif
