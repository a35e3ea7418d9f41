create or replace view bus.v_partition_status as
with parents as (
    select 'domain_events' as parent, s.last_value as next_key from bus.domain_events_id_seq as s
    union all
    select 'event_seq' as parent, max(l.last_seq) as next_key from bus.logs as l
)
select 'bus.' || p.parent as parent, count(*) as partitions, p.next_key / 16777216 as current,
       max(substring(c.relname from '_p([0-9]+)$')::bigint) - p.next_key / 16777216 as ahead
  from parents as p
  join pg_class as t on t.relname = p.parent and t.relnamespace = 'bus'::regnamespace
  join pg_inherits as i on i.inhparent = t.oid
  join pg_class as c on c.oid = i.inhrelid
 group by p.parent, p.next_key;

comment on view bus.v_partition_status is
    'How much room there is in the partitioned tables of the log. Without a next partition every write that emits fails; bus.fn_ensure_event_partitions() makes them.';
comment on column bus.v_partition_status.current is 'Number of the partition that is written to.';
comment on column bus.v_partition_status.ahead is 'How many there are after it.';
