-- daybook mirror: function trading.fn_roundtrips(p_account_id uuid, p_method text, p_matching text, p_instrument_id uuid, p_position_key text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer)

CREATE OR REPLACE FUNCTION trading.fn_roundtrips(p_account_id uuid, p_method text DEFAULT 'flat_to_flat'::text, p_matching text DEFAULT NULL::text, p_instrument_id uuid DEFAULT NULL::uuid, p_position_key text DEFAULT NULL::text, p_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to timestamp with time zone DEFAULT NULL::timestamp with time zone, p_limit integer DEFAULT 1000)
 RETURNS TABLE(position_id uuid, instrument_id uuid, venue text, symbol text, kind text, position_key text, currency text, cycle bigint, side text, opened_at timestamp with time zone, closed_at timestamp with time zone, qty numeric, avg_entry numeric, avg_exit numeric, gross numeric, fees numeric, funding numeric, net numeric, low numeric, high numeric, mae numeric, mfe numeric, first_version bigint, last_version bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_by_lots constant boolean := p_method in ('fill_to_fill', 'flat_to_reduced');
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_choice('p_method', p_method, array['flat_to_flat', 'fill_to_fill', 'flat_to_reduced', 'average']);
    if v_by_lots and p_matching is not null then
        perform trading._require_choice('p_matching', p_matching, array['fifo', 'lifo', 'hifo']);
    elsif p_matching is not null then
        raise exception 'argument p_matching is %, but nothing is matched by %', quote_literal(left(p_matching, 40)), p_method
            using errcode = 'TB001', hint = 'Pass null, or the method fill_to_fill or flat_to_reduced.';
    end if;
    perform trading._require_limit(p_limit);

    return query
        with trip as (
            select r.position_id, r.cycle, r.side, r.opened_at, r.closed_at, r.qty, r.entry_value, r.exit_value, r.gross, r.fees,
                   r.funding, r.low, r.high, r.first_version, r.last_version
              from trading.v_roundtrips as r
             where p_method = 'flat_to_flat' and r.account_id = p_account_id
            union all
            select p.position_id, t.cycle, t.side, t.opened_at, t.closed_at, t.qty, t.entry_value, t.exit_value, t.gross, t.fees,
                   t.funding, t.low, t.high, t.first_version, t.last_version
              from trading.positions as p
             cross join lateral trading._lot_trips(p, p_method, coalesce(p_matching, 'fifo')) as t
             where p_method <> 'flat_to_flat' and p.account_id = p_account_id
               and (p_instrument_id is null or p.instrument_id = p_instrument_id)
               and (p_position_key is null or p.position_key = p_position_key)
        )
        select t.position_id, p.instrument_id, i.venue, i.symbol, p.kind::text, p.position_key, p.currency, t.cycle, t.side, t.opened_at,
               t.closed_at, trim_scale(t.qty), trading._avg_price(p.kind, t.qty, t.entry_value),
               trading._avg_price(p.kind, t.qty, t.exit_value), trim_scale(t.gross), trim_scale(t.fees), trim_scale(t.funding),
               trim_scale(t.gross - t.fees + t.funding), t.low, t.high,
               trading._position_unrealized(p.kind, p.multiplier, d.sign * t.qty, d.sign * t.entry_value, case d.sign when 1 then t.low else t.high end),
               trading._position_unrealized(p.kind, p.multiplier, d.sign * t.qty, d.sign * t.entry_value, case d.sign when 1 then t.high else t.low end),
               t.first_version, t.last_version
          from trip as t
          join trading.positions as p on p.account_id = p_account_id and p.position_id = t.position_id
          join ref.instruments as i on i.instrument_id = p.instrument_id
         cross join lateral (values (case t.side when 'long' then 1 else -1 end)) as d (sign)
         where (p_instrument_id is null or p.instrument_id = p_instrument_id)
           and (p_position_key is null or p.position_key = p_position_key)
           and (p_from is null or t.closed_at >= p_from)
           and (p_to is null or t.closed_at < p_to)
         order by t.closed_at, p.instrument_id, p.position_key, t.last_version, t.first_version
         limit p_limit;
end
$function$;

alter function trading.fn_roundtrips(p_account_id uuid, p_method text, p_matching text, p_instrument_id uuid, p_position_key text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) owner to daybook_api;

comment on function trading.fn_roundtrips(p_account_id uuid, p_method text, p_matching text, p_instrument_id uuid, p_position_key text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) is 'Round trips of an account that closed from p_from until before p_to, oldest first. flat_to_flat: from flat to flat; a flip ends one and begins the next. fill_to_fill: one for each pair of opening and closing fill, matched fifo (or null), lifo or hifo. flat_to_reduced: one for each closing fill, over the fills it gives up. average: the same at average cost. Whatever the method, they and what is open add up to the position. mae and mfe are the worst and best result that the whole quantity showed, before fees.';

revoke execute on function trading.fn_roundtrips(p_account_id uuid, p_method text, p_matching text, p_instrument_id uuid, p_position_key text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) from public;
grant execute on function trading.fn_roundtrips(p_account_id uuid, p_method text, p_matching text, p_instrument_id uuid, p_position_key text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_app;
grant execute on function trading.fn_roundtrips(p_account_id uuid, p_method text, p_matching text, p_instrument_id uuid, p_position_key text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_bot;
grant execute on function trading.fn_roundtrips(p_account_id uuid, p_method text, p_matching text, p_instrument_id uuid, p_position_key text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_executor;
grant execute on function trading.fn_roundtrips(p_account_id uuid, p_method text, p_matching text, p_instrument_id uuid, p_position_key text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_manager;
grant execute on function trading.fn_roundtrips(p_account_id uuid, p_method text, p_matching text, p_instrument_id uuid, p_position_key text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_owner;
grant execute on function trading.fn_roundtrips(p_account_id uuid, p_method text, p_matching text, p_instrument_id uuid, p_position_key text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_risk;
