/* sqitch's registry against its plan. The registry is only read, and so `sqitch status` goes on saying what
 * it said; therefore everything that is planned must have been deployed by sqitch, or it would miss the rest
 * for ever.
 *
 * The id of a change covers all changes before it, the script's hash covers the script; so what can be
 * compared is compared: ids, order of deployment, scripts. */
#include <string.h>

#include "core/digest.h"
#include "schema/install_int.h"
#include "schema/quote.h"

enum { CHANGE_ID, CHANGE, SCRIPT_HASH };

typedef struct registry {
    installer *in;
    const module *module;
    char *schema; /* quoted */
} registry;

/* %s is the schema; $1 is the project. */
static dbk_err *ask(const registry *r, const char *form, pg_rows **rows)
{
    char *sql = arena_strdup(r->in->scratch, "");
    for (const char *at = form, *next; sql && at; at = next ? next + 2 : NULL) {
        next = strstr(at, "%s");
        sql = arena_printf(r->in->scratch, "%s%.*s%s", sql, (int)(next ? (size_t)(next - at) : strlen(at)),
                           at, next ? r->schema : "");
    }
    pg_params *p = pg_params_new(r->in->scratch);
    pg_param_text(p, r->module->plan.project);
    return sql ? pg_query(r->in->work, r->in->scratch, sql, p, rows) : err_oom();
}

static const sqitch_change *find_id(const sqitch_plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->changes[i].id, id) == 0)
            return &plan->changes[i];
    return NULL;
}

static dbk_err *check_tables(const registry *r)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(r->in->scratch);
    const char *table = arena_printf(r->in->scratch, "%s.changes", r->schema);
    pg_param_text(p, table);
    dbk_err *e = table ? pg_query_one(r->in->work, r->in->scratch,
                                      "select pg_catalog.to_regclass($1) is not null", p, &rows)
                       : err_oom();
    if (e || pg_get_bool(rows, 0, 0))
        return e;
    return err_with_hint(
        err_new(ERR_INPUT, "there is no table %s.changes in this database", r->module->registry),
        "connect to the database that sqitch deployed to; --registry names another schema");
}

static dbk_err *check_project(const registry *r)
{
    pg_rows *rows;
    dbk_err *e = ask(r,
                     "select pg_catalog.string_agg(project, ', ' order by project),"
                     "       pg_catalog.bool_or(project = $1) from %s.projects",
                     &rows);
    const char *known = e ? NULL : pg_get_text(rows, 0, 0);
    if (e || (known && pg_get_bool(rows, 0, 1)))
        return e;
    return err_with_hint(err_new(ERR_INPUT, "sqitch has not deployed the project \"%s\" to this database",
                                 r->module->plan.project),
                         "its projects are: %s", known ? known : "none");
}

/* A change that failed once and was deployed later has done so for good; one that is no longer planned says
 * nothing about the plan. */
static dbk_err *check_failed(const registry *r)
{
    pg_rows *rows;
    dbk_err *e = ask(r,
                     "select newest.change_id, newest.change"
                     "  from (select distinct on (change_id) change_id, change, event"
                     "          from %s.events where project = $1"
                     "         order by change_id, committed_at desc) as newest"
                     " where newest.event = 'fail'"
                     "   and not exists (select from %s.changes as c where c.change_id = newest.change_id)",
                     &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        const sqitch_change *change = find_id(&r->module->plan, pg_get_text(rows, i, CHANGE_ID));
        if (change)
            e = err_with_hint(err_new(ERR_HISTORY_HALF,
                                      "%s.events says that the deployment of \"%s\" failed, and nothing was "
                                      "deployed of it since",
                                      r->module->registry, pg_get_text(rows, i, CHANGE)),
                              "look what it left behind, and deploy it with sqitch first");
    }
    return e;
}

static dbk_err *unknown_change(const registry *r, const char *name)
{
    const sqitch_plan *plan = &r->module->plan;
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->changes[i].name, name) == 0)
            return err_with_hint(
                err_new(ERR_HISTORY_EDITED,
                        "%s/sqitch.plan:%zu: \"%s\" is not the change that was deployed: its id is another",
                        r->module->name, plan->changes[i].line, name),
                "its line, or one before it, was edited, moved or taken out since; restore the plan");
    return err_with_hint(err_new(ERR_HISTORY_DELETED,
                                 "sqitch deployed the change \"%s\", and %s/sqitch.plan does not have it",
                                 name, r->module->name),
                         "restore the plan; applied migrations are never removed");
}

/* The change that stands at this place of the plan, and was not deployed there. */
static dbk_err *wrong_order(const registry *r, const pg_rows *rows, const sqitch_change *planned,
                            const char *deployed)
{
    for (size_t i = 0; i < pg_row_count(rows); i++)
        if (strcmp(pg_get_text(rows, i, CHANGE_ID), planned->id) == 0)
            return err_with_hint(
                err_new(ERR_HISTORY_ORDER, "sqitch deployed \"%s\" before \"%s\", and the plan says after it",
                        deployed, planned->name),
                "is it the plan that was deployed here? see %s.changes.committed_at", r->module->registry);
    return err_with_hint(err_new(ERR_HISTORY_ORDER,
                                 "%s/sqitch.plan:%zu: \"%s\" is not deployed, and \"%s\" behind it is",
                                 r->module->name, planned->line, planned->name, deployed),
                         "put it right with sqitch first");
}

/* Where sqitch knew no hash it has kept the change's id in its place. */
static bool script_fits(const module_file *file, const char *hash)
{
    char other[DIGEST_SHA1_HEX_SIZE];
    if (!hash || strcmp(file->sha1, hash) == 0)
        return true;
    digest_sha1_hex(file->text, strlen(file->text), other);
    return strcmp(other, hash) == 0;
}

static dbk_err *compare_row(const registry *r, const pg_rows *rows, size_t i)
{
    const sqitch_plan *plan = &r->module->plan;
    const char *id = pg_get_text(rows, i, CHANGE_ID), *name = pg_get_text(rows, i, CHANGE);
    const sqitch_change *change = find_id(plan, id);
    if (!change)
        return unknown_change(r, name);
    if (change != &plan->changes[i]) /* ids differ, and so there are as many rows as changes at most */
        return wrong_order(r, rows, &plan->changes[i], name);
    const module_file *file = install_adopt_file(r->module, (int64_t)i + 1);
    return script_fits(file, pg_get_text(rows, i, SCRIPT_HASH)) ? NULL
                                                                : install_adopt_edited(r->module, file);
}

static dbk_err *compare(const registry *r)
{
    const sqitch_plan *plan = &r->module->plan;
    pg_rows *rows;
    dbk_err *e = ask(r,
                     "select change_id, change, nullif(script_hash, change_id)"
                     "  from %s.changes where project = $1 order by committed_at",
                     &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++)
        e = compare_row(r, rows, i);
    if (e || pg_row_count(rows) == plan->count)
        return e;
    const sqitch_change *first = &plan->changes[pg_row_count(rows)];
    return err_with_hint(err_new(ERR_INPUT, "%s/sqitch.plan:%zu: the change \"%s\" is not deployed here",
                                 r->module->name, first->line, first->name),
                         "run `sqitch deploy` first: its own tables are never written here, and it would "
                         "miss the change for ever");
}

dbk_err *install_adopt_sqitch(installer *in, const module *m)
{
    registry r = {.in = in, .module = m};
    dbk_err *e = quote_ident(in->scratch, m->registry, &r.schema);
    if (!e)
        e = check_tables(&r);
    if (!e)
        e = check_project(&r);
    if (!e)
        e = check_failed(&r);
    if (!e)
        e = compare(&r);
    if (!e)
        e = install_adopt_begin(in);
    for (size_t i = 0; !e && i < m->plan.count; i++)
        e = install_adopt_take(in, m, install_adopt_file(m, (int64_t)i + 1));
    return e;
}
