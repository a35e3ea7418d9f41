#include "market/formats/depth_updates.h"

#include <string.h>

#include "core/mem.h"
#include "market/formats/dataset_int.h"
#include "market/formats/depth_form.h"
#include "market/formats/depth_levels.h"

enum { SNAPSHOTS, CHANGES, STREAMS };
enum { BIDS, ASKS, SIDES };

/* What one of the two streams is made with. */
typedef struct stream {
    const dataset *dataset;
    row_builder builder;
    int sides[SIDES]; /* their columns */
} stream;

struct depth_updates {
    source *source;
    line_reader *lines;
    stream streams[STREAMS];
    depth_form form;
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
    depth_levels sides[SIDES];
    char head_text[LINE_LENGTH_MAX];
    char culprit_text[LINE_LENGTH_MAX];
};

void depth_updates_free(depth_updates *u)
{
    if (!u)
        return;
    for (int i = 0; i < STREAMS; i++)
        row_builder_term(&u->streams[i].builder);
    line_reader_free(u->lines);
    source_close(u->source);
    mem_free(u);
}

static dbk_err *stream_init(stream *s, const char *name, const dataset_rules *rules)
{
    s->dataset = dataset_of_stream(name);
    s->sides[BIDS] = dataset_column_named(s->dataset, "bids");
    s->sides[ASKS] = dataset_column_named(s->dataset, "asks");
    return row_builder_init(&s->builder, s->dataset, rules);
}

dbk_err *depth_updates_new(const char *path, const dataset_rules *rules, depth_updates **out)
{
    depth_updates *u = mem_alloc(sizeof(*u));
    if (!u)
        return err_oom();
    dbk_err *e = stream_init(&u->streams[SNAPSHOTS], "order_book", rules);
    if (!e)
        e = stream_init(&u->streams[CHANGES], "book_changes", rules);
    if (!e)
        e = source_open(path, &u->source);
    if (!e)
        e = line_reader_new(u->source, &u->lines);
    if (e) {
        depth_updates_free(u);
        return e;
    }
    *out = u;
    return NULL;
}

const char *depth_updates_symbol(const depth_updates *u)
{
    return u->symbol;
}

source *depth_updates_source(const depth_updates *u)
{
    return u->source;
}

/* ---- lines ---- */

static const layout_text *field(const depth_updates *u, const csv_fields *fields, depth_column c)
{
    return depth_field(&u->form, fields, c);
}

/* The next line with something in it becomes the held one; a header, of which an archive has one in each of
 * its files, only says where the columns are. */
static dbk_err *hold_line(depth_updates *u, bool *more)
{
    *more = true;
    while (!u->held) {
        depth_form header;
        dbk_err *e = line_reader_next(u->lines, &u->line, more);
        if (e || !*more)
            return e;
        if (csv_line_is_blank(&u->line))
            continue;
        csv_split(&u->line, ',', &u->fields);
        if (!u->line.too_long && depth_form_of_header(&u->fields, &header))
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

static bool judge_symbol(depth_updates *u, dataset_fault *fault)
{
    const layout_text *symbol = field(u, &u->fields, DEPTH_SYMBOL);
    if (!is_plain(symbol) || symbol->length >= sizeof(u->symbol)) {
        *fault = (dataset_fault){.kind = DATASET_FAULT_TEXT, .column = "symbol"};
        return false;
    }
    if (u->symbol[0] == '\0')
        memcpy(u->symbol, symbol->start, symbol->length);
    return depth_text_is(symbol, u->symbol) ||
           dataset_broken(fault, "its symbol is not that of the rows before");
}

/* Is the held line a level of these series? false: nobody knows of which update it is. */
static bool judge_line(depth_updates *u, dataset_fault *fault)
{
    if (u->line.too_long) {
        *fault = (dataset_fault){.kind = DATASET_FAULT_LINE_LENGTH};
        return false;
    }
    if (u->form.fields == 0 && !depth_form_of_line(&u->fields, &u->form)) {
        *fault = (dataset_fault){.kind = DATASET_FAULT_FORM, .rows_name = "levels of order books"};
        return false;
    }
    if (u->fields.count != u->form.fields) {
        *fault = (dataset_fault){
            .kind = DATASET_FAULT_COLUMN_COUNT, .columns = u->fields.count, .columns_wanted = u->form.fields};
        return false;
    }
    const layout_text *type = field(u, &u->fields, DEPTH_TYPE);
    if (depth_text_is(type, "delta"))
        return dataset_broken(fault, "it says by how much a level changes, and not what it holds");
    if (!depth_type_is_known(type))
        return dataset_broken(fault, "its update_type is neither snap nor set");
    return judge_symbol(u, fault);
}

static bool is_of_head(const depth_updates *u)
{
    static const depth_column key[] = {DEPTH_TYPE, DEPTH_TIME, DEPTH_FIRST_ID, DEPTH_LAST_ID,
                                       DEPTH_PREVIOUS_ID};
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

static void break_update(depth_updates *u, const line *culprit, dataset_fault fault)
{
    if (u->broken)
        return;
    u->broken = true;
    u->fault = fault;
    keep_line(culprit, u->culprit_text, &u->culprit);
}

static bool read_number(depth_updates *u, depth_column c, const char *name, bool *lossy, double *out)
{
    const layout_text *f = field(u, &u->fields, c);
    number_status status = number_parse(f->start, f->length, out);
    *lossy = *lossy || status == NUMBER_LOSSY;
    if (status == NUMBER_OK || status == NUMBER_LOSSY)
        return true;
    break_update(u, &u->line, (dataset_fault){.kind = row_fault_of(status), .column = name});
    return false;
}

static void add_level(depth_updates *u)
{
    const layout_text *side = field(u, &u->fields, DEPTH_SIDE);
    bool bid = depth_text_is(side, "b");
    depth_levels *l = &u->sides[bid ? BIDS : ASKS];
    double price, quantity;
    if (!bid && !depth_text_is(side, "a")) {
        dataset_fault fault;
        (void)dataset_broken(&fault, "its side is neither a nor b");
        break_update(u, &u->line, fault);
        return;
    }
    if (!read_number(u, DEPTH_PRICE, "price", &l->lossy, &price) ||
        !read_number(u, DEPTH_QUANTITY, "qty", &l->lossy, &quantity))
        return;
    if (quantity < 0) {
        break_update(u, &u->line, (dataset_fault){.kind = DATASET_FAULT_NEGATIVE, .column = "qty"});
        return;
    }
    if (!depth_levels_add(l, price, quantity))
        break_update(u, &u->line,
                     (dataset_fault){.kind = DATASET_FAULT_LEVELS, .column = bid ? "bids" : "asks"});
}

/* Levels of a snapshot lie best first; those of a change as the venue wrote them. */
static depth_order order_of(const depth_updates *u, const stream *s, int side)
{
    if (s != &u->streams[SNAPSHOTS])
        return DEPTH_AS_ADDED;
    return side == BIDS ? DEPTH_HIGHEST_FIRST : DEPTH_LOWEST_FIRST;
}

static bool put_side(depth_updates *u, stream *s, int side, dataset_row *row, dataset_fault *fault)
{
    depth_levels *l = &u->sides[side];
    int column = s->sides[side];
    if (!depth_levels_settle(l, order_of(u, s, side)))
        return dataset_broken(fault, "it states two quantities of one price");
    row_put_no_levels(&s->builder, row, column);
    for (int i = 0; i < l->count; i++)
        if (!row_put_level(&s->builder, row, column, l->all[i].price, l->all[i].quantity, fault))
            return false;
    if (l->lossy)
        row->lossy |= UINT32_C(1) << column;
    return true;
}

static bool put_field(depth_updates *u, stream *s, dataset_row *row, depth_column c, const char *name,
                      dataset_fault *fault)
{
    const layout_text *f = field(u, &u->head_fields, c);
    dataset_field to = {.column = (int16_t)dataset_column_named(s->dataset, name)};
    return row_put(&s->builder, row, to, f->start, f->length, fault);
}

static bool put_snapshot(depth_updates *u, stream *s, dataset_row *row, dataset_fault *fault)
{
    return put_field(u, s, row, DEPTH_TIME, "snapshot_time", fault) &&
           put_field(u, s, row, DEPTH_LAST_ID, "last_update_id", fault);
}

/* The one time there is is that of the transaction. Where no update comes before, -1 is written. */
static bool put_change(depth_updates *u, stream *s, dataset_row *row, dataset_fault *fault)
{
    bool first = depth_text_is(field(u, &u->head_fields, DEPTH_PREVIOUS_ID), "-1");
    return put_field(u, s, row, DEPTH_TIME, "change_time", fault) &&
           put_field(u, s, row, DEPTH_TIME, "transaction_time", fault) &&
           put_field(u, s, row, DEPTH_FIRST_ID, "first_update_id", fault) &&
           put_field(u, s, row, DEPTH_LAST_ID, "last_update_id", fault) &&
           (first || put_field(u, s, row, DEPTH_PREVIOUS_ID, "previous_update_id", fault));
}

static void tell_line(const line *l, row_item *out)
{
    out->line = l->number;
    out->byte_offset = l->byte_offset;
    out->raw = l->text;
    out->raw_length = l->length;
}

static void finish_update(depth_updates *u, depth_update *out)
{
    bool snapshot = depth_text_is(field(u, &u->head_fields, DEPTH_TYPE), "snap");
    stream *s = &u->streams[snapshot ? SNAPSHOTS : CHANGES];
    row_item *item = &out->item;
    out->dataset = s->dataset;
    item->event = ROW_REJECTED;
    item->fault = u->fault;
    tell_line(u->broken ? &u->culprit : &u->head, item);
    if (u->broken)
        return;
    row_begin(&s->builder, &item->row);
    bool good =
        snapshot ? put_snapshot(u, s, &item->row, &item->fault) : put_change(u, s, &item->row, &item->fault);
    good = good && put_side(u, s, BIDS, &item->row, &item->fault) &&
           put_side(u, s, ASKS, &item->row, &item->fault) &&
           row_finish(&s->builder, &item->row, &item->fault);
    if (good)
        item->event = ROW_READ;
}

static void begin_update(depth_updates *u)
{
    u->broken = false;
    for (int i = 0; i < SIDES; i++)
        depth_levels_clear(&u->sides[i]);
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
static void give_line(depth_updates *u, const dataset_fault *fault, depth_update *out)
{
    *out = (depth_update){.item = {.event = ROW_REJECTED, .fault = *fault}};
    tell_line(&u->line, &out->item);
    u->held = false;
}

/* The lines of the update that the held line begins. */
static dbk_err *read_update(depth_updates *u)
{
    bool more = true;
    const depth_form before = u->form;
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

dbk_err *depth_updates_next(depth_updates *u, depth_update *out)
{
    bool more;
    dataset_fault fault;
    dbk_err *e = hold_line(u, &more);
    if (e)
        return e;
    if (!more) {
        *out = (depth_update){.item = {.event = ROW_END}};
        return NULL;
    }
    if (!judge_line(u, &fault)) {
        u->after_torn = true;
        give_line(u, &fault, out);
        return NULL;
    }
    /* Another header may follow its lines. */
    const depth_form its_own = u->form;
    e = read_update(u);
    if (e)
        return e;
    const depth_form next = u->form;
    u->form = its_own;
    finish_update(u, out);
    u->form = next;
    return NULL;
}
