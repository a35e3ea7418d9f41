/* One run of the installer: check everything, then module by module. For the connections see
 * install_connect.c. */
#include <assert.h>
#include <string.h>

#include "core/buf.h"
#include "pg/pg_retry.h"
#include "schema/install_int.h"
#include "schema/plan.h"
#include "schema/quote.h"
#include "schema/sql_file.h"

#define ARENA_BYTES_MAX ((size_t)256 << 20)
#define BEGIN_BYTES_MAX ((size_t)4096)
#define LOCK_TIMEOUT_MS_DEFAULT 2000
#define CONCURRENT_WAIT_MS_DEFAULT ((int64_t)10 * 60 * 1000)
#define WATCH_INTERVAL_US ((int64_t)100 * 1000)

/* ---- transactions ---- */

dbk_err *install_act_as_owner(installer *in)
{
    if (strcmp(in->roles.owner, in->roles.login) == 0)
        return NULL;
    return schema_roles_act_as(in->work, in->scratch, in->roles.owner);
}

bool install_is_adopted(const installer *in)
{
    return in->module && in->module->layout != LAYOUT_DAYBOOK;
}

/* What every transaction of the runner sets, in one message: nothing here outlives the transaction. A lock
 * that is not had within 2 s is given up and tried again, so that a migration never blocks the business
 * behind it in the lock queue. The search path makes files say their schemas. Bodies are checked when
 * everything is there, not in the order of the files. */
static dbk_err *begin(installer *in)
{
    buf sql;
    char *owner = NULL;
    dbk_err *e = quote_ident(in->scratch, in->roles.owner, &owner);
    if (e)
        return e;
    buf_init(&sql, BEGIN_BYTES_MAX);
    buf_printf(&sql,
               "begin isolation level read committed;"
               "set local lock_timeout = %lld;"
               "set local statement_timeout = %lld;"
               "set local idle_in_transaction_session_timeout = '60s';"
               "set local standard_conforming_strings = on;"
               "set local client_min_messages = warning",
               (long long)in->options->lock_timeout_ms, (long long)in->options->statement_timeout_ms);
    if (!install_is_adopted(in))
        buf_append_str(&sql,
                       ";set local check_function_bodies = off;set local search_path = pg_catalog, pg_temp");
    if (!install_is_adopted(in) && strcmp(in->roles.owner, in->roles.login) != 0)
        buf_printf(&sql, ";set local role %s", owner);
    e = buf_error(&sql);
    if (!e)
        e = pg_exec(in->work, sql.data);
    buf_term(&sql);
    return e;
}

static dbk_err *commit(installer *in)
{
    dbk_err *e = in->last_count ? pg_commit_after(in->work, in->last, in->last_count) : pg_commit(in->work);
    if (!e)
        in->chain = in->open_chain;
    return e;
}

static dbk_err *try_transaction(installer *in, install_step step, void *arg)
{
    arena_reset(in->scratch);
    in->last_count = 0;
    in->open_chain = in->chain;
    dbk_err *e = install_check_lock(in);
    if (e)
        return e;
    e = begin(in);
    if (!e)
        e = step(in, arg);
    if (!e)
        e = commit(in);
    if (e && !pg_is_lost(in->work))
        pg_rollback(in->work);
    return e;
}

dbk_err *install_record(installer *in, const module *m, const module_file *file, const ledger_entry *entry)
{
    const char *as_owner = NULL;
    dbk_err *e = NULL;
    assert(in->last_count == 0);
    if (strcmp(in->roles.owner, in->roles.login) != 0)
        e = schema_roles_acting(in->scratch, in->roles.owner, &as_owner);
    if (e)
        return e;
    if (as_owner)
        in->last[in->last_count++] = (pg_statement){.sql = as_owner};
    return ledger_chain_append(&in->open_chain, in->scratch, m, file, entry, &in->last[in->last_count++]);
}

bool install_may_retry(const dbk_err *e)
{
    return strcmp(err_sqlstate(e), "55P03") == 0 || strcmp(err_sqlstate(e), "40P01") == 0;
}

dbk_err *install_transaction(installer *in, const char *what, install_step step, void *arg)
{
    pg_retry_state retry;
    int64_t now_us = in->clock->mono_us(in->clock), delay_us;
    pg_retry_init(&retry, &(pg_retry_policy){.tries_max = INSTALL_TRIES_MAX, .delay_min_us = 200000}, now_us,
                  (uint64_t)now_us | 1);
    for (;;) {
        dbk_err *e = try_transaction(in, step, arg);
        if (!e)
            return NULL;
        if (!install_may_retry(e) ||
            !pg_retry_next(&retry, e, false, in->clock->mono_us(in->clock), &delay_us))
            return err_wrap(e, "while %s", what);
        if (in->options->log)
            log_fields(in->options->log, LOG_WARNING, "another session is in the way, trying again",
                       LOG_STR("while", what), LOG_STR("sqlstate", err_sqlstate(e)),
                       LOG_INT("pause_ms", delay_us / 1000));
        err_free(e);
        in->clock->sleep_us(in->clock, delay_us);
    }
}

/* ---- the run ---- */

/* Whether the files that are due can be run at all is said before any of them is. */
static dbk_err *check_files(installer *in, const history *h)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < h->count; i++) {
        sql_file unused;
        arena_reset(in->scratch);
        if (h->items[i].verdict == HISTORY_PENDING || h->items[i].verdict == HISTORY_HALF)
            e = sql_file_read(in->scratch, h->items[i].file, &unused);
    }
    return e;
}

static dbk_err *check_histories(installer *in)
{
    dbk_err *e = NULL;
    in->histories = arena_alloc(in->arena, (in->order.count + 1) * sizeof(*in->histories));
    if (!in->histories)
        return err_oom();
    for (size_t i = 0; !e && i < in->order.count; i++) {
        e = history_compare(in->arena, in->order.items[i], &in->ledger,
                            &in->options->choice.allow_out_of_order, &in->histories[i]);
        if (!e)
            e = history_fault(in->order.items[i], &in->histories[i], true);
    }
    for (size_t i = 0; !e && i < in->order.count; i++)
        e = check_files(in, &in->histories[i]);
    for (size_t i = 0; !e && i < in->order.count; i++)
        e = sql_file_check_routines(in->order.items[i]);
    for (size_t i = 0; !e && i < in->order.count; i++)
        e = install_check_repeatables(in, in->order.items[i]);
    return e;
}

dbk_err *install_record_modules(installer *in, void *arg)
{
    (void)arg;
    dbk_err *e = in->ledger.owner ? NULL : ledger_create(in->work, in->scratch);
    for (size_t i = 0; !e && i < in->order.count; i++)
        e = ledger_put_module(in->work, in->scratch, in->order.items[i], in->order.chosen[i]);
    return e;
}

static dbk_err *hand_over(installer *in, void *arg)
{
    (void)arg;
    module_names identities = {.items =
                                   arena_alloc(in->scratch, (in->ledger.routine_count + 1) * sizeof(char *))};
    if (!identities.items)
        return err_oom();
    for (size_t i = 0; i < in->ledger.routine_count; i++)
        if (!in->ledger.routines[i].run_as_owner)
            identities.items[identities.count++] = in->ledger.routines[i].identity;
    dbk_err *e = schema_roles_act_as(in->work, in->scratch, in->roles.login);
    return e ? e : schema_roles_hand_over(in->work, in->scratch, &in->roles, &in->order, &identities);
}

static dbk_err *call_after(installer *in, void *arg)
{
    const char *sql = arena_printf(in->scratch, "select %s", (const char *)arg);
    return sql ? pg_exec(in->work, sql) : err_oom();
}

static dbk_err *install_module(installer *in, const module *m, const history *h)
{
    in->module = m;
    dbk_err *e = install_migrations(in, m, h);
    if (!e)
        e = install_repeatables(in, m);
    if (!e)
        e = install_routines(in, m);
    for (size_t i = 0; !e && i < m->after.count; i++) {
        const char *call = m->after.items[i];
        const char *what = arena_printf(in->arena, "calling %s after installing \"%s\"", call, m->name);
        char *argument = arena_strdup(in->arena, call);
        e = what && argument ? install_transaction(in, what, call_after, argument) : err_oom();
    }
    in->module = NULL;
    return e;
}

static void log_roles(const installer *in)
{
    if (!in->options->log)
        return;
    if (!in->roles.api)
        log_fields(in->options->log, LOG_INFO,
                   "one role owns everything; `daybook grants bootstrap` prints what separates them",
                   LOG_STR("role", in->roles.owner));
    if (in->roles.superuser)
        log_fields(in->options->log, LOG_WARNING,
                   "installing as a superuser; an ordinary role is enough and safer",
                   LOG_STR("role", in->roles.login));
}

/* Between this and the end nobody else applies anything; but others may change the catalog. */
static dbk_err *check_plan(installer *in)
{
    schema_plan now;
    arena_reset(in->scratch);
    dbk_err *e = plan_steps(in->scratch, &in->order, in->histories, &in->ledger, &now);
    if (!e)
        e = plan_finish(in->work, in->scratch, &in->ledger, &now);
    return e ? e : plan_compare(in->options->plan, &now.fingerprint);
}

/* Everything up to the first write: server, lock, who we are, what is there, whether the files agree with it.
 */
static dbk_err *prepare(installer *in)
{
    const char *owner = NULL;
    dbk_err *e = install_connect(in);
    if (!e)
        pg_on_wait(in->work, WATCH_INTERVAL_US, install_watch_tick, in);
    if (!e)
        e = ledger_owner(in->work, in->arena, &owner);
    if (!e)
        e = schema_roles_find(in->work, in->arena, in->options->role_prefix, owner, &in->roles);
    if (!e)
        e = ledger_read(in->work, in->arena, owner, &in->ledger);
    if (!e)
        e = ledger_chain_open(in->work, in->arena, in->clock, &in->ledger, in->roles.login, in->roles.owner,
                              &in->chain);
    if (!e)
        e = history_missing_module(in->set, &in->ledger);
    if (!e)
        e = module_select(in->arena, in->set, &in->options->choice, &in->ledger.modules, &in->order);
    if (!e)
        e = check_histories(in);
    return e || !in->options->plan ? e : check_plan(in);
}

static dbk_err *adopt_modules(installer *in)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < in->order.count; i++) {
        module adopted = *in->order.items[i];
        in->module = in->order.items[i];
        if (in->order.chosen[i] && adopted.layout != LAYOUT_DAYBOOK)
            e = install_transaction(in, "taking over what was applied before", install_adopt, &adopted);
        in->module = NULL;
    }
    return e;
}

static dbk_err *run(installer *in)
{
    module_order unused;
    dbk_err *e = module_set_load(in->arena, in->options->choice.modules_dir, &in->set);
    if (!e) /* what is wrong with the names is said before a server is asked for */
        e = module_select(in->arena, in->set, &in->options->choice, &(module_names){0}, &unused);
    if (!e)
        e = prepare(in);
    if (e)
        return e;
    log_roles(in);
    in->result.one_role = in->roles.api == NULL;
    if (in->roles.hand_over)
        e = install_transaction(in, "handing over to the two roles", hand_over, NULL);
    if (!e)
        e = install_list_invalid(in);
    if (!e && in->options->adopt)
        return adopt_modules(in);
    if (!e)
        e = install_transaction(in, "recording the modules", install_record_modules, NULL);
    for (size_t i = 0; !e && i < in->order.count; i++)
        e = install_module(in, in->order.items[i], &in->histories[i]);
    in->result.modules = in->order.count;
    return e;
}

dbk_err *schema_install(const schema_install_options *o, schema_install_result *out)
{
    schema_install_options options = *o;
    if (!options.lock_timeout_ms)
        options.lock_timeout_ms = LOCK_TIMEOUT_MS_DEFAULT;
    if (!options.concurrent_wait_ms)
        options.concurrent_wait_ms = CONCURRENT_WAIT_MS_DEFAULT;
    installer in = {.options = &options, .clock = o->clock ? o->clock : clock_system()};
    dbk_err *e = NULL;
    in.arena = arena_new(ARENA_BYTES_MAX);
    in.scratch = arena_new(ARENA_BYTES_MAX);
    if (!in.arena || !in.scratch)
        e = err_oom();
    if (!e)
        e = run(&in);
    install_watch_close(&in);
    pg_close(in.work);
    pg_close(in.lock); /* ends its transaction and so the lock */
    arena_free(in.scratch);
    arena_free(in.arena);
    if (!e)
        *out = in.result;
    return e;
}
