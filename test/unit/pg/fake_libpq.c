#include "fake_libpq.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../unit.h"

/* The opaque type of libpq, as little of it as is needed. */
struct pg_result {
    const fake_step *step;
};

fake_libpq fake;
static int the_connection, the_cancel;
static int ready_socket[2] = {-1, -1}, silent_pipe[2] = {-1, -1};

static PGconn *connection(void)
{
    return (PGconn *)(void *)&the_connection;
}

static const fake_step *step(void)
{
    static const fake_step end = {.kind = FAKE_END};
    return fake.at < fake.step_count ? &fake.steps[fake.at] : &end;
}

void fake_script(const fake_step *steps, size_t count)
{
    fake.steps = steps;
    fake.step_count = count;
    fake.at = 0;
}

pg_conn *fake_connect(const fake_step *steps, size_t count, int64_t statement_timeout_ms)
{
    fake = (fake_libpq){0};
    if (ready_socket[0] < 0) {
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ready_socket), 0);
        assert_int_equal(pipe(silent_pipe), 0);
        assert_int_equal(write(ready_socket[1], "x", 1), 1);
    }
    pg_conn *c = NULL;
    unit_ok(pg_connect(
        &(pg_connect_options){.url = "host=fake", .statement_timeout_ms = statement_timeout_ms}, &c));
    fake_script(steps, count);
    fake.sends = 0;
    return c;
}

void fake_close(pg_conn *c)
{
    pg_close(c);
    free(fake.last_sql);
    free(fake.copied);
    fake.last_sql = fake.copied = NULL;
}

/* ---- connection ---- */

PGconn *PQconnectStartParams(const char *const *keywords, const char *const *values, int expand_dbname)
{
    (void)keywords;
    (void)values;
    (void)expand_dbname;
    fake.bad = fake.fail_connect;
    fake.connects++;
    return connection();
}

PostgresPollingStatusType PQconnectPoll(PGconn *conn)
{
    (void)conn;
    return fake.bad ? PGRES_POLLING_FAILED : PGRES_POLLING_OK;
}

char *PQhost(const PGconn *conn)
{
    static char host[] = "fake";
    (void)conn;
    return host;
}

char *PQport(const PGconn *conn)
{
    return PQhost(conn);
}

void PQreset(PGconn *conn)
{
    (void)conn;
}

void PQfinish(PGconn *conn)
{
    (void)conn;
}

ConnStatusType PQstatus(const PGconn *conn)
{
    return conn && !fake.bad ? CONNECTION_OK : CONNECTION_BAD;
}

char *PQerrorMessage(const PGconn *conn)
{
    static char text[512];
    (void)conn;
    snprintf(text, sizeof(text), "%s",
             fake.connect_message ? fake.connect_message : "server closed the connection\n");
    return text;
}

const char *PQparameterStatus(const PGconn *conn, const char *name)
{
    (void)conn;
    return strcmp(name, "DateStyle") == 0 ? (fake.date_style ? fake.date_style : "ISO, MDY") : NULL;
}

PQconninfoOption *PQconninfo(PGconn *conn)
{
    (void)conn;
    return NULL;
}

PGTransactionStatusType PQtransactionStatus(const PGconn *conn)
{
    (void)conn;
    return fake.transaction;
}

int PQsetnonblocking(PGconn *conn, int on)
{
    (void)conn;
    (void)on;
    return 0;
}

PGVerbosity PQsetErrorVerbosity(PGconn *conn, PGVerbosity verbosity)
{
    (void)conn;
    (void)verbosity;
    return PQERRORS_DEFAULT;
}

PQnoticeReceiver PQsetNoticeReceiver(PGconn *conn, PQnoticeReceiver receiver, void *arg)
{
    (void)conn;
    (void)receiver;
    (void)arg;
    return NULL;
}

int PQserverVersion(const PGconn *conn)
{
    (void)conn;
    return 150000;
}

int PQbackendPID(const PGconn *conn)
{
    (void)conn;
    return 4711;
}

/* poll() comes back at once, except in silence. */
int PQsocket(const PGconn *conn)
{
    (void)conn;
    return step()->kind == FAKE_SILENCE ? silent_pipe[0] : ready_socket[0];
}

PGcancel *PQgetCancel(PGconn *conn)
{
    (void)conn;
    return fake.fail_cancel_object ? NULL : (PGcancel *)(void *)&the_cancel;
}

void PQfreeCancel(PGcancel *cancel)
{
    (void)cancel;
}

int PQcancel(PGcancel *cancel, char *errbuf, int errbufsize)
{
    (void)cancel;
    (void)errbuf;
    (void)errbufsize;
    fake.cancels++;
    if (step()->kind == FAKE_SILENCE && step()->obeys_cancel)
        fake.at++;
    return 1;
}

/* ---- statements ---- */

static int send_statement(const char *sql)
{
    free(fake.last_sql);
    fake.last_sql = strdup(sql);
    fake.sends++;
    return fake.fail_send ? 0 : 1;
}

int PQsendQuery(PGconn *conn, const char *query)
{
    (void)conn;
    return send_statement(query);
}

int PQsendQueryParams(PGconn *conn, const char *command, int nParams, const Oid *paramTypes,
                      const char *const *paramValues, const int *paramLengths, const int *paramFormats,
                      int resultFormat)
{
    (void)conn;
    (void)nParams;
    (void)paramTypes;
    (void)paramValues;
    (void)paramLengths;
    (void)paramFormats;
    (void)resultFormat;
    return send_statement(command);
}

int PQsendPrepare(PGconn *conn, const char *stmtName, const char *query, int nParams, const Oid *paramTypes)
{
    (void)conn;
    (void)stmtName;
    (void)nParams;
    (void)paramTypes;
    return send_statement(query);
}

int PQsendQueryPrepared(PGconn *conn, const char *stmtName, int nParams, const char *const *paramValues,
                        const int *paramLengths, const int *paramFormats, int resultFormat)
{
    (void)conn;
    (void)nParams;
    (void)paramValues;
    (void)paramLengths;
    (void)paramFormats;
    (void)resultFormat;
    return send_statement(stmtName);
}

int PQflush(PGconn *conn)
{
    (void)conn;
    return fake.unsent > 0 ? fake.unsent-- : 0;
}

int PQconsumeInput(PGconn *conn)
{
    (void)conn;
    if (step()->kind != FAKE_LOSE)
        return 1;
    fake.bad = true;
    return 0;
}

int PQisBusy(PGconn *conn)
{
    (void)conn;
    return step()->kind == FAKE_SILENCE || (step()->kind == FAKE_LOSE && !fake.bad);
}

PGresult *PQgetResult(PGconn *conn)
{
    static const fake_step lost = {.status = PGRES_FATAL_ERROR};
    (void)conn;
    const fake_step *now = step();
    if (now->kind != FAKE_LOSE && fake.at < fake.step_count)
        fake.at++;
    if (now->kind == FAKE_END)
        return NULL;
    PGresult *result = calloc(1, sizeof(*result));
    assert_non_null(result);
    result->step = now->kind == FAKE_LOSE ? &lost : now;
    return result;
}

int PQenterPipelineMode(PGconn *conn)
{
    (void)conn;
    return 1;
}

int PQexitPipelineMode(PGconn *conn)
{
    (void)conn;
    return 1;
}

int PQpipelineSync(PGconn *conn)
{
    (void)conn;
    return fake.fail_send ? 0 : 1;
}

/* ---- results ---- */

void PQclear(PGresult *res)
{
    free(res);
}

ExecStatusType PQresultStatus(const PGresult *res)
{
    return res ? res->step->status : PGRES_FATAL_ERROR;
}

char *PQresultErrorMessage(const PGresult *res)
{
    return (char *)(uintptr_t)(res->step->message ? res->step->message : "");
}

char *PQresultErrorField(const PGresult *res, int fieldcode)
{
    const fake_step *s = res->step;
    const char *value = fieldcode == PG_DIAG_SQLSTATE                ? s->sqlstate
                        : fieldcode == PG_DIAG_SEVERITY_NONLOCALIZED ? s->severity
                        : fieldcode == PG_DIAG_MESSAGE_PRIMARY       ? s->message
                        : fieldcode == PG_DIAG_MESSAGE_DETAIL        ? s->detail
                        : fieldcode == PG_DIAG_MESSAGE_HINT          ? s->hint
                        : fieldcode == PG_DIAG_CONSTRAINT_NAME       ? s->constraint
                        : fieldcode == PG_DIAG_STATEMENT_POSITION    ? s->position
                        : fieldcode == PG_DIAG_CONTEXT               ? s->context
                                                                     : NULL;
    return (char *)(uintptr_t)value;
}

char *PQcmdStatus(PGresult *res)
{
    return (char *)(uintptr_t)(res->step->command ? res->step->command : "");
}

char *PQcmdTuples(PGresult *res)
{
    const char *blank = strrchr(PQcmdStatus(res), ' ');
    return (char *)(uintptr_t)(blank ? blank + 1 : "");
}

int PQntuples(const PGresult *res)
{
    return res->step->rows;
}

int PQnfields(const PGresult *res)
{
    return res->step->columns;
}

char *PQfname(const PGresult *res, int column_number)
{
    static char name[16];
    (void)res;
    snprintf(name, sizeof(name), "c%d", column_number);
    return name;
}

Oid PQftype(const PGresult *res, int column_number)
{
    return res->step->types ? res->step->types[column_number] : 25;
}

static const char *value_of(const PGresult *res, int row, int column)
{
    return res->step->values[row * res->step->columns + column];
}

int PQgetisnull(const PGresult *res, int tup_num, int field_num)
{
    return value_of(res, tup_num, field_num) == NULL;
}

char *PQgetvalue(const PGresult *res, int tup_num, int field_num)
{
    const char *value = value_of(res, tup_num, field_num);
    return (char *)(uintptr_t)(value ? value : "");
}

int PQgetlength(const PGresult *res, int tup_num, int field_num)
{
    if (res->step->lengths)
        return res->step->lengths[tup_num * res->step->columns + field_num];
    return (int)strlen(PQgetvalue(res, tup_num, field_num));
}

/* ---- COPY ---- */

int PQputCopyData(PGconn *conn, const char *buffer, int nbytes)
{
    (void)conn;
    if (fake.bad)
        return -1;
    fake.copied = realloc(fake.copied, fake.copied_length + (size_t)nbytes);
    assert_non_null(fake.copied);
    memcpy(fake.copied + fake.copied_length, buffer, (size_t)nbytes);
    fake.copied_length += (size_t)nbytes;
    fake.copy_blocks++;
    return 1;
}

int PQputCopyEnd(PGconn *conn, const char *errormsg)
{
    (void)conn;
    (void)errormsg;
    return fake.bad ? -1 : 1;
}

int PQgetCopyData(PGconn *conn, char **buffer, int async)
{
    (void)conn;
    (void)async;
    const fake_step *now = step();
    if (now->kind == FAKE_SILENCE || now->kind == FAKE_LOSE)
        return 0;
    if (now->kind != FAKE_COPY_ROW || !now->data) {
        fake.at += now->kind == FAKE_COPY_ROW;
        return -1;
    }
    *buffer = malloc(now->length);
    assert_non_null(*buffer);
    memcpy(*buffer, now->data, now->length);
    fake.at++;
    return (int)now->length;
}
