-- daybook mirror: view bus.v_event_counts
-- needs: bus/tables/domain_events.sql

create view bus.v_event_counts as
 SELECT e.event_type,
    count(*) AS events,
    min(e.recorded_at) AS first_recorded_at,
    max(e.recorded_at) AS last_recorded_at
   FROM bus.domain_events e
  GROUP BY e.event_type;

alter view bus.v_event_counts owner to daybook_api;

comment on view bus.v_event_counts is 'How many events of each type there are, and when the first and the last were recorded. Reads the whole log.';

grant select on bus.v_event_counts to daybook_console;
grant select on bus.v_event_counts to daybook_lab_reader;
grant select on bus.v_event_counts to daybook_monitor;
grant select on bus.v_event_counts to daybook_relay;
