-- The tables that are there, which file each is kept in, and how often this transaction has read each from end to end.
select c.oid::bigint as oid,
       n.nspname || '.' || c.relname as name,
       pg_catalog.pg_relation_filenode(c.oid)::bigint as filenode,
       pg_catalog.pg_stat_get_xact_numscans(c.oid) as scans
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 order by c.oid
