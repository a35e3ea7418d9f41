/* url.c: the address of the book, for psql, bots and everything else that speaks libpq. */

#include "cmd/app.h"

static dbk_err *run_url(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)args;
    (void)exit_status;
    char *url;
    dbk_err *e = app_url(app, &url);
    if (!e)
        fprintf(app->out, "%s\n", url);
    return e;
}

const cmd_spec cmd_url = {
    .help = {.name = "url",
             .summary = "print the connection URL of the book's database",
             .description = "Of the private server, which must be running (it works for programs of the same "
                            "OS user and holds "
                            "no secret), or the one that --url or DAYBOOK_URL gives, as it was given.",
             .examples = "psql \"$(daybook url)\"\nDAYBOOK_URL=\"$(daybook url)\" ./my_bot"},
    .uses_target = true,
    .run = run_url,
};
