#include "book/spooler.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "book/spooler_fate.h"
#include "core/arena.h"
#include "core/mem.h"

#define DRAIN_AT_ONCE 256 /* entries in front of a fact that its call delivers */
#define PAUSE_MIN_US ((int64_t)100 * 1000)
#define PAUSE_MAX_US ((int64_t)5 * 1000 * 1000)
#define PAUSE_FACTOR 4 /* a bot spends at most a fifth of its time on a server that does not answer */
#define TEXTS_BYTES_MAX ((size_t)256 << 20)
#define PROBLEM_SIZE 1000

struct spooler {
    pg_store *store;
    spool *spool;
    const dbk_clock *clock;
    int64_t intent_ttl_us, settle_limit_us;
    int64_t pause_us;    /* between two tries while the server is away; 0: it is not known to be */
    int64_t next_try_us; /* not before */
    uint64_t delivered;
    bool session_kept;          /* the spool has been told to open this book's session */
    char problem[PROBLEM_SIZE]; /* why the last try failed; "" after one that did not */
    arena *arena;               /* the entry that is being delivered */
    buf text;
};

/* ---- the server, there or away ---- */

static bool pauses(const spooler *s)
{
    return s->pause_us > 0 && s->clock->mono_us(s->clock) < s->next_try_us;
}

/* A refused connection costs nothing and is tried soon again; one that nobody answers keeps the bot waiting.
 */
static void note_away(spooler *s, const dbk_err *e, int64_t started_us)
{
    int64_t now_us = s->clock->mono_us(s->clock);
    snprintf(s->problem, sizeof(s->problem), "%s", err_message(e));
    if (pauses(s))
        return;
    int64_t pause_us = s->pause_us > 0 ? s->pause_us * 2 : PAUSE_MIN_US;
    if (pause_us > PAUSE_MAX_US)
        pause_us = PAUSE_MAX_US;
    if (pause_us < (now_us - started_us) * PAUSE_FACTOR)
        pause_us = (now_us - started_us) * PAUSE_FACTOR;
    s->pause_us = pause_us;
    s->next_try_us = now_us + pause_us;
}

static void note_answer(spooler *s)
{
    s->pause_us = s->next_try_us = 0;
    s->problem[0] = '\0';
}

/* ---- one message ---- */

static dbk_err *send_message(spooler *s, const request_message *m, void *out)
{
    const state_request *state = m->request;
    switch (m->kind) {
    case REQUEST_FILLS:
        return pg_store_fills_record(s->store, m->request, m->count, out);
    case REQUEST_STATE:
        return pg_store_state_save(s->store, &state->account_id, &state->snapshot_id, state->name,
                                   state->as_of_us, state->state_json, out);
    case REQUEST_SESSION:
        return pg_store_session_open(s->store, m->request);
    default:
        return pg_store_write(s->store, (dbk_call_kind)m->kind, m->request, out);
    }
}

static size_t answer_size(int kind)
{
    switch (kind) {
    case DBK_CALL_ORDER_SUBMIT:
    case DBK_CALL_ORDER_IMPORT:
    case DBK_CALL_ORDER_RECORD:
        return sizeof(dbk_order_answer);
    case DBK_CALL_FILL_RECORD:
    case REQUEST_FILLS:
        return sizeof(dbk_fill_answer);
    case DBK_CALL_FILL_BUST:
    case DBK_CALL_FILL_CORRECT:
        return sizeof(dbk_fill_event_answer);
    case DBK_CALL_FUNDING_RECORD:
        return sizeof(dbk_funding_answer);
    case DBK_CALL_EQUITY_RECORD:
        return sizeof(dbk_equity);
    default:
        return sizeof(dbk_answer);
    }
}

static size_t answer_count(const request_message *m)
{
    return m->kind == REQUEST_FILLS ? m->count : 1;
}

/* Every answer begins with a dbk_answer. */
static void answer_spooled(const request_message *m, void *out)
{
    size_t size = answer_size(m->kind);
    memset(out, 0, size * answer_count(m));
    for (size_t i = 0; i < answer_count(m); i++) {
        dbk_answer answer = {.outcome = DBK_SPOOLED, .id = request_text_id(m, i)};
        memcpy((char *)out + i * size, &answer, sizeof(answer));
    }
}

/* ---- delivering what waits ---- */

static dbk_err *find_conflict(const request_message *m, const void *answers)
{
    for (size_t i = 0; m->kind != REQUEST_SESSION && i < answer_count(m); i++) {
        dbk_answer answer;
        memcpy(&answer, (const char *)answers + i * answer_size(m->kind), sizeof(answer));
        if (answer.outcome == DBK_CONFLICT)
            return err_new(ERR_INPUT, "conflict: the book has recorded another %s under this identity",
                           answer.conflict_field ? answer.conflict_field : "content");
    }
    return NULL;
}

static dbk_err *deliver(spooler *s, uint64_t number)
{
    request_message m;
    arena_reset(s->arena);
    buf_clear(&s->text);
    dbk_err *e = spool_read(s->spool, number, &s->text);
    if (!e)
        e = request_text_read(s->arena, s->text.data, s->text.length, &m);
    if (e)
        return e;
    void *answers = arena_alloc(s->arena, answer_size(m.kind) * answer_count(&m));
    if (!answers)
        return err_oom();
    pg_store_speak_for(s->store, m.ctx);
    e = send_message(s, &m, answers);
    pg_store_speak_for(s->store, NULL);
    return e ? e : find_conflict(&m, answers);
}

/* Takes one entry from the front, or returns why it has to stay there. */
static dbk_err *take_first(spooler *s, const spool_entry *entry)
{
    dbk_err *e;
    if (entry->expires_us != 0 && s->clock->wall_us(s->clock) >= entry->expires_us) {
        e = err_new(ERR_TIMEOUT, "expired before the server could be asked");
        spool_quarantine(s->spool, entry->number, e);
        err_free(e);
        return NULL;
    }
    int64_t started_us = s->clock->mono_us(s->clock);
    e = deliver(s, entry->number);
    if (e && spooler_fate_of(e) == FATE_WAIT) {
        note_away(s, e, started_us);
        return e;
    }
    note_answer(s);
    if (e)
        spool_quarantine(s->spool, entry->number, e);
    else
        spool_done(s->spool, entry->number);
    s->delivered += !e;
    err_free(e);
    return NULL;
}

typedef struct drain_limits {
    uint64_t before; /* the entry that is not taken any more; 0: none */
    size_t entries;
    int64_t deadline_us;
    bool at_once; /* also while the server is known to be away */
} drain_limits;

/* True: nothing waits in front any more. Else *away is why, NULL when a limit was reached or it pauses. */
static bool drain(spooler *s, const drain_limits *limits, dbk_err **away)
{
    spool_entry entry;
    *away = NULL;
    for (size_t i = 0; spool_first(s->spool, &entry) && entry.number != limits->before; i++) {
        bool late = i > 0 && s->clock->mono_us(s->clock) >= limits->deadline_us;
        if (i == limits->entries || late || (pauses(s) && !limits->at_once))
            return false;
        *away = take_first(s, &entry);
        if (*away)
            return false;
    }
    return true;
}

static drain_limits all_within(const spooler *s, int64_t limit_us)
{
    return (drain_limits){
        .entries = SIZE_MAX, .deadline_us = s->clock->mono_us(s->clock) + limit_us, .at_once = true};
}

static dbk_err *still_waiting(const spooler *s, dbk_err *away)
{
    size_t count = spool_waiting(s->spool);
    if (!away)
        return err_new(ERR_TIMEOUT, "%zu entries of the spool %s still wait to be delivered", count,
                       spool_folder(s->spool));
    dbk_err *e = err_new(err_code(away), "%zu entries of the spool %s wait for the server: %s", count,
                         spool_folder(s->spool), err_message(away));
    e = err_with_sqlstate(e, err_sqlstate(away));
    if (err_hint(away))
        e = err_with_hint(e, "%s", err_hint(away));
    err_free(away);
    return e;
}

void spooler_drain(spooler *s, int64_t limit_ms)
{
    dbk_err *away;
    drain_limits limits = all_within(s, limit_ms * 1000);
    (void)drain(s, &limits, &away);
    err_free(away);
}

/* ---- calls ---- */

static bool is_kept(const spooler *s, int kind)
{
    return kind != DBK_CALL_ORDER_SUBMIT || s->intent_ttl_us > 0;
}

static int64_t expiry_of(const spooler *s, int kind)
{
    return kind == DBK_CALL_ORDER_SUBMIT ? s->clock->wall_us(s->clock) + s->intent_ttl_us : 0;
}

/* In s->text. */
static dbk_err *write_text(spooler *s, request_message *m)
{
    m->ctx = pg_store_context(s->store);
    if (!m->ctx)
        return err_oom();
    buf_clear(&s->text);
    return request_text_write(m, s->clock->wall_us(s->clock), &s->text);
}

static dbk_err *keep_text(spooler *s, int kind, uint64_t *number)
{
    spool_text text = {.data = s->text.data, .length = s->text.length, .expires_us = expiry_of(s, kind)};
    return spool_keep(s->spool, &text, 1, number);
}

/* What a session does is told to a server that knows of the session: where it does not yet, that comes first.
 */
static dbk_err *keep_session(spooler *s)
{
    if (s->session_kept || pg_store_has_session(s->store))
        return NULL;
    session_request session = pg_store_session_request(s->store);
    request_message m = {.kind = REQUEST_SESSION, .request = &session};
    uint64_t number;
    dbk_err *e = write_text(s, &m);
    if (!e)
        e = keep_text(s, m.kind, &number);
    s->session_kept = !e;
    return e;
}

static dbk_err *deliver_all(spooler *s)
{
    dbk_err *away;
    drain_limits limits = all_within(s, s->settle_limit_us);
    return drain(s, &limits, &away) ? NULL : still_waiting(s, away);
}

/* On a full disk better without its session than not at all. */
dbk_err *spooler_settle(spooler *s)
{
    err_free(keep_session(s));
    return deliver_all(s);
}

/* Takes both. What the caller must know first is that nothing of this call is left. */
static dbk_err *not_kept(dbk_err *e, dbk_err *unkept, const char *name)
{
    dbk_err *both = err_new(err_code(e), "%s: not kept: %s; and not recorded: %s", name, err_message(unkept),
                            err_message(e));
    both = err_with_sqlstate(both, err_sqlstate(e));
    const char *hint = err_hint(unkept) ? err_hint(unkept) : err_hint(e);
    if (hint)
        both = err_with_hint(both, "%s", hint);
    err_free(unkept);
    err_free(e);
    return both;
}

/* The spool takes nothing: a server that answers is all that is needed. Takes unkept. */
static dbk_err *send_unkept(spooler *s, const request_message *m, void *out, dbk_err *unkept)
{
    dbk_err *e = deliver_all(s);
    if (!e)
        e = send_message(s, m, out);
    if (e && spooler_fate_of(e) == FATE_WAIT)
        return not_kept(e, unkept, request_text_name(m->kind));
    err_free(unkept);
    return e;
}

/* What the server's answer to a kept entry means for it and for the caller, who is there to hear it. Takes e.
 */
static dbk_err *conclude(spooler *s, const request_message *m, uint64_t number, void *out, int64_t started_us,
                         dbk_err *e)
{
    if (e && spooler_fate_of(e) == FATE_WAIT) {
        note_away(s, e, started_us);
        err_free(e);
        answer_spooled(m, out);
        return NULL;
    }
    note_answer(s);
    spool_done(s->spool, number);
    s->delivered += !e;
    return e;
}

static dbk_err *run_message(spooler *s, request_message *m, void *out)
{
    uint64_t number = 0;
    dbk_err *away, *unkept = keep_session(s), *e = write_text(s, m);
    if (e) {
        err_free(unkept);
        return e;
    }
    e = unkept ? unkept : keep_text(s, m->kind, &number);
    if (e)
        return send_unkept(s, m, out, e);
    drain_limits limits = {.before = number, .entries = DRAIN_AT_ONCE, .deadline_us = INT64_MAX};
    bool turn = drain(s, &limits, &away);
    err_free(away);
    if (!turn || pauses(s)) {
        answer_spooled(m, out);
        return NULL;
    }
    int64_t started_us = s->clock->mono_us(s->clock);
    return conclude(s, m, number, out, started_us, send_message(s, m, out));
}

dbk_err *spooler_write(spooler *s, dbk_call_kind kind, const void *request, void *out)
{
    if (!is_kept(s, kind)) {
        dbk_err *e = spooler_settle(s);
        return e ? e : pg_store_write(s->store, kind, request, out);
    }
    request_message m = {.kind = kind, .request = request};
    return run_message(s, &m, out);
}

dbk_err *spooler_fills_record(spooler *s, const dbk_fill *const *fills, size_t count, dbk_fill_answer *out)
{
    request_message m = {.kind = REQUEST_FILLS, .request = fills, .count = count};
    return run_message(s, &m, out);
}

dbk_err *spooler_state_save(spooler *s, const state_request *state, dbk_answer *out)
{
    request_message m = {.kind = REQUEST_STATE, .request = state};
    return run_message(s, &m, out);
}

/* ---- many calls ---- */

typedef struct calls_kept {
    dbk_call *const *calls;
    size_t count;
    uint64_t *numbers; /* of the entry of each call; 0: it has none */
    uint64_t first;    /* the lowest of them; 0: there is none */
} calls_kept;

/* All texts in one buffer. A text that cannot be written is its call's error. */
static dbk_err *write_texts(spooler *s, const calls_kept *k, buf *all, spool_text *texts, size_t *kept)
{
    *kept = 0;
    for (size_t i = 0; i < k->count; i++) {
        dbk_call *call = k->calls[i];
        if (call->error || !is_kept(s, (int)call->kind))
            continue;
        request_message m = {.kind = (int)call->kind, .request = call->request.any};
        call->error = write_text(s, &m);
        if (call->error)
            continue;
        texts[*kept] = (spool_text){.length = s->text.length, .expires_us = expiry_of(s, m.kind)};
        buf_append(all, s->text.data, s->text.length);
        (*kept)++;
    }
    size_t at = 0;
    for (size_t i = 0; i < *kept; at += texts[i++].length)
        texts[i].data = all->data + at;
    return buf_error(all);
}

static dbk_err *keep_calls(spooler *s, calls_kept *k)
{
    buf all;
    size_t kept = 0;
    buf_init(&all, TEXTS_BYTES_MAX);
    spool_text *texts = mem_alloc(k->count * sizeof(*texts));
    dbk_err *e = texts ? write_texts(s, k, &all, texts, &kept) : err_oom();
    if (!e && kept > 0)
        e = spool_keep(s->spool, texts, kept, &k->first);
    uint64_t next = k->first;
    for (size_t i = 0; k->first != 0 && i < k->count; i++) {
        if (!k->calls[i]->error && is_kept(s, (int)k->calls[i]->kind))
            k->numbers[i] = next++;
    }
    mem_free(texts);
    buf_term(&all);
    return e;
}

static dbk_err *copy_err(const dbk_err *e, const char *name)
{
    dbk_err *copy = err_new(err_code(e), "%s: %s", name, err_message(e));
    copy = err_with_sqlstate(copy, err_sqlstate(e));
    return err_hint(e) ? err_with_hint(copy, "%s", err_hint(e)) : copy;
}

/* None can be sent now: what was kept is spooled, the rest has this error. Takes e. */
static void spool_calls(const calls_kept *k, dbk_err *e)
{
    for (size_t i = 0; i < k->count; i++) {
        dbk_call *call = k->calls[i];
        request_message m = {.kind = (int)call->kind, .request = call->request.any};
        if (k->numbers[i] != 0)
            answer_spooled(&m, call->answer.any);
        else if (!call->error)
            call->error = copy_err(e, request_text_name(m.kind));
    }
    err_free(e);
}

static dbk_err *send_calls(spooler *s, const calls_kept *k, const dbk_err *unkept)
{
    int64_t started_us = s->clock->mono_us(s->clock);
    bool *asked = mem_alloc(k->count * sizeof(*asked));
    if (!asked)
        return err_oom();
    for (size_t i = 0; i < k->count; i++)
        asked[i] = !k->calls[i]->error;
    dbk_err *e = pg_store_calls(s->store, k->calls, k->count);
    for (size_t i = 0; !e && i < k->count; i++) {
        dbk_call *call = k->calls[i];
        request_message m = {.kind = (int)call->kind, .request = call->request.any};
        if (asked[i] && k->numbers[i] != 0)
            call->error = conclude(s, &m, k->numbers[i], call->answer.any, started_us, call->error);
        else if (asked[i] && unkept && call->error && spooler_fate_of(call->error) == FATE_WAIT)
            call->error = not_kept(call->error, copy_err(unkept, "spool"), request_text_name(m.kind));
    }
    mem_free(asked);
    return e;
}

static dbk_err *run_calls(spooler *s, calls_kept *k)
{
    dbk_err *away = NULL, *unkept = keep_session(s);
    if (!unkept)
        unkept = keep_calls(s, k);
    drain_limits limits = all_within(s, s->settle_limit_us);
    limits.before = k->first;
    limits.at_once = k->first == 0;
    dbk_err *e = NULL;
    if (drain(s, &limits, &away) && !(k->first != 0 && pauses(s))) {
        e = send_calls(s, k, unkept);
    } else {
        dbk_err *why = still_waiting(s, away);
        spool_calls(k, unkept ? not_kept(why, copy_err(unkept, "spool"), "dbk_calls_run") : why);
    }
    err_free(unkept);
    return e;
}

dbk_err *spooler_calls(spooler *s, dbk_call *const *calls, size_t count)
{
    calls_kept k = {.calls = calls, .count = count, .numbers = mem_alloc(count * sizeof(*k.numbers))};
    if (!k.numbers)
        return err_oom();
    dbk_err *e = run_calls(s, &k);
    mem_free(k.numbers);
    return e;
}

/* ---- opening and closing ---- */

dbk_err *spooler_new(const spooler_options *options, pg_store *store, spool *spool, spooler **out)
{
    spooler *s = mem_alloc(sizeof(*s));
    if (!s) {
        spool_close(spool);
        return err_oom();
    }
    s->store = store;
    s->spool = spool;
    s->clock = options->clock;
    s->intent_ttl_us = options->intent_ttl_ms * 1000;
    s->settle_limit_us = options->settle_limit_ms * 1000;
    s->arena = arena_new(TEXTS_BYTES_MAX);
    buf_init(&s->text, TEXTS_BYTES_MAX);
    if (!s->arena) {
        spooler_free(s);
        return err_oom();
    }
    *out = s;
    return NULL;
}

void spooler_free(spooler *s)
{
    if (!s)
        return;
    spool_close(s->spool);
    arena_free(s->arena);
    buf_term(&s->text);
    mem_free(s);
}

dbk_spool_state spooler_state(const spooler *s)
{
    spool_entry first = {0};
    (void)spool_first(s->spool, &first);
    return (dbk_spool_state){.size = sizeof(dbk_spool_state),
                             .waiting = spool_waiting(s->spool),
                             .quarantined = spool_quarantined(s->spool),
                             .delivered = s->delivered,
                             .oldest_us = first.kept_us,
                             .problem = s->problem[0] ? s->problem : NULL};
}
