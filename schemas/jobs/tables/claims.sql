-- daybook mirror: table jobs.claims

create table jobs.claims (
    token uuid not null,
    worker_id uuid not null,
    number bigint not null,
    claimed_at timestamp with time zone default clock_timestamp() not null,
    job_ids uuid[] not null,
    constraint claims_pkey PRIMARY KEY (token)
)
with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=1000);

alter table jobs.claims owner to daybook_owner;

CREATE INDEX claims_worker_idx ON jobs.claims USING btree (worker_id, number);

comment on table jobs.claims is 'Which jobs were claimed together, by whom. Those of them that have ended are gone from jobs.jobs; the row goes with the next sign of life after the last one.';
comment on column jobs.claims.number is 'Rises from claim to claim of a worker.';

grant select, insert, delete on jobs.claims to daybook_api;
grant select on jobs.claims to daybook_lab_reader;
