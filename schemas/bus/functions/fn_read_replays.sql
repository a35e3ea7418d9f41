-- daybook mirror: function bus.fn_read_replays(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_read_replays(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(delivery text, attempt integer, seq bigint, epoch integer, event_id uuid, event_type text, account_id uuid, aggregate_type text, aggregate_id text, aggregate_version bigint, occurred_at timestamp with time zone, recorded_at timestamp with time zone, payload jsonb, ctx jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_consumer bus.domain_event_consumers;
    v_cursor bus.consumer_cursors;
begin
    perform util.ctx(p_ctx);
    if p_limit is null or p_limit not between 1 and 10000 then
        raise exception 'argument p_limit is %', coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Ask for 1 to 10000 events.';
    end if;
    v_consumer := bus._consumer(p_consumer);
    v_cursor := bus._held_cursor(p_consumer, p_term);
    perform bus._feed_replays(v_consumer, p_limit);
    return query select * from bus._waiting(v_consumer, v_cursor, p_limit);
end
$function$;

alter function bus.fn_read_replays(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_read_replays(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) is 'What of bus.fn_read_events() is not live, for a sink, which reads the log by itself: the next events of its replays. Their places go to bus.fn_commit_events() as p_done when they have been written. TB006 when another process has attached since, TB002 for an unknown consumer, 42501 for one of another role.';

revoke execute on function bus.fn_read_replays(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) from public;
grant execute on function bus.fn_read_replays(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_read_replays(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) to daybook_relay;
