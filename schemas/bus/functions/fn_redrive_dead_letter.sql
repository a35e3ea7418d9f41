-- daybook mirror: function bus.fn_redrive_dead_letter(p_consumer text, p_seq bigint, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_redrive_dead_letter(p_consumer text, p_seq bigint, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_letter bus.dead_letters;
begin
    v_letter := bus._dead_letter(p_consumer, p_seq);
    if v_letter.state in ('redriven', 'delivered') then
        outcome := 'replayed';
        return next;
        return;
    end if;
    if not bus._passed(v_letter) then
        outcome := 'refused';
        refusal_code := 'under_way';
        refusal_detail := 'the batch in which it failed has not been committed';
        return next;
        return;
    end if;
    update bus.dead_letters as d
       set state = 'redriven', resolved_at = clock_timestamp(), resolved_by = session_user, reason = null, ctx = v_ctx
     where d.consumer = p_consumer and d.seq = p_seq;
    insert into bus.event_retries (consumer, seq, replay_id, event_id, event_type, account_id, aggregate_type, aggregate_id)
    values (p_consumer, p_seq, v_letter.replay_id, v_letter.event_id, v_letter.event_type, v_letter.account_id, v_letter.aggregate_type, v_letter.aggregate_id)
    on conflict on constraint event_retries_pkey do nothing;
    perform bus._emit_consumer('bus.dead_letter_redriven', p_consumer,
        jsonb_build_object('consumer', p_consumer, 'seq', p_seq, 'event_id', v_letter.event_id), v_ctx);
    outcome := 'created';
    return next;
end
$function$;

alter function bus.fn_redrive_dead_letter(p_consumer text, p_seq bigint, p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_redrive_dead_letter(p_consumer text, p_seq bigint, p_ctx jsonb) is 'Delivers a dead letter again, also one that was discarded, with all attempts before it anew. No place moves; what waits behind it in its aggregate waits until it succeeds. created; replayed when it is on its way or was delivered; refused with under_way, to be tried again in a moment. TB002 when there is none, 42501 for a consumer of another role.';

revoke execute on function bus.fn_redrive_dead_letter(p_consumer text, p_seq bigint, p_ctx jsonb) from public;
grant execute on function bus.fn_redrive_dead_letter(p_consumer text, p_seq bigint, p_ctx jsonb) to daybook_app;
grant execute on function bus.fn_redrive_dead_letter(p_consumer text, p_seq bigint, p_ctx jsonb) to daybook_bot;
grant execute on function bus.fn_redrive_dead_letter(p_consumer text, p_seq bigint, p_ctx jsonb) to daybook_executor;
grant execute on function bus.fn_redrive_dead_letter(p_consumer text, p_seq bigint, p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_redrive_dead_letter(p_consumer text, p_seq bigint, p_ctx jsonb) to daybook_relay;
