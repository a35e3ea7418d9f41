create or replace function trading._record_fill_event(p_event trading.fill_events) returns trading.fill_event_answer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_fill trading.fills;
    v_answer trading.fill_event_answer;
begin
    select * into v_fill from trading.fills as f where f.account_id = p_event.account_id and f.fill_id = p_event.fill_id;
    if found then
        return trading._amend_fill(p_event, v_fill);
    end if;

    -- Nobody records a fill of the account from here on, so it is there now or will find the event waiting.
    perform pg_advisory_xact_lock(hashtextextended('trading.fills ' || p_event.account_id, 0));
    v_answer := trading._answer_known_fill_event(p_event);
    if v_answer.outcome is not null then
        return v_answer;
    end if;
    select * into v_fill from trading.fills as f where f.account_id = p_event.account_id and f.fill_id = p_event.fill_id;
    if found then
        return trading._amend_fill(p_event, v_fill);
    end if;
    return trading._keep_fill_event(p_event);
end
$$;

comment on function trading._record_fill_event(trading.fill_events) is
    'Records a bust or correction whose arguments were checked, for a caller that may trade for the account.';
