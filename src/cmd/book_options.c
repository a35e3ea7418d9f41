#include "cmd/book_options.h"

#include <string.h>

#include "book/book_file.h"

static const char find_sql[] =
    "select n.ordinality, n.name, a.account_id"
    "  from unnest($1::text[]) with ordinality as n (name, ordinality)"
    "  left join trading.fn_accounts() as a on a.account_id::text = lower(n.name) or a.name = n.name"
    " order by n.ordinality, a.account_id";

static dbk_err *no_account(const char *name)
{
    return err_with_hint(err_new(ERR_NOT_FOUND, "there is no account %s", name),
                         "daybook report shows the accounts that the connecting role may read");
}

static dbk_err *several_accounts(const char *name, const char *one, const char *another)
{
    return err_with_hint(err_new(ERR_INPUT, "several accounts are named %s", name),
                         "pass the id of one: %s or %s", one, another);
}

static dbk_err *check_found(const pg_rows *rows)
{
    for (size_t row = 0; row < pg_row_count(rows); row++) {
        const char *name = pg_get_text(rows, row, 1);
        if (pg_get_is_null(rows, row, 2))
            return no_account(name);
        if (row > 0 && pg_get_int8(rows, row, 0) == pg_get_int8(rows, row - 1, 0))
            return several_accounts(name, pg_get_text(rows, row - 1, 2), pg_get_text(rows, row, 2));
    }
    return NULL;
}

dbk_err *book_options_accounts(app *app, pg_conn *c, const opt_list *named, book_accounts *out)
{
    *out = (book_accounts){.count = 0};
    if (named->count == 0)
        return NULL;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text_array(p, named->items, named->count);
    pg_rows *rows;
    dbk_err *e = pg_query(c, app->arena, find_sql, p, &rows);
    if (!e)
        e = check_found(rows);
    if (e)
        return e;
    const char **ids = arena_alloc(app->arena, pg_row_count(rows) * sizeof(*ids));
    if (!ids)
        return err_oom();
    for (size_t row = 0; row < pg_row_count(rows); row++)
        ids[row] = pg_get_text(rows, row, 2);
    *out = (book_accounts){.ids = ids, .count = pg_row_count(rows)};
    return NULL;
}

dbk_err *book_options_open_file(app *app, sqlite_db **out)
{
    dbk_err *e = book_file_open(app_file(app), out);
    if (!e && sqlite_hazard(*out))
        log_printf(app->log, LOG_WARNING, "%s may not last: %s", app_file(app), sqlite_hazard(*out));
    return e;
}

static dbk_err *find_in_file(app *app, sqlite_db *db, const char *name, const char **out)
{
    sqlite_stmt *s;
    bool found;
    dbk_err *e = sqlite_statement(
        db, "select account_id from accounts where account_id = lower(?1) or name = ?1 order by account_id",
        &s);
    if (e)
        return e;
    sqlite_bind_text_at(s, 1, name);
    e = sqlite_step_row(s, &found);
    if (e)
        return e;
    if (!found)
        return no_account(name);
    *out = arena_strdup(app->arena, sqlite_text(s, 0));
    e = *out ? sqlite_step_row(s, &found) : err_oom();
    if (!e && found)
        e = several_accounts(name, *out, sqlite_text(s, 0));
    sqlite_end(s);
    return e;
}

dbk_err *book_options_file_accounts(app *app, sqlite_db *db, const opt_list *named, book_accounts *out)
{
    const char **ids = arena_alloc(app->arena, (named->count + 1) * sizeof(*ids));
    dbk_err *e = ids ? NULL : err_oom();
    for (size_t i = 0; !e && i < named->count; i++)
        e = find_in_file(app, db, named->items[i], &ids[i]);
    if (!e)
        *out = (book_accounts){.ids = ids, .count = named->count};
    return e;
}
