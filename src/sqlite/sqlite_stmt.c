/* sqlite_stmt.c: statements, their values and rows. */
#include <assert.h>
#include <string.h>

#include "core/mem.h"
#include "sqlite/sqlite_int.h"

dbk_err *sqlite_exec(sqlite_db *db, const char *sql)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? NULL : sqlite_db_err(db, code);
}

static sqlite_stmt *find(sqlite_db *db, const char *sql)
{
    for (size_t i = 0; i < db->count; i++)
        if (db->statements[i]->sql == sql)
            return db->statements[i];
    return NULL;
}

static dbk_err *keep(sqlite_db *db, sqlite_stmt *s)
{
    if (db->count == db->capacity) {
        size_t wanted = db->capacity == 0 ? 32 : 2 * db->capacity;
        sqlite_stmt **grown = mem_realloc(db->statements, wanted * sizeof(sqlite_stmt *));
        if (!grown)
            return err_oom();
        db->statements = grown;
        db->capacity = wanted;
    }
    db->statements[db->count++] = s;
    return NULL;
}

static dbk_err *prepare(sqlite_db *db, const char *sql, sqlite_stmt **out)
{
    sqlite_stmt *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    *s = (sqlite_stmt){.db = db, .sql = sql};
    const char *rest = NULL;
    int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->handle, &rest);
    assert(code != SQLITE_OK || rest[strspn(rest, " \n;")] == '\0');
    dbk_err *e = code == SQLITE_OK ? keep(db, s) : sqlite_db_err(db, code);
    if (e) {
        sqlite3_finalize(s->handle);
        mem_free(s);
        return e;
    }
    *out = s;
    return NULL;
}

dbk_err *sqlite_statement(sqlite_db *db, const char *sql, sqlite_stmt **out)
{
    sqlite_stmt *s = find(db, sql);
    if (!s)
        return prepare(db, sql, out);
    sqlite_end(s);
    *out = s;
    return NULL;
}

static void bound(sqlite_stmt *s, int code)
{
    s->touched = true;
    if (code != SQLITE_OK)
        s->failed = code;
}

void sqlite_bind_text_at(sqlite_stmt *s, int at, const char *value)
{
    bound(s, value ? sqlite3_bind_text(s->handle, at, value, -1, SQLITE_TRANSIENT)
                   : sqlite3_bind_null(s->handle, at));
}

void sqlite_bind_int8_at(sqlite_stmt *s, int at, int64_t value)
{
    bound(s, sqlite3_bind_int64(s->handle, at, value));
}

void sqlite_bind_bool_at(sqlite_stmt *s, int at, bool value)
{
    sqlite_bind_int8_at(s, at, value);
}

void sqlite_bind_uuid_at(sqlite_stmt *s, int at, const dbk_uuid *value)
{
    char text[UUID_TEXT_SIZE];
    if (value)
        uuid_format(value, text);
    sqlite_bind_text_at(s, at, value ? text : NULL);
}

/* The statement's error, after which it is over. */
static dbk_err *give_up(sqlite_stmt *s, int code)
{
    dbk_err *e = sqlite_db_err(s->db, code);
    sqlite_end(s);
    return e;
}

dbk_err *sqlite_step_row(sqlite_stmt *s, bool *row)
{
    if (s->failed != SQLITE_OK)
        return give_up(s, s->failed);
    s->touched = true;
    int code = sqlite3_step(s->handle);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return give_up(s, code);
    *row = code == SQLITE_ROW;
    if (*row)
        return NULL;
    sqlite_end(s);
    return sqlite_check_still(s->db);
}

dbk_err *sqlite_run(sqlite_stmt *s, int64_t *changed)
{
    bool row;
    dbk_err *e = sqlite_step_row(s, &row);
    if (e)
        return e;
    assert(!row);
    if (changed)
        *changed = sqlite3_changes64(s->db->handle);
    return NULL;
}

void sqlite_end(sqlite_stmt *s)
{
    if (!s->touched)
        return;
    s->touched = false;
    (void)sqlite3_reset(s->handle); /* repeats the code of the last step */
    (void)sqlite3_clear_bindings(s->handle);
    s->failed = SQLITE_OK;
}

bool sqlite_is_null(const sqlite_stmt *s, int column)
{
    return sqlite3_column_type(s->handle, column) == SQLITE_NULL;
}

const char *sqlite_text(const sqlite_stmt *s, int column)
{
    return (const char *)sqlite3_column_text(s->handle, column);
}

int64_t sqlite_int8(const sqlite_stmt *s, int column)
{
    return sqlite3_column_int64(s->handle, column);
}

int sqlite_column_count(const sqlite_stmt *s)
{
    return sqlite3_column_count(s->handle);
}

const char *sqlite_column_name(const sqlite_stmt *s, int column)
{
    return sqlite3_column_name(s->handle, column);
}

bool sqlite_bool(const sqlite_stmt *s, int column)
{
    return sqlite_int8(s, column) != 0;
}

dbk_err *sqlite_uuid(const sqlite_stmt *s, int column, dbk_uuid *out)
{
    const char *text = sqlite_text(s, column);
    return text ? uuid_parse(text, out) : err_new(ERR_INPUT, "an id in %s is null", s->db->path);
}
