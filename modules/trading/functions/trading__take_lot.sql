create or replace function trading._take_lot(inout p_lot trading.lot, p_qty numeric, p_exact boolean, out part trading.lot)
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    part := p_lot;
    part.qty := least(p_qty, p_lot.qty);
    part.value := case when p_exact then part.qty * p_lot.price else trading._share(p_lot.value, part.qty, p_lot.qty) end;
    part.loss := trading._share(p_lot.loss, part.qty, p_lot.qty);
    part.fees := trading._share(p_lot.fees, part.qty, p_lot.qty);
    part.funding := trading._share(p_lot.funding, part.qty, p_lot.qty);
    p_lot.qty := p_lot.qty - part.qty;
    p_lot.value := p_lot.value - part.value;
    p_lot.loss := p_lot.loss - part.loss;
    p_lot.fees := p_lot.fees - part.fees;
    p_lot.funding := p_lot.funding - part.funding;
end
$$;

comment on function trading._take_lot(trading.lot, numeric, boolean) is
    'What is left of a lot, and the part taken from it, of at most that quantity. p_exact: its value is quantity times price, else a share.';
