#include "cmd/book_reconcile_store.h"

#include <stdio.h>
#include <string.h>

#include "book/sqlite_reconcile.h"
#include "book_sql_reconcile.h"
#include "cmd/book_options.h"
#include "version.h"

/* Everything that decides what applying does, in a text that no other state and proposal has. */
static dbk_err *name_run(reconciling *r, const dbk_uuid *account)
{
    buf name;
    buf_init(&name, 0);
    buf_printf(&name, "%d %zu %s", r->book_cash, strlen(r->state), r->state);
    for (size_t row = 0; row < r->count; row++)
        for (size_t column = 0; column < DIFFERENCE_COLUMNS; column++) {
            const char *cell = r->rows[row].cells[column];
            buf_printf(&name, " %zu %s", cell ? strlen(cell) : 0, cell ? cell : "");
        }
    dbk_err *e = buf_error(&name);
    if (!e)
        uuid_from_name(account, name.data, name.length, &r->id);
    buf_term(&name);
    return e;
}

static dbk_err *make_rows(reconciling *r, size_t count)
{
    r->count = count;
    r->rows = arena_alloc(r->app->arena, (count + 1) * sizeof(*r->rows));
    return r->rows ? NULL : err_oom();
}

/* ---- on a server ---- */

static dbk_err *call_server(reconciling *r, pg_conn *c, const dbk_uuid *account, bool apply)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(r->app->arena);
    pg_param_uuid(p, account);
    pg_param_uuid(p, &r->id);
    pg_param_text(p, r->state);
    pg_param_bool(p, apply);
    pg_param_bool(p, r->book_cash);
    dbk_err *e = pg_query(c, r->app->arena, book_reconcile, p, &rows);
    if (!e)
        e = make_rows(r, pg_row_count(rows));
    for (size_t row = 0; !e && row < r->count; row++)
        for (size_t column = 0; column < DIFFERENCE_COLUMNS; column++)
            r->rows[row].cells[column] = pg_get_text(rows, row, column);
    return e;
}

static dbk_err *read_sections(reconciling *r, pg_conn *c)
{
    pg_rows *sections;
    pg_params *p = pg_params_new(r->app->arena);
    pg_param_text(p, r->state);
    dbk_err *e = pg_query_one(c, r->app->arena, book_reconcile_sections, p, &sections);
    if (e)
        return e;
    r->as_of = pg_get_text(sections, 0, 0);
    r->compared = pg_get_text(sections, 0, 1);
    return NULL;
}

static dbk_err *run_on_server(reconciling *r, pg_conn *c, const opt_list *named, bool apply)
{
    book_accounts accounts;
    dbk_uuid account;
    dbk_err *e = book_snapshot_begin(c, r->app->arena);
    if (!e)
        e = book_options_accounts(r->app, c, named, &accounts);
    if (!e)
        e = uuid_parse(accounts.ids[0], &account);
    if (!e)
        e = read_sections(r, c);
    if (!e)
        e = call_server(r, c, &account, false);
    if (!e)
        e = name_run(r, &account);
    if (!e)
        e = pg_commit(c);
    return e || !apply || r->count == 0 ? e : call_server(r, c, &account, true);
}

/* ---- in a file ---- */

/* With six decimals, as a server shows it. */
static const char *time_text(arena *a, int64_t us)
{
    char text[CLOCK_ISO_SIZE];
    int64_t part = (us % 1000000 + 1000000) % 1000000;
    clock_iso(us - part, text);
    return arena_printf(a, "%.*s.%06dZ", (int)strlen(text) - 1, text, (int)part);
}

static dbk_err *take_answer(reconciling *r, const reconcile_answer *answer)
{
    arena *a = r->app->arena;
    dbk_err *e = make_rows(r, answer->count);
    for (size_t i = 0; !e && i < answer->count; i++) {
        const reconcile_row *row = &answer->rows[i];
        const char *const cells[DIFFERENCE_COLUMNS] = {row->kind,   row->subject,   row->field,  row->book,
                                                       row->venue,  row->action,    row->result, row->ref_id,
                                                       row->detail, answer->outcome};
        for (size_t column = 0; !e && column < DIFFERENCE_COLUMNS; column++) {
            r->rows[i].cells[column] = cells[column] ? arena_strdup(a, cells[column]) : NULL;
            if (cells[column] && !r->rows[i].cells[column])
                e = err_oom();
        }
    }
    if (!e && answer->compared) {
        r->compared = arena_strdup(a, answer->compared);
        e = r->compared ? NULL : err_oom();
    }
    return e;
}

static dbk_err *propose_in_file(reconciling *r, arena *a, const opt_list *named, reconcile_request *request)
{
    book_accounts accounts;
    reconcile_answer answer;
    sqlite_db *db = NULL;
    dbk_err *e = book_options_open_file(r->app, &db);
    if (!e)
        e = sqlite_begin_read(db);
    if (!e)
        e = book_options_file_accounts(r->app, db, named, &accounts);
    if (!e)
        e = reconcile_state_read(a, r->state, request);
    if (!e)
        e = uuid_parse(accounts.ids[0], &request->account_id);
    request->book_cash = r->book_cash;
    if (!e)
        e = sqlite_reconcile_propose(db, a, request, &answer);
    if (!e)
        e = take_answer(r, &answer);
    sqlite_close(db);
    return e;
}

static dbk_err *apply_in_file(reconciling *r, reconcile_request *request)
{
    sqlite_store *store = NULL;
    reconcile_answer answer;
    dbk_err *e = sqlite_store_open(&(dbk_open_options){.size = sizeof(dbk_open_options),
                                                       .program = "daybook book reconcile",
                                                       .program_version = DAYBOOK_VERSION,
                                                       .actor = "daybook book reconcile",
                                                       .call_timeout_ms = SQLITE_BUSY_DEFAULT_MS,
                                                       .retry_total_ms = 30000},
                                   app_file(r->app), &store);
    if (!e)
        e = sqlite_store_reconcile(store, request, &answer);
    if (!e)
        e = take_answer(r, &answer);
    sqlite_store_close(store);
    return e;
}

static bool has_action(const reconciling *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->rows[i].cells[DIFFERENCE_ACTION])
            return true;
    return false;
}

static dbk_err *run_in_file(reconciling *r, arena *a, const opt_list *named, bool apply)
{
    reconcile_request request = {.apply = false};
    dbk_err *e = propose_in_file(r, a, named, &request);
    if (!e)
        e = name_run(r, &request.account_id);
    if (e)
        return e;
    r->as_of = time_text(r->app->arena, request.as_of_us);
    request.reconcile_id = r->id;
    request.apply = apply;
    if (apply && has_action(r))
        return apply_in_file(r, &request);
    for (size_t i = 0; apply && i < r->count; i++)
        r->rows[i].cells[DIFFERENCE_OUTCOME] = "unchanged";
    return r->as_of ? NULL : err_oom();
}

dbk_err *book_reconcile_run(reconciling *r, bool apply)
{
    const opt_list named = {.items = (const char *[]){r->account}, .count = 1};
    if (app_file(r->app)) {
        arena *a = arena_new((size_t)1 << 30); /* what the venue says is up to 50,000 entries */
        dbk_err *e = a ? run_in_file(r, a, &named, apply) : err_oom();
        arena_free(a);
        return e;
    }
    pg_conn *c = NULL;
    dbk_err *e = app_connect(r->app, "daybook book reconcile", &c);
    if (!e)
        e = run_on_server(r, c, &named, apply);
    pg_close(c);
    return e;
}
