/* Every column is cast in the query that reads the file: times to microseconds, everything else to text,
 * which for numbers is exact. So two kinds of vectors come out whatever the file holds. */
#include "parquet/parquet.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/mem.h"
#include "parquet/duckdb_api.h"

#define PATH_SIZE 32
#define MAGIC "PAR1"
#define MAGIC_LENGTH 4

typedef struct column {
    char *name;
    char *type;
    parquet_kind kind;
    const void *data; /* of the current vector */
    const uint64_t *validity;
} column;

struct parquet_file {
    duckdb_api api;
    int fd;
    char path[PATH_SIZE];
    void *database, *connection, *statement, *chunk;
    duckdb_result result;
    bool has_result;
    column columns[PARQUET_COLUMNS_MAX];
    size_t column_count;
    uint64_t chunk_size, chunk_at; /* the current row is chunk_at - 1 */
    int64_t row_number, row_count;
};

/* ---- the file ---- */

static dbk_err *open_regular(const char *path, int *out)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_errno(errno, "could not open file \"%s\"", path);
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return err_new(ERR_INPUT, "not a regular file: \"%s\"", path);
    }
    *out = fd;
    return NULL;
}

dbk_err *parquet_is(const char *path, bool *out)
{
    int fd;
    char head[MAGIC_LENGTH];
    dbk_err *e = open_regular(path, &fd);
    if (e)
        return e;
    ssize_t n = pread(fd, head, sizeof(head), 0);
    close(fd);
    if (n < 0)
        return err_errno(errno, "could not read file \"%s\"", path);
    *out = n == MAGIC_LENGTH && memcmp(head, MAGIC, MAGIC_LENGTH) == 0;
    return NULL;
}

/* ---- asking DuckDB ---- */

static dbk_err *refused(const char *what, const char *message)
{
    return err_new(ERR_INPUT, "%s: %s", what, message ? message : "DuckDB does not say why");
}

static dbk_err *run(parquet_file *f, const char *sql, duckdb_result *result)
{
    if (f->api.query(f->connection, sql, result) == 0)
        return NULL;
    dbk_err *e = refused("the Parquet file cannot be read", f->api.result_error(result));
    f->api.destroy_result(result);
    return e;
}

static dbk_err *command(parquet_file *f, const char *sql)
{
    duckdb_result result;
    dbk_err *e = run(f, sql, &result);
    if (!e)
        f->api.destroy_result(&result);
    return e;
}

static dbk_err *start(parquet_file *f)
{
    static const char *const settings[][2] = {{"threads", "1"},
                                              {"memory_limit", PARQUET_MEMORY_MAX},
                                              {"temp_directory", ""},
                                              {"autoinstall_known_extensions", "false"},
                                              {"autoload_known_extensions", "false"}};
    void *config = NULL;
    char *message = NULL;
    dbk_err *e = NULL;
    if (f->api.create_config(&config) != 0)
        return err_oom();
    for (size_t i = 0; !e && i < sizeof(settings) / sizeof(settings[0]); i++)
        if (f->api.set_config(config, settings[i][0], settings[i][1]) != 0)
            e = err_new(ERR_INTERNAL, "DuckDB does not know the setting %s", settings[i][0]);
    if (!e && f->api.open_ext(NULL, &f->database, config, &message) != 0)
        e = err_new(ERR_INTERNAL, "DuckDB did not start: %s", message ? message : "it does not say why");
    if (message)
        f->api.free(message);
    f->api.destroy_config(&config);
    if (!e && f->api.connect(f->database, &f->connection) != 0)
        e = err_new(ERR_INTERNAL, "DuckDB gave no connection");
    return e;
}

/* From here on no other file can be reached, whatever a file's content may lead to. */
static dbk_err *shut_in(parquet_file *f)
{
    char sql[128];
    snprintf(sql, sizeof(sql), "set allowed_paths = ['%s']", f->path);
    dbk_err *e = command(f, sql);
    if (!e)
        e = command(f, "set enable_external_access = false");
    if (!e)
        e = command(f, "set lock_configuration = true");
    return e;
}

static bool is_valid(const uint64_t *validity, uint64_t row)
{
    return !validity || (validity[row / 64] >> (row % 64) & 1u);
}

static const char *text_of(const duckdb_text *t, size_t *length)
{
    *length = t->here.length;
    return t->here.length <= DUCKDB_TEXT_HERE_MAX ? t->here.bytes : t->elsewhere.pointer;
}

/* ---- columns ---- */

static parquet_kind kind_of(const char *type)
{
    static const char *const containers[] = {"STRUCT", "MAP", "UNION", "BLOB", "BIT", "VARIANT"};
    size_t length = strlen(type);
    if (length > 0 && type[length - 1] == ']')
        return PARQUET_NONE;
    for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++)
        if (strncmp(type, containers[i], strlen(containers[i])) == 0)
            return PARQUET_NONE;
    return strncmp(type, "TIMESTAMP", 9) == 0 || strcmp(type, "DATE") == 0 ? PARQUET_TIME : PARQUET_TEXT;
}

static dbk_err *add_column(parquet_file *f, const duckdb_text *name, const duckdb_text *type)
{
    size_t name_length, type_length;
    const char *name_text = text_of(name, &name_length);
    const char *type_text = text_of(type, &type_length);
    if (f->column_count == PARQUET_COLUMNS_MAX)
        return err_new(ERR_INPUT, "the Parquet file has more than %d columns", PARQUET_COLUMNS_MAX);
    column *c = &f->columns[f->column_count++];
    c->name = mem_alloc(name_length + 1);
    c->type = mem_alloc(type_length + 1);
    if (!c->name || !c->type)
        return err_oom();
    memcpy(c->name, name_text, name_length);
    memcpy(c->type, type_text, type_length);
    c->kind = kind_of(c->type);
    return NULL;
}

static dbk_err *add_columns(parquet_file *f, void *chunk)
{
    const duckdb_text *names = f->api.vector_get_data(f->api.data_chunk_get_vector(chunk, 0));
    const duckdb_text *types = f->api.vector_get_data(f->api.data_chunk_get_vector(chunk, 1));
    uint64_t count = f->api.data_chunk_get_size(chunk);
    dbk_err *e = NULL;
    for (uint64_t i = 0; !e && i < count; i++)
        e = add_column(f, &names[i], &types[i]);
    return e;
}

static dbk_err *describe(parquet_file *f)
{
    char sql[128];
    duckdb_result result;
    snprintf(sql, sizeof(sql), "describe select * from read_parquet('%s')", f->path);
    dbk_err *e = run(f, sql, &result);
    if (e)
        return e;
    void *chunk;
    while (!e && (chunk = f->api.fetch_chunk(result))) {
        e = add_columns(f, chunk);
        f->api.destroy_data_chunk(&chunk);
    }
    f->api.destroy_result(&result);
    if (!e && f->column_count == 0)
        e = err_new(ERR_INPUT, "the Parquet file has no columns");
    return e;
}

static dbk_err *count_rows(parquet_file *f)
{
    char sql[128];
    duckdb_result result;
    snprintf(sql, sizeof(sql), "select count(*) from read_parquet('%s')", f->path);
    dbk_err *e = run(f, sql, &result);
    if (e)
        return e;
    void *chunk = f->api.fetch_chunk(result);
    if (chunk) {
        const int64_t *count = f->api.vector_get_data(f->api.data_chunk_get_vector(chunk, 0));
        f->row_count = *count;
        f->api.destroy_data_chunk(&chunk);
    }
    f->api.destroy_result(&result);
    return NULL;
}

static void append_column(buf *sql, const column *c)
{
    static const char *const casts[] = {
        [PARQUET_TEXT] = "cast(%s as varchar)", [PARQUET_TIME] = "epoch_us(%s)", [PARQUET_NONE] = "null"};
    buf quoted;
    buf_init(&quoted, 0);
    buf_append_char(&quoted, '"');
    for (const char *p = c->name; *p; p++) {
        if (*p == '"')
            buf_append_char(&quoted, '"');
        buf_append_char(&quoted, *p);
    }
    buf_append_char(&quoted, '"');
    const char *cast = casts[c->kind];
    size_t before = strcspn(cast, "%");
    buf_append(sql, cast, before);
    if (cast[before]) {
        buf_append(sql, quoted.data, quoted.length);
        buf_append_str(sql, cast + before + 2);
    }
    buf_break_if(sql, &quoted);
    buf_term(&quoted);
}

static dbk_err *begin_reading(parquet_file *f)
{
    buf sql;
    buf_init(&sql, 0);
    buf_append_str(&sql, "select ");
    for (size_t i = 0; i < f->column_count; i++) {
        if (i > 0)
            buf_append_str(&sql, ", ");
        append_column(&sql, &f->columns[i]);
    }
    buf_printf(&sql, " from read_parquet('%s')", f->path);
    dbk_err *e = buf_error(&sql);
    if (!e && f->api.prepare(f->connection, sql.data, &f->statement) != 0)
        e = refused("the Parquet file cannot be read", f->api.prepare_error(f->statement));
    if (!e && f->api.execute_prepared_streaming(f->statement, &f->result) != 0) {
        e = refused("the Parquet file cannot be read", f->api.result_error(&f->result));
        f->api.destroy_result(&f->result);
    } else if (!e) {
        f->has_result = true;
    }
    buf_term(&sql);
    return e;
}

/* ---- the interface ---- */

dbk_err *parquet_open(const char *path, const char *library, parquet_file **out)
{
    parquet_file *f = mem_alloc(sizeof(*f));
    if (!f)
        return err_oom();
    f->fd = -1;
    dbk_err *e = open_regular(path, &f->fd);
    if (!e) {
        /* A name of ours has no characters that mean something in patterns or in SQL. */
        snprintf(f->path, sizeof(f->path), "/proc/self/fd/%d", f->fd);
        e = duckdb_api_load(library, &f->api);
    }
    if (!e)
        e = start(f);
    if (!e)
        e = shut_in(f);
    if (!e)
        e = describe(f);
    if (!e)
        e = count_rows(f);
    if (!e)
        e = begin_reading(f);
    if (e) {
        parquet_close(f);
        return e;
    }
    *out = f;
    return NULL;
}

void parquet_close(parquet_file *f)
{
    if (!f)
        return;
    if (f->chunk)
        f->api.destroy_data_chunk(&f->chunk);
    if (f->has_result)
        f->api.destroy_result(&f->result);
    if (f->statement)
        f->api.destroy_prepare(&f->statement);
    if (f->connection)
        f->api.disconnect(&f->connection);
    if (f->database)
        f->api.close(&f->database);
    for (size_t i = 0; i < f->column_count; i++) {
        mem_free(f->columns[i].name);
        mem_free(f->columns[i].type);
    }
    if (f->fd >= 0)
        close(f->fd);
    mem_free(f);
}

static void take_chunk(parquet_file *f)
{
    f->chunk_size = f->api.data_chunk_get_size(f->chunk);
    f->chunk_at = 0;
    for (size_t i = 0; i < f->column_count; i++) {
        void *vector = f->api.data_chunk_get_vector(f->chunk, i);
        f->columns[i].data = f->api.vector_get_data(vector);
        f->columns[i].validity = f->api.vector_get_validity(vector);
    }
}

dbk_err *parquet_next(parquet_file *f, bool *more)
{
    while (f->chunk_at == f->chunk_size) {
        if (f->chunk)
            f->api.destroy_data_chunk(&f->chunk);
        f->chunk = f->api.fetch_chunk(f->result);
        const char *message = f->chunk ? NULL : f->api.result_error(&f->result);
        if (message && *message)
            return refused("damaged Parquet file", message);
        if (!f->chunk) {
            f->chunk_at = f->chunk_size = 0;
            *more = false;
            return f->row_number == f->row_count
                       ? NULL
                       : err_new(ERR_INPUT, "damaged Parquet file: it gave %lld of %lld rows",
                                 (long long)f->row_number, (long long)f->row_count);
        }
        take_chunk(f);
    }
    f->chunk_at++;
    f->row_number++;
    *more = true;
    return NULL;
}

parquet_value parquet_get(const parquet_file *f, size_t column)
{
    assert(column < f->column_count);
    assert(f->chunk_at > 0);
    uint64_t row = f->chunk_at - 1;
    parquet_value v = {.present = false};
    if (f->columns[column].kind == PARQUET_NONE || !is_valid(f->columns[column].validity, row))
        return v;
    v.present = true;
    if (f->columns[column].kind == PARQUET_TIME)
        v.time_us = ((const int64_t *)f->columns[column].data)[row];
    else
        v.text = text_of(&((const duckdb_text *)f->columns[column].data)[row], &v.length);
    return v;
}

size_t parquet_column_count(const parquet_file *f)
{
    return f->column_count;
}

const char *parquet_column_name(const parquet_file *f, size_t column)
{
    assert(column < f->column_count);
    return f->columns[column].name;
}

const char *parquet_column_type(const parquet_file *f, size_t column)
{
    assert(column < f->column_count);
    return f->columns[column].type;
}

parquet_kind parquet_column_kind(const parquet_file *f, size_t column)
{
    assert(column < f->column_count);
    return f->columns[column].kind;
}

int64_t parquet_row_number(const parquet_file *f)
{
    return f->row_number;
}

int64_t parquet_row_count(const parquet_file *f)
{
    return f->row_count;
}

const char *parquet_path(const parquet_file *f)
{
    return f->path;
}
