#include "cmd/test_files.h"

#include <errno.h>
#include <fts.h>
#include <string.h>

#include "core/file.h"
#include "schema/module.h"
#include "schema/tap_matrix.h"

static dbk_err *add(test_files *f, const char *path, const char *text, bool script)
{
    if (f->count == TAP_FILES_MAX)
        return err_new(ERR_LIMIT, "more than %d test files", TAP_FILES_MAX);
    f->items[f->count++] = (tap_source){.path = path, .text = text, .script = script};
    return NULL;
}

static dbk_err *add_path(arena *a, test_files *f, const char *path)
{
    char *text;
    size_t length;
    char *name = arena_strdup(a, path);
    if (!name)
        return err_oom();
    dbk_err *e = file_read(a, path, MODULE_FILE_BYTES_MAX, &text, &length);
    if (!e && memchr(text, '\0', length))
        e = err_new(ERR_INPUT, "%s contains a zero byte", path);
    return e ? e : add(f, name, text, false);
}

static int by_name(const FTSENT **x, const FTSENT **y)
{
    return strcmp((*x)->fts_name, (*y)->fts_name);
}

/* Of a folder that is named, its own files; of everything below, those in a folder called tests. */
static bool is_test_file(const FTSENT *entry)
{
    const char *suffix = strrchr(entry->fts_name, '.');
    if (entry->fts_info != FTS_F || !suffix || strcmp(suffix, ".sql") != 0 || entry->fts_name[0] == '.')
        return false;
    return entry->fts_level == 1 || strcmp(entry->fts_parent->fts_name, "tests") == 0;
}

static dbk_err *add_folder(arena *a, test_files *f, const char *path)
{
    char *roots[] = {arena_strdup(a, path), NULL};
    FTS *walk = roots[0] ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name) : NULL;
    if (!walk)
        return roots[0] ? err_errno(errno, "could not read the folder %s", path) : err_oom();
    dbk_err *e = NULL;
    size_t before = f->count;
    for (FTSENT *entry; !e && (entry = fts_read(walk)) != NULL;)
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
            e = err_errno(entry->fts_errno, "could not read the folder %s", entry->fts_path);
        else if (is_test_file(entry))
            e = add_path(a, f, entry->fts_path);
    fts_close(walk);
    if (!e && f->count == before)
        e = err_new(ERR_NOT_FOUND, "there is no test file in %s", path);
    return e;
}

static dbk_err *add_paths(arena *a, const test_files_choice *choice, test_files *f)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < choice->path_count; i++)
        e = file_is_dir(choice->paths[i]) ? add_folder(a, f, choice->paths[i])
                                          : add_path(a, f, choice->paths[i]);
    return e;
}

static bool is_chosen(const test_files_choice *choice, const module *m)
{
    for (size_t i = 0; i < choice->module_count; i++)
        if (strcmp(choice->modules[i], m->name) == 0)
            return true;
    return choice->module_count == 0;
}

/* The files of a module, and what is made of its grants.conf. */
static dbk_err *add_module(arena *a, const module *m, test_files *f)
{
    tap_source made;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < m->tests.count; i++)
        e = add(f, m->tests.items[i].path, m->tests.items[i].text, false);
    for (size_t i = 0; !e && i < m->verify.count; i++)
        e = add(f, m->verify.items[i].path, m->verify.items[i].text, true);
    if (!e)
        e = tap_matrix_source(a, m, NULL, &made);
    return e ? e : add(f, made.path, made.text, false);
}

static dbk_err *add_modules(arena *a, const test_files_choice *choice, const module_set *set, test_files *f)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < set->count; i++)
        if (is_chosen(choice, &set->items[i]))
            e = add_module(a, &set->items[i], f);
    return e;
}

static dbk_err *add_schemas(arena *a, const module_set *set, test_files *f)
{
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        count += set->items[i].schemas.count;
    f->schemas = arena_alloc(a, (count + 1) * sizeof(*f->schemas));
    if (!f->schemas)
        return err_oom();
    for (size_t i = 0; i < set->count; i++)
        for (size_t k = 0; k < set->items[i].schemas.count; k++)
            f->schemas[f->schema_count++] = set->items[i].schemas.items[k];
    return NULL;
}

dbk_err *test_files_find(arena *a, const test_files_choice *choice, test_files *out)
{
    test_files f = {.items = arena_alloc(a, TAP_FILES_MAX * sizeof(*f.items))};
    module_set *set;
    if (!f.items)
        return err_oom();
    dbk_err *e = module_set_load(a, choice->modules_dir, &set);
    for (size_t i = 0; !e && i < choice->module_count; i++)
        if (!module_find(set, choice->modules[i]))
            e = err_new(ERR_USAGE, "there is no module \"%s\"", choice->modules[i]);
    if (!e)
        e = add_schemas(a, set, &f);
    if (!e)
        e = choice->path_count ? add_paths(a, choice, &f) : add_modules(a, choice, set, &f);
    if (!e && f.count == 0)
        e = err_new(ERR_NOT_FOUND, "there is no test file to run");
    if (!e)
        *out = f;
    return e;
}
