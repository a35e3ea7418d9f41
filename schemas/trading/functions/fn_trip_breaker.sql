-- daybook mirror: function trading.fn_trip_breaker(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_breaker text, p_threshold text, p_threshold_value numeric, p_value numeric, p_action text, p_reason text, p_actor text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_trip_breaker(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_breaker text, p_threshold text, p_threshold_value numeric, p_value numeric, p_action text, p_reason text, p_actor text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, event_id uuid, halt_id uuid, halted boolean, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_all constant uuid := '00000000-0000-0000-0000-000000000000';
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_account_id constant uuid := coalesce(p_account_id, c_all);
    v_threshold_value constant numeric := util.require_amount('p_threshold_value', p_threshold_value, false);
    v_value constant numeric := util.require_amount('p_value', p_value, false);
    v_old trading.risk_events;
begin
    perform util.require_id('p_event_id', p_event_id);
    perform util.require_text('p_breaker', p_breaker);
    perform util.require_text('p_threshold', p_threshold, 200, false);
    perform trading._require_choice('p_action', p_action, array['none', 'halt']);
    perform util.require_text('p_reason', p_reason, 1000);
    perform util.require_text('p_actor', p_actor);
    perform trading._require_risk_scope(p_account_id, p_bot_id);

    event_id := p_event_id;
    insert into trading.risk_events as e (account_id, event_id, bot_id, breaker, threshold, threshold_value, value, action, halt_id, reason, actor,
                                          tripped_at, ctx)
    values (v_account_id, p_event_id, p_bot_id, p_breaker, p_threshold, v_threshold_value, v_value, p_action,
            case when p_action = 'halt' then util.uuid_from_name(v_account_id, 'breaker ' || p_event_id) end, p_reason, p_actor, clock_timestamp(), v_ctx)
    on conflict on constraint risk_events_pkey do nothing
    returning e.halt_id into halt_id;
    if found then
        outcome := 'created';
        if halt_id is not null then
            select h.halted
              into strict halted
              from trading.fn_halt(halt_id, case when p_account_id is null then 'global' when p_bot_id is null then 'account' else 'bot' end,
                                   p_account_id, p_bot_id, p_reason, p_actor, v_ctx) as h;
        end if;
        perform audit._write('trading.trip_breaker', 'breaker', p_breaker, p_account_id, outcome, null,
            jsonb_strip_nulls(jsonb_build_object('event_id', p_event_id, 'bot_id', p_bot_id, 'action', p_action, 'reason', p_reason, 'actor', p_actor)), v_ctx);
        perform trading._emit_book(p_account_id, 'breaker_tripped',
            jsonb_strip_nulls(jsonb_build_object(
                'event_id', p_event_id, 'bot_id', p_bot_id, 'breaker', p_breaker, 'threshold', p_threshold, 'threshold_value', v_threshold_value::text,
                'value', v_value::text, 'action', p_action, 'halt_id', halt_id, 'reason', p_reason, 'actor', p_actor)), v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old from trading.risk_events as e where e.account_id = v_account_id and e.event_id = p_event_id;
    halt_id := v_old.halt_id;
    select h.halted into halted from trading.risk_state as h where h.account_id = v_account_id and h.halt_id = v_old.halt_id;
    conflict_field := case
        when v_old.bot_id is distinct from p_bot_id then 'bot_id'
        when v_old.breaker <> p_breaker then 'breaker'
        when v_old.threshold is distinct from p_threshold then 'threshold'
        when v_old.threshold_value is distinct from v_threshold_value then 'threshold_value'
        when v_old.value is distinct from v_value then 'value'
        when v_old.action <> p_action then 'action'
        when v_old.reason <> p_reason then 'reason'
        when v_old.actor <> p_actor then 'actor'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function trading.fn_trip_breaker(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_breaker text, p_threshold text, p_threshold_value numeric, p_value numeric, p_action text, p_reason text, p_actor text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_trip_breaker(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_breaker text, p_threshold text, p_threshold_value numeric, p_value numeric, p_action text, p_reason text, p_actor text, p_ctx jsonb) is 'Records that a circuit breaker of all trading (two nulls), an account or a bot tripped: what it saw, beside which threshold. With the action halt it halts there in the same transaction, as trading.fn_halt() does; halt_id is to be resumed. created, replayed with whether that halt is still in force, or conflict naming the field that differs; TB002 for an unknown bot.';

revoke execute on function trading.fn_trip_breaker(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_breaker text, p_threshold text, p_threshold_value numeric, p_value numeric, p_action text, p_reason text, p_actor text, p_ctx jsonb) from public;
grant execute on function trading.fn_trip_breaker(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_breaker text, p_threshold text, p_threshold_value numeric, p_value numeric, p_action text, p_reason text, p_actor text, p_ctx jsonb) to daybook_owner;
grant execute on function trading.fn_trip_breaker(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_breaker text, p_threshold text, p_threshold_value numeric, p_value numeric, p_action text, p_reason text, p_actor text, p_ctx jsonb) to daybook_risk;
