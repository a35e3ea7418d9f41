/* The texts are our own, so their statements are told apart by how we begin them; what PostgreSQL prints
 * itself (indexes, triggers, functions) begins in capitals. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "schema/drift.h"
#include "schema/sql_scan.h"

typedef struct collector {
    arena *arena;
    drift_part *items;
    size_t count, capacity;
} collector;

static dbk_err *add(collector *c, const char *part, const char *name, size_t name_length, const char *text,
                    size_t length)
{
    if (c->count == c->capacity) {
        size_t wanted = c->capacity ? 2 * c->capacity : 32;
        drift_part *bigger = arena_alloc(c->arena, wanted * sizeof(*bigger));
        if (!bigger)
            return err_oom();
        if (c->count)
            memcpy(bigger, c->items, c->count * sizeof(*bigger));
        c->items = bigger;
        c->capacity = wanted;
    }
    drift_part item = {.part = part,
                       .name = arena_strndup(c->arena, name, name_length),
                       .text = arena_strndup(c->arena, text, length)};
    if (!item.name || !item.text)
        return err_oom();
    c->items[c->count++] = item;
    return NULL;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Length of the identifier at text, quoted or not, or of several with dots between. */
static size_t identifier(const char *text, size_t length)
{
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && (isspace((unsigned char)text[i]) || text[i] == '(' || text[i] == ','))
            return i;
    }
    return length;
}

/* Where `word` is in the first `length` bytes of text, or NULL. */
static const char *find(const char *text, size_t length, const char *word)
{
    return memmem(text, length, word, strlen(word));
}

/* A statement whose part has a name of its own, standing after `before`. */
static dbk_err *add_named(collector *c, const char *part, const char *before, const sql_statement *s)
{
    const char *at = find(s->text, s->length, before);
    if (!at)
        return add(c, part, "", 0, s->text, s->length);
    at += strlen(before);
    return add(c, part, at, identifier(at, s->length - (size_t)(at - s->text)), s->text, s->length);
}

/* The lines between the parentheses of create table. A line that does not begin as ours do continues the one
 * before. */
static dbk_err *add_members(collector *c, const char *text, size_t length)
{
    const char *end = text + length;
    dbk_err *e = NULL;
    while (!e && text < end) {
        const char *next = text;
        size_t left = (size_t)(end - next);
        do {
            const char *line_end = memchr(next, '\n', left);
            next = line_end ? line_end + 1 : end;
            left = (size_t)(end - next);
        } while (left && !(begins(next, "    ") && next[4] != ' '));
        const char *from = text + 4;
        size_t size = (size_t)(next - from);
        while (size && (from[size - 1] == '\n' || from[size - 1] == ','))
            size--;
        bool constraint = begins(from, "constraint ");
        const char *name = constraint ? from + strlen("constraint ") : from;
        e = add(c, constraint ? "constraint" : "column", name, identifier(name, size - (size_t)(name - from)),
                from, size);
        text = next;
    }
    return e;
}

static dbk_err *add_table(collector *c, const sql_statement *s)
{
    const char *open = find(s->text, s->length, " (\n");
    const char *close = NULL;
    for (const char *at = open; at && (at = find(at, s->length - (size_t)(at - s->text), "\n)")) != NULL;
         at += 2) {
        close = at;
        break;
    }
    if (!open || !close)
        return add(c, "definition", "", 0, s->text, s->length);
    const char *members = open + 3;
    dbk_err *e = members < close ? add_members(c, members, (size_t)(close - members)) : NULL;
    const char *rest = close + 2;
    size_t left = s->length - (size_t)(rest - s->text);
    /* What stands before the parentheses says whether the table is logged, what stands behind them everything
     * else. */
    if (!e)
        e = add(c, "definition", "", 0, s->text, (size_t)(open - s->text));
    return e ? e : add(c, "storage", "", 0, rest, left);
}

static dbk_err *add_alter(collector *c, const sql_statement *s)
{
    static const struct {
        const char *contains, *part, *name_after;
    } kinds[] = {
        {" owner to ", "owner", NULL},
        {" add constraint ", "constraint", " add constraint "},
        {" row level security", "policy", NULL},
        {" attach partition ", "partition", NULL},
        {" owned by ", "sequence owner", NULL},
        {" set default ", "default", " alter column "},
        {" replica identity ", "replica identity", NULL},
        {" cluster on ", "index", " cluster on "},
        {" trigger ", "trigger", " trigger "},
        {" rule ", "rule", " rule "},
        {" set statistics ", "column option", " alter column "},
        {" alter column ", "column option", " alter column "},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (!find(s->text, s->length, kinds[i].contains))
            continue;
        if (!kinds[i].name_after)
            return add(c, kinds[i].part, "", 0, s->text, s->length);
        return add_named(c, kinds[i].part, kinds[i].name_after, s);
    }
    return add(c, "definition", "", 0, s->text, s->length);
}

/* What was added to an object that consists of members, each of which is a part; false when it is none. */
static bool is_member(const sql_statement *s, const char **part, const char **name_after)
{
    static const struct {
        const char *begins, *contains, *part;
    } kinds[] = {
        {"alter publication ", " add table only ", "publication member"},
        {"alter publication ", " add tables in schema ", "publication member"},
        {"alter operator family ", " add\n    operator ", "operator family member"},
        {"alter operator family ", " add\n    function ", "operator family member"},
        {"alter text search configuration ", " add mapping for ", "text search mapping"},
        {"create user mapping for ", " user mapping for ", "user mapping"},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (begins(s->text, kinds[i].begins) && find(s->text, s->length, kinds[i].contains)) {
            *part = kinds[i].part;
            *name_after = kinds[i].contains;
            return true;
        }
    return false;
}

/* Members of a family have numbers, which only together with types are a name. */
static dbk_err *add_member(collector *c, const char *part, const char *name_after, const sql_statement *s)
{
    if (!begins(s->text, "alter operator family "))
        return add_named(c, part, name_after, s);
    const char *at = find(s->text, s->length, " add\n    ") + strlen(" add\n    ");
    return add(c, part, at, s->length - (size_t)(at - s->text), s->text, s->length);
}

static dbk_err *add_comment(collector *c, const sql_statement *s)
{
    const char *start = s->text + strlen("comment on ");
    const char *is = find(s->text, s->length, " is ");
    return add(c, "comment", start, is ? (size_t)(is - start) : 0, s->text, s->length);
}

/* One part for each right, and for each column of a right on columns: what is too much shall be one line. */
static dbk_err *add_rights(collector *c, const sql_statement *s)
{
    const char *end = s->text + s->length;
    const char *verb_end = memchr(s->text, ' ', s->length);
    const char *on = find(s->text, s->length, ") on ");
    const char *open = on ? memchr(s->text, '(', (size_t)(on - s->text)) : NULL;
    const char *list = verb_end + 1;
    if (open && memchr(list, ',', (size_t)(open - list)) == NULL)
        list = open + 1;
    else
        on = find(s->text, s->length, " on ");
    if (!on)
        return add(c, "grant", s->text, s->length, s->text, s->length);
    const char *rest = *on == ')' ? on + 1 : on;
    dbk_err *e = NULL;
    while (!e && list < on) {
        size_t length = identifier(list, (size_t)(on - list));
        char *text = list > verb_end + 1 && open && list > open
                         ? arena_printf(c->arena, "%.*s%.*s)%.*s", (int)(open + 1 - s->text), s->text,
                                        (int)length, list, (int)(end - rest), rest)
                         : arena_printf(c->arena, "%.*s%.*s%.*s", (int)(verb_end + 1 - s->text), s->text,
                                        (int)length, list, (int)(end - rest), rest);
        e = text ? add(c, "grant", text, strlen(text), text, strlen(text)) : err_oom();
        list += length;
        while (list < on && (*list == ',' || *list == ' '))
            list++;
    }
    return e;
}

static dbk_err *add_statement(collector *c, const sql_statement *s)
{
    static const struct {
        const char *begins, *part, *name_after;
    } kinds[] = {
        {"CREATE INDEX ", "index", " INDEX "},
        {"CREATE UNIQUE INDEX ", "index", " INDEX "},
        {"CREATE TRIGGER ", "trigger", " TRIGGER "},
        {"CREATE CONSTRAINT TRIGGER ", "trigger", " TRIGGER "},
        {"CREATE RULE ", "rule", " RULE "},
        {"CREATE STATISTICS ", "statistics", " STATISTICS "},
        {"create policy ", "policy", " policy "},
        {"create extension ", "extension", " if not exists "},
        {"create event trigger ", "trigger", " trigger "},
    };
    const char *part, *name_after;
    if (is_member(s, &part, &name_after))
        return add_member(c, part, name_after, s);
    if (begins(s->text, "create table ") || begins(s->text, "create unlogged table ") ||
        begins(s->text, "create foreign table "))
        return add_table(c, s);
    if (begins(s->text, "comment on "))
        return add_comment(c, s);
    if (begins(s->text, "grant ") || begins(s->text, "revoke "))
        return add_rights(c, s);
    if (begins(s->text, "alter default privileges "))
        return add(c, "default privilege", s->text, s->length, s->text, s->length);
    if (begins(s->text, "alter "))
        return add_alter(c, s);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (begins(s->text, kinds[i].begins))
            return add_named(c, kinds[i].part, kinds[i].name_after, s);
    return add(c, "definition", "", 0, s->text, s->length);
}

/* What is said in comments between statements and still says something of the database. */
static dbk_err *add_remarks(collector *c, const char *text, size_t length)
{
    static const char *const kinds[][2] = {{"-- index ", "index"},
                                           {"-- Each of them also has an index", "index"},
                                           {MIRROR_UNWRITTEN, "unwritten"}};
    dbk_err *e = NULL;
    for (const char *line = text; !e && line < text + length;) {
        size_t left = length - (size_t)(line - text);
        const char *line_end = memchr(line, '\n', left);
        size_t size = line_end ? (size_t)(line_end - line) : left;
        for (size_t k = 0; !e && k < sizeof(kinds) / sizeof(kinds[0]); k++)
            if (size > strlen(kinds[k][0]) && begins(line, kinds[k][0]))
                e = add(c, kinds[k][1], line, size, line, size);
        line += size + 1;
    }
    return e;
}

static int compare_parts(const void *left, const void *right)
{
    const drift_part *l = left, *r = right;
    int order = strcmp(l->part, r->part);
    if (!order)
        order = strcmp(l->name, r->name);
    return order ? order : strcmp(l->text, r->text);
}

dbk_err *drift_parts(arena *a, const mirror_item *item, drift_part **out, size_t *count)
{
    collector c = {.arena = a};
    sql_scan scan;
    sql_statement s;
    size_t gap = 0;
    dbk_err *e = NULL;
    sql_scan_init(&scan, item->text);
    while (!e && sql_scan_next(&scan, &s)) {
        e = add_remarks(&c, item->text + gap, s.offset - gap);
        if (!e)
            e = add_statement(&c, &s);
        gap = s.offset + s.length;
    }
    if (!e)
        e = add_remarks(&c, item->text + gap, item->length - gap);
    if (e)
        return e;
    if (c.count)
        qsort(c.items, c.count, sizeof(*c.items), compare_parts);
    *out = c.items;
    *count = c.count;
    return NULL;
}
