#include "schema/mirror_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "schema/mirror_int.h"

#define FILE_BYTES_MAX ((size_t)64 << 20)
#define FILES_MAX ((size_t)1 << 20)
#define README "README.md"
#define README_FIRST "<!-- daybook mirror: PostgreSQL "

static const char readme_rest[] = " -->\n"
                                  "# The schema, one file per object\n"
                                  "\n"
                                  "`daybook mirror` has read these files from the catalogs of a database and "
                                  "writes them again whenever the schema\n"
                                  "changes: a change belongs in a migration, a function or a view, not here. "
                                  "`daybook mirror --check` says whether\n"
                                  "they are what a database has; `daybook drift` compares them with both the "
                                  "database and the files that made it.\n"
                                  "\n"
                                  "Servers print views and expressions differently from one major version to "
                                  "the next, so the files are written with\n"
                                  "the version named in the first line and no other. To move to another, "
                                  "remove this file and write them again.\n";

/* What was found so far. */
typedef struct walk {
    arena *arena;
    const char *root;
    mirror_folder *out;
    size_t capacity, foreign_capacity;
} walk;

static dbk_err *add_foreign(walk *w, const char *path)
{
    mirror_folder *o = w->out;
    if (o->foreign_count == w->foreign_capacity) {
        size_t wanted = w->foreign_capacity ? 2 * w->foreign_capacity : 16;
        const char **bigger = arena_alloc(w->arena, wanted * sizeof(*bigger));
        if (!bigger)
            return err_oom();
        if (o->foreign_count)
            memcpy(bigger, o->foreign, o->foreign_count * sizeof(*bigger));
        o->foreign = bigger;
        w->foreign_capacity = wanted;
    }
    o->foreign[o->foreign_count++] = path;
    return NULL;
}

static dbk_err *add_item(walk *w, const mirror_item *item)
{
    mirror *m = &w->out->files;
    if (m->count >= FILES_MAX)
        return err_new(ERR_LIMIT, "%s holds more than %zu files", w->root, FILES_MAX);
    if (m->count == w->capacity) {
        size_t wanted = w->capacity ? 2 * w->capacity : 256;
        mirror_item *bigger = arena_alloc(w->arena, wanted * sizeof(*bigger));
        if (!bigger)
            return err_oom();
        if (m->count)
            memcpy(bigger, m->items, m->count * sizeof(*bigger));
        m->items = bigger;
        w->capacity = wanted;
    }
    m->items[m->count++] = *item;
    return NULL;
}

/* "table trading.orders": kinds may have two words, names may have blanks, but no name begins with a kind's
 * second word and a blank unless it is quoted. */
static dbk_err *parse_first(arena *a, const char *line, size_t length, mirror_item *item)
{
    static const char *const kinds[] = {
        "foreign table",      "materialized view",    "operator class",         "operator family",
        "text search parser", "text search template", "text search dictionary", "text search configuration",
        "access method",      "foreign data wrapper"};
    size_t kind = 0;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (length > strlen(kinds[i]) && strncmp(line, kinds[i], strlen(kinds[i])) == 0 &&
            line[strlen(kinds[i])] == ' ')
            kind = strlen(kinds[i]);
    while (kind < length && line[kind] != ' ')
        kind++;
    size_t name = kind < length ? kind + 1 : length;
    item->kind = arena_strndup(a, line, kind);
    item->name = arena_strndup(a, line + name, length - name);
    return item->kind && item->name ? NULL : err_oom();
}

static dbk_err *read_one(walk *w, const char *path)
{
    const char *full = arena_printf(w->arena, "%s/%s", w->root, path);
    if (!full)
        return err_oom();
    size_t length = strlen(path);
    if (length < 4 || strcmp(path + length - 4, ".sql") != 0 || file_is_dir(full))
        return add_foreign(w, path);
    char *text;
    mirror_item item = {.path = path};
    dbk_err *e = file_read(w->arena, full, FILE_BYTES_MAX, &text, &item.length);
    if (e)
        return e;
    size_t mark = strlen(MIRROR_FIRST);
    if (strncmp(text, MIRROR_FIRST, mark) != 0)
        return add_foreign(w, path);
    item.text = text;
    e = parse_first(w->arena, text + mark, strcspn(text + mark, "\n"), &item);
    size_t schema = strcspn(path, "/");
    item.schema = path[schema] ? arena_strndup(w->arena, path, schema) : "";
    if (!e && !item.schema)
        e = err_oom();
    return e ? e : add_item(w, &item);
}

/* Names of the entries below `folder` ("" is the root), as paths from the root. */
static dbk_err *list(walk *w, const char *folder, char ***paths, size_t *count)
{
    const char *full = arena_printf(w->arena, "%s/%s", w->root, folder);
    if (!full)
        return err_oom();
    dbk_err *e = file_list(w->arena, full, paths, count);
    for (size_t i = 0; !e && *folder && i < *count; i++) {
        (*paths)[i] = arena_printf(w->arena, "%s/%s", folder, (*paths)[i]);
        if (!(*paths)[i])
            e = err_oom();
    }
    return e;
}

static bool is_folder(walk *w, const char *path)
{
    const char *full = arena_printf(w->arena, "%s/%s", w->root, path);
    return full && file_is_dir(full);
}

/* The tree has three levels and no more: schema, kind, object. What lies deeper is nobody's business here. */
static dbk_err *read_tree(walk *w)
{
    char **top, **mid, **low;
    size_t top_count, mid_count, low_count;
    dbk_err *e = list(w, "", &top, &top_count);
    for (size_t t = 0; !e && t < top_count; t++) {
        if (strcmp(top[t], README) == 0)
            continue;
        if (!is_folder(w, top[t])) {
            e = read_one(w, top[t]);
            continue;
        }
        e = list(w, top[t], &mid, &mid_count);
        for (size_t m = 0; !e && m < mid_count; m++) {
            if (!is_folder(w, mid[m])) {
                e = read_one(w, mid[m]);
                continue;
            }
            e = list(w, mid[m], &low, &low_count);
            for (size_t l = 0; !e && l < low_count; l++)
                e = read_one(w, low[l]);
        }
    }
    return e;
}

static dbk_err *read_readme(walk *w)
{
    const char *path = arena_printf(w->arena, "%s/%s", w->root, README);
    if (!path)
        return err_oom();
    if (!file_exists(path))
        return NULL;
    char *text;
    size_t length;
    dbk_err *e = file_read(w->arena, path, FILE_BYTES_MAX, &text, &length);
    if (e)
        return e;
    if (strncmp(text, README_FIRST, strlen(README_FIRST)) != 0)
        return err_with_hint(err_new(ERR_INPUT, "%s was not written by daybook mirror", path),
                             "name a folder that holds a mirror, or one that is empty");
    w->out->exists = true;
    w->out->files.major = (int)strtol(text + strlen(README_FIRST), NULL, 10);
    return NULL;
}

static int compare_items(const void *left, const void *right)
{
    return strcmp(((const mirror_item *)left)->path, ((const mirror_item *)right)->path);
}

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

dbk_err *mirror_folder_read(arena *a, const char *path, mirror_folder *out)
{
    mirror_folder found = {0};
    walk w = {.arena = a, .root = path, .out = &found};
    dbk_err *e = NULL;
    if (file_exists(path)) {
        e = read_readme(&w);
        if (!e)
            e = read_tree(&w);
    }
    if (e)
        return err_wrap(e, "while reading the mirror in %s", path);
    /* Folders come sorted, but "a/x" sorts after "a-b/x" and not before it. */
    if (found.files.count)
        qsort(found.files.items, found.files.count, sizeof(*found.files.items), compare_items);
    if (found.foreign_count)
        qsort(found.foreign, found.foreign_count, sizeof(*found.foreign), compare_texts);
    *out = found;
    return NULL;
}

/* A file that can be made again at any time needs no fsync, but nobody shall ever read half of one. */
static dbk_err *write_file(arena *a, const char *root, const char *path, const char *text, size_t length)
{
    char *full = arena_printf(a, "%s/%s", root, path);
    char *tmp = arena_printf(a, "%s/%s.tmp", root, path);
    if (!full || !tmp)
        return err_oom();
    int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0 && errno == ENOENT) {
        char *folder = arena_strndup(a, full, (size_t)(strrchr(full, '/') - full));
        dbk_err *e = folder ? file_make_dirs(folder, 0777) : err_oom();
        if (e)
            return e;
        fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    }
    if (fd < 0)
        return err_errno(errno, "could not create %s", tmp);
    dbk_err *e = NULL;
    for (size_t done = 0; !e && done < length;) {
        ssize_t n = write(fd, text + done, length - done);
        if (n > 0)
            done += (size_t)n;
        else if (errno != EINTR)
            e = err_errno(errno, "could not write %s", tmp);
    }
    if (close(fd) != 0 && !e)
        e = err_errno(errno, "could not close %s", tmp);
    if (!e && rename(tmp, full) != 0)
        e = err_errno(errno, "could not rename %s to %s", tmp, full);
    if (e)
        (void)unlink(tmp);
    return e;
}

static dbk_err *remove_file(arena *a, const char *root, const char *path)
{
    char *full = arena_printf(a, "%s/%s", root, path);
    if (!full)
        return err_oom();
    if (unlink(full) != 0 && errno != ENOENT)
        return err_errno(errno, "could not remove %s", full);
    /* Folders that are empty now go, too; rmdir refuses the others. */
    for (char *slash = strrchr(full, '/'); slash > full + strlen(root); slash = strrchr(full, '/')) {
        *slash = '\0';
        if (rmdir(full) != 0)
            break;
    }
    return NULL;
}

static bool is_foreign(const mirror_folder *f, const char *path)
{
    return f->foreign_count &&
           bsearch(&path, f->foreign, f->foreign_count, sizeof(*f->foreign), compare_texts) != NULL;
}

static dbk_err *write_readme(arena *a, const char *path, int major)
{
    char *text = arena_printf(a, "%s%d%s", README_FIRST, major, readme_rest);
    return text ? write_file(a, path, README, text, strlen(text)) : err_oom();
}

static dbk_err *write_difference(arena *a, const char *path, const mirror_folder *now, const mirror *m,
                                 mirror_folder_written *done)
{
    dbk_err *e = NULL;
    size_t n = 0;
    for (size_t i = 0; !e && (i < m->count || n < now->files.count);) {
        const mirror_item *want = i < m->count ? &m->items[i] : NULL;
        const mirror_item *have = n < now->files.count ? &now->files.items[n] : NULL;
        int order = !want ? 1 : !have ? -1 : strcmp(want->path, have->path);
        if (order > 0) {
            e = remove_file(a, path, have->path);
            done->removed++;
        } else if (order == 0 && want->length == have->length &&
                   memcmp(want->text, have->text, want->length) == 0) {
            done->same++;
        } else {
            e = write_file(a, path, want->path, want->text, want->length);
            done->written++;
        }
        i += order <= 0;
        n += order >= 0;
    }
    return e;
}

dbk_err *mirror_folder_write(arena *a, const char *path, const mirror_folder *now, const mirror *m,
                             mirror_folder_written *out)
{
    if (now->exists && now->files.major != m->major)
        return err_with_hint(
            err_new(ERR_INPUT, "%s was written by PostgreSQL %d, and this server is PostgreSQL %d", path,
                    now->files.major, m->major),
            "use a server of that version; or remove %s/%s to write everything anew with this one", path,
            README);
    for (size_t i = 0; i < m->count; i++)
        if (is_foreign(now, m->items[i].path))
            return err_with_hint(
                err_new(ERR_INPUT, "%s/%s was not written by daybook mirror", path, m->items[i].path),
                "move it elsewhere: the file of %s %s belongs there", m->items[i].kind, m->items[i].name);
    mirror_folder_written done = {0};
    dbk_err *e = file_make_dirs(path, 0777);
    if (!e && !now->exists)
        e = write_readme(a, path, m->major);
    if (!e)
        e = write_difference(a, path, now, m, &done);
    if (e)
        return err_wrap(e, "while writing the mirror to %s", path);
    *out = done;
    return NULL;
}

dbk_err *mirror_select(arena *a, const char *const *schemas, size_t count, mirror *m)
{
    if (count == 0)
        return NULL;
    const char **parts = arena_alloc(a, count * sizeof(*parts));
    if (!parts)
        return err_oom();
    for (size_t i = 0; i < count; i++) {
        char *part;
        dbk_err *e = mirror_path_encode(a, schemas[i], &part);
        if (e)
            return e;
        parts[i] = part;
    }
    size_t kept = 0;
    for (size_t i = 0; i < m->count; i++) {
        bool wanted = false;
        for (size_t s = 0; s < count; s++)
            wanted |= strcmp(parts[s], m->items[i].schema) == 0;
        if (wanted)
            m->items[kept++] = m->items[i];
    }
    m->count = kept;
    return NULL;
}
