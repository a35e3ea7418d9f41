#include "schema/lint_tree.h"

#include <ctype.h>
#include <string.h>

#include "core/mem.h"

/* Trees are as deep as their text is nested; the parser itself gives up long before this. */
#define WALK_PENDING_MAX 1000000

static void tree_free(void *tree)
{
    json_decref(tree);
}

dbk_err *tree_parse(arena *a, pgquery *parser, pgquery_language language, const char *text, json_t **tree,
                    const char **error, size_t *error_char)
{
    pgquery_answer answer;
    json_t *parsed = NULL;
    *error = NULL;
    *tree = NULL;
    dbk_err *e = pgquery_parse(parser, language, text, &answer);
    if (e)
        return e;
    if (error_char)
        *error_char = answer.error_char;
    if (answer.error) {
        *error = arena_strdup(a, answer.error);
        return *error ? NULL : err_oom();
    }
    e = json_parse(answer.json, answer.length, "parse tree", &parsed);
    if (e) { /* the tree of a deep nesting is beyond the JSON library */
        *error = arena_strdup(a, err_message(e));
        err_free(e);
        return *error ? NULL : err_oom();
    }
    if (!arena_defer(a, tree_free, parsed))
        return err_oom();
    *tree = parsed;
    return NULL;
}

const char *tree_kind(json_t *node, json_t **fields)
{
    void *only = json_is_object(node) && json_object_size(node) == 1 ? json_object_iter(node) : NULL;
    if (!only || !isupper((unsigned char)*json_object_iter_key(only)) ||
        !json_is_object(json_object_iter_value(only)))
        return NULL;
    *fields = json_object_iter_value(only);
    return json_object_iter_key(only);
}

json_t *tree_as(json_t *node, const char *kind)
{
    json_t *fields = NULL;
    const char *is = tree_kind(node, &fields);
    return is && strcmp(is, kind) == 0 ? fields : NULL;
}

const char *tree_text(const json_t *fields, const char *key)
{
    return json_string_value(json_object_get(fields, key));
}

bool tree_is(const json_t *fields, const char *key, const char *value)
{
    const char *text = tree_text(fields, key);
    return text && strcmp(text, value) == 0;
}

bool tree_flag(const json_t *fields, const char *key)
{
    return json_is_true(json_object_get(fields, key));
}

long long tree_int(const json_t *fields, const char *key, long long otherwise)
{
    const json_t *value = json_object_get(fields, key);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool tree_has_option(json_t *options, const char *name)
{
    for (size_t i = 0; i < json_array_size(options); i++)
        if (tree_is(tree_as(json_array_get(options, i), "DefElem"), "defname", name))
            return true;
    return false;
}

const char *tree_string(json_t *node)
{
    json_t *string = tree_as(node, "String");
    return string ? tree_text(string, "sval") : NULL;
}

const char *tree_name(arena *a, json_t *list)
{
    const char *parts[3] = {"", "", ""};
    size_t count = json_array_size(list);
    if (count == 0 || count > 3)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        parts[i] = tree_string(json_array_get(list, i));
        if (!parts[i])
            return NULL;
    }
    return arena_printf(a, "%s%s%s%s%s", parts[0], count > 1 ? "." : "", parts[1], count > 2 ? "." : "",
                        parts[2]);
}

const char *tree_relation(arena *a, json_t *range_var)
{
    const char *schema = tree_text(range_var, "schemaname"), *name = tree_text(range_var, "relname");
    if (!name)
        return NULL;
    return arena_printf(a, "%s%s%s", schema ? schema : "", schema ? "." : "", name);
}

const char *tree_constant(arena *a, json_t *node)
{
    json_t *constant = tree_as(node, "A_Const");
    json_t *text = constant ? json_object_get(constant, "sval") : NULL;
    json_t *integer = constant ? json_object_get(constant, "ival") : NULL;
    json_t *real = constant ? json_object_get(constant, "fval") : NULL;
    if (text)
        return tree_text(text, "sval") ? tree_text(text, "sval") : "";
    if (integer)
        return arena_printf(a, "%lld", tree_int(integer, "ival", 0));
    return real ? tree_text(real, "fval") : NULL;
}

/* What is still to be visited; the last one first, so that parents come before children. */
typedef struct pending {
    const char *key;
    json_t *value;
} pending;

typedef struct walk {
    pending *items;
    size_t count, capacity;
} walk;

static dbk_err *push(walk *w, const char *key, json_t *value)
{
    if (!json_is_object(value) && !json_is_array(value))
        return NULL;
    if (w->count == w->capacity) {
        size_t capacity = w->capacity ? w->capacity * 2 : 256;
        if (capacity > WALK_PENDING_MAX)
            return err_new(ERR_LIMIT, "a parse tree is too big");
        pending *items = mem_realloc(w->items, capacity * sizeof(*items));
        if (!items)
            return err_oom();
        w->items = items;
        w->capacity = capacity;
    }
    w->items[w->count++] = (pending){key, value};
    return NULL;
}

static dbk_err *push_children(walk *w, json_t *value)
{
    dbk_err *e = NULL;
    for (size_t i = json_array_size(value); !e && i > 0; i--)
        e = push(w, "", json_array_get(value, i - 1));
    size_t first = w->count;
    for (void *at = json_object_iter(value); !e && at; at = json_object_iter_next(value, at))
        e = push(w, json_object_iter_key(at), json_object_iter_value(at));
    for (size_t low = first, high = w->count; low + 1 < high; low++) { /* fields in the order of the text */
        pending swapped = w->items[low];
        w->items[low] = w->items[--high];
        w->items[high] = swapped;
    }
    return e;
}

dbk_err *tree_walk(json_t *tree, tree_visit visit, void *ctx)
{
    walk w = {0};
    dbk_err *e = push(&w, "", tree);
    while (!e && w.count > 0) {
        pending p = w.items[--w.count];
        if (json_is_array(p.value) || visit(ctx, p.key, p.value))
            e = push_children(&w, p.value);
    }
    mem_free(w.items);
    return e;
}
