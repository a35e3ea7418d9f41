create or replace function bus._settle_webhooks(p_ended bus.webhook_ended[], p_asked interval[]) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    c_failures constant integer := 5;
begin
    -- The next event of an aggregate need not wait any longer when the one before it is gone.
    update bus.webhook_deliveries as d
       set waits = false
      from (select distinct e.endpoint_id, e.aggregate from unnest(p_ended) as e where e.outcome in ('delivered', 'dead') and e.resend = 0) as g
     cross join lateral (
            select n.seq
              from bus.webhook_deliveries as n
             where n.endpoint_id = g.endpoint_id and n.aggregate = g.aggregate and n.resend = 0
             order by n.seq
             limit 1) as n
     where d.endpoint_id = g.endpoint_id and d.resend = 0 and d.seq = n.seq and d.waits;

    with ended as (
        select e.endpoint_id,
               count(*) filter (where e.outcome in ('delivered', 'dead')) as gone,
               count(*) filter (where e.outcome = 'delivered') as delivered,
               count(*) filter (where e.outcome = 'dead') as dead,
               count(*) filter (where e.outcome <> 'delivered') as failed,
               count(*) filter (where e.idx > l.idx) as failed_since,
               max(e.idx) filter (where e.outcome <> 'delivered') as last_failure,
               max(p_asked[e.idx]) as asked
          from unnest(p_ended) as e
         cross join lateral (
                select coalesce(max(o.idx), 0) as idx from unnest(p_ended) as o where o.endpoint_id = e.endpoint_id and o.outcome = 'delivered') as l
         group by e.endpoint_id
    ), counted as (
        select n.*, f.status, f.error, case when n.delivered = 0 then q.failures else 0 end + n.failed_since as failures,
               case when n.delivered = 0 then q.openings else 0 end as openings,
               case when n.delivered = 0 then q.shut_until end as shut_until, q.probing and n.delivered = 0 as probing
          from ended as n
          join bus.webhook_queues as q on q.endpoint_id = n.endpoint_id
          left join unnest(p_ended) as f on f.idx = n.last_failure
    ), judged as (
        -- Attempts that were under way when it opened do not make its pause longer; the one that is tried afterwards does.
        select c.*, c.failures >= c_failures and c.failed_since > 0 and (c.openings = 0 or c.probing) as opens
          from counted as c
    )
    update bus.webhook_queues as q
       set pending = q.pending - j.gone, delivered = q.delivered + j.delivered, dead = q.dead + j.dead, failed = q.failed + j.failed,
           failures = j.failures,
           openings = j.openings + j.opens::integer, probing = j.probing and not j.opens,
           shut_until = greatest(
               case when j.opens then clock_timestamp() + bus._webhook_pause(e.retry_first_ms, j.openings + 1, interval '10 minutes') else j.shut_until end,
               clock_timestamp() + j.asked),
           last_delivered_at = case when j.delivered > 0 then clock_timestamp() else q.last_delivered_at end,
           last_failed_at = case when j.failed > 0 then clock_timestamp() else q.last_failed_at end,
           last_status = case when j.failed > 0 then j.status else q.last_status end,
           last_error = case when j.failed > 0 then j.error else q.last_error end,
           floor_seq = coalesce(
               (select d.seq from bus.webhook_deliveries as d
                 where d.endpoint_id = q.endpoint_id and d.resend = 0 and d.seq >= q.floor_seq
                 order by d.seq limit 1), q.floor_seq)
      from judged as j
      join bus.webhook_endpoints as e on e.endpoint_id = j.endpoint_id
     where q.endpoint_id = j.endpoint_id;
end
$$;

comment on function bus._settle_webhooks(bus.webhook_ended[], interval[]) is
    'After attempts have ended: lets go of what waited for them, counts, leaves endpoints alone for as long as they ask, and opens or closes breakers: the '
    'fifth failure without a success between opens one, a success closes it.';
