-- How big tables are as the server last counted them; rows is null where it never did. Reads catalogs only.
select n.nspname || '.' || c.relname as name,
       case when c.reltuples >= 0 then c.reltuples::double precision end as rows,
       c.relpages::bigint as pages,
       coalesce((select sum(i.relpages)
                   from pg_catalog.pg_index as x
                   join pg_catalog.pg_class as i on i.oid = x.indexrelid
                  where x.indrelid = c.oid), 0)::bigint as index_pages
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
