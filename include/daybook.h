/* daybook.h: the client library of Daybook, the book of record of a trading business.
 *
 * A bot opens a book, submits orders, records what the venue answers, reads positions and equity, and closes.
 * Every write carries an identity that the caller chooses before sending; the book's answer is one of four
 * (enum dbk_outcome) and stays that for ever, so any call may be repeated after a crash, a lost connection or
 * a restart.
 *
 *     dbk_book *book = NULL;
 *     dbk_err *e = dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options), .url =
 * getenv("DAYBOOK_URL")}, &book);
 *
 * Amounts (money, price, quantity) are decimal text, exact: at most 20 integer digits and 18 decimals. Times
 * are microseconds since 1970-01-01 UTC. Ids are 16 bytes, see dbk_uuid_v7 and dbk_uuid_from_name.
 *
 * Errors: a call returns NULL or an error that the caller frees with dbk_err_free. An error means that the
 * outcome could not be had (wrong arguments, no permission, server away); a refusal by the book is an
 * outcome, not an error. Lost connections, deadlocks and the like are tried again inside, with growing random
 * pauses, by identity, within the limits of the options.
 *
 * Threads: a dbk_book belongs to one thread at a time, with its candles, what it answers and its errors;
 * different books are independent. Every call blocks. The library prints nothing, changes no signals, keeps
 * no state of its own outside of books and leases; it reads the environment (DAYBOOK_URL, DAYBOOK_SPOOL and
 * libpq's variables) while opening and connecting. It starts a thread for a lease that it shall renew, in
 * which all signals are blocked, and none else. It works through PgBouncer in transaction mode.
 *
 * Strings in result structs live until the next call on the same book that fills the same struct type, or
 * dbk_close; those of dbk_calls_run until the next dbk_calls_run. */
#ifndef DAYBOOK_H
#define DAYBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DBK_API __attribute__((visibility("default")))
#define DBK_MUST_USE __attribute__((warn_unused_result))
#else
#define DBK_API
#define DBK_MUST_USE
#endif

/* ---- errors ---- */
typedef struct dbk_err dbk_err;
DBK_API const char *dbk_err_message(const dbk_err *e);  /* whole chain: "while …: …" */
DBK_API const char *dbk_err_sqlstate(const dbk_err *e); /* "" when no server spoke */
DBK_API const char *dbk_err_detail(const dbk_err *e);   /* NULL when there is none */
DBK_API const char *dbk_err_hint(const dbk_err *e);     /* NULL when there is none */
DBK_API bool dbk_err_retryable(const dbk_err *e);       /* the same call may succeed later */
DBK_API void dbk_err_free(dbk_err *e);                  /* accepts NULL */

/* ---- identities ---- */
typedef struct dbk_uuid {
    uint8_t bytes[16];
} dbk_uuid;
#define DBK_UUID_TEXT_SIZE 37
DBK_API DBK_MUST_USE dbk_err *dbk_uuid_v7(dbk_uuid *out); /* new, ordered by time */
/* Deterministic: the same name gives the same id. Build names from what identifies the fact
 * ("run/BTCUSD/1388534460/entry"). */
DBK_API void dbk_uuid_from_name(const dbk_uuid *name_space, const char *name, dbk_uuid *out);
DBK_API DBK_MUST_USE dbk_err *dbk_uuid_parse(const char *text, dbk_uuid *out);
DBK_API void dbk_uuid_format(const dbk_uuid *id, char out[DBK_UUID_TEXT_SIZE]);

/* ---- the book ---- */
typedef struct dbk_book dbk_book;

typedef struct dbk_open_options {
    size_t size;     /* sizeof(dbk_open_options) */
    const char *url; /* postgresql:// URL or conninfo, or sqlite:PATH for a book in one file, which is made
                        when it does not exist; NULL: DAYBOOK_URL, then libpq's defaults */
    const char *program; /* shown to operators; NULL: "libdaybook" */
    const char *program_version;
    const char *actor;       /* who acts, stored on every fact; NULL: program */
    int64_t call_timeout_ms; /* deadline of one try; 0: 10,000 */
    int64_t retry_total_ms;  /* all tries of one call together; 0: 30,000, with a spool 1,000 */
    const char *spool;       /* folder of the book's spool, see below; it is made, not those above it. NULL:
                                DAYBOOK_SPOOL, and without that none; "": none */
    int64_t intent_ttl_ms;   /* how long an order submitted may wait in the spool; 0: it is never put there */
} dbk_open_options;

/* Connects and opens a session (ops.sessions): every fact recorded through this book can be traced to it.
 * Connecting is tried once, so that a wrong URL is known at once; afterwards a lost connection is made again
 * within retry_total_ms (which the last try may pass by its own deadline). With a spool a server that cannot
 * be reached is no error, a wrong name of its host neither. */
DBK_API DBK_MUST_USE dbk_err *dbk_open(const dbk_open_options *options, dbk_book **out);
/* Closes the session (best effort) and frees. Accepts NULL. */
DBK_API void dbk_close(dbk_book *book);
DBK_API const dbk_uuid *dbk_session(const dbk_book *book);
/* Correlation and cause stored on every following fact and its event; NULL clears. */
DBK_API void dbk_set_correlation(dbk_book *book, const dbk_uuid *correlation, const dbk_uuid *cause);

/* ---- answers ---- */
typedef enum dbk_outcome {
    DBK_CREATED,  /* recorded now */
    DBK_REPLAYED, /* recorded before with the same content */
    DBK_CONFLICT, /* recorded before with other content: conflict_field differs; nothing changed */
    DBK_REFUSED,  /* the book says no, for ever: refusal_code, refusal_detail */
    DBK_SPOOLED   /* on this machine's disk, on its way to the book; only with a spool */
} dbk_outcome;
DBK_API const char *dbk_outcome_name(dbk_outcome outcome);

typedef struct dbk_answer {
    dbk_outcome outcome;
    dbk_uuid id; /* the identity the book knows this fact by; differs from the caller's when it was recorded
                    under another */
    const char *conflict_field; /* NULL unless CONFLICT */
    const char *refusal_code;   /* NULL unless REFUSED */
    const char *refusal_detail;
} dbk_answer;

/* ---- spool ---- */

/* A book on a server may have a spool: a folder on a local disk that belongs to one process at a time. Then
 * what is recorded (dbk_order_record, dbk_order_import, fills, busts, corrections, cash, funding, equity,
 * dbk_state_save) is on that disk before the call returns, and reaches the server once and in this order,
 * whatever happens to the server, the connection or the process. When the server answers, the call answers
 * what it would without a spool; else it answers DBK_SPOOLED, with the caller's id and nothing but NULL, 0
 * and false beside it. What waits is delivered by the calls that follow, or by the next program that opens
 * the spool.
 *
 * A call that answers DBK_SPOOLED may be repeated like any other. What the server will not take as it is
 * (wrong arguments, a conflict, no permission) is an error or an outcome for a caller who waits for it; when
 * it comes from the spool it goes into quarantine there, and what is behind it goes on: `daybook book spool`.
 *
 * An order submitted is a wish and no fact. Without intent_ttl_ms it needs the server. With it, the call may
 * answer DBK_SPOOLED: the order is not known to be in the book, and must not be sent to a venue. If the
 * server is back within that time the order is submitted then (the same call again tells), else it goes into
 * quarantine and is not asked for any more; the call made again is a new try. (If the server had taken it and
 * only its answer was lost, dbk_orders has it.) Everything else (opening, registering, reading) needs the
 * server, and first delivers what waits: an error when that cannot be done.
 *
 * When the disk takes no more, a call whose server answers is answered; else it is an error that says "not
 * kept", and nothing of it is left. A book in a file needs no spool, and has none. */
typedef struct dbk_spool_state {
    size_t size;
    uint64_t waiting, quarantined; /* entries */
    uint64_t delivered;            /* through this book */
    int64_t oldest_us;             /* since when the first one waits; 0: none waits */
    const char *problem; /* why the last try to deliver failed; NULL: it did not. Valid until the next call */
} dbk_spool_state;
/* Delivers what waits for about limit_ms at most, 0: not at all, and says what is left; for bots with nothing
 * to record for a while. That the server is away is a problem in the state and no error. Without a spool
 * nothing waits. */
DBK_API DBK_MUST_USE dbk_err *dbk_spool_drain(dbk_book *book, int64_t limit_ms, dbk_spool_state *out);

/* ---- accounts, instruments, runs ---- */
typedef struct dbk_account {
    size_t size;
    dbk_uuid account_id;
    const char *name;
    const char *venue;           /* lower case code; registered when unknown */
    const char *currency;        /* base currency code; registered when unknown */
    const char *mode;            /* "live", "paper", "backtest" */
    const char *position_mode;   /* NULL: "netting"; or "hedging" */
    const char *opening_balance; /* NULL: "0" */
} dbk_account;
DBK_API DBK_MUST_USE dbk_err *dbk_account_open(dbk_book *book, const dbk_account *account, dbk_answer *out);
/* No order is taken for the account from then on; what happened before can still be recorded. REPLAYED when
 * it is closed already. REFUSED (account_in_use) while an order is open or a position is not flat: the one
 * refusal that is not for ever, it is decided anew with each call. Takes the right to manage the account. */
DBK_API DBK_MUST_USE dbk_err *dbk_account_close(dbk_book *book, const dbk_uuid *account_id,
                                                const char *reason, dbk_answer *out);

typedef struct dbk_instrument {
    dbk_uuid instrument_id;
    const char *venue, *symbol, *kind, *base, *quote, *settle;
    const char *tick_size, *lot_size; /* NULL when unknown */
    const char *multiplier;
} dbk_instrument;
/* Instruments with candles or without, ordered by venue, symbol, kind; fn is called once each, and stops by
 * returning false. venue, symbol NULL: all. */
DBK_API DBK_MUST_USE dbk_err *dbk_instruments(dbk_book *book, const char *venue, const char *symbol,
                                              bool (*fn)(void *ctx, const dbk_instrument *instrument),
                                              void *ctx);

/* Makes an instrument known, and its venue and currencies where they are not. settle NULL: quote, of an
 * inverse contract base; multiplier NULL: "1". Venue, symbol and kind identify it: answer.id is the id that
 * counts, which differs from the one passed when somebody else was first. */
DBK_API DBK_MUST_USE dbk_err *dbk_instrument_register(dbk_book *book, const dbk_instrument *instrument,
                                                      dbk_answer *out);

typedef struct dbk_run {
    size_t size;
    dbk_uuid account_id, run_id;
    const char *kind; /* "backtest", "paper", "live" */
    const char *strategy, *code_revision;
    const char *params_json; /* NULL: {} */
} dbk_run;
DBK_API DBK_MUST_USE dbk_err *dbk_run_start(dbk_book *book, const dbk_run *run, dbk_answer *out);
/* status: "finished", "failed", "interrupted" */
DBK_API DBK_MUST_USE dbk_err *dbk_run_finish(dbk_book *book, const dbk_uuid *account_id,
                                             const dbk_uuid *run_id, const char *status, dbk_answer *out);

/* ---- acting as a bot ---- */

/* Several processes may be ready to act as one bot; the one that holds its lease may. Whoever holds it makes
 * its calls with the token of the lease: an order, and a request to cancel or replace one, is refused
 * (fenced) from the moment that another process may act as the bot; what happened is recorded all the same,
 * and flagged stale_fence.
 *
 * A lease is good until ttl_ms after the latest call that was granted was sent, by a clock of this machine
 * that also counts the time it was suspended. The server counts from later on, so that the holder stops
 * before another can begin. A lease that was lost is lost for ever, whatever is answered afterwards.
 *
 * Only a book on a server has bots; on a file these calls are errors. */
typedef struct dbk_lease dbk_lease;

#define DBK_LEASE_TTL_MS 15000
typedef struct dbk_lease_request {
    size_t size;
    dbk_uuid account_id, bot_id;
    dbk_uuid acquire_id; /* all zero: drawn. A process that kept its own has its lease back after a restart;
                            two processes with the same one both hold it */
    const char *holder;  /* shown to whoever is refused; NULL: "<program> at <host>, process <pid>" */
    int64_t ttl_ms;      /* 1,000 to a day; 0: DBK_LEASE_TTL_MS */
    bool renew_by_hand;  /* by dbk_lease_renew. false: a thread of the library, over a connection of its own,
                            renews three times in ttl_ms, and more often while that fails */
    dbk_uuid deploy_id; /* the deploy by which the process was started; all zero: none. REFUSED (not_in_force)
                           unless it is the one in force */
} dbk_lease_request;

/* Acquires the lease of a bot. CREATED, or REPLAYED (this acquisition, made before): *lease is it. REFUSED:
 * *lease is NULL; held (somebody else has it, refusal_detail says who and until when), decided anew with each
 * call, or fenced (this acquisition was given its lease, and it is over). CONFLICT (another bot or holder
 * under this acquire_id): *lease is NULL. Delivers what waits in the spool first. */
DBK_API DBK_MUST_USE dbk_err *dbk_lease_acquire(dbk_book *book, const dbk_lease_request *request,
                                                dbk_lease **lease, dbk_answer *out);

/* From now on the calls of the book carry the bot of the lease and its token, those in a spool those of when
 * they were recorded; NULL: as nobody's. Any number of books, in any threads, may act by one lease. Once the
 * lease is lost, dbk_order_submit, requests to cancel or replace and what else asks for something is an error
 * before it is sent; facts are recorded as ever. */
DBK_API DBK_MUST_USE dbk_err *dbk_act_as(dbk_book *book, dbk_lease *lease);

/* What follows may be called in any thread, and waits for the server only to renew, to release and to close.
 */
DBK_API bool dbk_lease_held(dbk_lease *lease); /* NULL: false */
#define DBK_LEASE_WHY_SIZE 400
typedef struct dbk_lease_status {
    size_t size;
    bool held;
    int64_t good_for_ms;          /* at least; 0: it is lost */
    int64_t token;                /* the fence of its calls */
    int64_t expires_us;           /* by the clock of the server, as it said last */
    char why[DBK_LEASE_WHY_SIZE]; /* lost: what ended it; held: why the latest renewal failed, "": it did not
                                   */
} dbk_lease_status;
DBK_API DBK_MUST_USE dbk_err *dbk_lease_state(dbk_lease *lease, dbk_lease_status *out);
/* Keeps a lease that is renewed by hand for ttl_ms from now. REFUSED (fenced): it is lost. After an error it
 * is good for as long as it was before. Strings of the answer live until the next call for this lease. */
DBK_API DBK_MUST_USE dbk_err *dbk_lease_renew(dbk_lease *lease, dbk_answer *out);
/* Gives the lease up, so that another process need not wait until it runs out: it counts as lost before the
 * server is asked. REPLAYED: it had run out. With a spool, dbk_spool_drain first: what waits there is flagged
 * when it arrives later. */
DBK_API DBK_MUST_USE dbk_err *dbk_lease_release(dbk_lease *lease, dbk_answer *out);
/* Stops renewing, after a renewal that is under way, and frees; the server is not told. For a book that still
 * acts by it, it is lost. Accepts NULL. */
DBK_API void dbk_lease_close(dbk_lease *lease);

/* ---- orders ---- */
typedef struct dbk_order {
    size_t size;
    dbk_uuid account_id, order_id, instrument_id;
    const char *side; /* "buy", "sell" */
    const char *type; /* "market", "limit", "stop", "stop_limit" */
    const char *qty;
    const char *price, *stop_price; /* NULL where the type has none */
    const char *time_in_force;      /* NULL: "gtc" */
    const char *position_key;       /* hedging accounts: which position; NULL: "" */
    const dbk_uuid *run_id;         /* NULL: none */
    const char *idempotency_key;    /* NULL: order_id alone identifies */
    int64_t submitted_us;           /* 0: now */
    const char *reference_price; /* of a market order, for caps of notional; NULL: none; a file ignores it */
} dbk_order;

typedef struct dbk_order_answer {
    dbk_answer answer;
    const char *status; /* "submitted", "accepted", "partially_filled", … */
    int64_t version;
} dbk_order_answer;
DBK_API DBK_MUST_USE dbk_err *dbk_order_submit(dbk_book *book, const dbk_order *order, dbk_order_answer *out);

/* An order that works at the venue and was not submitted through the book. It becomes the caller's when
 * somebody submits it with the same id and terms. An order that a fill made known gets its terms. */
typedef struct dbk_external_order {
    size_t size;
    dbk_uuid account_id, order_id, instrument_id;
    const char *side, *type, *qty;
    const char *price, *stop_price; /* NULL where the type has none */
    const char *time_in_force;      /* NULL: the venue does not say */
    const char *exchange_order_id;  /* NULL: unknown */
    const char *position_key;       /* NULL: "" */
    int64_t submitted_us;           /* 0: unknown */
} dbk_external_order;
DBK_API DBK_MUST_USE dbk_err *dbk_order_import(dbk_book *book, const dbk_external_order *order,
                                               dbk_order_answer *out);

/* What the venue, or the caller, says of an order. */
typedef enum dbk_order_event_kind {
    DBK_ACKNOWLEDGE,
    DBK_TRIGGER,
    DBK_REJECT,
    DBK_CANCEL_REQUEST, /* we asked the venue to cancel */
    DBK_CANCEL,         /* the venue canceled */
    DBK_CANCEL_REJECT,
    DBK_EXPIRE,
    DBK_OUTCOME_UNKNOWN, /* timeout, disconnect, 5xx: never a rejection */
    DBK_REPLACE_REQUEST, /* we asked the venue for other terms: those that are not NULL */
    DBK_REPLACE,         /* other terms are in force: as the venue says, where NULL as asked for */
    DBK_REPLACE_REJECT
} dbk_order_event_kind;

typedef struct dbk_order_event {
    size_t size;
    dbk_uuid account_id, order_id, event_id;
    dbk_order_event_kind kind;
    const char *exchange_order_id; /* with an acknowledgement or a replace; NULL: unknown */
    const char *reason;            /* NULL: none */
    int64_t occurred_us;           /* 0: now */
    /* Terms, with DBK_REPLACE_REQUEST and DBK_REPLACE only. */
    const char *qty, *price, *stop_price;
} dbk_order_event;
DBK_API DBK_MUST_USE dbk_err *dbk_order_record(dbk_book *book, const dbk_order_event *event,
                                               dbk_order_answer *out);

/* ---- orders asked for, and commands: a bot, the executor that trades for it, and who watches over both ----
 */

/* A bot without the keys to a venue asks an executor for orders; the executor takes what was asked for, has
 * the book do it, and sends it to the venue. These need the server, also with a spool, which they deliver
 * first; on a file they are errors. */

typedef struct dbk_intent_answer {
    dbk_answer answer;        /* id: of the intent */
    const char *status;       /* "requested", "claimed", "done", "refused", "expired", "declined" */
    int64_t expires_us;       /* of what was asked for; 0: it does not say */
    dbk_uuid order_id;        /* of what was submitted, as what follows; all zero: of nothing */
    const char *order_status; /* NULL: there is no such order */
    int64_t order_version;
} dbk_intent_answer;

typedef struct dbk_order_intent {
    size_t size;
    dbk_uuid account_id, intent_id, instrument_id; /* intent_id becomes the id of the order */
    const char *side, *type, *qty;
    const char *price, *stop_price; /* NULL where the type has none */
    const char *time_in_force;      /* NULL: "gtc" */
    const char *position_key;       /* NULL: "" */
    const char *reference_price; /* what the caller takes for the price of an order that names none; NULL */
    const dbk_uuid *run_id;      /* NULL: none */
    int64_t ttl_ms; /* at most a day; when it is older, by the server's clock, it is not submitted any more */
} dbk_order_intent;
/* Asks for an order. REFUSED (halted, fenced, account_closed, …) for ever, as dbk_order_submit would be;
 * REPLAYED with what became of it since. It is looked at again when it is submitted. */
DBK_API DBK_MUST_USE dbk_err *dbk_intent_request_order(dbk_book *book, const dbk_order_intent *request,
                                                       dbk_intent_answer *out);

typedef struct dbk_change_intent {
    size_t size;
    dbk_uuid account_id, intent_id;       /* intent_id becomes the id of the order's event */
    dbk_uuid order_id;                    /* of an order, or of one that is only asked for yet */
    bool replace;                         /* false: cancel */
    const char *qty, *price, *stop_price; /* of a replace; NULL: stays */
    const char *reason;                   /* NULL: none */
    int64_t ttl_ms;
} dbk_change_intent;
/* Asks for a cancel or other terms of an order. A halt stops no cancel. */
DBK_API DBK_MUST_USE dbk_err *dbk_intent_request_change(dbk_book *book, const dbk_change_intent *request,
                                                        dbk_intent_answer *out);

typedef struct dbk_intent {
    dbk_uuid intent_id, order_id;
    const char *action; /* "submit", "cancel", "replace" */
    const char *status;
    bool has_bot; /* bot_id is set */
    dbk_uuid bot_id;
    /* The terms: of a submit all, of a replace what shall change; NULL and all zero where there are none. */
    dbk_uuid instrument_id;
    const char *side, *type, *time_in_force, *position_key;
    const char *qty, *price, *stop_price, *reference_price;
    const char *reason;
    int64_t requested_us, expires_us;
    const char *claimed_by;                    /* NULL: nobody has taken it */
    const char *refusal_code, *refusal_detail; /* NULL unless refused, expired or declined */
} dbk_intent;

typedef struct dbk_claim {
    size_t size;
    dbk_uuid account_id, claim_id;
    const char *executor; /* in its own words, by which it finds what it had claimed when it comes back */
    int32_t limit;        /* 0: 100 */
} dbk_claim;
/* Takes the oldest intents that nobody has taken; fn is called once for each, and stops by returning false
 * (what it was not called for is claimed all the same). None is CREATED, and the claim_id is free then.
 * REPLAYED: the same ones, with what became of them; CONFLICT: the claim is another executor's. */
DBK_API DBK_MUST_USE dbk_err *dbk_intents_claim(dbk_book *book, const dbk_claim *claim,
                                                bool (*fn)(void *ctx, const dbk_intent *intent), void *ctx,
                                                dbk_answer *out);

typedef struct dbk_intent_query {
    size_t size;
    const dbk_uuid *intent_id; /* NULL: any */
    const dbk_uuid *bot_id;    /* NULL: of any, and of none */
    const char *claimed_by;    /* NULL: by anybody, or nobody */
    const char *status;        /* NULL: any; of those "requested" and "claimed" the oldest come first */
    int32_t limit;             /* 0: 100 */
} dbk_intent_query;
DBK_API DBK_MUST_USE dbk_err *dbk_intents(dbk_book *book, const dbk_uuid *account_id,
                                          const dbk_intent_query *query,
                                          bool (*fn)(void *ctx, const dbk_intent *intent), void *ctx);

/* Has the book do what was asked for, with the bot and the fence it was asked with. CREATED: send it to the
 * venue now. REPLAYED: done before, ask the venue how far it is. REFUSED: send nothing; the code is that of
 * the order or its event (halted, fenced, …), or expired, declined, withdrawn, not_submitted, conflict. */
DBK_API DBK_MUST_USE dbk_err *dbk_intent_submit(dbk_book *book, const dbk_uuid *account_id,
                                                const dbk_uuid *intent_id, dbk_intent_answer *out);
/* The executor will not do it. CONFLICT (status) when it was settled otherwise. */
DBK_API DBK_MUST_USE dbk_err *dbk_intent_decline(dbk_book *book, const dbk_uuid *account_id,
                                                 const dbk_uuid *intent_id, const char *executor,
                                                 const char *reason, dbk_intent_answer *out);

typedef struct dbk_bot {
    dbk_uuid account_id, bot_id;
    const char *name, *desired_state; /* "running", "paused", "stopped" */
    const char *image_tag;            /* NULL: none */
    const char *strategy_params_json;
    int64_t version;
    const char *holder; /* of the lease, now or last; NULL: nobody yet */
    bool held;
    int64_t lease_expires_us; /* 0: it was never acquired */
} dbk_bot;
/* Bots of an account; NULL: of all that may be read. */
DBK_API DBK_MUST_USE dbk_err *dbk_bots(dbk_book *book, const dbk_uuid *account_id,
                                       bool (*fn)(void *ctx, const dbk_bot *bot), void *ctx);

typedef struct dbk_command_request {
    size_t size;
    dbk_uuid account_id, command_id, bot_id;
    const char *kind;           /* "flatten", "pause", "resume", "reconcile", "stop" */
    const char *arguments_json; /* NULL: {} */
    const char *reason, *actor;
    int64_t ttl_ms; /* at most a day; who has not acknowledged it by then shall not obey it any more */
} dbk_command_request;
/* Tells a bot, or the executor that serves it, to do something. Takes the right to manage the account. */
DBK_API DBK_MUST_USE dbk_err *dbk_command_send(dbk_book *book, const dbk_command_request *request,
                                               dbk_answer *out);

typedef struct dbk_command {
    dbk_uuid command_id, bot_id;
    const char *kind, *arguments_json, *reason, *actor;
    const char *status; /* "pending", "acknowledged", "done", "failed", "expired" */
    const char *detail; /* what was said with the latest step; NULL: nothing */
    int64_t issued_us, expires_us;
} dbk_command;
typedef struct dbk_command_query {
    size_t size;
    const dbk_uuid *command_id; /* NULL: any */
    const dbk_uuid *bot_id;     /* NULL: to any bot of the account */
    bool all;                   /* false: what is still to be done, oldest first; true: all, newest first */
    int32_t limit;              /* 0: 100 */
} dbk_command_query;
DBK_API DBK_MUST_USE dbk_err *dbk_commands(dbk_book *book, const dbk_uuid *account_id,
                                           const dbk_command_query *query,
                                           bool (*fn)(void *ctx, const dbk_command *command), void *ctx);

typedef enum dbk_command_step {
    DBK_COMMAND_ACKNOWLEDGED,
    DBK_COMMAND_DONE,
    DBK_COMMAND_FAILED
} dbk_command_step;
typedef struct dbk_command_report {
    size_t size;
    dbk_uuid account_id, command_id;
    dbk_command_step step; /* each once */
    const char *by;        /* the bot or executor, in its own words */
    const char *detail;    /* NULL: none */
} dbk_command_report;
/* Says how far a command is. REFUSED: fenced (a book that acts as a bot whose lease it does not hold),
 * expired, finished. */
DBK_API DBK_MUST_USE dbk_err *dbk_command_acknowledge(dbk_book *book, const dbk_command_report *report,
                                                      dbk_answer *out);

/* What a bot or executor tells of itself, and what its strategy saw: kept for ever, asking for nothing. */
typedef struct dbk_bot_event {
    size_t size;
    dbk_uuid account_id, event_id;
    const dbk_uuid *bot_id;   /* NULL: an executor's */
    const char *kind, *level; /* level: "debug", "info", "warning", "error" */
    const char *message;
    const char *data_json; /* NULL: {} */
    int64_t occurred_us;
} dbk_bot_event;
DBK_API DBK_MUST_USE dbk_err *dbk_bot_event_record(dbk_book *book, const dbk_bot_event *event,
                                                   dbk_answer *out);

typedef struct dbk_signal {
    size_t size;
    dbk_uuid account_id, signal_id, instrument_id;
    const dbk_uuid *bot_id, *run_id; /* NULL: none */
    const char *name, *direction;    /* direction: "long", "short", "flat" */
    const char *strength, *price;    /* NULL: it does not say */
    int64_t valid_until_us;          /* 0: it does not say */
    const char *data_json;           /* NULL: {} */
    int64_t occurred_us;
} dbk_signal;
DBK_API DBK_MUST_USE dbk_err *dbk_signal_record(dbk_book *book, const dbk_signal *signal, dbk_answer *out);

/* What a bot's strategy goes on from, under a name: of the bot as which the book acts (dbk_act_as), whose
 * lease it takes, so that an instance that was replaced overwrites nothing. REFUSED: fenced. dbk_state_save
 * is for programs that are no bots. */
DBK_API DBK_MUST_USE dbk_err *dbk_strategy_save(dbk_book *book, const dbk_uuid *account_id,
                                                const dbk_uuid *change_id, const char *name,
                                                const char *state_json, dbk_answer *out);
/* *state_json is NULL when there is none; valid until the next dbk_strategy_load. version may be NULL. */
DBK_API DBK_MUST_USE dbk_err *dbk_strategy_load(dbk_book *book, const dbk_uuid *account_id,
                                                const dbk_uuid *bot_id, const char *name,
                                                const char **state_json, int64_t *version);

/* ---- fills ---- */
typedef struct dbk_fill {
    size_t size;
    dbk_uuid account_id, fill_id, order_id, instrument_id;
    const char *side, *qty, *price;
    const char *fee;                 /* cost positive, rebate negative; NULL: "0" */
    const char *fee_currency;        /* NULL: the instrument's settlement currency */
    const char *liquidity;           /* "maker", "taker", NULL: unknown */
    const char *venue_trade_id;      /* NULL: unknown; else it identifies the fill too */
    const char *trade_discriminator; /* for venues that reuse trade ids; NULL: "" */
    const char *position_key;        /* NULL: "" */
    int64_t filled_us;
    /* Price of one unit of a third asset in which the fee was taken, in the instrument's settlement currency.
     * NULL: unknown, and the fee is flagged unpriced_fee. */
    const char *fee_rate;
} dbk_fill;

typedef struct dbk_fill_answer {
    dbk_answer answer;
    const char *order_status, *order_cum_qty;
    dbk_uuid position_id;
    const char *position_qty, *position_avg_price, *realized_pnl; /* of the position, after this fill */
    const char *flags; /* comma separated: late, overfill, orphan, out_of_order, unpriced_fee,
                          corrected, busted, reconciled; "" for none */
} dbk_fill_answer;
DBK_API DBK_MUST_USE dbk_err *dbk_fill_record(dbk_book *book, const dbk_fill *fill, dbk_fill_answer *out);

/* Many fills of one account in one transaction, applied in array order; out[i] answers fills[i]. At most
 * DBK_FILLS_MAX. A malformed one fails the call and nothing is recorded. */
#define DBK_FILLS_MAX 10000
DBK_API DBK_MUST_USE dbk_err *dbk_fills_record(dbk_book *book, const dbk_fill *fills, size_t count,
                                               dbk_fill_answer *out);

/* Threads of a program that record fills at the same time, each through a book of its own, may share a group.
 * Then dbk_fill_record goes at once, as ever, unless three others are at it or one is at the same position;
 * what comes meanwhile goes together, in one transaction and one round trip over the connection of one of the
 * books. Every fill is on the server's disk when its call returns, and is answered as if it had been made
 * alone, in the name of its own book, session and bot. When such a transaction fails, because of one of its
 * fills, a deadlock, a connection that was lost or a lock that is waited for for a second, every fill of it
 * is recorded again by its own thread, by itself.
 *
 * It is for many threads that fill at once, most of all one position, whose fills must wait for each other's
 * commit: twice as many are recorded. Other calls go as ever. */
typedef struct dbk_group dbk_group;
DBK_API DBK_MUST_USE dbk_err *dbk_group_new(dbk_group **out);
/* From now on fills of the book go with the group; NULL: with none. All books of a group are opened with the
 * same URL, on a server and without a spool. */
DBK_API DBK_MUST_USE dbk_err *dbk_group_join(dbk_book *book, dbk_group *group);
/* Accepts NULL. Books that are in the group stay in it until they are closed. */
DBK_API void dbk_group_free(dbk_group *group);

/* The venue took an execution back: it counts nowhere any more. */
typedef struct dbk_bust {
    size_t size;
    dbk_uuid account_id, event_id, fill_id;
    const char *leaves_qty; /* what the venue says is left of the order; NULL: it does not say, so nothing */
    const char *reason;     /* NULL: none */
    int64_t occurred_us;    /* 0: now */
} dbk_bust;

/* The venue corrected an execution: what is not NULL replaces what is known, and at least one is not. */
typedef struct dbk_correction {
    size_t size;
    dbk_uuid account_id, event_id, fill_id;
    const char *qty, *price, *fee;
    const char *fee_currency; /* without a fee_rate it leaves the fee without one */
    const char *fee_rate;
    const char *reason;  /* NULL: none */
    int64_t occurred_us; /* 0: now */
} dbk_correction;

typedef struct dbk_fill_event_answer {
    dbk_answer answer; /* its id is the event's; REFUSED (already_busted) when the fill was busted before */
    bool waiting;      /* it came before its fill, and is applied with it */
    const char *order_status, *order_cum_qty; /* NULL, as all that follows, when waiting and for a CONFLICT */
    dbk_uuid position_id;
    const char *position_qty, *position_avg_price, *realized_pnl; /* of the position, after this event */
} dbk_fill_event_answer;
DBK_API DBK_MUST_USE dbk_err *dbk_fill_bust(dbk_book *book, const dbk_bust *bust, dbk_fill_event_answer *out);
DBK_API DBK_MUST_USE dbk_err *dbk_fill_correct(dbk_book *book, const dbk_correction *correction,
                                               dbk_fill_event_answer *out);

/* ---- cash and funding ---- */

/* Money that came (positive) or went (negative) without a trade. */
typedef struct dbk_cash {
    size_t size;
    dbk_uuid account_id, entry_id;
    const char *kind;     /* "deposit", "withdrawal", "transfer", "interest", "fee", "adjustment" */
    const char *currency; /* a registered one */
    const char *amount;   /* a deposit is positive, a withdrawal negative */
    int64_t occurred_us;
    const char *reason; /* NULL: none; an adjustment needs one */
} dbk_cash;
DBK_API DBK_MUST_USE dbk_err *dbk_cash_record(dbk_book *book, const dbk_cash *cash, dbk_answer *out);

/* Funding of a position, booked once for each account, instrument, position key and funding time, whatever
 * the payment_id. */
typedef struct dbk_funding {
    size_t size;
    dbk_uuid account_id, payment_id, instrument_id;
    int64_t funding_us;
    const char *amount; /* what the venue booked: received positive, paid negative. NULL: computed from rate,
                           mark and the quantity held at funding_us */
    const char *rate, *mark;  /* NULL: unknown */
    const char *position_key; /* NULL: "" */
} dbk_funding;

typedef struct dbk_funding_answer {
    dbk_answer answer; /* REPLAYED under another id than the caller's when it was booked under that */
    const char *amount, *currency;
    const char *position_qty; /* held at funding_us; signed */
} dbk_funding_answer;
DBK_API DBK_MUST_USE dbk_err *dbk_funding_record(dbk_book *book, const dbk_funding *funding,
                                                 dbk_funding_answer *out);

/* ---- reading ---- */

/* An order as the book knows it: what was asked for and what became of it. What reading hands to fn lives
 * until fn returns; fn may make other calls on the book. */
typedef struct dbk_order_state {
    dbk_uuid order_id, instrument_id;
    const dbk_uuid *run_id; /* NULL: none */
    const char *venue, *symbol, *position_key;
    const char *origin; /* "local"; "external", or "claimed" when it was submitted after all */
    const char *side;
    const char *type, *time_in_force;     /* NULL: unknown, of external orders only */
    const char *qty, *price, *stop_price; /* in force; NULL: none or unknown */
    /* What a replace under way asks for, else NULL. */
    const char *requested_qty, *requested_price, *requested_stop_price;
    const char *status;
    bool is_open;
    bool outcome_unknown; /* it is not known whether the venue took the last request */
    const char *cum_qty, *leaves_qty, *overfill_qty;
    const char *avg_fill_price;                /* NULL: nothing filled */
    const char *exchange_order_id;             /* NULL: unknown */
    const char *idempotency_key;               /* NULL: none */
    const char *refusal_code, *refusal_detail; /* NULL unless the book refused it */
    int64_t version;
    int64_t submitted_us; /* 0: unknown, of external orders only */
    int64_t updated_us;
} dbk_order_state;

/* Which orders; at most one of order_id, idempotency_key and exchange_order_id. */
typedef struct dbk_order_query {
    size_t size;
    const dbk_uuid *order_id;
    const char *idempotency_key;
    const char *exchange_order_id; /* any that the venue gave; reused between instruments: can be several */
    bool open_only;
    int32_t limit; /* at most so many, the newest; 0: all */
} dbk_order_query;
/* Orders of an account, newest first, as they were recorded; fn is called once each, and stops by returning
 * false. */
DBK_API DBK_MUST_USE dbk_err *dbk_orders(dbk_book *book, const dbk_uuid *account_id,
                                         const dbk_order_query *query,
                                         bool (*fn)(void *ctx, const dbk_order_state *order), void *ctx);

typedef struct dbk_position {
    dbk_uuid position_id, instrument_id;
    const char *venue, *symbol, *position_key;
    const char *qty; /* signed: short is negative */
    const char *avg_price, *realized_pnl, *fees;
    int64_t opened_us; /* 0 when flat */
} dbk_position;
DBK_API DBK_MUST_USE dbk_err *dbk_positions(dbk_book *book, const dbk_uuid *account_id, bool open_only,
                                            bool (*fn)(void *ctx, const dbk_position *position), void *ctx);

/* ---- equity and state ---- */
typedef struct dbk_mark {
    dbk_uuid instrument_id;
    const char *price;
} dbk_mark;
typedef struct dbk_rate {
    const char *currency;
    const char *rate; /* price of one unit of it in the account's currency */
} dbk_rate;
#define DBK_MARKS_MAX 10000

typedef struct dbk_equity_point {
    size_t size;
    dbk_uuid account_id, point_id;
    int64_t as_of_us;
    const dbk_mark *marks; /* of each open position; at most DBK_MARKS_MAX */
    size_t mark_count;
    const dbk_rate *rates; /* of each currency held that is not the account's; at most DBK_MARKS_MAX */
    size_t rate_count;
    const dbk_uuid *run_id; /* NULL: none */
} dbk_equity_point;

typedef struct dbk_equity {
    dbk_answer answer;
    const char *balance, *unrealized, *equity;
    bool complete;       /* false: a mark or a rate was missing; the sums leave out what it is of */
    const char *missing; /* comma separated: mark:<venue>/<symbol>/<kind>, rate:<currency>; "" for none */
} dbk_equity;
/* Values the account, as its positions stand now, at these marks and rates, and keeps the point. */
DBK_API DBK_MUST_USE dbk_err *dbk_equity_record(dbk_book *book, const dbk_equity_point *point,
                                                dbk_equity *out);

/* How the account did from since_us on and before as_of_us, as the book knows it now, kept as it is: what
 * comes later changes nothing of it. docs/BOOK.md says what is measured; `daybook book performance` shows it.
 */
typedef struct dbk_performance {
    size_t size;
    dbk_uuid account_id, snapshot_id;
    int64_t since_us, as_of_us;
    const dbk_uuid *run_id; /* NULL: none */
} dbk_performance;
DBK_API DBK_MUST_USE dbk_err *dbk_performance_record(dbk_book *book, const dbk_performance *performance,
                                                     dbk_answer *out);

/* A bot's own state, kept with the book. */
DBK_API DBK_MUST_USE dbk_err *dbk_state_save(dbk_book *book, const dbk_uuid *account_id,
                                             const dbk_uuid *snapshot_id, const char *name, int64_t as_of_us,
                                             const char *state_json, dbk_answer *out);
/* *state_json is NULL when there is none; valid until the next dbk_state_load. as_of_us may be NULL. */
DBK_API DBK_MUST_USE dbk_err *dbk_state_load(dbk_book *book, const dbk_uuid *account_id, const char *name,
                                             const char **state_json, int64_t *as_of_us);

/* ---- many calls at once ---- */

typedef enum dbk_call_kind {
    DBK_CALL_ORDER_SUBMIT,
    DBK_CALL_ORDER_IMPORT,
    DBK_CALL_ORDER_RECORD,
    DBK_CALL_FILL_RECORD,
    DBK_CALL_FILL_BUST,
    DBK_CALL_FILL_CORRECT,
    DBK_CALL_CASH_RECORD,
    DBK_CALL_FUNDING_RECORD,
    DBK_CALL_EQUITY_RECORD
} dbk_call_kind;

/* What the function of the same name takes and fills. */
typedef struct dbk_call {
    size_t size; /* of every element the same */
    dbk_call_kind kind;
    union {
        const void *any;
        const dbk_order *order_submit;
        const dbk_external_order *order_import;
        const dbk_order_event *order_record;
        const dbk_fill *fill_record;
        const dbk_bust *fill_bust;
        const dbk_correction *fill_correct;
        const dbk_cash *cash_record;
        const dbk_funding *funding_record;
        const dbk_equity_point *equity_record;
    } request;
    union {
        void *any;
        dbk_order_answer *order; /* of submit, import and record */
        dbk_fill_answer *fill;
        dbk_fill_event_answer *fill_event; /* of bust and correct */
        dbk_answer *cash;
        dbk_funding_answer *funding;
        dbk_equity *equity;
    } answer;           /* filled unless error is set */
    int64_t timeout_ms; /* deadline of one try, from when it is this call's turn; 0: the book's
                           call_timeout_ms */
    dbk_err *error;     /* set by the run: NULL, or the caller frees it */
} dbk_call;

#define DBK_CALLS_MAX 10000
/* Makes the calls without waiting for each answer before the next is sent (pipelining). Each is what it would
 * be alone: a transaction, a deadline, an answer or an error of its own; one that fails leaves the others as
 * they are.
 *
 * They are done in the order of the array. When the connection is lost, calls that were not answered are made
 * again, by identity and in order; those that were answered are not. A call that only has to be tried again
 * (a deadlock, its deadline) is made after those that were sent behind it: where that would be wrong, put
 * what it must precede into the next run. Behind a pooler each call waits for the answer to the one before.
 *
 * Returns an error, and does nothing, only when the array cannot be gone through or memory is short: look at
 * the error of every call. The strings of all answers live until the next dbk_calls_run on the same book, or
 * dbk_close. At most DBK_CALLS_MAX. */
DBK_API DBK_MUST_USE dbk_err *dbk_calls_run(dbk_book *book, dbk_call *calls, size_t count);

/* ---- candles ---- */
typedef struct dbk_candle {
    int64_t open_us;
    double open, high, low, close, volume; /* statistics: binary floating point, up to 15 digits exact */
} dbk_candle;
typedef struct dbk_candles dbk_candles;
/* Candles of one instrument after after_us (0: from the first), in order; read in pages, each its own
 * transaction. */
DBK_API DBK_MUST_USE dbk_err *dbk_candles_open(dbk_book *book, const dbk_uuid *instrument_id,
                                               int32_t interval_s, int64_t after_us, dbk_candles **out);
/* Fills at most max candles; *count 0 at the end. */
DBK_API DBK_MUST_USE dbk_err *dbk_candles_next(dbk_candles *candles, dbk_candle *out, size_t max,
                                               size_t *count);
DBK_API void dbk_candles_close(dbk_candles *candles); /* accepts NULL */

/* ---- consumers: events, each with its effect once ---- */

/* A consumer reads the log of domain events under a name. Up to which place it has dealt with everything is
 * kept in the database, and moved in the same transaction as what it does there: after a crash both have
 * happened or neither. One process at a time reads as a consumer (one for each of its members); others that
 * open it stand by and take over when that one ends or has not been heard of for 10 seconds.
 *
 *     while (!(e = dbk_consumer_next(c, 10000, &batch))) {
 *         for (size_t i = 0; i < batch.count && !e; i++)
 *             e = dbk_consumer_exec(c, "update …", values, 2);
 *         if (batch.count > 0 && !e)
 *             e = dbk_consumer_commit(c);
 *         …
 *     }
 *
 * A consumer belongs to one thread at a time, and no longer to that of its book: it has a connection of its
 * own, and another one to be woken by where the server can do that. Only a book on a server has consumers. */
typedef struct dbk_consumer dbk_consumer;

typedef struct dbk_consumer_options {
    size_t size;
    const char *name; /* lower-case letters, digits, dots, dashes, underscores; 63 at most */
    /* What it is declared with, when it is not yet; when it is and something differs, that is an error. */
    const char *const *event_types; /* NULL: all */
    size_t event_type_count;
    const char *policy;   /* what waits behind an event that failed: "skip" (nothing), NULL or
                             "block_aggregate", "block_all" */
    int32_t max_attempts; /* then an event is a dead letter; 0: 10 */
    int32_t members;      /* processes that share the events by aggregate: a power of two up to 64; 0: 1 */
    bool from_end;        /* begin with what happens from now on; false: after the place after_seq */
    int64_t after_seq;    /* 0: with the first event there is */
    int32_t batch_size;   /* events that are handed over at once, at most; up to 10,000; 0: 500 */
    bool confirm_by_hand; /* what it does is outside of this database; see dbk_consumer_confirm */
} dbk_consumer_options;

/* Declares the consumer if need be and connects; does not wait for its turn. */
DBK_API DBK_MUST_USE dbk_err *dbk_consumer_open(dbk_book *book, const dbk_consumer_options *options,
                                                dbk_consumer **out);

typedef struct dbk_event {
    int64_t seq; /* place in the log, within its epoch */
    int32_t epoch;
    int32_t attempt; /* 1, or more when it failed before */
    bool replay;     /* handed over once more because somebody asked for it */
    bool has_account;
    dbk_uuid account_id;
    dbk_uuid event_id;
    const char *type; /* "trading.fill_recorded" */
    const char *aggregate_type, *aggregate_id;
    int64_t aggregate_version;
    int64_t occurred_us, recorded_us;
    const char *payload; /* a JSON object */
    const char *ctx;     /* a JSON object, or NULL */
} dbk_event;

typedef struct dbk_batch {
    const dbk_event *events; /* in order; until the next call of next, commit or fail */
    size_t count;
} dbk_batch;

/* Waits for events, wait_ms at most, and begins a transaction in which they are to be dealt with. count 0:
 * there were none, it was woken, or another process reads (dbk_consumer_standby). What was handed over before
 * and not committed is rolled back and handed over again. Lost connections and the like are tried again while
 * there is time. */
DBK_API DBK_MUST_USE dbk_err *dbk_consumer_next(dbk_consumer *consumer, int64_t wait_ms, dbk_batch *out);
/* A statement in the transaction of the batch, with $1… from values as text (NULL: SQL NULL). Its rows are
 * dropped. After an error the transaction can only be given up: dbk_consumer_fail, or next. */
DBK_API DBK_MUST_USE dbk_err *dbk_consumer_exec(dbk_consumer *consumer, const char *sql,
                                                const char *const *values, size_t count);
/* Commits what was done and that the whole batch is dealt with. After an error neither has happened, or both
 * (the answer was lost): next goes on accordingly. SQLSTATE TB006: another process had taken over. */
DBK_API DBK_MUST_USE dbk_err *dbk_consumer_commit(dbk_consumer *consumer);
/* The event batch.events[index] could not be dealt with: rolls back what the batch has done. What was before
 * it is handed over again, by itself; the event then comes first, and when it fails there the attempt counts,
 * it is tried again in retry_in_ms (-1: after a delay that doubles), and the policy says what waits for it.
 * So what does not fail is never undone by what does, and effects need no savepoints. */
DBK_API DBK_MUST_USE dbk_err *dbk_consumer_fail(dbk_consumer *consumer, size_t index, const char *why,
                                                int64_t retry_in_ms);
/* The log went on elsewhere than where the consumer had confirmed its place: restored from a backup, or a
 * standby was promoted. What it did in this database went back with the log, so that this is confirmed by
 * itself; with confirm_by_hand next is an error (SQLSTATE TB007) until this is called, after a comparison of
 * what was done outside with *after_seq, after which it goes on. */
DBK_API DBK_MUST_USE dbk_err *dbk_consumer_confirm(dbk_consumer *consumer, int64_t *after_seq);
/* Who reads, when the last next found another process reading; else NULL. Until the next call. */
DBK_API const char *dbk_consumer_standby(const dbk_consumer *consumer);
/* Ends the wait of next, the present or the coming one. From any thread and from signal handlers. */
DBK_API void dbk_consumer_wake(dbk_consumer *consumer);
/* Rolls back, lets another process go on at once, and frees. Accepts NULL. */
DBK_API void dbk_consumer_close(dbk_consumer *consumer);

/* ---- webhooks: does a request come from a relay that knows the secret? ---- */

typedef struct dbk_webhook {
    size_t size;
    const char *signature; /* the header Daybook-Signature as it came; NULL when there was none */
    const void *body;      /* the bytes as they came, before anything made sense of them */
    size_t body_length;
    /* Any of them may have signed: the new one and the old one while one follows the other. Those that are
     * NULL or empty match nothing. */
    const char *const *secrets;
    size_t secret_count;
    int64_t now_s;       /* seconds since 1970; 0: the clock of this machine */
    int64_t tolerance_s; /* how far from now it may have been signed; 0: 300 */
} dbk_webhook;

typedef enum dbk_webhook_verdict {
    DBK_WEBHOOK_GENUINE, /* signed with one of the secrets, lately */
    DBK_WEBHOOK_STALE,  /* signed with one of them, at another time: repeated by somebody, or a clock is wrong
                         */
    DBK_WEBHOOK_FORGED, /* signed with none of them, or changed on the way */
    DBK_WEBHOOK_MALFORMED /* there is no signature, or it is none of this kind */
} dbk_webhook_verdict;

/* Only what is DBK_WEBHOOK_GENUINE may be believed. Needs no book, cannot fail, and from any thread; how long
 * it lasts tells nothing about the secrets. An event may come more than once: Daybook-Event-Id tells. */
DBK_API DBK_MUST_USE dbk_webhook_verdict dbk_webhook_verify(const dbk_webhook *request);
DBK_API const char *dbk_webhook_verdict_name(dbk_webhook_verdict verdict); /* "genuine", … */

#ifdef __cplusplus
}
#endif

#endif
