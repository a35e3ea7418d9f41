/* webhook.h: what the commands of the group `webhook` share. */
#ifndef DAYBOOK_CMD_WEBHOOK_H
#define DAYBOOK_CMD_WEBHOOK_H

#include "cmd/fleet.h"

typedef struct webhook_endpoint {
    const char *id, *account_id, *state;
} webhook_endpoint;

/* Named by its id, the first eight or more characters of it, or its URL. ERR_NOT_FOUND for what does not
 * exist or may not be managed, ERR_INPUT for what several match. In app->arena. */
dbk_err *webhook_find(app *app, pg_conn *c, const char *name, webhook_endpoint *out) ERR_MUST_USE;

/* The account's id, from its id or name; NULL stays NULL. */
dbk_err *webhook_account(app *app, pg_conn *c, const char *name, const char **out) ERR_MUST_USE;

#endif
