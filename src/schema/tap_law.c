/* What a statement changed is found in two steps. The server counts for this session the rows that each table
 * had inserted, updated and deleted: cheap, but work that an exception undid is counted too. So of the tables
 * whose count moved, and of those only, the rows are compared with what they were, by a digest.
 *
 * A statement changed state when the digest of a module's table differs, and said so when bus.domain_events
 * has more rows. The bus's own bookkeeping is part of saying so: versions of aggregates, and which types of
 * events exist. */
#include <string.h>

#include "core/mem.h"
#include "schema/tap_int.h"
#include "tap_sql.h"

#define DIGEST_SQL_MAX ((size_t)4 << 20)

/* Columns of tap_tables.sql. */
enum { OID, NAME, WRITTEN, KIND, ROLE };

static dbk_err *read_tables(tap_law *l, arena *a, bool touched_only, pg_rows **out)
{
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, l->schemas, l->schema_count);
    pg_param_bool(p, touched_only);
    return pg_query(l->conn, a, sql_tap_tables, p, out);
}

static tap_law_table *find(const tap_law_state *s, uint32_t oid)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].oid == oid)
            return &s->items[i];
    return NULL;
}

/* Fills digests[i] for every i with wanted[i]. */
static dbk_err *read_digests(tap_law *l, arena *a, const pg_rows *tables, const bool *wanted,
                             const char **digests)
{
    buf sql;
    buf_init(&sql, DIGEST_SQL_MAX);
    size_t asked = 0;
    for (size_t i = 0; i < pg_row_count(tables); i++)
        if (wanted[i])
            buf_printf(&sql,
                       "%s(select %zu as i, pg_catalog.count(*)::text || ':' || coalesce(pg_catalog.sum("
                       "pg_catalog.hashtextextended(t::text, 0)::numeric), 0)::text from only %s as t)",
                       asked++ ? " union all " : "", i, pg_get_text(tables, i, NAME));
    pg_rows *rows = NULL;
    dbk_err *e = buf_error(&sql);
    if (!e && asked)
        e = pg_query(l->conn, a, sql.data, NULL, &rows);
    buf_term(&sql);
    for (size_t i = 0; !e && rows && i < pg_row_count(rows); i++)
        digests[pg_get_int8(rows, i, 0)] = pg_get_text(rows, i, 1);
    return e;
}

/* The test may have taken a role that cannot read everything; the login of the session can. */
static dbk_err *read_digests_as_login(tap_law *l, arena *a, const pg_rows *tables, const bool *wanted,
                                      const char **digests)
{
    const char *role = pg_get_text(tables, 0, ROLE);
    bool switched = role && strcmp(role, "none") != 0;
    dbk_err *e = switched ? pg_exec(l->conn, "set local role none") : NULL;
    if (!e)
        e = read_digests(l, a, tables, wanted, digests);
    if (e || !switched)
        return e;
    pg_params *p = pg_params_new(a);
    pg_param_text(p, role);
    return pg_query(l->conn, a, "select pg_catalog.set_config('role', $1, true)", p, NULL);
}

dbk_err *tap_law_init(tap_law *l, arena *a, pg_conn *c, const char *const *schemas, size_t schema_count)
{
    *l = (tap_law){.conn = c, .schemas = schemas, .schema_count = schema_count};
    if (schema_count == 0)
        return NULL;
    pg_rows *tables;
    dbk_err *e = read_tables(l, a, false, &tables);
    if (e || pg_row_count(tables) == 0)
        return e;
    size_t count = pg_row_count(tables);
    bool *wanted = arena_alloc(a, count * sizeof(*wanted));
    const char **digests = arena_alloc(a, count * sizeof(*digests));
    l->committed.items = arena_alloc(a, count * sizeof(*l->committed.items));
    if (!wanted || !digests || !l->committed.items)
        return err_oom();
    memset(wanted, true, count * sizeof(*wanted));
    e = read_digests(l, a, tables, wanted, digests);
    if (e)
        return e;
    for (size_t i = 0; i < count; i++)
        l->committed.items[i] =
            (tap_law_table){.oid = (uint32_t)pg_get_int8(tables, i, OID), .digest = digests[i]};
    l->committed.count = count;
    return NULL;
}

/* Tables as the rows say; digests of those that did not move are kept. */
static dbk_err *make_state(tap_law *l, const pg_rows *tables, const char *const *digests, tap_law_state *out)
{
    size_t count = pg_row_count(tables);
    tap_law_state s = {.items = arena_alloc(l->arena, (count + 1) * sizeof(*s.items)), .count = count};
    if (!s.items)
        return err_oom();
    for (size_t i = 0; i < count; i++)
        s.items[i] = (tap_law_table){.oid = (uint32_t)pg_get_int8(tables, i, OID),
                                     .written = pg_get_int8(tables, i, WRITTEN),
                                     .digest = digests[i]};
    *out = s;
    return NULL;
}

static const char *known_digest(const tap_law *l, uint32_t oid)
{
    const tap_law_table *t = find(&l->now, oid);
    if (!t)
        t = find(&l->committed, oid);
    return t ? t->digest : "0:0"; /* a table of this transaction */
}

dbk_err *tap_law_begin(tap_law *l, arena *file_arena)
{
    l->arena = file_arena;
    l->now = (tap_law_state){0};
    if (l->schema_count == 0)
        return NULL;
    /* Counts of earlier transactions may not be passed on to the statistics yet. */
    pg_rows *tables;
    dbk_err *e = read_tables(l, l->arena, true, &tables);
    if (e)
        return e;
    const char **digests = arena_alloc(l->arena, (pg_row_count(tables) + 1) * sizeof(*digests));
    if (!digests)
        return err_oom();
    for (size_t i = 0; i < pg_row_count(tables); i++)
        digests[i] = known_digest(l, (uint32_t)pg_get_int8(tables, i, OID));
    return make_state(l, tables, digests, &l->now);
}

/* What the digests before and after say. */
static dbk_err *judge(tap_law *l, const pg_rows *tables, const bool *moved, const char *const *digests,
                      const char **out)
{
    const char *changed = NULL;
    bool said = false;
    for (size_t i = 0; i < pg_row_count(tables); i++) {
        const char *kind = pg_get_text(tables, i, KIND);
        if (!moved[i] || strcmp(digests[i], known_digest(l, (uint32_t)pg_get_int8(tables, i, OID))) == 0)
            continue;
        if (strcmp(kind, "event") == 0)
            said = true;
        if (strcmp(kind, "state") != 0)
            continue;
        const char *name = pg_get_text(tables, i, NAME);
        changed = changed ? arena_printf(l->arena, "%s, %s", changed, name) : arena_strdup(l->arena, name);
        if (!changed)
            return err_oom();
    }
    *out = said ? NULL : changed;
    return NULL;
}

dbk_err *tap_law_check(tap_law *l, bool undone, const char **out)
{
    *out = NULL;
    if (l->schema_count == 0)
        return NULL;
    pg_rows *tables;
    dbk_err *e = read_tables(l, l->arena, true, &tables);
    size_t count = e ? 0 : pg_row_count(tables), moved_count = 0;
    if (count == 0)
        return e;
    bool *moved = arena_alloc(l->arena, count * sizeof(*moved));
    const char **digests = arena_alloc(l->arena, count * sizeof(*digests));
    if (!moved || !digests)
        return err_oom();
    for (size_t i = 0; i < count; i++) {
        uint32_t oid = (uint32_t)pg_get_int8(tables, i, OID);
        const tap_law_table *before = find(&l->now, oid);
        moved[i] = undone || !before || before->written != pg_get_int8(tables, i, WRITTEN);
        moved_count += moved[i];
        digests[i] = known_digest(l, oid);
    }
    if (moved_count == 0)
        return NULL;
    e = read_digests_as_login(l, l->arena, tables, moved, digests);
    if (!e && !undone)
        e = judge(l, tables, moved, digests, out);
    return e ? e : make_state(l, tables, digests, &l->now);
}
