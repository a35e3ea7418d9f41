#include "schema/sql_file.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/sha256.h"
#include "schema/sql_kind.h"
#include "schema/sql_run.h"

static bool line_has(const char *line, size_t length, const char *what)
{
    size_t n = strlen(what);
    for (size_t i = 0; i + n <= length; i++)
        if (strncasecmp(line + i, what, n) == 0)
            return true;
    return false;
}

/* Looks at the comment lines that the file begins with. */
static bool header_says_no_transaction(const char *text)
{
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        const char *p = line;
        while (p < line + length && isspace((unsigned char)*p))
            p++;
        if (p < line + length && strncmp(p, "--", 2) != 0)
            return false;
        if (p < line + length) {
            p += p[2] == '!' ? 3 : 2;
            while (isspace((unsigned char)*p) && *p != '\n')
                p++;
            size_t left = (size_t)(line + length - p);
            if (strncasecmp(p, "no-transaction", strlen("no-transaction")) == 0 ||
                (strncasecmp(p, "migrate:up", strlen("migrate:up")) == 0 &&
                 line_has(p, left, "transaction:false")))
                return true;
        }
        line += length + (line[length] == '\n');
    }
    return false;
}

static bool is_word(const sql_statement *s, int i, const char *word)
{
    return i < s->word_count && strcmp(s->words[i], word) == 0;
}

static bool begins_transaction(const sql_statement *s)
{
    return (is_word(s, 0, "begin") || (is_word(s, 0, "start") && is_word(s, 1, "transaction"))) &&
           s->word_count <= 2;
}

static bool commits_transaction(const sql_statement *s)
{
    return (is_word(s, 0, "commit") || is_word(s, 0, "end")) && s->word_count <= 2;
}

static dbk_err *split(arena *a, const char *text, sql_file *out)
{
    sql_scan scan;
    sql_statement statement;
    size_t room = 16;
    out->items = arena_alloc(a, room * sizeof(*out->items));
    if (!out->items)
        return err_oom();
    sql_scan_init(&scan, text);
    while (sql_scan_next(&scan, &statement)) {
        if (out->count == room) {
            sql_statement *more = arena_alloc(a, 2 * room * sizeof(*more));
            if (!more)
                return err_oom();
            memcpy(more, out->items, room * sizeof(*more));
            out->items = more;
            room *= 2;
        }
        out->items[out->count++] = statement;
    }
    if (out->count >= 2 && begins_transaction(&out->items[0]) &&
        commits_transaction(&out->items[out->count - 1])) {
        out->items++;
        out->count -= 2;
    }
    return NULL;
}

/* What only psql does: a backslash outside of quotes, and rows inside the file. */
static bool needs_psql(const sql_statement *s, const char **why)
{
    const char *at = s->text, *end = s->text + s->length;
    bool copies = is_word(s, 0, "copy");
    sql_token token;
    while (sql_token_next(&at, end, &token)) {
        if (token.kind == SQL_TOKEN_OTHER && *token.text == '\\')
            *why = "a backslash outside of quotes is a command of psql, not SQL";
        else if (copies && sql_token_is(&token, "stdin"))
            *why = "rows inside a file are something that psql does; write INSERT";
        else
            continue;
        return true;
    }
    return false;
}

static dbk_err *refuse(const module_file *file, const sql_statement *s, const char *why)
{
    return sql_run_place(err_new(ERR_INPUT, "this statement cannot be used here: %s", why), file, s->offset);
}

static dbk_err *check_kinds(const module_file *file, bool marked, sql_file *f)
{
    const sql_statement *first_alone = NULL;
    size_t alone = 0;
    for (size_t i = 0; i < f->count; i++) {
        if (!sql_statement_runs_alone(&f->items[i]))
            continue;
        first_alone = first_alone ? first_alone : &f->items[i];
        alone++;
    }
    f->by_statement = marked || (alone > 0 && alone == f->count);
    if (alone > 0 && !f->by_statement)
        return err_with_hint(
            refuse(file, first_alone,
                   "it cannot be part of a transaction, and other statements of this file are"),
            "give it a file of its own, or begin the file with the line `-- no-transaction`");
    for (size_t i = 0; f->by_statement && i < f->count; i++)
        if (is_word(&f->items[i], 0, "set") || is_word(&f->items[i], 0, "reset"))
            return refuse(file, &f->items[i],
                          "in a file without a transaction a setting would outlive the file; the runner has "
                          "options for "
                          "timeouts");
    return NULL;
}

dbk_err *sql_file_read(arena *a, const module_file *file, sql_file *out)
{
    sql_file f = {0};
    const char *why;
    dbk_err *e = split(a, file->text, &f);
    for (size_t i = 0; !e && i < f.count; i++)
        if (sql_statement_is_forbidden(&f.items[i], &why) || needs_psql(&f.items[i], &why))
            e = refuse(file, &f.items[i], why);
    if (!e)
        e = check_kinds(file, header_says_no_transaction(file->text), &f);
    if (!e)
        *out = f;
    return e;
}

/* create or replace …, create materialized view if not exists, drop … if exists; comment and alter say what
 * is. */
static bool may_be_repeated(const sql_statement *s)
{
    static const char *const objects[] = {"function",  "procedure", "aggregate", "view",
                                          "recursive", "routine",   NULL};
    bool creates = is_word(s, 0, "create"), drops = is_word(s, 0, "drop"), alters = is_word(s, 0, "alter");
    bool materialized = is_word(s, 1, "materialized");
    int at = creates && is_word(s, 1, "or") && is_word(s, 2, "replace") ? 3 : 1;
    if (is_word(s, 0, "comment"))
        return true;
    if (materialized && is_word(s, 2, "view"))
        return alters || ((creates || drops) && is_word(s, 3, "if"));
    for (size_t i = 0; objects[i]; i++)
        if (is_word(s, at, objects[i]))
            return alters || (creates && at == 3) || (drops && is_word(s, 2, "if"));
    return false;
}

dbk_err *sql_file_check_routine(const module_file *file)
{
    sql_scan scan;
    sql_statement s;
    sql_scan_init(&scan, file->text);
    while (sql_scan_next(&scan, &s))
        if (!may_be_repeated(&s))
            return err_with_hint(refuse(file, &s, "a file of functions or views is applied again and again"),
                                 "CREATE OR REPLACE a function or view, and COMMENT ON it; all else belongs "
                                 "into a migration");
    return NULL;
}

dbk_err *sql_file_check_routines(const module *m)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < m->functions.count; i++)
        e = sql_file_check_routine(&m->functions.items[i]);
    for (size_t i = 0; !e && i < m->views.count; i++)
        e = sql_file_check_routine(&m->views.items[i]);
    return e;
}

const char *sql_statement_summary(arena *a, const sql_statement *s)
{
    char text[SQL_SUMMARY_MAX + 1];
    size_t used = 0;
    for (size_t i = 0; i < s->length && used < SQL_SUMMARY_MAX; i++) {
        bool blank = isspace((unsigned char)s->text[i]);
        if (blank && used > 0 && text[used - 1] == ' ')
            continue;
        text[used++] = blank ? ' ' : s->text[i];
    }
    size_t end = used;
    while (used == SQL_SUMMARY_MAX && end > 0 &&
           ((unsigned char)text[end - 1] & 0x80)) /* no half of a character */
        end--;
    return arena_strndup(a, text, end);
}

void sql_statement_sha256(const sql_statement *s, char out[65])
{
    uint8_t digest[32];
    sha256_of_pair(s->text, s->length, NULL, 0, digest);
    sha256_hex(digest, out);
}
