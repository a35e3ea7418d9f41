/* module_int.h: what the files of module.h share. */
#ifndef DAYBOOK_SCHEMA_MODULE_INT_H
#define DAYBOOK_SCHEMA_MODULE_INT_H

#include "schema/module.h"

/* One file of a module, before anything is made of it; path is relative to the module's folder. */
typedef struct module_source_file {
    const char *path;
    const char *data;
    size_t length;
} module_source_file;

typedef struct module_source {
    const char *name;   /* of the folder */
    const char *folder; /* for people */
    bool built_in;
    module_source_file *files; /* sorted by path */
    size_t count;
} module_source;

/* Strict: any section, key or value the rules do not know is an error with its line. */
dbk_err *module_parse(arena *a, const module_source *source, module *out) ERR_MUST_USE;

/* Reads the file into a new item of files. */
dbk_err *module_add_file(arena *a, const module_source *source, const module_source_file *from,
                         module_files *files, module_file **out) ERR_MUST_USE;

/* ---- module_migrations.c ---- */

/* A file of the folder migrations/, by the conventions of the module's layout. */
dbk_err *module_add_migration(arena *a, const module_source *source, const module_source_file *from,
                              module *m) ERR_MUST_USE;
/* Of a sqitch folder: its plan, and the scripts that the plan names. */
dbk_err *module_add_plan(arena *a, const module_source *source, module *m) ERR_MUST_USE;
/* By number, when all are there. */
void module_sort_migrations(module *m);

/* Fills name, requires, schemas … of m from module.conf; run_as_owner gets the names listed there. */
dbk_err *module_conf_parse(arena *a, const char *path, const char *text, size_t length, module *m,
                           module_names *run_as_owner) ERR_MUST_USE;

/* "[a-z][a-z0-9_]*" of at most 63 bytes. */
bool module_name_valid(const char *name);

#endif
