/* test_files.h: which files `daybook test` runs. */
#ifndef DAYBOOK_CMD_TEST_FILES_H
#define DAYBOOK_CMD_TEST_FILES_H

#include "core/arena.h"
#include "core/err.h"
#include "schema/tap.h"

typedef struct test_files_choice {
    const char *modules_dir;
    const char *const *modules; /* only the tests of these; none: of all */
    size_t module_count;
    const char *const *paths; /* files and folders; any: instead of the modules' tests */
    size_t path_count;
} test_files_choice;

typedef struct test_files {
    tap_source *items;
    size_t count;
    const char **schemas; /* of all modules */
    size_t schema_count;
} test_files;

/* Reads them; everything lives in the arena. ERR_USAGE for an unknown module, ERR_NOT_FOUND when a path does
 * not exist or there is nothing to run. */
dbk_err *test_files_find(arena *a, const test_files_choice *choice, test_files *out) ERR_MUST_USE;

#endif
