-- The sessions of this database that are blocked in pg_advisory_lock($1), sqlx's own key; null: there are none.
select pg_catalog.string_agg(
           pg_catalog.format('pid %s (%s), waiting for %s s', l.pid,
                             coalesce(nullif(a.application_name, ''), 'no application name'),
                             coalesce(extract(epoch from pg_catalog.clock_timestamp() - l.waitstart)::bigint::text, '?')), '; ' order by l.pid) as waiters
  from pg_catalog.pg_locks as l
  join pg_catalog.pg_database as d on d.oid = l.database
                                  and d.datname = pg_catalog.current_database()
  left join pg_catalog.pg_stat_activity as a on a.pid = l.pid
 where l.locktype = 'advisory'
   and not l.granted
   and l.objsubid = 1
   and (l.classid::bigint << 32 | l.objid::bigint) = $1
