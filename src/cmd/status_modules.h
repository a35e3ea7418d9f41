/* status_modules.h: the part of `status` about modules. */
#ifndef DAYBOOK_CMD_STATUS_MODULES_H
#define DAYBOOK_CMD_STATUS_MODULES_H

#include "cmd/app.h"

/* One row a module. *complete: everything in the files is in the database and nothing else. */
dbk_err *status_modules(app *app, pg_conn *c, table **out, bool *complete) ERR_MUST_USE;

#endif
