-- daybook mirror: function trading._lock_deploys(p_account_id uuid, p_subject text)

CREATE OR REPLACE FUNCTION trading._lock_deploys(p_account_id uuid, p_subject text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform pg_advisory_xact_lock(hashtextextended('trading.deploys ' || p_account_id || p_subject, 0));
end
$function$;

alter function trading._lock_deploys(p_account_id uuid, p_subject text) owner to daybook_api;

comment on function trading._lock_deploys(p_account_id uuid, p_subject text) is 'Lets one transaction at a time begin or move a deploy of the bot or service.';

revoke execute on function trading._lock_deploys(p_account_id uuid, p_subject text) from public;
grant execute on function trading._lock_deploys(p_account_id uuid, p_subject text) to daybook_owner;
