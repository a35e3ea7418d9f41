-- daybook mirror: function market._listed_instrument(p_venue text, p_kind text, p_symbol text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market._listed_instrument(p_venue text, p_kind text, p_symbol text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_known ref.instruments;
    v_code  text;
begin
    select i.* into v_known from ref.fn_find_instrument(p_venue, p_symbol, p_kind) i;
    if found then
        return case when v_known.base = p_base and v_known.quote = p_quote then v_known.instrument_id end;
    end if;
    foreach v_code in array array[p_base, p_quote, p_settle] loop
        perform c.outcome
           from ref.fn_register_currency(v_code, v_code,
                    case when v_code = any ('{USDT,USDC,BUSD,TUSD,USDP,FDUSD,DAI,USDS,PAX}') then 'stablecoin'
                         when v_code = any ('{USD,EUR,GBP,JPY,TRY,BRL,AUD,RUB,UAH,NGN,ZAR,PLN,RON,ARS,MXN,COP,CZK,IDR}') then 'fiat'
                         else 'crypto' end, p_ctx) c;
    end loop;
    return (select r.instrument_id
              from ref.fn_register_instrument(util.uuid_v7(), p_venue, p_symbol, p_kind, p_base, p_quote, p_settle, p_tick_size, p_lot_size,
                                              coalesce(p_multiplier, 1), p_ctx) r
             where r.outcome in ('created', 'replayed'));
end
$function$;

alter function market._listed_instrument(p_venue text, p_kind text, p_symbol text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb) owner to daybook_api;

comment on function market._listed_instrument(p_venue text, p_kind text, p_symbol text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb) is 'The instrument that a venue lists, made known with its currencies when it is new; null when it is known with other ones.';

revoke execute on function market._listed_instrument(p_venue text, p_kind text, p_symbol text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb) from public;
grant execute on function market._listed_instrument(p_venue text, p_kind text, p_symbol text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb) to daybook_owner;
