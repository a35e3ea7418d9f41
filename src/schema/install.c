/* One run of the installer.
 *
 * Two connections. The first holds the runner's lock: a transaction-level advisory lock in a READ COMMITTED
 * transaction that sits idle. It has no snapshot, so nothing on the server waits for it, and a pooler in
 * transaction mode keeps it on one server connection. It polls instead of waiting in the server, because a
 * blocked waiter has a snapshot, and CREATE INDEX CONCURRENTLY of the holder would wait for that: a deadlock.
 * The second connection does the work.
 *
 * Should the first connection be lost although the second lives, two runners could meet; therefore each
 * transaction asks first whether the lock is still there, and the key of the ledger stops the one that comes
 * second in any case. */
#include <string.h>

#include "pg/pg_lock.h"
#include "pg/pg_retry.h"
#include "schema/install_int.h"

#define ARENA_BYTES_MAX ((size_t)256 << 20)
#define LOCK_WAIT_MS_DEFAULT ((int64_t)60 * 1000)
#define SERVER_VERSION_MIN 150000
#define STEP_TRIES_MAX 5

/* What every transaction of the runner sets: nothing here outlives the transaction. A lock that is not had
 * within 2 s is given up and tried again, so that a migration never blocks the business behind it in the lock
 * queue. The search path makes files say their schemas. Bodies are checked when everything is there, not in
 * the order of the files. */
static const char settings[] = "set local lock_timeout = '2s';"
                               "set local statement_timeout = 0;"
                               "set local idle_in_transaction_session_timeout = 0;"
                               "set local standard_conforming_strings = on;"
                               "set local check_function_bodies = off;"
                               "set local client_min_messages = warning;"
                               "set local search_path = pg_catalog, pg_temp";

/* ---- connections and lock ---- */

static void log_notice(void *ctx, const char *severity, const char *message)
{
    installer *in = ctx;
    if (in->options->log)
        log_fields(in->options->log, LOG_WARNING, "the server says", LOG_STR("severity", severity),
                   LOG_STR("text", message));
}

/* Tries again while the server is starting or not there yet, until the deadline; what waiting cannot cure (no
 * such database, wrong password, no such host) is said at once. */
static dbk_err *connect_until(installer *in, int64_t deadline_us, const char *name, pg_conn **out)
{
    pg_retry_state retry;
    pg_retry_policy policy = {.tries_max = INT32_MAX,
                              .delay_min_us = 50000,
                              .delay_max_us = 1000000,
                              .total_max_us = deadline_us - in->clock->mono_us(in->clock)};
    if (policy.total_max_us <= 0) {
        policy.total_max_us = 1;
        policy.tries_max = 1;
    }
    int64_t now_us = in->clock->mono_us(in->clock), delay_us;
    pg_retry_init(&retry, &policy, now_us, (uint64_t)now_us | 1);
    pg_connect_options options = {.url = in->options->url, .application_name = name, .read_write = true};
    for (;;) {
        dbk_err *e = pg_connect(&options, out);
        if (!e || !pg_retry_next(&retry, e, true, in->clock->mono_us(in->clock), &delay_us))
            return e;
        if (retry.tries == 1 && in->options->log)
            log_fields(in->options->log, LOG_INFO, "the server cannot be reached yet, waiting for it",
                       LOG_STR("error", err_message(e)), LOG_STR("detail", err_detail(e)),
                       LOG_INT("wait_ms", policy.total_max_us / 1000));
        err_free(e);
        in->clock->sleep_us(in->clock, delay_us);
    }
}

static dbk_err *check_server(installer *in)
{
    int version = pg_server_version(in->work);
    if (version < SERVER_VERSION_MIN)
        return err_with_hint(err_new(ERR_INPUT, "the server is PostgreSQL %d.%d; 15 or newer is needed",
                                     version / 10000, version % 10000),
                             "upgrade the server");
    pg_rows *rows;
    dbk_err *e = pg_query_one(
        in->work, in->arena,
        "select pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only')", NULL,
        &rows);
    if (!e && pg_get_bool(rows, 0, 0))
        e = err_with_hint(
            err_new(ERR_INPUT, "this server is a standby: nothing can be installed on it"),
            "connect to the primary; a URL may name all hosts with target_session_attrs=read-write");
    else if (!e && strcmp(pg_get_text(rows, 0, 1), "on") == 0)
        e = err_with_hint(
            err_new(ERR_INPUT, "this session is read-only: nothing can be installed through it"),
            "default_transaction_read_only is set for the role or the database");
    return e;
}

/* The process behind the lock's transaction; with a pooler it is the same one until the transaction ends. */
static dbk_err *lock_backend(installer *in, int64_t *pid)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(in->lock, in->scratch, "select pg_catalog.pg_backend_pid()", NULL, &rows);
    if (!e)
        *pid = pg_get_int8(rows, 0, 0);
    return e;
}

static dbk_err *take_lock(installer *in, int64_t deadline_us)
{
    dbk_err *e = pg_begin(in->lock);
    if (!e)
        e = pg_exec(in->lock,
                    "set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0");
    bool held = false;
    if (!e)
        e = pg_lock_try(in->lock, PG_LOCK_MIGRATE, 0, &held);
    if (!e && !held) {
        int64_t left_ms = (deadline_us - in->clock->mono_us(in->clock)) / 1000;
        if (in->options->log)
            log_printf(in->options->log, LOG_INFO,
                       "another installer is at work in this database, waiting for it");
        e = pg_lock_wait(in->lock, in->arena, in->clock, PG_LOCK_MIGRATE, 0, left_ms > 0 ? left_ms : 0);
    }
    if (e)
        return err_with_hint(err_wrap(e, "while waiting to be the only installer in this database"),
                             "let the other one finish, or wait longer with --wait");
    return lock_backend(in, &in->lock_pid);
}

static dbk_err *check_lock(installer *in)
{
    int64_t pid = 0;
    dbk_err *e = lock_backend(in, &pid);
    if (!e && pid != in->lock_pid)
        e = err_new(ERR_CONNECTION, "the pooler has moved the open transaction to another server process");
    return e ? err_with_hint(err_wrap(e, "the installer's lock was lost"),
                             "run it again: it continues where it stopped")
             : NULL;
}

/* ---- transactions ---- */

static dbk_err *try_transaction(installer *in, install_step step, void *arg)
{
    arena_reset(in->scratch);
    dbk_err *e = check_lock(in);
    if (e)
        return e;
    e = pg_begin(in->work);
    if (!e)
        e = pg_exec(in->work, settings);
    if (!e && strcmp(in->roles.owner, in->roles.login) != 0)
        e = schema_roles_act_as(in->work, in->scratch, in->roles.owner);
    if (!e)
        e = step(in, arg);
    if (!e)
        e = pg_commit(in->work);
    if (e && !pg_is_lost(in->work))
        pg_rollback(in->work);
    return e;
}

dbk_err *install_transaction(installer *in, const char *what, install_step step, void *arg)
{
    pg_retry_state retry;
    int64_t now_us = in->clock->mono_us(in->clock), delay_us;
    pg_retry_init(&retry, &(pg_retry_policy){.tries_max = STEP_TRIES_MAX, .delay_min_us = 200000}, now_us,
                  (uint64_t)now_us | 1);
    for (;;) {
        dbk_err *e = try_transaction(in, step, arg);
        if (!e)
            return NULL;
        if (pg_retry_classify(e) != PG_RETRY_SAME ||
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

static dbk_err *check_histories(installer *in)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < in->order.count; i++) {
        history h;
        e = history_compare(in->arena, in->order.items[i], &in->ledger, &h);
        if (!e)
            e = history_fault(in->order.items[i], &h);
    }
    return e;
}

static dbk_err *record_modules(installer *in, void *arg)
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

static dbk_err *install_module(installer *in, const module *m)
{
    dbk_err *e = install_migrations(in, m);
    if (!e)
        e = install_routines(in, m);
    for (size_t i = 0; !e && i < m->after.count; i++) {
        const char *call = m->after.items[i];
        const char *what = arena_printf(in->arena, "calling %s after installing \"%s\"", call, m->name);
        char *argument = arena_strdup(in->arena, call);
        e = what && argument ? install_transaction(in, what, call_after, argument) : err_oom();
    }
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

/* Everything up to the first write: server, lock, who we are, what is there, whether the files agree with it.
 */
static dbk_err *prepare(installer *in)
{
    int64_t now_us = in->clock->mono_us(in->clock), wait_ms = in->options->wait_ms;
    int64_t connect_by_us = now_us + wait_ms * 1000;
    int64_t deadline_us = wait_ms > 0 ? connect_by_us : now_us + LOCK_WAIT_MS_DEFAULT * 1000;
    const char *owner = NULL;
    dbk_err *e = connect_until(in, connect_by_us, "daybook migrate", &in->work);
    if (!e)
        e = check_server(in);
    if (!e)
        e = connect_until(in, connect_by_us, "daybook migrate lock", &in->lock);
    if (!e)
        e = take_lock(in, deadline_us);
    if (!e)
        pg_on_notice(in->work, log_notice, in);
    if (!e)
        e = ledger_owner(in->work, in->arena, &owner);
    if (!e)
        e = schema_roles_find(in->work, in->arena, in->options->role_prefix, owner, &in->roles);
    if (!e)
        e = ledger_read(in->work, in->arena, owner, &in->ledger);
    if (!e)
        e = history_missing_module(in->set, &in->ledger);
    if (!e)
        e = module_select(in->arena, in->set, &in->options->choice, &in->ledger.modules, &in->order);
    return e ? e : check_histories(in);
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
        e = install_transaction(in, "recording the modules", record_modules, NULL);
    for (size_t i = 0; !e && i < in->order.count; i++)
        e = install_module(in, in->order.items[i]);
    in->result.modules = in->order.count;
    return e;
}

dbk_err *schema_install(const schema_install_options *o, schema_install_result *out)
{
    installer in = {.options = o, .clock = o->clock ? o->clock : clock_system()};
    dbk_err *e = NULL;
    in.arena = arena_new(ARENA_BYTES_MAX);
    in.scratch = arena_new(ARENA_BYTES_MAX);
    if (!in.arena || !in.scratch)
        e = err_oom();
    if (!e)
        e = run(&in);
    pg_close(in.work);
    pg_close(in.lock); /* ends its transaction and so the lock */
    arena_free(in.scratch);
    arena_free(in.arena);
    if (!e)
        *out = in.result;
    return e;
}
