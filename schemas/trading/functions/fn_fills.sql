-- daybook mirror: function trading.fn_fills(p_account_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer)

CREATE OR REPLACE FUNCTION trading.fn_fills(p_account_id uuid, p_instrument_id uuid DEFAULT NULL::uuid, p_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to timestamp with time zone DEFAULT NULL::timestamp with time zone, p_limit integer DEFAULT 100)
 RETURNS TABLE(account_id uuid, fill_id uuid, order_id uuid, instrument_id uuid, venue text, symbol text, kind text, position_key text, side text, qty numeric, price numeric, value numeric, fee numeric, fee_currency text, fee_rate numeric, liquidity text, venue_trade_id text, realized_gross numeric, realized_net numeric, position_cycle bigint, flags text[], amended boolean, filled_at timestamp with time zone, recorded_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    return query
        select t.account_id, t.fill_id, t.order_id, t.instrument_id, t.venue, t.symbol, t.kind, t.position_key, t.side::text, t.qty,
               t.price, trim_scale(t.value), t.fee, t.fee_currency, t.fee_rate, t.liquidity::text, t.venue_trade_id, t.realized_gross,
               t.realized_net, t.position_cycle, t.flags::text[], t.amended, t.filled_at, t.recorded_at
          from trading.trades as t
         where t.account_id = p_account_id
           and (p_instrument_id is null or t.instrument_id = p_instrument_id)
           and t.filled_at >= coalesce(p_from, '-infinity')
           and t.filled_at < coalesce(p_to, 'infinity')
         order by t.filled_at desc, t.fill_id desc
         limit p_limit;
end
$function$;

alter function trading.fn_fills(p_account_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) owner to daybook_api;

comment on function trading.fn_fills(p_account_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) is 'The fills of an account that count, on the terms and with the results they have now, newest first: from p_from on, before p_to, at most p_limit. amended says that a correction changed a fill; busted ones are left out.';

revoke execute on function trading.fn_fills(p_account_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) from public;
grant execute on function trading.fn_fills(p_account_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_app;
grant execute on function trading.fn_fills(p_account_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_bot;
grant execute on function trading.fn_fills(p_account_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_executor;
grant execute on function trading.fn_fills(p_account_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_manager;
grant execute on function trading.fn_fills(p_account_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_owner;
grant execute on function trading.fn_fills(p_account_id uuid, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_risk;
