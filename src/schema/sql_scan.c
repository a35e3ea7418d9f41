#include "schema/sql_scan.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

void sql_scan_init(sql_scan *s, const char *text)
{
    s->text = text;
    s->at = text;
}

static bool is_word_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || ((unsigned char)c & 0x80);
}

static bool is_word(char c)
{
    return is_word_start(c) || isdigit((unsigned char)c) || c == '$';
}

static const char *skip_line_comment(const char *p)
{
    while (*p && *p != '\n')
        p++;
    return p;
}

static const char *skip_block_comment(const char *p)
{
    size_t depth = 0;
    while (*p) {
        if (p[0] == '/' && p[1] == '*') {
            depth++;
            p += 2;
        } else if (p[0] == '*' && p[1] == '/') {
            p += 2;
            if (--depth == 0)
                break;
        } else {
            p++;
        }
    }
    return p;
}

/* p is at the opening quote. A doubled quote needs no care: it ends one constant and begins the next. */
static const char *skip_quoted(const char *p, char quote)
{
    const char *end = strchr(p + 1, quote);
    return end ? end + 1 : p + strlen(p);
}

/* Passes what may stand between two parts of one constant: white space with a line end in it, and after that
 * line comments too. NULL when the constant does not go on. */
static const char *skip_continuation(const char *p)
{
    bool line_end = false;
    for (;;) {
        if (isspace((unsigned char)*p))
            line_end |= *p++ == '\n';
        else if (line_end && p[0] == '-' && p[1] == '-')
            p = skip_line_comment(p);
        else
            return line_end && *p == '\'' ? p : NULL;
    }
}

/* A constant with backslash escapes goes on, escapes and all, behind a line end: E'a' <newline> '\''. */
static const char *skip_escape_string(const char *p)
{
    for (;;) {
        for (p++; *p && *p != '\''; p++)
            if (*p == '\\' && p[1])
                p++;
        if (!*p)
            return p;
        p++;
        if (*p == '\'')
            continue;
        const char *next = skip_continuation(p);
        if (!next)
            return p;
        p = next;
    }
}

/* p is at a '$'. Gives the character after the closing tag; p + 1 when this is no dollar quote ("$1"). */
static const char *skip_dollar(const char *p)
{
    const char *tag_end = p + 1;
    if (is_word_start(*tag_end))
        while (is_word(*tag_end) && *tag_end != '$')
            tag_end++;
    if (*tag_end != '$')
        return p + 1;
    size_t length = (size_t)(tag_end - p) + 1;
    for (const char *close = strchr(tag_end + 1, '$'); close; close = strchr(close + 1, '$'))
        if (strncmp(close, p, length) == 0)
            return close + length;
    return p + strlen(p);
}

static const char *skip_blank(const char *p)
{
    for (;;) {
        if (isspace((unsigned char)*p))
            p++;
        else if (p[0] == '-' && p[1] == '-')
            p = skip_line_comment(p);
        else if (p[0] == '/' && p[1] == '*')
            p = skip_block_comment(p);
        else
            return p;
    }
}

/* What has to be known of a statement while its end is looked for. */
typedef struct progress_state {
    size_t parentheses;
    size_t begins; /* of BEGIN ATOMIC, and of CASE inside it */
    int tokens;
} progress_state;

static void lower_word(const char *from, size_t length, char out[SQL_SCAN_WORD_SIZE])
{
    size_t used = length < SQL_SCAN_WORD_SIZE - 1 ? length : SQL_SCAN_WORD_SIZE - 1;
    for (size_t i = 0; i < used; i++)
        out[i] = (char)tolower((unsigned char)from[i]);
    out[used] = '\0';
}

/* create [or replace] function|procedure: only there BEGIN opens a body whose semicolons do not end the
 * statement. */
static bool creates_routine(const sql_statement *s)
{
    int at = 1;
    if (s->word_count < 2 || strcmp(s->words[0], "create") != 0)
        return false;
    if (s->word_count == SQL_SCAN_WORDS_MAX && strcmp(s->words[1], "or") == 0 &&
        strcmp(s->words[2], "replace") == 0)
        at = 3;
    return strcmp(s->words[at], "function") == 0 || strcmp(s->words[at], "procedure") == 0;
}

static void take_word(const char *from, size_t length, progress_state *state, sql_statement *out)
{
    char word[SQL_SCAN_WORD_SIZE];
    lower_word(from, length, word);
    if (state->tokens == out->word_count && out->word_count < SQL_SCAN_WORDS_MAX)
        memcpy(out->words[out->word_count++], word, sizeof(word));
    if (!creates_routine(out) || state->parentheses > 0)
        return;
    if (strcmp(word, "begin") == 0 || (strcmp(word, "case") == 0 && state->begins > 0))
        state->begins++;
    else if (strcmp(word, "end") == 0 && state->begins > 0)
        state->begins--;
}

/* p is at the first character of a token. */
static const char *token_end(const char *p, sql_token_kind *kind)
{
    *kind = SQL_TOKEN_OTHER;
    if (is_word_start(*p)) {
        const char *end = p;
        while (is_word(*end))
            end++;
        *kind = SQL_TOKEN_WORD;
        if (*end != '\'' || end - p != 1 || (*p != 'e' && *p != 'E'))
            return end;
        *kind = SQL_TOKEN_STRING;
        return skip_escape_string(end);
    }
    if (*p == '\'' || *p == '"') {
        *kind = *p == '"' ? SQL_TOKEN_QUOTED : SQL_TOKEN_STRING;
        return skip_quoted(p, *p);
    }
    if (*p == '$') {
        const char *end = skip_dollar(p);
        if (end > p + 1)
            *kind = SQL_TOKEN_STRING;
        return end;
    }
    if (isdigit((unsigned char)*p)) {
        while (is_word(*p))
            p++;
        return p;
    }
    return p + 1;
}

bool sql_token_next(const char **at, const char *end, sql_token *out)
{
    const char *p = skip_blank(*at);
    if (p >= end) {
        *at = end;
        return false;
    }
    out->text = p;
    p = token_end(p, &out->kind);
    out->length = (size_t)(p - out->text);
    *at = p;
    return true;
}

bool sql_token_is(const sql_token *token, const char *word)
{
    return token->kind == SQL_TOKEN_WORD && token->length == strlen(word) &&
           strncasecmp(token->text, word, token->length) == 0;
}

/* Passes one token that is neither blank nor a semicolon at the top. */
static const char *skip_token(const char *p, progress_state *state, sql_statement *out)
{
    sql_token_kind kind;
    const char *end = token_end(p, &kind);
    if (kind == SQL_TOKEN_WORD)
        take_word(p, (size_t)(end - p), state, out);
    else if (*p == '(')
        state->parentheses++;
    else if (*p == ')' && state->parentheses > 0)
        state->parentheses--;
    return end;
}

bool sql_scan_next(sql_scan *s, sql_statement *out)
{
    const char *start = skip_blank(s->at);
    while (*start == ';')
        start = skip_blank(start + 1);
    if (!*start) {
        s->at = start;
        return false;
    }
    sql_statement found = {.text = start, .offset = (size_t)(start - s->text)};
    progress_state state = {0};
    const char *p = start, *end = start;
    while (*p && !(*p == ';' && state.parentheses == 0 && state.begins == 0)) {
        p = skip_token(p, &state, &found);
        state.tokens++;
        end = p;
        p = skip_blank(p);
    }
    found.length = (size_t)(end - start);
    s->at = *p ? p + 1 : p;
    *out = found;
    return true;
}

bool sql_statement_is_forbidden(const sql_statement *s, const char **why)
{
    static const char transaction[] = "it would end the transaction in which the runner records it";
    static const char role[] = "the runner chooses the role";
    static const struct {
        const char *words[3];
        const char *why;
    } rules[] = {
        {{"begin"}, transaction},
        {{"start", "transaction"}, transaction},
        {{"commit"}, transaction},
        {{"end"}, transaction},
        {{"rollback"}, transaction},
        {{"abort"}, transaction},
        {{"prepare", "transaction"}, transaction},
        {{"set", "role"}, role},
        {{"set", "local", "role"}, role},
        {{"set", "session"}, role}, /* session role, session authorization, session characteristics */
        {{"reset", "role"}, role},
    };
    if (*s->text == '\\') {
        *why = "it is a command of psql, not SQL";
        return true;
    }
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        int matched = 0;
        while (matched < 3 && rules[i].words[matched] && matched < s->word_count &&
               strcmp(s->words[matched], rules[i].words[matched]) == 0)
            matched++;
        if (matched < 3 && rules[i].words[matched])
            continue;
        *why = rules[i].why;
        return true;
    }
    return false;
}

static bool is_character_start(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

sql_place sql_place_of(const char *text, size_t offset)
{
    sql_place place = {.line = 1, .column = 1, .line_text = text};
    for (size_t i = 0; i < offset && text[i]; i++) {
        if (text[i] == '\n') {
            place.line++;
            place.column = 1;
            place.line_text = text + i + 1;
        } else if (is_character_start(text[i + 1])) {
            place.column++;
        }
    }
    place.line_length = strcspn(place.line_text, "\n");
    return place;
}

size_t sql_char_offset(const char *text, size_t nth)
{
    size_t offset = 0;
    for (size_t seen = 1; text[offset] && seen < nth; seen++)
        do
            offset++;
        while (text[offset] && !is_character_start(text[offset]));
    return offset;
}
