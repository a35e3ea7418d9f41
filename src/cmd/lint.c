/* lint.c: reads modules as PostgreSQL's parser does and prints what would hurt. */
#include <stdlib.h>
#include <string.h>

#include "cmd/app.h"
#include "cmd/lint_trace.h"
#include "schema/install.h"
#include "schema/lint.h"

#define NAMES_MAX 256
#define LINT_ARENA_MAX ((size_t)1 << 30)

typedef struct lint_flags {
    opt_list modules;
    opt_list rules;
    opt_list applied;
    const char *modules_dir;
    const char *role_prefix;
    bool live;
    bool list;
    bool trace;
    const char *pg_bin;
} lint_flags;

static const opt_row rows[] = {
    {.name = "modules-dir",
     .kind = OPT_STRING,
     .offset = offsetof(lint_flags, modules_dir),
     .value_name = "FOLDER",
     .help = "read the modules of this folder, and the built-in ones for what they define"},
    {.name = "modules",
     .kind = OPT_LIST,
     .offset = offsetof(lint_flags, modules),
     .value_name = "NAMES",
     .help = "report on these modules only, separated by commas"},
    {.name = "rule",
     .kind = OPT_LIST,
     .offset = offsetof(lint_flags, rules),
     .value_name = "RULES",
     .help = "report on these rules or groups of rules (locks, book, shards, functions, events) only, and on "
             "what cannot be read",
     .no_env = true},
    {.name = "applied",
     .kind = OPT_LIST,
     .offset = offsetof(lint_flags, applied),
     .value_name = "MODULE=NUMBER",
     .help = "migrations up to this number are history: their tables hold rows, and nothing is said of the "
             "files"},
    {.name = "live",
     .kind = OPT_FLAG,
     .offset = offsetof(lint_flags, live),
     .help = "ask the ledger of the database which migrations are applied",
     .no_env = true},
    {.name = "trace",
     .kind = OPT_FLAG,
     .offset = offsetof(lint_flags, trace),
     .help = "run the pending migrations on a scratch server and report what they lock; with --live, for how "
             "long",
     .no_env = true},
    {.name = "pg-bin",
     .kind = OPT_STRING,
     .offset = offsetof(lint_flags, pg_bin),
     .value_name = "FOLDER",
     .help =
         "with --trace: where the server programs for the scratch server are; with --live they must be of "
         "the live server's major version"},
    {.name = "role-prefix",
     .kind = OPT_STRING,
     .offset = offsetof(lint_flags, role_prefix),
     .value_name = "PREFIX",
     .help = "with --live: what the names of the roles begin with",
     .default_text = "daybook_"},
    {.name = "list",
     .kind = OPT_FLAG,
     .offset = offsetof(lint_flags, list),
     .help = "print all rules and read nothing",
     .no_env = true},
};

/* Each of a list's items may name several. */
static dbk_err *split_all(arena *a, const opt_list *list, const char ***out, size_t *count)
{
    const char **names = arena_alloc(a, NAMES_MAX * sizeof(*names));
    if (!names)
        return err_oom();
    *count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const char **part;
        size_t part_count;
        dbk_err *e = conf_split(a, list->items[i], &part, &part_count);
        if (e)
            return e;
        if (*count + part_count > NAMES_MAX)
            return err_new(ERR_USAGE, "more than %d names are given", NAMES_MAX);
        if (part_count)
            memcpy(names + *count, part, part_count * sizeof(*names));
        *count += part_count;
    }
    *out = names;
    return NULL;
}

static dbk_err *read_applied(arena *a, const opt_list *list, lint_applied *out, size_t *count)
{
    const char **items;
    size_t item_count;
    dbk_err *e = split_all(a, list, &items, &item_count);
    for (size_t i = 0; !e && i < item_count; i++) {
        const char *equals = strchr(items[i], '=');
        char *end = NULL;
        long long number = equals ? strtoll(equals + 1, &end, 10) : -1;
        if (!equals || end == equals + 1 || *end || number < 0)
            return err_new(ERR_USAGE, "--applied is \"%s\", which is not MODULE=NUMBER", items[i]);
        out[i] = (lint_applied){.module = arena_strndup(a, items[i], (size_t)(equals - items[i])),
                                .number = number};
        if (!out[i].module)
            return err_oom();
        *count = i + 1;
    }
    return e;
}

/* What the database says is applied, in place of --applied. */
static dbk_err *read_live(app *app, const lint_flags *f, lint_applied *out, size_t *count)
{
    schema_choice choice = {.modules_dir = f->modules_dir};
    schema_status status = {0};
    pg_conn *c = NULL;
    dbk_err *e = app_connect(app, NULL, &c);
    if (!e)
        e = schema_status_read(c, app->arena, &choice, f->role_prefix, &status);
    if (!e && status.fault) {
        e = status.fault;
        status.fault = NULL;
    }
    for (size_t i = 0; !e && i < status.count; i++) {
        const schema_item *item = &status.items[i];
        size_t at = 0;
        if (item->kind != SCHEMA_MIGRATION || item->state == SCHEMA_PENDING)
            continue;
        while (at < *count && strcmp(out[at].module, item->module) != 0)
            at++;
        if (at == NAMES_MAX)
            return err_new(ERR_LIMIT, "more than %d modules", NAMES_MAX);
        if (at == *count)
            out[(*count)++] = (lint_applied){.module = item->module, .number = item->number};
        if (item->number > out[at].number)
            out[at].number = item->number;
    }
    pg_close(c);
    return e;
}

static dbk_err *print_rules(app *app)
{
    static const table_column columns[] = {{"rule", TABLE_STRING},  {"level", TABLE_STRING},
                                           {"group", TABLE_STRING}, {"what", TABLE_STRING},
                                           {"why", TABLE_STRING},   {"fix", TABLE_STRING}};
    size_t count;
    const lint_rule *rules = lint_rules(&count);
    table *t = NULL;
    dbk_err *e = table_new(NULL, columns, sizeof(columns) / sizeof(columns[0]), &t);
    for (size_t i = 0; !e && i < count; i++) {
        const char *cells[] = {rules[i].id,
                               lint_level_name(rules[i].level),
                               lint_group_name(rules[i].group),
                               rules[i].what,
                               rules[i].why,
                               rules[i].fix};
        e = table_row(t);
        for (size_t c = 0; !e && c < sizeof(cells) / sizeof(cells[0]); c++)
            e = table_set(t, c, cells[c]);
    }
    if (!e)
        e = table_print(t, (table_format)app->output.format, app->out);
    table_free(t);
    return e;
}

/* For people the way compilers say it, so that editors find the place. */
static dbk_err *print_text(app *app, const lint_result *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const lint_finding *f = &r->items[i];
        if (fprintf(app->out, "%s:%zu:%zu: %s: %s [%s]\n    why: %s\n    fix: %s\n", f->path, f->line,
                    f->column, lint_level_name(f->rule->level), f->message, f->rule->id, f->rule->why,
                    f->rule->fix) < 0)
            return err_new(ERR_IO, "cannot write the findings");
    }
    return NULL;
}

static dbk_err *fill_row(table *t, const lint_finding *f)
{
    const char *cells[] = {f->path,     NULL,       NULL,        lint_level_name(f->rule->level),
                           f->rule->id, f->message, f->rule->fix};
    dbk_err *e = table_row(t);
    for (size_t c = 0; !e && c < sizeof(cells) / sizeof(cells[0]); c++)
        e = table_set(t, c, cells[c]);
    if (!e)
        e = table_setf(t, 1, "%zu", f->line);
    return e ? e : table_setf(t, 2, "%zu", f->column);
}

static dbk_err *print_table(app *app, const lint_result *r)
{
    static const table_column columns[] = {
        {"file", TABLE_STRING}, {"line", TABLE_INT},       {"column", TABLE_INT}, {"level", TABLE_STRING},
        {"rule", TABLE_STRING}, {"message", TABLE_STRING}, {"fix", TABLE_STRING}};
    table *t = NULL;
    dbk_err *e = table_new(NULL, columns, sizeof(columns) / sizeof(columns[0]), &t);
    for (size_t i = 0; !e && i < r->count; i++)
        e = fill_row(t, &r->items[i]);
    if (!e)
        e = table_print(t, (table_format)app->output.format, app->out);
    table_free(t);
    return e;
}

static dbk_err *print_findings(app *app, const lint_result *r, int *exit_status)
{
    dbk_err *e = app->output.format == TABLE_TEXT ? print_text(app, r) : print_table(app, r);
    if (e)
        return e;
    *exit_status = r->unknown_count ? 3 : r->count ? 1 : 0;
    log_fields(app->log, r->count ? LOG_WARNING : LOG_INFO,
               r->unknown_count ? "some of it cannot be read, so it cannot be called clean"
               : r->count       ? "the modules break rules"
                                : "the modules keep all rules",
               LOG_INT("files", (int64_t)r->file_count), LOG_INT("routines", (int64_t)r->routine_count),
               LOG_INT("findings", (int64_t)r->count), LOG_INT("suppressed", (int64_t)r->allowed_count));
    return NULL;
}

static dbk_err *run_lint(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    const lint_flags *f = options;
    lint_options o = {.modules_dir = f->modules_dir};
    lint_result result;
    const char **modules, **rules;
    char today[CLOCK_ISO_SIZE];
    if (f->list)
        return print_rules(app);
    lint_applied *applied = arena_alloc(app->arena, NAMES_MAX * sizeof(*applied));
    if (!applied)
        return err_oom();
    clock_iso(app->clock->wall_us(app->clock), today);
    today[strlen("2026-11-20")] = '\0';
    o.today = today;
    o.applied = applied;
    dbk_err *e = split_all(app->arena, &f->modules, &modules, &o.module_count);
    if (!e)
        e = split_all(app->arena, &f->rules, &rules, &o.rule_count);
    if (!e)
        e = f->live ? read_live(app, f, applied, &o.applied_count)
                    : read_applied(app->arena, &f->applied, applied, &o.applied_count);
    if (e)
        return e;
    o.modules = modules;
    o.rules = rules;
    if (f->trace)
        return lint_trace_print(app, &o, f->live, f->pg_bin, exit_status);
    arena *a = arena_new(LINT_ARENA_MAX);
    e = a ? lint_run(a, &o, &result) : err_oom();
    if (!e)
        e = print_findings(app, &result, exit_status);
    arena_free(a);
    return e;
}

const cmd_spec cmd_lint = {
    .help = {.name = "lint",
             .summary = "say what would hurt in migrations, functions and views, without a server",
             .description =
                 "Reads modules with PostgreSQL's own parser: locks and rewrites of migrations on "
                 "tables that exist, types "
                 "and keys that do not suit a book or cannot be sharded, functions that a caller "
                 "could lead astray, and "
                 "functions that can change state and end without an event. Ends with 0 when "
                 "there is nothing to say, 1 "
                 "when rules are broken, and 3 when something could not be read. docs/LINT.md "
                 "lists the rules.\n\n"
                 "A comment -- daybook-lint: allow RULE until YYYY-MM-DD: reason takes a finding "
                 "away until that day; what squawk and eugene were told to leave out is left out too, and "
                 "asked for a day and a reason.",
             .examples =
                 "daybook lint\n"
                 "daybook lint --modules-dir modules --applied billing=12\n"
                 "daybook lint --modules-dir modules --live --url postgresql://db/trading --format json\n"},
    .options_size = sizeof(lint_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_lint,
};
