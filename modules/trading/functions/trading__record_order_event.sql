-- The caller has the right to do this, and its arguments were checked.
create or replace function trading._record_order_event(
    p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_exchange_order_id text, p_reason text,
    p_occurred_at timestamptz, p_qty numeric, p_price numeric, p_stop_price numeric, p_decided boolean, p_ctx jsonb)
returns table (outcome text, order_id uuid, status text, version bigint,
               conflict_field text, refusal_code text, refusal_detail text)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now constant timestamptz := clock_timestamp();
    v_decided_by constant text := case when p_decided then session_user end;
    v_cap trading.notional_answer;
    v_before trading.orders;
    v_order trading.orders;
    v_next record;
begin
    if p_event = 'replace_request' then
        v_cap := trading._take_replace(p_account_id, p_order_id, p_qty, p_price, p_stop_price, p_ctx);
    end if;
    select * into v_order
      from trading.orders as o
     where o.account_id = p_account_id and o.order_id = p_order_id
       for no key update;
    if not found then
        raise exception 'argument p_order_id is %, which is no order of account %', p_order_id, p_account_id
            using errcode = 'TB002', hint = 'Submit the order first with trading.fn_submit_order().';
    end if;

    v_next := trading._order_next(p_event, v_order.origin, v_order.lifecycle, v_order.pending, v_order.outcome_unknown,
                                  v_order.working_qty, v_order.cum_qty);
    if not v_next.legal or p_decided or p_event in ('replace_request', 'replace') or p_event = 'cancel_request' and p_ctx ? 'bot' then
        select r.code, r.detail
          into refusal_code, refusal_detail
          from trading._order_event_refusal(v_order, p_event, v_next.legal, p_qty, p_price, p_stop_price, p_decided, p_ctx) as r;
    end if;
    if p_event = 'replace_request' and refusal_code is null then
        refusal_code := v_cap.code;
        refusal_detail := v_cap.detail;
        v_before := v_order;
    end if;

    order_id := p_order_id;
    v_order.version := v_order.version + 1;
    version := v_order.version;
    outcome := case when refusal_code is null then 'created' else 'refused' end;
    status := v_order.status;
    if refusal_code is null then
        v_order := trading._order_after(v_order, p_event, v_next.lifecycle, v_next.pending, p_qty, p_price, p_stop_price);
        v_order.outcome_unknown := v_next.outcome_unknown;
        status := trading._order_status(v_order.lifecycle, v_order.pending, v_order.working_qty, v_order.cum_qty);
    end if;

    -- A repetition is found here and not earlier, so that the common case does not pay for a search; nothing but this row
    -- has been written yet.
    insert into trading.order_events (
        account_id, event_id, order_id, order_version, event, outcome, status, exchange_order_id, reason, qty, price, stop_price,
        decided_by, refusal_code, refusal_detail, occurred_at, recorded_at, ctx)
    values (
        p_account_id, p_event_id, p_order_id, version, p_event, outcome, status, p_exchange_order_id, p_reason, p_qty, p_price,
        p_stop_price, v_decided_by, refusal_code, refusal_detail, coalesce(p_occurred_at, v_now), v_now, p_ctx)
    on conflict on constraint order_events_pkey do nothing;
    if not found then
        return query
            select k.*
              from trading._answer_known_order_event(p_account_id, p_order_id, p_event_id, p_event, p_exchange_order_id, p_reason,
                                                     p_qty, p_price, p_stop_price, p_decided) as k;
        return;
    end if;

    if refusal_code is not null then
        perform trading._refuse_order_event(p_account_id, p_order_id, p_event_id, version, p_event, status, refusal_code,
                                            refusal_detail, p_occurred_at, p_ctx);
        return next;
        return;
    end if;

    if p_event = 'replace_request' then
        perform trading._reserve_replace(v_before, v_cap.slice, p_qty, p_price, p_stop_price, p_ctx);
    end if;
    update trading.orders as o
       set lifecycle = v_order.lifecycle, pending = v_order.pending, outcome_unknown = v_order.outcome_unknown,
           exchange_order_id = coalesce(p_exchange_order_id, o.exchange_order_id), working_qty = v_order.working_qty,
           working_price = v_order.working_price, working_stop_price = v_order.working_stop_price,
           requested_qty = v_order.requested_qty, requested_price = v_order.requested_price,
           requested_stop_price = v_order.requested_stop_price, version = v_order.version, updated_at = v_now
     where o.account_id = p_account_id and o.order_id = p_order_id;
    if p_decided then
        perform audit._write('trading.resolve_order', 'order', p_order_id::text, p_account_id, outcome, null,
            jsonb_build_object('event_id', p_event_id, 'event', p_event, 'reason', p_reason, 'status', status), p_ctx);
    end if;
    perform trading._emit_order_event(v_order, p_event_id, p_event, status, p_exchange_order_id, p_reason, v_decided_by,
                                      p_occurred_at, p_ctx);
    return next;
end
$$;

comment on function trading._record_order_event(uuid, uuid, uuid, text, text, text, timestamptz, numeric, numeric, numeric, boolean, jsonb) is
    'Records one event of an order, as trading.fn_record_order_event() tells; p_decided says that an operator decided it.';
