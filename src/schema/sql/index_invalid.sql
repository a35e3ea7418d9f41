-- Indexes that are of no use: an interrupted CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY leaves them.
select pg_catalog.format('%I.%I', n.nspname, c.relname) as identity,
       i.indrelid::pg_catalog.regclass::text as relation
  from pg_catalog.pg_index as i
  join pg_catalog.pg_class as c on c.oid = i.indexrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
 where not (i.indisvalid and i.indisready)
   and c.relkind = 'i'
   and n.nspname !~ '^pg_'
 order by identity
 limit 100
