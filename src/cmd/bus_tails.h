/* bus_tails.h: where each sink stands by its own word, beside what the database knows of it. */
#ifndef DAYBOOK_CMD_BUS_TAILS_H
#define DAYBOOK_CMD_BUS_TAILS_H

#include "cmd/app.h"
#include "core/table.h"
#include "pg/pg.h"

/* One row a sink; `sinks` are addresses as the relay is told them. *doubtful: one has less than it had
 * confirmed, or was named and could not be asked. */
dbk_err *bus_tails(app *app, pg_conn *c, const opt_list *sinks, table **out, bool *doubtful) ERR_MUST_USE;

#endif
