-- Ids that follow one another on both sides of a hole leave no room for a trade inside it.
create or replace function market._trade_evidence(p_instrument_id uuid, p_from timestamptz, p_to timestamptz)
returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function market._trade_evidence(uuid, timestamptz, timestamptz) is
    'What the recorded trades of an instrument say of a time: trade_id and trade_time of one inside it, or id_before and id_after when '
    'ids follow one another across it, which proves that there was none; null when they say nothing.';
