/* pg_store_int.h: what the files of the PostgreSQL store share. */
#ifndef DAYBOOK_BOOK_PG_STORE_INT_H
#define DAYBOOK_BOOK_PG_STORE_INT_H

#include "book/call_context.h"
#include "book/pg_store.h"
#include "pg/pg.h"
#include "pg/pg_retry.h"

/* Strings of an answer live until the next call that fills the same struct type: so one arena a type. */
typedef enum keep {
    KEEP_ANSWER,
    KEEP_ORDER_ANSWER,
    KEEP_FILL_ANSWER,
    KEEP_FILL_EVENT_ANSWER,
    KEEP_FUNDING,
    KEEP_EQUITY,
    KEEP_INTENT_ANSWER,
    KEEP_STATE,
    KEEP_STRATEGY,
    KEEP_CALLS,
    KEEP_SPOKEN_FOR,
    KEEP_COUNT
} keep;

struct pg_store {
    pg_conn *conn;
    int64_t retry_total_us;
    dbk_uuid session;
    bool session_open;
    char *program, *program_version, *actor;
    char host[256];
    call_speaker speaker; /* whose ids are these: */
    dbk_uuid correlation, cause, bot;
    char *ctx; /* JSON, the last parameter of every function that writes; NULL: memory was short */
    const char *spoken_for; /* goes in its place when it is not NULL */
    arena *kept[KEEP_COUNT];
};

/* An emptied arena for the answer of the kind. */
arena *pg_store_keep(pg_store *s, keep kind);

/* One statement with retry. one: exactly one row, else ERR_INTERNAL. */
typedef struct store_call {
    const char *name; /* for the error: "dbk_order_submit" */
    const char *sql;
    const pg_params *params;
    bool binary;
    bool one;
} store_call;
dbk_err *pg_store_call(pg_store *s, arena *a, const store_call *call, pg_rows **out) ERR_MUST_USE;

/* A connection that is lost is made again. */
dbk_err *pg_store_connected(pg_store *s) ERR_MUST_USE;
/* Tries of one call, from now on. */
void pg_store_retry_init(const pg_store *s, pg_retry_state *retry);
/* What the caller of the library is told of e, which remains the caller's here: one message for the chain. */
dbk_err *pg_store_explain(const dbk_err *e, const char *name) ERR_MUST_USE;

/* The last parameter of every function that writes. */
void pg_store_param_ctx(const pg_store *s, pg_params *p);
/* 0 is "now", which the server fills in. */
void pg_store_param_time(pg_params *p, int64_t wall_us);

/* The columns outcome, id, conflict_field, refusal_code, refusal_detail, which come first and in this order.
 */
enum {
    ANSWER_OUTCOME,
    ANSWER_ID,
    ANSWER_CONFLICT,
    ANSWER_REFUSAL_CODE,
    ANSWER_REFUSAL_DETAIL,
    ANSWER_COLUMNS
};
dbk_err *pg_store_outcome(const char *text, dbk_outcome *out) ERR_MUST_USE;
dbk_err *pg_store_answer(const pg_rows *rows, size_t row, dbk_answer *out) ERR_MUST_USE;
/* Runs a call whose whole result is an answer. */
dbk_err *pg_store_call_answer(pg_store *s, const store_call *call, arena *a, dbk_answer *out) ERR_MUST_USE;

/* A call that changes the book with one request and one answer. */
typedef struct store_write {
    const char *sql;
    keep keep;
    /* The parameters of the function but the last, which is the context; a is for what it takes to make them.
     */
    dbk_err *(*params)(arena *a, const void *request, pg_params *p);
    dbk_err *(*answer)(const pg_rows *rows, void *out);
} store_write;
const store_write *pg_store_write_of(dbk_call_kind kind);
/* All parameters, the context included. */
dbk_err *pg_store_write_params(const pg_store *s, arena *a, const store_write *w, const void *request,
                               pg_params **out) ERR_MUST_USE;
/* The answer to a call that is answered with one row. */
dbk_err *pg_store_read_answer(const store_write *w, const char *name, const pg_rows *rows,
                              void *out) ERR_MUST_USE;
extern const store_write store_order_submit, store_order_import, store_order_record, store_fill_record,
    store_fill_bust, store_fill_correct, store_cash_record, store_funding_record, store_equity_record;

#endif
