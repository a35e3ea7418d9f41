#include "cmd/consumer_verbs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/rows_table.h"
#include "cmd/who.h"

dbk_err *consumer_verbs_ctx(app *app, pg_params *p)
{
    const char *ctx;
    dbk_err *e = who_ctx(app, NULL, &ctx);
    if (!e)
        pg_param_text(p, ctx);
    return e;
}

dbk_err *consumer_verbs_print(app *app, pg_conn *c, const char *title, const char *sql, pg_params *p,
                              pg_rows **rows)
{
    table *t = NULL;
    dbk_err *e = pg_query(c, app->arena, sql, p, rows);
    if (!e)
        e = rows_table(title, *rows, &t);
    if (!e)
        e = app_print(app, &t, 1);
    table_free(t);
    return e;
}

static const char *text_of(const pg_rows *rows, size_t row, const char *column)
{
    int at = pg_column(rows, column);
    return at < 0 ? NULL : pg_get_text(rows, row, (size_t)at);
}

dbk_err *consumer_verbs_write(app *app, pg_conn *c, const char *title, const char *sql, pg_params *p)
{
    pg_rows *rows;
    dbk_err *e = consumer_verbs_print(app, c, title, sql, p, &rows);
    if (e)
        return e;
    if (pg_row_count(rows) == 0)
        return err_new(ERR_NOT_FOUND, "there is nothing of that kind");
    for (size_t i = 0; i < pg_row_count(rows); i++) {
        const char *outcome = text_of(rows, i, "outcome");
        if (strcmp(outcome, "refused") == 0)
            return err_new(ERR_DENIED, "%s: %s", text_of(rows, i, "refusal_code"),
                           text_of(rows, i, "refusal_detail"));
        if (strcmp(outcome, "conflict") == 0)
            return err_new(ERR_INPUT, "it was made before with another %s",
                           text_of(rows, i, "conflict_field"));
    }
    return NULL;
}

dbk_err *consumer_verbs_place(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || end == text || *end || value < 0)
        return err_new(ERR_USAGE, "not a place of the log: \"%.40s\"", text);
    *out = value;
    return NULL;
}

void consumer_verbs_types(pg_params *p, const opt_list *types)
{
    if (types->count == 0)
        pg_param_null(p);
    else
        pg_param_text_array(p, types->items, types->count);
}

void consumer_verbs_aggregate(app *app, pg_params *p, const char *text)
{
    const char *slash = text ? strchr(text, '/') : NULL;
    pg_param_text(p, slash ? arena_strndup(app->arena, text, (size_t)(slash - text)) : text);
    pg_param_text(p, slash ? slash + 1 : NULL);
}
