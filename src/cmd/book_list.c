#include "cmd/book_list.h"

#include <string.h>

static size_t count_columns(const book_list *l)
{
    size_t count = 0;
    while (l->columns[count].name)
        count++;
    return count;
}

static dbk_err *check_columns(const book_list *l, size_t count, const book_rows *rows)
{
    bool same = book_rows_column_count(rows) == count;
    for (size_t i = 0; same && i < count; i++)
        same = strcmp(book_rows_column_name(rows, i), l->columns[i].name) == 0;
    return same ? NULL : err_new(ERR_INTERNAL, "the statement of %s has other columns", l->title);
}

static dbk_err *fill(const book_list *l, size_t count, book_rows *rows, table *t)
{
    bool more = false;
    dbk_err *e = book_rows_next(rows, &more);
    if (!e)
        e = check_columns(l, count, rows);
    while (!e && more) {
        e = table_row(t);
        for (size_t i = 0; !e && i < count; i++)
            e = table_set(t, i, book_rows_text(rows, i));
        if (!e)
            e = book_rows_next(rows, &more);
    }
    return e;
}

dbk_err *book_list_read(const book_list *l, book_source *source, const book_parameter *parameters,
                        size_t count, table **out)
{
    size_t column_count = count_columns(l);
    book_rows *rows = NULL;
    table *t = NULL;
    dbk_err *e = table_new(l->title, l->columns, column_count, &t);
    if (!e)
        e = book_rows_open(source, &l->rows, parameters, count, &rows);
    if (!e)
        e = fill(l, column_count, rows, t);
    book_rows_free(rows);
    if (e) {
        table_free(t);
        return e;
    }
    *out = t;
    return NULL;
}
