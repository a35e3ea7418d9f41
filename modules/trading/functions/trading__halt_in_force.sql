-- Of several the widest and oldest is told.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._halt_in_force(p_account_id uuid, p_bot_id uuid) returns text
language plpgsql stable
as $$
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
$$;

comment on function trading._halt_in_force(uuid, uuid) is
    'Scope, time, actor and reason of the halt that stops orders of the account, asked for by that bot or, with null, by no bot; null if there is none.';
