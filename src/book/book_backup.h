/* book_backup.h: a copy of a book in a file, made while programs write to it, and proven.
 *
 * The copy is one state of the book. It is made beside its name, opened, checked by SQLite, and its canonical
 * dump has the digest of the state that was copied; only then, and once it is on disk, it gets its name. So a
 * file of that name is a whole copy, whenever this was ended. */
#ifndef DAYBOOK_BOOK_BOOK_BACKUP_H
#define DAYBOOK_BOOK_BOOK_BACKUP_H

#include "book/book_dump.h"

typedef struct book_backup_options {
    const char *from, *to; /* paths; `to` must not exist */
    /* Told how many pages of how many are copied; an error ends it and is returned. May be NULL. */
    dbk_err *(*progress)(void *ctx, int64_t done, int64_t total);
    void *ctx;
} book_backup_options;

/* *out is the dump of the copy, which is that of the book at that moment. ERR_INPUT when `to` exists, when
 * `from` is no book, or is damaged. A kill may leave a file `to`.partial-<number>, which nothing needs.
 * Blocks. */
dbk_err *book_backup(const book_backup_options *options, book_dump_result *out) ERR_MUST_USE;

#endif
