-- daybook mirror: function market.fn_id_holes(p_stream text, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone)

CREATE OR REPLACE FUNCTION market.fn_id_holes(p_stream text, p_instrument_id uuid, p_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS TABLE(from_id bigint, to_id bigint, missing bigint, before_time timestamp with time zone, after_time timestamp with time zone, trades_missing bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET work_mem TO '64MB'
 SET jit TO 'off'
AS $function$
begin
    perform market._numbered(p_stream);
    if p_instrument_id is null then
        raise exception 'p_instrument_id is null'
            using errcode = 'TB001', hint = 'Ids are of one instrument.';
    end if;
    return query execute format(
        $query$
        select q.before_id + 1, q.id - 1, q.id - q.before_id - 1, q.before_at, q.at, q.first_trade - q.before_last_trade - 1
          from (select n.*, lag(n.id) over by_id as before_id, lag(n.at) over by_id as before_at, lag(n.last_trade) over by_id as before_last_trade
                  from (select t.%1$I as id, t.trade_time as at, %2$s as first_trade, %3$s as last_trade
                          from market.%4$I t
                         where t.instrument_id = $1
                           and t.trade_time >= coalesce($2, '-infinity') and t.trade_time < coalesce($3, 'infinity')) n
                window by_id as (order by n.id)) q
         where q.id > q.before_id + 1
         order by q.id
        $query$,
        case p_stream when 'trades' then 'trade_id' else 'agg_trade_id' end,
        case p_stream when 'trades' then 't.trade_id' else 't.first_trade_id' end,
        case p_stream when 'trades' then 't.trade_id' else 't.last_trade_id' end,
        p_stream)
      using p_instrument_id, p_from, p_to;
end
$function$;

alter function market.fn_id_holes(p_stream text, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) owner to daybook_api;

comment on function market.fn_id_holes(p_stream text, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) is 'Ids that are missing between those received of trades or agg_trades of an instrument, in rows from p_from (included) to p_to (excluded): from_id to to_id, how many, the times of the rows on both sides, and how many single trades went with them, by the ids that the rows on both sides state. TB001 for other streams, whose ids leave out numbers.';

revoke execute on function market.fn_id_holes(p_stream text, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) from public;
grant execute on function market.fn_id_holes(p_stream text, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_console;
grant execute on function market.fn_id_holes(p_stream text, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_data_writer;
grant execute on function market.fn_id_holes(p_stream text, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_lab_reader;
grant execute on function market.fn_id_holes(p_stream text, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_manager;
grant execute on function market.fn_id_holes(p_stream text, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_owner;
grant execute on function market.fn_id_holes(p_stream text, p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_risk;
