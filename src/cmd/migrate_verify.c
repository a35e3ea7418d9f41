/* migrate_verify.c: `migrate verify` computes the ledger's chain of hashes anew. */
#include <string.h>

#include "cmd/migrate_options.h"
#include "schema/verify.h"

typedef struct verify_options {
    migrate_choice choice;
    const char *head;
    bool scripts;
} verify_options;

static const opt_row rows[] = {
    MIGRATE_CHOICE_ROWS,
    {.name = "head",
     .kind = OPT_STRING,
     .offset = offsetof(verify_options, head),
     .value_name = "HASH",
     .help = "a head that was printed before and kept elsewhere: it must still be part of the chain"},
    {.name = "scripts",
     .kind = OPT_FLAG,
     .offset = offsetof(verify_options, scripts),
     .no_env = true,
     .help = "also run the verify scripts of folders adopted from sqitch, each in a transaction that is "
             "rolled back"},
};

static dbk_err *flaw_table(const ledger_verdict *v, table **out)
{
    static const table_column columns[] = {{"table", TABLE_STRING},  {"seq", TABLE_INT},
                                           {"module", TABLE_STRING}, {"number", TABLE_INT},
                                           {"name", TABLE_STRING},   {"flaw", TABLE_STRING}};
    table *t = NULL;
    dbk_err *e = table_new("flaws", columns, sizeof(columns) / sizeof(columns[0]), &t);
    for (size_t i = 0; !e && i < v->flaw_count; i++) {
        const ledger_flaw *f = &v->flaws[i];
        e = table_row(t);
        if (!e)
            e = table_set(t, 0, f->table);
        if (!e)
            e = table_setf(t, 1, "%lld", (long long)f->seq);
        if (!e)
            e = table_set(t, 2, f->module);
        if (!e)
            e = table_setf(t, 3, "%lld", (long long)f->number);
        if (!e)
            e = table_set(t, 4, f->name);
        if (!e)
            e = table_set(t, 5, f->what);
    }
    *out = t;
    return e;
}

static dbk_err *chain_table(const ledger_verdict *v, table **out)
{
    static const table_column columns[] = {
        {"migrations", TABLE_INT}, {"steps", TABLE_INT}, {"head", TABLE_STRING}};
    table *t = NULL;
    dbk_err *e = table_new("ledger", columns, sizeof(columns) / sizeof(columns[0]), &t);
    if (!e)
        e = table_row(t);
    if (!e)
        e = table_setf(t, 0, "%zu", v->migrations);
    if (!e)
        e = table_setf(t, 1, "%zu", v->steps);
    if (!e)
        e = table_set(t, 2, v->head_hash);
    *out = t;
    return e;
}

static dbk_err *script_table(const schema_verify_scripts *s, table **out)
{
    static const table_column columns[] = {
        {"script", TABLE_STRING}, {"holds", TABLE_BOOL}, {"line", TABLE_INT}, {"failure", TABLE_STRING}};
    table *t = NULL;
    dbk_err *e = table_new("scripts", columns, sizeof(columns) / sizeof(columns[0]), &t);
    for (size_t i = 0; !e && i < s->count; i++) {
        const schema_verify_script *script = &s->items[i];
        e = table_row(t);
        if (!e)
            e = table_set(t, 0, script->path);
        if (!e)
            e = table_set(t, 1, script->failure ? "false" : "true");
        if (!e && script->line)
            e = table_setf(t, 2, "%zu", script->line);
        if (!e)
            e = table_set(t, 3, script->failure);
    }
    *out = t;
    return e;
}

/* scripts may be NULL: they were not asked for. */
static dbk_err *print(app *app, const ledger_verdict *v, const schema_verify_scripts *scripts)
{
    table *tables[3] = {NULL, NULL, NULL};
    dbk_err *e = chain_table(v, &tables[0]);
    if (!e)
        e = flaw_table(v, &tables[1]);
    if (!e && scripts)
        e = script_table(scripts, &tables[2]);
    if (!e)
        e = app_print(app, tables, scripts ? 3 : 2);
    for (size_t i = 0; i < 3; i++)
        table_free(tables[i]);
    return e;
}

static dbk_err *run_scripts(app *app, pg_conn *c, const schema_choice *choice, schema_verify_scripts *out)
{
    char *url;
    dbk_err *e = app_url(app, &url);
    return e ? e : schema_verify_run_scripts(c, url, app->arena, choice, out);
}

static dbk_err *run(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    const verify_options *o = options;
    schema_choice choice;
    schema_verify_result result = {0};
    schema_verify_scripts scripts = {0};
    pg_conn *c = NULL;
    if (o->head && (strlen(o->head) != LEDGER_HASH_SIZE - 1 ||
                    strspn(o->head, "0123456789abcdef") != LEDGER_HASH_SIZE - 1))
        return err_with_hint(err_new(ERR_USAGE, "--head takes a hash of 64 hexadecimal digits"),
                             "`daybook migrate verify` prints it");
    dbk_err *e = migrate_read_choice(app->arena, &o->choice, &choice);
    if (!e)
        e = app_connect(app, "daybook migrate verify", &c);
    if (!e)
        e = schema_verify(c, app->arena, &choice, o->choice.role_prefix, o->head, &result);
    if (!e && o->scripts)
        e = run_scripts(app, c, &choice, &scripts);
    pg_close(c);
    if (!e)
        e = print(app, &result.chains, o->scripts ? &scripts : NULL);
    bool lost = !e && o->head && !result.chains.pin_found;
    if (lost)
        log_printf(app->log, LOG_ERROR,
                   "the chain does not contain the hash %s: history was rewritten, or this is another "
                   "database",
                   o->head);
    if (e) {
        err_free(result.fault);
        return e;
    }
    *exit_status = lost || result.chains.flaw_count > 0 || scripts.failed > 0;
    if (*exit_status == 0)
        return result.fault;
    err_free(result.fault);
    return NULL;
}

const cmd_spec cmd_migrate_verify = {
    .help =
        {.name = "migrate verify",
         .summary = "compute the ledger's chain of hashes anew, and compare history with the files",
         .description =
             "Every row of the ledger is hashed together with the hash of the row before it. A row that "
             "was changed, removed or put in, by whomever and with whatever triggers switched off, is "
             "named. What was cut off at the end shows only against a head kept elsewhere: print it, keep "
             "it in git, and give it as --head.\n\n"
             "Reads only, also on a standby. With --scripts the scripts in the verify folders of sqitch are "
             "run too, as they are, and nothing that they do stays.\n\n"
             "Exit status 0: whole; 1: a flaw, the pinned head is not in the chain, or a script failed; 3: "
             "nothing is installed; 10 to 16: history does not fit the files.",
         .examples = "daybook migrate verify\n"
                     "daybook migrate verify --modules-dir modules --scripts\n"
                     "daybook migrate verify --head \"$(cat ledger.head)\"\n"},
    .options_size = sizeof(verify_options),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run,
};
