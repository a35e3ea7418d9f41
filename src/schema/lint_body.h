/* lint_body.h: the body of a routine, as trees.
 *
 * libpg_query's PL/pgSQL parser knows no catalogs, so that ordinary statements stop it: RETURN NEXT in a
 * function that returns a table, a field of a row as target. Those are rewritten, without moving a line,
 * before it is asked; what it then still refuses is unknown. */
#ifndef DAYBOOK_SCHEMA_LINT_BODY_H
#define DAYBOOK_SCHEMA_LINT_BODY_H

#include "schema/lint_int.h"

typedef struct lint_body {
    json_t *function;     /* of PL/pgSQL: fields of PLpgSQL_function; NULL for other languages and failures */
    json_t *statements;   /* of SQL: [{"stmt": {…}}] or the statements of a bound body; NULL likewise */
    const char *error;    /* why it could not be parsed */
    lint_names flattened; /* variables whose fields were made one with them */
    size_t offset;        /* of the body's first character in the file */
    size_t line;          /* of that character */
    bool bound;           /* return, begin atomic */
    bool of_sql, of_plpgsql;
} lint_body;

/* Of a CREATE FUNCTION, CREATE PROCEDURE or DO. A routine in another language has none of the two trees and
 * no error. */
dbk_err *lint_body_read(lint *l, const lint_statement *st, lint_body *out) ERR_MUST_USE;

/* The offset in the file of the first character of code on a line of the body, from 1. */
size_t lint_body_place(const lint_statement *st, const lint_body *body, long long line);

/* The argument of an option of the statement, NULL when it is not there: "language", "volatility". */
json_t *lint_option(const lint_statement *st, const char *name);

#endif
