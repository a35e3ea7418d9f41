-- daybook mirror: function bus._page(p_consumer bus.domain_event_consumers, p_member smallint, p_after_seq bigint, p_upto_seq bigint, p_limit integer)
-- needs: bus/tables/domain_event_consumers.sql

CREATE OR REPLACE FUNCTION bus._page(p_consumer bus.domain_event_consumers, p_member smallint, p_after_seq bigint, p_upto_seq bigint, p_limit integer)
 RETURNS TABLE(seq bigint, epoch integer, event_id uuid, event_type text, account_id uuid, aggregate_type text, aggregate_id text, aggregate_version bigint, occurred_at timestamp with time zone, recorded_at timestamp with time zone, payload jsonb, ctx jsonb)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
    v_all constant boolean := bus._reads_log();
    v_accounts constant uuid[] := case when not v_all then settings._accounts('read') end;
    v_first constant integer := 64 * p_member / p_consumer.members;
    v_last constant integer := 64 * (p_member + 1) / p_consumer.members - 1;
begin
    return query
        select s.seq, s.epoch, d.event_id, d.event_type, d.account_id, d.aggregate_type, d.aggregate_id, d.aggregate_version::bigint, d.occurred_at,
               d.recorded_at, d.payload::jsonb, d.ctx
          from (select q.seq, q.epoch, q.id
                  from bus.event_seq as q
                 where q.log = 0 and q.seq > p_after_seq and q.seq <= p_upto_seq
                 order by q.seq) as s
          join bus.domain_events as d on d.id = s.id
         where case when p_consumer.event_types is null then d.aggregate_type <> 'consumer' else d.event_type = any (p_consumer.event_types) end
           and (v_all or d.account_id is null or d.account_id in (select a.id from unnest(v_accounts) as a (id)))
           and (p_consumer.members = 1 or bus.fn_slot(d.aggregate_type, d.aggregate_id) between v_first and v_last)
         order by s.seq
         limit p_limit;
end
$function$;

alter function bus._page(p_consumer bus.domain_event_consumers, p_member smallint, p_after_seq bigint, p_upto_seq bigint, p_limit integer) owner to daybook_api;

comment on function bus._page(p_consumer bus.domain_event_consumers, p_member smallint, p_after_seq bigint, p_upto_seq bigint, p_limit integer) is 'What there is for a member of a consumer between two places, in order: of its types, of accounts that the login may read, of its slots; p_limit may be null.';

revoke execute on function bus._page(p_consumer bus.domain_event_consumers, p_member smallint, p_after_seq bigint, p_upto_seq bigint, p_limit integer) from public;
grant execute on function bus._page(p_consumer bus.domain_event_consumers, p_member smallint, p_after_seq bigint, p_upto_seq bigint, p_limit integer) to daybook_owner;
