#include "cmd/drift_rows.h"

#include <string.h>

#define PATCH_BYTES_MAX ((size_t)256 << 20)
#define NAME_LENGTH_MAX 60

/* Columns. */
enum { EXPECTED, ACTUAL, OBJECT, KIND, DIFFERENCE, PART, NAME, EXPECTED_TEXT, ACTUAL_TEXT, COUNT };

dbk_err *drift_rows_new(const app *app, table **out)
{
    static const table_column columns[COUNT] = {
        {"expected", TABLE_STRING}, {"actual", TABLE_STRING},        {"object", TABLE_STRING},
        {"kind", TABLE_STRING},     {"difference", TABLE_STRING},    {"part", TABLE_STRING},
        {"name", TABLE_STRING},     {"expected_text", TABLE_STRING}, {"actual_text", TABLE_STRING}};
    return table_new(NULL, columns, app->output.format == TABLE_TEXT ? EXPECTED_TEXT : COUNT, out);
}

/* Arguments of a function would make a table as wide as the longest of them; programs get them all. */
static const char *object_name(const app *app, const mirror_item *object)
{
    size_t arguments = strcspn(object->name, "(");
    if (app->output.format != TABLE_TEXT || strlen(object->name) < NAME_LENGTH_MAX ||
        !object->name[arguments])
        return object->name;
    return arena_printf(app->arena, "%.*s(...)", (int)arguments, object->name);
}

dbk_err *drift_rows_add(const app *app, table *t, const char *expected, const char *actual,
                        const drift *found)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < found->count; i++) {
        const drift_row *row = &found->rows[i];
        const mirror_item *object = row->expected ? row->expected : row->actual;
        const char *const cells[COUNT] = {
            expected,  actual,    object_name(app, object), object->kind,    drift_kind_name(row->kind),
            row->part, row->name, row->expected_text,       row->actual_text};
        size_t columns = app->output.format == TABLE_TEXT ? EXPECTED_TEXT : COUNT;
        e = table_row(t);
        for (size_t c = 0; !e && c < columns; c++)
            e = table_set(t, c, cells[c]);
    }
    return e;
}

/* "UPDATE (price) daybook_risk": the right, the column and the role, as far as there are any. */
static const char *right_name(const app *app, const matrix_difference *d)
{
    return arena_printf(app->arena, "%s%s%s%s%s%s", d->privilege ? d->privilege : "", d->column ? " (" : "",
                        d->column ? d->column : "", d->column ? ")" : "", d->privilege && d->role ? " " : "",
                        d->role ? d->role : "");
}

/* A problem that is neither too little nor too much is a part of its own: "owner", "uncovered", "unsafe" … */
static drift_kind right_kind(const matrix_difference *d, const char **part)
{
    *part = "right";
    if (strcmp(d->problem, "missing") == 0)
        return DRIFT_MISSING;
    if (strcmp(d->problem, "extra") == 0)
        return DRIFT_EXTRA;
    *part = d->problem;
    return DRIFT_DIFFERS;
}

dbk_err *drift_rows_matrix(const app *app, table *t, const matrix_report *report)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < report->difference_count; i++) {
        const matrix_difference *d = &report->differences[i];
        const char *part;
        const char *kind = drift_kind_name(right_kind(d, &part));
        const char *const cells[EXPECTED_TEXT] = {"matrix", "live", d->object,         d->class_name,
                                                  kind,     part,   right_name(app, d)};
        if (!cells[NAME])
            return err_oom();
        e = table_row(t);
        for (size_t c = 0; !e && c < EXPECTED_TEXT; c++)
            e = table_set(t, c, cells[c]);
    }
    return e;
}

dbk_err *drift_rows_matrix_print(const app *app, const matrix_report *report)
{
    for (size_t i = 0; i < report->difference_count; i++) {
        const matrix_difference *d = &report->differences[i];
        const char *name = right_name(app, d);
        if (!name)
            return err_oom();
        if (fprintf(app->out, "# matrix/live: %s %s: %s: %s\n", d->class_name, d->object, d->problem, name) <
            0)
            return err_new(ERR_IO, "could not write to standard output");
    }
    return NULL;
}

dbk_err *drift_rows_patch(const app *app, const char *expected, const char *actual, const drift *found)
{
    buf text;
    buf_init(&text, PATCH_BYTES_MAX);
    dbk_err *e = NULL;
    const char *last = "";
    for (size_t i = 0; !e && i < found->count; i++) {
        const drift_row *row = &found->rows[i];
        const mirror_item *object = row->expected ? row->expected : row->actual;
        if (object->path == last)
            continue;
        last = object->path;
        const char *left = arena_printf(app->arena, "%s/%s", expected, object->path);
        const char *right = arena_printf(app->arena, "%s/%s", actual, object->path);
        e = !left || !right ? err_oom()
                            : drift_unified(app->arena, left, row->expected ? row->expected->text : NULL,
                                            right, row->actual ? row->actual->text : NULL, &text);
    }
    if (!e)
        fwrite(text.data, 1, text.length, app->out);
    buf_term(&text);
    return e;
}

dbk_err *drift_rows_unwritten(app *app, arena *a, const char *side, const mirror *m)
{
    const char **names;
    size_t count;
    dbk_err *e = mirror_unwritten(a, m, &names, &count);
    for (size_t i = 0; !e && i < count; i++)
        log_printf(app->log, LOG_WARNING,
                   "%s has %s, which no file can hold: it is known to be there, not what it is", side,
                   names[i]);
    return e;
}
