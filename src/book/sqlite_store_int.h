/* sqlite_store_int.h: what the files of the store in one file share: transactions, statements, arguments,
 * events. */
#ifndef DAYBOOK_BOOK_SQLITE_STORE_INT_H
#define DAYBOOK_BOOK_SQLITE_STORE_INT_H

#include "book/maybe_amount.h"
#include "book/sqlite_store.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/wide.h"
#include "sqlite/sqlite.h"

/* Strings of an answer live until the next call that fills the same struct type: so one arena a type. */
typedef enum sqlite_keep {
    SQLITE_KEEP_ANSWER,
    SQLITE_KEEP_ORDER,
    SQLITE_KEEP_FILL,
    SQLITE_KEEP_FILL_EVENT,
    SQLITE_KEEP_FUNDING,
    SQLITE_KEEP_EQUITY,
    SQLITE_KEEP_STATE,
    SQLITE_KEEP_READ,
    SQLITE_KEEP_RECONCILE,
    SQLITE_KEEP_CALLS,
    SQLITE_KEEP_COUNT
} sqlite_keep;

struct sqlite_store {
    sqlite_db *db;
    int64_t retry_total_us;
    dbk_uuid session;
    bool session_open;
    char *actor;
    char *role; /* who is logged in to this machine */
    char *ctx;  /* JSON; NULL: memory was short */
    arena *kept[SQLITE_KEEP_COUNT];
};

/* A call under way, inside its transaction. */
typedef struct sqlite_call {
    sqlite_store *s;
    arena *a; /* for the answer and for what is read on the way to it */
    int64_t now_us;
    bool reads;
} sqlite_call;

/* Runs work inside a transaction, and again while another program holds the file, within the limit of the
 * store. An error undoes all of it. name is the function of daybook.h, for the message. */
typedef struct sqlite_work {
    const char *name;
    sqlite_keep keep;
    bool keeps_on; /* what was answered before with the same `keep` stays */
    bool reads;    /* and writes nothing: others go on meanwhile */
    dbk_err *(*run)(sqlite_call *c, const void *request, void *out);
    const void *request;
    void *out;
} sqlite_work;
dbk_err *sqlite_store_run(sqlite_store *s, const sqlite_work *work) ERR_MUST_USE;

/* ---- one statement ---- */

/* Values go in in order, then rows come out; the first thing that fails is said by the next sq_row or sq_run.
 */
typedef struct sq {
    sqlite_call *call;
    sqlite_stmt *stmt;
    int at;
    dbk_err *failed;
} sq;

sq sq_of(sqlite_call *c, const char *sql);
void sq_text(sq *q, const char *value); /* NULL is null, as everywhere */
void sq_int8(sq *q, int64_t value);
void sq_bool(sq *q, bool value);
void sq_uuid(sq *q, const dbk_uuid *value);
void sq_maybe_int8(sq *q, bool known, int64_t value);
void sq_wide(sq *q, wide value);
void sq_amount(sq *q, maybe_amount value);
void sq_ctx(sq *q);

dbk_err *sq_row(sq *q, bool *found) ERR_MUST_USE;
/* Whether the statement, which gives one row or none, gives one: what it asks for is there; what it inserts,
 * unless the key is taken, is new. */
dbk_err *sq_has_row(sq *q, bool *out) ERR_MUST_USE;
/* A statement that gives no rows, or one whose rows do not matter. */
dbk_err *sq_run(sq *q) ERR_MUST_USE;
/* Ends a statement before its last row. */
void sq_end(sq *q);

/* Of the row; text is copied into the call's arena. Asserts nothing about the content of the file: what
 * cannot be read is an error of sq_done, and reads as zero. */
const char *sq_get_text(sq *q, int column);
int64_t sq_get_int8(sq *q, int column);
bool sq_get_bool(sq *q, int column);
bool sq_get_maybe_int8(sq *q, int column, int64_t *out); /* false: null */
bool sq_get_uuid(sq *q, int column, dbk_uuid *out);
wide sq_get_wide(sq *q, int column);
maybe_amount sq_get_amount(sq *q, int column);
/* Ends the statement; what was wrong with the row that was read. */
dbk_err *sq_done(sq *q) ERR_MUST_USE;

/* ---- arguments ---- */

/* SQLSTATEs TB001 (malformed) and TB002 (unknown), as the functions of a server raise them. */
dbk_err *argument_malformed(const char *hint, const char *fmt, ...) ERR_MUST_USE ERR_FORMAT(2, 3);
dbk_err *argument_unknown(const char *hint, const char *fmt, ...) ERR_MUST_USE ERR_FORMAT(2, 3);
/* NULL is allowed when not required. */
dbk_err *require_text(const char *name, const char *value, size_t chars_max, bool required) ERR_MUST_USE;
/* NULL, or 1 to chars_max characters of any kind. */
dbk_err *require_length(const char *name, const char *value, size_t chars_max) ERR_MUST_USE;
dbk_err *require_choice(const char *name, const char *value, const char *const *choices) ERR_MUST_USE;
dbk_err *require_amount(const char *name, const char *value, bool required, maybe_amount *out) ERR_MUST_USE;
dbk_err *require_positive(const char *name, const char *value, bool required, maybe_amount *out) ERR_MUST_USE;
dbk_err *require_id(const char *name, const dbk_uuid *id) ERR_MUST_USE;

/* A currency that is registered. */
dbk_err *require_currency(sqlite_call *c, const char *name, const char *code) ERR_MUST_USE;

/* The account of a call; ERR_DENIED for one that is not there, as for one that may not be seen, and, unless
 * the call only reads, with SQLSTATE TB005 for one whose book is kept elsewhere or on its way. */
typedef struct account_row {
    dbk_uuid account_id;
    bool is_open, hedging;
    const char *currency;
    maybe_amount opening_balance;
    int64_t version;
} account_row;
dbk_err *account_get(sqlite_call *c, const dbk_uuid *account_id, account_row *out) ERR_MUST_USE;
/* The error of an account that may not be written to here: TB005. */
dbk_err *account_elsewhere(const dbk_uuid *account_id, const char *state, const char *place) ERR_MUST_USE;

dbk_err *require_run(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *run_id) ERR_MUST_USE;
/* In a hedging account every position is named. */
dbk_err *require_place(const account_row *account, const char *position_key) ERR_MUST_USE;

typedef struct instrument_row {
    dbk_uuid instrument_id;
    const char *kind, *base, *settle;
    maybe_amount tick_size, lot_size;
    decimal multiplier;
} instrument_row;
dbk_err *instrument_get(sqlite_call *c, const dbk_uuid *instrument_id, instrument_row *out) ERR_MUST_USE;

/* ---- events and the audit log ---- */

/* A JSON object that is written key by key; what is NULL is left out. Lives in the call's arena. What goes
 * wrong on the way, NULL for want of memory included, is reported by sqlite_emit and sqlite_audit. */
typedef struct payload payload;
payload *payload_new(sqlite_call *c);
void payload_text(payload *p, const char *key, const char *value);
void payload_int8(payload *p, const char *key, int64_t value);
void payload_bool(payload *p, const char *key, bool value);
void payload_uuid(payload *p, const char *key, const dbk_uuid *value);
void payload_wide(payload *p, const char *key, wide value);
void payload_amount(payload *p, const char *key, maybe_amount value);
void payload_time(payload *p, const char *key, int64_t wall_us);
/* JSON as it is. */
void payload_json(payload *p, const char *key, const char *value);

/* The text; nothing can be added afterwards. */
dbk_err *payload_finish(payload *p, const char **out) ERR_MUST_USE;

typedef struct book_event {
    const char *type;         /* "trading.order_submitted" */
    const char *aggregate_id; /* NULL: that of `aggregate` */
    const dbk_uuid *aggregate;
    int64_t version; /* 0: the next one of its head */
    payload *payload;
    bool has_occurred;
    int64_t occurred_us; /* without one: now */
    const dbk_uuid *account_id;
} book_event;
dbk_err *sqlite_emit(sqlite_call *c, const book_event *event) ERR_MUST_USE;

typedef struct audit_entry {
    const char *action, *subject_type, *subject_id;
    const dbk_uuid *subject; /* in place of subject_id */
    const dbk_uuid *account_id;
    const char *outcome, *code;
    payload *detail; /* NULL is none */
} audit_entry;
dbk_err *sqlite_audit(sqlite_call *c, const audit_entry *entry) ERR_MUST_USE;
/* Emits an event of an account, with the account's next version. */
dbk_err *account_emit(sqlite_call *c, const dbk_uuid *account_id, const char *type, payload *p,
                      bool has_occurred, int64_t occurred_us) ERR_MUST_USE;

#endif
