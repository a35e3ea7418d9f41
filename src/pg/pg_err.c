#include "pg/pg_err.h"

#include <assert.h>
#include <ctype.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

typedef struct code_rule {
    const char *prefix; /* of the SQLSTATE; the first that matches decides */
    enum err_code code;
} code_rule;

static const code_rule code_rules[] = {
    {"08", ERR_CONNECTION},   {"57P0", ERR_CONNECTION}, {"40001", ERR_RETRYABLE}, {"40P01", ERR_RETRYABLE},
    {"55P03", ERR_RETRYABLE}, {"25006", ERR_RETRYABLE}, {"57014", ERR_TIMEOUT},   {"42501", ERR_DENIED},
    {"28", ERR_DENIED},       {"22", ERR_INPUT},        {"23", ERR_INPUT},        {"TB001", ERR_INPUT},
    {"TB002", ERR_INPUT},     {"TB004", ERR_INPUT},     {"TB005", ERR_DENIED},
};

typedef struct hint_rule {
    const char *prefix;
    const char *hint;
} hint_rule;

/* Only where the server itself gives no hint. */
static const hint_rule hint_rules[] = {
    {"53100", "the server's disk is full: free space there, then try again"},
    {"53200", "the server is short of memory: look at work_mem and the number of connections"},
    {"53300", "the server has no connection left: raise max_connections or use a pooler"},
    {"28P01",
     "check the user name and where the password comes from (~/.pgpass, PGPASSWORD, a service file)"},
    {"28", "check the user name and the server's pg_hba.conf"},
    {"3D000", "create the database, or check its name in the URL"},
    {"57P03", "the server is starting up or shutting down; try again in a moment"},
    {"08001", "is a server running there, on that port or socket, and does it accept connections from here?"},
    {"25006",
     "this server is a read-only standby; name all hosts in the URL with target_session_attrs=read-write"},
};

static bool begins(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

static enum err_code code_of(const char *sqlstate)
{
    for (size_t i = 0; i < sizeof(code_rules) / sizeof(code_rules[0]); i++) {
        if (begins(sqlstate, code_rules[i].prefix))
            return code_rules[i].code;
    }
    return sqlstate[0] ? ERR_SERVER : ERR_MEMORY;
}

static dbk_err *add_hint(dbk_err *e, const char *sqlstate)
{
    for (size_t i = 0; i < sizeof(hint_rules) / sizeof(hint_rules[0]); i++) {
        if (begins(sqlstate, hint_rules[i].prefix))
            return err_with_hint(e, "%s", hint_rules[i].hint);
    }
    return e;
}

/* libpq ends its messages with a line end, ours have none. Returns the length without it. */
static int trimmed(const char *message)
{
    size_t n = strlen(message);
    while (n > 0 && isspace((unsigned char)message[n - 1]))
        n--;
    return (int)n;
}

static const char *field(const PGresult *result, int code)
{
    const char *value = PQresultErrorField(result, code);
    return value ? value : "";
}

/* The server counts characters from 1; continuation bytes of UTF-8 are not characters. */
static void locate(const char *sql, const char *position, int *line, int *column)
{
    long left = strtol(position, NULL, 10) - 1;
    *line = 1;
    *column = 1;
    for (const char *s = sql; *s && left > 0; s++) {
        if (((unsigned char)s[1] & 0xC0) != 0x80)
            left--;
        if (((unsigned char)*s & 0xC0) == 0x80)
            continue;
        *column = *s == '\n' ? 1 : *column + 1;
        *line += *s == '\n';
    }
}

/* DETAIL, then where in the statement, then where in the functions called. */
static dbk_err *add_detail(dbk_err *e, const PGresult *result, const char *sql)
{
    const char *detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    const char *position = field(result, PG_DIAG_STATEMENT_POSITION);
    const char *context = field(result, PG_DIAG_CONTEXT);
    char place[64] = "";
    if (sql && position[0]) {
        int line = 0, column = 0;
        locate(sql, position, &line, &column);
        snprintf(place, sizeof(place), "at line %d, column %d of the statement", line, column);
    }
    if (!detail[0] && !place[0] && !context[0])
        return e;
    return err_with_detail(e, "%s%s%s%s%s", detail, detail[0] && (place[0] || context[0]) ? "\n" : "", place,
                           place[0] && context[0] ? "\n" : "", context);
}

dbk_err *pg_result_err(pg_conn *c, const PGresult *result, const char *sql)
{
    assert(c);
    assert(result);
    const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
    const char *severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = field(result, PG_DIAG_MESSAGE_HINT);

    /* An error that libpq made itself has no SQLSTATE: the connection broke, or memory was short. */
    if (!sqlstate[0] && pg_is_lost(c))
        return pg_lost_err(c, "running a statement");
    if (!sqlstate[0])
        message = PQresultErrorMessage(result);

    c->error_at = strtoul(field(result, PG_DIAG_STATEMENT_POSITION), NULL, 10);
    bool fatal = strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0;
    enum err_code code = fatal ? ERR_CONNECTION : code_of(sqlstate);
    if (code == ERR_TIMEOUT && atomic_load(&c->cancel_asked))
        code = ERR_INTERRUPTED;

    dbk_err *e;
    if (code == ERR_TIMEOUT && c->overdue)
        e = err_new(code, "the statement took longer than %lld ms and was cancelled",
                    (long long)c->timeout_ms);
    else
        e = err_new(code, "%.*s", trimmed(message), message);
    if (sqlstate[0])
        e = err_with_sqlstate(e, sqlstate);
    if (field(result, PG_DIAG_CONSTRAINT_NAME)[0])
        e = err_with_constraint(e, field(result, PG_DIAG_CONSTRAINT_NAME));
    e = add_detail(e, result, sql);
    e = hint[0] ? err_with_hint(e, "%s", hint) : add_hint(e, sqlstate);
    if (fatal)
        pg_lose(c);
    return e;
}

dbk_err *pg_lost_err(pg_conn *c, const char *what)
{
    const char *why = c->pq ? PQerrorMessage(c->pq) : "";
    dbk_err *e = err_new(ERR_CONNECTION, "the connection to the server was lost while %s", what);
    e = err_with_sqlstate(e, c->commits ? "08007" : "08006");
    if (trimmed(why) > 0)
        e = err_with_detail(e, "%.*s", trimmed(why), why);
    pg_lose(c);
    return e;
}

dbk_err *pg_send_err(pg_conn *c, const char *what)
{
    if (pg_is_lost(c)) {
        c->commits = false; /* a statement that libpq refused to take was not sent */
        return pg_lost_err(c, what);
    }
    const char *why = PQerrorMessage(c->pq);
    return err_new(ERR_INTERNAL, "libpq refused while %s: %.*s", what, trimmed(why), why);
}

/* ---- connecting ---- */

/* A verbose message reads "…: FATAL:  28P01: password …". The code in it is the same in every language. */
static const char *find_sqlstate(const char *s)
{
    for (; (s = strstr(s, ":  ")) != NULL; s++) {
        const char *code = s + 3;
        size_t n = strspn(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (n == 5 && code[5] == ':' && code[6] == ' ')
            return code;
    }
    return NULL;
}

void pg_connect_sqlstate(const char *verbose_message, size_t hosts, char out[6])
{
    size_t found = 0;
    memcpy(out, "08001", 6);
    char last[6] = "08001";
    for (const char *s = verbose_message; (s = find_sqlstate(s)) != NULL; s += 5) {
        memcpy(last, s, 5);
        found++;
        /* One host that will soon be back is worth waiting for, whatever the others say. */
        if (begins(last, "57P03") || begins(last, "53300")) {
            memcpy(out, last, 6);
            return;
        }
    }
    /* Some host did not answer at all: it may be back, too. */
    if (found >= hosts)
        memcpy(out, last, 6);
}

/* A line such as "LOCATION:  auth_failed, auth.c:335", in whatever language. */
static bool is_location(const char *line, size_t length)
{
    size_t n = length;
    while (n > 0 && isdigit((unsigned char)line[n - 1]))
        n--;
    return n < length && n >= 3 && memcmp(line + n - 3, ".c:", 3) == 0;
}

void pg_connect_message_clean(char *verbose_message)
{
    char *out = verbose_message;
    for (char *line = verbose_message; *line;) {
        size_t length = strcspn(line, "\n");
        size_t whole = length + (line[length] == '\n');
        if (!is_location(line, length)) {
            memmove(out, line, whole);
            out += whole;
        }
        line += whole;
    }
    *out = '\0';
    for (char *code = verbose_message; (code = (char *)(uintptr_t)find_sqlstate(code)) != NULL;)
        memmove(code - 1, code + 7, strlen(code + 7) + 1);
}

/* True when the one host of this connection has a name that no resolver knows: waiting does not make one. A
 * resolver that cannot be reached, or several hosts, are another matter. */
static bool host_is_unknown(const PGconn *pq)
{
    const char *host = NULL;
    bool unknown = false;
    PQconninfoOption *all = PQconninfo((PGconn *)(uintptr_t)pq);
    for (const PQconninfoOption *o = all; o && o->keyword; o++) {
        if (strcmp(o->keyword, "host") == 0)
            host = o->val;
        if (strcmp(o->keyword, "hostaddr") == 0 && o->val && o->val[0]) {
            host = NULL;
            break;
        }
    }
    if (host && host[0] && host[0] != '/' && host[0] != '@' && !strchr(host, ',')) {
        struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found = NULL;
        unknown = getaddrinfo(host, NULL, &hints, &found) == EAI_NONAME;
        if (found)
            freeaddrinfo(found);
    }
    PQconninfoFree(all);
    return unknown;
}

size_t pg_host_count(const PGconn *pq)
{
    size_t most = 1;
    PQconninfoOption *all = PQconninfo((PGconn *)(uintptr_t)pq);
    for (const PQconninfoOption *o = all; o && o->keyword; o++) {
        if ((strcmp(o->keyword, "host") != 0 && strcmp(o->keyword, "hostaddr") != 0) || !o->val)
            continue;
        size_t hosts = 1;
        for (const char *s = o->val; *s; s++)
            hosts += *s == ',';
        most = hosts > most ? hosts : most;
    }
    PQconninfoFree(all);
    return most;
}

dbk_err *pg_connect_err(const PGconn *pq, const char *url)
{
    if (!pq)
        return err_oom();
    char *text = mem_strdup(PQerrorMessage(pq));
    if (!text)
        return err_oom();
    char sqlstate[6];
    pg_connect_sqlstate(text, pg_host_count(pq), sqlstate);
    pg_connect_message_clean(text);
    pg_url_scrub(text, url);
    bool unknown = strcmp(sqlstate, "08001") == 0 && host_is_unknown(pq);
    dbk_err *e = err_new(ERR_CONNECTION, "could not connect to the server");
    e = err_with_sqlstate(e, sqlstate);
    /* An attempt that is still under way was given up by us. */
    bool late = PQstatus(pq) != CONNECTION_BAD;
    e = err_with_detail(e, "%.*s%s", trimmed(text), text, late ? " no answer in time" : "");
    e = unknown ? err_with_hint(e, "is the name of the host spelt as it should be?") : add_hint(e, sqlstate);
    mem_free(text);
    return e;
}
