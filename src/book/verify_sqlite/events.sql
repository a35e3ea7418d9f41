-- Every aggregate of an account that has events, or a version that events gave it: what the log says and what its row says.
with known as (
    select d.account_id, d.aggregate_type, d.aggregate_id, count(*) as events, min(d.aggregate_version) as lowest,
           max(d.aggregate_version) as highest, null as version
      from domain_events as d
     where d.account_id is not null and (?1 is null or d.account_id in (select value from json_each(?1)))
     group by d.account_id, d.aggregate_type, d.aggregate_id
    union all
    select o.account_id, 'order', o.order_id, null, null, null, o.version
      from orders as o
     where (?1 is null or o.account_id in (select value from json_each(?1)))
    union all
    select a.account_id, 'account', a.account_id, null, null, null, a.version
      from accounts as a
     where (?1 is null or a.account_id in (select value from json_each(?1)))
    union all
    select r.account_id, 'run', r.run_id, null, null, null, r.version
      from runs as r
     where (?1 is null or r.account_id in (select value from json_each(?1)))
)
select k.account_id, k.aggregate_type, k.aggregate_id, max(k.events) as events, max(k.lowest) as lowest, max(k.highest) as highest,
       coalesce(max(k.version), (select h.version
                                   from aggregate_heads as h
                                  where h.aggregate_type = k.aggregate_type and h.aggregate_id = k.aggregate_id)) as version
  from known as k
 group by k.account_id, k.aggregate_type, k.aggregate_id
 order by k.account_id, k.aggregate_type, k.aggregate_id
