-- daybook mirror: function bus.fn_read_events(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_read_events(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(delivery text, attempt integer, seq bigint, epoch integer, event_id uuid, event_type text, account_id uuid, aggregate_type text, aggregate_id text, aggregate_version bigint, occurred_at timestamp with time zone, recorded_at timestamp with time zone, payload jsonb, ctx jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_consumer bus.domain_event_consumers;
    v_cursor bus.consumer_cursors;
    v_log bus.logs;
    v_after bigint;
    v_upto bigint;
begin
    perform util.ctx(p_ctx);
    if p_limit is null or p_limit not between 1 and 10000 then
        raise exception 'argument p_limit is %', coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Ask for 1 to 10000 events.';
    end if;
    v_consumer := bus._consumer(p_consumer);
    v_cursor := bus._held_cursor(p_consumer, p_term);
    select * into strict v_log from bus.logs as l where l.log = 0;
    if v_log.epoch > v_cursor.epoch then
        raise exception 'the log began epoch % since consumer % confirmed its place % in epoch %', v_log.epoch, p_consumer, v_cursor.after_seq, v_cursor.epoch
            using errcode = 'TB007', hint = 'bus.log_epochs says why. Compare with what was done outside, then confirm the place with bus.fn_commit_events().';
    end if;

    -- Places with nothing for this consumer are passed here, so that a rare type does not mean reading the log again and again.
    v_after := v_cursor.after_seq;
    for v_page in 1 .. 10 loop
        v_upto := least(v_after + 10000, v_log.last_seq);
        return query
            select 'live', 1, e.*
              from bus._page(v_consumer, v_cursor.member, v_after, v_upto, p_limit) as e;
        exit when found or v_upto = v_log.last_seq;
        v_after := v_upto;
    end loop;
    if not found and v_upto > v_cursor.after_seq then
        update bus.consumer_cursors as k
           set after_seq = v_upto, seen_at = clock_timestamp(), committed_at = clock_timestamp()
         where k.consumer = p_consumer and k.term = p_term and k.after_seq = v_cursor.after_seq;
    elsif v_cursor.seen_at < clock_timestamp() - interval '2 seconds' then
        update bus.consumer_cursors as k set seen_at = clock_timestamp() where k.consumer = p_consumer and k.term = p_term;
    end if;
end
$function$;

alter function bus.fn_read_events(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_read_events(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) is 'The next events for a consumer, in order and p_limit at most; none when there are none. Those of accounts that the login may not read are not among them. When they have been dealt with the caller says so with bus.fn_commit_events() and the place of the last one, and is handed them again if it does not. Called every few seconds it says that the holder lives. TB006 when another process has attached since, TB007 when the log began an epoch in which the place is not confirmed, TB002 for an unknown consumer, 42501 for one of another role.';

revoke execute on function bus.fn_read_events(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) from public;
grant execute on function bus.fn_read_events(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) to daybook_app;
grant execute on function bus.fn_read_events(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) to daybook_bot;
grant execute on function bus.fn_read_events(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) to daybook_executor;
grant execute on function bus.fn_read_events(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_read_events(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb) to daybook_relay;
