/* matrix.h: all lines of grants.conf of some modules together, for a prefix, as the queries want them. */
#ifndef DAYBOOK_SCHEMA_MATRIX_H
#define DAYBOOK_SCHEMA_MATRIX_H

#include "schema/grants_roles.h"
#include "schema/roles.h"

/* The arrays of a line: role, kind, schema, name, arguments, privilege, column. */
#define MATRIX_FIELD_COUNT 7

typedef struct matrix {
    const schema_roles *roles;
    const char *prefix;
    const char *role_names[GRANTS_ROLE_COUNT]; /* in the order of grants_roles */
    const char **schemas;
    size_t schema_count;
    const grants_conf_row **rows;
    const char **paths; /* of the file each row comes from */
    size_t count;
    const char **fields[MATRIX_FIELD_COUNT];
} matrix;

/* With `installer`, the schema of the installer's own memory and who may read it are part of it. */
dbk_err *matrix_build(arena *a, const module *const *modules, size_t count, bool installer,
                      const schema_roles *roles, matrix *out) ERR_MUST_USE;

/* Parameters $1 to $5 of the queries: schemas, owner, api, names of our roles, whole. */
void matrix_param_base(pg_params *p, const matrix *m, bool whole);
/* Seven more, the lines. */
void matrix_param_lines(pg_params *p, const matrix *m);

/* What mends a database: one statement, and the role it is to be run as (NULL: an administrator of roles). */
typedef struct matrix_statement {
    const char *run_as;
    const char *sql;
} matrix_statement;

typedef struct matrix_difference {
    const char *class_name; /* "table", "column", "function", "membership" … */
    const char *object;
    const char *column;    /* NULL: the whole object */
    const char *role;      /* NULL: none in particular */
    const char *privilege; /* NULL: none in particular */
    const char *problem;   /* "missing", "extra", "grant option", "owner", "uncovered", "unsafe" */
    bool mendable;         /* a statement takes it away */
} matrix_difference;

/* Both lists grow together; rights of one role on one object share a statement. */
typedef struct matrix_report {
    matrix_difference *differences;
    size_t difference_count;
    matrix_statement *statements;
    size_t statement_count;
} matrix_report;

/* Adds the answer of one of the grants_*.sql queries. */
dbk_err *matrix_report_add(arena *a, const pg_rows *rows, matrix_report *report) ERR_MUST_USE;

#endif
