/* who.h: the person at the keyboard, as a change is signed. */
#ifndef DAYBOOK_CMD_WHO_H
#define DAYBOOK_CMD_WHO_H

#include "cmd/app.h"

/* The operating system's user; in app->arena, NULL when memory is short. */
const char *who_user(app *app);
/* user@host. */
const char *who_user_at_host(app *app);

/* The last parameter of functions that write: JSON that names `actor`, without one user@host; in app->arena.
 */
dbk_err *who_ctx(app *app, const char *actor, const char **out) ERR_MUST_USE;

#endif
