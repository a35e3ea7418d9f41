/* audit_seal.c: seals what was recorded, and keeps the seals in a file outside of the database. */
#include <stddef.h>
#include <string.h>

#include "audit_sql.h"
#include "cmd/app.h"
#include "cmd/audit_heads.h"
#include "cmd/commands.h"
#include "cmd/watched.h"
#include "core/interrupt.h"

#define EVENTS_AT_ONCE 10000
#define HEADS_AT_ONCE 1000

typedef struct seal_flags {
    const char *publish;
} seal_flags;

static const table_column columns[] = {{"seal_no", TABLE_INT},
                                       {"last_seq", TABLE_INT},
                                       {"events", TABLE_INT},
                                       {"audit_rows", TABLE_INT},
                                       {"hash", TABLE_STRING}};
#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

static dbk_err *add(table *t, const pg_rows *rows)
{
    dbk_err *e = table_row(t);
    for (size_t i = 0; !e && i < COLUMN_COUNT; i++)
        e = table_set(t, i, pg_get_text(rows, 0, (size_t)pg_column(rows, columns[i].name)));
    return e;
}

/* Each seal is a transaction: whoever is interrupted leaves whole ones behind. */
static dbk_err *seal_all(pg_conn *c, table *t, const atomic_int *flag)
{
    arena *a = arena_new(0);
    bool more = true;
    dbk_err *e = a ? NULL : err_oom();
    while (!e && more) {
        pg_rows *rows;
        arena_reset(a);
        pg_params *p = pg_params_new(a);
        pg_param_int4(p, EVENTS_AT_ONCE);
        e = interrupt_check(flag);
        if (!e)
            e = pg_query_one(c, a, audit_seal, p, &rows);
        if (e)
            break;
        if (strcmp(pg_get_text(rows, 0, (size_t)pg_column(rows, "outcome")), "created") == 0)
            e = add(t, rows);
        more = pg_get_int8(rows, 0, (size_t)pg_column(rows, "events")) == EVENTS_AT_ONCE;
    }
    arena_free(a);
    return e;
}

/* ---- publishing ---- */

enum { SEAL_NO, LAST_SEQ, HASH, SEALED_AT };

static dbk_err *read_new(pg_conn *c, int64_t *after, buf *lines, size_t *count)
{
    arena *a = arena_new(0);
    pg_rows *rows;
    if (!a)
        return err_oom();
    pg_params *p = pg_params_new(a);
    pg_param_int8(p, *after);
    pg_param_int4(p, HEADS_AT_ONCE);
    dbk_err *e = pg_query(c, a, audit_seals, p, &rows);
    *count = e ? 0 : pg_row_count(rows);
    for (size_t i = 0; i < *count; i++) {
        *after = pg_get_int8(rows, i, SEAL_NO);
        audit_heads_append(lines, *after, pg_get_int8(rows, i, LAST_SEQ), pg_get_text(rows, i, HASH),
                           pg_get_text(rows, i, SEALED_AT));
    }
    arena_free(a);
    return e;
}

/* Also seals that somebody else made are published here, so a scheduled sealing and this may take turns. */
static dbk_err *publish(app *app, pg_conn *c, const char *path)
{
    audit_heads before;
    buf lines;
    size_t read = HEADS_AT_ONCE;
    dbk_err *e = audit_heads_read(app->arena, path, false, &before);
    if (e)
        return e;
    int64_t after = before.count > 0 ? before.items[before.count - 1].seal_no : 0;
    int64_t first = after;
    buf_init(&lines, 0);
    while (!e && read == HEADS_AT_ONCE)
        e = read_new(c, &after, &lines, &read);
    if (!e && after > first)
        e = audit_heads_write(path, &before, &lines);
    if (!e)
        log_fields(app->log, LOG_INFO, "seals are published", LOG_STR("file", path),
                   LOG_INT("seal_no", after));
    buf_term(&lines);
    return e;
}

/* ---- the command ---- */

typedef struct seal_run {
    app *app;
    pg_conn *conn;
    const seal_flags *flags;
    table *seals;
} seal_run;

static dbk_err *seal(void *ctx, const atomic_int *flag)
{
    const seal_run *r = ctx;
    dbk_err *e = seal_all(r->conn, r->seals, flag);
    if (!e && r->flags->publish)
        e = publish(r->app, r->conn, r->flags->publish);
    return e;
}

static dbk_err *run_audit_seal(app *app, void *options, const opt_result *args, int *exit_status)
{
    seal_run r = {.app = app, .flags = options};
    (void)args;
    (void)exit_status;
    dbk_err *e = table_new("seals", columns, COLUMN_COUNT, &r.seals);
    if (!e)
        e = app_connect(app, "daybook audit seal", &r.conn);
    if (!e)
        e = watched_run(r.conn, seal, &r);
    if (!e)
        e = app_print(app, &r.seals, 1);
    table_free(r.seals);
    pg_close(r.conn);
    return e;
}

static const opt_row seal_rows[] = {
    {.name = "publish",
     .kind = OPT_STRING,
     .offset = offsetof(seal_flags, publish),
     .value_name = "FILE",
     .help = "add the seals that FILE does not have yet, a line of JSON each; keep it where those who may "
             "change the database cannot write"},
};

const cmd_spec cmd_audit_seal = {
    .help = {.name = "audit seal",
             .summary = "seal what was recorded, so that a later change of it is found",
             .description =
                 "Makes seals over the events of the log and the rows of the audit log that no seal covers "
                 "yet, each with a hash over what it covers and the seal before (docs/AUDIT.md). `daybook "
                 "audit verify` compares. What the sequencer has given no place yet is sealed the next time. "
                 "Safe to repeat, to interrupt and to run at once.",
             .examples = "daybook audit seal\ndaybook audit seal --publish /mnt/worm/daybook-seals.jsonl"},
    .options_size = sizeof(seal_flags),
    .rows = seal_rows,
    .row_count = sizeof(seal_rows) / sizeof(seal_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_audit_seal,
};
