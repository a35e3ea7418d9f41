/* What a migration does to tables that exist before it. A table is new when an earlier pending file of the
 * same module, or this one, creates it: it holds no rows that matter and nobody waits for it. */
#include <string.h>

#include "schema/lint_int.h"
#include "schema/lock_known.h"

typedef struct lock_state {
    lint *l;
    const module *module;
    lock_known known; /* of the module; domains of every module */
    /* of the file at hand */
    bool timeout_off;
    bool concurrent; /* has a CONCURRENTLY */
} lock_state;

static const char *name_of(lock_state *s, json_t *range_var)
{
    const char *name = tree_relation(s->l->arena, range_var);
    return name ? name : "";
}

static bool is_existing(const lock_state *s, const char *table)
{
    return !lock_known_is_new(&s->known, table);
}

static size_t place(const lint_statement *st, const json_t *fields)
{
    long long at = tree_int(fields, "location", -1);
    return st->offset + (at > 0 && (size_t)at < st->length ? (size_t)at : 0);
}

#define REPORT(s, st, fields, ...) lint_report((s)->l, (st)->file, place(st, fields), __VA_ARGS__)

static dbk_err *check_timeout(lock_state *s, const lint_statement *st, const char *table)
{
    if (!s->timeout_off)
        return NULL;
    return lint_report(s->l, st->file, st->offset, "require-timeout-settings",
                       "waiting for %s has no limit, because the file switched lock_timeout off", table);
}

static dbk_err *check_new_column(lock_state *s, const lint_statement *st, const char *table, json_t *column)
{
    lock_column c;
    dbk_err *e = lock_known_column(&s->known, column, &c);
    if (!e && c.foreign)
        e = REPORT(s, st, c.foreign, "adding-foreign-key-constraint",
                   "column %s of %s references another table", c.name, table);
    if (!e && c.check)
        e = REPORT(s, st, c.check, "constraint-missing-not-valid", "column %s of %s comes with a check",
                   c.name, table);
    if (!e && c.unique)
        e = REPORT(s, st, c.unique, "disallowed-unique-constraint",
                   "column %s of %s comes with a unique index", c.name, table);
    bool varies = c.varies != LOCK_NO;
    if (!e && (varies || c.generated))
        e = REPORT(s, st, column, "adding-field-with-default",
                   "column %s of %s %s, so every row is rewritten", c.name, table,
                   c.generated ? "is computed" : "has a volatile default");
    if (!e && c.not_null && !c.has_default && !c.generated && !varies)
        e = REPORT(s, st, column, "adding-required-field", "column %s of %s is NOT NULL without a default",
                   c.name, table);
    if (!e && c.of_checked_domain)
        e = REPORT(s, st, column, "table-rewrite",
                   "column %s of %s is of the domain %s, whose constraint is checked by rewriting every row",
                   c.name, table, c.type);
    return e;
}

static dbk_err *check_new_constraint(lock_state *s, const lint_statement *st, const char *table, json_t *c)
{
    const char *name = tree_text(c, "conname") ? tree_text(c, "conname") : "without a name";
    if (tree_is(c, "contype", "CONSTR_CHECK")) {
        dbk_err *e = lock_known_add_check(&s->known, table, c);
        if (!e && is_existing(s, table) && !tree_flag(c, "skip_validation"))
            e = REPORT(s, st, c, "constraint-missing-not-valid",
                       "constraint %s of %s is checked against every row", name, table);
        return e;
    }
    if (!is_existing(s, table))
        return NULL;
    if (tree_is(c, "contype", "CONSTR_FOREIGN") && !tree_flag(c, "skip_validation"))
        return REPORT(s, st, c, "adding-foreign-key-constraint",
                      "foreign key %s of %s is checked against every row", name, table);
    if ((tree_is(c, "contype", "CONSTR_UNIQUE") || tree_is(c, "contype", "CONSTR_PRIMARY") ||
         tree_is(c, "contype", "CONSTR_EXCLUSION")) &&
        !tree_text(c, "indexname"))
        return REPORT(s, st, c, "disallowed-unique-constraint", "constraint %s of %s builds its index", name,
                      table);
    return NULL;
}

static dbk_err *check_alter_command(lock_state *s, const lint_statement *st, const char *table,
                                    json_t *command)
{
    const char *name = tree_text(command, "name");
    json_t *def = json_object_get(command, "def");
    if (tree_is(command, "subtype", "AT_AddConstraint"))
        return check_new_constraint(s, st, table, tree_as(def, "Constraint"));
    if (tree_is(command, "subtype", "AT_ValidateConstraint")) {
        lock_known_validate(&s->known, table, name);
        return NULL;
    }
    if (!is_existing(s, table))
        return NULL;
    if (tree_is(command, "subtype", "AT_AddColumn"))
        return check_new_column(s, st, table, tree_as(def, "ColumnDef"));
    if (tree_is(command, "subtype", "AT_AlterColumnType"))
        return REPORT(s, st, tree_as(def, "ColumnDef"), "changing-column-type",
                      "column %s of %s changes its type", name, table);
    if (tree_is(command, "subtype", "AT_SetNotNull") &&
        lock_known_not_null(&s->known, table, name) != LOCK_YES)
        return REPORT(s, st, command, "adding-not-nullable-field", "column %s of %s is set NOT NULL", name,
                      table);
    if (tree_is(command, "subtype", "AT_DropColumn"))
        return REPORT(s, st, command, "ban-drop-column", "column %s of %s is dropped", name, table);
    if (tree_is(command, "subtype", "AT_SetLogged") || tree_is(command, "subtype", "AT_SetUnLogged") ||
        tree_is(command, "subtype", "AT_SetTableSpace") || tree_is(command, "subtype", "AT_SetAccessMethod"))
        return REPORT(s, st, command, "table-rewrite", "%s is copied as a whole", table);
    return NULL;
}

static dbk_err *check_alter_table(lock_state *s, const lint_statement *st)
{
    const char *table = name_of(s, json_object_get(st->fields, "relation"));
    json_t *commands = json_object_get(st->fields, "cmds");
    dbk_err *e = NULL;
    if (!tree_is(st->fields, "objtype", "OBJECT_TABLE") && !tree_is(st->fields, "objtype", "OBJECT_MATVIEW"))
        return NULL;
    for (size_t i = 0; !e && i < json_array_size(commands); i++)
        e = check_alter_command(s, st, table, tree_as(json_array_get(commands, i), "AlterTableCmd"));
    return !e && is_existing(s, table) ? check_timeout(s, st, table) : e;
}

static dbk_err *check_index(lock_state *s, const lint_statement *st)
{
    const char *table = name_of(s, json_object_get(st->fields, "relation"));
    const char *index = tree_text(st->fields, "idxname"),
               *schema = tree_text(json_object_get(st->fields, "relation"), "schemaname");
    dbk_err *e = NULL;
    if (!is_existing(s, table) && index)
        return lock_known_add(
            &s->known, &s->known.indexes,
            arena_printf(s->l->arena, "%s%s%s", schema ? schema : "", schema ? "." : "", index), table);
    if (!tree_flag(st->fields, "concurrent")) {
        e = lint_report(s->l, st->file, st->offset, "require-concurrent-index-creation",
                        "writers of %s wait until the index is built", table);
        return e ? e : check_timeout(s, st, table);
    }
    if (tree_flag(st->fields, "if_not_exists"))
        e = lint_report(s->l, st->file, st->offset, "concurrent-index-if-not-exists",
                        "an invalid index %s would be taken for a good one", index ? index : "of that name");
    return e;
}

static dbk_err *check_drop(lock_state *s, const lint_statement *st)
{
    bool table = tree_is(st->fields, "removeType", "OBJECT_TABLE") ||
                 tree_is(st->fields, "removeType", "OBJECT_MATVIEW");
    bool index = tree_is(st->fields, "removeType", "OBJECT_INDEX");
    bool schema = tree_is(st->fields, "removeType", "OBJECT_SCHEMA");
    json_t *objects = json_object_get(st->fields, "objects");
    dbk_err *e = NULL;
    for (size_t i = 0; !e && (table || index || schema) && i < json_array_size(objects); i++) {
        json_t *object = json_array_get(objects, i), *list = tree_as(object, "List");
        const char *name =
            list ? tree_name(s->l->arena, json_object_get(list, "items")) : tree_string(object);
        if (!name)
            name = "";
        if (table && is_existing(s, name))
            e = lint_report(s->l, st->file, st->offset, "ban-drop-table", "%s is dropped with its rows",
                            name);
        else if (schema)
            e = lint_report(s->l, st->file, st->offset, "ban-drop-table", "schema %s is dropped", name);
        else if (index && !tree_flag(st->fields, "concurrent") && !lock_known_get(&s->known.indexes, name))
            e = lint_report(s->l, st->file, st->offset, "require-concurrent-index-deletion",
                            "everybody who uses the table of %s waits", name);
        else
            continue;
        if (!e)
            e = check_timeout(s, st, name);
    }
    return e;
}

static dbk_err *check_rename(lock_state *s, const lint_statement *st)
{
    const char *table = name_of(s, json_object_get(st->fields, "relation"));
    const char *new_name = tree_text(st->fields, "newname");
    if (tree_is(st->fields, "renameType", "OBJECT_SCHEMA"))
        return lint_report(s->l, st->file, st->offset, "renaming-table", "a schema becomes %s", new_name);
    bool column = tree_is(st->fields, "renameType", "OBJECT_COLUMN");
    if ((!column && !tree_is(st->fields, "renameType", "OBJECT_TABLE")))
        return NULL;
    if (!is_existing(s, table)) {
        const char *schema = tree_text(json_object_get(st->fields, "relation"), "schemaname");
        return column ? NULL
                      : lock_known_add(&s->known, &s->known.relations,
                                       arena_printf(s->l->arena, "%s%s%s", schema ? schema : "",
                                                    schema ? "." : "", new_name),
                                       NULL);
    }
    dbk_err *e =
        column ? lint_report(s->l, st->file, st->offset, "renaming-column", "column %s of %s becomes %s",
                             tree_text(st->fields, "subname"), table, new_name)
               : lint_report(s->l, st->file, st->offset, "renaming-table", "%s becomes %s", table, new_name);
    return e ? e : check_timeout(s, st, table);
}

static dbk_err *check_each_relation(lock_state *s, const lint_statement *st, const char *rule,
                                    const char *what)
{
    json_t *relations = json_object_get(st->fields, "relations");
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < json_array_size(relations); i++) {
        const char *table = name_of(s, tree_as(json_array_get(relations, i), "RangeVar"));
        if (is_existing(s, table))
            e = lint_report(s->l, st->file, st->offset, rule, "%s %s", table, what);
        if (!e && is_existing(s, table))
            e = check_timeout(s, st, table);
    }
    return e;
}

static bool is_zero(const char *value)
{
    return value && strspn(value, "0") > 0 && strspn(value, "0 mshdin") == strlen(value);
}

static dbk_err *note_setting(lock_state *s, const lint_statement *st, const char *name, bool to_value,
                             const char *value, bool all)
{
    if (!all && (!name || strcmp(name, "lock_timeout") != 0))
        return NULL;
    if (all || !to_value || is_zero(value)) {
        s->timeout_off = true;
        return lint_report(s->l, st->file, st->offset, "lock-timeout-off",
                           "from here on waiting for locks has no limit");
    }
    s->timeout_off = false;
    if (s->concurrent)
        return lint_report(
            s->l, st->file, st->offset, "short-timeout-for-concurrent-index",
            "the concurrent build in this file will fail as soon as an old transaction lasts longer");
    return NULL;
}

static dbk_err *check_set(lock_state *s, const lint_statement *st)
{
    json_t *args = json_object_get(st->fields, "args");
    return note_setting(s, st, tree_text(st->fields, "name"), tree_is(st->fields, "kind", "VAR_SET_VALUE"),
                        tree_constant(s->l->arena, json_array_get(args, 0)),
                        tree_is(st->fields, "kind", "VAR_RESET_ALL"));
}

/* select set_config('lock_timeout', …) */
static dbk_err *check_select(lock_state *s, const lint_statement *st)
{
    json_t *targets = json_object_get(st->fields, "targetList");
    for (size_t i = 0; i < json_array_size(targets); i++) {
        json_t *target = tree_as(json_array_get(targets, i), "ResTarget");
        json_t *call = target ? tree_as(json_object_get(target, "val"), "FuncCall") : NULL;
        json_t *name = call ? json_object_get(call, "funcname") : NULL, *args = json_object_get(call, "args");
        const char *function = tree_string(json_array_get(name, json_array_size(name) - 1));
        if (!function || strcmp(function, "set_config") != 0)
            continue;
        dbk_err *e = note_setting(s, st, tree_constant(s->l->arena, json_array_get(args, 0)), true,
                                  tree_constant(s->l->arena, json_array_get(args, 1)), false);
        if (e)
            return e;
    }
    return NULL;
}

static dbk_err *note_created(lock_state *s, const lint_statement *st)
{
    json_t *relation = json_object_get(st->fields, "relation");
    if (!relation) /* create table as, create materialized view */
        relation = json_object_get(json_object_get(st->fields, "into"), "rel");
    if (st->file->applied)
        return NULL;
    return lock_known_add(&s->known, &s->known.relations, tree_relation(s->l->arena, relation), NULL);
}

static dbk_err *check_rewrites(lock_state *s, const lint_statement *st)
{
    if (strcmp(st->kind, "VacuumStmt") == 0)
        return tree_has_option(json_object_get(st->fields, "options"), "full")
                   ? lint_report(s->l, st->file, st->offset, "table-rewrite", "VACUUM FULL copies its tables")
                   : NULL;
    if (strcmp(st->kind, "ClusterStmt") == 0)
        return lint_report(s->l, st->file, st->offset, "table-rewrite", "CLUSTER copies its table");
    if (strcmp(st->kind, "ReindexStmt") == 0)
        return tree_has_option(json_object_get(st->fields, "params"), "concurrently")
                   ? NULL
                   : lint_report(s->l, st->file, st->offset, "require-concurrent-reindex",
                                 "writers wait until the index is built");
    const char *view = name_of(s, json_object_get(st->fields, "relation"));
    return tree_flag(st->fields, "concurrent") || !is_existing(s, view)
               ? NULL
               : lint_report(s->l, st->file, st->offset, "refresh-without-concurrently", "readers of %s wait",
                             view);
}

static dbk_err *check_domain(lock_state *s, const lint_statement *st)
{
    json_t *c = tree_as(json_object_get(st->fields, "def"), "Constraint");
    if (!tree_is(st->fields, "subtype", "C") || !c || tree_flag(c, "skip_validation"))
        return NULL;
    return lint_report(s->l, st->file, st->offset, "ban-alter-domain-with-add-constraint",
                       "every column of %s is read",
                       tree_name(s->l->arena, json_object_get(st->fields, "typeName")));
}

/* BEGIN first and COMMIT last are what psql needs; the runner leaves them out. */
static bool is_bracket(const lint_statement *st)
{
    const lint_file *file = st->file;
    const lint_statement *first = &file->statements[0], *last = &file->statements[file->statement_count - 1];
    bool begins = tree_is(first->fields, "kind", "TRANS_STMT_BEGIN") ||
                  tree_is(first->fields, "kind", "TRANS_STMT_START");
    return (st == first || st == last) && begins && tree_is(last->fields, "kind", "TRANS_STMT_COMMIT");
}

static dbk_err *check_transaction(lock_state *s, const lint_statement *st)
{
    const char *kind = tree_text(st->fields, "kind");
    if ((kind && strstr(kind, "SAVEPOINT")) || tree_is(st->fields, "kind", "TRANS_STMT_ROLLBACK_TO") ||
        tree_is(st->fields, "kind", "TRANS_STMT_RELEASE") || is_bracket(st))
        return NULL;
    return lint_report(s->l, st->file, st->offset, "transaction-nesting",
                       "the runner has a transaction open here");
}

static dbk_err *check_drop_database(lock_state *s, const lint_statement *st)
{
    return lint_report(s->l, st->file, st->offset, "ban-drop-database", "database %s is dropped",
                       tree_text(st->fields, "dbname"));
}

static dbk_err *check_truncate(lock_state *s, const lint_statement *st)
{
    return check_each_relation(s, st, "ban-truncate", "loses all rows");
}

static dbk_err *check_lock(lock_state *s, const lint_statement *st)
{
    return check_each_relation(s, st, "explicit-lock", "stays locked until the migration ends");
}

static dbk_err *check_statement(lock_state *s, const lint_statement *st)
{
    static const struct {
        const char *kind;
        dbk_err *(*check)(lock_state *s, const lint_statement *st);
    } checks[] = {
        {"CreateStmt", note_created},
        {"CreateTableAsStmt", note_created},
        {"AlterTableStmt", check_alter_table},
        {"IndexStmt", check_index},
        {"DropStmt", check_drop},
        {"DropdbStmt", check_drop_database},
        {"RenameStmt", check_rename},
        {"TruncateStmt", check_truncate},
        {"LockStmt", check_lock},
        {"VacuumStmt", check_rewrites},
        {"ClusterStmt", check_rewrites},
        {"ReindexStmt", check_rewrites},
        {"RefreshMatViewStmt", check_rewrites},
        {"AlterDomainStmt", check_domain},
        {"VariableSetStmt", check_set},
        {"SelectStmt", check_select},
        {"TransactionStmt", check_transaction},
    };
    for (size_t i = 0; st->kind && i < sizeof(checks) / sizeof(checks[0]); i++)
        if (strcmp(st->kind, checks[i].kind) == 0)
            return checks[i].check(s, st);
    return NULL;
}

static dbk_err *find_domains(lock_state *s)
{
    dbk_err *e = NULL;
    for (size_t f = 0; !e && f < s->l->file_count; f++)
        for (size_t i = 0; !e && i < s->l->files[f].statement_count; i++) {
            const lint_statement *st = &s->l->files[f].statements[i];
            if (st->kind && strcmp(st->kind, "CreateDomainStmt") == 0 &&
                json_array_size(json_object_get(st->fields, "constraints")) > 0)
                e = lock_known_add(&s->known, &s->known.domains,
                                   tree_name(s->l->arena, json_object_get(st->fields, "domainname")), NULL);
        }
    return e;
}

static bool has_concurrent(const lint_file *file)
{
    for (size_t i = 0; i < file->statement_count; i++)
        if (file->statements[i].kind && tree_flag(file->statements[i].fields, "concurrent"))
            return true;
    return false;
}

dbk_err *lint_locks(lint *l)
{
    lock_state s = {.l = l, .known = {.arena = l->arena}};
    dbk_err *e = find_domains(&s);
    for (size_t f = 0; !e && f < l->file_count; f++) {
        lint_file *file = &l->files[f];
        if (file->kind != LINT_MIGRATION)
            continue;
        if (s.module != file->module) {
            s.module = file->module;
            s.known = (lock_known){.arena = l->arena, .domains = s.known.domains};
        }
        s.timeout_off = false;
        s.concurrent = has_concurrent(file);
        for (size_t i = 0; !e && i < file->statement_count; i++)
            e = check_statement(&s, &file->statements[i]);
    }
    return e;
}
