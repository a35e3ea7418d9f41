-- Jobs wait and run in a small table from which they disappear when they end; what became of them is written to a table of
-- days, which are dropped whole. A job is claimed in the order in which it became ready, its place; a claim changes no
-- column that an index contains.

create schema if not exists jobs;
comment on schema jobs is 'Work to do later: queues, jobs, what became of them, and schedules.';

create table jobs.handlers (
    handler     text        not null,
    kind        text        not null,
    what        text        not null,
    timeout     interval    not null,
    description text        not null,
    version     bigint      not null default 1,
    changed_at  timestamptz not null,
    ctx         jsonb,
    constraint handlers_pkey primary key (handler),
    constraint handlers_name check (handler ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$'),
    constraint handlers_kind_check check (kind in ('function', 'command', 'http')),
    constraint handlers_timeout_check check (timeout > interval '0')
);
comment on table jobs.handlers is
    'What jobs may be done, by name. Who enqueues chooses among these and cannot say what is run; a worker runs commands and calls addresses only if it '
    'allows them as well.';
comment on column jobs.handlers.kind is
    'function: of this database, called with the arguments and the context of the job. command: a program on the worker''s machine. http: an address that is posted to.';
comment on column jobs.handlers.what is 'Name of the function with its schema, name of the command as the worker knows it, or the address.';
comment on column jobs.handlers.timeout is 'After this time an attempt is ended and has failed.';

create table jobs.queues (
    queue       text        not null,
    concurrency integer,
    paused      boolean     not null default false,
    version     bigint      not null default 1,
    changed_at  timestamptz not null,
    ctx         jsonb,
    constraint queues_pkey primary key (queue),
    constraint queues_name check (queue ~ '^[a-z][a-z0-9_]{0,40}$'),
    constraint queues_concurrency_positive check (concurrency > 0)
);
comment on table jobs.queues is 'The queues there are. A job stays in the one into which it was put.';
comment on column jobs.queues.concurrency is 'At most so many of its jobs run at once, over all workers; null for no limit.';
comment on column jobs.queues.paused is 'Nothing is claimed from it; what runs goes on, and jobs may still be put in.';
insert into jobs.queues (queue, changed_at) values ('default', now());

-- A count that changes takes a new row behind the one it replaces, and is read from the end: were one row updated, all its versions would have to be
-- passed over while somebody keeps an old snapshot.
create table jobs.queue_use (
    queue   text    not null,
    number  bigint  not null,
    running integer not null,
    constraint queue_use_pkey primary key (queue, number),
    constraint queue_use_running_not_negative check (running >= 0)
) with (autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0);
comment on table jobs.queue_use is
    'How many jobs of a queue with limited concurrency are running: the row with the highest number, and none means none. Counted by who has locked the row of the queue; of a '
    'queue without a limit nothing is counted.';

create sequence jobs.places as bigint;
comment on sequence jobs.places is 'Places of jobs, drawn when they become ready.';
create sequence jobs.claim_numbers as bigint;
comment on sequence jobs.claim_numbers is 'Counts claims, so that some begin at the other end: with the lowest priority, or another queue.';

create table jobs.jobs (
    job_id       uuid        not null,
    queue        text        not null,
    priority     smallint    not null,
    place        bigint,
    xid          xid8        not null default pg_current_xact_id(),
    due_at       timestamptz not null,
    handler      text        not null,
    args         jsonb       not null,
    run_at       timestamptz,
    unique_key   text,
    max_attempts integer     not null,
    attempts     integer     not null default 0,
    token        uuid,
    worker       text,
    started_at   timestamptz,
    limited      boolean     not null default false,
    cancelled_at timestamptz,
    last_error   text,
    enqueued_at  timestamptz not null default clock_timestamp(),
    account_id   uuid,
    ctx          jsonb,
    constraint jobs_pkey primary key (job_id),
    constraint jobs_priority_check check (priority between 0 and 9),
    constraint jobs_attempts_check check (attempts between 0 and max_attempts),
    constraint jobs_running_whole check ((token is null) = (worker is null) and (token is null) = (started_at is null)),
    constraint jobs_running_has_place check (token is null or place is not null)
) with (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0,
        autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 10000);
comment on table jobs.jobs is
    'Jobs that have not ended: waiting for their time (without a place), ready (a place, no token), or running (with a token).';
comment on column jobs.jobs.job_id is 'Chosen by who enqueues: enqueueing again changes nothing.';
comment on column jobs.jobs.priority is '0 is the highest, 9 the lowest.';
comment on column jobs.jobs.place is
    'When it became ready, as a number; null while it waits. Claimed in this order within queue and priority. A job that is given back gets a new one.';
comment on column jobs.jobs.xid is 'The transaction that gave it its place, by which what commits late is found.';
comment on column jobs.jobs.due_at is 'Not to be claimed earlier.';
comment on column jobs.jobs.run_at is 'What who enqueued it asked for; null for at once.';
comment on column jobs.jobs.unique_key is 'At most one job of the queue with the same key has not ended.';
comment on column jobs.jobs.attempts is 'Attempts begun, without those that were given back.';
comment on column jobs.jobs.token is 'The claim under which it runs. Who finishes it has to show it.';
comment on column jobs.jobs.limited is 'While it runs: it is counted in jobs.queue_use.';
comment on column jobs.jobs.cancelled_at is 'When its cancellation was asked for while it was running.';
comment on column jobs.jobs.last_error is 'Why the attempt before failed.';

-- Whoever may claim finds the next one here. Neither token nor attempts are in any index, so that a claim is a change within the page.
create index jobs_place_idx on jobs.jobs (queue, priority, place) where place is not null;
create index jobs_late_idx on jobs.jobs (xid, queue, priority, place) where place is not null;
create index jobs_due_idx on jobs.jobs (due_at) where place is null;
create unique index jobs_unique_key on jobs.jobs (queue, unique_key) where unique_key is not null;

create table jobs.workers (
    worker_id   uuid        not null,
    worker      text        not null,
    attached_at timestamptz not null default clock_timestamp(),
    seen_at     timestamptz not null default clock_timestamp(),
    claims_from bigint      not null default 0,
    constraint workers_pkey primary key (worker_id)
) with (fillfactor = 10, autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0);
comment on table jobs.workers is 'Who claims jobs. What a silent one had claimed is given to others.';
comment on column jobs.workers.claims_from is 'None of its claims has a lower number, so that a sign of life does not pass over those that are gone.';
comment on column jobs.workers.worker is 'For people: program, host and process.';

-- One row for a claim of many jobs, and none to be changed for each of them. No foreign key to the worker: its check would lock the
-- worker's row a second time; jobs.fn_claim() holds it already.
create table jobs.claims (
    token      uuid        not null,
    worker_id  uuid        not null,
    number     bigint      not null,
    claimed_at timestamptz not null default clock_timestamp(),
    job_ids    uuid[]      not null,
    constraint claims_pkey primary key (token)
) with (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
comment on table jobs.claims is
    'Which jobs were claimed together, by whom. Those of them that have ended are gone from jobs.jobs; the row goes with the next sign of life after the last one.';
comment on column jobs.claims.number is 'Rises from claim to claim of a worker.';
create index claims_worker_idx on jobs.claims (worker_id, number);

create table jobs.finished (
    finished_at  timestamptz not null,
    job_id       uuid        not null,
    outcome      text        not null,
    queue        text        not null,
    priority     smallint    not null,
    handler      text        not null,
    args         jsonb       not null,
    run_at       timestamptz,
    unique_key   text,
    max_attempts integer     not null,
    attempts     integer     not null,
    error        text,
    enqueued_at  timestamptz not null,
    started_at   timestamptz,
    worker       text,
    token        uuid,
    account_id   uuid,
    ctx          jsonb,
    constraint finished_pkey primary key (job_id, finished_at),
    constraint finished_outcome_check check (outcome in ('succeeded', 'cancelled', 'dead'))
) partition by range (finished_at);
comment on table jobs.finished is
    'What became of the jobs, insert-only, a partition for each day of UTC. A job that was retried after its end is here once for each time.';
comment on column jobs.finished.outcome is 'succeeded; cancelled; or dead: the last attempt failed, or the worker said that none would succeed.';
comment on column jobs.finished.token is 'The claim under which it ended; null when it was cancelled before it ran.';

insert into bus.domain_event_type (event_type, module, aggregate_type, description, contract, required)
select t.event_type, 'jobs', t.aggregate_type, t.description, t.contract,
       array(select jsonb_object_keys(t.contract -> 'required') order by 1)
  from (values
    ('jobs.handler_declared', 'job_handler', 'A handler was declared or changed.',
     '{"required": {"handler": "string", "kind": "string", "what": "string", "timeout": "string"}}'::jsonb),
    ('jobs.queue_set', 'job_queue', 'A queue was made, paused, resumed, or its concurrency changed.',
     '{"required": {"queue": "string", "paused": "boolean"}, "optional": {"concurrency": "integer"}}'),
    ('jobs.job_cancelled', 'job', 'Somebody cancelled a job; one that is running has been asked to end.',
     '{"required": {"job_id": "uuid", "queue": "string", "handler": "string", "running": "boolean", "reason": "string"}}'),
    ('jobs.job_retried', 'job', 'Somebody put a job that had ended back into its queue.',
     '{"required": {"job_id": "uuid", "queue": "string", "handler": "string", "reason": "string"}}'),
    ('jobs.job_died', 'job', 'The last attempt of a job failed.',
     '{"required": {"job_id": "uuid", "queue": "string", "handler": "string", "attempts": "integer"}, "optional": {"error": "string"}}'),
    ('jobs.history_dropped', 'job_history', 'A day of finished jobs was dropped.',
     '{"required": {"day": "string"}}')
  ) as t (event_type, aggregate_type, description, contract);
