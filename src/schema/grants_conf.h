/* grants_conf.h: what grants.conf of a module says: one section for each kind of role, `public`, and three
 * more.
 *
 * A line names an object and its rights, or a right and its objects; both may continue on indented lines:
 *
 *     [api]
 *     trading.orders = select, insert, update(cum_qty, lifecycle)
 *     trading.x_seq = usage
 *     [executor]
 *     execute = trading.fn_submit_order, trading.fn_overloaded(uuid, text)
 *     [lab_reader]
 *     select = trading.*
 *     schema extra = usage, create
 *     type trading.side = usage
 *     database = connect
 *     language plpgsql = usage
 *     foreign data wrapper far = usage
 *     foreign server far_away = usage
 *     parameter log_statement = set, alter system
 *     large object 4711 = select, update
 *     [owner revoked]
 *     trading.fills = update, delete, truncate
 *     [sensitive]
 *     tables = trading.fills
 *     [row security]
 *     trading.fills = enabled, forced, policy(by_account)
 *
 * Names that need it are quoted as in SQL. Roles are named without the prefix. A function named without its
 * parameters means every function of that name. `schema.*` means the tables and views of a schema, but never
 * counts as a line that speaks of one of them. `owner revoked` lists what the owner of an object, whoever
 * that is, has taken from itself. */
#ifndef DAYBOOK_SCHEMA_GRANTS_CONF_H
#define DAYBOOK_SCHEMA_GRANTS_CONF_H

#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"

/* One right of one role on one object, or on one column of it. */
typedef struct grants_conf_row {
    const char *role;   /* without prefix; "public"; of other sections the name of the section */
    const char *object; /* as written, for people */
    /* "relation" (tables, views, sequences), "function", "schema", "type", "database", "language",
     * "foreign data wrapper", "foreign server", "parameter", "large object" */
    const char *kind;
    const char *schema;    /* NULL for what is in no schema */
    const char *name;      /* NULL: a database, a schema, or every table and view of the schema */
    const char *arguments; /* of a function, as written; NULL: whatever they are */
    const char *privilege; /* "UPDATE": upper case, as the catalogs say it */
    const char *column;    /* NULL: the whole object; of row security the name of a policy */
    int line;
} grants_conf_row;

typedef struct grants_conf {
    const char *path; /* for people; NULL when the module has no such file */
    grants_conf_row *items;
    size_t count;
} grants_conf;

#define GRANTS_CONF_ROWS_MAX 20000
#define GRANTS_CONF_SENSITIVE "sensitive"
#define GRANTS_CONF_ROW_SECURITY "row security"
#define GRANTS_CONF_OWNER_REVOKED "owner revoked"
#define GRANTS_CONF_PUBLIC "public"

/* ERR_INPUT naming path and line. Pure: whether objects and columns exist is for the server to say. */
dbk_err *grants_conf_parse(arena *a, const char *path, const char *text, grants_conf *out) ERR_MUST_USE;

#endif
