-- Nothing of a repetition is compared that describes the attempt and not the event: its time and its context.
create or replace function trading._answer_known_fill_event(p_event trading.fill_events) returns trading.fill_event_answer
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_old trading.fill_events;
    v_answer trading.fill_event_answer;
    v_position_id uuid;
begin
    select * into v_old from trading.fill_events as e where e.account_id = p_event.account_id and e.event_id = p_event.event_id;
    if not found then
        return null;
    end if;

    v_answer.conflict_field := case
        when v_old.fill_id <> p_event.fill_id then 'fill_id'
        when v_old.kind <> p_event.kind then 'kind'
        when v_old.qty is distinct from p_event.qty then 'qty'
        when v_old.price is distinct from p_event.price then 'price'
        when v_old.fee is distinct from p_event.fee then 'fee'
        when v_old.fee_currency is distinct from p_event.fee_currency then 'fee_currency'
        when v_old.fee_rate is distinct from p_event.fee_rate then 'fee_rate'
        when v_old.leaves_qty is distinct from p_event.leaves_qty then 'leaves_qty'
        when v_old.reason is distinct from p_event.reason then 'reason'
    end;
    if v_answer.conflict_field is not null then
        v_answer.outcome := 'conflict';
        v_answer.event_id := v_old.event_id;
        v_answer.fill_id := v_old.fill_id;
        return v_answer;
    end if;

    if v_old.order_version is not null then
        select p.position_id
          into v_position_id
          from trading.fills as f
          join trading.positions as p
            on p.account_id = f.account_id and p.instrument_id = f.instrument_id and p.position_key = f.position_key
         where f.account_id = v_old.account_id and f.fill_id = v_old.fill_id;
    end if;
    return trading._fill_event_answer(case v_old.outcome when 'refused' then 'refused' else 'replayed' end, v_old, v_position_id);
end
$$;

comment on function trading._answer_known_fill_event(trading.fill_events) is
    'The answer to a bust or correction whose id is in the book already; null when it is not.';
