-- daybook-lint: allow state-change-without-event until 2028-06-30: trading.fn_set_cap() emits
create or replace function trading._empty_slices(p_account_id uuid, p_bot_id uuid) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    c_all constant uuid := '00000000-0000-0000-0000-000000000000';
    v_room constant numeric := (select max(0)
                                  from trading.notional_caps as c
                                 where c.account_id = p_account_id and c.bot_id = p_bot_id and c.limit_amount is not null);
begin
    if p_account_id = c_all then
        update trading.notional_slices as s set global_room = v_room where s.global_room is distinct from v_room;
    else
        update trading.notional_slices as s
           set bot_room = v_room
         where s.account_id = p_account_id and s.bot_id = p_bot_id and s.bot_room is distinct from v_room;
    end if;
end
$$;

comment on function trading._empty_slices(uuid, uuid) is
    'Takes back what was handed out of the caps of a bot, or with nil uuids of those of all trading, and not used, in every currency. The caller lets nobody submit.';
