/* dump_reader.h: where a dump comes from: the rows of one section after another, as canonical text. Private
 * to the dump. */
#ifndef DAYBOOK_BOOK_DUMP_READER_H
#define DAYBOOK_BOOK_DUMP_READER_H

#include "book/book_dump.h"
#include "core/buf.h"

typedef struct dump_reader {
    void *ctx;
    /* Stands before the first row of the section then; its columns are known from the first `next` on. */
    dbk_err *(*open)(void *ctx, const char *section);
    dbk_err *(*next)(void *ctx, bool *more);
    size_t (*columns)(void *ctx);
    const char *(*name)(void *ctx, size_t column);
    bool (*append)(void *ctx, size_t column, buf *out); /* false: null */
    void (*close)(void *ctx);
} dump_reader;

dbk_err *dump_write(const dump_reader *reader, const book_dump_options *options,
                    book_dump_result *out) ERR_MUST_USE;
/* For readers: the statement of a section. */
typedef struct dump_statement {
    const char *section, *sql;
} dump_statement;
dbk_err *dump_statement_find(const dump_statement *all, size_t count, const char *section,
                             const char **sql) ERR_MUST_USE;
/* For readers: sections by number, NULL after the last. */
const char *dump_section_name(size_t number);

#endif
