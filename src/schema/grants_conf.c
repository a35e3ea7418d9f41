#include "schema/grants_conf.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "core/conf.h"

static const struct {
    const char *word;
    const char *privilege;
    bool columns; /* may be given on single columns */
} privileges[] = {
    {"select", "SELECT", true},    {"insert", "INSERT", true},      {"update", "UPDATE", true},
    {"delete", "DELETE", false},   {"truncate", "TRUNCATE", false}, {"references", "REFERENCES", true},
    {"trigger", "TRIGGER", false}, {"usage", "USAGE", false},
};

/* A reader over the value of one entry; the rest of the file is known to be well formed. */
typedef struct reader {
    arena *arena;
    const char *path;
    const conf_entry *entry;
    const char *at;
    grants_conf *out;
} reader;

static dbk_err *refuse(const reader *r, const char *what)
{
    return err_with_hint(err_new(ERR_INPUT, "%s:%d: %s: %s", r->path, r->entry->line, r->entry->key, what),
                         "write privileges as in: select, insert, update(column, column)");
}

/* The next lower-case word, NULL when something else stands there. */
static const char *read_word(reader *r)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
    const char *start = r->at;
    while (islower((unsigned char)*r->at) || isdigit((unsigned char)*r->at) || *r->at == '_')
        r->at++;
    return r->at == start ? NULL : arena_strndup(r->arena, start, (size_t)(r->at - start));
}

static bool read_char(reader *r, char c)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
    if (*r->at != c)
        return false;
    r->at++;
    return true;
}

static dbk_err *add(reader *r, const char *privilege, const char *column)
{
    for (size_t i = 0; i < r->out->count; i++) {
        const grants_conf_row *old = &r->out->items[i];
        if (old->line == r->entry->line && strcmp(old->privilege, privilege) == 0 &&
            (!old->column || !column || strcmp(old->column, column) == 0))
            return refuse(r, "the same privilege is given twice");
    }
    if (r->out->count == GRANTS_CONF_ROWS_MAX)
        return err_new(ERR_LIMIT, "%s: more than %d privileges", r->path, GRANTS_CONF_ROWS_MAX);
    /* Room for one more is made by doubling; an arena keeps the old copies, which is a small waste of a small
     * file. */
    if ((r->out->count & (r->out->count - 1)) == 0) {
        grants_conf_row *grown = arena_alloc(r->arena, (2 * r->out->count + 1) * sizeof(*grown));
        if (!grown)
            return err_oom();
        if (r->out->count)
            memcpy(grown, r->out->items, r->out->count * sizeof(*grown));
        r->out->items = grown;
    }
    r->out->items[r->out->count++] = (grants_conf_row){
        .relation = r->entry->key, .privilege = privilege, .column = column, .line = r->entry->line};
    return NULL;
}

static dbk_err *read_columns(reader *r, const char *privilege)
{
    dbk_err *e = NULL;
    do {
        const char *column = read_word(r);
        e = column ? add(r, privilege, column) : refuse(r, "a column name is missing");
    } while (!e && read_char(r, ','));
    if (!e && !read_char(r, ')'))
        e = refuse(r, "a closing parenthesis is missing");
    return e;
}

static dbk_err *read_privilege(reader *r)
{
    const char *word = read_word(r);
    if (!word)
        return refuse(r, "a privilege is missing");
    for (size_t i = 0; i < sizeof(privileges) / sizeof(privileges[0]); i++) {
        if (strcmp(privileges[i].word, word) != 0)
            continue;
        if (!read_char(r, '('))
            return add(r, privileges[i].privilege, NULL);
        return privileges[i].columns ? read_columns(r, privileges[i].privilege)
                                     : refuse(r, "this privilege cannot be given on columns");
    }
    return refuse(r, "not a privilege");
}

static dbk_err *read_entry(reader *r)
{
    if (strcmp(r->entry->section, "api") != 0)
        return err_with_hint(
            err_new(ERR_INPUT, "%s:%d: unknown section [%s]", r->path, r->entry->line, r->entry->section),
            "known: [api]");
    const char *dot = strchr(r->entry->key, '.');
    if (!dot || dot == r->entry->key || !dot[1] || strchr(dot + 1, '.'))
        return refuse(r, "a relation is named with its schema, as in trading.orders");
    r->at = r->entry->value;
    dbk_err *e = NULL;
    do
        e = read_privilege(r);
    while (!e && read_char(r, ','));
    if (!e && !read_char(r, '\0'))
        e = refuse(r, "something follows the last privilege");
    return e;
}

dbk_err *grants_conf_parse(arena *a, const char *path, const char *text, grants_conf *out)
{
    assert(path);
    conf *c = NULL;
    dbk_err *e = conf_parse(a, path, text, strlen(text), &c);
    grants_conf parsed = {.path = path};
    for (size_t i = 0; !e && i < conf_count(c); i++) {
        reader r = {.arena = a, .path = path, .entry = conf_at(c, i), .out = &parsed};
        e = read_entry(&r);
    }
    if (!e)
        *out = parsed;
    return e;
}
