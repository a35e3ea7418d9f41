/* audit_verify.c: compares the seals with what they cover, and with those that were kept elsewhere. */
#include <stddef.h>
#include <string.h>

#include "audit_sql.h"
#include "cmd/app.h"
#include "cmd/audit_heads.h"
#include "cmd/commands.h"
#include "cmd/watched.h"
#include "core/interrupt.h"
#include "core/progress.h"

#define SEALS_AT_ONCE 20
#define HASH_SHOWN 16

typedef struct verify_flags {
    const char *against;
} verify_flags;

static const table_column columns[] = {{"seal_no", TABLE_INT}, {"problem", TABLE_STRING}};
#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

enum { SEAL_NO, LAST_SEQ, HASH, PROBLEM };

typedef struct verify_run {
    app *app;
    pg_conn *conn;
    audit_heads kept;
    size_t next; /* of kept */
    table *problems;
    int64_t seals, seal_no, last_seq;
    char hash[HASH_SHOWN + 1];
} verify_run;

static dbk_err *add(verify_run *r, int64_t seal_no, const char *problem)
{
    dbk_err *e = table_row(r->problems);
    if (!e)
        e = table_setf(r->problems, 0, "%lld", (long long)seal_no);
    return e ? e : table_set(r->problems, 1, problem);
}

/* Both come in the order of their numbers. */
static dbk_err *compare_kept(verify_run *r, int64_t seal_no, const char *hash)
{
    dbk_err *e = NULL;
    for (; !e && r->next < r->kept.count && r->kept.items[r->next].seal_no < seal_no; r->next++)
        e = add(r, r->kept.items[r->next].seal_no, "was published and is not there");
    if (e || r->next >= r->kept.count || r->kept.items[r->next].seal_no != seal_no)
        return e;
    bool same = strcmp(r->kept.items[r->next++].hash, hash) == 0;
    return same ? NULL : add(r, seal_no, "was published with another hash");
}

static dbk_err *take_page(verify_run *r, const pg_rows *rows)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        const char *hash = pg_get_text(rows, i, HASH);
        r->seals++;
        r->seal_no = pg_get_int8(rows, i, SEAL_NO);
        r->last_seq = pg_get_int8(rows, i, LAST_SEQ);
        memcpy(r->hash, hash, HASH_SHOWN);
        e = compare_kept(r, r->seal_no, hash);
        if (!e && !pg_get_is_null(rows, i, PROBLEM))
            e = add(r, r->seal_no, pg_get_text(rows, i, PROBLEM));
    }
    return e;
}

static dbk_err *walk(verify_run *r, progress *bar, const atomic_int *flag)
{
    arena *a = arena_new(0);
    size_t count = 1;
    dbk_err *e = a ? NULL : err_oom();
    while (!e && count > 0) {
        pg_rows *rows;
        arena_reset(a);
        pg_params *p = pg_params_new(a);
        pg_param_int8(p, r->seal_no);
        pg_param_int4(p, SEALS_AT_ONCE);
        e = interrupt_check(flag);
        if (!e)
            e = pg_query(r->conn, a, audit_verify, p, &rows);
        count = e ? 0 : pg_row_count(rows);
        if (!e)
            e = take_page(r, rows);
        if (bar)
            progress_set(bar, r->last_seq);
    }
    arena_free(a);
    return e ? e : compare_kept(r, INT64_MAX, "");
}

static dbk_err *walk_with_bar(void *ctx, const atomic_int *flag)
{
    verify_run *r = ctx;
    progress *bar = NULL;
    dbk_err *e = NULL;
    if (!r->app->common.quiet)
        e = progress_new(stderr, r->app->clock, "verifying seals", "events", 0, &bar);
    if (!e)
        e = walk(r, bar, flag);
    progress_free(bar);
    return e;
}

static dbk_err *tell(const verify_run *r, int *exit_status)
{
    dbk_err *e = app_print(r->app, &r->problems, 1);
    if (e)
        return e;
    if (r->seals == 0 && table_rows(r->problems) == 0)
        return err_with_hint(err_new(ERR_UNKNOWN, "nothing is sealed, so nothing can be told"),
                             "daybook audit seal");
    log_fields(r->app->log, LOG_INFO, "seals were compared with what they cover", LOG_INT("seals", r->seals),
               LOG_INT("last_seq", r->last_seq), LOG_INT("published", r->kept.count),
               LOG_INT("problems", table_rows(r->problems)), LOG_STR("head", r->hash));
    *exit_status = table_rows(r->problems) > 0;
    return NULL;
}

static dbk_err *run_audit_verify(app *app, void *options, const opt_result *args, int *exit_status)
{
    const verify_flags *f = options;
    verify_run r = {.app = app};
    (void)args;
    dbk_err *e = f->against ? audit_heads_read(app->arena, f->against, true, &r.kept) : NULL;
    if (!e)
        e = table_new("problems", columns, COLUMN_COUNT, &r.problems);
    if (!e)
        e = app_connect(app, "daybook audit verify", &r.conn);
    if (!e)
        e = watched_run(r.conn, walk_with_bar, &r);
    if (!e)
        e = tell(&r, exit_status);
    table_free(r.problems);
    pg_close(r.conn);
    return e;
}

static const opt_row verify_rows[] = {
    {.name = "against",
     .kind = OPT_STRING,
     .offset = offsetof(verify_flags, against),
     .value_name = "FILE",
     .help = "compare with the seals in FILE too, which `daybook audit seal --publish FILE` wrote"},
};

const cmd_spec cmd_audit_verify = {
    .help = {.name = "audit verify",
             .summary = "look whether what was recorded is still what was sealed",
             .description =
                 "Computes the hash of every seal again from the events and the rows of the audit log that "
                 "it covers, and says which seals do not fit and why. Somebody who may do anything could "
                 "rewrite the whole chain; that is found by comparing with hashes that were kept "
                 "elsewhere: --against.\n\n"
                 "Exit status: 0 all is as it was sealed; 1 something is not, and the problems name it; 3 "
                 "nothing is sealed.",
             .examples =
                 "daybook audit verify\ndaybook audit verify --against /mnt/worm/daybook-seals.jsonl"},
    .options_size = sizeof(verify_flags),
    .rows = verify_rows,
    .row_count = sizeof(verify_rows) / sizeof(verify_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_audit_verify,
};
