-- The index called $2 (as it is written in SQL) of the table $1, or wherever such an index is when $1 is null.
select pg_catalog.format('%I.%I', n.nspname, c.relname) as identity,
       i.indisvalid and i.indisready as valid,
       exists (select
                 from pg_catalog.pg_locks as l
                where l.locktype = 'relation'
                  and l.relation = i.indrelid
                  and l.database = (select d.oid
                                      from pg_catalog.pg_database as d
                                     where d.datname = pg_catalog.current_database())
                  and l.mode = 'ShareUpdateExclusiveLock'
                  and l.granted
                  and l.pid <> pg_catalog.pg_backend_pid()) as busy
  from pg_catalog.pg_index as i
  join pg_catalog.pg_class as c on c.oid = i.indexrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
 where case
           when $1::text is null then i.indexrelid = pg_catalog.to_regclass($2::text)
           else i.indrelid = pg_catalog.to_regclass($1::text)
                and c.relname = (pg_catalog.parse_ident($2::text))[1]
       end
