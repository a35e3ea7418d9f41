-- daybook mirror: function trading._marks(p_instrument_ids uuid[], p_prices numeric[])

CREATE OR REPLACE FUNCTION trading._marks(p_instrument_ids uuid[], p_prices numeric[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_marks_max constant integer := 10000;
    v_count constant integer := coalesce(cardinality(p_instrument_ids), 0);
    v_mark record;
    v_marks jsonb;
begin
    if coalesce(cardinality(p_prices), 0) <> v_count or v_count > c_marks_max then
        raise exception 'argument p_instrument_ids has % elements, p_prices has %', v_count, coalesce(cardinality(p_prices), 0)
            using errcode = 'TB001', hint = format('Pass one price per instrument, at most %s.', c_marks_max);
    end if;

    for v_mark in
        select m.idx, m.instrument_id, m.price, i.kind, count(*) over (partition by m.instrument_id) as times
          from unnest(p_instrument_ids, p_prices) with ordinality as m (instrument_id, price, idx)
          left join ref.instruments as i on i.instrument_id = m.instrument_id
         order by m.idx
    loop
        if v_mark.kind is null then
            raise exception 'argument p_instrument_ids[%] is %, which is not registered', v_mark.idx,
                    coalesce(v_mark.instrument_id::text, 'null')
                using errcode = 'TB002', hint = 'Pass ids of registered instruments.';
        end if;
        if v_mark.times > 1 then
            raise exception 'argument p_instrument_ids[%] is %, which is listed twice', v_mark.idx, v_mark.instrument_id
                using errcode = 'TB001', hint = 'Pass one mark per instrument.';
        end if;
        perform util.require_amount(format('p_prices[%s]', v_mark.idx), v_mark.price, false);
        if v_mark.price < 0 or v_mark.price = 0 and v_mark.kind = 'inverse' then
            raise exception 'argument p_prices[%] is %', v_mark.idx, v_mark.price
                using errcode = 'TB001', hint = 'A mark is not negative, nor zero for an inverse contract; pass null when there is none.';
        end if;
    end loop;

    -- A mark that is null is no mark: it is left out, and the position will be named as missing.
    select coalesce(jsonb_object_agg(m.instrument_id, trim_scale(m.price)::text), '{}')
      into v_marks
      from unnest(p_instrument_ids, p_prices) as m (instrument_id, price)
     where m.price is not null;
    return v_marks;
end
$function$;

alter function trading._marks(p_instrument_ids uuid[], p_prices numeric[]) owner to daybook_api;

comment on function trading._marks(p_instrument_ids uuid[], p_prices numeric[]) is 'The marks as an object from instrument id to decimal text; TB001 and TB002 for malformed, repeated or unknown ones.';

revoke execute on function trading._marks(p_instrument_ids uuid[], p_prices numeric[]) from public;
grant execute on function trading._marks(p_instrument_ids uuid[], p_prices numeric[]) to daybook_owner;
