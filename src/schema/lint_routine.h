/* lint_routine.h: from the body of a routine to the program that lint_flow.h runs. */
#ifndef DAYBOOK_SCHEMA_LINT_ROUTINE_H
#define DAYBOOK_SCHEMA_LINT_ROUTINE_H

#include "schema/lint_body.h"
#include "schema/lint_flow.h"
#include "schema/lint_reactions.h"

/* A routine of a module, or a DO block (name NULL). */
typedef struct lint_routine {
    flow_routine flow; /* first: pointers to one are pointers to the other */
    const lint_statement *statement;
    const char *name; /* "schema.name" */
    const char *bare;
    lint_body body;
    lint_names local; /* names that need no schema inside */
    bool returns_set;
    bool exempt, exempt_known;
} lint_routine;

typedef struct lint_routines_set {
    lint_routine *items;
    size_t count;
    lint_reactions reactions;
} lint_routines_set;

/* Builds r->flow.program, and reports what the rules say of the statements on the way. */
dbk_err *lint_program_build(lint *l, const lint_routines_set *set, lint_routine *r) ERR_MUST_USE;

/* What one SQL statement does; `statement` is a node. Reports calls of unknown functions, and inserts past
 * the emitter, at `offset`. */
dbk_err *lint_effect_read(lint *l, const lint_routines_set *set, lint_routine *r, json_t *statement,
                          size_t offset, flow_effect *out) ERR_MUST_USE;

#endif
