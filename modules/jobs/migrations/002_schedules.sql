-- Schedules say when jobs are put into a queue. A run is identified by its schedule and the moment it was due, so that whoever fires it, and however many try,
-- it is enqueued once.

create table jobs.schedules (
    schedule       text        not null,
    cron           text,
    every          interval,
    time_zone      text        not null,
    skipped        text        not null,
    repeated       text        not null,
    catch_up       text        not null,
    catch_up_limit integer     not null,
    queue          text        not null,
    handler        text        not null,
    args           jsonb       not null,
    priority       smallint    not null,
    max_attempts   integer     not null,
    enabled        boolean     not null,
    since          timestamptz not null,
    next_fire_at   timestamptz,
    last_fire_at   timestamptz,
    version        bigint      not null default 1,
    changed_at     timestamptz not null,
    ctx            jsonb,
    removed_at     timestamptz,
    constraint schedules_pkey primary key (schedule),
    constraint schedules_queue_fkey foreign key (queue) references jobs.queues (queue) on delete restrict,
    constraint schedules_handler_fkey foreign key (handler) references jobs.handlers (handler) on delete restrict,
    constraint schedules_name check (schedule ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'),
    constraint schedules_one_rule check ((cron is null) <> (every is null)),
    constraint schedules_skipped_check check (skipped in ('after', 'never')),
    constraint schedules_repeated_check check (repeated in ('once', 'twice')),
    constraint schedules_catch_up_check check (catch_up in ('none', 'last', 'all')),
    constraint schedules_catch_up_limit_check check (catch_up_limit between 1 and 10000),
    constraint schedules_priority_check check (priority between 0 and 9),
    constraint schedules_removed_is_still check (removed_at is null or (not enabled and next_fire_at is null))
) with (fillfactor = 50);
comment on table jobs.schedules is 'When which jobs are put into a queue, again and again.';
comment on column jobs.schedules.cron is 'Minute, hour, day of the month, month, day of the week, in the clock of the time zone: jobs.next_fire() says what they mean.';
comment on column jobs.schedules.every is 'Instead: at every multiple of this since `since`, whatever the clocks do.';
comment on column jobs.schedules.skipped is 'What is due in an hour that the clock leaves out: once just after it, or never.';
comment on column jobs.schedules.repeated is 'What is due in an hour that the clock shows twice: the first time only, or both times.';
comment on column jobs.schedules.catch_up is
    'What becomes of runs that were due while nobody fired them: none, the last one, or all of them, the newest catch_up_limit. A run is late when a later one is due as well, or with none, after a minute.';
comment on column jobs.schedules.since is 'When the schedule was made or last changed; nothing before is due.';
comment on column jobs.schedules.next_fire_at is 'When it fires next; null when it is disabled, or never will.';
comment on column jobs.schedules.removed_at is
    'When it was removed. The row stays for its runs and for its versions, which go on when a schedule of the same name is made.';

create table jobs.schedule_runs (
    schedule text        not null,
    fire_at  timestamptz not null,
    job_id   uuid        not null,
    fired_at timestamptz not null default clock_timestamp(),
    constraint schedule_runs_pkey primary key (schedule, fire_at),
    constraint schedule_runs_schedule_fkey foreign key (schedule) references jobs.schedules (schedule) on delete restrict
);
comment on table jobs.schedule_runs is 'Which runs were fired, each once. They are kept as long as the history of jobs.';
comment on column jobs.schedule_runs.fire_at is 'When it was due, not when it was fired.';
create index schedule_runs_fired_at_idx on jobs.schedule_runs (fired_at);

insert into bus.domain_event_type (event_type, module, aggregate_type, description, contract, required)
select t.event_type, 'jobs', t.aggregate_type, t.description, t.contract,
       array(select jsonb_object_keys(t.contract -> 'required') order by 1)
  from (values
    ('jobs.schedule_set', 'job_schedule', 'A schedule was made, changed, enabled or disabled.',
     '{"required": {"schedule": "string", "handler": "string", "queue": "string", "time_zone": "string", "enabled": "boolean"},
       "optional": {"cron": "string", "every": "string"}}'::jsonb),
    ('jobs.schedule_removed', 'job_schedule', 'A schedule was removed.', '{"required": {"schedule": "string", "reason": "string"}}')
  ) as t (event_type, aggregate_type, description, contract);
