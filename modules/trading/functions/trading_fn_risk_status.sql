create or replace function trading.fn_risk_status(p_account_id uuid default null)
returns table (scope text, account_id uuid, bot_id uuid, halt_id uuid, reason text, actor text, since timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'read');
    end if;

    return query
        select h.scope, nullif(h.account_id, '00000000-0000-0000-0000-000000000000'), h.bot_id, h.halt_id, h.reason, h.actor, h.since
          from trading.risk_state as h
         where h.halted
           and (h.scope = 'global' or h.account_id = p_account_id
                or p_account_id is null and exists (select from trading.fn_accounts() as a where a.account_id = h.account_id))
         order by h.account_id, h.bot_id nulls first, h.since, h.halt_id;
end
$$;

comment on function trading.fn_risk_status(uuid) is
    'What is halted: all trading, and the account given, or those that the caller may read, with their bots. One row per halt in force; no row: nothing is.';
