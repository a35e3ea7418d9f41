/* One line is `object = right, right(column)` or `right = object, object(column)`; which of the two shows in
 * its key. Both end as the same rows. */
#include "schema/grants_conf.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "core/buf.h"
#include "core/conf.h"
#include "schema/grants_roles.h"

#define NAME_BYTES_MAX 63

/* What can be named; those that do not belong to a schema are named as in GRANT. */
static const struct {
    const char *words; /* before the name; NULL for those that a right or the section tells */
    const char *kind;
    char letter;
    enum { NAMELESS, BARE, IN_SCHEMA } name;
} kinds[] = {
    {NULL, "relation", 'r', IN_SCHEMA},
    {NULL, "function", 'f', IN_SCHEMA},
    {"schema", "schema", 's', NAMELESS},
    {"type", "type", 't', IN_SCHEMA},
    {"database", "database", 'd', NAMELESS},
    {"language", "language", 'l', BARE},
    {"foreign data wrapper", "foreign data wrapper", 'w', BARE},
    {"foreign server", "foreign server", 'v', BARE},
    {"parameter", "parameter", 'p', BARE},
    {"large object", "large object", 'o', BARE},
};
#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))
enum { KIND_RELATION, KIND_FUNCTION, KIND_SCHEMA };

/* What a right may be given on: letters as above, R for row security, S for the list of sensitive tables. */
static const struct {
    const char *word;
    const char *privilege;
    const char *kinds;
    bool columns; /* may be given on single columns */
} privileges[] = {
    {"select", "SELECT", "ro", true},
    {"insert", "INSERT", "r", true},
    {"update", "UPDATE", "ro", true},
    {"delete", "DELETE", "r", false},
    {"truncate", "TRUNCATE", "r", false},
    {"references", "REFERENCES", "r", true},
    {"trigger", "TRIGGER", "r", false},
    {"maintain", "MAINTAIN", "r", false},
    {"usage", "USAGE", "rstlwv", false},
    {"execute", "EXECUTE", "f", false},
    {"create", "CREATE", "sd", false},
    {"connect", "CONNECT", "d", false},
    {"temporary", "TEMPORARY", "d", false},
    {"set", "SET", "p", false},
    {"alter system", "ALTER SYSTEM", "p", false},
    {"enabled", "ENABLED", "R", false},
    {"forced", "FORCED", "R", false},
    {"policy", "POLICY", "R", true},
    {"tables", "SENSITIVE", "S", false},
};
#define PRIVILEGE_COUNT (sizeof(privileges) / sizeof(privileges[0]))

/* A reader over one line; the rest of the file is known to be well formed. */
typedef struct reader {
    arena *arena;
    const char *path;
    const conf_entry *entry;
    const char *at;
    grants_conf *out;
} reader;

static dbk_err *refuse(const reader *r, const char *what)
{
    return err_with_hint(
        err_new(ERR_INPUT, "%s:%d: %s: %s", r->path, r->entry->line, r->entry->key, what),
        "write as in: trading.orders = select, update(column) or: execute = trading.fn_one, trading.fn_two");
}

static void skip_space(reader *r)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
}

static bool read_char(reader *r, char c)
{
    skip_space(r);
    if (*r->at != c)
        return false;
    r->at++;
    return true;
}

/* The next word of lower-case letters, digits and underscores, NULL when something else stands there. */
static const char *read_word(reader *r)
{
    skip_space(r);
    const char *start = r->at;
    while (islower((unsigned char)*r->at) || isdigit((unsigned char)*r->at) || *r->at == '_')
        r->at++;
    return r->at == start ? NULL : arena_strndup(r->arena, start, (size_t)(r->at - start));
}

/* A name as SQL writes it: plain, or between double quotes, which are doubled inside. */
static dbk_err *read_name(reader *r, const char **out)
{
    skip_space(r);
    if (*r->at != '"') {
        *out = read_word(r);
        return *out ? NULL : refuse(r, "a name is missing; one with capitals or other signs is quoted");
    }
    buf name;
    buf_init(&name, NAME_BYTES_MAX);
    for (r->at++; *r->at && (*r->at != '"' || r->at[1] == '"'); r->at++) {
        if (*r->at == '"')
            r->at++;
        buf_append_char(&name, *r->at);
    }
    dbk_err *e =
        name.length == 0 || !read_char(r, '"') ? refuse(r, "a quoted name does not end") : buf_error(&name);
    *out = e ? NULL : arena_strndup(r->arena, name.data, name.length);
    buf_term(&name);
    return e || *out ? e : err_oom();
}

static bool same(const char *x, const char *y)
{
    return x == y || (x && y && strcmp(x, y) == 0);
}

static bool same_object(const grants_conf_row *x, const grants_conf_row *y)
{
    return strcmp(x->kind, y->kind) == 0 && same(x->schema, y->schema) && same(x->name, y->name) &&
           same(x->arguments, y->arguments);
}

static dbk_err *add(reader *r, grants_conf_row row)
{
    row.role = r->entry->section;
    row.line = r->entry->line;
    for (size_t i = r->out->count; i > 0 && r->out->items[i - 1].line == row.line; i--) {
        const grants_conf_row *old = &r->out->items[i - 1];
        if (strcmp(old->privilege, row.privilege) == 0 && same_object(old, &row) &&
            (!old->column || !row.column || strcmp(old->column, row.column) == 0))
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
    r->out->items[r->out->count++] = row;
    return NULL;
}

static dbk_err *read_columns(reader *r, grants_conf_row row)
{
    dbk_err *e = NULL;
    do {
        e = read_name(r, &row.column);
        if (!e)
            e = add(r, row);
    } while (!e && read_char(r, ','));
    if (!e && !read_char(r, ')'))
        e = refuse(r, "a closing parenthesis is missing");
    return e;
}

/* What stands between the parentheses of a function, which no type name closes. */
static dbk_err *read_arguments(reader *r, const char **out)
{
    const char *end = strchr(r->at, ')');
    if (!end)
        return refuse(r, "a closing parenthesis is missing");
    *out = arena_strndup(r->arena, r->at, (size_t)(end - r->at));
    r->at = end + 1;
    return *out ? NULL : err_oom();
}

/* Past `words` when they stand at `at`, each followed by a space or, the last one, by the end of a name; NULL
 * when they do not. */
static const char *past_words(const char *at, const char *words)
{
    size_t length = strlen(words);
    if (strncmp(at, words, length) != 0)
        return NULL;
    at += length;
    return isspace((unsigned char)*at) || *at == '\0' || *at == ',' ? at : NULL;
}

/* Which kind of thing is named, as far as words before the name tell. */
static size_t read_kind(reader *r)
{
    skip_space(r);
    for (size_t k = 0; k < KIND_COUNT; k++) {
        const char *after = kinds[k].words ? past_words(r->at, kinds[k].words) : NULL;
        bool last = after && (*after == '\0' || *after == ',');
        /* "schema" alone may be the name of something */
        if (after && (strcmp(kinds[k].kind, "database") == 0 || !last)) {
            r->at = after;
            return k;
        }
    }
    return KIND_RELATION;
}

/* "s.n" and "s.*" */
static dbk_err *read_in_schema(reader *r, bool star, grants_conf_row *row)
{
    dbk_err *e = read_name(r, &row->schema);
    if (!e && !read_char(r, '.'))
        e = refuse(r, "a relation is named with its schema, as in trading.orders");
    else if (!e && !read_char(r, '*'))
        e = read_name(r, &row->name);
    else if (!e && !star)
        e = refuse(r, "a star stands for tables and views only");
    return e;
}

/* Parentheses after it are not looked at. */
static dbk_err *read_object(reader *r, grants_conf_row *row)
{
    skip_space(r);
    const char *start = r->at;
    size_t k = read_kind(r);
    dbk_err *e = NULL;
    row->kind = kinds[k].kind;
    if (kinds[k].name == IN_SCHEMA)
        e = read_in_schema(r, k == KIND_RELATION, row);
    else if (k == KIND_SCHEMA)
        e = read_name(r, &row->schema);
    else if (kinds[k].name == BARE)
        e = read_name(r, &row->name);
    if (e)
        return e;
    if (*r->at == '.')
        return refuse(r, "a relation is named with its schema, as in trading.orders");
    row->object = arena_strndup(r->arena, start, (size_t)(r->at - start));
    return row->object ? NULL : err_oom();
}

/* Which section a right may stand in. */
static bool fits_section(const char *section, const char *on)
{
    if (strcmp(section, GRANTS_CONF_ROW_SECURITY) == 0)
        return *on == 'R';
    if (strcmp(section, GRANTS_CONF_SENSITIVE) == 0)
        return *on == 'S';
    return *on != 'R' && *on != 'S';
}

/* The next right; NULL when none is there. The one of two words is joined by one space. */
static const char *read_privilege(reader *r)
{
    const char *word = read_word(r);
    if (!word || strcmp(word, "alter") != 0)
        return word;
    const char *second = read_word(r);
    return second ? arena_printf(r->arena, "%s %s", word, second) : word;
}

static dbk_err *find_privilege(const reader *r, const char *word, size_t *out)
{
    for (size_t i = 0; i < PRIVILEGE_COUNT; i++)
        if (strcmp(privileges[i].word, word) == 0 && fits_section(r->entry->section, privileges[i].kinds)) {
            *out = i;
            return NULL;
        }
    return refuse(r, "not a privilege");
}

static char letter_of(const grants_conf_row *row)
{
    for (size_t k = 0; k < KIND_COUNT; k++)
        if (strcmp(kinds[k].kind, row->kind) == 0)
            return kinds[k].letter;
    return '\0';
}

/* Which kind of object it is, when only the right tells; and whether the right can be given on it. */
static dbk_err *settle_kind(const reader *r, size_t privilege, grants_conf_row *row)
{
    const char *on = privileges[privilege].kinds;
    if (strcmp(row->kind, "relation") == 0 && *on == 'f')
        row->kind = kinds[KIND_FUNCTION].kind;
    char letter = letter_of(row);
    row->privilege = privileges[privilege].privilege;
    if (letter == 'r' && (*on == 'R' || *on == 'S'))
        letter = *on;
    if (!strchr(on, letter))
        return refuse(r, "this privilege cannot be given on such an object");
    if (!row->name && (letter == 'f' || letter == 'R' || letter == 'S'))
        return refuse(r, "a star stands for tables and views only");
    return NULL;
}

/* Columns in parentheses, when the right can be given on them. */
static dbk_err *read_columns_of(reader *r, size_t privilege, grants_conf_row row)
{
    if (!privileges[privilege].columns || strcmp(row.kind, "relation") != 0)
        return refuse(r, "this privilege cannot be given on columns");
    if (strcmp(r->entry->section, GRANTS_CONF_OWNER_REVOKED) == 0)
        return refuse(r, "an owner's rights are those on the whole table");
    return read_columns(r, row);
}

/* trading.orders = select, update(a, b) */
static dbk_err *read_rights(reader *r)
{
    grants_conf_row object = {0};
    r->at = r->entry->key;
    dbk_err *e = read_object(r, &object);
    bool signature = !e && read_char(r, '(');
    if (signature)
        e = read_arguments(r, &object.arguments);
    if (!e && !read_char(r, '\0'))
        e = refuse(r, "something follows the name");
    r->at = r->entry->value;
    while (!e) {
        grants_conf_row row = object;
        size_t privilege = 0;
        const char *word = read_privilege(r);
        e = word ? find_privilege(r, word, &privilege) : refuse(r, "a privilege is missing");
        if (!e)
            e = settle_kind(r, privilege, &row);
        if (!e && signature && strcmp(row.kind, "function") != 0)
            e = refuse(r, "only a function has parameters");
        if (!e && !read_char(r, '('))
            e = add(r, row);
        else if (!e)
            e = read_columns_of(r, privilege, row);
        if (!read_char(r, ','))
            break;
    }
    return e;
}

/* select = trading.orders, trading.fills(a, b) */
static dbk_err *read_objects(reader *r, size_t privilege)
{
    dbk_err *e = NULL;
    r->at = r->entry->value;
    do {
        grants_conf_row row = {0};
        e = read_object(r, &row);
        if (!e)
            e = settle_kind(r, privilege, &row);
        if (e)
            return e;
        if (!read_char(r, '('))
            e = add(r, row);
        else if (strcmp(row.kind, "function") == 0) {
            e = read_arguments(r, &row.arguments);
            if (!e)
                e = add(r, row);
        } else
            e = read_columns_of(r, privilege, row);
    } while (!e && read_char(r, ','));
    return e;
}

static bool is_section(const char *name)
{
    static const char *const sections[] = {GRANTS_CONF_PUBLIC, GRANTS_CONF_SENSITIVE,
                                           GRANTS_CONF_ROW_SECURITY, GRANTS_CONF_OWNER_REVOKED};
    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
        if (strcmp(sections[i], name) == 0)
            return true;
    return grants_role_known(name);
}

static dbk_err *read_entry(reader *r)
{
    const char *section = r->entry->section;
    size_t privilege = PRIVILEGE_COUNT;
    if (!is_section(section))
        return err_with_hint(
            err_new(ERR_INPUT, "%s:%d: unknown section [%s]", r->path, r->entry->line, section),
            "known: the kinds of role, as in [api], [executor]; [public], [sensitive], [row security], "
            "[owner revoked]");
    for (size_t i = 0; i < PRIVILEGE_COUNT; i++)
        if (strcmp(privileges[i].word, r->entry->key) == 0)
            privilege = i;
    dbk_err *e = privilege == PRIVILEGE_COUNT ? read_rights(r)
                 : fits_section(section, privileges[privilege].kinds)
                     ? read_objects(r, privilege)
                     : refuse(r, "this has no place in this section");
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
