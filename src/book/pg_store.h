/* pg_store.h: the book on PostgreSQL: one stored function a call, one statement, one transaction.
 *
 * Arguments were checked by daybook.c as far as request.h goes; everything else is checked by the stored
 * functions. Each call is tried again after a lost connection or a serialisation failure, with the same
 * identities, so that it happens once whatever was lost. Private to src/book. */
#ifndef DAYBOOK_BOOK_PG_STORE_H
#define DAYBOOK_BOOK_PG_STORE_H

#include "book/commit_group.h"
#include "book/request_text.h"
#include "core/err.h"
#include "daybook.h"

typedef struct pg_store pg_store;

/* options was completed: program, program_version and actor are not NULL, the limits are not 0. may_be_away:
 * a server that cannot be reached now is no error; its session then waits to be opened. */
dbk_err *pg_store_open(const dbk_open_options *options, bool may_be_away, pg_store **out) ERR_MUST_USE;
/* A second connection to the same server in the same session, which it neither opens nor closes; it is made
 * by the first call. Of the options the limits of time count. It outlives the other store. */
dbk_err *pg_store_open_beside(const pg_store *other, const dbk_open_options *options,
                              pg_store **out) ERR_MUST_USE;
void pg_store_close(pg_store *s); /* accepts NULL */
/* As it was given, with its secrets; "" for libpq's defaults. Lent. */
const char *pg_store_url(const pg_store *s);
bool pg_store_has_session(const pg_store *s);
/* What opens the session of this store; lent. */
session_request pg_store_session_request(const pg_store *s);
/* Of this store or of one that is gone. */
dbk_err *pg_store_session_open(pg_store *s, const session_request *session) ERR_MUST_USE;

/* The context that calls carry, as JSON; NULL when memory is short. */
const char *pg_store_context(const pg_store *s);
/* Until this is called with NULL, calls carry that context (lent) instead, and leave the strings of all
 * answers alone: theirs live until the next call. */
void pg_store_speak_for(pg_store *s, const char *ctx);
const dbk_uuid *pg_store_session(const pg_store *s);
/* When memory is short the next call reports it. */
void pg_store_set_correlation(pg_store *s, const dbk_uuid *correlation, const dbk_uuid *cause);
/* In the name of which bot calls are made from now on, with the token of its lease (0: none); NULL: nobody's.
 * The same of memory. */
void pg_store_act_as(pg_store *s, const dbk_uuid *bot, int64_t fence);

dbk_err *pg_store_account_open(pg_store *s, const dbk_account *account, dbk_answer *out) ERR_MUST_USE;
dbk_err *pg_store_account_close(pg_store *s, const dbk_uuid *account_id, const char *reason,
                                dbk_answer *out) ERR_MUST_USE;
dbk_err *pg_store_instruments(pg_store *s, const char *venue, const char *symbol,
                              bool (*fn)(void *ctx, const dbk_instrument *instrument),
                              void *ctx) ERR_MUST_USE;
dbk_err *pg_store_instrument_register(pg_store *s, const dbk_instrument *instrument,
                                      dbk_answer *out) ERR_MUST_USE;
dbk_err *pg_store_run_start(pg_store *s, const dbk_run *run, dbk_answer *out) ERR_MUST_USE;
dbk_err *pg_store_run_finish(pg_store *s, const dbk_uuid *account_id, const dbk_uuid *run_id,
                             const char *status, dbk_answer *out) ERR_MUST_USE;
dbk_err *pg_store_performance_record(pg_store *s, const dbk_performance *performance,
                                     dbk_answer *out) ERR_MUST_USE;
dbk_err *pg_store_state_save(pg_store *s, const dbk_uuid *account_id, const dbk_uuid *snapshot_id,
                             const char *name, int64_t as_of_us, const char *state_json,
                             dbk_answer *out) ERR_MUST_USE;
dbk_err *pg_store_state_load(pg_store *s, const dbk_uuid *account_id, const char *name,
                             const char **state_json, int64_t *as_of_us) ERR_MUST_USE;

/* What is granted or said of a lease, beside the answer. */
typedef struct lease_grant {
    int64_t token;
    int64_t expires_us; /* by the server's clock; 0: it did not say */
} lease_grant;
/* Everything of the request counts; holder is not NULL, acquire_id and ttl_ms are not 0. */
dbk_err *pg_store_lease_acquire(pg_store *s, const dbk_lease_request *request, lease_grant *grant,
                                dbk_answer *out) ERR_MUST_USE;
/* Within limit_ms, 0: one try. */
dbk_err *pg_store_lease_renew(pg_store *s, const dbk_lease_request *request, lease_grant *grant,
                              int64_t limit_ms, dbk_answer *out) ERR_MUST_USE;
dbk_err *pg_store_lease_release(pg_store *s, const dbk_lease_request *request, int64_t token,
                                dbk_answer *out) ERR_MUST_USE;

dbk_err *pg_store_intent_request_order(pg_store *s, const dbk_order_intent *intent,
                                       dbk_intent_answer *out) ERR_MUST_USE;
dbk_err *pg_store_intent_request_change(pg_store *s, const dbk_change_intent *intent,
                                        dbk_intent_answer *out) ERR_MUST_USE;
dbk_err *pg_store_intent_submit(pg_store *s, const dbk_uuid *account_id, const dbk_uuid *intent_id,
                                dbk_intent_answer *out) ERR_MUST_USE;
dbk_err *pg_store_intent_decline(pg_store *s, const dbk_uuid *account_id, const dbk_uuid *intent_id,
                                 const char *executor, const char *reason,
                                 dbk_intent_answer *out) ERR_MUST_USE;
dbk_err *pg_store_intents_claim(pg_store *s, const dbk_claim *claim,
                                bool (*fn)(void *ctx, const dbk_intent *intent), void *ctx,
                                dbk_answer *out) ERR_MUST_USE;
dbk_err *pg_store_intents(pg_store *s, const dbk_uuid *account_id, const dbk_intent_query *query,
                          bool (*fn)(void *ctx, const dbk_intent *intent), void *ctx) ERR_MUST_USE;
dbk_err *pg_store_bots(pg_store *s, const dbk_uuid *account_id, bool (*fn)(void *ctx, const dbk_bot *bot),
                       void *ctx) ERR_MUST_USE;
dbk_err *pg_store_bot_event_record(pg_store *s, const dbk_bot_event *event, dbk_answer *out) ERR_MUST_USE;
dbk_err *pg_store_signal_record(pg_store *s, const dbk_signal *signal, dbk_answer *out) ERR_MUST_USE;
typedef struct strategy_state {
    dbk_uuid account_id, bot_id, change_id;
    int64_t token;
    const char *name, *state_json;
} strategy_state;
dbk_err *pg_store_strategy_save(pg_store *s, const strategy_state *state, dbk_answer *out) ERR_MUST_USE;
/* Of state it takes account, bot and name. */
dbk_err *pg_store_strategy_load(pg_store *s, const strategy_state *state, const char **state_json,
                                int64_t *version) ERR_MUST_USE;
dbk_err *pg_store_command_send(pg_store *s, const dbk_command_request *request, dbk_answer *out) ERR_MUST_USE;
dbk_err *pg_store_commands(pg_store *s, const dbk_uuid *account_id, const dbk_command_query *query,
                           bool (*fn)(void *ctx, const dbk_command *command), void *ctx) ERR_MUST_USE;
/* step is the book's name of it. */
dbk_err *pg_store_command_acknowledge(pg_store *s, const dbk_command_report *report, const char *step,
                                      dbk_answer *out) ERR_MUST_USE;

/* request and out are of the types that go with the kind in daybook.h. */
dbk_err *pg_store_write(pg_store *s, dbk_call_kind kind, const void *request, void *out) ERR_MUST_USE;
/* The calls whose error is not set; each that then has none was answered. */
dbk_err *pg_store_calls(pg_store *s, dbk_call *const *calls, size_t count) ERR_MUST_USE;
/* Fills that threads record through different stores of one server and role, in one transaction where they
 * come together. When that fails, each is made as by pg_store_write(). */
commit_group *pg_store_group_new(void);
dbk_err *pg_store_fill_record_in(commit_group *group, pg_store *s, const dbk_fill *fill,
                                 dbk_fill_answer *out) ERR_MUST_USE;
dbk_err *pg_store_fills_record(pg_store *s, const dbk_fill *const *fills, size_t count,
                               dbk_fill_answer *out) ERR_MUST_USE;

dbk_err *pg_store_positions(pg_store *s, const dbk_uuid *account_id, bool open_only,
                            bool (*fn)(void *ctx, const dbk_position *position), void *ctx) ERR_MUST_USE;
dbk_err *pg_store_orders(pg_store *s, const dbk_uuid *account_id, const dbk_order_query *query,
                         bool (*fn)(void *ctx, const dbk_order_state *order), void *ctx) ERR_MUST_USE;

typedef struct pg_candles pg_candles;
dbk_err *pg_candles_open(pg_store *s, const dbk_uuid *instrument_id, int32_t interval_s, int64_t after_us,
                         pg_candles **out) ERR_MUST_USE;
dbk_err *pg_candles_next(pg_candles *c, dbk_candle *out, size_t max, size_t *count) ERR_MUST_USE;
void pg_candles_close(pg_candles *c); /* accepts NULL */

#endif
