-- What every installation has to do now and then, as jobs like any other: they can be looked at, changed and paused.

insert into jobs.queues (queue, concurrency, changed_at) values ('chores', 1, now());

insert into jobs.handlers (handler, kind, what, timeout, description, changed_at)
select h.handler, 'function', h.what, h.timeout, h.description, now()
  from (values
    ('daybook.partitions', 'jobs._keep_partitions', interval '5 minutes', 'Makes partitions ahead: of the log, of market data, of the history of jobs.'),
    ('daybook.seal', 'jobs._keep_sealed', interval '5 minutes', 'Seals what was recorded since the last seal.'),
    ('daybook.roll_up', 'jobs._keep_rolled_up', interval '30 minutes', 'Brings roll-ups of market data up to date.'),
    ('daybook.history', 'jobs._keep_history', interval '5 minutes', 'Drops days of the history of jobs that are past their time.'),
    ('daybook.webhooks', 'jobs._keep_webhook_history', interval '10 minutes', 'Drops deliveries of webhooks that ended long ago from their history.')
  ) as h (handler, what, timeout, description);

insert into jobs.schedules (schedule, cron, every, time_zone, skipped, repeated, catch_up, catch_up_limit, queue, handler, args, priority, max_attempts, enabled,
                            since, next_fire_at, changed_at)
select s.schedule, s.cron, s.every, 'UTC', 'after', 'once', 'last', 100, 'chores', s.schedule, '{}', s.priority, 3, true, now(), now(), now()
  from (values
    ('daybook.partitions', '7 * * * *', null::interval, 1),
    ('daybook.seal', null, interval '5 minutes', 5),
    ('daybook.roll_up', null, interval '5 minutes', 5),
    ('daybook.history', '37 * * * *', null, 5),
    ('daybook.webhooks', null, '15 minutes', 5)
  ) as s (schedule, cron, every, priority);
