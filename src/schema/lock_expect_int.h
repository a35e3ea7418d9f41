/* lock_expect_int.h: what the files of lock_expect share. */
#ifndef DAYBOOK_SCHEMA_LOCK_EXPECT_INT_H
#define DAYBOOK_SCHEMA_LOCK_EXPECT_INT_H

#include "schema/lint_tree.h"
#include "schema/lock_expect.h"

/* One statement. */
typedef struct lock_reading {
    lock_known *known;
    arena *arena;
    json_t *fields;
    bool if_exists; /* what is not there is no matter */
    lock_expected *items;
    size_t count, capacity;
} lock_reading;

/* What is done to a relation under its lock. */
typedef struct lock_work {
    lock_answer rewritten, scanned;
} lock_work;
#define LOCK_NO_WORK ((lock_work){LOCK_NO, LOCK_NO})
#define LOCK_SCANS ((lock_work){LOCK_NO, LOCK_YES})
#define LOCK_MAY_SCAN ((lock_work){LOCK_NO, LOCK_PERHAPS})
#define LOCK_REWRITES ((lock_work){LOCK_YES, LOCK_YES})

/* lock_reading.c. One relation; locks on one relation are added up to the strongest. A new one is left out,
 * an absent one is unknown. */
dbk_err *lock_reading_add(lock_reading *r, const char *relation, lock_mode mode, lock_work work) ERR_MUST_USE;
/* With its partitions and heirs. */
dbk_err *lock_reading_add_tree(lock_reading *r, const char *relation, lock_mode mode,
                               lock_work work) ERR_MUST_USE;
/* Of a RangeVar, with partitions and heirs unless it says ONLY. */
dbk_err *lock_reading_add_var(lock_reading *r, json_t *range_var, lock_mode mode,
                              lock_work work) ERR_MUST_USE;
/* Relations that the note names, or nothing that can be told (LOCK_UNKNOWN). */
dbk_err *lock_reading_note(lock_reading *r, lock_mode mode, lock_work work, const char *fmt, ...) ERR_MUST_USE
    ERR_FORMAT(4, 5);

/* The tables at the other ends of foreign keys of `table`, those that name `column` and `constraint` (NULL:
 * all). */
typedef enum lock_side { LOCK_REFERENCED, LOCK_REFERENCING } lock_side;
dbk_err *lock_reading_add_foreign(lock_reading *r, lock_side side, const char *table, const char *column,
                                  const char *constraint, lock_mode mode, lock_work work) ERR_MUST_USE;
/* The default partition, whose rows may belong to a new one. */
dbk_err *lock_reading_add_default(lock_reading *r, const char *parent, lock_work work) ERR_MUST_USE;

/* "schema.name" of a RangeVar; "" when it has none. */
const char *lock_reading_name(const lock_reading *r, json_t *range_var);
/* A new foreign key of `table`: locks the other one and is remembered. */
dbk_err *lock_reading_new_foreign(lock_reading *r, const char *table, const char *column,
                                  json_t *constraint) ERR_MUST_USE;

/* What was added up; LOCK_NONE when that is nothing. */
dbk_err *lock_reading_finish(lock_reading *r, lock_expectation *out) ERR_MUST_USE;

/* lock_expect_objects.c */
dbk_err *lock_expect_create(lock_reading *r) ERR_MUST_USE;
dbk_err *lock_expect_view(lock_reading *r) ERR_MUST_USE;
dbk_err *lock_expect_index(lock_reading *r) ERR_MUST_USE;
dbk_err *lock_expect_function(lock_reading *r) ERR_MUST_USE;
dbk_err *lock_expect_new_domain(lock_reading *r) ERR_MUST_USE;
dbk_err *lock_expect_drop(lock_reading *r) ERR_MUST_USE;
dbk_err *lock_expect_rename(lock_reading *r) ERR_MUST_USE;
dbk_err *lock_expect_set_schema(lock_reading *r) ERR_MUST_USE;
dbk_err *lock_expect_comment(lock_reading *r) ERR_MUST_USE;
/* lock_expect_alter.c */
dbk_err *lock_expect_alter(lock_reading *r) ERR_MUST_USE;
/* lock_expect_rows.c: queries, and changes of rows. */
dbk_err *lock_expect_query(lock_reading *r, const char *kind) ERR_MUST_USE;

#endif
