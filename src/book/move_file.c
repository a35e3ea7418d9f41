/* move_file.c: a book in a file as one side of a move: what is written goes through the store, what is read
 * through a connection of its own, so that one state can be read while others are written. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "book/move_side.h"
#include "book/sqlite_move.h"
#include "core/mem.h"
#include "move_sql.h"

typedef struct file {
    sqlite_store *store;
    sqlite_db *reader;
    arena *arena; /* of the statements, which live as long as the connections */
    char *place;
    sqlite_stmt *rows;
    int count;
    const move_table *insert_table; /* of which insert is the statement */
    const char *insert;
} file;

/* ---- statements ---- */

/* Copies of a row's columns, in order; NULL is null. */
static dbk_err *copy_columns(arena *a, sqlite_stmt *s, const char **out, int count)
{
    for (int i = 0; i < count; i++) {
        const char *text = sqlite_text(s, i);
        out[i] = text ? arena_strdup(a, text) : NULL;
        if (text && !out[i])
            return err_oom();
    }
    return NULL;
}

typedef struct found {
    const char **values; /* one row after the other */
    size_t rows, capacity;
} found;

static dbk_err *collect(sqlite_db *db, arena *a, const char *sql, const char *argument, found *out)
{
    sqlite_stmt *s;
    bool row = false;
    dbk_err *e = sqlite_statement(db, sql, &s);
    if (e)
        return e;
    int count = sqlite_column_count(s);
    if (argument)
        sqlite_bind_text_at(s, 1, argument);
    e = sqlite_step_row(s, &row);
    while (!e && row) {
        if (out->rows == out->capacity) {
            size_t wanted = out->capacity == 0 ? 64 : 2 * out->capacity;
            const char **grown = arena_alloc(a, wanted * (size_t)count * sizeof(*grown));
            if (!grown)
                e = err_oom();
            else if (out->rows > 0)
                memcpy(grown, out->values, out->rows * (size_t)count * sizeof(*grown));
            out->values = grown;
            out->capacity = wanted;
        }
        if (!e)
            e = copy_columns(a, s, out->values + out->rows * (size_t)count, count);
        out->rows++;
        if (!e)
            e = sqlite_step_row(s, &row);
    }
    sqlite_end(s);
    return e;
}

static dbk_err *number(sqlite_db *db, const char *sql, const char *argument, int64_t *out)
{
    sqlite_stmt *s;
    bool row;
    dbk_err *e = sqlite_statement(db, sql, &s);
    if (e)
        return e;
    if (argument)
        sqlite_bind_text_at(s, 1, argument);
    e = sqlite_step_row(s, &row);
    if (!e)
        *out = sqlite_int8(s, 0);
    sqlite_end(s);
    return e;
}

/* ---- accounts ---- */

static dbk_err *accounts(void *ctx, arena *a, const char *const *names, size_t count, move_account **out,
                         size_t *out_count)
{
    file *f = ctx;
    found rows = {.rows = 0};
    dbk_err *e = count == 0 ? collect(f->reader, a, move_file_accounts, NULL, &rows) : NULL;
    for (size_t i = 0; !e && i < count; i++) {
        size_t before = rows.rows;
        e = collect(f->reader, a, move_file_accounts, names[i], &rows);
        if (!e && rows.rows != before + 1)
            e = err_new(rows.rows == before ? ERR_NOT_FOUND : ERR_INPUT, "%s account is named %s in %s",
                        rows.rows == before ? "no" : "more than one", names[i], sqlite_path(f->reader));
    }
    move_account *found_accounts = arena_alloc(a, (rows.rows + 1) * sizeof(*found_accounts));
    if (!e && !found_accounts)
        e = err_oom();
    for (size_t i = 0; !e && i < rows.rows; i++)
        found_accounts[i] = (move_account){rows.values[2 * i], rows.values[2 * i + 1]};
    if (e)
        return e;
    *out = found_accounts;
    *out_count = rows.rows;
    return NULL;
}

static dbk_err *fence(void *ctx, arena *a, const char *account_id, move_fence *out)
{
    return sqlite_store_fence(((file *)ctx)->store, a, account_id, out);
}

static dbk_err *step(void *ctx, const move_step *asked)
{
    return sqlite_store_move_step(((file *)ctx)->store, asked);
}

/* ---- one state of the book ---- */

/* Who writes has the file to himself, so a state that can be read has nothing under way behind it. */
static dbk_err *hold(void *ctx, int64_t wait_us, move_bounds *after)
{
    file *f = ctx;
    (void)wait_us;
    dbk_err *e = sqlite_begin_read(f->reader);
    if (!e)
        e = number(f->reader, "select coalesce(max(id), 0) from domain_events", NULL, &after->event);
    if (!e)
        e = number(f->reader, "select coalesce(max(audit_id), 0) from audit_log", NULL, &after->audit);
    if (e)
        sqlite_rollback(f->reader);
    return e;
}

static void let_go(void *ctx)
{
    sqlite_rollback(((file *)ctx)->reader);
}

/* Every transaction has an event, whose time of recording is that of all its rows. So it is known even when
 * the clock was set back. */
static dbk_err *since(void *ctx, move_bounds *bounds)
{
    char sql[128];
    snprintf(sql, sizeof(sql), "%lld", (long long)bounds->event);
    return number(((file *)ctx)->reader, move_file_since, sql, &bounds->since_us);
}

static dbk_err *rows_open(void *ctx, const move_query *query)
{
    file *f = ctx;
    const char *sql = move_select_file(f->arena, query->table, query->extent, query->bounds);
    dbk_err *e = sql ? sqlite_statement(f->reader, sql, &f->rows) : err_oom();
    if (e)
        return e;
    f->count = (int)query->table->count;
    sqlite_bind_text_at(f->rows, 1, query->account_id);
    for (size_t i = 0; query->extent == MOVE_AFTER && i < query->table->key_count; i++) {
        move_kind kind = query->table->columns[query->table->keys[i]].kind;
        if (kind == MOVE_INT8)
            sqlite_bind_int8_at(f->rows, (int)i + 2, strtoll(query->after[i], NULL, 10));
        else
            sqlite_bind_text_at(f->rows, (int)i + 2, query->after[i]);
    }
    return NULL;
}

static dbk_err *rows_next(void *ctx, bool *more, const char *values[MOVE_COLUMNS_MAX])
{
    file *f = ctx;
    dbk_err *e = sqlite_step_row(f->rows, more);
    for (int i = 0; !e && *more && i < f->count; i++)
        values[i] = sqlite_text(f->rows, i);
    return e;
}

static void rows_close(void *ctx)
{
    file *f = ctx;
    if (f->rows)
        sqlite_end(f->rows);
    f->rows = NULL;
}

static dbk_err *references(void *ctx, arena *a, const char *account_id, move_named **named,
                           size_t *named_count, move_instrument **instruments, size_t *count)
{
    file *f = ctx;
    found names = {.rows = 0}, traded = {.rows = 0};
    (void)account_id; /* a file knows no other instruments than those of its programs */
    dbk_err *e = collect(f->reader, a, move_file_named, NULL, &names);
    if (!e)
        e = collect(f->reader, a, move_file_instruments, NULL, &traded);
    *named = arena_alloc(a, (names.rows + 1) * sizeof(**named));
    *instruments = arena_alloc(a, (traded.rows + 1) * sizeof(**instruments));
    if (!e && !(*named && *instruments))
        e = err_oom();
    for (size_t i = 0; !e && i < names.rows; i++)
        memcpy(&(*named)[i], names.values + 3 * i, sizeof(**named));
    for (size_t i = 0; !e && i < traded.rows; i++)
        memcpy(&(*instruments)[i], traded.values + 10 * i, sizeof(**instruments));
    *named_count = names.rows;
    *count = traded.rows;
    return e;
}

static dbk_err *dump(void *ctx, const book_dump_options *options, book_dump_result *out)
{
    return book_dump_file(((file *)ctx)->reader, options, out);
}

static dbk_err *verify(void *ctx, const book_verify_options *options, book_verify_result *out)
{
    return book_verify_file(((file *)ctx)->reader, options, out);
}

static dbk_err *count_rows(void *ctx, const move_table *table, const char *account_id, int64_t *out)
{
    file *f = ctx;
    const char *sql = move_count_file(f->arena, table);
    return sql ? number(f->reader, sql, account_id, out) : err_oom();
}

/* ---- what comes ---- */

static dbk_err *name(void *ctx, const move_named *named)
{
    return sqlite_store_name(((file *)ctx)->store, named);
}

static dbk_err *instrument(void *ctx, arena *a, const move_instrument *i, const char **id)
{
    dbk_instrument asked = {.venue = i->venue,
                            .symbol = i->symbol,
                            .kind = i->kind,
                            .base = i->base,
                            .quote = i->quote,
                            .settle = i->settle,
                            .tick_size = i->tick_size,
                            .lot_size = i->lot_size,
                            .multiplier = i->multiplier};
    dbk_answer answer;
    char text[UUID_TEXT_SIZE];
    dbk_err *e = uuid_parse(i->id, &asked.instrument_id);
    if (!e)
        e = sqlite_store_instrument_register(((file *)ctx)->store, &asked, &answer);
    if (e)
        return e;
    if (answer.outcome == DBK_CONFLICT)
        return err_new(ERR_INPUT, "%s/%s/%s is known in %s with another %s", i->venue, i->symbol, i->kind,
                       sqlite_path(((file *)ctx)->reader), answer.conflict_field);
    uuid_format(&answer.id, text);
    *id = arena_strdup(a, text);
    return *id ? NULL : err_oom();
}

static dbk_err *take(void *ctx, const move_taking *taking, int64_t *taken)
{
    file *f = ctx;
    bool special = true;
    if (f->insert_table != taking->table)
        f->insert = move_insert_file(f->arena, taking->table, &special);
    if (!f->insert && !special)
        return err_oom();
    f->insert_table = taking->table;
    return sqlite_store_take(f->store, taking, f->insert, taken);
}

/* ---- opening ---- */

static void close_file(void *ctx)
{
    file *f = ctx;
    sqlite_close(f->reader);
    sqlite_store_close(f->store);
    arena_free(f->arena);
    mem_free(f->place);
    mem_free(f);
}

static dbk_err *open_place(file *f, const char *path)
{
    char full[PATH_MAX];
    if (!realpath(path, full))
        return err_errno(errno, "cannot find %s", path);
    size_t size = strlen(full) + sizeof("sqlite:");
    f->place = mem_alloc(size);
    if (f->place)
        snprintf(f->place, size, "sqlite:%s", full);
    return f->place ? NULL : err_oom();
}

static dbk_err *open_file(file *f, const char *path)
{
    f->arena = arena_new(0);
    if (!f->arena)
        return err_oom();
    dbk_err *e = sqlite_store_open(&(dbk_open_options){.size = sizeof(dbk_open_options),
                                                       .program = "daybook book move",
                                                       .program_version = "1",
                                                       .actor = "daybook book move",
                                                       .call_timeout_ms = SQLITE_BUSY_DEFAULT_MS,
                                                       .retry_total_ms = 30000},
                                   path, &f->store);
    if (!e)
        e = sqlite_open(&(sqlite_open_options){.path = path, .access = SQLITE_FOR_READING}, &f->reader);
    return e ? e : open_place(f, path);
}

dbk_err *move_file_open(const char *path, bool may_make, move_side *out)
{
    if (!may_make && access(path, F_OK) != 0)
        return err_errno(errno, "cannot open %s", path);
    file *f = mem_alloc(sizeof(*f));
    if (!f)
        return err_oom();
    dbk_err *e = open_file(f, path);
    if (e) {
        close_file(f);
        return e;
    }
    *out = (move_side){.ctx = f,
                       .place = f->place,
                       .is_file = true,
                       .accounts = accounts,
                       .fence = fence,
                       .step = step,
                       .hold = hold,
                       .let_go = let_go,
                       .since = since,
                       .rows_open = rows_open,
                       .rows_next = rows_next,
                       .rows_close = rows_close,
                       .references = references,
                       .dump = dump,
                       .verify = verify,
                       .count = count_rows,
                       .name = name,
                       .instrument = instrument,
                       .take = take,
                       .close = close_file};
    return NULL;
}
