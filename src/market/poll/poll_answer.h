/* poll_answer.h: what a venue's answer says: rows to record, and what they mean for the pages after it.
 *
 * Pure: bytes in, rows out. Rows leave as the JSON that market.fn_record_rows takes. */
#ifndef DAYBOOK_MARKET_POLL_POLL_ANSWER_H
#define DAYBOOK_MARKET_POLL_POLL_ANSWER_H

#include "core/buf.h"
#include "market/ingest/batch_notes.h"
#include "market/poll/venue.h"

/* Rows and rejects of one answer. */
#define POLL_ANSWER_ROWS_MAX 10000

typedef struct poll_answer {
    venue_page page;
    /* A JSON array of objects, a key for each column that has a value; "[]" for none. Of funding_snapshots
     * the one object has snapshot_at, rate, mark_price and index_price, for market.fn_record_funding. */
    const char *rows;
    /* The same of line (the row's place in the answer, from 1), byte_offset, reason, raw and, where the time
     * is implausible, quarantine. */
    const char *rejects;
    int64_t reject_count;
    batch_notes notes; /* of the rows that are kept, with lines as of rejects */
} poll_answer;

/* The venue says that it is asked too often, in an answer that its host gives as if it were any other. */
bool poll_answer_is_too_often(const char *body, size_t length);

/* A list of instruments, which is recorded as it came: ERR_INPUT, with the venue's own words, when it is an
 * error in its place. */
dbk_err *poll_answer_check_list(const char *body, size_t length) ERR_MUST_USE;

/* Of what the venue sent: rows that are complete by its own time and lie within what was asked for are kept,
 * the ones that were received before are left out, and those that are no rows become rejects. All of it lives
 * in the arena. ERR_INPUT, with the venue's own words where it has any, when the answer is no answer to the
 * question: an error, another kind of document, none at all. */
dbk_err *poll_answer_read(arena *a, const venue_series *s, const venue_request *r, const char *body,
                          size_t length, int64_t server_us, poll_answer *out) ERR_MUST_USE;

#endif
