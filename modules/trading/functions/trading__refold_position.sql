-- From the last time before the fill at which the position was flat its fills are applied again: those that were busted left
-- out, those that were corrected on their latest terms. It ends early where the position is flat again as it was before,
-- since nothing after that depends on what came before it.
create or replace function trading._refold_position(
    inout p_position trading.positions, p_fill trading.fills, p_busted boolean)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_fold trading.positions := trading._flat_position(p_position);
    v_closed trading.roundtrips[] := '{}';
    v_start bigint;
    v_first_cycle bigint;
    v_fill record;
    v_moved trading.position_move;
    v_gross numeric;
    v_net numeric;
    v_fees numeric;
    v_gross_more numeric := 0;
    v_net_more numeric := 0;
    v_early boolean := false;
begin
    -- Results count from zero here; what the position had before is added at the end.
    v_fold.realized_gross := 0;
    v_fold.fees := 0;
    select t.position_version, t.position_cycle
      into v_start, v_first_cycle
      from trading.fill_terms as t
     where t.account_id = p_position.account_id and t.instrument_id = p_position.instrument_id
       and t.position_key = p_position.position_key and t.position_version < p_fill.position_version and t.position_qty = 0
     order by t.position_version desc
     limit 1;
    v_first_cycle := coalesce(v_first_cycle, 0);
    v_fold.cycle := v_first_cycle;

    for v_fill in
        select t.*
          from trading.fill_terms as t
         where t.account_id = p_position.account_id and t.instrument_id = p_position.instrument_id
           and t.position_key = p_position.position_key and t.position_version > coalesce(v_start, 0)
         order by t.position_version
    loop
        if v_fill.fill_id = p_fill.fill_id then
            v_fill.busted := p_busted;
            v_fill.qty := p_fill.qty;
            v_fill.price := p_fill.price;
            v_fill.fee := p_fill.fee;
            v_fill.fee_currency := p_fill.fee_currency;
            v_fill.fee_rate := p_fill.fee_rate;
        end if;
        v_gross := 0;
        v_net := 0;
        if not v_fill.busted then
            v_moved := trading._move_position(
                v_fold, v_fill.side, v_fill.qty, v_fill.price, v_fill.fee,
                trading._fee_kind_of(p_position, v_fill.fee, v_fill.fee_currency, v_fill.fee_rate),
                v_fill.fee_rate, v_fill.filled_at, v_fill.position_version);
            v_fold := v_moved.p_position;
            if (v_moved.closed).position_id is not null then
                v_closed := v_closed || v_moved.closed;
            end if;
            v_gross := v_moved.realized_gross;
            v_net := v_moved.realized_net;
        end if;
        v_gross_more := v_gross_more + v_gross - v_fill.realized_gross;
        v_net_more := v_net_more + v_net - v_fill.realized_net;
        if (v_fill.position_cycle, v_fill.position_qty, v_fill.realized_gross, v_fill.realized_net)
           <> (v_fold.cycle, v_fold.signed_qty, v_gross, v_net)
        then
            perform trading._restate_fill(p_position.account_id, v_fill.fill_id, v_fold.cycle, v_fold.signed_qty, v_gross, v_net);
        end if;
        v_early := v_fill.position_version >= p_fill.position_version and v_fold.signed_qty = 0 and v_fill.position_qty = 0
                   and v_fold.cycle = v_fill.position_cycle;
        exit when v_early;
    end loop;

    delete from trading.roundtrips as r
     where r.account_id = p_position.account_id and r.position_id = p_position.position_id and r.cycle > v_first_cycle
       and (r.cycle <= v_fold.cycle or not v_early);
    perform trading._write_roundtrips(v_closed);

    v_gross := v_gross_more;
    v_fees := v_gross_more - v_net_more;
    if v_early then
        v_fold := p_position;
    else
        v_gross := v_gross + p_position.realized_gross - v_fold.realized_gross;
        v_fees := v_fees + p_position.fees - v_fold.fees;
    end if;
    p_position := trading._shift_results(v_fold, v_gross, v_fees);
end
$$;

comment on function trading._refold_position(trading.positions, trading.fills, boolean) is
    'The position once its fill p_fill has the terms given, or is busted; restates what that fill and those after it realise. The caller holds its lock and writes it.';
