-- What happened to orders, in the order of their versions, with those flags of a fill that its order tells. A bust or correction that
-- waited for its fill counts right after it (step), and the fill was answered after the last of them. That an order was met at the venue,
-- or claimed by its owner, or that a fill of it contradicted the book, is told by the event log alone. Of a repeated name of a column the
-- table says which it is.
with fact as (
    select e.account_id, e.order_id, e.order_version, 0 as step, 'order_events' as source, e.event_id as fact_id, e.event as kind,
           e.outcome, e.refusal_code, e.qty, e.price, e.stop_price, null as fee, null as fee_currency, null as fee_rate,
           e.exchange_order_id, null as fill_id, null as leaves_qty, 'false' as amended, e.status, null as order_status,
           null as order_cum_qty, null as flags
      from order_events as e
     where (?1 is null or e.account_id in (select value from json_each(?1)))
    union all
    select f.account_id, f.order_id, f.order_version, 0, 'fills', f.fill_id, 'fill', 'created', null, f.qty, f.price, null, f.fee,
           f.fee_currency, f.fee_rate, null, f.fill_id, null, boolean(f.amended), null, case when not f.waited then f.order_status end,
           case when not f.waited then f.order_cum_qty end, case when not f.waited then f.order_flags end
      from (select f.*, coalesce((select group_concat(h.value, ',')
                        from (select j.value
                                from json_each('["' || replace(f.flags, ',', '","') || '"]') as j
                               where j.value in ('late', 'overfill', 'orphan')
                               order by j.key) as h), '') as order_flags,
                   exists (select 1
                             from fill_events as e
                            where e.account_id = f.account_id and e.fill_id = f.fill_id and e.outcome = 'created') as amended,
                   exists (select 1
                             from fill_events as e
                            where e.account_id = f.account_id and e.fill_id = f.fill_id and e.outcome = 'created'
                              and e.order_version is null) as waited
              from fills as f) as f
     where (?1 is null or f.account_id in (select value from json_each(?1)))
    union all
    select e.account_id, e.order_id, coalesce(e.order_version, e.filled_version), case when e.order_version is null then e.place else 0 end,
           case when e.order_version is null then 'fills' else 'fill_events' end,
           case when e.order_version is null then e.fill_id else e.event_id end, e.kind, e.outcome, e.refusal_code, e.qty, e.price, null,
           e.fee, e.fee_currency, e.fee_rate, null, e.fill_id, e.leaves_qty, 'true', null,
           case when e.order_version is not null then e.order_status when e.last then e.fill_order_status end,
           case when e.order_version is not null then e.order_cum_qty when e.last then e.fill_order_cum_qty end,
           case when e.order_version is null and e.last then e.order_flags end
      from (select e.*, f.order_id, f.order_version as filled_version, f.order_status as fill_order_status,
                   f.order_cum_qty as fill_order_cum_qty, coalesce((select group_concat(h.value, ',')
                        from (select j.value
                                from json_each('["' || replace(f.flags, ',', '","') || '"]') as j
                               where j.value in ('late', 'overfill', 'orphan')
                               order by j.key) as h), '') as order_flags,
                   not exists (select 1
                                 from fill_events as n
                                where n.account_id = e.account_id and n.fill_id = e.fill_id and n.outcome = 'created'
                                  and n.order_version is null and n.place > e.place) as last
              from fill_events as e
              join fills as f on f.account_id = e.account_id and f.fill_id = e.fill_id) as e
     where (e.outcome = 'created' or e.order_version is not null)
       and (?1 is null or e.account_id in (select value from json_each(?1)))
    union all
    select o.account_id, o.order_id, d.aggregate_version, 0, 'orders', o.order_id,
           case when d.event_type = 'trading.order_submitted' then 'claimed'
                when json_type(d.payload, '$.fill_id') is not null then 'met_by_fill'
                else 'met' end,
           'created', null, o.qty, o.price, o.stop_price, null, null, null, json_extract(d.payload, '$.exchange_order_id'), null, null,
           'false', null, null, null, null
      from orders as o
      join domain_events as d
        on d.aggregate_type = 'order' and d.aggregate_id = o.order_id and d.account_id = o.account_id
       and d.event_type in ('trading.order_imported', 'trading.order_submitted')
     where o.origin <> 'local' and (?1 is null or o.account_id in (select value from json_each(?1)))
    union all
    select d.account_id, d.aggregate_id, d.aggregate_version, 0, 'orders', d.aggregate_id, 'conflict', 'created', null, null, null, null,
           null, null, null, null, null, null, 'false', null, null, null, null
      from domain_events as d
     where d.event_type = 'trading.fill_conflicted' and (?1 is null or d.account_id in (select value from json_each(?1)))
)
select f.*
  from fact as f
 order by f.account_id, f.order_id, f.order_version, f.step
