/* simulate.c: `daybook simulate`: whether the book is right, whatever happens to it. */
#include "simulate/simulate.h"

#include <stddef.h>
#include <unistd.h>

#include "cmd/app.h"
#include "core/progress.h"
#include "ops/cluster.h"
#include "simulate/history.h"

typedef struct simulate_flags {
    int64_t seeds, operations, seed, jobs;
    bool faults;
    int store;
    const char *url;
    const char *pg_bin;
} simulate_flags;

/* The choices, and what each means. */
static const char *const stores[] = {"all", "server", "file", "spool", NULL};
static const unsigned store_bits[] = {(1U << STORE_COUNT) - 1, 1U << STORE_SERVER, 1U << STORE_FILE,
                                      1U << STORE_SPOOL};

static const opt_row rows[] = {
    {.name = "seeds",
     .kind = OPT_INT,
     .offset = offsetof(simulate_flags, seeds),
     .value_name = "N",
     .help = "how many histories",
     .default_text = "20",
     .min = 1,
     .max = 1000000000,
     .no_env = true},
    {.name = "operations",
     .kind = OPT_INT,
     .offset = offsetof(simulate_flags, operations),
     .value_name = "N",
     .help = "how much happens in each",
     .default_text = "1000",
     .min = HISTORY_ACCOUNTS + 1,
     .max = HISTORY_OPERATIONS_MAX,
     .no_env = true},
    {.name = "seed",
     .kind = OPT_INT,
     .offset = offsetof(simulate_flags, seed),
     .value_name = "N",
     .help = "the first seed; the others follow it",
     .default_text = "1",
     .min = 0,
     .max = INT64_MAX / 2,
     .no_env = true},
    {.name = "jobs",
     .letter = 'j',
     .kind = OPT_INT,
     .offset = offsetof(simulate_flags, jobs),
     .value_name = "N",
     .help = "how many at once; without it, as many as there are processors",
     .min = 0,
     .max = SIMULATE_JOBS_MAX,
     .no_env = true},
    {.name = "faults",
     .kind = OPT_FLAG,
     .offset = offsetof(simulate_flags, faults),
     .help = "cut connections, kill clients and servers while it happens",
     .default_text = "true",
     .no_env = true},
    {.name = "store",
     .kind = OPT_CHOICE,
     .offset = offsetof(simulate_flags, store),
     .value_name = "WHERE",
     .choices = stores,
     .help =
         "what keeps the book: a server; a file for each history; a server that is away now and then, behind "
         "a spool; or all: each history is played into one after the other, and their dumps are compared",
     .default_text = "all",
     .no_env = true},
    {.name = "url",
     .kind = OPT_STRING,
     .offset = offsetof(simulate_flags, url),
     .value_name = "URL",
     .help = "play into this database, which has the modules and no accounts of an earlier simulation; "
             "without it, "
             "into private servers that are thrown away",
     .no_env = true},
    {.name = "pg-bin",
     .kind = OPT_STRING,
     .offset = offsetof(simulate_flags, pg_bin),
     .value_name = "FOLDER",
     .help = "the folder of the server programs to use"},
};

typedef struct simulation {
    app *app;
    const simulate_flags *flags;
    progress *progress;
    uint64_t seeds;
    table *differences;
    dbk_err *error; /* the first that could not be returned where it happened */
} simulation;

/* The server behind a spool is away at times, which takes one of its own. */
static unsigned played_stores(const simulate_flags *flags)
{
    return store_bits[flags->store] & ~(flags->url ? 1U << STORE_SPOOL : 0);
}

/* One is enough to see a difference of one. */
static const char *store_argument(unsigned differing)
{
    for (size_t i = 1; stores[i]; i++)
        if (differing == store_bits[i])
            return stores[i];
    return stores[0];
}

static dbk_err *take_difference(simulation *s, const worker_result *result)
{
    dbk_err *e = table_row(s->differences);
    if (!e)
        e = table_setf(s->differences, 0, "%llu", (unsigned long long)result->seed);
    if (!e)
        e = table_set(s->differences, 1, result->report);
    if (e || s->app->output.format != TABLE_TEXT)
        return e;
    fprintf(s->app->out,
            "%s  repeat with: daybook simulate --seed %llu --seeds 1 --operations %lld%s --store %s\n\n",
            result->report, (unsigned long long)result->seed, (long long)s->flags->operations,
            s->flags->faults ? "" : " --no-faults", store_argument(result->differing));
    return NULL;
}

static void on_seed(void *ctx, const worker_result *result)
{
    simulation *s = ctx;
    progress_set(s->progress, (int64_t)++s->seeds);
    if (result->result == PLAYER_DIFFERS && !s->error)
        s->error = take_difference(s, result);
}

static dbk_err *print_tables(app *app, const simulate_result *r, unsigned stores, table *differences)
{
    static const table_column columns[] = {{"operations", TABLE_INT},     {"seeds", TABLE_INT},
                                           {"desks", TABLE_INT},          {"stores", TABLE_INT},
                                           {"faults", TABLE_INT},         {"connections_cut", TABLE_INT},
                                           {"clients_killed", TABLE_INT}, {"servers_killed", TABLE_INT},
                                           {"outages", TABLE_INT},        {"differences", TABLE_INT}};
    const uint64_t values[] = {r->operations, r->seeds,           r->desks,          stores,
                               r->faults,     r->connections_cut, r->clients_killed, r->servers_killed,
                               r->outages,    r->differences};
    table *t = NULL;
    dbk_err *e = table_new("simulation", columns, sizeof(columns) / sizeof(columns[0]), &t);
    if (!e)
        e = table_row(t);
    for (size_t i = 0; !e && i < sizeof(values) / sizeof(values[0]); i++)
        e = table_setf(t, i, "%llu", (unsigned long long)values[i]);
    if (!e)
        e = app_print(app, (table *const[]){t, differences}, 2);
    table_free(t);
    return e;
}

static dbk_err *print_result(simulation *s, const simulate_result *r)
{
    unsigned stores = (unsigned)__builtin_popcount(played_stores(s->flags));
    if (s->app->output.format != TABLE_TEXT)
        return print_tables(s->app, r, stores, s->differences);
    fprintf(s->app->out,
            "faults: %llu connections cut, %llu clients killed, %llu servers killed, %llu outages\n",
            (unsigned long long)r->connections_cut, (unsigned long long)r->clients_killed,
            (unsigned long long)r->servers_killed, (unsigned long long)r->outages);
    fprintf(s->app->out, "operations=%llu seeds=%llu desks=%llu stores=%u faults=%llu differences=%llu\n",
            (unsigned long long)r->operations, (unsigned long long)r->seeds, (unsigned long long)r->desks,
            stores, (unsigned long long)r->faults, (unsigned long long)r->differences);
    return NULL;
}

static dbk_err *run_simulate(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    static const table_column columns[] = {{"seed", TABLE_INT}, {"report", TABLE_STRING}};
    simulation s = {.app = app, .flags = options};
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned played = played_stores(s.flags);
    if (s.flags->url && !(played & 1U << STORE_SERVER))
        return err_with_hint(
            err_new(ERR_USAGE, "--url names a database, and --store %s takes none", stores[s.flags->store]),
            "leave one of them out");
    simulate_options o = {.worker = {.url = s.flags->url,
                                     .stores = played,
                                     .pg_bin = s.flags->pg_bin,
                                     .operations = (size_t)s.flags->operations,
                                     .faults = s.flags->faults},
                          .seed = (uint64_t)s.flags->seed,
                          .seeds = (uint64_t)s.flags->seeds,
                          .jobs = s.flags->jobs > 0 ? (size_t)s.flags->jobs
                                  : processors > 0  ? (size_t)processors
                                                    : 1,
                          .on_seed = on_seed,
                          .ctx = &s};
    if (o.jobs > SIMULATE_JOBS_MAX)
        o.jobs = SIMULATE_JOBS_MAX;
    if (s.flags->url)
        o.jobs = 1; /* a halt of all trading stops every history in the database */
    simulate_result result;
    if (!s.flags->url)
        cluster_clear_environment(); /* no variable of libpq is meant for the scratch servers */
    dbk_err *e = table_new("differences", columns, 2, &s.differences);
    if (!e)
        e = progress_new(stderr, app->clock, "simulating", "seeds", s.flags->seeds, &s.progress);
    if (!e)
        e = simulate_run(&o, &result);
    progress_free(s.progress);
    if (!e)
        e = s.error;
    else
        err_free(s.error);
    if (!e)
        e = print_result(&s, &result);
    if (!e)
        *exit_status = result.differences > 0;
    table_free(s.differences);
    return e;
}

const cmd_spec cmd_simulate = {
    .help =
        {.name = "simulate",
         .summary = "play random histories into books and into a reference, and compare them",
         .description =
             "Each seed makes a history: orders and what happens to them, fills, busts, corrections, cash, "
             "funding and equity, with repetitions, contradictions and deliveries that overtake each other. "
             "It is played through the client library into a private server that is thrown away, while "
             "connections are cut and clients and servers killed; into a book in one file, while clients "
             "are killed; through a spool into a server that is away now and then; and into a reference "
             "that shares no code with any of them and works everything out from the whole history with "
             "exact fractions. Every answer is compared, and at the end the canonical dumps (see book "
             "dump), byte by byte. Every other history that a server hears has a desk: bots, leases that "
             "change hands, halts, daily caps. The same seed and number of operations repeat the same "
             "history for "
             "ever.\n\n"
             "With --url, the database takes the place of the private server, only clients are killed, no "
             "spool is played through, and --jobs is 1.\n\n"
             "The last line is a figure. Exit status 0: no differences; 1: some, each named with the command "
             "that repeats it; 3: a history could not be played.",
         .examples = "daybook simulate\n"
                     "daybook simulate --seeds 1000 --operations 1000\n"
                     "daybook simulate --seed 17 --seeds 1 --operations 1000\n"
                     "daybook simulate --store file\n"},
    .options_size = sizeof(simulate_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_output = true,
    .run = run_simulate,
};
