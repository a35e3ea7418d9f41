/* json_tree.h: JSON documents whose numbers stay what was written, and their canonical text.
 *
 * For amounts that others write as JSON numbers: jansson would make binary floating point of them. A tree
 * lives in the arena that it was read into and is never changed. */
#ifndef DAYBOOK_CORE_JSON_TREE_H
#define DAYBOOK_CORE_JSON_TREE_H

#include <stddef.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

typedef enum json_tree_kind {
    JSON_TREE_NULL,
    JSON_TREE_FALSE,
    JSON_TREE_TRUE,
    JSON_TREE_NUMBER,
    JSON_TREE_STRING,
    JSON_TREE_ARRAY,
    JSON_TREE_OBJECT
} json_tree_kind;

typedef struct json_tree {
    json_tree_kind kind;
    const char *text; /* of a string; of a number, without exponent */
    size_t count;     /* of items */
    const struct json_tree *const *items;
    const char *const *names; /* of the items of an object: each once, in the order of the canonical text */
} json_tree;

/* Exactly one document; `what` names it in the error, which tells where it is wrong. Of a name that is given
 * twice the last one counts. ERR_INPUT also for a string with U+0000, for nesting deeper than 200 and for a
 * number with an exponent beyond 1000. */
dbk_err *json_tree_parse(arena *a, const char *text, size_t length, const char *what,
                         const json_tree **out) ERR_MUST_USE;

/* NULL when the object has none of that name, and for what is no object. */
const json_tree *json_tree_get(const json_tree *object, const char *name);
/* The object but for one name; NULL when memory is short. */
const json_tree *json_tree_without(arena *a, const json_tree *object, const char *name);

/* What a server's jsonb prints: names by length and then by bytes, a blank after ':' and ','. */
void json_tree_append(buf *out, const json_tree *tree);
void json_tree_append_string(buf *out, const char *text);

#endif
