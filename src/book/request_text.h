/* request_text.h: what a caller hands over, as text that outlives the process: one JSON object of the call's
 * name, its context and its members by their names in daybook.h. Private to src/book. */
#ifndef DAYBOOK_BOOK_REQUEST_TEXT_H
#define DAYBOOK_BOOK_REQUEST_TEXT_H

#include "book/request.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

/* The kinds of dbk_call_kind, and behind them those that dbk_calls_run does not know. */
typedef enum request_kind {
    REQUEST_FILLS = CALL_KIND_COUNT,
    REQUEST_STATE,
    REQUEST_SESSION,
    REQUEST_KIND_COUNT
} request_kind;

typedef struct state_request {
    dbk_uuid account_id, snapshot_id;
    const char *name, *state_json;
    int64_t as_of_us;
} state_request;

typedef struct session_request {
    dbk_uuid session_id;
    const char *program, *version, *host;
    int64_t pid;
} session_request;

typedef struct request_message {
    int kind;            /* of dbk_call_kind or request_kind */
    const char *ctx;     /* JSON */
    const void *request; /* what goes with the kind; of REQUEST_FILLS `const dbk_fill *const *` */
    size_t count;        /* of REQUEST_FILLS */
} request_message;

/* Where the request says "now" the text says now_us. The request was checked as far as request.h goes;
 * ERR_INPUT for a text in it that is no UTF-8. */
dbk_err *request_text_write(const request_message *message, int64_t now_us, buf *out) ERR_MUST_USE;
/* ERR_INPUT for what request_text_write() has not written. Lives in a. */
dbk_err *request_text_read(arena *a, const char *text, size_t length, request_message *out) ERR_MUST_USE;

/* The function of daybook.h. */
const char *request_text_name(int kind);
/* The identity that an answer names; of REQUEST_FILLS that of the fill at `index`. */
dbk_uuid request_text_id(const request_message *message, size_t index);

#endif
