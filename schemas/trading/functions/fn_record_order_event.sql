-- daybook mirror: function trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, order_id uuid, status text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_now constant timestamptz := clock_timestamp();
    v_old record;
    v_next record;
    v_version bigint;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform trading._check_order_event(p_order_id, p_event_id, p_event, p_exchange_order_id, p_reason);

    select o.origin, o.lifecycle, o.pending, o.outcome_unknown, o.working_qty, o.cum_qty, o.version, o.status
      into v_old
      from trading.orders as o
     where o.account_id = p_account_id and o.order_id = p_order_id
       for no key update;
    if not found then
        raise exception 'argument p_order_id is %, which is no order of account %', p_order_id, p_account_id
            using errcode = 'TB002', hint = 'Submit the order first with trading.fn_submit_order().';
    end if;

    v_next := trading._order_next(p_event, v_old.origin, v_old.lifecycle, v_old.pending, v_old.outcome_unknown,
                                  v_old.working_qty, v_old.cum_qty);
    order_id := p_order_id;
    v_version := v_old.version + 1;
    version := v_version;
    if v_next.legal then
        outcome := 'created';
        status := trading._order_status(v_next.lifecycle, v_next.pending, v_old.working_qty, v_old.cum_qty);
    else
        outcome := 'refused';
        status := v_old.status;
        refusal_code := 'illegal_transition';
        refusal_detail := format('an order that is %s cannot take the event %s', v_old.status, p_event);
    end if;

    -- A repetition is found here and not earlier, so that the common case does not pay for a search; nothing but this row
    -- has been written yet.
    insert into trading.order_events (
        account_id, event_id, order_id, order_version, event, outcome, status, exchange_order_id, reason, refusal_code,
        refusal_detail, occurred_at, recorded_at, ctx)
    values (
        p_account_id, p_event_id, p_order_id, version, p_event, outcome, status, p_exchange_order_id, p_reason, refusal_code,
        refusal_detail, coalesce(p_occurred_at, v_now), v_now, v_ctx)
    on conflict on constraint order_events_pkey do nothing;
    if not found then
        return query
            select k.*
              from trading._answer_known_order_event(p_account_id, p_order_id, p_event_id, p_event, p_exchange_order_id, p_reason)
                   as k;
        return;
    end if;

    if v_next.legal then
        update trading.orders as o
           set lifecycle = v_next.lifecycle, pending = v_next.pending, outcome_unknown = v_next.outcome_unknown,
               exchange_order_id = coalesce(p_exchange_order_id, o.exchange_order_id),
               version = v_version, updated_at = v_now
         where o.account_id = p_account_id and o.order_id = p_order_id;
        perform bus._emit_versioned(trading._order_event_type(p_event), p_order_id::text, version,
            jsonb_strip_nulls(jsonb_build_object(
                'order_id', p_order_id, 'event_id', p_event_id, 'status', status, 'outcome_unknown', v_next.outcome_unknown,
                'exchange_order_id', p_exchange_order_id, 'reason', p_reason)),
            p_occurred_at, null, p_account_id, v_ctx);
    else
        perform trading._refuse_order_event(p_account_id, p_order_id, p_event_id, version, p_event, status, refusal_code,
                                            refusal_detail, p_occurred_at, v_ctx);
    end if;
    return next;
end
$function$;

alter function trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) is 'Records what happened to an order: acknowledge, trigger, reject, cancel_request, cancel, cancel_reject, expire or outcome_unknown. created; refused with illegal_transition (kept and audited, the order stays as it is); a replay answers as the first time; conflict naming the field that differs.';

revoke execute on function trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_record_order_event(p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) to daybook_owner;
