-- no event for jobs.jobs: the queue is machinery
-- no event for jobs.finished: the queue is machinery
-- no event for jobs.claims: the queue is machinery
-- no event for jobs.workers: the queue is machinery
-- no event for jobs.queue_use: the queue is machinery
-- no event for audit.seals: a seal is no event, or it would never be the last one
-- no event for audit.sealed_rows: a seal is no event, or it would never be the last one
begin;
select plan(3);

create function pg_temp.u(name text) returns uuid language sql immutable as $$ select md5('keep ' || name)::uuid $$;
select jobs.fn_enqueue(pg_temp.u(h.handler), 'chores', h.handler) from jobs.v_handlers as h where h.handler like 'daybook.%';
update jobs.queues set concurrency = null where queue = 'chores';
create temporary table claimed as select * from jobs.fn_claim(pg_temp.u('worker'), 'a test', '{chores}', 10);

select set_eq('select handler from claimed', array['daybook.partitions', 'daybook.seal', 'daybook.roll_up', 'daybook.history', 'daybook.webhooks'], 'what every installation has to do');
select results_eq($$select p.outcome from jobs.fn_perform(array(select c.job_id from claimed as c order by c.handler), array(select c.token from claimed as c order by c.handler)) as p$$,
    array['created', 'created', 'created', 'created', 'created'], 'whoever may work may have it done');
select is_empty($$select from jobs.v_jobs as j where j.queue = 'chores'$$);

select * from finish();
rollback;
