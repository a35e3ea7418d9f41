/* webhook_set.c: adds endpoints, and changes what they are. */
#include <stdio.h>
#include <string.h>

#include "cmd/commands.h"
#include "cmd/webhook.h"
#include "cmd/who.h"
#include "webhook_cmd_sql.h"

typedef struct set_flags {
    const char *account, *url, *id;
    opt_list types, secrets;
    int64_t rate, in_flight, timeout_ms, retry_first_ms, retry_for_ms, after;
    bool allow_private, public_only;
} set_flags;

/* What was said, as the function takes it; what was not said is left out. */
static dbk_err *settings_of(app *app, const set_flags *f, const char **out)
{
    buf b;
    const struct {
        const char *key;
        int64_t value;
    } numbers[] = {{"rate_per_s", f->rate},
                   {"in_flight_max", f->in_flight},
                   {"timeout_ms", f->timeout_ms},
                   {"retry_first_ms", f->retry_first_ms},
                   {"retry_for_s", f->retry_for_ms / 1000}};
    if (f->allow_private && f->public_only)
        return err_new(ERR_USAGE, "--allow-private and --public-only exclude each other");
    buf_init(&b, 1024);
    buf_append_char(&b, '{');
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        if (numbers[i].value > 0)
            buf_printf(&b, "%s\"%s\":%lld", b.length > 1 ? "," : "", numbers[i].key,
                       (long long)numbers[i].value);
    if (f->allow_private || f->public_only)
        buf_printf(&b, "%s\"allow_private\":%s", b.length > 1 ? "," : "",
                   f->allow_private ? "true" : "false");
    buf_append_char(&b, '}');
    return buf_to_arena(&b, app->arena, out);
}

/* A list, or null when nothing was said. */
static void param_list(pg_params *p, const opt_list *list)
{
    if (list->count > 0)
        pg_param_text_array(p, list->items, list->count);
    else
        pg_param_null(p);
}

static bool is_all(const opt_list *types)
{
    return types->count == 1 && strcmp(types->items[0], "all") == 0;
}

/* ---- add ---- */

static dbk_err *add_endpoint(app *app, pg_conn *c, const set_flags *f, const char *url)
{
    dbk_uuid id;
    const char *settings, *account, *ctx;
    dbk_err *e = settings_of(app, f, &settings);
    if (!e)
        e = webhook_account(app, c, f->account, &account);
    if (!e)
        e = who_ctx(app, NULL, &ctx);
    if (!e)
        e = f->id ? uuid_parse(f->id, &id) : uuid_v7(app->clock, &id);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_uuid(p, &id);
    pg_param_text(p, url);
    if (is_all(&f->types))
        pg_param_null(p);
    else
        param_list(p, &f->types);
    param_list(p, &f->secrets);
    pg_param_text(p, account);
    pg_param_text(p, settings);
    if (f->after >= 0)
        pg_param_int8(p, f->after);
    else
        pg_param_null(p);
    pg_param_text(p, ctx);
    return fleet_write(app, c, "webhook", webhook_cmd_add, p);
}

static dbk_err *run_webhook_add(app *app, void *options, const opt_result *args, int *exit_status)
{
    const set_flags *f = options;
    pg_conn *c = NULL;
    (void)exit_status;
    if (f->types.count == 0)
        return err_with_hint(err_new(ERR_USAGE, "--type must be given"),
                             "for every type that is wished for, or once as --type all");
    if (f->secrets.count == 0)
        return err_with_hint(err_new(ERR_USAGE, "--secret must be given"),
                             "the name of a secret whose value the relay has: see daybook relay --help");
    dbk_err *e = app_connect(app, "daybook webhook add", &c);
    if (!e)
        e = add_endpoint(app, c, f, args->args[0]);
    pg_close(c);
    return e;
}

#define TERMS                                                                                                \
    {.name = "type",                                                                                         \
     .kind = OPT_LIST,                                                                                       \
     .offset = offsetof(set_flags, types),                                                                   \
     .value_name = "TYPE",                                                                                   \
     .help = "post events of this type; may be repeated; all for every type but the bus's own",              \
     .no_env = true},                                                                                        \
        {.name = "secret",                                                                                   \
         .kind = OPT_LIST,                                                                                   \
         .offset = offsetof(set_flags, secrets),                                                             \
         .value_name = "NAME",                                                                               \
         .help = "sign with the secret of this name; twice, the newer first, while one follows the other",   \
         .no_env = true},                                                                                    \
        {.name = "rate",                                                                                     \
         .kind = OPT_INT,                                                                                    \
         .offset = offsetof(set_flags, rate),                                                                \
         .value_name = "NUMBER",                                                                             \
         .help = "requests a second at most (50)",                                                           \
         .min = 0,                                                                                           \
         .max = 10000,                                                                                       \
         .no_env = true},                                                                                    \
        {.name = "in-flight",                                                                                \
         .kind = OPT_INT,                                                                                    \
         .offset = offsetof(set_flags, in_flight),                                                           \
         .value_name = "NUMBER",                                                                             \
         .help = "requests on the way at once at most (4)",                                                  \
         .min = 0,                                                                                           \
         .max = 64,                                                                                          \
         .no_env = true},                                                                                    \
        {.name = "timeout",                                                                                  \
         .kind = OPT_DURATION,                                                                               \
         .offset = offsetof(set_flags, timeout_ms),                                                          \
         .value_name = "TIME",                                                                               \
         .help = "how long a whole answer may take (15s)",                                                   \
         .min = 0,                                                                                           \
         .max = 120000,                                                                                      \
         .no_env = true},                                                                                    \
        {.name = "retry-first",                                                                              \
         .kind = OPT_DURATION,                                                                               \
         .offset = offsetof(set_flags, retry_first_ms),                                                      \
         .value_name = "TIME",                                                                               \
         .help = "the pause after a first failure, which doubles with each further one (5s)",                \
         .min = 0,                                                                                           \
         .max = 600000,                                                                                      \
         .no_env = true},                                                                                    \
        {.name = "retry-for",                                                                                \
         .kind = OPT_DURATION,                                                                               \
         .offset = offsetof(set_flags, retry_for_ms),                                                        \
         .value_name = "TIME",                                                                               \
         .help = "how long a delivery is tried before it is given up (3d)",                                  \
         .min = 0,                                                                                           \
         .max = INT64_C(2592000000),                                                                         \
         .no_env = true},                                                                                    \
    {                                                                                                        \
        .name = "allow-private", .kind = OPT_FLAG, .offset = offsetof(set_flags, allow_private),             \
        .help = "it may be at an address that is not public, and be spoken to by http", .no_env = true       \
    }

static const opt_row add_rows[] = {
    TERMS,
    {.name = "account",
     .kind = OPT_STRING,
     .offset = offsetof(set_flags, account),
     .value_name = "ACCOUNT",
     .help = "only events of this account: its id, or its name when only one has it; else of all of them"},
    {.name = "after",
     .kind = OPT_INT,
     .offset = offsetof(set_flags, after),
     .value_name = "PLACE",
     .help = "begin after this place of the log; without it at the end of the log",
     .default_text = "-1",
     .min = -1,
     .max = INT64_MAX,
     .no_env = true},
    {.name = "id",
     .kind = OPT_STRING,
     .offset = offsetof(set_flags, id),
     .value_name = "UUID",
     .help = "identity of the endpoint, to repeat the command; without it a new one",
     .no_env = true},
};

const cmd_spec cmd_webhook_add = {
    .help =
        {.name = "webhook add",
         .summary = "have events posted to an endpoint",
         .description =
             "daybook relay posts every event of the types, from now on, as one JSON object, signed with the "
             "secret (docs/WEBHOOKS.md). The database has only the secret's name; the relay is given its "
             "value by --webhook-secrets or DAYBOOK_WEBHOOK_SECRET_<NAME>.",
         .positional = {.name = "URL", .help = "https://host/path", .min = 1, .max = 1},
         .examples = "daybook webhook add https://example.com/hooks/fills --type trading.fill_recorded "
                     "--secret fills\n"
                     "daybook webhook add http://localhost:8080/ --type all --secret dev --allow-private"},
    .options_size = sizeof(set_flags),
    .rows = add_rows,
    .row_count = sizeof(add_rows) / sizeof(add_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_webhook_add,
};

/* ---- set ---- */

static dbk_err *set_endpoint(app *app, pg_conn *c, const set_flags *f, const char *name)
{
    webhook_endpoint endpoint;
    const char *settings, *ctx;
    dbk_err *e = webhook_find(app, c, name, &endpoint);
    if (!e)
        e = settings_of(app, f, &settings);
    if (!e)
        e = who_ctx(app, NULL, &ctx);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, endpoint.id);
    pg_param_text(p, f->url);
    param_list(p, &f->types);
    param_list(p, &f->secrets);
    pg_param_text(p, settings);
    pg_param_text(p, ctx);
    return fleet_write(app, c, "webhook", webhook_cmd_set, p);
}

static dbk_err *run_webhook_set(app *app, void *options, const opt_result *args, int *exit_status)
{
    const set_flags *f = options;
    pg_conn *c = NULL;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook webhook set", &c);
    if (!e)
        e = set_endpoint(app, c, f, args->args[0]);
    pg_close(c);
    return e;
}

static const opt_row set_rows[] = {
    {.name = "to",
     .kind = OPT_STRING,
     .offset = offsetof(set_flags, url),
     .value_name = "URL",
     .help = "post to this URL from now on",
     .no_env = true},
    TERMS,
    {.name = "public-only",
     .kind = OPT_FLAG,
     .offset = offsetof(set_flags, public_only),
     .help = "it may not be at a private address any more",
     .no_env = true},
};

const cmd_spec cmd_webhook_set = {
    .help =
        {.name = "webhook set",
         .summary = "change what an endpoint is: its types, secrets, limits or URL",
         .description =
             "What is not said stays as it is. A secret is changed without a gap in three steps: give the "
             "relay the new value, name both here, and when the receiver knows the new one name it alone.",
         .positional =
             {.name = "ENDPOINT", .help = "its id, the beginning of it, or its URL", .min = 1, .max = 1},
         .examples = "daybook webhook set 018f2c3a --rate 10 --timeout 5s\n"
                     "daybook webhook set 018f2c3a --secret fills_2 --secret fills"},
    .options_size = sizeof(set_flags),
    .rows = set_rows,
    .row_count = sizeof(set_rows) / sizeof(set_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_webhook_set,
};
