/* The chains of the ledger, computed anew from what the rows say. A row that was changed no longer has its
 * hash; a row that was taken out, put in or moved breaks the link of the one after it. What was cut off at
 * the end leaves a chain that is whole: against that helps only a hash that was written down elsewhere, the
 * pin. */
#include <string.h>

#include "core/sha256.h"
#include "schema/ledger.h"
#include "schema_sql.h"

enum { SEQ, MODULE, NUMBER, NAME, PREV_HASH, CHAIN_HASH, HASHED, STEPS_PRESENT };

typedef struct chain {
    const char *table;
    const char *sql;
    const char *pin;
    const char *head;
    size_t rows;
    ledger_verdict *verdict;
} chain;

static void add_flaw(chain *ch, const pg_rows *rows, size_t i, const char *what)
{
    ch->verdict->flaws[ch->verdict->flaw_count++] = (ledger_flaw){.table = ch->table,
                                                                  .seq = pg_get_int8(rows, i, SEQ),
                                                                  .module = pg_get_text(rows, i, MODULE),
                                                                  .number = pg_get_int8(rows, i, NUMBER),
                                                                  .name = pg_get_text(rows, i, NAME),
                                                                  .what = what};
}

/* One flaw a row: the first that is found says enough. */
static dbk_err *check_row(chain *ch, const pg_rows *rows, size_t i)
{
    static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
    const char *before = i ? pg_get_text(rows, i - 1, CHAIN_HASH) : zeros;
    const char *hashed = pg_get_text(rows, i, HASHED), *hash = pg_get_text(rows, i, CHAIN_HASH);
    uint8_t digest[32];
    char hex[LEDGER_HASH_SIZE];
    dbk_err *e = sha256_of(hashed, strlen(hashed), digest);
    if (e)
        return e;
    sha256_hex(digest, hex);
    if (ch->pin && strcmp(hash, ch->pin) == 0)
        ch->verdict->pin_found = true;
    if (strcmp(hex, hash) != 0)
        add_flaw(ch, rows, i, "the row was changed: it does not have the hash that it says");
    else if (pg_get_int8(rows, i, SEQ) != (int64_t)i + 1)
        add_flaw(ch, rows, i, "a row before this one is missing, or one was put in");
    else if (strcmp(pg_get_text(rows, i, PREV_HASH), before) != 0)
        add_flaw(ch, rows, i, "the row before this one was changed or replaced");
    else if (!pg_get_bool(rows, i, STEPS_PRESENT))
        add_flaw(ch, rows, i, "the steps of this migration are missing");
    return NULL;
}

static dbk_err *check_chain(pg_conn *c, arena *a, chain *ch)
{
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, ch->sql, NULL, &rows);
    if (e)
        return err_wrap(e, "while reading %s", ch->table);
    size_t count = pg_row_count(rows);
    ledger_flaw *flaws = arena_alloc(a, (ch->verdict->flaw_count + count + 1) * sizeof(*flaws));
    if (!flaws)
        return err_oom();
    if (ch->verdict->flaw_count)
        memcpy(flaws, ch->verdict->flaws, ch->verdict->flaw_count * sizeof(*flaws));
    ch->verdict->flaws = flaws;
    for (size_t i = 0; !e && i < count; i++)
        e = check_row(ch, rows, i);
    ch->rows = count;
    ch->head = count ? pg_get_text(rows, count - 1, CHAIN_HASH) : NULL;
    return e;
}

dbk_err *ledger_verify(pg_conn *c, arena *a, const char *pin, ledger_verdict *out)
{
    ledger_verdict verdict = {0};
    chain migrations = {
        .table = "daybook.migrations", .sql = sql_ledger_verify_migrations, .pin = pin, .verdict = &verdict};
    chain steps = {.table = "daybook.migration_steps", .sql = sql_ledger_verify_steps, .verdict = &verdict};
    dbk_err *e = check_chain(c, a, &migrations);
    if (!e)
        e = check_chain(c, a, &steps);
    if (e)
        return e;
    verdict.migrations = migrations.rows;
    verdict.steps = steps.rows;
    verdict.head_hash = migrations.head;
    *out = verdict;
    return NULL;
}
