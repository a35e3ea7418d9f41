-- daybook-lint: allow state-change-without-event until 2028-06-30: what an order counts is told by the events of the order
create or replace function trading._make_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    insert into trading.notional_slices (account_id, bot_id, day, currency, slice, bot_room, global_room)
    select p_account_id, p_bot_id, p_day, p_currency, p_slice,
           case when bool_or(c.account_id = p_account_id) then 0 end,
           case when bool_or(c.account_id = '00000000-0000-0000-0000-000000000000') then 0 end
      from trading.notional_caps as c
     where c.limit_amount is not null
       and (c.account_id = p_account_id and c.bot_id = p_bot_id or c.account_id = '00000000-0000-0000-0000-000000000000')
    on conflict on constraint notional_slices_pkey do nothing;
$$;

comment on function trading._make_slice(uuid, uuid, date, text, integer) is
    'Makes a slice in which nothing was handed out yet, unless it is there.';
