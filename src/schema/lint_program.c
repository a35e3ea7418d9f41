/* Turns PL/pgSQL statements into a flow program, one for one. On the way each expression is parsed once, and
 * the rules about names and exceptions are applied to it. */
#include <string.h>

#include "schema/lint_routine.h"

#define DEPTH_MAX 100
#define ERROR_LEVEL 21 /* of PostgreSQL's elog.h */

typedef struct building {
    lint *l;
    const lint_routines_set *set;
    lint_routine *r;
    int depth;
    long long line; /* of what is being read */
    bool unknown;   /* something could not be followed */
} building;

typedef struct chain {
    flow *first, *last;
} chain;

static size_t place(const building *b)
{
    return lint_body_place(b->r->statement, &b->r->body, b->line > 0 ? b->line : 1);
}

static dbk_err *add(building *b, chain *c, flow_kind kind, flow **out)
{
    flow *f = arena_alloc(b->l->arena, sizeof(*f));
    if (!f)
        return err_oom();
    f->kind = kind;
    f->line = b->line;
    if (c->last)
        c->last->next = f;
    else
        c->first = f;
    c->last = f;
    if (out)
        *out = f;
    return NULL;
}

static const char *query_of(json_t *node)
{
    json_t *expression = tree_as(node, "PLpgSQL_expr");
    return expression ? tree_text(expression, "query") : NULL;
}

static dbk_err *unparsable(building *b, const char *what, const char *error)
{
    b->unknown = true;
    return lint_report(b->l, b->r->statement->file, place(b), "unparsable", "%s: %s", what, error);
}

static void add_effect(flow_effect *to, const flow_effect *from)
{
    flow_call **tail = &to->calls;
    while (*tail)
        tail = &(*tail)->next;
    *tail = from->calls;
    to->always |= from->always;
    to->by_rows |= from->by_rows;
    to->perhaps |= from->perhaps;
}

/* Reads a whole statement; *node is what it parsed to, NULL when it could not be. Statements that find rows
 * set FOUND as the effect says; expressions do not, which the caller takes care of. */
static dbk_err *read_sql(building *b, const char *sql, flow_effect *effect, json_t **node)
{
    json_t *tree;
    const char *error;
    size_t at = place(b);
    *node = NULL;
    dbk_err *e = tree_parse(b->l->arena, b->l->parser, PGQUERY_SQL, sql, &tree, &error, NULL);
    if (e)
        return e;
    json_t *statements = tree ? json_object_get(tree, "stmts") : NULL;
    if (json_array_size(statements) != 1)
        return unparsable(b, "this SQL cannot be parsed", error ? error : "it is not one statement");
    *node = json_object_get(json_array_get(statements, 0), "stmt");
    e = lint_usage_local(b->l, *node, &b->r->local);
    if (!e)
        e = lint_usage_tree(b->l, b->r->statement->file, *node, at, 0, &b->r->local);
    return e ? e : lint_effect_read(b->l, b->set, b->r, *node, at, effect);
}

/* The value of `target := value` or `target = value`; a target may hold brackets and quoted names. */
static const char *value_of_assignment(const char *text)
{
    int brackets = 0;
    for (const char *p = text; *p; p++) {
        if (*p == '"') {
            p = strchr(p + 1, '"');
            if (!p)
                return NULL;
        } else if (*p == '[' || *p == ']')
            brackets += *p == '[' ? 1 : -1;
        else if (brackets == 0 && p[0] == ':' && p[1] == '=')
            return p + 2;
        else if (brackets == 0 && *p == '=')
            return p + 1;
    }
    return NULL;
}

/* An expression's effect is added to `effect`; *value, if wanted, is its tree. */
static dbk_err *read_value(building *b, const char *text, flow_effect *effect, json_t **value)
{
    flow_effect own = {0};
    json_t *node = NULL;
    if (!text)
        return NULL;
    char *sql = arena_printf(b->l->arena, "select %s", text);
    dbk_err *e = sql ? read_sql(b, sql, &own, &node) : err_oom();
    if (e)
        return e;
    own.perhaps |= own.by_rows;
    own.by_rows = 0;
    add_effect(effect, &own);
    if (value && node) {
        json_t *targets = json_object_get(tree_as(node, "SelectStmt"), "targetList");
        *value = json_object_get(tree_as(json_array_get(targets, 0), "ResTarget"), "val");
    }
    return NULL;
}

static dbk_err *read_values(building *b, json_t *list, flow_effect *effect)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < json_array_size(list); i++)
        e = read_value(b, query_of(json_array_get(list, i)), effect, NULL);
    return e;
}

static dbk_err *build_list(building *b, json_t *statements, chain *out);

/* Statements below a statement. */
static dbk_err *build_below(building *b, json_t *statements, flow **out)
{
    chain c = {0};
    long long line = b->line;
    if (b->depth == DEPTH_MAX)
        return unparsable(b, "the body", "its statements are nested too deeply");
    b->depth++;
    dbk_err *e = build_list(b, statements, &c);
    b->depth--;
    b->line = line;
    *out = c.first;
    return e;
}

/* Variables that INTO fills. Those whose fields were flattened say nothing: another field may be meant. */
static dbk_err *read_witness(building *b, json_t *target, flow *f)
{
    json_t *row = NULL;
    tree_kind(target, &row);
    json_t *fields = json_object_get(row, "fields");
    flow_witness *w = arena_alloc(b->l->arena, sizeof(*w));
    if (!w)
        return err_oom();
    for (size_t i = 0; i < json_array_size(fields) && w->count < FLOW_WITNESSES_MAX; i++) {
        const char *name = tree_text(json_array_get(fields, i), "name");
        if (name && !lint_names_has(&b->r->body.flattened, name))
            w->names[w->count++] = name;
    }
    f->witness = w;
    return NULL;
}

/* The rules about locks read statements, not blocks. */
static dbk_err *check_block(building *b, const char *what)
{
    if (b->r->name || b->r->statement->file->kind != LINT_MIGRATION)
        return NULL;
    return lint_report(b->l, b->r->statement->file, place(b), "schema-change-in-block", "%s", what);
}

static bool is_of_rows(json_t *node)
{
    static const char *const kinds[] = {"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (tree_as(node, kinds[i]))
            return true;
    return false;
}

static dbk_err *build_sql(building *b, json_t *s, chain *out)
{
    flow *f = NULL;
    json_t *node = NULL;
    dbk_err *e = add(b, out, FLOW_EFFECT, &f);
    if (!e)
        e = read_sql(b, query_of(json_object_get(s, "sqlstmt")), &f->effect, &node);
    if (e || !node)
        return e;
    e = is_of_rows(node) ? NULL : check_block(b, "this statement's locks are not judged inside a block");
    if (e)
        return e;
    bool selects = tree_as(node, "SelectStmt") != NULL;
    if (selects && tree_flag(s, "into") && tree_flag(s, "strict"))
        f->effect.found = FLOW_FOUND_TRUE;
    return tree_flag(s, "into") ? read_witness(b, json_object_get(s, "target"), f) : NULL;
}

/* PERFORM, RETURN QUERY and CALL are whole statements. */
static dbk_err *build_query(building *b, json_t *expression, chain *out)
{
    flow *f = NULL;
    json_t *node = NULL;
    dbk_err *e = add(b, out, FLOW_EFFECT, &f);
    return e ? e : read_sql(b, query_of(expression), &f->effect, &node);
}

static dbk_err *build_perform(building *b, json_t *s, chain *out)
{
    return build_query(b, json_object_get(s, "expr"), out);
}

static dbk_err *build_call(building *b, json_t *s, chain *out)
{
    dbk_err *e = build_query(b, json_object_get(s, "expr"), out);
    if (e)
        return e;
    out->last->effect.found = FLOW_FOUND_KEPT;
    out->last->spoils_row_count = true;
    return NULL;
}

/* What EXECUTE runs cannot be seen, so it counts as a change. */
static dbk_err *build_dynamic(building *b, json_t *query, json_t *params, chain *out)
{
    flow *f = NULL;
    dbk_err *e = add(b, out, FLOW_EFFECT, &f);
    if (!e)
        e = read_value(b, query_of(query), &f->effect, NULL);
    if (!e)
        e = read_values(b, params, &f->effect);
    if (e)
        return e;
    f->effect.perhaps |= FLOW_CHANGED;
    f->spoils_row_count = true;
    return check_block(b, "what EXECUTE runs here cannot be known");
}

static dbk_err *build_execute(building *b, json_t *s, chain *out)
{
    return build_dynamic(b, json_object_get(s, "query"), json_object_get(s, "params"), out);
}

static dbk_err *build_return_query(building *b, json_t *s, chain *out)
{
    json_t *query = json_object_get(s, "query");
    if (query)
        return build_query(b, query, out);
    dbk_err *e = build_dynamic(b, json_object_get(s, "dynquery"), json_object_get(s, "params"), out);
    if (!e)
        out->last->effect.found = FLOW_FOUND_BY_ROWS;
    return e;
}

static const char *variable_name(building *b, long long number)
{
    json_t *fields = NULL;
    tree_kind(json_array_get(json_object_get(b->r->body.function, "datums"), (size_t)number), &fields);
    return tree_text(fields, "refname");
}

static dbk_err *build_assign(building *b, json_t *s, chain *out)
{
    flow *f = NULL;
    const char *text = query_of(json_object_get(s, "expr")), *value = text ? value_of_assignment(text) : NULL;
    dbk_err *e = add(b, out, FLOW_EFFECT, &f);
    if (e)
        return e;
    f->assigned = variable_name(b, tree_int(s, "varno", 0));
    return value ? read_value(b, value, &f->effect, NULL) : unparsable(b, "an assignment", "it has no value");
}

static dbk_err *build_diagnostics(building *b, json_t *s, chain *out)
{
    json_t *items = json_object_get(s, "diag_items");
    flow *f = NULL;
    dbk_err *e = add(b, out, FLOW_EFFECT, &f);
    for (size_t i = 0; !e && i < json_array_size(items); i++) {
        json_t *item = tree_as(json_array_get(items, i), "PLpgSQL_diag_item");
        flow_witness *w = arena_alloc(b->l->arena, sizeof(*w));
        if (!w)
            return err_oom();
        w->names[0] = variable_name(b, tree_int(item, "target", 0));
        w->count = w->names[0] != NULL;
        w->is_row_count = true;
        if (tree_is(item, "kind", "ROW_COUNT"))
            f->witness = w;
        else
            f->spoils_row_count = true; /* it may fill a variable that told of rows */
    }
    return e;
}

/* elsif is an if inside else. */
static dbk_err *build_if(building *b, json_t *s, chain *out)
{
    json_t *branches = json_object_get(s, "elsif_list");
    flow *f = NULL;
    dbk_err *e = add(b, out, FLOW_IF, &f);
    if (!e)
        e = read_value(b, query_of(json_object_get(s, "cond")), &f->effect, &f->condition);
    if (!e)
        e = build_below(b, json_object_get(s, "then_body"), &f->body);
    for (size_t i = 0; !e && i < json_array_size(branches); i++) {
        json_t *branch = tree_as(json_array_get(branches, i), "PLpgSQL_if_elsif");
        chain inner = {0};
        flow *before = f;
        e = add(b, &inner, FLOW_IF, &f);
        if (e)
            return e;
        before->other = f;
        e = read_value(b, query_of(json_object_get(branch, "cond")), &f->effect, &f->condition);
        if (!e)
            e = build_below(b, json_object_get(branch, "stmts"), &f->body);
    }
    return e ? e : build_below(b, json_object_get(s, "else_body"), &f->other);
}

/* CASE without ELSE raises when nothing fits. */
static dbk_err *build_case(building *b, json_t *s, chain *out)
{
    json_t *branches = json_object_get(s, "case_when_list");
    flow *f = NULL;
    chain last = {0};
    dbk_err *e = add(b, out, FLOW_EFFECT, &f);
    if (!e)
        e = read_value(b, query_of(json_object_get(s, "t_expr")), &f->effect, NULL);
    flow **hole = NULL;
    for (size_t i = 0; !e && i < json_array_size(branches); i++) {
        json_t *branch = tree_as(json_array_get(branches, i), "PLpgSQL_case_when");
        chain inner = {0};
        e = add(b, hole ? &inner : out, FLOW_IF, &f);
        if (e)
            return e;
        if (hole)
            *hole = f;
        hole = &f->other;
        e = read_value(b, query_of(json_object_get(branch, "expr")), &f->effect, &f->condition);
        if (!e)
            e = build_below(b, json_object_get(branch, "stmts"), &f->body);
    }
    if (e || !hole)
        return e;
    if (tree_flag(s, "have_else"))
        return build_below(b, json_object_get(s, "else_stmts"), hole);
    e = add(b, &last, FLOW_RAISE, NULL);
    *hole = last.first;
    return e;
}

static dbk_err *build_loop_of(building *b, json_t *s, chain *out, flow_kind kind, flow **loop)
{
    flow *f = NULL;
    dbk_err *e = add(b, out, kind, &f);
    if (e)
        return e;
    f->label = tree_text(s, "label");
    *loop = f;
    return build_below(b, json_object_get(s, "body"), &f->body);
}

static dbk_err *build_loop(building *b, json_t *s, chain *out)
{
    flow *f = NULL;
    return build_loop_of(b, s, out, FLOW_LOOP, &f);
}

static dbk_err *build_while(building *b, json_t *s, chain *out)
{
    flow *f = NULL;
    dbk_err *e = build_loop_of(b, s, out, FLOW_WHILE, &f);
    return e ? e : read_value(b, query_of(json_object_get(s, "cond")), &f->effect, &f->condition);
}

static dbk_err *build_for(building *b, json_t *s, chain *out)
{
    static const char *const values[] = {"lower", "upper", "step", "expr"};
    flow *f = NULL;
    json_t *node = NULL;
    dbk_err *e = build_loop_of(b, s, out, FLOW_FOR, &f);
    for (size_t i = 0; !e && i < sizeof(values) / sizeof(values[0]); i++)
        e = read_value(b, query_of(json_object_get(s, values[i])), &f->effect, NULL);
    const char *query = query_of(json_object_get(s, "query"));
    if (!e && query)
        e = read_sql(b, query, &f->effect, &node);
    if (e)
        return e;
    f->effect.perhaps |= f->effect.by_rows;
    f->effect.by_rows = 0;
    f->effect.found = FLOW_FOUND_KEPT;
    return NULL;
}

static dbk_err *build_dynamic_for(building *b, json_t *s, chain *out)
{
    flow *f = NULL;
    dbk_err *e = build_loop_of(b, s, out, FLOW_FOR, &f);
    if (!e)
        e = read_value(b, query_of(json_object_get(s, "query")), &f->effect, NULL);
    if (!e)
        e = read_values(b, json_object_get(s, "params"), &f->effect);
    if (!e)
        f->effect.perhaps |= FLOW_CHANGED;
    return e;
}

static dbk_err *build_exit(building *b, json_t *s, chain *out)
{
    flow *f = NULL;
    dbk_err *e = add(b, out, tree_flag(s, "is_exit") ? FLOW_EXIT : FLOW_CONTINUE, &f);
    if (e)
        return e;
    f->label = tree_text(s, "label");
    return read_value(b, query_of(json_object_get(s, "cond")), &f->effect, &f->condition);
}

static dbk_err *build_return(building *b, json_t *s, chain *out)
{
    flow *f = NULL;
    dbk_err *e = add(b, out, FLOW_RETURN, &f);
    return e ? e : read_value(b, query_of(json_object_get(s, "expr")), &f->effect, NULL);
}

static dbk_err *build_return_next(building *b, json_t *s, chain *out)
{
    flow *f = NULL;
    dbk_err *e = add(b, out, FLOW_EFFECT, &f);
    return e ? e : read_value(b, query_of(json_object_get(s, "expr")), &f->effect, NULL);
}

static dbk_err *check_raise(building *b, json_t *s)
{
    json_t *options = json_object_get(s, "options");
    bool errcode = tree_text(s, "condname") != NULL, hint = false;
    if (!tree_text(s, "message") && !tree_text(s, "condname") && json_array_size(options) == 0)
        return NULL; /* RAISE alone hands on what was caught */
    for (size_t i = 0; i < json_array_size(options); i++) {
        long long option =
            tree_int(tree_as(json_array_get(options, i), "PLpgSQL_raise_option"), "opt_type", 0);
        errcode |= option == 0;
        hint |= option == 3;
    }
    dbk_err *e = errcode ? NULL
                         : lint_report(b->l, b->r->statement->file, place(b), "raise-errcode",
                                       "this exception has no errcode");
    if (!e && !hint)
        e = lint_report(b->l, b->r->statement->file, place(b), "raise-hint", "this exception has no hint");
    return e;
}

static dbk_err *build_raise(building *b, json_t *s, chain *out)
{
    json_t *options = json_object_get(s, "options");
    bool is_error = tree_int(s, "elog_level", ERROR_LEVEL) >= ERROR_LEVEL;
    flow *f = NULL;
    dbk_err *e = add(b, out, FLOW_EFFECT, &f);
    if (!e)
        e = read_values(b, json_object_get(s, "params"), &f->effect);
    for (size_t i = 0; !e && i < json_array_size(options); i++)
        e = read_value(
            b, query_of(json_object_get(tree_as(json_array_get(options, i), "PLpgSQL_raise_option"), "expr")),
            &f->effect, NULL);
    if (!e && is_error)
        e = check_raise(b, s);
    return !e && is_error ? add(b, out, FLOW_RAISE, NULL) : e;
}

static dbk_err *build_block(building *b, json_t *s, chain *out)
{
    json_t *exceptions = tree_as(json_object_get(s, "exceptions"), "PLpgSQL_exception_block");
    json_t *list = json_object_get(exceptions, "exc_list");
    chain handlers = {0};
    flow *f = NULL;
    dbk_err *e = add(b, out, FLOW_BLOCK, &f);
    if (e)
        return e;
    f->label = tree_text(s, "label");
    e = build_below(b, json_object_get(s, "body"), &f->body);
    for (size_t i = 0; !e && i < json_array_size(list); i++) {
        flow *h = NULL;
        e = add(b, &handlers, FLOW_HANDLER, &h);
        if (!e)
            e = build_below(b,
                            json_object_get(tree_as(json_array_get(list, i), "PLpgSQL_exception"), "action"),
                            &h->body);
    }
    f->handlers = handlers.first;
    return e;
}

/* An assertion can be switched off, so what follows it is reached either way. */
static dbk_err *build_assert(building *b, json_t *s, chain *out)
{
    flow *f = NULL;
    dbk_err *e = add(b, out, FLOW_EFFECT, &f);
    return e ? e : read_value(b, query_of(json_object_get(s, "cond")), &f->effect, NULL);
}

static dbk_err *build_commit(building *b, json_t *s, chain *out)
{
    (void)s;
    return add(b, out, FLOW_COMMIT, NULL);
}

static dbk_err *build_rollback(building *b, json_t *s, chain *out)
{
    (void)s;
    return add(b, out, FLOW_ROLLBACK, NULL);
}

static dbk_err *build_statement(building *b, json_t *node, chain *out)
{
    static const struct {
        const char *kind;
        dbk_err *(*build)(building *b, json_t *s, chain *out);
    } kinds[] = {
        {"PLpgSQL_stmt_execsql", build_sql},
        {"PLpgSQL_stmt_perform", build_perform},
        {"PLpgSQL_stmt_call", build_call},
        {"PLpgSQL_stmt_assign", build_assign},
        {"PLpgSQL_stmt_if", build_if},
        {"PLpgSQL_stmt_case", build_case},
        {"PLpgSQL_stmt_loop", build_loop},
        {"PLpgSQL_stmt_while", build_while},
        {"PLpgSQL_stmt_fori", build_for},
        {"PLpgSQL_stmt_fors", build_for},
        {"PLpgSQL_stmt_foreach_a", build_for},
        {"PLpgSQL_stmt_dynfors", build_dynamic_for},
        {"PLpgSQL_stmt_exit", build_exit},
        {"PLpgSQL_stmt_return", build_return},
        {"PLpgSQL_stmt_return_next", build_return_next},
        {"PLpgSQL_stmt_return_query", build_return_query},
        {"PLpgSQL_stmt_raise", build_raise},
        {"PLpgSQL_stmt_assert", build_assert},
        {"PLpgSQL_stmt_dynexecute", build_execute},
        {"PLpgSQL_stmt_getdiag", build_diagnostics},
        {"PLpgSQL_stmt_block", build_block},
        {"PLpgSQL_stmt_commit", build_commit},
        {"PLpgSQL_stmt_rollback", build_rollback},
    };
    json_t *fields = NULL;
    const char *kind = tree_kind(node, &fields);
    b->line = tree_int(fields, "lineno", 0);
    for (size_t i = 0; kind && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kind, kinds[i].kind) == 0)
            return kinds[i].build(b, fields, out);
    return unparsable(b, "this statement cannot be followed", kind ? kind : "it has no kind");
}

/* Recursion as deep as statements are nested; build_below limits it. */
static dbk_err *build_list(building *b, json_t *statements, chain *out)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < json_array_size(statements); i++)
        e = build_statement(b, json_array_get(statements, i), out);
    return e;
}

/* Defaults of variables, wherever their block stands: perhaps evaluated. */
static dbk_err *build_defaults(building *b, chain *out)
{
    json_t *datums = json_object_get(b->r->body.function, "datums");
    size_t called_found = 0;
    flow *f = NULL;
    dbk_err *e = add(b, out, FLOW_EFFECT, &f);
    for (size_t i = 0; !e && i < json_array_size(datums); i++) {
        json_t *variable = tree_as(json_array_get(datums, i), "PLpgSQL_var");
        b->line = tree_int(variable, "lineno", 1);
        e = read_value(b, query_of(json_object_get(variable, "default_val")), &f->effect, NULL);
        called_found += tree_is(variable, "refname", "found");
    }
    if (!e && called_found > 1) /* the first is the one that every function has */
        e = unparsable(b, "the body", "a variable called found hides the one that tells of rows");
    for (flow_call *c = e ? NULL : f->effect.calls; c; c = c->next)
        c->often = FLOW_PERHAPS;
    return e;
}

static dbk_err *build_plpgsql(building *b, chain *out)
{
    dbk_err *e = build_defaults(b, out);
    return e ? e : build_statement(b, json_object_get(b->r->body.function, "action"), out);
}

/* SQL bodies have no FOUND and no branches. */
static dbk_err *build_sql_body(building *b, chain *out)
{
    json_t *statements = b->r->body.statements;
    size_t count = json_is_array(statements) ? json_array_size(statements) : 1;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < count; i++) {
        json_t *node = json_is_array(statements) ? json_array_get(statements, i) : statements, *fields = NULL;
        flow *f = NULL;
        const char *kind = tree_kind(node, &fields);
        if (!kind)
            node = json_object_get(node, "stmt"); /* as the parser wraps statements of a text */
        else if (strcmp(kind, "ReturnStmt") == 0)
            node = json_object_get(fields, "returnval");
        size_t at = b->r->body.offset;
        e = add(b, out, FLOW_EFFECT, &f);
        if (!e && !b->r->body.bound) /* a bound body is part of the statement's own tree */
            e = lint_usage_local(b->l, node, &b->r->local);
        if (!e && !b->r->body.bound)
            e = lint_usage_tree(b->l, b->r->statement->file, node, at, SIZE_MAX - at, &b->r->local);
        if (!e)
            e = lint_effect_read(b->l, b->set, b->r, node, at, &f->effect);
        if (!e)
            f->effect.found = FLOW_FOUND_KEPT;
    }
    return e;
}

dbk_err *lint_program_build(lint *l, const lint_routines_set *set, lint_routine *r)
{
    building b = {.l = l, .set = set, .r = r, .line = 1};
    chain c = {0};
    flow *f = NULL;
    dbk_err *e = add(&b, &c, FLOW_EFFECT, &f);
    if (e)
        return e;
    b.unknown = r->body.error || (!r->body.of_plpgsql && !r->body.of_sql);
    if (r->body.error)
        e = lint_report(l, r->statement->file, r->statement->offset, "unparsable", "the body of %s: %s",
                        r->name ? r->name : "this block", r->body.error);
    else if (r->body.of_plpgsql)
        e = build_plpgsql(&b, &c);
    else if (r->body.of_sql)
        e = build_sql_body(&b, &c);
    else
        e = lint_report(l, r->statement->file, r->statement->offset, "unparsable",
                        "%s is written in a language that cannot be read here",
                        r->name ? r->name : "this block");
    if (b.unknown) /* the finding can be suppressed, the doubt cannot */
        f->effect.perhaps |= FLOW_CHANGED;
    r->flow.program = c.first;
    return e;
}
