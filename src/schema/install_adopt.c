/* What another tool has applied, as its own ledger says, becomes baseline rows of ours. Its table is only
 * read. Checked is what that ledger allows: sqlx keeps a SHA-384 of each file, Flyway a CRC-32; dbmate and
 * golang-migrate keep none. The tables are looked for on the login's own search path, as the tools do. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/digest.h"
#include "schema/install_int.h"
#include "schema/sql_file.h"

/* Each gives version, checksum, whether it succeeded, and whether everything up to it is meant. */
static const struct {
    const char *table;
    const char *sql;
} sources[] = {
    [LAYOUT_SQLX] = {"_sqlx_migrations",
                     "select version::text, pg_catalog.encode(checksum, 'hex'), success, false"
                     "  from _sqlx_migrations order by version"},
    [LAYOUT_DBMATE] = {"schema_migrations", "select version::text, null, true, false from schema_migrations"
                                            " order by version::pg_catalog.numeric"},
    [LAYOUT_GOLANG] = {"schema_migrations",
                       "select version::text, null, not dirty, true from schema_migrations"},
    [LAYOUT_FLYWAY] = {"flyway_schema_history",
                       "select version::text, checksum::text, success, type in ('BASELINE', 'SQL_BASELINE')"
                       "  from (select distinct on (version) *"
                       "          from flyway_schema_history"
                       "         where version is not null and type <> 'SCHEMA'"
                       "         order by version, installed_rank desc) as newest"
                       " where type <> 'DELETE' and type not like 'UNDO%'" /* undone is not applied */
                       " order by installed_rank"},
};

/* What Flyway has applied last of each repeatable file. */
static const char sql_repeatables[] = "select script::text, checksum::text"
                                      "  from (select distinct on (script) *"
                                      "          from flyway_schema_history"
                                      "         where version is null and script like '%R\\_\\_%.sql'"
                                      "         order by script, installed_rank desc) as newest"
                                      " where success and type <> 'DELETE'"
                                      " order by installed_rank";

static dbk_err *check_table(installer *in, const module *m)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(in->scratch);
    pg_param_text(p, sources[m->layout].table);
    dbk_err *e =
        pg_query_one(in->work, in->scratch,
                     "select pg_catalog.to_regclass($1) is not null,"
                     "       exists (select from pg_catalog.pg_attribute as a"
                     "                where a.attrelid = pg_catalog.to_regclass($1) and a.attname = 'dirty')",
                     p, &rows);
    if (e)
        return e;
    bool there = pg_get_bool(rows, 0, 0), dirty = pg_get_bool(rows, 0, 1);
    if (there && dirty == (m->layout == LAYOUT_GOLANG))
        return NULL;
    return err_with_hint(
        err_new(ERR_INPUT, "there is no table %s of %s on this login's search path", sources[m->layout].table,
                layout_name(m->layout)),
        there ? "dbmate and golang-migrate use one name for different tables; which of them was it?"
              : "connect as the login that ran the other tool, to the same database");
}

const module_file *install_adopt_file(const module *m, int64_t number)
{
    for (size_t i = 0; i < m->migrations.count; i++)
        if (m->migrations.items[i].number == number)
            return &m->migrations.items[i];
    return NULL;
}

dbk_err *install_adopt_edited(const module *m, const module_file *file)
{
    return err_with_hint(
        err_new(ERR_HISTORY_EDITED, "%s was edited after %s applied it", file->path, layout_name(m->layout)),
        "restore its content and put the change into a new migration");
}

/* sqlx hashes bytes, unless it was told to leave out carriage returns. */
static bool checksum_fits(const module *m, const module_file *file, const char *checksum)
{
    char other[DIGEST_SHA384_HEX_SIZE];
    if (!checksum)
        return true;
    if (m->layout == LAYOUT_FLYWAY) {
        snprintf(other, sizeof(other), "%" PRId32, file->flyway);
        return strcmp(other, checksum) == 0;
    }
    if (strcmp(file->sha384, checksum) == 0)
        return true;
    digest_sha384_hex(file->text, strlen(file->text), other);
    return strcmp(other, checksum) == 0;
}

dbk_err *install_adopt_take(installer *in, const module *m, const module_file *file)
{
    if (ledger_find_migration(&in->ledger, m->name, file->number))
        return NULL;
    ledger_entry entry = {.kind = "baseline",
                          .started_us = ledger_chain_now_us(&in->chain),
                          .approved_by = in->options->approved_by};
    pg_statement row;
    sql_file f;
    dbk_err *e = sql_file_read(in->scratch, file, &f);
    if (e) /* it was applied; how it would be cut does not matter any more */
        err_free(e);
    else
        entry.statements = f.count;
    in->result.migrations++;
    e = ledger_chain_append(&in->open_chain, in->scratch, m, file, &entry, &row);
    return e ? e : pg_query(in->work, in->scratch, row.sql, row.params, NULL);
}

static dbk_err *take(installer *in, const module *m, const module_file *file, const char *checksum)
{
    if (!checksum_fits(m, file, checksum))
        return install_adopt_edited(m, file);
    return install_adopt_take(in, m, file);
}

static dbk_err *take_row(installer *in, const module *m, const pg_rows *rows, size_t row)
{
    const char *version = pg_get_text(rows, row, 0), *checksum = pg_get_text(rows, row, 1);
    bool up_to = pg_get_bool(rows, row, 3);
    int64_t number = layout_version_number(&m->versions, version);
    if (number < 0)
        return err_new(ERR_INPUT, "%s has a version that cannot be a number here: %s",
                       sources[m->layout].table, version);
    if (!pg_get_bool(rows, row, 2))
        return err_with_hint(err_new(ERR_HISTORY_HALF, "%s says that version %s failed halfway",
                                     sources[m->layout].table, version),
                             "put it right with %s first", layout_name(m->layout));
    const module_file *file = install_adopt_file(m, number);
    if (!file && !up_to)
        return err_with_hint(err_new(ERR_HISTORY_DELETED,
                                     "%s has version %s, and the file is not in the folder",
                                     sources[m->layout].table, version),
                             "restore the file; applied migrations are never removed");
    dbk_err *e = NULL;
    for (size_t i = 0; !e && up_to && i < m->migrations.count; i++) {
        const module_file *covered = &m->migrations.items[i];
        bool ran = covered->baseline && covered->number == number; /* what it stands for did not */
        if (covered->number <= number)
            e = take(in, m, covered, ran ? checksum : NULL);
    }
    return e || up_to ? e : take(in, m, file, checksum);
}

/* What was read so far was read as the login, as the other tool would. */
dbk_err *install_adopt_begin(installer *in)
{
    dbk_err *e = install_act_as_owner(in);
    return e ? e : install_record_modules(in, NULL);
}

/* One that has changed since Flyway applied it is due, as it would be for Flyway. */
static dbk_err *take_repeatables(installer *in, const module *m, const pg_rows *rows)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        const char *script = pg_get_text(rows, i, 0), *slash = strrchr(script, '/');
        for (size_t k = 0; !e && k < m->repeatables.count; k++) {
            const module_file *file = &m->repeatables.items[k];
            if (!ledger_find_repeatable(&in->ledger, m->name, file->name) &&
                strcmp(file->name, slash ? slash + 1 : script) == 0 &&
                checksum_fits(m, file, pg_get_text(rows, i, 1)))
                e = ledger_put_routine(in->work, in->scratch, m, SCHEMA_REPEATABLE, file, "", -1);
        }
    }
    return e;
}

static dbk_err *take_table(installer *in, const module *m)
{
    pg_rows *rows, *again = NULL;
    dbk_err *e = check_table(in, m);
    if (!e)
        e = pg_query(in->work, in->scratch, sources[m->layout].sql, NULL, &rows);
    if (!e && m->layout == LAYOUT_FLYWAY)
        e = pg_query(in->work, in->scratch, sql_repeatables, NULL, &again);
    if (!e)
        e = install_adopt_begin(in);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++)
        e = take_row(in, m, rows, i);
    return e || m->layout != LAYOUT_FLYWAY ? e : take_repeatables(in, m, again);
}

dbk_err *install_adopt(installer *in, void *arg)
{
    const module *m = arg;
    size_t before = in->result.migrations;
    dbk_err *e = m->layout == LAYOUT_SQITCH ? install_adopt_sqitch(in, m) : take_table(in, m);
    if (e)
        in->result.migrations = before;
    return e;
}
