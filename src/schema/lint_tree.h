/* lint_tree.h: reading the parse trees that libpg_query writes as JSON.
 *
 * A node is {"Kind": {fields}} where its kind is open, and just {fields} where the grammar fixes it.
 * Everything is lent from the tree. */
#ifndef DAYBOOK_SCHEMA_LINT_TREE_H
#define DAYBOOK_SCHEMA_LINT_TREE_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/json.h"
#include "pgquery/pgquery.h"

/* Parses text. *tree lives in the arena; it is NULL and *error says why when there can be none. `error_char`
 * (in characters from 1; 0: unknown) may be NULL. */
dbk_err *tree_parse(arena *a, pgquery *parser, pgquery_language language, const char *text, json_t **tree,
                    const char **error, size_t *error_char) ERR_MUST_USE;

/* The fields of a node of this kind; NULL for any other. */
json_t *tree_as(json_t *node, const char *kind);
/* The kind of a node and its fields; NULL when it is none. */
const char *tree_kind(json_t *node, json_t **fields);

const char *tree_text(const json_t *fields, const char *key); /* NULL when absent */
bool tree_is(const json_t *fields, const char *key, const char *value);
bool tree_flag(const json_t *fields, const char *key);
long long tree_int(const json_t *fields, const char *key, long long otherwise);

/* Whether a list of DefElem has an option, whatever its value: "full", "concurrently". */
bool tree_has_option(json_t *options, const char *name);

/* "schema.name" or "name" of a list of String nodes; NULL for anything else or when memory is short. */
const char *tree_name(arena *a, json_t *list);
/* The same of a RangeVar. */
const char *tree_relation(arena *a, json_t *range_var);
/* The text of a String node; NULL for anything else. */
const char *tree_string(json_t *node);
/* The text of a constant, numbers as text; NULL for anything else. */
const char *tree_constant(arena *a, json_t *node);

/* Visits every object of a tree, parents first. `key` is the kind for wrapped nodes, else the field's name,
 * "" in lists. Returning false skips what is below. */
typedef bool (*tree_visit)(void *ctx, const char *key, json_t *fields);
dbk_err *tree_walk(json_t *tree, tree_visit visit, void *ctx) ERR_MUST_USE;

#endif
