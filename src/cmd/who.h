/* who.h: the person at the keyboard, as a change is signed. */
#ifndef DAYBOOK_CMD_WHO_H
#define DAYBOOK_CMD_WHO_H

#include "cmd/app.h"

/* The operating system's user; in app->arena, NULL when memory is short. */
const char *who_user(app *app);
/* user@host. */
const char *who_user_at_host(app *app);

#endif
