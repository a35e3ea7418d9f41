-- daybook mirror: function trading._refuse_bot(p_account_id uuid, p_bot_id uuid)

CREATE OR REPLACE FUNCTION trading._refuse_bot(p_account_id uuid, p_bot_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    raise exception '% is no bot of account %', coalesce(p_bot_id::text, 'null'), p_account_id
        using errcode = 'TB002', hint = 'Make the bot first with trading.fn_configure_bot().';
end
$function$;

alter function trading._refuse_bot(p_account_id uuid, p_bot_id uuid) owner to daybook_api;

comment on function trading._refuse_bot(p_account_id uuid, p_bot_id uuid) is 'Raises TB002: the account has no such bot.';

revoke execute on function trading._refuse_bot(p_account_id uuid, p_bot_id uuid) from public;
grant execute on function trading._refuse_bot(p_account_id uuid, p_bot_id uuid) to daybook_owner;
