/* verify_int.h: what the parts of book_verify.h share: comparing what is stored with what was recomputed, and
 * facts as the rules in C want them. */
#ifndef DAYBOOK_BOOK_VERIFY_INT_H
#define DAYBOOK_BOOK_VERIFY_INT_H

#include "book/book_rows.h"
#include "book/book_verify.h"
#include "book/maybe_amount.h"
#include "book/position.h"
#include "core/buf.h"

typedef struct verify {
    book_source source;
    const book_verify_options *options;
    book_verify_result result;
    buf key; /* of the row that is compared */
    const char *table;
} verify;

dbk_err *verify_orders(verify *v) ERR_MUST_USE;
dbk_err *verify_positions(verify *v) ERR_MUST_USE;
dbk_err *verify_events(verify *v) ERR_MUST_USE;

/* ---- reading facts: verify_read.c ---- */

/* The rows of a statement, standing on one of them. */
typedef struct verify_rows {
    book_rows *rows;
    bool more;
} verify_rows;
/* $1 and ?1 are the accounts; the names of the columns must be `names`, which ends with NULL. Close it also
 * after an error. */
dbk_err *verify_rows_open(verify *v, const book_statement *statement, const char *const *names,
                          verify_rows *out) ERR_MUST_USE;
/* With parameters after the accounts. */
dbk_err *verify_rows_open_with(verify *v, const book_statement *statement, const char *const *names,
                               const book_parameter *more, size_t count, verify_rows *out) ERR_MUST_USE;
dbk_err *verify_rows_next(verify_rows *r) ERR_MUST_USE;
void verify_rows_close(verify_rows *r); /* accepts a zeroed one */

const char *verify_value(const verify_rows *r, size_t column); /* NULL: null; until the next row */
int64_t verify_int(const verify_rows *r, size_t column);
bool verify_flag(const verify_rows *r, size_t column);
/* An amount of a fact. ERR_INPUT when it is none that the book takes. */
dbk_err *verify_amount(const verify_rows *r, size_t column, decimal *out) ERR_MUST_USE;
dbk_err *verify_maybe_amount(const verify_rows *r, size_t column, maybe_amount *out) ERR_MUST_USE;

/* ---- comparing: verify_compare.c ---- */

/* Names the row that the calls below are about. */
void verify_at(verify *v, const char *table, const char *key_fmt, ...) ERR_FORMAT(3, 4);
/* The column's name is the one of the answer. recomputed NULL is null. */
dbk_err *verify_text(verify *v, const verify_rows *r, size_t column, const char *recomputed) ERR_MUST_USE;
dbk_err *verify_wide(verify *v, const verify_rows *r, size_t column, wide recomputed) ERR_MUST_USE;
dbk_err *verify_int8(verify *v, const verify_rows *r, size_t column, int64_t recomputed) ERR_MUST_USE;
dbk_err *verify_bool(verify *v, const verify_rows *r, size_t column, bool recomputed) ERR_MUST_USE;
/* known false is null. */
dbk_err *verify_time(verify *v, const verify_rows *r, size_t column, bool known,
                     int64_t recomputed_us) ERR_MUST_USE;
/* Whether it is the same, without a word if not. */
bool verify_is(const verify_rows *r, size_t column, wide value);
/* The row is there and should not be, or the other way round. */
dbk_err *verify_row(verify *v, bool is_stored) ERR_MUST_USE;

#define VERIFY_CURRENCY_SIZE 64

/* The terms of a fill, as they are after corrections. */
typedef struct fill_terms {
    decimal qty, price, fee;
    char fee_currency[VERIFY_CURRENCY_SIZE]; /* empty: none, or the position's */
    maybe_amount fee_rate;
    bool busted;
} fill_terms;
/* Where the terms are in a row of fills, or of busts and corrections, where `kind` is too. */
typedef struct terms_columns {
    size_t kind, qty, price, fee, fee_currency, fee_rate;
} terms_columns;
dbk_err *fill_terms_read(const verify_rows *fill, const terms_columns *at, fill_terms *out) ERR_MUST_USE;
/* Like trading._correct_terms(): null is unchanged, but a new currency brings its rate or none. */
dbk_err *fill_terms_amend(fill_terms *t, const verify_rows *event, const terms_columns *at) ERR_MUST_USE;

#endif
