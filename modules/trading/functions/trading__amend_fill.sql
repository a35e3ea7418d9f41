-- Locks as a fill takes them: its position, then its order.
create or replace function trading._amend_fill(p_event trading.fill_events, p_fill trading.fills) returns trading.fill_event_answer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event trading.fill_events;
    v_answer trading.fill_event_answer;
    v_position trading.positions;
    v_order trading.orders;
    v_old trading.fills;
    v_new trading.fills;
    v_busted constant boolean := p_event.kind = 'bust';
begin
    select * into strict v_position
      from trading.positions as p
     where p.account_id = p_fill.account_id and p.instrument_id = p_fill.instrument_id and p.position_key = p_fill.position_key
       for no key update;
    select * into strict v_order
      from trading.orders as o
     where o.account_id = p_fill.account_id and o.order_id = p_fill.order_id
       for no key update;
    v_answer := trading._answer_known_fill_event(p_event);
    if v_answer.outcome is not null then
        return v_answer;
    end if;
    v_event := trading._place_fill_event(p_event);
    if v_event.outcome = 'refused' then
        return trading._refuse_fill_event(v_event, v_order, v_position);
    end if;

    v_old := (trading._amended_fill(p_fill)).p_fill;
    v_new := trading._correct_terms(v_old, v_event);
    perform trading._check_fill_terms(v_position.kind, 'none', v_new.price, null);
    v_order := trading._amend_order(
        v_order, v_event.kind, case when v_busted then 0 else v_new.qty end - v_old.qty,
        case when v_busted then 0 else v_new.qty * v_new.price end - v_old.qty * v_old.price, v_event.leaves_qty);
    v_order.version := v_order.version + 1;
    v_position := trading._refold_position(v_position, v_new, v_busted);
    v_position.version := v_position.version + 1;
    v_event := trading._answer_fill_event(v_event, v_order, v_position);
    v_event.position_version := v_position.version;
    v_event.position_cycle := v_position.cycle;

    perform trading._write_fill_event(v_event);
    perform trading._write_amended(v_order, v_position);
    perform trading._add_position_fees(array_remove(array[
        trading._other_fee(v_position, -v_old.fee, v_old.fee_currency, v_old.fee_rate),
        case when not v_busted then trading._other_fee(v_position, v_new.fee, v_new.fee_currency, v_new.fee_rate) end], null));
    perform trading._emit_fill_event(v_event, v_new, v_position.position_id);
    return trading._fill_event_answer('created', v_event, v_position.position_id);
end
$$;

comment on function trading._amend_fill(trading.fill_events, trading.fills) is
    'Records a bust or correction of a fill that is in the book: its order and its position, with what this fill and those after it realise, become what they would be without the error.';
