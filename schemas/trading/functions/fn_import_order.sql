-- daybook mirror: function trading.fn_import_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_exchange_order_id text, p_position_key text, p_submitted_at timestamp with time zone, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_import_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_exchange_order_id text, p_position_key text DEFAULT ''::text, p_submitted_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, order_id uuid, status text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx jsonb := util.ctx(p_ctx);
    v_order trading.orders;
    v_known record;
begin
    perform settings.require_account(p_account_id, 'trade');
    if v_ctx ? 'bot' then
        v_ctx := trading._fact_ctx(p_account_id, v_ctx);
    end if;
    v_order.account_id := p_account_id;
    v_order.order_id := p_order_id;
    v_order.origin := 'external';
    v_order.instrument_id := p_instrument_id;
    v_order.position_key := coalesce(p_position_key, '');
    v_order.side := p_side;
    v_order.type := p_type;
    v_order.time_in_force := p_time_in_force;
    v_order.qty := trading._require_positive('p_qty', p_qty);
    v_order.price := trading._require_positive('p_price', p_price, false);
    v_order.stop_price := trading._require_positive('p_stop_price', p_stop_price, false);
    v_order.submitted_at := p_submitted_at;
    v_order.exchange_order_id := util.require_text('p_exchange_order_id', p_exchange_order_id, 200, false);
    v_order.ctx := v_ctx;
    perform trading._check_order(p_order_id, p_side, p_type, v_order.price, v_order.stop_price, coalesce(p_time_in_force, 'gtc'),
                                 v_order.position_key, null);

    select a.position_mode, i.instrument_id
      into v_known
      from trading.accounts as a
      left join ref.instruments as i on i.instrument_id = p_instrument_id
     where a.account_id = p_account_id;
    if v_known.instrument_id is null or v_known.position_mode = 'hedging' and v_order.position_key = '' then
        perform trading._refuse_order_terms(p_account_id, p_instrument_id, null, v_known.instrument_id, null);
    end if;

    return query select k.* from trading._take_order(v_order) as k;
end
$function$;

alter function trading.fn_import_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_exchange_order_id text, p_position_key text, p_submitted_at timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_import_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_exchange_order_id text, p_position_key text, p_submitted_at timestamp with time zone, p_ctx jsonb) is 'Takes an order into the book that was met working at the venue and not submitted here: external and accepted, until its owner claims it by submitting it. An order that was met through its fill gets its terms. created, replayed, or conflict naming the field that differs. time_in_force and exchange_order_id are null where the venue does not say them.';

revoke execute on function trading.fn_import_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_exchange_order_id text, p_position_key text, p_submitted_at timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading.fn_import_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_exchange_order_id text, p_position_key text, p_submitted_at timestamp with time zone, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_import_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric, p_stop_price numeric, p_time_in_force text, p_exchange_order_id text, p_position_key text, p_submitted_at timestamp with time zone, p_ctx jsonb) to daybook_owner;
