#include "schema/drift_sides.h"

#include <string.h>

#include "mirror_sql.h"
#include "schema/ledger.h"
#include "schema/mirror_replay.h"
#include "schema/module.h"

/* Columns of installed.sql. */
enum { OWNER, PREFIX, READABLE };

static bool has_schema(const mirror *m, const char *schema)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->items[i].kind, "schema") == 0 && strcmp(m->items[i].schema, schema) == 0)
            return true;
    return false;
}

/* A module whose schemas are all there is taken to be installed. */
static dbk_err *guess_modules(arena *a, const char *modules_dir, const mirror *m, schema_choice *out)
{
    module_set *set;
    dbk_err *e = module_set_load(a, modules_dir, &set);
    if (e)
        return e;
    const char **names = arena_alloc(a, (set->count + 1) * sizeof(*names));
    if (!names)
        return err_oom();
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++) {
        bool all = set->items[i].schemas.count > 0;
        for (size_t s = 0; s < set->items[i].schemas.count; s++)
            all = all && has_schema(m, set->items[i].schemas.items[s]);
        if (all)
            names[count++] = set->items[i].name;
    }
    out->modules = names;
    out->module_count = count;
    return NULL;
}

static dbk_err *remembered_modules(pg_conn *c, arena *a, schema_choice *out)
{
    ledger l;
    dbk_err *e = ledger_find(c, a, &l);
    if (e)
        return e;
    out->modules = l.modules.items;
    out->module_count = l.modules.count;
    return NULL;
}

dbk_err *drift_live_read(pg_conn *c, arena *a, const schema_choice *choice, const mirror_options *o,
                         drift_live *out)
{
    drift_live live = {.choice = *choice};
    pg_rows *rows;
    dbk_err *e = mirror_read(c, a, o, &live.mirror);
    if (!e)
        e = pg_query(c, a, mirror_installed, NULL, &rows);
    if (e)
        return e;
    if (pg_row_count(rows) == 0)
        return err_with_hint(err_new(ERR_UNKNOWN, "Daybook is not installed in this database"),
                             "is it the one that was meant? `daybook migrate apply` installs");
    live.owner = pg_get_text(rows, 0, OWNER);
    live.prefix = pg_get_text(rows, 0, PREFIX);
    if (choice->module_count == 0 && !choice->profile)
        e = pg_get_bool(rows, 0, READABLE)
                ? remembered_modules(c, a, &live.choice)
                : guess_modules(a, choice->modules_dir, &live.mirror, &live.choice);
    if (e)
        return err_wrap(e, "while finding out which modules are installed");
    if (live.choice.module_count == 0 && !live.choice.profile)
        return err_new(ERR_UNKNOWN, "no module is installed in this database");
    *out = live;
    return NULL;
}

/* Roles belong to the whole server and are no part of what is compared, but without them no right can be
 * granted. */
static dbk_err *make_roles(const drift_scratch *s, arena *a, const mirror *m)
{
    const char **roles;
    size_t count;
    pg_conn *c = NULL;
    dbk_err *e = mirror_roles(a, m, &roles, &count);
    if (!e)
        e = pg_connect(&(pg_connect_options){.url = s->superuser_url, .application_name = "daybook drift"},
                       &c);
    if (!e)
        e = mirror_make_roles(c, a, roles, count);
    pg_close(c);
    return e;
}

static dbk_err *read_scratch(arena *a, const drift_scratch *s, const mirror_options *o, mirror *out)
{
    pg_conn *c = NULL;
    dbk_err *e =
        pg_connect(&(pg_connect_options){.url = s->superuser_url, .application_name = "daybook drift"}, &c);
    if (!e)
        e = mirror_read(c, a, o, out);
    pg_close(c);
    return e;
}

dbk_err *drift_files_read(arena *a, const drift_scratch *s, const drift_live *live, const mirror_options *o,
                          mirror *out)
{
    schema_install_options install = {.url = s->owner_url,
                                      .choice = live->choice,
                                      .role_prefix = live->prefix,
                                      .clock = s->clock,
                                      .log = s->log};
    schema_install_result done;
    dbk_err *e = make_roles(s, a, &live->mirror);
    if (!e)
        e = schema_install(&install, &done);
    if (!e)
        e = read_scratch(a, s, o, out);
    return e ? err_wrap(e, "while replaying the files of the modules on a scratch server") : NULL;
}

/* What modules want called after each installation makes, above all, the partitions that no mirror holds. */
static dbk_err *call_after(pg_conn *c, arena *a, const drift_live *live)
{
    module_set *set;
    module_order order;
    dbk_err *e = module_set_load(a, live->choice.modules_dir, &set);
    if (!e)
        e = module_select(a, set, &live->choice, &(module_names){0}, &order);
    for (size_t i = 0; !e && i < order.count; i++)
        for (size_t f = 0; !e && f < order.items[i]->after.count; f++) {
            const char *sql = arena_printf(a, "select %s", order.items[i]->after.items[f]);
            e = sql ? pg_exec(c, sql) : err_oom();
        }
    return e;
}

dbk_err *drift_replay_read(arena *a, const drift_scratch *s, const drift_live *live, const mirror *folder,
                           const mirror_options *o, mirror *out)
{
    pg_conn *c = NULL;
    dbk_err *e =
        pg_connect(&(pg_connect_options){.url = s->superuser_url, .application_name = "daybook drift"}, &c);
    if (!e)
        e = mirror_replay(c, a, folder);
    if (!e)
        e = call_after(c, a, live);
    pg_close(c);
    if (!e)
        e = read_scratch(a, s, o, out);
    return e ? err_wrap(e, "while replaying the mirror on a scratch server") : NULL;
}
