-- daybook mirror: table jobs.schedule_runs

create table jobs.schedule_runs (
    schedule text not null,
    fire_at timestamp with time zone not null,
    job_id uuid not null,
    fired_at timestamp with time zone default clock_timestamp() not null,
    constraint schedule_runs_pkey PRIMARY KEY (schedule, fire_at)
);

alter table jobs.schedule_runs owner to daybook_owner;

CREATE INDEX schedule_runs_fired_at_idx ON jobs.schedule_runs USING btree (fired_at);

comment on table jobs.schedule_runs is 'Which runs were fired, each once. They are kept as long as the history of jobs.';
comment on column jobs.schedule_runs.fire_at is 'When it was due, not when it was fired.';

grant select, insert on jobs.schedule_runs to daybook_api;
grant select on jobs.schedule_runs to daybook_lab_reader;

-- Once everything else exists:

alter table only jobs.schedule_runs add constraint schedule_runs_schedule_fkey FOREIGN KEY (schedule) REFERENCES jobs.schedules(schedule) ON DELETE RESTRICT;
