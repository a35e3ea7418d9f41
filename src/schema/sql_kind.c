#include "schema/sql_kind.h"

#include <string.h>

/* Enough for "alter table if exists only a.b detach partition c.d concurrently". */
#define TOKENS_MAX 24

/* The first tokens of a statement. */
typedef struct head {
    sql_token tokens[TOKENS_MAX];
    size_t count;
} head;

static head read_head(const sql_statement *s)
{
    head h = {.count = 0};
    const char *at = s->text, *end = s->text + s->length;
    while (h.count < TOKENS_MAX && sql_token_next(&at, end, &h.tokens[h.count]))
        h.count++;
    return h;
}

static bool is(const head *h, size_t i, const char *word)
{
    return i < h->count && sql_token_is(&h->tokens[i], word);
}

static bool is_char(const head *h, size_t i, char c)
{
    return i < h->count && h->tokens[i].length == 1 && *h->tokens[i].text == c;
}

/* The place behind "(…)" when there is one at i. */
static size_t skip_parentheses(const head *h, size_t i)
{
    if (!is_char(h, i, '('))
        return i;
    size_t depth = 0;
    for (; i < h->count; i++) {
        depth += is_char(h, i, '(');
        depth -= is_char(h, i, ')');
        if (depth == 0)
            return i + 1;
    }
    return i;
}

/* 0: no. Otherwise the place behind CONCURRENTLY. */
static size_t creates_index_concurrently(const head *h)
{
    size_t i = is(h, 1, "unique") ? 2 : 1;
    return is(h, 0, "create") && is(h, i, "index") && is(h, i + 1, "concurrently") ? i + 2 : 0;
}

static size_t drops_index_concurrently(const head *h)
{
    return is(h, 0, "drop") && is(h, 1, "index") && is(h, 2, "concurrently") ? 3 : 0;
}

/* REINDEX [(options)] INDEX|TABLE may share a transaction unless CONCURRENTLY; SCHEMA, DATABASE and SYSTEM
 * never. */
static bool reindexes_alone(const head *h)
{
    size_t i = skip_parentheses(h, 1);
    for (size_t o = 1; o < i; o++)
        if (is(h, o, "concurrently"))
            return true;
    if (is(h, i, "schema") || is(h, i, "database") || is(h, i, "system"))
        return true;
    return is(h, i + 1, "concurrently");
}

/* CLUSTER of everything; of one table it is ordinary. */
static bool clusters_all(const head *h)
{
    size_t i = skip_parentheses(h, 1);
    return i == h->count || (is(h, i, "verbose") && i + 1 == h->count);
}

/* ALTER TABLE … DETACH PARTITION … CONCURRENTLY */
static bool detaches_concurrently(const head *h)
{
    if (!is(h, 0, "alter") || !is(h, 1, "table"))
        return false;
    bool detaches = false;
    for (size_t i = 2; i < h->count; i++) {
        detaches |= is(h, i, "detach") && is(h, i + 1, "partition");
        if (detaches && is(h, i, "concurrently"))
            return true;
    }
    return false;
}

static bool makes_outer_object(const head *h)
{
    static const char *const both[] = {"database", "tablespace", "subscription"};
    for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++)
        if ((is(h, 0, "create") || is(h, 0, "drop")) && is(h, 1, both[i]))
            return true;
    if (is(h, 0, "alter") && is(h, 1, "database"))
        for (size_t i = 2; i + 1 < h->count; i++)
            if (is(h, i, "set") && is(h, i + 1, "tablespace"))
                return true;
    return is(h, 0, "alter") && is(h, 1, "system");
}

bool sql_statement_runs_alone(const sql_statement *s)
{
    head h = read_head(s);
    if (creates_index_concurrently(&h) || drops_index_concurrently(&h) || detaches_concurrently(&h) ||
        makes_outer_object(&h))
        return true;
    if (is(&h, 0, "vacuum") || (is(&h, 0, "discard") && is(&h, 1, "all")))
        return true;
    if (is(&h, 0, "reindex"))
        return reindexes_alone(&h);
    return is(&h, 0, "cluster") && clusters_all(&h);
}

bool sql_statement_may_commit(const sql_statement *s)
{
    return s->word_count > 0 && (strcmp(s->words[0], "call") == 0 || strcmp(s->words[0], "do") == 0);
}

sql_repeat sql_statement_repeat(const sql_statement *s)
{
    head h = read_head(s);
    if (creates_index_concurrently(&h))
        return SQL_REPEAT_CREATE_INDEX;
    if (drops_index_concurrently(&h))
        return SQL_REPEAT_DROP_INDEX;
    static const char *const harmless[] = {"vacuum", "reindex", "cluster", "discard"};
    for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
        if (is(&h, 0, harmless[i]))
            return SQL_REPEAT_AGAIN;
    return is(&h, 0, "alter") && is(&h, 1, "system") ? SQL_REPEAT_AGAIN : SQL_REPEAT_ASK;
}

/* "schema . name" from token i, as it is written; the place behind it in *next. */
static const char *read_name(arena *a, const head *h, size_t i, size_t *next)
{
    size_t last = i;
    if (i >= h->count || (h->tokens[i].kind != SQL_TOKEN_WORD && h->tokens[i].kind != SQL_TOKEN_QUOTED))
        return NULL;
    while (is_char(h, last + 1, '.') && last + 2 < h->count)
        last += 2;
    *next = last + 1;
    const char *begin = h->tokens[i].text, *end = h->tokens[last].text + h->tokens[last].length;
    return arena_strndup(a, begin, (size_t)(end - begin));
}

bool sql_statement_index(arena *a, const sql_statement *s, sql_index *out)
{
    head h = read_head(s);
    sql_index found = {0};
    size_t i = drops_index_concurrently(&h), next = 0;
    if (i) {
        found.conditional = is(&h, i, "if");
        found.name = read_name(a, &h, found.conditional ? i + 2 : i, &next);
        *out = found;
        return found.name != NULL;
    }
    i = creates_index_concurrently(&h);
    if (!i)
        return false;
    found.conditional = is(&h, i, "if");
    if (found.conditional)
        i += 3;
    if (!is(&h, i, "on")) {
        found.name = read_name(a, &h, i, &next);
        i = next;
    }
    if (!is(&h, i, "on"))
        return false;
    found.relation = read_name(a, &h, is(&h, i + 1, "only") ? i + 2 : i + 1, &next);
    *out = found;
    return found.relation != NULL;
}
