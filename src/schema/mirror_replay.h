/* mirror_replay.h: makes a database out of a mirror.
 *
 * For scratch databases: it makes roles that the texts name and that do not exist (NOLOGIN, without any
 * attribute), and wants a superuser on an empty database. */
#ifndef DAYBOOK_SCHEMA_MIRROR_REPLAY_H
#define DAYBOOK_SCHEMA_MIRROR_REPLAY_H

#include "schema/mirror.h"

/* The order in which the texts are to be run: schemas, the database, what belongs to no schema, then the
 * others, each after those it needs. ERR_INPUT when a needed file is not there or files need each other. */
dbk_err *mirror_sequence(arena *a, const mirror *m, const mirror_item ***out) ERR_MUST_USE;

/* Names of all roles in the headers, sorted, each once. */
dbk_err *mirror_roles(arena *a, const mirror *m, const char ***names, size_t *count) ERR_MUST_USE;

/* In one transaction; an error names the file. Blocks. */
dbk_err *mirror_replay(pg_conn *c, arena *a, const mirror *m) ERR_MUST_USE;

/* Makes roles that do not exist, NOLOGIN and without any attribute. Inside a transaction or not. */
dbk_err *mirror_make_roles(pg_conn *c, arena *a, const char *const *names, size_t count) ERR_MUST_USE;

#endif
