/* bus_verify.c: proves that a stream of NATS JetStream has what the log has. */
#include <stddef.h>

#include "bus/nats_verify.h"
#include "cmd/app.h"
#include "cmd/commands.h"

typedef struct verify_flags {
    const char *sink;
    int64_t from;
    int64_t to;
    int64_t shown;
} verify_flags;

static const opt_row verify_rows[] = {
    {.name = "sink",
     .kind = OPT_STRING,
     .offset = offsetof(verify_flags, sink),
     .value_name = "ADDRESS",
     .help = "the stream, as the relay is told it: nats://HOST:PORT[?stream=NAME&subject=PREFIX]"},
    {.name = "from",
     .kind = OPT_INT,
     .offset = offsetof(verify_flags, from),
     .value_name = "PLACE",
     .help = "first place to compare, instead of the first one that the stream holds",
     .max = INT64_MAX,
     .no_env = true},
    {.name = "to",
     .kind = OPT_INT,
     .offset = offsetof(verify_flags, to),
     .value_name = "PLACE",
     .help = "last place to compare, instead of the last one that the stream holds",
     .max = INT64_MAX,
     .no_env = true},
    {.name = "show",
     .kind = OPT_INT,
     .offset = offsetof(verify_flags, shown),
     .value_name = "N",
     .help = "name at most so many differences; all of them are counted",
     .default_text = "1000",
     .max = 1000000,
     .no_env = true},
};

static const table_column difference_columns[] = {
    {"difference", TABLE_STRING}, {"seq", TABLE_INT}, {"stream_seq", TABLE_INT}, {"what", TABLE_STRING}};
static const table_column summary_columns[] = {
    {"first_seq", TABLE_INT}, {"last_seq", TABLE_INT},  {"log_seq", TABLE_INT},
    {"equal", TABLE_INT},     {"missing", TABLE_INT},   {"repeated", TABLE_INT},
    {"changed", TABLE_INT},   {"strangers", TABLE_INT}, {"lost_history", TABLE_INT}};
static const char *const kinds[NATS_DIFFERENCE_KINDS] = {"missing", "repeated", "changed", "stranger"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct named {
    table *differences;
    int64_t left;
} named;

static dbk_err *name_difference(void *ctx, const nats_difference *d)
{
    named *n = ctx;
    if (n->left == 0)
        return NULL;
    n->left--;
    dbk_err *e = table_row(n->differences);
    if (!e)
        e = table_set(n->differences, 0, kinds[d->kind]);
    if (!e && d->seq > 0)
        e = table_setf(n->differences, 1, "%lld", (long long)d->seq);
    if (!e && d->stream_seq > 0)
        e = table_setf(n->differences, 2, "%llu", (unsigned long long)d->stream_seq);
    return e ? e : table_set(n->differences, 3, d->what);
}

static dbk_err *fill_summary(table *t, const nats_verified *v)
{
    const int64_t counts[] = {v->first_seq,
                              v->last_seq,
                              v->log_seq,
                              v->equal,
                              v->differences[NATS_MISSING],
                              v->differences[NATS_REPEATED],
                              v->differences[NATS_CHANGED],
                              v->differences[NATS_STRANGER],
                              v->lost};
    _Static_assert(COUNT(counts) == COUNT(summary_columns), "each column has its count");
    dbk_err *e = table_row(t);
    for (size_t i = 0; !e && i < COUNT(counts); i++)
        e = table_setf(t, i, "%lld", (long long)counts[i]);
    return e;
}

/* A broker that cannot be asked makes no stream equal. */
static dbk_err *unknown(dbk_err *e)
{
    if (!e || (err_code(e) != ERR_CONNECTION && err_code(e) != ERR_TIMEOUT && err_code(e) != ERR_NOT_FOUND))
        return e;
    dbk_err *out = err_new(ERR_UNKNOWN, "the stream cannot be read: %s", err_message(e));
    if (err_hint(e))
        out = err_with_hint(out, "%s", err_hint(e));
    err_free(e);
    return out;
}

static dbk_err *compare(app *app, const verify_flags *f, named *n, nats_verified *out)
{
    nats_address to;
    jetstream *js = NULL;
    pg_conn *c = NULL;
    dbk_err *e = nats_address_parse(app->arena, f->sink, &to);
    if (!e)
        e = app_connect(app, "daybook bus verify", &c);
    if (!e)
        e = unknown(jetstream_open(&(jetstream_options){.servers = to.servers,
                                                        .name = "daybook bus verify",
                                                        .access = jetstream_access_of_environment()},
                                   &js));
    if (!e)
        e = unknown(nats_verify(&(nats_verify_options){.conn = c,
                                                       .js = js,
                                                       .to = &to,
                                                       .from_seq = f->from,
                                                       .to_seq = f->to,
                                                       .on_difference = name_difference,
                                                       .ctx = n},
                                out));
    jetstream_free(js);
    pg_close(c);
    return e;
}

static dbk_err *run_bus_verify(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    const verify_flags *f = options;
    named n = {.left = f->shown};
    table *summary = NULL;
    nats_verified found = {0};
    if (!f->sink)
        return err_with_hint(err_new(ERR_USAGE, "no stream is named"),
                             "--sink nats://HOST:PORT, as the relay is told it");
    dbk_err *e = table_new("verified", summary_columns, COUNT(summary_columns), &summary);
    if (!e)
        e = table_new("differences", difference_columns, COUNT(difference_columns), &n.differences);
    if (!e)
        e = compare(app, f, &n, &found);
    if (!e)
        e = fill_summary(summary, &found);
    if (!e)
        e = app_print(app, (table *const[]){summary, n.differences}, 2);
    for (int i = 0; !e && i < NATS_DIFFERENCE_KINDS; i++)
        if (found.differences[i] > 0)
            *exit_status = 1;
    table_free(n.differences);
    table_free(summary);
    return e;
}

const cmd_spec cmd_bus_verify = {
    .help = {.name = "bus verify",
             .summary = "prove that a NATS stream has what the log has",
             .description =
                 "Reads the stream and the log once, side by side, and names every event that is missing in "
                 "the stream, there "
                 "again or behind a later one, or not the same byte for byte, and every message that is not "
                 "of the log. Neither "
                 "is changed. Events after last_seq are not published yet; messages of a history that the "
                 "log lost in a restore "
                 "(lost_history) are known to readers by their epoch. Neither counts as a difference.\n\n"
                 "Exit status: 0 equal, 1 differences, 3 when the broker cannot be asked. Credentials come "
                 "from the environment: " JETSTREAM_ACCESS_HINT ".",
             .examples = "daybook bus verify --sink nats://127.0.0.1:4222\n"
                         "daybook bus verify --sink nats://broker:4222?stream=EVENTS --from 1000000 --to "
                         "2000000 --format json"},
    .options_size = sizeof(verify_flags),
    .rows = verify_rows,
    .row_count = COUNT(verify_rows),
    .uses_target = true,
    .uses_output = true,
    .run = run_bus_verify,
};
