-- daybook mirror: function bus.fn_reset_consumer(p_consumer text, p_after_seq bigint, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_reset_consumer(p_consumer text, p_after_seq bigint, p_reason text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, after_seq bigint, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_log bus.logs;
begin
    perform util.require_text('p_reason', p_reason, 2000);
    perform bus._consumer(p_consumer, true);
    select * into strict v_log from bus.logs as l where l.log = 0;
    after_seq := coalesce(p_after_seq, v_log.last_seq);
    if after_seq not between 0 and v_log.last_seq then
        raise exception 'argument p_after_seq is %, the log ends at %', p_after_seq, v_log.last_seq
            using errcode = 'TB001', hint = 'Pass 0 for the beginning of the log, null for its end.';
    end if;
    perform 1 from bus.consumer_cursors as k where k.consumer = p_consumer order by k.member for update;
    select format('%s holds it since %s', k.holder_name, to_char(k.held_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
      into refusal_detail
      from bus.consumer_cursors as k
     where k.consumer = p_consumer and bus._holder_lives(k)
     order by k.member
     limit 1;
    if found then
        outcome := 'refused';
        refusal_code := 'held';
        return next;
        return;
    end if;
    if not exists (select 1 from bus.consumer_cursors as k where k.consumer = p_consumer and (k.after_seq, k.epoch) <> (fn_reset_consumer.after_seq, v_log.epoch))
       and not exists (select 1 from bus.event_retries as r where r.consumer = p_consumer)
    then
        outcome := 'replayed';
        return next;
        return;
    end if;
    update bus.consumer_cursors as k
       set after_seq = fn_reset_consumer.after_seq, epoch = v_log.epoch, holder_id = null, holder_name = null, holder_pid = null, held_since = null,
           committed_at = clock_timestamp()
     where k.consumer = p_consumer;
    delete from bus.event_retries as r where r.consumer = p_consumer;
    update bus.replays as r set state = 'cancelled', ended_at = clock_timestamp() where r.consumer = p_consumer and r.state = 'running';
    perform bus._emit_consumer('bus.consumer_reset', p_consumer, jsonb_build_object('consumer', p_consumer, 'after_seq', after_seq, 'reason', p_reason), v_ctx);
    outcome := 'created';
    return next;
end
$function$;

alter function bus.fn_reset_consumer(p_consumer text, p_after_seq bigint, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_reset_consumer(p_consumer text, p_after_seq bigint, p_reason text, p_ctx jsonb) is 'Sets the place of a consumer by hand, back so that it is handed everything from there again as new, or forward past what it will then never be handed; null is the end of the log. What it had put down for later is forgotten, replays too, its dead letters are not. created; replayed when it stands there and nothing waits; refused with held while a process reads. TB001 beyond the log, TB002 for an unknown consumer, 42501 for one of another role.';

revoke execute on function bus.fn_reset_consumer(p_consumer text, p_after_seq bigint, p_reason text, p_ctx jsonb) from public;
grant execute on function bus.fn_reset_consumer(p_consumer text, p_after_seq bigint, p_reason text, p_ctx jsonb) to daybook_app;
grant execute on function bus.fn_reset_consumer(p_consumer text, p_after_seq bigint, p_reason text, p_ctx jsonb) to daybook_bot;
grant execute on function bus.fn_reset_consumer(p_consumer text, p_after_seq bigint, p_reason text, p_ctx jsonb) to daybook_executor;
grant execute on function bus.fn_reset_consumer(p_consumer text, p_after_seq bigint, p_reason text, p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_reset_consumer(p_consumer text, p_after_seq bigint, p_reason text, p_ctx jsonb) to daybook_relay;
