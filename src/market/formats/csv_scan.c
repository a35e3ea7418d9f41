#include "market/formats/csv_scan.h"

#include <assert.h>
#include <string.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "market/formats/interval.h"

#define US_PER_S INT64_C(1000000)
#define POLL_LINES 4096
/* So many rows on a coarser grid than theirs are rows of another interval. */
#define GRID_ROWS_MIN 100
#define TEXT_MAX ((size_t)8192)
/* Lines at the beginning that may be junk before it is no such file. */
#define JUNK_LINES_MAX 100

/* A layout and the first line that spoke against it. */
typedef struct candidate {
    layout layout;
    bool broken;
    int64_t line;
    dataset_fault fault;
} candidate;

typedef struct scan {
    const csv_scan_options *o;
    const dataset *dataset;
    arena *arena;
    source *source;
    line_reader *lines;
    row_builder builder;
    candidate candidates[LAYOUTS_MAX];
    size_t count;
    size_t alive;
    dbk_err *why_no_format; /* of the first line, while no line has given one; owned */
    int64_t first_reject_line;
    dataset_fault first_reject;
    int64_t doubtful; /* rows as another stream would have them */
    int64_t step_s;   /* greatest common divisor of the steps between rows */
    csv_scan result;
} scan;

static dbk_err *refuse(scan *s, const char *reason, const char *hint)
{
    s->result.refusal = arena_strdup(s->arena, reason);
    s->result.refusal_hint = hint ? arena_strdup(s->arena, hint) : NULL;
    return s->result.refusal && (!hint || s->result.refusal_hint) ? NULL : err_oom();
}

/* Content that was refused becomes the result; everything else stays an error. */
static dbk_err *refuse_by(scan *s, dbk_err *e)
{
    if (!e || err_code(e) != ERR_INPUT)
        return e;
    dbk_err *failed = refuse(s, err_message(e), err_hint(e));
    err_free(e);
    return failed;
}

static dbk_err *refuse_buffer(scan *s, buf *text, const char *hint)
{
    dbk_err *e = buf_error(text);
    if (!e)
        e = refuse(s, text->data, hint);
    buf_term(text);
    return e;
}

/* Numbers that a venue did not give are never made up unasked. */
static dbk_err *check_ids(const scan *s)
{
    const dataset *d = s->dataset;
    const char *missing = layout_missing(d, &s->candidates[0].layout, s->o->rules.ids_by_content);
    if (!missing)
        return NULL;
    dbk_err *e = err_new(ERR_INPUT, "its %s have no %s", d->rows_name, missing);
    return err_with_hint(e, "--ids content numbers them by what they say, which is the same in every file "
                            "that has all of a moment's rows");
}

static dbk_err *find_known(scan *s, size_t field_count)
{
    layout known[LAYOUTS_MAX];
    s->count = layouts_known(s->dataset, field_count, known);
    for (size_t i = 0; i < s->count; i++)
        s->candidates[i].layout = known[i];
    if (s->count > 0)
        return NULL;
    dbk_err *e = err_new(ERR_INPUT, "no known layout of %s has %zu columns and there is no header",
                         s->dataset->rows_name, field_count);
    return err_with_hint(
        e, "say what the columns are with --columns, in the order of the file, _ for one to skip");
}

/* The layouts that come into question, from a line that is not blank. Only the first one can be a header. */
static dbk_err *begin(scan *s, const line *l, bool first)
{
    csv_fields fields;
    bool header;
    csv_format *f = &s->result.format;
    dbk_err *e = csv_format_begin(s->dataset, l, &fields, &f->delimiter, &header);
    if (e)
        return e;
    if (header && !first)
        return err_new(ERR_INPUT, "line %lld looks like a header, below other lines", (long long)l->number);
    f->header = header;
    s->count = 1;
    if (s->o->layout)
        s->candidates[0].layout = *s->o->layout;
    else if (f->header)
        e = layout_from_header(s->dataset, fields.fields, (size_t)fields.count, true,
                               &s->candidates[0].layout);
    else
        e = find_known(s, (size_t)fields.count);
    if (!e)
        e = check_ids(s);
    if (e)
        s->count = 0;
    s->alive = s->count;
    if (!e && !s->builder.rules.series && s->candidates[0].layout.series[0])
        s->builder.rules.series = s->candidates[0].layout.series;
    return e;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void note_row(scan *s, row_place place, unsigned unit)
{
    row_summary *r = &s->result.summary;
    if (r->good > 0 && s->step_s != s->o->rules.interval_s) {
        int64_t step_s = (place.time_us - r->previous.time_us) / US_PER_S;
        s->step_s = common_divisor(s->step_s, step_s < 0 ? -step_s : step_s);
    }
    row_summary_add(r, place, unit);
}

/* What the layouts make of one line. */
typedef struct opinion {
    bool good[LAYOUTS_MAX];
    dataset_fault faults[LAYOUTS_MAX];
    row_place place; /* under any layout that is satisfied */
    unsigned time_unit;
    dataset_fault fault; /* of the first that was asked and is not */
    bool doubtful;
    bool any;
    bool asked;
} opinion;

static void ask(scan *s, const line *l, bool broken, opinion *o)
{
    dataset_row row;
    for (size_t i = 0; i < s->count; i++) {
        const candidate *c = &s->candidates[i];
        if (c->broken != broken)
            continue;
        o->good[i] =
            csv_line_read(&s->builder, &c->layout, s->result.format.delimiter, l, &row, &o->faults[i]);
        if (o->good[i]) {
            o->any = true;
            o->place = row_place_of(s->dataset, &row);
            o->time_unit = row.time_unit;
            o->doubtful = s->dataset->doubt && s->dataset->doubt(&row);
        } else if (!o->asked) {
            o->fault = o->faults[i];
        }
        o->asked = true;
    }
}

static void note_reject(scan *s, int64_t line_number, const dataset_fault *fault)
{
    if (s->result.summary.rejects++ == 0) {
        s->first_reject_line = line_number;
        s->first_reject = *fault;
    }
}

/* A line of numbers that is no row under any of several layouts speaks against all of them; one that is
 * malformed under any layout, or where there is only one to choose, says nothing about layouts and is a
 * reject. */
static bool decides(const scan *s, const opinion *o)
{
    if (o->any)
        return true;
    for (size_t i = 0; i < s->count && s->count > 1; i++) {
        dataset_fault_kind kind = o->faults[i].kind;
        if (kind == DATASET_FAULT_RULE || kind == DATASET_FAULT_NEGATIVE)
            return true;
    }
    return false;
}

/* Known orders of one width all have their time in the same column, so which of them is right does not change
 * what is noted here. The layouts that are out already matter only for a line that satisfies none of the
 * others: it may still speak against those. */
static void judge(scan *s, const line *l)
{
    opinion o; /* too large to be cleared for every line; ask() fills what is read */
    o.any = false;
    o.asked = false;
    s->result.summary.rows++;
    ask(s, l, false, &o);
    if (!o.any && s->alive < s->count)
        ask(s, l, true, &o);
    if (!decides(s, &o)) {
        note_reject(s, l->number, &o.fault);
        return;
    }
    if (o.any) {
        note_row(s, o.place, o.time_unit);
        s->doubtful += o.doubtful;
    }
    for (size_t i = 0; i < s->count; i++)
        if (!s->candidates[i].broken && !o.good[i]) {
            s->candidates[i].broken = true;
            s->candidates[i].line = l->number;
            s->candidates[i].fault = o.faults[i];
            s->alive--;
        }
}

static dbk_err *refuse_rejects(scan *s)
{
    const row_summary *r = &s->result.summary;
    const char *rows_name = s->dataset->rows_name;
    char fault[DATASET_FAULT_TEXT_SIZE];
    dataset_fault_format(&s->first_reject, fault);
    buf text;
    buf_init(&text, TEXT_MAX);
    if (r->good == 0)
        buf_printf(&text, "not a file of %s: none of its first %lld lines is one; line %lld: %s", rows_name,
                   (long long)r->rows, (long long)s->first_reject_line, fault);
    else
        buf_printf(&text, "more than %lld lines are not %s; the first is line %lld: %s",
                   (long long)s->o->rejects_max, rows_name, (long long)s->first_reject_line, fault);
    return refuse_buffer(s, &text,
                         s->o->layout ? "is what --columns and the other options say right? --max-rejects N "
                                        "accepts more"
                                      : "--columns says what the columns are, --max-rejects N accepts more");
}

static dbk_err *refuse_none_left(scan *s)
{
    buf text;
    buf_init(&text, TEXT_MAX);
    buf_append_str(&text, "no known layout fits every line:");
    for (size_t i = 0; i < s->count; i++) {
        char fault[DATASET_FAULT_TEXT_SIZE];
        dataset_fault_format(&s->candidates[i].fault, fault);
        buf_printf(&text, "%s line %lld is not %s (%s)", i > 0 ? ";" : "", (long long)s->candidates[i].line,
                   s->candidates[i].layout.name, fault);
    }
    return refuse_buffer(
        s, &text,
        "say what the columns are with --columns; lines that do not fit are then rejected one by one");
}

static dbk_err *ask_which(scan *s)
{
    buf text;
    buf_init(&text, TEXT_MAX);
    buf_printf(&text, "%zu layouts fit every line; which is it?", s->alive);
    for (size_t i = 0; i < s->count; i++) {
        if (s->candidates[i].broken)
            continue;
        buf_printf(&text, " %s: --columns ", s->candidates[i].layout.name);
        layout_format(s->dataset, &s->candidates[i].layout, &text);
        buf_append_char(&text, ';');
    }
    if (text.length > 0 && text.data[text.length - 1] == ';')
        text.data[text.length - 1] = '\0';
    return refuse_buffer(s, &text, "answer with one of these --columns");
}

/* Rows of 1h lie on the grid of 1m too, and would be taken for minutes with many gaps. */
static dbk_err *refuse_coarser(scan *s)
{
    char given[INTERVAL_TEXT_SIZE];
    char found[INTERVAL_TEXT_SIZE];
    interval_format(s->o->rules.interval_s, given);
    interval_format((int32_t)s->step_s, found);
    buf text;
    buf_init(&text, TEXT_MAX);
    buf_printf(&text, "these are not %s %s: all of them are whole multiples of %s apart", given,
               s->dataset->rows_name, found);
    return refuse_buffer(s, &text, "say the interval with --interval");
}

static dbk_err *refuse_empty(scan *s)
{
    buf text;
    buf_init(&text, TEXT_MAX);
    buf_printf(&text, s->result.format.header ? "the file holds a header and no %s" : "the file holds no %s",
               s->dataset->rows_name);
    return refuse_buffer(s, &text, NULL);
}

static dbk_err *settle(scan *s)
{
    csv_scan *r = &s->result;
    int32_t interval_s = s->o->rules.interval_s;
    if (r->summary.rows == 0)
        return refuse_empty(s);
    if (s->alive == 0)
        return refuse_none_left(s);
    if (r->summary.good == 0 || r->summary.rejects > s->o->rejects_max)
        return refuse_rejects(s);
    if (s->alive > 1)
        return ask_which(s);
    if (interval_s > 0 && r->summary.good >= GRID_ROWS_MIN && s->step_s > interval_s &&
        s->step_s <= INT32_MAX)
        return refuse_coarser(s);
    if (s->doubtful == r->summary.good && !s->o->stream_is_said)
        return refuse(s, s->dataset->doubt_question, "answer with --stream, --stream klines if they are not");
    for (size_t i = 0; i < s->count; i++)
        if (!s->candidates[i].broken)
            r->format.layout = s->candidates[i].layout;
    memcpy(r->symbol, s->builder.symbol, sizeof(r->symbol));
    return NULL;
}

static dbk_err *poll_interrupt(const scan *s)
{
    dbk_err *e = interrupt_check(s->o->interrupt);
    if (e)
        return e;
    if (s->o->progress)
        progress_set(s->o->progress, source_position_bytes(s->source));
    return NULL;
}

/* A first line that is damaged must not decide what the file is: it is a reject like any other, and a later
 * line says. */
static dbk_err *find_format(scan *s, const line *l, bool *is_row)
{
    row_summary *r = &s->result.summary;
    bool first = r->rows == 0;
    dbk_err *e = begin(s, l, first);
    *is_row = !e && !s->result.format.header;
    if (!e || err_code(e) != ERR_INPUT || s->result.format.header)
        return e;
    r->rows++;
    note_reject(s, l->number,
                &(dataset_fault){.kind = DATASET_FAULT_FORM, .rows_name = s->dataset->rows_name});
    if (first)
        s->why_no_format = e;
    else
        err_free(e);
    if (r->rejects <= JUNK_LINES_MAX && r->rejects <= s->o->rejects_max)
        return NULL;
    e = s->why_no_format;
    s->why_no_format = NULL;
    return e;
}

static dbk_err *end_of_lines(scan *s)
{
    if (s->count > 0 || !s->why_no_format)
        return settle(s);
    dbk_err *e = s->why_no_format;
    s->why_no_format = NULL;
    return e;
}

static dbk_err *scan_lines(scan *s)
{
    line l;
    for (int64_t polled = 0;; polled++) {
        bool more;
        dbk_err *e = polled % POLL_LINES == 0 ? poll_interrupt(s) : NULL;
        if (!e)
            e = line_reader_next(s->lines, &l, &more);
        if (e)
            return e;
        if (!more) {
            s->result.whole = true;
            return end_of_lines(s);
        }
        if (csv_line_is_blank(&l))
            continue;
        bool is_row = true;
        if (s->count == 0)
            e = find_format(s, &l, &is_row);
        if (e)
            return e;
        if (!is_row)
            continue;
        judge(s, &l);
        if (s->result.summary.rejects > s->o->rejects_max || s->alive == 0)
            return settle(s);
        if (s->o->head_lines > 0 && s->count == 1 && s->result.summary.rows >= s->o->head_lines &&
            s->result.summary.good > 0)
            return settle(s);
    }
}

static dbk_err *scan_source(scan *s)
{
    dbk_err *e = refuse_by(s, source_open(s->o->path, &s->source));
    if (e)
        return e;
    if (s->result.refusal)
        return source_identify_path(s->o->path, &s->result.identity);
    e = line_reader_new(s->source, &s->lines);
    if (!e)
        e = refuse_by(s, scan_lines(s));
    if (!e)
        e = source_identify(s->source, &s->result.identity);
    return e;
}

dbk_err *csv_scan_file(arena *a, const csv_scan_options *o, csv_scan *out)
{
    assert(o->rejects_max >= 0);
    scan *s = mem_alloc(sizeof(*s)); /* too large for a stack */
    if (!s)
        return err_oom();
    s->o = o;
    s->dataset = o->dataset;
    s->arena = a;
    s->result.rules = o->rules;
    dbk_err *e = row_builder_init(&s->builder, o->dataset, &o->rules);
    if (!e)
        e = scan_source(s);
    err_free(s->why_no_format);
    line_reader_free(s->lines);
    source_close(s->source);
    row_builder_term(&s->builder);
    if (!e)
        *out = s->result;
    mem_free(s);
    return e;
}
