/* privileges.h: makes the live privileges of a module's schemas what grants.conf says, both ways, with no
 * more statements than are needed: the second time there are none. */
#ifndef DAYBOOK_SCHEMA_PRIVILEGES_H
#define DAYBOOK_SCHEMA_PRIVILEGES_H

#include "schema/roles.h"

/* With `installer`, those of the schema daybook too. Inside a transaction. Acts as the owners of what is
 * changed; afterwards the acting role is any of them. *statements is how many GRANT and REVOKE were run.
 * ERR_INPUT naming file and line when grants.conf names what does not exist. */
dbk_err *privileges_apply(pg_conn *c, arena *a, const schema_roles *roles, const module *m, bool installer,
                          size_t *statements) ERR_MUST_USE;

#endif
