-- daybook mirror: table jobs.workers

create table jobs.workers (
    worker_id uuid not null,
    worker text not null,
    attached_at timestamp with time zone default clock_timestamp() not null,
    seen_at timestamp with time zone default clock_timestamp() not null,
    claims_from bigint default 0 not null,
    constraint workers_pkey PRIMARY KEY (worker_id)
)
with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=100, fillfactor=10);

alter table jobs.workers owner to daybook_owner;

comment on table jobs.workers is 'Who claims jobs. What a silent one had claimed is given to others.';
comment on column jobs.workers.worker is 'For people: program, host and process.';
comment on column jobs.workers.claims_from is 'None of its claims has a lower number, so that a sign of life does not pass over those that are gone.';

grant select, insert, delete on jobs.workers to daybook_api;
grant select on jobs.workers to daybook_lab_reader;
grant update (seen_at, claims_from) on jobs.workers to daybook_api;
