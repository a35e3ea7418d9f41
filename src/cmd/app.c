#include "cmd/app.h"

#include <string.h>

#include "ops/cluster.h"

dbk_err *app_url(app *app, char **url)
{
    if (app->target.url) {
        *url = arena_strdup(app->arena, app->target.url);
        return *url ? NULL : err_oom();
    }
    cluster_clear_environment();
    return cluster_url(app->arena, app->target.data_dir, url);
}

const char *app_file(const app *app)
{
    static const char scheme[] = "sqlite:";
    const char *url = app->target.url;
    return url && strncmp(url, scheme, sizeof(scheme) - 1) == 0 ? url + sizeof(scheme) - 1 : NULL;
}

dbk_err *app_connect(app *app, const char *application_name, pg_conn **out)
{
    char *url;
    if (app_file(app))
        return err_with_hint(
            err_new(ERR_USAGE, "%s is a book in a file, and this command needs a server", app_file(app)),
            "name a server with --url; daybook book move takes the book to one");
    dbk_err *e = app_url(app, &url);
    if (e)
        return e;
    return pg_connect(
        &(pg_connect_options){.url = url, .application_name = application_name, .read_write = true}, out);
}

dbk_err *app_print(app *app, table *const *tables, size_t count)
{
    return table_print_all(tables, count, (table_format)app->output.format, app->out);
}
