-- daybook mirror: function jobs._attach_worker(p_worker_id uuid, p_worker text, p_queues text[])

CREATE OR REPLACE FUNCTION jobs._attach_worker(p_worker_id uuid, p_worker text, p_queues text[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$;

alter function jobs._attach_worker(p_worker_id uuid, p_worker text, p_queues text[]) owner to daybook_api;

comment on function jobs._attach_worker(p_worker_id uuid, p_worker text, p_queues text[]) is 'Enters a worker that is not there yet, or was taken for silent, and holds its row until the transaction ends. TB002 for an unknown queue.';

revoke execute on function jobs._attach_worker(p_worker_id uuid, p_worker text, p_queues text[]) from public;
grant execute on function jobs._attach_worker(p_worker_id uuid, p_worker text, p_queues text[]) to daybook_owner;
