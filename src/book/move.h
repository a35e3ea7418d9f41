/* move.h: the book of accounts goes from one place to another: from a file to a server, back, or between two
 * of a kind. docs/decisions/0008-moving-a-book.md says why it goes this way.
 *
 * 1. Everything is read and checked; what does not fit is an error that names table, key and column.
 * 2. Rows are copied, while the programs that trade go on at `from`; then what changed meanwhile, until that
 * is little. Both places are compared by their digests, and what is derived is computed again.
 * 3. Nobody may write to the accounts at `from` any more. The rest is copied, rows are counted and positions
 *    compared; then `to` is where the accounts are written.
 * 4. The two are compared once more, whole, as they were at that moment.
 *
 * Every part can be interrupted, by a kill as well; the same move begun again goes on where it was. At no
 * time can both places be written to. What a move has copied stays when it is given up: a book forgets
 * nothing. */
#ifndef DAYBOOK_BOOK_MOVE_H
#define DAYBOOK_BOOK_MOVE_H

#include "book/book_dump.h"
#include "core/arena.h"

typedef struct move_options {
    const char *from, *to;       /* sqlite:PATH, or what libpq takes */
    const char *const *accounts; /* ids or names; count 0: all that the role may manage */
    size_t account_count;
    int64_t wait_us; /* how long transactions under way at a server are waited for */
    bool abort;      /* gives up what was begun */
    /* What is being done, and how many rows of it so far. May be NULL. */
    void (*progress)(void *ctx, const char *what, int64_t rows);
    void *ctx;
} move_options;

typedef struct move_result {
    size_t count;
    struct move_moved {
        const char *account_id, *name;
        const char *outcome; /* "moved", "was moved", "aborted" */
        int64_t rows;        /* that were copied by this call */
    } * accounts;
    int64_t stopped_us; /* how long nobody could write */
    bool compared;      /* dump is of both places */
    book_dump_result dump;
} move_result;

/* The result lives in the arena. ERR_INPUT for accounts that are known at `to`, or on another way. */
dbk_err *book_move(arena *a, const move_options *options, move_result *out) ERR_MUST_USE;

#endif
