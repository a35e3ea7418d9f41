-- daybook mirror: function trading.fn_correct_fill(p_account_id uuid, p_event_id uuid, p_fill_id uuid, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_correct_fill(p_account_id uuid, p_event_id uuid, p_fill_id uuid, p_qty numeric DEFAULT NULL::numeric, p_price numeric DEFAULT NULL::numeric, p_fee numeric DEFAULT NULL::numeric, p_fee_currency text DEFAULT NULL::text, p_fee_rate numeric DEFAULT NULL::numeric, p_reason text DEFAULT NULL::text, p_occurred_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, event_id uuid, fill_id uuid, waiting boolean, order_status text, order_cum_qty numeric, position_id uuid, position_qty numeric, position_avg_price numeric, realized_pnl numeric, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_event trading.fill_events;
begin
    perform settings.require_account(p_account_id, 'trade');
    v_event.account_id := p_account_id;
    v_event.event_id := p_event_id;
    v_event.fill_id := p_fill_id;
    v_event.kind := 'correct';
    v_event.qty := trading._require_positive('p_qty', p_qty, false);
    v_event.price := util.require_amount('p_price', p_price, false);
    v_event.fee := util.require_amount('p_fee', p_fee, false);
    v_event.fee_currency := p_fee_currency;
    v_event.fee_rate := trading._require_positive('p_fee_rate', p_fee_rate, false);
    v_event.reason := p_reason;
    v_event.recorded_at := clock_timestamp();
    v_event.occurred_at := coalesce(p_occurred_at, v_event.recorded_at);
    v_event.ctx := util.ctx(p_ctx);
    if v_event.ctx ? 'bot' then
        v_event.ctx := trading._fact_ctx(p_account_id, v_event.ctx);
    end if;
    perform trading._check_fill_event(v_event);

    return query select a.* from trading._record_fill_event(v_event) as a;
end
$function$;

alter function trading.fn_correct_fill(p_account_id uuid, p_event_id uuid, p_fill_id uuid, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_correct_fill(p_account_id uuid, p_event_id uuid, p_fill_id uuid, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) is 'Records that the venue corrected an execution: the terms given replace those known, null leaves one as it is, and what this fill and later ones of its position realised is restated. A fee_currency without a fee_rate leaves the fee without a rate. A full order that turns out not to be full works on. A correction that comes before its fill waits for it. created; refused with already_busted; a replay answers as the first time; conflict naming the field that differs.';

revoke execute on function trading.fn_correct_fill(p_account_id uuid, p_event_id uuid, p_fill_id uuid, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading.fn_correct_fill(p_account_id uuid, p_event_id uuid, p_fill_id uuid, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_correct_fill(p_account_id uuid, p_event_id uuid, p_fill_id uuid, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_reason text, p_occurred_at timestamp with time zone, p_ctx jsonb) to daybook_owner;
