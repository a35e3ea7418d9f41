#include "schema/lint_trace.h"

#include <stdlib.h>
#include <string.h>

#include "schema/lint_int.h"
#include "schema/lock_mode.h"
#include "schema/sql_file.h"
#include "schema/sql_kind.h"
#include "schema/sql_run.h"
#include "schema/sql_scan.h"
#include "schema_sql.h"

#define PAGE_BYTES 8192.0
#define TRACE_ROWS_MAX 100000

/* A table at one moment. */
typedef struct trace_table {
    int64_t oid;
    const char *name;
    int64_t filenode; /* 0: it has no file */
    int64_t scans;
    lock_mode lock; /* the strongest held */
    bool made;      /* by a pending file */
} trace_table;

typedef struct trace_tables {
    trace_table *items; /* by oid */
    size_t count;
} trace_tables;

typedef struct trace_run {
    arena *arena;
    const lint_options *options;
    pg_conn *conn;
    pg_rows *sizes; /* NULL: unknown */
    lint_trace_row *rows;
    size_t count, capacity, file_count;
    size_t file_first; /* of the file at hand */
} trace_run;

static int compare_tables(const void *x, const void *y)
{
    const trace_table *a = x, *b = y;
    return a->oid < b->oid ? -1 : a->oid > b->oid;
}

static trace_table *find_table(const trace_tables *tables, int64_t oid)
{
    trace_table key = {.oid = oid};
    return tables->count ? bsearch(&key, tables->items, tables->count, sizeof(key), compare_tables) : NULL;
}

static dbk_err *read_tables(trace_run *t, trace_tables *out)
{
    pg_rows *rows, *held;
    dbk_err *e = pg_query(t->conn, t->arena, sql_trace_relations, NULL, &rows);
    if (!e)
        e = pg_query(t->conn, t->arena, sql_trace_locks, NULL, &held);
    if (e)
        return e;
    trace_tables tables = {.items = arena_alloc(t->arena, (pg_row_count(rows) + 1) * sizeof(*tables.items)),
                           .count = pg_row_count(rows)};
    if (!tables.items)
        return err_oom();
    for (size_t i = 0; i < tables.count; i++)
        tables.items[i] = (trace_table){.oid = pg_get_int8(rows, i, 0),
                                        .name = pg_get_text(rows, i, 1),
                                        .filenode = pg_get_is_null(rows, i, 2) ? 0 : pg_get_int8(rows, i, 2),
                                        .scans = pg_get_int8(rows, i, 3)};
    for (size_t i = 0; i < pg_row_count(held); i++) {
        trace_table *table = find_table(&tables, pg_get_int8(held, i, 0));
        lock_mode mode = lock_mode_of_server(pg_get_text(held, i, 1));
        if (table && mode > table->lock)
            table->lock = mode;
    }
    *out = tables;
    return NULL;
}

/* Tables of pending files are new, and stay so in the files after them. */
static void carry_made(const trace_tables *before, trace_tables *after)
{
    for (size_t i = 0; i < after->count; i++) {
        const trace_table *old = find_table(before, after->items[i].oid);
        after->items[i].made = !old || old->made;
    }
}

static dbk_err *add_row(trace_run *t, const lint_trace_row *row)
{
    if (t->count == TRACE_ROWS_MAX)
        return err_new(ERR_LIMIT, "more than %d locks", TRACE_ROWS_MAX);
    if (t->count == t->capacity) {
        size_t capacity = t->capacity ? t->capacity * 2 : 64;
        lint_trace_row *grown = arena_alloc(t->arena, capacity * sizeof(*grown));
        if (!grown)
            return err_oom();
        if (t->count)
            memcpy(grown, t->rows, t->count * sizeof(*grown));
        t->rows = grown;
        t->capacity = capacity;
    }
    t->rows[t->count++] = *row;
    return NULL;
}

static void estimate(const trace_run *t, lint_trace_row *row)
{
    bool works = row->rewritten || row->scanned;
    row->rows = TRACE_UNKNOWN;
    row->estimated_s = works ? TRACE_UNKNOWN : 0;
    for (size_t i = 0; t->sizes && i < pg_row_count(t->sizes); i++) {
        if (strcmp(pg_get_text(t->sizes, i, 0), row->relation) != 0 || pg_get_is_null(t->sizes, i, 1))
            continue;
        double bytes = (double)pg_get_int8(t->sizes, i, 2) * PAGE_BYTES;
        double index_bytes = (double)pg_get_int8(t->sizes, i, 3) * PAGE_BYTES;
        row->rows = pg_get_float8(t->sizes, i, 1);
        row->estimated_s = !works           ? 0
                           : row->rewritten ? (bytes + index_bytes) / TRACE_WRITE_BYTES_S
                                            : bytes / TRACE_READ_BYTES_S;
    }
}

/* What one statement has done to tables that existed. A dropped table is in `before` alone: its lock is
 * known. */
static dbk_err *compare(trace_run *t, const lint_trace_row *place, const trace_tables *before,
                        const trace_tables *after)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < before->count; i++) {
        const trace_table *old = &before->items[i], *now = find_table(after, old->oid);
        lint_trace_row row = *place;
        lock_mode lock = now ? now->lock : LOCK_ACCESS_EXCLUSIVE;
        row.relation = old->name;
        row.rewritten = now && old->filenode && now->filenode != old->filenode;
        row.scanned = now && now->scans > old->scans;
        if (old->made || lock < LOCK_ROW_EXCLUSIVE || (lock <= old->lock && !row.rewritten && !row.scanned))
            continue;
        row.lock = lock_mode_name(lock);
        row.blocks = lock_mode_blocks(lock);
        estimate(t, &row);
        row.hurts = lock >= LOCK_SHARE && (row.rewritten || row.scanned) && row.rows != 0;
        e = add_row(t, &row);
    }
    return e;
}

/* Outside of a transaction locks go with the statement, and cannot be looked at from here. */
static dbk_err *trace_statement(trace_run *t, const module_file *file, const sql_statement *s,
                                trace_tables *tables)
{
    trace_tables after;
    lint_trace_row place = {.path = file->path,
                            .line = sql_place_of(file->text, s->offset).line,
                            .statement = sql_statement_summary(t->arena, s),
                            .rows = TRACE_UNKNOWN,
                            .estimated_s = TRACE_UNKNOWN};
    if (!place.statement)
        return err_oom();
    dbk_err *e = sql_run_statement(t->conn, t->arena, file, s, !pg_in_transaction(t->conn));
    if (e)
        return e;
    if (!pg_in_transaction(t->conn)) {
        place.lock = lock_mode_name(LOCK_SHARE_UPDATE_EXCLUSIVE);
        place.blocks = lock_mode_blocks(LOCK_SHARE_UPDATE_EXCLUSIVE);
        e = add_row(t, &place);
    }
    if (!e)
        e = read_tables(t, &after);
    if (!e && pg_in_transaction(t->conn))
        e = compare(t, &place, tables, &after);
    if (e)
        return e;
    carry_made(tables, &after);
    *tables = after;
    return NULL;
}

/* A lock is held until the transaction ends, so for all that its file does from there on. */
static void add_up(trace_run *t, bool one_transaction)
{
    double left = 0;
    for (size_t i = t->count; i > t->file_first; i--) {
        lint_trace_row *row = &t->rows[i - 1];
        bool unknown = left == TRACE_UNKNOWN || row->estimated_s == TRACE_UNKNOWN;
        left = unknown ? TRACE_UNKNOWN : one_transaction ? left + row->estimated_s : row->estimated_s;
        row->held_s = left;
        if (!one_transaction)
            left = 0;
    }
}

/* A transaction begins without locks. Scans are counted on from earlier transactions until the server
 * collects the numbers, which it does between transactions only, so they are read again. */
static dbk_err *begin(trace_run *t, trace_tables *tables)
{
    trace_tables now;
    dbk_err *e = pg_begin(t->conn);
    if (!e)
        e = read_tables(t, &now);
    if (e)
        return e;
    carry_made(tables, &now);
    *tables = now;
    return NULL;
}

/* As the runner does: all in one transaction, or each statement by itself. */
static dbk_err *trace_file(trace_run *t, const module_file *file, trace_tables *tables)
{
    sql_file statements;
    dbk_err *e = sql_file_read(t->arena, file, &statements);
    if (e)
        return e;
    t->file_first = t->count;
    t->file_count++;
    if (!statements.by_statement)
        e = begin(t, tables);
    for (size_t i = 0; !e && i < statements.count; i++) {
        const sql_statement *s = &statements.items[i];
        bool wrapped =
            statements.by_statement && !sql_statement_runs_alone(s) && !sql_statement_may_commit(s);
        if (wrapped)
            e = begin(t, tables);
        if (!e)
            e = trace_statement(t, file, s, tables);
        if (!e && wrapped)
            e = pg_commit(t->conn);
    }
    if (!e && !statements.by_statement)
        e = pg_commit(t->conn);
    add_up(t, !statements.by_statement);
    return e;
}

static dbk_err *run_files(trace_run *t, const module_files *files)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < files->count; i++)
        e = sql_run_file(t->conn, t->arena, &files->items[i]);
    return e;
}

/* A migration that is history: nothing is looked at. */
static dbk_err *replay_file(trace_run *t, const module_file *file)
{
    sql_file statements;
    dbk_err *e = sql_file_read(t->arena, file, &statements);
    if (!e && !statements.by_statement)
        e = pg_begin(t->conn);
    for (size_t i = 0; !e && i < statements.count; i++)
        e = sql_run_statement(t->conn, t->arena, file, &statements.items[i], statements.by_statement);
    return e || statements.by_statement ? e : pg_commit(t->conn);
}

/* What came without being looked at was there before. */
static dbk_err *take_as_existing(trace_run *t, trace_tables *tables)
{
    trace_tables now;
    dbk_err *e = read_tables(t, &now);
    if (e)
        return e;
    for (size_t i = 0; i < now.count; i++) {
        const trace_table *old = find_table(tables, now.items[i].oid);
        now.items[i].made = old && old->made;
    }
    *tables = now;
    return NULL;
}

/* History is put in place as it is; functions and views follow when all migrations of the module are there.
 */
static dbk_err *trace_module(trace_run *t, const module *m, trace_tables *tables)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < m->migrations.count; i++) {
        const module_file *file = &m->migrations.items[i];
        /* Without a folder the built-in modules are the subject, else what the subject stands on. */
        bool is_base = t->options->modules_dir && m->built_in;
        if (!is_base && !lint_is_applied(t->options, m, file)) {
            e = trace_file(t, file, tables);
            continue;
        }
        e = replay_file(t, file);
        if (!e)
            e = take_as_existing(t, tables);
    }
    if (!e)
        e = pg_begin(t->conn);
    if (!e)
        e = run_files(t, &m->functions);
    if (!e)
        e = run_files(t, &m->views);
    if (!e)
        e = pg_commit(t->conn);
    return e ? e : take_as_existing(t, tables);
}

static dbk_err *choose(trace_run *t, module_order *order)
{
    module_set *set;
    schema_choice choice = {.modules_dir = t->options->modules_dir,
                            .modules = t->options->modules,
                            .module_count = t->options->module_count};
    module_names nothing = {0};
    dbk_err *e = module_set_load(t->arena, t->options->modules_dir, &set);
    return e ? e : module_select(t->arena, set, &choice, &nothing, order);
}

dbk_err *lint_trace_run(arena *a, const lint_options *options, const char *url, pg_conn *sizes,
                        lint_trace *out)
{
    trace_run t = {.arena = a, .options = options};
    module_order order;
    trace_tables tables = {0};
    dbk_err *e = choose(&t, &order);
    if (!e && sizes)
        e = pg_query(sizes, a, sql_trace_sizes, NULL, &t.sizes);
    if (!e)
        e = pg_connect(&(pg_connect_options){.url = url, .application_name = "daybook lint"}, &t.conn);
    if (!e)
        e = pg_exec(t.conn, "set check_function_bodies = off; set client_min_messages = warning");
    for (size_t i = 0; !e && i < order.count; i++)
        e = trace_module(&t, order.items[i], &tables);
    pg_close(t.conn);
    if (e)
        return e;
    *out = (lint_trace){.items = t.rows, .count = t.count, .file_count = t.file_count};
    for (size_t i = 0; i < t.count; i++)
        out->hurting_count += t.rows[i].hurts;
    return NULL;
}
