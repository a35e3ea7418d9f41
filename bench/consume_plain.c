/* What a consumer would do by hand that nobody may double, stop or restore: a page of the log, an effect and
 * a row with the place, in one transaction. Prints events a second.
 *
 *     consume_plain URL EVENTS */
#define _POSIX_C_SOURCE 200809L
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char page[] =
    "select s.seq, s.epoch, e.event_id, e.event_type, e.account_id, e.aggregate_type, e.aggregate_id, "
    "e.aggregate_version, e.occurred_at, e.recorded_at, e.payload, e.ctx "
    "from bus.event_seq as s join bus.domain_events as e on e.id = s.id "
    "where s.log = 0 and s.seq > $1::bigint and e.event_type = 'test.thing_done' order by s.seq limit 500";

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static PGresult *run(PGconn *conn, const char *sql, const char *value)
{
    PGresult *r = PQexecParams(conn, sql, value ? 1 : 0, NULL, value ? &value : NULL, NULL, NULL, 0);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK) {
        fprintf(stderr, "consume_plain: %s", PQresultErrorMessage(r));
        exit(1);
    }
    return r;
}

int main(int argc, char **argv)
{
    char after[24] = "0", number[24];
    if (argc != 3)
        return 2;
    PGconn *conn = PQconnectdb(argv[1]);
    long events = strtol(argv[2], NULL, 10);
    double began = now_s();
    for (long done = 0; done < events;) {
        PQclear(run(conn, "begin", NULL));
        PGresult *r = run(conn, page, after);
        int count = PQntuples(r);
        if (count == 0)
            return 1;
        snprintf(after, sizeof(after), "%s", PQgetvalue(r, count - 1, 0));
        snprintf(number, sizeof(number), "%d", count);
        PQclear(r);
        PQclear(run(conn, "update bench.effects set events = events + $1::bigint", number));
        PQclear(run(conn, "update bench.cursor set seq = $1::bigint", after));
        PQclear(run(conn, "commit", NULL));
        done += count;
    }
    printf("%.0f\n", (double)events / (now_s() - began));
    PQfinish(conn);
    return 0;
}
