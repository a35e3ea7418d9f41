/* Records fills through libdaybook over one connection: fills single|run ACCOUNTS COUNT. Each fill goes to
 * the next of the accounts that fill_setup.sql made. Prints fills a second. */
#define _POSIX_C_SOURCE 200809L
#include <daybook.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUN_CALLS 1000

static dbk_uuid parse(const char *text)
{
    dbk_uuid id;
    dbk_err *e = dbk_uuid_parse(text, &id);
    if (e)
        abort();
    return id;
}

static dbk_fill fill_of(long number, int accounts)
{
    char text[DBK_UUID_TEXT_SIZE];
    snprintf(text, sizeof(text), "00000000-0000-7000-8000-%012ld", number % accounts);
    dbk_fill fill = {.size = sizeof(fill),
                     .account_id = parse(text),
                     .order_id = parse(text),
                     .instrument_id = parse("0190a000-0000-7000-8000-000000000001"),
                     .side = "buy",
                     .qty = "0.01",
                     .price = "40000.5",
                     .fee = "0.04",
                     .fee_currency = "USDT",
                     .liquidity = "taker",
                     .filled_us = 1700000000000000};
    dbk_err *e = dbk_uuid_v7(&fill.fill_id);
    if (e)
        abort();
    return fill;
}

static dbk_err *created(dbk_err *e, const dbk_fill_answer *answer)
{
    if (!e && answer->answer.outcome != DBK_CREATED) {
        fprintf(stderr, "a fill was %s\n", dbk_outcome_name(answer->answer.outcome));
        exit(1);
    }
    return e;
}

static dbk_err *single(dbk_book *book, long first, int accounts)
{
    dbk_err *e = NULL;
    for (long i = 0; !e && i < RUN_CALLS; i++) {
        dbk_fill_answer answer;
        dbk_fill fill = fill_of(first + i, accounts);
        e = created(dbk_fill_record(book, &fill, &answer), &answer);
    }
    return e;
}

static dbk_err *run(dbk_book *book, long first, int accounts)
{
    static dbk_fill fills[RUN_CALLS];
    static dbk_fill_answer answers[RUN_CALLS];
    static dbk_call calls[RUN_CALLS];
    for (long i = 0; i < RUN_CALLS; i++) {
        fills[i] = fill_of(first + i, accounts);
        calls[i] = (dbk_call){.size = sizeof(dbk_call),
                              .kind = DBK_CALL_FILL_RECORD,
                              .request.fill_record = &fills[i],
                              .answer.fill = &answers[i]};
    }
    dbk_err *e = dbk_calls_run(book, calls, RUN_CALLS);
    for (long i = 0; !e && i < RUN_CALLS; i++)
        e = created(calls[i].error, &answers[i]);
    return e;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    dbk_err *(*record)(dbk_book *, long, int) = strcmp(argv[1], "run") == 0 ? run : single;
    int accounts = atoi(argv[2]);
    long count = atol(argv[3]) / RUN_CALLS * RUN_CALLS;
    dbk_book *book = NULL;
    dbk_err *e = dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options), .url = getenv("URL")}, &book);
    double started = now_s();
    for (long i = 0; !e && i < count; i += RUN_CALLS)
        e = record(book, i, accounts);
    if (e) {
        fprintf(stderr, "%s\n", dbk_err_message(e));
        return 1;
    }
    printf("%.1f\n", (double)count / (now_s() - started));
    dbk_close(book);
    return 0;
}
