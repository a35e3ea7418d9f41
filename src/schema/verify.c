#include "schema/verify.h"

#include <string.h>

static dbk_err *read_chains(pg_conn *c, arena *a, const char *pin, ledger_verdict *out)
{
    const char *owner = NULL;
    dbk_err *e = pg_begin(c);
    if (e)
        return e;
    e = pg_exec(c, "set transaction isolation level repeatable read, read only");
    if (!e)
        e = ledger_owner(c, a, &owner);
    if (!e && !owner)
        e = err_with_hint(
            err_new(ERR_UNKNOWN, "nothing is installed in this database, so there is nothing to verify"),
            "is it the right database?");
    if (!e)
        e = ledger_verify(c, a, pin, out);
    pg_rollback(c);
    return e;
}

dbk_err *schema_verify(pg_conn *c, arena *a, const schema_choice *choice, const char *role_prefix,
                       const char *pin, schema_verify_result *out)
{
    schema_verify_result result = {0};
    schema_status status = {0};
    dbk_err *e = read_chains(c, a, pin, &result.chains);
    if (!e)
        e = schema_status_read(c, a, choice, role_prefix, &status);
    if (e)
        return err_wrap(e, "while verifying the ledger");
    result.fault = status.fault;
    *out = result;
    return NULL;
}

/* ---- scripts ---- */

static dbk_err *read_ledger(pg_conn *c, arena *a, ledger *out)
{
    dbk_err *e = pg_begin(c);
    if (e)
        return e;
    e = pg_exec(c, "set transaction isolation level repeatable read, read only");
    if (!e)
        e = ledger_find(c, a, out);
    pg_rollback(c);
    return e;
}

/* In the order of modules, and of the plan in each. */
static dbk_err *choose_scripts(arena *a, const module_set *set, const ledger *l, tap_source **out,
                               size_t *count)
{
    size_t room = 0;
    for (size_t i = 0; i < set->count; i++)
        room += set->items[i].verify.count;
    *out = arena_alloc(a, (room + 1) * sizeof(**out));
    *count = 0;
    if (!*out)
        return err_oom();
    for (size_t i = 0; i < set->count; i++)
        for (size_t k = 0; k < set->items[i].verify.count; k++) {
            const module_file *file = &set->items[i].verify.items[k];
            if (ledger_find_migration(l, set->items[i].name, file->number))
                (*out)[(*count)++] = (tap_source){.path = file->path, .text = file->text, .script = true};
        }
    return NULL;
}

typedef struct script_taker {
    arena *arena;
    schema_verify_scripts *out;
} script_taker;

static dbk_err *take_script(void *ctx, const tap_result *r)
{
    const script_taker *t = ctx;
    schema_verify_script *script = &t->out->items[t->out->count++];
    *script = (schema_verify_script){.path = r->path};
    for (const tap_point *p = r->points; p && !script->failure; p = p->next)
        if (p->verdict == TAP_FAILED) {
            script->line = p->line;
            script->failure = arena_strdup(t->arena, p->description);
            if (!script->failure)
                return err_oom();
            t->out->failed++;
        }
    return NULL;
}

dbk_err *schema_verify_run_scripts(pg_conn *c, const char *url, arena *a, const schema_choice *choice,
                                   schema_verify_scripts *out)
{
    module_set *set;
    ledger l = {0};
    tap_source *files = NULL;
    size_t count = 0;
    schema_verify_scripts scripts = {0};
    script_taker taker = {.arena = a, .out = &scripts};
    tap_target target = {.label = "", .urls = &url};
    dbk_err *e = module_set_load(a, choice->modules_dir, &set);
    if (!e)
        e = read_ledger(c, a, &l);
    if (!e)
        e = choose_scripts(a, set, &l, &files, &count);
    if (!e && !(scripts.items = arena_alloc(a, (count + 1) * sizeof(*scripts.items))))
        e = err_oom();
    if (!e)
        e = tap_run(&(tap_options){.files = files,
                                   .file_count = count,
                                   .targets = &target,
                                   .target_count = 1,
                                   .workers = 1,
                                   .on_result = take_script,
                                   .ctx = &taker});
    if (e)
        return err_wrap(e, "while running scripts that verify");
    *out = scripts;
    return NULL;
}
