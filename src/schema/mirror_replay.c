#include "schema/mirror_replay.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- the order ---- */

typedef struct sequencer {
    arena *arena;
    const mirror *m;
    char *state;         /* 0 not seen, 1 being looked at, 2 done */
    const char **header; /* per item, the line to look at next */
    size_t *stack;
    const mirror_item **order;
    size_t count;
} sequencer;

static int compare_path(const void *key, const void *item)
{
    return strcmp(key, ((const mirror_item *)item)->path);
}

/* The next path after "-- needs: " at or behind *line, copied; NULL when the header has no more. */
static const char *next_value(arena *a, const char **line, const char *label)
{
    while (strncmp(*line, "-- ", 3) == 0) {
        const char *at = *line;
        size_t length = strcspn(at, "\n");
        *line = at + length + (at[length] == '\n');
        if (strncmp(at, label, strlen(label)) == 0)
            return arena_strndup(a, at + strlen(label), length - strlen(label));
    }
    return NULL;
}

/* Depth first with a stack of our own: an item is put down once everything it needs has been. */
static dbk_err *visit(sequencer *s, size_t start)
{
    size_t depth = 0;
    s->stack[depth++] = start;
    s->state[start] = 1;
    while (depth > 0) {
        size_t at = s->stack[depth - 1];
        const char *path = next_value(s->arena, &s->header[at], MIRROR_NEEDS);
        if (!path) {
            s->state[at] = 2;
            s->order[s->count++] = &s->m->items[at];
            depth--;
            continue;
        }
        const mirror_item *found =
            bsearch(path, s->m->items, s->m->count, sizeof(*s->m->items), compare_path);
        if (!found)
            return err_with_hint(
                err_new(ERR_INPUT, "%s needs %s, which is not there", s->m->items[at].path, path),
                "write the mirror anew from the database it was made of");
        size_t needed = (size_t)(found - s->m->items);
        if (s->state[needed] == 1)
            return err_new(ERR_INPUT, "%s and %s need each other", s->m->items[at].path, path);
        if (s->state[needed] == 0) {
            s->state[needed] = 1;
            s->stack[depth++] = needed;
        }
    }
    return NULL;
}

/* Schemas, the database, what belongs to no schema, everything else. Casts are among the third: an expression
 * may use one without any catalog saying so. */
#define RANK_COUNT 4
static int rank_of(const mirror_item *item)
{
    if (strcmp(item->kind, "schema") == 0)
        return 0;
    if (strcmp(item->kind, "database") == 0)
        return 1;
    return strcmp(item->schema, MIRROR_NO_SCHEMA) == 0 ? 2 : 3;
}

dbk_err *mirror_sequence(arena *a, const mirror *m, const mirror_item ***out)
{
    sequencer s = {.arena = a,
                   .m = m,
                   .state = arena_alloc(a, m->count + 1),
                   .header = arena_alloc(a, (m->count + 1) * sizeof(*s.header)),
                   .stack = arena_alloc(a, (m->count + 1) * sizeof(*s.stack)),
                   .order = arena_alloc(a, (m->count + 1) * sizeof(*s.order))};
    if (!s.state || !s.header || !s.stack || !s.order)
        return err_oom();
    for (size_t i = 0; i < m->count; i++)
        s.header[i] = m->items[i].text;
    dbk_err *e = NULL;
    for (int rank = 0; !e && rank < RANK_COUNT; rank++)
        for (size_t i = 0; !e && i < m->count; i++)
            if (s.state[i] == 0 && rank_of(&m->items[i]) == rank)
                e = visit(&s, i);
    if (!e)
        *out = s.order;
    return e;
}

/* ---- roles ---- */

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

dbk_err *mirror_roles(arena *a, const mirror *m, const char ***names, size_t *count)
{
    size_t n = 0, capacity = 64;
    const char **list = arena_alloc(a, capacity * sizeof(*list));
    if (!list)
        return err_oom();
    for (size_t i = 0; i < m->count; i++) {
        const char *line = m->items[i].text, *name;
        while ((name = next_value(a, &line, MIRROR_ROLE)) != NULL) {
            if (n == capacity) {
                const char **bigger = arena_alloc(a, 2 * capacity * sizeof(*bigger));
                if (!bigger)
                    return err_oom();
                memcpy(bigger, list, n * sizeof(*list));
                list = bigger;
                capacity *= 2;
            }
            list[n++] = name;
        }
    }
    qsort(list, n, sizeof(*list), compare_names);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || strcmp(list[kept - 1], list[i]) != 0)
            list[kept++] = list[i];
    *names = list;
    *count = kept;
    return NULL;
}

dbk_err *mirror_make_roles(pg_conn *c, arena *a, const char *const *names, size_t count)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, names, count);
    dbk_err *e = pg_query(c, a,
                          "select pg_catalog.format('create role %I nologin', n.name)"
                          "  from pg_catalog.unnest($1::text[]) as n (name)"
                          " where not exists (select from pg_catalog.pg_roles as r where r.rolname = n.name)"
                          " order by n.name",
                          p, &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++)
        e = pg_exec(c, pg_get_text(rows, i, 0));
    return e ? err_wrap(e, "while making the roles that the schema names") : NULL;
}

/* ---- running ---- */

static const char *later_of(const mirror_item *item)
{
    /* Functions have nothing to say later, and their bodies may say anything. */
    if (strcmp(item->kind, "function") == 0 || strcmp(item->kind, "procedure") == 0)
        return NULL;
    const char *at = strstr(item->text, "\n" MIRROR_LATER "\n");
    return at ? at + 1 : NULL;
}

static dbk_err *run(pg_conn *c, arena *a, const mirror_item *item, bool later)
{
    const char *second = later_of(item);
    const char *sql = item->text;
    if (later)
        sql = second;
    else if (second)
        sql = arena_strndup(a, item->text, (size_t)(second - item->text));
    if (later && !second)
        return NULL;
    if (!sql)
        return err_oom();
    dbk_err *e = pg_exec(c, sql);
    return e ? err_wrap(e, "while running %s%s", item->path, later ? " (its second half)" : "") : NULL;
}

static dbk_err *run_all(pg_conn *c, arena *a, const mirror *m, const mirror_item *const *order)
{
    const char **roles;
    size_t role_count;
    dbk_err *e = mirror_roles(a, m, &roles, &role_count);
    if (!e)
        e = mirror_make_roles(c, a, roles, role_count);
    if (!e)
        e = pg_exec(c, "set local check_function_bodies = off; set local search_path = pg_catalog, pg_temp;"
                       " set local timezone = 'UTC'; set local datestyle = 'ISO, YMD';"
                       " set local standard_conforming_strings = on; set local client_min_messages = error");
    for (size_t i = 0; !e && i < m->count; i++)
        e = run(c, a, order[i], false);
    for (size_t i = 0; !e && i < m->count; i++)
        e = run(c, a, order[i], true);
    return e;
}

dbk_err *mirror_replay(pg_conn *c, arena *a, const mirror *m)
{
    const mirror_item **order;
    dbk_err *e = mirror_sequence(a, m, &order);
    if (!e)
        e = pg_begin(c);
    if (e)
        return e;
    e = run_all(c, a, m, order);
    if (!e)
        return pg_commit(c);
    pg_rollback(c);
    return err_wrap(e, "while replaying the mirror");
}
