-- The functions ($2 = function) or views of the schemas $1 that this transaction has written: rows not older than the transaction.
-- An exact identity, with every type name qualified, is what DROP needs later whatever the search path is then.
select p.oid::bigint as oid,
       pg_catalog.format('%s %I.%I(%s)', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
                         n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) as identity,
       l.lanname as language,
       n.nspname as schema
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_language as l on l.oid = p.prolang
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
 where $2 = 'function'
   and pg_catalog.age(p.xmin) <= pg_catalog.age(pg_catalog.pg_current_xact_id()::xid)
   and n.nspname = any ($1)
 union all
select c.oid::bigint,
       pg_catalog.format('%s %I.%I', case c.relkind when 'm' then 'materialized view' else 'view' end, n.nspname, c.relname),
       '',
       n.nspname
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
 where $2 = 'view'
   and c.relkind in ('v', 'm')
   and pg_catalog.age(c.xmin) <= pg_catalog.age(pg_catalog.pg_current_xact_id()::xid)
   and n.nspname = any ($1)
