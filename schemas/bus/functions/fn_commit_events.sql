-- daybook mirror: function bus.fn_commit_events(p_consumer text, p_term bigint, p_epoch integer, p_seq bigint, p_done bigint[], p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_commit_events(p_consumer text, p_term bigint, p_epoch integer, p_seq bigint, p_done bigint[] DEFAULT NULL::bigint[], p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, after_seq bigint, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_consumer bus.domain_event_consumers;
    v_cursor bus.consumer_cursors;
    v_log bus.logs;
    v_epoch integer;
    v_done bigint;
begin
    perform util.ctx(p_ctx);
    v_consumer := bus._consumer(p_consumer);
    if p_epoch is null or p_seq is null then
        raise exception 'argument % is null', case when p_epoch is null then 'p_epoch' else 'p_seq' end
            using errcode = 'TB001', hint = 'Pass epoch and place of the last event that was dealt with.';
    end if;
    select * into v_cursor from bus.consumer_cursors as k where k.consumer = p_consumer and k.term = p_term and k.holder_id is not null for update;
    if not found then
        outcome := 'fenced';
        return next;
        return;
    end if;

    -- The place is of that epoch when no later one had begun by then: history up to where an epoch begins is common to both.
    select * into strict v_log from bus.logs as l where l.log = 0;
    v_epoch := (select max(e.epoch) from bus.log_epochs as e where e.log = 0 and e.after_seq < greatest(p_seq, 1));
    if p_seq > v_log.last_seq or p_epoch < v_epoch or p_epoch > v_log.epoch then
        outcome := 'refused';
        refusal_code := 'epoch';
        refusal_detail := format('the log has no place %s in epoch %s: it is in epoch %s and ends at %s', p_seq, p_epoch, v_log.epoch, v_log.last_seq);
        after_seq := v_cursor.after_seq;
        return next;
        return;
    end if;

    if cardinality(p_done) > 0 then
        v_done := bus._settle_retries(p_consumer, p_done);
    end if;
    -- What failed was noted in front of the place. Passing it, what waits behind it is put down.
    if p_seq > v_cursor.after_seq and v_consumer.policy = 'block_aggregate' and bus._unfinished(p_consumer, v_cursor.after_seq, p_seq) then
        perform bus._put_down(v_consumer, v_cursor.member, v_cursor.after_seq, p_seq);
    end if;
    outcome := case when p_seq > v_cursor.after_seq or p_epoch > v_cursor.epoch or v_done > 0 then 'created' else 'replayed' end;
    after_seq := greatest(p_seq, v_cursor.after_seq);
    if outcome = 'created' or v_cursor.seen_at < clock_timestamp() - interval '2 seconds' then
        update bus.consumer_cursors as k
           set after_seq = fn_commit_events.after_seq, epoch = greatest(p_epoch, v_cursor.epoch), seen_at = clock_timestamp(),
               committed_at = case when p_seq > v_cursor.after_seq then clock_timestamp() else v_cursor.committed_at end
         where k.consumer = p_consumer and k.member = v_cursor.member;
    end if;
    return next;
end
$function$;

alter function bus.fn_commit_events(p_consumer text, p_term bigint, p_epoch integer, p_seq bigint, p_done bigint[], p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_commit_events(p_consumer text, p_term bigint, p_epoch integer, p_seq bigint, p_done bigint[], p_ctx jsonb) is 'Everything up to a place has been dealt with, and of what was marked as retry or replay the events at the places p_done: in the transaction of the effect, where that is in this database, so that both happen or neither. Called with the place where it stands it says that the holder lives; with the present epoch of the log it confirms that place in it. created; replayed when it was there already; fenced when another process has attached since: roll back; refused with epoch when the log has no such place in that epoch. TB002 for an unknown consumer, 42501 for one of another role.';

revoke execute on function bus.fn_commit_events(p_consumer text, p_term bigint, p_epoch integer, p_seq bigint, p_done bigint[], p_ctx jsonb) from public;
grant execute on function bus.fn_commit_events(p_consumer text, p_term bigint, p_epoch integer, p_seq bigint, p_done bigint[], p_ctx jsonb) to daybook_app;
grant execute on function bus.fn_commit_events(p_consumer text, p_term bigint, p_epoch integer, p_seq bigint, p_done bigint[], p_ctx jsonb) to daybook_bot;
grant execute on function bus.fn_commit_events(p_consumer text, p_term bigint, p_epoch integer, p_seq bigint, p_done bigint[], p_ctx jsonb) to daybook_executor;
grant execute on function bus.fn_commit_events(p_consumer text, p_term bigint, p_epoch integer, p_seq bigint, p_done bigint[], p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_commit_events(p_consumer text, p_term bigint, p_epoch integer, p_seq bigint, p_done bigint[], p_ctx jsonb) to daybook_relay;
