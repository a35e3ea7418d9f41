#include "cmd/bus_tails.h"

#include <string.h>

#include "bus/sinks.h"
#include "bus_cmd_sql.h"

static const table_column columns[] = {{"sink", TABLE_STRING},      {"state", TABLE_STRING},
                                       {"tail_epoch", TABLE_INT},   {"tail_seq", TABLE_INT},
                                       {"cursor_epoch", TABLE_INT}, {"cursor_seq", TABLE_INT},
                                       {"log_seq", TABLE_INT},      {"why", TABLE_STRING}};
enum { SINK, STATE, TAIL_EPOCH, TAIL_SEQ, CURSOR_EPOCH, CURSOR_SEQ, LOG_SEQ, WHY };

#define NOT_NAMED "its address is not known here: name it with --sink"
#define NOBODY_TO_ASK "it keeps nothing that could be asked"

typedef struct named_sink {
    const sink_ops *ops;
    sink_options options;
} named_sink;

/* The sink of that name among those that were named; NULL ops: it was not. */
static dbk_err *find_named(app *app, const opt_list *sinks, const char *name, named_sink *out)
{
    *out = (named_sink){.options = {.clock = app->clock, .log = app->log}};
    for (size_t i = 0; i < sinks->count; i++) {
        const sink_ops *ops;
        sink_options o = out->options;
        dbk_err *e = sinks_parse(app->arena, sinks->items[i], &ops, &o.name, &o.address);
        if (e)
            return e;
        if (strcmp(o.name, name) == 0)
            *out = (named_sink){.ops = ops, .options = o};
    }
    return NULL;
}

static dbk_err *set_state(table *t, const char *state, const char *why)
{
    dbk_err *e = table_set(t, STATE, state);
    return e ? e : table_set(t, WHY, why);
}

static dbk_err *ask(app *app, table *t, const named_sink *s, bus_place cursor, bool *doubtful)
{
    bus_place tail = {0};
    bool known = false;
    if (!s->ops || !s->ops->look)
        return set_state(t, "unknown", s->ops ? NOBODY_TO_ASK : NOT_NAMED);
    dbk_err *failed = s->ops->look(&s->options, app->arena, &tail, &known);
    if (failed) {
        dbk_err *e = set_state(t, "unknown", err_message(failed));
        err_free(failed);
        *doubtful = true;
        return e;
    }
    bool behind = tail.seq < cursor.seq && tail.epoch <= cursor.epoch;
    *doubtful = *doubtful || behind;
    dbk_err *e = set_state(t, behind ? "behind" : tail.seq > cursor.seq ? "ahead" : "even", NULL);
    if (!e && known)
        e = table_setf(t, TAIL_EPOCH, "%d", (int)tail.epoch);
    return !e && known ? table_setf(t, TAIL_SEQ, "%lld", (long long)tail.seq) : e;
}

static dbk_err *add_row(app *app, table *t, const opt_list *sinks, const pg_rows *rows, size_t row,
                        bool *doubtful)
{
    named_sink s;
    const char *name = pg_get_text(rows, row, 0);
    bus_place cursor = {.epoch = (int32_t)pg_get_int8(rows, row, 1), .seq = pg_get_int8(rows, row, 2)};
    dbk_err *e = find_named(app, sinks, name, &s);
    if (!e)
        e = table_row(t);
    if (!e)
        e = table_set(t, SINK, name);
    for (size_t i = 0; !e && i < 3; i++)
        e = table_set(t, CURSOR_EPOCH + i, pg_get_text(rows, row, 1 + i));
    return e ? e : ask(app, t, &s, cursor, doubtful);
}

dbk_err *bus_tails(app *app, pg_conn *c, const opt_list *sinks, table **out, bool *doubtful)
{
    pg_rows *rows;
    dbk_err *e = pg_query(c, app->arena, bus_cmd_sinks, NULL, &rows);
    if (!e)
        e = table_new("sinks", columns, sizeof(columns) / sizeof(columns[0]), out);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++)
        e = add_row(app, *out, sinks, rows, i, doubtful);
    return e;
}
