-- daybook mirror: function bus.fn_read_log(p_log smallint, p_after_seq bigint, p_limit integer, p_event_types text[])

CREATE OR REPLACE FUNCTION bus.fn_read_log(p_log smallint, p_after_seq bigint, p_limit integer, p_event_types text[] DEFAULT NULL::text[])
 RETURNS TABLE(seq bigint, epoch integer, event_id uuid, event_type text, account_id uuid, aggregate_type text, aggregate_id text, aggregate_version bigint, occurred_at timestamp with time zone, recorded_at timestamp with time zone, payload jsonb, ctx jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
    if p_after_seq is null or p_after_seq < 0 then
        raise exception 'argument p_after_seq is %', coalesce(p_after_seq::text, 'null')
            using errcode = 'TB001', hint = 'Pass the last place that was read, 0 for the beginning.';
    end if;
    if p_limit is null or p_limit not between 1 and 100000 then
        raise exception 'argument p_limit is %', coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Ask for 1 to 100000 places.';
    end if;
    return query
        select s.seq, s.epoch, d.event_id, d.event_type, d.account_id, d.aggregate_type, d.aggregate_id, d.aggregate_version::bigint, d.occurred_at,
               d.recorded_at, d.payload::jsonb, d.ctx
          from (select q.seq, q.epoch, q.id
                  from bus.event_seq as q
                 where q.log = p_log and q.seq > p_after_seq and q.seq <= p_after_seq + p_limit
                 order by q.seq) as s
          join bus.domain_events as d on d.id = s.id
         where p_event_types is null or d.event_type = any (p_event_types)
         order by s.seq;
end
$function$;

alter function bus.fn_read_log(p_log smallint, p_after_seq bigint, p_limit integer, p_event_types text[]) owner to daybook_api;

comment on function bus.fn_read_log(p_log smallint, p_after_seq bigint, p_limit integer, p_event_types text[]) is 'The events at the p_limit places after p_after_seq, in order; of these types only when some are named, so a page may be empty before the end of the log: the next one begins after p_after_seq + p_limit, or after the last place there is, whichever comes first. TB001 when an argument is missing or out of range.';

revoke execute on function bus.fn_read_log(p_log smallint, p_after_seq bigint, p_limit integer, p_event_types text[]) from public;
grant execute on function bus.fn_read_log(p_log smallint, p_after_seq bigint, p_limit integer, p_event_types text[]) to daybook_owner;
grant execute on function bus.fn_read_log(p_log smallint, p_after_seq bigint, p_limit integer, p_event_types text[]) to daybook_relay;
