-- daybook mirror: function bus.fn_fail_event(p_consumer text, p_term bigint, p_seq bigint, p_error text, p_retry_in interval, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_fail_event(p_consumer text, p_term bigint, p_seq bigint, p_error text, p_retry_in interval DEFAULT NULL::interval, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, attempts integer, due_at timestamp with time zone, dead boolean, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_now constant timestamptz := clock_timestamp();
    v_consumer bus.domain_event_consumers;
    v_cursor bus.consumer_cursors;
    v_retry bus.event_retries;
begin
    perform util.require_text('p_error', p_error, 10000);
    if p_retry_in < interval '0' or p_retry_in > interval '7 days' then
        raise exception 'argument p_retry_in is %', p_retry_in
            using errcode = 'TB001', hint = 'Pass null for the delay that grows with the attempts, or up to 7 days.';
    end if;
    v_consumer := bus._consumer(p_consumer, true);
    select * into v_cursor from bus.consumer_cursors as k where k.consumer = p_consumer and k.term = p_term and k.holder_id is not null for update;
    if not found then
        outcome := 'fenced';
        return next;
        return;
    end if;

    insert into bus.event_retries (consumer, seq, event_id, event_type, account_id, aggregate_type, aggregate_id)
    select p_consumer, e.seq, e.event_id, e.event_type, e.account_id, e.aggregate_type, e.aggregate_id
      from bus._page(v_consumer, v_cursor.member, p_seq - 1, p_seq, 1) as e
     where p_seq > v_cursor.after_seq
    on conflict on constraint event_retries_pkey do nothing;
    update bus.event_retries as r
       set attempts = r.attempts + 1, error = p_error, first_failed_at = coalesce(r.first_failed_at, v_now), last_failed_at = v_now,
           -- A second, two, four … up to ten minutes, each shortened by up to half at random, so that what failed together is not tried together.
           due_at = v_now + coalesce(p_retry_in, least(interval '1 second' * power(2, least(r.attempts, 20)), interval '10 minutes') * (1 - random() / 2))
     where r.consumer = p_consumer and r.seq = p_seq
    returning * into v_retry;
    if not found then
        outcome := 'refused';
        refusal_code := 'not_delivered';
        refusal_detail := format('nothing at place %s waits for consumer %s, and it is not in front of its place %s', coalesce(p_seq::text, 'null'), p_consumer,
                                 v_cursor.after_seq);
        return next;
        return;
    end if;

    outcome := 'created';
    attempts := v_retry.attempts;
    dead := v_retry.attempts >= v_consumer.max_attempts;
    due_at := case when not dead then v_retry.due_at end;
    if dead then
        perform bus._bury(p_consumer, v_retry, v_ctx);
    end if;
    return next;
end
$function$;

alter function bus.fn_fail_event(p_consumer text, p_term bigint, p_seq bigint, p_error text, p_retry_in interval, p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_fail_event(p_consumer text, p_term bigint, p_seq bigint, p_error text, p_retry_in interval, p_ctx jsonb) is 'An event that was read could not be dealt with. It is delivered again at due_at, p_retry_in from now or after a delay that doubles with every attempt, has a random part and ends at ten minutes; after the last attempt that the consumer allows it is a dead letter. What of its aggregate, or of all, has to wait the policy of the consumer says. The place still has to be moved past it with bus.fn_commit_events(), which belongs into the same transaction. created; fenced when another process has attached since; refused with not_delivered. TB002 for an unknown consumer, 42501 for one of another role.';

revoke execute on function bus.fn_fail_event(p_consumer text, p_term bigint, p_seq bigint, p_error text, p_retry_in interval, p_ctx jsonb) from public;
grant execute on function bus.fn_fail_event(p_consumer text, p_term bigint, p_seq bigint, p_error text, p_retry_in interval, p_ctx jsonb) to daybook_app;
grant execute on function bus.fn_fail_event(p_consumer text, p_term bigint, p_seq bigint, p_error text, p_retry_in interval, p_ctx jsonb) to daybook_bot;
grant execute on function bus.fn_fail_event(p_consumer text, p_term bigint, p_seq bigint, p_error text, p_retry_in interval, p_ctx jsonb) to daybook_executor;
grant execute on function bus.fn_fail_event(p_consumer text, p_term bigint, p_seq bigint, p_error text, p_retry_in interval, p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_fail_event(p_consumer text, p_term bigint, p_seq bigint, p_error text, p_retry_in interval, p_ctx jsonb) to daybook_relay;
