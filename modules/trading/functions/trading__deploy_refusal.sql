create or replace function trading._deploy_refusal(
    p_deploy trading.deploys, p_to_state text, p_differences bigint, out code text, out detail text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_does constant text := trading._deploy_transition(p_deploy.state, p_to_state, p_deploy.bot_id is null);
    v_found record;
begin
    if v_does is null then
        code := 'illegal_transition';
        detail := format('a deploy of a %s that is %s cannot become %s',
                         case when p_deploy.bot_id is null then 'service' else 'bot' end, p_deploy.state, p_to_state);
    elsif v_does = 'goes back' then
        detail := case when p_deploy.state = 'active' then trading._deploy_under_way(p_deploy.account_id, p_deploy.subject) end;
        code := case when detail is not null then 'deploy_under_way' end;
    elsif v_does = 'switches' and p_deploy.bot_id is not null then
        select count(*) as pairs, count(*) filter (where c.result <> 'matched') as differences
          into v_found
          from trading._compare_shadow(p_deploy) as c;
        if v_found.differences > coalesce(p_differences, -1) then
            code := 'differences';
            detail := format('blue and green differ in %s of %s decisions; %s', v_found.differences, v_found.pairs,
                             coalesce(format('%s were accepted', p_differences), 'nobody said how many are accepted'));
        end if;
    elsif v_does = 'settles' and exists (
        select from trading.bot_configs as b
          join trading.bot_leases as l on l.account_id = b.account_id and l.bot_id = b.bot_id
         where b.account_id = p_deploy.account_id and b.bot_id = p_deploy.bot_id
           and b.desired_state = 'running' and l.expires_at <= clock_timestamp())
    then
        code := 'not_held';
        detail := 'the bot should be running, and no process of the deploy holds its lease';
    end if;
end
$$;

comment on function trading._deploy_refusal(trading.deploys, text, bigint) is
    'Why the deploy cannot go to that state now, as code and detail: illegal_transition, differences, not_held or deploy_under_way; nulls if it can. The '
    'caller has locked the deploy, and for a switch the lease.';
