#include "market/ingest.h"

#include <assert.h>
#include <string.h>

#include "market/generate.h"
#include "market/instrument.h"
#include "market/interval.h"
#include "market/kline_rows.h"
#include "market/kline_scan.h"
#include "market/kline_time.h"
#include "market/published.h"
#include "market/raw_text.h"

/* The register's word for files that were handed to us, whatever venue recorded what is in them. */
#define SOURCE "file"
#define VENUE_OF_DUMPS "binance"
#define VENUE_OF_GENERATED "demo"
#define FILE_NAME_BYTES_MAX 250

typedef struct job {
    arena *arena; /* of the caller: what the result holds */
    arena *scratch;
    const ingest_options *o;
    const char *path;
    const char *file_name;
    kline_scan scan;
    instrument_spec spec;
    ingest_result result;
    int64_t sent_rows, sent_bytes; /* for on_bytes */
} job;

const char *ingest_verdict_name(ingest_verdict v)
{
    static const char *const names[] = {"loaded", "replayed", "refused"};
    assert(v <= INGEST_REFUSED);
    return names[v];
}

static dbk_err *refuse(job *j, const char *reason, const char *hint)
{
    j->result.verdict = INGEST_REFUSED;
    j->result.reason = arena_strdup(j->arena, reason);
    j->result.hint = hint ? arena_strdup(j->arena, hint) : NULL;
    return j->result.reason && (!hint || j->result.hint) ? NULL : err_oom();
}

/* What is wrong with one file does not end the run: only that file is refused. */
static dbk_err *refuse_by(job *j, dbk_err *e)
{
    enum err_code code = err_code(e);
    if (code != ERR_INPUT && code != ERR_NOT_FOUND && code != ERR_DENIED && code != ERR_LIMIT &&
        code != ERR_IO)
        return e;
    /* Of a chain, the cause says what is wrong and the rest how it was come upon. */
    const dbk_err *first = e;
    while (err_cause(first))
        first = err_cause(first);
    dbk_err *failed = refuse(j, err_message(first), err_hint(e));
    err_free(e);
    return failed;
}

/* Symbol and interval, from options and name. */
static dbk_err *know_names(job *j)
{
    const ingest_options *o = j->o;
    symbol_file_name said;
    symbol_from_file_name(j->path, &said);
    const char *symbol = o->symbol ? o->symbol : said.symbol;
    size_t length = strlen(symbol);
    if (length >= SYMBOL_SIZE)
        return err_new(ERR_USAGE, "--symbol is longer than %d characters", SYMBOL_SIZE - 1);
    memcpy(j->result.symbol, symbol, length + 1);
    j->result.interval_s = o->interval_s ? o->interval_s : said.interval_s;
    if (length == 0)
        return refuse(j, "which symbol is it? the file's name does not say", "answer with --symbol");
    if (j->result.interval_s == 0)
        return refuse(j, "how long are its candles? the file's name does not say",
                      "answer with --interval, such as --interval 1m");
    if (o->interval_s && said.interval_s && o->interval_s != said.interval_s) {
        char given[INTERVAL_TEXT_SIZE];
        char named[INTERVAL_TEXT_SIZE];
        interval_format(o->interval_s, given);
        interval_format(said.interval_s, named);
        char *reason =
            arena_printf(j->scratch, "how long are its candles? the file's name says %s, --interval says %s",
                         named, given);
        return reason ? refuse(j, reason, "leave --interval out, or rename the file") : err_oom();
    }
    return NULL;
}

static dbk_err *scan(job *j)
{
    kline_scan_options so = {
        .path = j->path,
        .layout = j->o->layout,
        .interval_s = j->result.interval_s,
        .now_us = j->o->clock->wall_us(j->o->clock),
        .rejects_max = j->o->rejects_max,
        .interrupt = j->o->interrupt,
    };
    return kline_scan_file(j->scratch, &so, &j->scan);
}

/* A file that is not what was published beside it is refused, unless somebody answers for it. */
static dbk_err *check_published(job *j)
{
    published p;
    dbk_err *e = published_check(j->scratch, j->path, &j->scan.identity, &p);
    if (e || p.verdict == PUBLISHED_NONE || p.verdict == PUBLISHED_MATCHES)
        return e;
    if (!j->o->accept_checksum)
        return refuse(j, p.reason, "fetch it again; --accept-checksum REASON loads it nevertheless");
    log_fields(j->o->log, LOG_WARNING, "loaded against its checksum", LOG_STR("file", j->file_name),
               LOG_STR("why", p.reason), LOG_STR("accepted", j->o->accept_checksum));
    return NULL;
}

static dbk_err *know_instrument(job *j)
{
    const char *venue = j->o->venue;
    /* Generated candles have the format of dumps, and must not stand among them. */
    if (!venue && kline_layout_is_binance(&j->scan.format.layout))
        venue = generate_is_symbol(j->result.symbol) ? VENUE_OF_GENERATED : VENUE_OF_DUMPS;
    if (!venue)
        return refuse(j, "which venue recorded it?", "answer with --venue, such as --venue bitfinex");
    j->spec = (instrument_spec){.venue = venue,
                                .symbol = j->result.symbol,
                                .kind = j->o->kind,
                                .base = j->o->base,
                                .quote = j->o->quote};
    return NULL;
}

static dbk_err *open_rows(void *ctx, row_reader **out)
{
    const job *j = ctx;
    return kline_rows_open(j->path, &j->scan.format, &j->scan.rules, out);
}

/* Rows stand for the bytes they are of. */
static void advance(void *ctx, int64_t rows)
{
    job *j = ctx;
    const kline_scan *s = &j->scan;
    j->sent_rows += rows;
    int64_t now = (int64_t)((double)s->identity.size_bytes * (double)j->sent_rows / (double)s->rows);
    j->o->on_bytes(j->o->on_bytes_ctx, now - j->sent_bytes);
    j->sent_bytes = now;
}

static dbk_err *load(job *j, const dbk_uuid *instrument_id)
{
    const kline_scan *s = &j->scan;
    dbk_err *e = batch_load(j->o->conn,
                            &(batch_load_options){
                                .dataset = dataset_of_stream("klines"),
                                .open_rows = open_rows,
                                .open_ctx = j,
                                .identity = &s->identity,
                                .raw_path = j->path,
                                .file_name = j->file_name,
                                .source = SOURCE,
                                .instrument_id = instrument_id,
                                .interval_s = s->rules.interval_s,
                                .whole = true,
                                .first_us = s->first_us,
                                .last_us = s->last_us,
                                .ordered = s->ordered,
                                .rejects_max = s->rejects,
                                .clock = j->o->clock,
                                .log = j->o->log,
                                .interrupt = j->o->interrupt,
                                .on_rows = j->o->on_bytes ? advance : NULL,
                                .on_rows_ctx = j,
                            },
                            &j->result.counts);
    if (!e)
        j->result.verdict = j->result.counts.replayed ? INGEST_REPLAYED : INGEST_LOADED;
    return e;
}

/* The register learns of a refused file too, with the instrument where there already is one. */
static dbk_err *record_refusal(job *j)
{
    dbk_uuid id;
    bool found = false;
    dbk_err *e = NULL;
    if (j->spec.venue || j->o->venue) {
        instrument_spec spec = {.venue = j->spec.venue ? j->spec.venue : j->o->venue,
                                .symbol = j->result.symbol,
                                .kind = j->o->kind};
        e = instrument_find(j->o->conn, j->scratch, &spec, &id, &found);
    }
    if (e)
        return e;
    return batch_refuse(j->o->conn, j->scratch, j->o->clock,
                        &(batch_refusal){
                            .file_name = j->file_name,
                            .source = SOURCE,
                            .stream = "klines",
                            .instrument_id = found ? &id : NULL,
                            .interval_s = j->result.interval_s,
                            .identity = &j->scan.identity,
                            .reason = j->result.reason,
                        });
}

static void tell(const job *j)
{
    const batch_load_result *c = &j->result.counts;
    unsigned units = j->scan.time_units;
    if (c->lossy_values > 0)
        log_fields(j->o->log, LOG_WARNING,
                   "values have more digits than a double keeps; the file has them in full",
                   LOG_STR("file", j->file_name), LOG_INT("values", c->lossy_values),
                   LOG_INT("first_line", c->lossy_line), LOG_STR("column", c->lossy_column));
    if (units & (units - 1)) {
        char text[KLINE_TIME_UNITS_SIZE];
        kline_time_units_format(units, text);
        log_fields(j->o->log, LOG_WARNING, "times are written in several units; each was read by its own",
                   LOG_STR("file", j->file_name), LOG_STR("units", text));
    }
    log_fields(j->o->log, LOG_DEBUG, "batch done", LOG_STR("file", j->file_name),
               LOG_STR("verdict", ingest_verdict_name(j->result.verdict)),
               LOG_STR("layout", j->scan.format.layout.name), LOG_INT("rows_in", c->rows_in),
               LOG_INT("inserted", c->inserted), LOG_INT("duplicate", c->duplicate),
               LOG_INT("superseded", c->superseded), LOG_INT("rejected", c->rejected));
}

static dbk_err *load_scanned(job *j)
{
    dbk_err *e = know_instrument(j);
    if (e || j->result.verdict == INGEST_REFUSED)
        return e;
    dbk_uuid id;
    e = instrument_ensure(j->o->conn, j->scratch, j->o->clock, &j->spec, &id);
    if (!e)
        e = load(j, &id);
    return e;
}

static dbk_err *run(job *j)
{
    dbk_err *e = know_names(j);
    if (e || j->result.verdict == INGEST_REFUSED)
        return e;
    e = scan(j);
    if (e)
        return refuse_by(j, e);
    e = check_published(j);
    if (!e && j->result.verdict != INGEST_REFUSED)
        e = j->scan.refusal ? refuse(j, j->scan.refusal, j->scan.refusal_hint) : load_scanned(j);
    if (e)
        e = refuse_by(j, e);
    if (e)
        return e;
    if (j->result.verdict == INGEST_REFUSED)
        return record_refusal(j);
    tell(j);
    return NULL;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

dbk_err *ingest_file(arena *a, const ingest_options *o, const ingest_file_name *file, ingest_result *out)
{
    job j = {.arena = a, .o = o, .path = file->path, .scratch = arena_new(0)};
    dbk_err *e = NULL;
    if (j.scratch)
        j.file_name =
            raw_text(j.scratch, base_name(file->path), strlen(base_name(file->path)), FILE_NAME_BYTES_MAX);
    if (!j.file_name)
        e = err_oom();
    else if (file->refusal)
        e = refuse(&j, file->refusal, file->hint);
    else
        e = run(&j);
    if (!e)
        *out = j.result;
    arena_free(j.scratch);
    return e;
}
