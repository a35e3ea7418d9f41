-- daybook mirror: function bus.fn_cancel_replay(p_replay_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_cancel_replay(p_replay_id uuid, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, fed bigint, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_replay bus.replays;
begin
    select * into v_replay from bus.replays as r where r.replay_id = p_replay_id for update;
    if not found then
        raise exception 'there is no replay %', coalesce(p_replay_id::text, 'null')
            using errcode = 'TB002', hint = 'bus.replays lists them.';
    end if;
    perform bus._consumer(v_replay.consumer);
    fed := v_replay.fed;
    if v_replay.state = 'cancelled' then
        outcome := 'replayed';
        return next;
        return;
    end if;
    if v_replay.state = 'fed' and not exists (select 1 from bus.event_retries as r where r.consumer = v_replay.consumer and r.replay_id = p_replay_id) then
        outcome := 'refused';
        refusal_code := 'ended';
        refusal_detail := 'all of it was delivered';
        return next;
        return;
    end if;
    update bus.replays as r set state = 'cancelled', ended_at = clock_timestamp(), ctx = v_ctx where r.replay_id = p_replay_id;
    delete from bus.event_retries as r where r.consumer = v_replay.consumer and r.replay_id = p_replay_id;
    perform bus._emit_versioned('bus.replay_cancelled', p_replay_id::text, 2,
        jsonb_build_object('replay_id', p_replay_id, 'consumer', v_replay.consumer, 'fed', fed), null, null, null, v_ctx);
    outcome := 'created';
    return next;
end
$function$;

alter function bus.fn_cancel_replay(p_replay_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_cancel_replay(p_replay_id uuid, p_ctx jsonb) is 'Ends a replay: what of it was not delivered is not delivered any more. created; replayed; refused with ended when all of it was delivered. TB002 for an unknown replay, 42501 when its consumer belongs to another role.';

revoke execute on function bus.fn_cancel_replay(p_replay_id uuid, p_ctx jsonb) from public;
grant execute on function bus.fn_cancel_replay(p_replay_id uuid, p_ctx jsonb) to daybook_app;
grant execute on function bus.fn_cancel_replay(p_replay_id uuid, p_ctx jsonb) to daybook_bot;
grant execute on function bus.fn_cancel_replay(p_replay_id uuid, p_ctx jsonb) to daybook_executor;
grant execute on function bus.fn_cancel_replay(p_replay_id uuid, p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_cancel_replay(p_replay_id uuid, p_ctx jsonb) to daybook_relay;
