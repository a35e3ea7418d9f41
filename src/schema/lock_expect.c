/* Statements about whole tables, and which rule is for which statement. */
#include "schema/lock_expect.h"

#include <string.h>

#include "schema/lock_expect_int.h"

/* Lists hold a RangeVar, or what has one. */
static dbk_err *each_relation(lock_reading *r, const char *key, lock_mode mode, lock_work work)
{
    json_t *list = json_object_get(r->fields, key), *fields = NULL;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < json_array_size(list); i++) {
        const char *kind = tree_kind(json_array_get(list, i), &fields);
        e = lock_reading_add_var(
            r, kind && strcmp(kind, "RangeVar") == 0 ? fields : json_object_get(fields, "relation"), mode,
            work);
    }
    return e;
}

static dbk_err *expect_truncate(lock_reading *r)
{
    dbk_err *e = each_relation(r, "relations", LOCK_ACCESS_EXCLUSIVE, LOCK_REWRITES);
    /* The list grows by what refers to its members, until nothing is new. */
    for (size_t i = 0; !e && tree_is(r->fields, "behavior", "DROP_CASCADE") && i < r->count; i++)
        e = lock_reading_add_foreign(r, LOCK_REFERENCING, r->items[i].relation, NULL, NULL,
                                     LOCK_ACCESS_EXCLUSIVE, LOCK_REWRITES);
    return e;
}

static dbk_err *expect_lock(lock_reading *r)
{
    long long mode = tree_int(r->fields, "mode", LOCK_ACCESS_EXCLUSIVE);
    return each_relation(r, "relations", (lock_mode)mode, LOCK_NO_WORK);
}

static dbk_err *expect_vacuum(lock_reading *r)
{
    bool full = tree_has_option(json_object_get(r->fields, "options"), "full");
    lock_mode mode = full ? LOCK_ACCESS_EXCLUSIVE : LOCK_SHARE_UPDATE_EXCLUSIVE;
    lock_work work = full                                   ? LOCK_REWRITES
                     : tree_flag(r->fields, "is_vacuumcmd") ? LOCK_MAY_SCAN
                                                            : LOCK_NO_WORK; /* a sample */
    return json_object_get(r->fields, "rels")
               ? each_relation(r, "rels", mode, work)
               : lock_reading_note(r, mode, work, "every table of the database, one after another");
}

static dbk_err *expect_cluster(lock_reading *r)
{
    json_t *relation = json_object_get(r->fields, "relation");
    return relation ? lock_reading_add_var(r, relation, LOCK_ACCESS_EXCLUSIVE, LOCK_REWRITES)
                    : lock_reading_note(r, LOCK_ACCESS_EXCLUSIVE, LOCK_REWRITES,
                                        "every table that was clustered before, one after another");
}

static dbk_err *expect_reindex(lock_reading *r)
{
    json_t *relation = json_object_get(r->fields, "relation");
    bool concurrent = tree_has_option(json_object_get(r->fields, "params"), "concurrently");
    lock_mode mode = concurrent ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_SHARE;
    const char *name = lock_reading_name(r, relation);
    if (!relation)
        return lock_reading_note(r, mode, LOCK_SCANS, "every table of %s, one after another",
                                 tree_text(r->fields, "name") ? tree_text(r->fields, "name")
                                                              : "the database");
    if (!tree_is(r->fields, "kind", "REINDEX_OBJECT_INDEX"))
        return lock_reading_add_var(r, relation, mode, LOCK_SCANS);
    const char *table = lock_known_table_of(r->known, name);
    return table
               ? lock_reading_add_tree(r, table, mode, LOCK_SCANS)
               : lock_reading_note(r, LOCK_UNKNOWN, LOCK_NO_WORK, "the table of index %s is not known", name);
}

static dbk_err *expect_refresh(lock_reading *r)
{
    bool concurrent = tree_flag(r->fields, "concurrent");
    return lock_reading_add_var(r, json_object_get(r->fields, "relation"),
                                concurrent ? LOCK_EXCLUSIVE : LOCK_ACCESS_EXCLUSIVE,
                                concurrent ? LOCK_SCANS : LOCK_REWRITES);
}

/* A constraint is checked in every column of the domain. */
static dbk_err *expect_domain(lock_reading *r)
{
    json_t *constraint = tree_as(json_object_get(r->fields, "def"), "Constraint");
    const char *domain = tree_name(r->arena, json_object_get(r->fields, "typeName"));
    bool adds = tree_is(r->fields, "subtype", "C") && !tree_flag(constraint, "skip_validation");
    dbk_err *e = NULL;
    size_t first, count;
    if (!adds && !tree_is(r->fields, "subtype", "V") && !tree_is(r->fields, "subtype", "O"))
        return NULL;
    if (!domain || !strchr(domain, '.'))
        return lock_reading_note(r, LOCK_SHARE, LOCK_SCANS, "every table with a column of the domain");
    count = lock_known_lines(r->known, "typed", domain, &first);
    for (size_t i = 0; !e && i < count; i++)
        e = lock_reading_add(r, lock_known_other(r->known, first + i), LOCK_SHARE, LOCK_SCANS);
    return e;
}

static dbk_err *expect_trigger(lock_reading *r)
{
    return lock_reading_add_var(r, json_object_get(r->fields, "relation"), LOCK_SHARE_ROW_EXCLUSIVE,
                                LOCK_NO_WORK);
}

static dbk_err *expect_rule(lock_reading *r)
{
    return lock_reading_add(r, lock_reading_name(r, json_object_get(r->fields, "relation")),
                            LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
}

static dbk_err *expect_policy(lock_reading *r)
{
    return lock_reading_add(r, lock_reading_name(r, json_object_get(r->fields, "table")),
                            LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
}

static dbk_err *expect_sequence(lock_reading *r)
{
    r->if_exists = tree_flag(r->fields, "missing_ok");
    return lock_reading_add(r, lock_reading_name(r, json_object_get(r->fields, "sequence")),
                            LOCK_SHARE_ROW_EXCLUSIVE, (lock_work){LOCK_PERHAPS, LOCK_NO});
}

static dbk_err *expect_statistics(lock_reading *r)
{
    return each_relation(r, "relations", LOCK_SHARE_UPDATE_EXCLUSIVE, LOCK_NO_WORK);
}

static dbk_err *expect_alter_table(lock_reading *r)
{
    r->if_exists = tree_flag(r->fields, "missing_ok");
    return lock_expect_alter(r);
}

static dbk_err *expect_schema(lock_reading *r)
{
    return json_array_size(json_object_get(r->fields, "schemaElts")) == 0
               ? NULL
               : lock_reading_note(r, LOCK_UNKNOWN, LOCK_NO_WORK,
                                   "what a schema is created with is not read");
}

static dbk_err *expect_nothing(lock_reading *r)
{
    (void)r;
    return NULL;
}

static const struct {
    const char *kind;
    dbk_err *(*expect)(lock_reading *r);
} statements[] = {
    {"CreateStmt", lock_expect_create},
    {"AlterTableStmt", expect_alter_table},
    {"IndexStmt", lock_expect_index},
    {"ViewStmt", lock_expect_view},
    {"CreateFunctionStmt", lock_expect_function},
    {"CreateDomainStmt", lock_expect_new_domain},
    {"DropStmt", lock_expect_drop},
    {"RenameStmt", lock_expect_rename},
    {"AlterObjectSchemaStmt", lock_expect_set_schema},
    {"CommentStmt", lock_expect_comment},
    {"SecLabelStmt", lock_expect_comment},
    {"TruncateStmt", expect_truncate},
    {"LockStmt", expect_lock},
    {"VacuumStmt", expect_vacuum},
    {"ClusterStmt", expect_cluster},
    {"ReindexStmt", expect_reindex},
    {"RefreshMatViewStmt", expect_refresh},
    {"AlterDomainStmt", expect_domain},
    {"CreateTrigStmt", expect_trigger},
    {"RuleStmt", expect_rule},
    {"CreatePolicyStmt", expect_policy},
    {"AlterPolicyStmt", expect_policy},
    {"AlterSeqStmt", expect_sequence},
    {"CreateStatsStmt", expect_statistics},
    {"CreateSchemaStmt", expect_schema},
    {"AlterDefaultPrivilegesStmt", expect_nothing},
    {"AlterEnumStmt", expect_nothing},
    {"AlterFunctionStmt", expect_nothing},
    {"AlterOwnerStmt", expect_nothing},
    {"AlterRoleStmt", expect_nothing},
    {"AlterRoleSetStmt", expect_nothing},
    {"AlterDatabaseSetStmt", expect_nothing},
    {"AlterSystemStmt", expect_nothing},
    {"CheckPointStmt", expect_nothing},
    {"CompositeTypeStmt", expect_nothing},
    {"ConstraintsSetStmt", expect_nothing},
    {"CreateCastStmt", expect_nothing},
    {"CreateEnumStmt", expect_nothing},
    {"CreateEventTrigStmt", expect_nothing},
    {"CreateRangeStmt", expect_nothing},
    {"CreateRoleStmt", expect_nothing},
    {"CreateSeqStmt", expect_nothing},
    {"DefineStmt", expect_nothing},
    {"GrantRoleStmt", expect_nothing},
    {"GrantStmt", expect_nothing},
    {"NotifyStmt", expect_nothing},
    {"TransactionStmt", expect_nothing},
    {"VariableSetStmt", expect_nothing},
    {"VariableShowStmt", expect_nothing},
};

static const char *const queries[] = {"SelectStmt", "InsertStmt", "UpdateStmt",        "DeleteStmt",
                                      "MergeStmt",  "CopyStmt",   "CreateTableAsStmt", NULL};

static dbk_err *expect(lock_reading *r, const char *kind)
{
    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
        if (strcmp(kind, statements[i].kind) == 0)
            return statements[i].expect(r);
    for (size_t i = 0; queries[i]; i++)
        if (strcmp(kind, queries[i]) == 0)
            return lock_expect_query(r, kind);
    return lock_reading_note(r, LOCK_UNKNOWN, LOCK_NO_WORK, "what this statement runs cannot be told");
}

dbk_err *lock_expect(lock_known *known, const char *kind, json_t *fields, lock_expectation *out)
{
    lock_reading r = {.known = known, .arena = known->arena, .fields = fields};
    dbk_err *e = expect(&r, kind);
    return e ? e : lock_reading_finish(&r, out);
}

dbk_err *lock_expect_unknown(arena *a, const char *note, lock_expectation *out)
{
    lock_reading r = {.arena = a};
    dbk_err *e = lock_reading_note(&r, LOCK_UNKNOWN, LOCK_NO_WORK, "%s", note);
    return e ? e : lock_reading_finish(&r, out);
}
