/* Statements about objects: made, dropped, renamed, commented on. */
#include <string.h>

#include "schema/lock_expect_int.h"

static dbk_err *make(lock_reading *r, json_t *range_var)
{
    return lock_known_add(r->known, &r->known->relations, tree_relation(r->arena, range_var), NULL);
}

static bool is_there(const lock_reading *r, json_t *range_var)
{
    return lock_known_find(r->known, lock_reading_name(r, range_var), NULL) == LOCK_IS_THERE;
}

static dbk_err *expect_parents(lock_reading *r)
{
    json_t *parents = json_object_get(r->fields, "inhRelations");
    bool is_partition = json_object_get(r->fields, "partbound") != NULL;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < json_array_size(parents); i++) {
        const char *parent = lock_reading_name(r, tree_as(json_array_get(parents, i), "RangeVar"));
        e = lock_reading_add(r, parent, is_partition ? LOCK_ACCESS_EXCLUSIVE : LOCK_SHARE_UPDATE_EXCLUSIVE,
                             LOCK_NO_WORK);
        if (!e && is_partition)
            e = lock_reading_add_default(r, parent, LOCK_MAY_SCAN);
        if (!e && is_partition)
            e = lock_reading_add_foreign(r, LOCK_REFERENCED, parent, NULL, NULL, LOCK_SHARE_ROW_EXCLUSIVE,
                                         LOCK_NO_WORK);
    }
    return e;
}

dbk_err *lock_expect_create(lock_reading *r)
{
    json_t *relation = json_object_get(r->fields, "relation"),
           *parts = json_object_get(r->fields, "tableElts");
    const char *table = lock_reading_name(r, relation);
    if (tree_flag(r->fields, "if_not_exists") && is_there(r, relation))
        return NULL;
    dbk_err *e = make(r, relation);
    if (!e)
        e = expect_parents(r);
    for (size_t i = 0; !e && i < json_array_size(parts); i++) {
        json_t *part = json_array_get(parts, i), *constraint = tree_as(part, "Constraint"),
               *column = tree_as(part, "ColumnDef");
        lock_column c = {0};
        if (column)
            e = lock_known_column(r->known, column, &c);
        if (constraint && tree_is(constraint, "contype", "CONSTR_FOREIGN"))
            c.foreign = constraint;
        if (!e && c.foreign)
            e = lock_reading_new_foreign(r, table, c.name, c.foreign);
    }
    return e;
}

dbk_err *lock_expect_view(lock_reading *r)
{
    json_t *view = json_object_get(r->fields, "view");
    return is_there(r, view) ? lock_reading_add_var(r, view, LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK)
                             : make(r, view);
}

static dbk_err *make_index(lock_reading *r, const char *table)
{
    const char *index = tree_text(r->fields, "idxname"),
               *schema = tree_text(json_object_get(r->fields, "relation"), "schemaname");
    return index
               ? lock_known_add(
                     r->known, &r->known->indexes,
                     arena_printf(r->arena, "%s%s%s", schema ? schema : "", schema ? "." : "", index), table)
               : NULL;
}

dbk_err *lock_expect_index(lock_reading *r)
{
    json_t *relation = json_object_get(r->fields, "relation");
    bool concurrent = tree_flag(r->fields, "concurrent");
    dbk_err *e =
        lock_reading_add_var(r, relation, concurrent ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_SHARE, LOCK_SCANS);
    return e ? e : make_index(r, lock_reading_name(r, relation));
}

dbk_err *lock_expect_function(lock_reading *r)
{
    json_t *name = json_object_get(r->fields, "funcname");
    return lock_known_add(r->known, &r->known->functions,
                          tree_string(json_array_get(name, json_array_size(name) - 1)), NULL);
}

dbk_err *lock_expect_new_domain(lock_reading *r)
{
    return json_array_size(json_object_get(r->fields, "constraints")) > 0
               ? lock_known_add(r->known, &r->known->domains,
                                tree_name(r->arena, json_object_get(r->fields, "domainname")), NULL)
               : NULL;
}

/* The name of an object that belongs to a table, without the object's own. */
static const char *owner_of(const lock_reading *r, json_t *object)
{
    json_t *items = json_object_get(tree_as(object, "List"), "items"), *table = json_array();
    const char *name = NULL;
    for (size_t i = 0; table && i + 1 < json_array_size(items); i++)
        json_array_append(table, json_array_get(items, i));
    name = tree_name(r->arena, table);
    json_decref(table);
    return name ? name : "";
}

static const char *name_of(const lock_reading *r, json_t *object)
{
    json_t *list = tree_as(object, "List");
    const char *name = list ? tree_name(r->arena, json_object_get(list, "items")) : tree_string(object);
    return name ? name : "";
}

static bool is_one_of(json_t *fields, const char *key, const char *const *values)
{
    for (; *values; values++)
        if (tree_is(fields, key, *values))
            return true;
    return false;
}

static const char *const relations[] = {"OBJECT_TABLE",    "OBJECT_VIEW",          "OBJECT_MATVIEW",
                                        "OBJECT_SEQUENCE", "OBJECT_FOREIGN_TABLE", NULL};
/* What belongs to a relation, and to its partitions and heirs too; to it alone. */
static const char *const shared_parts[] = {"OBJECT_TRIGGER", "OBJECT_TABCONSTRAINT", "OBJECT_COLUMN", NULL};
static const char *const own_parts[] = {"OBJECT_POLICY", "OBJECT_RULE", NULL};

/* Triggers of foreign keys stand on both tables; a partition is one of its parent's. */
static dbk_err *drop_table(lock_reading *r, const char *table, bool cascade)
{
    const char *full;
    size_t first, parents;
    dbk_err *e = lock_reading_add_tree(r, table, LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
    lock_known_find(r->known, table, &full);
    parents = lock_known_lines(r->known, "parent", full, &first);
    for (size_t i = 0; !e && i < parents; i++) {
        e = lock_reading_add(r, lock_known_other(r->known, first + i), LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
        if (!e)
            e = lock_reading_add_default(r, lock_known_other(r->known, first + i), LOCK_NO_WORK);
    }
    if (!e)
        e = lock_reading_add_foreign(r, LOCK_REFERENCED, table, NULL, NULL, LOCK_ACCESS_EXCLUSIVE,
                                     LOCK_NO_WORK);
    return e || !cascade ? e
                         : lock_reading_add_foreign(r, LOCK_REFERENCING, table, NULL, NULL,
                                                    LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
}

static dbk_err *drop_index(lock_reading *r, const char *index)
{
    const char *table = lock_known_table_of(r->known, index);
    if (table)
        return lock_reading_add_tree(r, table,
                                     tree_flag(r->fields, "concurrent") ? LOCK_SHARE_UPDATE_EXCLUSIVE
                                                                        : LOCK_ACCESS_EXCLUSIVE,
                                     LOCK_NO_WORK);
    return r->if_exists ? NULL
                        : lock_reading_note(r, LOCK_UNKNOWN, LOCK_NO_WORK,
                                            "the table of index %s is not known", index);
}

static dbk_err *drop_object(lock_reading *r, json_t *object, bool cascade)
{
    if (tree_is(r->fields, "removeType", "OBJECT_INDEX"))
        return drop_index(r, name_of(r, object));
    if (is_one_of(r->fields, "removeType", relations))
        return drop_table(r, name_of(r, object), cascade);
    if (is_one_of(r->fields, "removeType", shared_parts))
        return lock_reading_add_tree(r, owner_of(r, object), LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
    if (is_one_of(r->fields, "removeType", own_parts))
        return lock_reading_add(r, owner_of(r, object), LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
    if (tree_is(r->fields, "removeType", "OBJECT_SCHEMA") && cascade)
        return lock_reading_note(r, LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK, "every relation in the schema %s",
                                 name_of(r, object));
    return tree_is(r->fields, "removeType", "OBJECT_EXTENSION")
               ? lock_reading_note(r, LOCK_UNKNOWN, LOCK_NO_WORK, "what an extension has cannot be told")
               : NULL;
}

dbk_err *lock_expect_drop(lock_reading *r)
{
    json_t *objects = json_object_get(r->fields, "objects");
    bool cascade = tree_is(r->fields, "behavior", "DROP_CASCADE");
    dbk_err *e = NULL;
    r->if_exists = tree_flag(r->fields, "missing_ok");
    for (size_t i = 0; !e && i < json_array_size(objects); i++)
        e = drop_object(r, json_array_get(objects, i), cascade);
    return e || !cascade
               ? e
               : lock_reading_note(r, LOCK_UNKNOWN, LOCK_NO_WORK, "what CASCADE takes along cannot be told");
}

/* A relation goes by another name from here on. */
static dbk_err *move(lock_reading *r, json_t *range_var, const char *schema, const char *name)
{
    const char *full,
        *moved = arena_printf(r->arena, "%s%s%s", schema ? schema : "", schema ? "." : "", name);
    bool is_new = lock_known_find(r->known, lock_reading_name(r, range_var), &full) == LOCK_IS_NEW;
    return lock_known_add(r->known, is_new ? &r->known->relations : &r->known->moved, moved, full);
}

dbk_err *lock_expect_rename(lock_reading *r)
{
    json_t *relation = json_object_get(r->fields, "relation");
    r->if_exists = tree_flag(r->fields, "missing_ok");
    if (tree_is(r->fields, "renameType", "OBJECT_INDEX"))
        return lock_reading_add_var(r, relation, LOCK_SHARE_UPDATE_EXCLUSIVE, LOCK_NO_WORK);
    if (is_one_of(r->fields, "renameType", shared_parts))
        return lock_reading_add_var(r, relation, LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
    bool own = is_one_of(r->fields, "renameType", own_parts);
    if (!own && !is_one_of(r->fields, "renameType", relations))
        return NULL;
    dbk_err *e = lock_reading_add(r, lock_reading_name(r, relation), LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
    return e || own ? e
                    : move(r, relation, tree_text(relation, "schemaname"), tree_text(r->fields, "newname"));
}

dbk_err *lock_expect_set_schema(lock_reading *r)
{
    json_t *relation = json_object_get(r->fields, "relation");
    r->if_exists = tree_flag(r->fields, "missing_ok");
    if (tree_is(r->fields, "objectType", "OBJECT_EXTENSION"))
        return lock_reading_note(r, LOCK_UNKNOWN, LOCK_NO_WORK, "what an extension has cannot be told");
    if (!is_one_of(r->fields, "objectType", relations))
        return NULL;
    dbk_err *e = lock_reading_add(r, lock_reading_name(r, relation), LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
    return e ? e : move(r, relation, tree_text(r->fields, "newschema"), tree_text(relation, "relname"));
}

dbk_err *lock_expect_comment(lock_reading *r)
{
    json_t *object = json_object_get(r->fields, "object");
    const char *name =
        is_one_of(r->fields, "objtype", relations) || tree_is(r->fields, "objtype", "OBJECT_INDEX")
            ? name_of(r, object)
        : tree_is(r->fields, "objtype", "OBJECT_COLUMN") ? owner_of(r, object)
                                                         : NULL;
    return name ? lock_reading_add(r, name, LOCK_SHARE_UPDATE_EXCLUSIVE, LOCK_NO_WORK) : NULL;
}
