/* consumer_verbs.h: what the verbs about consumers of the log have in common. */
#ifndef DAYBOOK_CMD_CONSUMER_VERBS_H
#define DAYBOOK_CMD_CONSUMER_VERBS_H

#include "cmd/app.h"
#include "pg/pg.h"

/* Whoever is at the keyboard, as the last parameter of functions that write. */
dbk_err *consumer_verbs_ctx(app *app, pg_params *p) ERR_MUST_USE;
/* Prints the rows of a function that writes: a refusal or conflict in any row is an error; so is none at all.
 */
dbk_err *consumer_verbs_write(app *app, pg_conn *c, const char *title, const char *sql,
                              pg_params *p) ERR_MUST_USE;
/* A place of the log that was typed. ERR_USAGE. */
dbk_err *consumer_verbs_place(const char *text, int64_t *out) ERR_MUST_USE;
/* NULL for an empty list. */
void consumer_verbs_types(pg_params *p, const opt_list *types);
/* "TYPE" or "TYPE/ID", two parameters; NULL: none. */
void consumer_verbs_aggregate(app *app, pg_params *p, const char *text);

#endif
