/* depth_updates.h: the updates of order books in a file with one level a line, snapshots and changes as they
 * come.
 *
 * Made of the lines that follow each other and have the same type, ids and time; what makes one whole, and
 * what rejects it, says depth_file.h. Nothing is kept of an update that was given. Blocks; one thread at a
 * time. */
#ifndef DAYBOOK_MARKET_FORMATS_DEPTH_UPDATES_H
#define DAYBOOK_MARKET_FORMATS_DEPTH_UPDATES_H

#include "market/formats/row_reader.h"

typedef struct depth_updates depth_updates;

/* An update, a line that is none, or the end. */
typedef struct depth_update {
    const dataset *dataset; /* order_book or book_changes; NULL: it belongs to neither */
    row_item item;          /* its place is that of the first line, a reject's that of the line at fault */
} depth_update;

/* ERR_IO, ERR_INPUT and the like when the file cannot be opened. The path need not outlive the call; the
 * rules are copied. */
dbk_err *depth_updates_new(const char *path, const dataset_rules *rules, depth_updates **out) ERR_MUST_USE;
void depth_updates_free(depth_updates *u); /* accepts NULL */

/* Of the first line that states one; "" before. Lent as long as the updates live. */
const char *depth_updates_symbol(const depth_updates *u);
/* What is being read, to be looked at; stays theirs. */
source *depth_updates_source(const depth_updates *u);

/* What *out points to is lent until the next call. ERR_INPUT when the content is damaged; after an error
 * no update can be read any more. */
dbk_err *depth_updates_next(depth_updates *u, depth_update *out) ERR_MUST_USE;

#endif
