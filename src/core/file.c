#include "core/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/mem.h"

#define READ_SIZE ((size_t)64 << 10)

static dbk_err *read_all(int fd, const char *path, size_t size_bytes_max, buf *content)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_errno(errno, "could not look at %s", path);
    if (!S_ISREG(st.st_mode))
        return err_new(ERR_INPUT, "%s is not a regular file", path);
    for (;;) {
        /* One byte more than the limit is asked for, to notice a file that is longer. */
        size_t left = size_bytes_max - content->length + 1;
        char *to = buf_reserve(content, left < READ_SIZE ? left : READ_SIZE);
        if (!to)
            return buf_error(content);
        ssize_t n = read(fd, to, left < READ_SIZE ? left : READ_SIZE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(errno, "could not read %s", path);
        if (n == 0)
            return NULL;
        buf_added(content, (size_t)n);
        if (content->length > size_bytes_max)
            return err_new(ERR_LIMIT, "%s is longer than the limit of %zu bytes", path, size_bytes_max);
    }
}

dbk_err *file_read(arena *a, const char *path, size_t size_bytes_max, char **data, size_t *length)
{
    assert(a && path);
    assert(data && length);
    assert(size_bytes_max < SIZE_MAX - READ_SIZE);
    /* Without O_NONBLOCK opening a FIFO would wait for a writer before we could refuse it. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return err_errno(errno, "could not open %s", path);
    buf content;
    buf_init(&content, size_bytes_max + 1);
    dbk_err *e = read_all(fd, path, size_bytes_max, &content);
    close(fd);
    if (!e) {
        char *copy = arena_strndup(a, content.data, content.length);
        if (copy) {
            *data = copy;
            *length = content.length;
        } else {
            e = err_oom();
        }
    }
    buf_term(&content);
    return e;
}

static dbk_err *write_all(int fd, const char *path, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, data, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(errno, "could not write %s", path);
        data += n;
        length -= (size_t)n;
    }
    return NULL;
}

static dbk_err *write_tmp(const char *tmp, const void *data, size_t length, mode_t mode)
{
    /* A leftover of a crash is removed first: it may have other permissions, or be somebody's symbolic link.
     */
    if (unlink(tmp) != 0 && errno != ENOENT)
        return err_errno(errno, "could not remove %s", tmp);
    int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return err_errno(errno, "could not create %s", tmp);
    dbk_err *e = write_all(fd, tmp, data, length);
    if (!e && fchmod(fd, mode) != 0)
        e = err_errno(errno, "could not set the permissions of %s", tmp);
    if (!e && fsync(fd) != 0)
        e = err_errno(errno, "could not flush %s to disk", tmp);
    if (close(fd) != 0 && !e)
        e = err_errno(errno, "could not close %s", tmp);
    return e;
}

dbk_err *file_sync_folder_of(const char *path)
{
    assert(path);
    char *folder = mem_strdup(path);
    if (!folder)
        return err_oom();
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder ? 1 : 0] = '\0';
    const char *name = slash ? folder : ".";
    dbk_err *e = NULL;
    int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        e = err_errno(errno, "could not open folder %s", name);
    else if (fsync(fd) != 0)
        e = err_errno(errno, "could not flush folder %s to disk", name);
    if (fd >= 0)
        close(fd);
    mem_free(folder);
    return e;
}

dbk_err *file_write_atomic(const char *path, const void *data, size_t length, mode_t mode)
{
    assert(path);
    assert(data || length == 0);
    size_t size = strlen(path) + sizeof ".tmp";
    char *tmp = mem_alloc(size);
    if (!tmp)
        return err_oom();
    snprintf(tmp, size, "%s.tmp", path);
    dbk_err *e = write_tmp(tmp, data, length, mode);
    if (!e && rename(tmp, path) != 0)
        e = err_errno(errno, "could not rename %s to %s", tmp, path);
    if (e)
        (void)unlink(tmp);
    else
        e = file_sync_folder_of(path);
    mem_free(tmp);
    return e;
}

static dbk_err *make_dir(const char *path, mode_t mode)
{
    if (mkdir(path, mode) == 0)
        return NULL;
    int saved = errno;
    if (saved == EEXIST && file_is_dir(path))
        return NULL;
    return err_errno(saved, "could not make folder %s", path);
}

dbk_err *file_make_dirs(const char *path, mode_t mode)
{
    assert(path);
    if (*path == '\0')
        return err_new(ERR_INPUT, "a folder needs a name");
    char *part = mem_strdup(path);
    if (!part)
        return err_oom();
    dbk_err *e = NULL;
    for (char *slash = strchr(part + 1, '/'); slash && !e; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        /* Folders above may be closed to us, or on a read-only file system, and still be there. */
        if (!file_is_dir(part))
            e = make_dir(part, mode);
        *slash = '/';
    }
    if (!e)
        e = make_dir(part, mode);
    mem_free(part);
    return e;
}

bool file_exists(const char *path)
{
    assert(path);
    struct stat st;
    return stat(path, &st) == 0;
}

bool file_is_dir(const char *path)
{
    assert(path);
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

struct name_link {
    struct name_link *next;
    char *name;
};

static dbk_err *read_names(arena *a, DIR *folder, const char *path, struct name_link **names, size_t *count)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (!entry && errno)
            return err_errno(errno, "could not read folder %s", path);
        if (!entry)
            return NULL;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        struct name_link *link = arena_alloc(a, sizeof *link);
        if (!link)
            return err_oom();
        link->name = arena_strdup(a, entry->d_name);
        if (!link->name)
            return err_oom();
        link->next = *names;
        *names = link;
        (*count)++;
    }
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

dbk_err *file_list(arena *a, const char *path, char ***names, size_t *count)
{
    assert(a && path);
    assert(names && count);
    DIR *folder = opendir(path);
    if (!folder)
        return err_errno(errno, "could not open folder %s", path);
    struct name_link *links = NULL;
    size_t n = 0;
    dbk_err *e = read_names(a, folder, path, &links, &n);
    closedir(folder);
    if (e)
        return e;
    char **list = arena_alloc(a, (n + 1) * sizeof *list);
    if (!list)
        return err_oom();
    for (size_t i = 0; links; links = links->next)
        list[i++] = links->name;
    qsort(list, n, sizeof *list, compare_names);
    *names = list;
    *count = n;
    return NULL;
}
