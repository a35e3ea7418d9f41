-- daybook mirror: function trading._value_account(p_account_id uuid, p_marks jsonb, p_rates jsonb, OUT balance numeric, OUT unrealized numeric, OUT equity numeric, OUT missing text[])

CREATE OR REPLACE FUNCTION trading._value_account(p_account_id uuid, p_marks jsonb, p_rates jsonb, OUT balance numeric, OUT unrealized numeric, OUT equity numeric, OUT missing text[])
 RETURNS record
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    with account as (
        select a.currency, a.opening_balance
          from trading.accounts as a
         where a.account_id = p_account_id
    ), position as (
        select concat_ws('/', i.venue, i.symbol, i.kind) as instrument, p.currency, p.signed_qty, p.realized_net,
               trading._position_unrealized(p.kind, p.multiplier, p.signed_qty, p.open_cost,
                                            (p_marks ->> p.instrument_id::text)::numeric) as unrealized
          from trading.positions as p
          join ref.instruments as i on i.instrument_id = p.instrument_id
         where p.account_id = p_account_id
    ), part as (
        select a.currency, a.opening_balance::numeric as balance, 0 as unrealized from account as a
        union all
        select p.currency, p.realized_net, coalesce(p.unrealized, 0)
          from position as p
         where p.signed_qty <> 0 or p.realized_net <> 0
        union all
        select f.currency, f.priced - f.amount, 0
          from trading.position_fees as f
         where f.account_id = p_account_id and f.fee_kind = 'other' and f.amount <> f.priced
        union all
        select c.currency, c.amount, 0
          from trading.cash_entries as c
         where c.account_id = p_account_id
    ), total as (
        select t.currency, sum(t.balance) as balance, sum(t.unrealized) as unrealized,
               case when t.currency = a.currency then 1 else (p_rates ->> t.currency)::numeric end as rate
          from part as t, account as a
         group by t.currency, a.currency
    ), gap as (
        select 'mark:' || p.instrument as item from position as p where p.unrealized is null
        union
        select 'rate:' || t.currency
          from total as t
         where t.rate is null
           and (t.balance <> 0 or exists (select 1 from position as p where p.currency = t.currency and p.signed_qty <> 0))
    ), value as (
        select coalesce(sum(t.balance * t.rate), 0) as balance, coalesce(sum(t.unrealized * t.rate), 0) as unrealized from total as t
    )
    select trim_scale(round(v.balance, 18)), trim_scale(round(v.unrealized, 18)), trim_scale(round(v.balance + v.unrealized, 18)),
           array(select g.item from gap as g order by g.item collate "C")
      from value as v
$function$;

alter function trading._value_account(p_account_id uuid, p_marks jsonb, p_rates jsonb, OUT balance numeric, OUT unrealized numeric, OUT equity numeric, OUT missing text[]) owner to daybook_api;

comment on function trading._value_account(p_account_id uuid, p_marks jsonb, p_rates jsonb, OUT balance numeric, OUT unrealized numeric, OUT equity numeric, OUT missing text[]) is 'Balance, unrealised result and equity of an account in its currency at the marks and rates given, and what could not be valued.';

revoke execute on function trading._value_account(p_account_id uuid, p_marks jsonb, p_rates jsonb, OUT balance numeric, OUT unrealized numeric, OUT equity numeric, OUT missing text[]) from public;
grant execute on function trading._value_account(p_account_id uuid, p_marks jsonb, p_rates jsonb, OUT balance numeric, OUT unrealized numeric, OUT equity numeric, OUT missing text[]) to daybook_owner;
