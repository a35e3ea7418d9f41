create or replace function trading._order_leaves(p_lifecycle text, p_working_qty numeric, p_cum_qty numeric) returns numeric
language sql immutable parallel safe
return trim_scale(case
    when p_lifecycle in ('denied', 'rejected', 'canceled', 'expired') then 0
    when p_cum_qty >= p_working_qty then 0
    else p_working_qty - p_cum_qty
end);

comment on function trading._order_leaves(text, numeric, numeric) is
    'What of an order may still fill: nothing once it is closed or full; null while its quantity is unknown.';
