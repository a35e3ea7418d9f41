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

static bool is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || ((unsigned char)c & 0x80);
}

static bool is_name(char c)
{
    return is_name_start(c) || isdigit((unsigned char)c) || c == '$';
}

static const char *skip_block_comment(const char *p)
{
    int depth = 0;
    do {
        bool opens = p[0] == '/' && p[1] == '*', closes = p[0] == '*' && p[1] == '/';
        depth += opens ? 1 : closes ? -1 : 0;
        p += opens || closes ? 2 : 1;
    } while (*p && depth > 0);
    return p;
}

static const char *skip_quoted(const char *p, bool escapes)
{
    char quote = *p++;
    for (; *p && *p != quote; p++)
        if (escapes && *p == '\\' && p[1])
            p++;
    return *p ? p + 1 : p;
}

static const char *skip_dollar(const char *p)
{
    const char *tag = p + 1;
    while (is_name(*tag) && *tag != '$')
        tag++;
    if (*tag != '$')
        return p + 1;
    size_t length = (size_t)(tag - p) + 1;
    for (const char *close = strchr(tag + 1, '$'); close; close = strchr(close + 1, '$'))
        if (strncmp(close, p, length) == 0)
            return close + length;
    return p + strlen(p);
}

/* Passes one token or one stretch of white space and comments; p is not at the end. */
static const char *skip_token(const char *p)
{
    if (p[0] == '-' && p[1] == '-')
        return p + strcspn(p, "\n");
    if (p[0] == '/' && p[1] == '*')
        return skip_block_comment(p);
    if ((*p == 'e' || *p == 'E') && p[1] == '\'')
        return skip_quoted(p + 1, true);
    if (*p == '\'' || *p == '"')
        return skip_quoted(p, false);
    if (*p == '$')
        return skip_dollar(p);
    if (is_name(*p)) {
        while (is_name(*p))
            p++;
        return p;
    }
    return p + 1;
}

static const char *skip_space(const char *p)
{
    while (isspace((unsigned char)*p) || (p[0] == '-' && p[1] == '-') || (p[0] == '/' && p[1] == '*'))
        p = isspace((unsigned char)*p) ? p + 1 : skip_token(p);
    return p;
}

static bool is_word(const char *p, const char *end, const char *word)
{
    return (size_t)(end - p) == strlen(word) && strncasecmp(p, word, (size_t)(end - p)) == 0;
}

/* RETURN NEXT without an expression, which the parser misses because it knows no result columns. */
static const char *end_of_bare_return_next(const char *p, const char *end)
{
    if (!is_word(p, end, "return"))
        return NULL;
    const char *next = skip_space(end), *next_end = is_name_start(*next) ? skip_token(next) : next;
    if (!is_word(next, next_end, "next"))
        return NULL;
    return *skip_space(next_end) == ';' ? next_end : NULL;
}

/* ALIAS FOR $1: the parser knows parameters by name only. */
static const char *end_of_alias(const char *p, const char *end)
{
    if (!is_word(p, end, "alias"))
        return NULL;
    const char *second = skip_space(end), *second_end = is_name_start(*second) ? skip_token(second) : second;
    const char *third = is_word(second, second_end, "for") ? skip_space(second_end) : "";
    if (*third != '$' || !isdigit((unsigned char)third[1]))
        return NULL;
    third++;
    return third + strspn(third, "0123456789");
}

/* The end of .field[.field…] behind a flattened variable; NULL when something else follows. */
static const char *end_of_fields(const char *p)
{
    const char *end = NULL;
    while (*p == '.' && (is_name_start(p[1]) || p[1] == '"'))
        end = p = skip_token(p + 1);
    return end && *skip_space(end) != '(' ? end : NULL;
}

static bool is_flattened(const lint_body *body, const char *p, const char *end)
{
    for (size_t i = 0; i < body->flattened.count; i++) {
        const char *name = body->flattened.items[i];
        if (is_word(p, end, name) ||
            (*p == '"' && (size_t)(end - p) == strlen(name) + 2 && strncmp(p + 1, name, strlen(name)) == 0))
            return true;
    }
    return false;
}

static void write_normal(const char *text, const lint_body *body, buf *out)
{
    char before = '\0';
    for (const char *p = text, *end; *p; p = end) {
        end = skip_token(p);
        const char *returned = end_of_bare_return_next(p, end), *aliased = end_of_alias(p, end);
        const char *fields = before != '.' && is_flattened(body, p, end) ? end_of_fields(end) : NULL;
        if (returned)
            end = returned;
        if (aliased) {
            buf_append_str(out, "text");
            for (; end < aliased; end++)
                if (*end == '\n')
                    buf_append_char(out, '\n');
        } else {
            buf_append(out, p, (size_t)(end - p));
        }
        if (returned)
            buf_append_str(out, " null");
        for (; fields && end < fields; end++)
            buf_append_char(out, *end == '\n' ? '\n' : ' ');
        before = end[-1];
    }
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
        e = lint_parse(l, PGQUERY_PLPGSQL, sql.data, &tree, &body->error, NULL);
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
    const char *file = st->file->source->text, *begin = file + st->offset, *end = begin + st->length,
               *quote = NULL;
    /* The body is the longest string of its statement, or as long as any other. */
    for (const char *p = begin, *next; p < end; p = next) {
        next = skip_token(p);
        bool quoted = *p == '\'' || *p == '$' || ((*p == 'e' || *p == 'E') && p[1] == '\'');
        if (quoted && (size_t)(next - p) >= strlen(text) + 2) {
            quote = p;
            break;
        }
    }
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
    dbk_err *e = lint_parse(l, PGQUERY_SQL, text, &tree, &body->error, NULL);
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
