/* Reads a log of so many events as a consumer, 500 at a time, with an effect and the place in one
 * transaction. Prints events a second, from the first batch to the last commit.
 *
 *     consume URL NAME EVENTS */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "daybook.h"

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static dbk_err *consume(dbk_consumer *c, long events)
{
    dbk_err *e = NULL;
    for (long done = 0; !e && done < events;) {
        dbk_batch batch;
        char count[24];
        e = dbk_consumer_next(c, 60000, &batch);
        if (e || batch.count == 0)
            continue;
        snprintf(count, sizeof(count), "%zu", batch.count);
        e = dbk_consumer_exec(c, "update bench.effects set events = events + $1::bigint",
                              (const char *const[]){count}, 1);
        if (!e)
            e = dbk_consumer_commit(c);
        done += (long)batch.count;
    }
    return e;
}

int main(int argc, char **argv)
{
    static const char *const types[] = {"test.thing_done"};
    if (argc != 4)
        return 2;
    dbk_book *book = NULL;
    dbk_consumer *c = NULL;
    long events = strtol(argv[3], NULL, 10);
    dbk_err *e = dbk_open(
        &(dbk_open_options){.size = sizeof(dbk_open_options), .url = argv[1], .program = "consume"}, &book);
    if (!e)
        e = dbk_consumer_open(book,
                              &(dbk_consumer_options){.size = sizeof(dbk_consumer_options),
                                                      .name = argv[2],
                                                      .event_types = types,
                                                      .event_type_count = 1,
                                                      .batch_size = 500},
                              &c);
    double began = now_s();
    if (!e)
        e = consume(c, events);
    if (e)
        fprintf(stderr, "consume: %s\n", dbk_err_message(e));
    else
        printf("%.0f\n", (double)events / (now_s() - began));
    dbk_consumer_close(c);
    dbk_close(book);
    return e ? 1 : 0;
}
