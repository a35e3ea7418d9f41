#include "schema/git.h"

#include <string.h>
#include <sys/wait.h>

#include "core/proc.h"

#define GIT_TIMEOUT_US ((int64_t)10 * 1000 * 1000)
#define GIT_OUTPUT_MAX 4096

/* NULL when git is not there or says no. What a checkout's own configuration would have git run, is not run.
 */
static dbk_err *ask(arena *a, const char *folder, const char *const *words, const char **answer)
{
    const char *argv[12] = {"git", "-c", "core.fsmonitor=false", "-C", folder};
    size_t count = 5;
    for (; *words; words++)
        argv[count++] = *words;
    int status = 0;
    char *output = NULL;
    proc_options options = {.argv = argv};
    dbk_err *e = proc_run(a, &options, GIT_TIMEOUT_US, GIT_OUTPUT_MAX, &status, &output);
    if (e && err_code(e) == ERR_MEMORY)
        return e;
    *answer = !e && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? output : NULL;
    err_free(e);
    return NULL;
}

dbk_err *git_describe(arena *a, const char *folder, const char **commit, bool *dirty)
{
    static const char *const head[] = {"rev-parse", "--verify", "--quiet", "HEAD", NULL};
    static const char *const changes[] = {"status", "--porcelain", "--", ".", NULL};
    const char *hash, *changed = NULL;
    dbk_err *e = ask(a, folder, head, &hash);
    if (!e && hash)
        e = ask(a, folder, changes, &changed);
    if (e)
        return e;
    size_t length = hash ? strspn(hash, "0123456789abcdef") : 0;
    *commit = length == 40 || length == 64 ? arena_strndup(a, hash, length) : NULL;
    *dirty = !changed || *changed;
    return length && !*commit && (length == 40 || length == 64) ? err_oom() : NULL;
}
