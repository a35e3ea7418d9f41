#include "schema/migration_new.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/file.h"
#include "schema/module.h"

#define WIDTH_MIN 3
#define STAMP_DIGITS 14
#define WHAT_BYTES_MAX 80

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

/* ---- what comes next ---- */

/* The one with the highest number; NULL: there is none. */
static const module_file *newest(const module *m)
{
    const module_files *f = &m->migrations;
    return f->count && f->items[f->count - 1].number >= 0 ? &f->items[f->count - 1] : NULL;
}

static bool is_stamp(const char *digits, size_t length)
{
    return length == STAMP_DIGITS && (strncmp(digits, "19", 2) == 0 || strncmp(digits, "20", 2) == 0);
}

/* 2026-01-31T12:00:00Z as 20260131120000. */
static int64_t stamp_now(const dbk_clock *clock)
{
    char iso[CLOCK_ISO_SIZE];
    int64_t stamp = 0;
    int digits = 0;
    clock_iso(clock->wall_us(clock), iso);
    for (const char *p = iso; *p && digits < STAMP_DIGITS; p++)
        if (isdigit((unsigned char)*p)) {
            stamp = 10 * stamp + (*p - '0');
            digits++;
        }
    return stamp;
}

/* One more than these digits say, as wide as they are; where times are written, the time if that is later. */
static char *count_on(arena *a, const dbk_clock *clock, const char *digits, size_t length)
{
    int64_t next = strtoll(digits, NULL, 10) + 1;
    int64_t now = is_stamp(digits, length) ? stamp_now(clock) : 0;
    return arena_printf(a, "%0*" PRId64, (int)length, now > next ? now : next);
}

/* How wide numbers are written here. */
static size_t widest(const module *m)
{
    size_t width = m->layout == LAYOUT_DAYBOOK || m->layout == LAYOUT_SQITCH ? WIDTH_MIN : 0;
    for (size_t i = 0; i < m->migrations.count; i++) {
        size_t digits = strspn(m->migrations.items[i].name, "0123456789");
        width = digits > width ? digits : width;
    }
    return width ? width : WIDTH_MIN;
}

/* The last part of the newest version counts on: V1.2.3 is followed by V1.2.4. */
static char *next_version(arena *a, const dbk_clock *clock, const module_file *last)
{
    if (!last)
        return arena_strdup(a, "1");
    const char *end = strstr(last->name, "__"), *part = end;
    while (part > last->name + 1 && isdigit((unsigned char)part[-1]))
        part--;
    char *counted = count_on(a, clock, part, (size_t)(end - part));
    return counted ? arena_printf(a, "%.*s%s", (int)(part - last->name - 1), last->name + 1, counted) : NULL;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), n = strlen(end);
    return length >= n && strcmp(text + length - n, end) == 0;
}

/* As the tool that the folder was made for would call it. */
static char *next_name(arena *a, const dbk_clock *clock, const module *m, const char *slug)
{
    const module_file *last = newest(m);
    if (m->layout == LAYOUT_FLYWAY) {
        char *version = next_version(a, clock, last);
        return version ? arena_printf(a, "V%s__%s.sql", version, slug) : NULL;
    }
    char digits[24];
    snprintf(digits, sizeof(digits), "%0*" PRId64, (int)widest(m), last ? last->number : 0);
    char *counted = count_on(a, clock, digits, strlen(digits));
    bool up =
        m->layout == LAYOUT_GOLANG || (m->layout == LAYOUT_SQLX && last && ends_with(last->name, ".up.sql"));
    return counted ? arena_printf(a, "%s_%s%s", counted, slug, up ? ".up.sql" : ".sql") : NULL;
}

static dbk_err *find_next(arena *a, const dbk_clock *clock, const module *m, const char *slug, char **name)
{
    const module_file *last = newest(m);
    *name = next_name(a, clock, m, slug);
    if (!*name)
        return err_oom();
    int64_t number = layout_number(m->layout, &m->versions, *name);
    if (number >= 0 && (!last || number > last->number))
        return NULL;
    return err_with_hint(
        err_new(ERR_LIMIT, "nothing can be counted on behind %s/%s", m->name, last ? last->name : ""),
        "make the file yourself, with a higher version in fewer digits");
}

static char *folder_of(arena *a, const module *m)
{
    if (!m->migrations_folder || m->layout == LAYOUT_SQITCH)
        return arena_printf(a, "%s/migrations", m->folder);
    return *m->migrations_folder == '/' ? arena_strdup(a, m->migrations_folder)
                                        : arena_printf(a, "%s/%s", m->folder, m->migrations_folder);
}

/* ---- the file ---- */

static char *first_text(arena *a, const module *m, const char *slug)
{
    return m->layout == LAYOUT_DBMATE ? arena_strdup(a, "-- migrate:up\n\n\n-- migrate:down\n\n")
                                      : arena_printf(a, "-- %s\n", slug);
}

/* Nobody else counts on in these modules while the folder is open. */
static dbk_err *lock_folder(const char *modules_dir, int *out)
{
    int fd = open(modules_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), locked = -1;
    if (fd < 0)
        return err_errno(errno, "cannot open %s", modules_dir);
    do
        locked = flock(fd, LOCK_EX);
    while (locked != 0 && errno == EINTR);
    dbk_err *e = locked == 0 ? NULL : err_errno(errno, "cannot lock %s", modules_dir);
    if (e)
        close(fd);
    else
        *out = fd;
    return e;
}

static dbk_err *create(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return err_errno(errno, "cannot make %s", path);
    int written = dprintf(fd, "%s", text);
    int failed = written < 0 ? errno : 0;
    if (close(fd) != 0 && !failed)
        failed = errno;
    return failed ? err_errno(failed, "cannot write %s", path) : NULL;
}

static dbk_err *find_module(arena *a, const char *modules_dir, const char *name, const module **out)
{
    module_set *set;
    dbk_err *e = module_set_load(a, modules_dir, &set);
    *out = e ? NULL : module_find(set, name);
    if (e || (*out && !(*out)->built_in))
        return e;
    return err_with_hint(
        err_new(ERR_INPUT, "there is no module \"%s\" in %s", name, modules_dir),
        "a module is a folder with a module.conf in it; the built-in ones are not yours to change");
}

static dbk_err *make(arena *a, const dbk_clock *clock, const module *m, const char *slug, char **path)
{
    char *name, *folder = folder_of(a, m), *text = first_text(a, m, slug);
    if (!folder || !text)
        return err_oom();
    dbk_err *e = find_next(a, clock, m, slug, &name);
    char *file = e ? NULL : arena_printf(a, "%s/%s", folder, name);
    if (!file)
        return e ? e : err_oom();
    e = file_make_dirs(folder, 0755);
    if (!e)
        e = create(file, text);
    if (!e)
        *path = file;
    return e;
}

dbk_err *migration_new(arena *a, const dbk_clock *clock, const char *modules_dir, const char *module_name,
                       const char *what, char **path)
{
    const module *m;
    char *slug = NULL;
    int lock = -1;
    dbk_err *e = make_slug(a, what, &slug);
    if (!e)
        e = lock_folder(modules_dir, &lock);
    if (e)
        return e;
    e = find_module(a, modules_dir, module_name, &m);
    if (!e)
        e = make(a, clock, m, slug, path);
    close(lock);
    return e;
}
