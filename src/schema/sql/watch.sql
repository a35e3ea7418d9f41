-- How long the session $1 has waited for a lock, and who has it. Through a pooler the process is not known ($1 is null): then
-- it is the one of this database that works under the runner's name, of which there is one at most.
with worker as materialized (
    select coalesce($1::integer,
                    (select a.pid
                       from pg_catalog.pg_stat_activity as a
                      where a.application_name = 'daybook migrate'
                        and a.datname = pg_catalog.current_database()
                        and a.state = 'active'
                      limit 1)) as pid
)
select coalesce((select extract(epoch from pg_catalog.clock_timestamp() - min(l.waitstart)) * 1000
                   from pg_catalog.pg_locks as l
                  where l.pid = w.pid
                    and not l.granted), 0)::bigint as waited_ms,
       (select pg_catalog.string_agg(
                   pg_catalog.format('pid %s (%s), transaction %s s old, %s', a.pid,
                                     coalesce(nullif(a.application_name, ''), 'no application name'),
                                     coalesce(extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)::bigint::text, '?'),
                                     coalesce(a.state || ': ' || pg_catalog.left(pg_catalog.regexp_replace(a.query, '\s+', ' ', 'g'), 120),
                                              'hidden')), '; ' order by a.pid)
          from pg_catalog.pg_stat_activity as a
         where a.pid = any (pg_catalog.pg_blocking_pids(w.pid))) as blockers
  from worker as w
