/* Records fills through libdaybook over one connection: fills single|run ACCOUNTS COUNT. Each fill goes to
 * the next of the accounts that fill_setup.sql made. Prints fills a second. */
#define _POSIX_C_SOURCE 200809L
#include <string.h>

#include "bench_fill.h"

#define RUN_CALLS 1000

static void single(dbk_book *book, long first, int accounts)
{
    for (long i = 0; i < RUN_CALLS; i++) {
        dbk_fill_answer answer;
        dbk_fill fill = bench_fill((first + i) % accounts);
        bench_created(dbk_fill_record(book, &fill, &answer), &answer);
    }
}

static void run(dbk_book *book, long first, int accounts)
{
    static dbk_fill fills[RUN_CALLS];
    static dbk_fill_answer answers[RUN_CALLS];
    static dbk_call calls[RUN_CALLS];
    for (long i = 0; i < RUN_CALLS; i++) {
        fills[i] = bench_fill((first + i) % accounts);
        calls[i] = (dbk_call){.size = sizeof(dbk_call),
                              .kind = DBK_CALL_FILL_RECORD,
                              .request.fill_record = &fills[i],
                              .answer.fill = &answers[i]};
    }
    bench_created(dbk_calls_run(book, calls, RUN_CALLS), &answers[0]);
    for (long i = 0; i < RUN_CALLS; i++)
        bench_created(calls[i].error, &answers[i]);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    void (*record)(dbk_book *, long, int) = strcmp(argv[1], "run") == 0 ? run : single;
    int accounts = atoi(argv[2]);
    long count = atol(argv[3]) / RUN_CALLS * RUN_CALLS;
    dbk_book *book = bench_open();
    double started = bench_now_s();
    for (long i = 0; i < count; i += RUN_CALLS)
        record(book, i, accounts);
    printf("%.1f\n", (double)count / (bench_now_s() - started));
    dbk_close(book);
    return 0;
}
