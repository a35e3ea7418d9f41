-- As function_made.sql, of views.
select c.oid,
       pg_catalog.format('%s %I.%I', case c.relkind when 'm' then 'materialized view' else 'view' end, n.nspname, c.relname) as identity,
       '' as language
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
 where c.oid >= 16384
   and c.relkind in ('v', 'm')
   and pg_catalog.age(c.xmin) <= (select pg_catalog.age(pg_catalog.pg_current_xact_id()::xid))
   and c.oid <> all ($2::oid[])
   and n.nspname = any ($1)
