/* inih does the reading. As Debian builds it, it has ways to lose text without a word: lines over 198 bytes
 * are cut, section names and continued keys over 49 bytes are cut, and " ;" inside a value begins a comment.
 * It also takes `key: value`, text after `[section]`, and an indented line with nothing to continue. So every
 * line is looked at before inih gets it, and what inih would not keep whole is an error with its line number.
 *
 * inih tells the handler neither the line nor whether a line continued a value; both are known here, because
 * it is our reader that hands out the lines, and each is handled before the next is asked for. */
#include "core/conf.h"

#include <assert.h>
#include <ctype.h>
#include <ini.h>
#include <stdint.h>
#include <string.h>

#include "core/file.h"

#define FILE_SIZE_MAX ((size_t)1 << 20)
#define LINE_LENGTH_MAX ((size_t)198)
#define NAME_LENGTH_MAX ((size_t)49)
#define ENTRIES_MAX ((size_t)10000)

struct conf {
    conf_entry *entries;
    size_t count;
};

struct link {
    struct link *next;
    conf_entry entry;
};

struct reader {
    arena *arena;
    const char *name;
    const char *at;
    const char *end;
    int line;
    bool continues; /* the current line belongs to the entry before */
    bool has_entry; /* something in this section can be continued */
    struct link *first;
    struct link *last;
    size_t count;
    dbk_err *error;
};

static bool is_space(char c)
{
    return isspace((unsigned char)c) != 0;
}

static bool fail(struct reader *r, const char *what, const char *hint)
{
    assert(!r->error);
    r->error = err_new(ERR_INPUT, "%s:%d: %s", r->name, r->line, what);
    if (hint)
        r->error = err_with_hint(r->error, "%s", hint);
    return false;
}

static bool check_section(struct reader *r, const char *s, size_t length)
{
    const char *close = memchr(s, ']', length);
    if (!close || close != s + length - 1)
        return fail(r, "a section is a name in brackets and nothing else on its line", NULL);
    if (close - s - 1 > (ptrdiff_t)NAME_LENGTH_MAX)
        return fail(r, "section name is longer than 49 bytes", NULL);
    for (const char *p = s + 1; p < close; p++)
        if (*p == ';')
            return fail(r, "section name contains ';'", NULL);
    r->has_entry = false;
    return true;
}

static bool check_entry(struct reader *r, const char *s, size_t length)
{
    const char *equals = memchr(s, '=', length);
    const char *colon = memchr(s, ':', length);
    if (!equals || equals == s || (colon && colon < equals))
        return fail(r, "neither a section nor \"key = value\"", NULL);
    size_t key_length = (size_t)(equals - s);
    while (key_length > 0 && is_space(s[key_length - 1]))
        key_length--;
    if (key_length > NAME_LENGTH_MAX)
        return fail(r, "key is longer than 49 bytes", NULL);
    for (const char *p = s + 1; p < s + length; p++)
        if (*p == ';' && is_space(p[-1]))
            return fail(r, "';' after a space would begin a comment", "put comments on lines of their own");
    r->has_entry = true;
    return true;
}

/* Sets r->continues; false when the line is refused. */
static bool check_line(struct reader *r, const char *s, size_t length)
{
    r->continues = false;
    if (length > LINE_LENGTH_MAX)
        return fail(r, "line is longer than 198 bytes",
                    "continue the value on indented lines; they are joined by one space");
    if (memchr(s, '\0', length))
        return fail(r, "line contains a zero byte", NULL);
    bool indented = length > 0 && is_space(s[0]);
    while (length > 0 && is_space(s[length - 1]))
        length--;
    while (length > 0 && is_space(*s)) {
        s++;
        length--;
    }
    if (length == 0 || *s == '#' || *s == ';')
        return true;
    if (indented && !r->has_entry)
        return fail(r, "an indented line continues a value, and there is none before it in this section",
                    NULL);
    r->continues = indented;
    if (indented)
        return true;
    return *s == '[' ? check_section(r, s, length) : check_entry(r, s, length);
}

/* What inih calls instead of fgets. */
static char *next_line(char *out, int size, void *state)
{
    struct reader *r = state;
    if (r->at == r->end || r->error)
        return NULL;
    const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
    const char *end = newline ? newline : r->end;
    size_t length = (size_t)(end - r->at);
    r->line++;
    if (!check_line(r, r->at, length))
        return NULL;
    if (size < 2 || length > (size_t)size - 2) {
        (void)fail(r, "line is longer than this inih library reads", NULL);
        return NULL;
    }
    memcpy(out, r->at, length);
    out[length] = '\n';
    out[length + 1] = '\0';
    r->at = newline ? newline + 1 : r->end;
    return out;
}

static bool is_duplicate(const struct reader *r, const char *section, const char *key)
{
    for (const struct link *l = r->first; l; l = l->next)
        if (strcmp(l->entry.section, section) == 0 && strcmp(l->entry.key, key) == 0)
            return true;
    return false;
}

static int out_of_memory(struct reader *r)
{
    r->error = err_oom();
    return 0;
}

static int take_entry(void *state, const char *section, const char *key, const char *value)
{
    struct reader *r = state;
    if (r->error)
        return 0;
    if (r->continues) {
        conf_entry *entry = &r->last->entry;
        const char *gap = *entry->value ? " " : "";
        entry->value = arena_printf(r->arena, "%s%s%s", entry->value, gap, value);
        return entry->value ? 1 : out_of_memory(r);
    }
    if (r->count == ENTRIES_MAX)
        return fail(r, "the file has more than 10000 entries", NULL);
    if (is_duplicate(r, section, key))
        return fail(r, "this key was given before in the same section", NULL);
    struct link *l = arena_alloc(r->arena, sizeof *l);
    if (!l)
        return out_of_memory(r);
    l->entry = (conf_entry){arena_strdup(r->arena, section), arena_strdup(r->arena, key),
                            arena_strdup(r->arena, value), r->line};
    if (!l->entry.section || !l->entry.key || !l->entry.value)
        return out_of_memory(r);
    if (r->last)
        r->last->next = l;
    else
        r->first = l;
    r->last = l;
    r->count++;
    return 1;
}

dbk_err *conf_parse(arena *a, const char *name, const char *text, size_t length, conf **out)
{
    assert(a && name && out);
    assert(text || length == 0);
    if (length > FILE_SIZE_MAX)
        return err_new(ERR_LIMIT, "%s is longer than the limit of %zu bytes", name, FILE_SIZE_MAX);
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        length -= 3;
    }
    struct reader r = {.arena = a, .name = name, .at = text, .end = text + length};
    int bad_line = ini_parse_stream(next_line, &r, take_entry, &r);
    if (r.error)
        return r.error;
    if (bad_line != 0)
        return err_new(ERR_INPUT, "%s:%d: neither a section nor \"key = value\"", name, bad_line);
    conf *c = arena_alloc(a, sizeof *c);
    if (!c)
        return err_oom();
    c->entries = arena_alloc(a, (r.count + 1) * sizeof *c->entries);
    if (!c->entries)
        return err_oom();
    for (const struct link *l = r.first; l; l = l->next)
        c->entries[c->count++] = l->entry;
    assert(c->count == r.count);
    *out = c;
    return NULL;
}

dbk_err *conf_read(arena *a, const char *path, conf **out)
{
    char *text;
    size_t length;
    dbk_err *e = file_read(a, path, FILE_SIZE_MAX, &text, &length);
    if (e)
        return e;
    return conf_parse(a, path, text, length, out);
}

const char *conf_get(const conf *c, const char *section, const char *key)
{
    assert(c && section && key);
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->entries[i].section, section) == 0 && strcmp(c->entries[i].key, key) == 0)
            return c->entries[i].value;
    return NULL;
}

size_t conf_count(const conf *c)
{
    assert(c);
    return c->count;
}

const conf_entry *conf_at(const conf *c, size_t i)
{
    assert(c);
    assert(i < c->count);
    return &c->entries[i];
}

static const char *skip(const char *p, bool separators)
{
    while (*p && (*p == ',' || is_space(*p)) == separators)
        p++;
    return p;
}

dbk_err *conf_split(arena *a, const char *value, const char ***out, size_t *count)
{
    assert(a && value);
    assert(out && count);
    size_t n = 0;
    for (const char *p = skip(value, true); *p; p = skip(skip(p, false), true))
        n++;
    const char **items = arena_alloc(a, (n + 1) * sizeof *items);
    if (!items)
        return err_oom();
    size_t i = 0;
    for (const char *p = skip(value, true); *p; i++) {
        const char *end = skip(p, false);
        items[i] = arena_strndup(a, p, (size_t)(end - p));
        if (!items[i])
            return err_oom();
        p = skip(end, true);
    }
    assert(i == n);
    *out = items;
    *count = n;
    return NULL;
}
