/* Records fills through libdaybook in many threads, each over a connection of its own: group_fills
 * group|alone THREADS ACCOUNTS SECONDS. All fills of a thread are of one account, with more threads than
 * accounts of a shared one. Prints fills a second. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <string.h>

#include "bench_fill.h"

#define THREADS_MAX 64

typedef struct writer {
    dbk_book *book;
    long account;
    long count;
} writer;

static writer writers[THREADS_MAX];
static double until_s;

static void *record(void *of)
{
    writer *w = of;
    while (bench_now_s() < until_s) {
        dbk_fill_answer answer;
        dbk_fill fill = bench_fill(w->account);
        bench_created(dbk_fill_record(w->book, &fill, &answer), &answer);
        w->count++;
    }
    return NULL;
}

static void open_all(int threads, int accounts, dbk_group *group)
{
    for (int i = 0; i < threads; i++) {
        writers[i] = (writer){.book = bench_open(), .account = i % accounts};
        dbk_err *e = dbk_group_join(writers[i].book, group);
        if (e)
            abort();
    }
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS_MAX];
    dbk_group *group = NULL;
    if (argc != 5 || atoi(argv[2]) > THREADS_MAX)
        return 2;
    int count = atoi(argv[2]);
    if (strcmp(argv[1], "group") == 0 && dbk_group_new(&group))
        abort();
    open_all(count, atoi(argv[3]), group);
    double started = bench_now_s();
    long total = 0;
    until_s = started + atof(argv[4]);
    for (int i = 0; i < count; i++) {
        if (pthread_create(&threads[i], NULL, record, &writers[i]))
            abort();
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        total += writers[i].count;
    }
    printf("%.1f\n", (double)total / (bench_now_s() - started));
    for (int i = 0; i < count; i++)
        dbk_close(writers[i].book);
    dbk_group_free(group);
    return 0;
}
