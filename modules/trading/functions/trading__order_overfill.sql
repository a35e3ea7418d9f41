create or replace function trading._order_overfill(p_working_qty numeric, p_cum_qty numeric) returns numeric
language sql immutable parallel safe
return trim_scale(case when p_cum_qty > p_working_qty then p_cum_qty - p_working_qty when p_working_qty is not null then 0 end);

comment on function trading._order_overfill(numeric, numeric) is
    'What was filled beyond the quantity in force; null while that is unknown.';
