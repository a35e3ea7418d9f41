-- daybook mirror: function trading._enter_bot(p_account_id uuid, p_bot_id uuid)

CREATE OR REPLACE FUNCTION trading._enter_bot(p_account_id uuid, p_bot_id uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
    perform 1 from trading.bot_leases as l where l.account_id = p_account_id and l.bot_id = p_bot_id for key share;
    if not found then
        perform trading._refuse_bot(p_account_id, p_bot_id);
    end if;
end
$function$;

alter function trading._enter_bot(p_account_id uuid, p_bot_id uuid) owner to daybook_api;

comment on function trading._enter_bot(p_account_id uuid, p_bot_id uuid) is 'Lets this transaction act as the bot while nobody acquires its lease; TB002 for an unknown bot.';

revoke execute on function trading._enter_bot(p_account_id uuid, p_bot_id uuid) from public;
grant execute on function trading._enter_bot(p_account_id uuid, p_bot_id uuid) to daybook_owner;
