-- One statement, so that all positions are seen as of one moment.
create or replace function trading._value_account(
    p_account_id uuid, p_marks jsonb, out balance numeric, out unrealized numeric, out equity numeric, out missing text[])
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with account as (
        select a.currency, a.opening_balance
          from trading.accounts as a
         where a.account_id = p_account_id
    ), position as (
        select concat_ws('/', i.venue, i.symbol, i.kind) as instrument, p.currency, p.signed_qty, p.realized_net, p.currency = a.currency as convertible,
               trading._position_unrealized(p.kind, p.multiplier, p.signed_qty, p.open_cost,
                                            (p_marks ->> p.instrument_id::text)::numeric) as unrealized
          from account as a, trading.positions as p
          join ref.instruments as i on i.instrument_id = p.instrument_id
         where p.account_id = p_account_id
    ), fee as (
        select f.currency, f.amount - f.priced as amount, f.currency = a.currency as convertible
          from trading.position_fees as f, account as a
         where f.account_id = p_account_id and f.fee_kind = 'other' and f.amount <> f.priced
    ), gap as (
        select 'mark:' || p.instrument as item from position as p where p.unrealized is null
        union
        select 'rate:' || p.currency from position as p where not p.convertible and (p.signed_qty <> 0 or p.realized_net <> 0)
        union
        select 'rate:' || f.currency from fee as f where not f.convertible
    ), total as (
        select a.opening_balance
                   + coalesce((select sum(p.realized_net) from position as p where p.convertible), 0)
                   - coalesce((select sum(f.amount) from fee as f where f.convertible), 0) as balance,
               coalesce((select sum(p.unrealized) from position as p where p.convertible), 0) as unrealized
          from account as a
    )
    select trim_scale(t.balance), trim_scale(t.unrealized), trim_scale(t.balance + t.unrealized),
           array(select g.item from gap as g order by g.item)
      from total as t
$$;

comment on function trading._value_account(uuid, jsonb) is
    'Balance, unrealised result and equity of an account in its currency at the marks given, and what could not be valued.';
