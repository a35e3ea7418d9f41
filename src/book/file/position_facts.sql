-- The live fills of every position on their effective terms, in their order, and among them, each before the first fill that is later, the
-- funding paid for it and the marks given for its instrument: trading._position_facts() of a server.
with fact as (
    select t.account_id, t.instrument_id, t.position_key, 'fill' as kind, t.position_version as version, t.side, t.qty, t.price, t.fee,
           t.fee_currency, t.fee_rate, null as funding, t.filled_at as at
      from fill_terms as t
     where not t.busted and (?1 is null or t.account_id in (select value from json_each(?1)))
    union all
    select y.account_id, y.instrument_id, y.position_key, 'funding', null, null, null, null, null, null, null, y.amount, y.funding_time
      from funding_payments as y
     where (?1 is null or y.account_id in (select value from json_each(?1)))
    union all
    select p.account_id, p.instrument_id, p.position_key, 'mark', null, null, null, j.value, null, null, null, null, e.as_of
      from equity_points as e
     cross join json_each(e.marks) as j
      join positions as p on p.account_id = e.account_id and p.instrument_id = j.key
     where (?1 is null or e.account_id in (select value from json_each(?1)))
), placed as (
    select f.*, coalesce(f.version, min(f.version) over (partition by f.account_id, f.instrument_id, f.position_key
                                                         order by f.at desc, f.version is not null rows unbounded preceding) - 0.5,
                         9e18) as place
      from fact as f
)
select p.account_id, p.position_id, p.kind as position_kind, p.base_currency, p.currency, p.multiplier, f.kind, f.version, f.side, f.qty,
       f.price, f.fee, f.fee_currency, f.fee_rate, f.funding, f.at
  from placed as f
  join positions as p on p.account_id = f.account_id and p.instrument_id = f.instrument_id and p.position_key = f.position_key
 order by p.account_id, p.position_id, f.place, f.at, f.kind
