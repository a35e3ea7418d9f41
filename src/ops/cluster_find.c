/* Finding PostgreSQL's server programs. Distributions keep them out of PATH so that several versions can be
 * installed side by side, hence the list of places. Which version a folder holds is asked of the program, not
 * guessed from the path. */
#include "ops/cluster_int.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/proc.h"

#define VERSION_TIMEOUT_US ((int64_t)10 * 1000000)
#define VERSION_OUTPUT_MAX 4096
#define FOLDERS_MAX 128

static const char *const package_places[] = {
    "/usr/lib/postgresql/*/bin", /* Debian, Ubuntu */
    "/usr/pgsql-*/bin",          /* PostgreSQL's own RPMs */
    "/usr/lib/postgresql*/bin",  /* SUSE, Alpine */
    "/usr/libexec/postgresql*",  /* Alpine */
    "/usr/local/pgsql/bin",      /* from source */
};

/* Folders to look into, each once. */
typedef struct folder_list {
    arena *arena;
    const char *items[FOLDERS_MAX];
    size_t count;
} folder_list;

bool cluster_parse_version(const char *text, int *major, const char **version)
{
    static const char prefix[] = "postgres (PostgreSQL) ";
    if (strncmp(text, prefix, sizeof(prefix) - 1) != 0)
        return false;
    const char *at = text + sizeof(prefix) - 1;
    if (!isdigit((unsigned char)*at))
        return false;
    char *end;
    long value = strtol(at, &end, 10);
    if (value < 1 || value > 999)
        return false;
    *major = (int)value;
    *version = at;
    return true;
}

static bool is_program(arena *a, const char *dir, const char *name)
{
    char *path = arena_printf(a, "%s/%s", dir, name);
    return path && access(path, X_OK) == 0;
}

static dbk_err *list_add(folder_list *l, const char *dir)
{
    char resolved[PATH_MAX];
    if (!realpath(dir, resolved))
        return NULL;
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->items[i], resolved) == 0)
            return NULL;
    if (l->count == FOLDERS_MAX)
        return NULL;
    const char *copy = arena_strdup(l->arena, resolved);
    if (!copy)
        return err_oom();
    l->items[l->count++] = copy;
    return NULL;
}

/* The folder that a program found in PATH really lives in: /usr/local/bin/postgres may be a link. */
static dbk_err *add_real_dir_of(folder_list *l, const char *dir, const char *name)
{
    char *path = arena_printf(l->arena, "%s/%s", dir, name);
    char resolved[PATH_MAX];
    if (!path)
        return err_oom();
    if (!realpath(path, resolved))
        return NULL;
    char *slash = strrchr(resolved, '/');
    if (!slash || slash == resolved)
        return NULL;
    *slash = '\0';
    return list_add(l, resolved);
}

/* What pg_config says; a pg_config that fails has nothing to say. */
static dbk_err *add_pg_config(folder_list *l, const char *dir)
{
    char *path = arena_printf(l->arena, "%s/pg_config", dir);
    if (!path)
        return err_oom();
    const char *argv[] = {path, "--bindir", NULL};
    int status;
    char *output;
    dbk_err *e = proc_run(l->arena, &(proc_options){.argv = argv}, VERSION_TIMEOUT_US, VERSION_OUTPUT_MAX,
                          &status, &output);
    if (e || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        err_free(e);
        return NULL;
    }
    output[strcspn(output, "\r\n")] = '\0';
    return list_add(l, output);
}

static dbk_err *add_from_path(folder_list *l, const char *path)
{
    char *rest = arena_strdup(l->arena, path ? path : "");
    if (!rest)
        return err_oom();
    dbk_err *e = NULL;
    while (rest && !e) {
        char *dir = rest;
        rest = strchr(dir, ':');
        if (rest)
            *rest++ = '\0';
        if (dir[0] != '/')
            continue;
        if (is_program(l->arena, dir, "postgres"))
            e = add_real_dir_of(l, dir, "postgres");
        if (!e && is_program(l->arena, dir, "pg_config"))
            e = add_pg_config(l, dir);
    }
    return e;
}

static dbk_err *add_from_packages(folder_list *l)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < sizeof(package_places) / sizeof(package_places[0]); i++) {
        glob_t found;
        if (glob(package_places[i], 0, NULL, &found) != 0)
            continue;
        for (size_t k = 0; !e && k < found.gl_pathc; k++)
            e = list_add(l, found.gl_pathv[k]);
        globfree(&found);
    }
    return e;
}

/* major 0: the folder holds no server that runs. */
static dbk_err *ask_version(arena *a, const char *dir, cluster_binaries *out)
{
    *out = (cluster_binaries){.dir = dir};
    if (!is_program(a, dir, "postgres") || !is_program(a, dir, "initdb"))
        return NULL;
    char *path = arena_printf(a, "%s/postgres", dir);
    if (!path)
        return err_oom();
    const char *argv[] = {path, "--version", NULL};
    int status;
    char *output;
    dbk_err *e =
        proc_run(a, &(proc_options){.argv = argv}, VERSION_TIMEOUT_US, VERSION_OUTPUT_MAX, &status, &output);
    if (e)
        return err_wrap(e, "while asking %s for its version", path);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return NULL;
    output[strcspn(output, "\r\n")] = '\0';
    if (!cluster_parse_version(output, &out->major, &out->version))
        out->major = 0;
    return NULL;
}

static dbk_err *none_found(const folder_list *l, const char *pg_bin, int major, const char *others)
{
    buf where;
    buf_init(&where, 16384);
    for (size_t i = 0; i < l->count; i++)
        buf_printf(&where, "%s%s", i ? ", " : "", l->items[i]);
    dbk_err *e;
    if (major)
        e = err_new(ERR_NOT_FOUND, "no server programs of PostgreSQL %d found%s%s", major,
                    *others ? ", only of " : "", others);
    else
        e = err_new(ERR_NOT_FOUND, "no server programs of PostgreSQL %d to %d found%s%s", CLUSTER_MAJOR_MIN,
                    CLUSTER_MAJOR_MAX, *others ? ", only of " : "", others);
    if (pg_bin)
        err_with_detail(e, "looked into %s, because DAYBOOK_PG_BIN or --pg-bin names it", pg_bin);
    else
        err_with_detail(e, "looked into PATH%s%s", l->count ? " and " : "", where.data);
    buf_term(&where);
    return err_with_hint(e, "install a server (on Debian: apt-get install postgresql), name its folder with "
                            "DAYBOOK_PG_BIN, or an "
                            "existing server with DAYBOOK_URL");
}

/* The newest supported one of the folders. */
static dbk_err *choose(folder_list *l, const char *pg_bin, int major, cluster_binaries *out)
{
    buf others;
    buf_init(&others, 4096);
    cluster_binaries best = {.major = 0};
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < l->count; i++) {
        cluster_binaries one;
        e = ask_version(l->arena, l->items[i], &one);
        if (e || one.major == 0)
            continue;
        bool wanted =
            major ? one.major == major : one.major >= CLUSTER_MAJOR_MIN && one.major <= CLUSTER_MAJOR_MAX;
        if (wanted && one.major > best.major)
            best = one;
        else if (!wanted)
            buf_printf(&others, "%s%d", others.length ? ", " : "", one.major);
    }
    if (!e && best.major == 0)
        e = none_found(l, pg_bin, major, others.data);
    buf_term(&others);
    if (!e)
        *out = best;
    return e;
}

dbk_err *cluster_find_binaries(arena *a, const char *pg_bin, int major, cluster_binaries *out)
{
    folder_list *l = arena_alloc(a, sizeof(*l));
    if (!l)
        return err_oom();
    l->arena = a;
    dbk_err *e;
    if (pg_bin && *pg_bin) {
        e = list_add(l, pg_bin);
    } else {
        pg_bin = NULL;
        e = add_from_path(l, getenv("PATH"));
        if (!e)
            e = add_from_packages(l);
    }
    return e ? e : choose(l, pg_bin, major, out);
}
