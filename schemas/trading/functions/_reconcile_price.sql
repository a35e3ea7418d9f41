-- daybook mirror: function trading._reconcile_price(p_kind text, p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric)

CREATE OR REPLACE FUNCTION trading._reconcile_price(p_kind text, p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric)
 RETURNS numeric
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_change constant numeric := p_venue_qty - p_qty;
    v_held constant numeric := sign(p_qty);
    v_wanted constant numeric := sign(p_venue_qty);
    v_dividend numeric := p_venue_qty * p_venue_avg_price - p_qty * p_avg_price;
    v_divisor numeric := v_change;
begin
    if v_change = 0 then
        return null;
    elsif v_wanted = 0 or v_held = v_wanted and sign(v_change) = -v_held then
        return case when p_avg_price > 0 then p_avg_price end;
    elsif v_held <> v_wanted then
        return case when p_venue_avg_price > 0 then p_venue_avg_price end;
    end if;

    if p_kind = 'inverse' then
        v_dividend := v_change * p_avg_price * p_venue_avg_price;
        v_divisor := p_venue_qty * p_avg_price - p_qty * p_venue_avg_price;
    end if;
    if sign(v_dividend) * sign(v_divisor) <= 0 then
        return null;
    end if;
    return nullif(util.div18(v_dividend, v_divisor), 0);
end
$function$;

alter function trading._reconcile_price(p_kind text, p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric) owner to daybook_api;

comment on function trading._reconcile_price(p_kind text, p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric) is 'The price of a fill of the difference after which the position has the venue''s quantity and, where a fill can reach it, the venue''s average. A reduction is made at the book''s own average, so that it realises nothing; a flip opens at the venue''s. Null when the quantities are the same, when no price above zero would do, and when the venue''s average is needed and null.';

revoke execute on function trading._reconcile_price(p_kind text, p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric) from public;
grant execute on function trading._reconcile_price(p_kind text, p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric) to daybook_owner;
