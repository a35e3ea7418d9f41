/* move_int.h: what the files of the move share. */
#ifndef DAYBOOK_BOOK_MOVE_INT_H
#define DAYBOOK_BOOK_MOVE_INT_H

#include "book/move.h"
#include "book/move_side.h"

typedef struct mover_account {
    const char *id, *name, *move_id;
    bool left;      /* nothing more is written at the place it came from */
    bool leaving;   /* nor for now */
    bool elsewhere; /* moved to a third place, earlier */
    bool done, aborted, resumed;
    /* How far the first pass over all tables came: those before `table` are copied, of it the rows up to
     * `after`. */
    bool copied; /* to its end */
    size_t table;
    const char *after[MOVE_KEYS_MAX]; /* NULL: none of its rows */
    move_bounds bounds; /* what was written after the last whole pass, or after the first began */
    int64_t rows;
} mover_account;

typedef struct mover {
    const move_options *options;
    arena *arena, *batch;
    move_side from, to;
    move_table *tables;
    size_t table_count;
    mover_account *accounts;
    size_t count;
    struct mover_instrument {
        const char *from, *to;
    } * instruments; /* whose ids are others there */
    size_t instrument_count;
} mover;

/* Reads what the place it comes to has kept of how far the copy came. */
dbk_err *mover_resume(mover *m, mover_account *a, const char *progress) ERR_MUST_USE;
/* Makes currencies, venues and instruments known at `to`, and finds out by which ids. */
dbk_err *mover_refer(mover *m, mover_account *a) ERR_MUST_USE;

/* While `from` is held. All its rows fit their columns. */
dbk_err *mover_check(mover *m, mover_account *a) ERR_MUST_USE;
/* Copies what is missing at `to`; `after` are the bounds of what is held. Adds to *rows those that were read
 * for it. */
dbk_err *mover_pass(mover *m, mover_account *a, const move_bounds *after, int64_t *rows) ERR_MUST_USE;

/* While both are held: ERR_INPUT naming what differs. All accounts, whole; the digests go to *out, which may
 * be NULL. */
dbk_err *mover_prove(mover *m, book_dump_result *out) ERR_MUST_USE;
/* What is proven while nobody can write: the number of rows, and positions with what they add up to. */
dbk_err *mover_count(mover *m, mover_account *a) ERR_MUST_USE;

#endif
