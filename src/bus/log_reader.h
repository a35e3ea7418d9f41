/* log_reader.h: the log, page by page and in order, read ahead in a thread of its own.
 *
 * While a sink takes one page the next ones are read, so neither waits for the other; there are
 * LOG_READER_PAGES of them at most. A page is always read to its end before anybody waits for the sink: the
 * server never keeps a snapshot open for one that hangs. At the end of the log the thread sleeps until the
 * sequencer notifies, and looks by itself now and then.
 *
 * start, next and stop belong to one thread. wake may be called from any. */
#ifndef DAYBOOK_BUS_LOG_READER_H
#define DAYBOOK_BUS_LOG_READER_H

#include "bus/event.h"
#include "bus/worker.h"

/* Enough that one confirmation serves many events, few enough that pages of large ones fit. */
#define LOG_READER_EVENTS 1000
#define LOG_READER_PAGES 3

typedef struct log_reader log_reader;

typedef struct log_page {
    const bus_event *events;
    size_t count; /* at least one */
} log_page;

/* env outlives it. Connects when it starts. */
dbk_err *log_reader_new(const worker_env *env, log_reader **out) ERR_MUST_USE;
void log_reader_free(log_reader *r); /* stops it; accepts NULL */

/* Begins to read after this place. Not while it reads. */
dbk_err *log_reader_start(log_reader *r, int64_t after_seq) ERR_MUST_USE;
/* The next page, lent until the next call of any function; gives the one before back. NULL when none has come
 * within limit_us, or it was woken. What has failed in the thread is returned once, and ends the reading. */
dbk_err *log_reader_next(log_reader *r, int64_t limit_us, const log_page **out) ERR_MUST_USE;
/* Everything there was at its last look has been taken. */
bool log_reader_is_at_end(log_reader *r);
/* For how long it has been waiting for an answer of the server, 0 when it does not. */
int64_t log_reader_waits_us(log_reader *r);
/* Ends the reading, and drops what was read ahead. Idempotent. */
void log_reader_stop(log_reader *r);
/* Ends the present wait of next(), or the next one, and the statement that runs. */
void log_reader_wake(log_reader *r);

#endif
