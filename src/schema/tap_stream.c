#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "schema/tap_int.h"

#define POINTS_MAX 1000000L

void tap_stream_init(tap_stream *s, arena *a)
{
    *s = (tap_stream){.arena = a, .planned = -1};
}

static dbk_err *append(tap_stream *s, const tap_point *p)
{
    tap_point *copy = arena_memdup(s->arena, p, sizeof(*p));
    if (!copy || !copy->description)
        return err_oom();
    if (s->last)
        s->last->next = copy;
    else
        s->first = copy;
    s->last = copy;
    return NULL;
}

static void set_broken(tap_stream *s, size_t line, const char *why)
{
    if (!s->broken) {
        s->broken = why;
        s->broken_line = line;
    }
}

/* "# SKIP reason" or "# TODO reason" at the end of a description, which it is cut from. */
static void take_directive(char *text, const char *word, const char **reason)
{
    size_t length = strlen(word);
    for (char *at = strchr(text, '#'); at; at = strchr(at + 1, '#')) {
        char *after = at + 1 + strspn(at + 1, " \t");
        if ((at > text && at[-1] == '\\') || strncasecmp(after, word, length) != 0)
            continue;
        after += length;
        after += strcspn(after, " \t");
        *reason = after + strspn(after, " \t");
        while (at > text && isspace((unsigned char)at[-1]))
            at--;
        *at = '\0';
        return;
    }
}

static dbk_err *take_plan(tap_stream *s, const char *text, size_t line)
{
    char *end;
    long planned = strtol(text, &end, 10);
    if (s->planned >= 0) {
        set_broken(s, line, "there are two plans");
        return NULL;
    }
    if (planned < 0 || planned > POINTS_MAX) {
        set_broken(s, line, "the plan is no plausible number");
        return NULL;
    }
    s->planned = planned;
    char *rest = arena_strdup(s->arena, end);
    if (!rest)
        return err_oom();
    if (planned == 0) {
        s->skip_all = "";
        take_directive(rest, "skip", &s->skip_all);
    }
    return NULL;
}

static dbk_err *take_point(tap_stream *s, const char *text, bool passed, size_t line)
{
    char *end = NULL, *description;
    text += strspn(text, " \t");
    if (isdigit((unsigned char)*text)) {
        long number = strtol(text, &end, 10);
        if (number < 0 || (unsigned long)number != s->count + 1)
            set_broken(s, line, "the numbers of the points are not 1, 2, 3 ...");
        text = end + strspn(end, " \t");
    }
    if (*text == '-')
        text += 1 + strspn(text + 1, " \t");
    description = arena_strdup(s->arena, text);
    if (!description)
        return err_oom();
    tap_point p = {.verdict = passed ? TAP_PASSED : TAP_FAILED, .line = line, .description = description};
    const char *skip = NULL, *todo = NULL;
    take_directive(description, "skip", &skip);
    take_directive(description, "todo", &todo);
    if (skip) {
        p.verdict = TAP_SKIPPED;
        p.reason = skip;
    } else if (todo) {
        p.verdict = TAP_TODO;
        p.reason = todo;
    }
    s->count++;
    return append(s, &p);
}

static dbk_err *take_comment(tap_stream *s, const char *text)
{
    if (!s->in_point)
        return NULL;
    if (*text == ' ')
        text++;
    tap_point *p = s->last;
    p->diagnostics = p->diagnostics ? arena_printf(s->arena, "%s\n%s", p->diagnostics, text)
                                    : arena_strdup(s->arena, text);
    return p->diagnostics ? NULL : err_oom();
}

/* "ok" and "not ok" are words; what else begins with these letters is no TAP. */
static const char *after_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(text, word, length) != 0)
        return NULL;
    return text[length] == '\0' || isspace((unsigned char)text[length]) ? text + length : NULL;
}

/* Lines that mean nothing are let pass, as every consumer of TAP does. */
static dbk_err *take_line(tap_stream *s, char *text, size_t line)
{
    const char *rest;
    if (*text == '#')
        return take_comment(s, text + 1);
    s->in_point = false;
    if (strncmp(text, "1..", 3) == 0 && isdigit((unsigned char)text[3]))
        return take_plan(s, text + 3, line);
    if (strncmp(text, "Bail out!", 9) == 0) {
        s->bail_out = arena_strdup(s->arena, text + 9 + strspn(text + 9, " \t"));
        return s->bail_out ? NULL : err_oom();
    }
    bool passed = (rest = after_word(text, "ok")) != NULL;
    if (!rest)
        rest = after_word(text, "not ok");
    if (!rest)
        return NULL;
    s->in_point = true;
    return take_point(s, rest, passed, line);
}

dbk_err *tap_stream_take(tap_stream *s, const char *text, size_t line)
{
    char *copy = arena_strdup(s->arena, text);
    dbk_err *e = copy ? NULL : err_oom();
    while (!e && copy) {
        char *end = strchr(copy, '\n');
        if (end)
            *end = '\0';
        e = take_line(s, copy, line);
        copy = end ? end + 1 : NULL;
    }
    return e;
}

dbk_err *tap_stream_add(tap_stream *s, tap_verdict verdict, size_t line, const char *description,
                        const char *diagnostics)
{
    s->in_point = false;
    return append(s, &(tap_point){.verdict = verdict,
                                  .line = line,
                                  .description = description,
                                  .reason = verdict == TAP_SKIPPED ? diagnostics : NULL,
                                  .diagnostics = verdict == TAP_SKIPPED ? NULL : diagnostics});
}

dbk_err *tap_stream_end(tap_stream *s)
{
    s->in_point = false;
    if (s->bail_out)
        return tap_stream_add(s, TAP_FAILED, 0, "the file bailed out", s->bail_out);
    if (s->broken)
        return tap_stream_add(s, TAP_FAILED, s->broken_line, s->broken, NULL);
    if (s->skip_all && s->count == 0)
        return tap_stream_add(s, TAP_SKIPPED, 0, "the whole file", s->skip_all);
    if (s->planned < 0)
        return tap_stream_add(s, TAP_FAILED, 0, "the file has no plan", NULL);
    if ((size_t)s->planned == s->count && s->count > 0)
        return NULL;
    const char *text = arena_printf(s->arena, "planned %ld assertions, %zu ran", s->planned, s->count);
    return tap_stream_add(s, TAP_FAILED, 0, text, NULL);
}
