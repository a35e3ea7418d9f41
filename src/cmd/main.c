/* main.c only dispatches: it finds the command, fills its options from flags, environment and configuration,
 * runs it, reports its error once, and turns that into an exit status. */

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/commands.h"
#include "cmd/help.h"
#include "cmd/options.h"
#include "core/file.h"
#include "core/mem.h"

static const char *environment(void *ctx, const char *name)
{
    (void)ctx;
    return getenv(name);
}

/* --config decides where the other settings come from, so it is looked for before they are parsed. */
static const char *config_argument(int argc, char *const *argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            return NULL;
        if (strncmp(argv[i], "--config=", 9) == 0)
            return argv[i] + 9;
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            return argv[i + 1];
    }
    return NULL;
}

static dbk_err *load_config(app *app, int argc, char *const *argv)
{
    const char *given = config_argument(argc, argv);
    if (given)
        return conf_read(app->arena, given, &app->config);
    const char *home = getenv("HOME");
    const char *places[] = {
        "daybook.conf",
        home ? arena_printf(app->arena, "%s/.config/daybook/daybook.conf", home) : NULL,
        "/etc/daybook/daybook.conf",
    };
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (places[i] && file_exists(places[i]))
            return conf_read(app->arena, places[i], &app->config);
    return NULL;
}

static dbk_err *open_log(app *app)
{
    log_level level = app->common.quiet ? LOG_ERROR : app->common.verbose ? LOG_DEBUG : LOG_INFO;
    dbk_log *l;
    dbk_err *e = log_new(&(log_options){.level = level,
                                        .format = (log_format)app->common.log_format,
                                        .program = COMMANDS_PROGRAM,
                                        .clock = app->clock},
                         &l);
    if (e)
        return e;
    log_free(app->log);
    app->log = l;
    return NULL;
}

static dbk_err *run_command(app *app, const cmd_spec *spec, int argc, char *const *argv, int *exit_status)
{
    void *options = arena_alloc(app->arena, spec->options_size);
    if (!options)
        return err_oom();
    opt_set sets[OPTIONS_SETS_MAX];
    opt_parse_options parse = {.sets = sets,
                               .set_count = options_sets(spec, options, app, sets),
                               .positional = spec->help.positional,
                               .config = app->config,
                               .env = environment};
    opt_result args;
    dbk_err *e = opt_parse(app->arena, &parse, argc, argv, &args);
    if (e) {
        if (!err_hint(e))
            err_with_hint(e, "%s %s --help", COMMANDS_PROGRAM, spec->help.name);
        return e;
    }
    if (args.help)
        return help_print_command(app, spec->help.name);
    e = open_log(app);
    if (e)
        return e;
    return spec->run(app, options, &args, exit_status);
}

static dbk_err *unknown_command(int argc, char *const *argv)
{
    const char *word = argv[1];
    if (commands_is_group(word)) {
        dbk_err *e = err_new(ERR_USAGE, "unknown command: %s %s", word, argc > 2 ? argv[2] : "");
        return err_with_hint(e, "%s %s lists what there is", COMMANDS_PROGRAM, word);
    }
    dbk_err *e = err_new(ERR_USAGE, "unknown command: %s", word);
    const char *near = commands_nearest(word);
    if (near)
        return err_with_hint(e, "did you mean %s %s?", COMMANDS_PROGRAM, near);
    return err_with_hint(e, "%s --help lists the commands", COMMANDS_PROGRAM);
}

static bool is_help_flag(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static dbk_err *dispatch(app *app, int argc, char **argv, int *exit_status)
{
    char version[] = "version";
    if (argc < 2 || is_help_flag(argv[1]))
        return help_print_group(app, "");
    if (strcmp(argv[1], "--version") == 0)
        argv[1] = version;
    int words = 0;
    const cmd_spec *spec = commands_find(argc, argv, &words);
    if (!spec) {
        if (commands_is_group(argv[1]) && (argc == 2 || is_help_flag(argv[2])))
            return help_print_group(app, argv[1]);
        return unknown_command(argc, argv);
    }
    dbk_err *e = load_config(app, argc, argv);
    if (e)
        return e;
    return run_command(app, spec, argc - words, argv + words, exit_status);
}

/* A full disk or a closed pipe behind standard output must not look like success. */
static dbk_err *close_output(FILE *out)
{
    if (fflush(out) != 0 || ferror(out))
        return err_errno(errno, "could not write to standard output");
    return NULL;
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    signal(SIGPIPE, SIG_IGN);
    /* A limit of file size is an error of the write that meets it, as a full disk is. */
    signal(SIGXFSZ, SIG_IGN);
    app app = {.clock = clock_system(), .out = stdout};
    int exit_status = 0;
    dbk_err *e = NULL;
    app.arena = arena_new(0);
    if (!app.arena)
        e = err_oom();
    if (!e)
        e = log_new(&(log_options){.level = LOG_INFO, .program = COMMANDS_PROGRAM}, &app.log);
    if (!e)
        e = dispatch(&app, argc, argv, &exit_status);
    if (!e)
        e = close_output(stdout);
    if (e) {
        exit_status = err_exit_status(e);
        if (app.log)
            log_err(app.log, LOG_ERROR, e);
        err_free(e);
    }
    log_free(app.log);
    arena_free(app.arena);
    return exit_status;
}
