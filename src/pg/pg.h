/* pg.h: connections, statements and typed rows over libpq. The only folder that includes libpq-fe.h is this
 * one.
 *
 * Everything works unchanged through PgBouncer in transaction mode: no start-up `options`, no named prepared
 * statements, no session settings; a setting is made with SET LOCAL inside a transaction. (One exception,
 * where the server's default DateStyle is not ISO: pg_connect sets it, since servers report that setting and
 * poolers therefore keep it with the client.) Text in and out is UTF-8, times are timestamptz in UTC
 * microseconds since 1970.
 *
 * A pg_conn belongs to one thread at a time. Calls block, at most until the connection's statement deadline.
 */
#ifndef DAYBOOK_PG_PG_H
#define DAYBOOK_PG_PG_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/err.h"
#include "core/uuid.h"

typedef struct pg_conn pg_conn;

typedef struct pg_connect_options {
    const char *url; /* libpq URL or conninfo, multi-host allowed; NULL: libpq's own defaults (PGHOST, …) */
    const char *application_name; /* NULL: "daybook" */
    const char *database;         /* another one on the same server than url says; NULL: that one */
    int connect_timeout_s;        /* 0: 10 */
    int64_t statement_timeout_ms; /* client side deadline of each statement, 0: none; passed: cancelled,
                                     ERR_TIMEOUT, SQLSTATE 57014 */
    bool
        read_write; /* adds target_session_attrs=read-write when the URL has several hosts and does not say */
    bool watchful;  /* a machine that vanished is found out within seconds: for connections that are idle */
} pg_connect_options;

/* SQLSTATE of a failure: what a server refused with (28P01, 3D000, 57P03 …) or 08001. A failure is
 * ERR_CONNECTION with every host tried in the detail and a hint (server not running? wrong port? name
 * misspelt? password?), never containing a password. A name without an address is no other failure: resolvers
 * have outages too, and a running bot must outlive them. */
dbk_err *pg_connect(const pg_connect_options *options, pg_conn **out) ERR_MUST_USE;
/* The same without connecting: a connection that is lost until pg_reconnect makes it. */
dbk_err *pg_connect_later(const pg_connect_options *options, pg_conn **out) ERR_MUST_USE;
/* The same, to the server that another connection is to; options->url does not count. */
dbk_err *pg_connect_later_like(const pg_conn *other, const pg_connect_options *options,
                               pg_conn **out) ERR_MUST_USE;
void pg_close(pg_conn *c); /* accepts NULL */

/* Drops the connection and makes it anew with the same options. */
dbk_err *pg_reconnect(pg_conn *c) ERR_MUST_USE;
/* Drops it until pg_reconnect(), with whatever its session held. */
void pg_disconnect(pg_conn *c);
const char *pg_url(const pg_conn *c);    /* as it was given, with its secrets; "" for NULL; lent */
bool pg_is_lost(const pg_conn *c);       /* the connection is known to be unusable */
int pg_server_version(const pg_conn *c); /* 150020 */
int pg_library_version(void);            /* libpq's, the same way */
int pg_backend_pid(const pg_conn *c);
int pg_socket(const pg_conn *c); /* for poll() in daemons */
bool pg_in_transaction(const pg_conn *c);
/* Nothing has come that was not asked for. A server that ends a connection says so. */
bool pg_is_quiet(const pg_conn *c);
bool pg_speaks_utf8(const pg_conn *c); /* false after somebody's SET client_encoding */

/* A URL or conninfo with password and other secrets replaced by "***": for logs and messages. NULL gives "".
 */
char *pg_url_sanitize(arena *a, const char *url);
/* Syntax check without connecting; ERR_USAGE. */
dbk_err *pg_url_check(const char *url) ERR_MUST_USE;

/* The same connection as environment variables of libpq (PGHOST, PGUSER, PGPASSWORD, …), for programs that
 * are run in our place: a password must not be among their arguments. The few options that libpq reads from
 * no variable are left out. */
dbk_err *pg_url_environment(arena *a, const char *url, const char ***names, const char ***values,
                            size_t *count) ERR_MUST_USE;

/* ---- parameters: built in an arena, sent in binary where that is exact ---- */
typedef struct pg_params pg_params;
pg_params *pg_params_new(
    arena *a); /* NULL when memory is short; the pg_param_ calls accept NULL and the query then fails */
void pg_param_null(pg_params *p);
void pg_param_text(pg_params *p,
                   const char *value); /* NULL = SQL NULL; the server infers the type from the statement */
void pg_param_bool(pg_params *p, bool value);
void pg_param_int4(pg_params *p, int32_t value);
void pg_param_int8(pg_params *p, int64_t value);
void pg_param_float8(pg_params *p, double value);
void pg_param_uuid(pg_params *p, const dbk_uuid *value); /* NULL = SQL NULL */
void pg_param_time(pg_params *p, int64_t wall_us);
void pg_param_bytes(pg_params *p, const void *data, size_t length); /* NULL data = SQL NULL */
/* One-dimensional arrays as text literals "{…}" with correct quoting; NULL items are SQL NULLs. type is e.g.
 * "text[]", "numeric[]". */
void pg_param_text_array(pg_params *p, const char *const *items, size_t count);

/* ---- rows ---- */
typedef struct pg_rows pg_rows;

/* Exactly one statement with $1… parameters; p may be NULL. Rows (possibly none) live until the arena is
 * reset. Text result format. Answers that are errors become
 * ERR_SERVER/ERR_RETRYABLE/ERR_CONNECTION/ERR_DENIED/ERR_INPUT… through pg_result_err(). */
dbk_err *pg_query(pg_conn *c, arena *a, const char *sql, const pg_params *p, pg_rows **out) ERR_MUST_USE;
/* The same with binary results: for bulk reading; only the pg_get_*_binary getters apply. */
dbk_err *pg_query_binary(pg_conn *c, arena *a, const char *sql, const pg_params *p,
                         pg_rows **out) ERR_MUST_USE;
/* Exactly one row expected, ERR_INTERNAL otherwise. */
dbk_err *pg_query_one(pg_conn *c, arena *a, const char *sql, const pg_params *p, pg_rows **out) ERR_MUST_USE;
/* Any number of statements by the simple protocol, results dropped: transaction control and migration files.
 */
dbk_err *pg_exec(pg_conn *c, const char *sql) ERR_MUST_USE;
/* One statement out of a longer text, inside a transaction, result dropped. On an error *error_at is the
 * character of sql (from 1) where the server saw it, 0 when it does not say; the error itself says no place,
 * since the caller knows a better one. */
dbk_err *pg_exec_statement(pg_conn *c, const char *sql, size_t *error_at) ERR_MUST_USE;

/* The same outside of a transaction, for a statement that cannot be part of one: an answer that is lost
 * leaves it unknown whether it happened (08007). */
dbk_err *pg_exec_alone(pg_conn *c, const char *sql, size_t *error_at) ERR_MUST_USE;

/* While a statement is waited for, fn is called whenever interval_us have passed, to look at what it waits
 * for (over another connection). When it returns an error, the statement is cancelled and, unless it finished
 * nevertheless, fails with that error. NULL: nobody looks. */
void pg_on_wait(pg_conn *c, int64_t interval_us, dbk_err *(*fn)(void *ctx), void *ctx);

size_t pg_row_count(const pg_rows *r);
size_t pg_column_count(const pg_rows *r);
const char *pg_column_name(const pg_rows *r, size_t column);
int pg_column(const pg_rows *r, const char *name); /* -1 when there is none */
/* The server's type of a column; the ones that matter for printing have names. */
uint32_t pg_column_type(const pg_rows *r, size_t column);
enum pg_type {
    PG_TYPE_BOOL = 16,
    PG_TYPE_INT8 = 20,
    PG_TYPE_INT2 = 21,
    PG_TYPE_INT4 = 23,
    PG_TYPE_JSON = 114,
    PG_TYPE_FLOAT4 = 700,
    PG_TYPE_FLOAT8 = 701,
    PG_TYPE_TIMESTAMPTZ = 1184,
    PG_TYPE_NUMERIC = 1700,
    PG_TYPE_JSONB = 3802
};
bool pg_get_is_null(const pg_rows *r, size_t row, size_t column);
/* NULL for SQL NULL; lent until the arena's reset. */
const char *pg_get_text(const pg_rows *r, size_t row, size_t column);
/* Asserts that the value is not NULL and well-formed: the statement is ours, so anything else is our bug. */
int64_t pg_get_int8(const pg_rows *r, size_t row, size_t column);
double pg_get_float8(const pg_rows *r, size_t row, size_t column);
bool pg_get_bool(const pg_rows *r, size_t row, size_t column);
dbk_uuid pg_get_uuid(const pg_rows *r, size_t row, size_t column);
/* From the text form of timestamptz with TimeZone UTC or any other zone's offset. */
int64_t pg_get_time(const pg_rows *r, size_t row, size_t column);
/* Binary results. */
bool pg_is_binary(const pg_rows *r);
const char *pg_get_text_binary(const pg_rows *r, size_t row, size_t column); /* NULL for SQL NULL */
const char *pg_get_jsonb_binary(const pg_rows *r, size_t row,
                                size_t column);                          /* its text; NULL for SQL NULL */
int64_t pg_get_int8_binary(const pg_rows *r, size_t row, size_t column); /* int2, int4, int8 */
double pg_get_float8_binary(const pg_rows *r, size_t row, size_t column);
int64_t pg_get_time_binary(const pg_rows *r, size_t row, size_t column);
dbk_uuid pg_get_uuid_binary(const pg_rows *r, size_t row, size_t column);
void pg_get_hash_binary(const pg_rows *r, size_t row, size_t column, uint8_t out[32]); /* bytea */

/* ---- transactions ---- */
dbk_err *pg_begin(pg_conn *c) ERR_MUST_USE; /* READ COMMITTED */
/* A lost answer is ERR_CONNECTION with SQLSTATE 08007 (transaction resolution unknown): look the work up by
 * identity. */
dbk_err *pg_commit(pg_conn *c) ERR_MUST_USE;
/* One of several statements that are sent together; params may be NULL. */
typedef struct pg_statement {
    const char *sql;
    const pg_params *params;
} pg_statement;
/* The last statements of a transaction and its COMMIT in one round trip. The first that fails is the error
 * that is returned, and what comes after it, COMMIT too, is not run: then pg_rollback() is due. Rows are
 * dropped. */
dbk_err *pg_commit_after(pg_conn *c, const pg_statement *last, size_t count) ERR_MUST_USE;
void pg_rollback(pg_conn *c); /* best effort; a failure leaves the connection lost */

/* Asks the server to cancel what runs on c; for signal-driven interruption, callable from another thread. */
dbk_err *pg_cancel(pg_conn *c) ERR_MUST_USE;

/* Notices (RAISE NOTICE, WARNING) go to fn; default: dropped. */
void pg_on_notice(pg_conn *c, void (*fn)(void *ctx, const char *severity, const char *message), void *ctx);

#endif
