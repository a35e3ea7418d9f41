-- daybook mirror: function jobs.fn_perform(p_job_ids uuid[], p_tokens uuid[])

CREATE OR REPLACE FUNCTION jobs.fn_perform(p_job_ids uuid[], p_tokens uuid[])
 RETURNS TABLE(idx integer, outcome text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_memoize TO 'off'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
    c_count constant integer := cardinality(p_job_ids);
    v_group record;
    v_ours integer[];
    v_done bigint[];
begin
    if c_count is null or c_count not between 1 and 10000 or cardinality(p_tokens) is distinct from c_count
       or array_position(p_job_ids, null) is not null or array_position(p_tokens, null) is not null
    then
        raise exception 'arguments p_job_ids and p_tokens have % and % elements, or nulls among them', c_count, cardinality(p_tokens)
            using errcode = 'TB001', hint = 'Pass 1 to 10000 jobs, and the token of each.';
    end if;

    for v_group in
        -- Nothing is locked: a job that runs for long can be cancelled, and taken away from a worker that stands still. What counts is whose it is at the end.
        with held as materialized (
            select g.idx, j.handler, j.args, jobs._context(j.job_id, j.handler, j.ctx) as ctx
              from unnest(p_job_ids, p_tokens) with ordinality as g (job_id, token, idx)
             cross join lateral (select i.* from jobs.jobs as i where i.job_id = g.job_id and i.token = g.token offset 0) as j
        )
        select h.handler, h.kind, h.what, array_agg(d.idx::integer order by d.idx) as idxs, array_agg(d.args order by d.idx) as args,
               array_agg(d.ctx order by d.idx) as ctxs
          from held as d
          join jobs.handlers as h on h.handler = d.handler
         group by h.handler
         order by min(d.idx)
    loop
        if v_group.kind <> 'function' then
            raise exception 'handler % is a %, which the worker runs', v_group.handler, v_group.kind
                using errcode = 'TB001', hint = 'Run it, and say what became of it with jobs.fn_finish().';
        end if;
        if jobs._handler_function(v_group.what) is null then
            raise exception 'the function % of handler % is not there', quote_literal(v_group.what), v_group.handler
                using errcode = 'TB002', hint = 'Install it, or declare the handler anew with jobs.fn_declare_handler().';
        end if;
        -- One statement calls it for all of them; they do not see each other's work any less than they would one by one.
        execute format('select %s(c.args, c.ctx) from unnest($1, $2) as c (args, ctx)', jobs._handler_function(v_group.what)::regproc)
          using v_group.args, v_group.ctxs;
        v_ours := v_ours || v_group.idxs;
    end loop;

    if v_ours is not null then
        v_done := jobs._end(
            array(select p_job_ids[o.idx] from unnest(v_ours) with ordinality as o (idx, place) order by o.place),
            array(select p_tokens[o.idx] from unnest(v_ours) with ordinality as o (idx, place) order by o.place),
            array_fill('succeeded'::text, array[cardinality(v_ours)]), array_fill(null::text, array[cardinality(v_ours)]));
        if cardinality(v_done) <> cardinality(v_ours) then
            raise exception 'of % jobs % are somebody else''s by now', cardinality(v_ours), cardinality(v_ours) - cardinality(v_done)
                using errcode = 'serialization_failure', hint = 'Nothing was done. Perform them again: what is not yours any more is not called.';
        end if;
    end if;
    if cardinality(v_ours) = c_count then
        return query select g.idx, 'created' from generate_series(1, c_count) as g (idx);
        return;
    end if;
    -- The history is only asked about the others.
    return query
        select g.idx, case when g.idx = any (coalesce(v_ours, '{}')) then 'created'
                           when exists (select from jobs.finished as f where f.job_id = p_job_ids[g.idx] and f.token = p_tokens[g.idx]) then 'replayed'
                           else 'fenced'
                       end
          from generate_series(1, c_count) as g (idx);
end
$function$;

alter function jobs.fn_perform(p_job_ids uuid[], p_tokens uuid[]) owner to daybook_api;

comment on function jobs.fn_perform(p_job_ids uuid[], p_tokens uuid[]) is 'Calls the functions of claimed jobs and ends the jobs as succeeded, in one transaction: what they did to this database is done once, or not at all. An error of one undoes all: the caller performs each by itself then, and reports the one that fails with jobs.fn_finish(). Of each job, in order: created; replayed when it was performed before; fenced when it is not this claim''s any more, and then nothing was called for it. 40001 when some were taken away meanwhile, TB001 for malformed arguments and for a handler of another kind, TB002 for a function that is not there.';

revoke execute on function jobs.fn_perform(p_job_ids uuid[], p_tokens uuid[]) from public;
grant execute on function jobs.fn_perform(p_job_ids uuid[], p_tokens uuid[]) to daybook_owner;
grant execute on function jobs.fn_perform(p_job_ids uuid[], p_tokens uuid[]) to daybook_worker;
