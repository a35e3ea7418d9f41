#include "book/book_dump.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "book/dump_reader.h"
#include "core/sha256.h"

/* In the order of the dump: facts before what is derived from them. */
static const char *const all_sections[] = {
    "accounts",          "orders",        "order_events",          "fills",         "fill_events",
    "fill_restatements", "positions",     "position_fees",         "roundtrips",    "cash",
    "funding",           "equity_points", "performance_snapshots", "reconcile_runs"};
#define SECTION_COUNT (sizeof(all_sections) / sizeof(all_sections[0]))
static_assert(SECTION_COUNT <= BOOK_DUMP_SECTIONS_MAX, "the result has room for every section");

const char *dump_section_name(size_t number)
{
    return number < SECTION_COUNT ? all_sections[number] : NULL;
}

dbk_err *dump_statement_find(const dump_statement *all, size_t count, const char *section, const char **sql)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].section, section) == 0) {
            *sql = all[i].sql;
            return NULL;
        }
    return err_new(ERR_INTERNAL, "no statement reads %s", section);
}

typedef struct dump {
    const book_dump_options *options;
    const dump_reader *reader;
    buf line;
    buf cell;
    sha256 *sha;
    int64_t rows;
} dump;

/* As COPY writes text, so that a line is a row and a tab the end of a field. */
static void append_escaped(buf *out, const buf *cell)
{
    for (size_t i = 0; i < cell->length; i++) {
        switch (cell->data[i]) {
        case '\\':
            buf_append_str(out, "\\\\");
            break;
        case '\t':
            buf_append_str(out, "\\t");
            break;
        case '\n':
            buf_append_str(out, "\\n");
            break;
        case '\r':
            buf_append_str(out, "\\r");
            break;
        default:
            buf_append_char(out, cell->data[i]);
        }
    }
}

static void append_row(dump *d, const char *section)
{
    const dump_reader *r = d->reader;
    buf_clear(&d->line);
    buf_append_str(&d->line, section);
    for (size_t column = 0; column < r->columns(r->ctx); column++) {
        buf_append_char(&d->line, '\t');
        buf_clear(&d->cell);
        if (!r->append(r->ctx, column, &d->cell)) {
            buf_append_str(&d->line, "\\N");
            continue;
        }
        buf_break_if(&d->line, &d->cell);
        append_escaped(&d->line, &d->cell);
    }
    buf_append_char(&d->line, '\n');
}

static dbk_err *print(dump *d, const char *text, size_t length)
{
    FILE *out = d->options->out;
    if (out && fwrite(text, 1, length, out) != length)
        return err_errno(errno, "cannot write the dump");
    return NULL;
}

static dbk_err *print_columns(dump *d, const char *section)
{
    const dump_reader *r = d->reader;
    buf_clear(&d->line);
    buf_printf(&d->line, "# %s", section);
    for (size_t column = 0; column < r->columns(r->ctx); column++)
        buf_printf(&d->line, "\t%s", r->name(r->ctx, column));
    buf_append_char(&d->line, '\n');
    dbk_err *e = buf_error(&d->line);
    return e ? e : print(d, d->line.data, d->line.length);
}

static dbk_err *dump_row(dump *d, const char *section)
{
    append_row(d, section);
    dbk_err *e = buf_error(&d->line);
    if (e)
        return e;
    sha256_update(d->sha, d->line.data, d->line.length);
    d->rows++;
    return print(d, d->line.data, d->line.length);
}

static dbk_err *dump_rows(dump *d, const char *section)
{
    const dump_reader *r = d->reader;
    bool more = false;
    dbk_err *e = r->open(r->ctx, section);
    if (!e)
        e = r->next(r->ctx, &more);
    if (!e)
        e = print_columns(d, section);
    while (!e && more) {
        e = dump_row(d, section);
        if (!e)
            e = r->next(r->ctx, &more);
    }
    r->close(r->ctx);
    return e;
}

static dbk_err *dump_section(dump *d, const char *section, book_dump_result *out)
{
    d->rows = 0;
    dbk_err *e = sha256_new(&d->sha);
    if (e)
        return e;
    e = dump_rows(d, section);
    uint8_t digest[32];
    sha256_final(d->sha, digest);
    sha256_free(d->sha);
    if (e)
        return err_wrap(e, "while dumping %s", section);
    out->sections[out->count].name = section;
    out->sections[out->count].rows = d->rows;
    sha256_hex(digest, out->sections[out->count].sha256);
    out->count++;
    return NULL;
}

static bool is_wanted(const book_dump_options *o, const char *name)
{
    for (size_t i = 0; i < o->section_count; i++)
        if (strcmp(o->sections[i], name) == 0)
            return true;
    return o->section_count == 0;
}

static bool is_section(const char *name)
{
    for (size_t i = 0; i < SECTION_COUNT; i++)
        if (strcmp(all_sections[i], name) == 0)
            return true;
    return false;
}

static dbk_err *check_sections(const book_dump_options *o)
{
    for (size_t i = 0; i < o->section_count; i++) {
        if (is_section(o->sections[i]))
            continue;
        buf names;
        buf_init(&names, 0);
        for (size_t k = 0; k < SECTION_COUNT; k++)
            buf_printf(&names, "%s%s", k > 0 ? ", " : "", all_sections[k]);
        dbk_err *e = err_new(ERR_USAGE, "a book has no section %s", o->sections[i]);
        err_with_hint(e, "sections are %s", names.data);
        buf_term(&names);
        return e;
    }
    return NULL;
}

/* The closing lines, and the digest of them all. */
static dbk_err *finish(dump *d, book_dump_result *out)
{
    buf_clear(&d->line);
    for (size_t i = 0; i < out->count; i++)
        buf_printf(&d->line, "%s %lld %s\n", out->sections[i].name, (long long)out->sections[i].rows,
                   out->sections[i].sha256);
    dbk_err *e = buf_error(&d->line);
    uint8_t digest[32];
    if (!e)
        e = sha256_of(d->line.data, d->line.length, digest);
    if (e)
        return e;
    sha256_hex(digest, out->sha256);
    for (size_t i = 0; !e && i < out->count; i++) {
        buf_clear(&d->line);
        buf_printf(&d->line, "# %s rows %lld sha256 %s\n", out->sections[i].name,
                   (long long)out->sections[i].rows, out->sections[i].sha256);
        e = print(d, d->line.data, d->line.length);
    }
    buf_clear(&d->line);
    buf_printf(&d->line, "# end sha256 %s\n", out->sha256);
    return e ? e : print(d, d->line.data, d->line.length);
}

static dbk_err *dump_all(dump *d, book_dump_result *out)
{
    static const char head[] = "# daybook book dump 1\n";
    static_assert(BOOK_DUMP_VERSION == 1, "the first line says the version");
    dbk_err *e = print(d, head, sizeof(head) - 1);
    for (size_t i = 0; !e && i < SECTION_COUNT; i++)
        if (is_wanted(d->options, all_sections[i]))
            e = dump_section(d, all_sections[i], out);
    return e ? e : finish(d, out);
}

dbk_err *dump_write(const dump_reader *reader, const book_dump_options *options, book_dump_result *out)
{
    dbk_err *e = check_sections(options);
    if (e)
        return e;
    book_dump_result result = {.count = 0};
    dump d = {.options = options, .reader = reader};
    buf_init(&d.line, 0);
    buf_init(&d.cell, 0);
    e = dump_all(&d, &result);
    buf_term(&d.line);
    buf_term(&d.cell);
    if (!e)
        *out = result;
    return e;
}
