/* bot_set.c: says what a bot should be. */
#include <string.h>

#include "cmd/fleet.h"
#include "fleet_sql.h"

typedef struct set_flags {
    fleet_flags fleet;
    bool create;
    int state;
    const char *image, *params;
} set_flags;

static const char *const states[] = {"unchanged", "running", "paused", "stopped", NULL};

/* A new bot's id is made of the account and its name, so that a repetition means the same bot. */
static dbk_err *name_new(app *app, pg_conn *c, const set_flags *f, const char *name, fleet_subject *s)
{
    char text[UUID_TEXT_SIZE];
    dbk_uuid account, id;
    dbk_err *e = fleet_need(f->fleet.account, "--account");
    if (!e)
        e = fleet_find(app, c, &f->fleet, s);
    if (!e)
        e = uuid_parse(s->account_id, &account);
    if (e)
        return e;
    uuid_from_name(&account, name, strlen(name), &id);
    uuid_format(&id, text);
    s->bot_id = arena_strdup(app->arena, text);
    return s->bot_id ? NULL : err_oom();
}

static dbk_err *set(app *app, pg_conn *c, const set_flags *f, const char *name)
{
    fleet_subject s;
    fleet_change change;
    fleet_flags named = f->fleet;
    named.bot = name;
    dbk_err *e = fleet_change_of(app, &f->fleet, &change);
    if (!e)
        e = f->create ? name_new(app, c, f, name, &s) : fleet_find(app, c, &named, &s);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_text(p, s.account_id);
    pg_param_uuid(p, &change.id);
    pg_param_text(p, s.bot_id);
    pg_param_text(p, f->create ? name : NULL);
    pg_param_text(p, f->state == 0 ? NULL : states[f->state]);
    pg_param_text(p, f->image);
    pg_param_text(p, f->params);
    pg_param_text(p, change.reason);
    pg_param_text(p, change.ctx);
    return fleet_write(app, c, "configured", fleet_bot_set, p);
}

static dbk_err *run_bot_set(app *app, void *options, const opt_result *args, int *exit_status)
{
    pg_conn *c = NULL;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook bot set", &c);
    if (!e)
        e = set(app, c, options, args->args[0]);
    pg_close(c);
    return e;
}

static const opt_row bot_set_rows[] = {
    FLEET_ACCOUNT_ROW,
    {.name = "create",
     .kind = OPT_FLAG,
     .offset = offsetof(set_flags, create),
     .help = "make a bot of that name in --account, stopped unless --state says otherwise",
     .no_env = true},
    {.name = "state",
     .kind = OPT_CHOICE,
     .offset = offsetof(set_flags, state),
     .value_name = "STATE",
     .help = "what it should be",
     .choices = states,
     .default_text = "unchanged",
     .no_env = true},
    {.name = "image",
     .kind = OPT_STRING,
     .offset = offsetof(set_flags, image),
     .value_name = "TAG",
     .help = "the build that should run",
     .no_env = true},
    {.name = "params",
     .kind = OPT_STRING,
     .offset = offsetof(set_flags, params),
     .value_name = "JSON",
     .help = "the parameters of its strategy, an object, in place of those it has",
     .no_env = true},
    FLEET_REASON_ROW,
    FLEET_ACTOR_ROW,
    FLEET_ID_ROW,
};

const cmd_spec cmd_bot_set = {
    .help =
        {.name = "bot set",
         .summary = "say what a bot should be: running, paused or stopped, its build, its parameters",
         .description = "What is not given stays as it is. Every change is kept as a version, with its "
                        "reason. It stops no "
                        "order: daybook risk halt does. Takes the right to manage the account.",
         .examples =
             "daybook bot set trend --account main --create --params '{\"fast\": 12}' --reason 'new bot'\n"
             "daybook bot set trend --state paused --reason 'venue maintenance'",
         .positional =
             {.name = "BOT", .help = "its id, or its name when only one has it", .min = 1, .max = 1}},
    .options_size = sizeof(set_flags),
    .rows = bot_set_rows,
    .row_count = sizeof(bot_set_rows) / sizeof(bot_set_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_bot_set,
};
