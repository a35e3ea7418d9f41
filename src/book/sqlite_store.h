/* sqlite_store.h: the book in one file: the calls and the answers of the store on PostgreSQL (pg_store.h),
 * from the rules in C (order_machine.h, position.h, roundtrip.h, equity.h).
 *
 * Each call is one transaction that takes the file's write lock first, so that calls of all processes come
 * one after another and what is read is what is. Facts, what they change, the event of it and the row of the
 * audit log are written together, as on a server. A file has no roles: whoever may write it may do
 * everything. Private to src/book. */
#ifndef DAYBOOK_BOOK_SQLITE_STORE_H
#define DAYBOOK_BOOK_SQLITE_STORE_H

#include "book/request.h"
#include "core/err.h"
#include "daybook.h"
#include "sqlite/sqlite.h"

typedef struct sqlite_store sqlite_store;

/* path is what follows "sqlite:" in a URL. options was completed: program, program_version and actor are not
 * NULL, the limits are not 0. A file that does not exist is made, with its tables; ERR_INPUT for one that
 * holds something else, or a newer book than this library knows. */
dbk_err *sqlite_store_open(const dbk_open_options *options, const char *path,
                           sqlite_store **out) ERR_MUST_USE;
void sqlite_store_close(sqlite_store *s); /* accepts NULL */
/* ERR_INPUT when the file is no book, or one of another version; ERR_NOT_FOUND when it is empty. */
dbk_err *sqlite_store_check(sqlite_db *db) ERR_MUST_USE;
/* Makes the views that reading a book needs (sqlite/views.sql), for this connection alone; once made they are
 * there, but for those that were made in a transaction that was rolled back. */
dbk_err *sqlite_store_views(sqlite_db *db) ERR_MUST_USE;
const dbk_uuid *sqlite_store_session(const sqlite_store *s);
/* When memory is short the next call reports it. */
void sqlite_store_set_correlation(sqlite_store *s, const dbk_uuid *correlation, const dbk_uuid *cause);

dbk_err *sqlite_store_account_open(sqlite_store *s, const dbk_account *account, dbk_answer *out) ERR_MUST_USE;
dbk_err *sqlite_store_account_close(sqlite_store *s, const dbk_uuid *account_id, const char *reason,
                                    dbk_answer *out) ERR_MUST_USE;
dbk_err *sqlite_store_run_start(sqlite_store *s, const dbk_run *run, dbk_answer *out) ERR_MUST_USE;
dbk_err *sqlite_store_run_finish(sqlite_store *s, const dbk_uuid *account_id, const dbk_uuid *run_id,
                                 const char *status, dbk_answer *out) ERR_MUST_USE;
dbk_err *sqlite_store_state_save(sqlite_store *s, const dbk_uuid *account_id, const dbk_uuid *snapshot_id,
                                 const char *name, int64_t as_of_us, const char *state_json,
                                 dbk_answer *out) ERR_MUST_USE;
dbk_err *sqlite_store_state_load(sqlite_store *s, const dbk_uuid *account_id, const char *name,
                                 const char **state_json, int64_t *as_of_us) ERR_MUST_USE;

/* With its venue and currencies where they are not known. */
dbk_err *sqlite_store_instrument_register(sqlite_store *s, const dbk_instrument *instrument,
                                          dbk_answer *out) ERR_MUST_USE;
dbk_err *sqlite_store_instruments(sqlite_store *s, const char *venue, const char *symbol,
                                  bool (*fn)(void *ctx, const dbk_instrument *instrument),
                                  void *ctx) ERR_MUST_USE;
dbk_err *sqlite_store_positions(sqlite_store *s, const dbk_uuid *account_id, bool open_only,
                                bool (*fn)(void *ctx, const dbk_position *position), void *ctx) ERR_MUST_USE;
dbk_err *sqlite_store_orders(sqlite_store *s, const dbk_uuid *account_id, const dbk_order_query *query,
                             bool (*fn)(void *ctx, const dbk_order_state *order), void *ctx) ERR_MUST_USE;

/* request and out are of the types that go with the kind in daybook.h. */
dbk_err *sqlite_store_write(sqlite_store *s, dbk_call_kind kind, const void *request, void *out) ERR_MUST_USE;
dbk_err *sqlite_store_fills_record(sqlite_store *s, const dbk_fill *const *fills, size_t count,
                                   dbk_fill_answer *out) ERR_MUST_USE;
/* The calls whose error is not set, one after another. */
dbk_err *sqlite_store_calls(sqlite_store *s, dbk_call *const *calls, size_t count) ERR_MUST_USE;

#endif
