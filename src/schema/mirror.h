/* mirror.h: the schema of a database as text, one file per object, read from the catalogs.
 *
 * The same catalogs give the same bytes, for every role that may connect: no right on any table is needed,
 * and nothing depends on object numbers, dates, versions or settings. Every text is SQL: run in the order
 * that mirror_replay.h follows, on a server of the same major version, the texts make a database whose mirror
 * is the same, byte for byte.
 *
 * A text begins with a line "-- daybook mirror: <kind> <name>"; then come "-- role: <name>" (in the file of a
 * schema: every role that files of this schema name) and "-- needs: <path>" (which files must have been run
 * before). A line MIRROR_LATER divides it: what follows refers to objects that may come later. Rights that an
 * owner has by default are not written. What cannot be written is named in a comment, so that it is not
 * overlooked. Roles, data and large objects are no part of it, nor is who granted a right; where a
 * subscription connects to and with what a user mapping logs in is not even read. */
#ifndef DAYBOOK_SCHEMA_MIRROR_H
#define DAYBOOK_SCHEMA_MIRROR_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "pg/pg.h"

#define MIRROR_FIRST "-- daybook mirror: "
#define MIRROR_LATER "-- Once everything else exists:"
#define MIRROR_ROLE "-- role: "
#define MIRROR_NEEDS "-- needs: "
#define MIRROR_NO_SCHEMA                                                                                     \
    "database.d" /* the folder of what belongs to none; a schema's encoded name has no dot */
#define MIRROR_UNWRITTEN "-- not written here: "

typedef struct mirror_item {
    const char *path;   /* below the folder: "trading/tables/orders.sql" */
    const char *schema; /* as a part of the path; "" for database.sql, MIRROR_NO_SCHEMA */
    const char *kind;   /* "table", "foreign table", "view", "function" … */
    const char *name;   /* "trading.orders", "trading.fn_positions(uuid, boolean)", on one line */
    const char *text;
    size_t length;
} mirror_item;

typedef struct mirror {
    mirror_item *items; /* sorted bytewise by path */
    size_t count;
    int major;          /* of the server, 15; 0: not known */
    const char *circle; /* an object that needs itself in a way that no order solves; NULL: there is none */
} mirror;

typedef struct mirror_options {
    /* Parents, as "schema.table", whose partitions are made while the system runs. Their partitions are left
     * out as long as they differ from the parent in nothing but their bounds. */
    const char *const *managed;
    size_t managed_count;
    int64_t lock_timeout_ms; /* 0: 5 s. Printing an index or a view waits behind ACCESS EXCLUSIVE. */
} mirror_options;

/* One REPEATABLE READ READ ONLY transaction, also on a standby. Blocks. ERR_UNKNOWN when there is nothing to
 * write; ERR_RETRYABLE when a lock was not to be had or an object changed while it was printed. Everything in
 * *out lives in the arena. */
dbk_err *mirror_read(pg_conn *c, arena *a, const mirror_options *o, mirror *out) ERR_MUST_USE;

/* What the database has and the files cannot hold, as in "type s.point"; a word of it is owed to whoever is
 * told that a mirror is complete. */
dbk_err *mirror_unwritten(arena *a, const mirror *m, const char ***names, size_t *count) ERR_MUST_USE;

/* The parents that modules declare in module.conf as partitioned, for mirror_options. modules_dir may be
 * NULL. */
dbk_err *mirror_managed(arena *a, const char *modules_dir, mirror_options *out) ERR_MUST_USE;

/* For commands that only ask: an error that kept them from telling becomes ERR_UNKNOWN, "<what>: <its
 * cause>"; others stay. Takes e, which may be NULL. */
dbk_err *mirror_unknown(dbk_err *e, const char *what) ERR_MUST_USE;

#endif
