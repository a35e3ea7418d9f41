create or replace function trading._next_lot(p_lots trading.lot[], p_matching text) returns integer
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    return case p_matching
        when 'lifo' then cardinality(p_lots)
        when 'hifo' then (
            select l.place
              from unnest(p_lots) with ordinality as l (qty, price, value, loss, fees, funding, opened_at, version, seen, place)
             order by l.price desc, l.place
             limit 1)
        else 1
    end;
end
$$;

comment on function trading._next_lot(trading.lot[], text) is
    'The place of the lot that is given up next: the newest (lifo), the one of the highest price and of equal ones the oldest (hifo), else the oldest.';
