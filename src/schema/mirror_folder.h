/* mirror_folder.h: a mirror as files.
 *
 * Only files whose first line says that they were written here are ever replaced or removed; all others below
 * the folder are left alone and named. README.md at the top says which major version of the server wrote the
 * texts, because servers print views and expressions differently from one to the next. */
#ifndef DAYBOOK_SCHEMA_MIRROR_FOLDER_H
#define DAYBOOK_SCHEMA_MIRROR_FOLDER_H

#include "schema/mirror.h"

typedef struct mirror_folder {
    mirror files;         /* .major: the one in README.md; .count 0 when there is no folder */
    bool exists;          /* there is a README.md written here */
    const char **foreign; /* paths of files that were not written here, sorted */
    size_t foreign_count;
} mirror_folder;

/* A missing folder is an empty one. ERR_INPUT when README.md is not one of ours. */
dbk_err *mirror_folder_read(arena *a, const char *path, mirror_folder *out) ERR_MUST_USE;

typedef struct mirror_folder_written {
    size_t written; /* new or changed */
    size_t removed;
    size_t same;
} mirror_folder_written;

/* Makes the folder hold exactly m, touching only files that differ. `now` is what mirror_folder_read said of
 * it. ERR_INPUT when another major version has written it, or when a foreign file stands where one of m
 * belongs. */
dbk_err *mirror_folder_write(arena *a, const char *path, const mirror_folder *now, const mirror *m,
                             mirror_folder_written *out) ERR_MUST_USE;

/* Only what belongs to these schemas (as paths say them), in place; what belongs to the whole database is
 * left out unless count is 0. */
dbk_err *mirror_select(arena *a, const char *const *schemas, size_t count, mirror *m) ERR_MUST_USE;

#endif
