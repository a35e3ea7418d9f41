#include "cmd/fleet.h"

#include <string.h>

#include "cmd/book_options.h"
#include "cmd/rows_table.h"
#include "cmd/who.h"
#include "fleet_sql.h"

/* ---- whom it is about ---- */

static dbk_err *find_account(app *app, pg_conn *c, const char *name, const char **out)
{
    opt_list named = {.items = (const char *[]){name}, .count = 1};
    book_accounts accounts;
    dbk_err *e = book_options_accounts(app, c, &named, &accounts);
    if (!e)
        *out = accounts.ids[0];
    return e;
}

static dbk_err *find_bot(app *app, pg_conn *c, const char *name, fleet_subject *s)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, s->account_id);
    pg_param_text(p, name);
    dbk_err *e = pg_query(c, app->arena, fleet_find_bot, p, &rows);
    if (e)
        return e;
    if (pg_row_count(rows) == 0)
        return err_with_hint(
            err_new(ERR_NOT_FOUND, "there is no bot %s", name),
            "daybook bot list shows the bots of the accounts that the connecting role may read; "
            "daybook bot set --create makes one");
    if (pg_row_count(rows) > 1)
        return err_with_hint(err_new(ERR_INPUT, "several bots are named %s", name),
                             "pass the account with --account, or the id of one: %s or %s",
                             pg_get_text(rows, 0, 1), pg_get_text(rows, 1, 1));
    *s = (fleet_subject){.account_id = pg_get_text(rows, 0, 0), .bot_id = pg_get_text(rows, 0, 1)};
    return NULL;
}

dbk_err *fleet_find(app *app, pg_conn *c, const fleet_flags *f, fleet_subject *out)
{
    *out = (fleet_subject){.account_id = NULL};
    dbk_err *e = f->account ? find_account(app, c, f->account, &out->account_id) : NULL;
    if (!e && f->bot)
        e = find_bot(app, c, f->bot, out);
    return e;
}

dbk_err *fleet_need(const char *value, const char *option)
{
    return value && value[0] ? NULL : err_new(ERR_USAGE, "%s must be given", option);
}

/* ---- who asks, and why ---- */

dbk_err *fleet_change_of(app *app, const fleet_flags *f, fleet_change *out)
{
    dbk_err *e = fleet_need(f->reason, "--reason");
    if (e)
        return e;
    out->reason = f->reason;
    out->actor = f->actor ? f->actor : who_user_at_host(app);
    if (!out->actor)
        return err_oom();
    e = who_ctx(app, out->actor, &out->ctx);
    if (e)
        return e;
    return f->id ? uuid_parse(f->id, &out->id) : uuid_v7(app->clock, &out->id);
}

/* ---- answers ---- */

static dbk_err *list_of(app *app, pg_conn *c, const char *title, const char *sql, const fleet_flags *f)
{
    fleet_subject s;
    dbk_err *e = fleet_find(app, c, f, &s);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, s.account_id);
    return rows_print(app, c, title, sql, p, NULL);
}

dbk_err *fleet_list(app *app, const char *command, const char *title, const char *sql, const fleet_flags *f)
{
    pg_conn *c = NULL;
    dbk_err *e = app_connect(app, command, &c);
    if (!e)
        e = list_of(app, c, title, sql, f);
    pg_close(c);
    return e;
}

dbk_err *fleet_verdict(const pg_rows *rows)
{
    const char *outcome = rows_text(rows, 0, "outcome");
    if (outcome && strcmp(outcome, "refused") == 0)
        return err_new(ERR_DENIED, "%s: %s", rows_text(rows, 0, "refusal_code"),
                       rows_text(rows, 0, "refusal_detail"));
    if (!outcome || strcmp(outcome, "conflict") != 0)
        return NULL;
    return err_with_hint(
        err_new(ERR_INPUT, "the id was used before with another %s", rows_text(rows, 0, "conflict_field")),
        "without --id it is a change of its own");
}

dbk_err *fleet_write(app *app, pg_conn *c, const char *title, const char *sql, pg_params *p)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(c, app->arena, sql, p, &rows);
    if (!e)
        e = rows_show(app, title, rows);
    return e ? e : fleet_verdict(rows);
}
