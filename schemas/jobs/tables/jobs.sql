-- daybook mirror: table jobs.jobs

create table jobs.jobs (
    job_id uuid not null,
    queue text not null,
    priority smallint not null,
    place bigint,
    xid xid8 default pg_current_xact_id() not null,
    due_at timestamp with time zone not null,
    handler text not null,
    args jsonb not null,
    run_at timestamp with time zone,
    unique_key text,
    max_attempts integer not null,
    attempts integer default 0 not null,
    token uuid,
    worker text,
    started_at timestamp with time zone,
    limited boolean default false not null,
    cancelled_at timestamp with time zone,
    last_error text,
    enqueued_at timestamp with time zone default clock_timestamp() not null,
    account_id uuid,
    ctx jsonb,
    constraint jobs_pkey PRIMARY KEY (job_id),
    constraint jobs_attempts_check CHECK (((attempts >= 0) AND (attempts <= max_attempts))),
    constraint jobs_priority_check CHECK (((priority >= 0) AND (priority <= 9))),
    constraint jobs_running_has_place CHECK (((token IS NULL) OR (place IS NOT NULL))),
    constraint jobs_running_whole CHECK ((((token IS NULL) = (worker IS NULL)) AND ((token IS NULL) = (started_at IS NULL))))
)
with (autovacuum_analyze_threshold=10000, autovacuum_vacuum_cost_delay=0, autovacuum_vacuum_insert_threshold='-1', autovacuum_vacuum_scale_factor=0.01, autovacuum_vacuum_threshold=1000, fillfactor=50);

alter table jobs.jobs owner to daybook_owner;

CREATE INDEX jobs_due_idx ON jobs.jobs USING btree (due_at) WHERE (place IS NULL);
CREATE INDEX jobs_late_idx ON jobs.jobs USING btree (xid, queue, priority, place) WHERE (place IS NOT NULL);
CREATE INDEX jobs_place_idx ON jobs.jobs USING btree (queue, priority, place) WHERE (place IS NOT NULL);
CREATE UNIQUE INDEX jobs_unique_key ON jobs.jobs USING btree (queue, unique_key) WHERE (unique_key IS NOT NULL);

comment on table jobs.jobs is 'Jobs that have not ended: waiting for their time (without a place), ready (a place, no token), or running (with a token).';
comment on column jobs.jobs.job_id is 'Chosen by who enqueues: enqueueing again changes nothing.';
comment on column jobs.jobs.priority is '0 is the highest, 9 the lowest.';
comment on column jobs.jobs.place is 'When it became ready, as a number; null while it waits. Claimed in this order within queue and priority. A job that is given back gets a new one.';
comment on column jobs.jobs.xid is 'The transaction that gave it its place, by which what commits late is found.';
comment on column jobs.jobs.due_at is 'Not to be claimed earlier.';
comment on column jobs.jobs.run_at is 'What who enqueued it asked for; null for at once.';
comment on column jobs.jobs.unique_key is 'At most one job of the queue with the same key has not ended.';
comment on column jobs.jobs.attempts is 'Attempts begun, without those that were given back.';
comment on column jobs.jobs.token is 'The claim under which it runs. Who finishes it has to show it.';
comment on column jobs.jobs.limited is 'While it runs: it is counted in jobs.queue_use.';
comment on column jobs.jobs.cancelled_at is 'When its cancellation was asked for while it was running.';
comment on column jobs.jobs.last_error is 'Why the attempt before failed.';

grant select, insert, update, delete on jobs.jobs to daybook_api;
grant select on jobs.jobs to daybook_lab_reader;
