/* row_encoder.h: rows of a dataset as COPY BINARY takes them.
 *
 * The columns of a table are those of its dataset that are sent, in order, with the columns of the batch
 * around them; a stage has the row's line as well. What is the same in every row of a batch is made once.
 * Pure; an encoder that has begun is only read, by any thread. */
#ifndef DAYBOOK_MARKET_INGEST_ROW_ENCODER_H
#define DAYBOOK_MARKET_INGEST_ROW_ENCODER_H

#include "core/arena.h"
#include "core/uuid.h"
#include "market/formats/dataset.h"

#define ROW_LINE_BYTES ((size_t)12) /* what the line adds to a row */

typedef struct row_encoder {
    const dataset *dataset;
    int fields;
    char head[64]; /* count of fields, instrument, interval */
    size_t head_length;
    char tail[32]; /* batch */
    size_t tail_length;
    int own_fields;         /* those of the dataset */
    int own_before_time;    /* … that stand before the row's time */
    size_t fixed_bytes_max; /* of a row without what has no fixed length */
} row_encoder;

/* instrument_id is NULL for datasets without one, interval_s is 0. */
void row_encoder_init(row_encoder *e, const dataset *d, const dbk_uuid *instrument_id, int32_t interval_s,
                      const dbk_uuid *batch_id);

/* "instrument_id, interval_s, open_time, …, batch_id" and, for a stage, ", line". NULL when memory is short.
 */
char *row_encoder_columns(const row_encoder *e, arena *a, bool staged);

/* Only those of the dataset: what rows of one batch do not have in common. NULL when memory is short. */
char *row_encoder_own_columns(const row_encoder *e, arena *a);

/* No row like this one takes more. */
size_t row_encoder_bytes_max(const row_encoder *e, const dataset_row *row);
/* Writes the row and returns the place behind it. */
char *row_encode(const row_encoder *e, const dataset_row *row, char *at);
/* An encoded row, looked at. */
typedef struct encoded_row {
    const char *own; /* the dataset's own fields */
    size_t own_length;
    int64_t time_us;
    const char *end; /* the place behind the row */
} encoded_row;
void row_encoder_look(const row_encoder *e, const char *row, encoded_row *out);
/* The time among a row's own fields. */
int64_t row_encoder_time(const row_encoder *e, const char *own);

/* Copies `rows` encoded rows to `to`, each with its line added; ROW_LINE_BYTES more a row. */
char *row_encoder_add_lines(const row_encoder *e, const char *from, size_t length, const int64_t *lines,
                            char *to);

#endif
