/* ALTER TABLE: as AlterTableGetLockLevel() of the server has it, and what each subcommand does to the rows.
 */
#include <string.h>

#include "schema/lock_expect_int.h"

/* What is being altered. */
typedef struct altering {
    lock_reading *r;
    const char *table;
    bool only;
    json_t *command;
    json_t *def;
    const char *name;
} altering;

static dbk_err *lock(const altering *a, lock_mode mode, lock_work work)
{
    return a->only ? lock_reading_add(a->r, a->table, mode, work)
                   : lock_reading_add_tree(a->r, a->table, mode, work);
}

static dbk_err *lock_one(const altering *a, lock_mode mode, lock_work work)
{
    return lock_reading_add(a->r, a->table, mode, work);
}

/* Both sides of foreign keys. */
static dbk_err *lock_others(const altering *a, const char *column, lock_work work)
{
    dbk_err *e =
        lock_reading_add_foreign(a->r, LOCK_REFERENCED, a->table, column, NULL, LOCK_ACCESS_EXCLUSIVE, work);
    return e ? e
             : lock_reading_add_foreign(a->r, LOCK_REFERENCING, a->table, column, NULL, LOCK_ACCESS_EXCLUSIVE,
                                        work);
}

static dbk_err *add_column(altering *a)
{
    lock_column c;
    dbk_err *e = lock_known_column(a->r->known, tree_as(a->def, "ColumnDef"), &c);
    if (e)
        return e;
    lock_answer rewritten = c.generated || c.of_checked_domain ? LOCK_YES : c.varies;
    bool scanned = c.check || c.unique || (c.foreign && c.has_default) || (c.not_null && !c.has_default);
    e = lock(a, LOCK_ACCESS_EXCLUSIVE,
             (lock_work){.rewritten = rewritten, .scanned = scanned ? LOCK_YES : rewritten});
    return e || !c.foreign ? e : lock_reading_new_foreign(a->r, a->table, c.name, c.foreign);
}

/* Whether the old values are good as they are cannot be told from the statement. */
static dbk_err *alter_type(altering *a)
{
    dbk_err *e = lock(a, LOCK_ACCESS_EXCLUSIVE, (lock_work){LOCK_PERHAPS, LOCK_PERHAPS});
    return e ? e : lock_others(a, a->name, LOCK_MAY_SCAN);
}

static dbk_err *add_constraint(altering *a)
{
    json_t *c = tree_as(a->def, "Constraint");
    bool waits = tree_flag(c, "skip_validation");
    if (tree_is(c, "contype", "CONSTR_FOREIGN")) {
        dbk_err *e = lock(a, LOCK_SHARE_ROW_EXCLUSIVE, waits ? LOCK_NO_WORK : LOCK_SCANS);
        return e ? e : lock_reading_new_foreign(a->r, a->table, NULL, c);
    }
    if (tree_is(c, "contype", "CONSTR_CHECK")) {
        dbk_err *e = lock_known_add_check(a->r->known, a->table, c);
        return e ? e : lock(a, LOCK_ACCESS_EXCLUSIVE, waits ? LOCK_NO_WORK : LOCK_SCANS);
    }
    /* With USING INDEX the rows are read only when columns of a primary key may be null. */
    lock_work work = !tree_text(c, "indexname")                ? LOCK_SCANS
                     : tree_is(c, "contype", "CONSTR_PRIMARY") ? LOCK_MAY_SCAN
                                                               : LOCK_NO_WORK;
    return lock(a, LOCK_ACCESS_EXCLUSIVE, work);
}

static dbk_err *set_not_null(altering *a)
{
    static const lock_answer scanned[] = {
        [LOCK_NO] = LOCK_YES, [LOCK_PERHAPS] = LOCK_PERHAPS, [LOCK_YES] = LOCK_NO};
    lock_answer proven = lock_known_not_null(a->r->known, a->table, a->name);
    return lock(a, LOCK_ACCESS_EXCLUSIVE, (lock_work){LOCK_NO, scanned[proven]});
}

static dbk_err *note_cascade(const altering *a)
{
    return tree_is(a->command, "behavior", "DROP_CASCADE")
               ? lock_reading_note(a->r, LOCK_UNKNOWN, LOCK_NO_WORK,
                                   "what CASCADE takes along cannot be told")
               : NULL;
}

static dbk_err *drop_column(altering *a)
{
    dbk_err *e = lock(a, LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
    if (!e)
        e = lock_others(a, a->name, LOCK_NO_WORK);
    return e ? e : note_cascade(a);
}

static dbk_err *drop_constraint(altering *a)
{
    dbk_err *e = lock(a, LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
    if (!e)
        e = lock_reading_add_foreign(a->r, LOCK_REFERENCED, a->table, NULL, a->name, LOCK_ACCESS_EXCLUSIVE,
                                     LOCK_NO_WORK);
    return e ? e : note_cascade(a);
}

/* One that is valid already is not looked at again. */
static dbk_err *validate_constraint(altering *a)
{
    const char *full;
    size_t first, count;
    bool waits = false;
    lock_known_find(a->r->known, a->table, &full);
    count = lock_known_lines(a->r->known, "unvalidated", full, &first);
    for (size_t i = 0; a->name && i < count; i++)
        waits |= strcmp(lock_known_other(a->r->known, first + i), a->name) == 0;
    lock_known_validate(a->r->known, a->table, a->name);
    return lock(a, LOCK_SHARE_UPDATE_EXCLUSIVE, waits ? LOCK_SCANS : LOCK_MAY_SCAN);
}

static dbk_err *attach_partition(altering *a)
{
    json_t *part = json_object_get(tree_as(a->def, "PartitionCmd"), "name");
    dbk_err *e = lock_one(a, LOCK_SHARE_UPDATE_EXCLUSIVE, LOCK_NO_WORK);
    if (!e)
        e = lock_reading_add_var(a->r, part, LOCK_ACCESS_EXCLUSIVE, LOCK_MAY_SCAN);
    if (!e)
        e = lock_reading_add_default(a->r, a->table, LOCK_MAY_SCAN);
    return e ? e
             : lock_reading_add_foreign(a->r, LOCK_REFERENCED, a->table, NULL, NULL, LOCK_SHARE_ROW_EXCLUSIVE,
                                        LOCK_NO_WORK);
}

static dbk_err *detach_partition(altering *a)
{
    json_t *detached = tree_as(a->def, "PartitionCmd");
    bool concurrent = tree_flag(detached, "concurrent");
    dbk_err *e = lock_one(a, concurrent ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
    if (!e)
        e = lock_reading_add_var(a->r, json_object_get(detached, "name"), LOCK_ACCESS_EXCLUSIVE,
                                 LOCK_NO_WORK);
    if (!e && !concurrent)
        e = lock_reading_add_default(a->r, a->table, LOCK_NO_WORK);
    if (!e)
        e = lock_reading_add_foreign(a->r, LOCK_REFERENCED, a->table, NULL, NULL, LOCK_SHARE_ROW_EXCLUSIVE,
                                     LOCK_NO_WORK);
    return e ? e
             : lock_reading_add_foreign(a->r, LOCK_REFERENCING, a->table, NULL, NULL, LOCK_SHARE,
                                        LOCK_NO_WORK);
}

static dbk_err *add_inherit(altering *a)
{
    dbk_err *e = lock_one(a, LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
    return e ? e
             : lock_reading_add(a->r, lock_reading_name(a->r, tree_as(a->def, "RangeVar")),
                                LOCK_SHARE_UPDATE_EXCLUSIVE, LOCK_NO_WORK);
}

/* Settings that readers and writers do not depend on. */
static bool is_light_option(const char *name)
{
    static const char *const light[] = {"autovacuum_", "fillfactor",        "toast_tuple_target",
                                        "vacuum_",     "parallel_workers",  "log_autovacuum_",
                                        "deduplicate", "effective_io_conc", NULL};
    for (size_t i = 0; light[i]; i++)
        if (strncmp(name, light[i], strlen(light[i])) == 0)
            return true;
    return false;
}

static dbk_err *set_options(altering *a)
{
    json_t *options = json_object_get(tree_as(a->def, "List"), "items");
    bool light = true;
    for (size_t i = 0; i < json_array_size(options); i++) {
        const char *name = tree_text(tree_as(json_array_get(options, i), "DefElem"), "defname");
        light &= name && is_light_option(name);
    }
    return lock_one(a, light ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
}

static dbk_err *copy_table(altering *a)
{
    return lock_one(a, LOCK_ACCESS_EXCLUSIVE, LOCK_REWRITES);
}

static dbk_err *change_plan(altering *a)
{
    return lock(a, LOCK_SHARE_UPDATE_EXCLUSIVE, LOCK_NO_WORK);
}

/* Partitions have copies of a partitioned table's triggers; heirs have none. */
static dbk_err *change_triggers(altering *a)
{
    const char *full;
    size_t first;
    lock_known_find(a->r->known, a->table, &full);
    bool copies = lock_known_is_partitioned(a->r->known, full) &&
                  lock_known_lines(a->r->known, "triggered", full, &first) > 0;
    return copies ? lock(a, LOCK_SHARE_ROW_EXCLUSIVE, LOCK_NO_WORK)
                  : lock_one(a, LOCK_SHARE_ROW_EXCLUSIVE, LOCK_NO_WORK);
}

static dbk_err *change_itself(altering *a)
{
    return lock_one(a, LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
}

static dbk_err *change_all(altering *a)
{
    return lock(a, LOCK_ACCESS_EXCLUSIVE, LOCK_NO_WORK);
}

static const struct {
    const char *subtype;
    dbk_err *(*expect)(altering *a);
} subcommands[] = {
    {"AT_AddColumn", add_column},
    {"AT_AlterColumnType", alter_type},
    {"AT_AddConstraint", add_constraint},
    {"AT_SetNotNull", set_not_null},
    {"AT_DropColumn", drop_column},
    {"AT_DropConstraint", drop_constraint},
    {"AT_ValidateConstraint", validate_constraint},
    {"AT_AttachPartition", attach_partition},
    {"AT_DetachPartition", detach_partition},
    {"AT_DetachPartitionFinalize", detach_partition},
    {"AT_AddInherit", add_inherit},
    {"AT_SetRelOptions", set_options},
    {"AT_ResetRelOptions", set_options},
    {"AT_SetLogged", copy_table},
    {"AT_SetUnLogged", copy_table},
    {"AT_SetTableSpace", copy_table},
    {"AT_SetAccessMethod", copy_table},
    {"AT_SetStatistics", change_plan},
    {"AT_ClusterOn", change_plan},
    {"AT_DropCluster", change_plan},
    {"AT_SetOptions", change_plan},
    {"AT_ResetOptions", change_plan},
    {"AT_EnableTrig", change_triggers},
    {"AT_EnableAlwaysTrig", change_triggers},
    {"AT_EnableReplicaTrig", change_triggers},
    {"AT_EnableTrigAll", change_triggers},
    {"AT_EnableTrigUser", change_triggers},
    {"AT_DisableTrig", change_triggers},
    {"AT_DisableTrigAll", change_triggers},
    {"AT_DisableTrigUser", change_triggers},
    {"AT_ChangeOwner", change_itself},
    {"AT_ReplicaIdentity", change_itself},
    {"AT_EnableRowSecurity", change_itself},
    {"AT_DisableRowSecurity", change_itself},
    {"AT_ForceRowSecurity", change_itself},
    {"AT_NoForceRowSecurity", change_itself},
};

static dbk_err *expect_command(altering *a)
{
    a->def = json_object_get(a->command, "def");
    a->name = tree_text(a->command, "name");
    for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++)
        if (tree_is(a->command, "subtype", subcommands[i].subtype))
            return subcommands[i].expect(a);
    return change_all(a); /* all others, and none is stronger */
}

dbk_err *lock_expect_alter(lock_reading *r)
{
    json_t *relation = json_object_get(r->fields, "relation"), *commands = json_object_get(r->fields, "cmds");
    altering a = {.r = r, .table = lock_reading_name(r, relation), .only = !tree_flag(relation, "inh")};
    dbk_err *e = NULL;
    if (tree_is(r->fields, "objtype", "OBJECT_TYPE")) /* a type that a table uses cannot be altered */
        return NULL;
    for (size_t i = 0; !e && i < json_array_size(commands); i++) {
        a.command = tree_as(json_array_get(commands, i), "AlterTableCmd");
        e = expect_command(&a);
    }
    return e;
}
