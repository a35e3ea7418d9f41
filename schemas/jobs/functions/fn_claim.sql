-- daybook mirror: function jobs.fn_claim(p_worker_id uuid, p_worker_name text, p_queues text[], p_limit integer)

CREATE OR REPLACE FUNCTION jobs.fn_claim(p_worker_id uuid, p_worker_name text, p_queues text[], p_limit integer)
 RETURNS TABLE(outcome text, job_id uuid, token uuid, queue text, priority smallint, handler text, kind text, what text, args jsonb, attempt integer, max_attempts integer, timeout interval, enqueued_at timestamp with time zone, account_id uuid, ctx jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
    c_far constant bigint := 1000;
    v_token constant uuid := gen_random_uuid();
    v_number bigint;
    v_left integer := p_limit;
    v_room integer;
    v_queue record;
    v_priority integer;
    v_floors bigint[];
    v_late boolean;
    v_far boolean;
    v_found tid[];
    v_found_late tid[];
    v_found_here tid[];
    v_lowest bigint;
    v_taken integer;
    v_limited text[] := '{}';
begin
    perform util.require_id('p_worker_id', p_worker_id);
    perform util.require_text('p_worker_name', p_worker_name);
    if p_limit is null or p_limit not between 1 and 10000 then
        raise exception 'argument p_limit is %', coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Claim 1 to 10000 jobs at a time.';
    end if;
    perform jobs._attach_worker(p_worker_id, p_worker_name, p_queues);
    -- Drawn while the worker's row is held: its signs of life know of all claims with a lower one.
    v_number := nextval('jobs.claim_numbers');
    perform jobs._stage();

    for v_queue in
        select q.queue, q.concurrency
          from jobs.queues as q
         where not q.paused and (p_queues is null or q.queue = any (p_queues))
         order by array_position(p_queues, q.queue), (rank() over (order by q.queue) + v_number) % count(*) over ()
    loop
        exit when v_left = 0;
        v_room := v_left;
        if v_queue.concurrency is not null then
            -- Waited for in the order of names, as by all others; a queue that comes before one whose count is held is left out when somebody is counting.
            continue when not jobs._lock_use(v_queue.queue, v_queue.queue > all (v_limited));
            v_limited := v_limited || v_queue.queue;
            v_room := least(v_left, v_queue.concurrency - jobs._running(v_queue.queue));
        end if;
        v_floors := jobs._floors(v_queue.queue);
        v_late := false;
        if cardinality(v_floors) > 21 then
            v_floors := jobs._look_late(v_queue.queue, v_floors);
            v_late := exists (select from generate_series(22, cardinality(v_floors), 2) as g (i) where v_floors[g.i + 1] > 0);
        end if;
        v_far := false;
        v_taken := 0;
        for v_turn in 0..9 loop
            exit when v_room - v_taken <= 0;
            v_priority := case when v_number % 16 = 0 then 9 - v_turn else v_turn end;
            if v_late then
                v_found_late := jobs._late_jobs(v_queue.queue, v_priority, v_floors, v_room - v_taken);
                v_found := v_found || v_found_late;
                v_taken := v_taken + coalesce(cardinality(v_found_late), 0);
                exit when v_taken = v_room;
            end if;
            select array_agg(r.ctid), min(r.place)
              into v_found_here, v_lowest
              from (select j.ctid, j.place
                      from jobs.jobs as j
                     where j.queue = v_queue.queue and j.priority = v_priority and j.place >= v_floors[v_priority + 1] and j.token is null
                     order by j.place
                     limit v_room - v_taken
                       for no key update skip locked) as r;
            v_found := v_found || v_found_here;
            v_taken := v_taken + coalesce(cardinality(v_found_here), 0);
            v_far := v_far or coalesce(v_lowest, (select p.last_value from jobs.places as p)) - v_floors[v_priority + 1] > c_far;
        end loop;
        if v_far then
            perform jobs._raise_floors(v_queue.queue, v_floors);
        end if;
        v_left := v_left - v_taken;
        if v_queue.concurrency is not null and v_taken > 0 then
            perform jobs._count_use(v_queue.queue, v_taken);
        end if;
    end loop;
    if v_left = p_limit then
        return;
    end if;

    return query
        with claimed as (
            update jobs.jobs as j
               set token = v_token, worker = p_worker_name, started_at = clock_timestamp(), attempts = j.attempts + 1,
                   limited = j.queue = any (v_limited)
             where j.ctid = any (v_found)
            returning j.*
        ), noted as (
            insert into jobs.claims (token, worker_id, number, job_ids)
            select v_token, p_worker_id, v_number, array_agg(c.job_id) from claimed as c having count(*) > 0
        )
        select 'created', c.job_id, v_token, c.queue, c.priority, h.handler, h.kind, h.what, c.args, c.attempts, c.max_attempts, h.timeout, c.enqueued_at,
               c.account_id, jobs._context(c.job_id, c.handler, c.ctx)
          from claimed as c
          join jobs.handlers as h on h.handler = c.handler
         order by array_position(p_queues, c.queue), c.priority, c.place;
end
$function$;

alter function jobs.fn_claim(p_worker_id uuid, p_worker_name text, p_queues text[], p_limit integer) owner to daybook_api;

comment on function jobs.fn_claim(p_worker_id uuid, p_worker_name text, p_queues text[], p_limit integer) is 'Gives the worker up to so many jobs that are ready, in a transaction of its own. Queues in the order of the array (null: all, a different one first each time), within a queue the highest priority first, then in the order in which they became ready; every sixteenth claim begins with the lowest priority, so that none starves. Together they carry one token, which finishes them. Each is another worker''s no more until this one has been silent for as long as jobs.fn_rescue() allows. TB001 for a malformed argument, TB002 for an unknown queue.';

revoke execute on function jobs.fn_claim(p_worker_id uuid, p_worker_name text, p_queues text[], p_limit integer) from public;
grant execute on function jobs.fn_claim(p_worker_id uuid, p_worker_name text, p_queues text[], p_limit integer) to daybook_owner;
grant execute on function jobs.fn_claim(p_worker_id uuid, p_worker_name text, p_queues text[], p_limit integer) to daybook_worker;
