-- daybook mirror: function bus.fn_discard_dead_letter(p_consumer text, p_seq bigint, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_discard_dead_letter(p_consumer text, p_seq bigint, p_reason text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_letter bus.dead_letters;
begin
    perform util.require_text('p_reason', p_reason, 2000);
    v_letter := bus._dead_letter(p_consumer, p_seq);
    if v_letter.state = 'discarded' then
        outcome := 'replayed';
        return next;
        return;
    end if;
    if v_letter.state <> 'pending' or not bus._passed(v_letter) then
        outcome := 'refused';
        refusal_code := case when v_letter.state = 'pending' then 'under_way' else v_letter.state end;
        refusal_detail := case v_letter.state when 'pending' then 'the batch in which it failed has not been committed' when 'redriven' then 'it is being delivered again'
                               else 'it was delivered' end;
        return next;
        return;
    end if;
    update bus.dead_letters as d
       set state = 'discarded', resolved_at = clock_timestamp(), resolved_by = session_user, reason = p_reason, ctx = v_ctx
     where d.consumer = p_consumer and d.seq = p_seq;
    perform bus._emit_consumer('bus.dead_letter_discarded', p_consumer,
        jsonb_build_object('consumer', p_consumer, 'seq', p_seq, 'event_id', v_letter.event_id, 'reason', p_reason), v_ctx);
    outcome := 'created';
    return next;
end
$function$;

alter function bus.fn_discard_dead_letter(p_consumer text, p_seq bigint, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_discard_dead_letter(p_consumer text, p_seq bigint, p_reason text, p_ctx jsonb) is 'Decides that a dead letter is not delivered again, for a reason; what waits behind it goes on. created; replayed when it was discarded already; refused with redriven, delivered or under_way. TB002 when there is none, 42501 for a consumer of another role.';

revoke execute on function bus.fn_discard_dead_letter(p_consumer text, p_seq bigint, p_reason text, p_ctx jsonb) from public;
grant execute on function bus.fn_discard_dead_letter(p_consumer text, p_seq bigint, p_reason text, p_ctx jsonb) to daybook_app;
grant execute on function bus.fn_discard_dead_letter(p_consumer text, p_seq bigint, p_reason text, p_ctx jsonb) to daybook_bot;
grant execute on function bus.fn_discard_dead_letter(p_consumer text, p_seq bigint, p_reason text, p_ctx jsonb) to daybook_executor;
grant execute on function bus.fn_discard_dead_letter(p_consumer text, p_seq bigint, p_reason text, p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_discard_dead_letter(p_consumer text, p_seq bigint, p_reason text, p_ctx jsonb) to daybook_relay;
