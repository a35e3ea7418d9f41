-- daybook mirror: function jobs._enqueue(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION jobs._enqueue(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb)
 RETURNS TABLE(idx integer, outcome text, job_id uuid, conflict_field text)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
    c_now constant timestamptz := clock_timestamp();
    v_due constant timestamptz := coalesce(p_run_at, c_now);
    v_since timestamptz;
    v_created uuid[];
    v_ended uuid[];
    v_asked record;
begin
    perform pg_current_xact_id();
    with made as (
        insert into jobs.jobs as j (job_id, queue, priority, place, due_at, handler, args, run_at, unique_key, max_attempts, enqueued_at, account_id, ctx)
        select a.job_id, p_queue, p_priority, case when v_due <= c_now then nextval('jobs.places') end, v_due, p_handler, a.args, p_run_at, a.unique_key,
               p_max_attempts, c_now, p_account_id, p_ctx
          from unnest(p_job_ids, p_args, p_unique_keys) with ordinality as a (job_id, args, unique_key, idx)
         order by a.idx
        on conflict do nothing
        returning j.job_id
    )
    select array_agg(m.job_id) into v_created from made as m having jobs._wake_workers();

    v_since := jobs._ended_since(v_created, c_now);
    select array_agg(f.job_id) into v_ended
      from jobs.finished as f
     where f.job_id = any (v_created) and f.finished_at >= v_since and f.finished_at < c_now + interval '1 day';
    if v_ended is null and cardinality(v_created) = cardinality(p_job_ids) then
        return query select a.idx::integer, 'created', a.job_id, null::text from unnest(p_job_ids) with ordinality as a (job_id, idx);
        return;
    end if;

    delete from jobs.jobs as j where j.job_id = any (v_ended);
    v_created := array(select unnest(v_created) except select unnest(v_ended));
    for v_asked in
        select g.*, row_number() over (partition by g.job_id order by g.idx) = 1 and g.job_id = any (v_created) as created
          from unnest(p_job_ids, p_args, p_unique_keys) with ordinality as g (job_id, args, unique_key, idx)
         order by g.idx
    loop
        if v_asked.created then
            return query select v_asked.idx::integer, 'created', v_asked.job_id, null::text;
            continue;
        end if;
        return query
            select v_asked.idx::integer, case when d.field is null then 'replayed' else 'conflict' end, k.job_id, d.field
              from jobs._find_job(v_asked.job_id, p_queue, v_asked.unique_key) as k
             cross join lateral jobs._difference(
                jsonb_build_object('queue', p_queue, 'handler', p_handler, 'args', v_asked.args, 'priority', p_priority, 'run_at', p_run_at,
                                   'unique_key', v_asked.unique_key, 'max_attempts', p_max_attempts, 'account_id', p_account_id), k.content) as d (field);
        -- What held the unique key has ended since.
        if not found then
            return query
                select v_asked.idx::integer, e.outcome, e.job_id, e.conflict_field
                  from jobs._enqueue(array[v_asked.job_id], p_queue, p_handler, array[v_asked.args], p_priority, p_run_at, array[v_asked.unique_key],
                                     p_max_attempts, p_account_id, p_ctx) as e;
        end if;
    end loop;
end
$function$;

alter function jobs._enqueue(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function jobs._enqueue(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb) is 'Puts jobs into a queue and says of each what came of it. Arguments were checked by the caller.';

revoke execute on function jobs._enqueue(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb) from public;
grant execute on function jobs._enqueue(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb) to daybook_owner;
