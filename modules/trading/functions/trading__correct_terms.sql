create or replace function trading._correct_terms(inout p_fill trading.fills, p_event trading.fill_events)
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    p_fill.qty := coalesce(p_event.qty, p_fill.qty);
    p_fill.price := coalesce(p_event.price, p_fill.price);
    p_fill.fee := coalesce(p_event.fee, p_fill.fee);
    if p_event.fee_currency is not null or p_event.fee_rate is not null then
        p_fill.fee_rate := p_event.fee_rate;
    end if;
    p_fill.fee_currency := coalesce(p_event.fee_currency, p_fill.fee_currency);
end
$$;

comment on function trading._correct_terms(trading.fills, trading.fill_events) is
    'The fill on the terms that a correction gives it. trading.fill_amendments says the same of all corrections of a fill together.';
