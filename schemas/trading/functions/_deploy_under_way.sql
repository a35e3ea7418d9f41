-- daybook mirror: function trading._deploy_under_way(p_account_id uuid, p_subject text)

CREATE OR REPLACE FUNCTION trading._deploy_under_way(p_account_id uuid, p_subject text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return (
        select format('deploy %s of %s, asked for by %s, is %s', d.deploy_id, d.image_tag, d.actor, d.state)
          from trading.deploys as d
         where d.account_id = p_account_id and d.subject = p_subject and d.state in ('requested', 'starting', 'shadowing', 'switching'));
end
$function$;

alter function trading._deploy_under_way(p_account_id uuid, p_subject text) owner to daybook_api;

comment on function trading._deploy_under_way(p_account_id uuid, p_subject text) is 'The deploy of the bot or service that is under way, with its state and who asked for it; null if none is.';

revoke execute on function trading._deploy_under_way(p_account_id uuid, p_subject text) from public;
grant execute on function trading._deploy_under_way(p_account_id uuid, p_subject text) to daybook_owner;
