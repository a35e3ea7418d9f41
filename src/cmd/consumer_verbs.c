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

dbk_err *consumer_verbs_write(app *app, pg_conn *c, const char *title, const char *sql, pg_params *p)
{
    const pg_rows *rows;
    dbk_err *e = rows_print(app, c, title, sql, p, &rows);
    if (e)
        return e;
    if (pg_row_count(rows) == 0)
        return err_new(ERR_NOT_FOUND, "there is nothing of that kind");
    for (size_t i = 0; i < pg_row_count(rows); i++) {
        const char *outcome = rows_text(rows, i, "outcome");
        if (strcmp(outcome, "refused") == 0)
            return err_new(ERR_DENIED, "%s: %s", rows_text(rows, i, "refusal_code"),
                           rows_text(rows, i, "refusal_detail"));
        if (strcmp(outcome, "conflict") == 0)
            return err_new(ERR_INPUT, "it was made before with another %s",
                           rows_text(rows, i, "conflict_field"));
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
