-- Tables of the schemas $1, and what each is for: 'event' the log of events, 'bus' what is written along with an event or
-- declares one, 'state' the rest; last, what it is called: a partition as its parent.
select c.oid::int8, pg_catalog.format('%I.%I', n.nspname, c.relname),
       case when coalesce(pg_catalog.pg_partition_root(c.oid), c.oid) = pg_catalog.to_regclass('bus.domain_events') then 'event'
            when c.oid in (pg_catalog.to_regclass('bus.aggregate_heads'), pg_catalog.to_regclass('bus.domain_event_type')) then 'bus'
            else 'state' end,
       pg_catalog.format('%I.%I', rn.nspname, r.relname)
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  join pg_catalog.pg_class as r on r.oid = coalesce(pg_catalog.pg_partition_root(c.oid), c.oid)
  join pg_catalog.pg_namespace as rn on rn.oid = r.relnamespace
 where c.relkind = 'r' and n.nspname = any ($1::text[])
 order by 2
