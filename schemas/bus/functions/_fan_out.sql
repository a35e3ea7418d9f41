-- daybook mirror: function bus._fan_out(p_endpoint_ids uuid[], p_after_seq bigint, p_upto_seq bigint)

CREATE OR REPLACE FUNCTION bus._fan_out(p_endpoint_ids uuid[], p_after_seq bigint, p_upto_seq bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
    v_endpoints uuid[];
    v_seqs bigint[];
    v_ids bigint[];
    v_aggregates bigint[];
begin
    select array_agg(m.endpoint_id), array_agg(m.seq), array_agg(m.id), array_agg(m.aggregate)
      into v_endpoints, v_seqs, v_ids, v_aggregates
      from (select e.endpoint_id, s.seq, s.id,
                   hashtextextended(concat_ws('/', d.account_id, d.aggregate_type, d.aggregate_id), 0) as aggregate
              from bus.event_seq as s
              join bus.domain_events as d on d.id = s.id
              join bus.webhook_endpoints as e
                on (e.account_id is null or e.account_id = d.account_id)
               and case when d.event_type = 'bus.webhook_pinged' then e.endpoint_id::text = d.aggregate_id
                        when e.event_types is null then d.event_type !~ '^bus\.'
                        -- What happened to an endpoint is not told to itself, or an event of its failure could fail again.
                        else d.event_type = any (e.event_types) and (d.aggregate_type, d.aggregate_id) <> ('webhook_endpoint', e.endpoint_id::text)
                   end
             where s.log = 0 and s.seq > p_after_seq and s.seq <= p_upto_seq and e.endpoint_id = any (p_endpoint_ids)) as m;
    if v_seqs is null then
        return 0;
    end if;

    perform 1 from bus.webhook_queues as q where q.endpoint_id = any (v_endpoints) order by q.endpoint_id for update;
    insert into bus.webhook_deliveries (endpoint_id, resend, seq, id, aggregate, waits)
    select m.endpoint_id, 0, m.seq, m.id, m.aggregate,
           row_number() over (partition by m.endpoint_id, m.aggregate order by m.seq) > 1
           or exists (select from bus.webhook_deliveries as o where o.endpoint_id = m.endpoint_id and o.aggregate = m.aggregate and o.resend = 0)
      from unnest(v_endpoints, v_seqs, v_ids, v_aggregates) as m (endpoint_id, seq, id, aggregate)
     order by m.seq;
    update bus.webhook_queues as q
       set pending = q.pending + n.deliveries
      from (select m.endpoint_id, count(*) as deliveries from unnest(v_endpoints) as m (endpoint_id) group by m.endpoint_id) as n
     where q.endpoint_id = n.endpoint_id;
    return cardinality(v_seqs);
end
$function$;

alter function bus._fan_out(p_endpoint_ids uuid[], p_after_seq bigint, p_upto_seq bigint) owner to daybook_api;

comment on function bus._fan_out(p_endpoint_ids uuid[], p_after_seq bigint, p_upto_seq bigint) is 'Makes the deliveries that these endpoints get of the events between two places, and answers how many.';

revoke execute on function bus._fan_out(p_endpoint_ids uuid[], p_after_seq bigint, p_upto_seq bigint) from public;
grant execute on function bus._fan_out(p_endpoint_ids uuid[], p_after_seq bigint, p_upto_seq bigint) to daybook_owner;
