/* lint_int.h: what the files of the linter share. */
#ifndef DAYBOOK_SCHEMA_LINT_INT_H
#define DAYBOOK_SCHEMA_LINT_INT_H

#include "core/json.h"
#include "pgquery/pgquery.h"
#include "schema/lint.h"
#include "schema/lint_tree.h"
#include "schema/module.h"

#define LINT_FINDINGS_MAX 100000
#define LINT_ALLOWS_MAX 1000 /* in one file */

/* Whose form a suppression has. */
typedef enum lint_tool { LINT_OURS, LINT_SQUAWK, LINT_EUGENE } lint_tool;

typedef struct lint_allow {
    size_t from_line, to_line; /* what it covers */
    size_t offset;             /* of the comment */
    lint_tool tool;
    const lint_rule *rule;
    const char *until; /* NULL: one of another tool without a day; it is reported, and honoured */
    bool expired;
    bool used;
} lint_allow;

typedef enum lint_kind { LINT_MIGRATION, LINT_FUNCTION, LINT_VIEW } lint_kind;

typedef struct lint_file lint_file;

/* One statement of a file. `location`s inside the tree count from `offset`. */
typedef struct lint_statement {
    lint_file *file;
    size_t offset, length;
    const char *kind; /* "CreateStmt"; NULL when it could not be parsed */
    json_t *fields;
} lint_statement;

struct lint_file {
    const module *module;
    const module_file *source;
    lint_kind kind;
    bool reported; /* asked for; the others are read for what they define */
    bool applied;  /* history: read for what it defines */
    lint_statement *statements;
    size_t statement_count;
    lint_allow *allows;
    size_t allow_count;
};

/* A set of names. */
typedef struct lint_names {
    const char **items;
    size_t count, capacity;
} lint_names;

typedef struct lint {
    arena *arena;
    const lint_options *options;
    pgquery *parser;
    const module_set *modules;
    lint_file *files;
    size_t file_count;
    lint_finding *findings;
    size_t finding_count, finding_capacity;
    lint_names routine_names; /* of all modules, without schema */
    size_t routine_count;
    size_t allowed_count;
    struct lint_squawk *squawk; /* NULL: there is no .squawk.toml */
} lint;

/* Reports a finding of a statement at an offset of its file, unless a suppression covers it. */
dbk_err *lint_report(lint *l, lint_file *file, size_t offset, const char *rule_id, const char *fmt,
                     ...) ERR_MUST_USE ERR_FORMAT(5, 6);
/* A finding about something that is not one of the files, at a place of its own. */
dbk_err *lint_report_at(lint *l, const char *path, size_t line, size_t column, const lint_rule *rule,
                        const char *message) ERR_MUST_USE;
/* True when a suppression covers this rule there; counts it as used. The one way to exempt a routine. */
bool lint_is_allowed(lint *l, lint_file *file, size_t offset, const lint_rule *rule,
                     const char **expired_note);

dbk_err *lint_names_add(arena *a, lint_names *set, const char *name) ERR_MUST_USE;
bool lint_names_has(const lint_names *set, const char *name);

/* lint_load.c: files, their statements, their suppressions. */
dbk_err *lint_load(lint *l) ERR_MUST_USE;
/* Whether findings about this module are asked for. */
bool lint_is_reported(const lint *l, const module *m);
/* Whether --applied covers this migration. */
bool lint_is_applied(const lint_options *o, const module *m, const module_file *file);
bool lint_is_selected(const lint *l, const lint_rule *rule);
/* lint_allow.c */
dbk_err *lint_allows_read(lint *l, lint_file *file) ERR_MUST_USE;
dbk_err *lint_allows_report(lint *l) ERR_MUST_USE; /* the malformed were reported when read; now the unused */

/* What stands in a suppression: something, "until YYYY-MM-DD: reason". */
typedef struct lint_allow_terms {
    char *before;      /* as text in the arena */
    const char *until; /* NULL: it names no day */
    bool expired;
    const char *wrong; /* NULL: well-formed */
} lint_allow_terms;
dbk_err *lint_allow_terms_read(lint *l, const char *text, size_t length, lint_allow_terms *out) ERR_MUST_USE;

/* lint_squawk.c: a .squawk.toml in the folder of the modules, or the nearest above it, up to the checkout's.
 */
dbk_err *lint_squawk_read(lint *l) ERR_MUST_USE;
bool lint_squawk_leaves_out(lint *l, const module_file *file); /* a migration, by its path */
bool lint_squawk_excludes(lint *l, const lint_rule *rule, const char **expired_note);
dbk_err *lint_squawk_report(lint *l) ERR_MUST_USE; /* what is malformed, and what excludes nothing */

/* lint_usage.c: the rules about names in any tree. Locations in it count from `offset` as far as `length`;
 * with length 0 all findings are at offset. `local` are names that need no schema, as lint_usage_local adds
 * them. */
dbk_err *lint_usage_local(lint *l, json_t *tree, lint_names *names) ERR_MUST_USE;
dbk_err *lint_usage_tree(lint *l, lint_file *file, json_t *tree, size_t offset, size_t length,
                         const lint_names *local) ERR_MUST_USE;

/* The rule sets. */
dbk_err *lint_locks(lint *l) ERR_MUST_USE;  /* lint_locks.c */
dbk_err *lint_tables(lint *l) ERR_MUST_USE; /* lint_tables.c: columns, keys, triggers */
dbk_err *lint_usage(lint *l) ERR_MUST_USE;  /* lint_usage.c: names, advisory locks, roles, comments, grants */
dbk_err *lint_routines(lint *l) ERR_MUST_USE; /* lint_routines.c: definitions, bodies, events */

#endif
