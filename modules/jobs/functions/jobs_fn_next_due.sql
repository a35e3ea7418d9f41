create or replace function jobs.fn_next_due(p_queues text[] default null) returns timestamptz
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- What has been due for longer is for the next claim; its entries in the index, and those of what has long been claimed, are not passed over.
    return (select j.due_at
              from jobs.jobs as j
              join jobs.queues as q on q.queue = j.queue
             where j.place is null and j.due_at > clock_timestamp() - interval '1 second' and not q.paused
               and (p_queues is null or j.queue = any (p_queues))
             order by j.due_at
             limit 1);
end
$$;

comment on function jobs.fn_next_due(text[]) is
    'When the next job that waits for its time will be due, in queues that are not paused: how long a worker that found nothing may sleep. Null when none waits.';
