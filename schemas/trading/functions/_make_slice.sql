-- daybook mirror: function trading._make_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer)

CREATE OR REPLACE FUNCTION trading._make_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    insert into trading.notional_slices (account_id, bot_id, day, currency, slice, bot_room, global_room)
    select p_account_id, p_bot_id, p_day, p_currency, p_slice,
           case when bool_or(c.account_id = p_account_id) then 0 end,
           case when bool_or(c.account_id = '00000000-0000-0000-0000-000000000000') then 0 end
      from trading.notional_caps as c
     where c.limit_amount is not null
       and (c.account_id = p_account_id and c.bot_id = p_bot_id or c.account_id = '00000000-0000-0000-0000-000000000000')
    on conflict on constraint notional_slices_pkey do nothing;
$function$;

alter function trading._make_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer) owner to daybook_api;

comment on function trading._make_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer) is 'Makes a slice in which nothing was handed out yet, unless it is there.';

revoke execute on function trading._make_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer) from public;
grant execute on function trading._make_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_slice integer) to daybook_owner;
