-- The functions of the schemas $1 that this transaction has written, but for those of $2: rows not older than the transaction.
-- An exact identity, with every type name qualified, is what DROP needs later whatever the search path is then.
select p.oid,
       pg_catalog.format('%s %I.%I(%s)', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
                         n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) as identity,
       l.lanname as language
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_language as l on l.oid = p.prolang
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
 where p.oid >= 16384 -- the server's own are below, and are most
   and pg_catalog.age(p.xmin) <= (select pg_catalog.age(pg_catalog.pg_current_xact_id()::xid))
   and p.oid <> all ($2::oid[])
   and n.nspname = any ($1)
