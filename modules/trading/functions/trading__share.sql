create or replace function trading._share(p_amount numeric, p_part numeric, p_whole numeric) returns numeric
language sql immutable parallel safe
return case when p_part = p_whole then p_amount else util.div18(p_amount * p_part, p_whole) end;

comment on function trading._share(numeric, numeric, numeric) is
    'The share of a part in an amount that belongs to the whole. Taken part by part from what is left, the last one gets all that remains.';
