"""A book in one file with the content of a book on a server, row by row, so that what reads books reads the same in both."""

import json
import os
import sqlite3

from . import program

SCHEMAS = {"currencies": "ref", "venues": "ref", "instruments": "ref", "account_fences": "settings", "sessions": "ops", "audit_log": "audit",
           "aggregate_heads": "bus", "domain_events": "bus"}
SCHEMA = os.path.join(program.SOURCE, "src", "book", "sqlite", "schema.sql")
APPLICATION_ID, VERSION = 0x44424B31, 1


def _value(column, kind):
    """How a file keeps what the server has; the amounts in an object of marks or rates are text, too."""
    if kind == "numeric":
        return f"trim_scale({column})::text"
    if kind == "timestamp with time zone":
        return f"(extract(epoch from {column}) * 1000000)::bigint"
    if kind == "bytea":
        return f"encode({column}, 'hex')"
    if kind == "boolean":
        return f"{column}::integer"
    if kind.endswith("[]"):
        return f"array_to_string({column}, ',')"
    if column in ("marks", "rates"):
        return f"(select coalesce(jsonb_object_agg(x.key, x.value), '{{}}')::text from jsonb_each_text({column}) as x)"
    return column if kind in ("bigint", "integer") else f"{column}::text"


def _kinds(host, database, table):
    rows = host.sql("select a.attname, format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), -1) from pg_attribute as a join pg_type as t "
                    f"on t.oid = a.atttypid where a.attrelid = '{table}'::regclass and a.attnum > 0 and not a.attisdropped", database)
    return dict(row.split("|") for row in rows.splitlines())


def copy(host, database, path):
    """Makes the file; answers its URL."""
    with open(SCHEMA, encoding="utf-8") as text:
        schema = text.read()
    db = sqlite3.connect(path)
    db.executescript(f"pragma journal_mode = wal; {schema}; pragma application_id = {APPLICATION_ID}; pragma user_version = {VERSION}")
    for (table,) in db.execute("select name from sqlite_schema where type = 'table' and name not like 'sqlite%'").fetchall():
        columns = [row[1] for row in db.execute(f"pragma table_info({table})")]
        kinds = _kinds(host, database, f"{SCHEMAS.get(table, 'trading')}.{table}")
        values = ", ".join(_value(column, kinds[column]) for column in columns)
        rows = host.sql(f"select jsonb_build_array({values}) from {SCHEMAS.get(table, 'trading')}.{table}", database)
        db.executemany(f"insert into {table} values ({', '.join('?' * len(columns))})", [json.loads(row) for row in rows.splitlines()])
    db.commit()
    db.close()
    return f"sqlite:{path}"


def change(path, sql):
    """Changes the file by hand, past all that guards it; how many rows."""
    db = sqlite3.connect(path)
    db.execute("pragma ignore_check_constraints = on")
    changed = db.execute(sql).rowcount
    db.commit()
    db.close()
    return changed


def value(path, sql):
    db = sqlite3.connect(path)
    answer = db.execute(sql).fetchone()[0]
    db.close()
    return answer


def kinds(path, table):
    """The type of every column."""
    db = sqlite3.connect(path)
    answer = {row[1]: row[2] for row in db.execute(f"pragma table_info({table})")}
    db.close()
    return answer
