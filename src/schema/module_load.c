/* Where modules come from: the table inside the program, and a folder that somebody names. Both become
 * module_source, and from there on nothing knows the difference. */
#include <string.h>

#include "core/conf.h"
#include "core/file.h"
#include "schema/embedded.h"
#include "schema/module_int.h"

/* How far below a module's folder files are looked for: module/kind/file. */
#define FOLDERS_READ_COUNT 4
static const char *const folders_read[FOLDERS_READ_COUNT] = {"migrations", "functions", "views", "tests"};

static int compare_modules(const module *x, const module *y)
{
    return strcmp(x->name, y->name);
}

/* Keeps the set sorted; there are few modules. */
static dbk_err *add_module(module_set *set, const module *m)
{
    const module *same = module_find(set, m->name);
    if (same)
        return err_with_hint(
            err_new(ERR_INPUT, "the module \"%s\" exists twice: %s and %s", m->name, same->folder, m->folder),
            "a team's own module cannot replace a built-in one; give it another name");
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < m->schemas.count; j++)
            for (size_t k = 0; k < set->items[i].schemas.count; k++)
                if (strcmp(set->items[i].schemas.items[k], m->schemas.items[j]) == 0)
                    return err_new(ERR_INPUT, "the schema \"%s\" is claimed by two modules: %s and %s",
                                   m->schemas.items[j], set->items[i].name, m->name);
    if (set->count == MODULE_COUNT_MAX)
        return err_new(ERR_LIMIT, "more than %d modules", MODULE_COUNT_MAX);
    size_t at = set->count++;
    for (; at > 0 && compare_modules(&set->items[at - 1], m) > 0; at--)
        set->items[at] = set->items[at - 1];
    set->items[at] = *m;
    return NULL;
}

static dbk_err *add_source(arena *a, const module_source *source, module_set *set)
{
    module m;
    dbk_err *e = module_parse(a, source, &m);
    return e ? e : add_module(set, &m);
}

/* The table is sorted by path, so the files of one module stand together. */
static dbk_err *load_built_in(arena *a, module_set *set)
{
    module_source_file *files = arena_alloc(a, (embedded_modules_count + 1) * sizeof(*files));
    if (!files)
        return err_oom();
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < embedded_modules_count;) {
        const char *slash = strchr(embedded_modules[i].path, '/');
        if (!slash) { /* a note beside the modules */
            i++;
            continue;
        }
        size_t prefix = (size_t)(slash - embedded_modules[i].path) + 1;
        const char *folder = embedded_modules[i].path;
        module_source source = {.folder = "built in", .built_in = true, .files = files};
        source.name = arena_strndup(a, folder, prefix - 1);
        if (!source.name)
            return err_oom();
        for (; i < embedded_modules_count && strncmp(embedded_modules[i].path, folder, prefix) == 0; i++)
            files[source.count++] = (module_source_file){
                embedded_modules[i].path + prefix, embedded_modules[i].data, embedded_modules[i].length};
        e = add_source(a, &source, set);
    }
    return e;
}

/* An adopted module's migrations are elsewhere: module.conf, which was read first, says where. */
typedef struct elsewhere {
    char *folder; /* NULL: nowhere else */
    bool planned; /* a sqitch.plan says what is read there */
} elsewhere;

static dbk_err *find_elsewhere(arena *a, const module_source *source, elsewhere *out)
{
    const char *folder = NULL, *layout = NULL;
    conf *c = NULL;
    for (size_t i = 0; i < source->count; i++) {
        const module_source_file *file = &source->files[i];
        if (strcmp(file->path, "module.conf") != 0)
            continue;
        dbk_err *e = conf_parse(a, file->path, file->data, file->length, &c);
        if (e)
            return err_wrap(e, "while reading module \"%s\" (%s)", source->name, source->folder);
        folder = conf_get(c, "migrations", "folder");
        layout = conf_get(c, "migrations", "layout");
    }
    *out = (elsewhere){.planned = layout && strcmp(layout, layout_name(LAYOUT_SQITCH)) == 0};
    if (!folder)
        return NULL;
    out->folder = *folder == '/' ? arena_strdup(a, folder) : arena_printf(a, "%s/%s", source->folder, folder);
    if (!out->folder)
        return err_oom();
    return file_is_dir(out->folder)
               ? NULL
               : err_new(ERR_INPUT,
                         "the migrations of module \"%s\" are said to be in %s, which is no folder",
                         source->name, out->folder);
}

static dbk_err *add_file(arena *a, module_source *source, const char *path, const char *relative)
{
    char *data;
    size_t length;
    if (source->count == MODULE_FILES_MAX)
        return err_new(ERR_LIMIT, "%s holds more than %d files", source->folder, MODULE_FILES_MAX);
    dbk_err *e = file_read(a, path, MODULE_FILE_BYTES_MAX, &data, &length);
    if (!e)
        source->files[source->count++] = (module_source_file){relative, data, length};
    return e;
}

/* What is below `below` in the module, from the folder where that is. */
static dbk_err *read_folder(arena *a, const char *folder, const char *below, module_source *source)
{
    if (!file_is_dir(folder))
        return NULL;
    char **names;
    size_t count;
    dbk_err *e = file_list(a, folder, &names, &count);
    for (size_t i = 0; !e && i < count; i++) {
        char *path = arena_printf(a, "%s/%s", folder, names[i]);
        char *relative = *below ? arena_printf(a, "%s/%s", below, names[i]) : arena_strdup(a, names[i]);
        if (!path || !relative)
            return err_oom();
        if (names[i][0] == '.' || names[i][strlen(names[i]) - 1] == '~' || file_is_dir(path))
            continue;
        if (!*below && strcmp(names[i], "module.conf") != 0 && strcmp(names[i], "grants.conf") != 0)
            continue;
        e = add_file(a, source, path, relative);
    }
    return e;
}

/* A script that is not there is missed by whoever needs it. */
static dbk_err *read_script(arena *a, const char *folder, const char *kind, const char *script,
                            module_source *source)
{
    char *relative = arena_printf(a, "%s/%s", kind, script);
    char *path = relative ? arena_printf(a, "%s/%s", folder, relative) : NULL;
    if (!path)
        return err_oom();
    return file_exists(path) ? add_file(a, source, path, relative) : NULL;
}

static dbk_err *read_plan(arena *a, const char *folder, module_source *source)
{
    sqitch_plan plan;
    char *path = arena_printf(a, "%s/sqitch.plan", folder);
    if (!path)
        return err_oom();
    dbk_err *e = add_file(a, source, path, "sqitch.plan");
    if (!e)
        e = sqitch_plan_parse(a, path, source->files[source->count - 1].data, &plan);
    for (size_t i = 0; !e && i < plan.count; i++)
        for (size_t s = 0; !e && s < plan.changes[i].script_count; s++) {
            e = read_script(a, folder, "deploy", plan.changes[i].scripts[s], source);
            if (!e)
                e = read_script(a, folder, "verify", plan.changes[i].scripts[s], source);
        }
    return e;
}

static dbk_err *read_folders(arena *a, module_source *source)
{
    elsewhere other = {.folder = NULL};
    dbk_err *e = read_folder(a, source->folder, "", source);
    if (!e)
        e = find_elsewhere(a, source, &other);
    if (!e && other.folder && other.planned)
        e = read_plan(a, other.folder, source);
    for (size_t f = 0; !e && f < FOLDERS_READ_COUNT; f++) {
        char *folder = arena_printf(a, "%s/%s", source->folder, folders_read[f]);
        bool away = other.folder && !other.planned && strcmp(folders_read[f], "migrations") == 0;
        e = folder ? read_folder(a, away ? other.folder : folder, folders_read[f], source) : err_oom();
    }
    return e;
}

static dbk_err *load_folder(arena *a, const char *modules_dir, module_set *set)
{
    if (!file_is_dir(modules_dir))
        return err_with_hint(err_new(ERR_INPUT, "there is no folder \"%s\"", modules_dir),
                             "--modules-dir names a folder that holds one folder for each module");
    char **names;
    size_t count, found = 0;
    dbk_err *e = file_list(a, modules_dir, &names, &count);
    for (size_t i = 0; !e && i < count; i++) {
        module_source source = {.name = names[i]};
        char *folder = arena_printf(a, "%s/%s", modules_dir, names[i]);
        char *conf_path = folder ? arena_printf(a, "%s/module.conf", folder) : NULL;
        if (!conf_path)
            return err_oom();
        if (!file_exists(conf_path))
            continue;
        source.folder = folder;
        source.files = arena_alloc(a, MODULE_FILES_MAX * sizeof(*source.files));
        if (!source.files)
            return err_oom();
        e = read_folders(a, &source);
        if (!e)
            e = add_source(a, &source, set);
        found++;
    }
    if (!e && found == 0)
        e = err_with_hint(err_new(ERR_INPUT, "no module in \"%s\"", modules_dir),
                          "a module is a folder with a module.conf in it");
    return e;
}

dbk_err *module_set_load(arena *a, const char *modules_dir, module_set **out)
{
    module_set *set = arena_alloc(a, sizeof(*set));
    if (!set)
        return err_oom();
    set->items = arena_alloc(a, MODULE_COUNT_MAX * sizeof(*set->items));
    if (!set->items)
        return err_oom();
    dbk_err *e = load_built_in(a, set);
    if (!e && modules_dir)
        e = load_folder(a, modules_dir, set);
    if (!e)
        *out = set;
    return e;
}
