/* bus_replay.c: hands a consumer a part of the log once more. */
#include <string.h>

#include "cmd/consumer_verbs.h"
#include "cmd/rows_table.h"
#include "consumer_verbs_sql.h"
#include "core/clock.h"
#include "core/uuid.h"

typedef struct replay_flags {
    const char *consumer, *from, *to, *from_seq, *to_seq, *aggregate, *id, *cancel;
    opt_list types;
    int64_t rate;
    bool dry_run;
} replay_flags;

static dbk_err *param_place(pg_params *p, const char *text)
{
    int64_t place;
    if (!text) {
        pg_param_null(p);
        return NULL;
    }
    dbk_err *e = consumer_verbs_place(text, &place);
    if (!e)
        pg_param_int8(p, place);
    return e;
}

static dbk_err *param_time(const app *app, pg_params *p, const char *text)
{
    int64_t at_us;
    if (!text) {
        pg_param_null(p);
        return NULL;
    }
    dbk_err *e = clock_parse(text, app->clock->wall_us(app->clock), &at_us);
    if (!e)
        pg_param_time(p, at_us);
    return e;
}

static dbk_err *request(app *app, pg_conn *c, const replay_flags *f)
{
    dbk_uuid id;
    dbk_err *e = f->id ? uuid_parse(f->id, &id) : uuid_v7(app->clock, &id);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_uuid(p, &id);
    pg_param_text(p, f->consumer);
    e = param_place(p, f->from_seq);
    if (!e)
        e = param_place(p, f->to_seq);
    if (!e)
        e = param_time(app, p, f->from);
    if (!e)
        e = param_time(app, p, f->to);
    consumer_verbs_types(p, &f->types);
    consumer_verbs_aggregate(app, p, f->aggregate);
    if (f->rate > 0)
        pg_param_int8(p, f->rate);
    else
        pg_param_null(p);
    pg_param_bool(p, f->dry_run);
    if (!e)
        e = consumer_verbs_ctx(app, p);
    return e ? e : consumer_verbs_write(app, c, "replay", consumers_replay, p);
}

static dbk_err *cancel(app *app, pg_conn *c, const char *text)
{
    dbk_uuid id;
    dbk_err *e = uuid_parse(text, &id);
    if (e)
        return e;
    pg_params *p = pg_params_new(app->arena);
    pg_param_uuid(p, &id);
    e = consumer_verbs_ctx(app, p);
    return e ? e : consumer_verbs_write(app, c, "replay", consumers_cancel, p);
}

static dbk_err *run_bus_replay(app *app, void *options, const opt_result *args, int *exit_status)
{
    const replay_flags *f = options;
    pg_conn *c = NULL;
    (void)args;
    (void)exit_status;
    dbk_err *e = app_connect(app, "daybook bus replay", &c);
    if (!e)
        e = f->cancel     ? cancel(app, c, f->cancel)
            : f->consumer ? request(app, c, f)
                          : rows_print(app, c, "replays", consumers_replays, NULL, NULL);
    pg_close(c);
    return e;
}

#define TEXT_ROW(flag, member, value, text)                                                                  \
    {                                                                                                        \
        .name = flag, .kind = OPT_STRING, .offset = offsetof(replay_flags, member), .value_name = value,     \
        .help = text, .no_env = true                                                                         \
    }

static const opt_row rows[] = {
    TEXT_ROW("consumer", consumer, "NAME", "to which consumer; without one the replays there are are listed"),
    TEXT_ROW("from", from, "TIME", "events that got their place in the log at this time or later"),
    TEXT_ROW("to", to, "TIME", "and before this one"),
    TEXT_ROW("from-seq", from_seq, "SEQ", "from this place of the log on"),
    TEXT_ROW("to-seq", to_seq, "SEQ", "up to this place of the log"),
    {.name = "type",
     .kind = OPT_LIST,
     .offset = offsetof(replay_flags, types),
     .value_name = "TYPE",
     .help = "of this type only; may be repeated",
     .no_env = true},
    TEXT_ROW("aggregate", aggregate, "TYPE[/ID]", "of this kind of aggregate, or of this one"),
    {.name = "rate",
     .kind = OPT_INT,
     .offset = offsetof(replay_flags, rate),
     .value_name = "N",
     .min = 1,
     .max = 1000000,
     .help = "events a second at most",
     .no_env = true},
    {.name = "dry-run",
     .kind = OPT_FLAG,
     .offset = offsetof(replay_flags, dry_run),
     .help = "say how many events it would be, and do nothing",
     .no_env = true},
    TEXT_ROW("id", id, "UUID", "identity of the replay, to repeat a request; without it a new one"),
    TEXT_ROW("cancel", cancel, "UUID", "end a replay: what was not delivered is not delivered any more"),
};

const cmd_spec cmd_bus_replay = {
    .help =
        {.name = "bus replay",
         .summary = "hand a consumer a part of the log once more, marked as a replay",
         .description =
             "What is new goes on beside it, and no place moves. Only what the consumer has passed can be "
             "replayed, and of that what it is declared "
             "for. Without --consumer the replays there are are listed, with how far they have come.",
         .examples =
             "daybook bus replay --consumer pnl --from yesterday --dry-run\n"
             "daybook bus replay --consumer pnl --from 2024-03-01T12:00 --to 2024-03-01T13:00 --rate 200\n"
             "daybook bus replay --consumer pnl --aggregate order/018f0000-0000-7000-8000-00000000000a\n"
             "daybook bus replay"},
    .options_size = sizeof(replay_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_bus_replay,
};
