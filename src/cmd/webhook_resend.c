/* webhook_resend.c: what is sent by hand: an event once more, and a ping. */
#include <stdlib.h>
#include <string.h>

#include "cmd/commands.h"
#include "cmd/rows_table.h"
#include "cmd/webhook.h"
#include "cmd/who.h"
#include "webhook_cmd_sql.h"

#define LOOK_US ((int64_t)100000)

typedef struct resend_flags {
    const char *id;
    int64_t wait_ms;
} resend_flags;

static dbk_err *place_of(const char *text, int64_t *out)
{
    char *end;
    long long place = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || place < 1)
        return err_new(ERR_USAGE, "\"%s\" is no place of the log", text);
    *out = place;
    return NULL;
}

static dbk_err *resend(app *app, pg_conn *c, const resend_flags *f, const char *name, int64_t place)
{
    webhook_endpoint endpoint;
    const char *ctx;
    dbk_uuid id;
    dbk_err *e = webhook_find(app, c, name, &endpoint);
    if (!e)
        e = who_ctx(app, NULL, &ctx);
    if (!e)
        e = f->id ? uuid_parse(f->id, &id) : uuid_v7(app->clock, &id);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_uuid(p, &id);
    pg_param_text(p, endpoint.id);
    pg_param_int8(p, place);
    pg_param_text(p, ctx);
    return fleet_write(app, c, "resend", webhook_cmd_resend, p);
}

static dbk_err *run_webhook_resend(app *app, void *options, const opt_result *args, int *exit_status)
{
    int64_t place = 0;
    pg_conn *c = NULL;
    (void)exit_status;
    dbk_err *e = place_of(args->args[1], &place);
    if (!e)
        e = app_connect(app, "daybook webhook resend", &c);
    if (!e)
        e = resend(app, c, options, args->args[0], place);
    pg_close(c);
    return e;
}

static const opt_row resend_rows[] = {
    {.name = "id",
     .kind = OPT_STRING,
     .offset = offsetof(resend_flags, id),
     .value_name = "UUID",
     .help = "identity of the resend, to repeat the command; without it a new one",
     .no_env = true},
};

const cmd_spec cmd_webhook_resend = {
    .help = {.name = "webhook resend",
             .summary = "post an event to an endpoint once more, out of order",
             .description = "Whether it was delivered, was given up or was never meant for the endpoint. One "
                            "that waits for its next attempt does not wait any longer.",
             .positional = {.name = "ENDPOINT PLACE",
                            .help = "the endpoint, and the place of the event in the log",
                            .min = 2,
                            .max = 2},
             .examples = "daybook webhook resend 018f2c3a 48211"},
    .options_size = sizeof(resend_flags),
    .rows = resend_rows,
    .row_count = sizeof(resend_rows) / sizeof(resend_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_webhook_resend,
};

/* ---- test ---- */

static dbk_err *ping(app *app, pg_conn *c, const char *endpoint_id, const dbk_uuid *id)
{
    pg_rows *rows;
    const char *ctx;
    dbk_err *e = who_ctx(app, NULL, &ctx);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_uuid(p, id);
    pg_param_text(p, endpoint_id);
    pg_param_text(p, ctx);
    return pg_query_one(c, app->arena, webhook_cmd_ping, p, &rows);
}

/* Until an attempt has ended, or the wait has. */
static dbk_err *await(app *app, pg_conn *c, const char *endpoint_id, const dbk_uuid *id, int64_t wait_ms,
                      const char **state)
{
    pg_rows *rows;
    int64_t until_us = app->clock->mono_us(app->clock) + wait_ms * 1000;
    dbk_err *e = NULL;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, endpoint_id);
    pg_param_uuid(p, id);
    for (;;) {
        e = pg_query(c, app->arena, webhook_cmd_pinged, p, &rows);
        if (e)
            return e;
        if (pg_row_count(rows) > 0 || app->clock->mono_us(app->clock) >= until_us)
            break;
        app->clock->sleep_us(app->clock, LOOK_US);
    }
    if (pg_row_count(rows) == 0)
        return err_with_hint(err_new(ERR_TIMEOUT, "nothing came back so far"),
                             "is daybook relay running? daybook webhook list shows what is pending, and "
                             "whether the breaker is open");
    *state = pg_get_text(rows, 0, 0);
    return rows_show(app, "ping", rows);
}

static dbk_err *test_endpoint(app *app, pg_conn *c, const resend_flags *f, const char *name)
{
    webhook_endpoint endpoint;
    const char *state = NULL;
    dbk_uuid id;
    dbk_err *e = webhook_find(app, c, name, &endpoint);
    if (!e && strcmp(endpoint.state, "enabled") != 0)
        e = err_with_hint(err_new(ERR_INPUT, "the endpoint is %s", endpoint.state),
                          "daybook webhook resume lets it go on");
    if (!e)
        e = uuid_v7(app->clock, &id);
    if (!e)
        e = ping(app, c, endpoint.id, &id);
    if (!e)
        e = await(app, c, endpoint.id, &id, f->wait_ms, &state);
    if (!e && strcmp(state, "delivered") != 0)
        e = err_new(ERR_CONNECTION, "the endpoint did not take it");
    return e;
}

static dbk_err *run_webhook_test(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook webhook test", &c);
    if (!e)
        e = test_endpoint(app, c, options, args->args[0]);
    pg_close(c);
    return e;
}

static const opt_row test_rows[] = {
    {.name = "wait",
     .kind = OPT_DURATION,
     .offset = offsetof(resend_flags, wait_ms),
     .value_name = "TIME",
     .help = "how long to wait for what comes of it",
     .default_text = "30s",
     .min = 0,
     .max = 600000,
     .no_env = true},
};

const cmd_spec cmd_webhook_test = {
    .help = {.name = "webhook test",
             .summary = "send an endpoint a ping, and tell what came back",
             .description =
                 "The ping is an event of its own, bus.webhook_pinged, which the relay posts as it "
                 "posts every other, after what the endpoint has pending. Exit status 4 when the "
                 "endpoint did not take it at the first attempt.",
             .positional =
                 {.name = "ENDPOINT", .help = "its id, the beginning of it, or its URL", .min = 1, .max = 1},
             .examples = "daybook webhook test 018f2c3a"},
    .options_size = sizeof(resend_flags),
    .rows = test_rows,
    .row_count = sizeof(test_rows) / sizeof(test_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_webhook_test,
};
