#include "schema/grants.h"

#include <string.h>

#include "grants_sql.h"
#include "pg/pg_lock.h"
#include "pg/pg_retry.h"

/* The queries are estimated to be dear and take milliseconds: compiling them would take longer than they do,
 * so each transaction sets jit off. */
#define ROUNDS_MAX 4
#define TRIES_MAX 8
#define WAIT_MS_DEFAULT ((int64_t)60 * 1000)

/* What catalog tuples changed by two sessions at once give ("tuple concurrently updated"). Nothing was done
 * by then, and all that runs here are GRANT, REVOKE and their like. */
#define SQLSTATE_INTERNAL "XX000"

static dbk_err *ask(pg_conn *c, arena *a, const char *sql, const pg_params *p, matrix_report *report)
{
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, sql, p, &rows);
    return e ? e : matrix_report_add(a, rows, report);
}

static dbk_err *ask_lines(pg_conn *c, arena *a, const grants_target *t, matrix_report *report)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    matrix_param_base(p, &t->matrix, true);
    matrix_param_lines(p, &t->matrix);
    dbk_err *e = pg_query(c, a, sql_grants_lines, p, &rows);
    size_t count = e ? 0 : pg_row_count(rows);
    if (count == 0)
        return e;
    matrix_difference *grown = arena_alloc(a, (report->difference_count + count) * sizeof(*grown));
    if (!grown)
        return err_oom();
    if (report->difference_count)
        memcpy(grown, report->differences, report->difference_count * sizeof(*grown));
    report->differences = grown;
    for (size_t i = 0; i < count; i++) {
        size_t at = (size_t)pg_get_int8(rows, i, 0) - 1;
        const grants_conf_row *row = t->matrix.rows[at];
        const char *object = arena_printf(a, "%s:%d: %s", t->matrix.paths[at], row->line, row->object);
        if (!object)
            return err_oom();
        report->differences[report->difference_count++] =
            (matrix_difference){.class_name = "line",
                                .object = object,
                                .column = row->column,
                                .role = row->role,
                                .privilege = row->privilege,
                                .problem = pg_get_text(rows, i, 1)};
    }
    return NULL;
}

static dbk_err *ask_roles(pg_conn *c, arena *a, const grants_target *t, matrix_report *report)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, t->roles.prefix);
    pg_param_text_array(p, t->matrix.role_names, GRANTS_ROLE_COUNT);
    pg_param_text_array(p, t->members, t->member_count);
    pg_param_text_array(p, t->parents, t->member_count);
    pg_param_bool(p, !t->members_exact);
    return ask(c, a, sql_grants_roles, p, report);
}

static dbk_err *ask_objects(pg_conn *c, arena *a, const grants_options *o, grants_target *t,
                            matrix_report *report)
{
    grants_policies live;
    dbk_err *e = grants_policies_read(c, a, &t->matrix, &live);
    if (!e)
        e = grants_policies_declared(c, a, o, t);
    if (e)
        return e;
    pg_params *p = pg_params_new(a);
    matrix_param_base(p, &t->matrix, true);
    matrix_param_lines(p, &t->matrix);
    pg_param_text_array(p, t->identities, t->routine_count);
    pg_param_text_array(p, t->run_as_owner, t->routine_count);
    pg_param_text_array(p, t->definer, t->routine_count);
    pg_param_text_array(p, t->has_path, t->routine_count);
    grants_policies_params(p, &live);
    grants_policies_params(p, &t->policies);
    return ask(c, a, sql_grants_objects, p, report);
}

static dbk_err *ask_effective(pg_conn *c, arena *a, const grants_target *t, matrix_report *report)
{
    const char *backup = arena_printf(a, "%sbackup", t->roles.prefix);
    if (!backup)
        return err_oom();
    static const size_t fields[] = {0, 2, 3}; /* role, schema, name */
    pg_params *p = pg_params_new(a);
    pg_param_text(p, t->roles.owner);
    pg_param_text(p, backup);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        pg_param_text_array(p, t->matrix.fields[fields[i]], t->matrix.count);
    return ask(c, a, sql_grants_effective, p, report);
}

/* In the order in which it is mended. */
static dbk_err *compare(pg_conn *c, arena *a, const grants_options *o, grants_target *t,
                        matrix_report *report)
{
    dbk_err *e = ask_roles(c, a, t, report);
    if (!e)
        e = ask_objects(c, a, o, t, report);
    for (int i = 0; !e && i < 3; i++) {
        static const char *const queries[] = {sql_grants_acls, sql_grants_outside, sql_grants_defaults};
        pg_params *p = pg_params_new(a);
        matrix_param_base(p, &t->matrix, true);
        if (i == 0) {
            matrix_param_lines(p, &t->matrix);
            pg_param_bool(p, false);
        }
        e = ask(c, a, queries[i], p, report);
    }
    if (!e)
        e = ask_effective(c, a, t, report);
    return e ? e : ask_lines(c, a, t, report);
}

dbk_err *grants_read(pg_conn *c, arena *a, const grants_options *o, matrix_report *out)
{
    grants_target t;
    matrix_report report = {0};
    dbk_err *e = pg_begin(c);
    if (!e)
        e = pg_exec(c, "set transaction isolation level repeatable read, read only;"
                       "set local search_path = pg_catalog, pg_temp; set local lock_timeout = '5s'; set "
                       "local jit = off");
    if (!e)
        e = grants_target_read(c, a, o, &t);
    if (!e)
        e = compare(c, a, o, &t, &report);
    pg_rollback(c);
    if (e)
        return err_wrap(e, "while comparing the rights of this database with the modules");
    *out = report;
    return NULL;
}

dbk_err *grants_target_of(pg_conn *c, arena *a, const grants_options *o, grants_target *out)
{
    dbk_err *e = pg_begin(c);
    if (!e)
        e = grants_target_read(c, a, o, out);
    pg_rollback(c);
    return e;
}

/* ---- applying ---- */

static dbk_err *run_statement(pg_conn *c, arena *a, const grants_target *t, const matrix_statement *s)
{
    /* A superuser grants in an owner's name without becoming it; everybody else must be the owner. Roles are
     * for the login itself. */
    dbk_err *e = s->run_as && !t->roles.superuser ? schema_roles_act_as(c, a, s->run_as)
                                                  : pg_exec(c, "set local role none");
    if (!e)
        e = pg_exec(c, s->sql);
    if (e && strcmp(err_sqlstate(e), "42501") == 0) {
        dbk_err *denied = err_new(ERR_DENIED, "not allowed to run: %s (%s)", s->sql, err_message(e));
        err_free(e);
        return err_with_sqlstate(err_with_hint(denied, "an administrator runs `daybook grants plan` and what "
                                                       "it prints, or this command"),
                                 "42501");
    }
    return e ? err_wrap(e, "while running: %s", s->sql) : NULL;
}

static dbk_err *run_round(pg_conn *c, arena *a, const grants_options *o, grants_target *t,
                          matrix_report *report)
{
    *report = (matrix_report){0};
    dbk_err *e = pg_exec(c, "set local role none");
    if (!e)
        e = compare(c, a, o, t, report);
    for (size_t i = 0; !e && i < report->statement_count; i++) {
        if (o->log)
            log_printf(o->log, LOG_INFO, "%s", report->statements[i].sql);
        e = run_statement(c, a, t, &report->statements[i]);
    }
    return e;
}

static dbk_err *try_apply(pg_conn *c, arena *a, const grants_options *o, size_t *statements,
                          matrix_report *report)
{
    grants_target t;
    *statements = 0;
    dbk_err *e = pg_begin(c);
    if (!e)
        e = pg_exec(c, "set local search_path = pg_catalog, pg_temp; set local lock_timeout = '2s';"
                       "set local statement_timeout = 0; set local jit = off");
    if (!e)
        e = grants_target_read(c, a, o, &t);
    for (int round = 0; !e; round++) {
        e = run_round(c, a, o, &t, report);
        if (!e && report->statement_count == 0)
            break;
        *statements += report->statement_count;
        if (!e && round + 1 == ROUNDS_MAX)
            e = err_new(ERR_INTERNAL, "rights do not settle: %s", report->statements[0].sql);
    }
    if (!e)
        e = pg_commit(c);
    if (e && !pg_is_lost(c))
        pg_rollback(c);
    return e;
}

static bool is_worth_another_try(const dbk_err *e)
{
    return pg_retry_classify(e) == PG_RETRY_SAME || strcmp(err_sqlstate(e), SQLSTATE_INTERNAL) == 0;
}

static dbk_err *apply_until_done(pg_conn *c, arena *a, const grants_options *o, size_t *statements,
                                 matrix_report *report)
{
    const dbk_clock *clock = o->clock ? o->clock : clock_system();
    int64_t delay_us = 50000;
    for (int tries = 1;; tries++) {
        dbk_err *e = try_apply(c, a, o, statements, report);
        if (!e || tries == TRIES_MAX || !is_worth_another_try(e))
            return e;
        if (o->log)
            log_fields(o->log, LOG_WARNING, "another session changes rights, trying again",
                       LOG_STR("sqlstate", err_sqlstate(e)), LOG_INT("pause_ms", delay_us / 1000));
        err_free(e);
        clock->sleep_us(clock, delay_us);
        delay_us *= 2;
    }
}

/* Advisory locks belong to one database, roles to all of them: so the lock is one of the database that every
 * cluster has. Where that cannot be entered, what is left is to try again. */
static dbk_err *take_cluster_lock(arena *a, const grants_options *o, pg_conn **lock)
{
    pg_conn *c = NULL;
    pg_connect_options options = {
        .url = o->url, .application_name = "daybook grants lock", .database = "postgres"};
    dbk_err *e = pg_connect(&options, &c);
    if (e) {
        if (o->log)
            log_fields(o->log, LOG_WARNING, "other databases of the cluster are not kept from changing roles",
                       LOG_STR("error", err_message(e)), LOG_STR("detail", err_detail(e)));
        err_free(e);
        return NULL;
    }
    e = pg_lock_wait(c, a, o->clock ? o->clock : clock_system(), PG_LOCK_ROLES, 0,
                     o->wait_ms > 0 ? o->wait_ms : WAIT_MS_DEFAULT, NULL, NULL);
    if (!e) /* and drops the snapshot that the answer to the last question has left */
        e = pg_exec(c, "set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0");
    if (e) {
        pg_close(c);
        return err_wrap(e, "while waiting to be the only one who changes roles in this cluster");
    }
    *lock = c;
    return NULL;
}

dbk_err *grants_apply(pg_conn *c, arena *a, const grants_options *o, size_t *statements, matrix_report *out)
{
    pg_conn *lock = NULL;
    matrix_report report = {0};
    size_t done = 0;
    dbk_err *e = take_cluster_lock(a, o, &lock);
    if (!e)
        e = apply_until_done(c, a, o, &done, &report);
    pg_close(lock); /* ends its transaction and so the lock */
    if (e)
        return err_wrap(e, "while applying the rights");
    *statements = done;
    *out = report;
    return NULL;
}
