#include "schema/module.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/sha256.h"
#include "schema/module_int.h"

/* Longest number that surely fits: 18 digits are below 2^63. */
#define NUMBER_DIGITS_MAX 18

/* Line ends become LF and a byte order mark is left out, as psql does: a checkout or an editor that adds them
 * changes neither the hash nor the effect. */
static char *normalise(arena *a, const char *data, size_t length)
{
    static const char mark[] = "\xef\xbb\xbf";
    char *text = arena_alloc(a, length + 1);
    size_t used = 0;
    size_t start = length >= strlen(mark) && memcmp(data, mark, strlen(mark)) == 0 ? strlen(mark) : 0;
    for (size_t i = start; text && i < length; i++)
        if (data[i] != '\r' || i + 1 == length || data[i + 1] != '\n')
            text[used++] = data[i];
    return text;
}

/* dbmate keeps what undoes a migration in the same file; nothing from that line on is run. */
static void cut_down_block(char *text)
{
    static const char mark[] = "-- migrate:down";
    for (char *line = text; *line;) {
        if (strncmp(line, mark, strlen(mark)) == 0) {
            *line = '\0';
            return;
        }
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
}

/* Over the lines without their ends. */
static uint32_t flyway_checksum(const char *text)
{
    uint32_t crc = 0;
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        crc = digest_crc32(crc, line, length);
        line += length + (line[length] == '\n');
    }
    return crc;
}

static dbk_err *fill_file(arena *a, const module_source *source, const module_source_file *from,
                          module_layout layout, module_file *out)
{
    const char *slash = strrchr(from->path, '/');
    out->name = slash ? slash + 1 : from->path;
    out->path = arena_printf(a, "%s/%s", source->name, from->path);
    char *text = normalise(a, from->data, from->length);
    if (!out->path || !text)
        return err_oom();
    if (memchr(from->data, '\0', from->length))
        return err_new(ERR_INPUT, "%s contains a zero byte", out->path);
    uint8_t digest[32];
    dbk_err *e = sha256_of(text, strlen(text), digest);
    if (e)
        return e;
    sha256_hex(digest, out->sha256);
    digest_sha384_hex(from->data, from->length, out->sha384);
    if (layout == MODULE_LAYOUT_FLYWAY)
        out->flyway = flyway_checksum(text);
    if (layout == MODULE_LAYOUT_DBMATE)
        cut_down_block(text);
    out->text = text;
    return NULL;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), n = strlen(end);
    return length >= n && strcmp(text + length - n, end) == 0;
}

/* Files of an adopted folder that are no migrations: what undoes them, what is repeated, what is not SQL. */
static bool is_beside(module_layout layout, const char *name)
{
    if (layout == MODULE_LAYOUT_DAYBOOK)
        return false;
    if (!ends_with(name, ".sql") || ends_with(name, ".down.sql"))
        return true;
    if (layout == MODULE_LAYOUT_FLYWAY)
        return name[0] != 'V';
    return !isdigit((unsigned char)*name);
}

/* Ours: "<digits>_<a-z0-9_>.sql"; the others are as strict as their tools. -1 for anything else. */
static int64_t migration_number(module_layout layout, const char *name)
{
    const char *p = name + (layout == MODULE_LAYOUT_FLYWAY && *name == 'V');
    const char *digits = p;
    int64_t number = 0;
    while (isdigit((unsigned char)*p) && p - digits < NUMBER_DIGITS_MAX)
        number = 10 * number + (*p++ - '0');
    if (p == digits || isdigit((unsigned char)*p))
        return -1;
    if (layout == MODULE_LAYOUT_FLYWAY)
        return strncmp(p, "__", 2) == 0 ? number : -1; /* V1.2 is no number */
    if (layout == MODULE_LAYOUT_DBMATE)
        return number;
    if (*p++ != '_')
        return -1;
    if (layout == MODULE_LAYOUT_SQLX)
        return number;
    if (layout == MODULE_LAYOUT_GOLANG)
        return ends_with(name, ".up.sql") ? number : -1;
    const char *what = p;
    while (islower((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '_')
        p++;
    return p != what && strcmp(p, ".sql") == 0 ? number : -1;
}

static const char *const layout_names[] = {"daybook", "sqlx", "dbmate", "golang-migrate", "flyway"};

const char *module_layout_name(module_layout layout)
{
    return layout_names[layout];
}

bool module_layout_from_name(const char *name, module_layout *out)
{
    for (size_t i = 1; i < sizeof(layout_names) / sizeof(layout_names[0]); i++)
        if (strcmp(layout_names[i], name) == 0) {
            *out = (module_layout)i;
            return true;
        }
    return false;
}

static int compare_migrations(const void *x, const void *y)
{
    const module_file *a = x, *b = y;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* Sorts a file of the source into its place; what people keep beside the known folders, and beside the tests,
 * is not ours to judge. */
static dbk_err *place_file(arena *a, const module_source *source, const module_source_file *from, module *m)
{
    static const struct {
        const char *folder;
        size_t offset;
    } places[] = {{"migrations/", offsetof(module, migrations)},
                  {"functions/", offsetof(module, functions)},
                  {"views/", offsetof(module, views)},
                  {"tests/", offsetof(module, tests)}};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        size_t length = strlen(places[i].folder);
        if (strncmp(from->path, places[i].folder, length) != 0)
            continue;
        bool migration = places[i].offset == offsetof(module, migrations);
        if (migration && is_beside(m->layout, from->path + length))
            return NULL;
        const char *suffix = strrchr(from->path, '.');
        if (places[i].offset == offsetof(module, tests) && (!suffix || strcmp(suffix, ".sql") != 0))
            return NULL;
        if (strchr(from->path + length, '/') || (!migration && (!suffix || strcmp(suffix, ".sql") != 0)))
            return err_with_hint(
                err_new(ERR_INPUT, "%s/%s does not belong in this folder", source->name, from->path),
                "one .sql file for each object, without further folders");
        module_files *files = (module_files *)(void *)((char *)m + places[i].offset);
        if (!files->items)
            files->items = arena_alloc(a, source->count * sizeof(*files->items));
        if (!files->items)
            return err_oom();
        module_file *file = &files->items[files->count++];
        dbk_err *e = fill_file(a, source, from, m->layout, file);
        if (!e && migration)
            file->number = migration_number(m->layout, file->name);
        return e;
    }
    return NULL;
}

/* run_as_owner names functions; their files are called <function>.sql or <schema>_<function>.sql. */
static bool file_is_function(const module *m, const module_file *file, const char *function)
{
    size_t stem = strlen(file->name) - strlen(".sql");
    size_t length = strlen(function);
    if (stem < length || strncmp(file->name + stem - length, function, length) != 0)
        return false;
    if (stem == length)
        return true;
    size_t prefix = stem - length - 1;
    for (size_t i = 0; i < m->schemas.count; i++)
        if (strlen(m->schemas.items[i]) == prefix && strncmp(file->name, m->schemas.items[i], prefix) == 0 &&
            file->name[prefix] == '_')
            return true;
    return false;
}

static dbk_err *mark_owner_functions(module *m, const module_names *names)
{
    for (size_t n = 0; n < names->count; n++) {
        size_t found = 0;
        for (size_t i = 0; i < m->functions.count; i++)
            if (file_is_function(m, &m->functions.items[i], names->items[n])) {
                m->functions.items[i].run_as_owner = true;
                found++;
            }
        if (found == 0)
            return err_with_hint(
                err_new(ERR_INPUT, "%s/module.conf: [functions] run_as_owner: no file for \"%s\"", m->name,
                        names->items[n]),
                "expected %s/functions/%s.sql or the same with the schema and an underscore in front",
                m->name, names->items[n]);
    }
    return NULL;
}

dbk_err *module_parse(arena *a, const module_source *source, module *out)
{
    module m = {.folder = source->folder, .built_in = source->built_in};
    module_names run_as_owner = {0};
    dbk_err *e = NULL;
    bool found = false;
    for (size_t i = 0; !e && i < 2 * source->count;
         i++) { /* module.conf first: it says what the others are */
        const module_source_file *file = &source->files[i % source->count];
        if ((i < source->count) != (strcmp(file->path, "module.conf") == 0))
            continue;
        char *path = arena_printf(a, "%s/%s", source->name, file->path);
        char *text = normalise(a, file->data, file->length);
        if (!path || !text)
            return err_oom();
        if (strcmp(file->path, "module.conf") == 0) {
            found = true;
            e = module_conf_parse(a, path, text, strlen(text), &m, &run_as_owner);
        } else if (strcmp(file->path, "grants.conf") == 0) {
            e = grants_conf_parse(a, path, text, &m.grants);
        } else {
            e = place_file(a, source, file, &m);
        }
    }
    if (!e && !found)
        e = err_new(ERR_INPUT, "%s has no module.conf", source->name);
    if (!e && strcmp(m.name, source->name) != 0)
        e = err_new(ERR_INPUT, "%s/module.conf says name = %s; a module is named as its folder", source->name,
                    m.name);
    if (!e)
        e = mark_owner_functions(&m, &run_as_owner);
    if (e)
        return err_wrap(e, "while reading module \"%s\" (%s)", source->name, source->folder);
    if (m.migrations.count)
        qsort(m.migrations.items, m.migrations.count, sizeof(module_file), compare_migrations);
    *out = m;
    return NULL;
}

const module *module_find(const module_set *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->items[i].name, name) == 0)
            return &set->items[i];
    return NULL;
}
