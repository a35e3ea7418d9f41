-- daybook mirror: function market.fn_subscriptions(p_account_id uuid, p_bot_id uuid)

CREATE OR REPLACE FUNCTION market.fn_subscriptions(p_account_id uuid, p_bot_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(account_id uuid, bot_id uuid, instrument_id uuid, stream text, changed_at timestamp with time zone, version bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform settings.require_account(p_account_id, 'read');
    return query
        select s.account_id, s.bot_id, s.instrument_id, s.stream, s.changed_at, s.version
          from market.symbol_subscriptions as s
         where s.account_id = p_account_id and coalesce(s.bot_id = p_bot_id, true) and s.active
         order by s.bot_id, s.instrument_id, s.stream;
end
$function$;

alter function market.fn_subscriptions(p_account_id uuid, p_bot_id uuid) owner to daybook_api;

comment on function market.fn_subscriptions(p_account_id uuid, p_bot_id uuid) is 'What the bots of an account, or one of them, are subscribed to. 42501 without the right to read the account.';

revoke execute on function market.fn_subscriptions(p_account_id uuid, p_bot_id uuid) from public;
grant execute on function market.fn_subscriptions(p_account_id uuid, p_bot_id uuid) to daybook_bot;
grant execute on function market.fn_subscriptions(p_account_id uuid, p_bot_id uuid) to daybook_manager;
grant execute on function market.fn_subscriptions(p_account_id uuid, p_bot_id uuid) to daybook_owner;
grant execute on function market.fn_subscriptions(p_account_id uuid, p_bot_id uuid) to daybook_risk;
