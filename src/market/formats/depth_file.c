#include "market/formats/depth_file.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "market/formats/csv_reader.h"
#include "market/formats/dataset_int.h"
#include "market/formats/number.h"

#define POLL_ROWS 4096

enum column { SYMBOL, TIME, FIRST_ID, LAST_ID, PREVIOUS_ID, SIDE, TYPE, PRICE, QUANTITY, COLUMNS };

/* Where a file has its columns; -1: nowhere. */
typedef struct form {
    int fields; /* 0: not known yet */
    int at[COLUMNS];
} form;

typedef struct level {
    double price;
    double quantity;
    int position; /* in the file */
} level;

typedef struct levels {
    int count;
    bool lossy;
    level all[DATASET_LEVELS_MAX];
} levels;

/* What one of the two streams is made with. */
typedef struct stream {
    const dataset *dataset;
    row_builder builder;
    int sides[2]; /* columns of bids and asks */
} stream;

typedef struct updates {
    source *source;
    line_reader *lines;
    stream streams[DEPTH_SERIES_MAX]; /* snapshots, changes */
    form form;
    char symbol[DATASET_SYMBOL_SIZE];
    line line; /* that was read and not used yet, if `held` */
    csv_fields fields;
    bool held;
    bool after_torn; /* the line before could not be read */
    /* The update in the making, by its first line. */
    line head;
    csv_fields head_fields;
    bool broken;
    dataset_fault fault;
    line culprit;
    levels sides[2];
    char head_text[LINE_LENGTH_MAX];
    char culprit_text[LINE_LENGTH_MAX];
} updates;

/* An update, or what is none. */
typedef struct update {
    const stream *of; /* NULL: it belongs to neither stream */
    row_item item;
} update;

/* ---- where the columns are ---- */

static bool is_text(const layout_text *f, const char *text)
{
    return strlen(text) == f->length && memcmp(f->start, text, f->length) == 0;
}

static const struct {
    const char *name;
    int column; /* COLUMNS: left alone */
} names[] = {
    {"symbol", SYMBOL},
    {"timestamp", TIME},
    {"time", TIME},
    {"trans_id", COLUMNS},
    {"first_update_id", FIRST_ID},
    {"last_update_id", LAST_ID},
    {"pu", PREVIOUS_ID},
    {"side", SIDE},
    {"update_type", TYPE},
    {"price", PRICE},
    {"qty", QUANTITY},
};

static bool form_is_whole(const form *f)
{
    for (int i = 0; i < COLUMNS; i++)
        if (f->at[i] < 0 && i != PREVIOUS_ID)
            return false;
    return true;
}

static bool form_of_header(const csv_fields *fields, form *out)
{
    *out = (form){.fields = fields->count};
    for (int i = 0; i < COLUMNS; i++)
        out->at[i] = -1;
    if (fields->count > LAYOUT_FIELDS_MAX)
        return false;
    for (int i = 0; i < fields->count; i++) {
        size_t n = 0;
        while (n < sizeof(names) / sizeof(names[0]) && !is_text(&fields->fields[i], names[n].name))
            n++;
        if (n == sizeof(names) / sizeof(names[0]))
            return false;
        if (names[n].column < COLUMNS && out->at[names[n].column] >= 0)
            return false;
        if (names[n].column < COLUMNS)
            out->at[names[n].column] = i;
    }
    return form_is_whole(out);
}

static bool is_type(const layout_text *f)
{
    return is_text(f, "snap") || is_text(f, "set") || is_text(f, "delta");
}

/* Files without a header: some have the number of a transaction before the ids, some the id of the update
 * before at the end. */
static bool form_of_line(const csv_fields *fields, form *out)
{
    for (int side = 4; side <= 5; side++) {
        int rest = fields->count - side;
        if (rest < 4 || rest > 5 || !is_type(&fields->fields[side + 1]) ||
            !(is_text(&fields->fields[side], "a") || is_text(&fields->fields[side], "b")))
            continue;
        *out = (form){.fields = fields->count,
                      .at = {[SYMBOL] = 0,
                             [TIME] = 1,
                             [FIRST_ID] = side - 2,
                             [LAST_ID] = side - 1,
                             [PREVIOUS_ID] = rest == 5 ? side + 4 : -1,
                             [SIDE] = side,
                             [TYPE] = side + 1,
                             [PRICE] = side + 2,
                             [QUANTITY] = side + 3}};
        return true;
    }
    return false;
}

/* ---- lines ---- */

static const layout_text *field(const updates *u, const csv_fields *fields, enum column c)
{
    static const layout_text nothing = {"", 0};
    return u->form.at[c] < 0 ? &nothing : &fields->fields[u->form.at[c]];
}

/* The next line with something in it becomes the held one; a header, of which an archive has one in each of
 * its files, only says where the columns are. */
static dbk_err *hold_line(updates *u, bool *more)
{
    *more = true;
    while (!u->held) {
        form header;
        dbk_err *e = line_reader_next(u->lines, &u->line, more);
        if (e || !*more)
            return e;
        if (csv_line_is_blank(&u->line))
            continue;
        csv_split(&u->line, ',', &u->fields);
        if (!u->line.too_long && form_of_header(&u->fields, &header))
            u->form = header;
        else
            u->held = true;
    }
    return NULL;
}

static bool is_plain(const layout_text *f)
{
    for (size_t i = 0; i < f->length; i++)
        if (f->start[i] <= ' ' || f->start[i] > '~')
            return false;
    return f->length > 0;
}

static bool judge_symbol(updates *u, dataset_fault *fault)
{
    const layout_text *symbol = field(u, &u->fields, SYMBOL);
    if (!is_plain(symbol) || symbol->length >= sizeof(u->symbol)) {
        *fault = (dataset_fault){.kind = DATASET_FAULT_TEXT, .column = "symbol"};
        return false;
    }
    if (u->symbol[0] == '\0')
        memcpy(u->symbol, symbol->start, symbol->length);
    return is_text(symbol, u->symbol) || dataset_broken(fault, "its symbol is not that of the rows before");
}

/* Is the held line a level of these series? false: nobody knows of which update it is. */
static bool judge_line(updates *u, dataset_fault *fault)
{
    if (u->line.too_long) {
        *fault = (dataset_fault){.kind = DATASET_FAULT_LINE_LENGTH};
        return false;
    }
    if (u->form.fields == 0 && !form_of_line(&u->fields, &u->form)) {
        *fault = (dataset_fault){.kind = DATASET_FAULT_FORM, .rows_name = "levels of order books"};
        return false;
    }
    if (u->fields.count != u->form.fields) {
        *fault = (dataset_fault){
            .kind = DATASET_FAULT_COLUMN_COUNT, .columns = u->fields.count, .columns_wanted = u->form.fields};
        return false;
    }
    const layout_text *type = field(u, &u->fields, TYPE);
    if (is_text(type, "delta"))
        return dataset_broken(fault, "it says by how much a level changes, and not what it holds");
    if (!is_type(type))
        return dataset_broken(fault, "its update_type is neither snap nor set");
    return judge_symbol(u, fault);
}

static bool is_of_head(const updates *u)
{
    static const enum column key[] = {TYPE, TIME, FIRST_ID, LAST_ID, PREVIOUS_ID};
    for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++) {
        const layout_text *one = field(u, &u->head_fields, key[i]);
        const layout_text *other = field(u, &u->fields, key[i]);
        if (one->length != other->length || memcmp(one->start, other->start, one->length) != 0)
            return false;
    }
    return true;
}

static void keep_line(const line *l, char text[LINE_LENGTH_MAX], line *out)
{
    memcpy(text, l->text, l->length);
    *out = *l;
    out->text = text;
}

/* ---- one update ---- */

static void break_update(updates *u, const line *culprit, dataset_fault fault)
{
    if (u->broken)
        return;
    u->broken = true;
    u->fault = fault;
    keep_line(culprit, u->culprit_text, &u->culprit);
}

static bool read_number(updates *u, enum column c, const char *name, bool *lossy, double *out)
{
    const layout_text *f = field(u, &u->fields, c);
    number_status status = number_parse(f->start, f->length, out);
    *lossy = *lossy || status == NUMBER_LOSSY;
    if (status == NUMBER_OK || status == NUMBER_LOSSY)
        return true;
    break_update(u, &u->line, (dataset_fault){.kind = row_fault_of(status), .column = name});
    return false;
}

static void add_level(updates *u)
{
    const layout_text *side = field(u, &u->fields, SIDE);
    bool bid = is_text(side, "b");
    levels *l = &u->sides[bid ? 0 : 1];
    level added;
    if (!bid && !is_text(side, "a")) {
        dataset_fault fault;
        (void)dataset_broken(&fault, "its side is neither a nor b");
        break_update(u, &u->line, fault);
        return;
    }
    if (!read_number(u, PRICE, "price", &l->lossy, &added.price) ||
        !read_number(u, QUANTITY, "qty", &l->lossy, &added.quantity))
        return;
    if (added.quantity < 0) {
        break_update(u, &u->line, (dataset_fault){.kind = DATASET_FAULT_NEGATIVE, .column = "qty"});
        return;
    }
    if (l->count == DATASET_LEVELS_MAX) {
        break_update(u, &u->line,
                     (dataset_fault){.kind = DATASET_FAULT_LEVELS, .column = bid ? "bids" : "asks"});
        return;
    }
    added.position = l->count;
    l->all[l->count++] = added;
}

static int by_price(const void *a, const void *b)
{
    const level *one = a;
    const level *other = b;
    if (one->price != other->price)
        return one->price < other->price ? -1 : 1;
    return one->position - other->position;
}

static int by_position(const void *a, const void *b)
{
    return ((const level *)a)->position - ((const level *)b)->position;
}

/* false: a price has two quantities. */
static bool drop_repeated(levels *l)
{
    int kept = 0;
    qsort(l->all, (size_t)l->count, sizeof(l->all[0]), by_price);
    for (int i = 0; i < l->count; i++) {
        bool again = kept > 0 && l->all[kept - 1].price == l->all[i].price;
        if (again && l->all[kept - 1].quantity != l->all[i].quantity)
            return false;
        if (!again)
            l->all[kept++] = l->all[i];
    }
    l->count = kept;
    return true;
}

/* Levels of a snapshot lie best first; those of a change as the venue wrote them. */
static bool put_side(updates *u, stream *s, int side, dataset_row *row, dataset_fault *fault)
{
    levels *l = &u->sides[side];
    int column = s->sides[side];
    if (!drop_repeated(l))
        return dataset_broken(fault, "it states two quantities of one price");
    bool snapshot = s == &u->streams[0];
    if (!snapshot)
        qsort(l->all, (size_t)l->count, sizeof(l->all[0]), by_position);
    row_put_no_levels(&s->builder, row, column);
    for (int i = 0; i < l->count; i++) {
        const level *at = &l->all[snapshot && side == 0 ? l->count - 1 - i : i];
        if (!row_put_level(&s->builder, row, column, at->price, at->quantity, fault))
            return false;
    }
    if (l->lossy)
        row->lossy |= UINT32_C(1) << column;
    return true;
}

static bool put_field(updates *u, stream *s, dataset_row *row, enum column c, const char *name,
                      dataset_fault *fault)
{
    const layout_text *f = field(u, &u->head_fields, c);
    dataset_field to = {.column = (int16_t)dataset_column_named(s->dataset, name)};
    return row_put(&s->builder, row, to, f->start, f->length, fault);
}

static bool put_snapshot(updates *u, stream *s, dataset_row *row, dataset_fault *fault)
{
    return put_field(u, s, row, TIME, "snapshot_time", fault) &&
           put_field(u, s, row, LAST_ID, "last_update_id", fault);
}

/* The one time there is is that of the transaction. Where no update comes before, -1 is written. */
static bool put_change(updates *u, stream *s, dataset_row *row, dataset_fault *fault)
{
    bool first = is_text(field(u, &u->head_fields, PREVIOUS_ID), "-1");
    return put_field(u, s, row, TIME, "change_time", fault) &&
           put_field(u, s, row, TIME, "transaction_time", fault) &&
           put_field(u, s, row, FIRST_ID, "first_update_id", fault) &&
           put_field(u, s, row, LAST_ID, "last_update_id", fault) &&
           (first || put_field(u, s, row, PREVIOUS_ID, "previous_update_id", fault));
}

static void tell_line(const line *l, row_item *out)
{
    out->line = l->number;
    out->byte_offset = l->byte_offset;
    out->raw = l->text;
    out->raw_length = l->length;
}

static void finish_update(updates *u, update *out)
{
    bool snapshot = is_text(field(u, &u->head_fields, TYPE), "snap");
    stream *s = &u->streams[snapshot ? 0 : 1];
    row_item *item = &out->item;
    out->of = s;
    item->event = ROW_REJECTED;
    item->fault = u->fault;
    tell_line(u->broken ? &u->culprit : &u->head, item);
    if (u->broken)
        return;
    row_begin(&s->builder, &item->row);
    bool good =
        snapshot ? put_snapshot(u, s, &item->row, &item->fault) : put_change(u, s, &item->row, &item->fault);
    good = good && put_side(u, s, 0, &item->row, &item->fault) &&
           put_side(u, s, 1, &item->row, &item->fault) && row_finish(&s->builder, &item->row, &item->fault);
    if (good)
        item->event = ROW_READ;
}

static void begin_update(updates *u)
{
    u->broken = false;
    for (int i = 0; i < 2; i++) {
        u->sides[i].count = 0;
        u->sides[i].lossy = false;
    }
    keep_line(&u->line, u->head_text, &u->head);
    csv_split(&u->head, ',', &u->head_fields);
}

static dataset_fault beside_torn(void)
{
    dataset_fault fault;
    (void)dataset_broken(&fault, "a line beside it cannot be read, and may be a part of it");
    return fault;
}

/* What is no level comes out by itself. */
static void give_line(updates *u, const dataset_fault *fault, update *out)
{
    *out = (update){.item = {.event = ROW_REJECTED, .fault = *fault}};
    tell_line(&u->line, &out->item);
    u->held = false;
}

/* The lines of the update that the held line begins. */
static dbk_err *read_update(updates *u)
{
    bool more = true;
    const form before = u->form;
    dataset_fault fault;
    begin_update(u);
    if (u->after_torn)
        break_update(u, &u->head, beside_torn());
    u->after_torn = false;
    for (;;) {
        add_level(u);
        u->held = false;
        dbk_err *e = hold_line(u, &more);
        if (e || !more || memcmp(&before, &u->form, sizeof(before)) != 0)
            return e;
        if (!judge_line(u, &fault)) {
            break_update(u, &u->head, beside_torn());
            return NULL;
        }
        if (!is_of_head(u))
            return NULL;
    }
}

static dbk_err *next_update(updates *u, update *out)
{
    bool more;
    dataset_fault fault;
    dbk_err *e = hold_line(u, &more);
    if (e)
        return e;
    if (!more) {
        *out = (update){.item = {.event = ROW_END}};
        return NULL;
    }
    if (!judge_line(u, &fault)) {
        u->after_torn = true;
        give_line(u, &fault, out);
        return NULL;
    }
    /* Another header may follow its lines. */
    const form its_own = u->form;
    e = read_update(u);
    if (e)
        return e;
    const form next = u->form;
    u->form = its_own;
    finish_update(u, out);
    u->form = next;
    return NULL;
}

/* ---- a file of them ---- */

static void updates_free(updates *u)
{
    if (!u)
        return;
    for (int i = 0; i < DEPTH_SERIES_MAX; i++)
        row_builder_term(&u->streams[i].builder);
    line_reader_free(u->lines);
    source_close(u->source);
    mem_free(u);
}

static dbk_err *stream_init(stream *s, const char *name, const dataset_rules *rules)
{
    s->dataset = dataset_of_stream(name);
    s->sides[0] = dataset_column_named(s->dataset, "bids");
    s->sides[1] = dataset_column_named(s->dataset, "asks");
    return row_builder_init(&s->builder, s->dataset, rules);
}

static dbk_err *updates_new(const char *path, const dataset_rules *rules, updates **out)
{
    updates *u = mem_alloc(sizeof(*u));
    if (!u)
        return err_oom();
    dbk_err *e = stream_init(&u->streams[0], "order_book", rules);
    if (!e)
        e = stream_init(&u->streams[1], "book_changes", rules);
    if (!e)
        e = source_open(path, &u->source);
    if (!e)
        e = line_reader_new(u->source, &u->lines);
    if (e) {
        updates_free(u);
        return e;
    }
    *out = u;
    return NULL;
}

static dbk_err *look_at_first(const char *path, bool *out)
{
    form found;
    csv_fields fields;
    line l = {.length = 0};
    source *s = NULL;
    line_reader *lines = NULL;
    bool more = true;
    dbk_err *e = source_open(path, &s);
    if (!e)
        e = line_reader_new(s, &lines);
    while (!e && more && csv_line_is_blank(&l))
        e = line_reader_next(lines, &l, &more);
    *out = false;
    if (!e && more && !l.too_long) {
        csv_split(&l, ',', &fields);
        *out = form_of_header(&fields, &found) || form_of_line(&fields, &found);
    }
    line_reader_free(lines);
    source_close(s);
    return e;
}

dbk_err *depth_file_is(const char *path, bool *out)
{
    dbk_err *e = look_at_first(path, out);
    if (!e || err_code(e) != ERR_INPUT)
        return e;
    err_free(e);
    *out = false;
    return NULL;
}

/* ---- the first reading ---- */

typedef struct scan {
    const depth_file_options *o;
    int64_t strays;
    dataset_fault stray;
    depth_file result;
} scan;

static bool is_left_out(const dataset *only, const update *found)
{
    return only && found->of && found->of->dataset != only;
}

static depth_series *series_of(depth_file *f, const dataset *d)
{
    size_t i = 0;
    while (i < f->series_count && f->series[i].dataset != d)
        i++;
    assert(i < DEPTH_SERIES_MAX);
    if (i == f->series_count)
        f->series[f->series_count++] = (depth_series){.dataset = d};
    return &f->series[i];
}

static void note_update(scan *s, const update *found)
{
    const row_item *item = &found->item;
    if (!found->of) {
        s->stray = s->strays == 0 ? item->fault : s->stray;
        s->strays++;
        return;
    }
    row_summary *summary = &series_of(&s->result, found->of->dataset)->summary;
    summary->rows++;
    if (item->event == ROW_READ)
        row_summary_add(summary, row_place_of(found->of->dataset, &item->row), item->row.time_unit);
    else
        summary->rejects++;
}

static dbk_err *read_all(scan *s, updates *u)
{
    update found = {.item = {.event = ROW_READ}};
    dbk_err *e = NULL;
    for (int64_t n = 0; !e && found.item.event != ROW_END; n++) {
        if (n % POLL_ROWS == 0) {
            if (s->o->progress)
                progress_set(s->o->progress, source_position_bytes(u->source));
            e = interrupt_check(s->o->interrupt);
        }
        if (!e)
            e = next_update(u, &found);
        if (!e && found.item.event != ROW_END && !is_left_out(s->o->only, &found))
            note_update(s, &found);
    }
    return e;
}

static dbk_err *settle(arena *a, scan *s)
{
    char why[DATASET_FAULT_TEXT_SIZE] = "it holds no rows";
    depth_file *r = &s->result;
    if (r->series_count > 0) {
        r->series[0].summary.rows += s->strays;
        r->series[0].summary.rejects += s->strays;
        return NULL;
    }
    if (s->strays > 0)
        dataset_fault_format(&s->stray, why);
    r->refusal = arena_strdup(a, why);
    return r->refusal ? NULL : err_oom();
}

/* Content that was refused becomes the result; everything else stays an error. */
static dbk_err *refuse_by(arena *a, scan *s, dbk_err *e)
{
    if (!e || err_code(e) != ERR_INPUT)
        return e;
    s->result.refusal = arena_strdup(a, err_message(e));
    err_free(e);
    return s->result.refusal ? NULL : err_oom();
}

dbk_err *depth_file_scan(arena *a, const depth_file_options *o, depth_file *out)
{
    updates *u;
    scan s = {.o = o};
    dbk_err *e = updates_new(o->path, &o->rules, &u);
    if (e)
        return e;
    e = refuse_by(a, &s, read_all(&s, u));
    if (!e && !s.result.refusal)
        e = settle(a, &s);
    if (!e)
        e = source_identify(u->source, &s.result.identity);
    memcpy(s.result.symbol, u->symbol, sizeof(u->symbol));
    updates_free(u);
    if (!e)
        *out = s.result;
    return e;
}

/* ---- the second ---- */

typedef struct depth_reader {
    row_reader reader; /* first: what callers hold */
    updates *updates;
    bool first;
    update found;
} depth_reader;

static dbk_err *reader_next(row_reader *base, row_item *out)
{
    depth_reader *r = (depth_reader *)base;
    for (;;) {
        dbk_err *e = next_update(r->updates, &r->found);
        if (e)
            return e;
        bool mine = r->found.of ? r->found.of->dataset == base->dataset : r->first;
        if (mine || r->found.item.event == ROW_END)
            break;
    }
    *out = r->found.item;
    return NULL;
}

static dbk_err *reader_identify(row_reader *base, source_identity *out)
{
    return source_identify(((depth_reader *)base)->updates->source, out);
}

static bool reader_tap(row_reader *base, const source_tap *tap)
{
    return source_tap_into(((depth_reader *)base)->updates->source, tap);
}

static void reader_close(row_reader *base)
{
    depth_reader *r = (depth_reader *)base;
    updates_free(r->updates);
    mem_free(r);
}

dbk_err *depth_file_open(const depth_file_options *o, const depth_file *scan, size_t series, row_reader **out)
{
    static const row_reader_methods methods = {reader_next, reader_identify, reader_close, reader_tap};
    assert(series < scan->series_count);
    depth_reader *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->reader = (row_reader){&methods, scan->series[series].dataset};
    r->first = series == 0;
    dbk_err *e = updates_new(o->path, &o->rules, &r->updates);
    if (e) {
        mem_free(r);
        return e;
    }
    *out = &r->reader;
    return NULL;
}
