/* lint_flow.h: what a routine can have done by the time it ends.
 *
 * Two facts matter: whether state was changed, and whether an event was emitted. A routine is turned into a
 * small program of effects, branches and loops, once; running that program over sets of possible states gives
 * every combination in which it can end. FOUND is followed along, because "insert … on conflict do nothing;
 * if not found then return" is how a repetition is told from a first time; so are the variables that
 * RETURNING … INTO and GET DIAGNOSTICS … = ROW_COUNT fill. Every other condition can go both ways: a path
 * that cannot happen may be reported, one that can is never missed.
 *
 * Knows nothing of files and rules. Everything lives in the arena of the trees. */
#ifndef DAYBOOK_SCHEMA_LINT_FLOW_H
#define DAYBOOK_SCHEMA_LINT_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/json.h"
#include "schema/lint_tree.h"

/* The bits of one state. */
#define FLOW_CHANGED 1u
#define FLOW_EMITTED 2u
#define FLOW_FOUND 4u
/* A set of states has one bit for each of the eight; a set of endings, without FOUND, one for each of four.
 */
typedef uint8_t flow_states;
typedef uint8_t flow_endings;
#define FLOW_SILENT_CHANGE ((flow_endings)(1u << FLOW_CHANGED))

typedef struct flow_routine flow_routine;

/* How often a call happens in its statement. */
typedef enum flow_often { FLOW_ONCE, FLOW_PER_ROW, FLOW_PERHAPS } flow_often;

typedef struct flow_call {
    struct flow_call *next;
    const flow_routine *routine; /* the first of its name */
    flow_often often;
} flow_call;

typedef enum flow_found { FLOW_FOUND_KEPT, FLOW_FOUND_BY_ROWS, FLOW_FOUND_TRUE } flow_found;

typedef struct flow_effect {
    flow_call *calls;
    unsigned always, by_rows, perhaps; /* FLOW_CHANGED, FLOW_EMITTED */
    flow_found found;
    bool has_rows; /* by_rows is correlated with FOUND */
} flow_effect;

#define FLOW_WITNESSES_MAX 16

/* Variables that tell whether the last statement found a row. */
typedef struct flow_witness {
    const char *names[FLOW_WITNESSES_MAX];
    size_t count;
    bool is_row_count;
} flow_witness;

typedef enum flow_kind {
    FLOW_EFFECT, /* a statement without branches */
    FLOW_IF,     /* effect and condition, then body or other */
    FLOW_LOOP,   /* until an exit */
    FLOW_WHILE,
    FLOW_FOR, /* none, one or many times; says with FOUND whether at least once */
    FLOW_BLOCK,
    FLOW_HANDLER, /* in a list of a block's */
    FLOW_EXIT,
    FLOW_CONTINUE,
    FLOW_RETURN,
    FLOW_COMMIT,
    FLOW_ROLLBACK,
    FLOW_RAISE
} flow_kind;

typedef struct flow {
    struct flow *next;
    flow_kind kind;
    long long line; /* of the body */
    flow_effect effect;
    json_t *condition;           /* of IF, WHILE, EXIT and CONTINUE; NULL: always */
    const flow_witness *witness; /* what the effect fills */
    const char *assigned;        /* a variable that no longer tells anything */
    bool spoils_row_count;       /* EXECUTE, CALL: they count rows and fill variables without FOUND */
    struct flow *body, *other, *handlers;
    const char *label;
} flow;

struct flow_routine {
    flow_routine *same_name; /* overloads */
    const char *name;
    flow *program;
    bool strict; /* null arguments: it is not called */
    flow_endings endings;
    long long changed_line;  /* where a silent change happens first */
    long long returned_line; /* where it can leave with one; 0: at its end */
};

/* Runs the program with the endings known so far of what it calls; again and again until nothing changes it
 * is the least answer that holds for recursive calls too. */
flow_endings flow_run(flow_routine *r);

#endif
