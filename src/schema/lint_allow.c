/* Suppressions: comments that name a rule, a last day and a reason. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf.h"
#include "schema/lint_int.h"
#include "schema/sql_scan.h"

#define DATE_LENGTH 10
#define YEARS_AHEAD_MAX 2
#define RULES_TEXT_MAX 200

/* A comment as found: where it begins, and what stands after its keyword. */
typedef struct allow_comment {
    size_t offset;
    const char *rest;
    size_t rest_length;
    lint_tool tool;
    bool whole_file;
} allow_comment;

/* Hints of eugene, and the rules here that say the same. Those it has and we do not suppress nothing. */
static const struct {
    const char *hint, *rules[3];
} eugene_hints[] = {
    {"E1", {"constraint-missing-not-valid", "adding-foreign-key-constraint"}},
    {"E2", {"adding-not-nullable-field"}},
    {"E5", {"changing-column-type"}},
    {"E6", {"require-concurrent-index-creation"}},
    {"E7", {"disallowed-unique-constraint"}},
    {"E8", {"disallowed-unique-constraint"}},
    {"E9", {"require-timeout-settings", "lock-timeout-off"}},
    {"E10", {"table-rewrite", "adding-field-with-default", "changing-column-type"}},
    {"E11", {"adding-field-with-default", "prefer-identity"}},
};
#define EUGENE_HINTS (sizeof(eugene_hints) / sizeof(eugene_hints[0]))
#define EUGENE_RULES (sizeof(eugene_hints[0].rules) / sizeof(eugene_hints[0].rules[0]))

static bool is_date(const char *s)
{
    for (int i = 0; i < DATE_LENGTH; i++)
        if ((i == 4 || i == 7) ? s[i] != '-' : !isdigit((unsigned char)s[i]))
            return false;
    return true;
}

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && isspace((unsigned char)*p))
        p++;
    return p;
}

/* The comment of a line that is for us, if it has one. */
static bool find_comment(const char *text, const char *line, const char *end, allow_comment *out)
{
    static const struct {
        const char *keyword;
        lint_tool tool;
        bool whole_file;
    } keywords[] = {{"daybook-lint:", LINT_OURS, false},
                    {"squawk-ignore-file", LINT_SQUAWK, true},
                    {"squawk-ignore", LINT_SQUAWK, false},
                    {"eugene: ignore", LINT_EUGENE, false}};
    for (const char *p = line; p + 2 < end; p++) {
        if (p[0] != '-' || p[1] != '-')
            continue;
        const char *word = skip_blanks(p + 2, end);
        for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
            size_t length = strlen(keywords[i].keyword);
            if ((size_t)(end - word) < length || strncmp(word, keywords[i].keyword, length) != 0)
                continue;
            *out = (allow_comment){.offset = (size_t)(p - text),
                                   .rest = word + length,
                                   .rest_length = (size_t)(end - word) - length,
                                   .tool = keywords[i].tool,
                                   .whole_file = keywords[i].whole_file};
            return true;
        }
    }
    return false;
}

dbk_err *lint_allow_terms_read(lint *l, const char *text, size_t length, lint_allow_terms *out)
{
    lint_allow_terms t = {.before = arena_strndup(l->arena, text, length)};
    if (!t.before)
        return err_oom();
    char *until = strncmp(t.before, "until ", strlen("until ")) == 0 ? t.before : strstr(t.before, " until ");
    if (!until) {
        t.wrong = "it has no last day and no reason: \"until YYYY-MM-DD: reason\"";
        *out = t;
        return NULL;
    }
    char *day = strstr(until, "until ") + strlen("until ");
    char *colon = strlen(day) > DATE_LENGTH ? day + DATE_LENGTH : NULL;
    *until = '\0';
    t.until = day;
    if (!is_date(day) || !colon || *colon != ':')
        t.wrong = "after until stands a day as YYYY-MM-DD and a colon";
    else if (!*skip_blanks(colon + 1, colon + strlen(colon)))
        t.wrong = "it gives no reason";
    else if (strtol(day, NULL, 10) > strtol(l->options->today, NULL, 10) + YEARS_AHEAD_MAX)
        t.wrong = "the day is more than two years ahead";
    t.expired = !t.wrong && strncmp(day, l->options->today, DATE_LENGTH) < 0;
    if (colon)
        *colon = '\0';
    *out = t;
    return NULL;
}

static dbk_err *read_terms(lint *l, const allow_comment *c, lint_allow_terms *out)
{
    const char *end = c->rest + c->rest_length, *p = skip_blanks(c->rest, end);
    if (c->tool == LINT_OURS) {
        if (end - p < 6 || strncmp(p, "allow ", 6) != 0) {
            out->wrong = "the word after daybook-lint: is allow";
            return NULL;
        }
        p += 6;
    }
    return lint_allow_terms_read(l, p, (size_t)(end - p), out);
}

static const lint_statement *statement_at(const lint_file *file, size_t offset)
{
    for (size_t i = 0; i < file->statement_count; i++)
        if (file->statements[i].offset <= offset &&
            offset < file->statements[i].offset + file->statements[i].length)
            return &file->statements[i];
    return NULL;
}

static size_t line_of(const lint_file *file, size_t offset)
{
    return sql_place_of(file->source->text, offset).line;
}

static bool has_code_before(const char *text, size_t offset)
{
    while (offset > 0 && text[offset - 1] != '\n')
        if (!isspace((unsigned char)text[--offset]))
            return true;
    return false;
}

/* The first line after the comment's that is neither empty nor only a comment. */
static size_t next_code_line(const char *text, size_t offset, size_t line)
{
    const char *p = text + offset;
    while ((p = strchr(p, '\n')) != NULL) {
        line++;
        p++;
        const char *first = p + strspn(p, " \t");
        if (*first && *first != '\n' && strncmp(first, "--", 2) != 0)
            break;
    }
    return line;
}

static void cover(const lint_file *file, const allow_comment *c, lint_allow *out)
{
    const char *text = file->source->text;
    size_t line = line_of(file, c->offset);
    bool behind_code = has_code_before(text, c->offset);
    out->from_line = out->to_line = line;
    if (c->whole_file) {
        out->from_line = 1;
        out->to_line = SIZE_MAX;
        return;
    }
    if (statement_at(file, c->offset)) {
        if (!behind_code)
            out->to_line = next_code_line(text, c->offset, line);
        return;
    }
    for (size_t i = 0; i < file->statement_count; i++) {
        const lint_statement *s = &file->statements[i];
        size_t last = line_of(file, s->offset + s->length - 1);
        if (behind_code ? last == line : s->offset > c->offset) {
            out->from_line = behind_code ? line_of(file, s->offset) : line;
            out->to_line = last;
            return;
        }
    }
}

static dbk_err *add_rule(lint_file *file, const allow_comment *c, const lint_allow_terms *t,
                         const lint_rule *rule)
{
    if (file->allow_count == LINT_ALLOWS_MAX)
        return err_new(ERR_LIMIT, "%s holds more than %d suppressions", file->source->path, LINT_ALLOWS_MAX);
    lint_allow *allow = &file->allows[file->allow_count++];
    *allow = (lint_allow){
        .offset = c->offset, .tool = c->tool, .rule = rule, .until = t->until, .expired = t->expired};
    cover(file, c, allow);
    return NULL;
}

static dbk_err *add_hint(lint_file *file, const allow_comment *c, const lint_allow_terms *t, size_t hint)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < EUGENE_RULES && eugene_hints[hint].rules[i]; i++)
        e = add_rule(file, c, t, lint_rule_find(eugene_hints[hint].rules[i]));
    return e;
}

/* Without a name it is all of them. */
static dbk_err *add_hints(lint_file *file, const allow_comment *c, const lint_allow_terms *t,
                          const char *const *names, size_t count)
{
    dbk_err *e = NULL;
    for (size_t h = 0; !e && h < EUGENE_HINTS; h++) {
        bool named = count == 0;
        for (size_t i = 0; i < count; i++)
            named |= strcmp(names[i], eugene_hints[h].hint) == 0;
        if (named)
            e = add_hint(file, c, t, h);
    }
    return e;
}

static dbk_err *add_rules(lint *l, lint_file *file, const allow_comment *c, const lint_allow_terms *t)
{
    const char **names;
    size_t count;
    dbk_err *e = conf_split(l->arena, t->before, &names, &count);
    if (!e && c->tool == LINT_EUGENE)
        return add_hints(file, c, t, names, count);
    if (!e && count == 0)
        return lint_report(l, file, c->offset, "malformed-suppression", "it names no rule");
    for (size_t i = 0; !e && i < count; i++) {
        const lint_rule *rule = lint_rule_find(names[i]);
        if (rule)
            e = add_rule(file, c, t, rule);
        else if (c->tool == LINT_OURS)
            e = lint_report(l, file, c->offset, "malformed-suppression", "there is no rule %s", names[i]);
    }
    return e;
}

dbk_err *lint_allows_read(lint *l, lint_file *file)
{
    const char *text = file->source->text;
    dbk_err *e = NULL;
    for (const char *line = text; !e && *line;) {
        const char *end = line + strcspn(line, "\n");
        allow_comment c;
        lint_allow_terms t = {0};
        if (find_comment(text, line, end, &c)) {
            if (!file->allows)
                file->allows = arena_alloc(l->arena, LINT_ALLOWS_MAX * sizeof(*file->allows));
            if (!file->allows)
                return err_oom();
            e = read_terms(l, &c, &t);
            if (!e && t.wrong)
                e = lint_report(l, file, c.offset, "malformed-suppression", "%s", t.wrong);
            /* One of another tool is honoured as it is: the report above is what remains to be done. */
            if (!e && t.before && (!t.wrong || (c.tool != LINT_OURS && !t.until)))
                e = add_rules(l, file, &c, &t);
        }
        line = *end ? end + 1 : end;
    }
    return e;
}

bool lint_is_allowed(lint *l, lint_file *file, size_t offset, const lint_rule *rule,
                     const char **expired_note)
{
    size_t line = line_of(file, offset);
    for (size_t i = 0; i < file->allow_count; i++) {
        lint_allow *allow = &file->allows[i];
        if (allow->rule != rule || line < allow->from_line || line > allow->to_line)
            continue;
        allow->used = true;
        if (!allow->expired)
            return true;
        if (expired_note)
            *expired_note = arena_printf(l->arena, " (it was allowed until %s)", allow->until);
    }
    return lint_squawk_excludes(l, rule, expired_note);
}

dbk_err *lint_allows_report(lint *l)
{
    dbk_err *e = lint_squawk_report(l);
    for (size_t f = 0; !e && f < l->file_count; f++)
        for (size_t i = 0; !e && i < l->files[f].allow_count; i++) {
            const lint_allow *allow = &l->files[f].allows[i];
            /* Eugene's hints say more than the rules here. */
            if (!allow->used && allow->tool != LINT_EUGENE &&
                (l->options->rule_count == 0 || lint_is_selected(l, allow->rule)))
                e = lint_report(l, &l->files[f], allow->offset, "unused-suppression",
                                "nothing here breaks the rule %s", allow->rule->id);
        }
    return e;
}
