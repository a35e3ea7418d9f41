/* What a statement changed is found in two steps. The server counts for this session the rows that each table
 * had inserted, updated and deleted: cheap, but work that an exception undid is counted too. So of the tables
 * whose count moved, and of those only, the rows are compared with what they were, by a digest.
 *
 * A statement changed state when the digest of a module's table differs, and said so when bus.domain_events
 * has more rows. The bus's own bookkeeping is part of saying so: versions of aggregates, and which types of
 * events exist.
 *
 * The first step runs after every statement of every test. So it asks by number, about tables known before;
 * the catalog is read again only when something has been created, which the newest number tells. */
#include <string.h>

#include "schema/tap_int.h"
#include "tap_sql.h"

#define DIGEST_SQL_MAX ((size_t)4 << 20)
#define EMPTY_DIGEST "0:0"

/* Columns of tap_tables.sql and tap_written.sql. */
enum { TABLE_OID, TABLE_NAME, TABLE_KIND, TABLE_CALLED };
enum { WRITTEN_OID, WRITTEN_ROWS, WRITTEN_ROLE };

static tap_law_table *find(const tap_law_tables *t, int64_t oid)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->items[i].oid == oid)
            return &t->items[i];
    return NULL;
}

/* The tables there are; those of `known` keep what is known of them. */
static dbk_err *read_tables(const tap_law *l, arena *a, const tap_law_tables *known, tap_law_tables *out)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, l->schemas, l->schema_count);
    dbk_err *e = pg_query(l->conn, a, sql_tap_tables, p, &rows);
    if (e)
        return e;
    tap_law_tables t = {.count = pg_row_count(rows), .newest = known->newest};
    t.items = arena_alloc(a, (t.count + 1) * sizeof(*t.items));
    t.oids = arena_alloc(a, (t.count + 1) * sizeof(*t.oids));
    if (!t.items || !t.oids)
        return err_oom();
    for (size_t i = 0; i < t.count; i++) {
        const char *kind = pg_get_text(rows, i, TABLE_KIND);
        const tap_law_table *before = find(known, pg_get_int8(rows, i, TABLE_OID));
        t.oids[i] = pg_get_text(rows, i, TABLE_OID);
        t.items[i] = (tap_law_table){.oid = pg_get_int8(rows, i, TABLE_OID),
                                     .name = pg_get_text(rows, i, TABLE_NAME),
                                     .called = pg_get_text(rows, i, TABLE_CALLED),
                                     .is_event = strcmp(kind, "event") == 0,
                                     .is_state = strcmp(kind, "state") == 0,
                                     .written = before ? before->written : 0,
                                     .digest = before ? before->digest : EMPTY_DIGEST};
    }
    *out = t;
    return NULL;
}

/* Fills digests[i] for every table i with wanted[i]. */
static dbk_err *read_digests(const tap_law *l, arena *a, const tap_law_tables *t, const bool *wanted,
                             const char **digests)
{
    buf sql;
    buf_init(&sql, DIGEST_SQL_MAX);
    size_t asked = 0;
    for (size_t i = 0; i < t->count; i++)
        if (wanted[i])
            buf_printf(&sql,
                       "%s(select %zu as i, pg_catalog.count(*)::text || ':' || coalesce(pg_catalog.sum("
                       "pg_catalog.hashtextextended(t::text, 0)::numeric), 0)::text from only %s as t)",
                       asked++ ? " union all " : "", i, t->items[i].name);
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
static dbk_err *read_digests_as_login(const tap_law *l, arena *a, const tap_law_tables *t, const char *role,
                                      const bool *wanted, const char **digests)
{
    bool switched = strcmp(role, "none") != 0;
    dbk_err *e = switched ? pg_exec(l->conn, "set local role none") : NULL;
    if (!e)
        e = read_digests(l, a, t, wanted, digests);
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
    dbk_err *e = read_tables(l, a, &l->committed, &l->committed);
    if (e)
        return e;
    size_t count = l->committed.count;
    bool *wanted = arena_alloc(a, (count + 1) * sizeof(*wanted));
    const char **digests = arena_alloc(a, (count + 1) * sizeof(*digests));
    if (!wanted || !digests)
        return err_oom();
    memset(wanted, true, count * sizeof(*wanted));
    e = read_digests(l, a, &l->committed, wanted, digests);
    for (size_t i = 0; !e && i < count; i++)
        l->committed.items[i].digest = digests[i];
    return e;
}

/* Rows of tap_written.sql: one for each table written to; the last one, of number 0, has the newest number of
 * the catalog, and all have the role. */
static dbk_err *read_written(tap_law *l, pg_rows **out)
{
    for (;;) {
        pg_params *p = pg_params_new(l->arena);
        pg_param_text_array(p, l->now.oids, l->now.count);
        dbk_err *e = pg_query(l->conn, l->arena, sql_tap_written, p, out);
        if (e)
            return e;
        int64_t newest = pg_get_int8(*out, pg_row_count(*out) - 1, WRITTEN_ROWS);
        if (newest == l->now.newest)
            return NULL;
        l->now.newest = newest;
        e = read_tables(l, l->arena, &l->now, &l->now);
        if (e)
            return e;
    }
}

dbk_err *tap_law_begin(tap_law *l, arena *file_arena)
{
    l->arena = file_arena;
    if (l->schema_count == 0)
        return NULL;
    l->now = l->committed;
    l->now.items =
        arena_memdup(l->arena, l->committed.items, (l->committed.count + 1) * sizeof(*l->now.items));
    if (!l->now.items)
        return err_oom();
    /* Counts of earlier transactions may not be passed on to the statistics yet. */
    pg_rows *rows;
    dbk_err *e = read_written(l, &rows);
    for (size_t i = 0; !e && i + 1 < pg_row_count(rows); i++)
        find(&l->now, pg_get_int8(rows, i, WRITTEN_OID))->written = pg_get_int8(rows, i, WRITTEN_ROWS);
    return e;
}

/* Takes the new digests and says what they mean. */
static dbk_err *judge(tap_law *l, const bool *moved, const char *const *digests, const char **out)
{
    const char *changed = NULL;
    bool said = false;
    for (size_t i = 0; i < l->now.count; i++) {
        tap_law_table *t = &l->now.items[i];
        if (!moved[i] || strcmp(digests[i], t->digest) == 0)
            continue;
        t->digest = digests[i];
        said |= t->is_event;
        if (!t->is_state)
            continue;
        changed = changed ? arena_printf(l->arena, "%s, %s", changed, t->called)
                          : arena_strdup(l->arena, t->called);
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
    pg_rows *rows;
    dbk_err *e = read_written(l, &rows);
    if (e)
        return e;
    bool *moved = NULL;
    for (size_t i = 0; i + 1 < pg_row_count(rows); i++) {
        tap_law_table *t = find(&l->now, pg_get_int8(rows, i, WRITTEN_OID));
        int64_t written = pg_get_int8(rows, i, WRITTEN_ROWS);
        if (!undone && t->written == written)
            continue;
        t->written = written;
        if (!moved)
            moved = arena_alloc(l->arena, l->now.count * sizeof(*moved));
        if (!moved)
            return err_oom();
        moved[t - l->now.items] = true;
    }
    if (!moved)
        return NULL;
    const char **digests = arena_alloc(l->arena, l->now.count * sizeof(*digests));
    if (!digests)
        return err_oom();
    const char *changed = NULL;
    e = read_digests_as_login(l, l->arena, &l->now, pg_get_text(rows, 0, WRITTEN_ROLE), moved, digests);
    if (!e)
        e = judge(l, moved, digests, &changed);
    if (!e && !undone)
        *out = changed;
    return e;
}
