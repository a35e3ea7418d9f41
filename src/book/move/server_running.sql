-- Transactions in this database. Nobody may see what others do, but everybody that they are there and whose they are; workers that
-- clean up are nobody's.
select array_agg(l.virtualtransaction), string_agg(l.pid::text, ', ')
  from pg_catalog.pg_locks as l
  join pg_catalog.pg_stat_activity as a on a.pid = l.pid
 where l.locktype = 'virtualxid' and l.granted and a.datname = current_database() and l.pid <> pg_backend_pid() and a.usesysid is not null
   and ($1::text[] is null or l.virtualtransaction = any ($1::text[]))
