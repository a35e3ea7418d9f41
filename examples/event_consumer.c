/* event_consumer: keeps what each account has earned in a table of its own, from the events of the log.
 *
 *     create table pnl_by_account (account_id uuid primary key, fills bigint not null, realized numeric not
 * null); event_consumer --url postgresql://… [--name pnl] [--batch 100]
 *
 * The table and how far the log was read change in one transaction, so each fill counts once, however often
 * this program is killed, started twice or cut off. A second process stands by and goes on when the first one
 * ends. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "daybook.h"

#define WAIT_MS 10000

static const char *const types[] = {"trading.fill_recorded"};
static const char effect[] =
    "insert into pnl_by_account as p (account_id, fills, realized) "
    "values ($1::uuid, 1, ($2::jsonb ->> 'realized_net')::numeric) "
    "on conflict (account_id) do update set fills = p.fills + 1, realized = p.realized + excluded.realized";

static dbk_consumer *consumer;
static volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
    stop_signal = number;
    dbk_consumer_wake(consumer);
}

/* What may succeed later is said, and tried again; anything else ends the program. */
static bool go_on(dbk_err *e)
{
    if (!e)
        return true;
    bool again = dbk_err_retryable(e);
    fprintf(stderr, "event_consumer: %s\n", dbk_err_message(e));
    if (dbk_err_hint(e))
        fprintf(stderr, "  hint: %s\n", dbk_err_hint(e));
    dbk_err_free(e);
    return again;
}

static dbk_err *apply(const dbk_event *event)
{
    char account[DBK_UUID_TEXT_SIZE];
    dbk_uuid_format(&event->account_id, account);
    return dbk_consumer_exec(consumer, effect, (const char *const[]){account, event->payload}, 2);
}

/* An event that this program cannot deal with waits, or becomes a dead letter, and those of other orders go
 * on; that the server is away is nobody's fault. */
static dbk_err *apply_batch(const dbk_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        dbk_err *e = apply(&batch->events[i]);
        if (!e)
            continue;
        if (dbk_err_retryable(e))
            return e;
        dbk_err *failed = dbk_consumer_fail(consumer, i, dbk_err_message(e), -1);
        dbk_err_free(e);
        return failed;
    }
    return dbk_consumer_commit(consumer);
}

static bool consume(void)
{
    dbk_batch batch;
    bool stood_by = false;
    while (!stop_signal) {
        dbk_err *e = dbk_consumer_next(consumer, WAIT_MS, &batch);
        if (!e && batch.count > 0)
            e = apply_batch(&batch);
        if (!go_on(e))
            return false;
        if (!stood_by && dbk_consumer_standby(consumer)) {
            printf("standing by: %s\n", dbk_consumer_standby(consumer));
            fflush(stdout);
            stood_by = true;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {{"url", required_argument, NULL, 'u'},
                                          {"name", required_argument, NULL, 'n'},
                                          {"batch", required_argument, NULL, 'b'},
                                          {0}};
    dbk_open_options where = {.size = sizeof(where), .program = "event_consumer"};
    dbk_consumer_options what = {
        .size = sizeof(what), .name = "pnl", .event_types = types, .event_type_count = 1, .batch_size = 100};
    dbk_book *book = NULL;
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (option == 'u')
            where.url = optarg;
        else if (option == 'n')
            what.name = optarg;
        else if (option == 'b')
            what.batch_size = (int32_t)strtol(optarg, NULL, 10);
        else
            return 2;
    }
    dbk_err *e = dbk_open(&where, &book);
    if (!e)
        e = dbk_consumer_open(book, &what, &consumer);
    bool good = !e;
    (void)go_on(e);
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    good = good && consume();
    dbk_consumer_close(consumer);
    dbk_close(book);
    return good ? 0 : 1;
}
