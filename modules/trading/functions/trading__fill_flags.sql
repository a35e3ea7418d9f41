create or replace function trading._fill_flags(
    p_lifecycle text, p_origin text, p_working_qty numeric, p_cum_qty numeric, p_out_of_order boolean, p_unpriced_fee boolean, p_reconciled boolean)
returns text[]
language sql immutable parallel safe
return array_remove(array[
    case when p_lifecycle in ('denied', 'rejected', 'canceled', 'expired') then 'late' end,
    case when p_cum_qty > p_working_qty then 'overfill' end,
    case when p_origin = 'external' then 'orphan' end,
    case when p_out_of_order then 'out_of_order' end,
    case when p_unpriced_fee then 'unpriced_fee' end,
    case when p_reconciled then 'reconciled' end], null);

comment on function trading._fill_flags(text, text, numeric, numeric, boolean, boolean, boolean) is
    'What is remarkable about a new fill, from its order after it (p_cum_qty includes it), its time, its fee and where it came from.';
