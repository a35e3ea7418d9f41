/* git.h: which commit files came from, for the record. */
#ifndef DAYBOOK_SCHEMA_GIT_H
#define DAYBOOK_SCHEMA_GIT_H

#include "core/arena.h"
#include "core/err.h"

/* The commit that the checkout around `folder` is at, and whether anything below folder differs from it.
 * commit is NULL when there is no checkout, no commit, or no git. Runs git, at most 10 s. */
dbk_err *git_describe(arena *a, const char *folder, const char **commit, bool *dirty) ERR_MUST_USE;

#endif
