create or replace function trading._over_cap(
    p_who text, p_limit numeric, p_used numeric, p_amount numeric, p_currency text, p_day date)
returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    return case
        when p_limit is null then
            format('%s may ask for nothing in %s: there are caps, and none in that currency; this order is %s', p_who, p_currency, trim_scale(p_amount))
        when p_used + p_amount > p_limit then
            format('%s may ask for %s %s a day: %s is used on %s, this order is %s, %s would be allowed', p_who, trim_scale(p_limit), p_currency,
                   trim_scale(p_used), p_day, trim_scale(p_amount), trim_scale(greatest(p_limit - p_used, 0)))
    end;
end
$$;

comment on function trading._over_cap(text, numeric, numeric, numeric, text, date) is
    'Why an amount does not fit a cap that is in use, null as limit for a currency in which there is none: which cap, its limit, what is used, the order, what would be allowed. Null if it fits.';
