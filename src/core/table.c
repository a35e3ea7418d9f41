#include "core/table.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "core/buf.h"
#include "core/json.h"
#include "core/mem.h"
#include "core/utf8.h"

#define TABLE_SIZE_BYTES_MAX ((size_t)256 << 20)
#define ROWS_MAX ((size_t)1000000)
#define JSON_ROW_LENGTH_MAX ((size_t)16 << 20)

typedef struct row {
    struct row *next;
    const char *cells[];
} row;

struct table {
    arena *arena;
    const char *title;
    table_column *columns;
    size_t column_count;
    row *first;
    row *last;
    size_t row_count;
};

dbk_err *table_new(const char *title, const table_column *columns, size_t count, table **out)
{
    assert(columns && count > 0);
    assert(out);
    arena *a = arena_new(TABLE_SIZE_BYTES_MAX);
    if (!a)
        return err_oom();
    table *t = arena_alloc(a, sizeof *t);
    table_column *copy = arena_memdup(a, columns, count * sizeof *columns);
    bool complete = t && copy;
    for (size_t i = 0; complete && i < count; i++) {
        copy[i].name = arena_strdup(a, columns[i].name);
        complete = copy[i].name != NULL;
    }
    const char *title_copy = complete && title ? arena_strdup(a, title) : NULL;
    if (!complete || (title && !title_copy)) {
        arena_free(a);
        return err_oom();
    }
    *t = (table){.arena = a, .title = title_copy, .columns = copy, .column_count = count};
    *out = t;
    return NULL;
}

void table_free(table *t)
{
    if (t)
        arena_free(t->arena);
}

dbk_err *table_row(table *t)
{
    assert(t);
    if (t->row_count == ROWS_MAX)
        return err_new(ERR_LIMIT, "a result has more than %zu rows", ROWS_MAX);
    row *r = arena_alloc(t->arena, sizeof *r + t->column_count * sizeof r->cells[0]);
    if (!r)
        return err_oom();
    if (t->last)
        t->last->next = r;
    else
        t->first = r;
    t->last = r;
    t->row_count++;
    return NULL;
}

dbk_err *table_set(table *t, size_t column, const char *value)
{
    assert(t && t->last);
    assert(column < t->column_count);
    const char *copy = value ? arena_strdup(t->arena, value) : NULL;
    if (value && !copy)
        return err_oom();
    t->last->cells[column] = copy;
    return NULL;
}

dbk_err *table_setf(table *t, size_t column, const char *fmt, ...)
{
    assert(t && t->last);
    assert(column < t->column_count);
    va_list args;
    va_start(args, fmt);
    const char *copy = arena_vprintf(t->arena, fmt, args);
    va_end(args);
    if (!copy)
        return err_oom();
    t->last->cells[column] = copy;
    return NULL;
}

size_t table_rows(const table *t)
{
    assert(t);
    return t->row_count;
}

/* PostgreSQL writes t and f. */
static const char *bool_text(const char *value)
{
    if (strcmp(value, "t") == 0 || strcmp(value, "true") == 0)
        return "true";
    if (strcmp(value, "f") == 0 || strcmp(value, "false") == 0)
        return "false";
    return NULL;
}

static const char *cell_text(const table_column *column, const char *value)
{
    const char *text = column->kind == TABLE_BOOL && value ? bool_text(value) : NULL;
    return text ? text : value;
}

/* Writes a cell for a terminal and returns its width; with out NULL, only measures. A cell stays on its line
 * and cannot drive the terminal. */
static size_t write_visible(FILE *out, const char *s)
{
    size_t width = 0, left = strlen(s);
    while (left > 0) {
        uint32_t code_point;
        char escape[16];
        const char *shown = s;
        size_t n = utf8_decode(s, left, &code_point), shown_length = n;
        if (code_point == UTF8_INVALID)
            shown_length = (size_t)snprintf(escape, sizeof escape, "\\x%02x", (unsigned)(unsigned char)*s);
        else if (code_point == '\n')
            shown_length = (size_t)snprintf(escape, sizeof escape, "\\n");
        else if (code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0))
            shown_length = (size_t)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)code_point);
        else
            escape[0] = '\0';
        if (code_point == UTF8_INVALID || escape[0])
            shown = escape;
        width += utf8_width(shown, shown_length);
        if (out)
            (void)fwrite(shown, 1, shown_length, out);
        s += n;
        left -= n;
    }
    return width;
}

static bool aligns_right(table_kind kind)
{
    return kind != TABLE_STRING && kind != TABLE_JSON_VALUE;
}

/* One line. Spaces are written only once something follows them, so that no line ends in spaces. */
static void print_text_line(const table *t, const size_t *widths, const row *r, FILE *out)
{
    size_t pending = 0;
    for (size_t i = 0; i < t->column_count; i++) {
        const char *text = r ? cell_text(&t->columns[i], r->cells[i]) : t->columns[i].name;
        size_t width = text ? write_visible(NULL, text) : 0;
        size_t gap = widths[i] - width;
        bool right = aligns_right(t->columns[i].kind);
        if (right)
            pending += gap;
        if (width > 0) {
            (void)fprintf(out, "%*s", (int)pending, "");
            write_visible(out, text);
            pending = 0;
        }
        pending += (right ? 0 : gap) + 2;
    }
    (void)fputc('\n', out);
}

static dbk_err *print_text(const table *t, FILE *out)
{
    if (t->title)
        (void)fprintf(out, "%s\n", t->title);
    if (t->row_count == 0) {
        (void)fputs("(none)\n", out);
        return NULL;
    }
    size_t *widths = mem_alloc(t->column_count * sizeof *widths);
    if (!widths)
        return err_oom();
    for (size_t i = 0; i < t->column_count; i++) {
        widths[i] = write_visible(NULL, t->columns[i].name);
        for (const row *r = t->first; r; r = r->next) {
            const char *text = cell_text(&t->columns[i], r->cells[i]);
            size_t width = text ? write_visible(NULL, text) : 0;
            widths[i] = width > widths[i] ? width : widths[i];
        }
    }
    print_text_line(t, widths, NULL, out);
    for (size_t i = 0; i < t->column_count; i++) {
        (void)fputs(i ? "  " : "", out);
        for (size_t n = 0; n < widths[i]; n++)
            (void)fputc('-', out);
    }
    (void)fputc('\n', out);
    for (const row *r = t->first; r; r = r->next)
        print_text_line(t, widths, r, out);
    mem_free(widths);
    return NULL;
}

/* Null is nothing and the empty string is "", as COPY does it. */
static void print_csv_cell(const char *text, FILE *out)
{
    if (!text)
        return;
    size_t length = strlen(text);
    bool quoted = length == 0 || strpbrk(text, ",\"\r\n") || text[0] == ' ' || text[length - 1] == ' ' ||
                  text[0] == '#';
    if (!quoted) {
        (void)fputs(text, out);
        return;
    }
    (void)fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            (void)fputc('"', out);
        (void)fputc(*text, out);
    }
    (void)fputc('"', out);
}

static void print_csv(const table *t, FILE *out)
{
    for (size_t i = 0; i < t->column_count; i++) {
        (void)fputs(i ? "," : "", out);
        print_csv_cell(t->columns[i].name, out);
    }
    (void)fputc('\n', out);
    for (const row *r = t->first; r; r = r->next) {
        for (size_t i = 0; i < t->column_count; i++) {
            (void)fputs(i ? "," : "", out);
            print_csv_cell(cell_text(&t->columns[i], r->cells[i]), out);
        }
        (void)fputc('\n', out);
    }
}

static const char *skip_digits(const char *s)
{
    while (*s >= '0' && *s <= '9')
        s++;
    return s;
}

/* NaN, infinity and empty text are none. */
static bool is_json_number(const char *s)
{
    s += *s == '-';
    const char *end = skip_digits(s);
    if (end == s || (*s == '0' && end != s + 1))
        return false;
    s = end;
    if (*s == '.') {
        end = skip_digits(s + 1);
        if (end == s + 1)
            return false;
        s = end;
    }
    if (*s == 'e' || *s == 'E') {
        s++;
        s += *s == '+' || *s == '-';
        end = skip_digits(s);
        if (end == s)
            return false;
        s = end;
    }
    return *s == '\0';
}

static bool is_json(const char *text)
{
    json_t *value = NULL;
    dbk_err *e = json_parse(text, strlen(text), "cell", &value);
    err_free(e);
    json_decref(value);
    return value != NULL;
}

static bool is_bare_in_json(table_kind kind, const char *text)
{
    switch (kind) {
    case TABLE_INT:
    case TABLE_FLOAT:
        return is_json_number(text);
    case TABLE_BOOL:
        return bool_text(text) != NULL;
    case TABLE_JSON_VALUE:
        return is_json(text);
    case TABLE_STRING:
    case TABLE_DECIMAL:
        break;
    }
    return false;
}

static dbk_err *print_json_row(const table *t, const row *r, buf *line, FILE *out)
{
    buf_clear(line);
    buf_append_char(line, '{');
    for (size_t i = 0; i < t->column_count; i++) {
        const char *text = cell_text(&t->columns[i], r->cells[i]);
        if (i > 0)
            buf_append_str(line, ", ");
        json_append_string(line, t->columns[i].name);
        buf_append_str(line, ": ");
        if (text && is_bare_in_json(t->columns[i].kind, text))
            buf_append_str(line, text);
        else
            json_append_string(line, text);
    }
    buf_append_char(line, '}');
    dbk_err *e = buf_error(line);
    if (!e)
        (void)fwrite(line->data, 1, line->length, out);
    return e;
}

static dbk_err *print_json(const table *t, FILE *out)
{
    buf line;
    buf_init(&line, JSON_ROW_LENGTH_MAX);
    dbk_err *e = NULL;
    (void)fputc('[', out);
    for (const row *r = t->first; r && !e; r = r->next) {
        (void)fputs(r == t->first ? "" : ",\n ", out);
        e = print_json_row(t, r, &line, out);
    }
    (void)fputc(']', out);
    buf_term(&line);
    return e;
}

static dbk_err *check_written(FILE *out)
{
    errno = 0;
    if (fflush(out) != 0 || ferror(out))
        return err_errno(errno ? errno : EIO, "could not write the result");
    return NULL;
}

dbk_err *table_print(const table *t, table_format format, FILE *out)
{
    assert(t && out);
    dbk_err *e = NULL;
    switch (format) {
    case TABLE_TEXT:
        e = print_text(t, out);
        break;
    case TABLE_CSV:
        print_csv(t, out);
        break;
    case TABLE_JSON:
        e = print_json(t, out);
        (void)fputc('\n', out);
        break;
    }
    return e ? e : check_written(out);
}

static dbk_err *print_all_json(table *const *tables, size_t count, FILE *out)
{
    buf name;
    buf_init(&name, JSON_ROW_LENGTH_MAX);
    dbk_err *e = NULL;
    (void)fputc('{', out);
    for (size_t i = 0; i < count && !e; i++) {
        buf_clear(&name);
        buf_append_str(&name, i ? ",\n" : "");
        json_append_string(&name, tables[i]->title);
        buf_append_str(&name, ":\n");
        e = buf_error(&name);
        if (e)
            break;
        (void)fwrite(name.data, 1, name.length, out);
        (void)fputc(' ', out);
        e = print_json(tables[i], out);
    }
    (void)fputs("}\n", out);
    buf_term(&name);
    return e ? e : check_written(out);
}

dbk_err *table_print_all(table *const *tables, size_t count, table_format format, FILE *out)
{
    assert(tables || count == 0);
    assert(out);
    for (size_t i = 0; i < count; i++)
        assert(tables[i] && tables[i]->title);
    if (format == TABLE_JSON)
        return print_all_json(tables, count, out);
    for (size_t i = 0; i < count; i++) {
        if (format == TABLE_CSV && count > 1)
            (void)fprintf(out, "# %s\n", tables[i]->title);
        else if (i > 0)
            (void)fputc('\n', out);
        dbk_err *e = table_print(tables[i], format, out);
        if (e)
            return e;
    }
    return check_written(out);
}
