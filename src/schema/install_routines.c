/* Functions and views of one module, in one transaction: either the module has all of its new code or all of
 * its old.
 *
 * `create or replace` cannot change what a function returns, the columns of a view, or the kind of either,
 * and a changed list of parameters makes a second function beside the first. So the ledger knows the exact
 * identity of everything the runner made: what is in the way, and what no file makes any more, is dropped by
 * it, and nothing else ever is. What is in the way shows only when the server refuses; then the transaction
 * begins again with that file marked to be dropped first. */
#include <string.h>

#include "schema/install_int.h"
#include "schema/privileges.h"
#include "schema/quote.h"
#include "schema/sql_run.h"
#include "schema_sql.h"

#define MADE_LANGUAGE_PLPGSQL "plpgsql"
#define MADE_LANGUAGE_SQL "sql"

/* One file, with what is known of it. */
typedef struct routine {
    schema_kind kind;
    const module_file *file;
    const ledger_routine *row; /* NULL: new */
    bool apply;
    bool drop_first;
    const char *identity; /* made in this transaction */
    const char *language;
    const char *oid;
} routine;

typedef struct routines_step {
    const module *module;
    int64_t head;
    routine *items; /* functions of api, functions of owner, views */
    size_t count;
    const ledger_routine **leftovers; /* rows without a file */
    size_t leftover_count;
    bool drop_views; /* a function to be dropped has views upon it */
    size_t applied, dropped, grants;
} routines_step;

static void add_files(routines_step *step, const ledger *l, schema_kind kind, const module_files *files,
                      bool run_as_owner)
{
    for (size_t i = 0; i < files->count; i++) {
        const module_file *file = &files->items[i];
        if (file->run_as_owner != run_as_owner)
            continue;
        const ledger_routine *row = ledger_find_routine(l, step->module->name, kind, file->name);
        step->items[step->count++] = (routine){
            .kind = kind,
            .file = file,
            .row = row,
            .apply = history_routine_state(file, row, step->head) != SCHEMA_APPLIED,
            .drop_first = row && row->run_as_owner != file->run_as_owner,
        };
    }
}

static bool has_item(const routines_step *step, const ledger_routine *row)
{
    for (size_t i = 0; i < step->count; i++)
        if (step->items[i].row == row)
            return true;
    return false;
}

static dbk_err *collect(installer *in, const module *m, routines_step *step)
{
    const ledger *l = &in->ledger;
    step->module = m;
    step->head = m->migrations.count ? m->migrations.items[m->migrations.count - 1].number : -1;
    step->items = arena_alloc(in->arena, (m->functions.count + m->views.count + 1) * sizeof(*step->items));
    step->leftovers = arena_alloc(in->arena, (l->routine_count + 1) * sizeof(*step->leftovers));
    if (!step->items || !step->leftovers)
        return err_oom();
    add_files(step, l, SCHEMA_FUNCTION, &m->functions, false);
    add_files(step, l, SCHEMA_FUNCTION, &m->functions, true);
    add_files(step, l, SCHEMA_VIEW, &m->views, false);
    for (size_t i = 0; i < l->routine_count; i++)
        if (strcmp(l->routines[i].module, m->name) == 0 && !has_item(step, &l->routines[i]))
            step->leftovers[step->leftover_count++] = &l->routines[i];
    return NULL;
}

static bool needs_work(const routines_step *step)
{
    bool needed = step->leftover_count > 0;
    for (size_t i = 0; i < step->count; i++)
        needed |= step->items[i].apply;
    return needed;
}

/* The right to create in the schemas is lent to api for this transaction only. */
static dbk_err *lend_create(installer *in, const module *m, const char *verb)
{
    if (!in->roles.api)
        return NULL;
    char *api, *schema;
    dbk_err *e = schema_roles_act_as(in->work, in->scratch, in->roles.owner);
    if (!e)
        e = quote_ident(in->scratch, in->roles.api, &api);
    for (size_t i = 0; !e && i < m->schemas.count; i++) {
        e = quote_ident(in->scratch, m->schemas.items[i], &schema);
        const char *sql =
            e ? ""
              : arena_printf(in->scratch,
                             strcmp(verb, "grant") == 0 ? "grant usage, create on schema %s to %s"
                                                        : "revoke create on schema %s from %s",
                             schema, api);
        if (!e)
            e = sql ? pg_exec(in->work, sql) : err_oom();
    }
    return e ? err_with_hint(err_wrap(e, "in the schemas of module \"%s\"", m->name),
                             "each schema that module.conf lists is created by the module's migrations")
             : NULL;
}

/* Never CASCADE: what others have built upon ours is theirs to change first. */
static dbk_err *drop(installer *in, const char *identity)
{
    const char *space = strchr(identity, ' ');
    if (strncmp(identity, "materialized ", strlen("materialized ")) == 0)
        space = strchr(space + 1, ' ');
    const char *sql = space ? arena_printf(in->scratch, "drop %.*s if exists %s", (int)(space - identity),
                                           identity, space + 1)
                            : NULL;
    dbk_err *e = sql ? pg_exec(in->work, sql) : err_oom();
    if (e && strcmp(err_sqlstate(e), "2BP01") == 0)
        e = err_with_hint(
            e, "something that is not a function or view of this module stands upon it; change that first");
    return e ? err_wrap(e, "while dropping %s", identity) : NULL;
}

static dbk_err *drop_in_the_way(installer *in, routines_step *step)
{
    dbk_err *e = NULL;
    for (size_t i = step->count; !e && i > 0; i--) { /* views come last and are dropped first */
        const routine *r = &step->items[i - 1];
        if (r->row && (r->drop_first || (step->drop_views && r->kind == SCHEMA_VIEW)))
            e = drop(in, r->row->identity);
    }
    return e;
}

/* Those of the same kind that earlier files have made in this transaction. */
static dbk_err *add_known(arena *a, pg_params *p, const routines_step *step, const routine *r)
{
    size_t count = 0;
    const char **oids = arena_alloc(a, (step->count + 1) * sizeof(*oids));
    if (!oids)
        return err_oom();
    for (const routine *before = step->items; before < r; before++)
        if (before->kind == r->kind && before->oid)
            oids[count++] = before->oid;
    pg_param_text_array(p, oids, count);
    return NULL;
}

/* Finds what the file has made: exactly one object, or the ledger could not tell what to drop one day. */
static dbk_err *find_made(installer *in, const routines_step *step, routine *r)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(in->scratch);
    pg_param_text_array(p, step->module->schemas.items, step->module->schemas.count);
    dbk_err *e = add_known(in->scratch, p, step, r);
    if (!e)
        e = pg_query(in->work, in->scratch, r->kind == SCHEMA_VIEW ? sql_view_made : sql_function_made, p,
                     &rows);
    size_t made = e ? 0 : pg_row_count(rows);
    if (!e && made == 1) {
        r->oid = pg_get_text(rows, 0, 0);
        r->identity = pg_get_text(rows, 0, 1);
        r->language = pg_get_text(rows, 0, 2);
    }
    if (e || made == 1)
        return e;
    e = err_new(ERR_INPUT, "%s makes %zu %ss in the schemas of module \"%s\", not one", r->file->path, made,
                schema_kind_name(r->kind), step->module->name);
    return err_with_hint(e, "one object, one file; names are qualified with a schema that module.conf lists");
}

/* Syntax of bodies, and of SQL functions also the names in them; now that everything is there. */
static dbk_err *check_body(installer *in, const routine *r)
{
    const char *validator = NULL;
    if (r->language && strcmp(r->language, MADE_LANGUAGE_PLPGSQL) == 0)
        validator = "plpgsql_validator";
    else if (r->language && strcmp(r->language, MADE_LANGUAGE_SQL) == 0)
        validator = "fmgr_sql_validator";
    if (!validator)
        return NULL;
    const char *sql =
        arena_printf(in->scratch, "select pg_catalog.%s(%s::pg_catalog.oid)", validator, r->oid);
    dbk_err *e = sql ? pg_exec(in->work, sql) : err_oom();
    return e ? err_wrap(e, "while checking the body in %s", r->file->path) : NULL;
}

static dbk_err *apply_files(installer *in, routines_step *step)
{
    const char *role = NULL;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < step->count; i++) {
        routine *r = &step->items[i];
        r->identity = NULL;
        r->oid = NULL;
        if (!r->apply && !(step->drop_views && r->kind == SCHEMA_VIEW))
            continue;
        const char *needed = in->roles.api && !r->file->run_as_owner ? in->roles.api : in->roles.owner;
        if (!role || strcmp(role, needed) != 0)
            e = schema_roles_act_as(in->work, in->scratch, needed);
        role = needed;
        if (!e)
            e = sql_run_file(in->work, in->scratch, r->file);
        if (e) {
            /* Tells the caller which file it was; refusals of this kind are cured by dropping what was there.
             */
            static const char *const in_the_way[] = {"42P13", "42P16", "42725", "42809", "42710"};
            for (size_t s = 0; s < sizeof(in_the_way) / sizeof(in_the_way[0]); s++)
                if (r->row && !r->drop_first && strcmp(err_sqlstate(e), in_the_way[s]) == 0)
                    r->drop_first = true;
            return e;
        }
        e = find_made(in, step, r);
        step->applied++;
        if (!e && in->options->log)
            log_fields(in->options->log, LOG_DEBUG, "made", LOG_STR("file", r->file->path),
                       LOG_STR("as", r->identity));
    }
    return e;
}

static bool is_made_again(const routines_step *step, const char *identity)
{
    for (size_t i = 0; i < step->count; i++) {
        const routine *r = &step->items[i];
        const char *now = r->identity ? r->identity : r->row ? r->row->identity : "";
        if (strcmp(now, identity) == 0)
            return true;
    }
    return false;
}

/* What a file made before and makes no more: the file is gone, or its function has other parameters now. */
static dbk_err *drop_leftovers(installer *in, routines_step *step)
{
    dbk_err *e = schema_roles_act_as(in->work, in->scratch, in->roles.owner);
    for (int views = 1; !e && views >= 0; views--) /* views first: they may stand upon functions */
        for (size_t i = 0; !e && i < step->leftover_count; i++) {
            const ledger_routine *row = step->leftovers[i];
            if ((row->kind == SCHEMA_VIEW) != (views == 1))
                continue;
            if (!is_made_again(step, row->identity)) {
                e = drop(in, row->identity);
                step->dropped++;
            }
            if (!e)
                e = ledger_delete_routine(in->work, in->scratch, row);
        }
    for (size_t i = 0; !e && i < step->count; i++) {
        const routine *r = &step->items[i];
        if (r->row && r->identity && !r->drop_first && !is_made_again(step, r->row->identity)) {
            e = drop(in, r->row->identity);
            step->dropped++;
        }
    }
    return e;
}

static dbk_err *record(installer *in, routines_step *step)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < step->count; i++) {
        const routine *r = &step->items[i];
        if (r->identity)
            e = ledger_put_routine(in->work, in->scratch, step->module, r->kind, r->file, r->identity,
                                   step->head);
    }
    return e ? e : ledger_touch_module(in->work, in->scratch, step->module);
}

/* After the privileges: who checks a body needs the right to execute it. */
static dbk_err *check_bodies(installer *in, const routines_step *step)
{
    dbk_err *e = schema_roles_act_as(in->work, in->scratch, in->roles.owner);
    if (!e)
        e = pg_exec(in->work, "set local check_function_bodies = on");
    for (size_t i = 0; !e && i < step->count; i++)
        if (step->items[i].identity)
            e = check_body(in, &step->items[i]);
    return e;
}

static dbk_err *apply_routines(installer *in, routines_step *step)
{
    dbk_err *e = lend_create(in, step->module, "grant");
    if (!e)
        e = drop_in_the_way(in, step);
    if (!e)
        e = apply_files(in, step);
    if (!e)
        e = drop_leftovers(in, step);
    if (!e)
        e = record(in, step);
    return e ? e : lend_create(in, step->module, "revoke");
}

static dbk_err *routines_transaction(installer *in, void *arg)
{
    routines_step *step = arg;
    step->applied = step->dropped = step->grants = 0;
    bool needed = needs_work(step);
    dbk_err *e = needed ? apply_routines(in, step) : NULL;
    if (!e)
        e = privileges_apply(in->work, in->scratch, &in->roles, step->module,
                             step->module == in->order.items[0], &step->grants);
    return e || !needed ? e : check_bodies(in, step);
}

static size_t marks(const routines_step *step)
{
    size_t count = step->drop_views;
    for (size_t i = 0; i < step->count; i++)
        count += step->items[i].drop_first;
    return count;
}

dbk_err *install_routines(installer *in, const module *m)
{
    routines_step step = {0};
    dbk_err *e = collect(in, m, &step);
    const char *what = arena_printf(in->arena, "applying the functions and views of module \"%s\"", m->name);
    if (!e && !what)
        e = err_oom();
    if (e)
        return e;
    for (;;) {
        size_t before = marks(&step);
        e = install_transaction(in, what, routines_transaction, &step);
        if (!e)
            break;
        if (!step.drop_views && strcmp(err_sqlstate(e), "2BP01") == 0)
            step.drop_views = true;
        if (marks(&step) == before) /* each round marks one more, so this ends */
            return e;
        err_free(e);
    }
    in->result.routines += step.applied;
    in->result.dropped += step.dropped;
    in->result.grants += step.grants;
    if (in->options->log && step.applied + step.dropped + step.grants > 0)
        log_fields(in->options->log, LOG_INFO, "applied", LOG_STR("module", m->name),
                   LOG_INT("functions_and_views", step.applied), LOG_INT("dropped", step.dropped),
                   LOG_INT("grants", step.grants));
    return NULL;
}
