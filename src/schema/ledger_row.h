/* ledger_row.h: a row of daybook.migrations and its hash. Pure.
 *
 * What is hashed is the text of the JSON array of all columns before chain_hash, byte for byte as the
 * server's json_build_array() writes it: `migrate verify` and the comment of daybook.migrations.chain_hash
 * compute it there anew. */
#ifndef DAYBOOK_SCHEMA_LEDGER_ROW_H
#define DAYBOOK_SCHEMA_LEDGER_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

#define LEDGER_HASH_SIZE 65

/* In the order of the columns. Text that may be NULL says so. */
typedef struct ledger_row {
    int64_t seq;
    const char *module;
    int64_t number;
    const char *name;
    const char *kind;
    const char *sha256;
    const char *sha384;
    int32_t statements;
    bool out_of_order;
    int64_t started_us;
    int64_t finished_us;
    int64_t lock_wait_ms;
    const char *applied_by;
    const char *applied_as;
    const char *git_commit; /* NULL: not from a checkout; then git_dirty is null, too */
    bool git_dirty;
    const char *approved_by; /* NULL: nobody was named */
    const char *tool_version;
    const char *server_version;
    const char *steps_hash; /* NULL: it has no steps */
    const char *prev_hash;
} ledger_row;

/* In lower-case hexadecimal. */
dbk_err *ledger_row_hash(const ledger_row *row, char out[LEDGER_HASH_SIZE]) ERR_MUST_USE;

#endif
