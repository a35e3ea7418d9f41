select s.last_seq, s.epoch, s.waiting,
       coalesce(extract(epoch from pg_catalog.clock_timestamp() - s.oldest_waiting_at), 0)::double precision as oldest_waiting_s,
       pg_catalog.pg_notification_queue_usage()::double precision as notify_queue,
       coalesce((select max(pg_catalog.age(coalesce(a.backend_xmin, a.backend_xid))) from pg_catalog.pg_stat_activity as a
                  where a.pid <> pg_catalog.pg_backend_pid()), 0)::bigint as oldest_xmin_age,
       coalesce((select max(extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)) from pg_catalog.pg_stat_activity as a
                  where a.backend_xid is not null and a.pid <> pg_catalog.pg_backend_pid()), 0)::double precision as oldest_transaction_s,
       (select count(*) from pg_catalog.pg_prepared_xacts) as prepared
  from bus.v_log_status as s
 where s.log = 0;
