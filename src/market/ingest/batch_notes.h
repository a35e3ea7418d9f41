/* batch_notes.h: what a reader of a batch ought to know of its values: which of them say more in their source
 * than is kept, and whether times were written in several units.
 *
 * For whatever records a batch, of a file or of an answer; it stands in ingest.batches.notes. Pure. */
#ifndef DAYBOOK_MARKET_INGEST_BATCH_NOTES_H
#define DAYBOOK_MARKET_INGEST_BATCH_NOTES_H

#include "core/arena.h"
#include "market/formats/dataset.h"

typedef struct batch_notes {
    int64_t lossy_values; /* whose text says more than the value keeps */
    int64_t lossy_line;   /* where the first is */
    const char *lossy_column;
    unsigned time_units; /* enum source_time_unit bits */
} batch_notes;

/* Counts a row of `line`. The column's name is the dataset's. */
void batch_notes_add(batch_notes *n, const dataset *d, const dataset_row *row, int64_t line);

/* A JSON object in the arena, "{}" when there is nothing to note; NULL: no memory. */
const char *batch_notes_json(arena *a, const batch_notes *n);

#endif
