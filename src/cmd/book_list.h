/* book_list.h: the rows of a statement as a table, with the same columns from a server and from a file. */
#ifndef DAYBOOK_CMD_BOOK_LIST_H
#define DAYBOOK_CMD_BOOK_LIST_H

#include "book/book_rows.h"
#include "core/table.h"

typedef struct book_list {
    const char *title;
    book_statement rows;
    const table_column *columns; /* of both statements; the last one is BOOK_LIST_END */
} book_list;

#define BOOK_LIST_END                                                                                        \
    {                                                                                                        \
        NULL, TABLE_STRING                                                                                   \
    }

/* Inside a transaction on the source. Free the table. */
dbk_err *book_list_read(const book_list *l, book_source *source, const book_parameter *parameters,
                        size_t count, table **out) ERR_MUST_USE;

#endif
