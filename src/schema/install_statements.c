/* A migration whose statements cannot share a transaction.
 *
 * Each statement is one message. One that may be part of a transaction gets one of its own, together with the
 * row that says it is done, so that both happen or neither. One that may not (CREATE INDEX CONCURRENTLY,
 * VACUUM, a CALL that commits) is written down as started before, and as done or failed after; killed in
 * between, the next run finds it started, and asks the catalog, or a person, whether it finished.
 *
 * A concurrent build waits for every older transaction, also of other tables, and a lock timeout would end it
 * for that and leave an invalid index behind. So it has no lock timeout; it is watched, those in the way are
 * named, and it is given up after --concurrent-wait. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "pg/pg_retry.h"
#include "schema/install_int.h"
#include "schema/quote.h"
#include "schema/sql_file.h"
#include "schema/sql_kind.h"
#include "schema/sql_run.h"
#include "schema_sql.h"

#define SETTINGS_BYTES_MAX ((size_t)4096)
#define BUSY_POLL_US ((int64_t)250 * 1000)
#define DETAIL_BYTES_MAX 500

typedef struct statement_run {
    const module *module;
    const module_file *file;
    const sql_statement *statement;
    size_t number; /* from 1 */
    char sha256[65];
    ledger_event event;
    const char *detail;
    bool open; /* it is recorded as started, and not how that ended */
    bool ours; /* this migration has begun the statement before: what is left of it may go */
    bool creates_index;
    sql_index index;
    ledger_entry *entry; /* of the whole migration */
} statement_run;

/* ---- what is recorded ---- */

static dbk_err *put_step(installer *in, void *arg)
{
    const statement_run *run = arg;
    ledger_step step = {.module = run->module->name,
                        .number = run->file->number,
                        .statement = (int64_t)run->number,
                        .event = run->event,
                        .sha256 = run->sha256};
    dbk_err *e = install_act_as_owner(in);
    return e ? e : ledger_put_step(in->work, in->scratch, &step, run->detail);
}

static dbk_err *record(installer *in, statement_run *run, ledger_event event, const char *detail)
{
    run->event = event;
    run->detail = detail;
    return install_transaction(in, "recording a step", put_step, run);
}

static dbk_err *run_with_record(installer *in, void *arg)
{
    statement_run *run = arg;
    dbk_err *e = sql_run_statement(in->work, in->scratch, run->file, run->statement, false);
    run->event = LEDGER_DONE;
    run->detail = NULL;
    return e ? e : put_step(in, run);
}

static dbk_err *put_migration(installer *in, void *arg)
{
    const statement_run *run = arg;
    run->entry->started_us = ledger_chain_now_us(&in->chain);
    run->entry->lock_wait_ms = in->watch.lock_wait_ms;
    dbk_err *e = install_dual_write(in, run->module, run->file);
    if (!e)
        e = install_act_as_owner(in);
    if (!e)
        e = ledger_chain_steps(in->work, in->scratch, run->module, run->file, run->entry);
    return e ? e : install_record(in, run->module, run->file, run->entry);
}

/* ---- settings of a statement without a transaction ---- */

static dbk_err *set_session(installer *in)
{
    buf sql;
    char *owner = NULL;
    dbk_err *e = quote_ident(in->scratch, in->roles.owner, &owner);
    if (e)
        return e;
    buf_init(&sql, SETTINGS_BYTES_MAX);
    buf_append_str(&sql,
                   "set lock_timeout = 0; set statement_timeout = 0; set client_min_messages = warning;");
    if (!install_is_adopted(in))
        buf_append_str(&sql, "set search_path = pg_catalog, pg_temp;");
    if (!install_is_adopted(in) && strcmp(in->roles.owner, in->roles.login) != 0)
        buf_printf(&sql, "set role %s", owner);
    e = buf_error(&sql);
    if (!e)
        e = pg_exec(in->work, sql.data);
    buf_term(&sql);
    return e;
}

/* Through a pooler nothing may be set, since somebody else would get it. What the statements of this kind
 * need is there anyway: whoever inherits the owner role's rights may build its indexes. But not a time limit
 * that ends them. */
static dbk_err *check_pooled_session(installer *in, const statement_run *run)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(in->work, in->scratch,
                              "select pg_catalog.current_setting('lock_timeout') = '0'"
                              " and pg_catalog.current_setting('statement_timeout') = '0'",
                              NULL, &rows);
    if (e)
        return e;
    const char *why = NULL;
    if (!pg_get_bool(rows, 0, 0))
        why = "lock_timeout or statement_timeout is set for this login, and a pooler stands between";
    else if (sql_statement_may_commit(run->statement) && strcmp(in->roles.owner, in->roles.login) != 0)
        why = "what it creates would not belong to the owner role, since a pooler stands between";
    return why ? err_with_hint(sql_run_place(err_new(ERR_INPUT, "this statement cannot be run here: %s", why),
                                             run->file, run->statement->offset),
                               "connect to the server directly for this migration")
               : NULL;
}

static dbk_err *enter(installer *in, const statement_run *run)
{
    arena_reset(in->scratch);
    dbk_err *e = install_check_lock(in);
    if (!e)
        e = in->pooled ? check_pooled_session(in, run) : set_session(in);
    in->watch.alone = !e;
    in->watch.blocked_since_us = 0;
    return e;
}

static dbk_err *leave(installer *in, dbk_err *e)
{
    in->watch.alone = false;
    if (in->pooled || pg_is_lost(in->work))
        return e;
    dbk_err *reset = pg_exec(in->work, "reset role; reset lock_timeout; reset statement_timeout;"
                                       "reset client_min_messages; reset search_path");
    if (e)
        err_free(reset);
    return e ? e : reset;
}

/* ---- indexes ---- */

typedef struct index_state {
    const char *identity; /* NULL: there is none */
    bool valid;
    bool busy; /* somebody else may be building it */
} index_state;

static dbk_err *look_at_index(installer *in, const statement_run *run, index_state *out)
{
    *out = (index_state){0};
    if (!run->index.name)
        return NULL;
    pg_rows *rows;
    pg_params *p = pg_params_new(in->scratch);
    pg_param_text(p, run->index.relation);
    pg_param_text(p, run->index.name);
    dbk_err *e = pg_query(in->work, in->scratch, sql_index_state, p, &rows);
    if (!e && pg_row_count(rows) > 0)
        *out = (index_state){pg_get_text(rows, 0, 0), pg_get_bool(rows, 0, 1), pg_get_bool(rows, 0, 2)};
    return e;
}

/* The server process of a killed runner goes on building: then the index is invalid only for now. */
static dbk_err *wait_while_busy(installer *in, const statement_run *run, index_state *state)
{
    int64_t end_us = in->clock->mono_us(in->clock) + in->options->concurrent_wait_ms * 1000;
    bool told = false;
    dbk_err *e = NULL;
    while (!e && state->identity && !state->valid && state->busy && in->clock->mono_us(in->clock) < end_us) {
        if (!told && in->options->log)
            log_fields(in->options->log, LOG_INFO,
                       "the index is not valid, and another session is at work on its table; "
                       "waiting for that",
                       LOG_STR("index", state->identity));
        told = true;
        in->clock->sleep_us(in->clock, BUSY_POLL_US);
        e = look_at_index(in, run, state);
    }
    return e;
}

static dbk_err *drop_index(installer *in, const char *identity)
{
    size_t error_at;
    const char *sql = arena_printf(in->scratch, "drop index concurrently if exists %s", identity);
    if (in->options->log)
        log_fields(in->options->log, LOG_WARNING, "dropping an invalid index, to build it anew",
                   LOG_STR("index", identity));
    return sql ? pg_exec_alone(in->work, sql, &error_at) : err_oom();
}

/* Before CREATE INDEX CONCURRENTLY: with IF NOT EXISTS the server would take an invalid index for what was
 * asked for. *there: the index that this migration began is finished. */
static dbk_err *make_room(installer *in, const statement_run *run, bool *there)
{
    index_state state;
    dbk_err *e = look_at_index(in, run, &state);
    if (!e)
        e = wait_while_busy(in, run, &state);
    if (e || !state.identity)
        return e;
    if (state.valid) {
        *there = run->open;
        return NULL;
    }
    if (run->ours || in->options->rebuild_invalid)
        return drop_index(in, state.identity);
    return err_with_hint(
        sql_run_place(
            err_new(ERR_INPUT, "the index %s exists and is invalid: nothing uses it", state.identity),
            run->file, run->statement->offset),
        "an earlier CREATE INDEX CONCURRENTLY has failed; --rebuild-invalid drops it and builds it anew");
}

static dbk_err *check_built(installer *in, const statement_run *run)
{
    index_state state;
    dbk_err *e = look_at_index(in, run, &state);
    if (e || !run->index.name || (state.identity && state.valid))
        return e;
    return sql_run_place(err_new(ERR_SERVER, "the index is %s although the server reported success",
                                 state.identity ? "invalid" : "not there"),
                         run->file, run->statement->offset);
}

/* ---- one statement ---- */

/* Was begun by an earlier run, and nobody knows whether it finished. */
static dbk_err *settle(installer *in, const statement_run *run, bool *done)
{
    index_state state;
    dbk_err *e = NULL;
    switch (sql_statement_repeat(run->statement)) {
    case SQL_REPEAT_AGAIN:
    case SQL_REPEAT_CREATE_INDEX:
        return NULL;
    case SQL_REPEAT_DROP_INDEX:
        e = look_at_index(in, run, &state);
        *done = !e && !state.identity;
        return e;
    case SQL_REPEAT_ASK:
        break;
    }
    if (in->options->half == SCHEMA_HALF_ASK)
        return err_with_hint(sql_run_place(err_new(ERR_HISTORY_HALF,
                                                   "statement %zu was begun and nobody knows whether it "
                                                   "finished",
                                                   run->number),
                                           run->file, run->statement->offset),
                             "look, then say --half-statement done or --half-statement again");
    *done = in->options->half == SCHEMA_HALF_DONE;
    return NULL;
}

/* The error stays the caller's; that recording it fails too changes nothing. */
static void record_failure(installer *in, statement_run *run, const dbk_err *e)
{
    char detail[DETAIL_BYTES_MAX];
    if (pg_is_lost(in->work))
        return;
    snprintf(detail, sizeof(detail), "%s %s", err_sqlstate(e), err_message(e));
    err_free(record(in, run, LEDGER_FAILED, detail));
    run->open = false;
}

/* *done: there is nothing left to do. */
static dbk_err *prepare(installer *in, const statement_run *run, bool *done)
{
    dbk_err *e = enter(in, run);
    if (!e && run->open)
        e = settle(in, run, done);
    if (!e && !*done && run->creates_index)
        e = make_room(in, run, done);
    return leave(in, e);
}

static dbk_err *run_once(installer *in, statement_run *run)
{
    bool done = false;
    dbk_err *e = sql_statement_runs_alone(run->statement) ? install_dual_clear(in, run->module) : NULL;
    if (!e)
        e = prepare(in, run, &done);
    if (e || done)
        return e;
    if (!run->open)
        e = record(in, run, LEDGER_STARTED, NULL);
    if (e)
        return e;
    run->open = run->ours = true;
    e = enter(in, run);
    if (e)
        return leave(in, e);
    e = sql_run_statement(in->work, in->scratch, run->file, run->statement, true);
    if (!e && run->creates_index)
        e = check_built(in, run);
    e = leave(in, e);
    if (e)
        record_failure(in, run, e);
    return e;
}

static bool pause_before_retry(installer *in, const statement_run *run, pg_retry_state *retry,
                               const dbk_err *e)
{
    int64_t delay_us;
    if (!install_may_retry(e) || err_code(e) == ERR_BUSY ||
        !pg_retry_next(retry, e, false, in->clock->mono_us(in->clock), &delay_us))
        return false;
    if (in->options->log)
        log_fields(in->options->log, LOG_WARNING, "another session is in the way, trying again",
                   LOG_STR("while", run->file->path), LOG_INT("statement", run->number),
                   LOG_STR("sqlstate", err_sqlstate(e)), LOG_INT("pause_ms", delay_us / 1000));
    in->clock->sleep_us(in->clock, delay_us);
    return true;
}

static dbk_err *run_alone(installer *in, statement_run *run)
{
    pg_retry_state retry;
    int64_t now_us = in->clock->mono_us(in->clock);
    pg_retry_init(&retry, &(pg_retry_policy){.tries_max = INSTALL_TRIES_MAX, .delay_min_us = 200000}, now_us,
                  (uint64_t)now_us | 1);
    for (;;) {
        dbk_err *e = run_once(in, run);
        if (!e)
            return record(in, run, LEDGER_DONE, NULL);
        if (!pause_before_retry(in, run, &retry, e))
            return err_wrap(e, "while applying %s, statement %zu", run->file->path, run->number);
        err_free(e);
    }
}

/* Has this migration ever begun the statement? */
static bool began_before(const installer *in, const statement_run *run)
{
    for (size_t i = 0; i < in->ledger.step_count; i++) {
        const ledger_step *step = &in->ledger.steps[i];
        if (step->event == LEDGER_STARTED && step->number == run->file->number &&
            (size_t)step->statement == run->number && strcmp(step->module, run->module->name) == 0)
            return true;
    }
    return false;
}

dbk_err *install_statements(installer *in, const module *m, const history_item *item, ledger_entry *entry)
{
    sql_file sql;
    dbk_err *e = sql_file_read(in->arena, item->file, &sql);
    statement_run run = {.module = m, .file = item->file, .entry = entry};
    size_t first = item->verdict == HISTORY_HALF ? item->progress.done : 0;
    if (!e && first > 0 && in->options->log)
        log_fields(in->options->log, LOG_INFO, "going on with a migration that was applied by half",
                   LOG_STR("migration", item->file->path), LOG_INT("statement", first + 1));
    for (size_t i = first; !e && i < sql.count; i++) {
        run.statement = &sql.items[i];
        run.number = i + 1;
        run.creates_index = sql_statement_repeat(run.statement) == SQL_REPEAT_CREATE_INDEX;
        run.index = (sql_index){0};
        (void)sql_statement_index(in->arena, run.statement, &run.index);
        run.ours = began_before(in, &run);
        run.open = i == first && item->verdict == HISTORY_HALF && item->progress.begun;
        sql_statement_sha256(run.statement, run.sha256);
        const char *what = arena_printf(in->arena, "applying %s, statement %zu", item->file->path, i + 1);
        if (!what)
            e = err_oom();
        else if (sql_statement_runs_alone(run.statement) || sql_statement_may_commit(run.statement))
            e = run_alone(in, &run);
        else
            e = install_transaction(in, what, run_with_record, &run);
    }
    return e ? e : install_transaction(in, "recording a migration", put_migration, &run);
}

dbk_err *install_list_invalid(installer *in)
{
    pg_rows *rows;
    arena_reset(in->scratch);
    dbk_err *e = pg_query(in->work, in->scratch, sql_index_invalid, NULL, &rows);
    for (size_t i = 0; !e && in->options->log && i < pg_row_count(rows); i++)
        log_fields(in->options->log, LOG_WARNING, "an index is invalid and of no use",
                   LOG_STR("index", pg_get_text(rows, i, 0)), LOG_STR("table", pg_get_text(rows, i, 1)));
    return e;
}
