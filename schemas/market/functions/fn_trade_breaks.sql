-- daybook mirror: function market.fn_trade_breaks(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone)

CREATE OR REPLACE FUNCTION market.fn_trade_breaks(p_instrument_id uuid, p_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS TABLE(agg_trade_id bigint, trade_time timestamp with time zone, trade_id_before bigint, first_trade_id bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET work_mem TO '64MB'
AS $function$
    select q.agg_trade_id, q.trade_time, q.last_before, q.first_trade_id
      from (select t.agg_trade_id, t.trade_time, t.first_trade_id,
                   lag(t.agg_trade_id) over by_id as id_before, lag(t.last_trade_id) over by_id as last_before
              from market.agg_trades t
             where t.instrument_id = p_instrument_id
               and t.trade_time >= coalesce(p_from, '-infinity') and t.trade_time < coalesce(p_to, 'infinity')
            window by_id as (order by t.agg_trade_id)) q
     where q.agg_trade_id = q.id_before + 1 and q.first_trade_id <> q.last_before + 1
     order by q.agg_trade_id
$function$;

alter function market.fn_trade_breaks(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) owner to daybook_api;

comment on function market.fn_trade_breaks(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) is 'Aggregated trades that follow the one before by their own id while the single trades in them do not: the venue left out or repeated trades, which asking again does not mend. Rows from p_from (included) to p_to (excluded).';

revoke execute on function market.fn_trade_breaks(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) from public;
grant execute on function market.fn_trade_breaks(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_console;
grant execute on function market.fn_trade_breaks(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_data_writer;
grant execute on function market.fn_trade_breaks(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_lab_reader;
grant execute on function market.fn_trade_breaks(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_manager;
grant execute on function market.fn_trade_breaks(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_owner;
grant execute on function market.fn_trade_breaks(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_risk;
