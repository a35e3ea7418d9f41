"""The tables of a book in one file are those of the book on a server: the same columns, required where those are, and the same keys."""

import os

from harness import program, server, tap

SCHEMAS = {"currencies": "ref", "venues": "ref", "instruments": "ref", "account_fences": "settings", "sessions": "ops", "audit_log": "audit",
           "aggregate_heads": "bus", "domain_events": "bus"}
SERVER_ONLY = {("audit_log", "xid"), ("domain_events", "xid"),  # of transactions, which a file does not number
               ("orders", "capped")}  # a file has no caps
# A file has one host and, at a time, one program that writes: whoever wants it to stop, stops that program, and there is no second
# process that could act as the same bot.
TABLES_OF_SERVERS = {"risk_latch", "risk_state", "bot_configs", "bot_config_versions", "bot_leases", "bot_lease_grants",
                     "notional_caps", "notional_cap_versions", "notional_days", "notional_slices", "notional_reserves", "notional_moves",
                     "risk_config", "risk_config_versions", "risk_events",
                     "order_intents", "bot_commands", "bot_command_steps", "bot_events", "bot_strategy_state",
                     "bot_strategy_state_versions", "signals", "fence_increments", "deploys",
                     "deploy_steps", "shadow_orders"}

host = server.Server()
host.installed("schema")
SCHEMA = os.path.join(program.SOURCE, "src", "book", "sqlite", "schema.sql")


def file_tables():
    """Column, type and whether it is required, by table."""
    with open(SCHEMA, encoding="utf-8") as text:
        made = text.read()
    rows = program.run(["python3", "-c", "import json, sqlite3, sys; c = sqlite3.connect(':memory:'); c.executescript(sys.stdin.read());"
                        "print(json.dumps({t: [(r[1], r[2], bool(r[3])) for r in c.execute(f'pragma table_info({t})')] for (t,) in "
                        "c.execute(\"select name from sqlite_schema where type = 'table' and name not like 'sqlite%'\").fetchall()}))"],
                       stdin=made.encode()).ok()
    return rows.json()


def server_columns(table):
    rows = host.sql("select a.attname, format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), -1), a.attnotnull from pg_attribute as a "
                    f"join pg_type as t on t.oid = a.atttypid where a.attrelid = '{SCHEMAS.get(table, 'trading')}.{table}'::regclass "
                    "and a.attnum > 0 and not a.attisdropped", "schema").splitlines()
    return {name: (kind, required == "t") for name, kind, required in (row.split("|") for row in rows)}


TYPES = {"bigint": "INTEGER", "integer": "INTEGER", "boolean": "INTEGER", "timestamp with time zone": "INTEGER"}


@tap.test("every table has the columns of its namesake, of a type that holds them, and required where they are")
def _():
    for table, columns in file_tables().items():
        theirs = {name: what for name, what in server_columns(table).items() if (table, name) not in SERVER_ONLY}
        ours = {name: (kind, required) for name, kind, required in columns}
        tap.equal(sorted(ours), sorted(theirs), f"columns of {table}")
        for name, (kind, required) in theirs.items():
            tap.equal(ours[name], (TYPES.get(kind, "TEXT"), required), f"{table}.{name}, {kind} on a server")


@tap.test("every table of the book is there, but for those that govern several programs")
def _():
    held = host.sql("select relname from pg_class where relnamespace = 'trading'::regnamespace and relkind in ('r', 'p') order by 1", "schema")
    tap.equal(sorted(set(held.split()) - set(file_tables())), sorted(TABLES_OF_SERVERS), "tables that a file lacks")


tap.main()
