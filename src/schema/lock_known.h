/* lock_known.h: what the statements before one have made, and what the database has.
 *
 * A relation is new when a statement before made it: it holds no rows that matter, and nobody waits for it.
 * Without a catalog every other name is taken for one that is there; with a catalog it is looked up. Names
 * are "schema.name" without quotes. Everything lives in the arena. */
#ifndef DAYBOOK_SCHEMA_LOCK_KNOWN_H
#define DAYBOOK_SCHEMA_LOCK_KNOWN_H

#include "core/json.h"
#include "pg/pg.h"

/* Whether something is so, where the text of a statement may not be enough to tell. */
typedef enum lock_answer { LOCK_NO, LOCK_PERHAPS, LOCK_YES } lock_answer;
const char *lock_answer_name(lock_answer a); /* "no", "perhaps", "yes" */

/* CHECK (column IS NOT NULL), remembered because SET NOT NULL believes it once it is validated. */
typedef struct lock_check {
    const char *table, *constraint, *column;
    bool valid;
} lock_check;

/* One column of a foreign key. All but the tables may be NULL: unknown. */
typedef struct lock_foreign {
    const char *table, *column, *other, *other_column, *constraint;
} lock_foreign;

typedef struct lock_pair {
    const char *name, *other; /* other may be NULL */
} lock_pair;

typedef struct lock_pairs {
    lock_pair *items;
    size_t count, capacity;
} lock_pairs;

/* {.arena = …} knows nothing yet. */
typedef struct lock_known {
    arena *arena;
    pg_rows *catalog;     /* of lock_catalog.sql; NULL: not asked */
    lock_pairs relations; /* made: tables and views */
    lock_pairs moved;     /* a new name, and the name that it has in the catalog */
    lock_pairs indexes;   /* made, and their tables */
    lock_pairs domains;   /* made, with constraints */
    lock_pairs functions; /* made: without schema */
    lock_check *checks;
    size_t check_count, check_capacity;
    lock_foreign *foreigns; /* there, and made */
    size_t foreign_count, foreign_capacity;
} lock_known;

/* Reads the catalog, plain columns only: it waits for no lock. */
dbk_err *lock_known_read(pg_conn *c, lock_known *known) ERR_MUST_USE;

typedef enum lock_presence { LOCK_IS_NEW, LOCK_IS_THERE, LOCK_IS_ABSENT } lock_presence;
/* *full, if wanted, is the name with its schema. */
lock_presence lock_known_find(const lock_known *known, const char *name, const char **full);
bool lock_known_is_new(const lock_known *known, const char *name);

/* `name` NULL: memory is short. */
dbk_err *lock_known_add(lock_known *known, lock_pairs *pairs, const char *name,
                        const char *other) ERR_MUST_USE;
const lock_pair *lock_known_get(const lock_pairs *pairs, const char *name); /* NULL: not there */

/* The lines of the catalog of one kind about one name: *first and how many. None without a catalog. */
size_t lock_known_lines(const lock_known *known, const char *what, const char *name, size_t *first);
const char *lock_known_other(const lock_known *known, size_t line);
const char *lock_known_detail(const lock_known *known, size_t line); /* NULL: none */

/* By full name. */
bool lock_known_is_partitioned(const lock_known *known, const char *table);
bool lock_known_is_view(const lock_known *known, const char *relation);
/* The table of an index; NULL when it is not known. */
const char *lock_known_table_of(const lock_known *known, const char *index);
/* Whether a domain has constraints, so that a new column of it is checked row by row. */
bool lock_known_has_constraints(const lock_known *known, const char *domain);

/* A Constraint of a table. Other checks than those of one column's nulls are nothing to remember. */
dbk_err *lock_known_add_check(lock_known *known, const char *table, json_t *constraint) ERR_MUST_USE;
void lock_known_validate(lock_known *known, const char *table, const char *constraint);
/* Whether a validated check proves that a column holds no null; LOCK_PERHAPS: a check is there that may. */
lock_answer lock_known_not_null(const lock_known *known, const char *table, const char *column);

dbk_err *lock_known_add_foreign(lock_known *known, const lock_foreign *foreign) ERR_MUST_USE;

/* What a ColumnDef asks for. The trees are NULL when there is none. */
typedef struct lock_column {
    const char *name, *type; /* type NULL: of the server, or not a plain name */
    bool not_null, has_default, generated;
    lock_answer varies;     /* its default differs from row to row */
    bool of_checked_domain; /* whose constraint every row is checked against */
    json_t *foreign, *check, *unique;
} lock_column;

dbk_err *lock_known_column(const lock_known *known, json_t *column, lock_column *out) ERR_MUST_USE;

#endif
