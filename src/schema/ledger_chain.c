#include "schema/ledger_chain.h"

#include <stdio.h>

#include "schema_sql.h"

dbk_err *ledger_chain_open(pg_conn *c, arena *a, const dbk_clock *clock, const ledger *l,
                           const char *applied_by, const char *applied_as, ledger_chain *out)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(c, a,
                              "select (extract(epoch from pg_catalog.clock_timestamp()) * 1000000)::bigint,"
                              "       pg_catalog.current_setting('server_version')",
                              NULL, &rows);
    if (e)
        return e;
    *out = (ledger_chain){.clock = clock,
                          .clock_ahead_us = pg_get_int8(rows, 0, 0) - clock->mono_us(clock),
                          .applied_by = applied_by,
                          .applied_as = applied_as,
                          .server_version = pg_get_text(rows, 0, 1),
                          .seq = l->head_seq};
    snprintf(out->head, sizeof(out->head), "%064d", 0);
    if (l->head_hash)
        snprintf(out->head, sizeof(out->head), "%s", l->head_hash);
    return NULL;
}

int64_t ledger_chain_now_us(const ledger_chain *chain)
{
    return chain->clock->mono_us(chain->clock) + chain->clock_ahead_us;
}

static pg_params *row_params(arena *a, const ledger_row *row, const char *chain_hash)
{
    pg_params *p = pg_params_new(a);
    pg_param_int8(p, row->seq);
    pg_param_text(p, row->module);
    pg_param_int8(p, row->number);
    pg_param_text(p, row->name);
    pg_param_text(p, row->kind);
    pg_param_text(p, row->sha256);
    pg_param_text(p, row->sha384);
    pg_param_int4(p, row->statements);
    pg_param_bool(p, row->out_of_order);
    pg_param_time(p, row->started_us);
    pg_param_time(p, row->finished_us);
    pg_param_int8(p, row->lock_wait_ms);
    pg_param_text(p, row->applied_by);
    pg_param_text(p, row->applied_as);
    pg_param_text(p, row->git_commit);
    if (row->git_commit)
        pg_param_bool(p, row->git_dirty);
    else
        pg_param_null(p);
    pg_param_text(p, row->approved_by);
    pg_param_text(p, row->tool_version);
    pg_param_text(p, row->server_version);
    pg_param_text(p, row->steps_hash);
    pg_param_text(p, row->prev_hash);
    pg_param_text(p, chain_hash);
    return p;
}

dbk_err *ledger_chain_append(ledger_chain *chain, arena *a, const module *m, const module_file *file,
                             const ledger_entry *entry, pg_statement *out)
{
    char hash[LEDGER_HASH_SIZE];
    ledger_row row = {.seq = chain->seq + 1,
                      .module = m->name,
                      .number = file->number,
                      .name = file->name,
                      .kind = entry->kind,
                      .sha256 = file->sha256,
                      .sha384 = file->sha384,
                      .statements = (int32_t)entry->statements,
                      .out_of_order = entry->out_of_order,
                      .started_us = entry->started_us,
                      .finished_us = ledger_chain_now_us(chain),
                      .lock_wait_ms = entry->lock_wait_ms,
                      .applied_by = chain->applied_by,
                      .applied_as = chain->applied_as,
                      .git_commit = entry->git_commit,
                      .git_dirty = entry->git_dirty,
                      .approved_by = entry->approved_by,
                      .tool_version = SCHEMA_TOOL_VERSION,
                      .server_version = chain->server_version,
                      .steps_hash = entry->steps_hash,
                      .prev_hash = chain->head};
    dbk_err *e = ledger_row_hash(&row, hash);
    if (e)
        return e;
    *out = (pg_statement){.sql = sql_ledger_append, .params = row_params(a, &row, hash)};
    if (!out->params)
        return err_oom();
    chain->seq = row.seq;
    snprintf(chain->head, sizeof(chain->head), "%s", hash);
    return NULL;
}

dbk_err *ledger_chain_steps(pg_conn *c, arena *a, const module *m, const module_file *file,
                            ledger_entry *entry)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_text(p, m->name);
    pg_param_int8(p, file->number);
    dbk_err *e = pg_query_one(c, a, sql_ledger_steps_end, p, &rows);
    if (e)
        return e;
    if (!pg_get_is_null(rows, 0, 0))
        entry->started_us = pg_get_int8(rows, 0, 0);
    entry->steps_hash = pg_get_text(rows, 0, 1);
    return NULL;
}
