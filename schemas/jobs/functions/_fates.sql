-- daybook mirror: function jobs._fates(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[])

CREATE OR REPLACE FUNCTION jobs._fates(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[])
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
    select array_agg(case
                         when g.outcome = 'failed' and j.cancelled_at is not null then 'cancelled'
                         when g.outcome = 'failed' and j.attempts >= j.max_attempts then 'dead'
                         else g.outcome
                     end order by g.idx)
      from unnest(p_job_ids, p_tokens, p_outcomes) with ordinality as g (job_id, token, outcome, idx)
      left join lateral (select i.* from jobs.jobs as i where i.job_id = g.job_id and i.token = g.token offset 0) as j on true
$function$;

alter function jobs._fates(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[]) owner to daybook_api;

comment on function jobs._fates(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[]) is 'The outcomes, with failures that end a job as what they make of it: dead, or cancelled.';

revoke execute on function jobs._fates(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[]) from public;
grant execute on function jobs._fates(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[]) to daybook_owner;
