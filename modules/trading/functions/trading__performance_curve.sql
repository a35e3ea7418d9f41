-- Between two points the gain is related to what was there at the first and, for as long as they were there, the flows. A flow that
-- came before anything was valued counts as if it had always been there. One division for each, rounded to 18 decimals.
create or replace function trading._performance_curve(
    p_account_id uuid, p_first_at timestamptz, p_until timestamptz, inout equity_first numeric,
    out last_at timestamptz, out equity_last numeric, out points integer, out flows numeric, out return_rate numeric, out drawdown numeric,
    out drawdown_rate numeric, out missing text[])
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_point record;
    v_flow record;
    v_base numeric;
    v_gain numeric;
    v_index numeric := 1;
    v_peak numeric := 1;
    v_peak_equity numeric := equity_first;
begin
    points := 0;
    flows := 0;
    drawdown := 0;
    drawdown_rate := 0;
    missing := '{}';
    equity_last := equity_first;
    last_at := p_first_at;
    for v_point in
        select distinct on (e.as_of) e.as_of, e.equity, e.missing
          from trading.equity_points as e
         where e.account_id = p_account_id and e.as_of >= coalesce(p_first_at, '-infinity') and e.as_of <= p_until
         order by e.as_of, e.recorded_at desc, e.point_id
    loop
        missing := array(select distinct m from unnest(missing || v_point.missing) as m);
        if v_point.as_of = p_first_at then
            equity_first := v_point.equity;
            equity_last := v_point.equity;
            v_peak_equity := v_point.equity;
            continue;
        end if;

        v_flow := trading._performance_flow(p_account_id, last_at, v_point.as_of);
        missing := array(select distinct m from unnest(missing || v_flow.missing) as m);
        v_base := equity_last * v_flow.span + v_flow.weighted;
        v_gain := v_point.equity - equity_last - v_flow.amount;
        v_index := case when v_base > 0 then util.div18(v_index * (v_base + v_gain * v_flow.span), v_base) end;
        v_peak := greatest(v_peak, v_index);
        drawdown_rate := greatest(drawdown_rate, util.div18(v_peak - v_index, v_peak));
        points := points + 1;
        flows := flows + v_flow.amount;
        v_peak_equity := greatest(v_peak_equity, v_point.equity - flows);
        drawdown := greatest(drawdown, v_peak_equity - (v_point.equity - flows));
        last_at := v_point.as_of;
        equity_last := v_point.equity;
    end loop;

    flows := trim_scale(round(flows, 18));
    drawdown := trim_scale(round(drawdown, 18));
    return_rate := trim_scale(v_index - 1);
    if points = 0 then
        missing := missing || array['last'];
        last_at := null;
        equity_last := null;
        return_rate := null;
        drawdown := null;
        drawdown_rate := null;
    elsif v_index is null then
        missing := missing || array['return'];
        drawdown_rate := null;
    end if;
end
$$;

comment on function trading._performance_curve(uuid, timestamptz, timestamptz, numeric) is
    'The equity at the first point (or as given, when there is none) and at the last, what came and went between them, and the linked Modified Dietz return with its largest fall.';
