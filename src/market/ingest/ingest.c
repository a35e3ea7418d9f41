#include "market/ingest/ingest.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "market/formats/file_rows.h"
#include "market/formats/interval.h"
#include "market/formats/path_facts.h"
#include "market/formats/raw_text.h"
#include "market/formats/source_time.h"
#include "market/generate.h"
#include "market/ingest/instrument.h"
#include "market/ingest/published.h"

#define DAY_US INT64_C(86400000000)
/* The register's word for files that were handed to us, whatever venue recorded what is in them. What is
 * known to be of an archive has a word and a rank of its own. */
#define SOURCE_OF_FILES "file"
#define VENUE_OF_DUMPS "binance"
#define VENUE_OF_GENERATED "demo"
#define FILE_NAME_BYTES_MAX 250

/* Beyond these lines only the loading itself reads, when there is no choice between layouts. */
#define HEAD_LINES 5000

/* One file on its way. */
typedef struct job {
    arena *arena;   /* of the caller: what the results hold */
    arena *scratch; /* until the file is done */
    const ingest_options *o;
    const char *path;      /* where it is read */
    const char *named;     /* what it is called */
    const char *file_name; /* for the register */
    path_facts facts;
    file_rows_options scan_options;
    bool scanned;
    file_rows scan; /* when scanned */
    published published;
    const char *refusal; /* of the file as a whole; NULL: it is not refused */
    const char *refusal_hint;
} job;

/* One series in it; its rows are one batch. */
typedef struct part {
    job *job;
    size_t index;
    const file_series *series;
    ingest_result result;
    int64_t sent_rows, sent_bytes; /* for on_bytes */
} part;

const char *ingest_verdict_name(ingest_verdict v)
{
    static const char *const names[] = {"loaded", "replayed", "refused"};
    assert(v <= INGEST_REFUSED);
    return names[v];
}

static dbk_err *refuse(job *j, const char *reason, const char *hint)
{
    j->refusal = arena_strdup(j->arena, reason);
    j->refusal_hint = hint ? arena_strdup(j->arena, hint) : NULL;
    return j->refusal && (!hint || j->refusal_hint) ? NULL : err_oom();
}

/* What is wrong with one file does not end the run: only that file is refused. Of a chain, the cause says
 * what is wrong and the rest how it was come upon. NULL: this ends the run. */
static const dbk_err *of_file(const dbk_err *e)
{
    enum err_code code = err_code(e);
    if (code != ERR_INPUT && code != ERR_USAGE && code != ERR_NOT_FOUND && code != ERR_DENIED &&
        code != ERR_LIMIT && code != ERR_IO)
        return NULL;
    while (err_cause(e))
        e = err_cause(e);
    return e;
}

static dbk_err *refuse_by(job *j, dbk_err *e)
{
    const dbk_err *first = of_file(e);
    if (!first)
        return e;
    dbk_err *failed = refuse(j, err_message(first), err_hint(e));
    err_free(e);
    return failed;
}

static dbk_err *refuse_part(part *p, const char *reason, const char *hint)
{
    arena *a = p->job->arena;
    p->result.verdict = INGEST_REFUSED;
    p->result.reason = arena_strdup(a, reason);
    p->result.hint = hint ? arena_strdup(a, hint) : NULL;
    return p->result.reason && (!hint || p->result.hint) ? NULL : err_oom();
}

static dbk_err *refuse_part_by(part *p, dbk_err *e)
{
    const dbk_err *first = of_file(e);
    if (!first)
        return e;
    dbk_err *failed = refuse_part(p, err_message(first), err_hint(e));
    err_free(e);
    return failed;
}

/* A file that is not what was published beside it is refused, unless somebody answers for it. */
static dbk_err *check_published(job *j)
{
    dbk_err *e = published_check(j->scratch, j->path, &j->scan.identity, &j->published);
    if (e || j->published.verdict == PUBLISHED_NONE || j->published.verdict == PUBLISHED_MATCHES)
        return e;
    if (!j->o->accept_checksum)
        return refuse(j, j->published.reason,
                      "fetch it again; --accept-checksum REASON loads it nevertheless");
    log_fields(j->o->log, LOG_WARNING, "loaded against its checksum", LOG_STR("file", j->file_name),
               LOG_STR("why", j->published.reason), LOG_STR("accepted", j->o->accept_checksum));
    return NULL;
}

/* ---- whose the series are ---- */

static const char *source_of(const job *j)
{
    return j->facts.source ? j->facts.source : SOURCE_OF_FILES;
}

/* Nobody else writes candles with these columns. Generated ones have them too, and must not stand among
 * those. */
static const char *venue_of(const job *j, const char *symbol)
{
    if (j->o->venue)
        return j->o->venue;
    if (j->facts.venue)
        return j->facts.venue;
    if (!j->scanned || !j->scan.binance)
        return NULL;
    return generate_is_symbol(symbol) ? VENUE_OF_GENERATED : VENUE_OF_DUMPS;
}

static const char *kind_of(const job *j, const dataset *d)
{
    if (j->o->kind)
        return j->o->kind;
    if (j->facts.kind)
        return j->facts.kind;
    if (j->scanned && j->scan.contracts)
        return j->scan.kind;
    /* The archive's trades of spot markets have a column that those of contracts have not. */
    if (d->id_column >= 0 && j->scanned && j->scan.format && strcmp(j->scan.format, "Binance dump") == 0)
        return "spot";
    /* Elsewhere what is not said to be a contract is none. */
    return d->of_contracts || j->facts.by_type ? NULL : "spot";
}

/* What is certain of the instrument; a part that is not is NULL. */
static instrument_spec describe(const job *j, const dataset *d, const char *symbol)
{
    return (instrument_spec){.venue = venue_of(j, symbol),
                             .symbol = symbol,
                             .kind = kind_of(j, d),
                             .base = j->o->base,
                             .quote = j->o->quote};
}

static dbk_err *contradicts(part *p, const char *question, const char *one, const char *who,
                            const char *other, const char *hint)
{
    char *reason = arena_printf(p->job->scratch, "%s %s, %s says %s", question, one, who, other);
    return reason ? refuse_part(p, reason, hint) : err_oom();
}

/* XRP/ETH and XRPETH: programs write symbols with separators that venues do without. */
static bool same_symbol(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a != '\0' && !isalnum((unsigned char)*a))
            a++;
        while (*b != '\0' && !isalnum((unsigned char)*b))
            b++;
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        if (*a == '\0')
            return true;
    }
}

static dbk_err *ask(part *p, const instrument_spec *spec)
{
    const ingest_options *o = p->job->o;
    const path_facts *facts = &p->job->facts;
    const char *symbol = p->result.symbol;
    const char *named = o->symbol ? o->symbol : facts->symbol_stands ? facts->symbol : "";
    if (symbol[0] == '\0')
        return refuse_part(p, "which symbol is it? neither the file's name nor its rows say",
                           "answer with --symbol");
    /* A capture is of whatever its rows say. */
    if (named[0] && p->job->scan.series_count == 1 && !same_symbol(symbol, named))
        return contradicts(p, "which symbol is it? its rows say", symbol,
                           o->symbol ? "--symbol" : "the file's name", named,
                           "leave --symbol out, or rename the file");
    if (!spec->venue)
        return refuse_part(p, "which venue recorded it?", "answer with --venue, such as --venue bitfinex");
    if (!spec->kind)
        return refuse_part(p, "which kind of instrument is it?",
                           "answer with --kind: perp is margined in the quote currency, inverse in the base");
    if (o->kind && facts->kind && strcmp(o->kind, facts->kind) != 0)
        return contradicts(p, "which kind of instrument is it? its folder says", facts->kind, "--kind",
                           o->kind, "leave --kind out");
    return NULL;
}

/* ---- one series ---- */

static dbk_err *open_rows(void *ctx, row_reader **out)
{
    const part *p = ctx;
    return file_rows_open(&p->job->scan_options, &p->job->scan, p->index, out);
}

/* Rows stand for the bytes they are of; how many there are is known when all have been read. */
static void advance(void *ctx, int64_t rows)
{
    part *p = ctx;
    const job *j = p->job;
    if (!p->series->whole || p->series->summary.rows == 0)
        return;
    double share = (double)(p->sent_rows += rows) / (double)p->series->summary.rows;
    int64_t now = (int64_t)(share * (double)j->scan.identity.size_bytes / (double)j->scan.series_count);
    j->o->on_bytes(j->o->on_bytes_ctx, now - p->sent_bytes);
    p->sent_bytes = now;
}

static dbk_err *refuse_rejects(part *p)
{
    p->result.counts = (batch_load_result){.replayed = false};
    char *reason = arena_printf(p->job->scratch, "more than %lld lines are not %s",
                                (long long)p->job->o->rejects_max, p->series->dataset->rows_name);
    return reason ? refuse_part(p, reason, "--max-rejects N accepts more") : err_oom();
}

static dbk_err *load(part *p, const dbk_uuid *instrument_id)
{
    const job *j = p->job;
    const file_series *s = p->series;
    const bool registered = j->published.verdict != PUBLISHED_NONE || strchr(j->file_name, '/');
    file_facts facts;
    dbk_err *e = registered ? file_facts_read(j->scratch, j->path, &j->scan, &facts) : NULL;
    if (e)
        return e;
    e = batch_load(j->o->conn,
                   &(batch_load_options){
                       .dataset = s->dataset,
                       .open_rows = open_rows,
                       .open_ctx = p,
                       .identity = &j->scan.identity,
                       .raw_path = j->o->keep_raw ? j->path : NULL,
                       .file_name = j->file_name,
                       .source = source_of(j),
                       .facts = registered ? &facts : NULL,
                       .published = &j->published,
                       .accept_checksum = j->o->accept_checksum,
                       .instrument_id = instrument_id,
                       .interval_s = s->interval_s,
                       .whole = s->whole,
                       .first_us = s->summary.first_us,
                       .last_us = s->summary.last_us,
                       .ordered = s->summary.ordered,
                       .rejects_max = j->o->rejects_max,
                       .clock = j->o->clock,
                       .log = j->o->log,
                       .interrupt = j->o->interrupt,
                       .on_rows = j->o->on_bytes ? advance : NULL,
                       .on_rows_ctx = p,
                   },
                   &p->result.counts);
    if (e)
        return e;
    if (p->result.counts.too_many_rejects)
        return refuse_rejects(p);
    p->result.verdict = p->result.counts.replayed ? INGEST_REPLAYED : INGEST_LOADED;
    return NULL;
}

static dbk_err *load_part(part *p)
{
    const job *j = p->job;
    const dataset *d = p->series->dataset;
    if (!d->has_instrument)
        return load(p, NULL);
    instrument_spec spec = describe(j, d, p->result.symbol);
    dbk_err *e = ask(p, &spec);
    if (e || p->result.verdict == INGEST_REFUSED)
        return e;
    dbk_uuid id;
    e = instrument_ensure(j->o->conn, j->scratch, j->o->clock, &spec, &id);
    if (!e)
        e = load(p, &id);
    return e;
}

/* The register learns of what is refused too, with the instrument where there already is one. */
static dbk_err *record_refusal(const job *j, const dataset *d, const ingest_result *r)
{
    dbk_uuid id;
    bool found = false;
    dbk_err *e = NULL;
    instrument_spec spec = describe(j, d, r->symbol);
    if (d->has_instrument && spec.venue && spec.kind && r->symbol[0])
        e = instrument_find(j->o->conn, j->scratch, &spec, &id, &found);
    if (e)
        return e;
    return batch_refuse(j->o->conn, j->scratch, j->o->clock,
                        &(batch_refusal){
                            .file_name = j->file_name,
                            .source = source_of(j),
                            .stream = d->stream,
                            .instrument_id = found ? &id : NULL,
                            .interval_s = d->interval_column ? r->interval_s : 0,
                            .identity = &j->scan.identity,
                            .reason = r->reason,
                        });
}

static void tell(const part *p)
{
    const job *j = p->job;
    const batch_load_result *c = &p->result.counts;
    unsigned units = p->series->summary.time_units | c->notes.time_units;
    if (c->notes.lossy_values > 0)
        log_fields(j->o->log, LOG_WARNING, "values have more digits than are kept; the file has them in full",
                   LOG_STR("file", j->file_name), LOG_INT("values", c->notes.lossy_values),
                   LOG_INT("first_line", c->notes.lossy_line), LOG_STR("column", c->notes.lossy_column));
    if (units & (units - 1)) {
        char text[SOURCE_TIME_UNITS_SIZE];
        source_time_units_format(units, text);
        log_fields(j->o->log, LOG_WARNING, "times are written in several units; each was read by its own",
                   LOG_STR("file", j->file_name), LOG_STR("units", text));
    }
    log_fields(j->o->log, LOG_DEBUG, "batch done", LOG_STR("file", j->file_name),
               LOG_STR("stream", p->series->dataset->stream), LOG_STR("symbol", p->result.symbol),
               LOG_STR("verdict", ingest_verdict_name(p->result.verdict)), LOG_STR("format", j->scan.format),
               LOG_INT("rows_in", c->rows_in), LOG_INT("inserted", c->inserted),
               LOG_INT("duplicate", c->duplicate), LOG_INT("superseded", c->superseded),
               LOG_INT("rejected", c->rejected));
}

static dbk_err *do_part(part *p)
{
    const file_series *s = p->series;
    p->result.stream = s->dataset->stream;
    p->result.interval_s = s->interval_s;
    const char *given = p->job->o->symbol;
    bool as_given = given && s->dataset->has_instrument && same_symbol(s->symbol, given);
    snprintf(p->result.symbol, sizeof(p->result.symbol), "%s", as_given ? given : s->symbol);
    dbk_err *e = load_part(p);
    if (e)
        e = refuse_part_by(p, e);
    if (e)
        return e;
    if (p->result.verdict == INGEST_REFUSED)
        return record_refusal(p->job, s->dataset, &p->result);
    tell(p);
    return NULL;
}

/* ---- the file ---- */

static dbk_err *check_interval(job *j)
{
    int32_t given_s = j->o->interval_s;
    int32_t named_s = j->facts.interval_s;
    if (j->facts.months && !given_s)
        return refuse(j, INTERVAL_MONTHS_REFUSED, INTERVAL_MONTHS_HINT);
    if (!given_s || !named_s || given_s == named_s)
        return NULL;
    char given[INTERVAL_TEXT_SIZE];
    char named[INTERVAL_TEXT_SIZE];
    interval_format(given_s, given);
    interval_format(named_s, named);
    char *reason = arena_printf(
        j->scratch, "how long are its intervals? the file's name says %s, --interval says %s", named, given);
    return reason ? refuse(j, reason, "leave --interval out, or rename the file") : err_oom();
}

/* What the user says comes before what the path says. */
static void set_scan_options(job *j)
{
    const ingest_options *o = j->o;
    const path_facts *facts = &j->facts;
    const dataset *d = o->dataset ? o->dataset : facts->dataset;
    bool named = facts->symbol[0] && (!d || d->has_instrument);
    j->scan_options = (file_rows_options){
        .path = j->path,
        .duckdb = o->duckdb,
        .dataset = d,
        .stream_is_said = o->dataset != NULL,
        .columns = o->columns,
        .symbol = o->symbol ? o->symbol
                  : named   ? facts->symbol
                            : NULL,
        .rules = {.interval_s = o->interval_s ? o->interval_s : facts->interval_s,
                  .latest_us = o->clock->wall_us(o->clock) + DAY_US,
                  .label = path_facts_label(facts),
                  .series = o->symbol,
                  .ids_by_content = o->ids_by_content},
        .rejects_max = o->rejects_max,
        .head_lines = HEAD_LINES,
        .interrupt = o->interrupt,
    };
}

static dbk_err *scan(job *j)
{
    set_scan_options(j);
    dbk_err *e = file_rows_scan(j->scratch, &j->scan_options, &j->scan);
    if (e)
        return e;
    j->scanned = true;
    if (j->scan.unfinished > 0)
        log_fields(j->o->log, LOG_INFO, "candles that were not closed are left out",
                   LOG_STR("file", j->file_name), LOG_INT("candles", j->scan.unfinished));
    if (j->scan.others > 0)
        log_fields(j->o->log, LOG_INFO, "some of it belongs to no table and is left out",
                   LOG_STR("file", j->file_name), LOG_INT("values", j->scan.others),
                   LOG_STR("first", j->scan.other ? j->scan.other : ""));
    e = check_published(j);
    if (!e && !j->refusal && j->scan.refusal)
        e = refuse(j, j->scan.refusal, j->scan.refusal_hint);
    return e;
}

/* What is known of a file by its name is told also when it is refused. */
static dbk_err *give_refusal(job *j, ingest_results *out)
{
    ingest_result *r = arena_alloc(j->arena, sizeof(*r));
    if (!r)
        return err_oom();
    const dataset *d = j->scanned ? j->scan.dataset : j->scan_options.dataset;
    const char *symbol = j->o->symbol ? j->o->symbol : j->facts.symbol;
    *r = (ingest_result){.verdict = INGEST_REFUSED,
                         .stream = d ? d->stream : NULL,
                         .interval_s = d && !d->interval_column ? 0
                                       : j->o->interval_s       ? j->o->interval_s
                                                                : j->facts.interval_s,
                         .reason = j->refusal,
                         .hint = j->refusal_hint};
    memcpy(r->symbol, symbol, strlen(symbol) + 1);
    *out = (ingest_results){r, 1};
    return j->scanned && d ? record_refusal(j, d, r) : NULL;
}

static dbk_err *do_parts(job *j, ingest_results *out)
{
    size_t count = j->scan.series_count;
    ingest_result *items = arena_alloc(j->arena, count * sizeof(*items));
    dbk_err *e = items ? NULL : err_oom();
    for (size_t i = 0; i < count && !e; i++) {
        part p = {.job = j, .index = i, .series = &j->scan.series[i]};
        e = do_part(&p);
        items[i] = p.result;
    }
    *out = (ingest_results){items, count};
    return e;
}

static dbk_err *run(job *j, ingest_results *out)
{
    path_facts_read(j->named, &j->facts);
    if (j->o->symbol && strlen(j->o->symbol) >= SYMBOL_SIZE)
        return err_new(ERR_USAGE, "--symbol is longer than %d characters", SYMBOL_SIZE - 1);
    dbk_err *e = check_interval(j);
    if (!e && !j->refusal)
        e = scan(j);
    if (e)
        e = refuse_by(j, e);
    if (e)
        return e;
    return j->refusal ? give_refusal(j, out) : do_parts(j, out);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Inside the archive several files have one name, and their folders tell them apart; elsewhere folders are
 * the user's own affair. */
static const char *register_name(const char *path)
{
    static const char *const roots[] = {"data/spot/", "data/futures/"};
    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
        for (const char *at = strstr(path, roots[i]); at; at = strstr(at + 1, roots[i]))
            if (at == path || at[-1] == '/')
                return at;
    return base_name(path);
}

dbk_err *ingest_file(arena *a, const ingest_options *o, const ingest_file_name *file, ingest_results *out)
{
    job j = {.arena = a,
             .o = o,
             .path = file->spooled ? file->spooled : file->path,
             .named = file->path,
             .scratch = arena_new(0)};
    dbk_err *e = NULL;
    ingest_results results = {NULL, 0};
    if (j.scratch)
        j.file_name = raw_text(j.scratch, register_name(file->path), strlen(register_name(file->path)),
                               FILE_NAME_BYTES_MAX);
    if (!j.file_name)
        e = err_oom();
    else if (file->refusal)
        e = refuse(&j, file->refusal, file->hint);
    if (!e)
        e = j.refusal ? give_refusal(&j, &results) : run(&j, &results);
    if (!e)
        *out = results;
    arena_free(j.scratch);
    return e;
}
