#include "cmd/lint_trace.h"

#include "ops/scratch.h"
#include "schema/lint_trace.h"

#define DATABASE "trace"
#define TRACE_ARENA_MAX ((size_t)1 << 30)

static dbk_err *set_seconds(table *t, size_t column, double seconds)
{
    return seconds == TRACE_UNKNOWN ? NULL : table_setf(t, column, "%.3f", seconds);
}

static dbk_err *fill_row(table *t, const lint_trace_row *row)
{
    const char *cells[] = {row->path, NULL, row->statement, row->relation, row->lock, row->blocks};
    dbk_err *e = table_row(t);
    for (size_t c = 0; !e && c < sizeof(cells) / sizeof(cells[0]); c++)
        e = table_set(t, c, cells[c]);
    if (!e)
        e = table_setf(t, 1, "%zu", row->line);
    if (!e && row->relation)
        e = table_set(t, 6, row->rewritten ? "true" : "false");
    if (!e && row->relation)
        e = table_set(t, 7, row->scanned ? "true" : "false");
    if (!e && row->rows != TRACE_UNKNOWN)
        e = table_setf(t, 8, "%.0f", row->rows);
    if (!e)
        e = set_seconds(t, 9, row->estimated_s);
    if (!e)
        e = set_seconds(t, 10, row->held_s);
    return e ? e : table_set(t, 11, row->hurts ? "true" : "false");
}

static dbk_err *print(app *app, const lint_trace *trace)
{
    static const table_column columns[] = {
        {"file", TABLE_STRING},       {"line", TABLE_INT},     {"statement", TABLE_STRING},
        {"relation", TABLE_STRING},   {"lock", TABLE_STRING},  {"blocks", TABLE_STRING},
        {"rewritten", TABLE_BOOL},    {"scanned", TABLE_BOOL}, {"rows", TABLE_INT},
        {"estimated_s", TABLE_FLOAT}, {"held_s", TABLE_FLOAT}, {"hurts", TABLE_BOOL}};
    table *t = NULL;
    dbk_err *e = table_new(NULL, columns, sizeof(columns) / sizeof(columns[0]), &t);
    for (size_t i = 0; !e && i < trace->count; i++)
        e = fill_row(t, &trace->items[i]);
    if (!e)
        e = table_print(t, (table_format)app->output.format, app->out);
    table_free(t);
    return e;
}

dbk_err *lint_trace_print(app *app, const lint_options *options, bool with_sizes, const char *pg_bin,
                          int *exit_status)
{
    scratch_options like = {.pg_bin = pg_bin};
    arena *a = arena_new(TRACE_ARENA_MAX);
    scratch *server = NULL;
    pg_conn *sizes = NULL;
    const char *url = NULL;
    lint_trace trace;
    if (!a)
        return err_oom();
    dbk_err *e = with_sizes ? app_connect(app, NULL, &sizes) : NULL;
    if (!e && sizes)
        like.major = pg_server_version(sizes) / 10000;
    if (!e)
        e = scratch_start(a, &like, &server);
    if (!e)
        e = scratch_database(server, &(scratch_database_options){.name = DATABASE}, &url);
    if (!e)
        e = lint_trace_run(a, options, url, sizes, &trace);
    if (!e)
        e = print(app, &trace);
    if (!e) {
        *exit_status = trace.hurting_count ? 1 : 0;
        log_fields(app->log, trace.hurting_count ? LOG_WARNING : LOG_INFO,
                   trace.hurting_count ? "writers would wait while tables are read or rewritten"
                                       : "no writer would wait long",
                   LOG_INT("files", (int64_t)trace.file_count), LOG_INT("locks", (int64_t)trace.count),
                   LOG_INT("hurting", (int64_t)trace.hurting_count));
    }
    pg_close(sizes);
    scratch_stop(server);
    arena_free(a);
    return e;
}
