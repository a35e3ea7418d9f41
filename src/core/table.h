/* table.h: results for people and programs, from one description.
 *
 * The same rows come out as an aligned table (terminal), CSV (RFC 4180) or JSON (an array of objects whose
 * field names are the column names). Numbers that are exact stay text until the very end: a numeric column is
 * printed unquoted in JSON only when kind is TABLE_INT or TABLE_FLOAT; amounts (TABLE_DECIMAL) are JSON
 * strings.
 *
 * Lines end in \n in every form. In CSV null is nothing and the empty string is "". In text, control
 * characters are spelled out, so that a cell stays on its line. At most 1,000,000 rows. */
#ifndef DAYBOOK_CORE_TABLE_H
#define DAYBOOK_CORE_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/err.h"

typedef enum table_format { TABLE_TEXT, TABLE_CSV, TABLE_JSON } table_format;
typedef enum table_kind {
    TABLE_STRING,
    TABLE_INT,
    TABLE_FLOAT,
    TABLE_DECIMAL,
    TABLE_BOOL,
    TABLE_JSON_VALUE
} table_kind;

typedef struct table_column {
    const char *name; /* the JSON and CSV name; the header of the text form too */
    table_kind kind;  /* all but STRING and JSON_VALUE align right in text */
} table_column;

typedef struct table table;

/* Columns and cells are copied. A document may hold several named tables: in JSON one object keyed by title.
 */
dbk_err *table_new(const char *title, const table_column *columns, size_t count, table **out) ERR_MUST_USE;
void table_free(table *t);
/* Begins a row with every cell null; then set cells by index. NULL value = null. */
dbk_err *table_row(table *t) ERR_MUST_USE;
dbk_err *table_set(table *t, size_t column, const char *value) ERR_MUST_USE;
dbk_err *table_setf(table *t, size_t column, const char *fmt, ...) ERR_MUST_USE ERR_FORMAT(3, 4);
size_t table_rows(const table *t);

/* Prints one table: TEXT with title line when it has a title; "(none)" for no rows. */
dbk_err *table_print(const table *t, table_format format, FILE *out) ERR_MUST_USE;
/* Prints several: TEXT one after another; CSV each preceded by a line "# title" when there are several; JSON
 * {"title": [rows], …}.
 */
dbk_err *table_print_all(table *const *tables, size_t count, table_format format, FILE *out) ERR_MUST_USE;

#endif
