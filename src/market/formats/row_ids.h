/* row_ids.h: numbers for rows to which their venue gave none.
 *
 * The number follows from what a row says and from how many equal rows stand before it at the same time. So
 * two trades that look alike stay two, and the same trades in another file, of another span, get the same
 * numbers, as long as each file has all of a moment's trades. Rows have to come in the order of
 * time. Numbers are above 2^62, where no venue counts. One thread at a time. */
#ifndef DAYBOOK_MARKET_FORMATS_ROW_IDS_H
#define DAYBOOK_MARKET_FORMATS_ROW_IDS_H

#include "market/formats/dataset.h"

#include "core/err.h"

#define ROW_IDS_FIRST (INT64_C(1) << 62)
/* Different rows of one moment; more are a fault. */
#define ROW_IDS_MAX 8192

typedef struct row_ids row_ids;

dbk_err *row_ids_new(const dataset *d, row_ids **out) ERR_MUST_USE;
void row_ids_free(row_ids *ids); /* accepts NULL */

/* Fills in the row's number, unless it has one. */
bool row_ids_put(row_ids *ids, dataset_row *row, dataset_fault *fault);

#endif
