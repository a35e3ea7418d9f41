/* bus_consumers.c: durable readers of the log: which there are, and their beginning, end and place. */
#include <string.h>

#include "cmd/consumer_verbs.h"
#include "cmd/rows_table.h"
#include "consumer_verbs_sql.h"

static const char *const kinds[] = {"application", "sink", "webhooks", NULL};
static const char *const policies[] = {"block_aggregate", "block_all", "skip", NULL};

typedef struct consumer_flags {
    int kind, policy;
    opt_list types;
    int64_t max_attempts, members;
    const char *after, *reason;
} consumer_flags;

/* "end" is the end of the log. */
static dbk_err *param_after(pg_params *p, const char *after)
{
    int64_t place;
    if (strcmp(after, "end") == 0) {
        pg_param_null(p);
        return NULL;
    }
    dbk_err *e = consumer_verbs_place(after, &place);
    if (!e)
        pg_param_int8(p, place);
    return e;
}

static dbk_err *declare(app *app, pg_conn *c, const consumer_flags *f, const char *name)
{
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, name);
    pg_param_text(p, kinds[f->kind]);
    consumer_verbs_types(p, &f->types);
    pg_param_text(p, policies[f->policy]);
    pg_param_int8(p, f->max_attempts);
    dbk_err *e = param_after(p, f->after ? f->after : "end");
    pg_param_int8(p, f->members);
    if (!e)
        e = consumer_verbs_ctx(app, p);
    return e ? e : consumer_verbs_write(app, c, "consumer", consumers_declare, p);
}

static dbk_err *drop(app *app, pg_conn *c, const char *name)
{
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, name);
    dbk_err *e = consumer_verbs_ctx(app, p);
    return e ? e : consumer_verbs_write(app, c, "consumer", consumers_drop, p);
}

static dbk_err *reset(app *app, pg_conn *c, const consumer_flags *f, const char *name)
{
    if (!f->after || !f->reason)
        return err_new(ERR_USAGE, "reset needs --after and --reason");
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, name);
    dbk_err *e = param_after(p, f->after);
    pg_param_text(p, f->reason);
    if (!e)
        e = consumer_verbs_ctx(app, p);
    return e ? e : consumer_verbs_write(app, c, "consumer", consumers_reset, p);
}

static dbk_err *act(app *app, pg_conn *c, const consumer_flags *f, const opt_result *args)
{
    const char *action = args->arg_count > 0 ? args->args[0] : "list";
    const char *name = args->arg_count > 1 ? args->args[1] : NULL;
    if (strcmp(action, "list") == 0 && !name)
        return rows_print(app, c, "consumers", consumers_list, NULL, NULL);
    if (name && strcmp(action, "declare") == 0)
        return declare(app, c, f, name);
    if (name && strcmp(action, "drop") == 0)
        return drop(app, c, name);
    if (name && strcmp(action, "reset") == 0)
        return reset(app, c, f, name);
    return err_with_hint(err_new(ERR_USAGE, "no such action: %s%s", action, name ? "" : " without a name"),
                         "list, declare NAME, drop NAME, reset NAME");
}

static dbk_err *run_bus_consumers(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook bus consumers", &c);
    if (!e)
        e = act(app, c, options, args);
    pg_close(c);
    return e;
}

static const opt_row rows[] = {
    {.name = "kind",
     .kind = OPT_CHOICE,
     .offset = offsetof(consumer_flags, kind),
     .choices = kinds,
     .value_name = "KIND",
     .help = "declare: who reads: a program, or a sink or the webhooks of the relay",
     .default_text = "application",
     .no_env = true},
    {.name = "type",
     .kind = OPT_LIST,
     .offset = offsetof(consumer_flags, types),
     .value_name = "TYPE",
     .help = "declare: of this type of event only; may be repeated",
     .no_env = true},
    {.name = "policy",
     .kind = OPT_CHOICE,
     .offset = offsetof(consumer_flags, policy),
     .choices = policies,
     .value_name = "POLICY",
     .help = "declare: what waits behind an event that failed: its aggregate, everything, nothing",
     .default_text = "block_aggregate",
     .no_env = true},
    {.name = "max-attempts",
     .kind = OPT_INT,
     .offset = offsetof(consumer_flags, max_attempts),
     .value_name = "N",
     .min = 1,
     .max = 1000,
     .help = "declare: after so many an event is a dead letter",
     .default_text = "10",
     .no_env = true},
    {.name = "members",
     .kind = OPT_INT,
     .offset = offsetof(consumer_flags, members),
     .value_name = "N",
     .min = 1,
     .max = 64,
     .help = "declare: how many processes share the events, a power of two",
     .default_text = "1",
     .no_env = true},
    {.name = "after",
     .kind = OPT_STRING,
     .offset = offsetof(consumer_flags, after),
     .value_name = "SEQ",
     .help = "declare, reset: after which place it goes on, 0 for the beginning; or end, which is where a "
             "new one begins",
     .no_env = true},
    {.name = "reason",
     .kind = OPT_STRING,
     .offset = offsetof(consumer_flags, reason),
     .value_name = "TEXT",
     .help = "reset: why, kept with the change",
     .no_env = true},
};

const cmd_spec cmd_bus_consumers = {
    .help =
        {.name = "bus consumers",
         .summary = "list durable readers of the log, declare, drop or reset one",
         .description =
             "The list says how far each has come, who reads, how far behind it is in places of the log and "
             "in seconds, and what waits: events "
             "that failed and those behind them, and dead letters to be decided.\n\n"
             "reset sets the place by hand while nobody reads: back, so that everything from there is "
             "delivered as new again, or forward past what "
             "will then never be. To be handed something once more beside what is new: daybook bus replay.",
         .examples = "daybook bus consumers\n"
                     "daybook bus consumers declare pnl --type trading.fill_recorded --after 0\n"
                     "daybook bus consumers reset pnl --after 120000 --reason 'table was rebuilt'\n"
                     "daybook bus consumers drop pnl",
         .positional = {.name = "ACTION NAME",
                        .help = "list, declare NAME, drop NAME, reset NAME",
                        .max = 2}},
    .options_size = sizeof(consumer_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_bus_consumers,
};
