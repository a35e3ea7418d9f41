#include "schema/adopt_conf.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/conf.h"
#include "core/file.h"
#include "schema/module.h"

#define CONF_BYTES_MAX ((size_t)64 << 10)
#define THIRD_PART_DIGITS 3

/* ---- folders ---- */

/* From one folder to another, both absolute: "../../db/migrations". */
static char *relative_path(arena *a, const char *from, const char *to)
{
    const char *start = arena_printf(a, "%s/", from), *end = arena_printf(a, "%s/", to);
    char *path = arena_strdup(a, "");
    size_t common = 0;
    if (!start || !end)
        return NULL;
    for (size_t i = 0; start[i] && start[i] == end[i]; i++)
        if (start[i] == '/')
            common = i + 1;
    for (const char *p = start + common; path && *p; p++)
        if (*p == '/')
            path = arena_printf(a, "%s../", path);
    path = path ? arena_printf(a, "%s%s", path, end + common) : NULL;
    if (path && !*path)
        return arena_strdup(a, ".");
    if (path)
        path[strlen(path) - 1] = '\0';
    return path;
}

static dbk_err *real_path(const char *path, char out[PATH_MAX])
{
    return realpath(path, out) ? NULL : err_errno(errno, "cannot find %s", path);
}

/* ---- what a folder says of itself ---- */

static dbk_err *count_changes(arena *a, const adopt_request *r, size_t *count)
{
    char *path = arena_printf(a, "%s/sqitch.plan", r->folder), *text;
    size_t length;
    sqitch_plan plan;
    if (!path)
        return err_oom();
    if (!file_exists(path))
        return err_with_hint(err_new(ERR_INPUT, "there is no %s", path),
                             "name the folder that holds sqitch.plan, deploy and verify");
    dbk_err *e = file_read(a, path, MODULE_FILE_BYTES_MAX, &text, &length);
    if (!e)
        e = sqitch_plan_parse(a, path, text, &plan);
    if (!e && plan.count == 0)
        e = err_new(ERR_INPUT, "%s has no changes", path);
    if (!e)
        *count = plan.count;
    return e;
}

/* The first of the files whose version does not fit; NULL: all do. */
static const char *widen(const adopt_request *r, char **names, size_t count, layout_versions *v)
{
    for (size_t i = 0; i < count; i++) {
        layout_kind kind = layout_file_kind(r->from, names[i]);
        if ((kind == LAYOUT_MIGRATION || kind == LAYOUT_BASELINE) && !layout_versions_widen(v, names[i]))
            return names[i];
    }
    return NULL;
}

/* Where there is a second part, a third may come one day. */
static dbk_err *measure_versions(arena *a, const adopt_request *r, layout_versions *v)
{
    char **names;
    size_t count;
    dbk_err *e = file_list(a, r->folder, &names, &count);
    const char *misfit = e ? NULL : widen(r, names, count, v);
    if (misfit)
        e = err_with_hint(err_new(ERR_LIMIT,
                                  "%s/%s: the versions of this folder need more than %d digits together",
                                  r->folder, misfit, LAYOUT_DIGITS_MAX),
                          "a version is kept as one number, each part as wide as the widest of its place");
    layout_versions wider = *v;
    if (e || v->count != 1)
        return e;
    wider.digits[wider.count++] = THIRD_PART_DIGITS;
    if (!widen(r, names, count, &wider))
        *v = wider;
    return NULL;
}

static dbk_err *append_own(arena *a, const adopt_request *r, buf *text)
{
    layout_versions versions = {.count = 0};
    size_t changes = 0;
    dbk_err *e = NULL;
    if (r->from == LAYOUT_SQITCH)
        e = count_changes(a, r, &changes);
    if (r->from == LAYOUT_FLYWAY)
        e = measure_versions(a, r, &versions);
    if (e)
        return e;
    if (changes)
        buf_printf(text,
                   "# The plan has ended: what comes new is a numbered file in migrations/.\nchanges = %zu\n",
                   changes);
    if (changes && r->registry)
        buf_printf(text, "registry = %s\n", r->registry);
    if (versions.count)
        buf_append_str(
            text, "# How many digits the second part of a version has, the third, ...\nversion_digits =");
    for (size_t i = 0; i < versions.count; i++)
        buf_printf(text, "%s %d", i ? "," : "", versions.digits[i]);
    if (versions.count)
        buf_append_str(text, "\n");
    return NULL;
}

/* ---- the file ---- */

static dbk_err *make(arena *a, const adopt_request *r, const char *folder, const char *path)
{
    char from[PATH_MAX], to[PATH_MAX];
    const char *tool = layout_name(r->from);
    buf text;
    dbk_err *e = real_path(folder, from);
    if (!e)
        e = real_path(r->folder, to);
    if (e)
        return e;
    const char *relative = relative_path(a, from, to);
    if (!relative)
        return err_oom();
    buf_init(&text, CONF_BYTES_MAX);
    buf_printf(&text,
               "# Migrations adopted from %s; they stay where they are.\n[module]\nname = %s\n"
               "summary = adopted from %s\n[migrations]\nlayout = %s\nfolder = %s\n",
               tool, r->module, tool, tool, relative);
    if (r->dual_write)
        buf_append_str(&text, "dual_write = true\n");
    e = append_own(a, r, &text);
    if (!e)
        e = buf_error(&text);
    if (!e)
        e = file_write_atomic(path, text.data, text.length, 0644);
    buf_term(&text);
    return e;
}

static dbk_err *differs(const char *path, const char *key, const char *is, const char *asked)
{
    return err_with_hint(
        err_new(ERR_INPUT, "%s says %s = %s, and %s is asked for", path, key, is ? is : "(nothing)", asked),
        "change it there, or ask for what it says");
}

static dbk_err *check(arena *a, const adopt_request *r, const char *folder, const char *path)
{
    char said[PATH_MAX], asked[PATH_MAX], *text;
    size_t length;
    conf *c;
    dbk_err *e = file_read(a, path, CONF_BYTES_MAX, &text, &length);
    if (!e)
        e = conf_parse(a, path, text, length, &c);
    if (e)
        return e;
    const char *layout = conf_get(c, "migrations", "layout"), *where = conf_get(c, "migrations", "folder");
    const char *dual = conf_get(c, "migrations", "dual_write");
    const char *registry = conf_get(c, "migrations", "registry");
    if (!layout || strcmp(layout, layout_name(r->from)) != 0)
        return differs(path, "layout", layout, layout_name(r->from));
    if (r->dual_write && (!dual || strcmp(dual, "true") != 0))
        return differs(path, "dual_write", dual, "true");
    if (r->registry && (!registry || strcmp(registry, r->registry) != 0))
        return differs(path, "registry", registry, r->registry);
    const char *full = !where ? folder : *where == '/' ? where : arena_printf(a, "%s/%s", folder, where);
    e = full ? real_path(full, said) : err_oom();
    if (!e)
        e = real_path(r->folder, asked);
    return e || strcmp(said, asked) == 0 ? e : differs(path, "folder", where, asked);
}

dbk_err *adopt_conf_write(arena *a, const adopt_request *r, char **path, bool *made)
{
    char *folder = arena_printf(a, "%s/%s", r->modules_dir, r->module);
    *path = folder ? arena_printf(a, "%s/module.conf", folder) : NULL;
    if (!*path)
        return err_oom();
    *made = !file_exists(*path);
    if (!*made)
        return check(a, r, folder, *path);
    dbk_err *e = file_make_dirs(folder, 0755);
    if (!e)
        e = make(a, r, folder, *path);
    *made = !e;
    return e;
}
