/* file.h: small whole-file helpers. Paths are UTF-8; nothing here follows a limit other than the one passed.
 */
#ifndef DAYBOOK_CORE_FILE_H
#define DAYBOOK_CORE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "core/arena.h"
#include "core/err.h"

/* Reads a regular file of at most size_bytes_max bytes; zero-terminated, length not counting that. */
dbk_err *file_read(arena *a, const char *path, size_t size_bytes_max, char **data,
                   size_t *length) ERR_MUST_USE;
/* Writes to path.tmp, fsyncs, renames, fsyncs the folder: the file is either the old or the new one. */
dbk_err *file_write_atomic(const char *path, const void *data, size_t length, mode_t mode) ERR_MUST_USE;
/* A file that was made or renamed is safe against a power cut only once the folder it is in is on disk. */
dbk_err *file_sync_folder_of(const char *path) ERR_MUST_USE;
/* mkdir -p with `mode` for folders it makes. */
dbk_err *file_make_dirs(const char *path, mode_t mode) ERR_MUST_USE;
bool file_exists(const char *path);
bool file_is_dir(const char *path);
/* Names of the entries of a folder, sorted bytewise, without . and .. */
dbk_err *file_list(arena *a, const char *path, char ***names, size_t *count) ERR_MUST_USE;

#endif
