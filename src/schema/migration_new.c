#include "schema/migration_new.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "schema/module.h"

#define WIDTH_MIN 3
#define WHAT_BYTES_MAX 80
#define RACES_MAX 100

/* "Add funding" becomes "add_funding". */
static dbk_err *make_slug(arena *a, const char *what, char **out)
{
    char *slug = arena_strdup(a, what);
    if (!slug)
        return err_oom();
    for (char *p = slug; *p; p++) {
        *p = (char)tolower((unsigned char)*p);
        if (*p == ' ' || *p == '-')
            *p = '_';
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_')
            return err_with_hint(err_new(ERR_INPUT, "\"%s\" cannot be part of a file name", what),
                                 "say what it does in plain letters: \"add funding\"");
    }
    if (!*slug || strlen(slug) > WHAT_BYTES_MAX)
        return err_new(ERR_INPUT, "what the migration does must be said in 1 to %d characters",
                       WHAT_BYTES_MAX);
    *out = slug;
    return NULL;
}

/* The next number and how wide numbers are written here. */
static void next_number(const module *m, int64_t *number, int *width)
{
    *number = 1;
    *width = WIDTH_MIN;
    for (size_t i = 0; i < m->migrations.count; i++) {
        const module_file *file = &m->migrations.items[i];
        int digits = (int)strspn(file->name, "0123456789");
        if (file->number >= *number)
            *number = file->number + 1;
        if (digits > *width)
            *width = digits;
    }
}

/* Made as a whole and only if no file of this number exists by now: the number is taken by an exclusive
 * create of the name, and somebody who took it under another name is seen by reading the folder again. */
static dbk_err *create(const char *path, const char *name, bool *made)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0 && errno == EEXIST) {
        *made = false;
        return NULL;
    }
    if (fd < 0)
        return err_errno(errno, "cannot make %s", path);
    int written = dprintf(fd, "-- %s\n", name);
    int failed = written < 0 ? errno : 0;
    if (close(fd) != 0 && !failed)
        failed = errno;
    *made = true;
    return failed ? err_errno(failed, "cannot write %s", path) : NULL;
}

/* How many migrations of the module have this number. */
static dbk_err *count_number(arena *a, const char *folder, int64_t number, size_t *out)
{
    char **names;
    size_t count, same = 0;
    dbk_err *e = file_list(a, folder, &names, &count);
    if (e)
        return e;
    for (size_t i = 0; i < count; i++) {
        int64_t n;
        same += sscanf(names[i], "%" SCNd64 "_", &n) == 1 && n == number;
    }
    *out = same;
    return NULL;
}

dbk_err *migration_new(arena *a, const char *modules_dir, const char *module_name, const char *what,
                       char **path)
{
    char *slug = NULL;
    module_set *set;
    dbk_err *e = make_slug(a, what, &slug);
    for (int race = 0; !e && race < RACES_MAX; race++) {
        int64_t number;
        int width;
        e = module_set_load(a, modules_dir, &set);
        const module *m = e ? NULL : module_find(set, module_name);
        if (!e && (!m || m->built_in))
            return err_with_hint(
                err_new(ERR_INPUT, "there is no module \"%s\" in %s", module_name, modules_dir),
                "a module is a folder with a module.conf in it; the built-in ones are not yours to change");
        if (e)
            break;
        next_number(m, &number, &width);
        char *folder = arena_printf(a, "%s/migrations", m->folder);
        char *file = arena_printf(a, "%s/%0*" PRId64 "_%s.sql", folder ? folder : "", width, number, slug);
        if (!folder || !file)
            return err_oom();
        bool made = false;
        size_t same = 0;
        e = file_make_dirs(folder, 0755);
        if (!e)
            e = create(file, slug, &made);
        if (!e && made)
            e = count_number(a, folder, number, &same);
        if (e || !made ||
            same > 1) { /* somebody was faster under another name: both step back, one comes first */
            if (made && unlink(file) != 0 && !e)
                e = err_errno(errno, "cannot remove %s", file);
            usleep((useconds_t)(1000 + 977 * ((unsigned)getpid() % 29)));
            continue;
        }
        *path = file;
        return NULL;
    }
    return e ? e : err_new(ERR_BUSY, "others keep taking the next number");
}
