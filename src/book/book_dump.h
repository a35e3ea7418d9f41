/* book_dump.h: the canonical dump: a book as text that is the same wherever and whenever the same history was
 * recorded. docs/BOOK.md describes sections, columns and escapes.
 *
 * What the server assigns (times of recording, ids of positions and instruments) and the context of calls are
 * not in it. Rows are read in portions: memory does not grow with the book. */
#ifndef DAYBOOK_BOOK_BOOK_DUMP_H
#define DAYBOOK_BOOK_BOOK_DUMP_H

#include <stdint.h>
#include <stdio.h>

#include "book/book_snapshot.h"
#include "sqlite/sqlite.h"

#define BOOK_DUMP_VERSION 1
#define BOOK_DUMP_DIGEST_SIZE 65
#define BOOK_DUMP_SECTIONS_MAX 16

typedef struct book_dump_options {
    book_accounts accounts;
    const char *const *sections; /* count 0: all */
    size_t section_count;
    FILE *out; /* NULL: digests only */
} book_dump_options;

/* What was dumped, in the order of the dump. */
typedef struct book_dump_result {
    size_t count;
    struct {
        const char *name;
        int64_t rows;
        char sha256[BOOK_DUMP_DIGEST_SIZE]; /* of the lines of its rows, line ends included */
    } sections[BOOK_DUMP_SECTIONS_MAX];
    char sha256[BOOK_DUMP_DIGEST_SIZE]; /* of the lines "<name> <rows> <sha256>\n" of all sections */
} book_dump_result;

/* Inside a transaction that book_snapshot_begin() began. ERR_USAGE for a section that does not exist. */
dbk_err *book_dump(pg_conn *c, const book_dump_options *options, book_dump_result *out) ERR_MUST_USE;
/* Of a book in a file, in the transaction that has begun on it, or in one of its own. */
dbk_err *book_dump_file(sqlite_db *db, const book_dump_options *options, book_dump_result *out) ERR_MUST_USE;

#endif
