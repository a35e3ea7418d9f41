-- Tables of the schemas $1 with the rows this session has written to each and not yet reported; with $2 only those it has.
-- What a table is for: 'event' the log of events, 'bus' what is written along with an event or declares one, 'state' the rest.
select c.oid::int8, pg_catalog.format('%I.%I', n.nspname, c.relname), w.written,
       case when coalesce(pg_catalog.pg_partition_root(c.oid), c.oid) = pg_catalog.to_regclass('bus.domain_events') then 'event'
            when c.oid in (pg_catalog.to_regclass('bus.aggregate_heads'), pg_catalog.to_regclass('bus.domain_event_type')) then 'bus'
            else 'state' end,
       pg_catalog.current_setting('role')
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
 cross join lateral (select pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid)
                            + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid)) as w (written)
 where c.relkind = 'r' and n.nspname = any ($1::text[]) and (w.written > 0 or not $2)
 order by 2
