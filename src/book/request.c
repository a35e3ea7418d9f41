#include "book/request.h"

#include <assert.h>
#include <string.h>

#define SIZE_MAX_BYTES 4096

#define SIZE_PROBLEM                                                                                         \
    "size is not set to sizeof of the struct, or members are used that this version does not know"
#define FITS(request) request_size_fits((request), (request)->size, sizeof(*(request)))

bool request_size_fits(const void *request, size_t given, size_t known)
{
    const char *bytes = request;
    if (given < known || given > SIZE_MAX_BYTES)
        return false;
    for (size_t i = known; i < given; i++) {
        if (bytes[i])
            return false;
    }
    return true;
}

static const char *order_submit_problem(const void *request)
{
    const dbk_order *order = request;
    if (!FITS(order))
        return SIZE_PROBLEM;
    return order->side && order->type && order->qty ? NULL : "side, type or qty is NULL";
}

static const char *order_import_problem(const void *request)
{
    const dbk_external_order *order = request;
    if (!FITS(order))
        return SIZE_PROBLEM;
    return order->side && order->type && order->qty ? NULL : "side, type or qty is NULL";
}

/* The first header had no terms of a replace: a caller built against it passes a struct that ends before
 * them. */
bool request_order_event(const dbk_order_event *event, dbk_order_event *out)
{
    const size_t first = offsetof(dbk_order_event, qty);
    bool ends_early = event->size == first;
    if (!ends_early && !FITS(event))
        return false;
    *out = (dbk_order_event){0};
    memcpy(out, event, ends_early ? first : sizeof(*out));
    return true;
}

const char *request_order_event_name(dbk_order_event_kind kind)
{
    static const char *const names[] = {
        [DBK_ACKNOWLEDGE] = "acknowledge",
        [DBK_TRIGGER] = "trigger",
        [DBK_REJECT] = "reject",
        [DBK_CANCEL_REQUEST] = "cancel_request",
        [DBK_CANCEL] = "cancel",
        [DBK_CANCEL_REJECT] = "cancel_reject",
        [DBK_EXPIRE] = "expire",
        [DBK_OUTCOME_UNKNOWN] = "outcome_unknown",
        [DBK_REPLACE_REQUEST] = "replace_request",
        [DBK_REPLACE] = "replace",
        [DBK_REPLACE_REJECT] = "replace_reject",
    };
    size_t index = (size_t)kind;
    return index < sizeof(names) / sizeof(names[0]) ? names[index] : NULL;
}

static const char *order_record_problem(const void *request)
{
    dbk_order_event event;
    if (!request_order_event(request, &event))
        return SIZE_PROBLEM;
    return request_order_event_name(event.kind) ? NULL : "kind is none of enum dbk_order_event_kind";
}

bool request_asks(dbk_call_kind kind, const void *request)
{
    if (kind != DBK_CALL_ORDER_RECORD)
        return kind == DBK_CALL_ORDER_SUBMIT;
    const dbk_order_event *event = request;
    return event->kind == DBK_CANCEL_REQUEST || event->kind == DBK_REPLACE_REQUEST;
}

static const char *fill_record_problem(const void *request)
{
    const dbk_fill *fill = request;
    if (!FITS(fill))
        return SIZE_PROBLEM;
    if (!fill->side || !fill->qty || !fill->price)
        return "side, qty or price is NULL";
    return fill->filled_us ? NULL : "filled_us is 0: pass the time of the trade as the venue states it";
}

static const char *fill_bust_problem(const void *request)
{
    const dbk_bust *bust = request;
    return FITS(bust) ? NULL : SIZE_PROBLEM;
}

static const char *fill_correct_problem(const void *request)
{
    const dbk_correction *correction = request;
    return FITS(correction) ? NULL : SIZE_PROBLEM;
}

static const char *cash_record_problem(const void *request)
{
    const dbk_cash *cash = request;
    if (!FITS(cash))
        return SIZE_PROBLEM;
    if (!cash->kind || !cash->currency || !cash->amount)
        return "kind, currency or amount is NULL";
    return cash->occurred_us ? NULL : "occurred_us is 0: pass the time at which the money moved";
}

static const char *funding_record_problem(const void *request)
{
    const dbk_funding *funding = request;
    if (!FITS(funding))
        return SIZE_PROBLEM;
    if (!funding->amount && !(funding->rate && funding->mark))
        return "amount is NULL, and so is rate or mark";
    return funding->funding_us ? NULL : "funding_us is 0: pass the funding time as the venue states it";
}

static const char *equity_record_problem(const void *request)
{
    const dbk_equity_point *point = request;
    if (!FITS(point))
        return SIZE_PROBLEM;
    if ((point->mark_count > 0 && !point->marks) || (point->rate_count > 0 && !point->rates))
        return "marks or rates is NULL, and its count is not 0";
    if (point->mark_count > DBK_MARKS_MAX || point->rate_count > DBK_MARKS_MAX)
        return "more marks or rates than DBK_MARKS_MAX";
    return point->as_of_us ? NULL : "as_of_us is 0: pass the time at which the account is valued";
}

typedef struct request_type {
    const char *name;
    const char *(*problem)(const void *request);
} request_type;

static const request_type *type_of(dbk_call_kind kind)
{
    static const request_type types[CALL_KIND_COUNT] = {
        [DBK_CALL_ORDER_SUBMIT] = {"dbk_order_submit", order_submit_problem},
        [DBK_CALL_ORDER_IMPORT] = {"dbk_order_import", order_import_problem},
        [DBK_CALL_ORDER_RECORD] = {"dbk_order_record", order_record_problem},
        [DBK_CALL_FILL_RECORD] = {"dbk_fill_record", fill_record_problem},
        [DBK_CALL_FILL_BUST] = {"dbk_fill_bust", fill_bust_problem},
        [DBK_CALL_FILL_CORRECT] = {"dbk_fill_correct", fill_correct_problem},
        [DBK_CALL_CASH_RECORD] = {"dbk_cash_record", cash_record_problem},
        [DBK_CALL_FUNDING_RECORD] = {"dbk_funding_record", funding_record_problem},
        [DBK_CALL_EQUITY_RECORD] = {"dbk_equity_record", equity_record_problem},
    };
    assert(kind < CALL_KIND_COUNT);
    return &types[kind];
}

const char *request_name(dbk_call_kind kind)
{
    return type_of(kind)->name;
}

const char *request_problem(dbk_call_kind kind, const void *request)
{
    return type_of(kind)->problem(request);
}
