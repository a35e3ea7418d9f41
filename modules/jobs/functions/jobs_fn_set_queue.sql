-- A claim that has read the old limit may still be on its way; the limit holds for those that begin when this has committed.
create or replace function jobs.fn_set_queue(
    p_queue text, p_concurrency integer default null, p_paused boolean default false, p_ctx jsonb default null)
returns table (outcome text, version bigint)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
begin
    if p_queue is null or p_queue !~ '^[a-z][a-z0-9_]{0,40}$' then
        raise exception 'argument p_queue is %, which is not a name of a queue', coalesce(quote_literal(left(p_queue, 60)), 'null')
            using errcode = 'TB001', hint = 'Write a lower-case word of at most 41 letters, digits and underscores.';
    end if;
    if p_concurrency < 1 then
        raise exception 'argument p_concurrency of queue % is %', p_queue, p_concurrency
            using errcode = 'TB001', hint = 'Pass how many of its jobs may run at once, null for any number, or pause the queue.';
    end if;
    if p_paused is null then
        raise exception 'argument p_paused of queue % is null', p_queue
            using errcode = 'TB001', hint = 'Pass true or false.';
    end if;

    insert into jobs.queues as q (queue, concurrency, paused, changed_at, ctx)
    values (p_queue, p_concurrency, p_paused, clock_timestamp(), v_ctx)
    on conflict on constraint queues_pkey
        do update set concurrency = excluded.concurrency, paused = excluded.paused, version = q.version + 1, changed_at = excluded.changed_at,
                      ctx = excluded.ctx
        where (q.concurrency, q.paused) is distinct from (excluded.concurrency, excluded.paused)
    returning q.version into version;
    if found then
        outcome := 'created';
        perform bus._emit_versioned('jobs.queue_set', p_queue, version,
            jsonb_strip_nulls(jsonb_build_object('queue', p_queue, 'concurrency', p_concurrency, 'paused', p_paused)), null, null, null, v_ctx);
        if p_concurrency is not null then
            perform jobs._count_running(p_queue);
        end if;
        perform jobs._wake_workers();
    else
        outcome := 'replayed';
        select q.version into version from jobs.queues as q where q.queue = p_queue;
    end if;
    return next;
end
$$;

comment on function jobs.fn_set_queue(text, integer, boolean, jsonb) is
    'Makes a queue, or changes it: how many of its jobs may run at once over all workers (null: any number), and whether it is paused. Both are stated whole. What runs '
    'goes on, and counts. created when something changed, replayed when it was so already. TB001 for a malformed argument.';
