/* drift.h: where two descriptions of a schema differ, object by object and part by part.
 *
 * Works on the texts of mirrors alone, so it is pure and does not care where they came from: a database, a
 * folder, or the files of modules replayed elsewhere. */
#ifndef DAYBOOK_SCHEMA_DRIFT_H
#define DAYBOOK_SCHEMA_DRIFT_H

#include "core/buf.h"
#include "schema/mirror.h"

typedef enum drift_kind {
    DRIFT_MISSING, /* expected, and not there */
    DRIFT_EXTRA,   /* there, and not expected */
    DRIFT_DIFFERS
} drift_kind;

typedef struct drift_row {
    const mirror_item *expected; /* the object; NULL: the whole object is extra */
    const mirror_item *actual;   /* NULL: the whole object is missing */
    drift_kind kind;
    /* What of the object: "object", "column", "type", "default", "nullability", "constraint", "index",
     * "trigger", "policy", "rule", "grant", "owner", "comment", "definition", "partition", "order" … */
    const char *part;
    const char *name;          /* of the part: a column, an index; "" when there is only one */
    const char *expected_text; /* NULL when missing there */
    const char *actual_text;
} drift_row;

typedef struct drift {
    drift_row *rows; /* by path of the object */
    size_t count;
    size_t objects; /* that were compared */
} drift;

const char *drift_kind_name(drift_kind k); /* "missing" … */

/* Both sorted by path, as mirrors are. Rows lend from both mirrors; the rest lives in the arena. */
dbk_err *drift_compare(arena *a, const mirror *expected, const mirror *actual, drift *out) ERR_MUST_USE;

/* The parts of one text, sorted; for drift_compare and its tests. */
typedef struct drift_part {
    const char *part;
    const char *name;
    const char *text;
} drift_part;

dbk_err *drift_parts(arena *a, const mirror_item *item, drift_part **out, size_t *count) ERR_MUST_USE;

/* Lines that differ, in the unified form that patch and people read; nothing when the texts are equal. NULL
 * for a text means that there is none. */
dbk_err *drift_unified(arena *a, const char *left_name, const char *left, const char *right_name,
                       const char *right, buf *out) ERR_MUST_USE;

#endif
