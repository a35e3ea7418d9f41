#include "schema/lock_known.h"

#include <string.h>

#include "schema/lint_tree.h"
#include "schema_sql.h"

#define GROW_FIRST 64

enum { LINE_WHAT, LINE_NAME, LINE_OTHER, LINE_DETAIL, LINE_COLUMN, LINE_OTHER_COLUMN };

const char *lock_answer_name(lock_answer a)
{
    static const char *const names[] = {"no", "perhaps", "yes"};
    return names[a];
}

/* Makes room for one more. */
static dbk_err *grow(arena *a, void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return NULL;
    size_t more = *capacity ? *capacity * 2 : GROW_FIRST;
    void *grown = arena_alloc(a, more * size);
    if (!grown)
        return err_oom();
    if (count)
        memcpy(grown, *items, count * size);
    *items = grown;
    *capacity = more;
    return NULL;
}

dbk_err *lock_known_add(lock_known *known, lock_pairs *pairs, const char *name, const char *other)
{
    if (!name)
        return err_oom();
    void *items = pairs->items;
    dbk_err *e = grow(known->arena, &items, pairs->count, &pairs->capacity, sizeof(*pairs->items));
    if (e)
        return e;
    pairs->items = items;
    pairs->items[pairs->count++] = (lock_pair){name, other};
    return NULL;
}

/* What was said last holds. */
const lock_pair *lock_known_get(const lock_pairs *pairs, const char *name)
{
    for (size_t i = pairs->count; name && i > 0; i--)
        if (strcmp(pairs->items[i - 1].name, name) == 0)
            return &pairs->items[i - 1];
    return NULL;
}

dbk_err *lock_known_add_foreign(lock_known *known, const lock_foreign *foreign)
{
    void *items = known->foreigns;
    dbk_err *e = grow(known->arena, &items, known->foreign_count, &known->foreign_capacity, sizeof(*foreign));
    if (e)
        return e;
    known->foreigns = items;
    known->foreigns[known->foreign_count] = *foreign;
    lock_known_find(known, foreign->table, &known->foreigns[known->foreign_count].table);
    lock_known_find(known, foreign->other, &known->foreigns[known->foreign_count].other);
    known->foreign_count++;
    return NULL;
}

/* ---- the catalog ---- */

static const char *cell(const lock_known *known, size_t line, size_t column)
{
    return pg_get_is_null(known->catalog, line, column) ? NULL : pg_get_text(known->catalog, line, column);
}

const char *lock_known_other(const lock_known *known, size_t line)
{
    return cell(known, line, LINE_OTHER);
}

const char *lock_known_detail(const lock_known *known, size_t line)
{
    return cell(known, line, LINE_DETAIL);
}

static int compare_line(const lock_known *known, size_t line, const char *what, const char *name)
{
    int order = strcmp(cell(known, line, LINE_WHAT), what);
    return order ? order : strcmp(cell(known, line, LINE_NAME), name);
}

/* Lines are in the order of bytes. */
size_t lock_known_lines(const lock_known *known, const char *what, const char *name, size_t *first)
{
    size_t low = 0, high = known->catalog ? pg_row_count(known->catalog) : 0, end = high, count = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_line(known, middle, what, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (low + count < end && compare_line(known, low + count, what, name) == 0)
        count++;
    return count;
}

static bool has_line(const lock_known *known, const char *what, const char *name)
{
    size_t first;
    return lock_known_lines(known, what, name, &first) > 0;
}

dbk_err *lock_known_read(pg_conn *c, lock_known *known)
{
    dbk_err *e = pg_query(c, known->arena, sql_lock_catalog, NULL, &known->catalog);
    if (e)
        return err_wrap(e, "while reading what locks depend on");
    for (size_t i = 0; !e && i < pg_row_count(known->catalog); i++)
        if (strcmp(cell(known, i, LINE_WHAT), "foreign") == 0)
            e = lock_known_add_foreign(known,
                                       &(lock_foreign){.table = cell(known, i, LINE_NAME),
                                                       .column = cell(known, i, LINE_COLUMN),
                                                       .other = cell(known, i, LINE_OTHER),
                                                       .other_column = cell(known, i, LINE_OTHER_COLUMN),
                                                       .constraint = cell(known, i, LINE_DETAIL)});
    return e;
}

/* ---- relations ---- */

bool lock_known_is_new(const lock_known *known, const char *name)
{
    return lock_known_get(&known->relations, name) != NULL;
}

lock_presence lock_known_find(const lock_known *known, const char *name, const char **full)
{
    const lock_pair *moved = lock_known_get(&known->moved, name);
    const char *there = moved ? moved->other : name;
    size_t first;
    if (full)
        *full = there;
    if (lock_known_is_new(known, name))
        return LOCK_IS_NEW;
    if (!known->catalog || has_line(known, "relation", there))
        return LOCK_IS_THERE;
    if (strchr(there, '.') || lock_known_lines(known, "visible", there, &first) == 0)
        return LOCK_IS_ABSENT;
    if (full)
        *full = lock_known_other(known, first);
    return LOCK_IS_THERE;
}

static bool is_of_kind(const lock_known *known, const char *full, const char *kind)
{
    size_t first;
    return lock_known_lines(known, "relation", full, &first) > 0 &&
           strcmp(lock_known_other(known, first), kind) == 0;
}

bool lock_known_is_partitioned(const lock_known *known, const char *table)
{
    return is_of_kind(known, table, "p");
}

bool lock_known_is_view(const lock_known *known, const char *relation)
{
    return is_of_kind(known, relation, "v");
}

const char *lock_known_table_of(const lock_known *known, const char *index)
{
    const lock_pair *made = lock_known_get(&known->indexes, index);
    const char *full = index;
    size_t first;
    if (made)
        return made->other;
    if (lock_known_find(known, index, &full) != LOCK_IS_THERE)
        return NULL;
    return lock_known_lines(known, "index", full, &first) ? lock_known_other(known, first) : NULL;
}

bool lock_known_has_constraints(const lock_known *known, const char *domain)
{
    return lock_known_get(&known->domains, domain) || (domain && has_line(known, "domain", domain));
}

/* ---- checks against null ---- */

/* The column of CHECK (column IS NOT NULL); NULL for any other check. */
static const char *not_null_column(json_t *constraint)
{
    json_t *test = tree_as(json_object_get(constraint, "raw_expr"), "NullTest");
    json_t *column = test ? tree_as(json_object_get(test, "arg"), "ColumnRef") : NULL;
    json_t *fields = column ? json_object_get(column, "fields") : NULL;
    if (!tree_is(test, "nulltesttype", "IS_NOT_NULL") || json_array_size(fields) != 1)
        return NULL;
    return tree_string(json_array_get(fields, 0));
}

dbk_err *lock_known_add_check(lock_known *known, const char *table, json_t *constraint)
{
    const char *column = not_null_column(constraint), *name = tree_text(constraint, "conname");
    if (!column || !name)
        return NULL;
    void *items = known->checks;
    dbk_err *e =
        grow(known->arena, &items, known->check_count, &known->check_capacity, sizeof(*known->checks));
    if (e)
        return e;
    known->checks = items;
    known->checks[known->check_count++] = (lock_check){.table = table,
                                                       .constraint = name,
                                                       .column = column,
                                                       .valid = !tree_flag(constraint, "skip_validation")};
    return NULL;
}

void lock_known_validate(lock_known *known, const char *table, const char *constraint)
{
    for (size_t i = 0; i < known->check_count; i++)
        if (strcmp(known->checks[i].table, table) == 0 && constraint &&
            strcmp(known->checks[i].constraint, constraint) == 0)
            known->checks[i].valid = true;
}

lock_answer lock_known_not_null(const lock_known *known, const char *table, const char *column)
{
    const char *full;
    size_t first, count;
    lock_known_find(known, table, &full);
    count = lock_known_lines(known, "checked", full, &first);
    for (size_t i = 0; column && i < known->check_count; i++)
        if (known->checks[i].valid && strcmp(known->checks[i].table, table) == 0 &&
            strcmp(known->checks[i].column, column) == 0)
            return LOCK_YES;
    for (size_t i = 0; column && i < count; i++)
        if (strcmp(lock_known_other(known, first + i), column) == 0)
            return LOCK_PERHAPS;
    return LOCK_NO;
}

/* ---- new columns ---- */

/* Functions of the server whose answer differs from row to row; one of ours may. */
static bool visit_default(void *ctx, const char *key, json_t *fields)
{
    static const char *const names[] = {"clock_timestamp", "timeofday", "random",  "gen_random_uuid",
                                        "nextval",         "currval",   "lastval", "setval",
                                        "uuidv7",          "uuidv4",    "pg_sleep"};
    lock_answer *varies = ctx;
    json_t *name = json_object_get(fields, "funcname");
    if (strcmp(key, "FuncCall") != 0)
        return true;
    size_t parts = json_array_size(name);
    const char *schema = parts > 1 ? tree_string(json_array_get(name, 0)) : "pg_catalog";
    const char *last = tree_string(json_array_get(name, parts - 1));
    for (size_t i = 0; last && i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(last, names[i]) == 0)
            *varies = LOCK_YES;
    if (*varies == LOCK_NO && (!schema || strcmp(schema, "pg_catalog") != 0))
        *varies = LOCK_PERHAPS;
    return true;
}

static bool is_serial(json_t *type)
{
    json_t *names = json_object_get(type, "names");
    const char *last = tree_string(json_array_get(names, json_array_size(names) - 1));
    return last && strstr(last, "serial") != NULL;
}

static dbk_err *read_column_constraint(json_t *c, lock_column *out)
{
    if (tree_is(c, "contype", "CONSTR_NOTNULL"))
        out->not_null = true;
    else if (tree_is(c, "contype", "CONSTR_GENERATED") || tree_is(c, "contype", "CONSTR_IDENTITY"))
        out->generated = true;
    else if (tree_is(c, "contype", "CONSTR_FOREIGN"))
        out->foreign = c;
    else if (tree_is(c, "contype", "CONSTR_CHECK"))
        out->check = c;
    else if (tree_is(c, "contype", "CONSTR_UNIQUE") || tree_is(c, "contype", "CONSTR_PRIMARY"))
        out->unique = c;
    if (!tree_is(c, "contype", "CONSTR_DEFAULT"))
        return NULL;
    out->has_default = true;
    return tree_walk(json_object_get(c, "raw_expr"), visit_default, &out->varies);
}

dbk_err *lock_known_column(const lock_known *known, json_t *column, lock_column *out)
{
    json_t *type = json_object_get(column, "typeName"), *constraints = json_object_get(column, "constraints");
    lock_column read = {.name = tree_text(column, "colname"),
                        .type = tree_name(known->arena, json_object_get(type, "names")),
                        .varies = is_serial(type) ? LOCK_YES : LOCK_NO};
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < json_array_size(constraints); i++)
        e = read_column_constraint(tree_as(json_array_get(constraints, i), "Constraint"), &read);
    read.of_checked_domain = lock_known_has_constraints(known, read.type);
    if (!e)
        *out = read;
    return e;
}
