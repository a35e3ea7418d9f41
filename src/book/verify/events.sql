-- Every aggregate of an account that has events, or a version that events gave it: what the log says and what its row says.
with told as (
    select d.account_id, d.aggregate_type, d.aggregate_id, count(*) as events, min(d.aggregate_version) as lowest,
           max(d.aggregate_version) as highest
      from bus.domain_events as d
     where d.account_id is not null and ($1::uuid[] is null or d.account_id = any ($1::uuid[]))
     group by d.account_id, d.aggregate_type, d.aggregate_id
), kept as (
    select o.account_id, 'order' as aggregate_type, o.order_id::text as aggregate_id, o.version
      from trading.orders as o
     where $1::uuid[] is null or o.account_id = any ($1::uuid[])
    union all
    select a.account_id, 'account', a.account_id::text, a.version
      from trading.accounts as a
     where $1::uuid[] is null or a.account_id = any ($1::uuid[])
    union all
    select r.account_id, 'run', r.run_id::text, r.version
      from trading.runs as r
     where $1::uuid[] is null or r.account_id = any ($1::uuid[])
    union all
    select i.account_id, 'intent', i.intent_id::text, i.version
      from trading.order_intents as i
     where $1::uuid[] is null or i.account_id = any ($1::uuid[])
    union all
    select c.account_id, 'bot_command', c.command_id::text, c.version
      from trading.bot_commands as c
     where $1::uuid[] is null or c.account_id = any ($1::uuid[])
)
select account_id, aggregate_type, aggregate_id, t.events, t.lowest, t.highest, coalesce(k.version, h.version) as version
  from told as t
  full join kept as k using (account_id, aggregate_type, aggregate_id)
  left join bus.aggregate_heads as h using (aggregate_type, aggregate_id)
 order by account_id, aggregate_type, aggregate_id
