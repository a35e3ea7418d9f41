-- daybook mirror: function market._trade_evidence(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone)

CREATE OR REPLACE FUNCTION market._trade_evidence(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_stream text;
    v_before record;
    v_after  record;
begin
    foreach v_stream in array array['agg_trades', 'trades'] loop
        if v_stream = 'agg_trades' then
            select t.agg_trade_id as id, t.trade_time as at into v_before
              from market.agg_trades t where t.instrument_id = p_instrument_id and t.trade_time < p_from
             order by t.trade_time desc, t.agg_trade_id desc limit 1;
            select t.agg_trade_id as id, t.trade_time as at into v_after
              from market.agg_trades t where t.instrument_id = p_instrument_id and t.trade_time >= p_from
             order by t.trade_time, t.agg_trade_id limit 1;
        else
            select t.trade_id as id, t.trade_time as at into v_before
              from market.trades t where t.instrument_id = p_instrument_id and t.trade_time < p_from
             order by t.trade_time desc, t.trade_id desc limit 1;
            select t.trade_id as id, t.trade_time as at into v_after
              from market.trades t where t.instrument_id = p_instrument_id and t.trade_time >= p_from
             order by t.trade_time, t.trade_id limit 1;
        end if;
        if v_after.at < p_to then
            return jsonb_build_object('stream', v_stream, 'trade_id', v_after.id, 'trade_time', v_after.at);
        elsif v_after.id = v_before.id + 1 then
            return jsonb_build_object('stream', v_stream, 'id_before', v_before.id, 'id_after', v_after.id);
        end if;
    end loop;
    return null;
end
$function$;

alter function market._trade_evidence(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) owner to daybook_api;

comment on function market._trade_evidence(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) is 'What the recorded trades of an instrument say of a time: trade_id and trade_time of one inside it, or id_before and id_after when ids follow one another across it, which proves that there was none; null when they say nothing.';

revoke execute on function market._trade_evidence(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) from public;
grant execute on function market._trade_evidence(p_instrument_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_owner;
