-- daybook mirror: function bus._put_down(p_consumer bus.domain_event_consumers, p_member smallint, p_after_seq bigint, p_upto_seq bigint)
-- needs: bus/tables/domain_event_consumers.sql

CREATE OR REPLACE FUNCTION bus._put_down(p_consumer bus.domain_event_consumers, p_member smallint, p_after_seq bigint, p_upto_seq bigint)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    insert into bus.event_retries (consumer, seq, event_id, event_type, account_id, aggregate_type, aggregate_id)
    select p_consumer.consumer, e.seq, e.event_id, e.event_type, e.account_id, e.aggregate_type, e.aggregate_id
      from bus._page(p_consumer, p_member, p_after_seq, p_upto_seq, null) as e
     where bus._blocked(p_consumer.consumer, e.aggregate_type, e.aggregate_id, e.seq)
       and not exists (select 1 from bus.dead_letters as d where d.consumer = p_consumer.consumer and d.seq = e.seq)
    on conflict on constraint event_retries_pkey do nothing
$function$;

alter function bus._put_down(p_consumer bus.domain_event_consumers, p_member smallint, p_after_seq bigint, p_upto_seq bigint) owner to daybook_api;

comment on function bus._put_down(p_consumer bus.domain_event_consumers, p_member smallint, p_after_seq bigint, p_upto_seq bigint) is 'Puts down for later what lies between two places and waits behind an event of its aggregate that failed.';

revoke execute on function bus._put_down(p_consumer bus.domain_event_consumers, p_member smallint, p_after_seq bigint, p_upto_seq bigint) from public;
grant execute on function bus._put_down(p_consumer bus.domain_event_consumers, p_member smallint, p_after_seq bigint, p_upto_seq bigint) to daybook_owner;
