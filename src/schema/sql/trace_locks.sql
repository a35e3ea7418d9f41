-- The locks that this transaction holds on relations that are not the server's own.
select l.relation::bigint as oid, l.mode
  from pg_catalog.pg_locks as l
 where l.locktype = 'relation'
   and l.pid = pg_catalog.pg_backend_pid()
   and l.relation >= 16384
   and l.granted
 order by l.relation
