-- daybook mirror: function trading._halt_in_force(p_account_id uuid, p_bot_id uuid)

CREATE OR REPLACE FUNCTION trading._halt_in_force(p_account_id uuid, p_bot_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
    v_halt record;
begin
    select h.scope, h.reason, h.actor, h.since
      into v_halt
      from trading.risk_state as h
     where h.halted
       and h.account_id in (p_account_id, '00000000-0000-0000-0000-000000000000')
       and (h.bot_id is null or h.bot_id = p_bot_id)
     order by h.account_id, h.bot_id nulls first, h.since
     limit 1;
    if not found then
        return null;
    end if;
    return format('%s halted since %s by %s: %s',
                  case v_halt.scope when 'global' then 'all trading is' when 'account' then 'the account is' else 'the bot is' end,
                  to_char(v_halt.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), v_halt.actor, v_halt.reason);
end
$function$;

alter function trading._halt_in_force(p_account_id uuid, p_bot_id uuid) owner to daybook_api;

comment on function trading._halt_in_force(p_account_id uuid, p_bot_id uuid) is 'Scope, time, actor and reason of the halt that stops orders of the account, asked for by that bot or, with null, by no bot; null if there is none.';

revoke execute on function trading._halt_in_force(p_account_id uuid, p_bot_id uuid) from public;
grant execute on function trading._halt_in_force(p_account_id uuid, p_bot_id uuid) to daybook_owner;
