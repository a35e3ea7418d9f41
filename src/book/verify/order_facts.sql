-- What happened to orders, in the order of their versions, with those flags of a fill that its order tells. A bust or correction that waited for its fill counts right after it
-- (step), and the fill was answered after the last of them. That an order was met at the venue, or claimed by its owner, or that
-- a fill of it contradicted the book, is told by the event log alone. Of a repeated name of a column the table says which it is.
with fact as (
    select e.account_id, e.order_id, e.order_version, 0 as step, 'order_events' as source, e.event_id as fact_id, e.event::text as kind,
           e.outcome, e.refusal_code, e.qty::numeric as qty, e.price::numeric as price, e.stop_price::numeric as stop_price,
           null::numeric as fee, null::text as fee_currency, null::numeric as fee_rate, e.exchange_order_id, null::uuid as fill_id,
           null::numeric as leaves_qty, false as amended, e.status, null::text as order_status, null::numeric as order_cum_qty,
           null::text as flags
      from trading.order_events as e
     where $1::uuid[] is null or e.account_id = any ($1::uuid[])
    union all
    select f.account_id, f.order_id, f.order_version, 0, 'fills', f.fill_id, 'fill', 'created', null, f.qty, f.price, null, f.fee,
           f.fee_currency, f.fee_rate, null, f.fill_id, null, a.events > 0, null, case when a.waited = 0 then f.order_status end,
           case when a.waited = 0 then f.order_cum_qty end, case when a.waited = 0 then g.flags end
      from trading.fills as f
     cross join lateral (
           select count(*) as events, count(*) filter (where e.order_version is null) as waited
             from trading.fill_events as e
            where e.account_id = f.account_id and e.fill_id = f.fill_id and e.outcome = 'created') as a
     cross join lateral (
           select array_to_string(array(select h from unnest(f.flags) as h where h in ('late', 'overfill', 'orphan')), ',') as flags) as g
     where $1::uuid[] is null or f.account_id = any ($1::uuid[])
    union all
    select f.account_id, f.order_id, coalesce(e.order_version, f.order_version), case when e.order_version is null then e.place else 0 end,
           case when e.order_version is null then 'fills' else 'fill_events' end,
           case when e.order_version is null then f.fill_id else e.event_id end, e.kind, e.outcome, e.refusal_code, e.qty, e.price, null,
           e.fee, e.fee_currency, e.fee_rate, null, e.fill_id, e.leaves_qty, true, null,
           case when e.order_version is not null then e.order_status when w.last then f.order_status end,
           case when e.order_version is not null then e.order_cum_qty when w.last then f.order_cum_qty end,
           case when e.order_version is null and w.last
                then array_to_string(array(select h from unnest(f.flags) as h where h in ('late', 'overfill', 'orphan')), ',') end
      from trading.fill_events as e
      join trading.fills as f on f.account_id = e.account_id and f.fill_id = e.fill_id
     cross join lateral (
           select not exists (
                  select 1
                    from trading.fill_events as n
                   where n.account_id = e.account_id and n.fill_id = e.fill_id and n.outcome = 'created' and n.order_version is null
                     and n.place > e.place) as last) as w
     where (e.outcome = 'created' or e.order_version is not null)
       and ($1::uuid[] is null or e.account_id = any ($1::uuid[]))
    union all
    select o.account_id, o.order_id, d.aggregate_version, 0, 'orders', o.order_id,
           case when d.event_type = 'trading.order_submitted' then 'claimed' when d.payload ? 'fill_id' then 'met_by_fill' else 'met' end,
           'created', null, o.qty, o.price, o.stop_price, null, null, null, d.payload ->> 'exchange_order_id', null, null, false, null,
           null, null, null
      from trading.orders as o
      join bus.domain_events as d
        on d.aggregate_type = 'order' and d.aggregate_id = o.order_id::text and d.account_id = o.account_id
       and d.event_type in ('trading.order_imported', 'trading.order_submitted')
     where o.origin <> 'local' and ($1::uuid[] is null or o.account_id = any ($1::uuid[]))
    union all
    select d.account_id, d.aggregate_id::uuid, d.aggregate_version, 0, 'orders', d.aggregate_id::uuid, 'conflict', 'created', null, null,
           null, null, null, null, null, null, null, null, false, null, null, null, null
      from bus.domain_events as d
     where d.event_type = 'trading.fill_conflicted' and ($1::uuid[] is null or d.account_id = any ($1::uuid[]))
)
select f.*
  from fact as f
 order by f.account_id, f.order_id, f.order_version, f.step
