/* migrate_plan.c: `migrate plan` says what apply would do, and writes nothing but the file it is told to. */
#include "cmd/migrate_plan.h"

#include <string.h>

#include "cmd/migrate_options.h"
#include "core/file.h"
#include "core/json.h"

#define PLAN_BYTES_MAX ((size_t)64 << 20)
#define PLAN_FORMAT 1

typedef struct plan_options {
    migrate_choice choice;
    const char *out;
    bool sql;
} plan_options;

static const opt_row rows[] = {
    MIGRATE_CHOICE_ROWS,
    {.name = "out",
     .kind = OPT_STRING,
     .offset = offsetof(plan_options, out),
     .value_name = "FILE",
     .no_env = true,
     .help = "also write the plan to a file, for `migrate apply --plan`"},
    {.name = "sql",
     .kind = OPT_FLAG,
     .offset = offsetof(plan_options, sql),
     .no_env = true,
     .help = "print the SQL of the files in order, with their locks as comments, instead of tables"},
};

/* What is done to the rows under a lock that is not known is not known either. */
static const char *answer(const lock_expected *lock, lock_answer a)
{
    return lock->mode == LOCK_NONE      ? NULL
           : lock->mode == LOCK_UNKNOWN ? lock_mode_name(LOCK_UNKNOWN)
                                        : lock_answer_name(a);
}

/* ---- the file ---- */

static void append_field(buf *out, const char *name, const char *value, const char *after)
{
    buf_printf(out, "\"%s\": ", name);
    json_append_string(out, value);
    buf_append_str(out, after);
}

static void append_lock(buf *out, const lock_expected *lock, bool first)
{
    buf_append_str(out, first ? "{" : ", {");
    append_field(out, "relation", lock->relation, ", ");
    buf_printf(out, "\"children\": %zu, ", lock->children);
    append_field(out, "lock", lock_mode_name(lock->mode), ", ");
    append_field(out, "blocks", lock_mode_blocks(lock->mode), ", ");
    append_field(out, "rewritten", answer(lock, lock->rewritten), ", ");
    append_field(out, "scanned", answer(lock, lock->scanned), ", ");
    append_field(out, "note", lock->note, "}");
}

static void append_statement(buf *out, const plan_statement *s, bool first)
{
    buf_printf(out, "%s\n      {\"line\": %zu, ", first ? "" : ",", s->line);
    append_field(out, "statement", s->text, ", \"locks\": [");
    for (size_t i = 0; i < s->locks.count; i++)
        append_lock(out, &s->locks.items[i], i == 0);
    buf_append_str(out, "]}");
}

static void append_step(buf *out, const plan_step *s, bool last)
{
    buf_append_str(out, "    {");
    append_field(out, "module", s->module, ", ");
    append_field(out, "kind", schema_kind_name(s->kind), ", ");
    if (s->kind == SCHEMA_MIGRATION)
        buf_printf(out, "\"number\": %lld, ", (long long)s->number);
    append_field(out, "name", s->name, ", ");
    append_field(out, "action", s->action, ", ");
    append_field(out, "sha256", s->sha256, ", ");
    append_field(out, "sql", s->file ? s->file->text : NULL, ", \"statements\": [");
    for (size_t i = 0; i < s->item_count; i++)
        append_statement(out, &s->items[i], i == 0);
    buf_append_str(out, s->item_count ? "\n    ]}" : "]}");
    buf_append_str(out, last ? "\n" : ",\n");
}

dbk_err *migrate_plan_write(arena *a, const char *path, const schema_plan *plan)
{
    (void)a;
    buf out;
    buf_init(&out, PLAN_BYTES_MAX);
    buf_printf(&out, "{\n  \"daybook_plan\": %d,\n  ", PLAN_FORMAT);
    append_field(&out, "ledger", plan->fingerprint.ledger, ",\n  ");
    append_field(&out, "catalog", plan->fingerprint.catalog, ",\n  ");
    append_field(&out, "files", plan->fingerprint.files, ",\n  \"steps\": [\n");
    for (size_t i = 0; i < plan->count; i++)
        append_step(&out, &plan->steps[i], i + 1 == plan->count);
    buf_append_str(&out, "  ]\n}\n");
    dbk_err *e = buf_error(&out);
    if (!e)
        e = file_write_atomic(path, out.data, out.length, 0644);
    buf_term(&out);
    return e ? err_wrap(e, "while writing the plan") : NULL;
}

static bool take_hash(const json_t *plan, const char *key, char out[PLAN_HASH_SIZE])
{
    const char *text = json_string_value(json_object_get(plan, key));
    if (!text || strlen(text) >= PLAN_HASH_SIZE)
        return false;
    memcpy(out, text, strlen(text) + 1);
    return true;
}

dbk_err *migrate_plan_read(arena *a, const char *path, plan_fingerprint *out)
{
    char *text;
    size_t length;
    json_t *plan = NULL;
    plan_fingerprint f = {{0}, {0}, {0}};
    dbk_err *e = file_read(a, path, PLAN_BYTES_MAX, &text, &length);
    if (!e)
        e = json_parse(text, length, path, &plan);
    if (e)
        return e;
    bool good = json_integer_value(json_object_get(plan, "daybook_plan")) == PLAN_FORMAT &&
                take_hash(plan, "ledger", f.ledger) && take_hash(plan, "catalog", f.catalog) &&
                take_hash(plan, "files", f.files);
    json_decref(plan);
    if (!good)
        return err_with_hint(err_new(ERR_INPUT, "%s is not a plan that this version can read", path),
                             "`daybook migrate plan --out FILE` writes one");
    *out = f;
    return NULL;
}

/* ---- the verb ---- */

static dbk_err *fill_row(table *t, const plan_step *s)
{
    dbk_err *e = table_row(t);
    if (!e)
        e = table_set(t, 0, s->module);
    if (!e)
        e = table_set(t, 1, schema_kind_name(s->kind));
    if (!e && s->kind == SCHEMA_MIGRATION)
        e = table_setf(t, 2, "%lld", (long long)s->number);
    if (!e)
        e = table_set(t, 3, s->name);
    if (!e)
        e = table_set(t, 4, s->action);
    if (!e && s->kind == SCHEMA_MIGRATION)
        e = table_set(t, 5, s->by_statement ? "statement by statement" : "one transaction");
    if (!e && s->kind == SCHEMA_MIGRATION)
        e = table_setf(t, 6, "%zu", s->statements);
    return e;
}

static dbk_err *steps_table(const schema_plan *plan, table **out)
{
    static const table_column columns[] = {
        {"module", TABLE_STRING}, {"kind", TABLE_STRING}, {"number", TABLE_INT},    {"name", TABLE_STRING},
        {"action", TABLE_STRING}, {"mode", TABLE_STRING}, {"statements", TABLE_INT}};
    table *t = NULL;
    dbk_err *e = table_new("steps", columns, sizeof(columns) / sizeof(columns[0]), &t);
    for (size_t i = 0; !e && i < plan->count; i++)
        e = fill_row(t, &plan->steps[i]);
    *out = t;
    return e;
}

static dbk_err *fill_lock(table *t, const plan_step *step, const plan_statement *s, const lock_expected *lock,
                          bool whole)
{
    const char *cells[] = {step->module,
                           step->name,
                           NULL,
                           whole ? s->text : s->summary,
                           lock->relation,
                           NULL,
                           lock_mode_name(lock->mode),
                           lock_mode_blocks(lock->mode),
                           answer(lock, lock->rewritten),
                           answer(lock, lock->scanned),
                           lock->note};
    dbk_err *e = table_row(t);
    for (size_t c = 0; !e && c < sizeof(cells) / sizeof(cells[0]); c++)
        e = table_set(t, c, cells[c]);
    if (!e && step->file)
        e = table_setf(t, 2, "%zu", s->line);
    return e || !lock->relation ? e : table_setf(t, 5, "%zu", lock->children);
}

/* Every statement has a line, also one that locks nothing. */
static dbk_err *locks_table(const schema_plan *plan, bool whole, table **out)
{
    static const table_column columns[] = {
        {"module", TABLE_STRING},    {"file", TABLE_STRING},     {"line", TABLE_INT},
        {"statement", TABLE_STRING}, {"relation", TABLE_STRING}, {"children", TABLE_INT},
        {"lock", TABLE_STRING},      {"blocks", TABLE_STRING},   {"rewritten", TABLE_STRING},
        {"scanned", TABLE_STRING},   {"note", TABLE_STRING}};
    table *t = NULL;
    dbk_err *e = table_new("locks", columns, sizeof(columns) / sizeof(columns[0]), &t);
    for (size_t i = 0; !e && i < plan->count; i++)
        for (size_t k = 0; !e && k < plan->steps[i].item_count; k++) {
            const plan_statement *s = &plan->steps[i].items[k];
            for (size_t n = 0; !e && n < s->locks.count; n++)
                e = fill_lock(t, &plan->steps[i], s, &s->locks.items[n], whole);
        }
    *out = t;
    return e;
}

static dbk_err *fingerprint_table(const schema_plan *plan, table **out)
{
    static const table_column columns[] = {
        {"ledger", TABLE_STRING}, {"catalog", TABLE_STRING}, {"files", TABLE_STRING}};
    table *t = NULL;
    dbk_err *e = table_new("fingerprint", columns, sizeof(columns) / sizeof(columns[0]), &t);
    if (!e)
        e = table_row(t);
    if (!e)
        e = table_set(t, 0, plan->fingerprint.ledger);
    if (!e)
        e = table_set(t, 1, plan->fingerprint.catalog);
    if (!e)
        e = table_set(t, 2, plan->fingerprint.files);
    *out = t;
    return e;
}

static dbk_err *print_tables(app *app, const schema_plan *plan)
{
    table *tables[3] = {NULL, NULL, NULL};
    dbk_err *e = steps_table(plan, &tables[0]);
    if (!e)
        e = locks_table(plan, app->output.format != TABLE_TEXT, &tables[1]);
    if (!e)
        e = fingerprint_table(plan, &tables[2]);
    if (!e)
        e = app_print(app, tables, 3);
    for (size_t i = 0; i < 3; i++)
        table_free(tables[i]);
    return e;
}

/* A name may hold anything; a comment ends with its line. */
static void print_on_line(FILE *out, const char *before, const char *text)
{
    fputs(before, out);
    for (; *text; text++)
        fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
}

static void print_lock(FILE *out, const plan_statement *s, const lock_expected *lock)
{
    fprintf(out, "--   line %zu: %s", s->line, lock_mode_name(lock->mode));
    if (lock->relation)
        print_on_line(out, " on ", lock->relation);
    if (lock->children)
        fprintf(out, " and %zu below it", lock->children);
    if (lock->mode != LOCK_UNKNOWN)
        fprintf(out, ", blocks %s", lock_mode_blocks(lock->mode));
    if (lock->rewritten != LOCK_NO)
        fprintf(out, ", rewritten: %s", lock_answer_name(lock->rewritten));
    if (lock->scanned != LOCK_NO)
        fprintf(out, ", scanned: %s", lock_answer_name(lock->scanned));
    if (lock->note)
        print_on_line(out, ": ", lock->note);
    fputc('\n', out);
}

/* What locks nothing is left to the SQL itself. */
static void print_locks(FILE *out, const plan_step *step)
{
    for (size_t i = 0; i < step->item_count; i++)
        for (size_t k = 0; k < step->items[i].locks.count; k++)
            if (step->items[i].locks.items[k].mode != LOCK_NONE)
                print_lock(out, &step->items[i], &step->items[i].locks.items[k]);
}

static void print_sql(FILE *out, const schema_plan *plan)
{
    fprintf(out, "-- ledger %s, catalog %s, files %s\n", plan->fingerprint.ledger, plan->fingerprint.catalog,
            plan->fingerprint.files);
    for (size_t i = 0; i < plan->count; i++) {
        const plan_step *s = &plan->steps[i];
        fprintf(out, "-- %zu of %zu: %s %s %s of module %s%s\n", i + 1, plan->count, s->action,
                schema_kind_name(s->kind), s->name, s->module,
                s->by_statement ? ", statement by statement" : "");
        print_locks(out, s);
        if (s->file)
            fprintf(out, "%s\n", s->file->text);
    }
}

static dbk_err *run(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    (void)exit_status;
    const plan_options *o = options;
    schema_choice choice;
    schema_plan plan = {0};
    pg_conn *c = NULL;
    dbk_err *e = migrate_read_choice(app->arena, &o->choice, &choice);
    if (!e)
        e = app_connect(app, "daybook migrate plan", &c);
    if (!e)
        e = schema_plan_read(c, app->arena, &choice, o->choice.role_prefix, &plan);
    pg_close(c);
    if (!e && o->out)
        e = migrate_plan_write(app->arena, o->out, &plan);
    if (e)
        return e;
    if (!o->sql)
        return print_tables(app, &plan);
    print_sql(app->out, &plan);
    return NULL;
}

const cmd_spec cmd_migrate_plan = {
    .help =
        {.name = "migrate plan",
         .summary = "say what apply would do, and write nothing",
         .description =
             "Lists the files that apply would run, in order; each statement with the locks to expect, whom "
             "they block, and whether the table is rewritten or read from end to end; and a fingerprint: of "
             "the ledger's head, of the catalog of every schema but Daybook's own and without partitions, "
             "and "
             "of the files. With --out the plan goes into a file that others can read and approve; `migrate "
             "apply --plan` then refuses when the database or the files have moved since.\n\n"
             "Locks are told from the text of the statements and the catalog: nothing is run. What cannot be "
             "told (what a function does, say) is unknown, with a note. How long a lock would be held, "
             "`daybook lint --trace` measures.\n\n"
             "Reads only, in a read-only transaction: on a standby too, and by a role that may create "
             "nothing. Exit "
             "status 0 also when there is something to do; 10 to 16: history does not fit the files.",
         .examples =
             "daybook migrate plan\n"
             "daybook migrate plan --sql\n"
             "daybook migrate plan --out release.plan && daybook migrate apply --plan release.plan\n"},
    .options_size = sizeof(plan_options),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run,
};
