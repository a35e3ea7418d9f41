/* Each query reads one sort of thing for all schemas at once, so that what it takes does not depend on how
 * many round trips there are. First the objects, each of which becomes a file; then everything that belongs
 * into one of them, in pieces. */
#include "schema/mirror.h"

#include <stdint.h>
#include <string.h>

#include "mirror_sql.h"
#include "schema/mirror_int.h"
#include "schema/module.h"

#define LOCK_TIMEOUT_MS 5000
#define TEXT_BYTES_MAX ((size_t)256 << 20)

/* Columns of the queries that give objects … */
enum { CLASS, OID, KIND, SCHEMA, NAME, IDENTITY, ARGUMENTS, HEAD, TAIL, OWNER_SQL, OWNER };
/* … of those that give pieces … */
enum { PIECE_CLASS, PIECE_OID, SECTION, SORT, SQL, BARE, LATER, ROLE };
/* … and of the one about partitions. */
enum { HIDDEN, PARENT, REMARK_SORT, REMARK };

typedef struct reader {
    pg_conn *conn;
    arena *arena;
    mirror_set set;
    const char **spaces; /* object numbers of schemas */
    size_t space_count;
    pg_rows *partitions;
    const char **hidden; /* object numbers of partitions that are not written */
    size_t hidden_count;
    const mirror_options *options;
} reader;

/* The first column, without nulls. */
static dbk_err *column_as_list(arena *a, const pg_rows *rows, const char ***items, size_t *count)
{
    size_t n = pg_row_count(rows);
    const char **list = arena_alloc(a, (n + 1) * sizeof(*list));
    if (!list)
        return err_oom();
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!pg_get_is_null(rows, i, 0))
            list[kept++] = pg_get_text(rows, i, 0);
    *items = list;
    *count = kept;
    return NULL;
}

static dbk_err *prepare(reader *r)
{
    int64_t timeout = r->options->lock_timeout_ms ? r->options->lock_timeout_ms : LOCK_TIMEOUT_MS;
    pg_rows *rows;
    pg_params *p = pg_params_new(r->arena);
    pg_param_text(p, arena_printf(r->arena, "%lldms", (long long)timeout));
    dbk_err *e = pg_query(r->conn, r->arena, mirror_settings, p, &rows);
    if (!e)
        e = pg_query(r->conn, r->arena, mirror_spaces, NULL, &rows);
    if (!e)
        e = column_as_list(r->arena, rows, &r->spaces, &r->space_count);
    if (e)
        return e;
    p = pg_params_new(r->arena);
    pg_param_text_array(p, r->spaces, r->space_count);
    pg_param_text_array(p, r->options->managed, r->options->managed_count);
    e = pg_query(r->conn, r->arena, mirror_partitions, p, &r->partitions);
    return e ? e : column_as_list(r->arena, r->partitions, &r->hidden, &r->hidden_count);
}

static bool is_predefined(const char *role)
{
    return strncmp(role, "pg_", 3) == 0;
}

static dbk_err *add_object(reader *r, const pg_rows *rows, size_t i)
{
    mirror_file f = {.object_class = *pg_get_text(rows, i, CLASS),
                     .oid = pg_get_int8(rows, i, OID),
                     .kind = pg_get_text(rows, i, KIND),
                     .schema = pg_get_text(rows, i, SCHEMA),
                     .name = pg_get_text(rows, i, NAME),
                     .identity = pg_get_text(rows, i, IDENTITY),
                     .arguments = pg_get_text(rows, i, ARGUMENTS),
                     .head = pg_get_text(rows, i, HEAD),
                     .tail = pg_get_text(rows, i, TAIL),
                     .owner_sql = pg_get_text(rows, i, OWNER_SQL)};
    const char *owner = pg_get_text(rows, i, OWNER);
    if (!f.head || !owner)
        return err_new(ERR_RETRYABLE, "%s %s was changed while it was read", f.kind, f.identity);
    dbk_err *e = mirror_set_add(&r->set, &f);
    if (!e && f.owner_sql && !is_predefined(owner))
        e = mirror_set_add_role(&r->set, f.schema, owner);
    return e;
}

static dbk_err *read_objects(reader *r)
{
    static const struct {
        const char *sql;
        bool tables;
    } queries[] = {{mirror_schemas, false},    {mirror_types, false},     {mirror_sequences, false},
                   {mirror_tables, true},      {mirror_views, false},     {mirror_routines, false},
                   {mirror_collations, false}, {mirror_operators, false}, {mirror_text_search, false},
                   {mirror_languages, false},  {mirror_foreign, false},   {mirror_replication, false}};
    mirror_file database = {
        .object_class = 'd', .kind = "database", .schema = "", .name = "", .identity = ""};
    dbk_err *e = mirror_set_add(&r->set, &database);
    for (size_t q = 0; !e && q < sizeof(queries) / sizeof(queries[0]); q++) {
        pg_rows *rows;
        pg_params *p = pg_params_new(r->arena);
        pg_param_text_array(p, r->spaces, r->space_count);
        if (queries[q].tables)
            pg_param_text_array(p, r->hidden, r->hidden_count);
        e = pg_query(r->conn, r->arena, queries[q].sql, p, &rows);
        for (size_t i = 0; !e && i < pg_row_count(rows); i++)
            e = add_object(r, rows, i);
    }
    return e ? e : mirror_set_index(&r->set);
}

static dbk_err *add_piece(reader *r, const pg_rows *rows, size_t i)
{
    mirror_piece piece = {.section = (int)pg_get_int8(rows, i, SECTION),
                          .sort = pg_get_text(rows, i, SORT),
                          .sql = pg_get_text(rows, i, SQL),
                          .bare = pg_get_text(rows, i, BARE),
                          .later = pg_get_text(rows, i, LATER)};
    const char *role = pg_get_text(rows, i, ROLE);
    if (!mirror_set_find(&r->set, *pg_get_text(rows, i, PIECE_CLASS), pg_get_int8(rows, i, PIECE_OID),
                         &piece.file))
        return NULL;
    if (!piece.sql && !piece.later && !role)
        return err_new(ERR_RETRYABLE, "%s was changed while it was read", r->set.files[piece.file].identity);
    dbk_err *e = NULL;
    if (piece.sql || piece.later)
        e = mirror_set_add_piece(&r->set, &piece);
    if (!e && role && !is_predefined(role))
        e = mirror_set_add_role(&r->set, r->set.files[piece.file].schema, role);
    return e;
}

static dbk_err *read_pieces(reader *r)
{
    static const char *const queries[] = {mirror_columns,  mirror_constraints, mirror_indexes,
                                          mirror_rules,    mirror_comments,    mirror_privileges,
                                          mirror_defaults, mirror_members,     mirror_database};
    dbk_err *e = NULL;
    for (size_t q = 0; !e && q < sizeof(queries) / sizeof(queries[0]); q++) {
        pg_rows *rows;
        pg_params *p = pg_params_new(r->arena);
        pg_param_text_array(p, r->spaces, r->space_count);
        e = pg_query(r->conn, r->arena, queries[q], p, &rows);
        for (size_t i = 0; !e && i < pg_row_count(rows); i++)
            e = add_piece(r, rows, i);
    }
    return e;
}

/* What a parent says of the partitions that are not written. */
static dbk_err *add_remarks(reader *r)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < pg_row_count(r->partitions); i++) {
        mirror_piece piece = {.section = MIRROR_REMARKS,
                              .sort = pg_get_text(r->partitions, i, REMARK_SORT),
                              .sql = pg_get_text(r->partitions, i, REMARK)};
        if (piece.sql && mirror_set_find(&r->set, 'c', pg_get_int8(r->partitions, i, PARENT), &piece.file))
            e = mirror_set_add_piece(&r->set, &piece);
    }
    return e;
}

static dbk_err *read_needs(reader *r)
{
    pg_rows *rows;
    dbk_err *e = pg_query(r->conn, r->arena, mirror_needs, NULL, &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        mirror_need need = {.soft = pg_get_bool(rows, i, 4)};
        if (mirror_set_find(&r->set, *pg_get_text(rows, i, 0), pg_get_int8(rows, i, 1), &need.file) &&
            mirror_set_find(&r->set, *pg_get_text(rows, i, 2), pg_get_int8(rows, i, 3), &need.needs))
            e = mirror_set_add_need(&r->set, &need);
    }
    return e;
}

static dbk_err *write_item(mirror_set *s, const mirror_file *f, buf *text, mirror_item *out)
{
    buf_clear(text);
    mirror_text_append(text, s, f);
    dbk_err *e = buf_error(text);
    if (e)
        return e;
    char *schema = arena_strdup(s->arena, f->object_class == 'd' ? "" : f->path);
    char *name = arena_strdup(s->arena, f->identity);
    char *copy = arena_strndup(s->arena, text->data, text->length);
    if (!schema || !name || !copy)
        return err_oom();
    schema[strcspn(schema, "/")] = '\0';
    for (char *p = name; *p; p++)
        if (*p == '\n' || *p == '\r')
            *p = ' ';
    *out = (mirror_item){.path = f->path,
                         .schema = schema,
                         .kind = f->kind,
                         .name = name,
                         .text = copy,
                         .length = text->length};
    return NULL;
}

static dbk_err *write_items(mirror_set *s, mirror *out)
{
    size_t circle;
    mirror_set_sort(s);
    dbk_err *e = mirror_order_break(s, &circle);
    if (e)
        return e;
    out->circle = circle == SIZE_MAX ? NULL : s->files[circle].path;
    out->items = arena_alloc(s->arena, (s->count + 1) * sizeof(*out->items));
    if (!out->items)
        return err_oom();
    buf text;
    buf_init(&text, TEXT_BYTES_MAX);
    /* The file of the database is where roles of what is in no schema are named. */
    bool database = s->role_count && !*s->roles[0].schema;
    for (size_t i = 0; !e && i < s->count; i++)
        if (s->files[i].object_class != 'd' || s->files[i].piece_count > 0 || database) {
            e = write_item(s, &s->files[i], &text, &out->items[out->count]);
            out->count++;
        }
    buf_term(&text);
    return e;
}

static dbk_err *read_all(reader *r)
{
    dbk_err *e = prepare(r);
    if (!e && r->space_count == 0)
        e = err_new(ERR_UNKNOWN,
                    "the database has no schema to write: it is empty, or it is not the one that was meant");
    if (!e)
        e = read_objects(r);
    if (!e)
        e = read_pieces(r);
    if (!e)
        e = add_remarks(r);
    return e ? e : read_needs(r);
}

dbk_err *mirror_read(pg_conn *c, arena *a, const mirror_options *o, mirror *out)
{
    static const mirror_options none = {0};
    reader r = {.conn = c, .arena = a, .set = {.arena = a}, .options = o ? o : &none};
    mirror m = {.major = pg_server_version(c) / 10000};
    dbk_err *e = pg_begin(c);
    if (e)
        return e;
    e = pg_exec(c, "set transaction isolation level repeatable read, read only");
    if (!e)
        e = read_all(&r);
    pg_rollback(c);
    if (!e)
        e = write_items(&r.set, &m);
    if (e)
        return err_wrap(e, "while reading the schema from the catalogs");
    *out = m;
    return NULL;
}

dbk_err *mirror_managed(arena *a, const char *modules_dir, mirror_options *out)
{
    module_set *set;
    dbk_err *e = module_set_load(a, modules_dir, &set);
    if (e)
        return e;
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        count += set->items[i].table_count;
    const char **names = arena_alloc(a, (count + 1) * sizeof(*names));
    if (!names)
        return err_oom();
    count = 0;
    for (size_t i = 0; i < set->count; i++)
        for (size_t t = 0; t < set->items[i].table_count; t++)
            if (strcmp(set->items[i].tables[t].partitioning, "none") != 0)
                names[count++] = set->items[i].tables[t].name;
    out->managed = names;
    out->managed_count = count;
    return NULL;
}

dbk_err *mirror_unknown(dbk_err *e, const char *what)
{
    enum err_code code = e ? err_code(e) : ERR_NONE;
    if (code != ERR_DENIED && code != ERR_RETRYABLE && code != ERR_SERVER && code != ERR_TIMEOUT &&
        code != ERR_NOT_FOUND)
        return e;
    const dbk_err *root = e;
    while (err_cause(root))
        root = err_cause(root);
    dbk_err *unknown = err_new(ERR_UNKNOWN, "%s: %s", what, err_message(root));
    if (err_detail(e))
        unknown = err_with_detail(unknown, "%s", err_detail(e));
    if (err_hint(e))
        unknown = err_with_hint(unknown, "%s", err_hint(e));
    err_free(e);
    return unknown;
}
