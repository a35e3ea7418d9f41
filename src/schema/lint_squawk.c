/* The exclusions of squawk's configuration: excluded_rules and excluded_paths of .squawk.toml. A comment
 * beside an entry, or above entries, gives their last day and reason; without one they hold and are reported.
 */
#include <ctype.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "schema/lint_int.h"

#define CONFIG_NAME ".squawk.toml"
#define CONFIG_BYTES_MAX ((size_t)1 << 20)
#define EXCLUSIONS_MAX 1000

typedef struct exclusion {
    const char *text;      /* a rule's name, or a pattern of paths */
    const lint_rule *rule; /* NULL: a pattern */
    size_t line;
    lint_allow_terms terms;
    bool used;
} exclusion;

typedef struct lint_squawk {
    const char *path;  /* of the file */
    const char *below; /* from its folder to that of the modules: "" or "db/" */
    exclusion *items;
    size_t count;
} lint_squawk;

/* ---- the file ---- */

static const lint_allow_terms nothing = {
    .wrong = "it has no last day and no reason: a comment \"# until YYYY-MM-DD: reason\" beside or above it"};

typedef struct toml {
    lint *l;
    lint_squawk *out;
    const char *at;
    size_t line;
    lint_allow_terms above; /* of the entries below a comment */
} toml;

static dbk_err *broken(const toml *t, const char *what)
{
    return err_new(ERR_INPUT, "%s:%zu: %s", t->out->path, t->line, what);
}

static const char *end_of_line(const char *p)
{
    return p + strcspn(p, "\n");
}

static dbk_err *read_comment(toml *t, const char *at, lint_allow_terms *out)
{
    const char *end = end_of_line(at);
    at++;
    while (at < end && isspace((unsigned char)*at))
        at++;
    return lint_allow_terms_read(t->l, at, (size_t)(end - at), out);
}

/* The comment that ends a line, behind all strings of it. */
static const char *comment_of(const char *p)
{
    char quote = 0;
    for (; *p && *p != '\n'; p++) {
        if (quote ? *p == quote : *p == '"' || *p == '\'')
            quote = quote ? 0 : *p;
        else if (!quote && *p == '#')
            return p;
    }
    return NULL;
}

static dbk_err *add(toml *t, const char *text, bool of_rules, const lint_allow_terms *terms)
{
    const lint_rule *rule = of_rules ? lint_rule_find(text) : NULL;
    if (of_rules && !rule) /* of squawk alone */
        return NULL;
    if (t->out->count == EXCLUSIONS_MAX)
        return broken(t, "too many exclusions");
    t->out->items[t->out->count++] =
        (exclusion){.text = text, .rule = rule, .line = t->line, .terms = *terms};
    return NULL;
}

static dbk_err *read_string(toml *t, bool of_rules)
{
    const char *first = t->at + 1, *end = first + strcspn(first, *t->at == '"' ? "\"\n" : "'\n");
    const char *comment = comment_of(t->at);
    lint_allow_terms own = t->above;
    if (*end != *t->at)
        return broken(t, "a string does not end on its line");
    dbk_err *e = comment ? read_comment(t, comment, &own) : NULL;
    const char *text = arena_strndup(t->l->arena, first, (size_t)(end - first));
    t->at = end + 1;
    if (!e && !text)
        e = err_oom();
    return e ? e : add(t, text, of_rules, comment && own.until ? &own : &t->above);
}

static void next_line(toml *t)
{
    t->at = end_of_line(t->at);
    t->at += *t->at == '\n';
    t->line++;
}

static bool is_blank_line(const char *p)
{
    return p[strspn(p, " \t\r")] == '\n';
}

/* Behind "key =". */
static dbk_err *read_array(toml *t, bool of_rules)
{
    bool first_on_line = false;
    dbk_err *e = NULL;
    t->at += strspn(t->at, " \t");
    if (*t->at++ != '[')
        return broken(t, "a list in square brackets is expected");
    while (!e) {
        char c = *t->at;
        if (!c)
            return broken(t, "a list does not end");
        if (c == ']')
            return NULL;
        if (c == '"' || c == '\'') {
            e = read_string(t, of_rules);
            first_on_line = false;
        } else if (c == '\n' || c == '#') {
            if (c == '#' && first_on_line)
                e = read_comment(t, t->at, &t->above);
            next_line(t);
            first_on_line = true;
            if (is_blank_line(t->at))
                t->above = nothing;
        } else if (isspace((unsigned char)c) || c == ',') {
            t->at++;
        } else {
            return broken(t, "a string is expected");
        }
    }
    return e;
}

static bool is_key(toml *t, const char *key)
{
    size_t length = strlen(key);
    const char *p = t->at;
    if (strncmp(p, key, length) != 0)
        return false;
    p += length + strspn(p + length, " \t");
    if (*p != '=')
        return false;
    t->at = p + 1;
    return true;
}

/* Only what stands before the first section. */
static dbk_err *read_text(toml *t, const char *text)
{
    dbk_err *e = NULL;
    t->at = text;
    t->line = 1;
    t->above = nothing;
    while (!e && *t->at) {
        t->at += strspn(t->at, " \t");
        if (*t->at == '[')
            break;
        if (*t->at == '#')
            e = read_comment(t, t->at, &t->above);
        else if (is_key(t, "excluded_rules"))
            e = read_array(t, true);
        else if (is_key(t, "excluded_paths"))
            e = read_array(t, false);
        else
            t->above = nothing;
        if (!e)
            next_line(t);
    }
    return e;
}

/* ---- where it is ---- */

static bool is_there(arena *a, const char *folder, const char *name)
{
    const char *path = arena_printf(a, "%s/%s", folder, name);
    return path && access(path, F_OK) == 0;
}

/* `folder` becomes the one above it that has the file; false: there is none. */
static bool find_folder(arena *a, char *folder)
{
    while (!is_there(a, folder, CONFIG_NAME)) {
        char *slash = strrchr(folder, '/');
        if (!slash || slash == folder || is_there(a, folder, ".git"))
            return false;
        *slash = '\0';
    }
    return true;
}

dbk_err *lint_squawk_read(lint *l)
{
    char folder[PATH_MAX], modules[PATH_MAX], *text;
    size_t length;
    if (!l->options->modules_dir || !realpath(l->options->modules_dir, folder))
        return NULL;
    memcpy(modules, folder, sizeof(modules));
    if (!find_folder(l->arena, folder))
        return NULL;
    const char *rest = modules + strlen(folder);
    lint_squawk *squawk = arena_alloc(l->arena, sizeof(*squawk));
    exclusion *items = arena_alloc(l->arena, EXCLUSIONS_MAX * sizeof(*items));
    if (!squawk || !items)
        return err_oom();
    *squawk = (lint_squawk){.path = arena_printf(l->arena, "%s/%s", folder, CONFIG_NAME),
                            .below = arena_printf(l->arena, "%s%s", rest + (*rest == '/'), *rest ? "/" : ""),
                            .items = items};
    if (!squawk->path || !squawk->below)
        return err_oom();
    dbk_err *e = file_read(l->arena, squawk->path, CONFIG_BYTES_MAX, &text, &length);
    if (!e)
        e = read_text(&(toml){.l = l, .out = squawk}, text);
    if (!e)
        l->squawk = squawk;
    return e;
}

/* ---- what it says ---- */

/* A pattern is for the name of a file, or for its path from the folder of the configuration. */
bool lint_squawk_leaves_out(lint *l, const module_file *file)
{
    bool out = false;
    for (size_t i = 0; l->squawk && i < l->squawk->count; i++) {
        exclusion *x = &l->squawk->items[i];
        const char *path = arena_printf(l->arena, "%s%s", l->squawk->below, file->path);
        bool fits =
            !x->rule && (fnmatch(x->text, file->name, 0) == 0 || (path && fnmatch(x->text, path, 0) == 0));
        x->used |= fits;
        out |= fits && !x->terms.expired;
    }
    return out;
}

bool lint_squawk_excludes(lint *l, const lint_rule *rule, const char **expired_note)
{
    for (size_t i = 0; l->squawk && i < l->squawk->count; i++) {
        exclusion *x = &l->squawk->items[i];
        if (x->rule != rule)
            continue;
        x->used = true;
        if (!x->terms.expired)
            return true;
        if (expired_note)
            *expired_note = arena_printf(l->arena, " (it was allowed until %s)", x->terms.until);
    }
    return false;
}

static dbk_err *report(lint *l, const exclusion *x, const char *rule_id, const char *message)
{
    const lint_rule *rule = lint_rule_find(rule_id);
    return lint_is_selected(l, rule) ? lint_report_at(l, l->squawk->path, x->line, 1, rule, message) : NULL;
}

dbk_err *lint_squawk_report(lint *l)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && l->squawk && i < l->squawk->count; i++) {
        const exclusion *x = &l->squawk->items[i];
        if (x->terms.wrong)
            e = report(l, x, "malformed-suppression", x->terms.wrong);
        if (!e && !x->used && (!x->rule || lint_is_selected(l, x->rule)))
            e = report(l, x, "unused-suppression",
                       x->rule ? arena_printf(l->arena, "nothing here breaks the rule %s", x->text)
                               : arena_printf(l->arena, "no migration is called %s", x->text));
    }
    return e;
}
