/* mirror_int.h: what the files that put a mirror together share. */
#ifndef DAYBOOK_SCHEMA_MIRROR_INT_H
#define DAYBOOK_SCHEMA_MIRROR_INT_H

#include <stdbool.h>

#include "core/buf.h"
#include "schema/mirror.h"

/* Sections of a text; the queries know the numbers. */
enum {
    MIRROR_REMARKS = 10,     /* after create */
    MIRROR_COLUMNS = 11,     /* between the parentheses of create table … */
    MIRROR_CONSTRAINTS = 12, /* … these, too */
    MIRROR_OWNER = 20,
    MIRROR_LATER_FROM = 80, /* after MIRROR_LATER */
    MIRROR_DEFERRED = 81    /* defaults and checks of a table that is part of a circle */
};

/* One line or statement of an object. */
typedef struct mirror_piece {
    size_t file; /* index in the set */
    int section;
    const char *sort; /* bytewise within the section */
    const char *sql;  /* NULL: nothing here */
    /* For a table in a circle, instead of sql: this here ("" nothing) and `later` afterwards. NULL: no such.
     */
    const char *bare;
    const char *later;
} mirror_piece;

typedef struct mirror_need {
    size_t file;
    size_t needs; /* a file that must exist before */
    bool soft;    /* only for defaults and checks */
} mirror_need;

typedef struct mirror_file {
    char object_class; /* 'n' schema, 'c' relation, 't' type, 'p' routine, 'd' database, others in others'
                          queries */
    int64_t oid;       /* only to put pieces together, never written */
    const char *kind;
    const char *schema; /* "": it belongs to none */
    const char *name;
    const char *identity;
    const char *arguments; /* what tells objects of one name apart: of a routine, of an operator … */
    const char *head;
    const char *tail; /* NULL: head is all */
    const char *owner_sql;
    const char *path;
    bool deferred; /* defaults and checks come later */
    size_t first_piece, piece_count;
    size_t first_need, need_count;
} mirror_file;

typedef struct mirror_role {
    const char *schema; /* "" for the database */
    const char *name;
} mirror_role;

typedef struct mirror_set {
    arena *arena;
    mirror_file *files;
    size_t count, capacity;
    mirror_piece *pieces;
    size_t piece_count, piece_capacity;
    mirror_need *needs;
    size_t need_count, need_capacity;
    mirror_role *roles;
    size_t role_count, role_capacity;
    size_t *slots; /* hash of (object_class, oid): index + 1, 0 empty */
    size_t slot_count;
} mirror_set;

/* ---- mirror_set.c: collecting ---- */
dbk_err *mirror_set_add(mirror_set *s, const mirror_file *file) ERR_MUST_USE;
/* Gives every file its path, sorts, makes mirror_set_find work. After all files, before any piece. */
dbk_err *mirror_set_index(mirror_set *s) ERR_MUST_USE;
/* false when the object is not written. */
bool mirror_set_find(const mirror_set *s, char object_class, int64_t oid, size_t *file);
dbk_err *mirror_set_add_piece(mirror_set *s, const mirror_piece *piece) ERR_MUST_USE;
dbk_err *mirror_set_add_need(mirror_set *s, const mirror_need *need) ERR_MUST_USE;
dbk_err *mirror_set_add_role(mirror_set *s, const char *schema, const char *name) ERR_MUST_USE;
/* Sorts pieces, needs and roles, and drops those given twice. */
void mirror_set_sort(mirror_set *s);

/* ---- mirror_path.c ---- */
/* The name as part of a path: a-z, 0-9, _ and - stay, every other byte is %XX. So names that differ only in
 * case stay apart where file systems do not care, and a slash is no folder. */
dbk_err *mirror_path_encode(arena *a, const char *name, char **out) ERR_MUST_USE;
/* Without the suffix of overloads. */
dbk_err *mirror_path_of(arena *a, const mirror_file *f, char **out) ERR_MUST_USE;
/* The path with a hash of the arguments in it. */
dbk_err *mirror_path_overload(arena *a, const mirror_file *f, char **out) ERR_MUST_USE;

/* ---- mirror_order.c ---- */
/* Finds circles of needs and breaks them by deferring defaults and checks. *circle is a file that is still in
 * one, or SIZE_MAX. After mirror_set_sort. */
dbk_err *mirror_order_break(mirror_set *s, size_t *circle) ERR_MUST_USE;

/* ---- mirror_text.c ---- */
/* Appends the text of the file. After mirror_order_break. */
void mirror_text_append(buf *out, const mirror_set *s, const mirror_file *f);

#endif
