#include "cmd/ingest_told.h"

#include <unistd.h>

#include "market/formats/interval.h"

#define JOBS_DEFAULT_MAX 4

static const table_column columns[] = {
    {"file", TABLE_STRING},  {"stream", TABLE_STRING},  {"symbol", TABLE_STRING}, {"interval", TABLE_STRING},
    {"rows_in", TABLE_INT},  {"inserted", TABLE_INT},   {"duplicate", TABLE_INT}, {"superseded", TABLE_INT},
    {"rejected", TABLE_INT}, {"verdict", TABLE_STRING}, {"reason", TABLE_STRING},
};
#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

static dbk_err *add_row(table *t, const char *path, const ingest_result *result)
{
    char interval[INTERVAL_TEXT_SIZE] = "";
    if (result->interval_s > 0)
        interval_format(result->interval_s, interval);
    const batch_load_result *c = &result->counts;
    const int64_t counts[] = {c->rows_in, c->inserted, c->duplicate, c->superseded, c->rejected};
    dbk_err *e = table_row(t);
    if (!e)
        e = table_set(t, 0, path);
    if (!e && result->stream)
        e = table_set(t, 1, result->stream);
    if (!e && result->symbol[0])
        e = table_set(t, 2, result->symbol);
    if (!e && interval[0])
        e = table_set(t, 3, interval);
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]) && !e; i++)
        e = table_setf(t, 4 + i, "%lld", (long long)counts[i]);
    if (!e)
        e = table_set(t, 9, ingest_verdict_name(result->verdict));
    if (!e && result->reason)
        e = result->hint ? table_setf(t, 10, "%s; %s", result->reason, result->hint)
                         : table_set(t, 10, result->reason);
    return e;
}

static dbk_err *take_results(void *ctx, const ingest_file_name *file, const ingest_results *results)
{
    ingest_told *told = ctx;
    bool refused = false;
    dbk_err *e = NULL;
    for (size_t i = 0; i < results->count && !e; i++) {
        const ingest_result *one = &results->items[i];
        refused = refused || one->verdict == INGEST_REFUSED;
        told->rejected_some =
            told->rejected_some || (one->verdict == INGEST_LOADED && one->counts.rejected > 0);
        e = add_row(told->table, file->path, one);
    }
    told->refused += refused;
    return e;
}

static int64_t jobs_for(int64_t asked, size_t files)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t jobs = asked > 0 ? asked : processors < JOBS_DEFAULT_MAX ? processors : JOBS_DEFAULT_MAX;
    jobs = jobs < (int64_t)files ? jobs : (int64_t)files;
    return jobs > 0 ? jobs : 1;
}

dbk_err *ingest_and_tell(app *app, pg_conn *conn, const ingest_options *each, ingest_file_list files,
                         int64_t jobs, const char *title, ingest_told *out)
{
    *out = (ingest_told){0};
    dbk_err *e = table_new(title, columns, COLUMN_COUNT, &out->table);
    if (e)
        return e;
    return ingest_run(
        &(ingest_run_options){
            .each = each,
            .conn = conn,
            .jobs = (int)jobs_for(jobs, files.count),
            .files = files,
            .progress_stream = app->common.quiet ? NULL : stderr,
        },
        take_results, out);
}
