-- daybook mirror: table jobs.finished

create table jobs.finished (
    finished_at timestamp with time zone not null,
    job_id uuid not null,
    outcome text not null,
    queue text not null,
    priority smallint not null,
    handler text not null,
    args jsonb not null,
    run_at timestamp with time zone,
    unique_key text,
    max_attempts integer not null,
    attempts integer not null,
    error text,
    enqueued_at timestamp with time zone not null,
    started_at timestamp with time zone,
    worker text,
    token uuid,
    account_id uuid,
    ctx jsonb,
    constraint finished_pkey PRIMARY KEY (job_id, finished_at),
    constraint finished_outcome_check CHECK ((outcome = ANY (ARRAY['succeeded'::text, 'cancelled'::text, 'dead'::text])))
)
partition by RANGE (finished_at);

-- Its partitions are made while the system runs and are not written one by one, unless one differs from this
-- table, or from most of the others, in more than its bounds.

alter table jobs.finished owner to daybook_owner;

comment on table jobs.finished is 'What became of the jobs, insert-only, a partition for each day of UTC. A job that was retried after its end is here once for each time.';
comment on column jobs.finished.outcome is 'succeeded; cancelled; or dead: the last attempt failed, or the worker said that none would succeed.';
comment on column jobs.finished.token is 'The claim under which it ended; null when it was cancelled before it ran.';

grant select, insert on jobs.finished to daybook_api;
grant select on jobs.finished to daybook_lab_reader;
