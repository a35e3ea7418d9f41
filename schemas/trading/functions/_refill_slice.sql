-- daybook mirror: function trading._refill_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric)
-- needs: trading/types/notional_answer.sql

CREATE OR REPLACE FUNCTION trading._refill_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric)
 RETURNS trading.notional_answer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_all constant uuid := '00000000-0000-0000-0000-000000000000';
    v_caps record;
    v_left record;
    v_own trading.notional_slices;
    v_answer trading.notional_answer;
begin
    select bool_or(c.account_id <> c_all) is true as of_bot, bool_or(c.account_id = c_all) is true as of_all,
           max(c.limit_amount) filter (where c.account_id <> c_all and c.currency = p_currency) as bot_limit,
           max(c.limit_amount) filter (where c.account_id = c_all and c.currency = p_currency) as global_limit,
           max(c.slice) filter (where c.account_id <> c_all and c.currency = p_currency) as bot_slice,
           max(c.slice) filter (where c.account_id = c_all and c.currency = p_currency) as global_slice
      into v_caps
      from trading.notional_caps as c
     where c.limit_amount is not null
       and (c.account_id = p_account_id and c.bot_id = p_bot_id or c.account_id = c_all);
    if p_amount is null then
        v_answer.code := 'cap_price';
        v_answer.detail := 'a cap limits what may be asked for, and this order has no price: say a reference price';
        return v_answer;
    end if;

    -- What is committed and does not fit will not fit because of what is under way. So a cap that is used up locks nobody.
    v_answer := trading._cap_answer(p_account_id, p_bot_id, p_day, p_currency, p_amount, v_caps.of_bot, v_caps.bot_limit, v_caps.of_all, v_caps.global_limit);
    if v_answer.code is not null then
        return v_answer;
    end if;

    insert into trading.notional_days as d (account_id, bot_id, day, currency)
    values (case when v_caps.of_all then c_all else p_account_id end, case when v_caps.of_all then c_all else p_bot_id end, p_day, p_currency)
    on conflict on constraint notional_days_pkey do update set refills = d.refills + 1;
    -- One that is free now was in use when it was looked for: there are too few for so many submissions at once, and another is handed to.
    v_answer.slice := trading._free_slice(p_account_id, p_bot_id, p_day, p_currency, p_amount);
    if v_answer.slice is null then
        v_own := trading._own_slice(p_account_id, p_bot_id, p_day, p_currency);
    else
        v_own := trading._new_slice(p_account_id, p_bot_id, p_day, p_currency);
        if v_own.slice is null then
            return v_answer;
        end if;
    end if;
    perform trading._fold_moves(p_account_id, p_bot_id, p_day, p_currency, v_own.slice, v_caps.bot_limit, v_caps.global_limit);

    -- Facts may take of it between one turn and the next.
    for v_attempt in 1..10 loop
        select v_caps.bot_limit - k.bot_handed - greatest(m.bot_taken, 0) as of_bot,
               v_caps.global_limit - k.global_handed - greatest(m.global_taken, 0) as of_all
          into v_left
          from (select sum(s.used + s.bot_room) filter (where s.account_id = p_account_id and s.bot_id = p_bot_id) as bot_handed,
                       sum(s.used + s.global_room) as global_handed
                  from trading.notional_slices as s
                 where s.day = p_day and s.currency = p_currency) as k,
               (select coalesce(sum(n.amount) filter (where n.account_id = p_account_id and n.bot_id = p_bot_id), 0) as bot_taken,
                       coalesce(sum(n.amount), 0) as global_taken
                  from trading.notional_moves as n
                 where n.day = p_day and n.currency = p_currency) as m;
        if v_answer.slice is not null and (v_own.bot_room + v_left.of_bot < p_amount or v_own.global_room + v_left.of_all < p_amount) then
            return v_answer;
        elsif v_own.bot_room + v_left.of_bot < p_amount then
            perform trading._collect_slices(p_account_id, p_bot_id, p_day, p_currency);
        elsif v_own.global_room + v_left.of_all < p_amount then
            perform trading._collect_slices(null, null, p_day, p_currency);
        else
            update trading.notional_slices as s
               set bot_room = s.bot_room + case when s.bot_room >= p_amount then 0
                       else least(v_left.of_bot, greatest(p_amount - s.bot_room, coalesce(v_caps.bot_slice, util.div18(v_left.of_bot, 16)))) end,
                   global_room = s.global_room + case when s.global_room >= p_amount then 0
                       else least(v_left.of_all, greatest(p_amount - s.global_room, coalesce(v_caps.global_slice, util.div18(v_left.of_all, 16)))) end
             where s.account_id = p_account_id and s.bot_id = p_bot_id and s.day = p_day and s.currency = p_currency and s.slice = v_own.slice;
            v_answer.slice := v_own.slice;
            return v_answer;
        end if;

        v_answer := trading._cap_answer(p_account_id, p_bot_id, p_day, p_currency, p_amount, v_caps.of_bot, v_caps.bot_limit, v_caps.of_all, v_caps.global_limit);
        if v_answer.code is not null then
            return v_answer;
        end if;
        v_own := trading._own_slice(p_account_id, p_bot_id, p_day, p_currency);
    end loop;

    raise exception 'what is left of the cap of account % in % changes faster than it can be told', p_account_id, p_currency
        using errcode = '40001', hint = 'Nothing was recorded. Repeat the call.';
end
$function$;

alter function trading._refill_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) owner to daybook_api;

comment on function trading._refill_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) is 'Hands as much of the caps to a slice of the bot as the amount needs, and locks it; or says why the amount does not fit: cap, or cap_price when it is null. The caller has entered, some cap of the bot or of all trading is in force, and no slice was free that has room.';

revoke execute on function trading._refill_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) from public;
grant execute on function trading._refill_slice(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric) to daybook_owner;
