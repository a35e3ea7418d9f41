/* sqlite_store.c: opening a book in a file, its sessions, and the transaction of a call. */
#include "book/sqlite_store.h"

#include <assert.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "book/call_context.h"
#include "book/sqlite_book_sql.h"
#include "book/sqlite_store_int.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/uuid.h"

#define APPLICATION_ID 0x44424B31 /* "DBK1" */
#define SCHEMA_VERSION 1
#define RECONCILE_BYTES_MAX ((size_t)1 << 30) /* what the venue says is up to 50,000 entries */

/* ---- the file ---- */

static dbk_err *read_number(sqlite_db *db, const char *sql, int64_t *out)
{
    sqlite_stmt *s;
    bool row;
    dbk_err *e = sqlite_statement(db, sql, &s);
    if (!e)
        e = sqlite_step_row(s, &row);
    if (e)
        return e;
    assert(row);
    *out = sqlite_int8(s, 0);
    sqlite_end(s);
    return NULL;
}

static dbk_err *make_tables(sqlite_db *db)
{
    char stamp[120];
    snprintf(stamp, sizeof(stamp), "pragma application_id = %d; pragma user_version = %d", APPLICATION_ID,
             SCHEMA_VERSION);
    dbk_err *e = sqlite_exec(db, sqlite_book_schema);
    return e ? e : sqlite_exec(db, stamp);
}

dbk_err *sqlite_store_check(sqlite_db *db)
{
    int64_t application, version, tables;
    dbk_err *e = read_number(db, "pragma application_id", &application);
    if (!e)
        e = read_number(db, "select count(*) from sqlite_schema", &tables);
    if (!e)
        e = read_number(db, "pragma user_version", &version);
    if (e)
        return e;
    if (application == 0 && tables == 0)
        return err_new(ERR_NOT_FOUND, "%s is empty: there is no book in it yet", sqlite_path(db));
    if (application != APPLICATION_ID)
        return err_with_hint(err_new(ERR_INPUT, "%s is a database of another program", sqlite_path(db)),
                             "name a file of Daybook's, or one that does not exist yet");
    if (version != SCHEMA_VERSION)
        return err_with_hint(err_new(ERR_INPUT,
                                     "%s is a book of version %lld, which this program does not know",
                                     sqlite_path(db), (long long)version),
                             "use the version of Daybook that wrote it, or a newer one");
    return NULL;
}

dbk_err *sqlite_store_views(sqlite_db *db)
{
    return sqlite_exec(db, sqlite_book_views);
}

/* The first of several programs that open a new file makes the tables; the others wait and find them. */
static dbk_err *settle(sqlite_db *db)
{
    int64_t tables = 0;
    dbk_err *e = sqlite_begin_write(db);
    if (e)
        return e;
    e = read_number(db, "select count(*) from sqlite_schema", &tables);
    if (!e)
        e = tables == 0 ? make_tables(db) : sqlite_store_check(db);
    if (!e)
        return sqlite_commit(db);
    sqlite_rollback(db);
    return e;
}

/* ---- the transaction of a call ---- */

static dbk_err *run_once(sqlite_store *s, const sqlite_work *work)
{
    const dbk_clock *clock = clock_system();
    arena *a = s->kept[work->keep];
    if (!work->keeps_on)
        arena_reset(a);
    dbk_err *e = work->reads ? sqlite_begin_read(s->db) : sqlite_begin_write(s->db);
    if (e)
        return e;
    sqlite_call call = {.s = s, .a = a, .now_us = clock->wall_us(clock), .reads = work->reads};
    e = work->run(&call, work->request, work->out);
    if (!e)
        return sqlite_commit(s->db);
    sqlite_rollback(s->db);
    return e;
}

/* Waiting for another program is done by sqlite_begin_write; a call whose limit is longer waits on. */
dbk_err *sqlite_store_run(sqlite_store *s, const sqlite_work *work)
{
    if (!s->ctx)
        return err_oom();
    const dbk_clock *clock = clock_system();
    int64_t until_us = clock->mono_us(clock) + s->retry_total_us;
    dbk_err *e = run_once(s, work);
    while (e && err_code(e) == ERR_BUSY && clock->mono_us(clock) < until_us) {
        err_free(e);
        e = run_once(s, work);
    }
    if (!e)
        return NULL;
    dbk_err *flat =
        err_with_sqlstate(err_new(err_code(e), "%s: %s", work->name, err_message(e)), err_sqlstate(e));
    if (err_detail(e))
        flat = err_with_detail(flat, "%s", err_detail(e));
    if (err_hint(e))
        flat = err_with_hint(flat, "%s", err_hint(e));
    err_free(e);
    return flat;
}

/* ---- context and sessions ---- */

void sqlite_store_set_correlation(sqlite_store *s, const dbk_uuid *correlation, const dbk_uuid *cause)
{
    mem_free(s->ctx);
    s->ctx = call_context(&(call_speaker){
        .actor = s->actor, .session = &s->session, .correlation = correlation, .cause = cause});
}

static dbk_err *open_session(sqlite_call *c, const void *request, void *out)
{
    const dbk_open_options *options = request;
    (void)out;
    char host[256] = "";
    if (gethostname(host, sizeof(host) - 1) != 0 || !host[0])
        memcpy(host, "unknown", sizeof("unknown"));
    sq q = sq_of(c, sqlite_book_session_open);
    sq_uuid(&q, &c->s->session);
    sq_text(&q, options->program);
    sq_text(&q, options->program_version);
    sq_text(&q, host);
    sq_int8(&q, getpid());
    sq_text(&q, c->s->role);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    dbk_err *e = sq_run(&q);
    if (e)
        return e;
    payload *p = payload_new(c);
    payload_uuid(p, "session_id", &c->s->session);
    payload_text(p, "program", options->program);
    payload_text(p, "version", options->program_version);
    payload_text(p, "host", host);
    payload_int8(p, "pid", getpid());
    return sqlite_emit(
        c,
        &(book_event){.type = "ops.session_opened", .aggregate = &c->s->session, .version = 1, .payload = p});
}

static dbk_err *close_session(sqlite_call *c, const void *request, void *out)
{
    const char *reason = request;
    (void)out;
    sq q = sq_of(c, sqlite_book_session_close);
    sq_uuid(&q, &c->s->session);
    sq_int8(&q, c->now_us);
    sq_text(&q, reason);
    sq_ctx(&q);
    dbk_err *e = sq_run(&q);
    if (e)
        return e;
    payload *p = payload_new(c);
    payload_uuid(p, "session_id", &c->s->session);
    payload_text(p, "reason", reason);
    return sqlite_emit(
        c,
        &(book_event){.type = "ops.session_closed", .aggregate = &c->s->session, .version = 2, .payload = p});
}

const dbk_uuid *sqlite_store_session(const sqlite_store *s)
{
    return &s->session;
}

/* ---- opening and closing ---- */

static char *logged_in(void)
{
    char buffer[4096], id[32];
    struct passwd entry, *found = NULL;
    if (getpwuid_r(geteuid(), &entry, buffer, sizeof(buffer), &found) == 0 && found)
        return mem_strdup(found->pw_name);
    snprintf(id, sizeof(id), "uid %lu", (unsigned long)geteuid());
    return mem_strdup(id);
}

static dbk_err *prepare(sqlite_store *s, const dbk_open_options *options)
{
    s->retry_total_us = options->retry_total_ms * 1000;
    s->actor = mem_strdup(options->actor);
    s->role = logged_in();
    if (!s->actor || !s->role)
        return err_oom();
    for (size_t i = 0; i < SQLITE_KEEP_COUNT; i++) {
        s->kept[i] = arena_new(i == SQLITE_KEEP_RECONCILE ? RECONCILE_BYTES_MAX : 0);
        if (!s->kept[i])
            return err_oom();
    }
    dbk_err *e = uuid_v7(clock_system(), &s->session);
    if (!e)
        sqlite_store_set_correlation(s, NULL, NULL);
    return e;
}

dbk_err *sqlite_store_open(const dbk_open_options *options, const char *path, sqlite_store **out)
{
    sqlite_store *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    dbk_err *e = prepare(s, options);
    if (!e)
        e = sqlite_open(&(sqlite_open_options){.path = path,
                                               .access = SQLITE_FOR_MAKING,
                                               .busy_ms = options->call_timeout_ms},
                        &s->db);
    if (!e)
        e = settle(s->db);
    if (!e)
        e = sqlite_store_run(s, &(sqlite_work){.name = "dbk_open", .run = open_session, .request = options});
    if (e) {
        sqlite_store_close(s);
        return e;
    }
    s->session_open = true;
    *out = s;
    return NULL;
}

/* Best effort: a session without an end is one whose program vanished, which is true then. */
void sqlite_store_close(sqlite_store *s)
{
    if (!s)
        return;
    s->retry_total_us = 0;
    if (s->session_open)
        err_free(sqlite_store_run(
            s, &(sqlite_work){.name = "dbk_close", .run = close_session, .request = "closed"}));
    for (size_t i = 0; i < SQLITE_KEEP_COUNT; i++)
        arena_free(s->kept[i]);
    sqlite_close(s->db);
    mem_free(s->actor);
    mem_free(s->role);
    mem_free(s->ctx);
    mem_free(s);
}
