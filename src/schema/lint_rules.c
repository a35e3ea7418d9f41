/* Every rule once. Ids are squawk's where the rules coincide, so that suppressions can be carried over. */
#include <string.h>

#include "schema/lint.h"

#define LOCKS LINT_ERROR, LINT_LOCKS
#define BOOK LINT_ERROR, LINT_BOOK
#define SHARDS LINT_ERROR, LINT_SHARDS
#define FUNCTIONS LINT_ERROR, LINT_FUNCTIONS
#define EVENTS LINT_ERROR, LINT_EVENTS

static const lint_rule rules[] = {
    /* Locks: what a migration does to tables that exist before it. */
    {"adding-field-with-default", LOCKS, "a column is added with a volatile default or as a generated one",
     "PostgreSQL rewrites the table under ACCESS EXCLUSIVE; now() and constants are stored once instead",
     "add the column without the default, set the default, fill old rows in batches"},
    {"adding-required-field", LOCKS, "a column is added that is NOT NULL and has no default",
     "it fails on every table that holds rows",
     "add it with a constant default, or nullable and fill it first"},
    {"changing-column-type", LOCKS, "the type of a column is changed",
     "most changes rewrite the table and its indexes under ACCESS EXCLUSIVE and break readers of the old "
     "type",
     "add a column of the new type, fill it in batches, and switch readers"},
    {"adding-not-nullable-field", LOCKS, "a column is set NOT NULL",
     "all rows are read under ACCESS EXCLUSIVE",
     "add CHECK (c IS NOT NULL) NOT VALID, validate it, then SET NOT NULL, which believes the constraint"},
    {"adding-foreign-key-constraint", LOCKS, "a foreign key is added without NOT VALID",
     "both tables are locked against writes (SHARE ROW EXCLUSIVE) while all rows are compared",
     "add it NOT VALID and VALIDATE CONSTRAINT in a later migration"},
    {"constraint-missing-not-valid", LOCKS, "a check constraint is added without NOT VALID",
     "all rows are read under ACCESS EXCLUSIVE",
     "add it NOT VALID and VALIDATE CONSTRAINT in a later migration"},
    {"disallowed-unique-constraint", LOCKS, "a unique, primary key or exclusion constraint is added directly",
     "its index is built under ACCESS EXCLUSIVE",
     "create the unique index concurrently, then ADD CONSTRAINT … USING INDEX"},
    {"ban-alter-domain-with-add-constraint", LOCKS, "a domain gets a constraint without NOT VALID",
     "every column of the domain is read while its table is locked against writes",
     "add it NOT VALID and VALIDATE CONSTRAINT later"},
    {"require-concurrent-index-creation", LOCKS, "an index is created without CONCURRENTLY",
     "the table is locked against writes (SHARE) until the index is built",
     "CREATE INDEX CONCURRENTLY, in a file of its own"},
    {"require-concurrent-index-deletion", LOCKS, "an index is dropped without CONCURRENTLY",
     "ACCESS EXCLUSIVE on its table: it waits for every reader, and all others wait for it",
     "DROP INDEX CONCURRENTLY, in a file of its own"},
    {"require-concurrent-reindex", LOCKS, "REINDEX without CONCURRENTLY",
     "the table is locked against writes, the index against reads", "REINDEX … CONCURRENTLY"},
    {"concurrent-index-if-not-exists", LOCKS, "CREATE INDEX CONCURRENTLY IF NOT EXISTS",
     "an index that an earlier attempt left invalid exists, so it is skipped and stays invalid",
     "leave IF NOT EXISTS out: the runner knows which statements were done, and rebuilds what is invalid"},
    {"short-timeout-for-concurrent-index", LOCKS, "lock_timeout is set in a file with CONCURRENTLY",
     "a concurrent build waits for old snapshots on any table and then fails, leaving an invalid index",
     "leave it to the runner, which sets no lock_timeout for concurrent statements"},
    {"ban-drop-column", LOCKS, "a column is dropped", "what still reads it fails, and its values are gone",
     "stop all use first; then suppress this with the reason"},
    {"ban-drop-table", LOCKS, "a table is dropped", "what still reads it fails, and its rows are gone",
     "stop all use first; then suppress this with the reason"},
    {"ban-drop-database", LOCKS, "a database is dropped", "no migration of a module has to",
     "leave it to an administrator"},
    {"ban-truncate", LOCKS, "a table is truncated",
     "its rows are gone, and ACCESS EXCLUSIVE waits for every reader", "delete in batches, if at all"},
    {"renaming-column", LOCKS, "a column is renamed",
     "programs that run during the change use one of the names",
     "add the new column, write both, switch readers, drop the old one"},
    {"renaming-table", LOCKS, "a table or schema is renamed",
     "programs that run during the change use one of the names", "make a view with the other name"},
    {"table-rewrite", LOCKS, "VACUUM FULL, CLUSTER, or another change that rewrites a table",
     "ACCESS EXCLUSIVE for as long as copying the table takes",
     "do it outside of migrations, at a quiet time"},
    {"refresh-without-concurrently", LOCKS, "a materialized view is refreshed without CONCURRENTLY",
     "readers wait until it is done", "REFRESH MATERIALIZED VIEW CONCURRENTLY"},
    {"explicit-lock", LOCKS, "LOCK TABLE in a migration",
     "it holds up others for the rest of the transaction",
     "lock rows in functions; statements of migrations take the locks they need"},
    {"lock-timeout-off", LOCKS, "lock_timeout is switched off",
     "a statement that waits for a lock makes everybody behind it wait as long",
     "leave it out: the runner sets lock_timeout and tries again"},
    {"require-timeout-settings", LOCKS, "a strong lock on an existing table without lock_timeout in effect",
     "the file itself has switched the runner's lock_timeout off before this statement",
     "leave lock_timeout alone, or set it above 0 again first"},
    {"transaction-nesting", LOCKS, "BEGIN, COMMIT or ROLLBACK in a migration, other than around all of it",
     "it would end the transaction in which the runner records the migration", "leave it out"},

    /* The book: types and habits that lose money. */
    {"float-in-book", BOOK, "binary floating point or money type where the book keeps amounts",
     "0.1 has no binary form; sums drift, and no two engines agree", "util.amount, or numeric"},
    {"prefer-timestamp-tz", BOOK, "timestamp without time zone",
     "the moment depends on the setting of whoever reads it", "timestamptz"},
    {"id-32-bit", BOOK, "an identity of 32 bits or less", "2,147,483,647 events are a few months",
     "bigint, or uuid chosen by the caller"},
    {"prefer-identity", BOOK, "a serial column",
     "its sequence has an owner and rights of its own, and is 32-bit", "bigint generated always as identity"},
    {"ban-char-field", BOOK, "char(n)", "it is padded with blanks that comparisons then ignore",
     "text with a check"},
    {"unlogged-table", BOOK, "an unlogged table", "it is empty after a crash and on every standby",
     "an ordinary table, or a temporary one inside a function"},
    {"append-only-grant", BOOK, "UPDATE, DELETE or TRUNCATE granted on an append-only table",
     "a ledger is append-only because nobody has the right to change it",
     "grant select and insert alone; corrections are new rows"},
    {"roles-in-sql", BOOK, "GRANT, REVOKE, a role, or an owner in an SQL file",
     "who may do what differs from installation to installation; the runner applies it from grants.conf",
     "write the right into grants.conf"},
    {"unqualified-name", BOOK, "a table, view or function of ours without its schema",
     "what it means depends on the search_path of whoever runs it", "write schema.name"},
    {"session-level-lock", BOOK, "an advisory lock of the session",
     "behind a pooler the session belongs to somebody else by the next transaction",
     "pg_advisory_xact_lock()"},

    /* Shards: what a distributed PostgreSQL needs from the first day. */
    {"account-missing", SHARDS, "a table of trading without account_id",
     "rows of the book are placed by account", "add account_id uuid not null, first"},
    {"account-first", SHARDS, "a key of trading that does not start with account_id",
     "a key that does not contain the account cannot be enforced across nodes",
     "put account_id first; foreign keys to ref, which is everywhere, are free of it"},
    {"foreign-key-to-market", SHARDS, "a foreign key from the book to market data",
     "market data may live on another server", "keep the id, without a foreign key"},
    {"foreign-key-on-delete", SHARDS, "a foreign key that does not say what a deletion does",
     "NO ACTION is decided by nobody", "on delete restrict, unless something else is meant"},
    {"statement-trigger", SHARDS, "a trigger for each statement", "a distributed table does not fire it",
     "a row trigger, or better the function that writes"},

    /* Functions. */
    {"function-search-path", FUNCTIONS, "search_path is not fixed, or does not end in pg_temp",
     "left out, pg_temp is searched first, and a caller's temporary table takes the place of ours",
     "set search_path = pg_catalog, pg_temp"},
    {"function-volatility", FUNCTIONS, "volatility is not stated",
     "volatile by default costs plans, and a wrong guess costs answers",
     "write immutable, stable or volatile"},
    {"function-comment", FUNCTIONS, "a table, view, function or type without COMMENT ON",
     "the comment is its contract for everybody who has only the database",
     "comment on … is '…', in the same module"},
    {"security-definer-reason", FUNCTIONS,
     "an internal SECURITY DEFINER function without a comment that says why",
     "it runs with rights that its caller lacks", "say why in a -- comment before CREATE FUNCTION"},
    {"interface-security-definer", FUNCTIONS, "fn_… that is not SECURITY DEFINER",
     "callers have no rights on tables, so it would fail, or somebody would grant them", "security definer"},
    {"raise-errcode", FUNCTIONS, "an exception without errcode", "P0001 cannot be told from any other",
     "using errcode = 'TB0xx'"},
    {"raise-hint", FUNCTIONS, "an exception without hint",
     "whoever meets it should not have to read the source", "using hint = 'what to do about it'"},

    /* Events: law 4. */
    {"state-change-without-event", EVENTS, "a function can change state and end without an event",
     "whoever follows the events would not know", "emit on every path that writes, in the same transaction"},
    {"event-log-bypassed", EVENTS, "an insert into bus.domain_events outside of the bus",
     "the emitter checks the contract and counts the version", "call bus.fn_emit_domain_event()"},

    /* About the linter itself. */
    {"malformed-suppression", LINT_ERROR, LINT_META,
     "a suppression that cannot be read, or lacks day or reason",
     "a suppression without reason and end is a rule that was deleted",
     "-- daybook-lint: allow RULE until YYYY-MM-DD: reason, at most two years ahead"},
    {"unused-suppression", LINT_WARNING, LINT_META, "a suppression that suppresses nothing",
     "it would hide the next finding", "delete it"},
    {"unparsable", LINT_UNKNOWN, LINT_META, "a statement or body that cannot be parsed",
     "what cannot be read cannot be judged", "write it in another way, or suppress this with the reason"},
    {"schema-change-in-block", LINT_UNKNOWN, LINT_META,
     "a DO block of a migration that changes the schema, or may",
     "what it locks cannot be read from the file; what EXECUTE runs cannot be read at all",
     "write the statements out, or look with --trace and suppress this with what was seen"},
    {"unknown-function", LINT_UNKNOWN, LINT_META, "a call of a function that no module defines",
     "it cannot be known whether it changes state",
     "call a function of a module, or suppress this with the reason"},
};

const lint_rule *lint_rules(size_t *count)
{
    *count = sizeof(rules) / sizeof(rules[0]);
    return rules;
}

const lint_rule *lint_rule_find(const char *id)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if (strcmp(rules[i].id, id) == 0)
            return &rules[i];
    return NULL;
}

const char *lint_level_name(lint_level level)
{
    static const char *const names[] = {"error", "warning", "unknown"};
    return names[level];
}

const char *lint_group_name(lint_group group)
{
    static const char *const names[] = {"locks", "book", "shards", "functions", "events", "lint"};
    return names[group];
}
