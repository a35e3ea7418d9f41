/* embedded.h: files that were made part of the program when it was built. */
#ifndef DAYBOOK_SCHEMA_EMBEDDED_H
#define DAYBOOK_SCHEMA_EMBEDDED_H

#include <stddef.h>

typedef struct embedded_file {
    const char *path; /* relative, with '/': "core/migrations/001_util.sql" */
    const char *data; /* followed by a zero byte that length does not count */
    size_t length;
} embedded_file;

/* The built-in modules: everything below modules/, sorted bytewise by path. */
extern const embedded_file embedded_modules[];
extern const size_t embedded_modules_count;

#endif
