/* book_spool.c: what waits in a bot's spool and what is in quarantine there; delivering, retrying, dropping.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "book/request_text.h"
#include "book/spool.h"
#include "cmd/app.h"
#include "cmd/who.h"
#include "core/json.h"

#define DRAIN_STEP_MS 1000

typedef struct spool_flags {
    bool drain;
    int64_t drain_ms;
    opt_list retry, drop;
    const char *why;
    int64_t limit;
    bool full;
} spool_flags;

static const opt_row spool_rows[] = {
    {.name = "drain",
     .kind = OPT_FLAG,
     .offset = offsetof(spool_flags, drain),
     .help = "deliver what waits to the server of --url; no bot may have the spool",
     .no_env = true},
    {.name = "for",
     .kind = OPT_DURATION,
     .offset = offsetof(spool_flags, drain_ms),
     .value_name = "TIME",
     .help = "how long to deliver at most",
     .default_text = "10m",
     .min = 1,
     .max = (int64_t)24 * 3600 * 1000,
     .no_env = true},
    {.name = "retry",
     .kind = OPT_LIST,
     .offset = offsetof(spool_flags, retry),
     .value_name = "NUMBER",
     .help = "this entry of the quarantine waits again, behind the others; may be repeated",
     .no_env = true},
    {.name = "drop",
     .kind = OPT_LIST,
     .offset = offsetof(spool_flags, drop),
     .value_name = "NUMBER",
     .help = "this entry of the quarantine is given up; may be repeated",
     .no_env = true},
    {.name = "why",
     .kind = OPT_STRING,
     .offset = offsetof(spool_flags, why),
     .value_name = "TEXT",
     .help = "why entries are retried or dropped: kept in the spool's file `decisions`, with your name",
     .no_env = true},
    {.name = "limit",
     .kind = OPT_INT,
     .offset = offsetof(spool_flags, limit),
     .value_name = "ROWS",
     .help = "at most so many of the entries that wait, the oldest",
     .default_text = "20",
     .min = 0,
     .max = 1000000,
     .no_env = true},
    {.name = "full",
     .kind = OPT_FLAG,
     .offset = offsetof(spool_flags, full),
     .help = "with all that each entry says",
     .no_env = true},
};

/* ---- showing ---- */

enum { E_NUMBER, E_KEPT, E_EXPIRES, E_CALL, E_ID, E_SQLSTATE, E_REASON, E_ENTRY };

static dbk_err *set_time(table *t, size_t column, int64_t wall_us)
{
    char text[CLOCK_ISO_SIZE];
    if (wall_us == 0)
        return NULL;
    clock_iso(wall_us, text);
    return table_set(t, column, text);
}

/* The call and its identity; an entry that cannot be read has none. */
static dbk_err *set_call(app *app, table *t, const buf *text)
{
    request_message m;
    char id[DBK_UUID_TEXT_SIZE];
    dbk_err *e = request_text_read(app->arena, text->data, text->length, &m);
    if (e) {
        err_free(e);
        return NULL;
    }
    dbk_uuid identity = request_text_id(&m, 0);
    dbk_uuid_format(&identity, id);
    e = table_set(t, E_CALL, request_text_name(m.kind));
    return e ? e : table_set(t, E_ID, id);
}

static dbk_err *set_reason(table *t, const buf *json)
{
    json_t *reason = NULL;
    dbk_err *e = json_parse(json->data, json->length, "the reason", &reason);
    if (!e)
        e = table_set(t, E_SQLSTATE, json_string_value(json_object_get(reason, "sqlstate")));
    if (!e)
        e = table_set(t, E_REASON, json_string_value(json_object_get(reason, "message")));
    json_decref(reason);
    return e;
}

static dbk_err *add_entry(app *app, const spool *s, const spool_entry *entry, bool quarantined, bool full,
                          table *t)
{
    buf text, reason;
    buf_init(&text, 0);
    buf_init(&reason, 0);
    dbk_err *e = table_row(t);
    if (!e)
        e = table_setf(t, E_NUMBER, "%" PRIu64, entry->number);
    if (!e)
        e = set_time(t, E_KEPT, entry->kept_us);
    if (!e)
        e = set_time(t, E_EXPIRES, entry->expires_us);
    if (!e && !entry->damaged)
        e = spool_read(s, entry->number, &text);
    if (!e && !entry->damaged)
        e = set_call(app, t, &text);
    if (!e && quarantined)
        e = spool_reason(s, entry->number, &reason);
    if (!e && quarantined)
        e = set_reason(t, &reason);
    if (!e && full)
        e = table_set(t, quarantined ? E_ENTRY : E_SQLSTATE, text.data);
    buf_term(&reason);
    buf_term(&text);
    return e;
}

static dbk_err *make_entries(app *app, const spool *s, const spool_flags *f, bool quarantined, table **out)
{
    static const table_column waiting_columns[] = {{"number", TABLE_INT},        {"kept_at", TABLE_STRING},
                                                   {"expires_at", TABLE_STRING}, {"call", TABLE_STRING},
                                                   {"id", TABLE_STRING},         {"entry", TABLE_STRING}};
    static const table_column quarantine_columns[] = {
        {"number", TABLE_INT},    {"kept_at", TABLE_STRING}, {"expires_at", TABLE_STRING},
        {"call", TABLE_STRING},   {"id", TABLE_STRING},      {"sqlstate", TABLE_STRING},
        {"reason", TABLE_STRING}, {"entry", TABLE_STRING}};
    size_t columns = (quarantined ? sizeof(quarantine_columns) / sizeof(quarantine_columns[0])
                                  : sizeof(waiting_columns) / sizeof(waiting_columns[0])) -
                     !f->full;
    size_t count = quarantined ? spool_quarantined(s) : spool_waiting(s);
    if (!quarantined && count > (size_t)f->limit)
        count = (size_t)f->limit;
    dbk_err *e = table_new(quarantined ? "quarantine" : "waiting",
                           quarantined ? quarantine_columns : waiting_columns, columns, out);
    for (size_t i = 0; !e && i < count; i++) {
        spool_entry entry = quarantined ? spool_quarantined_at(s, i) : spool_waiting_at(s, i);
        e = add_entry(app, s, &entry, quarantined, f->full, *out);
    }
    return e;
}

static dbk_err *make_counts(const spool *s, const char *problem, table **out)
{
    static const table_column columns[] = {{"folder", TABLE_STRING},   {"waiting", TABLE_INT},
                                           {"quarantined", TABLE_INT}, {"damaged", TABLE_INT},
                                           {"oldest", TABLE_STRING},   {"problem", TABLE_STRING}};
    spool_entry first = {0};
    (void)spool_first(s, &first);
    dbk_err *e = table_new("spool", columns, sizeof(columns) / sizeof(columns[0]), out);
    if (!e)
        e = table_row(*out);
    if (!e)
        e = table_set(*out, 0, spool_folder(s));
    if (!e)
        e = table_setf(*out, 1, "%zu", spool_waiting(s));
    if (!e)
        e = table_setf(*out, 2, "%zu", spool_quarantined(s));
    if (!e)
        e = table_setf(*out, 3, "%zu", spool_damaged(s));
    if (!e)
        e = set_time(*out, 4, first.kept_us);
    return e ? e : table_set(*out, 5, problem);
}

static dbk_err *show(app *app, const char *folder, const spool_flags *f, const char *problem,
                     int *exit_status)
{
    spool *s = NULL;
    table *tables[3] = {0};
    dbk_err *e = spool_look(folder, &s);
    if (!e)
        e = make_counts(s, problem, &tables[0]);
    if (!e)
        e = make_entries(app, s, f, false, &tables[1]);
    if (!e)
        e = make_entries(app, s, f, true, &tables[2]);
    if (!e)
        e = app_print(app, tables, 3);
    if (!e)
        *exit_status = spool_waiting(s) + spool_quarantined(s) + spool_damaged(s) > 0;
    for (size_t i = 0; i < 3; i++)
        table_free(tables[i]);
    spool_close(s);
    return e;
}

/* ---- deciding ---- */

static dbk_err *decide_each(spool *s, const opt_list *numbers, spool_decision decision, const char *who,
                            const char *why)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < numbers->count; i++) {
        char *end = NULL;
        uint64_t number = strtoull(numbers->items[i], &end, 10);
        if (!numbers->items[i][0] || *end)
            return err_new(ERR_USAGE, "%s is no number of an entry", numbers->items[i]);
        e = spool_decide(s, number, decision, who, why);
    }
    return e;
}

static dbk_err *decide(app *app, const char *folder, const spool_flags *f)
{
    if (f->retry.count + f->drop.count == 0)
        return NULL;
    if (!f->why || !f->why[0])
        return err_new(ERR_USAGE, "say with --why why entries are retried or dropped");
    spool *s = NULL;
    const char *who = who_user(app);
    dbk_err *e = who ? spool_open(folder, app->clock, &s) : err_oom();
    if (!e)
        e = decide_each(s, &f->retry, SPOOL_RETRY, who, f->why);
    if (!e)
        e = decide_each(s, &f->drop, SPOOL_DROP, who, f->why);
    spool_close(s);
    return e;
}

/* ---- delivering ---- */

/* In steps, so that an interruption is noticed and a server that is away ends it. */
static dbk_err *drain_book(app *app, dbk_book *book, int64_t limit_ms, dbk_spool_state *state)
{
    int64_t end_us = app->clock->mono_us(app->clock) + limit_ms * 1000;
    dbk_err *e;
    do {
        e = dbk_spool_drain(book, DRAIN_STEP_MS, state);
    } while (!e && state->waiting > 0 && !state->problem && app->clock->mono_us(app->clock) < end_us);
    return e;
}

static dbk_err *drain(app *app, const char *folder, const spool_flags *f, const char **problem)
{
    dbk_book *book = NULL;
    dbk_spool_state state = {.size = sizeof(state)};
    char *url = NULL;
    dbk_err *e = app_url(app, &url);
    if (!e)
        e = dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options),
                                         .url = url,
                                         .program = "daybook book spool",
                                         .spool = folder},
                     &book);
    if (!e)
        e = drain_book(app, book, f->drain_ms, &state);
    if (!e && state.problem) {
        *problem = arena_strdup(app->arena, state.problem);
        e = *problem ? NULL : err_oom();
    }
    dbk_close(book);
    return e;
}

static dbk_err *run_spool(app *app, void *options, const opt_result *args, int *exit_status)
{
    const spool_flags *f = options;
    const char *folder = args->args[0], *problem = NULL;
    spool *there = NULL;
    dbk_err *e = spool_look(folder, &there); /* opening would make one where there is none */
    spool_close(there);
    if (!e)
        e = decide(app, folder, f);
    if (!e && f->drain)
        e = drain(app, folder, f, &problem);
    return e ? e : show(app, folder, f, problem, exit_status);
}

const cmd_spec cmd_book_spool = {
    .help =
        {.name = "book spool",
         .summary =
             "show what waits in a bot's spool, deliver it, and decide about what the server did not take",
         .description =
             "A bot with a spool keeps what it records in a folder until its server has answered "
             "(docs/LIBRARY.md). This shows how many entries wait and since when, and the quarantine: "
             "entries "
             "that the server did not take, orders whose time has passed, and damaged bytes, each with its "
             "reason. Looking is possible at any time.\n\nA bot delivers by itself. --drain does so for one "
             "that runs no more, in its order, to the server of --url, which must be the one it traded on. "
             "--retry and --drop need --why.\n\nExit status 1: something waits or is in quarantine.",
         .positional = {.name = "FOLDER", .help = "of the spool", .min = 1, .max = 1},
         .examples =
             "daybook book spool /var/lib/bot/spool\ndaybook book spool /var/lib/bot/spool --drain\n"
             "daybook book spool /var/lib/bot/spool --retry 17 --why 'the account exists now' --drain\n"
             "daybook book spool /var/lib/bot/spool --drop 18 --why 'entered by hand' --format json"},
    .options_size = sizeof(spool_flags),
    .rows = spool_rows,
    .row_count = sizeof(spool_rows) / sizeof(spool_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_spool,
};
