-- daybook mirror: function trading._collect_slices(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text)

CREATE OR REPLACE FUNCTION trading._collect_slices(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform 1
       from trading.notional_slices as s
      where s.day = p_day and s.currency = p_currency
        and (p_account_id is null or s.account_id = p_account_id and s.bot_id = p_bot_id)
      order by s.account_id, s.bot_id, s.slice
        for no key update;

    with folded as (
        delete from trading.notional_moves as m
         where m.day = p_day and m.currency = p_currency
           and (p_account_id is null
                or m.account_id = p_account_id and m.bot_id = p_bot_id
                   and (m.amount < 0 or not exists (select from trading.notional_slices as s
                                                     where s.day = p_day and s.currency = p_currency and s.global_room is not null)))
        returning m.account_id, m.bot_id, m.amount),
    sums as (select f.account_id, f.bot_id, sum(f.amount) as amount from folded as f group by f.account_id, f.bot_id)
    update trading.notional_slices as s
       set used = s.used + case when s.slice = 1 then coalesce(
               (select f.amount from sums as f where f.account_id = s.account_id and f.bot_id = s.bot_id), 0) else 0 end,
           bot_room = case when s.bot_room is not null then 0 end,
           global_room = case when p_account_id is not null then s.global_room when s.global_room is not null then 0 end
     where s.day = p_day and s.currency = p_currency
       and (p_account_id is null or s.account_id = p_account_id and s.bot_id = p_bot_id);
end
$function$;

alter function trading._collect_slices(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) owner to daybook_api;

comment on function trading._collect_slices(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) is 'Takes back what the slices of a bot have not used of its cap, or with nulls those of all bots of all caps, and takes in what events of orders left, as far as that may be. The caller holds the lock of the day.';

revoke execute on function trading._collect_slices(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) from public;
grant execute on function trading._collect_slices(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text) to daybook_owner;
