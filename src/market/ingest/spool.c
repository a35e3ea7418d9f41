#include "market/ingest/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/interrupt.h"
#include "core/mem.h"

#define BLOCK_BYTES ((size_t)256 * 1024)

static dbk_err *write_all(int fd, const char *from, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, from, length);
        if (n < 0 && errno != EINTR)
            return err_errno(errno, "could not write what comes from the pipe to a file");
        if (n > 0) {
            from += n;
            length -= (size_t)n;
        }
    }
    return NULL;
}

static dbk_err *copy(int from, int to, const atomic_int *interrupt)
{
    char *block = mem_alloc(BLOCK_BYTES);
    dbk_err *e = block ? NULL : err_oom();
    while (!e) {
        ssize_t n = read(from, block, BLOCK_BYTES);
        e = interrupt_check(interrupt);
        if (!e && n < 0 && errno != EINTR)
            e = err_errno(errno, "could not read the pipe");
        if (n == 0)
            break;
        if (!e && n > 0)
            e = write_all(to, block, (size_t)n);
    }
    mem_free(block);
    return e;
}

dbk_err *spool_pipe(arena *a, int pipe_fd, const char *folder, const atomic_int *interrupt, int *fd,
                    const char **path)
{
    const char *tmpdir = getenv("TMPDIR");
    if (!folder)
        folder = tmpdir && *tmpdir ? tmpdir : "/tmp";
    char *name = arena_printf(a, "%s/daybook-XXXXXX", folder);
    if (!name)
        return err_oom();
    int opened = mkostemp(name, O_CLOEXEC);
    if (opened < 0)
        return err_errno(errno, "could not make a file in \"%s\" for what comes from the pipe", folder);
    unlink(name);
    dbk_err *e = copy(pipe_fd, opened, interrupt);
    if (!e) {
        *path = arena_printf(a, "/proc/self/fd/%d", opened);
        e = *path ? NULL : err_oom();
    }
    if (e)
        close(opened);
    else
        *fd = opened;
    return e;
}
