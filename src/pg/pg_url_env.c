/* Handing a connection on to another program without showing it to everybody: arguments are public, an
 * environment is not. */
#include <libpq-fe.h>

#include "pg/pg.h"

dbk_err *pg_url_environment(arena *a, const char *url, const char ***names, const char ***values,
                            size_t *count)
{
    dbk_err *e = pg_url_check(url);
    if (e)
        return e;
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    if (!options)
        return err_oom();
    size_t total = 0, n = 0;
    while (options[total].keyword)
        total++;
    const char **found_names = arena_alloc(a, total * sizeof(*found_names));
    const char **found_values = arena_alloc(a, total * sizeof(*found_values));
    bool complete = found_names && found_values;
    for (size_t i = 0; complete && i < total; i++) {
        if (!options[i].envvar || !options[i].val)
            continue;
        found_names[n] = arena_strdup(a, options[i].envvar);
        found_values[n] = arena_strdup(a, options[i].val);
        complete = found_names[n] && found_values[n];
        n++;
    }
    PQconninfoFree(options);
    if (!complete)
        return err_oom();
    *names = found_names;
    *values = found_values;
    *count = n;
    return NULL;
}
