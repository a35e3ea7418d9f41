#include "schema/sql_run.h"

#include <string.h>

#include "schema/sql_file.h"

/* A line of a generated file may be very long; the beginning and the column say enough. */
#define LINE_SHOWN_MAX 160

dbk_err *sql_run_place(dbk_err *e, const module_file *file, size_t offset)
{
    sql_place place = sql_place_of(file->text, offset);
    int shown = (int)(place.line_length < LINE_SHOWN_MAX ? place.line_length : LINE_SHOWN_MAX);
    dbk_err *placed =
        err_new(err_code(e), "%s:%zu:%zu: %s", file->path, place.line, place.column, err_message(e));
    placed = err_with_sqlstate(placed, err_sqlstate(e));
    const char *detail = err_detail(e);
    placed =
        err_with_detail(placed, "%.*s%s%s", shown, place.line_text, detail ? "\n" : "", detail ? detail : "");
    if (err_hint(e))
        placed = err_with_hint(placed, "%s", err_hint(e));
    else if (strcmp(err_sqlstate(e), "25001") == 0)
        placed = err_with_hint(
            placed, "a migration is applied in one transaction, and this statement cannot be part of one");
    err_free(e);
    return placed;
}

dbk_err *sql_run_statement(pg_conn *c, arena *a, const module_file *file, const sql_statement *statement,
                           bool alone)
{
    size_t error_at = 0;
    char *sql = arena_strndup(a, statement->text, statement->length);
    if (!sql)
        return err_oom();
    dbk_err *e = alone ? pg_exec_alone(c, sql, &error_at) : pg_exec_statement(c, sql, &error_at);
    if (e && !pg_is_lost(c))
        e = sql_run_place(e, file, statement->offset + (error_at ? sql_char_offset(sql, error_at) : 0));
    return e;
}

dbk_err *sql_run_file(pg_conn *c, arena *a, const module_file *file)
{
    sql_file f;
    dbk_err *e = sql_file_read(a, file, &f);
    for (size_t i = 0; !e && i < f.count; i++)
        e = sql_run_statement(c, a, file, &f.items[i], false);
    if (!e && !pg_speaks_utf8(c))
        e = err_with_hint(
            err_new(ERR_INPUT, "%s leaves the session with another client_encoding than UTF8", file->path),
            "files are UTF-8, and so is what is sent after this one");
    return e;
}
