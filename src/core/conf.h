/* conf.h: the one INI grammar (inih) of daybook.conf, module.conf and grants.conf.
 *
 * Sections, `key = value`, `#` or `;` at the start of a line for comments, indented lines continue a value
 * (joined by one space). A key given twice in one section is an error, so is a line that is neither. What the
 * library would cut in silence is an error too: lines over 198 bytes, names over 49, and " ;" inside a value.
 */
#ifndef DAYBOOK_CORE_CONF_H
#define DAYBOOK_CORE_CONF_H

#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"

typedef struct conf conf;

typedef struct conf_entry {
    const char *section; /* "" before the first section */
    const char *key;
    const char *value;
    int line;
} conf_entry;

/* `name` is the file name for messages. The result lives in the arena. */
dbk_err *conf_parse(arena *a, const char *name, const char *text, size_t length, conf **out) ERR_MUST_USE;
/* Reads at most 1 MiB from a file. */
dbk_err *conf_read(arena *a, const char *path, conf **out) ERR_MUST_USE;

const char *conf_get(const conf *c, const char *section, const char *key); /* NULL when absent */
size_t conf_count(const conf *c);
const conf_entry *conf_at(const conf *c, size_t i); /* in file order */

/* Splits "a, b c" on commas and white space. */
dbk_err *conf_split(arena *a, const char *value, const char ***out, size_t *count) ERR_MUST_USE;

#endif
