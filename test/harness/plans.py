"""Which indexes a query uses: by what the planner says of it, and by what was scanned when it ran, since the plans of a function cannot
be seen from outside. Relations are named as in trading.orders."""

import json


def _nodes(plan):
    yield plan
    for below in plan.get("Plans", []):
        yield from _nodes(below)


def planned(session, query):
    """The indexes of the plan, and the tables that it reads from end to end."""
    plan = json.loads("\n".join(session.run(f"explain (format json, verbose) {query}")))[0]["Plan"]
    found = list(_nodes(plan))
    schemas = {row["name"]: row["schema"] for row in session.rows(
        "select c.relname as name, n.nspname as schema from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.relkind = 'i'")}
    return ({f"{schemas[node['Index Name']]}.{node['Index Name']}" for node in found if "Index Name" in node},
            {f"{node['Schema']}.{node['Relation Name']}" for node in found if node["Node Type"] == "Seq Scan"})


def _scans(session):
    return {row["name"]: row["scans"] for row in session.rows(
        "select n.nspname || '.' || c.relname as name, pg_stat_get_xact_numscans(c.oid) as scans "
        "  from pg_class as c join pg_namespace as n on n.oid = c.relnamespace "
        " where c.relkind in ('r', 'i') and n.nspname in ('trading', 'market', 'audit', 'bus')")}


def scanned(session, query):
    """The rows of a query, and what it scanned: tables from end to end, and indexes."""
    session.run("begin")
    before, rows, after = _scans(session), session.rows(query), _scans(session)
    session.run("rollback")
    return rows, {name for name, scans in after.items() if scans > before[name]}
