/* grants_conf.h: what grants.conf of a module says: one section per kind of role, now only [api].
 *
 *     [api]
 *     trading.orders = select, insert, update(cum_qty, lifecycle)
 *     trading.x_seq = usage */
#ifndef DAYBOOK_SCHEMA_GRANTS_CONF_H
#define DAYBOOK_SCHEMA_GRANTS_CONF_H

#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"

/* One privilege on one relation, or on one column of it. */
typedef struct grants_conf_row {
    const char *relation;  /* "trading.orders" */
    const char *privilege; /* "UPDATE": upper case, as the catalogs say it */
    const char *column;    /* NULL: the whole relation */
    int line;
} grants_conf_row;

typedef struct grants_conf {
    const char *path; /* for people; NULL when the module has no such file */
    grants_conf_row *items;
    size_t count;
} grants_conf;

#define GRANTS_CONF_ROWS_MAX 20000

/* ERR_INPUT naming path and line. Pure: whether relations and columns exist is for the server to say. */
dbk_err *grants_conf_parse(arena *a, const char *path, const char *text, grants_conf *out) ERR_MUST_USE;

#endif
