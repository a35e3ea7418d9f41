#include "pg/pg.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "pg/pg_err.h"
#include "pg/pg_int.h"

#define CONNECT_TIMEOUT_DEFAULT_S 10
/* Data sent to a machine that vanished is given up after this; it also bounds sending a cancel request. */
#define TCP_USER_TIMEOUT_MS "30000"
#define WATCHFUL_TIMEOUT_MS "5000"
#define KEYWORDS_MAX 16

/* ---- connecting ---- */

static void give_notice(void *ctx, const PGresult *result)
{
    const pg_conn *c = ctx;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (c->notice && message)
        c->notice(c->notice_ctx, severity ? severity : "NOTICE", message);
}

static bool says_several_hosts(const char *url)
{
    bool several = false;
    PQconninfoOption *parsed = PQconninfoParse(url, NULL);
    for (const PQconninfoOption *o = parsed; o && o->keyword; o++) {
        if ((strcmp(o->keyword, "host") == 0 || strcmp(o->keyword, "hostaddr") == 0) && o->val &&
            strchr(o->val, ','))
            several = true;
    }
    PQconninfoFree(parsed);
    return several;
}

/* What stands before dbname is a default that the URL may replace; what stands after it is forced. */
static PGconn *start_connect(const pg_conn *c)
{
    const char *keys[KEYWORDS_MAX];
    const char *values[KEYWORDS_MAX];
    char timeout[16];
    int n = 0;
#define ADD(k, v) (keys[n] = (k), values[n] = (v), n++)
    ADD("fallback_application_name", c->application_name);
    if (!getenv("PGCONNECT_TIMEOUT")) {
        int seconds = c->options.connect_timeout_s ? c->options.connect_timeout_s : CONNECT_TIMEOUT_DEFAULT_S;
        snprintf(timeout, sizeof(timeout), "%d", seconds);
        ADD("connect_timeout", timeout);
    }
    ADD("tcp_user_timeout", c->options.watchful ? WATCHFUL_TIMEOUT_MS : TCP_USER_TIMEOUT_MS);
    if (c->options.watchful) {
        ADD("keepalives_idle", "2");
        ADD("keepalives_interval", "1");
        ADD("keepalives_count", "3");
    }
    if (c->options.read_write && says_several_hosts(c->url) && !getenv("PGTARGETSESSIONATTRS"))
        ADD("target_session_attrs", "read-write");
    ADD("dbname", c->url);
    if (c->options.database)
        ADD("dbname", c->options.database); /* only the first one may be a URL */
    ADD("client_encoding", "UTF8");
    assert(n < KEYWORDS_MAX);
    ADD(NULL, NULL);
#undef ADD
    return PQconnectStartParams(keys, values, 1);
}

static int option_number(const PGconn *pq, const char *keyword)
{
    int number = 0;
    PQconninfoOption *all = PQconninfo((PGconn *)(uintptr_t)pq);
    for (const PQconninfoOption *o = all; o && o->keyword; o++) {
        if (strcmp(o->keyword, keyword) == 0 && o->val)
            number = (int)strtol(o->val, NULL, 10);
    }
    PQconninfoFree(all);
    return number;
}

/* Waits for what libpq waits for; false when the deadline has passed. libpq must not be asked before its
 * socket is ready. */
static bool wait_step(PGconn *pq, PostgresPollingStatusType wanted, int64_t deadline_us)
{
    const dbk_clock *clock = clock_system();
    for (;;) {
        int64_t left_us = deadline_us == INT64_MAX ? 0 : deadline_us - clock->mono_us(clock);
        if (left_us < 0)
            return false;
        int timeout_ms = deadline_us == INT64_MAX ? -1 : (int)((left_us + 999) / 1000);
        struct pollfd p = {.fd = PQsocket(pq), .events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        int ready = poll(&p, 1, timeout_ms);
        if (ready >= 0 || errno != EINTR)
            return ready != 0;
    }
}

/* Drives the attempt to its end, host after host, each with the whole connect_timeout as in libpq. False: the
 * current host does not answer in time. */
static bool drive_connect(PGconn *pq)
{
    const dbk_clock *clock = clock_system();
    int64_t timeout_us = (int64_t)option_number(pq, "connect_timeout") * 1000000;
    int64_t deadline_us = INT64_MAX;
    const char *host = NULL, *port = NULL;
    PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
    while (wanted != PGRES_POLLING_OK && wanted != PGRES_POLLING_FAILED) {
        /* Lent by the connection, one pair a host: another pointer is another host. */
        if (PQhost(pq) != host || PQport(pq) != port) {
            host = PQhost(pq);
            port = PQport(pq);
            deadline_us = timeout_us > 0 ? clock->mono_us(clock) + timeout_us : INT64_MAX;
        }
        if (!wait_step(pq, wanted, deadline_us))
            return false;
        wanted = PQconnectPoll(pq);
    }
    return true;
}

/* libpq keeps the SQLSTATE of a refused connection to itself, except inside a verbose message, and verbosity
 * can be set only on a connection object that exists: hence the attempt in steps. Only libpq's blocking call
 * can leave a host that does not answer for the next one, so that rare case starts over with it. */
static PGconn *connect_blocking(pg_conn *c)
{
    PGconn *pq = start_connect(c);
    if (!pq)
        return NULL;
    /* From the start: libpq's own receiver would print. */
    PQsetNoticeReceiver(pq, give_notice, c);
    if (PQstatus(pq) == CONNECTION_BAD)
        return pq;
    PQsetErrorVerbosity(pq, PQERRORS_VERBOSE);
    if (!drive_connect(pq) && pg_host_count(pq) > 1)
        PQreset(pq);
    PQsetErrorVerbosity(pq, PQERRORS_DEFAULT);
    return pq;
}

/* DateStyle is one of the settings that a server reports to its client, so poolers carry it along with the
 * client: setting it is safe where other session settings are not. Nothing is sent when it is right already,
 * as it nearly always is. */
static dbk_err *ensure_iso_dates(pg_conn *c)
{
    const char *style = PQparameterStatus(c->pq, "DateStyle");
    if (style && strncmp(style, "ISO", 3) == 0)
        return NULL;
    return pg_exec(c, "set datestyle to 'ISO'");
}

static dbk_err *open_connection(pg_conn *c)
{
    assert(!c->pq);
    PGconn *pq = connect_blocking(c);
    if (!pq || PQstatus(pq) != CONNECTION_OK || PQsetnonblocking(pq, 1) != 0) {
        dbk_err *e = pg_connect_err(pq, c->url);
        PQfinish(pq);
        return e;
    }
    c->pq = pq;
    c->pipelined = 0;
    c->depth_max = 0;
    pthread_mutex_lock(&c->cancel_lock);
    c->cancel = PQgetCancel(pq);
    pthread_mutex_unlock(&c->cancel_lock);
    return c->cancel ? ensure_iso_dates(c) : err_oom();
}

dbk_err *pg_connect_later(const pg_connect_options *options, pg_conn **out)
{
    assert(options);
    assert(out);
    const char *url = options->url ? options->url : "";
    dbk_err *e = pg_url_check(url);
    if (e)
        return e;

    pg_conn *c = mem_alloc(sizeof(*c));
    if (!c)
        return err_oom();
    pthread_mutex_init(&c->cancel_lock, NULL);
    atomic_init(&c->cancel_asked, false);
    c->cancel_grace_us = PG_CANCEL_GRACE_US;
    c->options = *options;
    c->url = mem_strdup(url);
    c->application_name = mem_strdup(options->application_name ? options->application_name : "daybook");
    c->options.url = c->url;
    c->options.application_name = c->application_name;
    if (!c->url || !c->application_name) {
        pg_close(c);
        return err_oom();
    }
    *out = c;
    return NULL;
}

dbk_err *pg_connect_later_like(const pg_conn *other, const pg_connect_options *options, pg_conn **out)
{
    pg_connect_options same = *options;
    assert(other);
    same.url = other->url;
    return pg_connect_later(&same, out);
}

dbk_err *pg_connect(const pg_connect_options *options, pg_conn **out)
{
    pg_conn *c = NULL;
    dbk_err *e = pg_connect_later(options, &c);
    if (!e)
        e = open_connection(c);
    if (e) {
        pg_close(c);
        return e;
    }
    *out = c;
    return NULL;
}

void pg_lose(pg_conn *c)
{
    pthread_mutex_lock(&c->cancel_lock);
    PQfreeCancel(c->cancel);
    c->cancel = NULL;
    pthread_mutex_unlock(&c->cancel_lock);
    PQfinish(c->pq);
    c->pq = NULL;
}

void pg_close(pg_conn *c)
{
    if (!c)
        return;
    pg_lose(c);
    err_free(c->watch_verdict);
    pthread_mutex_destroy(&c->cancel_lock);
    mem_free(c->url);
    mem_free(c->application_name);
    mem_free(c);
}

dbk_err *pg_reconnect(pg_conn *c)
{
    assert(c);
    pg_lose(c);
    dbk_err *e = open_connection(c);
    if (e)
        pg_lose(c);
    return e;
}

void pg_disconnect(pg_conn *c)
{
    assert(c);
    pg_lose(c);
}

const char *pg_url(const pg_conn *c)
{
    return c->url ? c->url : "";
}

bool pg_is_lost(const pg_conn *c)
{
    return !c->pq || PQstatus(c->pq) != CONNECTION_OK;
}

int pg_server_version(const pg_conn *c)
{
    return c->pq ? PQserverVersion(c->pq) : 0;
}

int pg_library_version(void)
{
    return PQlibVersion();
}

int pg_backend_pid(const pg_conn *c)
{
    return c->pq ? PQbackendPID(c->pq) : 0;
}

int pg_socket(const pg_conn *c)
{
    return c->pq ? PQsocket(c->pq) : -1;
}

bool pg_in_transaction(const pg_conn *c)
{
    if (!c->pq)
        return false;
    PGTransactionStatusType status = PQtransactionStatus(c->pq);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

bool pg_is_quiet(const pg_conn *c)
{
    struct pollfd p = {.fd = c->pq ? PQsocket(c->pq) : -1, .events = POLLIN};
    return p.fd >= 0 && poll(&p, 1, 0) == 0;
}

bool pg_speaks_utf8(const pg_conn *c)
{
    const char *encoding = c->pq ? PQparameterStatus(c->pq, "client_encoding") : NULL;
    return encoding && strcmp(encoding, "UTF8") == 0;
}

void pg_on_notice(pg_conn *c, void (*fn)(void *ctx, const char *severity, const char *message), void *ctx)
{
    c->notice = fn;
    c->notice_ctx = ctx;
}

/* ---- transactions ---- */

/* The level is said aloud because default_transaction_isolation may be anything. */
dbk_err *pg_begin(pg_conn *c)
{
    return pg_exec_simple(c, "begin isolation level read committed", false);
}

/* A server answers COMMIT of a failed transaction with success and the tag ROLLBACK. */
static dbk_err *check_commit_tag(PGresult *result)
{
    if (result && strcmp(PQcmdStatus(result), "COMMIT") == 0)
        return NULL;
    dbk_err *e = err_new(ERR_SERVER, "the transaction was rolled back, not committed");
    e = err_with_sqlstate(e, "25P02");
    return err_with_hint(e, "an earlier statement in it had failed");
}

dbk_err *pg_commit_outcome(dbk_err *e, PGresult *result)
{
    if (!e)
        e = check_commit_tag(result);
    PQclear(result);
    /* Whatever SQLSTATE the end of the connection came with (57P01, say): the outcome is what matters here.
     */
    if (e && err_code(e) == ERR_CONNECTION && strcmp(err_sqlstate(e), "08007") != 0) {
        e = err_wrap(e, "the answer to commit was lost");
        e = err_with_sqlstate(e, "08007");
        e = err_with_hint(e, "it may have been committed: look the work up by its identity");
    }
    return e;
}

dbk_err *pg_commit(pg_conn *c)
{
    int64_t deadline = 0;
    PGresult *result = NULL;
    dbk_err *e = pg_statement_begin(c, true, &deadline);
    if (e)
        return e;
    if (!PQsendQuery(c->pq, "commit"))
        e = pg_send_err(c, "committing");
    else
        e = pg_finish_statement(c, NULL, &deadline, &result);
    return pg_commit_outcome(e, result);
}

void pg_rollback(pg_conn *c)
{
    if (!c || !c->pq || PQtransactionStatus(c->pq) == PQTRANS_IDLE)
        return;
    dbk_err *e = pg_exec_simple(c, "rollback", false);
    if (e)
        pg_lose(c);
    err_free(e);
}

void pg_send_cancel(pg_conn *c)
{
    char reason[256];
    pthread_mutex_lock(&c->cancel_lock);
    if (c->cancel)
        (void)PQcancel(c->cancel, reason, sizeof(reason));
    pthread_mutex_unlock(&c->cancel_lock);
}

dbk_err *pg_cancel(pg_conn *c)
{
    char reason[256] = "not connected";
    assert(c);
    atomic_store(&c->cancel_asked, true);
    pthread_mutex_lock(&c->cancel_lock);
    bool sent = c->cancel && PQcancel(c->cancel, reason, sizeof(reason));
    pthread_mutex_unlock(&c->cancel_lock);
    if (sent)
        return NULL;
    dbk_err *e = err_new(ERR_CONNECTION, "could not ask the server to cancel: %s", reason);
    return err_with_sqlstate(e, "08006");
}
