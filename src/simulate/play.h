/* play.h: tells a book what happened: each operation is one call of libdaybook, whatever stores the book. */
#ifndef DAYBOOK_SIMULATE_PLAY_H
#define DAYBOOK_SIMULATE_PLAY_H

#include "core/buf.h"
#include "pg/pg.h"
#include "simulate/history.h"

/* Registers what is traded; what is known already stays. Has the days of caps turn when the history says so,
 * and no more by the clock: the database is to be thrown away. */
dbk_err *play_prepare(pg_conn *c) ERR_MUST_USE;
/* The same of a book in a file. */
dbk_err *play_prepare_file(const char *url) ERR_MUST_USE;

/* One call; appends what was answered, a line for each fill of a batch. A malformed or impossible request,
 * which the book answers with an error of its own, is an answer too. No operation of a desk. */
dbk_err *play(dbk_book *book, const operation *o, buf *answers) ERR_MUST_USE;

#endif
