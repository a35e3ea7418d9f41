-- daybook mirror: view bus.v_partition_status
-- needs: bus/sequences/domain_events_id_seq.sql
-- needs: bus/tables/logs.sql

create view bus.v_partition_status as
 WITH parents AS (
         SELECT 'domain_events'::text AS parent,
            s.last_value AS next_key
           FROM bus.domain_events_id_seq s
        UNION ALL
         SELECT 'event_seq'::text AS parent,
            max(l.last_seq) AS next_key
           FROM bus.logs l
        )
 SELECT ('bus.'::text || p.parent) AS parent,
    count(*) AS partitions,
    (p.next_key / 16777216) AS current,
    (max(("substring"((c.relname)::text, '_p([0-9]+)$'::text))::bigint) - (p.next_key / 16777216)) AS ahead
   FROM (((parents p
     JOIN pg_class t ON (((t.relname = p.parent) AND (t.relnamespace = ('bus'::regnamespace)::oid))))
     JOIN pg_inherits i ON ((i.inhparent = t.oid)))
     JOIN pg_class c ON ((c.oid = i.inhrelid)))
  GROUP BY p.parent, p.next_key;

alter view bus.v_partition_status owner to daybook_api;

comment on view bus.v_partition_status is 'How much room there is in the partitioned tables of the log. Without a next partition every write that emits fails; bus.fn_ensure_event_partitions() makes them.';
comment on column bus.v_partition_status.current is 'Number of the partition that is written to.';
comment on column bus.v_partition_status.ahead is 'How many there are after it.';

grant select on bus.v_partition_status to daybook_console;
grant select on bus.v_partition_status to daybook_lab_reader;
grant select on bus.v_partition_status to daybook_monitor;
grant select on bus.v_partition_status to daybook_relay;
