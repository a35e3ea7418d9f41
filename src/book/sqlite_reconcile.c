/* sqlite_reconcile.c: a reconciliation from its request to its answer: proposing, doing what was proposed,
 * and keeping what was done. */
#include "book/sqlite_reconcile.h"

#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_money.h"
#include "book/sqlite_reconcile_int.h"
#include "core/clock.h"
#include "core/sha256.h"

/* ---- answers ---- */

static dbk_err *answer(mending *p, const char *outcome, const char *result, reconcile_answer *out)
{
    reconcile_row *rows = arena_alloc(p->call->a, (p->count + 1) * sizeof(*rows));
    if (!rows)
        return err_oom();
    for (size_t i = 0; i < p->count; i++) {
        rows[i] = p->steps[i].said;
        if (!rows[i].result)
            rows[i].result = result;
    }
    *out = (reconcile_answer){.outcome = outcome, .rows = rows, .count = p->count};
    return venue_state_sections(p->call, p->request->state, ", ", &out->compared);
}

static size_t count_actions(const mending *p)
{
    size_t count = 0;
    for (size_t i = 0; i < p->count; i++)
        count += p->steps[i].said.action != NULL;
    return count;
}

/* What is kept of the answer, and read again. */
static const struct {
    const char *name;
    size_t at;
} columns[] = {
    {"kind", offsetof(reconcile_row, kind)},         {"subject", offsetof(reconcile_row, subject)},
    {"field", offsetof(reconcile_row, field)},       {"book_value", offsetof(reconcile_row, book)},
    {"venue_value", offsetof(reconcile_row, venue)}, {"action", offsetof(reconcile_row, action)},
    {"result", offsetof(reconcile_row, result)},     {"ref_id", offsetof(reconcile_row, ref_id)},
    {"detail", offsetof(reconcile_row, detail)},
};
#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

static const char **column_of(reconcile_row *row, size_t column)
{
    return (const char **)((char *)row + columns[column].at);
}

static void append_row(buf *out, reconcile_row *row, size_t idx)
{
    buf_printf(out, "{\"idx\": %zu", idx);
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        const char *value = *column_of(row, i);
        if (!value)
            continue;
        buf_printf(out, ", \"%s\": ", columns[i].name);
        json_tree_append_string(out, value);
    }
    buf_append_char(out, '}');
}

static dbk_err *answer_text(sqlite_call *c, const reconcile_answer *answered, const char **out)
{
    buf text;
    buf_init(&text, 0);
    buf_append_char(&text, '[');
    for (size_t i = 0; i < answered->count; i++) {
        reconcile_row row = answered->rows[i];
        buf_append_str(&text, i == 0 ? "" : ", ");
        append_row(&text, &row, i + 1);
    }
    buf_append_char(&text, ']');
    return buf_to_arena(&text, c->a, out);
}

static dbk_err *read_answer(sqlite_call *c, const char *text, reconcile_answer *out)
{
    const json_tree *kept;
    dbk_err *e = json_tree_parse(c->a, text, strlen(text), "the answer that was kept", &kept);
    if (e)
        return e;
    reconcile_row *rows = arena_alloc(c->a, (kept->count + 1) * sizeof(*rows));
    if (!rows)
        return err_oom();
    for (size_t i = 0; i < kept->count; i++)
        for (size_t k = 0; k < COLUMN_COUNT; k++) {
            const json_tree *value = json_tree_get(kept->items[i], columns[k].name);
            *column_of(&rows[i], k) = value ? value->text : NULL;
        }
    *out = (reconcile_answer){.outcome = "replayed", .rows = rows, .count = kept->count};
    return NULL;
}

/* ---- what is kept ---- */

/* The state as a server's jsonb prints it, of which the hash is. */
typedef struct received {
    const char *text;
    char hash[65];
} received;

static dbk_err *read_state(sqlite_call *c, const json_tree *state, received *out)
{
    buf text;
    uint8_t digest[32];
    buf_init(&text, 0);
    json_tree_append(&text, state);
    dbk_err *e = buf_error(&text);
    if (!e) {
        out->text = arena_strdup(c->a, text.data);
        e = out->text ? sha256_of(text.data, text.length, digest) : err_oom();
    }
    if (!e)
        sha256_hex(digest, out->hash);
    buf_term(&text);
    return e;
}

/* trading._answer_known_reconcile(); *known is false when the id is new. */
static dbk_err *answer_known(sqlite_call *c, const reconcile_request *r, const received *state,
                             reconcile_answer *out, bool *known)
{
    sq q = sq_of(c, sqlite_book_reconcile_get);
    sq_uuid(&q, &r->account_id);
    sq_uuid(&q, &r->reconcile_id);
    dbk_err *e = sq_row(&q, known);
    if (e || !*known)
        return e;
    const char *field = sq_get_int8(&q, 0) != r->as_of_us                  ? "as_of"
                        : sq_get_bool(&q, 1) != r->book_cash               ? "book_cash"
                        : strcmp(sqlite_text(q.stmt, 2), state->hash) != 0 ? "venue_state"
                                                                           : NULL;
    const char *text = sq_get_text(&q, 3);
    e = sq_done(&q);
    if (e || !field)
        return e ? e : read_answer(c, text, out);
    *out = (reconcile_answer){.outcome = "conflict", .conflict_field = field};
    return NULL;
}

typedef struct run {
    const reconcile_request *request;
    const received *state;
    const char *sections;
    int64_t differences, adjustments;
} run;

static dbk_err *insert_run(sqlite_call *c, const run *r, const reconcile_answer *answered)
{
    const char *text;
    dbk_err *e = answer_text(c, answered, &text);
    if (e)
        return e;
    sq q = sq_of(c, sqlite_book_reconcile_insert);
    sq_uuid(&q, &r->request->account_id);
    sq_uuid(&q, &r->request->reconcile_id);
    sq_int8(&q, r->request->as_of_us);
    sq_bool(&q, r->request->book_cash);
    sq_text(&q, r->sections);
    sq_text(&q, r->state->hash);
    sq_text(&q, r->state->text);
    sq_int8(&q, r->differences);
    sq_int8(&q, r->adjustments);
    sq_int8(&q, r->differences - r->adjustments);
    sq_text(&q, text);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    return sq_run(&q);
}

/* "a,b" as ["a","b"]: the names need no escapes. */
static const char *sections_json(sqlite_call *c, const char *sections)
{
    const char *json = "[";
    for (const char *at = sections; json && *at;) {
        size_t length = strcspn(at, ",");
        json = arena_printf(c->a, "%s%s\"%.*s\"", json, at == sections ? "" : ",", (int)length, at);
        at += length + (at[length] == ',');
    }
    return json ? arena_printf(c->a, "%s]", json) : NULL;
}

static dbk_err *tell(sqlite_call *c, const run *r)
{
    const reconcile_request *request = r->request;
    payload *detail = payload_new(c), *p = payload_new(c);
    payload_uuid(detail, "reconcile_id", &request->reconcile_id);
    payload_time(detail, "as_of", request->as_of_us);
    payload_int8(detail, "adjustments", r->adjustments);
    payload_int8(detail, "undecided", r->differences - r->adjustments);
    dbk_err *e = sqlite_audit(c, &(audit_entry){.action = "trading.reconcile",
                                                .subject_type = "account",
                                                .subject = &request->account_id,
                                                .account_id = &request->account_id,
                                                .outcome = "created",
                                                .detail = detail});
    const char *sections = sections_json(c, r->sections);
    if (e || !sections)
        return e ? e : err_oom();
    payload_uuid(p, "reconcile_id", &request->reconcile_id);
    payload_time(p, "as_of", request->as_of_us);
    payload_json(p, "sections", sections);
    payload_text(p, "state_hash", r->state->hash);
    payload_int8(p, "differences", r->differences);
    payload_int8(p, "adjustments", r->adjustments);
    payload_int8(p, "undecided", r->differences - r->adjustments);
    return account_emit(c, &request->account_id, "trading.account_reconciled", p, true, request->as_of_us);
}

/* trading._keep_reconcile(). */
static dbk_err *keep_run(mending *p, const received *state, const reconcile_answer *answered)
{
    run r = {.request = p->request,
             .state = state,
             .differences = (int64_t)p->count,
             .adjustments = (int64_t)count_actions(p)};
    dbk_err *e = venue_state_sections(p->call, p->request->state, ",", &r.sections);
    if (!e)
        e = insert_run(p->call, &r, answered);
    return e ? e : tell(p->call, &r);
}

/* ---- the call ---- */

static dbk_err *reconcile(sqlite_call *c, const void *request, void *result)
{
    const reconcile_request *r = request;
    reconcile_answer *out = result;
    received state;
    mending p;
    bool known;
    dbk_err *e = read_state(c, r->state, &state);
    if (!e)
        e = answer_known(c, r, &state, out, &known);
    if (e || known)
        return e;
    e = sqlite_store_views(c->s->db);
    if (!e)
        e = mend_make(c, r, &p);
    if (e)
        return e;
    if (!r->apply || count_actions(&p) == 0)
        return answer(&p, r->apply ? "unchanged" : "proposed", "proposed", out);
    e = mend_apply(&p);
    if (!e)
        e = answer(&p, "created", "done", out);
    return e ? e : keep_run(&p, &state, out);
}

dbk_err *sqlite_reconcile_propose(sqlite_db *db, arena *a, const reconcile_request *request,
                                  reconcile_answer *out)
{
    const dbk_clock *clock = clock_system();
    sqlite_store reader = {.db = db};
    sqlite_call call = {.s = &reader, .a = a, .now_us = clock->wall_us(clock), .reads = true};
    mending p;
    dbk_err *e = mend_make(&call, request, &p);
    return e ? e : answer(&p, "proposed", "proposed", out);
}

dbk_err *sqlite_store_reconcile(sqlite_store *s, const reconcile_request *request, reconcile_answer *out)
{
    return sqlite_store_run(s, &(sqlite_work){.name = "reconciling",
                                              .keep = SQLITE_KEEP_RECONCILE,
                                              .reads = !request->apply,
                                              .run = reconcile,
                                              .request = request,
                                              .out = out});
}
