#include "ops/cluster_run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct flock whole_file(short type)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
}

static dbk_err *refused(const cluster *c, pid_t pid)
{
    dbk_err *e = pid > 0
                     ? err_new(ERR_BUSY, "daybook up already runs on %s as process %ld", c->folder, (long)pid)
                     : err_new(ERR_BUSY, "daybook up already runs on %s", c->folder);
    return err_with_hint(
        e, "daybook status shows it, daybook down stops it; another --data folder is another server");
}

dbk_err *cluster_lock_take(const cluster *c, cluster_lock *out)
{
    int fd = open(c->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_errno(errno, "could not open %s", c->lock_path);
    struct flock lock = whole_file(F_WRLCK);
    if (fcntl(fd, F_SETLK, &lock) == 0) {
        out->fd = fd;
        return NULL;
    }
    int failed = errno;
    struct flock holder = whole_file(F_WRLCK);
    dbk_err *e;
    if (failed != EACCES && failed != EAGAIN)
        e = err_errno(failed, "could not lock %s", c->lock_path);
    else if (fcntl(fd, F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK)
        e = refused(c, holder.l_pid);
    else
        e = refused(c, 0);
    close(fd);
    return e;
}

void cluster_lock_drop(cluster_lock *l)
{
    if (l->fd > 0)
        close(l->fd);
    l->fd = 0;
}

bool cluster_lock_is_in_place(const cluster *c, const cluster_lock *l)
{
    struct stat held, named;
    return fstat(l->fd, &held) == 0 && stat(c->lock_path, &named) == 0 && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino;
}

dbk_err *cluster_lock_holder(const cluster *c, pid_t *pid)
{
    int fd = open(c->lock_path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        *pid = 0;
        return NULL;
    }
    if (fd < 0)
        return err_errno(errno, "could not open %s", c->lock_path);
    struct flock lock = whole_file(F_WRLCK);
    dbk_err *e = NULL;
    if (fcntl(fd, F_GETLK, &lock) != 0)
        e = err_errno(errno, "could not ask who holds %s", c->lock_path);
    else
        *pid = lock.l_type == F_UNLCK ? 0 : lock.l_pid;
    close(fd);
    return e;
}
