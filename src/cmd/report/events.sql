-- How often each thing happened.
select event_type, events, to_char(first_recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as first_recorded_at,
       to_char(last_recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as last_recorded_at
  from bus.v_event_counts
 order by event_type;
