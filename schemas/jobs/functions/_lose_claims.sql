-- daybook mirror: function jobs._lose_claims(p_tokens uuid[], p_outcome text, p_error text)

CREATE OR REPLACE FUNCTION jobs._lose_claims(p_tokens uuid[], p_outcome text, p_error text)
 RETURNS TABLE(job_id uuid, fate text)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
    v_job_ids uuid[];
    v_job_tokens uuid[];
    v_fates text[];
    v_errors text[];
begin
    -- Of most nothing is left: their jobs have ended.
    perform jobs._forget_claims(p_tokens);
    select array_agg(j.job_id), array_agg(j.token), array_agg(case
               when p_outcome = 'lost' and j.cancelled_at is not null then 'cancelled'
               when p_outcome = 'lost' and j.attempts >= j.max_attempts then 'dead'
               else p_outcome
           end), array_agg(p_error)
      into v_job_ids, v_job_tokens, v_fates, v_errors
      from jobs.claims as c
     cross join lateral unnest(c.job_ids) as i (job_id)
      -- What is being performed at this moment stays where it is.
     cross join lateral (select l.* from jobs.jobs as l where l.job_id = i.job_id and l.token = c.token offset 0 for no key update skip locked) as j
     where c.token = any (p_tokens);

    if v_job_ids is null then
        return;
    end if;
    return query select v_job_ids[i.idx], v_fates[i.idx] from unnest(jobs._end(v_job_ids, v_job_tokens, v_fates, v_errors)) as i (idx);
    return query select v_job_ids[b.idx], b.fate from jobs._give_back(v_job_ids, v_job_tokens, v_fates, v_errors) as b;
    perform jobs._forget_claims(p_tokens);
end
$function$;

alter function jobs._lose_claims(p_tokens uuid[], p_outcome text, p_error text) owner to daybook_api;

comment on function jobs._lose_claims(p_tokens uuid[], p_outcome text, p_error text) is 'Takes back what is left of claims: lost puts jobs back, or ends them when that was their last attempt or somebody had cancelled them; released puts them back as if never claimed. A claim of which a job is being performed at this moment stays.';

revoke execute on function jobs._lose_claims(p_tokens uuid[], p_outcome text, p_error text) from public;
grant execute on function jobs._lose_claims(p_tokens uuid[], p_outcome text, p_error text) to daybook_owner;
