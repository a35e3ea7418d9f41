-- What asks for somebody: $1 seconds that something may be late, $2 seconds that a transaction may be open.
select 'no_leader' as warning, 'nobody has given places in the log for 10 s: is a relay running?' as what
  from bus.v_log_status as s
 where s.log = 0 and coalesce(s.looked_at < pg_catalog.statement_timestamp() - interval '10 seconds', true)
union all
select 'log_late', pg_catalog.format('%s events wait for their places, the oldest since %s s', s.waiting,
                                     extract(epoch from pg_catalog.clock_timestamp() - s.oldest_waiting_at)::bigint)
  from bus.v_log_status as s
 where s.oldest_waiting_at < pg_catalog.clock_timestamp() - $1::double precision * interval '1 second'
union all
select 'consumer_late', pg_catalog.format('%s %s is %s events and %s s behind%s', s.kind, s.consumer, s.lag_events, s.lag_s::bigint,
                                          case when s.held then '' else ', and nobody reads as it' end)
  from bus.v_consumer_status as s
 where s.lag_events > 0 and s.lag_s > $1::double precision
union all
select 'dead_letters', pg_catalog.format('%s dead letters of %s are to be decided', max(s.dead), s.consumer)
  from bus.v_consumer_status as s
 where s.dead > 0
 group by s.consumer
union all
select 'open_transaction', pg_catalog.format('process %s (%s) has had a transaction open for %s s in database %s', a.pid,
                                             coalesce(nullif(a.application_name, ''), 'no application name'),
                                             extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)::bigint, a.datname)
  from pg_catalog.pg_stat_activity as a
 where (a.backend_xid is not null or a.backend_xmin is not null) and a.backend_type = 'client backend'
   and a.pid <> pg_catalog.pg_backend_pid() and a.xact_start < pg_catalog.clock_timestamp() - $2::double precision * interval '1 second'
union all
select 'prepared_transaction', pg_catalog.format('transaction %s of database %s was prepared %s s ago and is neither committed nor rolled back',
                                                 pg_catalog.quote_literal(p.gid), p.database,
                                                 extract(epoch from pg_catalog.clock_timestamp() - p.prepared)::bigint)
  from pg_catalog.pg_prepared_xacts as p
 where p.prepared < pg_catalog.clock_timestamp() - $2::double precision * interval '1 second'
union all
select 'notify_queue', pg_catalog.format('the queue of notifications is %s %% full; full, commits fail: some session listens in an open transaction',
                                         (100 * pg_catalog.pg_notification_queue_usage())::integer)
 where pg_catalog.pg_notification_queue_usage() > 0.5
union all
select 'partitions', pg_catalog.format('%s has only %s partitions ahead', s.parent, s.ahead)
  from bus.v_partition_status as s
 where s.ahead < 7;
