-- What docs/SIMULATE.md calls the state of a desk: lines of text, in no order.
select concat_ws(e'\t', 'bots', b.account_id, b.bot_id, b.name, b.desired_state, coalesce(b.image_tag, '\N'), b.version)
  from trading.fn_bots() as b
 where b.account_id = any ($1::uuid[])
 union all
select concat_ws(e'\t', 'leases', l.account_id, l.bot_id, coalesce(g.acquire_id::text, '\N'), (l.expires_at > clock_timestamp())::text)
  from trading.bot_leases as l
  left join trading.bot_lease_grants as g on g.account_id = l.account_id and g.bot_id = l.bot_id and g.token = l.token
 where l.account_id = any ($1::uuid[])
 union all
select concat_ws(e'\t', 'acquisitions', g.account_id, g.bot_id, row_number() over (partition by g.account_id, g.bot_id order by g.token),
                 g.acquire_id, g.holder)
  from trading.bot_lease_grants as g
 where g.account_id = any ($1::uuid[])
 union all
select concat_ws(e'\t', 'halts', h.scope, coalesce(h.account_id::text, '\N'), coalesce(h.bot_id::text, '\N'), h.halt_id, h.reason, h.actor)
  from trading.fn_risk_status() as h
 where h.account_id is null or h.account_id = any ($1::uuid[])
 union all
select concat_ws(e'\t', 'caps', coalesce(c.account_id::text, '\N'), coalesce(c.bot_id::text, '\N'), c.currency, trim_scale(c.limit_amount),
                 coalesce(trim_scale(c.slice)::text, '\N'), c.used, c.open, c.allowed)
  from trading.fn_caps() as c
 where c.account_id is null or c.account_id = any ($1::uuid[])
 union all
select concat_ws(e'\t', 'counts', r.account_id, r.order_id, coalesce(nullif(r.bot_id, '00000000-0000-0000-0000-000000000000')::text, '\N'),
                 r.day - date '2000-01-01', r.currency, trim_scale(r.amount))
  from trading.notional_reserves as r
 where r.account_id = any ($1::uuid[])
 union all
select concat_ws(e'\t', 'counted wrongly', k.account_id, k.bot_id, k.day, k.currency, k.order_id, k.kept, k.recomputed)
  from trading.fn_check_caps() as k
 where k.account_id = any ($1::uuid[])
 union all
select concat_ws(e'\t', 'stale', s.kind, s.account_id, s.id)
  from (select 'fill', f.account_id, f.fill_id::text, f.ctx from trading.fills as f
         union all
        select 'fill event', e.account_id, e.event_id::text, e.ctx from trading.fill_events as e
         union all
        select 'order event', e.account_id, e.event_id::text, e.ctx from trading.order_events as e
         union all
        select 'funding', p.account_id, p.payment_id::text, p.ctx from trading.funding_payments as p
         union all
        select 'import', d.account_id, d.aggregate_id, d.ctx from bus.domain_events as d where d.event_type = 'trading.order_imported'
       ) as s (kind, account_id, id, ctx)
 where s.ctx ? 'stale_fence' and s.account_id = any ($1::uuid[]);
