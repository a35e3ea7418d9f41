/* lint_reactions.h: what happens by itself when rows of a table change: triggers, and the functions that
 * column defaults call. Taken from all migrations in their order; what a later one drops is gone. */
#ifndef DAYBOOK_SCHEMA_LINT_REACTIONS_H
#define DAYBOOK_SCHEMA_LINT_REACTIONS_H

#include "schema/lint_flow.h"
#include "schema/lint_int.h"

#define LINT_ON_INSERT 1u
#define LINT_ON_UPDATE 2u
#define LINT_ON_DELETE 4u
#define LINT_ON_TRUNCATE 8u

typedef struct lint_reaction {
    const char *table;
    const char *trigger; /* NULL: a default */
    const char *column;  /* of a default */
    unsigned events;
    bool once;      /* for the statement, also when it changes no row */
    bool before;    /* it runs for rows that are then not changed, too */
    bool sometimes; /* WHEN, UPDATE OF */
    json_t *function;
    const lint_statement *statement;
    bool gone;
} lint_reaction;

typedef struct lint_reactions {
    lint_reaction *items;
    size_t count, capacity;
} lint_reactions;

dbk_err *lint_reactions_read(lint *l, lint_reactions *out) ERR_MUST_USE;

#endif
