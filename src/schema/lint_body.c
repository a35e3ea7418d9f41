#include "schema/lint_body.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/buf.h"
#include "schema/sql_scan.h"

#define QUOTE "$daybook_lint$"
#define FLATTENED_MAX 200

json_t *lint_option(const lint_statement *st, const char *name)
{
    json_t *options = json_object_get(st->fields, strcmp(st->kind, "DoStmt") == 0 ? "args" : "options");
    for (size_t i = 0; i < json_array_size(options); i++) {
        json_t *option = tree_as(json_array_get(options, i), "DefElem");
        if (tree_is(option, "defname", name))
            return json_object_get(option, "arg");
    }
    return NULL;
}

/* The token at or behind p; of length 0 at the end. */
static sql_token peek(const char *p, const char *end)
{
    sql_token t = {.kind = SQL_TOKEN_OTHER, .text = end};
    if (!sql_token_next(&p, end, &t))
        t.length = 0;
    return t;
}

static const char *end_of(const sql_token *t)
{
    return t->text + t->length;
}

static bool is_character(const sql_token *t, char c)
{
    return t->kind == SQL_TOKEN_OTHER && t->length == 1 && *t->text == c;
}

/* RETURN NEXT without an expression, which the parser misses because it knows no result columns. */
static const char *end_of_bare_return_next(const sql_token *t, const char *end)
{
    if (!sql_token_is(t, "return"))
        return NULL;
    sql_token next = peek(end_of(t), end), after = peek(end_of(&next), end);
    return sql_token_is(&next, "next") && is_character(&after, ';') ? end_of(&next) : NULL;
}

/* ALIAS FOR $1: the parser knows parameters by name only. */
static const char *end_of_alias(const sql_token *t, const char *end)
{
    if (!sql_token_is(t, "alias"))
        return NULL;
    sql_token second = peek(end_of(t), end), dollar = peek(end_of(&second), end);
    sql_token number = peek(end_of(&dollar), end);
    bool is_number = number.length > 0 && isdigit((unsigned char)*number.text);
    return sql_token_is(&second, "for") && is_character(&dollar, '$') && is_number ? end_of(&number) : NULL;
}

/* The end of .field[.field…] behind a flattened variable; NULL when something else follows. */
static const char *end_of_fields(const sql_token *t, const char *end)
{
    const char *fields = NULL;
    sql_token dot = peek(end_of(t), end);
    while (is_character(&dot, '.')) {
        sql_token name = peek(end_of(&dot), end);
        if (name.kind != SQL_TOKEN_WORD && name.kind != SQL_TOKEN_QUOTED)
            break;
        fields = end_of(&name);
        dot = peek(fields, end);
    }
    return fields && !is_character(&dot, '(') ? fields : NULL;
}

static bool is_flattened(const lint_body *body, const sql_token *t)
{
    for (size_t i = 0; i < body->flattened.count; i++) {
        const char *name = body->flattened.items[i];
        size_t length = strlen(name);
        if (sql_token_is(t, name) || (t->kind == SQL_TOKEN_QUOTED && t->length == length + 2 &&
                                      strncmp(t->text + 1, name, length) == 0))
            return true;
    }
    return false;
}

static void write_lines(const char *from, const char *to, buf *out)
{
    for (; from < to; from++)
        buf_append_char(out, *from == '\n' ? '\n' : ' ');
}

static void write_normal(const char *text, const lint_body *body, buf *out)
{
    const char *end = text + strlen(text), *written = text;
    bool behind_dot = false;
    sql_token t;
    for (const char *at = text; sql_token_next(&at, end, &t);) {
        const char *returned = end_of_bare_return_next(&t, end), *aliased = end_of_alias(&t, end);
        const char *fields = !behind_dot && is_flattened(body, &t) ? end_of_fields(&t, end) : NULL;
        behind_dot = is_character(&t, '.');
        if (returned)
            at = returned;
        buf_append(out, written, (size_t)((aliased ? t.text : at) - written));
        if (returned)
            buf_append_str(out, " null");
        if (aliased)
            buf_append_str(out, "text");
        if (aliased || fields) {
            at = aliased ? aliased : fields;
            write_lines(end_of(&t), at, out);
        }
        written = at;
    }
    buf_append_str(out, written);
}

static void write_name(buf *out, const char *name)
{
    buf_append_char(out, '"');
    for (; *name; name++) {
        if (*name == '"')
            buf_append_char(out, '"');
        buf_append_char(out, *name);
    }
    buf_append_char(out, '"');
}

/* A header that says what the parser has to know: the names of parameters, and what RETURN may be followed
 * by. */
static void write_header(const lint_statement *st, buf *out)
{
    json_t *parameters = json_object_get(st->fields, "parameters"),
           *result = json_object_get(st->fields, "returnType");
    json_t *names = json_object_get(result, "names");
    const char *type = tree_string(json_array_get(names, json_array_size(names) - 1));
    bool has_out = false, first = true;
    buf_append_str(out, "create function f(");
    for (size_t i = 0; i < json_array_size(parameters); i++) {
        json_t *p = tree_as(json_array_get(parameters, i), "FunctionParameter");
        const char *name = tree_text(p, "name"), *mode = tree_text(p, "mode");
        bool is_out = mode && (strcmp(mode, "FUNC_PARAM_OUT") == 0 || strcmp(mode, "FUNC_PARAM_TABLE") == 0);
        has_out |= is_out || (mode && strcmp(mode, "FUNC_PARAM_INOUT") == 0);
        if (!name)
            continue;
        buf_append_str(out, first ? "" : ", ");
        buf_append_str(out, is_out ? "out " : "");
        write_name(out, name);
        buf_append_str(out, " text");
        first = false;
    }
    bool is_void = !type || has_out || strcmp(type, "void") == 0;
    const char *returns = tree_flag(result, "setof") ? "setof record"
                          : type && (strcmp(type, "trigger") == 0 || strcmp(type, "event_trigger") == 0)
                              ? type
                          : is_void ? "void"
                                    : "text";
    buf_printf(out, ") returns %s language plpgsql as " QUOTE, returns);
}

/* The variable of `"variable.field" is not a known variable`; NULL for any other complaint. */
static const char *unknown_row(arena *a, const char *error)
{
    const char *dot = strchr(error, '.'), *end = dot ? strchr(dot, '"') : NULL;
    if (*error != '"' || !end || strcmp(end, "\" is not a known variable") != 0)
        return NULL;
    return arena_strndup(a, error + 1, (size_t)(dot - error) - 1);
}

static dbk_err *parse_once(lint *l, const lint_statement *st, const char *text, lint_body *body)
{
    buf sql;
    json_t *tree = NULL;
    buf_init(&sql, PGQUERY_TEXT_MAX);
    write_header(st, &sql);
    write_normal(text, body, &sql);
    buf_append_str(&sql, QUOTE);
    dbk_err *e = buf_error(&sql);
    if (!e)
        e = tree_parse(l->arena, l->parser, PGQUERY_PLPGSQL, sql.data, &tree, &body->error, NULL);
    buf_term(&sql);
    body->function = e ? NULL : tree_as(json_array_get(tree, 0), "PLpgSQL_function");
    if (!e && !body->error && !body->function)
        body->error = "the parser gave no function";
    return e;
}

static dbk_err *parse_plpgsql(lint *l, const lint_statement *st, const char *text, lint_body *body)
{
    body->of_plpgsql = true;
    if (strstr(text, QUOTE)) {
        body->error = "the body contains " QUOTE;
        return NULL;
    }
    for (;;) {
        dbk_err *e = parse_once(l, st, text, body);
        if (e || body->function)
            return e;
        const char *row = unknown_row(l->arena, body->error);
        if (!row || lint_names_has(&body->flattened, row) || body->flattened.count == FLATTENED_MAX)
            return NULL;
        e = lint_names_add(l->arena, &body->flattened, row);
        if (e)
            return e;
    }
}

/* Where the text of the body begins: behind the quote that follows AS, or DO. */
static void find_text(const lint_statement *st, const char *text, lint_body *body)
{
    const char *file = st->file->source->text, *at = file + st->offset, *end = at + st->length, *quote = NULL;
    sql_token t;
    /* The body is the longest string of its statement, or as long as any other. */
    while (!quote && sql_token_next(&at, end, &t))
        if (t.kind == SQL_TOKEN_STRING && t.length >= strlen(text) + 2)
            quote = t.text;
    if (quote && *quote == '$')
        quote = strchr(quote + 1, '$');
    else if (quote && *quote != '\'')
        quote++;
    body->offset = quote ? (size_t)(quote - file) + 1 : st->offset;
    body->line = sql_place_of(file, body->offset).line;
}

static dbk_err *parse_sql(lint *l, const char *text, lint_body *body)
{
    json_t *tree;
    body->of_sql = true;
    dbk_err *e = tree_parse(l->arena, l->parser, PGQUERY_SQL, text, &tree, &body->error, NULL);
    if (!e && tree)
        body->statements = json_object_get(tree, "stmts");
    return e;
}

/* RETURN expression, or the lists of BEGIN ATOMIC. */
static void take_bound(json_t *bound, lint_body *body)
{
    json_t *list = tree_as(bound, "List");
    json_t *inner = list ? tree_as(json_array_get(json_object_get(list, "items"), 0), "List") : NULL;
    body->of_sql = body->bound = true;
    body->statements = inner ? json_object_get(inner, "items") : bound;
}

dbk_err *lint_body_read(lint *l, const lint_statement *st, lint_body *out)
{
    bool is_do = strcmp(st->kind, "DoStmt") == 0;
    const char *language = tree_string(lint_option(st, "language"));
    json_t *as = lint_option(st, "as"), *list = as ? tree_as(as, "List") : NULL;
    const char *text =
        list ? tree_string(json_array_get(json_object_get(list, "items"), 0)) : tree_string(as);
    lint_body body = {.offset = st->offset, .line = sql_place_of(st->file->source->text, st->offset).line};
    dbk_err *e = NULL;
    if (!language)
        language = is_do ? "plpgsql" : "sql";
    if (json_object_get(st->fields, "sql_body")) {
        take_bound(json_object_get(st->fields, "sql_body"), &body);
    } else if (text) {
        find_text(st, text, &body);
        if (strcasecmp(language, "plpgsql") == 0)
            e = parse_plpgsql(l, st, text, &body);
        else if (strcasecmp(language, "sql") == 0)
            e = parse_sql(l, text, &body);
    }
    if (!e)
        *out = body;
    return e;
}

size_t lint_body_place(const lint_statement *st, const lint_body *body, long long line)
{
    const char *file = st->file->source->text, *p = file + body->offset,
               *end = file + st->offset + st->length;
    for (long long at = 1; at < line; at++) {
        const char *newline = strchr(p, '\n');
        if (!newline || newline >= end)
            break;
        p = newline + 1;
    }
    size_t blanks = strspn(p, " \t");
    return (size_t)(p - file) + (p[blanks] && p[blanks] != '\n' ? blanks : 0);
}
