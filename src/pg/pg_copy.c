/* The binary format of COPY: a header, then per row a 16-bit count of fields and per field a 32-bit length
 * (-1 for NULL) and the bytes as the type's binary send function writes them, all big-endian; a count of -1
 * ends it. */
#include "pg/pg_copy.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "pg/pg_err.h"
#include "pg/pg_int.h"

#define BLOCK_BYTES ((size_t)256 << 10)
#define BUFFER_BYTES_MAX ((size_t)1 << 30) /* the server's own limit for one field */
#define HEADER_BYTES 19

static const char header[HEADER_BYTES] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";

struct pg_copy {
    pg_conn *conn;
    int columns;
    int filled; /* fields of the current row so far */
    bool in_row;
    buf out;
};

/* Starts COPY and takes the server's go-ahead. */
static dbk_err *start(pg_conn *c, const char *sql, ExecStatusType wanted, int64_t *deadline, int *columns)
{
    PGresult *result = NULL;
    dbk_err *e = pg_statement_begin(c, !pg_in_transaction(c), deadline);
    if (e)
        return e;
    if (!PQsendQuery(c->pq, sql))
        return pg_send_err(c, "starting COPY");
    e = pg_next_result(c, deadline, &result);
    if (e)
        return e;
    ExecStatusType status = PQresultStatus(result);
    if (status == wanted) {
        *columns = PQnfields(result);
        PQclear(result);
        return NULL;
    }
    e = status == PGRES_FATAL_ERROR ? pg_result_err(c, result, sql)
                                    : err_new(ERR_INTERNAL, "not a COPY: %s", sql);
    PQclear(result);
    dbk_err *more = c->pq ? pg_finish_statement(c, sql, deadline, NULL) : NULL;
    err_free(more);
    return e;
}

/* After a failure: out of COPY mode, transaction aborted, connection usable or lost. */
static void leave(pg_conn *c)
{
    if (!c->pq || PQtransactionStatus(c->pq) != PQTRANS_ACTIVE)
        return;
    int64_t deadline = 0;
    dbk_err *e = pg_statement_begin(c, false, &deadline);
    if (!e && PQputCopyEnd(c->pq, "given up by the client") < 0)
        e = pg_lost_err(c, "leaving COPY");
    if (!e)
        e = pg_finish_statement(c, NULL, &deadline, NULL);
    err_free(e);
}

dbk_err *pg_copy_begin(pg_conn *c, const char *sql, int columns, pg_copy **out)
{
    assert(c);
    assert(columns > 0 && columns <= INT16_MAX);
    int64_t deadline = 0;
    int found = 0;
    dbk_err *e = start(c, sql, PGRES_COPY_IN, &deadline, &found);
    if (e)
        return e;
    pg_copy *k = mem_alloc(sizeof(*k));
    if (!k || found != columns) {
        mem_free(k);
        leave(c);
        return k ? err_new(ERR_INTERNAL, "COPY wants %d columns, not %d: %s", found, columns, sql)
                 : err_oom();
    }
    *k = (pg_copy){.conn = c, .columns = columns};
    buf_init(&k->out, BUFFER_BYTES_MAX);
    buf_append(&k->out, header, sizeof(header));
    *out = k;
    return NULL;
}

static dbk_err *put_data(pg_copy *k, const char *data, size_t length, int64_t *deadline)
{
    pg_conn *c = k->conn;
    int queued = 0;
    assert(length <= INT_MAX);
    while ((queued = PQputCopyData(c->pq, data, (int)length)) == 0) {
        dbk_err *e = pg_flush(c, deadline);
        if (e)
            return e;
    }
    if (queued < 0)
        return pg_is_lost(c) ? pg_lost_err(c, "sending rows") : pg_send_err(c, "sending rows");
    return NULL;
}

/* The deadline of the connection holds for each block, not for the whole COPY: as long as the server takes
 * data, it is alive. Sends what is buffered and then `length` bytes of rows. */
static dbk_err *send_blocks(pg_copy *k, const char *rows, size_t length)
{
    int64_t deadline = 0;
    dbk_err *e = buf_error(&k->out);
    if (!e)
        e = pg_statement_continue(k->conn, &deadline);
    if (!e && k->out.length > 0)
        e = put_data(k, k->out.data, k->out.length, &deadline);
    if (!e && length > 0)
        e = put_data(k, rows, length, &deadline);
    if (e)
        return e;
    buf_clear(&k->out);
    return pg_flush(k->conn, &deadline);
}

static dbk_err *send_block(pg_copy *k)
{
    return send_blocks(k, NULL, 0);
}

dbk_err *pg_copy_send(pg_copy *k, const void *rows, size_t length)
{
    assert(k);
    assert(!k->in_row || k->filled == k->columns);
    return send_blocks(k, rows, length);
}

dbk_err *pg_copy_row(pg_copy *k)
{
    assert(k);
    assert(!k->in_row || k->filled == k->columns);
    if (k->out.state != BUF_OK || k->out.length >= BLOCK_BYTES) {
        dbk_err *e = send_block(k);
        if (e)
            return e;
    }
    char count[2];
    pg_store16(count, (uint16_t)k->columns);
    buf_append(&k->out, count, sizeof(count));
    k->in_row = true;
    k->filled = 0;
    return NULL;
}

static void put(pg_copy *k, const void *data, size_t length)
{
    char wire[4];
    assert(k->in_row && k->filled < k->columns);
    pg_store32(wire, (uint32_t)length);
    buf_append(&k->out, wire, sizeof(wire));
    buf_append(&k->out, data, length);
    k->filled++;
}

void pg_copy_null(pg_copy *k)
{
    static const char null_length[4] = {'\377', '\377', '\377', '\377'};
    assert(k->in_row && k->filled < k->columns);
    buf_append(&k->out, null_length, sizeof(null_length));
    k->filled++;
}

void pg_copy_int4(pg_copy *k, int32_t v)
{
    char wire[4];
    pg_store32(wire, (uint32_t)v);
    put(k, wire, sizeof(wire));
}

void pg_copy_int8(pg_copy *k, int64_t v)
{
    char wire[8];
    pg_store64(wire, (uint64_t)v);
    put(k, wire, sizeof(wire));
}

void pg_copy_float8(pg_copy *k, double v)
{
    char wire[8];
    pg_store64(wire, pg_float8_bits(v));
    put(k, wire, sizeof(wire));
}

void pg_copy_time(pg_copy *k, int64_t wall_us)
{
    pg_copy_int8(k, pg_time_to_wire(wall_us));
}

void pg_copy_uuid(pg_copy *k, const dbk_uuid *v)
{
    put(k, v->bytes, sizeof(v->bytes));
}

void pg_copy_text(pg_copy *k, const char *s, size_t length)
{
    put(k, s, length);
}

static void free_copy(pg_copy *k)
{
    buf_term(&k->out);
    mem_free(k);
}

dbk_err *pg_copy_end(pg_copy *k, int64_t *rows)
{
    static const char trailer[2] = {'\377', '\377'};
    assert(k);
    assert(!k->in_row || k->filled == k->columns);
    pg_conn *c = k->conn;
    int64_t deadline = 0;
    PGresult *result = NULL;
    buf_append(&k->out, trailer, sizeof(trailer));
    dbk_err *e = send_block(k);
    free_copy(k);
    if (!e)
        e = pg_statement_continue(c, &deadline);
    if (!e && PQputCopyEnd(c->pq, NULL) < 0)
        e = pg_send_err(c, "ending COPY");
    if (e) {
        leave(c);
        return e;
    }
    e = pg_finish_statement(c, NULL, &deadline, &result);
    if (!e && rows)
        *rows = result ? strtoll(PQcmdTuples(result), NULL, 10) : 0;
    PQclear(result);
    return e;
}

void pg_copy_abort(pg_copy *k)
{
    if (!k)
        return;
    pg_conn *c = k->conn;
    free_copy(k);
    leave(c);
}

/* ---- reading ---- */

typedef struct field_ref {
    const char *data;
    size_t length;
} field_ref;

struct pg_copy_out {
    pg_conn *conn;
    int columns;
    bool header_seen;
    bool ended;    /* the server has nothing more to say */
    char *message; /* libpq's, with the current row */
    size_t length;
    size_t at;
    size_t row_at; /* the first field of the current row */
    field_ref *fields;
};

dbk_err *pg_copy_out_begin(pg_conn *c, const char *sql, pg_copy_out **out)
{
    int64_t deadline = 0;
    int columns = 0;
    assert(c);
    dbk_err *e = start(c, sql, PGRES_COPY_OUT, &deadline, &columns);
    if (e)
        return e;
    pg_copy_out *k = mem_alloc(sizeof(*k));
    if (!k) {
        pg_copy_out stranded = {.conn = c};
        pg_copy_out_free(&stranded);
        return err_oom();
    }
    *k = (pg_copy_out){.conn = c, .columns = columns};
    k->fields = mem_alloc((size_t)(columns > 0 ? columns : 1) * sizeof(*k->fields));
    if (!k->fields) {
        pg_copy_out_free(k);
        return err_oom();
    }
    *out = k;
    return NULL;
}

/* The next message of the stream; NULL message at the end. */
static dbk_err *read_message(pg_copy_out *k)
{
    pg_conn *c = k->conn;
    int64_t deadline = 0;
    PQfreemem(k->message);
    k->message = NULL;
    k->at = k->length = 0;
    dbk_err *e = pg_statement_continue(c, &deadline);
    while (!e) {
        int n = PQgetCopyData(c->pq, &k->message, 1);
        if (n > 0) {
            k->length = (size_t)n;
            return NULL;
        }
        if (n < 0) {
            k->ended = true;
            return pg_finish_statement(c, NULL, &deadline, NULL);
        }
        e = pg_wait(c, false, &deadline);
        if (!e && !PQconsumeInput(c->pq))
            e = pg_lost_err(c, "reading rows");
    }
    k->ended = true;
    return e;
}

static dbk_err *malformed(const char *what)
{
    return err_new(ERR_SERVER, "the server's COPY stream is malformed: %s", what);
}

static dbk_err *skip_header(pg_copy_out *k)
{
    k->header_seen = true;
    if (k->length < HEADER_BYTES || memcmp(k->message, header, 11) != 0)
        return malformed("no header");
    size_t extension = pg_load32(k->message + 15);
    if (extension > k->length - HEADER_BYTES)
        return malformed("header too long");
    k->at = HEADER_BYTES + extension;
    return NULL;
}

static dbk_err *parse_row(pg_copy_out *k)
{
    k->row_at = k->at;
    for (int i = 0; i < k->columns; i++) {
        if (k->length - k->at < 4)
            return malformed("row too short");
        int32_t length = (int32_t)pg_load32(k->message + k->at);
        k->at += 4;
        k->fields[i] = (field_ref){0};
        if (length == -1)
            continue;
        if (length < 0 || (size_t)length > k->length - k->at)
            return malformed("field too long");
        k->fields[i] = (field_ref){.data = k->message + k->at, .length = (size_t)length};
        k->at += (size_t)length;
    }
    return NULL;
}

dbk_err *pg_copy_out_row(pg_copy_out *k, bool *more)
{
    dbk_err *e = NULL;
    assert(k);
    for (;;) {
        if (k->ended) {
            *more = false;
            return NULL;
        }
        if (k->at == k->length) {
            e = read_message(k);
            if (e)
                return e;
            continue;
        }
        if (!k->header_seen) {
            e = skip_header(k);
            if (e)
                return e;
            continue;
        }
        if (k->length - k->at < 2)
            return malformed("row too short");
        int count = (int16_t)pg_load16(k->message + k->at);
        k->at += 2;
        if (count == -1)
            continue; /* the trailer; the end of the statement follows */
        if (count != k->columns)
            return malformed("wrong number of fields");
        e = parse_row(k);
        if (!e)
            *more = true;
        return e;
    }
}

int pg_copy_out_columns(const pg_copy_out *k)
{
    return k->columns;
}

const void *pg_copy_out_field(const pg_copy_out *k, int column, size_t *length)
{
    assert(column >= 0 && column < k->columns);
    if (length)
        *length = k->fields[column].length;
    return k->fields[column].data;
}

const char *pg_copy_out_fields(const pg_copy_out *k, size_t *length)
{
    *length = k->at - k->row_at;
    return k->message + k->row_at;
}

/* Stops the server and reads what it had already sent. */
static void stop(pg_copy_out *k)
{
    if (!k->conn->pq)
        return;
    pg_send_cancel(k->conn);
    while (!k->ended) {
        dbk_err *e = read_message(k);
        err_free(e);
    }
}

void pg_copy_out_free(pg_copy_out *k)
{
    if (!k)
        return;
    if (!k->ended)
        stop(k);
    PQfreemem(k->message);
    mem_free(k->fields);
    mem_free(k);
}
