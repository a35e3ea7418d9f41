-- daybook mirror: function trading._position_qty_at(p_account_id uuid, p_instrument_id uuid, p_position_key text, p_at timestamp with time zone)

CREATE OR REPLACE FUNCTION trading._position_qty_at(p_account_id uuid, p_instrument_id uuid, p_position_key text, p_at timestamp with time zone)
 RETURNS numeric
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select trim_scale(coalesce(sum(case t.side when 'buy' then t.qty else -t.qty end), 0))
      from trading.trades as t
     where t.account_id = p_account_id and t.instrument_id = p_instrument_id and t.position_key = p_position_key
       and t.filled_at <= p_at
$function$;

alter function trading._position_qty_at(p_account_id uuid, p_instrument_id uuid, p_position_key text, p_at timestamp with time zone) owner to daybook_api;

comment on function trading._position_qty_at(p_account_id uuid, p_instrument_id uuid, p_position_key text, p_at timestamp with time zone) is 'Signed quantity of contracts held at a moment, that moment included, by the fills that count now. Not for spot, where a fee may take from the quantity.';

revoke execute on function trading._position_qty_at(p_account_id uuid, p_instrument_id uuid, p_position_key text, p_at timestamp with time zone) from public;
grant execute on function trading._position_qty_at(p_account_id uuid, p_instrument_id uuid, p_position_key text, p_at timestamp with time zone) to daybook_owner;
