/* bus_dead_letters.c: events that a consumer failed to deal with, and what is decided about them. */
#include <string.h>

#include "cmd/consumer_verbs.h"
#include "cmd/rows_table.h"
#include "consumer_verbs_sql.h"

typedef struct letter_flags {
    bool all;
    const char *reason;
} letter_flags;

static dbk_err *list(app *app, pg_conn *c, const letter_flags *f, const char *consumer)
{
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, consumer);
    pg_param_bool(p, f->all);
    return rows_print(app, c, "dead_letters", consumers_letters, p, NULL);
}

static dbk_err *show(app *app, pg_conn *c, const char *consumer, int64_t seq)
{
    const pg_rows *rows;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, consumer);
    pg_param_int8(p, seq);
    dbk_err *e = rows_print(app, c, "dead_letter", consumers_letter, p, &rows);
    if (!e && pg_row_count(rows) == 0)
        e = err_new(ERR_NOT_FOUND, "consumer %s has no dead letter at place %lld", consumer, (long long)seq);
    return e;
}

static dbk_err *decide(app *app, pg_conn *c, const letter_flags *f, const char *action, const char *consumer,
                       const int64_t *seq)
{
    bool discard = strcmp(action, "discard") == 0;
    if (discard && !f->reason)
        return err_new(ERR_USAGE, "discard needs --reason");
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, consumer);
    if (seq)
        pg_param_int8(p, *seq);
    else
        pg_param_null(p);
    if (discard)
        pg_param_text(p, f->reason);
    dbk_err *e = consumer_verbs_ctx(app, p);
    return e ? e
             : consumer_verbs_write(app, c, "dead_letters", discard ? consumers_discard : consumers_redrive,
                                    p);
}

static dbk_err *act(app *app, pg_conn *c, const letter_flags *f, const opt_result *args)
{
    const char *action = args->arg_count > 0 ? args->args[0] : "list";
    int64_t seq = 0;
    if (strcmp(action, "list") == 0 && args->arg_count < 3)
        return list(app, c, f, args->arg_count > 1 ? args->args[1] : NULL);
    bool decides = strcmp(action, "redrive") == 0 || strcmp(action, "discard") == 0;
    if ((!decides && strcmp(action, "show") != 0) || args->arg_count < 3)
        return err_with_hint(
            err_new(ERR_USAGE, "no such action, or not what it is about: %s", action),
            "list [CONSUMER], show CONSUMER SEQ, redrive CONSUMER SEQ|all, discard CONSUMER SEQ|all");
    bool every = decides && strcmp(args->args[2], "all") == 0;
    dbk_err *e = every ? NULL : consumer_verbs_place(args->args[2], &seq);
    if (e)
        return e;
    return decides ? decide(app, c, f, action, args->args[1], every ? NULL : &seq)
                   : show(app, c, args->args[1], seq);
}

static dbk_err *run_bus_dead_letters(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook bus dead-letters", &c);
    if (!e)
        e = act(app, c, options, args);
    pg_close(c);
    return e;
}

static const opt_row rows[] = {
    {.name = "all",
     .kind = OPT_FLAG,
     .offset = offsetof(letter_flags, all),
     .help = "list: also those that were decided",
     .no_env = true},
    {.name = "reason",
     .kind = OPT_STRING,
     .offset = offsetof(letter_flags, reason),
     .value_name = "TEXT",
     .help = "discard: why, kept with the decision",
     .no_env = true},
};

const cmd_spec cmd_bus_dead_letters = {
    .help = {.name = "bus dead-letters",
             .summary = "list events that a consumer could not deal with, deliver them again or discard them",
             .description = "An event that failed as often as its consumer allows waits here for a decision, "
                            "and with it what the policy of the consumer says: "
                            "nothing, the events of its aggregate, or everything. redrive delivers it again; "
                            "no place moves. discard lets what waits go on without "
                            "it.",
             .examples = "daybook bus dead-letters\n"
                         "daybook bus dead-letters show pnl 4711\n"
                         "daybook bus dead-letters redrive pnl all\n"
                         "daybook bus dead-letters discard pnl 4711 --reason 'test account'",
             .positional = {.name = "ACTION CONSUMER SEQ",
                            .help = "list [CONSUMER], show CONSUMER SEQ, redrive or discard CONSUMER SEQ|all",
                            .max = 3}},
    .options_size = sizeof(letter_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_bus_dead_letters,
};
