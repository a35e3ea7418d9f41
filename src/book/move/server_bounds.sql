-- Before those that are under way now have ended: what they still write is later.
select (extract(epoch from clock_timestamp()) * 1000000)::bigint,
       coalesce((select max(d.id) from bus.domain_events as d), 0), coalesce((select max(l.audit_id) from audit.audit_log as l), 0)
