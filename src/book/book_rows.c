#include "book/book_rows.h"

#include <stdio.h>

#include "book/book_text.h"
#include "core/json.h"
#include "core/mem.h"
#include "pg/pg_cursor.h"

#define COLUMNS_MAX 64

struct book_rows {
    sqlite_stmt *stmt; /* in a file */
    pg_cursor *cursor; /* on a server */
    buf row;           /* the server's values made canonical, each with a zero byte */
    size_t at[COLUMNS_MAX];
};

/* ---- on a server ---- */

static void add_parameter(pg_params *p, const book_parameter *value)
{
    switch (value->kind) {
    case BOOK_TEXT:
        pg_param_text(p, value->text);
        break;
    case BOOK_INT8:
        pg_param_int8(p, value->number);
        break;
    case BOOK_BOOL:
        pg_param_bool(p, value->number != 0);
        break;
    case BOOK_TIME:
        pg_param_time(p, value->number);
        break;
    case BOOK_LIST:
        if (value->count == 0)
            pg_param_null(p);
        else
            pg_param_text_array(p, value->items, value->count);
        break;
    }
}

static dbk_err *open_on_server(book_rows *r, book_source *source, const char *sql,
                               const book_parameter *values, size_t count)
{
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    char name[32];
    snprintf(name, sizeof(name), "book_%d", ++source->cursors);
    pg_params *p = pg_params_new(a);
    for (size_t i = 0; i < count; i++)
        add_parameter(p, &values[i]);
    dbk_err *e = pg_cursor_open(source->server, name, sql, p, &r->cursor);
    arena_free(a);
    return e;
}

static dbk_err *keep_row(book_rows *r)
{
    const pg_rows *rows = pg_cursor_rows(r->cursor);
    size_t count = pg_column_count(rows);
    if (count > COLUMNS_MAX)
        return err_new(ERR_INTERNAL, "a row has %zu columns", count);
    buf_clear(&r->row);
    for (size_t column = 0; column < count; column++) {
        r->at[column] = r->row.length;
        if (!pg_get_is_null(rows, pg_cursor_row(r->cursor), column))
            book_text_append(&r->row, rows, pg_cursor_row(r->cursor), column);
        buf_append_char(&r->row, '\0');
    }
    return buf_error(&r->row);
}

/* ---- in a file ---- */

static dbk_err *bind_list(sqlite_stmt *s, int at, const book_parameter *list)
{
    if (list->count == 0)
        return NULL;
    buf json;
    buf_init(&json, 0);
    for (size_t i = 0; i < list->count; i++) {
        buf_append_char(&json, i == 0 ? '[' : ',');
        json_append_string(&json, list->items[i]);
    }
    buf_append_char(&json, ']');
    dbk_err *e = buf_error(&json);
    if (!e)
        sqlite_bind_text_at(s, at, json.data);
    buf_term(&json);
    return e;
}

static dbk_err *bind(sqlite_stmt *s, int at, const book_parameter *value)
{
    switch (value->kind) {
    case BOOK_TEXT:
        sqlite_bind_text_at(s, at, value->text);
        break;
    case BOOK_INT8:
    case BOOK_BOOL:
    case BOOK_TIME:
        sqlite_bind_int8_at(s, at, value->number);
        break;
    case BOOK_LIST:
        return bind_list(s, at, value);
    }
    return NULL;
}

static dbk_err *open_in_file(book_rows *r, book_source *source, const char *sql, const book_parameter *values,
                             size_t count)
{
    dbk_err *e = sqlite_statement(source->file, sql, &r->stmt);
    for (size_t i = 0; !e && i < count; i++)
        e = bind(r->stmt, (int)i + 1, &values[i]);
    return e;
}

/* ---- on both ---- */

dbk_err *book_rows_open(book_source *source, const book_statement *statement,
                        const book_parameter *parameters, size_t count, book_rows **out)
{
    book_rows *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    *r = (book_rows){.stmt = NULL};
    buf_init(&r->row, 0);
    dbk_err *e = source->file ? open_in_file(r, source, statement->file, parameters, count)
                              : open_on_server(r, source, statement->server, parameters, count);
    if (e) {
        book_rows_free(r);
        return e;
    }
    *out = r;
    return NULL;
}

dbk_err *book_rows_next(book_rows *r, bool *more)
{
    if (r->stmt)
        return sqlite_step_row(r->stmt, more);
    dbk_err *e = pg_cursor_next(r->cursor, more);
    return e || !*more ? e : keep_row(r);
}

void book_rows_free(book_rows *r)
{
    if (!r)
        return;
    if (r->stmt)
        sqlite_end(r->stmt);
    pg_cursor_free(r->cursor);
    buf_term(&r->row);
    mem_free(r);
}

size_t book_rows_column_count(const book_rows *r)
{
    return r->stmt ? (size_t)sqlite_column_count(r->stmt) : pg_column_count(pg_cursor_rows(r->cursor));
}

const char *book_rows_column_name(const book_rows *r, size_t column)
{
    return r->stmt ? sqlite_column_name(r->stmt, (int)column)
                   : pg_column_name(pg_cursor_rows(r->cursor), column);
}

const char *book_rows_text(const book_rows *r, size_t column)
{
    if (r->stmt)
        return sqlite_text(r->stmt, (int)column);
    return pg_get_is_null(pg_cursor_rows(r->cursor), pg_cursor_row(r->cursor), column)
               ? NULL
               : r->row.data + r->at[column];
}

int64_t book_rows_int8(const book_rows *r, size_t column)
{
    return r->stmt ? sqlite_int8(r->stmt, (int)column)
                   : pg_get_int8(pg_cursor_rows(r->cursor), pg_cursor_row(r->cursor), column);
}

bool book_rows_bool(const book_rows *r, size_t column)
{
    const char *text = book_rows_text(r, column);
    return text && text[0] == 't';
}

int64_t book_rows_time(const book_rows *r, size_t column)
{
    return r->stmt ? sqlite_int8(r->stmt, (int)column)
                   : pg_get_time(pg_cursor_rows(r->cursor), pg_cursor_row(r->cursor), column);
}
