#include "cmd/help.h"

#include <string.h>

#include "cmd/commands.h"
#include "version.h"

#define TEXT_SIZE_MAX ((size_t)1 << 20)

static dbk_err *print_buffer(app *app, buf *text)
{
    dbk_err *e = buf_error(text);
    if (!e)
        fputs(text->data, app->out);
    buf_term(text);
    return e;
}

/* The words of `help migrate apply` joined as the tree spells them. */
static dbk_err *join_words(app *app, const opt_result *args, const char **out)
{
    buf name;
    buf_init(&name, 256);
    for (size_t i = 0; i < args->arg_count; i++)
        buf_printf(&name, "%s%s", i ? " " : "", args->args[i]);
    return buf_to_arena(&name, app->arena, out);
}

dbk_err *help_print_command(app *app, const char *name)
{
    opt_command *tree;
    size_t count;
    dbk_err *e = commands_tree(app->arena, &tree, &count);
    if (e)
        return e;
    buf text;
    buf_init(&text, TEXT_SIZE_MAX);
    for (size_t i = 0; i < count; i++)
        if (strcmp(tree[i].name, name) == 0)
            opt_help_command(&text, COMMANDS_PROGRAM, &tree[i]);
    if (text.length > 0)
        return print_buffer(app, &text);
    e = buf_error(&text);
    buf_term(&text);
    if (e)
        return e;
    return err_with_hint(err_new(ERR_USAGE, "unknown command: %s", name), "%s --help lists the commands",
                         COMMANDS_PROGRAM);
}

dbk_err *help_print_group(app *app, const char *prefix)
{
    opt_command *tree;
    size_t count;
    dbk_err *e = commands_tree(app->arena, &tree, &count);
    if (e)
        return e;
    buf text;
    buf_init(&text, TEXT_SIZE_MAX);
    opt_help_group(&text, COMMANDS_PROGRAM, COMMANDS_ABOUT, tree, count, prefix);
    return print_buffer(app, &text);
}

static dbk_err *run_help(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)exit_status;
    const char *name;
    dbk_err *e = join_words(app, args, &name);
    if (e)
        return e;
    return *name == '\0' || commands_is_group(name) ? help_print_group(app, name)
                                                    : help_print_command(app, name);
}

const cmd_spec cmd_help = {
    .help = {.name = "help",
             .summary = "show the help of a command",
             .positional = {.name = "COMMAND", .help = "the command, in one or two words", .max = 2}},
    .run = run_help,
};

static dbk_err *run_man(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)args;
    (void)exit_status;
    opt_command *tree;
    size_t count;
    dbk_err *e = commands_tree(app->arena, &tree, &count);
    if (e)
        return e;
    buf text;
    buf_init(&text, TEXT_SIZE_MAX);
    opt_man_page(&text, COMMANDS_PROGRAM, DAYBOOK_VERSION, COMMANDS_ABOUT, tree, count);
    return print_buffer(app, &text);
}

const cmd_spec cmd_man = {
    .help = {.name = "man",
             .summary = "print the manual page",
             .description = "Prints the manual page in roff, made from the same tables as --help.",
             .examples = "daybook man | man -l -"},
    .run = run_man,
};

static dbk_err *run_completion(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)exit_status;
    if (strcmp(args->args[0], "bash") != 0)
        return err_with_hint(err_new(ERR_USAGE, "no completion for shell %s", args->args[0]),
                             "there is one for bash");
    opt_command *tree;
    size_t count;
    dbk_err *e = commands_tree(app->arena, &tree, &count);
    if (e)
        return e;
    buf text;
    buf_init(&text, TEXT_SIZE_MAX);
    opt_completion_bash(&text, COMMANDS_PROGRAM, tree, count);
    return print_buffer(app, &text);
}

const cmd_spec cmd_completion = {
    .help = {.name = "completion",
             .summary = "print shell completion",
             .description = "Prints a completion script made from the same tables as --help.",
             .examples = "daybook completion bash > /etc/bash_completion.d/daybook",
             .positional = {.name = "SHELL", .help = "bash", .min = 1, .max = 1}},
    .run = run_completion,
};
