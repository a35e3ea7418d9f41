/* risk_flatten.c: commands bots to flatten, and follows them until they have.
 *
 * The commands are made of one identity, so that the same command with --id sends nothing twice and goes on
 * following. Nothing is lost by an interruption: the bots go on. */
#include <inttypes.h>
#include <string.h>

#include "cmd/fleet.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "fleet_sql.h"

#define LOOK_EVERY_US ((int64_t)200 * 1000)

typedef struct flatten_flags {
    fleet_flags fleet;
    bool all;
    int64_t timeout_ms;
} flatten_flags;

typedef struct flattened {
    const char *account_id, *bot_id;
    const char *account, *bot;
    dbk_uuid command_id;
    const char *status, *taken_by, *detail;
} flattened;

typedef struct flatten {
    app *app;
    pg_conn *conn;
    const flatten_flags *flags;
    fleet_change change;
    flattened *bots;
    size_t count;
    const atomic_int *interrupted;
    arena *round; /* what was read in the latest look */
} flatten;

/* ---- sending ---- */

static dbk_err *find_bots(flatten *f)
{
    fleet_subject s;
    pg_rows *rows;
    dbk_err *e = fleet_find(f->app, f->conn, &f->flags->fleet, &s);
    if (e)
        return e;
    pg_params *p = pg_params_new(f->app->arena);
    pg_param_text(p, s.account_id);
    pg_param_text(p, s.bot_id);
    e = pg_query(f->conn, f->app->arena, fleet_flatten_bots, p, &rows);
    if (e)
        return e;
    f->count = pg_row_count(rows);
    if (f->count == 0)
        return err_with_hint(
            err_new(ERR_NOT_FOUND, "no bot is there to be told: none runs or should run"),
            "name one with --bot, or flatten the positions of daybook book positions by hand");
    f->bots = arena_alloc(f->app->arena, f->count * sizeof(*f->bots));
    if (!f->bots)
        return err_oom();
    for (size_t i = 0; i < f->count; i++) {
        f->bots[i] = (flattened){.account_id = pg_get_text(rows, i, 0),
                                 .bot_id = pg_get_text(rows, i, 1),
                                 .account = pg_get_text(rows, i, 2),
                                 .bot = pg_get_text(rows, i, 3)};
        uuid_from_name(&f->change.id, f->bots[i].bot_id, strlen(f->bots[i].bot_id), &f->bots[i].command_id);
    }
    return NULL;
}

static dbk_err *send_one(flatten *f, const flattened *b)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(f->app->arena);
    pg_param_text(p, b->account_id);
    pg_param_uuid(p, &b->command_id);
    pg_param_text(p, b->bot_id);
    pg_param_text(p, "flatten");
    pg_param_text(p, NULL);
    pg_param_int8(p, f->flags->timeout_ms);
    pg_param_text(p, f->change.reason);
    pg_param_text(p, f->change.actor);
    pg_param_text(p, f->change.ctx);
    dbk_err *e = pg_query_one(f->conn, f->app->arena, fleet_command, p, &rows);
    return e ? e : fleet_verdict(rows);
}

/* ---- following ---- */

static bool is_over(const flattened *b)
{
    return b->status && strcmp(b->status, "pending") != 0 && strcmp(b->status, "acknowledged") != 0;
}

static size_t count_over(const flatten *f)
{
    size_t over = 0;
    for (size_t i = 0; i < f->count; i++)
        over += is_over(&f->bots[i]);
    return over;
}

static dbk_err *look(flatten *f)
{
    dbk_err *e = NULL;
    arena_reset(f->round);
    for (size_t i = 0; !e && i < f->count; i++) {
        pg_rows *rows;
        pg_params *p = pg_params_new(f->round);
        pg_param_text(p, f->bots[i].account_id);
        pg_param_uuid(p, &f->bots[i].command_id);
        e = pg_query_one(f->conn, f->round, fleet_command_status, p, &rows);
        if (e)
            break;
        f->bots[i].status = pg_get_text(rows, 0, 0);
        f->bots[i].taken_by = pg_get_text(rows, 0, 1);
        f->bots[i].detail = pg_get_text(rows, 0, 2);
    }
    return e;
}

/* *late is why not all are over, NULL when they are. */
static dbk_err *follow(flatten *f, dbk_err **late)
{
    const dbk_clock *clock = f->app->clock;
    const int64_t end_us = clock->mono_us(clock) + f->flags->timeout_ms * 1000;
    progress *shown = NULL;
    dbk_err *e = progress_new(stderr, clock, "flattening", "bots", (int64_t)f->count, &shown);
    if (!e)
        e = look(f);
    while (!e && !*late && count_over(f) < f->count) {
        progress_set(shown, (int64_t)count_over(f));
        clock->sleep_us(clock, LOOK_EVERY_US);
        *late = interrupt_check(f->interrupted);
        if (!*late && clock->mono_us(clock) >= end_us)
            *late = err_new(ERR_TIMEOUT, "%zu of %zu bots have not said within the time that they are flat",
                            f->count - count_over(f), f->count);
        if (!*late)
            e = look(f);
    }
    progress_free(shown);
    return e;
}

/* ---- printing ---- */

static dbk_err *count_positions(flatten *f, const char *account_id, const char **out)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(f->app->arena);
    pg_param_text(p, account_id);
    dbk_err *e = pg_query_one(f->conn, f->app->arena, fleet_open_positions, p, &rows);
    if (!e)
        *out = pg_get_text(rows, 0, 0);
    return e;
}

static dbk_err *add_row(flatten *f, const flattened *b, table *t)
{
    char id[UUID_TEXT_SIZE];
    const char *positions = NULL;
    uuid_format(&b->command_id, id);
    dbk_err *e = count_positions(f, b->account_id, &positions);
    if (!e)
        e = table_row(t);
    const char *const cells[] = {b->account, b->bot, id, b->status, b->taken_by, b->detail, positions};
    for (size_t i = 0; !e && i < sizeof(cells) / sizeof(cells[0]); i++)
        e = table_set(t, i, cells[i]);
    return e;
}

static dbk_err *print_bots(flatten *f)
{
    static const table_column columns[] = {{"account", TABLE_STRING},    {"bot", TABLE_STRING},
                                           {"command_id", TABLE_STRING}, {"status", TABLE_STRING},
                                           {"taken_by", TABLE_STRING},   {"detail", TABLE_STRING},
                                           {"open_positions", TABLE_INT}};
    table *t = NULL;
    dbk_err *e = table_new("flatten", columns, sizeof(columns) / sizeof(columns[0]), &t);
    for (size_t i = 0; !e && i < f->count; i++)
        e = add_row(f, &f->bots[i], t);
    if (!e)
        e = app_print(f->app, &t, 1);
    table_free(t);
    return e;
}

static bool all_done(const flatten *f)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->bots[i].status, "done") != 0)
            return false;
    return true;
}

static dbk_err *send_and_follow(flatten *f)
{
    char id[UUID_TEXT_SIZE];
    dbk_err *late = NULL;
    dbk_err *e = find_bots(f);
    for (size_t i = 0; !e && i < f->count; i++)
        e = send_one(f, &f->bots[i]);
    if (!e)
        e = follow(f, &late);
    if (!e)
        e = print_bots(f);
    uuid_format(&f->change.id, id);
    if (!e && late)
        return err_with_hint(late, "the same command with --id %s goes on following", id);
    err_free(late);
    return e ? err_with_hint(e, "the same command with --id %s sends nothing twice", id) : NULL;
}

static dbk_err *run_risk_flatten(app *app, void *options, const opt_result *args, int *exit_status)
{
    flatten f = {.app = app, .flags = options};
    (void)args;
    if (f.flags->all == (f.flags->fleet.account || f.flags->fleet.bot))
        return err_new(ERR_USAGE, "say who shall flatten: --all, or --account or --bot");
    dbk_err *e = fleet_change_of(app, &f.flags->fleet, &f.change);
    if (e)
        return e;
    interrupt *watch = NULL;
    e = interrupt_watch(NULL, NULL, &watch);
    if (e)
        return e;
    f.interrupted = interrupt_flag(watch);
    f.round = arena_new(0);
    e = f.round ? app_connect(app, "daybook risk flatten", &f.conn) : err_oom();
    if (!e)
        e = send_and_follow(&f);
    if (!e)
        *exit_status = !all_done(&f);
    pg_close(f.conn);
    arena_free(f.round);
    interrupt_end(watch);
    return e;
}

static const opt_row risk_flatten_rows[] = {
    FLEET_ACCOUNT_ROW,
    FLEET_BOT_ROW,
    {.name = "all",
     .kind = OPT_FLAG,
     .offset = offsetof(flatten_flags, all),
     .help = "the bots of all accounts that the connecting role may read",
     .no_env = true},
    {.name = "timeout",
     .kind = OPT_DURATION,
     .offset = offsetof(flatten_flags, timeout_ms),
     .value_name = "TIME",
     .help = "how long to follow; a bot that has not begun by then shall not obey any more",
     .default_text = "60s",
     .min = 1,
     .max = (int64_t)24 * 3600 * 1000,
     .no_env = true},
    FLEET_REASON_ROW,
    FLEET_ACTOR_ROW,
    FLEET_ID_ROW,
};

const cmd_spec cmd_risk_flatten = {
    .help = {.name = "risk flatten",
             .summary = "tell bots to flatten their positions, and follow them until they have",
             .description = "Sends the command flatten to the bot that is named, or to those of an account "
                            "or of all that run or "
                            "should run, and waits until each says that it is done. open_positions is what "
                            "the book has open in "
                            "the account then. It halts nothing: daybook risk halt, before or after it, "
                            "since what flattens are "
                            "orders too.\n\nExit status: 0 all are done; 1 one failed or did not begin in "
                            "time; 4 the time is "
                            "over or the connection was lost; 130 interrupted. The commands stand in any "
                            "case: the same with the "
                            "--id that is told goes on following.",
             .examples =
                 "daybook risk flatten --account main --reason 'end of the week'\n"
                 "daybook risk flatten --all --timeout 5m --reason 'exchange is failing' --format json"},
    .options_size = sizeof(flatten_flags),
    .rows = risk_flatten_rows,
    .row_count = sizeof(risk_flatten_rows) / sizeof(risk_flatten_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_risk_flatten,
};
