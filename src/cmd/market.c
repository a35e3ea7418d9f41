#include "cmd/market.h"

#include <string.h>

#include "cmd/rows_table.h"
#include "market/formats/interval.h"
#include "market/formats/stream_detect.h"
#include "market_sql.h"

const char *const market_kinds[] = {"any", "spot", "perp", "inverse", NULL};

static dbk_err *add_interval(pg_params *p, const char *text)
{
    int32_t interval_s;
    if (!text) {
        pg_param_null(p);
        return NULL;
    }
    dbk_err *e = interval_parse(text, &interval_s);
    if (!e)
        pg_param_int4(p, interval_s);
    return e;
}

pg_params *market_instrument_params(app *app, const market_flags *f)
{
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, f->stream);
    pg_param_text(p, f->venue);
    pg_param_text(p, f->symbol);
    pg_param_text(p, f->kind == 0 ? NULL : market_kinds[f->kind]);
    return p;
}

dbk_err *market_series_params(app *app, const market_flags *f, pg_params **out)
{
    pg_params *p = market_instrument_params(app, f);
    dbk_err *e = add_interval(p, f->interval);
    if (!e)
        *out = p;
    return e;
}

dbk_err *market_params(app *app, const market_flags *f, pg_params **out)
{
    pg_params *p;
    dbk_err *e = market_series_params(app, f, &p);
    if (e)
        return e;
    pg_param_text(p, f->from);
    pg_param_text(p, f->to);
    *out = p;
    return NULL;
}

dbk_err *market_cadence_params(app *app, const market_flags *f, pg_params **out)
{
    pg_params *p;
    dbk_err *e = market_params(app, f, &p);
    if (!e)
        e = add_interval(p, f->cadence);
    if (!e)
        *out = p;
    return e;
}

/* A misspelt symbol must not read like a market without gaps. */
static dbk_err *require_series(app *app, pg_conn *c, const market_flags *f)
{
    pg_rows *rows;
    pg_params *p;
    dbk_err *e = market_series_params(app, f, &p);
    if (!e)
        e = pg_query(c, app->arena, market_series, p, &rows);
    if (e || pg_row_count(rows) > 0)
        return e;
    const dataset *stream;
    e = f->stream ? stream_of_name(f->stream, &stream) : NULL;
    return e ? e
             : err_with_hint(err_new(ERR_NOT_FOUND, "nothing of that kind was ever received"),
                             "daybook market series lists what was");
}

dbk_err *market_check_time(app *app, pg_conn *c, const char *flag, const char *text)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(app->arena);
    if (!text)
        return NULL;
    pg_param_text(p, text);
    dbk_err *e = pg_query(c, app->arena, market_time, p, &rows);
    /* Class 22: the value is none of its type. */
    if (!e || strncmp(err_sqlstate(e), "22", 2) != 0)
        return e;
    err_free(e);
    e = err_new(ERR_USAGE, "%s is no time: \"%s\"", flag, text);
    return err_with_hint(e, "2024-03-01, '2024-03-01 12:00', 2024-03-01T12:00:00Z, today and yesterday are");
}

dbk_err *market_begin(app *app, const char *command, const market_flags *f, pg_conn **out)
{
    pg_conn *c = NULL;
    pg_rows *rows;
    dbk_err *e = app_connect(app, command, &c);
    if (!e)
        e = pg_begin(c);
    if (!e)
        e = pg_query(c, app->arena, market_begin_sql, NULL, &rows);
    if (!e && f)
        e = market_check_time(app, c, "--from", f->from);
    if (!e && f)
        e = market_check_time(app, c, "--to", f->to);
    if (!e && f)
        e = require_series(app, c, f);
    if (e) {
        pg_close(c);
        return e;
    }
    *out = c;
    return NULL;
}
