-- daybook mirror: function trading.fn_submit_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text, p_run_id uuid, p_idempotency_key text, p_submitted_at timestamp with time zone, p_reference_price numeric, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_submit_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text DEFAULT ''::text, p_run_id uuid DEFAULT NULL::uuid, p_idempotency_key text DEFAULT NULL::text, p_submitted_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_reference_price numeric DEFAULT NULL::numeric, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, order_id uuid, status text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_qty constant numeric := trading._require_positive('p_qty', p_qty);
    v_price constant numeric := trading._require_positive('p_price', p_price, false);
    v_stop_price constant numeric := trading._require_positive('p_stop_price', p_stop_price, false);
    v_reference_price constant numeric := trading._require_positive('p_reference_price', p_reference_price, false);
    v_time_in_force constant text := coalesce(p_time_in_force, 'gtc');
    v_position_key constant text := coalesce(p_position_key, '');
    v_now constant timestamptz := clock_timestamp();
    v_bot_id constant uuid := v_ctx ->> 'bot';
    v_terms record;
    v_reserve trading.notional_reserves;
    v_cap trading.notional_answer;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform trading._check_order(p_order_id, p_side, p_type, v_price, v_stop_price, v_time_in_force, v_position_key,
                                 p_idempotency_key);
    perform trading._enter_orders(p_account_id);
    if v_bot_id is not null then
        perform trading._enter_bot(p_account_id, v_bot_id);
    end if;

    select a.status, a.position_mode, i.instrument_id, i.lot_size, i.tick_size, i.kind, i.quote, i.multiplier, r.run_id,
           exists (select from trading.risk_state as h where h.halted) as halts,
           exists (select
                     from trading.notional_caps as c
                    where c.limit_amount is not null
                      and (c.account_id = p_account_id and c.bot_id = v_bot_id or c.account_id = '00000000-0000-0000-0000-000000000000')) as capped
      into v_terms
      from trading.accounts as a
      left join ref.instruments as i on i.instrument_id = p_instrument_id
      left join trading.runs as r on r.account_id = a.account_id and r.run_id = p_run_id
     where a.account_id = p_account_id
       for key share of a;
    if v_terms.instrument_id is null or v_terms.run_id is distinct from p_run_id
       or v_terms.position_mode = 'hedging' and v_position_key = ''
    then
        perform trading._refuse_order_terms(p_account_id, p_instrument_id, p_run_id, v_terms.instrument_id, v_terms.run_id);
    end if;

    if v_terms.halts or v_bot_id is not null then
        select s.code, s.detail into refusal_code, refusal_detail from trading._stopped(p_account_id, v_ctx, true) as s;
    end if;
    if refusal_code is null and v_terms.status <> 'open' then
        refusal_code := 'account_closed';
        refusal_detail := 'the account is closed';
    elsif refusal_code is null
          and (v_qty % v_terms.lot_size <> 0 or v_price % v_terms.tick_size <> 0 or v_stop_price % v_terms.tick_size <> 0)
    then
        select g.code, g.detail
          into refusal_code, refusal_detail
          from trading._off_grid(v_qty, v_price, v_stop_price, v_terms.lot_size, v_terms.tick_size) as g;
    end if;
    if v_terms.capped then
        v_reserve := trading._new_reserve(p_account_id, p_order_id, v_bot_id, v_qty, coalesce(v_price, v_stop_price, v_reference_price), v_terms.kind,
                                          v_terms.quote, v_terms.multiplier);
    end if;
    if refusal_code is null and v_terms.capped then
        v_cap := trading._take_notional(v_reserve.account_id, v_reserve.bot_id, v_reserve.day, v_reserve.currency, v_reserve.amount);
        refusal_code := v_cap.code;
        refusal_detail := v_cap.detail;
    end if;
    status := case when refusal_code is null then 'submitted' else 'denied' end;
    version := 1;

    insert into trading.orders (
        account_id, order_id, origin, instrument_id, position_key, run_id, side, type, time_in_force, qty, price, stop_price,
        idempotency_key, submitted_at, refusal_code, refusal_detail, lifecycle, working_qty, working_price,
        working_stop_price, capped, recorded_at, updated_at, ctx)
    values (
        p_account_id, p_order_id, 'local', p_instrument_id, v_position_key, p_run_id, p_side, p_type, v_time_in_force, v_qty,
        v_price, v_stop_price, p_idempotency_key, coalesce(p_submitted_at, v_now), refusal_code, refusal_detail, status,
        v_qty, v_price, v_stop_price, v_cap.slice is not null, v_now, v_now, v_ctx)
    on conflict do nothing;

    if not found then
        select k.*
          into outcome, order_id, status, version, conflict_field, refusal_code, refusal_detail
          from trading._answer_known_order(
              p_account_id, p_order_id, p_instrument_id, v_position_key, p_run_id, p_side, p_type, v_time_in_force, v_qty,
              v_price, v_stop_price, p_idempotency_key, coalesce(p_submitted_at, v_now), v_ctx) as k;
        if outcome = 'created' and v_terms.capped then
            perform trading._start_counting(v_reserve);
        end if;
        return next;
        return;
    end if;

    order_id := p_order_id;
    outcome := case when refusal_code is null then 'created' else 'refused' end;
    if v_cap.slice is not null then
        perform trading._reserve_notional(v_reserve, v_cap.slice);
    end if;
    perform trading._emit_order_submission(p_account_id, p_order_id, version, v_ctx);
    if refusal_code is not null then
        perform audit._write('trading.submit_order', 'order', p_order_id::text, p_account_id, 'refused', refusal_code,
            jsonb_build_object('detail', refusal_detail), v_ctx);
    end if;
    return next;
end
$function$;

alter function trading.fn_submit_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text, p_run_id uuid, p_idempotency_key text, p_submitted_at timestamp with time zone, p_reference_price numeric, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_submit_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text, p_run_id uuid, p_idempotency_key text, p_submitted_at timestamp with time zone, p_reference_price numeric, p_ctx jsonb) is 'Writes an order into the book before it is sent to the venue. created; refused (halted, fenced, account_closed, lot_size, tick_size, cap, cap_price: the order is kept as denied); replayed with the status and version the order has now; conflict naming the field that differs. The idempotency key is a second identity: its replay answers with the first order id. An external order, met at the venue or through its fill, is claimed by submitting it. p_reference_price is what a unit of an order without a price is valued at by caps, which refuse one without it; it is compared with nothing.';

revoke execute on function trading.fn_submit_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text, p_run_id uuid, p_idempotency_key text, p_submitted_at timestamp with time zone, p_reference_price numeric, p_ctx jsonb) from public;
grant execute on function trading.fn_submit_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text, p_run_id uuid, p_idempotency_key text, p_submitted_at timestamp with time zone, p_reference_price numeric, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_submit_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text, p_run_id uuid, p_idempotency_key text, p_submitted_at timestamp with time zone, p_reference_price numeric, p_ctx jsonb) to daybook_owner;
