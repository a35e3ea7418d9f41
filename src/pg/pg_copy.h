/* pg_copy.h: COPY … (FORMAT binary) in both directions.
 *
 * Writing: begin, then per row pg_copy_row() and one pg_copy_<type>() per column in order, then
 * pg_copy_end(). Rows are buffered and sent in blocks of about 256 KiB; memory is constant. Types must match
 * the column exactly (int4 is not int8). Field calls cannot fail visibly: the next pg_copy_row() or
 * pg_copy_end() reports. After any error the connection is out of COPY mode and its transaction is aborted.
 * The connection's statement deadline holds for each block, not for the whole COPY: a server that goes on
 * taking or giving rows is alive. */
#ifndef DAYBOOK_PG_PG_COPY_H
#define DAYBOOK_PG_PG_COPY_H

#include "pg/pg.h"

typedef struct pg_copy pg_copy;

/* sql: "copy t (a, b) from stdin (format binary)" */
dbk_err *pg_copy_begin(pg_conn *c, const char *sql, int columns, pg_copy **out) ERR_MUST_USE;
dbk_err *pg_copy_row(pg_copy *k) ERR_MUST_USE;
void pg_copy_null(pg_copy *k);
void pg_copy_int4(pg_copy *k, int32_t v);
void pg_copy_int8(pg_copy *k, int64_t v);
void pg_copy_float8(pg_copy *k, double v);
void pg_copy_time(pg_copy *k, int64_t wall_us);
void pg_copy_uuid(pg_copy *k, const dbk_uuid *v);
void pg_copy_text(pg_copy *k, const char *s, size_t length);
/* Whole rows that were made elsewhere, with pg_wire.h: the way for threads that make rows ahead of the
 * connection. */
dbk_err *pg_copy_send(pg_copy *k, const void *rows, size_t length) ERR_MUST_USE;
/* Ends, frees k whatever happens, and tells how many rows the server took. */
dbk_err *pg_copy_end(pg_copy *k, int64_t *rows) ERR_MUST_USE;
/* Ends with an error on the server and frees k. Accepts NULL. */
void pg_copy_abort(pg_copy *k);

/* Reading: sql "copy (select …) to stdout (format binary)". row() gives false at the end; fields are lent
 * until the next row. */
typedef struct pg_copy_out pg_copy_out;
dbk_err *pg_copy_out_begin(pg_conn *c, const char *sql, pg_copy_out **out) ERR_MUST_USE;
dbk_err *pg_copy_out_row(pg_copy_out *k, bool *more) ERR_MUST_USE;
int pg_copy_out_columns(const pg_copy_out *k);
/* NULL for SQL NULL */
const void *pg_copy_out_field(const pg_copy_out *k, int column, size_t *length);
/* All fields as they came, each behind its length: as pg_wire.h writes a row after the number of its fields.
 */
const char *pg_copy_out_fields(const pg_copy_out *k, size_t *length);
void pg_copy_out_free(pg_copy_out *k); /* drains or cancels; accepts NULL */

#endif
