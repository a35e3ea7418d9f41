/* history.h: random histories: what happens to the accounts of one seed, in the order in which a book hears
 * of it.
 *
 * The same seed and count give the same history for ever. It contains what a book meets: orders with all that
 * can happen to them, legal or not; fills alone and in batches, late, beyond the order, of orders nobody
 * submitted, out of order; busts and corrections before and after their fills; cash, funding, equity; calls
 * that are repeated, with the same content and with another; deliveries that overtake each other; runs, and
 * what programs keep of their own. It has a clock of its own.
 *
 * With a desk, several bots act for each account, under leases that change hands, halts and caps. That is of
 * books on a server; a history without it is told to the others. */
#ifndef DAYBOOK_SIMULATE_HISTORY_H
#define DAYBOOK_SIMULATE_HISTORY_H

#include "core/arena.h"
#include "daybook.h"

#define HISTORY_ACCOUNTS 2
#define HISTORY_OPERATIONS_MAX 100000

typedef enum operation_kind {
    OPERATION_OPEN,
    OPERATION_SUBMIT,
    OPERATION_IMPORT,
    OPERATION_EVENT,
    OPERATION_FILL,
    OPERATION_FILLS,
    OPERATION_BUST,
    OPERATION_CORRECT,
    OPERATION_CASH,
    OPERATION_FUNDING,
    OPERATION_EQUITY,
    OPERATION_CLOSE,
    OPERATION_RUN_START,
    OPERATION_RUN_FINISH,
    OPERATION_STATE_SAVE,
    OPERATION_STATE_LOAD,
    OPERATION_DESK
} operation_kind;
#define OPERATION_KINDS (OPERATION_DESK + 1)

typedef enum desk_kind {
    DESK_BOT, /* what a bot should be */
    DESK_ACQUIRE,
    DESK_RENEW,
    DESK_RELEASE,
    DESK_LAPSE, /* the time of a lease is over */
    DESK_FENCE, /* whoever holds the lease is fenced off */
    DESK_HALT,
    DESK_RESUME,
    DESK_CAP,
    DESK_DAY /* another day begins */
} desk_kind;
#define DESK_KINDS (DESK_DAY + 1)

/* What a call carries as fence. Which number a token is only the book knows: it is named by its acquisition.
 */
typedef enum fence_kind {
    FENCE_NONE,
    FENCE_OF_ACQUISITION, /* none, if that was refused */
    FENCE_INVENTED
} fence_kind;
#define FENCE_INVENTED_TOKEN 4711

typedef struct fence {
    fence_kind kind;
    dbk_uuid acquire_id;
} fence;

/* In whose name an operation is. */
typedef struct speaker {
    bool is_bot;
    dbk_uuid bot_id;
    fence fence;
} speaker;

typedef struct desk_bot {
    dbk_uuid account_id, change_id, bot_id;
    const char *name, *desired_state, *image_tag, *reason;
} desk_bot;

typedef struct desk_lease {
    dbk_uuid account_id, bot_id;
    dbk_uuid id;        /* of the acquisition, the renewal or the change of the fence */
    const char *holder; /* the actor of that */
    fence fence;        /* of the renewal or the release */
} desk_lease;

typedef struct desk_halt {
    const char *scope;
    dbk_uuid account_id, bot_id; /* nil where the scope has none */
    dbk_uuid halt_id;
    const char *reason, *actor;
} desk_halt;

typedef struct desk_cap {
    dbk_uuid change_id;
    dbk_uuid account_id, bot_id; /* nil: of all trading */
    const char *currency;
    const char *limit; /* NULL: removed */
    const char *slice; /* NULL: as the book thinks fit */
    const char *reason, *actor;
} desk_cap;

typedef struct desk_operation {
    desk_kind kind;
    union {
        desk_bot bot;
        desk_lease lease;
        desk_halt halt;
        desk_cap cap;
        int32_t day; /* since 2000; no two seeds have one in common, so that each begins with nothing used */
    };
} desk_operation;

/* One call of the book: the request that it gets. Times are never left to the book. */
typedef struct operation {
    operation_kind kind;
    speaker by;
    union {
        dbk_account account;
        dbk_order order;
        dbk_external_order external;
        dbk_order_event event;
        struct {
            dbk_fill *items; /* one with OPERATION_FILL */
            size_t count;
        } fills;
        dbk_bust bust;
        dbk_correction correction;
        dbk_cash cash;
        dbk_funding funding;
        dbk_equity_point equity;
        struct {
            dbk_uuid account_id;
            const char *reason;
        } close;
        dbk_run run;
        struct {
            dbk_uuid account_id, run_id;
            const char *status;
        } finish;
        struct {
            dbk_uuid account_id, snapshot_id;
            const char *name, *json; /* as a server's jsonb prints it */
            int64_t as_of_us;
        } state; /* of a load the account and the name */
        desk_operation desk;
    };
} operation;

typedef struct history {
    bool has_desk;
    const operation *operations;
    size_t count;
    dbk_uuid accounts[HISTORY_ACCOUNTS];
} history;

/* "fill", "order event": what an operation is, for reports. */
const char *history_operation_name(const operation *o);

/* Whether the history of a seed that a server hears has a desk. */
bool history_has_desk(uint64_t seed);

/* A history of `count` operations, the opening of the accounts among them; lives in the arena. */
dbk_err *history_make(arena *a, uint64_t seed, size_t count, bool desk, history *out) ERR_MUST_USE;

#endif
