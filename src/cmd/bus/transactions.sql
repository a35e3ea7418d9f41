-- The oldest transactions of the whole server that keep old rows or events from their places, prepared ones too. What another role's
-- session does is seen by members of pg_read_all_stats.
select t.pid, t.prepared, t.database, t.role, t.application, t.state, t.age_s, t.writes, t.xmin_age
  from (select a.pid, null as prepared, a.datname as database, a.usename as role, a.application_name as application, a.state,
               extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)::numeric(20, 1) as age_s, a.backend_xid is not null as writes,
               pg_catalog.age(coalesce(a.backend_xmin, a.backend_xid)) as xmin_age
          from pg_catalog.pg_stat_activity as a
         where (a.backend_xid is not null or a.backend_xmin is not null) and a.pid <> pg_catalog.pg_backend_pid() and a.backend_type = 'client backend'
        union all
        select null, p.gid, p.database, p.owner, null, 'prepared', extract(epoch from pg_catalog.clock_timestamp() - p.prepared), true,
               pg_catalog.age(p.transaction)
          from pg_catalog.pg_prepared_xacts as p) as t
 order by t.age_s desc nulls last, t.xmin_age desc
 limit 5;
