#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

const char *fuzz_file(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char path[40];
    if (fd < 0) {
        fd = memfd_create("fuzz", MFD_CLOEXEC);
        fuzz_require(fd >= 0);
        (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    }
    fuzz_require(ftruncate(fd, 0) == 0);
    fuzz_require(pwrite(fd, data, size, 0) == (ssize_t)size);
    return path;
}

arena *fuzz_arena(void)
{
    arena *a = arena_new(0);
    fuzz_require(a != NULL);
    return a;
}

bool fuzz_succeeded(dbk_err *e)
{
    if (!e)
        return true;
    fuzz_require(err_message(e)[0] != '\0');
    err_free(e);
    return false;
}
