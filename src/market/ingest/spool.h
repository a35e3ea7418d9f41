/* spool.h: what comes from a pipe, as a file.
 *
 * A pipe can be read once, and loading reads more than once: to find out what it is, and again when a
 * connection is lost. So it is copied to a file without a name, which goes away with the process. Blocks
 * until the pipe ends. */
#ifndef DAYBOOK_MARKET_INGEST_SPOOL_H
#define DAYBOOK_MARKET_INGEST_SPOOL_H

#include <stdatomic.h>

#include "core/arena.h"

/* The file's path, which is valid in this process while *fd is open; the caller closes it. `folder` holds it;
 * NULL: TMPDIR, else /tmp. ERR_IO when there is no room. */
dbk_err *spool_pipe(arena *a, int pipe_fd, const char *folder, const atomic_int *interrupt, int *fd,
                    const char **path) ERR_MUST_USE;

#endif
