create or replace function trading._fund_lots(inout p_lots trading.lot[], p_amount numeric)
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    v_amount numeric := p_amount;
    v_whole numeric := (select sum(l.qty) from unnest(p_lots) as l);
    v_share numeric;
begin
    for v_place in 1..cardinality(p_lots) loop
        v_share := trading._share(v_amount, p_lots[v_place].qty, v_whole);
        v_amount := v_amount - v_share;
        v_whole := v_whole - p_lots[v_place].qty;
        p_lots[v_place].funding := p_lots[v_place].funding + v_share;
    end loop;
end
$$;

comment on function trading._fund_lots(trading.lot[], numeric) is 'The lots after funding was paid for them, shared by quantity, oldest first.';
