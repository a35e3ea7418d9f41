/* webhook.c: endpoints and their deliveries, listed. */
#include "cmd/webhook.h"

#include <string.h>

#include "cmd/commands.h"
#include "cmd/rows_table.h"
#include "webhook_cmd_sql.h"

dbk_err *webhook_find(app *app, pg_conn *c, const char *name, webhook_endpoint *out)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, name);
    dbk_err *e = pg_query(c, app->arena, webhook_cmd_find, p, &rows);
    if (e)
        return e;
    if (pg_row_count(rows) == 0)
        return err_with_hint(err_new(ERR_NOT_FOUND, "there is no endpoint %s", name),
                             "daybook webhook list shows those that the connecting role may manage");
    if (pg_row_count(rows) > 1)
        return err_with_hint(err_new(ERR_INPUT, "several endpoints are meant by %s", name),
                             "pass the whole id of one: %s or %s", pg_get_text(rows, 0, 0),
                             pg_get_text(rows, 1, 0));
    *out = (webhook_endpoint){.id = pg_get_text(rows, 0, 0),
                              .account_id = pg_get_text(rows, 0, 1),
                              .state = pg_get_text(rows, 0, 2)};
    return NULL;
}

dbk_err *webhook_account(app *app, pg_conn *c, const char *name, const char **out)
{
    dbk_uuid id;
    fleet_subject s;
    *out = name;
    dbk_err *e = name ? uuid_parse(name, &id) : NULL;
    if (!e)
        return NULL;
    err_free(e);
    e = fleet_find(app, c, &(fleet_flags){.account = name}, &s);
    if (!e)
        *out = s.account_id;
    return e;
}

/* ---- list ---- */

typedef struct list_flags {
    const char *account;
} list_flags;

static dbk_err *run_webhook_list(app *app, void *options, const opt_result *args, int *exit_status)
{
    const list_flags *f = options;
    const char *account = NULL;
    pg_conn *c = NULL;
    (void)args;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook webhook list", &c);
    if (!e)
        e = webhook_account(app, c, f->account, &account);
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, account);
    if (!e)
        e = rows_print(app, c, "webhooks", webhook_cmd_list, p, NULL);
    pg_close(c);
    return e;
}

static const opt_row list_rows[] = {
    {.name = "account",
     .kind = OPT_STRING,
     .offset = offsetof(list_flags, account),
     .value_name = "ACCOUNT",
     .help = "only endpoints of this account: its id, or its name when only one has it"},
};

const cmd_spec cmd_webhook_list = {
    .help =
        {.name = "webhook list",
         .summary = "list the endpoints that events are posted to, and how each fares",
         .description =
             "pending counts what is under way or waits for its next attempt; behind counts places of the "
             "log that the endpoint has still to be brought up over. breaker is closed, open (nothing is "
             "sent for a while after five failures in a row) or half_open (one delivery is tried). Of a URL "
             "only the host is shown.",
         .examples = "daybook webhook list\ndaybook webhook list --account main --format json"},
    .options_size = sizeof(list_flags),
    .rows = list_rows,
    .row_count = sizeof(list_rows) / sizeof(list_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_webhook_list,
};

/* ---- deliveries ---- */

typedef struct delivery_flags {
    const char *endpoint;
    int state;
    int64_t limit;
} delivery_flags;

static const char *const states[] = {"all", "pending", "delivered", "dead", NULL};

static dbk_err *run_webhook_deliveries(app *app, void *options, const opt_result *args, int *exit_status)
{
    const delivery_flags *f = options;
    webhook_endpoint endpoint = {.id = NULL};
    pg_conn *c = NULL;
    (void)args;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook webhook deliveries", &c);
    if (!e && f->endpoint)
        e = webhook_find(app, c, f->endpoint, &endpoint);
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, endpoint.id);
    pg_param_text(p, f->state > 0 ? states[f->state] : NULL);
    pg_param_int4(p, (int32_t)f->limit);
    if (!e)
        e = rows_print(app, c, "deliveries", webhook_cmd_deliveries, p, NULL);
    pg_close(c);
    return e;
}

static const opt_row delivery_rows[] = {
    {.name = "endpoint",
     .kind = OPT_STRING,
     .offset = offsetof(delivery_flags, endpoint),
     .value_name = "ENDPOINT",
     .help = "only of this endpoint: its id, the beginning of it, or its URL",
     .no_env = true},
    {.name = "state",
     .kind = OPT_CHOICE,
     .offset = offsetof(delivery_flags, state),
     .value_name = "STATE",
     .help = "only those in this state",
     .choices = states,
     .default_text = "all",
     .no_env = true},
    {.name = "limit",
     .kind = OPT_INT,
     .offset = offsetof(delivery_flags, limit),
     .value_name = "NUMBER",
     .help = "so many at most, the latest events first",
     .default_text = "100",
     .min = 1,
     .max = 100000,
     .no_env = true},
};

const cmd_spec cmd_webhook_deliveries = {
    .help =
        {.name = "webhook deliveries",
         .summary = "list deliveries: what waits and why, what was delivered, what was given up",
         .description =
             "seq is the place of the event in the log. resend is 0 for the delivery itself and counts what "
             "was sent once more by hand. status and error are those of the last attempt.",
         .examples = "daybook webhook deliveries --state pending\n"
                     "daybook webhook deliveries --endpoint 018f2c3a --state dead --format csv"},
    .options_size = sizeof(delivery_flags),
    .rows = delivery_rows,
    .row_count = sizeof(delivery_rows) / sizeof(delivery_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_webhook_deliveries,
};
