/* move_table.h: the tables of a book as a move sees them: their columns, what identifies a row, and which
 * rows have changed since some moment. Pure: statements are put together here and run elsewhere.
 *
 * A value travels as the text that a file has: ids and amounts as they are, times in microseconds, booleans
 * as 0 and 1, lists with commas, JSON as text. What a server has in other types is made so by its statement.
 * Private to the move. */
#ifndef DAYBOOK_BOOK_MOVE_TABLE_H
#define DAYBOOK_BOOK_MOVE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"

typedef enum move_kind {
    MOVE_UUID = 'u',
    MOVE_INSTRUMENT = 'm', /* the id of an instrument, which may be another one at the other place */
    MOVE_TEXT = 't',
    MOVE_NAME = 'n', /* of a role: at most 63 bytes */
    MOVE_AMOUNT = 'a',
    MOVE_NUMERIC = 'd', /* what is summed up or multiplied: as many digits as it needs */
    MOVE_INT8 = 'i',
    MOVE_INT4 = 's',
    MOVE_TIME = 'w',
    MOVE_BOOL = 'b',
    MOVE_LIST = 'l',
    MOVE_HASH = 'h', /* bytes, as hexadecimal digits */
    MOVE_JSON = 'j',
    MOVE_AMOUNTS = 'p',     /* a JSON object of amounts, which a server has as numbers and a file as text */
    MOVE_JSON_OF_BOOK = 'k' /* in which ids of instruments are the book's own */
} move_kind;

typedef struct move_column {
    const char *name;
    move_kind kind;
} move_column;

#define MOVE_COLUMNS_MAX 40
#define MOVE_KEYS_MAX 2

typedef struct move_table {
    const char *name;
    size_t count;
    move_column columns[MOVE_COLUMNS_MAX];
    size_t key_count;
    int keys[MOVE_KEYS_MAX]; /* the columns that tell the rows of an account apart, in which order they come
                              */
    const struct move_spec *spec;
} move_table;

/* In the order of their foreign keys. */
dbk_err *move_tables(arena *a, move_table **out, size_t *count) ERR_MUST_USE;

/* Everything that was written after a state of the book that was read is later than this. */
typedef struct move_bounds {
    int64_t since_us;     /* by the clock of the place */
    int64_t event, audit; /* numbers in the logs */
} move_bounds;

typedef enum move_extent {
    MOVE_ALL,
    MOVE_AFTER, /* a row: the values of its key are the parameters from 2 on */
    MOVE_SINCE  /* bounds */
} move_extent;

/* Reads a table, parameter 1 is the account. NULL when memory is short. */
const char *move_select_file(arena *a, const move_table *t, move_extent extent, const move_bounds *bounds);
const char *move_select_server(arena *a, const move_table *t, move_extent extent, const move_bounds *bounds);
/* How many rows of it an account has; NULL as above. */
const char *move_count_file(arena *a, const move_table *t);
const char *move_count_server(arena *a, const move_table *t);
/* Writes a row of it into a file, one parameter a column; NULL for tables that are written otherwise,
 * *special tells. */
const char *move_insert_file(arena *a, const move_table *t, bool *special);

/* ERR_INPUT naming table, key and column when a value of the row is not what its column holds. */
dbk_err *move_check_row(const move_table *t, const char *const *values) ERR_MUST_USE;
/* Appends the row as a JSON object, as trading.fn_take_rows() takes it. */
void move_append_row(buf *out, const move_table *t, const char *const *values);

/* ---- what a place is told ---- */

/* Where the account is, as the place has it. Strings live in the arena that was given. */
typedef struct move_fence {
    const char *state;                      /* "unknown", "here", "copying", "leaving", "moved", "arriving" */
    const char *place, *move_id, *progress; /* NULL when nothing was ever said */
} move_fence;

typedef struct move_step {
    const char *account_id, *move_id, *step, *place;
} move_step;

typedef struct move_named {
    const char *code, *name, *kind; /* kind of a currency; NULL: a venue */
} move_named;

/* Rows of one table, in its order of columns. */
typedef struct move_rows {
    const char *const **rows;
    size_t count;
} move_rows;

typedef struct move_taking {
    const move_table *table;
    const char *account_id, *move_id, *progress;
    const move_rows *rows;
} move_taking;

#endif
