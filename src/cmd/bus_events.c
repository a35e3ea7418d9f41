/* bus_events.c: prints the log, one event a line, and goes on with what is new. */
#include <stdio.h>

#include "bus/event_json.h"
#include "cmd/consumer_verbs.h"
#include "consumer_verbs_sql.h"
#include "core/interrupt.h"
#include "core/uuid.h"
#include "pg/pg_notify.h"
#include "pg/pg_session.h"

#define PAGE 5000
#define LINES_BYTES_MAX ((size_t)512 << 20)
#define LOOK_US ((int64_t)1000000)

typedef struct event_flags {
    bool follow;
    const char *after, *aggregate, *account;
    opt_list types;
    int64_t limit;
} event_flags;

typedef struct tail {
    app *app;
    const event_flags *flags;
    pg_conn *conn;
    pg_notify *notify; /* NULL unless it follows */
    const atomic_int *flag;
    arena *page;
    buf lines;
    int64_t after, left;
} tail;

static dbk_err *end_of_log(tail *t, int64_t *out)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(t->conn, t->page, consumers_end, NULL, &rows);
    if (!e)
        *out = pg_get_int8(rows, 0, 0);
    return e;
}

static dbk_err *print(tail *t, const bus_event *events, size_t count)
{
    buf_clear(&t->lines);
    for (size_t i = 0; i < count && t->left > 0; i++, t->left--) {
        event_json_append(&t->lines, &events[i]);
        buf_append_char(&t->lines, '\n');
    }
    dbk_err *e = buf_error(&t->lines);
    if (e)
        return e;
    if (fwrite(t->lines.data, 1, t->lines.length, t->app->out) != t->lines.length || fflush(t->app->out) != 0)
        return err_new(ERR_IO, "could not write to standard output");
    return NULL;
}

static dbk_err *print_page(tail *t)
{
    pg_rows *rows;
    bus_event *events;
    pg_params *p = pg_params_new(t->page);
    pg_param_int8(p, t->after);
    pg_param_int4(p, PAGE);
    consumer_verbs_types(p, &t->flags->types);
    consumer_verbs_aggregate(t->app, p, t->flags->aggregate);
    pg_param_text(p, t->flags->account);
    dbk_err *e = pg_query(t->conn, t->page, consumers_events, p, &rows);
    if (!e)
        e = bus_events_of(t->page, rows, &events);
    return e ? e : print(t, events, pg_row_count(rows));
}

/* What there is between where it stands and the end of the log. */
static dbk_err *catch_up(tail *t)
{
    int64_t end = 0;
    dbk_err *e = end_of_log(t, &end);
    while (!e && t->after < end && t->left > 0) {
        arena_reset(t->page);
        e = print_page(t);
        t->after = t->after + PAGE < end ? t->after + PAGE : end;
        if (!e)
            e = interrupt_check(t->flag);
    }
    arena_reset(t->page);
    return e;
}

static dbk_err *run(tail *t)
{
    for (;;) {
        if (t->notify)
            (void)pg_notify_listen(t->notify);
        dbk_err *e = catch_up(t);
        if (!e)
            e = interrupt_check(t->flag);
        /* To be stopped is how following ends. */
        if (e && t->notify && err_code(e) == ERR_INTERRUPTED) {
            err_free(e);
            return NULL;
        }
        if (e || !t->notify || t->left == 0)
            return e;
        (void)pg_notify_wait(t->notify, LOOK_US);
    }
}

static dbk_err *begin(tail *t)
{
    static const char *const channels[] = {PG_NOTIFY_SEQ, NULL};
    dbk_err *e = t->flags->after ? consumer_verbs_place(t->flags->after, &t->after) : NULL;
    if (!e && t->flags->follow) {
        e = pg_session_check(t->conn);
        if (!e)
            e = pg_notify_new(t->conn, "daybook bus events", channels, &t->notify);
        if (!e && !t->flags->after)
            e = end_of_log(t, &t->after);
    }
    return e;
}

static void wake(void *ctx)
{
    tail *t = ctx;
    if (t->notify)
        pg_notify_wake(t->notify);
    else
        err_free(pg_cancel(t->conn));
}

static dbk_err *run_bus_events(app *app, void *options, const opt_result *args, int *exit_status)
{
    const event_flags *f = options;
    interrupt *watched = NULL;
    dbk_uuid account;
    (void)args;
    (void)exit_status;
    tail t = {.app = app, .flags = f, .left = f->limit > 0 ? f->limit : INT64_MAX};
    buf_init(&t.lines, LINES_BYTES_MAX);
    dbk_err *e = f->account ? uuid_parse(f->account, &account) : NULL;
    t.page = arena_new(LINES_BYTES_MAX);
    if (!e && !t.page)
        e = err_oom();
    if (!e)
        e = app_connect(app, "daybook bus events", &t.conn);
    if (!e)
        e = begin(&t);
    if (!e)
        e = interrupt_watch(wake, &t, &watched);
    if (!e) {
        t.flag = interrupt_flag(watched);
        e = run(&t);
    }
    interrupt_end(watched);
    pg_notify_free(t.notify);
    pg_close(t.conn);
    buf_term(&t.lines);
    arena_free(t.page);
    return e;
}

static const opt_row rows[] = {
    {.name = "follow",
     .letter = 'f',
     .kind = OPT_FLAG,
     .offset = offsetof(event_flags, follow),
     .help = "go on with what is new, until it is stopped",
     .no_env = true},
    {.name = "after",
     .kind = OPT_STRING,
     .offset = offsetof(event_flags, after),
     .value_name = "SEQ",
     .help = "after this place of the log; without it from the beginning, with --follow from the end",
     .no_env = true},
    {.name = "type",
     .kind = OPT_LIST,
     .offset = offsetof(event_flags, types),
     .value_name = "TYPE",
     .help = "of this type only; may be repeated",
     .no_env = true},
    {.name = "aggregate",
     .kind = OPT_STRING,
     .offset = offsetof(event_flags, aggregate),
     .value_name = "TYPE[/ID]",
     .help = "of this kind of aggregate, or of this one",
     .no_env = true},
    {.name = "account-id",
     .kind = OPT_STRING,
     .offset = offsetof(event_flags, account),
     .value_name = "UUID",
     .help = "of this account",
     .no_env = true},
    {.name = "limit",
     .kind = OPT_INT,
     .offset = offsetof(event_flags, limit),
     .value_name = "N",
     .min = 1,
     .max = INT64_MAX,
     .help = "end after so many",
     .no_env = true},
};

const cmd_spec cmd_bus_events = {
    .help = {.name = "bus events",
             .summary = "print the log of events in order, one JSON object a line",
             .description = "The lines are those that sinks of files and webhooks get. Reading here moves no "
                            "consumer's place. An event that was committed but has no "
                            "place yet, because no relay runs, is not there.",
             .examples = "daybook bus events --follow\n"
                         "daybook bus events --after 120000 --type trading.fill_recorded --limit 10\n"
                         "daybook bus events --aggregate order/018f0000-0000-7000-8000-00000000000a"},
    .options_size = sizeof(event_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .run = run_bus_events,
};
