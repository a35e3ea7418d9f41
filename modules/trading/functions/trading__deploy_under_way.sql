create or replace function trading._deploy_under_way(p_account_id uuid, p_subject text) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select format('deploy %s of %s, asked for by %s, is %s', d.deploy_id, d.image_tag, d.actor, d.state)
          from trading.deploys as d
         where d.account_id = p_account_id and d.subject = p_subject and d.state in ('requested', 'starting', 'shadowing', 'switching'));
end
$$;

comment on function trading._deploy_under_way(uuid, text) is 'The deploy of the bot or service that is under way, with its state and who asked for it; null if none is.';
