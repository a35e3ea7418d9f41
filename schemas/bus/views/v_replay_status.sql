-- daybook mirror: view bus.v_replay_status
-- needs: bus/tables/event_retries.sql
-- needs: bus/tables/replays.sql

create view bus.v_replay_status as
 SELECT r.replay_id,
    r.consumer,
        CASE
            WHEN ((r.state = 'fed'::text) AND (w.waiting = 0)) THEN 'done'::text
            ELSE r.state
        END AS state,
    r.from_seq,
    r.to_seq,
    r.event_types,
    r.aggregate_type,
    r.aggregate_id,
    r.rate,
    r.events,
    (r.fed - w.waiting) AS delivered,
    w.waiting,
    r.at_seq,
    r.requested_at,
    r.began_at,
    r.ended_at
   FROM (bus.replays r
     CROSS JOIN LATERAL ( SELECT count(*) AS waiting
           FROM bus.event_retries e
          WHERE ((e.consumer = r.consumer) AND (e.replay_id = r.replay_id))) w);

alter view bus.v_replay_status owner to daybook_api;

comment on view bus.v_replay_status is 'Replays and how far they have come.';
comment on column bus.v_replay_status.delivered is 'How many were dealt with; also those that became dead letters.';
comment on column bus.v_replay_status.waiting is 'How many were handed over and are not dealt with.';

grant select on bus.v_replay_status to daybook_console;
grant select on bus.v_replay_status to daybook_lab_reader;
grant select on bus.v_replay_status to daybook_monitor;
grant select on bus.v_replay_status to daybook_relay;
