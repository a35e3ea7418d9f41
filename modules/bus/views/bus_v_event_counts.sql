create or replace view bus.v_event_counts as
select e.event_type,
       count(*) as events,
       min(e.recorded_at) as first_recorded_at,
       max(e.recorded_at) as last_recorded_at
  from bus.domain_events as e
 group by e.event_type;

comment on view bus.v_event_counts is
    'How many events of each type there are, and when the first and the last were recorded. Reads the whole log.';
