#include "schema/module.h"

#include <assert.h>
#include <string.h>

#include "core/sha256.h"
#include "schema/module_int.h"

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

static dbk_err *fill_file(arena *a, const module_source *source, const module_source_file *from,
                          module_file *out)
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
    out->text = text;
    return NULL;
}

dbk_err *module_add_file(arena *a, const module_source *source, const module_source_file *from,
                         module_files *files, module_file **out)
{
    if (!files->items)
        files->items = arena_alloc(a, source->count * sizeof(*files->items));
    if (!files->items)
        return err_oom();
    *out = &files->items[files->count++];
    return fill_file(a, source, from, *out);
}

/* Sorts a file of the source into its place; what people keep beside the known folders, and beside the tests,
 * is not ours to judge. */
static dbk_err *place_file(arena *a, const module_source *source, const module_source_file *from, module *m)
{
    static const struct {
        const char *folder;
        size_t offset;
    } places[] = {{"functions/", offsetof(module, functions)},
                  {"views/", offsetof(module, views)},
                  {"tests/", offsetof(module, tests)}};
    module_file *unused;
    if (strncmp(from->path, "migrations/", strlen("migrations/")) == 0)
        return module_add_migration(a, source, from, m);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        size_t length = strlen(places[i].folder);
        if (strncmp(from->path, places[i].folder, length) != 0)
            continue;
        const char *suffix = strrchr(from->path, '.');
        bool sql = suffix && strcmp(suffix, ".sql") == 0;
        if (places[i].offset == offsetof(module, tests) && !sql)
            return NULL;
        if (strchr(from->path + length, '/') || !sql)
            return err_with_hint(
                err_new(ERR_INPUT, "%s/%s does not belong in this folder", source->name, from->path),
                "one .sql file for each object, without further folders");
        return module_add_file(a, source, from, (module_files *)(void *)((char *)m + places[i].offset),
                               &unused);
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
    if (!e && m.layout == LAYOUT_SQITCH)
        e = module_add_plan(a, source, &m);
    if (!e)
        e = mark_owner_functions(&m, &run_as_owner);
    if (e)
        return err_wrap(e, "while reading module \"%s\" (%s)", source->name, source->folder);
    module_sort_migrations(&m);
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
