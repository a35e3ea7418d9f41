/* Starting the server of an existing data folder, and its last words when that fails. */
#include "ops/cluster_int.h"
#include "ops/cluster_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/proc.h"

#define LAST_WORDS_BYTES 1500

dbk_err *cluster_start_log(const cluster *c, int *fd)
{
    int opened = open(c->start_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (opened < 0)
        return err_errno(errno, "could not write to %s", c->start_path);
    *fd = opened;
    return NULL;
}

/* The end of a file from a line's beginning on, NULL when it cannot be read or is empty. */
static char *file_tail(arena *a, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    if (fd < 0)
        return NULL;
    char *text = arena_alloc(a, LAST_WORDS_BYTES + 1);
    ssize_t got = -1;
    if (text && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        got = pread(fd, text, LAST_WORDS_BYTES,
                    st.st_size > LAST_WORDS_BYTES ? st.st_size - LAST_WORDS_BYTES : 0);
    close(fd);
    if (got <= 0)
        return NULL;
    while (got > 0 && text[got - 1] == '\n')
        got--;
    text[got] = '\0';
    char *line = st.st_size > LAST_WORDS_BYTES ? strchr(text, '\n') : NULL;
    return line ? line + 1 : text;
}

/* The server's own log that was written last. */
static char *newest_log(arena *a, const cluster *c)
{
    char **names;
    size_t count;
    char *dir = arena_printf(a, "%s/log", c->data);
    if (!dir || !file_is_dir(dir))
        return NULL;
    dbk_err *e = file_list(a, dir, &names, &count);
    if (e) {
        err_free(e);
        return NULL;
    }
    char *newest = NULL;
    struct timespec newest_at = {0};
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        char *path = arena_printf(a, "%s/%s", dir, names[i]);
        if (!path || lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        if (!newest || st.st_mtim.tv_sec > newest_at.tv_sec ||
            (st.st_mtim.tv_sec == newest_at.tv_sec && st.st_mtim.tv_nsec > newest_at.tv_nsec)) {
            newest = path;
            newest_at = st.st_mtim;
        }
    }
    return newest;
}

const char *cluster_last_words(arena *a, const cluster *c)
{
    const char *text = file_tail(a, c->start_path);
    if (text && strstr(text, "Future log output will appear in directory")) {
        char *path = newest_log(a, c);
        char *log_text = path ? file_tail(a, path) : NULL;
        if (log_text)
            text = log_text;
    }
    return text ? text : "";
}

dbk_err *cluster_server_start(arena *a, const cluster *c, const cluster_binaries *b, int log_fd, pid_t *pid)
{
    char *socket_dir;
    dbk_err *e = cluster_socket_dir(a, c, &socket_dir);
    if (!e)
        e = cluster_write_conf(a, c, c->data);
    if (e)
        return e;
    const char *program = arena_printf(a, "%s/postgres", b->dir);
    const char *const *env = cluster_environment(a);
    if (!program || !env)
        return err_oom();
    const char *argv[] = {program, "-D", c->data, "-k", socket_dir, NULL};
    proc_options o = cluster_as_server_user(c, argv, env);
    o.stdout_fd = log_fd;
    o.stderr_fd = log_fd;
    o.death_signal = SIGINT; /* PostgreSQL's fast shutdown */
    e = proc_start(&o, pid);
    return e ? err_wrap(e, "while starting %s", program) : NULL;
}

dbk_err *cluster_find_binaries_for(arena *a, const cluster *c, const char *pg_bin, int data_major,
                                   cluster_binaries *out)
{
    if (data_major && (data_major < CLUSTER_MAJOR_MIN || data_major > CLUSTER_MAJOR_MAX)) {
        dbk_err *e =
            err_new(ERR_INPUT, "the data in %s was made by PostgreSQL %d; Daybook works with %d to %d",
                    c->data, data_major, CLUSTER_MAJOR_MIN, CLUSTER_MAJOR_MAX);
        return err_with_hint(e, "move it with that version's pg_dump, or with pg_upgrade");
    }
    dbk_err *e = cluster_find_binaries(a, pg_bin, data_major, out);
    cluster_binaries other;
    if (!e || !data_major || err_code(e) != ERR_NOT_FOUND)
        return e;
    dbk_err *none = cluster_find_binaries(a, pg_bin, 0, &other);
    if (none) {
        err_free(none);
        return e;
    }
    err_free(e);
    e = err_new(ERR_INPUT, "the data in %s was made by PostgreSQL %d, but the server found is %d", c->data,
                data_major, other.major);
    err_with_detail(e, "found PostgreSQL %s in %s", other.version, other.dir);
    return err_with_hint(
        e,
        "install PostgreSQL %d beside it; or start a new folder with --data and move the book there with "
        "pg_dump, or upgrade the data with pg_upgrade",
        data_major);
}
