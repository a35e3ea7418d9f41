#include "book/book_dump.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "book/book_rows.h"
#include "book_dump_sql.h"
#include "core/buf.h"
#include "core/sha256.h"
#include "dump_sqlite_sql.h"

typedef struct dump_part {
    const char *name;
    book_statement rows;
} dump_part;

/* In the order of the dump: facts before what is derived from them. */
static const dump_part parts[] = {
    {"accounts", {book_dump_accounts, dump_sqlite_accounts}},
    {"orders", {book_dump_orders, dump_sqlite_orders}},
    {"order_events", {book_dump_order_events, dump_sqlite_order_events}},
    {"fills", {book_dump_fills, dump_sqlite_fills}},
    {"fill_events", {book_dump_fill_events, dump_sqlite_fill_events}},
    {"fill_restatements", {book_dump_fill_restatements, dump_sqlite_fill_restatements}},
    {"positions", {book_dump_positions, dump_sqlite_positions}},
    {"position_fees", {book_dump_position_fees, dump_sqlite_position_fees}},
    {"roundtrips", {book_dump_roundtrips, dump_sqlite_roundtrips}},
    {"cash", {book_dump_cash, dump_sqlite_cash}},
    {"funding", {book_dump_funding, dump_sqlite_funding}},
    {"equity_points", {book_dump_equity_points, dump_sqlite_equity_points}},
    {"performance_snapshots", {book_dump_performance_snapshots, dump_sqlite_performance_snapshots}},
    {"reconcile_runs", {book_dump_reconcile_runs, dump_sqlite_reconcile_runs}},
};
#define PART_COUNT (sizeof(parts) / sizeof(parts[0]))
static_assert(PART_COUNT <= BOOK_DUMP_SECTIONS_MAX, "the result has room for every section");

typedef struct dump {
    const book_dump_options *options;
    book_source *source;
    book_rows *rows; /* of the section at hand */
    buf line;
    sha256 *sha;
    int64_t count;
} dump;

/* As COPY writes text, so that a line is a row and a tab the end of a field. */
static void append_escaped(buf *out, const char *cell)
{
    for (; *cell; cell++) {
        switch (*cell) {
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
            buf_append_char(out, *cell);
        }
    }
}

static void append_row(dump *d, const char *section)
{
    buf_clear(&d->line);
    buf_append_str(&d->line, section);
    for (size_t column = 0; column < book_rows_column_count(d->rows); column++) {
        const char *cell = book_rows_text(d->rows, column);
        buf_append_char(&d->line, '\t');
        if (cell)
            append_escaped(&d->line, cell);
        else
            buf_append_str(&d->line, "\\N");
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
    buf_clear(&d->line);
    buf_printf(&d->line, "# %s", section);
    for (size_t column = 0; column < book_rows_column_count(d->rows); column++)
        buf_printf(&d->line, "\t%s", book_rows_column_name(d->rows, column));
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
    d->count++;
    return print(d, d->line.data, d->line.length);
}

static dbk_err *dump_rows(dump *d, const dump_part *part)
{
    const book_accounts *accounts = &d->options->accounts;
    const book_parameter only = {.kind = BOOK_LIST, .items = accounts->ids, .count = accounts->count};
    bool more = false;
    dbk_err *e = book_rows_open(d->source, &part->rows, &only, 1, &d->rows);
    if (!e)
        e = book_rows_next(d->rows, &more);
    if (!e)
        e = print_columns(d, part->name);
    while (!e && more) {
        e = dump_row(d, part->name);
        if (!e)
            e = book_rows_next(d->rows, &more);
    }
    book_rows_free(d->rows);
    d->rows = NULL;
    return e;
}

static dbk_err *dump_section(dump *d, const dump_part *part, book_dump_result *out)
{
    d->count = 0;
    dbk_err *e = sha256_new(&d->sha);
    if (e)
        return e;
    e = dump_rows(d, part);
    uint8_t digest[32];
    sha256_final(d->sha, digest);
    sha256_free(d->sha);
    if (e)
        return err_wrap(e, "while dumping %s", part->name);
    out->sections[out->count].name = part->name;
    out->sections[out->count].rows = d->count;
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
    for (size_t i = 0; i < PART_COUNT; i++)
        if (strcmp(parts[i].name, name) == 0)
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
        for (size_t k = 0; k < PART_COUNT; k++)
            buf_printf(&names, "%s%s", k > 0 ? ", " : "", parts[k].name);
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
    for (size_t i = 0; !e && i < PART_COUNT; i++)
        if (is_wanted(d->options, parts[i].name))
            e = dump_section(d, &parts[i], out);
    return e ? e : finish(d, out);
}

static dbk_err *dump_source(book_source *source, const book_dump_options *options, book_dump_result *out)
{
    dbk_err *e = check_sections(options);
    if (e)
        return e;
    book_dump_result result = {.count = 0};
    dump d = {.options = options, .source = source};
    buf_init(&d.line, 0);
    e = dump_all(&d, &result);
    buf_term(&d.line);
    if (!e)
        *out = result;
    return e;
}

dbk_err *book_dump(pg_conn *c, const book_dump_options *options, book_dump_result *out)
{
    return dump_source(&(book_source){.server = c}, options, out);
}

dbk_err *book_dump_file(sqlite_db *db, const book_dump_options *options, book_dump_result *out)
{
    bool own = !sqlite_in_transaction(db);
    dbk_err *e = own ? sqlite_begin_read(db) : NULL;
    if (e)
        return e;
    e = dump_source(&(book_source){.file = db}, options, out);
    if (own)
        sqlite_rollback(db);
    return e;
}
