/* What tables are made of: types that suit a book, and keys that can be sharded. */
#include <ctype.h>
#include <string.h>

#include "schema/lint_int.h"

/* A table or column as a rule needs it. */
typedef struct table_state {
    lint *l;
    const lint_statement *st;
    const char *schema;
    const char *table; /* with its schema */
} table_state;

static size_t place(const table_state *s, const json_t *fields)
{
    long long at = tree_int(fields, "location", -1);
    return s->st->offset + (at > 0 && (size_t)at < s->st->length ? (size_t)at : 0);
}

#define REPORT(s, fields, ...) lint_report((s)->l, (s)->st->file, place(s, fields), __VA_ARGS__)

static bool is_one_of(const char *word, const char *const *words)
{
    for (; word && *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

/* Amounts of the book live here; market data, which is statistics, may be double precision. */
static bool is_book(const char *schema)
{
    static const char *const schemas[] = {"trading", "ref", "wallet", NULL};
    return is_one_of(schema, schemas);
}

static bool is_statistics(const char *schema)
{
    static const char *const schemas[] = {"market", "ingest", NULL};
    return is_one_of(schema, schemas);
}

/* Whether one of the words of a column's name, split at underscores, means an amount. */
static bool means_amount(const char *column)
{
    static const char *const words[] = {"price",    "qty",     "quantity", "amount", "fee",
                                        "fees",     "balance", "cost",     "pnl",    "equity",
                                        "notional", "money",   "premium",  "margin", NULL};
    char word[32];
    for (const char *p = column; p && *p;) {
        size_t length = strcspn(p, "_");
        if (length < sizeof(word)) {
            memcpy(word, p, length);
            word[length] = '\0';
            if (is_one_of(word, words))
                return true;
        }
        p += length;
        p += *p == '_';
    }
    return false;
}

static bool is_id(const char *column)
{
    size_t length = column ? strlen(column) : 0;
    return length >= 2 && strcmp(column + length - 2, "id") == 0 &&
           (length == 2 || column[length - 3] == '_');
}

static dbk_err *check_type(table_state *s, const char *column, json_t *type, json_t *fields, bool is_key)
{
    static const char *const floats[] = {"float4", "float8", NULL}, *const small[] = {"int2", "int4", NULL};
    json_t *names = json_object_get(type, "names");
    const char *name = tree_string(json_array_get(names, json_array_size(names) - 1));
    if (!name)
        return NULL;
    if (strcmp(name, "money") == 0)
        return REPORT(s, fields, "float-in-book", "%s of %s is of type money, whose scale is a setting",
                      column, s->table);
    if (is_one_of(name, floats) &&
        (is_book(s->schema) || (!is_statistics(s->schema) && means_amount(column))))
        return REPORT(s, fields, "float-in-book", "%s of %s is binary floating point", column, s->table);
    if (strcmp(name, "timestamp") == 0 || strcmp(name, "time") == 0)
        return strcmp(name, "time") == 0
                   ? NULL
                   : REPORT(s, fields, "prefer-timestamp-tz", "%s of %s is a timestamp without time zone",
                            column, s->table);
    if (is_one_of(name, small) && (is_id(column) || is_key))
        return REPORT(s, fields, "id-32-bit", "%s of %s is %s", column, s->table,
                      strcmp(name, "int2") == 0 ? "smallint" : "integer");
    if (strstr(name, "serial") && strlen(name) <= strlen("smallserial"))
        return REPORT(s, fields, "prefer-identity", "%s of %s is %s", column, s->table, name);
    if (strcmp(name, "bpchar") == 0)
        return REPORT(s, fields, "ban-char-field", "%s of %s is char(n)", column, s->table);
    return NULL;
}

static bool is_trading(const table_state *s)
{
    return s->schema && strcmp(s->schema, "trading") == 0;
}

static const char *first_of(json_t *list)
{
    return tree_string(json_array_get(list, 0));
}

static dbk_err *check_foreign_key(table_state *s, json_t *c, const char *first)
{
    json_t *target = json_object_get(c, "pktable");
    const char *to = tree_text(target, "schemaname");
    const char *name = tree_text(c, "conname") ? tree_text(c, "conname") : "without a name";
    dbk_err *e = NULL;
    if (tree_is(c, "fk_del_action", "a"))
        e = REPORT(s, c, "foreign-key-on-delete", "foreign key %s of %s does not say what a deletion does",
                   name, s->table);
    if (e || !is_book(s->schema))
        return e;
    if (is_statistics(to))
        return REPORT(s, c, "foreign-key-to-market", "foreign key %s of %s leads to %s", name, s->table, to);
    if (is_trading(s) && !(to && strcmp(to, "ref") == 0) && !(first && strcmp(first, "account_id") == 0))
        return REPORT(s, c, "account-first", "foreign key %s of %s starts with %s", name, s->table,
                      first ? first : "nothing");
    return NULL;
}

/* A constraint of a table, or of the column named. */
static dbk_err *check_constraint(table_state *s, json_t *c, const char *column)
{
    if (tree_is(c, "contype", "CONSTR_FOREIGN"))
        return check_foreign_key(s, c, column ? column : first_of(json_object_get(c, "fk_attrs")));
    bool primary = tree_is(c, "contype", "CONSTR_PRIMARY");
    if (!is_trading(s) || (!primary && !tree_is(c, "contype", "CONSTR_UNIQUE")) || tree_text(c, "indexname"))
        return NULL;
    const char *first = column ? column : first_of(json_object_get(c, "keys"));
    if (first && strcmp(first, "account_id") == 0)
        return NULL;
    return REPORT(s, c, "account-first", "%s of %s starts with %s",
                  primary ? "the primary key" : "a unique key", s->table, first ? first : "nothing");
}

static dbk_err *check_column(table_state *s, json_t *column)
{
    const char *name = tree_text(column, "colname");
    json_t *constraints = json_object_get(column, "constraints");
    bool is_key = false;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < json_array_size(constraints); i++) {
        json_t *c = tree_as(json_array_get(constraints, i), "Constraint");
        is_key |= tree_is(c, "contype", "CONSTR_PRIMARY") || tree_is(c, "contype", "CONSTR_IDENTITY");
        e = check_constraint(s, c, name);
    }
    return e ? e : check_type(s, name ? name : "", json_object_get(column, "typeName"), column, is_key);
}

static dbk_err *start(table_state *s, json_t *relation)
{
    s->schema = tree_text(relation, "schemaname");
    s->table = tree_relation(s->l->arena, relation);
    return s->table ? NULL : err_oom();
}

static dbk_err *check_persistence(table_state *s, json_t *relation)
{
    if (!tree_is(relation, "relpersistence", "u"))
        return NULL;
    return REPORT(s, relation, "unlogged-table", "%s is unlogged", s->table);
}

static dbk_err *check_create(table_state *s)
{
    json_t *relation = json_object_get(s->st->fields, "relation"),
           *elements = json_object_get(s->st->fields, "tableElts");
    bool has_account = false, has_like = false;
    if (tree_is(relation, "relpersistence", "t"))
        return NULL;
    dbk_err *e = start(s, relation);
    if (!e)
        e = check_persistence(s, relation);
    for (size_t i = 0; !e && i < json_array_size(elements); i++) {
        json_t *element = json_array_get(elements, i), *column = tree_as(element, "ColumnDef"),
               *constraint = tree_as(element, "Constraint");
        has_account |= column && tree_is(column, "colname", "account_id");
        has_like |= tree_as(element, "TableLikeClause") != NULL;
        if (column)
            e = check_column(s, column);
        else if (constraint)
            e = check_constraint(s, constraint, NULL);
    }
    bool inherits = json_array_size(json_object_get(s->st->fields, "inhRelations")) > 0;
    if (!e && is_trading(s) && !has_account && !has_like && !inherits)
        e = REPORT(s, relation, "account-missing", "%s has no account_id", s->table);
    return e;
}

static dbk_err *check_alter(table_state *s)
{
    json_t *commands = json_object_get(s->st->fields, "cmds");
    dbk_err *e = start(s, json_object_get(s->st->fields, "relation"));
    for (size_t i = 0; !e && i < json_array_size(commands); i++) {
        json_t *command = tree_as(json_array_get(commands, i), "AlterTableCmd"),
               *def = json_object_get(command, "def");
        json_t *column = tree_as(def, "ColumnDef"), *constraint = tree_as(def, "Constraint");
        if (tree_is(command, "subtype", "AT_AddColumn") && column)
            e = check_column(s, column);
        else if (tree_is(command, "subtype", "AT_AlterColumnType") && column)
            e = check_type(s, tree_text(command, "name"), json_object_get(column, "typeName"), column, false);
        else if (tree_is(command, "subtype", "AT_AddConstraint") && constraint)
            e = check_constraint(s, constraint, NULL);
        else if (tree_is(command, "subtype", "AT_SetUnLogged"))
            e = lint_report(s->l, s->st->file, s->st->offset, "unlogged-table", "%s becomes unlogged",
                            s->table);
    }
    return e;
}

static dbk_err *check_index(table_state *s)
{
    json_t *first = tree_as(json_array_get(json_object_get(s->st->fields, "indexParams"), 0), "IndexElem");
    dbk_err *e = start(s, json_object_get(s->st->fields, "relation"));
    if (e || !is_trading(s) || !tree_flag(s->st->fields, "unique") || tree_is(first, "name", "account_id"))
        return e;
    return lint_report(
        s->l, s->st->file, s->st->offset, "account-first", "unique index %s of %s starts with %s",
        tree_text(s->st->fields, "idxname") ? tree_text(s->st->fields, "idxname") : "without a name",
        s->table, tree_text(first, "name") ? tree_text(first, "name") : "an expression");
}

static dbk_err *check_composite(table_state *s)
{
    json_t *columns = json_object_get(s->st->fields, "coldeflist");
    dbk_err *e = start(s, json_object_get(s->st->fields, "typevar"));
    for (size_t i = 0; !e && i < json_array_size(columns); i++)
        e = check_column(s, tree_as(json_array_get(columns, i), "ColumnDef"));
    return e;
}

static dbk_err *check_domain(table_state *s)
{
    json_t *name = json_object_get(s->st->fields, "domainname");
    s->schema = json_array_size(name) > 1 ? first_of(name) : NULL;
    s->table = tree_name(s->l->arena, name);
    return s->table ? check_type(s, "the value", json_object_get(s->st->fields, "typeName"), NULL, false)
                    : err_oom();
}

static dbk_err *check_trigger(table_state *s)
{
    if (tree_flag(s->st->fields, "row"))
        return NULL;
    return lint_report(s->l, s->st->file, s->st->offset, "statement-trigger",
                       "trigger %s fires for each statement", tree_text(s->st->fields, "trigname"));
}

/* Arguments and results of functions carry amounts too. */
static dbk_err *check_function(table_state *s)
{
    json_t *name = json_object_get(s->st->fields, "funcname"),
           *parameters = json_object_get(s->st->fields, "parameters");
    s->schema = json_array_size(name) > 1 ? first_of(name) : NULL;
    s->table = tree_name(s->l->arena, name);
    if (!s->table)
        return err_oom();
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < json_array_size(parameters); i++) {
        json_t *p = tree_as(json_array_get(parameters, i), "FunctionParameter"),
               *type = json_object_get(p, "argType");
        const char *called = tree_text(p, "name");
        e = check_type(s, called ? called : "a parameter", type, type, false);
    }
    json_t *result = json_object_get(s->st->fields, "returnType");
    return e || !result ? e : check_type(s, "the result", result, result, false);
}

dbk_err *lint_tables(lint *l)
{
    static const struct {
        const char *kind;
        dbk_err *(*check)(table_state *s);
    } checks[] = {
        {"CreateStmt", check_create},
        {"AlterTableStmt", check_alter},
        {"IndexStmt", check_index},
        {"CompositeTypeStmt", check_composite},
        {"CreateDomainStmt", check_domain},
        {"CreateTrigStmt", check_trigger},
        {"CreateFunctionStmt", check_function},
    };
    dbk_err *e = NULL;
    for (size_t f = 0; !e && f < l->file_count; f++)
        for (size_t i = 0; !e && i < l->files[f].statement_count; i++)
            for (size_t k = 0; !e && k < sizeof(checks) / sizeof(checks[0]); k++) {
                const lint_statement *st = &l->files[f].statements[i];
                table_state s = {.l = l, .st = st};
                if (st->kind && strcmp(st->kind, checks[k].kind) == 0)
                    e = checks[k].check(&s);
            }
    return e;
}
