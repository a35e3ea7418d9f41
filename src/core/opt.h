/* opt.h: options and subcommands as tables.
 *
 * A command is a row; its options are rows. Parsing fills a caller's struct and never prints, writes
 * elsewhere or exits. --help, the man page and shell completion come from the same rows; a unit test fails
 * when a row has no text.
 *
 * Value order: flag, then the environment variable DAYBOOK_<NAME> (capitals, - as _; empty counts as not
 * set), then daybook.conf ([daybook] section, key = long name), then the default. A list is one of these,
 * never a mixture. */
#ifndef DAYBOOK_CORE_OPT_H
#define DAYBOOK_CORE_OPT_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/conf.h"
#include "core/err.h"

typedef enum opt_kind {
    OPT_FLAG,     /* bool; no value; --no-NAME switches it off */
    OPT_STRING,   /* const char * */
    OPT_INT,      /* int64_t, within min..max */
    OPT_DURATION, /* int64_t milliseconds; "500ms", "60s", "5m", "1h", "2d"; bare number = seconds */
    OPT_CHOICE,   /* int: index into choices */
    OPT_LIST      /* struct opt_list of const char *; may be repeated */
} opt_kind;

typedef struct opt_list {
    const char **items;
    size_t count;
} opt_list;

typedef struct opt_row {
    const char *name; /* long name without dashes */
    char letter;      /* 0: none */
    opt_kind kind;
    size_t offset;              /* offsetof(struct, member) in the struct the set is bound to */
    const char *value_name;     /* "FILE"; NULL for flags */
    const char *help;           /* one sentence, lower case start, no full stop */
    const char *const *choices; /* OPT_CHOICE: NULL-terminated */
    const char *default_text;   /* as the user would type it; NULL: zero value */
    int64_t min, max;           /* OPT_INT, OPT_DURATION (in ms) when max > min */
    bool no_env;                /* never read from environment or configuration file */
} opt_row;

/* A shared table of rows and the struct it fills. Sets let `-v` mean one thing everywhere. */
typedef struct opt_set {
    const char *title; /* heading in --help: "Options", "Connection options" */
    const opt_row *rows;
    size_t count;
    void *target;
} opt_set;

typedef struct opt_positional {
    const char *name; /* "FILE" ; NULL: none allowed */
    const char *help;
    size_t min, max; /* max 0: no limit */
} opt_positional;

typedef struct opt_result {
    const char **args;
    size_t arg_count;
    bool help; /* --help or -h was given before "--": nothing else was checked, nothing was filled */
} opt_result;

/* getenv-like lookup, so tests need no real environment. */
typedef const char *(*opt_env)(void *ctx, const char *name);

typedef struct opt_parse_options {
    const opt_set *sets;
    size_t set_count;
    opt_positional positional;
    const conf *config; /* NULL: none */
    opt_env env;        /* NULL: none */
    void *env_ctx;
} opt_parse_options;

/* argv[0] is the command's name. Strings point into argv, the configuration or the arena. Errors are
 * ERR_USAGE, name the option, and for an unknown one suggest the nearest. "--" ends options; "-" is an
 * argument. */
dbk_err *opt_parse(arena *a, const opt_parse_options *o, int argc, char *const *argv,
                   opt_result *out) ERR_MUST_USE;

/* The name that `word` was most likely meant to be: nearest in spelling (edit distance at most 2 and less
 * than half the word), NULL when none is near. Also takes beginnings of names and the first word of names
 * that have several. */
const char *opt_nearest(const char *word, const char *const *names, size_t count);

/* A command tree for help, man page and completion. */
typedef struct opt_command {
    const char *name;        /* "migrate apply" : words separated by one space */
    const char *summary;     /* one line, lower case start, no full stop */
    const char *description; /* paragraphs for --help and the man page; may be NULL */
    const char *examples;    /* lines "daybook …"; may be NULL */
    const opt_set *sets;     /* target may be NULL here */
    size_t set_count;
    opt_positional positional;
} opt_command;

void opt_help_command(buf *out, const char *program, const opt_command *c);
/* prefix "" for the whole program, "migrate" for a group. */
void opt_help_group(buf *out, const char *program, const char *about, const opt_command *commands,
                    size_t count, const char *prefix);
void opt_man_page(buf *out, const char *program, const char *version, const char *about,
                  const opt_command *commands, size_t count);
void opt_completion_bash(buf *out, const char *program, const opt_command *commands, size_t count);
/* NULL when every row has what the rules ask; otherwise names the first that lacks something. */
dbk_err *opt_check(const opt_command *commands, size_t count) ERR_MUST_USE;

#endif
