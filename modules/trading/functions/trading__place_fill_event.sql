create or replace function trading._place_fill_event(inout p_event trading.fill_events)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_bust_id uuid;
begin
    select count(*) + 1, (array_agg(e.event_id) filter (where e.kind = 'bust' and e.outcome = 'created'))[1]
      into p_event.place, v_bust_id
      from trading.fill_events as e
     where e.account_id = p_event.account_id and e.fill_id = p_event.fill_id;
    p_event.outcome := 'created';
    if v_bust_id is not null then
        p_event.outcome := 'refused';
        p_event.refusal_code := 'already_busted';
        p_event.refusal_detail := format('the fill was busted by event %s', v_bust_id);
    end if;
end
$$;

comment on function trading._place_fill_event(trading.fill_events) is
    'The event with its place among those of its fill, and whether it can still be taken: nothing follows a bust.';
