/* One file, statement by statement. What a statement answers is read as psql -At prints it: the columns of a
 * row with | between them, each row a line. */
#include <ctype.h>
#include <string.h>

#include "core/clock.h"
#include "core/interrupt.h"
#include "schema/tap_int.h"

#define SHOWN_MAX 160
#define ROW_BYTES_MAX ((size_t)16 << 20)
#define EXEMPTION "-- no event:"
#define EXEMPTION_TABLE "-- no event for "

/* pgTAP's functions are called unqualified; the planner's compiler costs more than tests gain. */
static const char setup_sql[] = "set local search_path = public, pg_catalog; set local jit = off";

typedef struct tap_file {
    pg_conn *conn;
    arena *arena;
    const tap_source *source;
    tap_law *law;
    tap_stream stream;
    size_t before; /* offset of the end of the statement before */
    bool fresh;    /* the transaction has not seen a statement of the file */
    bool stopped;
} tap_file;

static bool word_is(const sql_statement *st, int at, const char *word)
{
    return at < st->word_count && strcmp(st->words[at], word) == 0;
}

static size_t line_of(const tap_file *f, const sql_statement *st)
{
    return sql_place_of(f->source->text, st->offset).line;
}

/* The file cannot go on. */
static dbk_err *stop_at(tap_file *f, const sql_statement *st, const char *description,
                        const char *diagnostics)
{
    f->stopped = true;
    return tap_stream_add(&f->stream, TAP_FAILED, line_of(f, st), description, diagnostics);
}

static dbk_err *begin(tap_file *f)
{
    dbk_err *e = pg_begin(f->conn);
    if (!e)
        e = pg_exec(f->conn, setup_sql);
    if (!e)
        e = tap_law_begin(f->law, f->arena);
    f->fresh = true;
    return e;
}

/* Statements about the transaction that the runner owns. *handled: nothing is to be sent. */
static dbk_err *take_transaction(tap_file *f, const sql_statement *st, bool *handled)
{
    static const char *const endings[] = {"commit", "end", "prepare"};
    *handled = true;
    if (word_is(st, 0, "begin") || (word_is(st, 0, "start") && word_is(st, 1, "transaction")))
        return f->fresh ? NULL : stop_at(f, st, "a transaction begins inside the one of the file", NULL);
    if ((word_is(st, 0, "rollback") || word_is(st, 0, "abort")) && !word_is(st, 1, "to") &&
        !word_is(st, 2, "to")) {
        pg_rollback(f->conn);
        return begin(f);
    }
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (word_is(st, 0, endings[i]) && (i < 2 || word_is(st, 1, "transaction")))
            return stop_at(f, st, "a test file is rolled back: it cannot commit", NULL);
    if (*st->text == '\\')
        return stop_at(f, st, "commands of psql cannot be used in a test file", NULL);
    *handled = false;
    return NULL;
}

static dbk_err *take_row(tap_file *f, const pg_rows *rows, size_t row, size_t line, buf *text)
{
    buf_clear(text);
    for (size_t i = 0; i < pg_column_count(rows); i++) {
        const char *value = pg_get_text(rows, row, i);
        if (i)
            buf_append_char(text, '|');
        buf_append_str(text, value ? value : "");
    }
    dbk_err *e = buf_error(text);
    return e ? e : tap_stream_take(&f->stream, text->data, line);
}

static dbk_err *take_rows(tap_file *f, const pg_rows *rows, size_t line)
{
    buf text;
    dbk_err *e = NULL;
    buf_init(&text, ROW_BYTES_MAX);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++)
        e = take_row(f, rows, i, line, &text);
    buf_term(&text);
    return e;
}

/* The statement as one line, cut. */
static const char *shown(tap_file *f, const sql_statement *st)
{
    size_t length = st->length < SHOWN_MAX ? st->length : SHOWN_MAX;
    char *text = arena_printf(f->arena, "%.*s%s", (int)length, st->text, length < st->length ? " ..." : "");
    for (char *p = text; p && *p; p++)
        if (*p == '\n' || *p == '\r' || *p == '\t')
            *p = ' ';
    return text ? text : "";
}

/* A test that prepares its ground by a statement of its own calls nobody who would owe an event. */
static bool is_own_statement(const sql_statement *st)
{
    static const char *const words[] = {"insert", "update", "delete", "merge", "truncate", "copy",
                                        "create", "alter",  "drop",   "grant", "revoke",   "comment"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (word_is(st, 0, words[i]))
            return true;
    return false;
}

/* Whether the comment that begins at `at` goes on with a reason. */
static bool has_reason(const char *at)
{
    at += strspn(at, " \t");
    return *at != '\n' && *at != '\0';
}

/* A reason between the statement before and this one. */
static bool is_exempt(const tap_file *f, const sql_statement *st)
{
    const char *at = strstr(f->source->text + f->before, EXEMPTION);
    return at && at < f->source->text + st->offset && has_reason(at + strlen(EXEMPTION));
}

/* A reason anywhere before, for this table in the rest of the file. */
static bool is_exempt_table(const tap_file *f, const sql_statement *st, const char *name, size_t length)
{
    const char *end = f->source->text + st->offset;
    for (const char *at = strstr(f->source->text, EXEMPTION_TABLE); at && at < end;
         at = strstr(at + 1, EXEMPTION_TABLE)) {
        const char *table = at + strlen(EXEMPTION_TABLE);
        if (strncmp(table, name, length) == 0 && table[length] == ':' && has_reason(table + length + 1))
            return true;
    }
    return false;
}

/* The first table of "a, b" without such a reason; NULL: there is none. */
static const char *unexcused(const tap_file *f, const sql_statement *st, const char *tables)
{
    for (const char *at = tables; at; at = strstr(at, ", ") ? strstr(at, ", ") + 2 : NULL)
        if (!is_exempt_table(f, st, at, strcspn(at, ",")))
            return at;
    return NULL;
}

static dbk_err *check_law(tap_file *f, const sql_statement *st)
{
    const char *tables;
    dbk_err *e = tap_law_check(f->law, word_is(st, 0, "rollback"), &tables);
    if (e || !tables || is_own_statement(st) || is_exempt(f, st) || !unexcused(f, st, tables))
        return e;
    const char *text = arena_printf(f->arena,
                                    "changed: %s\nstatement: %s\nif that is right, say why in a comment "
                                    "before it: " EXEMPTION " <reason>",
                                    tables, shown(f, st));
    if (!text)
        return err_oom();
    return tap_stream_add(&f->stream, TAP_FAILED, line_of(f, st), "state changed without an event", text);
}

static dbk_err *take_failure(tap_file *f, const sql_statement *st, dbk_err *failure)
{
    const char *detail = err_detail(failure), *hint = err_hint(failure);
    const char *description =
        arena_printf(f->arena, "the file stopped: %s (SQLSTATE %s)", err_message(failure),
                     *err_sqlstate(failure) ? err_sqlstate(failure) : "unknown");
    const char *text =
        arena_printf(f->arena, "statement: %s%s%s%s%s", shown(f, st), detail ? "\ndetail: " : "",
                     detail ? detail : "", hint ? "\nhint: " : "", hint ? hint : "");
    err_free(failure);
    if (!description || !text)
        return err_oom();
    return stop_at(f, st, description, text);
}

static dbk_err *run_statement(tap_file *f, const sql_statement *st)
{
    bool handled;
    dbk_err *e = take_transaction(f, st, &handled);
    if (e || handled)
        return e;
    f->fresh = false;
    char *sql = arena_strndup(f->arena, st->text, st->length);
    if (!sql)
        return err_oom();
    pg_rows *rows;
    e = pg_query(f->conn, f->arena, sql, NULL, &rows);
    if (e)
        return err_code(e) == ERR_MEMORY ? e : take_failure(f, st, e);
    if (!f->source->script)
        e = take_rows(f, rows, line_of(f, st));
    return e ? e : check_law(f, st);
}

static dbk_err *run_statements(tap_file *f, const atomic_int *interrupted)
{
    sql_scan scan;
    sql_statement st;
    dbk_err *e = begin(f);
    sql_scan_init(&scan, f->source->text);
    while (!e && !f->stopped && !f->stream.bail_out && sql_scan_next(&scan, &st)) {
        e = interrupt_check(interrupted);
        if (!e)
            e = run_statement(f, &st);
        f->before = st.offset + st.length;
    }
    return e;
}

static void count_points(const tap_stream *s, tap_result *out)
{
    out->points = s->first;
    for (const tap_point *p = s->first; p; p = p->next) {
        out->passed += p->verdict == TAP_PASSED || p->verdict == TAP_TODO;
        out->failed += p->verdict == TAP_FAILED;
        out->skipped += p->verdict == TAP_SKIPPED;
    }
}

dbk_err *tap_file_run(pg_conn *c, arena *a, const tap_source *file, tap_law *law,
                      const atomic_int *interrupted, tap_result *out)
{
    const dbk_clock *clock = clock_system();
    tap_file f = {.conn = c, .arena = a, .source = file, .law = law};
    int64_t started = clock->mono_us(clock);
    tap_stream_init(&f.stream, a);
    dbk_err *e = run_statements(&f, interrupted);
    /* A file that was stopped has not fulfilled its plan for a reason that is told already. */
    if (!e && !f.stopped)
        e = file->script ? tap_stream_add(&f.stream, TAP_PASSED, 0, "every statement succeeds", NULL)
                         : tap_stream_end(&f.stream);
    if (!pg_is_lost(c)) {
        pg_rollback(c);
        dbk_err *discard = pg_is_lost(c) ? NULL : pg_exec(c, "discard all");
        if (!e)
            e = discard;
        else
            err_free(discard);
    }
    if (e)
        return err_wrap(e, "while running %s", file->path);
    *out = (tap_result){.path = file->path, .duration_us = clock->mono_us(clock) - started};
    count_points(&f.stream, out);
    return NULL;
}

static bool is_word_character(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

bool tap_needs_pgtap(const char *text)
{
    static const char *const calls[] = {"plan", "no_plan", "finish", "runtests"};
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        size_t length = strlen(calls[i]);
        for (const char *at = strstr(text, calls[i]); at; at = strstr(at + 1, calls[i])) {
            const char *after = at + length + strspn(at + length, " \t\n");
            if (*after == '(' && (at == text || !is_word_character(at[-1])))
                return true;
        }
    }
    return false;
}
