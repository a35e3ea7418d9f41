/* verify_answers.h: what was answered to fills, busts and corrections about their position when they were
 * recorded.
 *
 * That is the fold of the fills on the terms as they were known then. A bust or correction makes another past
 * of it, which is read anew up to there. */
#ifndef DAYBOOK_BOOK_VERIFY_ANSWERS_H
#define DAYBOOK_BOOK_VERIFY_ANSWERS_H

#include "book/verify_fills.h"

typedef struct verify_answers {
    verify *v;
    verify_rows amendments; /* in the order in which they were recorded */
    verify_rows funding;    /* the same */
    /* the position at hand */
    position known;
    int64_t version; /* of its latest fact so far */
    wide funded;
    bool filled;
    int64_t last_fill_at_us; /* when filled */
} verify_answers;

/* Close it also after an error. */
dbk_err *verify_answers_open(verify *v, verify_answers *out) ERR_MUST_USE;
void verify_answers_close(verify_answers *a);

dbk_err *verify_answers_begin(verify_answers *a, const verify_position *p) ERR_MUST_USE;
/* The answer to the fill that the walk stands on, and to what was recorded between the fill before and it. */
dbk_err *verify_answers_fill(verify_answers *a, const verify_position *p, const fill_walk *w) ERR_MUST_USE;
/* To what was recorded after the last fill. */
dbk_err *verify_answers_end(verify_answers *a, const verify_position *p) ERR_MUST_USE;

#endif
