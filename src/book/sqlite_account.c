/* sqlite_account.c: accounts, runs and states of a book in a file. */
#include <stdio.h>
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_reference.h"
#include "core/json.h"

/* The answer to a fact that is in the book already. */
static void answer_known(dbk_answer *out, const char *conflict_field)
{
    out->outcome = conflict_field ? DBK_CONFLICT : DBK_REPLAYED;
    out->conflict_field = conflict_field;
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* ---- accounts ---- */

static const char *position_mode_of(const dbk_account *account)
{
    return account->position_mode ? account->position_mode : "netting";
}

static dbk_err *check_account(const dbk_account *account, maybe_amount *opening_balance)
{
    static const char *const modes[] = {"live", "paper", "backtest", NULL};
    static const char *const position_modes[] = {"netting", "hedging", NULL};
    dbk_err *e = require_amount("opening_balance", account->opening_balance ? account->opening_balance : "0",
                                true, opening_balance);
    if (!e)
        e = require_text("name", account->name, 200, true);
    if (!e)
        e = require_text("venue", account->venue, 60, true);
    if (!e)
        e = require_text("currency", account->currency, 30, true);
    if (!e)
        e = require_choice("mode", account->mode, modes);
    return e ? e : require_choice("position_mode", position_mode_of(account), position_modes);
}

static dbk_err *answer_known_account(sqlite_call *c, const dbk_account *account, maybe_amount opening_balance,
                                     dbk_answer *out)
{
    sq q = sq_of(c, sqlite_book_account_known);
    sq_uuid(&q, &account->account_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    if (e)
        return e;
    const char *field = !same(sqlite_text(q.stmt, 0), account->name)                 ? "name"
                        : !same(sqlite_text(q.stmt, 1), account->venue)              ? "venue"
                        : !same(sqlite_text(q.stmt, 2), account->currency)           ? "currency"
                        : !same(sqlite_text(q.stmt, 3), account->mode)               ? "mode"
                        : !same(sqlite_text(q.stmt, 4), position_mode_of(account))   ? "position_mode"
                        : !maybe_amount_equal(sq_get_amount(&q, 5), opening_balance) ? "opening_balance"
                                                                                     : NULL;
    answer_known(out, field);
    return sq_done(&q);
}

static dbk_err *emit_account_opened(sqlite_call *c, const dbk_account *account, maybe_amount opening_balance)
{
    payload *p = payload_new(c);
    payload_uuid(p, "account_id", &account->account_id);
    payload_text(p, "name", account->name);
    payload_text(p, "venue", account->venue);
    payload_text(p, "currency", account->currency);
    payload_text(p, "mode", account->mode);
    payload_text(p, "position_mode", position_mode_of(account));
    payload_amount(p, "opening_balance", opening_balance);
    return sqlite_emit(c, &(book_event){.type = "trading.account_opened",
                                        .aggregate = &account->account_id,
                                        .version = 1,
                                        .payload = p,
                                        .account_id = &account->account_id});
}

/* A book that was moved takes no new accounts: their owner has the wrong URL. */
static dbk_err *require_home(sqlite_call *c, const dbk_uuid *account_id)
{
    sq q = sq_of(c, sqlite_book_fence_gone);
    sq_uuid(&q, account_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    if (e || !found)
        return e;
    const char *state = sq_get_text(&q, 0), *place = sq_get_text(&q, 1);
    sq_end(&q);
    return state && place ? account_elsewhere(account_id, state, place) : err_oom();
}

static dbk_err *open_account(sqlite_call *c, const void *request, void *result)
{
    const dbk_account *account = request;
    dbk_answer *out = result;
    maybe_amount opening_balance;
    dbk_err *e = check_account(account, &opening_balance);
    if (!e)
        e = require_home(c, &account->account_id);
    if (!e)
        e = register_venue(c, account->venue);
    if (!e)
        e = register_currency(c, account->currency);
    if (e)
        return e;
    *out = (dbk_answer){.outcome = DBK_CREATED, .id = account->account_id};
    sq q = sq_of(c, sqlite_book_account_insert);
    sq_uuid(&q, &account->account_id);
    sq_text(&q, account->name);
    sq_text(&q, account->venue);
    sq_text(&q, account->currency);
    sq_text(&q, account->mode);
    sq_text(&q, position_mode_of(account));
    sq_amount(&q, opening_balance);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    bool is_new;
    e = sq_has_row(&q, &is_new);
    if (e)
        return e;
    return is_new ? emit_account_opened(c, account, opening_balance)
                  : answer_known_account(c, account, opening_balance, out);
}

dbk_err *sqlite_store_account_open(sqlite_store *s, const dbk_account *account, dbk_answer *out)
{
    return sqlite_store_run(s, &(sqlite_work){.name = "dbk_account_open",
                                              .keep = SQLITE_KEEP_ANSWER,
                                              .run = open_account,
                                              .request = account,
                                              .out = out});
}

/* ---- closing ---- */

typedef struct closing {
    const dbk_uuid *account_id;
    const char *reason;
} closing;

dbk_err *account_emit(sqlite_call *c, const dbk_uuid *account_id, const char *type, payload *p,
                      bool has_occurred, int64_t occurred_us)
{
    sq q = sq_of(c, sqlite_book_account_version);
    sq_uuid(&q, account_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    if (e)
        return e;
    int64_t version = sq_get_int8(&q, 0);
    sq_end(&q);
    return sqlite_emit(c, &(book_event){.type = type,
                                        .aggregate = account_id,
                                        .version = version,
                                        .payload = p,
                                        .has_occurred = has_occurred,
                                        .occurred_us = occurred_us,
                                        .account_id = account_id});
}

static dbk_err *refuse_closing(sqlite_call *c, const closing *r, int64_t orders, int64_t positions,
                               dbk_answer *out)
{
    *out = (dbk_answer){.outcome = DBK_REFUSED,
                        .id = *r->account_id,
                        .refusal_code = "account_in_use",
                        .refusal_detail = arena_printf(c->a, "%lld open orders and %lld open positions",
                                                       (long long)orders, (long long)positions)};
    if (!out->refusal_detail)
        return err_oom();
    payload *detail = payload_new(c), *p = payload_new(c);
    payload_text(detail, "detail", out->refusal_detail);
    payload_text(detail, "reason", r->reason);
    payload_uuid(p, "account_id", r->account_id);
    payload_text(p, "reason", r->reason);
    payload_text(p, "refusal_code", out->refusal_code);
    payload_text(p, "refusal_detail", out->refusal_detail);
    dbk_err *e = sqlite_audit(c, &(audit_entry){.action = "trading.close_account",
                                                .subject_type = "account",
                                                .subject = r->account_id,
                                                .account_id = r->account_id,
                                                .outcome = "refused",
                                                .code = out->refusal_code,
                                                .detail = detail});
    return e ? e : account_emit(c, r->account_id, "trading.account_close_refused", p, false, 0);
}

static dbk_err *finish_closing(sqlite_call *c, const closing *r)
{
    sq q = sq_of(c, sqlite_book_account_close);
    sq_uuid(&q, r->account_id);
    sq_int8(&q, c->now_us);
    dbk_err *e = sq_run(&q);
    if (e)
        return e;
    payload *detail = payload_new(c);
    payload_text(detail, "reason", r->reason);
    e = sqlite_audit(c, &(audit_entry){.action = "trading.close_account",
                                       .subject_type = "account",
                                       .subject = r->account_id,
                                       .account_id = r->account_id,
                                       .outcome = "created",
                                       .detail = detail});
    if (e)
        return e;
    payload *p = payload_new(c);
    payload_uuid(p, "account_id", r->account_id);
    payload_text(p, "reason", r->reason);
    return account_emit(c, r->account_id, "trading.account_closed", p, false, 0);
}

static dbk_err *close_account(sqlite_call *c, const void *request, void *result)
{
    const closing *r = request;
    dbk_answer *out = result;
    account_row account;
    dbk_err *e = require_text("reason", r->reason, 200, true);
    if (!e)
        e = account_get(c, r->account_id, &account);
    if (e)
        return e;
    *out = (dbk_answer){.outcome = account.is_open ? DBK_CREATED : DBK_REPLAYED, .id = *r->account_id};
    if (!account.is_open)
        return NULL;
    sq q = sq_of(c, sqlite_book_account_in_use);
    sq_uuid(&q, r->account_id);
    bool found;
    e = sq_row(&q, &found);
    if (e)
        return e;
    int64_t orders = sq_get_int8(&q, 0), positions = sq_get_int8(&q, 1);
    sq_end(&q);
    return orders > 0 || positions > 0 ? refuse_closing(c, r, orders, positions, out) : finish_closing(c, r);
}

dbk_err *sqlite_store_account_close(sqlite_store *s, const dbk_uuid *account_id, const char *reason,
                                    dbk_answer *out)
{
    closing r = {.account_id = account_id, .reason = reason};
    return sqlite_store_run(s, &(sqlite_work){.name = "dbk_account_close",
                                              .keep = SQLITE_KEEP_ANSWER,
                                              .run = close_account,
                                              .request = &r,
                                              .out = out});
}

/* ---- runs ---- */

/* Whether the text is JSON, an object where that is asked for. It is kept as it was given. */
static dbk_err *require_json(const char *name, const char *text, bool object)
{
    json_t *value = NULL;
    dbk_err *e = json_parse(text, strlen(text), name, &value);
    bool fits = !e && (!object || json_is_object(value));
    json_decref(value);
    err_free(e);
    return fits
               ? NULL
               : argument_malformed(object ? "Pass a JSON object, or NULL when there is none." : "Pass JSON.",
                                    "%s is %.40s, which is not %s", name, text,
                                    object ? "an object" : "JSON");
}

/* The same value, however it is spelt. */
static bool same_json(const char *a, const char *b)
{
    json_t *one = NULL, *two = NULL;
    dbk_err *e = json_parse(a, strlen(a), "JSON", &one);
    if (!e)
        e = json_parse(b, strlen(b), "JSON", &two);
    bool same_value = !e && json_equal(one, two);
    err_free(e);
    json_decref(one);
    json_decref(two);
    return same_value;
}

static const char *params_of(const dbk_run *run)
{
    return run->params_json ? run->params_json : "{}";
}

static dbk_err *answer_known_run(sqlite_call *c, const dbk_run *run, dbk_answer *out)
{
    sq q = sq_of(c, sqlite_book_run_get);
    sq_uuid(&q, &run->account_id);
    sq_uuid(&q, &run->run_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    if (e)
        return e;
    answer_known(out, !same(sqlite_text(q.stmt, 0), run->kind)             ? "kind"
                      : !same(sqlite_text(q.stmt, 1), run->strategy)       ? "strategy"
                      : !same(sqlite_text(q.stmt, 2), run->code_revision)  ? "code_revision"
                      : !same_json(sqlite_text(q.stmt, 3), params_of(run)) ? "params"
                                                                           : NULL);
    return sq_done(&q);
}

static dbk_err *record_run(sqlite_call *c, const dbk_run *run, dbk_answer *out)
{
    sq q = sq_of(c, sqlite_book_run_insert);
    sq_uuid(&q, &run->account_id);
    sq_uuid(&q, &run->run_id);
    sq_text(&q, run->kind);
    sq_text(&q, run->strategy);
    sq_text(&q, run->code_revision);
    sq_text(&q, params_of(run));
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    bool is_new;
    dbk_err *e = sq_has_row(&q, &is_new);
    if (e)
        return e;
    *out = (dbk_answer){.outcome = DBK_CREATED, .id = run->run_id};
    if (!is_new)
        return answer_known_run(c, run, out);
    payload *p = payload_new(c);
    payload_uuid(p, "run_id", &run->run_id);
    payload_text(p, "kind", run->kind);
    payload_text(p, "strategy", run->strategy);
    payload_text(p, "code_revision", run->code_revision);
    payload_json(p, "params", params_of(run));
    return sqlite_emit(c, &(book_event){.type = "trading.run_started",
                                        .aggregate = &run->run_id,
                                        .version = 1,
                                        .payload = p,
                                        .account_id = &run->account_id});
}

static dbk_err *start_run(sqlite_call *c, const void *request, void *result)
{
    static const char *const kinds[] = {"backtest", "paper", "live", NULL};
    const dbk_run *run = request;
    account_row account;
    dbk_err *e = account_get(c, &run->account_id, &account);
    if (!e)
        e = require_choice("kind", run->kind, kinds);
    if (!e)
        e = require_text("strategy", run->strategy, 200, true);
    if (!e)
        e = require_text("code_revision", run->code_revision, 200, false);
    if (!e)
        e = require_json("params_json", params_of(run), true);
    return e ? e : record_run(c, run, result);
}

dbk_err *sqlite_store_run_start(sqlite_store *s, const dbk_run *run, dbk_answer *out)
{
    return sqlite_store_run(s, &(sqlite_work){.name = "dbk_run_start",
                                              .keep = SQLITE_KEEP_ANSWER,
                                              .run = start_run,
                                              .request = run,
                                              .out = out});
}

typedef struct finishing {
    const dbk_uuid *account_id, *run_id;
    const char *status;
} finishing;

static dbk_err *answer_finished(sqlite_call *c, const finishing *r, dbk_answer *out)
{
    sq q = sq_of(c, sqlite_book_run_get);
    sq_uuid(&q, r->account_id);
    sq_uuid(&q, r->run_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    if (e)
        return e;
    if (!found) {
        char text[UUID_TEXT_SIZE];
        uuid_format(r->run_id, text);
        return argument_unknown("Start the run first with dbk_run_start().",
                                "run_id is %s, which is no run of the account", text);
    }
    answer_known(out, same(sqlite_text(q.stmt, 4), r->status) ? NULL : "status");
    return sq_done(&q);
}

static dbk_err *finish_run(sqlite_call *c, const void *request, void *result)
{
    static const char *const statuses[] = {"finished", "failed", "interrupted", NULL};
    const finishing *r = request;
    dbk_answer *out = result;
    account_row account;
    dbk_err *e = account_get(c, r->account_id, &account);
    if (!e)
        e = require_choice("status", r->status, statuses);
    if (e)
        return e;
    *out = (dbk_answer){.outcome = DBK_CREATED, .id = *r->run_id};
    sq q = sq_of(c, sqlite_book_run_finish);
    sq_uuid(&q, r->account_id);
    sq_uuid(&q, r->run_id);
    sq_text(&q, r->status);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    bool found;
    e = sq_row(&q, &found);
    if (e)
        return e;
    int64_t version = found ? sq_get_int8(&q, 0) : 0;
    sq_end(&q);
    if (!found)
        return answer_finished(c, r, out);
    payload *p = payload_new(c);
    payload_uuid(p, "run_id", r->run_id);
    payload_text(p, "status", r->status);
    return sqlite_emit(c, &(book_event){.type = "trading.run_finished",
                                        .aggregate = r->run_id,
                                        .version = version,
                                        .payload = p,
                                        .account_id = r->account_id});
}

dbk_err *sqlite_store_run_finish(sqlite_store *s, const dbk_uuid *account_id, const dbk_uuid *run_id,
                                 const char *status, dbk_answer *out)
{
    finishing r = {.account_id = account_id, .run_id = run_id, .status = status};
    return sqlite_store_run(s, &(sqlite_work){.name = "dbk_run_finish",
                                              .keep = SQLITE_KEEP_ANSWER,
                                              .run = finish_run,
                                              .request = &r,
                                              .out = out});
}

/* ---- states ---- */

typedef struct saving {
    const dbk_uuid *account_id, *snapshot_id;
    const char *name, *state;
    int64_t as_of_us;
} saving;

static dbk_err *answer_known_state(sqlite_call *c, const saving *r, dbk_answer *out)
{
    sq q = sq_of(c, sqlite_book_state_get);
    sq_uuid(&q, r->account_id);
    sq_uuid(&q, r->snapshot_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    if (e)
        return e;
    answer_known(out, !same(sqlite_text(q.stmt, 0), r->name)         ? "name"
                      : sq_get_int8(&q, 1) != r->as_of_us            ? "as_of"
                      : !same_json(sqlite_text(q.stmt, 2), r->state) ? "state"
                                                                     : NULL);
    return sq_done(&q);
}

static dbk_err *record_state(sqlite_call *c, const saving *r, dbk_answer *out)
{
    sq q = sq_of(c, sqlite_book_state_insert);
    sq_uuid(&q, r->account_id);
    sq_uuid(&q, r->snapshot_id);
    sq_text(&q, r->name);
    sq_int8(&q, r->as_of_us);
    sq_text(&q, r->state);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    bool is_new;
    dbk_err *e = sq_has_row(&q, &is_new);
    if (e)
        return e;
    *out = (dbk_answer){.outcome = DBK_CREATED, .id = *r->snapshot_id};
    if (!is_new)
        return answer_known_state(c, r, out);
    char id[UUID_TEXT_SIZE];
    uuid_format(r->account_id, id);
    const char *aggregate = arena_printf(c->a, "%s/%s", id, r->name);
    if (!aggregate)
        return err_oom();
    payload *p = payload_new(c);
    payload_uuid(p, "snapshot_id", r->snapshot_id);
    payload_text(p, "name", r->name);
    payload_time(p, "as_of", r->as_of_us);
    return sqlite_emit(c, &(book_event){.type = "trading.state_saved",
                                        .aggregate_id = aggregate,
                                        .payload = p,
                                        .has_occurred = true,
                                        .occurred_us = r->as_of_us,
                                        .account_id = r->account_id});
}

static dbk_err *save_state(sqlite_call *c, const void *request, void *out)
{
    const saving *r = request;
    account_row account;
    dbk_err *e = account_get(c, r->account_id, &account);
    if (!e)
        e = require_text("name", r->name, 200, true);
    if (!e)
        e = require_json("state_json", r->state, false);
    return e ? e : record_state(c, r, out);
}

dbk_err *sqlite_store_state_save(sqlite_store *s, const dbk_uuid *account_id, const dbk_uuid *snapshot_id,
                                 const char *name, int64_t as_of_us, const char *state_json, dbk_answer *out)
{
    saving r = {.account_id = account_id,
                .snapshot_id = snapshot_id,
                .name = name,
                .state = state_json,
                .as_of_us = as_of_us};
    return sqlite_store_run(s, &(sqlite_work){.name = "dbk_state_save",
                                              .keep = SQLITE_KEEP_ANSWER,
                                              .run = save_state,
                                              .request = &r,
                                              .out = out});
}

typedef struct loaded {
    const char *state;
    int64_t as_of_us;
} loaded;

static dbk_err *load_state(sqlite_call *c, const void *request, void *result)
{
    const saving *r = request;
    loaded *out = result;
    account_row account;
    dbk_err *e = account_get(c, r->account_id, &account);
    if (e)
        return e;
    sq q = sq_of(c, sqlite_book_state_latest);
    sq_uuid(&q, r->account_id);
    sq_text(&q, r->name);
    bool found;
    e = sq_row(&q, &found);
    if (e)
        return e;
    *out = (loaded){.state = found ? sq_get_text(&q, 0) : NULL, .as_of_us = found ? sq_get_int8(&q, 1) : 0};
    return sq_done(&q);
}

dbk_err *sqlite_store_state_load(sqlite_store *s, const dbk_uuid *account_id, const char *name,
                                 const char **state_json, int64_t *as_of_us)
{
    saving r = {.account_id = account_id, .name = name};
    loaded found = {.state = NULL};
    dbk_err *e = sqlite_store_run(s, &(sqlite_work){.name = "dbk_state_load",
                                                    .keep = SQLITE_KEEP_STATE,
                                                    .reads = true,
                                                    .run = load_state,
                                                    .request = &r,
                                                    .out = &found});
    if (e)
        return e;
    *state_json = found.state;
    if (as_of_us)
        *as_of_us = found.as_of_us;
    return NULL;
}
