-- How often each thing happened.
select e.event_type, count(*) as events, strftime('%Y-%m-%dT%H:%M:%SZ', min(e.recorded_at) / 1000000, 'unixepoch') as first_recorded_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', max(e.recorded_at) / 1000000, 'unixepoch') as last_recorded_at
  from domain_events as e
 group by e.event_type
 order by e.event_type
