#include "schema/ledger.h"

#include <string.h>

#include "schema_sql.h"

dbk_err *ledger_owner(pg_conn *c, arena *a, const char **owner)
{
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, sql_ledger_find, NULL, &rows);
    if (e)
        return e;
    if (pg_row_count(rows) == 0) {
        *owner = NULL;
        return NULL;
    }
    const char *name = pg_get_text(rows, 0, 0);
    if (!pg_get_bool(rows, 0, 1))
        return err_with_hint(
            err_new(ERR_DENIED, "Daybook is installed in this database and belongs to the role \"%s\"", name),
            "connect as that role, or as a member of it that inherits its rights");
    if (!pg_get_bool(rows, 0, 2))
        return err_with_hint(err_new(ERR_INPUT, "the schema \"daybook\" exists and is not Daybook's"),
                             "the installer keeps its own records there; rename the other schema first");
    *owner = name;
    return NULL;
}

static dbk_err *read_modules(pg_conn *c, arena *a, ledger *l)
{
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, sql_ledger_modules, NULL, &rows);
    if (e)
        return e;
    size_t count = pg_row_count(rows);
    l->modules.items = arena_alloc(a, (count + 1) * sizeof(*l->modules.items));
    if (!l->modules.items)
        return err_oom();
    for (size_t i = 0; i < count; i++) {
        l->modules.items[l->modules.count++] = pg_get_text(rows, i, 0);
        l->tool_version = pg_get_text(rows, i, 2); /* ordered by time: the last one counts */
        l->version = pg_get_int8(rows, i, 3);
    }
    if (count > 0 && l->version < LEDGER_VERSION)
        return err_with_hint(err_new(ERR_INPUT,
                                     "this database was installed by version %s, before 0.1, whose "
                                     "records are not kept",
                                     l->tool_version),
                             "make the database anew");
    if (l->version > LEDGER_VERSION)
        return err_with_hint(err_new(ERR_HISTORY_AHEAD,
                                     "a newer version of daybook (%s) has installed this database",
                                     l->tool_version),
                             "use that version or a newer one");
    return NULL;
}

static dbk_err *read_migrations(pg_conn *c, arena *a, ledger *l)
{
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, sql_ledger_migrations, NULL, &rows);
    if (e)
        return e;
    l->migrations = arena_alloc(a, (pg_row_count(rows) + 1) * sizeof(*l->migrations));
    if (!l->migrations)
        return err_oom();
    for (; l->migration_count < pg_row_count(rows); l->migration_count++) {
        size_t i = l->migration_count;
        l->migrations[i] = (ledger_migration){
            .module = pg_get_text(rows, i, 0),
            .number = pg_get_int8(rows, i, 1),
            .name = pg_get_text(rows, i, 2),
            .sha256 = pg_get_text(rows, i, 3),
            .applied_at = pg_get_text(rows, i, 4),
            .applied_by = pg_get_text(rows, i, 5),
            .kind = pg_get_text(rows, i, 6),
            .seq = pg_get_int8(rows, i, 7),
            .chain_hash = pg_get_text(rows, i, 8),
        };
        if (l->migrations[i].seq > l->head_seq) {
            l->head_seq = l->migrations[i].seq;
            l->head_hash = l->migrations[i].chain_hash;
        }
    }
    return NULL;
}

static const char *const event_names[] = {"started", "done", "failed"};

static ledger_event event_of(const char *name)
{
    ledger_event event = LEDGER_STARTED;
    while (event < LEDGER_FAILED && strcmp(name, event_names[event]) != 0)
        event++;
    return event;
}

static dbk_err *read_steps(pg_conn *c, arena *a, ledger *l)
{
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, sql_ledger_steps, NULL, &rows);
    if (e)
        return e;
    l->steps = arena_alloc(a, (pg_row_count(rows) + 1) * sizeof(*l->steps));
    if (!l->steps)
        return err_oom();
    for (; l->step_count < pg_row_count(rows); l->step_count++) {
        size_t i = l->step_count;
        l->steps[i] = (ledger_step){
            .module = pg_get_text(rows, i, 0),
            .number = pg_get_int8(rows, i, 1),
            .statement = pg_get_int8(rows, i, 2),
            .event = event_of(pg_get_text(rows, i, 3)),
            .sha256 = pg_get_text(rows, i, 4),
            .happened_at = pg_get_text(rows, i, 5),
        };
    }
    return NULL;
}

static schema_kind routine_kind(const char *name)
{
    schema_kind kind = SCHEMA_FUNCTION;
    while (kind < SCHEMA_REPEATABLE && strcmp(name, schema_kind_name(kind)) != 0)
        kind++;
    return kind;
}

static dbk_err *read_routines(pg_conn *c, arena *a, ledger *l)
{
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, sql_ledger_routines, NULL, &rows);
    if (e)
        return e;
    l->routines = arena_alloc(a, (pg_row_count(rows) + 1) * sizeof(*l->routines));
    l->repeatables = arena_alloc(a, (pg_row_count(rows) + 1) * sizeof(*l->repeatables));
    if (!l->routines || !l->repeatables)
        return err_oom();
    for (size_t i = 0; i < pg_row_count(rows); i++) {
        ledger_routine routine = {
            .module = pg_get_text(rows, i, 0),
            .kind = routine_kind(pg_get_text(rows, i, 1)),
            .name = pg_get_text(rows, i, 2),
            .identity = pg_get_text(rows, i, 3),
            .sha256 = pg_get_text(rows, i, 4),
            .run_as_owner = pg_get_bool(rows, i, 5),
            .migration = pg_get_int8(rows, i, 6),
            .applied_at = pg_get_text(rows, i, 7),
        };
        if (routine.kind == SCHEMA_REPEATABLE)
            l->repeatables[l->repeatable_count++] = routine;
        else
            l->routines[l->routine_count++] = routine;
    }
    return NULL;
}

dbk_err *ledger_read(pg_conn *c, arena *a, const char *owner, ledger *out)
{
    ledger l = {.owner = owner};
    dbk_err *e = owner ? read_modules(c, a, &l) : NULL;
    if (!e && owner)
        e = read_migrations(c, a, &l);
    if (!e && owner)
        e = read_steps(c, a, &l);
    if (!e && owner)
        e = read_routines(c, a, &l);
    if (e)
        return err_wrap(e, "while reading what is installed");
    *out = l;
    return NULL;
}

dbk_err *ledger_find(pg_conn *c, arena *a, ledger *out)
{
    const char *owner = NULL;
    dbk_err *e = ledger_owner(c, a, &owner);
    return e ? e : ledger_read(c, a, owner, out);
}

dbk_err *ledger_create(pg_conn *c, arena *a)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, SCHEMA_TOOL_VERSION);
    dbk_err *e = pg_exec(c, sql_ledger_create);
    if (!e)
        e = pg_query(c, a, "insert into daybook.bootstrap (version, tool_version) values (2, $1)", p, NULL);
    return e;
}

dbk_err *ledger_put_module(pg_conn *c, arena *a, const module *m, bool chosen)
{
    /* The outer condition, not the one of the conflict, keeps a repeated run from writing: a conflict locks
     * its row. */
    static const char sql[] =
        "insert into daybook.modules as m (module, chosen, built_in, schemas, tool_version)"
        " select $1, $2, $3, $4::text[], $5"
        "  where not exists (select from daybook.modules as o"
        "                     where o.module = $1 and (o.chosen or not $2) and o.built_in = $3 and o.schemas "
        "= $4::text[])"
        " on conflict (module) do update"
        "    set chosen = m.chosen or excluded.chosen, built_in = excluded.built_in, schemas = "
        "excluded.schemas,"
        "        tool_version = excluded.tool_version, updated_at = pg_catalog.clock_timestamp()";
    pg_params *p = pg_params_new(a);
    pg_param_text(p, m->name);
    pg_param_bool(p, chosen);
    pg_param_bool(p, m->built_in);
    pg_param_text_array(p, m->schemas.items, m->schemas.count);
    pg_param_text(p, SCHEMA_TOOL_VERSION);
    return pg_query(c, a, sql, p, NULL);
}

dbk_err *ledger_touch_module(pg_conn *c, arena *a, const module *m)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, m->name);
    pg_param_text(p, SCHEMA_TOOL_VERSION);
    return pg_query(c, a,
                    "update daybook.modules set tool_version = $2, updated_at = pg_catalog.clock_timestamp()"
                    " where module = $1",
                    p, NULL);
}

dbk_err *ledger_put_step(pg_conn *c, arena *a, const ledger_step *step, const char *detail)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, step->module);
    pg_param_int8(p, step->number);
    pg_param_int4(p, (int32_t)step->statement);
    pg_param_text(p, event_names[step->event]);
    pg_param_text(p, step->sha256);
    pg_param_text(p, detail);
    return pg_query(c, a, sql_ledger_step, p, NULL);
}

dbk_err *ledger_put_routine(pg_conn *c, arena *a, const module *m, schema_kind kind, const module_file *file,
                            const char *identity, int64_t migration)
{
    static const char sql[] = "insert into daybook.routines (module, kind, name, identity, sha256, "
                              "run_as_owner, migration, tool_version)"
                              " values ($1, $2, $3, $4, $5, $6, $7, $8)"
                              " on conflict (module, kind, name) do update"
                              "    set identity = excluded.identity, sha256 = excluded.sha256, run_as_owner "
                              "= excluded.run_as_owner,"
                              "        migration = excluded.migration, applied_at = excluded.applied_at, "
                              "applied_by = excluded.applied_by,"
                              "        tool_version = excluded.tool_version";
    pg_params *p = pg_params_new(a);
    pg_param_text(p, m->name);
    pg_param_text(p, schema_kind_name(kind));
    pg_param_text(p, file->name);
    pg_param_text(p, identity);
    pg_param_text(p, file->sha256);
    pg_param_bool(p, file->run_as_owner);
    pg_param_int8(p, migration);
    pg_param_text(p, SCHEMA_TOOL_VERSION);
    return pg_query(c, a, sql, p, NULL);
}

dbk_err *ledger_delete_routine(pg_conn *c, arena *a, const ledger_routine *r)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, r->module);
    pg_param_text(p, schema_kind_name(r->kind));
    pg_param_text(p, r->name);
    return pg_query(c, a, "delete from daybook.routines where module = $1 and kind = $2 and name = $3", p,
                    NULL);
}

/* They are read in this order. */
static int compare_key(const char *module_name, int64_t number, const ledger_migration *row)
{
    int order = strcmp(module_name, row->module);
    return order != 0 ? order : (number > row->number) - (number < row->number);
}

const ledger_migration *ledger_find_migration(const ledger *l, const char *module_name, int64_t number)
{
    size_t low = 0, high = l->migration_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_key(module_name, number, &l->migrations[middle]);
        if (order == 0)
            return &l->migrations[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static const ledger_routine *find_row(const ledger_routine *rows, size_t count, const char *module_name,
                                      schema_kind kind, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].kind == kind && strcmp(rows[i].name, name) == 0 &&
            strcmp(rows[i].module, module_name) == 0)
            return &rows[i];
    return NULL;
}

const ledger_routine *ledger_find_routine(const ledger *l, const char *module_name, schema_kind kind,
                                          const char *name)
{
    return find_row(l->routines, l->routine_count, module_name, kind, name);
}

const ledger_routine *ledger_find_repeatable(const ledger *l, const char *module_name, const char *name)
{
    return find_row(l->repeatables, l->repeatable_count, module_name, SCHEMA_REPEATABLE, name);
}

int64_t ledger_head(const ledger *l, const char *module_name)
{
    int64_t head = -1;
    for (size_t i = 0; i < l->migration_count; i++)
        if (strcmp(l->migrations[i].module, module_name) == 0 && l->migrations[i].number > head)
            head = l->migrations[i].number;
    return head;
}
