/* sqlite_move.c: accounts of a book in a file that leave for another place or come from one. */
#include "book/sqlite_move.h"

#include <stdlib.h>
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_reference.h"

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* ---- who may write to the book of an account ---- */

static dbk_err *read_fence(sqlite_call *c, const char *account_id, move_fence *out)
{
    bool found, has_account;
    sq q = sq_of(c, sqlite_book_fence_get);
    sq_text(&q, account_id);
    dbk_err *e = sq_row(&q, &found);
    if (e)
        return e;
    if (found) {
        *out = (move_fence){sq_get_text(&q, 0), sq_get_text(&q, 1), sq_get_text(&q, 2), sq_get_text(&q, 3)};
        return sq_done(&q);
    }
    q = sq_of(c, sqlite_book_account_known);
    sq_text(&q, account_id);
    e = sq_has_row(&q, &has_account);
    if (!e)
        *out = (move_fence){.state = has_account ? "here" : "unknown"};
    return e;
}

typedef struct asked_fence {
    const char *account_id;
    arena *a;
} asked_fence;

static dbk_err *get_fence(sqlite_call *c, const void *request, void *result)
{
    const asked_fence *asked = request;
    move_fence read = {.state = NULL}, *out = result;
    dbk_err *e = read_fence(c, asked->account_id, &read);
    if (e)
        return e;
    const char *const from[] = {read.state, read.place, read.move_id, read.progress};
    const char **const to[] = {&out->state, &out->place, &out->move_id, &out->progress};
    for (size_t i = 0; i < 4; i++) {
        *to[i] = from[i] ? arena_strdup(asked->a, from[i]) : NULL;
        if (from[i] && !*to[i])
            return err_oom();
    }
    return NULL;
}

dbk_err *sqlite_store_fence(sqlite_store *s, arena *a, const char *account_id, move_fence *out)
{
    return sqlite_store_run(s, &(sqlite_work){.name = "reading where an account is",
                                              .keep = SQLITE_KEEP_STATE,
                                              .reads = true,
                                              .run = get_fence,
                                              .request = &(asked_fence){account_id, a},
                                              .out = out});
}

/* What an account is after a step, as trading._move_state() has it; NULL where the step is illegal. */
static const char *state_after(const char *step, const move_fence *f, const move_step *asked)
{
    bool same_move = same(f->move_id, asked->move_id), same_place = same(f->place, asked->place);
    bool here = same(f->state, "here"), copying = same(f->state, "copying"),
         leaving = same(f->state, "leaving");
    bool moved = same(f->state, "moved"), arriving = same(f->state, "arriving");
    if (same(step, "copy"))
        return here || (copying && same_move) ? "copying" : NULL;
    if (same(step, "leave"))
        return (copying || leaving) && same_move ? "leaving" : NULL;
    if (same(step, "left"))
        return (leaving || moved) && same_move ? "moved" : NULL;
    if (same(step, "abort"))
        return (copying || leaving || here) && same_move ? "here" : NULL;
    if (same(step, "arrived"))
        return (arriving || here) && same_move ? "here" : NULL;
    return moved || same(f->state, "unknown") || (arriving && (same_move || same_place)) ? "arriving" : NULL;
}

/* The events of a move are numbered with the heads, since nothing else has their version. */
static dbk_err *tell_step(sqlite_call *c, const move_step *asked, const char *state, const char *refused)
{
    dbk_uuid account;
    dbk_err *e = uuid_parse(asked->account_id, &account);
    if (e)
        return e;
    payload *told = payload_new(c), *audited = payload_new(c);
    payload *const both[] = {told, audited};
    for (size_t i = 0; i < 2; i++) {
        payload_text(both[i], "account_id", asked->account_id);
        payload_text(both[i], "move_id", asked->move_id);
        payload_text(both[i], "step", asked->step);
        payload_text(both[i], "state", state);
        payload_text(both[i], "place", asked->place);
    }
    payload_text(told, "refusal_code", refused);
    payload_text(told, "refusal_detail", refused ? state : NULL);
    e = sqlite_audit(c, &(audit_entry){.action = "trading.move_account",
                                       .subject_type = "account",
                                       .subject = &account,
                                       .account_id = &account,
                                       .outcome = refused ? "refused" : "created",
                                       .code = refused,
                                       .detail = audited});
    return e ? e
             : sqlite_emit(
                   c, &(book_event){.type = refused ? "trading.move_refused" : "trading.account_move_stepped",
                                    .aggregate_id = asked->move_id,
                                    .payload = told,
                                    .account_id = &account});
}

typedef struct step_answer {
    bool refused;
    const char *state, *place;
} step_answer;

static dbk_err *move_account(sqlite_call *c, const void *request, void *result)
{
    const move_step *asked = request;
    step_answer *out = result;
    move_fence f = {.state = NULL};
    dbk_err *e = read_fence(c, asked->account_id, &f);
    if (e)
        return e;
    const char *after = state_after(asked->step, &f, asked);
    *out = (step_answer){.refused = !after, .state = f.state, .place = f.place};
    if (!after)
        return tell_step(c, asked, f.state,
                         same(asked->step, "arrive") && same(f.state, "here") ? "account_exists"
                                                                              : "illegal_step");
    if (same(after, f.state) && same(f.move_id, asked->move_id))
        return NULL;
    sq q = sq_of(c, sqlite_book_fence_set);
    sq_text(&q, asked->account_id);
    sq_text(&q, after);
    sq_text(&q, asked->place);
    sq_text(&q, asked->move_id);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    e = sq_run(&q);
    return e ? e : tell_step(c, asked, after, NULL);
}

dbk_err *sqlite_store_move_step(sqlite_store *s, const move_step *step)
{
    step_answer answer = {.refused = false};
    dbk_err *e = sqlite_store_run(s, &(sqlite_work){.name = "moving an account",
                                                    .keep = SQLITE_KEEP_STATE,
                                                    .run = move_account,
                                                    .request = step,
                                                    .out = &answer});
    if (e || !answer.refused)
        return e;
    return err_new(ERR_INPUT, "account %s cannot %s: it is %s%s%s", step->account_id, step->step,
                   answer.state, answer.place ? ", place " : "", answer.place ? answer.place : "");
}

/* ---- rows from another place ---- */

static void bind(sq *q, move_kind kind, const char *text)
{
    bool number = kind == MOVE_INT8 || kind == MOVE_INT4 || kind == MOVE_TIME || kind == MOVE_BOOL;
    if (text && number)
        sq_int8(q, strtoll(text, NULL, 10));
    else
        sq_text(q, text);
}

static dbk_err *put(sqlite_call *c, const char *sql, const move_table *t, const char *const *row,
                    int64_t *taken)
{
    sq q = sq_of(c, sql);
    int64_t changed = 0;
    for (size_t i = 0; i < t->count; i++)
        bind(&q, t->columns[i].kind, row[i]);
    if (q.failed)
        return q.failed;
    dbk_err *e = sqlite_run(q.stmt, &changed);
    *taken += changed;
    return e;
}

enum { EVENT_AGGREGATE_TYPE = 4, EVENT_AGGREGATE_ID, EVENT_AGGREGATE_VERSION };

/* Of aggregates whose own rows do not have it. */
static dbk_err *move_head(sqlite_call *c, const char *const *row)
{
    static const char *const own[] = {"account", "order", "run", "session"};
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (strcmp(row[EVENT_AGGREGATE_TYPE], own[i]) == 0)
            return NULL;
    sq q = sq_of(c, sqlite_book_take_head);
    sq_text(&q, row[EVENT_AGGREGATE_TYPE]);
    sq_text(&q, row[EVENT_AGGREGATE_ID]);
    sq_int8(&q, strtoll(row[EVENT_AGGREGATE_VERSION], NULL, 10));
    return sq_run(&q);
}

static dbk_err *put_event(sqlite_call *c, const move_table *t, const char *const *row, int64_t *taken)
{
    int64_t before = *taken;
    dbk_err *e = put(c, sqlite_book_take_event, t, row, taken);
    return e || *taken == before ? e : move_head(c, row);
}

static dbk_err *drop_derived(sqlite_call *c, const move_table *t, const char *const *row, int64_t *taken)
{
    dbk_err *e = put(c, sqlite_book_roundtrips_delete, t, row, taken);
    return e ? e : put(c, sqlite_book_restated_fills, t, row, taken);
}

static dbk_err *put_row(sqlite_call *c, const move_table *t, const char *insert, const char *const *row,
                        int64_t *taken)
{
    if (insert)
        return put(c, insert, t, row, taken);
    if (strcmp(t->name, "restated_positions") == 0)
        return drop_derived(c, t, row, taken);
    if (strcmp(t->name, "audit_log") == 0)
        return put(c, sqlite_book_take_audit, t, row, taken);
    if (strcmp(t->name, "sessions") == 0)
        return put(c, sqlite_book_take_session, t, row, taken);
    return put_event(c, t, row, taken);
}

typedef struct taking {
    const move_taking *asked;
    const char *insert;
} taking;

static dbk_err *tell_rows(sqlite_call *c, const move_taking *asked, int64_t taken)
{
    dbk_uuid account;
    dbk_err *e = uuid_parse(asked->account_id, &account);
    if (e)
        return e;
    payload *p = payload_new(c);
    payload_text(p, "account_id", asked->account_id);
    payload_text(p, "move_id", asked->move_id);
    payload_text(p, "table", asked->table->name);
    payload_int8(p, "rows", taken);
    return sqlite_emit(c, &(book_event){.type = "trading.rows_taken",
                                        .aggregate_id = asked->move_id,
                                        .payload = p,
                                        .account_id = &account});
}

static dbk_err *keep_progress(sqlite_call *c, const move_taking *asked)
{
    sq q = sq_of(c, sqlite_book_fence_progress);
    sq_text(&q, asked->account_id);
    sq_text(&q, asked->progress);
    return sq_run(&q);
}

static dbk_err *take(sqlite_call *c, const void *request, void *result)
{
    const taking *t = request;
    const move_taking *asked = t->asked;
    int64_t taken = 0;
    move_fence f = {.state = NULL};
    dbk_err *e = read_fence(c, asked->account_id, &f);
    if (!e && !(same(f.state, "arriving") && same(f.move_id, asked->move_id)))
        e = err_with_sqlstate(
            err_new(ERR_INPUT, "account %s is not arriving by move %s", asked->account_id, asked->move_id),
            "TB004");
    for (size_t i = 0; !e && i < asked->rows->count; i++)
        e = put_row(c, asked->table, t->insert, asked->rows->rows[i], &taken);
    if (!e)
        e = keep_progress(c, asked);
    if (!e && taken > 0)
        e = tell_rows(c, asked, taken);
    if (!e)
        *(int64_t *)result = taken;
    return e;
}

dbk_err *sqlite_store_take(sqlite_store *s, const move_taking *asked, const char *insert, int64_t *taken)
{
    return sqlite_store_run(s, &(sqlite_work){.name = asked->table->name,
                                              .keep = SQLITE_KEEP_STATE,
                                              .run = take,
                                              .request = &(taking){asked, insert},
                                              .out = taken});
}

/* ---- reference data ---- */

static dbk_err *register_named(sqlite_call *c, const void *request, void *out)
{
    const move_named *named = request;
    (void)out;
    return named->kind ? register_currency_as(c, named->code, named->name, named->kind)
                       : register_venue_as(c, named->code, named->name);
}

dbk_err *sqlite_store_name(sqlite_store *s, const move_named *named)
{
    return sqlite_store_run(s, &(sqlite_work){.name = "registering a name",
                                              .keep = SQLITE_KEEP_ANSWER,
                                              .run = register_named,
                                              .request = named});
}
