-- daybook mirror: table jobs.schedules

create table jobs.schedules (
    schedule text not null,
    cron text,
    every interval,
    time_zone text not null,
    skipped text not null,
    repeated text not null,
    catch_up text not null,
    catch_up_limit integer not null,
    queue text not null,
    handler text not null,
    args jsonb not null,
    priority smallint not null,
    max_attempts integer not null,
    enabled boolean not null,
    since timestamp with time zone not null,
    next_fire_at timestamp with time zone,
    last_fire_at timestamp with time zone,
    version bigint default 1 not null,
    changed_at timestamp with time zone not null,
    ctx jsonb,
    removed_at timestamp with time zone,
    constraint schedules_pkey PRIMARY KEY (schedule),
    constraint schedules_catch_up_check CHECK ((catch_up = ANY (ARRAY['none'::text, 'last'::text, 'all'::text]))),
    constraint schedules_catch_up_limit_check CHECK (((catch_up_limit >= 1) AND (catch_up_limit <= 10000))),
    constraint schedules_name CHECK ((schedule ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'::text)),
    constraint schedules_one_rule CHECK (((cron IS NULL) <> (every IS NULL))),
    constraint schedules_priority_check CHECK (((priority >= 0) AND (priority <= 9))),
    constraint schedules_removed_is_still CHECK (((removed_at IS NULL) OR ((NOT enabled) AND (next_fire_at IS NULL)))),
    constraint schedules_repeated_check CHECK ((repeated = ANY (ARRAY['once'::text, 'twice'::text]))),
    constraint schedules_skipped_check CHECK ((skipped = ANY (ARRAY['after'::text, 'never'::text])))
)
with (fillfactor=50);

alter table jobs.schedules owner to daybook_owner;

comment on table jobs.schedules is 'When which jobs are put into a queue, again and again.';
comment on column jobs.schedules.cron is 'Minute, hour, day of the month, month, day of the week, in the clock of the time zone: jobs.next_fire() says what they mean.';
comment on column jobs.schedules.every is 'Instead: at every multiple of this since `since`, whatever the clocks do.';
comment on column jobs.schedules.skipped is 'What is due in an hour that the clock leaves out: once just after it, or never.';
comment on column jobs.schedules.repeated is 'What is due in an hour that the clock shows twice: the first time only, or both times.';
comment on column jobs.schedules.catch_up is 'What becomes of runs that were due while nobody fired them: none, the last one, or all of them, the newest catch_up_limit. A run is late when a later one is due as well, or with none, after a minute.';
comment on column jobs.schedules.since is 'When the schedule was made or last changed; nothing before is due.';
comment on column jobs.schedules.next_fire_at is 'When it fires next; null when it is disabled, or never will.';
comment on column jobs.schedules.removed_at is 'When it was removed. The row stays for its runs and for its versions, which go on when a schedule of the same name is made.';

grant select, insert, update on jobs.schedules to daybook_api;
grant select on jobs.schedules to daybook_lab_reader;

-- Once everything else exists:

alter table only jobs.schedules add constraint schedules_handler_fkey FOREIGN KEY (handler) REFERENCES jobs.handlers(handler) ON DELETE RESTRICT;
alter table only jobs.schedules add constraint schedules_queue_fkey FOREIGN KEY (queue) REFERENCES jobs.queues(queue) ON DELETE RESTRICT;
