/* The functions of daybook.h about consumers. */
#include "book/daybook_int.h"

#include <string.h>
#include <unistd.h>

#include "book/consumer.h"
#include "book/pg_store_int.h"
#include "book/request.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/uuid.h"

#define BATCH_DEFAULT 500
#define BATCH_MAX 10000
#define WHY_CHARS_MAX 10000
#define RETRY_IN_MS_MAX (7 * LIMIT_MS_MAX)
#define STATEMENT_TIMEOUT_MS 60000 /* of a statement of the host, too: an effect may be large */

static dbk_err *prepare(const dbk_book *book, const dbk_consumer_options *options, dbk_consumer *c)
{
    const pg_store *s = book->store;
    c->name = mem_strdup(options->name);
    c->ctx = mem_strdup(pg_store_context(s));
    c->scratch = arena_new(0);
    c->kept = arena_new((size_t)1 << 30);
    if (!c->name || !c->ctx || !c->scratch || !c->kept)
        return err_oom();
    char *holder = arena_printf(c->scratch, "%s at %s, process %ld", s->program, s->host, (long)getpid());
    c->holder = holder ? mem_strdup(holder) : NULL;
    if (!c->holder)
        return err_oom();
    c->batch_size = options->batch_size > 0 ? options->batch_size : BATCH_DEFAULT;
    c->confirm_by_hand = options->confirm_by_hand;
    dbk_err *e = uuid_v7(clock_system(), &c->holder_id);
    memcpy(&c->random, c->holder_id.bytes + 8, sizeof(c->random));
    return e;
}

static dbk_err *start(const dbk_book *book, const dbk_consumer_options *options, dbk_consumer *c)
{
    static const char *const channels[] = {PG_NOTIFY_SEQ, NULL};
    pg_connect_options connect = {.application_name = book->store->program,
                                  .statement_timeout_ms = STATEMENT_TIMEOUT_MS,
                                  .read_write = true,
                                  .watchful = true};
    dbk_err *e = prepare(book, options, c);
    if (!e)
        e = pg_connect_later_like(book->store->conn, &connect, &c->conn);
    if (!e)
        e = pg_reconnect(c->conn);
    if (!e)
        e = consumer_declare(c, options);
    if (!e)
        e = consumer_attach(c, false);
    if (e && strcmp(err_sqlstate(e), "TB007") == 0) {
        err_free(e); /* the first next says it again */
        e = NULL;
    }
    return !e && c->own_session ? pg_notify_new(c->conn, book->store->program, channels, &c->notify) : e;
}

dbk_err *dbk_consumer_open(dbk_book *book, const dbk_consumer_options *options, dbk_consumer **out)
{
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(options);
    REQUIRE(options->name, "name is NULL");
    REQUIRE(options->batch_size >= 0 && options->batch_size <= BATCH_MAX,
            "batch_size is negative or more than 10,000");
    REQUIRE(options->max_attempts >= 0 && options->members >= 0 && options->after_seq >= 0,
            "max_attempts, members or after_seq is negative");
    dbk_err *e = daybook_needs_server(book, __func__);
    if (e)
        return e;
    dbk_consumer *c = mem_alloc(sizeof(*c));
    if (!c)
        return err_oom();
    e = start(book, options, c);
    if (e) {
        dbk_consumer_close(c);
        return e;
    }
    *out = c;
    return NULL;
}

dbk_err *dbk_consumer_next(dbk_consumer *consumer, int64_t wait_ms, dbk_batch *out)
{
    REQUIRE(consumer && out, "consumer or out is NULL");
    REQUIRE(wait_ms >= 0 && wait_ms <= LIMIT_MS_MAX, "wait_ms is negative or more than a day");
    dbk_err *e = consumer_next(consumer, wait_ms);
    if (!e)
        *out = (dbk_batch){.events = consumer->events, .count = consumer->count};
    return e;
}

dbk_err *dbk_consumer_exec(dbk_consumer *consumer, const char *sql, const char *const *values, size_t count)
{
    pg_rows *rows;
    REQUIRE(consumer && sql, "consumer or sql is NULL");
    REQUIRE(values || count == 0, "values is NULL");
    REQUIRE(consumer->count > 0, "there is no batch: call dbk_consumer_next before");
    arena_reset(consumer->scratch);
    pg_params *p = pg_params_new(consumer->scratch);
    for (size_t i = 0; i < count; i++)
        pg_param_text(p, values[i]);
    return pg_query(consumer->conn, consumer->scratch, sql, p, &rows);
}

dbk_err *dbk_consumer_commit(dbk_consumer *consumer)
{
    REQUIRE(consumer, "consumer is NULL");
    REQUIRE(consumer->count > 0, "there is no batch: call dbk_consumer_next before");
    return consumer_commit(consumer);
}

dbk_err *dbk_consumer_fail(dbk_consumer *consumer, size_t index, const char *why, int64_t retry_in_ms)
{
    REQUIRE(consumer, "consumer is NULL");
    REQUIRE(index < consumer->count, "index is not of an event of the batch");
    REQUIRE(why && why[0] && strlen(why) <= WHY_CHARS_MAX, "why has not 1 to 10,000 bytes");
    REQUIRE(retry_in_ms >= -1 && retry_in_ms <= RETRY_IN_MS_MAX,
            "retry_in_ms is less than -1 or more than 7 days");
    return consumer_fail(consumer, index, why, retry_in_ms);
}

dbk_err *dbk_consumer_confirm(dbk_consumer *consumer, int64_t *after_seq)
{
    REQUIRE(consumer && after_seq, "consumer or after_seq is NULL");
    consumer_drop_batch(consumer);
    dbk_err *e = consumer_attach(consumer, true);
    if (!e)
        *after_seq = consumer->after_seq;
    return e;
}

const char *dbk_consumer_standby(const dbk_consumer *consumer)
{
    return consumer && consumer->standby[0] ? consumer->standby : NULL;
}

void dbk_consumer_wake(dbk_consumer *consumer)
{
    if (!consumer)
        return;
    atomic_store(&consumer->woken, true);
    if (consumer->notify)
        pg_notify_wake(consumer->notify);
}

void dbk_consumer_close(dbk_consumer *consumer)
{
    if (!consumer)
        return;
    if (consumer->conn && consumer->kept)
        consumer_drop_batch(consumer);
    if (consumer->conn && consumer->scratch)
        consumer_release(consumer);
    pg_notify_free(consumer->notify);
    pg_close(consumer->conn);
    arena_free(consumer->scratch);
    arena_free(consumer->kept);
    mem_free(consumer->holder);
    mem_free(consumer->ctx);
    mem_free(consumer->name);
    mem_free(consumer);
}
