/* bootstrap.h: the SQL that an administrator runs once, so that modules install with two roles instead of
 * one.
 *
 * The kinds of role are those of grants_roles.h, called <prefix><kind>, all NOLOGIN. <prefix>owner owns
 * schemas and tables; <prefix>api owns the functions and views and holds only what grants.conf lists. The
 * logins named here become members of <prefix>migrator, with INHERIT and SET, and so may install and use
 * everything; a login that does one service's work is made a member of that service's role instead. PUBLIC
 * loses the right to connect to the database.
 *
 * The script is plain SQL for PostgreSQL 15 to 18, works in psql and as one simple-protocol message, and may
 * be run again: what is there already is left as it is. It needs CREATEROLE (or superuser) and, for the
 * database, ownership of it. */
#ifndef DAYBOOK_SCHEMA_BOOTSTRAP_H
#define DAYBOOK_SCHEMA_BOOTSTRAP_H

#include "core/arena.h"
#include "core/err.h"

#define SCHEMA_ROLE_PREFIX_DEFAULT "daybook_"

typedef struct bootstrap_options {
    const char *role_prefix; /* NULL: SCHEMA_ROLE_PREFIX_DEFAULT */
    const char *database;    /* NULL: the database the script is run in */
    const char *const
        *logins; /* roles that will run daybook; none: only the two roles and their rights are made */
    size_t login_count;
    bool create_logins; /* make a login that does not exist (LOGIN, no password, no other attribute) */
} bootstrap_options;

/* The script, living in the arena. ERR_INPUT for a name that cannot be an identifier. Pure: no connection is
 * made. */
dbk_err *schema_bootstrap_sql(arena *a, const bootstrap_options *o, char **sql) ERR_MUST_USE;

#endif
