/* lint.h: reads modules the way PostgreSQL reads them and says what would hurt: locks of migrations, columns
 * that do not suit a book, functions that a caller could lead astray or that change state without an event.
 *
 * Needs no server. What is a rule and why stands in one table (lint_rules), from which docs/LINT.md is
 * checked. Where something cannot be parsed or followed, the answer is a finding of level `unknown`, never
 * silence.
 *
 * Suppressions stand in the files, with a last day and a reason:
 *
 *     -- daybook-lint: allow ban-drop-column until 2027-06-30: nothing has read it since release 3
 *
 * Before a statement one covers that statement; inside a statement (a function body) it covers its own line,
 * or the next line of code when it stands alone. -- squawk-ignore, -- eugene: ignore and the exclusions of a
 * .squawk.toml are read in the same way. */
#ifndef DAYBOOK_SCHEMA_LINT_H
#define DAYBOOK_SCHEMA_LINT_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

typedef enum lint_level { LINT_ERROR, LINT_WARNING, LINT_UNKNOWN } lint_level;

typedef enum lint_group {
    LINT_LOCKS,
    LINT_BOOK,
    LINT_SHARDS,
    LINT_FUNCTIONS,
    LINT_EVENTS,
    LINT_META
} lint_group;

typedef struct lint_rule {
    const char *id; /* that of squawk where the rules coincide */
    lint_level level;
    lint_group group;
    const char *what;
    const char *why;
    const char *fix;
} lint_rule;

const lint_rule *lint_rules(size_t *count);
const lint_rule *lint_rule_find(const char *id); /* NULL when there is none */
const char *lint_level_name(lint_level level);
const char *lint_group_name(lint_group group);

/* Migrations of a module up to this number are applied somewhere that matters: they can no longer be edited,
 * so nothing is said of them, and their tables hold rows. */
typedef struct lint_applied {
    const char *module;
    int64_t number;
} lint_applied;

typedef struct lint_options {
    const char *modules_dir;    /* NULL: the built-in modules; else those of the folder */
    const char *const *modules; /* of these, only the ones named; count 0: all */
    size_t module_count;
    const char *const *rules; /* only these, or groups of them ("shards"); count 0: all */
    size_t rule_count;
    const lint_applied *applied;
    size_t applied_count;
    const char *today; /* "2026-11-20" */
} lint_options;

typedef struct lint_finding {
    const char *path;
    size_t line;
    size_t column; /* in characters from 1 */
    const lint_rule *rule;
    const char *message;
} lint_finding;

typedef struct lint_result {
    const lint_finding *items; /* by path, line, column, rule */
    size_t count;
    size_t unknown_count; /* of them */
    size_t file_count;    /* that were read */
    size_t routine_count; /* that were followed */
    size_t allowed_count; /* findings that a suppression took away */
} lint_result;

/* ERR_USAGE for an unknown rule or module; ERR_INPUT for modules that cannot be loaded at all. */
dbk_err *lint_run(arena *a, const lint_options *options, lint_result *out) ERR_MUST_USE;

#endif
