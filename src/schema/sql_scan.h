/* sql_scan.h: cuts a file into statements exactly where psql does.
 *
 * Understands comments (nested ones too), string constants with and without backslashes, quoted identifiers,
 * dollar quotes, parentheses, and the bodies of SQL-standard functions (BEGIN ATOMIC … END). Assumes
 * standard_conforming_strings = on, which the runner sets. It does not judge SQL: what is not finished at the
 * end of the file is one last statement, and the server says what is wrong with it. Pure; the text is lent.
 */
#ifndef DAYBOOK_SCHEMA_SQL_SCAN_H
#define DAYBOOK_SCHEMA_SQL_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define SQL_SCAN_WORDS_MAX 4
#define SQL_SCAN_WORD_SIZE 24

typedef struct sql_statement {
    const char *text; /* begins at the first token: white space and comments before it are skipped */
    size_t length;    /* without the semicolon */
    size_t offset;    /* of text, in bytes from the beginning of the file */
    /* The first words in lower case, cut when longer; fewer when something else than a word stands there. */
    char words[SQL_SCAN_WORDS_MAX][SQL_SCAN_WORD_SIZE];
    int word_count;
} sql_statement;

typedef struct sql_scan {
    const char *text;
    const char *at;
} sql_scan;

void sql_scan_init(sql_scan *s, const char *text);

/* One token of a statement, for whoever must look further than its first words. */
typedef enum sql_token_kind {
    SQL_TOKEN_WORD,   /* unquoted: keyword or name */
    SQL_TOKEN_QUOTED, /* "name" */
    SQL_TOKEN_STRING, /* 'text', E'text', $$text$$ */
    SQL_TOKEN_OTHER   /* a number, or one character */
} sql_token_kind;

typedef struct sql_token {
    sql_token_kind kind;
    const char *text;
    size_t length;
} sql_token;

/* Begins at *at (a place between tokens), passes blanks and comments, gives the next token before `end` and
 * moves *at behind it. False at the end. */
bool sql_token_next(const char **at, const char *end, sql_token *out);

/* An unquoted word, in whatever case; word is lower case. */
bool sql_token_is(const sql_token *token, const char *word);

/* False at the end. Empty statements (nothing but comments) are skipped. */
bool sql_scan_next(sql_scan *s, sql_statement *out);

/* True for a statement that would end or replace the runner's own transaction, change its role, or that only
 * psql understands; *why says which, for a message. */
bool sql_statement_is_forbidden(const sql_statement *statement, const char **why);

/* Line and column (both from 1, columns in characters) of the byte at `offset`, and the line itself. */
typedef struct sql_place {
    size_t line;
    size_t column;
    const char *line_text;
    size_t line_length;
} sql_place;

sql_place sql_place_of(const char *text, size_t offset);

/* The byte offset of the nth character (from 1) of UTF-8 text, at most its length. */
size_t sql_char_offset(const char *text, size_t nth);

#endif
