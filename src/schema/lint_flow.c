#include "schema/lint_flow.h"

#include <string.h>

#define STATES 8u
#define ENDINGS 4u

/* What may be at a point of the program. */
typedef struct flow_point {
    flow_states set;
    const flow_witness *witness;
    bool row_count_is_found; /* ROW_COUNT speaks of the same statement as FOUND */
} flow_point;

/* A loop or block that can be left. */
typedef struct flow_frame {
    const struct flow_frame *outer;
    const char *label;
    bool is_loop;
    flow_states *left, *continued;
} flow_frame;

typedef struct flow_run_state {
    flow_routine *routine;
    flow_endings endings;
} flow_run_state;

static flow_point nowhere(void)
{
    return (flow_point){.row_count_is_found = true};
}

static flow_point join(flow_point x, flow_point y)
{
    if (!x.set)
        return y;
    if (!y.set)
        return x;
    return (flow_point){.set = x.set | y.set,
                        .witness = x.witness == y.witness ? x.witness : NULL,
                        .row_count_is_found = x.row_count_is_found && y.row_count_is_found};
}

/* Every state of the set with these bits added. */
static flow_states with_bits(flow_states set, unsigned bits)
{
    flow_states out = 0;
    for (unsigned s = 0; s < STATES; s++)
        if (set & (1u << s))
            out |= (flow_states)(1u << (s | bits));
    return out;
}

static flow_states without_found(flow_states set)
{
    flow_states out = 0;
    for (unsigned s = 0; s < STATES; s++)
        if (set & (1u << s))
            out |= (flow_states)(1u << (s & ~FLOW_FOUND));
    return out;
}

static flow_states only_found(flow_states set, bool found)
{
    flow_states out = 0;
    for (unsigned s = 0; s < STATES; s++)
        if ((set & (1u << s)) && ((s & FLOW_FOUND) != 0) == found)
            out |= (flow_states)(1u << s);
    return out;
}

static flow_endings endings_of(const flow_routine *r)
{
    flow_endings all = 0;
    for (; r; r = r->same_name)
        all |= r->endings;
    return all;
}

static bool may_be_skipped(const flow_routine *r)
{
    for (; r; r = r->same_name)
        if (r->strict)
            return true;
    return false;
}

static flow_states once(flow_states set, flow_endings endings)
{
    flow_states out = 0;
    for (unsigned bits = 0; bits < ENDINGS; bits++)
        if (endings & (1u << bits))
            out |= with_bits(set, bits);
    return out;
}

/* At least once; a second time can only add bits, so it ends. */
static flow_states repeatedly(flow_states set, flow_endings endings)
{
    flow_states out = once(set, endings);
    for (flow_states before = 0; before != out;) {
        before = out;
        out |= once(out, endings);
    }
    return out;
}

static flow_states call_all(flow_states set, const flow_effect *f, flow_often often)
{
    for (const flow_call *c = f->calls; c; c = c->next) {
        flow_endings endings = endings_of(c->routine);
        bool skipped = may_be_skipped(c->routine);
        if (c->often != often)
            continue;
        if (often == FLOW_ONCE)
            set = (flow_states)(once(set, endings) | (skipped ? set : 0));
        else if (often == FLOW_PER_ROW)
            set = (flow_states)(repeatedly(set, endings) | (skipped ? set : 0));
        else
            set |= repeatedly(set, endings);
    }
    return set;
}

static flow_states apply(const flow_effect *f, flow_states set)
{
    set = call_all(set, f, FLOW_ONCE);
    set = call_all(set, f, FLOW_PERHAPS);
    set |= with_bits(set, f->perhaps);
    set = with_bits(set, f->always);
    flow_states with_rows = call_all(with_bits(set, f->by_rows), f, FLOW_PER_ROW);
    switch (f->found) {
    case FLOW_FOUND_TRUE:
        return with_bits(with_rows, FLOW_FOUND);
    case FLOW_FOUND_BY_ROWS:
        return (flow_states)(with_bits(with_rows, FLOW_FOUND) | without_found(set));
    case FLOW_FOUND_KEPT:
        break;
    }
    return (flow_states)(set | with_rows);
}

/* Conditions: what they can be when FOUND is known. */
#define CAN_BE_TRUE 1
#define CAN_BE_FALSE 2
#define CAN_BE_BOTH 3
#define CONDITION_DEPTH_MAX 50

static const char *variable_of(json_t *node)
{
    json_t *fields = json_object_get(tree_as(node, "ColumnRef"), "fields");
    return json_array_size(fields) == 1 ? tree_string(json_array_get(fields, 0)) : NULL;
}

static bool is_witness(const flow_point *p, const char *name)
{
    for (size_t i = 0; name && p->witness && i < p->witness->count; i++)
        if (strcmp(p->witness->names[i], name) == 0)
            return true;
    return false;
}

/* A count is 0 without a row and more with one. */
static int compare_count(const flow_point *p, json_t *fields, bool found)
{
    json_t *operators = json_object_get(fields, "name"),
           *right = tree_as(json_object_get(fields, "rexpr"), "A_Const");
    json_t *integer = json_object_get(right, "ival");
    const char *operator= tree_string(json_array_get(operators, 0));
    if (!integer || !operator|| !p->witness->is_row_count || !p->row_count_is_found)
        return CAN_BE_BOTH;
    bool with_zero = tree_int(integer, "ival", 0) == 0, with_one = tree_int(integer, "ival", 0) == 1;
    if (with_zero && strcmp(operator, "=") == 0)
        return found ? CAN_BE_FALSE : CAN_BE_TRUE;
    if ((with_zero && (strcmp(operator, ">") == 0 || strcmp(operator, "<>") == 0)) ||
        (with_one && strcmp(operator, ">=") == 0))
        return found ? CAN_BE_TRUE : CAN_BE_FALSE;
    return with_one && strcmp(operator, "=") == 0 && !found ? CAN_BE_FALSE : CAN_BE_BOTH;
}

/* Without a row INTO leaves null; with one the column may be null all the same. */
static int test_null(const flow_point *p, json_t *fields, bool found)
{
    if (found || !is_witness(p, variable_of(json_object_get(fields, "arg"))) || p->witness->is_row_count)
        return CAN_BE_BOTH;
    return tree_is(fields, "nulltesttype", "IS_NULL") ? CAN_BE_TRUE : CAN_BE_FALSE;
}

/* Recursion as deep as the condition is nested, and no deeper than the maximum. */
static int evaluate(const flow_point *p, json_t *node, bool found, int depth)
{
    json_t *fields = NULL;
    const char *kind = tree_kind(node, &fields), *name = variable_of(node);
    if (!kind || depth > CONDITION_DEPTH_MAX)
        return CAN_BE_BOTH;
    if (name)
        return strcmp(name, "found") == 0 ? (found ? CAN_BE_TRUE : CAN_BE_FALSE) : CAN_BE_BOTH;
    if (strcmp(kind, "NullTest") == 0)
        return test_null(p, fields, found);
    if (strcmp(kind, "A_Expr") == 0 && is_witness(p, variable_of(json_object_get(fields, "lexpr"))))
        return compare_count(p, fields, found);
    if (strcmp(kind, "BoolExpr") != 0)
        return CAN_BE_BOTH;
    json_t *args = json_object_get(fields, "args");
    bool is_and = tree_is(fields, "boolop", "AND_EXPR"), is_or = tree_is(fields, "boolop", "OR_EXPR");
    int one = CAN_BE_BOTH, true_in_all = CAN_BE_TRUE, false_in_all = CAN_BE_FALSE, seen = 0;
    for (size_t i = 0; i < json_array_size(args); i++) {
        one = evaluate(p, json_array_get(args, i), found, depth + 1);
        true_in_all &= one;
        false_in_all &= one;
        seen |= one;
    }
    if (is_and)
        return true_in_all | (seen & CAN_BE_FALSE);
    if (is_or)
        return (seen & CAN_BE_TRUE) | false_in_all;
    return ((one & CAN_BE_TRUE) ? CAN_BE_FALSE : 0) | ((one & CAN_BE_FALSE) ? CAN_BE_TRUE : 0);
}

/* The part of a point in which the condition can have this value. */
static flow_point where(flow_point p, json_t *condition, bool value)
{
    int wanted = value ? CAN_BE_TRUE : CAN_BE_FALSE;
    flow_states set = 0;
    if (!condition)
        return value ? p : nowhere();
    for (int found = 0; found <= 1; found++)
        if (evaluate(&p, condition, found, 0) & wanted)
            set |= only_found(p.set, found);
    p.set = set;
    return p;
}

static flow_endings project(flow_states set)
{
    flow_endings out = 0;
    for (unsigned s = 0; s < STATES; s++)
        if (set & (1u << s))
            out |= (flow_endings)(1u << (s & (FLOW_CHANGED | FLOW_EMITTED)));
    return out;
}

static void end(flow_run_state *r, flow_states set, long long line)
{
    flow_endings endings = project(set);
    if ((endings & FLOW_SILENT_CHANGE) && !(r->endings & FLOW_SILENT_CHANGE))
        r->routine->returned_line = line;
    r->endings |= endings;
}

static flow_point step(flow_run_state *r, const flow *f, flow_point p)
{
    flow_states before = p.set;
    p.set = apply(&f->effect, p.set);
    if (!(project(before) & FLOW_SILENT_CHANGE) && (project(p.set) & FLOW_SILENT_CHANGE) &&
        !r->routine->changed_line)
        r->routine->changed_line = f->line;
    if (f->effect.found != FLOW_FOUND_KEPT) {
        p.witness = f->witness;
        p.row_count_is_found = true;
    } else if (f->witness && p.row_count_is_found) {
        p.witness = f->witness;
    }
    if (f->spoils_row_count) {
        p.row_count_is_found = false;
        p.witness = NULL;
    }
    if (f->assigned && is_witness(&p, f->assigned))
        p.witness = NULL;
    return p;
}

static flow_point run(flow_run_state *r, const flow *f, flow_point p, const flow_frame *frames);

static flow_point run_loop(flow_run_state *r, const flow *f, flow_point p, const flow_frame *frames)
{
    flow_states left = 0, continued = 0, iterated = 0;
    flow_frame frame = {
        .outer = frames, .label = f->label, .is_loop = true, .left = &left, .continued = &continued};
    if (f->kind == FLOW_FOR)
        p = step(r, f, p);
    p.witness = NULL;
    flow_point head = p;
    for (flow_states before = 0; before != head.set;) {
        before = head.set;
        flow_point turn = f->kind == FLOW_WHILE ? where(step(r, f, head), f->condition, true) : head;
        turn.witness = NULL;
        turn = run(r, f->body, turn, &frame);
        iterated |= turn.set | continued;
        head.set |= turn.set | continued;
    }
    head.row_count_is_found = false;
    if (f->kind == FLOW_LOOP)
        head.set = left;
    else if (f->kind == FLOW_WHILE)
        head.set = (flow_states)(where(step(r, f, head), f->condition, false).set | left);
    else
        head.set =
            (flow_states)(without_found(p.set) | with_bits((flow_states)(iterated | left), FLOW_FOUND));
    head.witness = NULL;
    return head;
}

/* Whatever raised inside the block, what it had done is undone; variables are not. */
static flow_point run_block(flow_run_state *r, const flow *f, flow_point p, const flow_frame *frames)
{
    flow_states left = 0, continued = 0;
    flow_frame frame = {.outer = frames, .label = f->label, .left = &left, .continued = &continued};
    flow_point out = run(r, f->body, p, &frame);
    for (const flow *h = f->handlers; h; h = h->next) {
        flow_point caught = {.set = (flow_states)(without_found(p.set) | with_bits(p.set, FLOW_FOUND))};
        out = join(out, run(r, h->body, caught, &frame));
    }
    return join(out, (flow_point){.set = left});
}

static flow_point run_exit(const flow *f, flow_point p, const flow_frame *frames)
{
    const flow_frame *target = frames;
    while (target && (f->label ? !target->label || strcmp(target->label, f->label) != 0 : !target->is_loop))
        target = target->outer;
    if (!target)
        return p;
    *(f->kind == FLOW_EXIT ? target->left : target->continued) |= where(p, f->condition, true).set;
    return where(p, f->condition, false);
}

static flow_point run_one(flow_run_state *r, const flow *f, flow_point p, const flow_frame *frames)
{
    switch (f->kind) {
    case FLOW_EFFECT:
        return step(r, f, p);
    case FLOW_IF:
        p = step(r, f, p);
        return join(run(r, f->body, where(p, f->condition, true), frames),
                    run(r, f->other, where(p, f->condition, false), frames));
    case FLOW_LOOP:
    case FLOW_WHILE:
    case FLOW_FOR:
        return run_loop(r, f, p, frames);
    case FLOW_BLOCK:
        return run_block(r, f, p, frames);
    case FLOW_EXIT:
    case FLOW_CONTINUE:
        return run_exit(f, step(r, f, p), frames);
    case FLOW_RETURN:
        end(r, step(r, f, p).set, f->line);
        return nowhere();
    case FLOW_COMMIT: /* what follows is another transaction */
        end(r, p.set, f->line);
        return (flow_point){.set = (flow_states)(p.set ? 0x11 : 0)};
    case FLOW_ROLLBACK:
        return (flow_point){.set = (flow_states)(p.set ? 0x11 : 0)};
    case FLOW_RAISE:
    case FLOW_HANDLER:
        break;
    }
    return nowhere();
}

/* Recursion as deep as the statements are nested, which whoever builds the program limits. */
static flow_point run(flow_run_state *r, const flow *f, flow_point p, const flow_frame *frames)
{
    for (; f && p.set; f = f->next)
        p = run_one(r, f, p, frames);
    return p;
}

flow_endings flow_run(flow_routine *r)
{
    flow_run_state state = {.routine = r};
    /* FOUND begins as false. */
    flow_point start = {.set = 1u << 0, .row_count_is_found = true};
    r->changed_line = r->returned_line = 0;
    end(&state, run(&state, r->program, start, NULL).set, 0);
    return state.endings;
}
