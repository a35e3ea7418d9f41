#include "schema/quote.h"

#include <string.h>

/* Copies text into a pair of `quote` characters, doubling those inside and, when asked, backslashes. */
static char *quoted(arena *a, const char *prefix, const char *text, char quote, bool double_backslash)
{
    size_t prefix_length = strlen(prefix);
    char *out = arena_alloc(a, prefix_length + 2 * strlen(text) + 3);
    if (!out)
        return NULL;
    char *p = out;
    memcpy(p, prefix, prefix_length);
    p += prefix_length;
    *p++ = quote;
    for (const char *s = text; *s; s++) {
        if (*s == quote || (double_backslash && *s == '\\'))
            *p++ = *s;
        *p++ = *s;
    }
    *p++ = quote;
    *p = '\0';
    return out;
}

dbk_err *quote_ident(arena *a, const char *name, char **out)
{
    if (!*name)
        return err_new(ERR_INPUT, "an empty name is not an identifier");
    if (strlen(name) > QUOTE_IDENT_BYTES_MAX)
        return err_with_hint(
            err_new(ERR_INPUT, "the name \"%s\" is longer than %d bytes", name, QUOTE_IDENT_BYTES_MAX),
            "PostgreSQL would cut it silently; choose a shorter one");
    char *text = quoted(a, "", name, '"', false);
    if (!text)
        return err_oom();
    *out = text;
    return NULL;
}

dbk_err *quote_literal(arena *a, const char *text, char **out)
{
    bool backslash = strchr(text, '\\') != NULL;
    char *literal = quoted(a, backslash ? "E" : "", text, '\'', backslash);
    if (!literal)
        return err_oom();
    *out = literal;
    return NULL;
}

dbk_err *quote_dollar(arena *a, const char *text, char **out)
{
    char *tag = arena_strdup(a, "$do$");
    /* A text of n bytes cannot contain n different tags, so this ends. */
    for (size_t i = 1; tag && strstr(text, tag); i++)
        tag = arena_printf(a, "$do%zu$", i);
    char *body = tag ? arena_printf(a, "%s%s%s", tag, text, tag) : NULL;
    if (!body)
        return err_oom();
    *out = body;
    return NULL;
}
