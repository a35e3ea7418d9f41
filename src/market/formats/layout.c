#include "market/formats/layout.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#define NAME_LENGTH_MAX 63

static_assert(DATASET_SYMBOL_SIZE > NAME_LENGTH_MAX, "a name from a header is a name of a series");

static int shown(size_t length)
{
    return length < NAME_LENGTH_MAX ? (int)length : NAME_LENGTH_MAX;
}

/* Adds the next field; NULL or what is wrong with it. */
static const char *add_field(layout *l, const dataset_field *field)
{
    if (l->field_count == LAYOUT_FIELDS_MAX)
        return "one column too many";
    for (int i = 0; i < l->field_count && field->column != DATASET_IGNORED; i++)
        if (l->fields[i].column == field->column &&
            (field->column < 0 || (l->fields[i].as == field->as && l->fields[i].level == field->level)))
            return "this column is there twice";
    l->fields[l->field_count++] = *field;
    if (field->column >= 0)
        l->columns |= UINT32_C(1) << field->column;
    return NULL;
}

const char *layout_missing(const dataset *d, const layout *l, bool ids_by_content)
{
    for (int i = 0; i < d->column_count; i++)
        if (d->columns[i].flags & DATASET_REQUIRED && !((l->columns >> i) & 1u) &&
            !(ids_by_content && d->ids_by_content && i == d->id_column))
            return d->columns[i].name;
    return NULL;
}

static void append_names(const dataset *d, bool required, buf *out)
{
    const char *separator = "";
    for (int i = 0; i < d->column_count; i++) {
        if (d->columns[i].constant || ((d->columns[i].flags & DATASET_REQUIRED) != 0) != required)
            continue;
        buf_printf(out, "%s%s", separator, d->columns[i].name);
        separator = ", ";
    }
}

static dbk_err *with_names(const dataset *d, dbk_err *e)
{
    buf hint;
    buf_init(&hint, 4096);
    buf_append_str(&hint, "names are ");
    append_names(d, true, &hint);
    buf_append_str(&hint, " (all required), ");
    append_names(d, false, &hint);
    buf_append_str(&hint, ", and ignore or _ for a column to skip");
    dbk_err *failed = buf_error(&hint);
    if (failed) {
        err_free(e);
        e = failed;
    } else {
        e = err_with_hint(e, "%s", hint.data);
    }
    buf_term(&hint);
    return e;
}

static dbk_err *parse_fields(const dataset *d, const char *columns, layout *l)
{
    for (const char *at = columns;; at++) {
        dataset_field field;
        size_t length = strcspn(at, ",");
        const char *wrong = "not the name of a column";
        if (dataset_field_named(d, at, length, false, &field))
            wrong = add_field(l, &field);
        if (wrong)
            return with_names(d, err_new(ERR_USAGE, "%s in --columns: \"%.*s\"", wrong, shown(length), at));
        at += length;
        if (*at == '\0')
            return NULL;
    }
}

dbk_err *layout_parse(const dataset *d, const char *columns, layout *out)
{
    layout l = {.name = "as given"};
    dbk_err *e = parse_fields(d, columns, &l);
    if (e)
        return e;
    const char *missing = layout_missing(d, &l, true);
    if (missing)
        return with_names(d, err_new(ERR_USAGE, "--columns does not say where %s is", missing));
    *out = l;
    return NULL;
}

void layout_format(const dataset *d, const layout *l, buf *out)
{
    for (int i = 0; i < l->field_count; i++) {
        const dataset_field *f = &l->fields[i];
        buf_append_str(out, i > 0 ? "," : "");
        if (f->column == DATASET_SYMBOL)
            buf_append_str(out, "symbol");
        else
            buf_append_str(out, f->column >= 0 ? d->columns[f->column].name : "ignore");
        if (f->as == DATASET_AS_PRICE || f->as == DATASET_AS_QUANTITY)
            buf_printf(out, "[%u].%s", (unsigned)f->level, f->as == DATASET_AS_PRICE ? "price" : "quantity");
    }
}

/* Lower case, with underscores for blanks and hyphens; returns 0 for something too long to be a name. */
static size_t normalise(const layout_text *f, char out[NAME_LENGTH_MAX + 1])
{
    if (f->length > NAME_LENGTH_MAX)
        return 0;
    for (size_t i = 0; i < f->length; i++) {
        char c = (char)tolower((unsigned char)f->start[i]);
        out[i] = c == ' ' || c == '-' ? '_' : c;
    }
    out[f->length] = '\0';
    return f->length;
}

static dbk_err *with_question(dbk_err *e)
{
    return err_with_hint(
        e, "say what the columns are with --columns, in the order of the file, _ for one to skip");
}

/* DATE,DGS10: the field that is no column is what the values are of. */
static bool names_series(const dataset *d, layout *l, const layout_text *name, dataset_field *field)
{
    if (d->has_instrument || d->series_column < 0 || d->value_column < 0 || l->series[0] ||
        name->length == 0 || name->length > NAME_LENGTH_MAX || memchr(name->start, ' ', name->length))
        return false;
    memcpy(l->series, name->start, name->length);
    l->series[name->length] = '\0';
    *field = (dataset_field){.column = (int16_t)d->value_column};
    return true;
}

static const char *add_named(const dataset *d, const layout_text *name, layout *l)
{
    char normal[NAME_LENGTH_MAX + 1] = "";
    dataset_field field = {.column = DATASET_IGNORED};
    size_t length = normalise(name, normal);
    bool index = l->field_count == 0 && name->length == 0;
    if (!index && !dataset_field_named(d, normal, length, true, &field) && !names_series(d, l, name, &field))
        return "not the name of a column";
    return add_field(l, &field);
}

dbk_err *layout_from_header(const dataset *d, const layout_text *fields, size_t count, bool ids_by_content,
                            layout *out)
{
    layout l = {.name = "as the header says"};
    for (size_t i = 0; i < count; i++) {
        const char *wrong = add_named(d, &fields[i], &l);
        if (wrong)
            return with_question(err_new(ERR_INPUT, "the header is not understood: column %zu, \"%.*s\": %s",
                                         i + 1, shown(fields[i].length), fields[i].start, wrong));
    }
    const char *missing = layout_missing(d, &l, ids_by_content);
    if (missing)
        return with_question(
            err_new(ERR_INPUT, "the header names no %s column, and %s need one", missing, d->rows_name));
    *out = l;
    return NULL;
}

/* The orders are ours, so they are understood. */
static bool parse_order(const dataset *d, const dataset_order *order, layout *out)
{
    dbk_err *e = layout_parse(d, order->columns, out);
    assert(!e);
    err_free(e);
    out->name = order->name;
    return !e;
}

size_t layouts_known(const dataset *d, size_t field_count, layout out[LAYOUTS_MAX])
{
    size_t count = 0;
    for (const dataset_order *order = d->orders; order->name; order++) {
        assert(count < LAYOUTS_MAX);
        if (parse_order(d, order, &out[count]) && (size_t)out[count].field_count == field_count)
            count++;
    }
    return count;
}

bool layout_is_binance(const dataset *d, const layout *l)
{
    layout binance;
    if (!d->orders->name || strcmp(d->orders->name, "Binance dump") != 0 ||
        strcmp(d->stream, "klines") != 0 || !parse_order(d, d->orders, &binance))
        return false;
    bool same = l->field_count == binance.field_count;
    for (int i = 0; i < binance.field_count && same; i++)
        same = l->fields[i].column == binance.fields[i].column;
    return same;
}
