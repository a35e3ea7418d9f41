/* spool.h: a durable queue on the local disk: what a book's server has not answered yet.
 *
 * Entries are texts that are numbered when they are kept, wait in that order, and leave when they are done.
 * An entry that cannot be done as it is moves into quarantine with the reason, where it is in nobody's way,
 * until somebody decides that it is tried again or dropped. What an entry says is no business of this file.
 *
 * A spool is a folder: `log` (spool_log.h), `lock`, whose holder is the one process that may change the
 * spool, and `decisions`, one line of JSON for each entry that somebody retried or dropped, with who and why.
 *
 * Kept means on disk (fdatasync). That an entry is done is written down but not flushed: after a power cut
 * some that were done wait again, so whoever does them must be able to do them twice. Private to src/book and
 * to `daybook book spool`. */
#ifndef DAYBOOK_BOOK_SPOOL_H
#define DAYBOOK_BOOK_SPOOL_H

#include "core/buf.h"
#include "core/clock.h"
#include "core/err.h"

typedef struct spool spool;

typedef struct spool_entry {
    uint64_t number;
    int64_t kept_us;    /* when it was kept */
    int64_t expires_us; /* after that it is not to be done any more; 0: never */
    bool damaged;       /* bytes of the log that are no record; in quarantine from the start */
} spool_entry;

/* Makes the folder, not those above it. ERR_BUSY when another process holds the spool, ERR_INPUT for one that
 * a later version has written. Bytes that are damaged in the middle become an entry in quarantine. */
dbk_err *spool_open(const char *folder, const dbk_clock *clock, spool **out) ERR_MUST_USE;
/* As it is at this moment, whoever holds it; for the functions that take a const spool. */
dbk_err *spool_look(const char *folder, spool **out) ERR_MUST_USE;
void spool_close(spool *s); /* accepts NULL */
const char *spool_folder(const spool *s);

typedef struct spool_text {
    const char *data;
    size_t length;
    int64_t expires_us;
} spool_text;
/* All of them or none, with numbers that follow each other from *first. */
dbk_err *spool_keep(spool *s, const spool_text *texts, size_t count, uint64_t *first) ERR_MUST_USE;

/* The entry that has waited longest; false when none waits. */
bool spool_first(const spool *s, spool_entry *out);
dbk_err *spool_read(const spool *s, uint64_t number, buf *text) ERR_MUST_USE;
/* Neither fails: what could not be written down is found out again after a restart. */
void spool_done(spool *s, uint64_t number);
void spool_quarantine(spool *s, uint64_t number, const dbk_err *reason);

typedef enum spool_decision { SPOOL_RETRY, SPOOL_DROP } spool_decision;
/* Of an entry in quarantine: ERR_NOT_FOUND for any other. One that is tried again waits behind the others;
 * ERR_INPUT for one that has expired, or is damaged bytes. */
dbk_err *spool_decide(spool *s, uint64_t number, spool_decision decision, const char *who,
                      const char *why) ERR_MUST_USE;

size_t spool_waiting(const spool *s);
size_t spool_quarantined(const spool *s);
/* Damaged places that an opening for writing would put into quarantine. */
size_t spool_damaged(const spool *s);
/* The entry at `index`, counted from 0, of those that wait or of those in quarantine. */
spool_entry spool_waiting_at(const spool *s, size_t index);
spool_entry spool_quarantined_at(const spool *s, size_t index);
/* Why it is there: JSON of at_us, sqlstate and message. */
dbk_err *spool_reason(const spool *s, uint64_t number, buf *json) ERR_MUST_USE;

#endif
