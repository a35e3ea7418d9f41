-- daybook mirror: function jobs._forget_claims(p_tokens uuid[])

CREATE OR REPLACE FUNCTION jobs._forget_claims(p_tokens uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
    delete from jobs.claims as c
     where c.token = any (p_tokens)
       and not exists (select
                         from unnest(c.job_ids) as i (job_id)
                        cross join lateral (select from jobs.jobs as l where l.job_id = i.job_id and l.token = c.token offset 0) as j);
end
$function$;

alter function jobs._forget_claims(p_tokens uuid[]) owner to daybook_api;

comment on function jobs._forget_claims(p_tokens uuid[]) is 'Removes those of the claims of which no job runs any more.';

revoke execute on function jobs._forget_claims(p_tokens uuid[]) from public;
grant execute on function jobs._forget_claims(p_tokens uuid[]) to daybook_owner;
