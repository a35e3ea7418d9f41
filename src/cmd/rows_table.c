#include "cmd/rows_table.h"

#include <assert.h>
#include <string.h>

#define COLUMNS_MAX 64

static table_kind kind_of(uint32_t type)
{
    switch (type) {
    case PG_TYPE_BOOL:
        return TABLE_BOOL;
    case PG_TYPE_INT2:
    case PG_TYPE_INT4:
    case PG_TYPE_INT8:
        return TABLE_INT;
    case PG_TYPE_FLOAT4:
    case PG_TYPE_FLOAT8:
        return TABLE_FLOAT;
    case PG_TYPE_NUMERIC:
        return TABLE_DECIMAL;
    case PG_TYPE_JSON:
    case PG_TYPE_JSONB:
        return TABLE_JSON_VALUE;
    default:
        return TABLE_STRING;
    }
}

static dbk_err *add_row(table *t, const pg_rows *rows, size_t row, const table_column *columns)
{
    dbk_err *e = table_row(t);
    for (size_t c = 0; !e && c < pg_column_count(rows); c++) {
        const char *value = pg_get_text(rows, row, c);
        if (value && columns[c].kind == TABLE_BOOL)
            value = strcmp(value, "t") == 0 ? "true" : "false";
        e = table_set(t, c, value);
    }
    return e;
}

dbk_err *rows_table(const char *title, const pg_rows *rows, table **out)
{
    table_column columns[COLUMNS_MAX];
    size_t count = pg_column_count(rows);
    assert(count > 0);
    assert(count <= COLUMNS_MAX);
    for (size_t c = 0; c < count; c++)
        columns[c] = (table_column){pg_column_name(rows, c), kind_of(pg_column_type(rows, c))};

    table *t = NULL;
    dbk_err *e = table_new(title, columns, count, &t);
    for (size_t row = 0; !e && row < pg_row_count(rows); row++)
        e = add_row(t, rows, row, columns);
    if (e) {
        table_free(t);
        return e;
    }
    *out = t;
    return NULL;
}

dbk_err *rows_query(app *app, pg_conn *c, const char *title, const char *sql, const pg_params *p,
                    const pg_rows **rows, table **out)
{
    pg_rows *found;
    dbk_err *e = pg_query(c, app->arena, sql, p, &found);
    if (!e)
        e = rows_table(title, found, out);
    if (!e && rows)
        *rows = found;
    return e;
}

dbk_err *rows_show(app *app, const char *title, const pg_rows *rows)
{
    table *t = NULL;
    dbk_err *e = rows_table(title, rows, &t);
    if (!e)
        e = app_print(app, &t, 1);
    table_free(t);
    return e;
}

dbk_err *rows_print(app *app, pg_conn *c, const char *title, const char *sql, const pg_params *p,
                    const pg_rows **rows)
{
    pg_rows *found;
    dbk_err *e = pg_query(c, app->arena, sql, p, &found);
    if (!e)
        e = rows_show(app, title, found);
    if (!e && rows)
        *rows = found;
    return e;
}

const char *rows_text(const pg_rows *rows, size_t row, const char *column)
{
    int at = pg_column(rows, column);
    return at < 0 ? NULL : pg_get_text(rows, row, (size_t)at);
}
