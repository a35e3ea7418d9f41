/* module.conf is a contract with people who write modules: a misspelt key that was ignored would be a table
 * without retention or a function under the wrong owner, so everything unknown is an error that names file,
 * line and what is known. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf.h"
#include "schema/module_int.h"

#define KNOWN_MODULE "name, summary, requires, always, schemas"
#define KNOWN_MIGRATIONS "layout, folder, dual_write, version_digits, changes, registry"
#define KNOWN_TABLE "retention, partitioning, backup"
#define TABLE_SECTION "table "

typedef struct conf_reader {
    arena *arena;
    const char *path;
    const conf *conf;
    module *module;
    module_names *run_as_owner;
    const conf_entry *entry;
} conf_reader;

bool module_name_valid(const char *name)
{
    if (!islower((unsigned char)*name) || strlen(name) > 63)
        return false;
    for (const char *p = name; *p; p++)
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_')
            return false;
    return true;
}

static dbk_err *refuse(const conf_reader *r, const char *known, const char *what)
{
    dbk_err *e = err_new(ERR_INPUT, "%s:%d: [%s] %s: %s", r->path, r->entry->line, r->entry->section,
                         r->entry->key, what);
    return known ? err_with_hint(e, "known here: %s", known) : e;
}

static dbk_err *read_names(const conf_reader *r, bool plain, module_names *out)
{
    dbk_err *e = conf_split(r->arena, r->entry->value, &out->items, &out->count);
    for (size_t i = 0; !e && plain && i < out->count; i++)
        if (!module_name_valid(out->items[i] +
                               (out->items[i][0] == '_'))) /* _f is a function that is nobody's interface */
            e = refuse(r, NULL, "a name has lower-case letters, digits and underscores only");
    return e;
}

static dbk_err *read_bool(const conf_reader *r, bool *out)
{
    if (strcmp(r->entry->value, "true") != 0 && strcmp(r->entry->value, "false") != 0)
        return refuse(r, "true, false", "neither true nor false");
    *out = strcmp(r->entry->value, "true") == 0;
    return NULL;
}

static dbk_err *read_module_key(conf_reader *r)
{
    const char *key = r->entry->key;
    if (strcmp(key, "name") == 0) {
        r->module->name = r->entry->value;
        return NULL;
    }
    if (strcmp(key, "summary") == 0) {
        r->module->summary = r->entry->value;
        return NULL;
    }
    if (strcmp(key, "requires") == 0)
        return read_names(r, true, &r->module->requires);
    if (strcmp(key, "schemas") == 0)
        return read_names(r, true, &r->module->schemas);
    if (strcmp(key, "always") == 0)
        return read_bool(r, &r->module->always);
    return refuse(r, KNOWN_MODULE, "unknown key");
}

/* A call without arguments, "schema.function()": it becomes a statement as it stands, so nothing else may
 * pass. */
static bool is_call(const char *text)
{
    const char *p = text;
    for (int part = 0; part < 2; part++) {
        if (!islower((unsigned char)*p) && *p != '_')
            return false;
        while (islower((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '_')
            p++;
        if (part == 0 && *p++ != '.')
            return false;
    }
    return strcmp(p, "()") == 0;
}

static dbk_err *read_install_key(conf_reader *r)
{
    if (strcmp(r->entry->key, "after") != 0)
        return refuse(r, "after", "unknown key");
    dbk_err *e = read_names(r, false, &r->module->after);
    for (size_t i = 0; !e && i < r->module->after.count; i++)
        if (!is_call(r->module->after.items[i]))
            e = refuse(r, NULL, "write calls as schema.function()");
    return e;
}

static dbk_err *read_table_key(conf_reader *r)
{
    const char *name = r->entry->section + strlen(TABLE_SECTION);
    module *m = r->module;
    module_table *t = m->table_count ? &m->tables[m->table_count - 1] : NULL;
    if (!t || strcmp(t->name, name) != 0) {
        t = &m->tables[m->table_count++]; /* as many as there are entries were made room for */
        t->name = name;
    }
    if (strcmp(r->entry->key, "retention") == 0)
        t->retention = r->entry->value;
    else if (strcmp(r->entry->key, "partitioning") == 0)
        t->partitioning = r->entry->value;
    else if (strcmp(r->entry->key, "backup") != 0)
        return refuse(r, KNOWN_TABLE, "unknown key");
    else if (strcmp(r->entry->value, "book") != 0 && strcmp(r->entry->value, "refetchable") != 0)
        return refuse(r, "book, refetchable", "not a kind of backup");
    else
        t->backup = r->entry->value;
    return NULL;
}

/* How wide the further parts of Flyway's versions are. */
static dbk_err *read_digits(const conf_reader *r)
{
    layout_versions *v = &r->module->versions;
    module_names digits;
    dbk_err *e = read_names(r, false, &digits);
    if (e)
        return e;
    if (digits.count > LAYOUT_PARTS_MAX)
        return refuse(r, NULL, "a version has too many parts");
    for (v->count = 0; v->count < digits.count; v->count++) {
        const char *text = digits.items[v->count];
        char *end;
        long value = strtol(text, &end, 10);
        if (!isdigit((unsigned char)*text) || *end || value < 1 || value >= LAYOUT_DIGITS_MAX)
            return refuse(r, NULL,
                          "say how many digits the second part of a version has, and the third: 3, 3");
        v->digits[v->count] = (int)value;
    }
    return NULL;
}

static dbk_err *read_count(const conf_reader *r, int64_t *out)
{
    char *end;
    long long value = strtoll(r->entry->value, &end, 10);
    if (!isdigit((unsigned char)*r->entry->value) || *end || value > MODULE_FILES_MAX)
        return refuse(r, NULL, "not a number of changes");
    *out = value;
    return NULL;
}

static dbk_err *read_migrations_key(conf_reader *r)
{
    const char *key = r->entry->key;
    module *m = r->module;
    if (strcmp(key, "dual_write") == 0)
        return read_bool(r, &m->dual_write);
    if (strcmp(key, "version_digits") == 0)
        return read_digits(r);
    if (strcmp(key, "changes") == 0)
        return read_count(r, &m->plan_changes);
    if (strcmp(key, "folder") == 0 || strcmp(key, "registry") == 0) {
        *(*key == 'f' ? &m->migrations_folder : &m->registry) = r->entry->value;
        return NULL;
    }
    if (strcmp(key, "layout") != 0)
        return refuse(r, KNOWN_MIGRATIONS, "unknown key");
    if (!layout_from_name(r->entry->value, &m->layout))
        return refuse(r, LAYOUT_NAMES, "no layout that is known");
    return NULL;
}

static dbk_err *read_entry(conf_reader *r)
{
    const char *section = r->entry->section;
    if (strcmp(section, "module") == 0)
        return read_module_key(r);
    if (strcmp(section, "install") == 0)
        return read_install_key(r);
    if (strcmp(section, "migrations") == 0)
        return read_migrations_key(r);
    if (strncmp(section, TABLE_SECTION, strlen(TABLE_SECTION)) == 0)
        return read_table_key(r);
    if (strcmp(section, "functions") == 0)
        return strcmp(r->entry->key, "run_as_owner") == 0 ? read_names(r, true, r->run_as_owner)
                                                          : refuse(r, "run_as_owner", "unknown key");
    return refuse(r, "[module], [functions], [install], [migrations], [table SCHEMA.NAME]",
                  "unknown section");
}

static dbk_err *check_adopted(const conf_reader *r)
{
    module *m = r->module;
    bool sqitch = m->layout == LAYOUT_SQITCH;
    const char *why = NULL;
    if ((m->layout != LAYOUT_DAYBOOK) != (m->migrations_folder != NULL))
        why = "needs both layout and folder";
    else if (m->dual_write && m->layout != LAYOUT_SQLX && m->layout != LAYOUT_DBMATE)
        why = "dual_write is for sqlx and dbmate";
    else if (m->versions.count && m->layout != LAYOUT_FLYWAY)
        why = "version_digits is for flyway";
    else if (sqitch != (m->plan_changes > 0) || (m->registry && !sqitch))
        why =
            "changes says how many changes of a sqitch.plan were taken over; it and registry are for sqitch";
    if (sqitch && !m->registry)
        m->registry = "sqitch";
    return why ? err_new(ERR_INPUT, "%s: [migrations] %s", r->path, why) : NULL;
}

static dbk_err *check_complete(const conf_reader *r)
{
    const module *m = r->module;
    if (!m->name || !module_name_valid(m->name))
        return err_new(ERR_INPUT, "%s: [module] name is missing or not a plain lower-case name", r->path);
    if (!m->summary || !*m->summary)
        return err_new(ERR_INPUT, "%s: [module] summary is missing", r->path);
    dbk_err *e = check_adopted(r);
    if (e)
        return e;
    if (m->schemas.count == 0 && m->layout == LAYOUT_DAYBOOK)
        return err_with_hint(err_new(ERR_INPUT, "%s: [module] schemas is missing", r->path),
                             "name the schemas that this module's migrations create");
    for (size_t i = 0; i < m->schemas.count; i++)
        if (strcmp(m->schemas.items[i], "daybook") == 0 || strncmp(m->schemas.items[i], "pg_", 3) == 0 ||
            strcmp(m->schemas.items[i], "information_schema") == 0)
            return err_new(ERR_INPUT, "%s: the schema \"%s\" cannot belong to a module", r->path,
                           m->schemas.items[i]);
    for (size_t i = 0; i < m->table_count; i++) {
        const module_table *t = &m->tables[i];
        if (!t->retention || !t->partitioning || !t->backup)
            return err_with_hint(err_new(ERR_INPUT, "%s: [table %s] is incomplete", r->path, t->name),
                                 "every table that grows says " KNOWN_TABLE);
    }
    return NULL;
}

dbk_err *module_conf_parse(arena *a, const char *path, const char *text, size_t length, module *m,
                           module_names *run_as_owner)
{
    conf *c = NULL;
    dbk_err *e = conf_parse(a, path, text, length, &c);
    if (e)
        return e;
    m->tables = arena_alloc(a, (conf_count(c) + 1) * sizeof(*m->tables));
    if (!m->tables)
        return err_oom();
    conf_reader r = {.arena = a, .path = path, .conf = c, .module = m, .run_as_owner = run_as_owner};
    for (size_t i = 0; !e && i < conf_count(c); i++) {
        r.entry = conf_at(c, i);
        e = read_entry(&r);
    }
    return e ? e : check_complete(&r);
}
