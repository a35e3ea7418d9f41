-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._attach_worker(p_worker_id uuid, p_worker text, p_queues text[]) returns void
language plpgsql volatile
as $$
declare
    v_unknown text;
begin
    -- Held until the claim commits: whoever takes a worker for silent and gives its jobs to others must not miss one that is being claimed.
    perform from jobs.workers as w where w.worker_id = p_worker_id for key share;
    if found then
        return;
    end if;
    select q.queue into v_unknown from unnest(p_queues) as q (queue) where not exists (select from jobs.queues as k where k.queue = q.queue) limit 1;
    if found then
        raise exception 'argument p_queues names %, and there is no such queue', coalesce(quote_literal(v_unknown), 'null')
            using errcode = 'TB002', hint = 'Make it with jobs.fn_set_queue(), or pass null for all queues.';
    end if;
    insert into jobs.workers (worker_id, worker) values (p_worker_id, p_worker)
    on conflict on constraint workers_pkey do update set seen_at = excluded.seen_at;
end
$$;

comment on function jobs._attach_worker(uuid, text, text[]) is
    'Enters a worker that is not there yet, or was taken for silent, and holds its row until the transaction ends. TB002 for an unknown queue.';
