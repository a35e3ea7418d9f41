#include "market/kline_scan.h"

#include <assert.h>
#include <string.h>

#include "core/interrupt.h"
#include "market/interval.h"
#include "market/kline_time.h"

#define US_PER_S INT64_C(1000000)
#define DAY_US (86400 * US_PER_S)
#define EARLIEST_US (INT64_C(1230768000) * US_PER_S) /* 2009-01-01: nothing recorded is older */
#define POLL_LINES 4096
/* So many candles on a coarser grid than theirs are candles of another interval. */
#define GRID_ROWS_MIN 100
#define TEXT_MAX ((size_t)8192)
/* Lines at the beginning that may be junk before it is no candle file. */
#define JUNK_LINES_MAX 100

/* A layout and the first line that spoke against it. */
typedef struct candidate {
    kline_layout layout;
    bool broken;
    int64_t line;
    kline_fault fault;
} candidate;

typedef struct scan {
    const kline_scan_options *o;
    arena *arena;
    source *source;
    line_reader *lines;
    candidate candidates[KLINE_LAYOUTS_MAX];
    size_t count;
    size_t alive;
    kline_columns columns;
    dbk_err *why_no_format; /* of the first line, while no line has given one; owned */
    int64_t first_reject_line;
    kline_fault first_reject;
    int64_t previous_us;
    int64_t step_s; /* greatest common divisor of the steps between candles */
    kline_scan result;
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

/* The layouts that come into question, from a line that is not blank. Only the first one can be a header. */
static dbk_err *begin(scan *s, const line *l, bool first)
{
    kline_row row;
    bool header;
    kline_format *f = &s->result.format;
    dbk_err *e = kline_format_begin(l, &row, &f->delimiter, &header);
    if (e)
        return e;
    if (header && !first)
        return err_new(ERR_INPUT, "line %lld looks like a header, below other lines", (long long)l->number);
    f->header = header;
    s->count = 1;
    if (s->o->layout) {
        s->candidates[0].layout = *s->o->layout;
    } else if (f->header) {
        e = kline_layout_from_header(row.fields, (size_t)row.field_count, &s->candidates[0].layout);
        if (e)
            return e;
    } else {
        kline_layout known[KLINE_LAYOUTS_MAX];
        s->count = kline_layouts_known((size_t)row.field_count, known);
        for (size_t i = 0; i < s->count; i++)
            s->candidates[i].layout = known[i];
    }
    if (s->count == 0) {
        e = err_new(ERR_INPUT, "no known layout has %d columns and there is no header", row.field_count);
        return err_with_hint(
            e, "say what the columns are with --columns, in the order of the file, _ for one to skip");
    }
    for (size_t i = 0; i < s->count; i++)
        kline_columns_add(&s->columns, &s->candidates[i].layout);
    s->alive = s->count;
    return NULL;
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

static void note_candle(scan *s, int64_t open_us, unsigned unit)
{
    kline_scan *r = &s->result;
    if (r->candles == 0) {
        r->first_us = r->last_us = open_us;
        r->ordered = true;
    } else {
        r->ordered = r->ordered && open_us > s->previous_us;
        r->first_us = open_us < r->first_us ? open_us : r->first_us;
        r->last_us = open_us > r->last_us ? open_us : r->last_us;
        int64_t step_s = (open_us - s->previous_us) / US_PER_S;
        if (s->step_s != s->o->interval_s)
            s->step_s = common_divisor(s->step_s, step_s < 0 ? -step_s : step_s);
    }
    s->previous_us = open_us;
    r->candles++;
    r->time_units |= unit;
}

/* What the layouts make of one line. */
typedef struct opinion {
    bool good[KLINE_LAYOUTS_MAX];
    kline_fault faults[KLINE_LAYOUTS_MAX];
    kline candle;      /* under any layout that is satisfied */
    kline_fault fault; /* of the first that was asked and is not */
    bool any;
    bool asked;
} opinion;

static void ask(const scan *s, const kline_row *row, bool broken, opinion *o)
{
    for (size_t i = 0; i < s->count; i++) {
        const candidate *c = &s->candidates[i];
        if (c->broken != broken)
            continue;
        o->good[i] = kline_row_check(row, &c->layout, &s->result.rules, &o->candle, &o->faults[i]);
        o->any = o->any || o->good[i];
        if (!o->good[i] && !o->asked)
            o->fault = o->faults[i];
        o->asked = true;
    }
}

static void note_reject(scan *s, int64_t line_number, const kline_fault *fault)
{
    if (s->result.rejects++ == 0) {
        s->first_reject_line = line_number;
        s->first_reject = *fault;
    }
}

/* A line of numbers that is no candle under any of several layouts speaks against all of them; one that is
 * malformed under any layout, or where there is only one to choose, says nothing about layouts and is a
 * reject. */
static bool decides(const scan *s, const opinion *o)
{
    if (o->any)
        return true;
    for (size_t i = 0; i < s->count && s->count > 1; i++) {
        kline_fault_kind kind = o->faults[i].kind;
        if (kind == KLINE_FAULT_HIGH || kind == KLINE_FAULT_LOW || kind == KLINE_FAULT_NEGATIVE)
            return true;
    }
    return false;
}

/* Known layouts all have their time in the first column, so which of them is right does not change what is
 * noted here. The layouts that are out already matter only for a line that satisfies none of the others: it
 * may still speak against those. */
static void judge(scan *s, const line *l)
{
    kline_row row;
    opinion o; /* too large to be cleared for every line; ask() fills what is read */
    o.any = false;
    o.asked = false;
    s->result.rows++;
    if (l->too_long) {
        note_reject(s, l->number, &(kline_fault){.kind = KLINE_FAULT_LINE_LENGTH});
        return;
    }
    kline_row_split(&row, l->text, l->length, s->result.format.delimiter);
    kline_row_read(&row, &s->columns);
    ask(s, &row, false, &o);
    if (!o.any && s->alive < s->count)
        ask(s, &row, true, &o);
    if (!decides(s, &o)) {
        note_reject(s, l->number, &o.fault);
        return;
    }
    if (o.any)
        note_candle(s, o.candle.open_time_us,
                    row.time_unit[s->candidates[0].layout.column_of[KLINE_OPEN_TIME]]);
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
    char fault[KLINE_FAULT_TEXT_SIZE];
    kline_fault_format(&s->first_reject, fault);
    buf text;
    buf_init(&text, TEXT_MAX);
    if (s->result.candles == 0)
        buf_printf(&text, "not a candle file: none of its first %lld lines is a candle; line %lld: %s",
                   (long long)s->result.rows, (long long)s->first_reject_line, fault);
    else
        buf_printf(&text, "more than %lld lines are not candles; the first is line %lld: %s",
                   (long long)s->o->rejects_max, (long long)s->first_reject_line, fault);
    return refuse_buffer(s, &text,
                         s->o->layout ? "are --columns and --interval right? --max-rejects N accepts more"
                                      : "--columns says what the columns are, --max-rejects N accepts more");
}

static dbk_err *refuse_none_left(scan *s)
{
    buf text;
    buf_init(&text, TEXT_MAX);
    buf_append_str(&text, "no known layout fits every line:");
    for (size_t i = 0; i < s->count; i++) {
        char fault[KLINE_FAULT_TEXT_SIZE];
        kline_fault_format(&s->candidates[i].fault, fault);
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
        kline_layout_format(&s->candidates[i].layout, &text);
        buf_append_char(&text, ';');
    }
    if (text.length > 0 && text.data[text.length - 1] == ';')
        text.data[text.length - 1] = '\0';
    return refuse_buffer(s, &text, "answer with one of these --columns");
}

/* A file of 1h candles lies on the grid of 1m too, and would be taken for one with many gaps. */
static dbk_err *refuse_coarser(scan *s)
{
    char given[INTERVAL_TEXT_SIZE];
    char found[INTERVAL_TEXT_SIZE];
    interval_format(s->o->interval_s, given);
    interval_format((int32_t)s->step_s, found);
    buf text;
    buf_init(&text, TEXT_MAX);
    buf_printf(&text, "these are not %s candles: all of them are whole multiples of %s apart", given, found);
    return refuse_buffer(s, &text, "say the interval with --interval");
}

static dbk_err *settle(scan *s)
{
    kline_scan *r = &s->result;
    if (r->rows == 0)
        return refuse(
            s, r->format.header ? "the file holds a header and no candles" : "the file holds no candles",
            NULL);
    if (s->alive == 0)
        return refuse_none_left(s);
    if (r->candles == 0 || r->rejects > s->o->rejects_max)
        return refuse_rejects(s);
    if (s->alive > 1)
        return ask_which(s);
    if (r->candles >= GRID_ROWS_MIN && s->step_s > s->o->interval_s && s->step_s <= INT32_MAX)
        return refuse_coarser(s);
    for (size_t i = 0; i < s->count; i++)
        if (!s->candidates[i].broken)
            r->format.layout = s->candidates[i].layout;
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
    bool first = s->result.rows == 0;
    dbk_err *e = begin(s, l, first);
    *is_row = !e && !s->result.format.header;
    if (!e || err_code(e) != ERR_INPUT || s->result.format.header)
        return e;
    s->result.rows++;
    note_reject(s, l->number, &(kline_fault){.kind = KLINE_FAULT_FORM});
    if (first)
        s->why_no_format = e;
    else
        err_free(e);
    if (s->result.rejects <= JUNK_LINES_MAX && s->result.rejects <= s->o->rejects_max)
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
        if (!more)
            return end_of_lines(s);
        if (kline_line_is_blank(&l))
            continue;
        bool is_row = true;
        if (s->count == 0)
            e = find_format(s, &l, &is_row);
        if (e)
            return e;
        if (!is_row)
            continue;
        judge(s, &l);
        if (s->result.rejects > s->o->rejects_max || s->alive == 0)
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

dbk_err *kline_scan_file(arena *a, const kline_scan_options *o, kline_scan *out)
{
    assert(o->interval_s > 0);
    assert(o->rejects_max >= 0);
    scan s = {.o = o, .arena = a};
    s.result.rules = (kline_rules){
        .interval_s = o->interval_s,
        .earliest_us = EARLIEST_US,
        .latest_us = o->now_us + DAY_US,
    };
    dbk_err *e = scan_source(&s);
    err_free(s.why_no_format);
    line_reader_free(s.lines);
    source_close(s.source);
    if (!e)
        *out = s.result;
    return e;
}
