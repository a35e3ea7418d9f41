/* module.h: a module as its files say: module.conf, numbered migrations, functions, views, grants.conf.
 *
 * Knows no database. Built-in modules come out of the program itself, a team's own out of a folder; both are
 * the same. Everything lives in the arena given to module_set_load. */
#ifndef DAYBOOK_SCHEMA_MODULE_H
#define DAYBOOK_SCHEMA_MODULE_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "schema/grants_conf.h"
#include "schema/install.h"
#include "schema/layout.h"
#include "schema/sqitch_plan.h"

#define MODULE_COUNT_MAX 256
#define MODULE_FILE_BYTES_MAX ((size_t)8 << 20)
#define MODULE_FILES_MAX 10000

typedef struct module_file {
    const char *name;                /* "001_util.sql" */
    const char *path;                /* for people: "core/migrations/001_util.sql" */
    const char *text;                /* line ends are LF whatever they were; zero-terminated */
    char sha256[65];                 /* of text */
    char sha384[97];                 /* of the bytes as they are */
    int32_t flyway;                  /* the checksum that Flyway would give it; 0 in folders of others */
    char sha1[DIGEST_SHA1_HEX_SIZE]; /* of the bytes as they are, in a folder of sqitch; "" in others */
    int64_t number;                  /* of a migration; -1: its name is malformed; INT64_MAX: repeatable */
    bool run_as_owner;               /* a function that is to belong to the owner role */
    bool baseline;                   /* Flyway's B5__x.sql: stands for all migrations up to its number */
} module_file;

typedef struct module_files {
    module_file *items;
    size_t count;
} module_files;

typedef schema_names module_names;

/* A table that grows says how long it is kept, how it is partitioned and what a backup is for it. */
typedef struct module_table {
    const char *name;
    const char *retention;
    const char *partitioning;
    const char *backup;
} module_table;

typedef struct module {
    const char *name;
    const char *summary;
    const char *folder; /* for people: "built in" or the path of its folder */
    bool built_in;
    bool always;
    layout layout;
    const char *migrations_folder; /* of another layout: relative to the module's folder, or absolute */
    bool dual_write;               /* keep the other tool's own ledger agreeing */
    layout_versions versions;      /* of a Flyway folder: how its versions become numbers */
    const char *registry;          /* of a sqitch folder: the schema with sqitch's own tables */
    int64_t plan_changes;          /* of a sqitch folder: how many changes were taken over */
    sqitch_plan plan;              /* of a sqitch folder */
    module_names requires;
    module_names schemas;
    module_names after; /* calls "schema.fn()" made by the owner role after each installation */
    module_table *tables;
    size_t table_count;
    module_files migrations;  /* by number; malformed names first */
    module_files repeatables; /* of a Flyway folder, by name: applied again whenever they change */
    module_files functions;   /* by name */
    module_files views;       /* by name */
    module_files tests;       /* by name; what `daybook test` runs */
    module_files verify;      /* of a sqitch folder, in the order of its plan: they fail or do not */
    grants_conf grants;
} module;

typedef struct module_set {
    module *items; /* sorted by name */
    size_t count;
} module_set;

/* The built-in modules and those below modules_dir (NULL: none), one folder each with a module.conf; folders
 * without one are ignored. ERR_INPUT naming file and line for anything the rules do not know; a name that is
 * built in already cannot be taken again. */
dbk_err *module_set_load(arena *a, const char *modules_dir, module_set **out) ERR_MUST_USE;

/* NULL when there is none. */
const module *module_find(const module_set *set, const char *name);

typedef struct module_order {
    const module **items; /* dependencies first, otherwise by name */
    bool *chosen;         /* asked for now; false: kept, always there, or required by another */
    size_t count;
} module_order;

/* What schema_choice says, together with `remembered` (names of modules installed before; each must be in the
 * set). ERR_USAGE for an unknown module or profile, ERR_INPUT for a missing requirement or a cycle. */
dbk_err *module_select(arena *a, const module_set *set, const schema_choice *choice,
                       const module_names *remembered, module_order *out) ERR_MUST_USE;

#endif
