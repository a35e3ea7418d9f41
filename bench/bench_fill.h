/* bench_fill.h: the fills that benchmarks record through libdaybook; on a server, into the accounts that
 * fill_setup.sql made. */
#ifndef DAYBOOK_BENCH_FILL_H
#define DAYBOOK_BENCH_FILL_H

#include <daybook.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline dbk_uuid bench_uuid(const char *text)
{
    dbk_uuid id;
    dbk_err *e = dbk_uuid_parse(text, &id);
    if (e)
        abort();
    return id;
}

/* What every fill of a benchmark says, but for its ids. */
static inline dbk_fill bench_fill_terms(void)
{
    return (dbk_fill){.size = sizeof(dbk_fill),
                      .side = "buy",
                      .qty = "0.01",
                      .price = "40000.5",
                      .fee = "0.04",
                      .fee_currency = "USDT",
                      .liquidity = "taker",
                      .filled_us = 1700000000000000};
}

/* A new one, of the account's one order. */
static inline dbk_fill bench_fill(long account)
{
    char text[DBK_UUID_TEXT_SIZE];
    snprintf(text, sizeof(text), "00000000-0000-7000-8000-%012ld", account);
    dbk_fill fill = bench_fill_terms();
    fill.account_id = fill.order_id = bench_uuid(text);
    fill.instrument_id = bench_uuid("0190a000-0000-7000-8000-000000000001");
    dbk_err *e = dbk_uuid_v7(&fill.fill_id);
    if (e)
        abort();
    return fill;
}

static inline dbk_book *bench_open(void)
{
    dbk_book *book = NULL;
    dbk_err *e = dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options), .url = getenv("URL")}, &book);
    if (!e)
        return book;
    fprintf(stderr, "%s\n", dbk_err_message(e));
    exit(1);
}

/* Ends the program when the fill was not recorded. */
static inline void bench_created(dbk_err *e, const dbk_fill_answer *answer)
{
    if (e)
        fprintf(stderr, "%s\n", dbk_err_message(e));
    else if (answer->answer.outcome != DBK_CREATED)
        fprintf(stderr, "a fill was %s\n", dbk_outcome_name(answer->answer.outcome));
    else
        return;
    exit(1);
}

static inline double bench_now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#endif
