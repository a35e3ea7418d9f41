-- daybook mirror: function trading._rates(p_currencies text[], p_rates numeric[])

CREATE OR REPLACE FUNCTION trading._rates(p_currencies text[], p_rates numeric[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_rates_max constant integer := 1000;
    v_count constant integer := coalesce(cardinality(p_currencies), 0);
    v_rate record;
    v_rates jsonb;
begin
    if coalesce(cardinality(p_rates), 0) <> v_count or v_count > c_rates_max then
        raise exception 'argument p_currencies has % elements, p_rates has %', v_count, coalesce(cardinality(p_rates), 0)
            using errcode = 'TB001', hint = format('Pass one rate per currency, at most %s.', c_rates_max);
    end if;

    for v_rate in
        select r.idx, r.currency, r.rate, c.code, count(*) over (partition by r.currency) as times
          from unnest(p_currencies, p_rates) with ordinality as r (currency, rate, idx)
          left join ref.currencies as c on c.code = r.currency
         order by r.idx
    loop
        if v_rate.code is null then
            raise exception 'argument p_currencies[%] is %, which is not a registered currency', v_rate.idx,
                    coalesce(quote_literal(left(v_rate.currency, 40)), 'null')
                using errcode = 'TB002', hint = 'Pass codes of registered currencies.';
        end if;
        if v_rate.times > 1 then
            raise exception 'argument p_currencies[%] is %, which is listed twice', v_rate.idx, v_rate.currency
                using errcode = 'TB001', hint = 'Pass one rate per currency.';
        end if;
        perform trading._require_positive(format('p_rates[%s]', v_rate.idx), v_rate.rate, false);
    end loop;

    -- A rate that is null is no rate: it is left out, and the currency will be named as missing.
    select coalesce(jsonb_object_agg(r.currency, trim_scale(r.rate)::text), '{}')
      into v_rates
      from unnest(p_currencies, p_rates) as r (currency, rate)
     where r.rate is not null;
    return v_rates;
end
$function$;

alter function trading._rates(p_currencies text[], p_rates numeric[]) owner to daybook_api;

comment on function trading._rates(p_currencies text[], p_rates numeric[]) is 'The rates as an object from currency to decimal text; TB001 and TB002 for malformed, repeated or unknown ones.';

revoke execute on function trading._rates(p_currencies text[], p_rates numeric[]) from public;
grant execute on function trading._rates(p_currencies text[], p_rates numeric[]) to daybook_owner;
