-- How many rows this session has written to each of the tables $1, and not yet reported to the statistics, where it has any;
-- then one row with the newest number in the catalog of relations. Every row has the role the session has taken.
select t.oid::int8, w.written, pg_catalog.current_setting('role')
  from pg_catalog.unnest($1::oid[]) as t (oid)
 cross join lateral (select pg_catalog.pg_stat_get_xact_tuples_inserted(t.oid) + pg_catalog.pg_stat_get_xact_tuples_updated(t.oid)
                            + pg_catalog.pg_stat_get_xact_tuples_deleted(t.oid)) as w (written)
 where w.written > 0 and exists (select from pg_catalog.pg_class as c where c.oid = t.oid)
 union all
select 0, (select c.oid::int8 from pg_catalog.pg_class as c order by c.oid desc limit 1), pg_catalog.current_setting('role')
 order by 1 desc
