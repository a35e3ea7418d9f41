/* Making a data folder.
 *
 * initdb fills a sibling of the data folder under a name of this attempt; only when everything is in it and
 * on disk does it get its name. So a data folder exists completely or not at all, whenever this is
 * interrupted, and what an interrupted attempt leaves is removed by the next one. The name carries our
 * process number because the initdb of a killed predecessor may still be writing for a moment. */
#include "ops/cluster_int.h"
#include "ops/cluster_run.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "core/mem.h"
#include "core/proc.h"

#define INIT_PREFIX "pg.init."

dbk_err *cluster_become_server_user(const cluster *c)
{
    if (c->uid == c->server_uid)
        return NULL;
    if (setegid(c->server_gid) == 0 && seteuid(c->server_uid) == 0)
        return NULL;
    int failed = errno;
    if (setegid(getgid()) != 0)
        abort();
    return err_errno(failed, "could not act as the user %s", c->server_user);
}

/* Going on with the wrong identity would be worse than ending. The kernel takes a process that changed its
 * user for one with secrets of that user and forbids core dumps; it has none. */
void cluster_become_self(const cluster *c)
{
    if (c->uid == c->server_uid)
        return;
    if (seteuid(c->uid) != 0 || setegid(getgid()) != 0)
        abort();
    (void)prctl(PR_SET_DUMPABLE, 1);
}

const char *const *cluster_environment(arena *a)
{
    const char **env = arena_alloc(a, 5 * sizeof(*env));
    if (!env)
        return NULL;
    size_t n = 0;
    env[n++] = "PATH=/usr/local/bin:/usr/bin:/bin";
    env[n++] = "LC_ALL=C";
    env[n++] = "TZ=UTC";
    const char *libraries = getenv("LD_LIBRARY_PATH"); /* servers built from source may need it */
    if (libraries) {
        env[n] = arena_printf(a, "LD_LIBRARY_PATH=%s", libraries);
        if (!env[n++])
            return NULL;
    }
    return env;
}

proc_options cluster_as_server_user(const cluster *c, const char *const *argv, const char *const *env)
{
    bool other = c->uid != c->server_uid;
    return (proc_options){.argv = argv,
                          .env = env,
                          .cwd = "/",
                          .uid = other ? c->server_uid : 0,
                          .gid = other ? c->server_gid : 0,
                          .own_group = true};
}

static dbk_err *write_file(arena *a, const char *dir, const char *name, const char *text)
{
    char *path = arena_printf(a, "%s/%s", dir, name);
    if (!path || !text)
        return err_oom();
    return file_write_atomic(path, text, strlen(text), 0600);
}

static dbk_err *write_conf_files(arena *a, const cluster *c, const char *data)
{
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    int64_t machine_mb = pages > 0 && page_bytes > 0 ? (int64_t)pages / 1024 * page_bytes / 1024 : 0;
    char *user_path = arena_printf(a, "%s/user.conf", data);
    if (!user_path)
        return err_oom();
    dbk_err *e = NULL;
    if (!file_exists(user_path))
        e = write_file(a, data, "user.conf", cluster_conf_user(a));
    if (!e)
        e = write_file(a, data, "daybook.conf", cluster_conf_daybook(a, cluster_memory_for(machine_mb)));
    if (!e)
        e = write_file(a, data, "postgresql.conf", cluster_conf_main(a));
    if (!e)
        e = write_file(a, data, "pg_hba.conf", cluster_conf_hba(a));
    if (!e)
        e = write_file(a, data, "pg_ident.conf", cluster_conf_ident(a, c->os_user, c->server_user));
    return e;
}

dbk_err *cluster_write_conf(arena *a, const cluster *c, const char *data)
{
    dbk_err *e = cluster_become_server_user(c);
    if (e)
        return e;
    e = write_conf_files(a, c, data);
    cluster_become_self(c);
    return e ? err_wrap(e, "while writing the server's configuration") : NULL;
}

dbk_err *cluster_write_data_file(arena *a, const cluster *c, const char *name, const char *text)
{
    dbk_err *e = cluster_become_server_user(c);
    if (e)
        return e;
    e = write_file(a, c->data, name, text);
    cluster_become_self(c);
    return e;
}

/* Best effort: what stays is tried again at the next start, and harms nothing until then but the disk's
 * space. */
static void remove_tree(const char *path)
{
    char *roots[] = {mem_strdup(path), NULL};
    FTS *walk = roots[0] ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    FTSENT *entry;
    while (walk && (entry = fts_read(walk)) != NULL) {
        if (entry->fts_info == FTS_DP || entry->fts_info == FTS_DNR)
            (void)rmdir(entry->fts_accpath);
        else if (entry->fts_info != FTS_D)
            (void)unlink(entry->fts_accpath);
    }
    if (walk)
        fts_close(walk);
    mem_free(roots[0]);
}

static dbk_err *remove_leftovers(arena *a, const cluster *c)
{
    char **names;
    size_t count;
    dbk_err *e = file_list(a, c->home, &names, &count);
    if (e)
        return e;
    e = cluster_become_server_user(c);
    if (e)
        return e;
    for (size_t i = 0; i < count; i++) {
        if (strncmp(names[i], INIT_PREFIX, sizeof(INIT_PREFIX) - 1) != 0)
            continue;
        char *path = arena_printf(a, "%s/%s", c->home, names[i]);
        if (path)
            remove_tree(path);
    }
    cluster_become_self(c);
    return NULL;
}

dbk_err *cluster_init_start(arena *a, const cluster *c, const cluster_binaries *b, int log_fd,
                            cluster_init *out)
{
    dbk_err *e = remove_leftovers(a, c);
    if (e)
        return e;
    const char *path = arena_printf(a, "%s/" INIT_PREFIX "%ld", c->home, (long)getpid());
    const char *program = arena_printf(a, "%s/initdb", b->dir);
    const char *const *env = cluster_environment(a);
    if (!path || !program || !env)
        return err_oom();
    const char *argv[] = {
        program,    "--pgdata", path,     "--username", CLUSTER_SUPERUSER,  "--encoding",        "UTF8",
        "--locale", "C.UTF-8",  "--auth", "peer",       "--data-checksums", "--no-instructions", NULL};
    pid_t pid;
    proc_options o = cluster_as_server_user(c, argv, env);
    o.stdout_fd = log_fd;
    o.stderr_fd = log_fd;
    o.death_signal = SIGKILL;
    e = proc_start(&o, &pid);
    if (e)
        return err_wrap(e, "while starting %s", program);
    *out = (cluster_init){.pid = pid, .path = path};
    return NULL;
}

static dbk_err *rename_into_place(const cluster *c, const char *path)
{
    if (rename(path, c->data) != 0)
        return err_errno(errno, "could not rename %s to %s", path, c->data);
    int fd = open(c->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(errno, "could not open %s", c->home);
    dbk_err *e = fsync(fd) == 0 ? NULL : err_errno(errno, "could not sync %s", c->home);
    close(fd);
    return e;
}

dbk_err *cluster_init_finish(arena *a, const cluster *c, const cluster_init *init, int status)
{
    dbk_err *e = NULL;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        e = err_new(ERR_IO, "could not make a data folder in %s: initdb %s", c->home,
                    proc_status_text(a, status));
        err_with_detail(e, "%s", cluster_last_words(a, c));
        err_with_hint(
            e, "nothing was kept; is the disk full, or a limit of file size set? Run it again after that");
    }
    if (!e)
        e = cluster_write_conf(a, c, init->path);
    if (!e) {
        e = cluster_become_server_user(c);
        if (!e) {
            e = rename_into_place(c, init->path);
            cluster_become_self(c);
        }
    }
    if (e)
        cluster_init_discard(c, init);
    return e;
}

void cluster_init_discard(const cluster *c, const cluster_init *init)
{
    assert(strstr(init->path, "/" INIT_PREFIX));
    dbk_err *e = cluster_become_server_user(c);
    if (!e) {
        remove_tree(init->path);
        cluster_become_self(c);
    }
    err_free(e);
}
