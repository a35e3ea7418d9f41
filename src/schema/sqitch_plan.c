#include "schema/sqitch_plan.h"

#include <ctype.h>
#include <string.h>

#include "core/buf.h"

#define LINES_MAX 100000
#define INFO_BYTES_MAX ((size_t)1 << 20)
#define STAMP_FORM "dddd-dd-ddTdd:dd:ddZ"

typedef struct plan_tag {
    const char *name;
    size_t change; /* the one before it */
} plan_tag;

typedef struct plan_reader {
    arena *arena;
    const char *path;
    size_t line;
    const char *uri; /* canonical; NULL: none */
    sqitch_plan plan;
    plan_tag *tags; /* in the order of the plan */
    size_t tag_count;
} plan_reader;

/* One line without its blanks at the ends: what stands before the first # and what behind it. */
typedef struct plan_line {
    char *text;
    char *note; /* NULL: there is no # */
} plan_line;

static dbk_err *refuse(const plan_reader *r, const char *what)
{
    return err_with_hint(err_new(ERR_INPUT, "%s:%zu: %s", r->path, r->line, what),
                         "does `sqitch plan` read it?");
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    return text;
}

/* A note has its line ends and backslashes written with backslashes. */
static void unescape(char *note)
{
    char *to = note;
    for (const char *from = note; *from; from++) {
        if (*from == '\\' && from[1] && strchr("\\nr", from[1])) {
            from++;
            *to++ = *from == 'n' ? '\n' : *from == 'r' ? '\r' : '\\';
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

static plan_line cut_line(char *line)
{
    plan_line l = {.text = line};
    char *hash = strchr(line, '#');
    if (hash) {
        *hash = '\0';
        l.note = trim(hash + 1);
        unescape(l.note);
    }
    l.text = trim(line);
    return l;
}

/* ---- the head: %name = value ---- */

/* As sqitch hashes it: scheme and host in lower case, of the web no port that goes without saying, and a
 * path. */
static const char *canonical_uri(arena *a, const char *uri)
{
    static const char *const ports[][2] = {{"http://", ":80"}, {"https://", ":443"}};
    char *text = arena_strdup(a, uri);
    char *host = text ? strstr(text, "://") : NULL;
    if (!host)
        return text;
    for (char *p = text; p < host; p++)
        *p = (char)tolower((unsigned char)*p);
    host += strlen("://");
    char *path = host + strcspn(host, "/?#");
    for (char *p = path; p-- > host && *p != '@';) /* a user's name before it is kept as it is */
        *p = (char)tolower((unsigned char)*p);
    for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
        size_t port = strlen(ports[i][1]), before = (size_t)(path - text);
        if (strncmp(text, ports[i][0], strlen(ports[i][0])) != 0)
            continue;
        if (before > port && strncmp(path - port, ports[i][1], port) == 0)
            before -= port;
        return arena_printf(a, "%.*s%s", (int)before, text, *path ? path : "/");
    }
    return text;
}

static dbk_err *read_pragma(plan_reader *r, char *text)
{
    if (*text != '%')
        return refuse(r, "the lines before the first empty one begin with %");
    char *value = strchr(text, '=');
    if (value)
        *value++ = '\0';
    const char *name = trim(text + 1);
    value = value ? trim(value) : NULL;
    if (value && strcmp(name, "project") == 0)
        r->plan.project = value;
    else if (value && strcmp(name, "uri") == 0 && !(r->uri = canonical_uri(r->arena, value)))
        return err_oom();
    return NULL;
}

/* ---- changes and tags ---- */

typedef struct plan_entry {
    char *name;
    char *dependencies; /* NULL: none */
    const char *stamp;  /* followed by the planner */
    char *planner_name;
    char *planner_email;
    const char *note;
} plan_entry;

static bool is_stamp(const char *text)
{
    const char *form = STAMP_FORM;
    for (; *form; form++, text++)
        if (*form == 'd' ? !isdigit((unsigned char)*text) : *text != *form)
            return false;
    return true;
}

/* Cuts the next word off. */
static char *take_word(char **at)
{
    char *word = *at;
    char *end = word + strcspn(word, " \t");
    *at = end + strspn(end, " \t");
    *end = '\0';
    return word;
}

/* name [dependencies] 2026-01-31T12:00:00Z Planner <email> */
static dbk_err *read_entry(const plan_reader *r, plan_line line, plan_entry *out)
{
    char *at = line.text + (*line.text == '@');
    plan_entry entry = {.note = line.note ? line.note : ""};
    entry.name = take_word(&at);
    if (*at == '[') {
        char *end = strchr(at, ']');
        if (!end)
            return refuse(r, "a list of dependencies is not closed");
        *end = '\0';
        entry.dependencies = at + 1;
        at = end + 1;
        at += strspn(at, " \t");
    }
    if (!*entry.name || !is_stamp(at))
        return refuse(r, "a name and the time it was planned at are expected");
    entry.stamp = at;
    at += strlen(STAMP_FORM);
    entry.planner_name = at + strspn(at, " \t");
    char *email = strchr(entry.planner_name, '<'), *end = email ? strchr(email, '>') : NULL;
    if (!end || end[1] || email == entry.planner_name || !is_blank(email[-1]))
        return refuse(r, "who planned it is expected at the end, with the address in <>");
    email[-1] = '\0';
    *end = '\0';
    entry.planner_email = email + 1;
    *out = entry;
    return NULL;
}

/* The dependencies of one kind, each a line of its own behind `mark`; those of this project by name alone. */
static void append_dependencies(const plan_reader *r, buf *info, const plan_entry *entry, const char *title,
                                char mark, bool conflicts)
{
    size_t project = strlen(r->plan.project);
    bool first = true;
    for (const char *at = entry->dependencies ? entry->dependencies : ""; *at;) {
        at += strspn(at, " \t");
        size_t length = strcspn(at, " \t");
        const char *name = at;
        at += length;
        if (length == 0 || (*name == '!') != conflicts)
            continue;
        name += conflicts;
        length -= conflicts;
        if (length > project && name[project] == ':' && strncmp(name, r->plan.project, project) == 0) {
            name += project + 1;
            length -= project + 1;
        }
        if (first)
            buf_printf(info, "\n%s", title);
        buf_printf(info, "\n  %c %.*s", mark, (int)length, name);
        first = false;
    }
}

static dbk_err *hash_change(const plan_reader *r, const plan_entry *entry, sqitch_change *change)
{
    buf info, object;
    buf_init(&info, INFO_BYTES_MAX);
    buf_init(&object, INFO_BYTES_MAX);
    buf_printf(&info, "project %s", r->plan.project);
    if (r->uri)
        buf_printf(&info, "\nuri %s", r->uri);
    buf_printf(&info, "\nchange %s", entry->name);
    if (r->plan.count > 0)
        buf_printf(&info, "\nparent %s", r->plan.changes[r->plan.count - 1].id);
    buf_printf(&info, "\nplanner %s <%s>\ndate %.*s", entry->planner_name, entry->planner_email,
               (int)strlen(STAMP_FORM), entry->stamp);
    append_dependencies(r, &info, entry, "requires", '+', false);
    append_dependencies(r, &info, entry, "conflicts", '-', true);
    if (*entry->note)
        buf_printf(&info, "\n\n%s", entry->note);
    dbk_err *e = buf_error(&info);
    if (!e) {
        buf_printf(&object, "change %zu", info.length);
        buf_append(&object, "", 1);
        buf_append(&object, info.data, info.length);
        e = buf_error(&object);
    }
    if (!e)
        digest_sha1_hex(object.data, object.length, change->id);
    buf_term(&info);
    buf_term(&object);
    return e;
}

/* The change of this name is reworked by a later one: its scripts were set aside under a tag in between. */
static dbk_err *set_aside(plan_reader *r, sqitch_change *before)
{
    size_t index = (size_t)(before - r->plan.changes);
    before->reworked = true;
    before->script_count = 0;
    before->scripts = arena_alloc(r->arena, (r->tag_count + 1) * sizeof(*before->scripts));
    if (!before->scripts)
        return err_oom();
    for (size_t change = r->plan.count;
         change-- > index;) /* tags of one change in their order, late changes first */
        for (size_t t = 0; t < r->tag_count; t++)
            if (r->tags[t].change == change) {
                const char *script = arena_printf(r->arena, "%s@%s.sql", before->name, r->tags[t].name);
                if (!script)
                    return err_oom();
                before->scripts[before->script_count++] = script;
            }
    return before->script_count ? NULL
                                : refuse(r, "this change is in the plan before, without a tag in between");
}

static dbk_err *add_change(plan_reader *r, const plan_entry *entry)
{
    sqitch_change *change = &r->plan.changes[r->plan.count];
    dbk_err *e = NULL;
    *change = (sqitch_change){.name = entry->name, .line = r->line, .script_count = 1};
    change->scripts = arena_alloc(r->arena, sizeof(*change->scripts));
    const char *script = arena_printf(r->arena, "%s.sql", entry->name);
    if (!change->scripts || !script)
        return err_oom();
    change->scripts[0] = script;
    for (size_t i = r->plan.count; !e && i-- > 0;)
        if (strcmp(r->plan.changes[i].name, entry->name) == 0) {
            e = set_aside(r, &r->plan.changes[i]);
            break;
        }
    if (!e)
        e = hash_change(r, entry, change);
    if (!e)
        r->plan.count++;
    return e;
}

static dbk_err *read_change_or_tag(plan_reader *r, plan_line line)
{
    plan_entry entry = {.name = NULL};
    bool tag = *line.text == '@';
    if (*line.text == '-')
        return refuse(r, "a line that reverts a change cannot be taken over");
    if (*line.text == '+')
        line.text += 1 + strspn(line.text + 1, " \t");
    dbk_err *e = read_entry(r, line, &entry);
    if (e || !tag)
        return e ? e : add_change(r, &entry);
    if (r->plan.count == 0)
        return refuse(r, "a tag comes behind a change");
    r->tags[r->tag_count++] = (plan_tag){entry.name, r->plan.count - 1};
    return NULL;
}

static size_t count_lines(const char *text)
{
    size_t count = 1;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static dbk_err *read_lines(plan_reader *r, char *text)
{
    dbk_err *e = NULL;
    bool head = true;
    for (char *next = text; !e && next;) {
        char *line = next;
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        r->line++;
        plan_line l = cut_line(line);
        if (!*l.text) {
            head = head && l.note && *l.note;
            continue;
        }
        if (head)
            e = read_pragma(r, l.text);
        else if (!r->plan.project)
            e = refuse(r, "the head has no %project");
        else
            e = read_change_or_tag(r, l);
    }
    return e;
}

dbk_err *sqitch_plan_parse(arena *a, const char *path, const char *text, sqitch_plan *out)
{
    plan_reader r = {.arena = a, .path = path};
    size_t lines = count_lines(text);
    if (lines > LINES_MAX)
        return err_new(ERR_LIMIT, "%s has more than %d lines", path, LINES_MAX);
    char *copy = arena_strdup(a, text);
    r.plan.changes = arena_alloc(a, lines * sizeof(*r.plan.changes));
    r.tags = arena_alloc(a, lines * sizeof(*r.tags));
    if (!copy || !r.plan.changes || !r.tags)
        return err_oom();
    dbk_err *e = read_lines(&r, copy);
    if (!e && !r.plan.project)
        e = refuse(&r, "the head has no %project");
    if (!e)
        *out = r.plan;
    return e;
}
