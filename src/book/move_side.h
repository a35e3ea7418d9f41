/* move_side.h: a place that a book leaves or comes to: a file or a server. Private to the move. */
#ifndef DAYBOOK_BOOK_MOVE_SIDE_H
#define DAYBOOK_BOOK_MOVE_SIDE_H

#include "book/book_dump.h"
#include "book/book_verify.h"
#include "book/move_table.h"

typedef struct move_account {
    const char *id, *name;
} move_account;

typedef struct move_instrument {
    const char *id, *venue, *symbol, *kind, *base, *quote, *settle, *tick_size, *lot_size, *multiplier;
} move_instrument;

typedef struct move_query {
    const move_table *table;
    const char *account_id;
    move_extent extent;
    const move_bounds *bounds;        /* for MOVE_SINCE */
    const char *after[MOVE_KEYS_MAX]; /* for MOVE_AFTER */
} move_query;

typedef struct move_side {
    void *ctx;
    const char *place; /* the URL without secrets */
    bool is_file;

    /* Those that the names stand for; without names all that can be moved. */
    dbk_err *(*accounts)(void *ctx, arena *a, const char *const *names, size_t count, move_account **out,
                         size_t *out_count);
    dbk_err *(*fence)(void *ctx, arena *a, const char *account_id, move_fence *out);
    /* ERR_INPUT for a step that is refused. */
    dbk_err *(*step)(void *ctx, const move_step *step);

    /* One state of the book for all that is read until it is let go, and the bounds of what will be written
     * after it: every transaction that was under way has ended. wait_us limits the wait for those. */
    dbk_err *(*hold)(void *ctx, int64_t wait_us, move_bounds *after);
    void (*let_go)(void *ctx);
    /* Says in bounds->since_us from when on the rows are that were written after the bounds, once something
     * later is held. */
    dbk_err *(*since)(void *ctx, move_bounds *bounds);
    /* While held: rows of a table, one at a time; values are lent until the next. */
    dbk_err *(*rows_open)(void *ctx, const move_query *query);
    dbk_err *(*rows_next)(void *ctx, bool *more, const char *values[MOVE_COLUMNS_MAX]);
    void (*rows_close)(void *ctx);
    dbk_err *(*references)(void *ctx, arena *a, const char *account_id, move_named **named,
                           size_t *named_count, move_instrument **instruments, size_t *count);
    /* While held: digests, and what is derived compared with what the facts give. */
    dbk_err *(*dump)(void *ctx, const book_dump_options *options, book_dump_result *out);
    dbk_err *(*verify)(void *ctx, const book_verify_options *options, book_verify_result *out);
    dbk_err *(*count)(void *ctx, const move_table *table, const char *account_id, int64_t *out);

    dbk_err *(*name)(void *ctx, const move_named *named);
    /* *id is the one it has there. ERR_INPUT when it is known there with other terms. */
    dbk_err *(*instrument)(void *ctx, arena *a, const move_instrument *instrument, const char **id);
    dbk_err *(*take)(void *ctx, const move_taking *taking, int64_t *taken);

    void (*close)(void *ctx);
} move_side;

dbk_err *move_file_open(const char *path, bool may_make, move_side *out) ERR_MUST_USE;
dbk_err *move_server_open(const char *url, move_side *out) ERR_MUST_USE;

#endif
