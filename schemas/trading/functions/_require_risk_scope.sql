-- daybook mirror: function trading._require_risk_scope(p_account_id uuid, p_bot_id uuid)

CREATE OR REPLACE FUNCTION trading._require_risk_scope(p_account_id uuid, p_bot_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_all constant uuid := '00000000-0000-0000-0000-000000000000';
begin
    if p_account_id is null and p_bot_id is not null or p_account_id = c_all or p_bot_id = c_all then
        raise exception 'arguments p_account_id % and p_bot_id % name neither all trading nor an account nor a bot of one',
                coalesce(p_account_id::text, 'null'), coalesce(p_bot_id::text, 'null')
            using errcode = 'TB001', hint = 'All trading is named by two nulls, an account by itself, a bot by both.';
    end if;
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'manage');
    end if;
    if p_bot_id is not null and not exists (
        select from trading.bot_configs as b where b.account_id = p_account_id and b.bot_id = p_bot_id)
    then
        perform trading._refuse_bot(p_account_id, p_bot_id);
    end if;
end
$function$;

alter function trading._require_risk_scope(p_account_id uuid, p_bot_id uuid) owner to daybook_api;

comment on function trading._require_risk_scope(p_account_id uuid, p_bot_id uuid) is 'Lets pass who may decide for all trading (two nulls: whoever may call the function), an account, or a bot of it; TB001 for ids that do not fit, TB002 for an unknown bot.';

revoke execute on function trading._require_risk_scope(p_account_id uuid, p_bot_id uuid) from public;
grant execute on function trading._require_risk_scope(p_account_id uuid, p_bot_id uuid) to daybook_owner;
