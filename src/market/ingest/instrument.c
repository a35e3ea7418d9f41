#include "market/ingest/instrument.h"

#include <string.h>

#include "market/formats/symbol.h"

static dbk_err *find_row(pg_conn *c, arena *a, const instrument_spec *spec, pg_rows **rows)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, spec->venue);
    pg_param_text(p, spec->symbol);
    pg_param_text(p, spec->kind);
    return pg_query(c, a, "select instrument_id, base, quote from ref.fn_find_instrument($1, $2, $3)", p,
                    rows);
}

dbk_err *instrument_find(pg_conn *c, arena *a, const instrument_spec *spec, dbk_uuid *id, bool *found)
{
    pg_rows *rows;
    dbk_err *e = find_row(c, a, spec, &rows);
    if (e)
        return e;
    *found = pg_row_count(rows) > 0;
    if (*found)
        *id = pg_get_uuid(rows, 0, 0);
    return NULL;
}

static dbk_err *differs(const instrument_spec *spec, const char *what, const char *known, const char *given)
{
    dbk_err *e = err_new(ERR_INPUT, "%s %s at %s has %s %s, not %s", spec->kind, spec->symbol, spec->venue,
                         what, known, given);
    return err_with_hint(e, "leave --%s out, or use another --symbol or --kind", what);
}

static dbk_err *check_known(const instrument_spec *spec, const pg_rows *rows)
{
    const char *base = pg_get_text(rows, 0, 1);
    const char *quote = pg_get_text(rows, 0, 2);
    if (spec->base && strcmp(spec->base, base) != 0)
        return differs(spec, "base", base, spec->base);
    if (spec->quote && strcmp(spec->quote, quote) != 0)
        return differs(spec, "quote", quote, spec->quote);
    return NULL;
}

/* What is registered under the code already stays as it is: another name or kind there is no conflict of
 * ours. */
static dbk_err *register_currency(pg_conn *c, arena *a, const char *code)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, code);
    pg_param_text(p, symbol_currency_kind(code));
    pg_rows *rows;
    return pg_query_one(c, a, "select outcome from ref.fn_register_currency($1, $1, $2)", p, &rows);
}

static dbk_err *register_all(pg_conn *c, arena *a, const dbk_clock *clock, const instrument_spec *spec,
                             dbk_uuid *id)
{
    dbk_uuid proposed;
    dbk_err *e = uuid_v7(clock, &proposed);
    pg_rows *rows = NULL;
    if (!e) {
        pg_params *p = pg_params_new(a);
        pg_param_text(p, spec->venue);
        e = pg_query_one(c, a, "select outcome from ref.fn_register_venue($1, $1)", p, &rows);
    }
    if (!e)
        e = register_currency(c, a, spec->base);
    if (!e)
        e = register_currency(c, a, spec->quote);
    if (e)
        return e;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &proposed);
    pg_param_text(p, spec->venue);
    pg_param_text(p, spec->symbol);
    pg_param_text(p, spec->kind);
    pg_param_text(p, spec->base);
    pg_param_text(p, spec->quote);
    e = pg_query_one(c, a,
                     "select outcome, instrument_id, conflict_field from ref.fn_register_instrument($1, $2, "
                     "$3, $4, $5, $6)",
                     p, &rows);
    if (e)
        return e;
    /* Somebody else was faster, with other currencies. */
    const char *field = pg_get_text(rows, 0, 2);
    if (field)
        return err_new(ERR_INPUT, "%s %s at %s is registered with another %s", spec->kind, spec->symbol,
                       spec->venue, field);
    *id = pg_get_uuid(rows, 0, 1);
    return NULL;
}

dbk_err *instrument_ensure(pg_conn *c, arena *a, const dbk_clock *clock, const instrument_spec *spec,
                           dbk_uuid *id)
{
    pg_rows *rows;
    dbk_err *e = find_row(c, a, spec, &rows);
    if (e)
        return e;
    if (pg_row_count(rows) > 0) {
        e = check_known(spec, rows);
        if (!e)
            *id = pg_get_uuid(rows, 0, 0);
        return e;
    }
    char base[CURRENCY_SIZE];
    char quote[CURRENCY_SIZE];
    instrument_spec full = *spec;
    if (!spec->base || !spec->quote) {
        e = symbol_split(spec->symbol, base, quote);
        if (e)
            return e;
        full.base = spec->base ? spec->base : base;
        full.quote = spec->quote ? spec->quote : quote;
    }
    e = pg_begin(c);
    if (e)
        return e;
    dbk_uuid registered;
    e = register_all(c, a, clock, &full, &registered);
    if (!e)
        e = pg_commit(c);
    if (e) {
        pg_rollback(c);
        return e;
    }
    *id = registered;
    return NULL;
}
