-- daybook mirror: function trading._check_fill_terms(p_kind text, p_fee_kind text, p_price numeric, p_fee_currency text)

CREATE OR REPLACE FUNCTION trading._check_fill_terms(p_kind text, p_fee_kind text, p_price numeric, p_fee_currency text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_kind = 'inverse' and p_price = 0 then
        raise exception 'argument p_price is 0, but the value of an inverse contract is its quantity divided by the price'
            using errcode = 'TB001', hint = 'Pass the price at which it traded.';
    end if;
    if p_fee_kind in ('other', 'converted') and not exists (select 1 from ref.currencies as c where c.code = p_fee_currency) then
        raise exception 'argument p_fee_currency is %, which is not a registered currency', quote_literal(left(p_fee_currency, 40))
            using errcode = 'TB002', hint = 'Register the currency first with ref.fn_register_currency(), then record the fill again.';
    end if;
end
$function$;

alter function trading._check_fill_terms(p_kind text, p_fee_kind text, p_price numeric, p_fee_currency text) owner to daybook_api;

comment on function trading._check_fill_terms(p_kind text, p_fee_kind text, p_price numeric, p_fee_currency text) is 'What only the instrument can tell about the arguments of a fill: no zero price for an inverse contract (TB001), a known third asset (TB002).';

revoke execute on function trading._check_fill_terms(p_kind text, p_fee_kind text, p_price numeric, p_fee_currency text) from public;
grant execute on function trading._check_fill_terms(p_kind text, p_fee_kind text, p_price numeric, p_fee_currency text) to daybook_owner;
