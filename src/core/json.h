/* json.h: JSON in and out, over jansson.
 *
 * jansson's json_t is used as it is; this adds bounded parsing with our errors and exact numbers as text.
 * Amounts of the book travel as JSON strings, never as JSON numbers. */
#ifndef DAYBOOK_CORE_JSON_H
#define DAYBOOK_CORE_JSON_H

#include <jansson.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"

/* Parses exactly one document; `what` names it in the error, which tells line and column. Free with
 * json_decref. */
dbk_err *json_parse(const char *text, size_t length, const char *what, json_t **out) ERR_MUST_USE;

/* Appends `s` as a quoted, escaped JSON string; invalid UTF-8 is replaced by U+FFFD. NULL appends null. */
void json_append_string(buf *out, const char *s);

#endif
