create or replace function trading._reconcile_position(
    p_position trading.positions, p_fills trading.fills[], p_busted uuid[], p_venue_qty numeric, p_venue_avg_price numeric,
    p_fills_known boolean, p_as_of timestamptz, p_ctx jsonb)
returns setof trading.reconcile_step
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_position trading.positions := p_position;
    v_old constant trading.positions := trading._reconcile_position_of(
        array(select p from trading.positions as p where p.account_id = p_position.account_id and p.instrument_id = p_position.instrument_id
                                                     and p.position_key = p_position.position_key),
        p_position.account_id, p_position.instrument_id, p_position.position_key);
    v_superseded uuid[];
    v_price numeric;
    v_step trading.reconcile_step;
begin
    if trading._reconcile_matches(v_position.signed_qty, v_position.avg_price, p_venue_qty, p_venue_avg_price) then
        return;
    end if;
    v_step := trading._reconcile_position_differs(v_position, p_venue_qty, p_venue_avg_price);
    v_step.result := 'needs_evidence';
    if not p_fills_known then
        v_step.detail := 'the venue''s fills are not known';
    elsif v_position.last_fill_at > p_as_of then
        v_step.detail := 'the book has fills that are later than what the venue says: ask it again';
    end if;
    if v_step.detail is not null then
        return next v_step;
        return;
    end if;

    v_superseded := trading._superseded_fills(v_old, p_fills, p_busted);
    if cardinality(v_superseded) > 0 then
        return query select s.* from trading._reconcile_busts(v_old.account_id, v_superseded, null) as s;
        v_position := trading._position_after(v_old, p_fills, p_busted || v_superseded);
        if trading._reconcile_matches(v_position.signed_qty, v_position.avg_price, p_venue_qty, p_venue_avg_price) then
            return;
        end if;
        v_step := trading._reconcile_position_differs(v_position, p_venue_qty, p_venue_avg_price);
    end if;

    v_price := trading._reconcile_price(v_position.kind, v_position.signed_qty, v_position.avg_price, p_venue_qty, p_venue_avg_price);
    if v_price is null then
        v_step.result := 'needs_decision';
        v_step.detail := 'no fill at a price above zero leads from the one to the other';
    else
        v_step := trading._reconcile_adjustment(v_step, v_position, p_venue_qty - v_position.signed_qty, v_price, p_as_of, p_ctx);
    end if;
    return next v_step;
end
$$;

comment on function trading._reconcile_position(trading.positions, trading.fills[], uuid[], numeric, numeric, boolean, timestamptz, jsonb) is
    'What makes a position, given as it is with the planned fills and busts, what the venue says it is: reconciled fills go whose place was taken, and one comes for the rest.';
