/* pgquery.h: PostgreSQL's own parser (libpg_query), asked in a process of its own.
 *
 * The library was made for tools that parse what a server has accepted. On other input parts of it abort the
 * process: the PL/pgSQL half asserts that a function has its body in a string, and deep nesting can exhaust
 * the stack. So a child does the parsing and answers through a socket; when it dies or takes too long, the
 * question is answered by an error text, and the next question gets a new child. Nothing is executed, no
 * server is needed.
 *
 * One thread at a time. Not for judging SQL: newer servers accept what this parser (of PostgreSQL 15)
 * refuses.
 */
#ifndef DAYBOOK_PGQUERY_PGQUERY_H
#define DAYBOOK_PGQUERY_PGQUERY_H

#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"

#define PGQUERY_TEXT_MAX ((size_t)8 << 20)
#define PGQUERY_ANSWER_MAX ((size_t)256 << 20)
#define PGQUERY_TIMEOUT_MS 20000

typedef enum pgquery_language {
    PGQUERY_SQL,    /* statements; the answer is {"version": …, "stmts": [{"stmt": {…}}]} */
    PGQUERY_PLPGSQL /* one CREATE FUNCTION whose body is a string; the answer is [{"PLpgSQL_function": {…}}]
                     */
} pgquery_language;

typedef struct pgquery pgquery;

typedef struct pgquery_answer {
    const char *json; /* NULL when it could not be parsed; lent until the next question */
    size_t length;
    const char *error; /* NULL, or why it could not be parsed; lent likewise */
    size_t error_char; /* the place of the error in characters from 1; 0 when the parser did not say */
} pgquery_answer;

/* Starts the child; it ends with the arena, or with this process. */
dbk_err *pgquery_start(arena *a, pgquery **out) ERR_MUST_USE;

/* Blocks for at most PGQUERY_TIMEOUT_MS. An error is returned for what has nothing to do with the text: no
 * process to be had, a text over PGQUERY_TEXT_MAX. */
dbk_err *pgquery_parse(pgquery *p, pgquery_language language, const char *text,
                       pgquery_answer *out) ERR_MUST_USE;

#endif
