/* Queries and changes of rows: what they write, and what they call and set off, which cannot be told. */
#include <string.h>

#include "schema/lock_expect_int.h"

/* A statement and everything inside it, as deep as WITH goes. */
typedef struct row_search {
    lock_reading *r;
    dbk_err *error;
} row_search;

static bool is_change(const char *kind)
{
    static const char *const kinds[] = {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

static dbk_err *add_target(lock_reading *r, json_t *relation, lock_work work)
{
    const char *name = lock_reading_name(r, relation), *full = name;
    size_t first;
    dbk_err *e = lock_reading_add_var(r, relation, LOCK_ROW_EXCLUSIVE, work);
    if (e || lock_known_find(r->known, name, &full) != LOCK_IS_THERE)
        return e;
    if (lock_known_is_view(r->known, full))
        return lock_reading_note(r, LOCK_UNKNOWN, LOCK_NO_WORK, "%s is a view: what it stands on is changed",
                                 full);
    return lock_known_lines(r->known, "triggered", full, &first)
               ? lock_reading_note(r, LOCK_UNKNOWN, LOCK_NO_WORK, "triggers or rules of %s may lock others",
                                   full)
               : NULL;
}

static dbk_err *add_change(lock_reading *r, const char *kind, json_t *fields)
{
    bool inserts = strcmp(kind, "InsertStmt") == 0;
    bool all = !json_object_get(fields, "whereClause") && strcmp(kind, "MergeStmt") != 0;
    return add_target(r, json_object_get(fields, "relation"),
                      inserts ? LOCK_NO_WORK
                      : all   ? LOCK_SCANS
                              : LOCK_MAY_SCAN);
}

static dbk_err *add_call(lock_reading *r, json_t *fields)
{
    json_t *parts = json_object_get(fields, "funcname");
    const char *name = tree_name(r->arena, parts),
               *last = tree_string(json_array_get(parts, json_array_size(parts) - 1));
    size_t first;
    bool of_server = json_array_size(parts) > 1
                         ? name && strncmp(name, "pg_catalog.", strlen("pg_catalog.")) == 0
                         : last && !lock_known_get(&r->known->functions, last) &&
                               lock_known_lines(r->known, "function", last, &first) == 0;
    return of_server ? NULL
                     : lock_reading_note(r, LOCK_UNKNOWN, LOCK_NO_WORK, "what %s() does cannot be told",
                                         name ? name : "a function");
}

static bool visit(void *ctx, const char *key, json_t *fields)
{
    row_search *s = ctx;
    if (!s->error && is_change(key))
        s->error = add_change(s->r, key, fields);
    else if (!s->error && (strcmp(key, "FuncCall") == 0 || strcmp(key, "funccall") == 0))
        s->error = add_call(s->r, fields);
    return !s->error;
}

static dbk_err *make(lock_reading *r, json_t *relation)
{
    return relation ? lock_known_add(r->known, &r->known->relations, tree_relation(r->arena, relation), NULL)
                    : NULL;
}

dbk_err *lock_expect_query(lock_reading *r, const char *kind)
{
    row_search s = {.r = r};
    json_t *into = json_object_get(r->fields, "into"); /* create table as */
    if (strcmp(kind, "SelectStmt") == 0)
        into = json_object_get(r->fields, "intoClause");
    if (strcmp(kind, "CopyStmt") == 0 && tree_flag(r->fields, "is_from"))
        s.error = add_target(r, json_object_get(r->fields, "relation"), LOCK_NO_WORK);
    visit(&s, kind, r->fields);
    dbk_err *e = tree_walk(r->fields, visit, &s);
    if (s.error) {
        err_free(e);
        return s.error;
    }
    return e ? e : make(r, json_object_get(into, "rel"));
}
