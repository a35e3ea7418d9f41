#include "book/pg_store.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "book/book_sql.h"
#include "book/pg_store_int.h"
#include "core/buf.h"
#include "core/mem.h"
#include "core/uuid.h"

#define MESSAGE_BYTES_MAX ((size_t)64 << 10)
#define CALLS_BYTES_MAX ((size_t)256 << 20) /* parameters and answers of DBK_CALLS_MAX calls */
#define TRIES_MAX 1000                      /* the time limit decides */
#define CONNECT_TIMEOUT_MIN_S 2             /* less means 2 to libpq */
#define CONNECT_TIMEOUT_MAX_S 10

/* ---- context ---- */

static const dbk_uuid *kept(dbk_uuid *place, const dbk_uuid *id)
{
    if (id)
        *place = *id;
    return id ? place : NULL;
}

static void renew_context(pg_store *s)
{
    mem_free(s->ctx);
    s->speaker.actor = s->actor;
    s->speaker.session = &s->session;
    s->ctx = call_context(&s->speaker);
}

void pg_store_set_correlation(pg_store *s, const dbk_uuid *correlation, const dbk_uuid *cause)
{
    s->speaker.correlation = kept(&s->correlation, correlation);
    s->speaker.cause = kept(&s->cause, cause);
    renew_context(s);
}

void pg_store_act_as(pg_store *s, const dbk_uuid *bot, int64_t fence)
{
    s->speaker.bot = kept(&s->bot, bot);
    s->speaker.fence = fence;
    renew_context(s);
}

const char *pg_store_context(const pg_store *s)
{
    return s->ctx;
}

void pg_store_speak_for(pg_store *s, const char *ctx)
{
    s->spoken_for = ctx;
}

void pg_store_param_ctx(const pg_store *s, pg_params *p)
{
    pg_param_text(p, s->spoken_for ? s->spoken_for : s->ctx);
}

void pg_store_param_time(pg_params *p, int64_t wall_us)
{
    if (wall_us == 0)
        pg_param_null(p);
    else
        pg_param_time(p, wall_us);
}

/* ---- calls ---- */

arena *pg_store_keep(pg_store *s, keep kind)
{
    assert(kind < KEEP_COUNT);
    if (s->spoken_for)
        kind = KEEP_SPOKEN_FOR;
    arena_reset(s->kept[kind]);
    return s->kept[kind];
}

dbk_err *pg_store_connected(pg_store *s)
{
    return pg_is_lost(s->conn) ? pg_reconnect(s->conn) : NULL;
}

void pg_store_retry_init(const pg_store *s, pg_retry_state *retry)
{
    const dbk_clock *clock = clock_system();
    pg_retry_policy policy = {.tries_max = TRIES_MAX, .total_max_us = s->retry_total_us};
    uint64_t seed = 0;
    memcpy(&seed, s->session.bytes + 8, sizeof(seed));
    pg_retry_init(retry, &policy, clock->mono_us(clock), seed);
}

static dbk_err *try_once(pg_store *s, arena *a, const store_call *call, pg_rows **out)
{
    dbk_err *e = pg_store_connected(s);
    if (e)
        return e;
    if (call->binary)
        return pg_query_binary(s->conn, a, call->sql, call->params, out);
    return pg_query(s->conn, a, call->sql, call->params, out);
}

/* A function or schema that does not exist gets a hint that the server cannot know. */
dbk_err *pg_store_explain(const dbk_err *e, const char *name)
{
    buf text;
    buf_init(&text, MESSAGE_BYTES_MAX);
    buf_append_str(&text, name);
    for (const dbk_err *link = e; link; link = err_cause(link))
        buf_printf(&text, ": %s", err_message(link));
    const char *sqlstate = err_sqlstate(e);
    bool missing =
        strcmp(sqlstate, "42883") == 0 || strcmp(sqlstate, "3F000") == 0 || strcmp(sqlstate, "42P01") == 0;
    const char *hint =
        missing ? "install Daybook in this database: daybook migrate apply --modules trading,market"
                : err_hint(e);
    dbk_err *flat = err_with_sqlstate(err_new(err_code(e), "%s", text.data), sqlstate);
    if (err_detail(e))
        flat = err_with_detail(flat, "%s", err_detail(e));
    if (hint)
        flat = err_with_hint(flat, "%s", hint);
    flat = err_with_constraint(flat, err_constraint(e));
    buf_term(&text);
    return flat;
}

static dbk_err *explained(dbk_err *e, const char *name)
{
    dbk_err *flat = pg_store_explain(e, name);
    err_free(e);
    return flat;
}

dbk_err *pg_store_call(pg_store *s, arena *a, const store_call *call, pg_rows **out)
{
    if (!s->ctx || !call->params)
        return err_oom();
    const dbk_clock *clock = clock_system();
    pg_retry_state retry;
    pg_store_retry_init(s, &retry);
    for (;;) {
        pg_rows *rows = NULL;
        int64_t delay_us = 0;
        dbk_err *e = try_once(s, a, call, &rows);
        if (!e && call->one && pg_row_count(rows) != 1)
            return err_new(ERR_INTERNAL, "%s: expected one row, got %zu", call->name, pg_row_count(rows));
        if (!e) {
            *out = rows;
            return NULL;
        }
        if (!pg_retry_next(&retry, e, true, clock->mono_us(clock), &delay_us))
            return explained(e, call->name);
        err_free(e);
        clock->sleep_us(clock, delay_us);
    }
}

dbk_err *pg_store_outcome(const char *text, dbk_outcome *out)
{
    static const char *const names[] = {[DBK_CREATED] = "created",
                                        [DBK_REPLAYED] = "replayed",
                                        [DBK_CONFLICT] = "conflict",
                                        [DBK_REFUSED] = "refused"};
    for (size_t i = 0; text && i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(text, names[i]) != 0)
            continue;
        *out = (dbk_outcome)i;
        return NULL;
    }
    dbk_err *e = err_new(ERR_SERVER, "the book answered with an unknown outcome: %s", text ? text : "null");
    return err_with_hint(e, "the modules in the database may be newer than this library");
}

dbk_err *pg_store_answer(const pg_rows *rows, size_t row, dbk_answer *out)
{
    dbk_outcome outcome = DBK_CREATED;
    dbk_err *e = pg_store_outcome(pg_get_text(rows, row, ANSWER_OUTCOME), &outcome);
    if (e)
        return e;
    *out = (dbk_answer){
        .outcome = outcome,
        .conflict_field = pg_get_text(rows, row, ANSWER_CONFLICT),
        .refusal_code = pg_get_text(rows, row, ANSWER_REFUSAL_CODE),
        .refusal_detail = pg_get_text(rows, row, ANSWER_REFUSAL_DETAIL),
    };
    if (!pg_get_is_null(rows, row, ANSWER_ID))
        out->id = pg_get_uuid(rows, row, ANSWER_ID);
    return NULL;
}

dbk_err *pg_store_call_answer(pg_store *s, const store_call *call, arena *a, dbk_answer *out)
{
    pg_rows *rows = NULL;
    dbk_err *e = pg_store_call(s, a, call, &rows);
    return e ? e : pg_store_answer(rows, 0, out);
}

/* ---- opening and closing ---- */

bool pg_store_has_session(const pg_store *s)
{
    return s->session_open;
}

session_request pg_store_session_request(const pg_store *s)
{
    return (session_request){.session_id = s->session,
                             .program = s->program,
                             .version = s->program_version,
                             .host = s->host,
                             .pid = (int64_t)getpid()};
}

dbk_err *pg_store_session_open(pg_store *s, const session_request *session)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &session->session_id);
    pg_param_text(p, session->program);
    pg_param_text(p, session->version);
    pg_param_text(p, session->host);
    pg_param_int4(p, (int32_t)session->pid);
    pg_store_param_ctx(s, p);
    pg_rows *rows = NULL;
    dbk_err *e = pg_store_call(
        s, a, &(store_call){.name = "dbk_open", .sql = book_session_open, .params = p, .one = true}, &rows);
    if (!e && uuid_equal(&session->session_id, &s->session))
        s->session_open = true;
    return e;
}

static pg_connect_options connect_options(const dbk_open_options *options)
{
    int64_t connect_s = (options->call_timeout_ms + 999) / 1000;
    if (connect_s < CONNECT_TIMEOUT_MIN_S)
        connect_s = CONNECT_TIMEOUT_MIN_S;
    return (pg_connect_options){
        .url = options->url,
        .application_name = options->program,
        .connect_timeout_s = connect_s < CONNECT_TIMEOUT_MAX_S ? (int)connect_s : CONNECT_TIMEOUT_MAX_S,
        .statement_timeout_ms = options->call_timeout_ms,
        .read_write = true,
    };
}

static dbk_err *connect_store(pg_store *s, const dbk_open_options *options, bool may_be_away)
{
    pg_connect_options connect = connect_options(options);
    dbk_err *e = pg_connect(&connect, &s->conn);
    if (!e || !may_be_away || pg_retry_classify(e) == PG_RETRY_NEVER)
        return e;
    err_free(e);
    return pg_connect_later(&connect, &s->conn);
}

static dbk_err *open_session(pg_store *s, bool may_be_away)
{
    if (pg_is_lost(s->conn) && may_be_away)
        return NULL;
    session_request session = pg_store_session_request(s);
    dbk_err *e = pg_store_session_open(s, &session);
    if (!e || !may_be_away || pg_retry_classify(e) == PG_RETRY_NEVER)
        return e;
    err_free(e);
    return NULL;
}

/* What does not need the server. */
static dbk_err *prepare(pg_store *s, const dbk_open_options *options)
{
    s->retry_total_us = options->retry_total_ms * 1000;
    s->actor = mem_strdup(options->actor);
    s->program = mem_strdup(options->program);
    s->program_version = mem_strdup(options->program_version);
    bool short_of_memory = !s->actor || !s->program || !s->program_version;
    for (size_t i = 0; i < KEEP_COUNT; i++) {
        s->kept[i] = arena_new(i == KEEP_CALLS ? CALLS_BYTES_MAX : 0);
        short_of_memory = short_of_memory || !s->kept[i];
    }
    if (gethostname(s->host, sizeof(s->host) - 1) != 0 || !s->host[0])
        memcpy(s->host, "unknown", sizeof("unknown"));
    return short_of_memory ? err_oom() : uuid_v7(clock_system(), &s->session);
}

dbk_err *pg_store_open_beside(const pg_store *other, const dbk_open_options *options, pg_store **out)
{
    pg_store *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    dbk_open_options own = *options;
    own.actor = other->actor;
    own.program = other->program;
    own.program_version = other->program_version;
    dbk_err *e = prepare(s, &own);
    s->session = other->session;
    renew_context(s);
    pg_connect_options connect = connect_options(&own);
    if (!e)
        e = pg_connect_later_like(other->conn, &connect, &s->conn);
    if (e) {
        pg_store_close(s);
        return e;
    }
    *out = s;
    return NULL;
}

dbk_err *pg_store_open(const dbk_open_options *options, bool may_be_away, pg_store **out)
{
    pg_store *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    dbk_err *e = prepare(s, options);
    if (!e) {
        pg_store_set_correlation(s, NULL, NULL);
        e = connect_store(s, options, may_be_away);
    }
    if (!e)
        e = open_session(s, may_be_away);
    if (e) {
        pg_store_close(s);
        return e;
    }
    *out = s;
    return NULL;
}

/* Best effort: one try. A session without an end is one whose program vanished, which is true then. */
static void close_session(pg_store *s)
{
    if (!s->session_open || pg_is_lost(s->conn) || !s->ctx)
        return;
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &s->session);
    pg_param_text(p, "closed");
    pg_store_param_ctx(s, p);
    pg_rows *rows = NULL;
    dbk_err *e = pg_query(s->conn, a, book_session_close, p, &rows);
    err_free(e);
}

void pg_store_close(pg_store *s)
{
    if (!s)
        return;
    if (s->conn)
        close_session(s);
    for (size_t i = 0; i < KEEP_COUNT; i++)
        arena_free(s->kept[i]);
    pg_close(s->conn);
    mem_free(s->program);
    mem_free(s->program_version);
    mem_free(s->actor);
    mem_free(s->ctx);
    mem_free(s);
}

const char *pg_store_url(const pg_store *s)
{
    return pg_url(s->conn);
}

const dbk_uuid *pg_store_session(const pg_store *s)
{
    return &s->session;
}
