-- daybook mirror: function ref._check_instrument(p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric)

CREATE OR REPLACE FUNCTION ref._check_instrument(p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_name text;
    v_value text;
begin
    if p_kind is null or p_kind not in ('spot', 'perp', 'inverse') then
        raise exception 'argument p_kind is %', coalesce(quote_literal(left(p_kind, 40)), 'null')
            using errcode = 'TB001', hint = 'Kinds are spot, perp and inverse.';
    end if;
    if p_symbol is null or p_symbol !~ '^[^[:space:][:cntrl:]]{1,100}$' then
        raise exception 'argument p_symbol is %', coalesce(quote_literal(left(p_symbol, 40)), 'null')
            using errcode = 'TB001', hint = 'Pass the venue''s own symbol, 1 to 100 characters without spaces.';
    end if;

    for v_name, v_value in
        select a.name, a.value::text
          from (values ('p_tick_size', p_tick_size), ('p_lot_size', p_lot_size), ('p_multiplier', p_multiplier)) as a (name, value)
         where a.value <= 0
    loop
        raise exception 'argument % of instrument % is %', v_name, quote_literal(p_symbol), v_value
            using errcode = 'TB001', hint = 'It must be greater than zero; leave tick and lot size out when they are unknown.';
    end loop;

    if not exists (select 1 from ref.venues as v where v.code = p_venue) then
        raise exception 'argument p_venue is %, which is not registered', coalesce(quote_literal(left(p_venue, 40)), 'null')
            using errcode = 'TB002', hint = 'Register the venue first with ref.fn_register_venue().';
    end if;
    for v_name, v_value in
        select a.name, a.value
          from (values ('p_base', p_base), ('p_quote', p_quote), ('p_settle', p_settle)) as a (name, value)
         where not exists (select 1 from ref.currencies as c where c.code = a.value)
    loop
        raise exception 'argument % is %, which is not a registered currency', v_name, coalesce(quote_literal(left(v_value, 40)), 'null')
            using errcode = 'TB002', hint = 'Register the currency first with ref.fn_register_currency().';
    end loop;

    if p_kind <> 'perp' and p_settle <> (case p_kind when 'spot' then p_quote else p_base end) then
        raise exception 'argument p_settle of instrument % is %', quote_literal(p_symbol), quote_literal(p_settle)
            using errcode = 'TB001', hint = 'Spot settles in its quote and inverse in its base currency; leave p_settle out.';
    end if;
end
$function$;

alter function ref._check_instrument(p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric) owner to daybook_api;

comment on function ref._check_instrument(p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric) is 'Raises TB001 or TB002 for the first argument of ref.fn_register_instrument() that is malformed or names something unknown.';

revoke execute on function ref._check_instrument(p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric) from public;
grant execute on function ref._check_instrument(p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric) to daybook_owner;
