/* Connection strings without their secrets.
 *
 * Written to err on the side of hiding: whatever cannot be told apart from a password is hidden, since a
 * mistyped URL (a slash or an at sign left unescaped in the password) is just when it gets printed. */
#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/buf.h"
#include "core/mem.h"
#include "pg/pg_err.h"

#define URL_BYTES_MAX ((size_t)64 << 10)
#define HIDDEN "***"

static const char *const secret_keys[] = {"password", "sslpassword", "oauth_client_secret",
                                          "scram_client_key", "scram_server_key"};

static bool is_secret_key(const char *key, size_t length)
{
    for (size_t i = 0; i < sizeof(secret_keys) / sizeof(secret_keys[0]); i++) {
        if (strlen(secret_keys[i]) == length && strncasecmp(secret_keys[i], key, length) == 0)
            return true;
    }
    return false;
}

static size_t scheme_length(const char *url)
{
    if (strncasecmp(url, "postgresql://", 13) == 0)
        return 13;
    return strncasecmp(url, "postgres://", 11) == 0 ? 11 : 0;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Keys may be percent-encoded ("pass%77ord"); a broken escape stays as it is. */
static size_t decode(const char *s, size_t length, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < length && n + 1 < size; i++) {
        int high = s[i] == '%' && i + 2 < length + 0 ? hex_value(s[i + 1]) : -1;
        int low = high >= 0 ? hex_value(s[i + 2]) : -1;
        if (low >= 0)
            i += 2;
        out[n++] = low >= 0 ? (char)(high * 16 + low) : s[i];
    }
    out[n] = '\0';
    return n;
}

/* "a=b&password=c": every pair whose key is secret, or that has no key, loses its value. */
static void sanitize_query(buf *out, const char *s)
{
    while (*s) {
        size_t length = strcspn(s, "&");
        size_t key_length = strcspn(s, "=&");
        char key[64];
        size_t decoded = decode(s, key_length, key, sizeof(key));
        if (key_length == length || decoded + 1 >= sizeof(key))
            buf_append_str(out, HIDDEN);
        else if (is_secret_key(key, decoded))
            buf_printf(out, "%.*s=" HIDDEN, (int)key_length, s);
        else
            buf_append(out, s, length);
        s += length;
        if (*s)
            buf_append_char(out, *s++);
    }
}

/* The last @ before the query ends the user part, even after a slash: "user:pa/ss@host" is a password that
 * was not escaped, and libpq would take "pa" for a port. */
static void sanitize_uri(buf *out, const char *url)
{
    size_t scheme = scheme_length(url);
    buf_append(out, url, scheme);
    const char *rest = url + scheme;
    const char *query = strchr(rest, '?');
    const char *at = NULL;
    /* An unescaped ? may stand in the password too; then an @ follows it and nothing after the ? can be
     * trusted to be a query. */
    for (const char *s = rest; *s; s++) {
        if (*s == '@' && (!query || s < query || !memchr(query, '=', (size_t)(s - query))))
            at = s;
    }
    if (at && query && query < at)
        query = strchr(at, '?');
    const char *host = rest;
    if (at) {
        size_t user = strcspn(rest, ":@/?");
        buf_append(out, rest, user);
        if (rest + user < at)
            buf_append_str(out, ":" HIDDEN);
        host = at;
    }
    buf_append(out, host, query ? (size_t)(query - host) : strlen(host));
    if (query) {
        buf_append_char(out, '?');
        sanitize_query(out, query + 1);
    }
}

/* The end of a conninfo value: quoted with backslashes, or up to a blank. NULL when a quote is open. */
static const char *value_end(const char *s)
{
    bool quoted = *s == '\'';
    if (quoted)
        s++;
    for (; *s; s++) {
        if (*s == '\\' && s[1])
            s++;
        else if (quoted ? *s == '\'' : isspace((unsigned char)*s))
            break;
    }
    if (quoted)
        return *s ? s + 1 : NULL;
    return s;
}

/* "host=a password = 'b c'". From the first thing that is not key=value on, everything is hidden. */
static void sanitize_pairs(buf *out, const char *s)
{
    for (;;) {
        s += strspn(s, " \t\n\r\f\v");
        if (!*s)
            return;
        if (out->length > 0)
            buf_append_char(out, ' ');
        size_t key = strcspn(s, "= \t\n\r\f\v");
        const char *equals = s + key + strspn(s + key, " \t\n\r\f\v");
        if (*equals != '=' || key == 0) {
            buf_append_str(out, HIDDEN);
            return;
        }
        const char *value = equals + 1 + strspn(equals + 1, " \t\n\r\f\v");
        const char *end = value_end(value);
        size_t scheme = scheme_length(value + (*value == '\''));
        if (!end || is_secret_key(s, key) || scheme > 0)
            buf_printf(out, "%.*s=" HIDDEN, (int)key, s);
        else
            buf_printf(out, "%.*s=%.*s", (int)key, s, (int)(end - value), value);
        if (!end)
            return;
        s = end;
    }
}

static void sanitize(buf *out, const char *url)
{
    if (scheme_length(url) > 0)
        sanitize_uri(out, url);
    else
        sanitize_pairs(out, url);
}

char *pg_url_sanitize(arena *a, const char *url)
{
    buf b;
    buf_init(&b, URL_BYTES_MAX);
    if (url)
        sanitize(&b, url);
    char *copy = b.state == BUF_OK ? arena_strdup(a, b.data) : arena_strdup(a, HIDDEN);
    buf_term(&b);
    return copy;
}

/* Overwrites `length` bytes at s with the mark, closing the gap. */
static void hide(char *s, size_t length)
{
    size_t mark = strlen(HIDDEN);
    size_t keep = mark < length ? mark : length;
    memcpy(s, HIDDEN, keep);
    memmove(s + keep, s + length, strlen(s + length) + 1);
}

static void hide_value(char *message, const char *secret)
{
    size_t length = strlen(secret);
    for (char *s = message; length > 0 && (s = strstr(s, secret)) != NULL; s++)
        hide(s, length);
}

/* What libpq itself takes for a secret, decoded. */
static void hide_parsed_secrets(char *message, const char *url)
{
    PQconninfoOption *parsed = PQconninfoParse(url, NULL);
    for (const PQconninfoOption *o = parsed; o && o->keyword; o++) {
        if (o->val && is_secret_key(o->keyword, strlen(o->keyword)))
            hide_value(message, o->val);
    }
    PQconninfoFree(parsed);
}

/* libpq quotes pieces of the connection string. A piece that the sanitised form still shows is harmless,
 * anything else that comes from the string goes. */
static void hide_quoted(char *message, const char *url, const char *shown)
{
    for (char *s = strchr(message, '"'); s; s = strchr(s, '"')) {
        char *end = strchr(s + 1, '"');
        if (!end)
            return;
        *end = '\0';
        bool secret = strstr(url, s + 1) && !strstr(shown, s + 1);
        size_t length = strlen(s + 1);
        *end = '"';
        if (secret) {
            hide(s + 1, length);
            end = strchr(s + 1, '"');
        }
        s = end + 1;
    }
}

void pg_url_scrub(char *message, const char *url)
{
    assert(message);
    if (!url || !*url)
        return;
    buf shown;
    buf_init(&shown, URL_BYTES_MAX);
    sanitize(&shown, url);
    hide_parsed_secrets(message, url);
    hide_quoted(message, url, shown.data);
    buf_term(&shown);
}

/* libpq finds out only when it connects, and says it as if the server could not be reached. */
static bool ports_are_numbers(const PQconninfoOption *parsed)
{
    for (const PQconninfoOption *o = parsed; o->keyword; o++)
        if (strcmp(o->keyword, "port") == 0 && o->val && o->val[strspn(o->val, "0123456789, ")])
            return false;
    return true;
}

dbk_err *pg_url_check(const char *url)
{
    if (!url || !*url)
        return NULL;
    if (strlen(url) > URL_BYTES_MAX / 2)
        return err_new(ERR_USAGE, "the connection string is longer than %zu bytes", URL_BYTES_MAX / 2);
    char *why = NULL;
    PQconninfoOption *parsed = PQconninfoParse(url, &why);
    bool numbers = parsed && ports_are_numbers(parsed);
    PQconninfoFree(parsed);
    if (parsed)
        return numbers ? NULL
                       : err_new(ERR_USAGE, "not a PostgreSQL connection string: the port is no number");
    if (!why)
        return err_oom();
    pg_url_scrub(why, url);
    size_t n = strcspn(why, "\n");
    dbk_err *e = err_new(ERR_USAGE, "not a PostgreSQL connection string: %.*s", (int)n, why);
    PQfreemem(why);
    return err_with_hint(e, "write postgresql://user@host:port/database, or host=… dbname=…; "
                            "escape special characters of a password as %%40 and the like");
}
