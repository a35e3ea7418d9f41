-- daybook mirror: view jobs.v_handlers
-- needs: jobs/tables/handlers.sql

create view jobs.v_handlers as
 SELECT h.handler,
    h.kind,
        CASE h.kind
            WHEN 'http'::text THEN split_part(h.what, '?'::text, 1)
            ELSE h.what
        END AS what,
    round(EXTRACT(epoch FROM h.timeout), 3) AS timeout_s,
    h.description,
    h.changed_at
   FROM jobs.handlers h;

alter view jobs.v_handlers owner to daybook_api;

comment on view jobs.v_handlers is 'What jobs can be enqueued. Of addresses without the query, which may contain secrets.';

grant select on jobs.v_handlers to daybook_console;
grant select on jobs.v_handlers to daybook_lab_reader;
grant select on jobs.v_handlers to daybook_manager;
grant select on jobs.v_handlers to daybook_monitor;
grant select on jobs.v_handlers to daybook_worker;
