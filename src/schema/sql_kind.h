/* sql_kind.h: what a statement needs from whoever runs it, told from its text. Pure.
 *
 * Knows the statements of PostgreSQL 15 to 18 that cannot be part of a transaction. What it takes for
 * ordinary and is not, the server refuses (25001), and nothing has happened. */
#ifndef DAYBOOK_SCHEMA_SQL_KIND_H
#define DAYBOOK_SCHEMA_SQL_KIND_H

#include "core/arena.h"
#include "schema/sql_scan.h"

/* Cannot be part of a transaction: CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE … */
bool sql_statement_runs_alone(const sql_statement *s);

/* May end transactions of its own when it runs outside of one: CALL and DO. */
bool sql_statement_may_commit(const sql_statement *s);

/* What to do with a statement that was begun, and nobody knows whether it finished. */
typedef enum sql_repeat {
    SQL_REPEAT_AGAIN,        /* a second time does no harm: VACUUM, REINDEX … */
    SQL_REPEAT_CREATE_INDEX, /* the index says it */
    SQL_REPEAT_DROP_INDEX,   /* so does its absence */
    SQL_REPEAT_ASK           /* only a person can know */
} sql_repeat;

sql_repeat sql_statement_repeat(const sql_statement *s);

/* CREATE INDEX CONCURRENTLY and DROP INDEX CONCURRENTLY, with names as they are written. */
typedef struct sql_index {
    bool conditional;     /* IF [NOT] EXISTS */
    const char *name;     /* NULL: the server chooses one */
    const char *relation; /* the table; NULL for DROP */
} sql_index;

/* False for any other statement, and when memory is short. */
bool sql_statement_index(arena *a, const sql_statement *s, sql_index *out);

#endif
